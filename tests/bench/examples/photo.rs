//! Writes the photo of the benchmarks to the file named.

#![forbid(unsafe_code)]

fn main() -> std::io::Result<()> {
    let file = std::env::args_os().nth(1).ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::write(file, unmarked_tests_bench::phone_photo())
}
