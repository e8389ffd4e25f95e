//! Lossless data to its last symbol: RFC 9649, section 3.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::webp::bits::Bits;
use crate::audit::webp::codes::Code;
use crate::audit::webp::frame::Pixels;
use crate::constants::vp8l::NEAR;

/// A lossless picture.
pub(super) fn picture(cursor: &mut Cursor<'_>) -> Result<Pixels, Rejection> {
    cursor.demand(&[0x2F], "the start of a lossless picture")?;
    let head = super::frame::four_bytes(cursor, "the size of a lossless picture")?;
    cursor.require(head >> 29 == 0, "version 0")?;
    let width = (head & 0x3FFF).saturating_add(1);
    let height = (head >> 14 & 0x3FFF).saturating_add(1);
    let alpha = head >> 28 & 1 == 1;
    data(cursor, width, height)?;
    Ok(Pixels { width, height, alpha, simple: true })
}

/// Coded pixels of this size, to the last bit of what is left.
pub(super) fn data(cursor: &mut Cursor<'_>, width: u32, height: u32) -> Result<(), Rejection> {
    let mut walk = Walk { bits: Bits::new(cursor.rest()) };
    let walked = walk.all(width as usize, height as usize);
    let ended = walked.and_then(|()| {
        if walk.bits.is_end() { Ok(()) } else { Err("the end with the last symbol") }
    });
    let gone = walk.bits.bytes().min(cursor.rest().len());
    cursor.take(gone, "coded pixels")?;
    match ended {
        Ok(()) => cursor.require(cursor.rest().is_empty(), "nothing behind the last symbol"),
        Err(what) => cursor.reject(what),
    }
}

/// The most bytes of prefix codes: as many as the reading side allows by default.
const MOST_CODES: usize = 1 << 30;

/// The first symbol of a length, and of the colour cache.
const LENGTHS: u16 = 256;
const CACHE: u16 = 280;

/// What a symbol of each of the five codes of a group may be.
struct Group {
    codes: [Code; 5],
    /// How many pixels each symbol is, if none takes a bit.
    still: Option<usize>,
}

/// Which group holds where.
struct Map {
    block: u32,
    across: usize,
    groups: Vec<u16>,
}

struct Walk<'a> {
    bits: Bits<'a>,
}

impl Walk<'_> {
    fn all(&mut self, width: usize, height: usize) -> Result<(), &'static str> {
        let mut width = width;
        let mut transforms = [false; 4];
        while self.bits.flag() {
            let kind = self.bits.number(2) as usize;
            match transforms.get_mut(kind) {
                Some(seen) if !*seen => *seen = true,
                _ => return Err("each transform once"),
            }
            match kind {
                0 | 1 => {
                    let block = self.bits.number(3).saturating_add(2);
                    self.image(blocks(width, block), blocks(height, block), false)?;
                }
                3 => {
                    let colours = (self.bits.number(8) as usize).saturating_add(1);
                    self.image(colours, 1, false)?;
                    let shift = match colours {
                        0..=2 => 3,
                        3..=4 => 2,
                        5..=16 => 1,
                        _ => 0,
                    };
                    width = blocks(width, shift);
                }
                _ => {}
            }
        }
        self.image(width, height, true)
    }

    fn cache(&mut self) -> Result<u32, &'static str> {
        if !self.bits.flag() {
            return Ok(0);
        }
        match self.bits.number(4) {
            size @ 1..=11 => Ok(size),
            _ => Err("a colour cache of 1 to 11 bits"),
        }
    }

    fn group(&mut self, cache: u32) -> Result<Group, &'static str> {
        let places = if cache == 0 { 0 } else { 1usize << cache };
        let mut code = |count| {
            let code = Code::read(&mut self.bits, count).ok_or("a complete prefix code")?;
            if self.bits.is_over() { Err("a whole prefix code") } else { Ok(code) }
        };
        let green = code(usize::from(CACHE).saturating_add(places))?;
        let codes = [green, code(256)?, code(256)?, code(256)?, code(40)?];
        let [green, others @ .., distance] = &codes;
        let still = match green.single() {
            Some(symbol) if symbol < LENGTHS => {
                others.iter().all(|code| code.single().is_some()).then_some(1)
            }
            Some(symbol) if symbol < CACHE => {
                let length = usize::from(symbol.saturating_sub(LENGTHS)).saturating_add(1);
                let near = distance.single().is_some_and(|distance| distance < 4);
                (near && length <= 4).then_some(length)
            }
            Some(_) => Some(1),
            None => None,
        };
        Ok(Group { codes, still })
    }

    /// An image, to its last symbol.
    fn image(&mut self, width: usize, height: usize, main: bool) -> Result<(), &'static str> {
        let cache = self.cache()?;
        let map = if main && self.bits.flag() { Some(self.map(width, height)?) } else { None };
        let mut used = vec![map.is_none()];
        if let Some(map) = &map {
            let most = map.groups.iter().max().copied().unwrap_or(0);
            used.resize(usize::from(most).saturating_add(1), false);
            for group in &map.groups {
                if let Some(used) = used.get_mut(usize::from(*group)) {
                    *used = true;
                }
            }
        }
        let mut groups: Vec<Option<Group>> = Vec::with_capacity(used.len());
        let mut bytes = 0usize;
        for used in used {
            let group = self.group(cache)?;
            if used {
                let codes: usize = group.codes.iter().map(Code::bytes).sum();
                bytes = bytes.saturating_add(codes);
                if bytes > MOST_CODES {
                    return Err("prefix codes that fit in memory");
                }
            }
            groups.push(used.then_some(group));
        }

        let total = width.saturating_mul(height);
        let mut at = 0usize;
        while at < total {
            let (group, end) = match &map {
                None => (0, total),
                Some(map) => {
                    let y = at.checked_div(width).unwrap_or(0);
                    let x = at.checked_rem(width).unwrap_or(0);
                    let column = x >> map.block;
                    let place = (y >> map.block).saturating_mul(map.across).saturating_add(column);
                    let right = (column.saturating_add(1) << map.block).min(width);
                    let end = at.saturating_sub(x).saturating_add(right);
                    (map.groups.get(place).copied().unwrap_or(0), end)
                }
            };
            let Some(Some(group)) = groups.get(usize::from(group)) else {
                return Err("a group of prefix codes");
            };
            at = self.stretch(group, at, end, width)?;
        }
        if at == total { Ok(()) } else { Err("a copy inside the picture") }
    }

    /// Goes over pixels of one group from `at` to `end`, or further by what the last symbol copies.
    #[inline(never)]
    fn stretch(
        &mut self,
        group: &Group,
        mut at: usize,
        end: usize,
        width: usize,
    ) -> Result<usize, &'static str> {
        let [green, red, blue, alpha, distance] = &group.codes;
        let mut bits = self.bits;
        while at < end {
            let symbol = green.symbol(&mut bits);
            if symbol < LENGTHS {
                red.symbol(&mut bits);
                blue.symbol(&mut bits);
                alpha.symbol(&mut bits);
                at = at.wrapping_add(1);
            } else if symbol < CACHE {
                let length = number(symbol.wrapping_sub(LENGTHS), &mut bits);
                let code = distance.symbol(&mut bits);
                if far(number(code, &mut bits), width) > at {
                    return Err("a copy of what was there before");
                }
                at = at.saturating_add(length);
            } else {
                at = at.wrapping_add(1);
            }
            if bits.is_over() {
                return Err("data to the last pixel");
            }
            if let Some(pixels) = group.still {
                // the same again and again, without a bit
                let left = end.saturating_sub(at).div_ceil(pixels);
                at = at.saturating_add(left.saturating_mul(pixels));
            }
        }
        self.bits = bits;
        Ok(at)
    }

    /// The group of each block: the only pixels that matter.
    fn map(&mut self, width: usize, height: usize) -> Result<Map, &'static str> {
        let block = self.bits.number(3).saturating_add(2);
        let (across, down) = (blocks(width, block), blocks(height, block));
        let cache = self.cache()?;
        let group = self.group(cache)?;
        let [green, red, blue, alpha, distance] = &group.codes;
        let total = across.saturating_mul(down);
        let mut pixels: Vec<[u8; 4]> = Vec::with_capacity(total);
        let mut kept = vec![[0u8; 4]; if cache == 0 { 0 } else { 1 << cache }];
        let keep = |kept: &mut Vec<[u8; 4]>, pixel: [u8; 4]| {
            let hash = u32::from_be_bytes(pixel).wrapping_mul(0x1E35_A7BD);
            let place = hash.checked_shr(32u32.saturating_sub(cache)).unwrap_or(0);
            if let Some(place) = kept.get_mut(place as usize) {
                *place = pixel;
            }
        };
        while pixels.len() < total {
            let symbol = green.symbol(&mut self.bits);
            if symbol < LENGTHS {
                let (r, b) = (red.symbol(&mut self.bits), blue.symbol(&mut self.bits));
                let a = alpha.symbol(&mut self.bits);
                let pixel = [a as u8, r as u8, symbol as u8, b as u8];
                keep(&mut kept, pixel);
                pixels.push(pixel);
            } else if symbol < CACHE {
                let length = number(symbol.wrapping_sub(LENGTHS), &mut self.bits);
                let code = distance.symbol(&mut self.bits);
                let far = far(number(code, &mut self.bits), across);
                if length > total.saturating_sub(pixels.len()) {
                    return Err("a copy inside the map of groups");
                }
                for _ in 0..length {
                    let from = pixels.len().checked_sub(far);
                    let Some(pixel) = from.and_then(|from| pixels.get(from)).copied() else {
                        return Err("a copy of what was there before");
                    };
                    keep(&mut kept, pixel);
                    pixels.push(pixel);
                }
            } else {
                let place = usize::from(symbol.wrapping_sub(CACHE));
                let pixel = kept.get(place).copied().unwrap_or_default();
                keep(&mut kept, pixel);
                pixels.push(pixel);
            }
            if self.bits.is_over() {
                return Err("a whole map of groups");
            }
        }
        let groups = pixels.iter().map(|[_, r, g, _]| u16::from_be_bytes([*r, *g])).collect();
        Ok(Map { block, across, groups })
    }
}

/// How many blocks of `1 << bits` cover so many pixels.
fn blocks(pixels: usize, bits: u32) -> usize {
    pixels.div_ceil(1usize.wrapping_shl(bits).max(1))
}

/// A length, or the code of a distance: section 3.6.2.2.
#[inline(always)]
fn number(symbol: u16, bits: &mut Bits<'_>) -> usize {
    let symbol = u32::from(symbol);
    let number = match symbol.checked_sub(4) {
        None => symbol,
        Some(above) => {
            let extra = (above >> 1).wrapping_add(1);
            let first = (2 | (symbol & 1)).wrapping_shl(extra);
            first.wrapping_add(bits.number(extra))
        }
    };
    (number as usize).wrapping_add(1)
}

/// How many pixels back a copy starts, by the code of its distance.
#[inline(always)]
fn far(code: usize, width: usize) -> usize {
    match NEAR.get(code.wrapping_sub(1)) {
        None => code.wrapping_sub(NEAR.len()),
        Some((left, up)) => {
            let rows = usize::from(up.unsigned_abs()).wrapping_mul(width);
            rows.checked_add_signed(isize::from(*left)).unwrap_or(0).max(1)
        }
    }
}
