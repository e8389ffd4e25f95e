//! A decoded picture as a PNG: every pixel as it is, or scaled, with what lets the background
//! through, in the fewest kinds of samples that hold it.
//!
//! Colours count by how much of them is seen, so those that nobody sees mix into none, and they are
//! black in the result.

use zeroize::Zeroizing;

use crate::container::png::{ColourType, Dress, Header};
use crate::memory::Memory;
use crate::picture::bitmap::{Bitmap, Needs};
use crate::picture::cover::{COLOUR, Cover, Painter, Reach};
use crate::picture::draw::cover_of_pixels;
use crate::picture::geometry::Geometry;
use crate::picture::pixels::CELL;
use crate::picture::png::encoder::Encoder;
use crate::picture::resample::PlaneScaler;
use crate::picture::scale::pixel_spans;
use crate::{Error, Orientation, Redaction};

/// Red, green, blue and alpha of a row, 0 to 255.
type Planes = [Zeroizing<Vec<f32>>; 4];

/// The picture `bitmap` as PNG, with a longest edge of at most `longest_edge`.
pub(crate) struct Lossless<'a> {
    bitmap: &'a Bitmap,
    needs: Needs,
    grey: bool,
    cover: Cover,
}

impl<'a> Lossless<'a> {
    /// Of `bitmap`, without colours if `grey`, and with these shapes covered.
    pub(crate) fn new(bitmap: &'a Bitmap, grey: bool, redactions: &[Redaction]) -> Lossless<'a> {
        let cover = cover_of_pixels(redactions, &geometry(bitmap, None));
        Lossless { bitmap, needs: bitmap.needs(), grey, cover }
    }

    /// What the picture needs.
    pub(crate) fn needs(&self) -> Needs {
        self.needs
    }

    /// How many shapes cover nothing.
    pub(crate) fn in_vain(&self) -> usize {
        self.cover.in_vain()
    }

    /// The file and its width and height.
    pub(crate) fn encode(&self, longest_edge: Option<u32>) -> Result<(Memory, (u32, u32)), Error> {
        let geometry = geometry(self.bitmap, longest_edge);
        let (width, height) = geometry.upright_size();
        let Needs { colour, alpha, depth, .. } = self.needs;
        let colour = match (colour && !self.grey, alpha) {
            (false, false) => ColourType::Grey,
            (false, true) => ColourType::GreyAlpha,
            (true, false) => ColourType::Rgb,
            (true, true) => ColourType::Rgba,
        };
        let depth = if depth { 16 } else { 8 };
        // no larger than the picture, whose edges are 32 bits long
        let size = (width as u32, height as u32);
        let header = Header { width: size.0, height: size.1, depth, colour, interlaced: false };
        let mut encoder = Encoder::new(Dress::plain(header))?;
        let mut rows = Rows::new(self, geometry);
        let mut line = Zeroizing::new(vec![0u8; width * header.step()]);
        for _ in 0..height {
            rows.next(&mut line, &header)?;
            encoder.row(&line)?;
        }
        Ok((encoder.finish()?, size))
    }
}

fn geometry(bitmap: &Bitmap, longest_edge: Option<u32>) -> Geometry {
    Geometry::whole(bitmap.width, bitmap.height, Orientation::Upright, longest_edge)
}

/// The rows of the result.
struct Rows<'a> {
    picture: &'a Lossless<'a>,
    painter: Painter<'a>,
    /// Of red, green, blue and alpha, the first three multiplied by it; none where the size stays.
    scalers: Vec<PlaneScaler>,
    planes: Planes,
    /// The rows that were taken from the source and given.
    taken: usize,
    given: usize,
}

impl<'a> Rows<'a> {
    fn new(picture: &'a Lossless<'a>, geometry: Geometry) -> Rows<'a> {
        let bitmap = picture.bitmap;
        let (across, down) = (&geometry.across, &geometry.down);
        let scaler = || {
            PlaneScaler::new(
                bitmap.width,
                pixel_spans(across, bitmap.width),
                pixel_spans(down, bitmap.height),
            )
        };
        let scalers: Vec<PlaneScaler> =
            if geometry.keeps_size() { Vec::new() } else { (0..4).map(|_| scaler()).collect() };
        let mut reach = (Reach::new(across), Reach::new(down));
        let spans = scaler();
        reach.0.add_spans(spans.spans().0, CELL, |n| n);
        reach.1.add_spans(spans.spans().1, CELL, |n| n);
        let plane = || Zeroizing::new(vec![0.0; bitmap.width]);
        Rows {
            picture,
            painter: Painter::new(&picture.cover, &geometry, reach),
            scalers,
            planes: [plane(), plane(), plane(), plane()],
            taken: 0,
            given: 0,
        }
    }

    /// Puts the next row into `line`, packed as `header` says.
    fn next(&mut self, line: &mut [u8], header: &Header) -> Result<(), Error> {
        if self.scalers.is_empty() {
            self.take();
        } else {
            while self.scalers.iter().any(|scaler| scaler.front().is_none()) {
                if self.taken == self.picture.bitmap.height {
                    return Err(Error::Damaged { at: 0, what: "the picture has too few rows" });
                }
                self.take();
                let [red, green, blue, alpha] = &mut self.planes;
                for colour in [red, green, blue] {
                    let values = colour.iter_mut().zip(alpha.iter());
                    values.for_each(|(value, alpha)| *value *= alpha / 255.0);
                }
                let planes = self.planes.iter();
                self.scalers.iter_mut().zip(planes).for_each(|(scaler, plane)| scaler.push(plane));
            }
            for (scaler, plane) in self.scalers.iter_mut().zip(&mut self.planes) {
                let front = scaler.front().unwrap_or_default();
                plane[..front.len()].copy_from_slice(front);
                scaler.pop();
            }
            let [red, green, blue, alpha] = &mut self.planes;
            for colour in [red, green, blue] {
                for (value, alpha) in colour.iter_mut().zip(alpha.iter()) {
                    *value = if *alpha > 0.0 { *value / alpha * 255.0 } else { 0.0 };
                }
            }
        }
        let [red, green, blue, alpha] = &mut self.planes;
        self.painter.each(self.given, |x| {
            [red[x], green[x], blue[x]] = COLOUR.map(f32::from);
            alpha[x] = 255.0;
        });
        self.given += 1;
        self.pack(line, header);
        Ok(())
    }

    /// Takes the next row of the source; what is covered is thrown away.
    fn take(&mut self) {
        let [red, green, blue, alpha] = &mut self.planes;
        self.picture.bitmap.levels(self.taken, [red, green, blue, alpha]);
        let covered = self.picture.cover.row(self.taken / CELL);
        for (index, plane) in self.planes.iter_mut().enumerate() {
            let cells = plane.chunks_mut(CELL).zip(covered).filter(|(_, covered)| **covered);
            cells.for_each(|(cell, _)| cell.fill(if index == 3 { 255.0 } else { 0.0 }));
        }
        self.taken += 1;
    }

    /// Rounds the row and puts its samples side by side.
    fn pack(&self, line: &mut [u8], header: &Header) {
        let [red, green, blue, alpha] = &self.planes;
        let deep = header.depth == 16;
        let scale = if deep { 257.0 } else { 1.0 };
        let rounded = |level: f32| (level.clamp(0.0, 255.0) * scale).round() as u16;
        let (grey, with_alpha) = (header.colour.is_grey(), header.colour.has_alpha());
        let luma = grey && self.picture.grey;
        for (x, pixel) in line.chunks_exact_mut(header.step()).enumerate() {
            let alpha = rounded(alpha[x]);
            let shown = alpha > 0;
            let colour = match (shown, luma) {
                (false, _) => [0; 3],
                (true, true) => {
                    let luma = 19_595.0 * red[x] + 38_470.0 * green[x] + 7_471.0 * blue[x];
                    [rounded(luma / 65_536.0); 3]
                }
                (true, false) => [red[x], green[x], blue[x]].map(rounded),
            };
            let colours = if grey { &colour[..1] } else { &colour };
            let samples = colours.iter().chain(with_alpha.then_some(&alpha));
            if deep {
                let words = pixel.as_chunks_mut::<2>().0.iter_mut();
                words.zip(samples).for_each(|(word, sample)| *word = sample.to_be_bytes());
            } else {
                // at most 255
                pixel.iter_mut().zip(samples).for_each(|(byte, sample)| *byte = *sample as u8);
            }
        }
    }
}
