//! Lossless data: RFC 9649, section 3.
//!
//! Where it ends does not depend on what any pixel is, but on those of the entropy image alone: they
//! choose the prefix codes.

use zeroize::Zeroizing;

use super::Coded;
use super::bits::Bits;
use super::code::{Code, Codes};
use crate::constants::vp8l::NEAR;
use crate::{Error, Limits};

/// A lossless picture.
#[derive(Debug)]
pub(crate) struct Lossless<'a> {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// True if the picture says that it has transparency.
    pub(crate) alpha: bool,
    pub(crate) data: Ended<'a>,
}

/// Data that ends with its last symbol; the bits of the last byte behind that are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended<'a> {
    copied: &'a [u8],
    last: Option<u8>,
}

impl<'a> Ended<'a> {
    /// The first `bits` bits of `data`, which has them.
    fn new(data: &'a [u8], bits: usize) -> Ended<'a> {
        let (copied, rest) = data.split_at(bits / 8);
        let part = bits % 8;
        let last = rest.first().filter(|_| part > 0).map(|byte| byte & ((1 << part) - 1));
        Ended { copied, last }
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.copied.len() + usize::from(self.last.is_some())
    }

    /// Hands its bytes to `push`, in their order.
    pub(crate) fn write<E>(&self, mut push: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        push(self.copied)?;
        self.last.map_or(Ok(()), |last| push(&[last]))
    }
}

/// The first byte of a lossless picture.
const SIGNATURE: u8 = 0x2F;

/// The bytes before its data.
const HEAD: usize = 5;

/// Width, height, and whether there is transparency, of the lossless picture that `data` starts
/// with, if it does.
pub(crate) fn size(data: &[u8]) -> Option<(u16, u16, bool)> {
    let [SIGNATURE, a, b, c, d] = *data.first_chunk::<HEAD>()? else { return None };
    let bits = u32::from_le_bytes([a, b, c, d]);
    let side = |shift: u32| (bits >> shift & 0x3FFF) as u16 + 1;
    // the version is 0
    (bits >> 29 == 0).then(|| (side(0), side(14), bits >> 28 & 1 == 1))
}

/// Goes over a lossless picture.
pub(crate) fn walk<'a>(coded: Coded<'a>, limits: &Limits) -> Result<Lossless<'a>, Error> {
    if coded.data.len() < HEAD {
        return Err(coded.cut_off());
    }
    let (width, height, alpha) = size(coded.data)
        .ok_or_else(|| coded.damaged(0, "the start of a lossless picture is missing"))?;
    let mut bits = Bits::new(coded.data);
    bits.number(8);
    bits.number(32);
    let data = Walk { coded, bits, limits }.picture(width, height)?;
    Ok(Lossless { width, height, alpha, data })
}

/// Goes over the transparency of a lossy picture of this size, which is coded without a header.
pub(crate) fn walk_alpha<'a>(
    coded: Coded<'a>,
    width: u16,
    height: u16,
    limits: &Limits,
) -> Result<Ended<'a>, Error> {
    Walk { coded, bits: Bits::new(coded.data), limits }.picture(width, height)
}

/// Which of the five codes of a group.
const GREEN: usize = 0;
const DISTANCE: usize = 4;

/// How many symbols each code of a group has; the first has one more for each place in the colour
/// cache.
const ALPHABETS: [usize; 5] = [280, 256, 256, 256, 40];

/// The first symbol of the colour cache.
const CACHE: u16 = 280;

/// The codes of a part of the picture.
#[derive(Debug)]
struct Group {
    codes: [Code; 5],
    /// How many pixels each symbol stands for, if no symbol takes a bit; with its distance code, if
    /// it copies.
    bitless: Option<(usize, Option<u32>)>,
}

struct Walk<'a, 'l> {
    coded: Coded<'a>,
    bits: Bits<'a>,
    limits: &'l Limits,
}

/// The codes of a picture, and which of them hold where.
struct Entropy {
    tables: Codes,
    groups: Vec<Group>,
    /// The group of each block, row by row, and how many bits of a coordinate are inside a block;
    /// `None` if there is one group alone.
    image: Option<(Zeroizing<Vec<u16>>, u32)>,
}

impl<'a> Walk<'a, '_> {
    fn damaged(&self, what: &'static str) -> Error {
        self.coded.damaged(self.bits.position() / 8, what)
    }

    /// The data is cut off, if it is.
    fn go_on(&self) -> Result<(), Error> {
        if self.bits.is_past_end() { Err(self.coded.cut_off()) } else { Ok(()) }
    }

    fn within(&self, bytes: usize) -> Result<(), Error> {
        let limit = self.limits.memory;
        if bytes as u64 > limit {
            return Err(Error::Limit { what: "prefix codes that take too many bytes", limit });
        }
        Ok(())
    }

    /// Goes over a picture and all that comes before it: section 3.8.
    fn picture(mut self, width: u16, height: u16) -> Result<Ended<'a>, Error> {
        let (mut width, height) = (usize::from(width), usize::from(height));
        let mut seen = [false; 4];
        while self.bits.flag() {
            let kind = self.bits.number(2) as usize;
            if std::mem::replace(&mut seen[kind], true) {
                return Err(self.damaged("a transform comes twice"));
            }
            match kind {
                // predictor, colour
                0 | 1 => {
                    let block = self.bits.number(3) + 2;
                    self.pass(width.div_ceil(1 << block), height.div_ceil(1 << block), false)?;
                }
                // subtract green
                2 => {}
                // colour indexing
                _ => {
                    let colours = self.bits.number(8) as usize + 1;
                    self.pass(colours, 1, false)?;
                    let together = match colours {
                        0..=2 => 8,
                        3..=4 => 4,
                        5..=16 => 2,
                        _ => 1,
                    };
                    width = width.div_ceil(together);
                }
            }
            self.go_on()?;
        }
        self.pass(width, height, true)?;
        Ok(Ended::new(self.coded.data, self.bits.position()))
    }

    /// How many bits a place in the colour cache has; `None` if there is none: section 3.6.2.3.
    fn cache(&mut self) -> Result<Option<u32>, Error> {
        if !self.bits.flag() {
            return Ok(None);
        }
        match self.bits.number(4) {
            bits @ 1..=11 => Ok(Some(bits)),
            _ => Err(self.damaged("the colour cache has a size that there is not")),
        }
    }

    /// Reads the codes of an image; that of the picture may have many groups.
    fn entropy(
        &mut self,
        width: usize,
        height: usize,
        main: bool,
        cache: Option<u32>,
    ) -> Result<Entropy, Error> {
        let mut image = None;
        let mut used = vec![true];
        if main && self.bits.flag() {
            let block = self.bits.number(3) + 2;
            let (across, down) = (width.div_ceil(1 << block), height.div_ceil(1 << block));
            let pixels = self.pixels(across, down)?;
            let groups: Vec<u16> = pixels.iter().map(|pixel| (pixel >> 8) as u16).collect();
            let groups = Zeroizing::new(groups);
            let last = groups.iter().copied().max().unwrap_or(0);
            used = vec![false; usize::from(last) + 1];
            groups.iter().for_each(|group| used[usize::from(*group)] = true);
            image = Some((groups, block));
        }
        let mut tables = Codes::default();
        let mut groups = Vec::new();
        // where each group stands among those in use
        let mut places = vec![0u16; used.len()];
        let mut lengths = vec![0; ALPHABETS[GREEN] + cache.map_or(0, |bits| 1 << bits)];
        for (used, place) in used.iter().zip(&mut places) {
            let group = self.group(&mut tables, &mut lengths)?;
            if *used {
                *place = groups.len() as u16;
                groups.push(group);
            } else {
                tables.drop_from(&group.codes[GREEN]);
            }
            self.within(tables.bytes() + groups.capacity() * size_of::<Group>())?;
        }
        if let Some((image, _)) = &mut image {
            image.iter_mut().for_each(|group| *group = places[usize::from(*group)]);
            if groups.len() == 1 {
                return Ok(Entropy { tables, groups, image: None });
            }
        }
        Ok(Entropy { tables, groups, image })
    }

    fn group(&mut self, tables: &mut Codes, lengths: &mut [u8]) -> Result<Group, Error> {
        let mut codes = Vec::with_capacity(5);
        for (index, symbols) in ALPHABETS.iter().enumerate() {
            let symbols = if index == GREEN { lengths.len() } else { *symbols };
            let code = tables.read(&mut self.bits, &mut lengths[..symbols]);
            self.go_on()?;
            codes.push(code.ok_or_else(|| self.damaged("a prefix code is none"))?);
        }
        let codes: [Code; 5] =
            codes.try_into().map_err(|_| self.damaged("a prefix code is missing"))?;
        let only = |index: usize| codes[index].only(tables);
        let bitless = match only(GREEN) {
            Some(0..256) if (1..4).all(|index| only(index).is_some()) => Some((1, None)),
            // a length and a distance without bits of their own
            Some(symbol @ 256..260) => match only(DISTANCE) {
                Some(distance @ 0..4) => {
                    Some((usize::from(symbol - 255), Some(u32::from(distance) + 1)))
                }
                _ => None,
            },
            Some(CACHE..) => Some((1, None)),
            _ => None,
        };
        Ok(Group { codes, bitless })
    }

    /// Goes over an image: section 3.7.3.
    fn pass(&mut self, width: usize, height: usize, main: bool) -> Result<(), Error> {
        let cache = self.cache()?;
        let entropy = self.entropy(width, height, main, cache)?;
        let total = width * height; // below 2 to the 28th
        let (mut at, mut x, mut y) = (0usize, 0usize, 0usize);
        while at < total {
            let (group, end) = match &entropy.image {
                None => (&entropy.groups[0], total),
                Some((image, block)) => {
                    let across = width.div_ceil(1 << block);
                    let group = image[(y >> block) * across + (x >> block)];
                    let end = ((x >> block) + 1) << block;
                    (&entropy.groups[usize::from(group)], at - x + end.min(width))
                }
            };
            let start = at;
            if let Some((pixels, distance)) = group.bitless {
                self.reaches(at, distance.map(|code| distance_of(code, width)))?;
                at += (end - at).div_ceil(pixels) * pixels;
            } else {
                at = self.run(group, &entropy.tables, at, end, width)?;
            }
            if at > total {
                return Err(self.damaged("a copy goes past the end of the picture"));
            }
            self.go_on()?;
            x += at - start;
            if x >= width {
                y += x / width;
                x %= width;
            }
        }
        Ok(())
    }

    /// Goes over pixels from `at` to `end`, or further if the last symbol does; gives where it ends.
    fn run(
        &mut self,
        group: &Group,
        tables: &Codes,
        mut at: usize,
        end: usize,
        width: usize,
    ) -> Result<usize, Error> {
        let mut bits = self.bits.clone();
        let [green, red, blue, alpha, distance] = &group.codes;
        let mut fault = None;
        while at < end {
            bits.load();
            let symbol = green.symbol(tables, &mut bits);
            if symbol < 256 {
                red.symbol(tables, &mut bits);
                blue.symbol(tables, &mut bits);
                bits.load();
                alpha.symbol(tables, &mut bits);
                at += 1;
            } else if symbol < CACHE {
                // 15 + 10 + 15 + 14 bits at most
                let length = coded_number(symbol - 256, &mut bits);
                bits.load();
                let symbol = distance.symbol(tables, &mut bits);
                let back = distance_of(coded_number(symbol, &mut bits), width);
                if back > at {
                    fault = Some("a copy starts before the picture");
                    break;
                }
                at += length as usize;
            } else {
                at += 1;
            }
            if bits.is_past_end() {
                break;
            }
        }
        self.bits = bits;
        fault.map_or(Ok(at), |what| Err(self.damaged(what)))
    }

    fn reaches(&self, at: usize, distance: Option<usize>) -> Result<(), Error> {
        if distance.is_some_and(|distance| distance > at) {
            return Err(self.damaged("a copy starts before the picture"));
        }
        Ok(())
    }

    /// The pixels of an image that is not the picture.
    fn pixels(&mut self, width: usize, height: usize) -> Result<Zeroizing<Vec<u32>>, Error> {
        let cache_bits = self.cache()?;
        let entropy = self.entropy(width, height, false, cache_bits)?;
        let total = width * height;
        self.within(total.saturating_mul(8))?;
        let mut pixels = Zeroizing::new(Vec::with_capacity(total));
        let mut cache = Zeroizing::new(vec![0u32; cache_bits.map_or(0, |bits| 1 << bits)]);
        let place = |pixel: u32| {
            // RFC 9649, section 3.6.2.3; the cache has 2 bits at least where this is asked
            (pixel.wrapping_mul(0x1E35_A7BD) >> (32 - cache_bits.unwrap_or(1))) as usize
        };
        let Some(group) = entropy.groups.first() else {
            return Err(self.damaged("there are no prefix codes"));
        };
        let tables = &entropy.tables;
        while pixels.len() < total {
            self.go_on()?;
            let before = pixels.len();
            self.bits.load();
            let symbol = group.codes[GREEN].symbol(tables, &mut self.bits);
            match symbol {
                0..256 => {
                    let red = group.codes[1].symbol(tables, &mut self.bits);
                    let blue = group.codes[2].symbol(tables, &mut self.bits);
                    self.bits.load();
                    let alpha = group.codes[3].symbol(tables, &mut self.bits);
                    let parts = [alpha, red, symbol, blue].map(|part| part as u8);
                    pixels.push(u32::from_be_bytes(parts));
                }
                256..CACHE => {
                    let length = coded_number(symbol - 256, &mut self.bits) as usize;
                    self.bits.load();
                    let symbol = group.codes[DISTANCE].symbol(tables, &mut self.bits);
                    let back = distance_of(coded_number(symbol, &mut self.bits), width);
                    self.reaches(before, Some(back))?;
                    if length > total - before {
                        return Err(self.damaged("a copy goes past the end of the picture"));
                    }
                    for at in before..before + length {
                        let pixel = pixels[at - back];
                        pixels.push(pixel);
                    }
                }
                _ => {
                    // the alphabet has as many symbols as the cache has places
                    let pixel = cache[usize::from(symbol - CACHE)];
                    pixels.push(pixel);
                }
            }
            if !cache.is_empty() {
                for pixel in &pixels[before..] {
                    cache[place(*pixel)] = *pixel;
                }
            }
        }
        Ok(pixels)
    }
}

/// A length or a distance code by its symbol and the bits behind it: section 3.6.2.2.
#[inline(always)]
fn coded_number(symbol: u16, bits: &mut Bits<'_>) -> u32 {
    let symbol = u32::from(symbol);
    if symbol < 4 {
        return symbol + 1;
    }
    // symbols are 39 at most
    let extra = (symbol - 2) >> 1;
    let offset = (2 + (symbol & 1)) << extra;
    offset + bits.take(extra) + 1
}

/// How many pixels before this one the copied ones are, by their distance code.
#[inline(always)]
fn distance_of(code: u32, width: usize) -> usize {
    match NEAR.get(code as usize - 1) {
        None => code as usize - NEAR.len(),
        Some((left, up)) => {
            let distance = i64::from(*left) + i64::from(*up) * width as i64;
            distance.max(1) as usize
        }
    }
}
