//! TIFF 6.0 and BigTIFF: which directories there are, what stands in them, and which of them are
//! pages. Nothing is decoded here, and no TIFF is ever written.

mod directory;
mod pages;
mod raw;

pub(crate) use directory::{Directory, Entry, Tiff};
pub(crate) use pages::{page, pages};
pub(crate) use raw::is_raw;

/// The tags that say what a directory is: TIFF 6.0, section 8; TIFF technical note 1; TIFF/EP; DNG.
pub(crate) mod tag {
    pub(crate) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(crate) const SUBFILE_TYPE: u16 = 255;
    pub(crate) const IMAGE_WIDTH: u16 = 256;
    pub(crate) const IMAGE_LENGTH: u16 = 257;
    pub(crate) const PHOTOMETRIC: u16 = 262;
    pub(crate) const SUB_IFDS: u16 = 330;
    pub(crate) const CFA_REPEAT_PATTERN_DIM: u16 = 0x828D;
    pub(crate) const CFA_PATTERN: u16 = 0x828E;
    pub(crate) const DNG_VERSION: u16 = 0xC612;
}
