//! Stored samples become grey or red, green and blue: TIFF 6.0, sections 3 to 6, 16, 21 and 23.

use zeroize::Zeroizing;

use super::layout::{Alpha, Compression, Layout, Photometric};
use super::samples::Store;
use crate::picture::bitmap::{Bitmap, Channels, Sample, Samples, within, zeros};
use crate::picture::srgb::{from_lab, wide_coded};
use crate::{Error, Limits};

impl Photometric {
    /// True for CIE L*a*b*, whichever way it is coded.
    pub(super) fn is_lab(self) -> bool {
        matches!(self, Photometric::Lab | Photometric::IccLab)
    }
}

/// The picture of `store`.
pub(super) fn shown(layout: &Layout<'_>, store: Store, limits: &Limits) -> Result<Bitmap, Error> {
    let alpha = layout.alpha != Alpha::None && layout.compression != Compression::Jpeg;
    let grey = matches!(layout.photometric, Photometric::BlackIsZero | Photometric::WhiteIsZero);
    let channels = match (grey, alpha) {
        (true, false) => Channels::Grey,
        (true, true) => Channels::GreyAlpha,
        (false, false) => Channels::Rgb,
        (false, true) => Channels::Rgba,
    };
    let (width, height) = (layout.width, layout.height);
    // JPEG gave red, green and blue already
    let photometric = match (layout.compression, layout.photometric) {
        (Compression::Jpeg, Photometric::YCbCr) => Photometric::Rgb,
        (_, photometric) => photometric,
    };
    let plain = matches!(
        photometric,
        Photometric::BlackIsZero | Photometric::WhiteIsZero | Photometric::Rgb
    );
    if plain && matches!(store.depth, 8 | 16) && store.count == channels.count() {
        let mut samples = store.samples;
        if photometric == Photometric::WhiteIsZero {
            match &mut samples {
                Samples::Eight(samples) => invert(samples, channels.count(), |v| u8::MAX - v),
                Samples::Sixteen(samples) => invert(samples, channels.count(), |v| u16::MAX - v),
            }
        }
        return Ok(Bitmap { width, height, channels, samples });
    }
    let deep = store.depth > 8 && photometric != Photometric::Palette;
    let held = store.count * if store.depth > 8 { 2 } else { 1 };
    let made = channels.count() * if deep { 2 } else { 1 };
    within((width as u32, height as u32), (held + made) as u64, limits)?;
    let samples = match (&store.samples, deep) {
        (Samples::Eight(old), _) => {
            Samples::Eight(converted(layout, photometric, old, &store, channels)?)
        }
        (Samples::Sixteen(old), true) => {
            Samples::Sixteen(converted(layout, photometric, old, &store, channels)?)
        }
        (Samples::Sixteen(old), false) => {
            Samples::Eight(converted(layout, photometric, old, &store, channels)?)
        }
    };
    Ok(Bitmap { width, height, channels, samples })
}

/// Inverts the first of each `count` samples.
fn invert<T: Copy>(samples: &mut [T], count: usize, inverse: impl Fn(T) -> T) {
    samples.iter_mut().step_by(count).for_each(|value| *value = inverse(*value));
}

/// A sample of the result.
trait Shown: Sample + zeroize::Zeroize {
    /// Of a part from 0 to 1.
    fn of_part(part: f64) -> Self;
    /// Of a level from 0 to 65535, which the colour tables have.
    fn of_entry(entry: u16) -> Self;
    /// The nearest to `value` of `most`.
    fn scaled(value: u32, most: u32) -> Self;
}

impl Shown for u8 {
    fn of_part(part: f64) -> u8 {
        (part.clamp(0.0, 1.0) * 255.0).round() as u8
    }
    fn of_entry(entry: u16) -> u8 {
        // programs repeat the byte, or put zeros behind it
        (entry >> 8) as u8
    }
    fn scaled(value: u32, most: u32) -> u8 {
        ((value * 255 + most / 2) / most) as u8
    }
}

impl Shown for u16 {
    fn of_part(part: f64) -> u16 {
        (part.clamp(0.0, 1.0) * 65_535.0).round() as u16
    }
    fn of_entry(entry: u16) -> u16 {
        entry
    }
    fn scaled(value: u32, most: u32) -> u16 {
        // the value is at most 65535
        ((u64::from(value) * 65_535 + u64::from(most) / 2) / u64::from(most)) as u16
    }
}

fn converted<O: Copy + Into<u32>, N: Shown>(
    layout: &Layout<'_>,
    photometric: Photometric,
    old: &[O],
    store: &Store,
    channels: Channels,
) -> Result<Zeroizing<Vec<N>>, Error> {
    let mut new: Zeroizing<Vec<N>> = zeros(layout.width * layout.height * channels.count())?;
    let most = (1u32 << store.depth) - 1;
    let palette = (photometric == Photometric::Palette).then(|| table(layout, most));
    let ycc = Ycc::new(layout, most);
    let (colours, count) = (photometric.colours(), channels.count());
    for (pixel, to) in old.chunks_exact(store.count).zip(new.chunks_exact_mut(count)) {
        let value = |index: usize| -> u32 { pixel[index].into() };
        let scaled = |index: usize| N::scaled(value(index), most);
        match photometric {
            Photometric::BlackIsZero => to[0] = scaled(0),
            Photometric::WhiteIsZero => to[0] = N::scaled(most - value(0).min(most), most),
            Photometric::Rgb => (0..3).for_each(|index| to[index] = scaled(index)),
            Photometric::Palette => {
                let entry = palette.as_ref().and_then(|table| table.get(value(0) as usize));
                let entry = entry.copied().unwrap_or_default();
                (0..3).for_each(|index| to[index] = N::of_entry(entry[index]));
            }
            Photometric::Inks => {
                let light = |index: usize| f64::from(most - value(index)) / f64::from(most);
                (0..3).for_each(|index| to[index] = N::of_part(light(index) * light(3)));
            }
            Photometric::YCbCr => {
                let parts = ycc.rgb([value(0), value(1), value(2)]);
                (0..3).for_each(|index| to[index] = N::of_part(parts[index]));
            }
            Photometric::Lab | Photometric::IccLab => {
                let chroma = |index: usize| chroma(value(index), photometric, store.depth);
                let lab = [f64::from(value(0)) / f64::from(most) * 100.0, chroma(1), chroma(2)];
                let light = from_lab(lab);
                let coded = |light: f64| f64::from(wide_coded(light as f32)) / 65_535.0;
                (0..3).for_each(|index| to[index] = N::of_part(coded(light[index])));
            }
        }
        if let Some(to) = to.get_mut(channels.colours())
            && channels.has_alpha()
        {
            *to = scaled(colours);
        }
    }
    Ok(new)
}

/// a* or b*: of 8 bits in whole numbers, of 16 in parts of 256; other depths by that scale.
fn chroma(value: u32, photometric: Photometric, depth: usize) -> f64 {
    let unit = f64::from(1u32 << depth.saturating_sub(8).min(8));
    let all = f64::from(1u32 << depth);
    let value = f64::from(value);
    let value = match photometric {
        Photometric::IccLab => value - all / 2.0,
        _ if value >= all / 2.0 => value - all,
        _ => value,
    };
    value / unit
}

/// The colour table: all reds, all greens, all blues. Some programs wrote bytes instead of words.
fn table(layout: &Layout<'_>, most: u32) -> Vec<[u16; 3]> {
    let count = most as usize + 1;
    let entry = |index: usize| {
        let value = |plane: usize| layout.palette_value(plane * count + index).unwrap_or(0);
        [value(0), value(1), value(2)]
    };
    let mut table: Vec<[u16; 3]> = (0..count).map(entry).collect();
    if table.as_flattened().iter().all(|value| *value < 256) {
        table.as_flattened_mut().iter_mut().for_each(|value| *value *= 257);
    }
    table
}

/// Luma and chroma to parts of red, green and blue: section 21.
struct Ycc {
    luma: [f64; 3],
    /// What codes 0 and 1 of luma, and 0 and 1/2 of both chromas.
    reference: [f64; 6],
}

impl Ycc {
    fn new(layout: &Layout<'_>, most: u32) -> Ycc {
        let (most, half) = (f64::from(most), f64::from(most / 2 + 1));
        let full = [0.0, most, half, most, half, most];
        Ycc { luma: layout.luma, reference: layout.reference.unwrap_or(full) }
    }

    fn rgb(&self, [y, cb, cr]: [u32; 3]) -> [f64; 3] {
        let [black, white, no_blue, all_blue, no_red, all_red] = self.reference;
        let [red, green, blue] = self.luma;
        let y = (f64::from(y) - black) / (white - black);
        // half of the range on each side of none
        let cb = (f64::from(cb) - no_blue) / (all_blue - no_blue) * HALF;
        let cr = (f64::from(cr) - no_red) / (all_red - no_red) * HALF;
        let r = y + cr * (2.0 - 2.0 * red);
        let b = y + cb * (2.0 - 2.0 * blue);
        [r, (y - red * r - blue * b) / green, b]
    }
}

/// Chroma of 8 bits reaches from 128 to 255: 127 of 255.
const HALF: f64 = 127.0 / 255.0;
