//! What stands before the first scan: application segments, quantisation tables, frame.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::jpeg::quality;
use crate::profile::{self, ProfileClass};

/// What the scans are judged by.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    /// The second byte of the frame's marker: 0xC0, 0xC1 or 0xC2.
    pub(crate) kind: u8,
    /// True if a quantisation table has steps of 16 bits.
    pub(crate) wide: bool,
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// Identifier and sampling factors of each component.
    pub(crate) components: Vec<(u8, u8, u8)>,
    /// True if all before the first scan is what Rebuild writes, and Android.
    pub(crate) rebuilt: bool,
}

/// Goes over everything before the first scan.
pub(crate) fn recognise(cursor: &mut Cursor<'_>) -> Result<Frame, Rejection> {
    cursor.demand(b"\xFF\xD8", "the start of a JPEG")?;
    let jfif = cursor.passes(b"\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let turned = orientation(cursor)?;
    let profile = constant_profile(cursor)?;
    // Strip and Recode leave a profile out that means sRGB
    let rebuilt = profile == Some(ProfileClass::AndroidSrgb);
    let adobe = adobe(cursor)?;
    let tables = quantisation_tables(cursor, rebuilt)?;
    let wide: Vec<bool> = tables.iter().map(|steps| steps.len() == 128).collect();
    let mut frame = frame(cursor, &wide)?;

    let names: Vec<u8> = frame.components.iter().map(|(name, ..)| *name).collect();
    let dressed = matches!(
        (names.as_slice(), jfif, adobe),
        (&[1] | &[1, 2, 3], true, None)
            | (b"RGB", false, Some(0))
            | (b"CMYK", false, None | Some(0))
            | (&[1, 2, 3, 4], false, Some(2))
    );
    cursor.require(dressed, "components that fit the application segments")?;
    let fits = match profile {
        None => true,
        Some(ProfileClass::GreyGamma22) => names.len() == 1,
        Some(_) => names.len() != 4,
    };
    cursor.require(fits, "a profile that fits the components")?;
    if rebuilt {
        let standard = match *tables {
            [luminance, chrominance] => quality::is_standard(luminance, chrominance),
            _ => false,
        };
        cursor.require(standard && !turned, "an upright picture of a standard quality")?;
        let usual = frame.kind == 0xC0 && frame.components == [(1, 2, 2), (2, 1, 1), (3, 1, 1)];
        cursor.require(usual, "a baseline frame with chroma of half the size")?;
        frame.rebuilt = true;
    }
    Ok(frame)
}

/// The block that holds the orientation alone; 1 is never written. True if there is one.
fn orientation(cursor: &mut Cursor<'_>) -> Result<bool, Rejection> {
    if !cursor.passes(b"\xFF\xE1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0") {
        return Ok(false);
    }
    let value = cursor.byte("an orientation")?;
    cursor.require((2..=8).contains(&value), "an orientation from 2 to 8")?;
    cursor.demand(&[0; 6], "the end of the orientation block")?;
    Ok(true)
}

fn constant_profile(cursor: &mut Cursor<'_>) -> Result<Option<ProfileClass>, Rejection> {
    if !cursor.sees(b"\xFF\xE2") {
        return Ok(None);
    }
    cursor.demand(b"\xFF\xE2", "a profile")?;
    let length = cursor.word("the length of a profile")?;
    let payload = cursor.take(usize::from(length).saturating_sub(2), "a whole profile")?;
    let bytes = payload.strip_prefix(b"ICC_PROFILE\0\x01\x01");
    match ProfileClass::ALL
        .iter()
        .find(|class| Some(profile::constant(**class).as_slice()) == bytes)
    {
        Some(class) => Ok(Some(*class)),
        None => cursor.reject("one of the constant profiles"),
    }
}

/// Adobe's segment; its transform.
fn adobe(cursor: &mut Cursor<'_>) -> Result<Option<u8>, Rejection> {
    if !cursor.passes(b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0") {
        return Ok(None);
    }
    Ok(Some(cursor.byte("Adobe's transform")?))
}

/// One segment a table, in the slots 0, 1, …, no two alike but in a file of Rebuild. The steps of
/// each, in bytes or in pairs of bytes.
fn quantisation_tables<'a>(
    cursor: &mut Cursor<'a>,
    rebuilt: bool,
) -> Result<Vec<&'a [u8]>, Rejection> {
    let mut tables: Vec<&[u8]> = Vec::new();
    while cursor.passes(b"\xFF\xDB") {
        let length = cursor.word("the length of a quantisation table")?;
        let head = usize::from(cursor.byte("a quantisation table")?);
        let (wide, size) = match length {
            67 => (0, 64),
            131 => (0x10, 128),
            _ => return cursor.reject("one quantisation table a segment"),
        };
        cursor.require(tables.len() < 4 && head == wide | tables.len(), "the next free slot")?;
        let steps = cursor.take(size, "a whole quantisation table")?;
        let narrow = size == 64 || steps.chunks_exact(2).any(|step| step.first() != Some(&0));
        cursor.require(narrow, "steps of 16 bits only where 8 do not suffice")?;
        cursor.require(rebuilt || !tables.contains(&steps), "no quantisation table twice")?;
        tables.push(steps);
    }
    Ok(tables)
}

fn frame(cursor: &mut Cursor<'_>, tables: &[bool]) -> Result<Frame, Rejection> {
    cursor.demand(b"\xFF", "a frame")?;
    let kind = cursor.byte("a frame")?;
    cursor.require((0xC0..=0xC2).contains(&kind), "a frame of the kind 0, 1 or 2")?;
    let length = cursor.word("the length of a frame")?;
    cursor.demand(&[8], "samples of 8 bits")?;
    let height = cursor.word("the height")?;
    let width = cursor.word("the width")?;
    cursor.require(height > 0 && width > 0, "a picture with a size")?;
    let count = cursor.byte("the number of components")?;
    let whole = matches!((count, length), (1, 11) | (3, 17) | (4, 20));
    cursor.require(whole, "1, 3 or 4 components")?;

    let mut components = Vec::new();
    let mut tables_named = 0;
    for _ in 0..count {
        let name = cursor.byte("a component")?;
        let sampling = cursor.byte("the sampling of a component")?;
        let (h, v) = (sampling >> 4, sampling & 0x0F);
        let lone = count > 1 || sampling == 0x11;
        let valid = lone && (1..=4).contains(&h) && (1..=4).contains(&v);
        cursor.require(valid, "sampling factors from 1 to 4")?;
        let table = usize::from(cursor.byte("the table of a component")?);
        cursor.require(table <= tables_named && table < tables.len(), "tables in order of use")?;
        tables_named = tables_named.max(table.saturating_add(1));
        components.push((name, h, v));
    }
    cursor.require(tables_named == tables.len(), "no quantisation table that is not used")?;
    let wide = tables.contains(&true);
    cursor.require(kind != 0xC0 || !wide, "a baseline frame without wide tables")?;
    Ok(Frame { kind, wide, width, height, components, rebuilt: false })
}
