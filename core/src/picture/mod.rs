//! Pictures: what the coded data of a photo shows, and how it is coded again.

pub(crate) mod colour;
pub(crate) mod cover;
pub(crate) mod draw;
pub(crate) mod geometry;
pub(crate) mod jpeg;
pub(crate) mod pixels;
pub(crate) mod rebuild;
pub(crate) mod resample;
pub(crate) mod scale;
pub(crate) mod srgb;
pub(crate) mod upright;

#[cfg(test)]
mod tests;
