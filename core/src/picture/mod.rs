//! Pictures: what the coded data of a photo shows, and how it is coded again.
//!
//! [`jpeg`] has all that knows blocks: the walk of Strip, Recode, transforms, the encoder. [`rebuild`]
//! joins the rest: coefficients or [`pixels`] → [`cover`] → planes → [`resample`] by [`geometry`] and
//! [`scale`] → [`colour`] and [`srgb`] → [`upright`] → the encoder; [`draw`] puts these in a row.
//! [`decode`] makes a [`bitmap`] of every other format; [`lossless`] makes a PNG of it.

pub(crate) mod bitmap;
pub(crate) mod colour;
pub(crate) mod cover;
pub(crate) mod decode;
pub(crate) mod draw;
pub(crate) mod geometry;
pub(crate) mod jpeg;
pub(crate) mod lossless;
pub(crate) mod pixels;
pub(crate) mod png;
pub(crate) mod rebuild;
pub(crate) mod resample;
pub(crate) mod scale;
pub(crate) mod srgb;
pub(crate) mod upright;
pub(crate) mod webp;

#[cfg(test)]
mod tests;
