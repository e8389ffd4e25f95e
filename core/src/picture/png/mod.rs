//! The coded data of PNG: deflate both ways, filters, rows, and the one canonical encoding.
//!
//! [`encoder`] takes rows and gives a file, by [`filter`] and [`deflate`].

pub(crate) mod deflate;
pub(crate) mod encoder;
pub(crate) mod filter;
mod huffman;
