//! Pictures: what the coded data of a photo shows, and how it is coded again.

pub(crate) mod jpeg;
pub(crate) mod rebuild;
