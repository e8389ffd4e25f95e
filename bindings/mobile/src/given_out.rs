//! How bytes that stay in Rust are given out: in pieces, or to a file descriptor.

use std::os::fd::BorrowedFd;

/// The most bytes of one [`piece`]: 256 KiB.
const LARGEST_PIECE: usize = 256 << 10;

/// Up to `length` of `bytes` from `offset`, never more than [`LARGEST_PIECE`]; none at or past the end.
pub(crate) fn piece(bytes: &[u8], offset: u64, length: u32) -> Vec<u8> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(LARGEST_PIECE);
    let end = start.saturating_add(length).min(bytes.len());
    bytes.get(start..end).unwrap_or_default().to_vec()
}

/// Writes all of `what`, whose bytes these are, to the descriptor `fd`, which the caller keeps open
/// for this call. The error says what is wrong.
pub(crate) fn write(what: &str, bytes: &[u8], fd: i32) -> Result<(), String> {
    if fd < 0 {
        return Err("the file to write to is not open".to_owned());
    }
    // SAFETY: the caller keeps `fd` open for this call, as the contract above says; a number that is
    // not open makes `write` fail with EBADF.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(fd, rest) {
            Ok(0) => return Err(format!("{what} could not be written")),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(format!("{what} could not be written: {errno}")),
        }
    }
    Ok(())
}
