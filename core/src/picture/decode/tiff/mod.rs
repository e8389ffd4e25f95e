//! TIFF 6.0 and BigTIFF: strips and tiles, unpacked, unpredicted, and shown in sRGB.
//!
//! Directories are read by `container::tiff`. Parts that are damaged or missing stay black.

mod colour;
mod fax;
mod jpeg;
mod layout;
mod samples;
mod unpack;

use self::layout::{Alpha, Compression, Layout, Number};
use self::samples::Store;
use super::colours::Colours;
use super::{Coded, cut_off, is_there};
use crate::container::tiff;
use crate::picture::bitmap::within;
use crate::profile::{self, Components, Outcome};
use crate::receipt::Note;
use crate::{Error, Limits, Orientation};

/// Decodes the page `page`, from 0.
pub(super) fn decode(photo: &[u8], page: u32, limits: &Limits) -> Result<Coded, Error> {
    let pages = tiff::pages(photo)?;
    let (file, directory) = tiff::page(photo, page)?;
    let layout = Layout::read(file, directory, limits)?;
    let (store, missing) = parts(&layout, photo, limits)?;
    let mut bitmap = colour::shown(&layout, store, limits)?;
    if layout.alpha == Alpha::Associated {
        bitmap.unmultiply();
    }
    let mut notes = Vec::new();
    if pages > 1 {
        notes.push(Note::Page { number: page.saturating_add(1), of: pages });
    }
    if layout.number == Number::Float || layout.bits > 16 {
        notes.push(Note::Rounded { bits: 16 });
    }
    let inks = layout.photometric == layout::Photometric::Inks;
    let colours = match layout.profile {
        // the inks are red, green and blue by now
        Some(profile) if inks => {
            notes.push(match profile::judge(profile, Components::Cmyk) {
                Ok(Outcome::Cmyk) => Note::CmykProfileDropped,
                _ => Note::UnusableProfileDropped,
            });
            Colours::Srgb
        }
        Some(profile) if !layout.photometric.is_lab() => Colours::Icc(profile.to_vec()),
        _ => Colours::Srgb,
    };
    let orientation = Orientation::from_exif_value(layout.orientation).unwrap_or_default();
    Ok(Coded { bitmap, orientation, colours, notes, missing })
}

/// The samples of all strips or tiles, and how many parts of ten thousand are missing.
fn parts(layout: &Layout<'_>, photo: &[u8], limits: &Limits) -> Result<(Store, u32), Error> {
    let size = (layout.width as u32, layout.height as u32);
    let by_jpeg = layout.compression == Compression::Jpeg;
    let bytes = if by_jpeg { 3 } else { layout.samples * if layout.bits > 8 { 2 } else { 1 } };
    // as it is put together, upright, and beside what is coded of it
    within(size, 3 * bytes as u64, limits)?;
    is_there(size, photo)?;
    let mut store = Store::new(layout)?;
    let (across, down) = layout.chunks();
    let planes = if layout.planar { layout.samples } else { 1 };
    let mut there = 0u64;
    for plane in 0..planes {
        for y in 0..down {
            for x in 0..across {
                let index = (plane * down + y) * across + x;
                let Some(coded) = layout.coded(index) else { continue };
                let at = (x * layout.chunk.0, y * layout.chunk.1);
                there += if by_jpeg {
                    jpeg::place(layout, coded, at, &mut store, limits)?
                } else {
                    store.place(layout, coded, at, plane, limits)?
                };
            }
        }
    }
    let all = layout.width as u64 * layout.height as u64 * planes as u64;
    if there == 0 {
        return Err(cut_off(photo));
    }
    let missing = ((all - there.min(all)) as u128 * 10_000).div_ceil(u128::from(all));
    // at most ten thousand
    Ok((store, (missing as u32).min(9_999)))
}
