//! AVIF files made by code around small coded pictures: AV1 Image File Format, AV1 Bitstream &
//! Decoding Process Specification.
//!
//! | to get this | start here |
//! |---|---|
//! | one file of each kind | [`kinds`] |
//! | everything that can carry a mark in the coded part | [`carriers`] |
//! | a coded picture, its headers written in another way | [`Av1`] |

mod bits;
mod carriers;
mod file;
mod picture;

pub use carriers::{Carrier, carriers};
pub use file::{Avif, boxed, kinds};
pub use picture::{Av1, Full, Model, Timing};
