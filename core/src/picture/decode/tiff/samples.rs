//! The samples of a picture, as its file codes them.

use zeroize::Zeroizing;

use super::layout::{Layout, Number, Photometric, Predictor};
use super::unpack::unpack;
use crate::picture::bitmap::{Sample, Samples, within, zeros};
use crate::{Error, Format, Limits};

/// All samples of a picture, those of a pixel side by side. Their values are those of the file up to
/// 16 bits; what has more, or is no whole number, has 16.
pub(super) struct Store {
    pub(super) samples: Samples,
    /// Of a pixel.
    pub(super) count: usize,
    /// Bits of a value.
    pub(super) depth: usize,
    width: usize,
    height: usize,
}

impl Store {
    /// Empty, for the picture of `layout`.
    pub(super) fn new(layout: &Layout<'_>) -> Result<Store, Error> {
        let (count, depth) = match layout.compression {
            super::layout::Compression::Jpeg => (if layout.samples == 1 { 1 } else { 3 }, 8),
            _ if layout.number == Number::Float => (layout.samples, 16),
            _ => (layout.samples, layout.bits.min(16)),
        };
        let (width, height) = (layout.width, layout.height);
        let samples = Samples::zeros(width * height * count, depth > 8)?;
        Ok(Store { samples, count, depth, width, height })
    }

    /// Unpacks the chunk `coded` of `plane`, whose top left pixel is `at`; gives how many pixels of
    /// the picture came.
    pub(super) fn place(
        &mut self,
        layout: &Layout<'_>,
        coded: &[u8],
        at: (usize, usize),
        plane: usize,
        limits: &Limits,
    ) -> Result<u64, Error> {
        let (chunk_wide, chunk_high) = layout.chunk;
        let rows = if layout.tiled { chunk_high } else { chunk_high.min(self.height - at.1) };
        let shown = (chunk_wide.min(self.width - at.0), rows.min(self.height - at.1));
        if layout.photometric == Photometric::YCbCr && layout.subsampling != (1, 1) {
            return self.place_subsampled(layout, coded, at, (rows, shown), limits);
        }
        let per = if layout.planar { 1 } else { layout.samples };
        let stride = (chunk_wide * per * layout.bits).div_ceil(8);
        let mut bytes = chunk_bytes(stride, rows, limits)?;
        let came = unpack(layout, coded, &mut bytes, stride).div_ceil(stride).min(shown.1);
        let mut values: Zeroizing<Vec<u64>> = zeros(chunk_wide * per)?;
        let used = shown.0 * per;
        for (y, row) in bytes.chunks_exact_mut(stride).take(came).enumerate() {
            let start = ((at.1 + y) * self.width + at.0) * self.count + plane;
            let step = if layout.planar { self.count } else { 1 };
            if layout.bits == 8
                && layout.number == Number::Unsigned
                && let Samples::Eight(samples) = &mut self.samples
            {
                if layout.predictor == Predictor::Horizontal {
                    for x in per..row.len() {
                        row[x] = row[x].wrapping_add(row[x - per]);
                    }
                }
                let to = samples[start..].iter_mut().step_by(step);
                to.zip(&row[..used]).for_each(|(to, byte)| *to = *byte);
                continue;
            }
            spread(layout, row, per, &mut values)?;
            let value = |value: &u64| number(layout, *value);
            match &mut self.samples {
                Samples::Eight(samples) => samples[start..]
                    .iter_mut()
                    .step_by(step)
                    .zip(&values[..used])
                    .for_each(|(to, from)| *to = value(from) as u8),
                Samples::Sixteen(samples) => samples[start..]
                    .iter_mut()
                    .step_by(step)
                    .zip(&values[..used])
                    .for_each(|(to, from)| *to = value(from)),
            }
        }
        Ok(came as u64 * shown.0 as u64)
    }

    /// The same for luma and chroma that several pixels share: section 21, "data units".
    fn place_subsampled(
        &mut self,
        layout: &Layout<'_>,
        coded: &[u8],
        at: (usize, usize),
        (rows, shown): (usize, (usize, usize)),
        limits: &Limits,
    ) -> Result<u64, Error> {
        let unsupported = |what| Err(Error::Unsupported { format: Format::Tiff, what });
        let (across, down) = layout.subsampling;
        let Samples::Eight(samples) = &mut self.samples else {
            return unsupported("subsampled chroma of more than 8 bits");
        };
        if layout.bits != 8 || layout.samples != 3 || layout.planar {
            return unsupported("subsampled chroma of an unknown kind");
        }
        if layout.predictor != Predictor::None {
            return unsupported("a predictor with subsampled chroma");
        }
        let unit = across * down + 2;
        let stride = layout.chunk.0.div_ceil(across) * unit;
        let mut bytes = chunk_bytes(stride, rows.div_ceil(down), limits)?;
        let came = unpack(layout, coded, &mut bytes, stride).div_ceil(stride) * down;
        let came = came.min(shown.1);
        for y in 0..came {
            let units = &bytes[y / down * stride..][..stride];
            for x in 0..shown.0 {
                let unit = &units[x / across * unit..][..unit];
                let luma = unit[y % down * across + x % across];
                let pixel = ((at.1 + y) * self.width + at.0 + x) * 3;
                samples[pixel..pixel + 3].copy_from_slice(&[
                    luma,
                    unit[across * down],
                    unit[across * down + 1],
                ]);
            }
        }
        Ok(came as u64 * shown.0 as u64)
    }
}

/// Room for a chunk.
fn chunk_bytes(stride: usize, rows: usize, limits: &Limits) -> Result<Zeroizing<Vec<u8>>, Error> {
    let edge = |edge: usize| u32::try_from(edge).unwrap_or(u32::MAX);
    let most = Limits { pixels: u64::MAX, ..limits.clone() };
    within((edge(stride), edge(rows)), 1, &most)?;
    zeros(stride * rows)
}

/// The bits of the samples of a row, each as a number, unpredicted. `per` samples make a pixel.
fn spread(
    layout: &Layout<'_>,
    row: &mut [u8],
    per: usize,
    values: &mut [u64],
) -> Result<(), Error> {
    let bits = layout.bits;
    if layout.predictor == Predictor::Float {
        return float_predicted(layout, row, per, values);
    }
    if bits.is_multiple_of(8) {
        let (size, big) = (bits / 8, layout.big_endian());
        for (value, bytes) in values.iter_mut().zip(row.chunks_exact(size)) {
            let join = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
            *value =
                if big { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) };
        }
    } else {
        let mut held = 0u64;
        let mut count = 0;
        let mut bytes = row.iter();
        for value in values.iter_mut() {
            while count < bits {
                held = held << 8 | u64::from(*bytes.next().unwrap_or(&0));
                count += 8;
            }
            count -= bits;
            *value = held >> count & ((1 << bits) - 1);
        }
    }
    if layout.predictor == Predictor::Horizontal {
        if !bits.is_multiple_of(8) {
            let what = "a predictor with samples that are no whole bytes";
            return Err(Error::Unsupported { format: Format::Tiff, what });
        }
        let mask = if bits >= 64 { u64::MAX } else { (1 << bits) - 1 };
        for x in per..values.len() {
            values[x] = values[x].wrapping_add(values[x - per]) & mask;
        }
    }
    Ok(())
}

/// Technical note 3: bytes are differences to those of the pixel before, and those of equal weight
/// stand together, the most significant first.
fn float_predicted(
    layout: &Layout<'_>,
    row: &mut [u8],
    per: usize,
    values: &mut [u64],
) -> Result<(), Error> {
    if layout.number != Number::Float {
        let what = "a predictor for numbers of another kind";
        return Err(Error::Unsupported { format: Format::Tiff, what });
    }
    for x in per..row.len() {
        row[x] = row[x].wrapping_add(row[x - per]);
    }
    let count = values.len();
    for (x, value) in values.iter_mut().enumerate() {
        *value = (0..layout.bits / 8)
            .fold(0, |value, byte| value << 8 | u64::from(row[byte * count + x]));
    }
    Ok(())
}

/// A sample as it is stored.
fn number(layout: &Layout<'_>, value: u64) -> u16 {
    let bits = layout.bits;
    match layout.number {
        Number::Unsigned if bits > 16 => (value >> (bits - 16)) as u16,
        Number::Unsigned => value as u16,
        // what is below 0 is black; the others have a bit less
        Number::Signed if value >> (bits - 1) & 1 == 1 => 0,
        Number::Signed if bits > 16 => (value >> (bits - 17)) as u16,
        Number::Signed => (value << 1) as u16,
        Number::Float => {
            let light = match bits {
                16 => small_float(value, 5, 10),
                24 => small_float(value, 7, 16),
                32 => f64::from(f32::from_bits(value as u32)),
                _ => f64::from_bits(value),
            };
            // a number that is none becomes 0
            (light.clamp(0.0, 1.0) * f64::from(u16::MOST)).round() as u16
        }
    }
}

/// A float of these many bits of exponent and fraction, as IEEE 754 has them.
fn small_float(value: u64, exponent_bits: u32, fraction_bits: u32) -> f64 {
    let exponent = (value >> fraction_bits & ((1 << exponent_bits) - 1)) as i32;
    let fraction = (value & ((1 << fraction_bits) - 1)) as f64 / (1u64 << fraction_bits) as f64;
    let bias = (1 << (exponent_bits - 1)) - 1;
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(1 - bias),
        _ => (1.0 + fraction) * 2f64.powi(exponent - bias),
    };
    if value >> (exponent_bits + fraction_bits) & 1 == 1 { -magnitude } else { magnitude }
}
