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
    pub(in crate::container::tiff) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in crate::container::tiff) const SUBFILE_TYPE: u16 = 255;
    pub(in crate::container::tiff) const IMAGE_WIDTH: u16 = 256;
    pub(in crate::container::tiff) const IMAGE_LENGTH: u16 = 257;
    pub(in crate::container::tiff) const PHOTOMETRIC: u16 = 262;
    pub(in crate::container::tiff) const SUB_IFDS: u16 = 330;
    pub(in crate::container::tiff) const CFA_REPEAT_PATTERN_DIM: u16 = 0x828D;
    pub(in crate::container::tiff) const CFA_PATTERN: u16 = 0x828E;
    pub(in crate::container::tiff) const DNG_VERSION: u16 = 0xC612;
}
