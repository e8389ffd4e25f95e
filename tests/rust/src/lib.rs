//! Photos made by code, for tests only.
//!
//! | to get this | start here |
//! |---|---|
//! | a JPEG of a given kind | [`Photo`], which [`encode`](Photo::encode)s to a [`Jpeg`] |
//! | one JPEG of each kind that cameras and programs write | [`kinds::all`] |
//! | everything that can carry a mark in a JPEG | [`carriers::all`] |
//! | AVIF files, and what can carry a mark in their coded part | [`avif`] |
//! | what a JPEG shows, by decoders that are not ours | [`decode`] |
//! | its coefficients and samples, by a slow and plain decoder | [`mod@reference`] |
//! | a GIF of each kind, and everything that can carry a mark in one | [`mod@gif`] |
//! | a JPEG XL of each kind, and everything that can carry a mark in one | [`jxl`] |
//! | a HEIC of a given kind, and everything that can carry a mark in one | [`heif`] |
//! | a disk that fails and loses power at any operation | [`vault`] |
//! | the vectors that Rust, Kotlin and Swift share | [`vectors`] |
//! | a WebP of each kind, and what can carry a mark in it | [`webp`] |
//! | the segments of a JPEG that somebody else wrote | [`Jpeg::parse`] |
//! | PNG files and everything that can carry a mark in them | [`png`] |
//!
//! Nothing here is taken from the crate under test: what is expected comes from ITU-T T.81, JFIF
//! (T.871), T.872 for Adobe's segment, and from what libjpeg does.

pub mod avif;
pub mod carriers;
pub mod decode;
pub mod exif;
pub mod gif;
pub mod heif;
pub mod huffman;
pub mod icc;
pub mod jxl;
pub mod kinds;
pub mod png;
pub mod reference;
pub mod vault;
pub mod vectors;
pub mod webp;

mod dct;
mod jpeg;
mod photo;
mod scan;
mod slack;

pub use dct::QuantTable;
pub use jpeg::{Jpeg, Piece, marker};
pub use photo::{Colour, Header, HuffmanTables, Photo, Process};
pub use scan::Scan;
pub use slack::{Choice, Slack};
