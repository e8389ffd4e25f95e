//! Coded pictures whose headers can be written in every way that codes the same samples.

use super::bits::Bits;

/// A coded picture. The tiles were made once by avifenc 0.11.1 with libaom 3.6.0
/// (`-s 6 -y 420 --min 30 --max 40`; two tiles with `--tilecolslog2 1 -a sb-size=64`) from pictures
/// of two gradients and a red box; the headers are written here.
#[derive(Debug, Clone)]
pub struct Av1 {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// True if there is no chroma.
    pub monochrome: bool,
    /// Primaries, transfer and matrix in the sequence header; none leaves them out.
    pub codes: Option<[u8; 3]>,
    /// The tiles.
    pub tiles: Vec<Vec<u8>>,
    /// `tx_mode_select`.
    pub tx_select: bool,
    /// None writes the reduced header of a still picture.
    pub full: Option<Full>,
    /// `seq_level_idx`.
    pub level: u8,
    /// What width and height take beyond the bits that they need.
    pub longer_sides: u8,
    /// True if the sequence header says that CDEF, restoration and superres can be, and the frame
    /// that they are not.
    pub idle_tools: bool,
    /// `render_width_minus_1` and its like.
    pub render: Option<(u16, u16)>,
    /// What frames that refer to others add to the filter's level, of seven references and two modes.
    pub filter_deltas: Option<[u8; 9]>,
    /// True if film grain is told that draws nothing, with this seed.
    pub idle_grain: Option<u16>,
    /// True if columns of tiles are told one by one.
    pub explicit_tiles: bool,
    /// `context_update_tile_id`.
    pub context_tile: u8,
    /// How many bytes a tile's size takes.
    pub size_bytes: usize,
    /// True if each tile has a tile group of its own.
    pub groups: bool,
    /// Zeros behind each tile.
    pub zeros: usize,
    /// True if frame headers and sizes are told in OBUs of their own and the last one has no size.
    pub last_without_size: bool,
    /// The extension byte of every OBU.
    pub extension: Option<u8>,
    /// The reserved bit of every OBU header.
    pub reserved_bit: bool,
    /// How many bytes a size takes beyond those that it needs.
    pub longer_sizes: usize,
    /// Bits of fill in frame headers, which have to be zero.
    pub fill: bool,
    /// OBUs before the sequence header, before the frame, between tile groups, behind the frame.
    pub before: Vec<Vec<u8>>,
    /// Before the frame.
    pub between: Vec<Vec<u8>>,
    /// Between its tile groups, if there are several.
    pub inside: Vec<Vec<u8>>,
    /// Behind it.
    pub behind: Vec<Vec<u8>>,
    /// How often the sequence header stands there.
    pub sequence_headers: usize,
    /// OBUs in `av1C`; the sequence header first if `configured` is true.
    pub in_configuration: Vec<Vec<u8>>,
    /// True if `av1C` has the sequence header.
    pub configured: bool,
    /// The last four bits of `av1C`, and its three reserved bits.
    pub configuration_bits: (u8, u8),
}

/// What only a full sequence header says.
#[derive(Debug, Clone, Default)]
pub struct Full {
    /// `timing_info`.
    pub timing: Option<Timing>,
    /// `initial_display_delay_minus_1` of the operating point.
    pub display_delay: Option<u8>,
    /// The layers of the first operating point.
    pub first_point: u16,
    /// Further operating points.
    pub further_points: Vec<u16>,
    /// `seq_tier`, told from level 8 on.
    pub tier: bool,
    /// The frame's identifier, of 15 bits.
    pub frame_id: Option<u16>,
    /// Tools for frames that refer to others: 4 bits, and 2 with order hints.
    pub tools: u8,
    /// The order hint, of 8 bits.
    pub order_hint: Option<u8>,
    /// True if the sequence header says that there is no screen content.
    pub no_screen_content: bool,
    /// True if the frame tells its size itself.
    pub own_size: bool,
    /// `disable_frame_end_update_cdf`.
    pub no_update_at_end: bool,
}

/// `timing_info`.
#[derive(Debug, Clone, Default)]
pub struct Timing {
    /// `num_units_in_display_tick` and `time_scale`.
    pub ticks: (u32, u32),
    /// `num_ticks_per_picture_minus_1`, if pictures come at equal intervals.
    pub per_picture: Option<u16>,
    /// `decoder_model_info`.
    pub model: Option<Model>,
}

/// `decoder_model_info`, and what there is with it: all lengths are 32 bits.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// `num_units_in_decoding_tick`.
    pub units: u32,
    /// `decoder_buffer_delay` and `encoder_buffer_delay`.
    pub delays: (u32, u32),
    /// `buffer_removal_time`.
    pub removal: Option<u32>,
    /// `frame_presentation_time`.
    pub presentation: u32,
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

impl Av1 {
    fn new(size: (u32, u32), monochrome: bool, tiles: &[&str]) -> Av1 {
        Av1 {
            size,
            monochrome,
            codes: (!monochrome).then_some([1, 13, 6]),
            tiles: tiles.iter().map(|tile| hex(tile)).collect(),
            tx_select: tiles.len() > 1,
            full: None,
            level: 0,
            longer_sides: 0,
            idle_tools: false,
            render: None,
            filter_deltas: None,
            idle_grain: None,
            explicit_tiles: false,
            context_tile: 0,
            size_bytes: 1,
            groups: false,
            zeros: 0,
            last_without_size: false,
            extension: None,
            reserved_bit: false,
            longer_sizes: 0,
            fill: false,
            before: Vec::new(),
            between: Vec::new(),
            inside: Vec::new(),
            behind: Vec::new(),
            sequence_headers: 1,
            in_configuration: Vec::new(),
            configured: false,
            configuration_bits: (0, 0),
        }
    }

    /// 64 × 48 pixels in colour.
    pub fn small() -> Av1 {
        Av1::new(
            (64, 48),
            false,
            &["d94ce14966854b4be4026dac7f3b05c687af946bf6cbcc24696fde511770bb2aca2d5973615a6435
               867c602f15c2bd35814491ae67ac26c2dfffafb333ef0ecc8ae7617ce37fe5abccbd131250087826
               479b8faf429a33d570cb7648a22ec880"],
        )
    }

    /// 64 × 48 pixels without chroma.
    pub fn grey() -> Av1 {
        Av1::new((64, 48), true, &["ba7469d2f6f26e38f52d9ac09c18b30e09d923e3"])
    }

    /// 128 × 64 pixels in two tiles.
    pub fn tiled() -> Av1 {
        Av1::new(
            (128, 64),
            false,
            &[
                "bfc6745f6ec2dbf71e24e58333fba0cb46c061341d7e33e09f239ec005e8dadcfdd982995291ca0e
                 ad099cb74cdc39ae80f9a4a88ac769f9b791225e0f1dd110",
                "3b43ea2fe5316c475ba71b36bfc6745f6ec2dbf71e5b1555466eea3a1a21fe2b7e4ed793417b920a
                 8dbe4a1a70f4fbe36f3746132f43815b73dca322fa357aa2e73ca0",
            ],
        )
    }

    /// The payload of the sequence header OBU.
    fn sequence(&self) -> Vec<u8> {
        let mut bits = Bits::default();
        let bits = &mut bits;
        let reduced = self.full.is_none();
        bits.put(0, 3).put(1, 1).put(reduced.into(), 1);
        match &self.full {
            None => {
                bits.put(self.level.into(), 5);
            }
            Some(full) => self.points(bits, full),
        }
        let sides = [self.size.0 - 1, self.size.1 - 1].map(u64::from);
        let lengths = sides.map(|side| side.ilog2() as usize + 1 + usize::from(self.longer_sides));
        lengths.iter().for_each(|length| _ = bits.put(*length as u64 - 1, 4));
        sides.iter().zip(lengths).for_each(|(side, length)| _ = bits.put(*side, length));
        if let Some(full) = &self.full {
            bits.put(full.frame_id.is_some().into(), 1);
            if full.frame_id.is_some() {
                bits.put(12, 4).put(0, 3); // 14 + 1 bits
            }
        }
        bits.spelled("0 1 1"); // superblocks of 64, filter_intra, intra_edge_filter
        if let Some(full) = &self.full {
            bits.put(full.tools.into(), 4).put(full.order_hint.is_some().into(), 1);
            if full.order_hint.is_some() {
                bits.put(u64::from(full.tools) >> 4, 2);
            }
            bits.spelled(if full.no_screen_content { "0 0" } else { "1 1" });
            if full.order_hint.is_some() {
                bits.put(7, 3);
            }
        }
        bits.spelled(if self.idle_tools { "1 0 1" } else { "0 0 0" });
        bits.put(0, 1); // 8 bits a sample
        bits.put(self.monochrome.into(), 1).put(self.codes.is_some().into(), 1);
        self.codes.iter().flatten().for_each(|code| _ = bits.put((*code).into(), 8));
        bits.put(1, 1); // the full range
        if !self.monochrome {
            bits.spelled("00 0"); // chroma_sample_position, separate_uv_delta_q
        }
        bits.put(self.idle_grain.is_some().into(), 1);
        bits.put(1, 1);
        bits.bytes(false)
    }

    fn points(&self, bits: &mut Bits, full: &Full) {
        let model = full.timing.as_ref().and_then(|timing| timing.model.as_ref());
        bits.put(full.timing.is_some().into(), 1);
        if let Some(timing) = &full.timing {
            bits.put(timing.ticks.0.into(), 32).put(timing.ticks.1.into(), 32);
            bits.put(timing.per_picture.is_some().into(), 1);
            if let Some(ticks) = timing.per_picture {
                let value = u64::from(ticks) + 1;
                bits.put(0, value.ilog2() as usize).put(value, value.ilog2() as usize + 1);
            }
            bits.put(model.is_some().into(), 1);
            if let Some(model) = model {
                bits.put(31, 5).put(model.units.into(), 32).put(31, 5).put(31, 5);
            }
        }
        bits.put(full.display_delay.is_some().into(), 1);
        bits.put(full.further_points.len() as u64, 5);
        for idc in std::iter::once(full.first_point).chain(full.further_points.iter().copied()) {
            bits.put(idc.into(), 12).put(self.level.into(), 5);
            if self.level > 7 {
                bits.put(full.tier.into(), 1);
            }
            if let Some(model) = model {
                bits.put(1, 1).put(model.delays.0.into(), 32).put(model.delays.1.into(), 32);
                bits.put(0, 1);
            }
            if let Some(delay) = full.display_delay {
                bits.put(1, 1).put(delay.into(), 4);
            }
        }
    }

    /// The frame header, up to its last bit.
    fn header(&self) -> Bits {
        let mut header = Bits::default();
        let bits = &mut header;
        if let Some(full) = &self.full {
            bits.spelled("0 00 1"); // a key frame that is shown
            let timing = full.timing.as_ref().filter(|timing| timing.per_picture.is_none());
            if let Some(model) = timing.and_then(|timing| timing.model.as_ref()) {
                bits.put(model.presentation.into(), 32);
            }
        }
        bits.put(0, 1); // disable_cdf_update
        if self.full.as_ref().is_none_or(|full| !full.no_screen_content) {
            bits.put(0, 1); // allow_screen_content_tools
        }
        if let Some(full) = &self.full {
            full.frame_id.iter().for_each(|id| _ = bits.put((*id).into(), 15));
            bits.put(full.own_size.into(), 1);
            full.order_hint.iter().for_each(|hint| _ = bits.put((*hint).into(), 8));
            if let Some(model) = full.timing.as_ref().and_then(|timing| timing.model.as_ref()) {
                bits.put(model.removal.is_some().into(), 1);
                // one for each operating point, all of which have the only layer
                for _ in 0..=full.further_points.len() {
                    model.removal.iter().for_each(|time| _ = bits.put((*time).into(), 32));
                }
            }
            if full.own_size {
                for side in [self.size.0 - 1, self.size.1 - 1].map(u64::from) {
                    bits.put(side, side.ilog2() as usize + 1 + usize::from(self.longer_sides));
                }
            }
        }
        if self.idle_tools {
            bits.put(0, 1); // use_superres
        }
        bits.put(self.render.is_some().into(), 1);
        if let Some((width, height)) = self.render {
            bits.put(width.into(), 16).put(height.into(), 16);
        }
        if let Some(full) = &self.full {
            bits.put(full.no_update_at_end.into(), 1);
        }
        self.tail(bits);
        header
    }

    /// From `tile_info` on.
    fn tail(&self, bits: &mut Bits) {
        let several = self.tiles.len() > 1;
        match (several, self.explicit_tiles) {
            (true, true) => bits.spelled("0 0"), // the first of two columns is one superblock wide
            (true, false) => bits.spelled("1 1"),
            (false, explicit) => bits.put((!explicit).into(), 1),
        };
        if several {
            bits.put(self.context_tile.into(), 1).put(self.size_bytes as u64 - 1, 2);
        }
        bits.put(140, 8); // base_q_idx
        bits.spelled(if self.monochrome { "0 0" } else { "0 0 0 0" }); // differences, matrices
        bits.spelled("0 0"); // segmentation, delta_q_present
        let levels = if self.monochrome { 2 } else { 4 };
        (0..levels).for_each(|_| _ = bits.put(13, 6));
        bits.spelled("000 1"); // sharpness, loop_filter_delta_enabled
        bits.put(self.filter_deltas.is_some().into(), 1);
        if let Some(deltas) = self.filter_deltas {
            bits.put(0, 1); // blocks of this frame keep their difference
            deltas.iter().for_each(|delta| _ = bits.put(1, 1).put((*delta).into(), 7));
        }
        if self.idle_tools {
            (0..if self.monochrome { 1 } else { 3 }).for_each(|_| _ = bits.put(0, 2));
        }
        bits.put(self.tx_select.into(), 1).put(0, 1);
        if let Some(seed) = self.idle_grain {
            bits.put(1, 1).put(seed.into(), 16).put(0, 4); // no point of luma
            if !self.monochrome {
                bits.put(0, 1); // nor of chroma, which is halved
            }
            // scaling, no neighbours, shifts, overlap and range
            bits.spelled("00 00 00 00 0 0");
        }
    }

    /// An OBU of this type.
    fn obu(&self, kind: u8, payload: &[u8], sized: bool) -> Vec<u8> {
        let flags = u8::from(self.extension.is_some()) << 2
            | u8::from(sized) << 1
            | u8::from(self.reserved_bit);
        let mut obu = vec![kind << 3 | flags];
        obu.extend(self.extension);
        if sized {
            obu.extend(leb128(payload.len(), self.longer_sizes));
        }
        obu.extend(payload);
        obu
    }

    /// What the item holds.
    pub fn payload(&self) -> Vec<u8> {
        let mut out = self.before.concat();
        for _ in 0..self.sequence_headers {
            out.extend(self.obu(1, &self.sequence(), true));
        }
        out.extend(self.between.concat());
        let last = self.tiles.len() - 1;
        let tile = |number: usize, told: bool| {
            let mut tile = self.tiles[number].clone();
            tile.resize(tile.len() + self.zeros, 0);
            let size = ((tile.len() - 1) as u64).to_le_bytes();
            let size = if told { &size[..self.size_bytes] } else { &[] };
            [size, &tile].concat()
        };
        let sized = !self.last_without_size;
        if self.groups {
            let mut header = self.header();
            header.put(1, 1);
            out.extend(self.obu(3, &header.bytes(false), true));
            for number in 0..=last {
                let mut group = Bits::default();
                if last > 0 {
                    group.put(1, 1).put(number as u64, 1).put(number as u64, 1);
                }
                let group = [group.bytes(self.fill), tile(number, false)].concat();
                out.extend(self.obu(4, &group, sized || number < last));
                if number < last {
                    out.extend(self.inside.concat());
                    // a copy of the frame header
                    out.extend(self.obu(7, &header.bytes(false), true));
                }
            }
        } else {
            let mut frame = self.header().bytes(self.fill);
            if last > 0 {
                frame.push(u8::from(self.fill) * 0x7F);
            }
            (0..=last).for_each(|number| frame.extend(tile(number, number < last)));
            out.extend(self.obu(6, &frame, sized));
        }
        out.extend(self.behind.concat());
        out
    }

    /// What `av1C` holds.
    pub fn configuration(&self) -> Vec<u8> {
        let (reserved, last) = self.configuration_bits;
        let flags = u8::from(self.monochrome) << 4 | 0b1100;
        let mut out = vec![0x81, self.level, flags, reserved << 5 | last];
        if self.configured {
            out.extend(self.obu(1, &self.sequence(), true));
        }
        out.extend(self.in_configuration.concat());
        out
    }
}

/// An OBU of this type, with a size and without an extension.
pub(super) fn obu(kind: u8, payload: &[u8]) -> Vec<u8> {
    [vec![kind << 3 | 2], leb128(payload.len(), 0), payload.to_vec()].concat()
}

fn leb128(value: usize, longer: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut left = value;
    while left > 0x7F {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
    for _ in 0..longer {
        *bytes.last_mut().expect("a byte at least") |= 0x80;
        bytes.push(0);
    }
    bytes
}
