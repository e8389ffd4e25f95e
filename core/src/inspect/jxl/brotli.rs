//! Metadata that was compressed: `brob` of ISO/IEC 18181-2, 6.8; RFC 7932.

use std::io::Read;

use brotli_decompressor::Decompressor;

/// The most that is decompressed of one box.
const MOST: u64 = 4 << 20;

/// The content of `data`, as far as it can be decompressed; true if that is all of it.
pub(super) fn decompress(data: &[u8]) -> (Vec<u8>, bool) {
    let mut content = Vec::new();
    let read = Decompressor::new(data, 4_096).take(MOST).read_to_end(&mut content);
    let whole = read.is_ok() && (content.len() as u64) < MOST;
    (content, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_and_no_more() {
        // a last block that is empty follows one of three stored bytes
        let stored = b"\x20\x00\x10abc\x03";
        assert_eq!(decompress(stored), (b"abc".to_vec(), true));
        assert!(!decompress(&stored[..5]).1);
        assert!(!decompress(b"\xFF\xFF\xFF\xFF").1);
    }
}
