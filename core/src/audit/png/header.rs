//! What stands before the coded pictures: IHDR, cICP, iCCP or gAMA, PLTE, tRNS, eXIf, acTL.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::png::checksum::{Adler, crc};
use crate::profile::cicp::{Primaries, Transfer};
use crate::profile::{self, ProfileClass};

/// The header of a picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) depth: u8,
    pub(super) colour: u8,
    pub(super) interlaced: bool,
}

impl Header {
    /// Bits of a pixel.
    pub(super) fn pixel_bits(&self) -> usize {
        let samples = match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        usize::from(self.depth).saturating_mul(samples)
    }

    /// Width and rows of each pass that holds a pixel: section 8.1.
    pub(super) fn passes(&self) -> Vec<(usize, u32)> {
        let width = usize::try_from(self.width).unwrap_or(usize::MAX);
        if !self.interlaced {
            return vec![(width, self.height)];
        }
        let every = |size: u32, first: u32, step: u32| size.saturating_sub(first).div_ceil(step);
        // first column, step; first row, step
        let passes = [
            ((0, 8), (0, 8)),
            ((4, 8), (0, 8)),
            ((0, 4), (4, 8)),
            ((2, 4), (0, 4)),
            ((0, 2), (2, 4)),
            ((1, 2), (0, 2)),
            ((0, 1), (1, 2)),
        ];
        let size = |((x, across), (y, down)): ((u32, u32), (u32, u32))| {
            let width = usize::try_from(every(self.width, x, across)).unwrap_or(usize::MAX);
            (width, every(self.height, y, down))
        };
        passes.into_iter().map(size).filter(|(width, rows)| *width > 0 && *rows > 0).collect()
    }

    /// The bytes of all rows and their filters.
    pub(super) fn raw_bytes(&self) -> u64 {
        let bits = self.pixel_bits() as u64;
        self.passes().iter().fold(0, |sum: u64, (width, rows)| {
            let row = (*width as u64).saturating_mul(bits).div_ceil(8).saturating_add(1);
            sum.saturating_add(row.saturating_mul(u64::from(*rows)))
        })
    }

    /// True if every pixel tells its own alpha.
    pub(super) fn has_alpha(&self) -> bool {
        matches!(self.colour, 4 | 6)
    }
}

/// What the pixels are judged by.
#[derive(Debug)]
pub(super) struct Dress<'a> {
    pub(super) header: Header,
    pub(super) palette: &'a [[u8; 3]],
    pub(super) transparency: &'a [u8],
    pub(super) turned: bool,
    /// True if the colours are told.
    pub(super) told: bool,
    /// Number of frames and of runs.
    pub(super) animation: Option<(u32, u32)>,
}

impl Dress<'_> {
    /// The one transparent colour, as pixels have it; empty if there is none.
    pub(super) fn key(&self) -> Vec<u8> {
        let wide = self.header.depth == 16;
        match self.header.colour {
            3 => Vec::new(),
            _ if wide => self.transparency.to_vec(),
            _ => self.transparency.iter().skip(1).step_by(2).copied().collect(),
        }
    }
}

/// The content of the next chunk, if it has the name `kind`; its checksum is right.
pub(super) fn chunk<'a>(
    cursor: &mut Cursor<'a>,
    kind: &[u8; 4],
) -> Result<Option<&'a [u8]>, Rejection> {
    let Some(([length, name], _)) =
        cursor.rest().split_first_chunk::<8>().map(|(head, rest)| (halves(*head), rest))
    else {
        return cursor.reject("a chunk");
    };
    if name != *kind {
        return Ok(None);
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    cursor.take(8, "a chunk")?;
    let payload = cursor.take(length, "a whole chunk")?;
    let at = cursor.clone();
    let stated = cursor.take(4, "the checksum of a chunk")?;
    at.require(stated == crc(&[kind, payload]).to_be_bytes(), "the checksum of the chunk")?;
    Ok(Some(payload))
}

fn halves([a, b, c, d, e, f, g, h]: [u8; 8]) -> [[u8; 4]; 2] {
    [[a, b, c, d], [e, f, g, h]]
}

/// The number in four bytes.
pub(super) fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |four| u32::from_be_bytes(*four))
}

/// Goes over everything before the first picture.
pub(super) fn recognise<'a>(cursor: &mut Cursor<'a>) -> Result<Dress<'a>, Rejection> {
    cursor.demand(b"\x89PNG\r\n\x1a\n", "the signature of a PNG")?;
    let header = header(cursor)?;
    let points = code_points(cursor)?;
    let profile = constant_profile(cursor, &header)?;
    let gamma = gamma(cursor)?;
    cursor.require(!gamma || profile.is_none(), "a power or a profile, not both")?;
    // sRGB is not told, unless others would follow something else
    let plain = points == Some([1, 13, 0, 1]) && profile.is_none() && !gamma;
    cursor.require(!plain, "no code points of sRGB")?;
    let palette = palette(cursor, &header)?;
    let transparency = transparency(cursor, &header, palette.len())?;
    let turned = orientation(cursor)?;
    let animation = match chunk(cursor, b"acTL")? {
        None => None,
        Some(payload) => {
            let (frames, plays) = payload.split_at_checked(4).unwrap_or_default();
            let (frames, plays) = (number(frames), number(plays));
            let valid = payload.len() == 8 && frames > 0 && frames.max(plays) <= MOST;
            cursor.require(valid, "a number of frames and of runs")?;
            Some((frames, plays))
        }
    };
    let told = points.is_some() || profile.is_some() || gamma;
    Ok(Dress { header, palette, transparency, turned, told, animation })
}

const MOST: u32 = 0x7FFF_FFFF;

fn header(cursor: &mut Cursor<'_>) -> Result<Header, Rejection> {
    let Some(payload) = chunk(cursor, b"IHDR")? else { return cursor.reject("a header") };
    let (size, kind) = payload.split_at_checked(8).unwrap_or_default();
    let (width, height) = size.split_at_checked(4).unwrap_or_default();
    let (width, height) = (number(width), number(height));
    let &[depth, colour, 0, 0, interlace @ (0 | 1)] = kind else {
        return cursor.reject("a header of the one length, with methods that exist");
    };
    cursor.require(width.min(height) > 0 && width.max(height) <= MOST, "a picture with a size")?;
    let valid = match colour {
        0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
        3 => matches!(depth, 1 | 2 | 4 | 8),
        2 | 4 | 6 => matches!(depth, 8 | 16),
        _ => false,
    };
    cursor.require(valid, "a colour type and depth that exist")?;
    Ok(Header { width, height, depth, colour, interlaced: interlace == 1 })
}

/// Code points that have a meaning, each by the first code for it.
fn code_points(cursor: &mut Cursor<'_>) -> Result<Option<[u8; 4]>, Rejection> {
    let Some(payload) = chunk(cursor, b"cICP")? else { return Ok(None) };
    let &[primaries, transfer, 0, range @ (0 | 1)] = payload else {
        return cursor.reject("code points of RGB");
    };
    let first = Primaries::of(primaries).is_some_and(|known| known.code() == primaries)
        && Transfer::of(transfer).is_some_and(|known| known.code() == transfer);
    cursor.require(first, "code points that have a meaning")?;
    Ok(Some([primaries, transfer, 0, range]))
}

fn constant_profile(
    cursor: &mut Cursor<'_>,
    header: &Header,
) -> Result<Option<ProfileClass>, Rejection> {
    let Some(payload) = chunk(cursor, b"iCCP")? else { return Ok(None) };
    let grey = matches!(header.colour, 0 | 4);
    let found = ProfileClass::ALL.into_iter().find(|class| {
        let bytes = profile::constant(*class);
        let length = u16::try_from(bytes.len()).unwrap_or(0);
        let mut adler = Adler::new();
        adler.add(&bytes);
        let expected = [
            &b"ICC Profile\0\0\x78\x9C\x01"[..],
            &length.to_le_bytes(),
            &(!length).to_le_bytes(),
            &bytes,
            &adler.value().to_be_bytes(),
        ];
        expected.concat() == payload
    });
    match found {
        Some(ProfileClass::AndroidSrgb) | None => cursor.reject("one of the constant profiles"),
        Some(ProfileClass::GreyGamma22) if !grey => {
            cursor.reject("a profile that fits the colours")
        }
        class => Ok(class),
    }
}

/// A power of 1.01 from 1/10 to 10, times 100,000, that is none which viewers take for sRGB's. True if
/// there is one.
fn gamma(cursor: &mut Cursor<'_>) -> Result<bool, Rejection> {
    let Some(payload) = chunk(cursor, b"gAMA")? else { return Ok(false) };
    let told = number(payload);
    let power = |steps: i32| (1e5 * 1.01f64.powi(steps)).round();
    let known = (-231..=231).any(|steps| power(steps) == f64::from(told));
    let srgb = (43_291..=47_727).contains(&told);
    cursor.require(payload.len() == 4 && known && !srgb, "a power of the few there are")?;
    Ok(true)
}

fn palette<'a>(cursor: &mut Cursor<'a>, header: &Header) -> Result<&'a [[u8; 3]], Rejection> {
    let payload = chunk(cursor, b"PLTE")?;
    let (entries, rest) = payload.unwrap_or_default().as_chunks::<3>();
    cursor.require(payload.is_some() == (header.colour == 3), "a colour table where it is used")?;
    let most = 1usize << header.depth.min(8);
    let fits = rest.is_empty() && (payload.is_none() || (1..=most).contains(&entries.len()));
    cursor.require(fits, "a colour table of whole entries, and no more than pixels can name")?;
    Ok(entries)
}

fn transparency<'a>(
    cursor: &mut Cursor<'a>,
    header: &Header,
    entries: usize,
) -> Result<&'a [u8], Rejection> {
    let Some(payload) = chunk(cursor, b"tRNS")? else { return Ok(&[]) };
    let samples = payload.as_chunks::<2>().0;
    let narrow = samples.iter().all(|raw| {
        u32::from(u16::from_be_bytes(*raw)).checked_shr(u32::from(header.depth)) == Some(0)
    });
    let valid = match header.colour {
        0 => payload.len() == 2 && narrow,
        2 => payload.len() == 6 && narrow,
        3 => (1..=entries).contains(&payload.len()) && payload.last() != Some(&0xFF),
        _ => false,
    };
    cursor.require(valid, "transparency that fits the colours")?;
    Ok(payload)
}

/// The block that holds the orientation alone; 1 is never written. True if there is one.
fn orientation(cursor: &mut Cursor<'_>) -> Result<bool, Rejection> {
    let Some(payload) = chunk(cursor, b"eXIf")? else { return Ok(false) };
    let value = payload.strip_prefix(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    match value {
        Some([2..=8, 0, 0, 0, 0, 0, 0]) => Ok(true),
        _ => cursor.reject("a block with an orientation from 2 to 8"),
    }
}
