//! The coded data of PNG: deflate both ways, filters, rows.
//!
//! [`encoder`] takes rows and gives a file, by [`filter`] and [`deflate`]; [`inflate`] undoes deflate and
//! tells its blocks, [`rows`] makes rows of what it gives, [`seen`] tells what these use, and [`look`] all
//! of that of a file. [`strip`] copies the blocks, [`recode`] codes the pixels anew.

mod bits;
mod codes;
mod copy;
pub(crate) mod deflate;
pub(crate) mod encoder;
mod filter;
mod huffman;
pub(crate) mod inflate;
pub(crate) mod look;
pub(crate) mod recode;
mod rows;
#[cfg(test)]
pub(crate) mod samples;
mod seen;
pub(crate) mod strip;
