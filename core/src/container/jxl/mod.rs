//! JPEG XL: ISO/IEC 18181-1 (codestream), ISO/IEC 18181-2 (file format).
//!
//! [`walk`](boxes::walk) takes a file apart into boxes, `read` takes the codestream apart down to the
//! sections of its frames, `write` puts what is shown together in the one canonical form: a bare
//! codestream. The sections themselves, which are entropy-coded, are copied as they are.

mod bits;
pub(crate) mod boxes;
mod canonical;
pub(crate) mod colour;
mod entropy;
pub(crate) mod fields;
pub(crate) mod frame;
pub(crate) mod header;
mod icc;
mod patches;
mod read;
pub(crate) mod shown;
mod stream;
mod toc;
mod write;

pub(crate) use canonical::{Canonical, canonical};
pub(crate) use read::{Codestream, Frame, read};
pub(crate) use stream::Stream;
pub(crate) use write::write;

use crate::{Error, Format};

/// The photo contradicts the standard at `at`.
fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}

/// The photo uses what Strip cannot take out.
fn unsupported(what: &'static str) -> Error {
    Error::Unsupported { format: Format::Jxl, what }
}
