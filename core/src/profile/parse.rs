//! Reads what matters of a profile: ICC.1:2022, sections 7.2 (header), 7.3 (tag table), 9.2 (tags),
//! 10.6 (curveType), 10.18 (parametricCurveType), 10.31 (XYZType).

use crate::bytes::{Endian, array_at, slice_at};

/// A profile as far as it can be replaced.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) space: Space,
}

/// What a profile describes.
#[derive(Debug)]
pub(crate) enum Space {
    /// RGB by primaries and curves.
    Rgb(Rgb),
    /// Grey by a curve.
    Grey(Curve),
    /// CMYK.
    Cmyk,
    /// RGB or grey by tables (`A2B0`), which go before the primaries or the curve that may be there
    /// too.
    Table(Option<Box<Space>>),
    /// A transfer function of HDR (`cicp`: PQ or HLG), which goes before them as well.
    Hdr(Option<Box<Space>>),
    /// Another colour model.
    Other,
}

/// Primaries (columns: red, green, blue; rows: X, Y, Z relative to D50) and curves.
#[derive(Debug, Clone)]
pub(crate) struct Rgb {
    pub(crate) primaries: [[f64; 3]; 3],
    pub(crate) curves: [Curve; 3],
}

/// A transfer curve from the coded value (0 to 1) to linear light (0 to 1).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Curve {
    /// Evenly spaced samples, at least two.
    Table(Vec<f64>),
    /// `g a b c d e f` of the parametric function type 4; simpler types fill it up.
    Parametric([f64; 7]),
}

impl Curve {
    /// The pure power `gamma`.
    pub(crate) fn gamma(gamma: f64) -> Curve {
        Curve::Parametric([gamma, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    }

    /// The curve of sRGB: IEC 61966-2-1, section 5.2.
    pub(crate) fn srgb() -> Curve {
        Curve::Parametric([2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045, 0.0, 0.0])
    }

    /// The linear light of the coded value `x`, both from 0 to 1.
    pub(crate) fn linear(&self, x: f64) -> f64 {
        let y = match self {
            Curve::Table(samples) => {
                let last = samples.len().saturating_sub(1);
                let position = x * last as f64;
                let low = (position.floor() as usize).min(last);
                let high = low.saturating_add(1).min(last);
                let at = |i: usize| samples.get(i).copied().unwrap_or(0.0);
                let part = position - low as f64;
                at(low) * (1.0 - part) + at(high) * part
            }
            Curve::Parametric([g, a, b, c, d, e, f]) => {
                if x >= *d {
                    (a * x + b).max(0.0).powf(*g) + e
                } else {
                    c * x + f
                }
            }
        };
        y.clamp(0.0, 1.0)
    }
}

impl Profile {
    /// What `data` describes; `None` if it is no profile that a viewer could use.
    pub(crate) fn parse(data: &[u8]) -> Option<Profile> {
        if slice_at(data, 36, 4)? != b"acsp" {
            return None;
        }
        let has = |tag: &[u8; 4]| tag_data(data, tag).is_some();
        let tables = [b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1", b"D2B2", b"D2B3"];
        let space = match slice_at(data, 16, 4)? {
            b"CMYK" => Space::Cmyk,
            b"RGB " | b"GRAY" if is_hdr(data) => Space::Hdr(simple(data).map(Box::new)),
            b"RGB " | b"GRAY" if tables.iter().any(|tag| has(tag)) => {
                Space::Table(simple(data).map(Box::new))
            }
            b"RGB " | b"GRAY" => simple(data)?,
            _ => Space::Other,
        };
        Some(Profile { space })
    }
}

/// The space of an RGB or grey profile by its primaries and curves alone.
fn simple(data: &[u8]) -> Option<Space> {
    match slice_at(data, 16, 4)? {
        b"RGB " => Some(Space::Rgb(Rgb {
            primaries: columns([
                xyz(tag_data(data, b"rXYZ")?)?,
                xyz(tag_data(data, b"gXYZ")?)?,
                xyz(tag_data(data, b"bXYZ")?)?,
            ]),
            curves: [
                curve(tag_data(data, b"rTRC")?)?,
                curve(tag_data(data, b"gTRC")?)?,
                curve(tag_data(data, b"bTRC")?)?,
            ],
        })),
        _ => Some(Space::Grey(curve(tag_data(data, b"kTRC")?)?)),
    }
}

/// The data of the first tag of this signature.
fn tag_data<'a>(data: &'a [u8], signature: &[u8; 4]) -> Option<&'a [u8]> {
    const MOST_TAGS: u32 = 1_000;
    let count = Endian::Big.u32(data, 128)?.min(MOST_TAGS);
    let entries = data.get(132..)?.chunks_exact(12).take(usize::try_from(count).ok()?);
    let entry = entries.into_iter().find(|entry| entry.starts_with(signature))?;
    let offset = usize::try_from(Endian::Big.u32(entry, 4)?).ok()?;
    let size = usize::try_from(Endian::Big.u32(entry, 8)?).ok()?;
    slice_at(data, offset, size)
}

/// True if a `cicp` tag names the transfer PQ (16) or HLG (18): ITU-T H.273, table 3.
fn is_hdr(data: &[u8]) -> bool {
    code_points(data).is_some_and(|[_, transfer]| transfer == 16 || transfer == 18)
}

/// The primaries and the transfer characteristics of a `cicp` tag: section 10.3.
pub(crate) fn code_points(data: &[u8]) -> Option<[u8; 2]> {
    array_at(tag_data(data, b"cicp")?, 8)
}

/// A signed 15.16 fixed-point number.
fn fixed(data: &[u8], at: usize) -> Option<f64> {
    Some(f64::from(i32::from_be_bytes(array_at(data, at)?)) / 65_536.0)
}

fn xyz(tag: &[u8]) -> Option<[f64; 3]> {
    if !tag.starts_with(b"XYZ ") {
        return None;
    }
    Some([fixed(tag, 8)?, fixed(tag, 12)?, fixed(tag, 16)?])
}

/// A matrix of these columns.
fn columns([[a, b, c], [d, e, f], [g, h, i]]: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    [[a, d, g], [b, e, h], [c, f, i]]
}

fn curve(tag: &[u8]) -> Option<Curve> {
    match tag.get(..4)? {
        b"curv" => {
            let count = usize::try_from(Endian::Big.u32(tag, 8)?).ok()?;
            match count {
                0 => Some(Curve::gamma(1.0)),
                1 => Some(Curve::gamma(f64::from(Endian::Big.u16(tag, 12)?) / 256.0)),
                _ => {
                    let samples = slice_at(tag, 12, count.checked_mul(2)?)?;
                    let samples = samples.chunks_exact(2).filter_map(|s| Endian::Big.u16(s, 0));
                    Some(Curve::Table(samples.map(|s| f64::from(s) / 65_535.0).collect()))
                }
            }
        }
        b"para" => {
            let p = |n: usize| fixed(tag, n.checked_mul(4)?.checked_add(12)?);
            let g = p(0)?;
            Some(Curve::Parametric(match Endian::Big.u16(tag, 8)? {
                0 => [g, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                1 => [g, p(1)?, p(2)?, 0.0, -p(2)? / p(1)?, 0.0, 0.0],
                2 => [g, p(1)?, p(2)?, 0.0, -p(2)? / p(1)?, p(3)?, p(3)?],
                3 => [g, p(1)?, p(2)?, p(3)?, p(4)?, 0.0, 0.0],
                4 => [g, p(1)?, p(2)?, p(3)?, p(4)?, p(5)?, p(6)?],
                _ => return None,
            }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_say_what_they_mean() {
        let table = curve(b"curv\0\0\0\0\0\0\0\x03\0\0\x40\0\xff\xff").unwrap();
        assert!((table.linear(0.25) - 0.125).abs() < 1e-4);
        let gamma = curve(b"curv\0\0\0\0\0\0\0\x01\x02\x33").unwrap();
        assert!((gamma.linear(0.5) - 0.5f64.powf(563.0 / 256.0)).abs() < 1e-9);
        assert!((Curve::srgb().linear(0.5) - 0.21404).abs() < 1e-5);
        assert!((Curve::srgb().linear(0.02) - 0.02 / 12.92).abs() < 1e-9);
        assert_eq!(curve(b"curv\0\0\0\0\xff\xff\xff\xff\0\0"), None);
    }
}
