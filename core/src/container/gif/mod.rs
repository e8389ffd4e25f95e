//! GIF: versions 87a and 89a, and the loop extensions of Netscape and AnimExts.
//!
//! `block` takes a file apart, `lzw` finds where the codes of an image end and which colours they
//! use, `read` keeps by allow-list what is shown, `write` puts that together in the one canonical
//! form.

pub(crate) mod block;
pub(crate) mod lzw;
mod read;
mod table;
mod write;

pub(crate) use read::{Control, Picture, read};
pub(crate) use write::write;
