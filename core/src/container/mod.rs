//! One folder a format: `walk` takes the file apart, `read` keeps by allow-list what the picture
//! needs, `write` puts it together in the one canonical form.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub(crate) mod jpeg;
