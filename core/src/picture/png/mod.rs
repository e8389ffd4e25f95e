//! The coded data of PNG: deflate both ways, filters, rows.
//!
//! [`encoder`] takes rows and gives a file, by [`filter`] and [`deflate`]; [`inflate`] undoes deflate and
//! tells its blocks, [`rows`] makes rows of what it gives, and [`seen`] tells what these use. [`strip`]
//! copies the blocks, [`recode`] codes the pixels anew.

mod codes;
mod copy;
pub(crate) mod deflate;
pub(crate) mod encoder;
mod filter;
mod huffman;
pub(crate) mod inflate;
pub(crate) mod recode;
pub(crate) mod rows;
pub(crate) mod seen;
pub(crate) mod strip;
