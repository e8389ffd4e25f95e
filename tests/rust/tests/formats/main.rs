//! What holds for every format alike: photos that cameras and programs made, and who opens the result.

#[path = "../common/mod.rs"]
mod common;
mod openers;
mod peers;
mod real_photos;
mod structure;
