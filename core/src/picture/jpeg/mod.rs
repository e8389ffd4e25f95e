//! The coded picture of a JPEG: ITU-T T.81 (ISO/IEC 10918-1).

pub(crate) mod bit_writer;
mod bits;
mod block;
pub(crate) mod coefficients;
mod decoder;
pub(crate) mod emit;
pub(crate) mod encoder;
pub(crate) mod full;
mod huffman;
pub(crate) mod idct;
pub(crate) mod layout;
pub(crate) mod optimal;
pub(crate) mod planes;
pub(crate) mod recode;
#[cfg(test)]
mod sample;
pub(crate) mod scaled;
pub(crate) mod scan_coder;
pub(crate) mod source;
pub(crate) mod token_store;
pub(crate) mod tokens;
pub(crate) mod turn;
pub(crate) mod upsample;
pub(crate) mod walk;
