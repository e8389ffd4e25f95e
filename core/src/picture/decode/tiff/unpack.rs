//! The bytes of a strip or tile, unpacked.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;
use weezl::BitOrder;
use weezl::decode::Decoder;
use zeroize::Zeroizing;

use super::fax::{self, Fax};
use super::layout::{Compression, Layout};

/// Unpacks `coded` into `out`, which holds rows of `stride` bytes and zeros; gives how many bytes
/// came. What is damaged or not there stays 0.
pub(super) fn unpack(layout: &Layout<'_>, coded: &[u8], out: &mut [u8], stride: usize) -> usize {
    let coded: Cow<'_, [u8]> = if layout.reversed {
        Cow::Owned(coded.iter().map(|byte| byte.reverse_bits()).collect())
    } else {
        Cow::Borrowed(coded)
    };
    let rows =
        |fax: Fax, out: &mut [u8]| fax::decode(&coded, fax, layout.chunk.0, out, stride) * stride;
    let came = match layout.compression {
        Compression::None => {
            let length = coded.len().min(out.len());
            out[..length].copy_from_slice(&coded[..length]);
            length
        }
        Compression::PackBits => pack_bits(&coded, out),
        Compression::Deflate => {
            let mut decoder = ZlibDecoder::new(&*coded);
            let mut filled = 0;
            while filled < out.len() {
                match decoder.read(&mut out[filled..]) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => filled += count,
                }
            }
            filled
        }
        Compression::Lzw => {
            // the first versions of libtiff wrote codes from the other end, without the early switch
            let old = coded.first() == Some(&0) && coded.get(1).is_some_and(|byte| byte & 1 == 1);
            let mut decoder = match old {
                true => Decoder::new(BitOrder::Lsb, 8),
                false => Decoder::with_tiff_size_switch(BitOrder::Msb, 8),
            };
            let (mut read, mut filled) = (0, 0);
            loop {
                let result = decoder.decode_bytes(&coded[read..], &mut out[filled..]);
                (read, filled) = (read + result.consumed_in, filled + result.consumed_out);
                let goes_on = matches!(result.status, Ok(weezl::LzwStatus::Ok));
                if !goes_on || filled == out.len() || result.consumed_in + result.consumed_out == 0
                {
                    break filled;
                }
            }
        }
        Compression::Huffman => rows(Fax::Huffman, out),
        Compression::Group3 => rows(Fax::Group3 { two: layout.two_dimensions }, out),
        Compression::Group4 => rows(Fax::Group4, out),
        // that is no row of samples
        Compression::Jpeg => 0,
    };
    if let Cow::Owned(copy) = coded {
        drop(Zeroizing::new(copy));
    }
    came
}

/// Section 9.
fn pack_bits(coded: &[u8], out: &mut [u8]) -> usize {
    let (mut at, mut filled) = (0, 0);
    while filled < out.len() {
        let Some(head) = coded.get(at) else { break };
        at += 1;
        let room = out.len() - filled;
        match head {
            0..=127 => {
                let rest = coded.get(at..).unwrap_or_default();
                let length = (usize::from(*head) + 1).min(rest.len());
                let taken = length.min(room);
                out[filled..filled + taken].copy_from_slice(&rest[..taken]);
                (at, filled) = (at + length, filled + taken);
            }
            128 => {}
            129.. => {
                let Some(byte) = coded.get(at) else { break };
                let taken = (257 - usize::from(*head)).min(room);
                out[filled..filled + taken].fill(*byte);
                (at, filled) = (at + 1, filled + taken);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::pack_bits;

    #[test]
    fn the_example_of_the_specification() {
        let coded = [0xFE, 0xAA, 2, 0x80, 0, 0x2A, 0xFD, 0xAA, 3, 0x80, 0, 0x2A, 0x22, 0xF7, 0xAA];
        let mut out = [0; 24];
        assert_eq!(pack_bits(&coded, &mut out), 24);
        let whole = b"\xAA\xAA\xAA\x80\0\x2A\xAA\xAA\xAA\xAA\x80\0\x2A\x22\
            \xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA";
        assert_eq!(&out, whole);
        for end in 0..coded.len() {
            pack_bits(&coded[..end], &mut [0; 24]);
        }
    }
}
