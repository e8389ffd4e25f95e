//! Pictures that are put together from others: `grid`, `iovl`, `iden`. ISO/IEC 23008-12, section
//! 6.6.2.

use super::boxes::{Bytes, Kind};
use super::{damaged, unsupported};
use crate::Error;

/// What is done with the pictures that an item refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Derived {
    /// The one picture, as it is.
    Identity,
    /// Pictures side by side.
    Grid { rows: u8, columns: u8, size: (u32, u32) },
    /// Pictures on top of each other, each at its place.
    Overlay { canvas: [u16; 4], size: (u32, u32), places: Vec<(i32, i32)> },
}

impl Derived {
    /// What `kind` and the bytes of the item say, which refers to `inputs` pictures. None if it is
    /// no such item.
    pub(super) fn read(
        kind: &Kind,
        mut body: Bytes<'_>,
        inputs: usize,
    ) -> Result<Option<Derived>, Error> {
        let start = body.at;
        let derived = match kind {
            b"iden" => Derived::Identity,
            b"grid" => {
                let wide = head(&mut body)?;
                let (rows, columns) = (body.u8()?, body.u8()?);
                let size = (body.either(wide)?, body.either(wide)?);
                Derived::Grid { rows, columns, size }
            }
            b"iovl" => {
                let wide = head(&mut body)?;
                let canvas = [body.u16()?, body.u16()?, body.u16()?, body.u16()?];
                let size = (body.either(wide)?, body.either(wide)?);
                let mut places = Vec::new();
                for _ in 0..inputs {
                    places.push((signed(&mut body, wide)?, signed(&mut body, wide)?));
                }
                Derived::Overlay { canvas, size, places }
            }
            _ => return Ok(None),
        };
        let right = match &derived {
            Derived::Identity => inputs == 1,
            Derived::Grid { rows, columns, .. } => {
                let across = usize::from(*columns).saturating_add(1);
                usize::from(*rows).saturating_add(1).saturating_mul(across) == inputs
            }
            Derived::Overlay { .. } => inputs > 0,
        };
        let sized = derived.size().is_none_or(|(width, height)| width > 0 && height > 0);
        if right && sized {
            Ok(Some(derived))
        } else {
            Err(damaged(start, "as many pictures as are put together"))
        }
    }

    /// The kind of its items.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Derived::Identity => *b"iden",
            Derived::Grid { .. } => *b"grid",
            Derived::Overlay { .. } => *b"iovl",
        }
    }

    /// The size that is told; that of [`Derived::Identity`] is its picture's.
    pub(crate) fn size(&self) -> Option<(u32, u32)> {
        match self {
            Derived::Identity => None,
            Derived::Grid { size, .. } | Derived::Overlay { size, .. } => Some(*size),
        }
    }

    /// The bytes of the item: 16 bits for each number if all of them fit.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Derived::Identity => {}
            Derived::Grid { rows, columns, size } => {
                let wide = is_wide(*size);
                out.extend([0, u8::from(wide), *rows, *columns]);
                put(&mut out, wide, size.0);
                put(&mut out, wide, size.1);
            }
            Derived::Overlay { canvas, size, places } => {
                let far = |place: &(i32, i32)| {
                    i16::try_from(place.0).is_err() || i16::try_from(place.1).is_err()
                };
                let wide = is_wide(*size) || places.iter().any(far);
                out.extend([0, u8::from(wide)]);
                out.extend(canvas.iter().flat_map(|value| value.to_be_bytes()));
                let places = places.iter().map(|(x, y)| (x.cast_unsigned(), y.cast_unsigned()));
                for (x, y) in [*size].into_iter().chain(places) {
                    put(&mut out, wide, x);
                    put(&mut out, wide, y);
                }
            }
        }
        out
    }
}

/// The version and the flag that makes numbers wide.
fn head(body: &mut Bytes<'_>) -> Result<bool, Error> {
    if body.u8()? != 0 {
        return Err(unsupported("pictures put together in an unknown way"));
    }
    Ok(body.u8()? & 1 == 1)
}

fn signed(body: &mut Bytes<'_>, wide: bool) -> Result<i32, Error> {
    let value = body.either(wide)?;
    Ok(match u16::try_from(value) {
        Ok(narrow) if !wide => i32::from(narrow.cast_signed()),
        _ => value.cast_signed(),
    })
}

fn is_wide((width, height): (u32, u32)) -> bool {
    u16::try_from(width.max(height)).is_err()
}

/// A number of 32 bits, or the lower 16 of them.
fn put(out: &mut Vec<u8>, wide: bool, value: u32) {
    let [a, b, c, d] = value.to_be_bytes();
    if wide {
        out.extend([a, b]);
    }
    out.extend([c, d]);
}
