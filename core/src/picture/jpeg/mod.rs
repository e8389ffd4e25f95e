//! The coded picture of a JPEG: ITU-T T.81 (ISO/IEC 10918-1).

mod bits;
mod block;
pub(crate) mod coefficients;
mod decoder;
mod huffman;
pub(crate) mod layout;
pub(crate) mod recode;
pub(crate) mod source;
