//! The coded picture of a JPEG: ITU-T T.81 (ISO/IEC 10918-1).

mod bits;
mod block;
pub(crate) mod coefficients;
mod decoder;
pub(crate) mod full;
mod huffman;
pub(crate) mod idct;
pub(crate) mod layout;
pub(crate) mod planes;
pub(crate) mod recode;
pub(crate) mod scaled;
pub(crate) mod source;
pub(crate) mod upsample;
