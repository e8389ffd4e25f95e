//! The clean photo: it stays in Rust, and is given out in pieces or to a file descriptor.

use std::sync::Arc;

use unmarked::{Clean, Error, Format, Orientation, Pixels, Policy};

use crate::{CleaningPolicy, PhotoError, PhotoReceipt, given_out};

/// Cleans a photo. The bytes are read where they stand and not kept.
///
/// Kotlin: pass a direct buffer whose position is 0 (`slice()` one that is not).
#[uniffi::export]
pub fn clean_photo(photo: &[u8], policy: CleaningPolicy) -> Result<Arc<CleanPhoto>, PhotoError> {
    let policy = policy.into();
    handed_over(unmarked::clean(photo, &policy), Format::detect(photo), &policy)
}

/// Rebuilds a picture from the pixels that the platform's decoder gave, whatever method `policy`
/// names: for photos that `cleanPhoto` refuses as `Undecoded`. They are read where they stand.
///
/// `photo` is the file that they were decoded from: the receipt tells what it said. Empty if there
/// is none.
///
/// `rgba` holds rows from the top, `stride` bytes from the start of one to the next: red, green,
/// blue and alpha (not premultiplied), 8 bits each, in sRGB. What is transparent becomes white in
/// a JPEG.
/// `orientation` is the value of Exif, 1 to 8; others mean upright.
#[uniffi::export]
pub fn rebuild_pixels(
    photo: &[u8],
    rgba: &[u8],
    width: u32,
    height: u32,
    stride: u32,
    orientation: u8,
    policy: CleaningPolicy,
) -> Result<Arc<CleanPhoto>, PhotoError> {
    let policy = policy.into();
    let orientation = Orientation::from_exif_value(orientation.into()).unwrap_or_default();
    let photo = Some(photo).filter(|photo| !photo.is_empty());
    let pixels = Pixels { width, height, stride, rgba, orientation, profile: None, photo };
    handed_over(unmarked::rebuild_pixels(&pixels, &policy), None, &policy)
}

fn handed_over(
    cleaned: Result<Clean, Error>,
    format: Option<Format>,
    policy: &Policy,
) -> Result<Arc<CleanPhoto>, PhotoError> {
    match cleaned {
        Ok(clean) => Ok(Arc::new(CleanPhoto { clean })),
        Err(error) => {
            log::warn!("a photo was refused");
            Err(PhotoError::refused(error, format, policy))
        }
    }
}

/// A clean photo in memory. It is wiped when the last reference goes.
#[derive(Debug, uniffi::Object)]
pub struct CleanPhoto {
    clean: Clean,
}

impl CleanPhoto {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.clean.bytes()
    }
}

#[uniffi::export]
impl CleanPhoto {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.clean.bytes().len() as u64
    }

    /// Its media type: "image/jpeg".
    pub fn media_type(&self) -> String {
        self.clean.media_type().to_owned()
    }

    /// A fresh neutral file name, the same for the life of this object.
    pub fn file_name(&self) -> String {
        self.clean.name().to_owned()
    }

    /// What was found, removed, kept, and what still remains.
    pub fn receipt(&self) -> PhotoReceipt {
        self.clean.receipt().into()
    }

    /// Up to `length` bytes from `offset`, never more than 256 KiB; none at or past the end.
    pub fn read(&self, offset: u64, length: u32) -> Vec<u8> {
        given_out::piece(self.bytes(), offset, length)
    }

    /// Writes the whole photo to the open file descriptor `fd`, from where it stands.
    ///
    /// The descriptor is borrowed and never closed (Android's fdsan aborts a process in which two
    /// owners close one). It has to stay open until this returns.
    pub fn write_to(&self, fd: i32) -> Result<(), PhotoError> {
        given_out::write("the photo", self.bytes(), fd).map_err(|reason| PhotoError::NotWritten {
            reason,
            advice: "check the space that is left and share the photo again".to_owned(),
        })
    }
}
