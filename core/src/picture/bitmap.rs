//! A decoded picture, whole in memory: samples side by side, colours in sRGB, alpha not premultiplied.

use zeroize::Zeroizing;

use crate::picture::geometry::{backwards, swaps};
use crate::{Error, Limits, Orientation};

/// The samples of a picture, row by row, those of a pixel side by side. Wiped on drop.
#[derive(Clone, PartialEq)]
pub(crate) enum Samples {
    /// 0 to 255.
    Eight(Zeroizing<Vec<u8>>),
    /// 0 to 65535.
    Sixteen(Zeroizing<Vec<u16>>),
}

/// Which samples a pixel has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
}

impl Channels {
    /// How many samples a pixel has.
    pub(crate) fn count(self) -> usize {
        self.colours() + usize::from(self.has_alpha())
    }

    /// How many of them are colours.
    pub(crate) fn colours(self) -> usize {
        match self {
            Channels::Grey | Channels::GreyAlpha => 1,
            Channels::Rgb | Channels::Rgba => 3,
        }
    }

    /// True if the last one is alpha.
    pub(crate) fn has_alpha(self) -> bool {
        matches!(self, Channels::GreyAlpha | Channels::Rgba)
    }
}

/// A picture of at least one pixel.
#[derive(Clone, PartialEq)]
pub(crate) struct Bitmap {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: Channels,
    pub(crate) samples: Samples,
}

/// What a picture needs, beyond 8 bits of grey, to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Needs {
    /// A pixel has a colour.
    pub(crate) colour: bool,
    /// A pixel lets the background through.
    pub(crate) alpha: bool,
    /// A sample is none of the 256 levels.
    pub(crate) depth: bool,
    /// A pixel that lets all of the background through has another colour than black.
    pub(crate) hidden_colour: bool,
}

impl std::fmt::Debug for Bitmap {
    /// Without the pixels.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} × {} pixels, {:?}", self.width, self.height, self.channels)
    }
}

/// A sample: 8 or 16 bits.
pub(crate) trait Sample: Copy + Eq + Default {
    /// The largest value.
    const MOST: Self;
    /// On the scale from 0 to 255.
    fn level(self) -> f32;
    /// True if it is one of 256 evenly spaced levels.
    fn is_level(self) -> bool;
}

impl Sample for u8 {
    const MOST: u8 = u8::MAX;
    fn level(self) -> f32 {
        f32::from(self)
    }
    fn is_level(self) -> bool {
        true
    }
}

impl Sample for u16 {
    const MOST: u16 = u16::MAX;
    fn level(self) -> f32 {
        f32::from(self) / 257.0
    }
    fn is_level(self) -> bool {
        self.is_multiple_of(257)
    }
}

impl Samples {
    /// `count` samples, all 0, of 8 or 16 bits.
    pub(crate) fn zeros(count: usize, deep: bool) -> Result<Samples, Error> {
        Ok(if deep { Samples::Sixteen(zeros(count)?) } else { Samples::Eight(zeros(count)?) })
    }
}

/// `count` samples that are 0; an error if there is no memory for them.
pub(crate) fn zeros<T: Clone + Default + zeroize::Zeroize>(
    count: usize,
) -> Result<Zeroizing<Vec<T>>, Error> {
    let mut samples = Zeroizing::new(Vec::new());
    samples.try_reserve_exact(count).map_err(|_| Error::Memory)?;
    samples.resize(count, T::default());
    Ok(samples)
}

/// The longest side that is decoded, in pixels: what scales a picture takes memory for each row and
/// column.
const LONGEST_SIDE: u32 = 1 << 20;

/// That a picture of this size, of so many bytes a pixel while it is decoded, is within `limits`.
pub(crate) fn within(
    (width, height): (u32, u32),
    bytes_a_pixel: u64,
    limits: &Limits,
) -> Result<(usize, usize), Error> {
    if width == 0 || height == 0 {
        return Err(Error::Damaged { at: 0, what: "the picture has no size" });
    }
    if width.max(height) > LONGEST_SIDE {
        let what = "too long a side to be decoded, in pixels";
        return Err(Error::Limit { what, limit: LONGEST_SIDE.into() });
    }
    // below 2^64
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.pixels {
        return Err(Error::Limit { what: "too many pixels", limit: limits.pixels });
    }
    if pixels.saturating_mul(bytes_a_pixel) > limits.memory {
        let what = "too many pixels to be decoded in the memory allowed, in bytes";
        return Err(Error::Limit { what, limit: limits.memory });
    }
    let size = |edge: u32| usize::try_from(edge).map_err(|_| Error::Memory);
    let bytes = usize::try_from(pixels.saturating_mul(bytes_a_pixel)).map_err(|_| Error::Memory)?;
    // what a slice may hold
    if isize::try_from(bytes).is_err() {
        return Err(Error::Memory);
    }
    Ok((size(width)?, size(height)?))
}

impl Bitmap {
    /// What it needs to be the same, beyond 8 bits of grey.
    pub(crate) fn needs(&self) -> Needs {
        match &self.samples {
            Samples::Eight(samples) => needs(samples, self.channels),
            Samples::Sixteen(samples) => needs(samples, self.channels),
        }
    }

    /// Turned upright; an error if that takes more memory than `limits` allow.
    pub(crate) fn upright(
        self,
        orientation: Orientation,
        limits: &Limits,
    ) -> Result<Bitmap, Error> {
        if orientation == Orientation::Upright {
            return Ok(self);
        }
        let (size, bytes) = match &self.samples {
            Samples::Eight(samples) => (samples.len(), 2),
            Samples::Sixteen(samples) => (samples.len(), 4),
        };
        if size as u64 * bytes > limits.memory {
            let what = "too many pixels to be turned upright in the memory allowed, in bytes";
            return Err(Error::Limit { what, limit: limits.memory });
        }
        let (width, height) = match swaps(orientation) {
            true => (self.height, self.width),
            false => (self.width, self.height),
        };
        let (size, count) = ((self.width, self.height), self.channels.count());
        let samples = match &self.samples {
            Samples::Eight(old) => Samples::Eight(turned(old, size, count, orientation)?),
            Samples::Sixteen(old) => Samples::Sixteen(turned(old, size, count, orientation)?),
        };
        Ok(Bitmap { width, height, channels: self.channels, samples })
    }

    /// Divides colours by alpha, with which they were multiplied.
    pub(crate) fn unmultiply(&mut self) {
        if !self.channels.has_alpha() {
            return;
        }
        let count = self.channels.count();
        // alpha is at least 1
        match &mut self.samples {
            Samples::Eight(samples) => divide(samples, count, |value, alpha| {
                ((u32::from(value) * 255 + u32::from(alpha) / 2) / u32::from(alpha)).min(255) as u8
            }),
            Samples::Sixteen(samples) => divide(samples, count, |value, alpha| {
                let (value, alpha) = (u64::from(value), u64::from(alpha));
                ((value * 65_535 + alpha / 2) / alpha).min(65_535) as u16
            }),
        }
    }

    /// Puts the row `y` into `planes` on the scale from 0 to 255: red, green, blue and alpha.
    pub(crate) fn levels(&self, y: usize, planes: [&mut [f32]; 4]) {
        let count = self.channels.count();
        let row = y * self.width * count..(y + 1) * self.width * count;
        match &self.samples {
            Samples::Eight(samples) => spread(&samples[row], self.channels, planes),
            Samples::Sixteen(samples) => spread(&samples[row], self.channels, planes),
        }
    }
}

/// Lets `quotient` divide all but the last of `count` samples by the last, unless that is 0.
fn divide<T: Sample>(samples: &mut [T], count: usize, quotient: impl Fn(T, T) -> T) {
    for pixel in samples.chunks_exact_mut(count) {
        let Some((alpha, colours)) = pixel.split_last_mut() else { continue };
        if *alpha != T::default() {
            colours.iter_mut().for_each(|value| *value = quotient(*value, *alpha));
        }
    }
}

fn needs<T: Sample>(samples: &[T], channels: Channels) -> Needs {
    let mut needs = Needs::default();
    let colours = channels.colours();
    for pixel in samples.chunks_exact(channels.count()) {
        let (shown, alpha) = pixel.split_at(colours);
        if let [alpha] = alpha {
            needs.alpha |= *alpha != T::MOST;
            needs.depth |= !alpha.is_level();
            if *alpha == T::default() {
                needs.hidden_colour |= shown.iter().any(|value| *value != T::default());
                continue;
            }
        }
        needs.colour |= shown.iter().any(|value| *value != shown[0]);
        needs.depth |= shown.iter().any(|value| !value.is_level());
    }
    needs
}

fn spread<T: Sample>(row: &[T], channels: Channels, planes: [&mut [f32]; 4]) {
    let [red, green, blue, alpha] = planes;
    let pixels = row.chunks_exact(channels.count()).enumerate();
    let colours = channels.colours();
    for (x, pixel) in pixels {
        let [r, g, b] = match colours {
            1 => [pixel[0].level(); 3],
            _ => [pixel[0].level(), pixel[1].level(), pixel[2].level()],
        };
        (red[x], green[x], blue[x]) = (r, g, b);
        alpha[x] = pixel.get(colours).map_or(255.0, |alpha| alpha.level());
    }
}

/// The pixels of `old`, `count` samples each, where they stand in the upright picture.
fn turned<T: Sample + zeroize::Zeroize>(
    old: &[T],
    (width, height): (usize, usize),
    count: usize,
    orientation: Orientation,
) -> Result<Zeroizing<Vec<T>>, Error> {
    let mut new = zeros(old.len())?;
    let (back_across, back_down) = backwards(orientation);
    // how far apart pixels stand in the upright picture that are next to each other as coded
    let (step_across, step_down) = if swaps(orientation) { (height, 1) } else { (1, width) };
    for (y, row) in old.chunks_exact(width * count).enumerate() {
        let line = if back_down { height - 1 - y } else { y };
        for (x, pixel) in row.chunks_exact(count).enumerate() {
            let column = if back_across { width - 1 - x } else { x };
            let at = (line * step_down + column * step_across) * count;
            new[at..at + count].copy_from_slice(pixel);
        }
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(width: usize, height: usize, bytes: &[u8]) -> Bitmap {
        let samples = Samples::Eight(Zeroizing::new(bytes.to_vec()));
        Bitmap { width, height, channels: Channels::Rgb, samples }
    }

    #[test]
    fn every_orientation_puts_the_corner_where_it_belongs() {
        // 3 × 2 pixels, counted from 1
        let bytes: Vec<u8> = (1..=6).flat_map(|n| [n; 3]).collect();
        for (value, size, expected) in [
            (1, (3, 2), [1, 2, 3, 4, 5, 6]),
            (2, (3, 2), [3, 2, 1, 6, 5, 4]),
            (3, (3, 2), [6, 5, 4, 3, 2, 1]),
            (4, (3, 2), [4, 5, 6, 1, 2, 3]),
            (5, (2, 3), [1, 4, 2, 5, 3, 6]),
            (6, (2, 3), [4, 1, 5, 2, 6, 3]),
            (7, (2, 3), [6, 3, 5, 2, 4, 1]),
            (8, (2, 3), [3, 6, 2, 5, 1, 4]),
        ] {
            let orientation = Orientation::from_exif_value(value).unwrap();
            let turned = rgb(3, 2, &bytes).upright(orientation, &Limits::default()).unwrap();
            let expected: Vec<u8> = expected.iter().flat_map(|n| [*n; 3]).collect();
            assert_eq!(turned, rgb(size.0, size.1, &expected), "{value}");
        }
    }

    #[test]
    fn a_picture_needs_what_it_uses() {
        let needs = |channels, samples: &[u16]| {
            let samples = Samples::Sixteen(Zeroizing::new(samples.to_vec()));
            Bitmap { width: 1, height: 1, channels, samples }.needs()
        };
        assert_eq!(needs(Channels::Rgb, &[257; 3]), Needs::default());
        assert!(needs(Channels::Rgb, &[257, 257, 0]).colour);
        assert!(needs(Channels::Grey, &[258]).depth);
        let clear = needs(Channels::Rgba, &[5, 0, 0, 0]);
        assert!(clear.alpha && clear.hidden_colour && !clear.colour && !clear.depth);
        assert!(!needs(Channels::GreyAlpha, &[514, u16::MAX]).alpha);
    }

    #[test]
    fn sizes_are_checked_before_memory_is_taken() {
        let limits = Limits::default();
        assert!(within((0, 5), 4, &limits).is_err());
        assert!(within((u32::MAX, u32::MAX), 8, &limits).is_err());
        assert!(within((30_000, 30_000), 3, &limits).is_err());
        assert_eq!(within((4_000, 3_000), 8, &limits), Ok((4_000, 3_000)));
    }
}
