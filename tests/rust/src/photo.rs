//! A photo to be made, and how it becomes a JPEG.

use crate::carriers::Mark;
use crate::dct::{self, Basis, QuantTable};
use crate::huffman::HuffmanTable;
use crate::jpeg::{Jpeg, Piece, marker};
use crate::scan::{self, Op, Plane, Scan, Tables};
use crate::slack::{Choice, Planter, Slack};

/// What the components mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// One component.
    Grey,
    /// Three: luminance and two colour differences.
    YCbCr,
    /// Three: red, green, blue.
    Rgb,
    /// Four: inks.
    Cmyk,
    /// Four: CMY as YCbCr, and black.
    Ycck,
}

impl Colour {
    fn components(self) -> usize {
        match self {
            Colour::Grey => 1,
            Colour::YCbCr | Colour::Rgb => 3,
            Colour::Cmyk | Colour::Ycck => 4,
        }
    }
}

/// The coding process: T.81, 4.10 and 4.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// SOF0.
    Baseline,
    /// SOF1, sequential with Huffman coding.
    Extended,
    /// SOF2, with Huffman coding.
    Progressive,
}

/// A segment before the tables that says how the components are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// JFIF 1.01, density 1:1, no thumbnail.
    Jfif,
    /// Adobe's APP14 with this transform.
    Adobe(u8),
}

/// Where Huffman tables come from, and where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HuffmanTables {
    /// The typical tables of T.81, K.3.3, before the first scan.
    Standard,
    /// The same, and not in the file, as motion JPEG has it.
    Missing,
    /// The best for the whole picture, before the first scan.
    Optimal,
    /// The best for each scan, redefined before it in the same slots.
    PerScan,
}

/// A photo to be made. Start with [`Photo::new`] and change what the test is about.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Pixels a row.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// What the components mean.
    pub colour: Colour,
    /// Sampling factors of each component, horizontal and vertical.
    pub sampling: Vec<(u8, u8)>,
    /// Component identifiers.
    pub ids: Vec<u8>,
    /// The coding process.
    pub process: Process,
    /// The scans; none means one for all components, or a usual script if progressive.
    pub scans: Vec<Scan>,
    /// MCUs between restart markers; 0 for none.
    pub restart: u16,
    /// Segments before the tables.
    pub headers: Vec<Header>,
    /// Quantisation: per cent of the example tables in T.81, K.1.
    pub percent: u32,
    /// Quantisation steps are multiples of this.
    pub multiple: u16,
    /// The steps are divided by [`multiple`](Photo::multiple) in the file, and the coefficients
    /// multiplied by it: others, and the same picture.
    pub finer: bool,
    /// The quantisation table slot of each component. Components that share one share the table.
    pub quant_slots: Vec<u8>,
    /// Write 16-bit quantisation tables.
    pub wide: bool,
    /// A table for each component, redefined in slot 0 before its first scan.
    pub requantise: bool,
    /// The Huffman table slots of each component, DC and AC.
    pub huffman_slots: Vec<(u8, u8)>,
    /// Where Huffman tables come from.
    pub huffman: HuffmanTables,
    /// One segment for each table, where otherwise one holds them all.
    pub split_tables: bool,
    /// Tables in the order of falling slots.
    pub falling_slots: bool,
    /// Height 0 in the frame, told by DNL after the first scan: T.81, B.2.5.
    pub dnl: bool,
    /// How strong the noise in the picture is, in grey levels.
    pub noise: u8,
    /// Makes another picture.
    pub seed: u32,
    /// MCUs, by column and row, that show something else.
    pub altered: Vec<(usize, usize)>,
    /// A mark in the entropy-coded data.
    pub slack: Option<Slack>,
}

impl Photo {
    /// A baseline photo as most programs write it.
    pub fn new(width: u16, height: u16, colour: Colour) -> Photo {
        let n = colour.components();
        let chroma =
            |i: usize| matches!(colour, Colour::YCbCr | Colour::Ycck) && (i == 1 || i == 2);
        let slots: Vec<u8> = (0..n).map(|i| u8::from(chroma(i))).collect();
        Photo {
            width,
            height,
            colour,
            sampling: vec![(1, 1); n],
            ids: match colour {
                Colour::Rgb => b"RGB".to_vec(),
                Colour::Cmyk | Colour::Ycck => vec![1, 2, 3, 4],
                Colour::Grey | Colour::YCbCr => (1..=n as u8).collect(),
            },
            process: Process::Baseline,
            scans: Vec::new(),
            restart: 0,
            headers: match colour {
                Colour::Grey | Colour::YCbCr => vec![Header::Jfif],
                Colour::Rgb | Colour::Cmyk => vec![Header::Adobe(0)],
                Colour::Ycck => vec![Header::Adobe(2)],
            },
            percent: 60,
            multiple: 1,
            finer: false,
            quant_slots: slots.clone(),
            wide: false,
            requantise: false,
            huffman_slots: slots.iter().map(|s| (*s, *s)).collect(),
            huffman: HuffmanTables::Standard,
            split_tables: false,
            falling_slots: false,
            dnl: false,
            noise: 24,
            seed: 1,
            altered: Vec::new(),
            slack: None,
        }
    }

    /// A usual script of progressive scans, with spectral selection and successive approximation.
    pub fn usual_script(components: usize) -> Vec<Scan> {
        let all: Vec<usize> = (0..components).collect();
        let mut scans = vec![Scan::progressive(&all, (0, 0), (0, 1))];
        for c in 0..components {
            scans.push(Scan::progressive(&[c], (1, 5), (0, 2)));
            scans.push(Scan::progressive(&[c], (6, 63), (0, 2)));
        }
        scans.extend((0..components).map(|c| Scan::progressive(&[c], (1, 63), (2, 1))));
        scans.push(Scan::progressive(&all, (0, 0), (1, 0)));
        scans.extend((0..components).map(|c| Scan::progressive(&[c], (1, 63), (1, 0))));
        scans
    }

    /// One sequential scan for each component.
    pub fn separate(components: usize) -> Vec<Scan> {
        (0..components).map(|c| Scan::sequential(&[c])).collect()
    }

    /// The file, coded.
    pub fn bytes(&self) -> Vec<u8> {
        self.encode().bytes()
    }

    /// The same with a mark in its entropy-coded data, another for each variant; `None` if this kind
    /// of photo has no such place.
    pub fn planted(&self, choice: Choice, variant: u8) -> Option<Jpeg> {
        let tables =
            matches!(choice, Choice::EndSymbols | Choice::UnusedSymbols | Choice::SymbolOrder);
        if tables && self.huffman == HuffmanTables::Missing {
            return None;
        }
        let mark = Mark::new(&format!("{choice:?}"), variant).text.into_bytes();
        let marked = Photo { slack: Some(Slack { choice, mark }), ..self.clone() }.encode();
        (marked != self.encode()).then_some(marked)
    }

    /// The picture again and again, `times` of it from top to bottom, coded in one scan without
    /// restarts: a large photo in little time. The picture must be sequential, with whole MCUs from
    /// top to bottom.
    pub fn repeated(&self, times: u16) -> Jpeg {
        let tallest = self.sampling.iter().map(|s| usize::from(s.1)).max().unwrap_or(1);
        let fits = self.process != Process::Progressive
            && self.scans.is_empty()
            && self.restart == 0
            && self.slack.is_none()
            && usize::from(self.height).is_multiple_of(8 * tallest);
        assert!(fits, "one sequential scan of whole MCUs");
        let mut jpeg = self.encode();
        let frame = jpeg.frame();
        let height = self.height.checked_mul(times).expect("a height of 16 bits");
        if let Some(payload) = jpeg.pieces[frame].payload_mut() {
            payload[1..3].copy_from_slice(&height.to_be_bytes());
        }
        // from the second time on all are coded alike: each follows the same picture
        let all = Scan::sequential(&(0..self.colour.components()).collect::<Vec<_>>());
        let planter = Planter::new(None);
        let code =
            |planes: &[Plane]| scan::code(&all, planes, &self.huffman_slots, false, 0, &planter);
        let mut planes = self.planes();
        let first = code(&planes);
        for plane in &mut planes {
            plane.blocks.extend_from_within(..);
        }
        let both = code(&planes);
        let (_, next) = both.split_at(first.len());
        let tables = self.tables(&[&both], &planter);
        let ops = first.iter().chain((1..times).flat_map(|_| next));
        let coded = Piece::Coded(scan::write(ops, &tables, &planter));
        let mut out = Vec::new();
        for piece in jpeg.pieces {
            match piece {
                Piece::Coded(_) => out.push(coded.clone()),
                _ if piece.is(marker::DHT) => {
                    // once, and not for each segment of split tables
                    if !out.iter().any(|p: &Piece| p.is(marker::DHT)) {
                        self.group(&mut out, marker::DHT, segments(&tables));
                    }
                }
                _ => out.push(piece),
            }
        }
        Jpeg { pieces: out }
    }

    /// The file in pieces.
    pub fn encode(&self) -> Jpeg {
        let scans = match (&self.scans[..], self.process) {
            ([], Process::Progressive) => Photo::usual_script(self.colour.components()),
            ([], _) => vec![Scan::sequential(&(0..self.colour.components()).collect::<Vec<_>>())],
            (given, _) => given.to_vec(),
        };
        let planter = Planter::new(self.slack.as_ref());
        let mut planes = self.planes();
        outside(&mut planes, &planter);
        let slots = &self.huffman_slots;
        let progressive = self.process == Process::Progressive;
        let coded: Vec<Vec<Op>> = scans
            .iter()
            .map(|s| scan::code(s, &planes, slots, progressive, self.restart, &planter))
            .collect();
        let everything: Vec<&[Op]> = coded.iter().map(Vec::as_slice).collect();
        let shared = self.tables(&everything, &planter);

        let mut jpeg = Jpeg { pieces: vec![Piece::Marker(marker::SOI)] };
        let out = &mut jpeg.pieces;
        out.extend(self.headers.iter().map(|header| header.segment()));
        if !self.requantise {
            self.group(out, marker::DQT, self.quantisation());
        }
        out.push(self.frame());
        if matches!(self.huffman, HuffmanTables::Standard | HuffmanTables::Optimal) {
            self.group(out, marker::DHT, segments(&shared));
        }
        if self.restart > 0 {
            out.push(Piece::segment(marker::DRI, self.restart.to_be_bytes()));
        }
        let mut seen = Vec::new();
        for (number, (scan, ops)) in scans.iter().zip(&coded).enumerate() {
            for c in &scan.components {
                if self.requantise && !seen.contains(c) {
                    out.push(Piece::segment(
                        marker::DQT,
                        self.written_table(*c).payload(0, self.wide),
                    ));
                    seen.push(*c);
                }
            }
            let own;
            let tables = if self.huffman == HuffmanTables::PerScan {
                own = self.tables(&[ops], &planter);
                self.group(out, marker::DHT, segments(&own));
                &own
            } else {
                &shared
            };
            out.push(self.scan_header(scan));
            out.push(Piece::Coded(scan::write(ops, tables, &planter)));
            if self.dnl && number == 0 {
                out.push(Piece::segment(marker::DNL, self.height.to_be_bytes()));
            }
        }
        out.push(Piece::Marker(marker::EOI));
        jpeg
    }

    /// The quantisation table of a component.
    fn table(&self, component: usize) -> QuantTable {
        let slot = u32::from(self.quant_slots[component]);
        let own = if self.requantise { 10 * component as u32 } else { 7 * slot };
        let table = QuantTable::scaled(slot % 2 == 1, self.percent + own);
        let limit = if self.wide { u16::MAX } else { 255 };
        let most = limit - limit % self.multiple;
        QuantTable(table.0.map(|v| v.min(most).next_multiple_of(self.multiple)))
    }

    /// The same as it stands in the file.
    fn written_table(&self, component: usize) -> QuantTable {
        let divisor = if self.finer { self.multiple } else { 1 };
        QuantTable(self.table(component).0.map(|v| v / divisor))
    }

    fn quantisation(&self) -> Vec<Vec<u8>> {
        let mut slots: Vec<(u8, usize)> = self.quant_slots.iter().copied().zip(0..).collect();
        slots.sort_unstable();
        slots.dedup_by_key(|(slot, _)| *slot);
        slots.into_iter().map(|(slot, c)| self.written_table(c).payload(slot, self.wide)).collect()
    }

    /// Puts tables into one segment or one each.
    fn group(&self, out: &mut Vec<Piece>, code: u8, mut tables: Vec<Vec<u8>>) {
        if self.falling_slots {
            tables.reverse();
        }
        if self.split_tables {
            out.extend(tables.into_iter().map(|t| Piece::segment(code, t)));
        } else if !tables.is_empty() {
            out.push(Piece::segment(code, tables.concat()));
        }
    }

    fn tables(&self, ops: &[&[Op]], planter: &Planter<'_>) -> Tables {
        let mut counts = [[[0u32; 256]; 4]; 2];
        for op in ops.iter().flat_map(|ops| ops.iter()) {
            if let Op::Symbol { ac, slot, symbol } = op {
                counts[usize::from(*ac)][usize::from(*slot)][usize::from(*symbol)] += 1;
            }
        }
        // typical tables lack the symbols that are planted
        let planted = [Choice::UnusedSymbols, Choice::EndSymbols]
            .iter()
            .find_map(|choice| Some((choice, planter.mark(*choice)?)));
        let standard = matches!(self.huffman, HuffmanTables::Standard | HuffmanTables::Missing)
            && self.process != Process::Progressive
            && planted.is_none();
        if let Some((Choice::UnusedSymbols, mark)) = planted {
            let used = |counts: &&mut [u32; 256]| counts.iter().any(|count| *count > 0);
            for counts in counts[1].iter_mut().filter(used) {
                mark.iter().for_each(|byte| {
                    counts[usize::from(*byte)] = counts[usize::from(*byte)].max(1);
                });
            }
        }
        std::array::from_fn(|class| {
            std::array::from_fn(|slot| {
                let used = counts[class][slot].iter().any(|n| *n > 0);
                let mut table = match (used, standard) {
                    (false, _) => return None,
                    (true, true) => HuffmanTable::standard(class == 1, slot % 2 == 1),
                    (true, false) => HuffmanTable::optimal(&counts[class][slot]),
                };
                if planter.mark(Choice::SymbolOrder).is_some() {
                    table.shuffle(|below| {
                        planter.bits(Choice::SymbolOrder, 8).unwrap_or(0) as usize % below
                    });
                }
                Some(table)
            })
        })
    }

    /// The frame header: T.81, B.2.2.
    fn frame(&self) -> Piece {
        let code = match self.process {
            Process::Baseline => marker::SOF0,
            Process::Extended => marker::SOF1,
            Process::Progressive => marker::SOF2,
        };
        let mut payload = vec![8];
        payload.extend(if self.dnl { 0 } else { self.height }.to_be_bytes());
        payload.extend(self.width.to_be_bytes());
        payload.push(self.ids.len() as u8);
        for (c, id) in self.ids.iter().enumerate() {
            let (h, v) = self.sampling[c];
            let slot = if self.requantise { 0 } else { self.quant_slots[c] };
            payload.extend([*id, h << 4 | v, slot]);
        }
        Piece::segment(code, payload)
    }

    /// The scan header: T.81, B.2.3.
    fn scan_header(&self, scan: &Scan) -> Piece {
        let mut payload = vec![scan.components.len() as u8];
        for c in &scan.components {
            let (dc, ac) = self.huffman_slots[*c];
            let dc = if scan.uses_dc() { dc } else { 0 };
            let ac = if scan.uses_ac() { ac } else { 0 };
            payload.extend([self.ids[*c], dc << 4 | ac]);
        }
        let ((first, last), (high, low)) = (scan.spectrum, scan.approximation);
        payload.extend([first, last, high << 4 | low]);
        Piece::segment(marker::SOS, payload)
    }

    /// Samples made by code, transformed and quantised.
    fn planes(&self) -> Vec<Plane> {
        let widest = self.sampling.iter().map(|s| usize::from(s.0)).max().unwrap_or(1);
        let tallest = self.sampling.iter().map(|s| usize::from(s.1)).max().unwrap_or(1);
        let (width, height) = (usize::from(self.width), usize::from(self.height));
        let basis = Basis::new();
        (0..self.ids.len())
            .map(|c| {
                let (h, v) = (usize::from(self.sampling[c].0), usize::from(self.sampling[c].1));
                let columns = (width * h).div_ceil(widest);
                let rows = (height * v).div_ceil(tallest);
                let stride = width.div_ceil(8 * widest) * h;
                let block_rows = height.div_ceil(8 * tallest) * v;
                let table = self.table(c);
                let blocks = (0..stride * block_rows)
                    .map(|i| {
                        let (x, y) = (i % stride * 8, i / stride * 8);
                        let altered = self.altered.contains(&(i % stride / h, i / stride / v));
                        let samples = std::array::from_fn(|dy| {
                            std::array::from_fn(|dx| {
                                let at = ((x + dx).min(columns - 1), (y + dy).min(rows - 1));
                                let sample = self.sample(c, at, (columns, rows)) - 128.0;
                                // as different as can be
                                if altered { -sample } else { sample }
                            })
                        });
                        let factor = if self.finer { self.multiple as i16 } else { 1 };
                        dct::block(&samples, &table, &basis).map(|v| v * factor)
                    })
                    .collect();
                Plane {
                    sampling: (h, v),
                    real: (columns.div_ceil(8), rows.div_ceil(8)),
                    stride,
                    blocks,
                }
            })
            .collect()
    }

    /// One sample: a slope and a wave that differ by component, and noise.
    fn sample(
        &self,
        component: usize,
        (x, y): (usize, usize),
        (columns, rows): (usize, usize),
    ) -> f32 {
        let slope = match component {
            0 => (x * 160 / columns + y * 60 / rows) as f32,
            1 => 200.0 - (x * 120 / columns) as f32,
            2 => 60.0 + (y * 120 / rows) as f32,
            _ => 40.0 + ((x + y) * 80 / (columns + rows)) as f32,
        };
        let wave = dct::portable(20.0 * ((x * 7 + y * 3 + component) as f64 / 9.0).sin());
        let mut bits = (x as u32) ^ (y as u32).rotate_left(16) ^ (component as u32) << 12;
        bits = bits.wrapping_add(self.seed).wrapping_mul(0x9E37_79B1);
        bits = (bits ^ bits >> 15).wrapping_mul(0x85EB_CA77);
        bits ^= bits >> 13;
        let noise = ((bits & 0xFF) as f32 - 127.5) / 127.5 * f32::from(self.noise);
        (slope + wave + noise + 16.0).clamp(0.0, 255.0)
    }
}

/// Plants a mark in blocks that hold no sample of the picture.
fn outside(planes: &mut [Plane], planter: &Planter<'_>) {
    // a single component has none
    if planes.len() == 1 {
        return;
    }
    for plane in planes {
        for (i, block) in plane.blocks.iter_mut().enumerate() {
            let (x, y) = (i % plane.stride, i / plane.stride);
            if x < plane.real.0 && y < plane.real.1 {
                continue;
            }
            for value in &mut block[..10] {
                if let Some(bits) = planter.bits(Choice::OutsideBlocks, 4) {
                    *value = bits as i16 - 8;
                }
            }
        }
    }
}

impl Header {
    fn segment(self) -> Piece {
        match self {
            Header::Jfif => Piece::segment(marker::APP0, *b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            Header::Adobe(transform) => {
                let mut payload = b"Adobe\0\x64\0\0\0\0".to_vec();
                payload.push(transform);
                Piece::segment(marker::APP14, payload)
            }
        }
    }
}

/// The tables of a set as they stand in DHT segments.
fn segments(tables: &Tables) -> Vec<Vec<u8>> {
    let slots = |ac: bool| {
        let class = &tables[usize::from(ac)];
        (0u8..).zip(class).filter_map(move |(slot, t)| Some(t.as_ref()?.payload(ac, slot)))
    };
    slots(false).chain(slots(true)).collect()
}
