//! The properties that Unmarked writes: ISO/IEC 23008-12, section 6.5; ISO/IEC 14496-12, section
//! 12.1. Each has one way to be written.

use super::Stretch;
use super::meta::long;
use crate::ProfileClass;
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::profile::constant;

/// A property of items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property<'a> {
    pub(super) says: Says,
    /// What follows the header of its box.
    pub(super) body: Stretch<'a>,
    /// All of it.
    pub(super) whole: &'a [u8],
}

/// What a property says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// `hvcC`.
    Hevc,
    /// `av1C`.
    Av1,
    /// `colr` of the type `nclx`: primaries, transfer, matrix; true for the full range.
    CodePoints([u16; 3], bool),
    /// `colr` with a constant profile.
    Profile(ProfileClass),
    /// `ispe`.
    Size(u32, u32),
    /// `pixi`: the depths of luma and chroma; no chroma if it is grey.
    Depths(u8, Option<u8>),
    /// `pasp`.
    Spacing,
    /// `auxC` with the name that alpha has beside HEVC (true) or AV1.
    Alpha(bool),
    /// `clap`: width and height, rounded down; true if they are whole numbers and it is in the middle.
    Aperture((u32, u32), bool),
    /// `irot`: quarters.
    Rotation(u8),
    /// `imir`: the axis.
    Mirror(u8),
}

/// Goes over the next property.
pub(super) fn property<'a>(cursor: &mut Cursor<'a>) -> Result<Property<'a>, Rejection> {
    let start = cursor.rest();
    let length = long(cursor)?;
    let kind = cursor.take(4, "the kind of a property")?;
    let at = cursor.at();
    let Some(size) = length.checked_sub(8) else { return cursor.reject("a property of a length") };
    let bytes = cursor.take(size, "a whole property")?;
    let whole = start.get(..length).unwrap_or_default();
    let body = Stretch { bytes, at };
    match says(kind, bytes) {
        Some(says) => Ok(Property { says, body, whole }),
        None => body.reject(0, "a property as Unmarked writes it"),
    }
}

fn says(kind: &[u8], body: &[u8]) -> Option<Says> {
    Some(match (kind, body) {
        (b"hvcC", _) => Says::Hevc,
        (b"av1C", _) => Says::Av1,
        (b"colr", [b'p', b'r', b'o', b'f', profile @ ..]) => {
            let classes =
                [ProfileClass::DisplayP3, ProfileClass::AdobeRgb, ProfileClass::GreyGamma22];
            Says::Profile(classes.into_iter().find(|class| constant(*class) == profile)?)
        }
        (b"colr", [b'n', b'c', b'l', b'x', a, b, c, d, e, f, range @ (0 | 0x80)]) => {
            let codes = [[*a, *b], [*c, *d], [*e, *f]].map(u16::from_be_bytes);
            Says::CodePoints(codes, *range == 0x80)
        }
        (b"ispe", [0, 0, 0, 0, a, b, c, d, e, f, g, h]) => {
            let (width, height) =
                (u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*e, *f, *g, *h]));
            Says::Size(width, height)
        }
        (b"pixi", [0, 0, 0, 0, 1, luma]) => Says::Depths(*luma, None),
        (b"pixi", [0, 0, 0, 0, 3, luma, chroma, again]) if chroma == again => {
            Says::Depths(*luma, Some(*chroma))
        }
        (b"pasp", [a, b, c, d, e, f, g, h]) => {
            let across = u32::from_be_bytes([*a, *b, *c, *d]);
            let down = u32::from_be_bytes([*e, *f, *g, *h]);
            (across > 0 && down > 0 && across != down && coprime(across, down))
                .then_some(Says::Spacing)?
        }
        (b"auxC", [0, 0, 0, 0, urn @ ..]) => match urn {
            b"urn:mpeg:hevc:2015:auxid:1\0" => Says::Alpha(true),
            b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0" => Says::Alpha(false),
            _ => return None,
        },
        (b"clap", _) => aperture(body)?,
        (b"irot", [quarters @ 1..=3]) => Says::Rotation(*quarters),
        (b"imir", [axis @ 0..=1]) => Says::Mirror(*axis),
        _ => return None,
    })
}

fn aperture(body: &[u8]) -> Option<Says> {
    let (fractions, rest) = body.as_chunks::<8>();
    let [width, height, across, down] = fractions else { return None };
    let fraction = |[a, b, c, d, e, f, g, h]: &[u8; 8]| {
        let above = i32::from_be_bytes([*a, *b, *c, *d]);
        let below = u32::from_be_bytes([*e, *f, *g, *h]);
        (below > 0 && coprime(above.unsigned_abs(), below)).then_some((above, below))
    };
    let (width, height) = (fraction(width)?, fraction(height)?);
    let (across, down) = (fraction(across)?, fraction(down)?);
    if !rest.is_empty() || width.0 <= 0 || height.0 <= 0 {
        return None;
    }
    let floor = |(above, below): (i32, u32)| above.unsigned_abs().checked_div(below).unwrap_or(0);
    let plain = width.1 == 1 && height.1 == 1 && across.0 == 0 && down.0 == 0;
    Some(Says::Aperture((floor(width), floor(height)), plain))
}

/// True if no number but 1 divides both.
fn coprime(a: u32, b: u32) -> bool {
    let (mut large, mut small) = (a.max(b), a.min(b));
    while small > 0 {
        (large, small) = (small, large.checked_rem(small).unwrap_or(0));
    }
    large == 1
}
