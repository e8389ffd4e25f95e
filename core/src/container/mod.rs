//! One folder a format: `walk` takes the file apart, `read` keeps by allow-list what the picture
//! needs, `write` puts it together in the one canonical form.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub(crate) mod gif;
pub(crate) mod heif;
pub(crate) mod jpeg;
pub(crate) mod jxl;
pub(crate) mod png;
pub(crate) mod tiff;
pub(crate) mod webp;
