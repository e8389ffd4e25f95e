//! The program `unmarked`.
#![forbid(unsafe_code)]
fn main() {}
