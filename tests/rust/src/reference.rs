//! A decoder to judge by: slow, plain, and in 64-bit floating point. ITU-T T.81, annexes A, F and G.
//!
//! It takes well-formed files alone, and gives `None` for others.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::dct::ZIGZAG;
use crate::{Jpeg, Piece, marker};

/// A picture before the inverse transform.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficients {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The components in the order of the frame.
    pub components: Vec<Component>,
}

/// The coefficients of one component.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Its identifier.
    id: u8,
    /// Sampling factors, horizontal and vertical.
    pub sampling: (usize, usize),
    /// Its size in samples.
    pub size: (usize, usize),
    /// Blocks side by side, and rows of them, that hold samples of the picture.
    pub blocks: (usize, usize),
    /// Blocks side by side in whole interleaved MCUs.
    stride: usize,
    /// Each in natural order: row × 8 + column. Those of whole MCUs, row by row.
    values: Vec<[i32; 64]>,
    /// The quantisation steps, in natural order.
    pub steps: [u16; 64],
}

impl Coefficients {
    /// True if the pictures hold the same coefficients, steps and sampling. Blocks outside the
    /// picture do not count, nor do identifiers.
    pub fn same(&self, other: &Coefficients) -> bool {
        let pairs = || self.components.iter().zip(&other.components);
        (self.width, self.height, self.components.len())
            == (other.width, other.height, other.components.len())
            && pairs().all(|(a, b)| {
                let (wide, high) = a.blocks;
                (a.sampling, a.steps) == (b.sampling, b.steps)
                    && (0..high).all(|y| (0..wide).all(|x| a.block(x, y) == b.block(x, y)))
            })
    }
}

impl Component {
    /// A block of the picture by its column and row, not multiplied by the steps.
    pub fn block(&self, x: usize, y: usize) -> &[i32; 64] {
        &self.values[y * self.stride + x]
    }
}

/// Samples of one component.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Samples a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Row by row; 0 to 255 is the range of the file, and nothing is clamped to it.
    pub samples: Vec<f64>,
}

impl Plane {
    /// The sample in this column and row; those at the edges go on outside.
    pub fn at(&self, x: isize, y: isize) -> f64 {
        let inside = |at: isize, size: usize| at.clamp(0, size as isize - 1) as usize;
        self.samples[inside(y, self.height) * self.width + inside(x, self.width)]
    }
}

/// The coefficients of a JPEG with Huffman coding.
pub fn coefficients(jpeg: &[u8]) -> Option<Coefficients> {
    let jpeg = Jpeg::parse(jpeg)?;
    let mut decoder = Decoder::default();
    for (at, piece) in jpeg.pieces.iter().enumerate() {
        let payload = piece.payload();
        match piece {
            Piece::Segment { marker: marker::DQT, .. } => decoder.quantisation(payload)?,
            Piece::Segment { marker: marker::DHT, .. } => decoder.huffman(payload)?,
            Piece::Segment { marker: marker::DRI, .. } => {
                decoder.interval = usize::from(u16::from_be_bytes(payload.try_into().ok()?));
            }
            Piece::Segment { marker: marker::SOF0..=marker::SOF2, .. } => decoder.frame(payload)?,
            Piece::Segment { marker: marker::SOS, .. } => {
                decoder.progressive = jpeg.pieces[jpeg.frame()].is(marker::SOF2);
                decoder.scan(payload, jpeg.pieces.get(at + 1)?.payload())?;
            }
            _ if piece.is_frame() => return None,
            _ => {}
        }
    }
    decoder.picture
}

/// A component at `n`/8 of its size: each block transformed at `n` points in each direction from its
/// lowest `n` × `n` frequencies, 1 to 8.
pub fn plane(component: &Component, n: usize) -> Plane {
    let scaled = |size: usize| (size * n).div_ceil(8);
    let (width, height) = (scaled(component.size.0), scaled(component.size.1));
    let mut basis = [[0.0; 8]; 8];
    for (u, row) in basis.iter_mut().enumerate().take(n) {
        let factor = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 } / 2.0;
        for (x, value) in row.iter_mut().enumerate().take(n) {
            *value = factor * ((2 * x + 1) as f64 * u as f64 * PI / (2 * n) as f64).cos();
        }
    }
    let mut samples = vec![0.0; width * height];
    for by in 0..component.blocks.1 {
        for bx in 0..component.blocks.0 {
            let block = component.block(bx, by);
            let mut rows = [[0.0; 8]; 8];
            for v in 0..n {
                for u in 0..n {
                    let value = f64::from(block[v * 8 + u]) * f64::from(component.steps[v * 8 + u]);
                    if value != 0.0 {
                        (0..n).for_each(|x| rows[v][x] += value * basis[u][x]);
                    }
                }
            }
            for y in 0..n.min(height.saturating_sub(by * n)) {
                for x in 0..n.min(width.saturating_sub(bx * n)) {
                    let sum: f64 = (0..n).map(|v| rows[v][x] * basis[v][y]).sum();
                    samples[(by * n + y) * width + bx * n + x] = sum + 128.0;
                }
            }
        }
    }
    Plane { width, height, samples }
}

/// The average over the area of each new pixel. `bounds` are the edges of the new pixels in units of
/// old samples, across and down.
pub fn area(plane: &Plane, across: &[f64], down: &[f64]) -> Plane {
    let covers = |bounds: &[f64], size: usize| -> Vec<Vec<(usize, f64)>> {
        let cover = |pair: &[f64]| {
            let (start, end) = (pair[0].max(0.0), pair[1].min(size as f64));
            let last = (end.ceil() as usize).min(size);
            let covered = |k: usize| end.min((k + 1) as f64) - start.max(k as f64);
            (start as usize..last).map(|k| (k, covered(k) / (end - start))).collect()
        };
        bounds.windows(2).map(cover).collect()
    };
    let (columns, rows) = (covers(across, plane.width), covers(down, plane.height));
    let mut samples = Vec::with_capacity(columns.len() * rows.len());
    for row in &rows {
        for column in &columns {
            let mut sum = 0.0;
            for (y, of_row) in row {
                for (x, of_column) in column {
                    sum += of_row * of_column * plane.samples[y * plane.width + x];
                }
            }
            samples.push(sum);
        }
    }
    Plane { width: columns.len(), height: rows.len(), samples }
}

/// How much `b` differs from `a`: the peak signal-to-noise ratio in decibels.
pub fn psnr(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let squares: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    10.0 * (255.0 * 255.0 * a.len() as f64 / squares.max(1e-9)).log10()
}

/// A Huffman table to decode with: how many codes of each length, and the symbols in their order.
type Table = ([u8; 16], Vec<u8>);

#[derive(Default)]
struct Decoder {
    picture: Option<Coefficients>,
    slots: Vec<usize>,
    quantisation: [Option<[u16; 64]>; 4],
    huffman: [[Option<Table>; 4]; 2],
    interval: usize,
    progressive: bool,
}

impl Decoder {
    fn quantisation(&mut self, mut payload: &[u8]) -> Option<()> {
        while let [head, rest @ ..] = payload {
            let wide = usize::from(head >> 4) + 1;
            let mut steps = [0; 64];
            for (value, place) in rest.get(..64 * wide)?.chunks(wide).zip(ZIGZAG) {
                steps[place] = value.iter().fold(0, |n, byte| n << 8 | u16::from(*byte));
            }
            *self.quantisation.get_mut(usize::from(head & 15))? = Some(steps);
            payload = &rest[64 * wide..];
        }
        Some(())
    }

    fn huffman(&mut self, mut payload: &[u8]) -> Option<()> {
        while let [head, rest @ ..] = payload {
            let counts: [u8; 16] = rest.get(..16)?.try_into().ok()?;
            let symbols: usize = counts.iter().map(|n| usize::from(*n)).sum();
            let table = (counts, rest.get(16..16 + symbols)?.to_vec());
            let class = self.huffman.get_mut(usize::from(head >> 4))?;
            *class.get_mut(usize::from(head & 15))? = Some(table);
            payload = &rest[16 + symbols..];
        }
        Some(())
    }

    fn frame(&mut self, payload: &[u8]) -> Option<()> {
        let number =
            |at: usize| Some(usize::from(*payload.get(at)?) << 8 | usize::from(payload[at + 1]));
        let (height, width) = (number(1)?, number(3)?);
        let specs: Vec<&[u8]> = payload.get(6..)?.chunks_exact(3).collect();
        let factors = |spec: &[u8]| match specs.len() {
            1 => (1, 1),
            _ => (usize::from(spec[1] >> 4), usize::from(spec[1] & 15)),
        };
        let h_max = specs.iter().map(|s| factors(s).0).max()?;
        let v_max = specs.iter().map(|s| factors(s).1).max()?;
        let components = specs.iter().map(|spec| {
            let (h, v) = factors(spec);
            let size = ((width * h).div_ceil(h_max), (height * v).div_ceil(v_max));
            let stride = width.div_ceil(8 * h_max) * h;
            Component {
                id: spec[0],
                sampling: (h, v),
                size,
                blocks: (size.0.div_ceil(8), size.1.div_ceil(8)),
                stride,
                values: vec![[0; 64]; stride * height.div_ceil(8 * v_max) * v],
                steps: [0; 64],
            }
        });
        self.slots = specs.iter().map(|spec| usize::from(spec[2])).collect();
        self.picture = Some(Coefficients { width, height, components: components.collect() });
        Some(())
    }

    fn scan(&mut self, header: &[u8], data: &[u8]) -> Option<()> {
        let picture = self.picture.as_mut()?;
        let n = usize::from(*header.first()?);
        let [start, end, approximation] = header.get(1 + 2 * n..)?.try_into().ok()?;
        let mut parts = Vec::new();
        for pair in header[1..1 + 2 * n].chunks(2) {
            let index = picture.components.iter().position(|c| c.id == pair[0])?;
            let component = &mut picture.components[index];
            if component.steps == [0; 64] {
                component.steps = self.quantisation[*self.slots.get(index)?]?;
            }
            parts.push((index, usize::from(pair[1] >> 4), usize::from(pair[1] & 15)));
        }
        // blocks of an MCU, by component and place
        let whole: Vec<usize> =
            picture.components.iter().map(|c| c.stride / c.sampling.0).collect();
        let high = |c: &Component| c.values.len() / c.stride / c.sampling.1;
        let mcus = match parts[..] {
            [(only, ..)] => {
                let (wide, high) = picture.components[only].blocks;
                wide * high
            }
            _ => whole[0] * high(&picture.components[0]),
        };
        let mut bits = Bits { data, at: 0, bit: 0 };
        let (mut predictions, mut ended) = ([0; 4], 0u32);
        for mcu in 0..mcus {
            if self.interval > 0 && mcu > 0 && mcu % self.interval == 0 {
                bits.restart()?;
                (predictions, ended) = ([0; 4], 0);
            }
            for (index, dc, ac) in &parts {
                let component = &picture.components[*index];
                let (h, v) = component.sampling;
                let places: Vec<usize> = if parts.len() == 1 {
                    let wide = component.blocks.0;
                    vec![mcu / wide * component.stride + mcu % wide]
                } else {
                    let (x, y) = (mcu % whole[*index] * h, mcu / whole[*index] * v);
                    (0..h * v).map(|i| (y + i / h) * component.stride + x + i % h).collect()
                };
                for place in places {
                    let mut coder = Block {
                        bits: &mut bits,
                        block: &mut picture.components[*index].values[place],
                        dc: self.huffman[0][*dc & 3].as_ref(),
                        ac: self.huffman[1][*ac & 3].as_ref(),
                        prediction: &mut predictions[*index],
                        ended: &mut ended,
                        band: usize::from(start)..=usize::from(end),
                        low: approximation & 15,
                    };
                    match (self.progressive, start, approximation >> 4) {
                        (false, ..) => coder.sequential()?,
                        (true, 0, 0) => coder.dc_first()?,
                        (true, 0, _) => coder.dc_refine()?,
                        (true, _, 0) => coder.ac_first()?,
                        (true, ..) => coder.ac_refine()?,
                    }
                }
            }
        }
        Some(())
    }
}

/// Bits of entropy-coded data.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    bit: u8,
}

impl Bits<'_> {
    fn one(&mut self) -> Option<i32> {
        let byte = *self.data.get(self.at)?;
        if byte == 0xFF && self.data.get(self.at + 1) != Some(&0) {
            return None;
        }
        let bit = byte >> (7 - self.bit) & 1;
        self.bit += 1;
        if self.bit == 8 {
            (self.bit, self.at) = (0, self.at + if byte == 0xFF { 2 } else { 1 });
        }
        Some(i32::from(bit))
    }

    fn many(&mut self, count: u8) -> Option<i32> {
        (0..count).try_fold(0, |bits, _| Some(bits << 1 | self.one()?))
    }

    /// To the data behind the next restart marker.
    fn restart(&mut self) -> Option<()> {
        let rest = self.data.get(self.at..)?;
        let marker = rest.windows(2).position(|w| w[0] == 0xFF && w[1] & 0xF8 == 0xD0)?;
        (self.at, self.bit) = (self.at + marker + 2, 0);
        Some(())
    }

    /// T.81, F.2.2.3.
    fn symbol(&mut self, table: Option<&Table>) -> Option<u8> {
        let (counts, symbols) = table?;
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in counts {
            code = code << 1 | self.one()?;
            let count = i32::from(*count);
            if code - first < count {
                return symbols.get((index + code - first) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
        }
        None
    }

    /// T.81, F.2.2.1: a value of `size` bits.
    fn value(&mut self, size: u8) -> Option<i32> {
        let bits = self.many(size)?;
        let negative = size > 0 && bits < 1 << (size - 1);
        Some(if negative { bits - (1 << size) + 1 } else { bits })
    }
}

/// One block of a scan.
struct Block<'a, 'b> {
    bits: &'a mut Bits<'b>,
    block: &'a mut [i32; 64],
    dc: Option<&'a Table>,
    ac: Option<&'a Table>,
    prediction: &'a mut i32,
    ended: &'a mut u32,
    band: std::ops::RangeInclusive<usize>,
    low: u8,
}

impl Block<'_, '_> {
    fn sequential(&mut self) -> Option<()> {
        self.dc_first()?;
        let mut k = 1;
        while k < 64 {
            let symbol = self.bits.symbol(self.ac)?;
            match (symbol >> 4, symbol & 15) {
                (15, 0) => k += 16,
                (_, 0) => break,
                (run, size) => {
                    k += usize::from(run);
                    self.block[*ZIGZAG.get(k)?] = self.bits.value(size)?;
                    k += 1;
                }
            }
        }
        Some(())
    }

    fn dc_first(&mut self) -> Option<()> {
        let size = self.bits.symbol(self.dc)?;
        *self.prediction += self.bits.value(size)?;
        self.block[0] = *self.prediction << if *self.band.end() == 0 { self.low } else { 0 };
        Some(())
    }

    fn dc_refine(&mut self) -> Option<()> {
        self.block[0] |= self.bits.one()? << self.low;
        Some(())
    }

    fn ac_first(&mut self) -> Option<()> {
        if *self.ended > 0 {
            *self.ended -= 1;
            return Some(());
        }
        let mut k = *self.band.start();
        while k <= *self.band.end() {
            let symbol = self.bits.symbol(self.ac)?;
            match (symbol >> 4, symbol & 15) {
                (15, 0) => k += 16,
                (run, 0) => {
                    *self.ended = (1 << run) - 1 + self.bits.many(run)? as u32;
                    break;
                }
                (run, size) => {
                    k += usize::from(run);
                    self.block[*ZIGZAG.get(k)?] = self.bits.value(size)? << self.low;
                    k += 1;
                }
            }
        }
        Some(())
    }

    /// T.81, G.1.2.3.
    fn ac_refine(&mut self) -> Option<()> {
        let mut k = *self.band.start();
        if *self.ended == 0 {
            while k <= *self.band.end() {
                let symbol = self.bits.symbol(self.ac)?;
                let (mut run, size) = (symbol >> 4, symbol & 15);
                let mut new = 0;
                if size > 0 {
                    new = if self.bits.one()? == 1 { 1 << self.low } else { -(1 << self.low) };
                } else if run < 15 {
                    *self.ended = (1 << run) + self.bits.many(run)? as u32;
                    break;
                }
                while k <= *self.band.end() {
                    let place = ZIGZAG[k];
                    if self.block[place] != 0 {
                        self.correct(place)?;
                    } else if run == 0 {
                        self.block[place] = new;
                        k += 1;
                        break;
                    } else {
                        run -= 1;
                    }
                    k += 1;
                }
            }
        }
        if *self.ended > 0 {
            for place in ZIGZAG.get(k..=*self.band.end()).unwrap_or_default() {
                if self.block[*place] != 0 {
                    self.correct(*place)?;
                }
            }
            *self.ended -= 1;
        }
        Some(())
    }

    fn correct(&mut self, place: usize) -> Option<()> {
        let bit = self.bits.one()? << self.low;
        let value = &mut self.block[place];
        *value += if *value < 0 { -bit } else { bit };
        Some(())
    }
}
