//! Writes the photo of the benchmarks to the file named, with quantisation steps of the percentage that follows.

#![forbid(unsafe_code)]

use unmarked_tests_bench::{STEPS_4_MB, phone_photo};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or(std::io::ErrorKind::InvalidInput)?;
    let steps = arguments.next().and_then(|percent| percent.parse().ok());
    std::fs::write(file, phone_photo(steps.unwrap_or(STEPS_4_MB)))
}
