//! The sequence header: AV1, sections 5.5 and 6.4.
//!
//! It is written as that of a still picture (`reduced_still_picture_header`), which has no room for
//! times, models of decoders, operating points and identifiers of frames. None of them has a part
//! in decoding one key frame.

use super::super::coding::Nclx;
use super::bits::{BitReader, BitWriter};

/// What a sequence header says of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sequence {
    /// The largest size of a frame.
    pub(super) size: (u32, u32),
    pub(super) superblocks_128: bool,
    pub(super) filter_intra: bool,
    pub(super) intra_edge_filter: bool,
    pub(super) superres: bool,
    pub(super) cdef: bool,
    pub(super) restoration: bool,
    pub(super) colour: ColourConfig,
    pub(super) film_grain: bool,
    pub(super) framing: Framing,
}

/// How samples are coded and what they mean: `color_config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColourConfig {
    /// Bits of a sample: 8, 10 or 12.
    pub(super) depth: u8,
    pub(super) monochrome: bool,
    /// Across and down.
    pub(super) subsampling: (bool, bool),
    /// 0 unknown, 1 vertical, 2 colocated.
    pub(super) chroma_position: u8,
    pub(super) separate_uv_delta_q: bool,
    pub(super) nclx: Nclx,
}

/// What is needed to read a frame header of the sequence, and for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Framing {
    pub(super) reduced: bool,
    pub(super) points: Vec<OperatingPoint>,
    /// Lengths of the buffer removal time and of the presentation time, if frames tell them.
    pub(super) removal_time: Option<u32>,
    pub(super) presentation_time: Option<u32>,
    /// Lengths of width and height.
    pub(super) size_bits: (u32, u32),
    /// The length of a frame's identifier: 0 if there is none.
    pub(super) frame_id_bits: u32,
    pub(super) order_hint_bits: u32,
    /// None if each frame says it.
    pub(super) screen_content: Option<bool>,
    /// True if each frame with screen content says whether its motion vectors are whole.
    pub(super) selects_integer_mv: bool,
}

/// An operating point: which layers it needs, and whether frames tell times for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OperatingPoint {
    pub(super) idc: u32,
    pub(super) timed: bool,
}

impl Sequence {
    /// Reads the payload of a sequence header OBU; `None` if it is cut short or has a reserved
    /// profile.
    pub(super) fn parse(payload: &[u8]) -> Option<Sequence> {
        let mut bits = BitReader::new(payload);
        let profile = bits.bits(3)?;
        if profile > 2 {
            return None;
        }
        bits.bit()?; // still_picture
        let mut framing = Framing::parse(&mut bits)?;
        let size = frame_size(&mut bits, &mut framing)?;
        let [superblocks_128, filter_intra, intra_edge_filter] =
            [bits.bit()?, bits.bit()?, bits.bit()?];
        if !framing.reduced {
            framing.parse_tools(&mut bits)?;
        }
        Some(Sequence {
            size,
            superblocks_128,
            filter_intra,
            intra_edge_filter,
            superres: bits.bit()?,
            cdef: bits.bit()?,
            restoration: bits.bit()?,
            colour: ColourConfig::parse(&mut bits, profile)?,
            film_grain: bits.bit()?,
            framing,
        })
    }

    /// The payload of its OBU in the canonical form.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bits = BitWriter::default();
        let (width, height) = self.size;
        bits.bits(self.colour.profile(), 3);
        bits.bit(true); // still_picture
        bits.bit(true); // reduced_still_picture_header
        bits.bits(level(self.size), 5);
        let sides = [width, height].map(|side| {
            let value = side.saturating_sub(1);
            (value, value.checked_ilog2().map_or(1, |log| log.saturating_add(1)))
        });
        sides.iter().for_each(|(_, length)| bits.bits(length.saturating_sub(1), 4));
        sides.iter().for_each(|(value, length)| bits.bits(*value, *length));
        for tool in [
            self.superblocks_128,
            self.filter_intra,
            self.intra_edge_filter,
            self.superres,
            self.cdef,
            self.restoration,
        ] {
            bits.bit(tool);
        }
        self.colour.write(&mut bits);
        bits.bit(self.film_grain);
        bits.trailing();
        bits.into_bytes()
    }

    /// The four bytes of an `av1C` (AV1-ISOBMFF, section 2.3) without OBUs: the item has them.
    pub(super) fn configuration(&self) -> Vec<u8> {
        let colour = &self.colour;
        let (across, down) = colour.subsampling;
        let flags = u8::from(colour.depth > 8) << 6
            | u8::from(colour.depth == 12) << 5
            | u8::from(colour.monochrome) << 4
            | u8::from(across) << 3
            | u8::from(down) << 2
            | colour.chroma_position;
        vec![0x81, colour.profile() << 5 | level(self.size), flags, 0]
    }
}

/// The lowest level (annex A.3) that allows a picture of this size, or 31 for one of no level. What
/// the source says can be any; tier 0 has all of them.
fn level((width, height): (u32, u32)) -> u8 {
    const LEVELS: [(u8, u32, u32, u32); 7] = [
        (0, 147_456, 2_048, 1_152),
        (1, 278_784, 2_816, 1_584),
        (4, 665_856, 4_352, 2_448),
        (5, 1_065_024, 5_504, 3_096),
        (8, 2_359_296, 6_144, 3_456),
        (12, 8_912_896, 8_192, 4_352),
        (16, 35_651_584, 16_384, 8_704),
    ];
    let fits = |&&(_, area, longest, highest): &&(u8, u32, u32, u32)| {
        u64::from(width).saturating_mul(u64::from(height)) <= u64::from(area)
            && width <= longest
            && height <= highest
    };
    LEVELS.iter().find(fits).map_or(31, |(level, ..)| *level)
}

/// `max_frame_width_minus_1` and its like.
fn frame_size(bits: &mut BitReader<'_>, framing: &mut Framing) -> Option<(u32, u32)> {
    let width_bits = bits.bits(4)?.checked_add(1)?;
    let height_bits = bits.bits(4)?.checked_add(1)?;
    framing.size_bits = (width_bits, height_bits);
    let size = (bits.bits(width_bits)?.checked_add(1)?, bits.bits(height_bits)?.checked_add(1)?);
    if !framing.reduced && bits.bit()? {
        let delta = bits.bits(4)?.checked_add(2)?;
        framing.frame_id_bits = bits.bits(3)?.checked_add(1)?.checked_add(delta)?;
    }
    Some(size)
}

impl Framing {
    /// From `reduced_still_picture_header` up to the operating points.
    fn parse(bits: &mut BitReader<'_>) -> Option<Framing> {
        let mut framing = Framing {
            reduced: bits.bit()?,
            points: Vec::new(),
            removal_time: None,
            presentation_time: None,
            size_bits: (0, 0),
            frame_id_bits: 0,
            order_hint_bits: 0,
            screen_content: None,
            selects_integer_mv: true,
        };
        if framing.reduced {
            bits.bits(5)?; // seq_level_idx
            framing.points.push(OperatingPoint { idc: 0, timed: false });
            return Some(framing);
        }
        let mut delay_bits = None;
        if bits.bit()? {
            bits.bits(32)?; // num_units_in_display_tick
            bits.bits(32)?; // time_scale
            let equal = bits.bit()?;
            if equal {
                bits.skip_variable()?; // num_ticks_per_picture_minus_1
            }
            if bits.bit()? {
                delay_bits = Some(bits.bits(5)?.checked_add(1)?);
                bits.bits(32)?; // num_units_in_decoding_tick
                framing.removal_time = Some(bits.bits(5)?.checked_add(1)?);
                let presentation = bits.bits(5)?.checked_add(1)?;
                framing.presentation_time = (!equal).then_some(presentation);
            }
        }
        let delays_told = bits.bit()?;
        for _ in 0..=bits.bits(5)? {
            let idc = bits.bits(12)?;
            if bits.bits(5)? > 7 {
                bits.bit()?; // seq_tier
            }
            let mut timed = false;
            if let Some(delay_bits) = delay_bits {
                timed = bits.bit()?;
                if timed {
                    bits.bits(delay_bits)?;
                    bits.bits(delay_bits)?;
                    bits.bit()?; // low_delay_mode_flag
                }
            }
            if delays_told && bits.bit()? {
                bits.bits(4)?; // initial_display_delay_minus_1
            }
            framing.points.push(OperatingPoint { idc, timed });
        }
        Some(framing)
    }

    /// From `enable_interintra_compound` up to `order_hint_bits_minus_1`.
    fn parse_tools(&mut self, bits: &mut BitReader<'_>) -> Option<()> {
        // compound prediction, warped motion, dual filters
        bits.bits(4)?;
        let order_hints = bits.bit()?;
        if order_hints {
            bits.bits(2)?; // enable_jnt_comp, enable_ref_frame_mvs
        }
        self.screen_content = if bits.bit()? { None } else { Some(bits.bit()?) };
        if self.screen_content != Some(false) {
            self.selects_integer_mv = bits.bit()?;
            if !self.selects_integer_mv {
                bits.bit()?;
            }
        }
        if order_hints {
            self.order_hint_bits = bits.bits(3)?.checked_add(1)?;
        }
        Some(())
    }
}

impl ColourConfig {
    fn parse(bits: &mut BitReader<'_>, profile: u32) -> Option<ColourConfig> {
        let high = bits.bit()?;
        let twelve = high && profile == 2 && bits.bit()?;
        let depth = if twelve { 12 } else { 8_u8.saturating_add(u8::from(high).saturating_mul(2)) };
        let monochrome = profile != 1 && bits.bit()?;
        let described = if bits.bit()? {
            [bits.small(8)?, bits.small(8)?, bits.small(8)?].map(u16::from)
        } else {
            UNSPECIFIED
        };
        let [primaries, transfer, matrix] = described;
        let mut colour = ColourConfig {
            depth,
            monochrome,
            subsampling: (true, true),
            chroma_position: 0,
            separate_uv_delta_q: false,
            nclx: Nclx { primaries, transfer, matrix, full_range: true },
        };
        if monochrome {
            colour.nclx.full_range = bits.bit()?;
            return Some(colour);
        }
        if described == SRGB_IDENTITY {
            colour.subsampling = (false, false);
        } else {
            colour.nclx.full_range = bits.bit()?;
            colour.subsampling = match profile {
                0 => (true, true),
                1 => (false, false),
                _ if depth == 12 => {
                    let across = bits.bit()?;
                    (across, across && bits.bit()?)
                }
                _ => (true, false),
            };
            if colour.subsampling == (true, true) {
                // 3 is reserved
                colour.chroma_position = Some(bits.small(2)?).filter(|p| *p < 3).unwrap_or(0);
            }
        }
        colour.separate_uv_delta_q = bits.bit()?;
        Some(colour)
    }

    fn write(&self, bits: &mut BitWriter) {
        let profile = self.profile();
        bits.bit(self.depth > 8);
        if profile == 2 && self.depth > 8 {
            bits.bit(self.depth == 12);
        }
        if profile != 1 {
            bits.bit(self.monochrome);
        }
        let Nclx { primaries, transfer, matrix, full_range } = self.nclx;
        let codes = [primaries, transfer, matrix];
        let described = self.describes();
        bits.bit(described);
        if described {
            codes.iter().for_each(|code| bits.bits(*code, 8));
        }
        if self.monochrome {
            bits.bit(full_range);
            return;
        }
        if !described || codes != SRGB_IDENTITY {
            bits.bit(full_range);
            let (across, down) = self.subsampling;
            if profile == 2 && self.depth == 12 {
                bits.bit(across);
                if across {
                    bits.bit(down);
                }
            }
            if self.subsampling == (true, true) {
                bits.bits(self.chroma_position, 2);
            }
        }
        bits.bit(self.separate_uv_delta_q);
    }

    /// True if the code points are told: unless all are unspecified, or they are sRGB without a
    /// matrix in the limited range, for which there is no syntax.
    fn describes(&self) -> bool {
        let Nclx { primaries, transfer, matrix, full_range } = self.nclx;
        let codes = [primaries, transfer, matrix];
        let silent = codes == SRGB_IDENTITY && !self.monochrome && !full_range;
        codes != UNSPECIFIED && !silent
    }

    /// True if the standard allows the matrix with this coding: identity needs as much chroma as
    /// luma (section 6.4.2).
    pub(super) fn is_coherent(&self) -> bool {
        self.nclx.matrix != 0 || self.monochrome || self.subsampling == (false, false)
    }

    /// The lowest profile that has this coding: section A.2.
    pub(super) fn profile(&self) -> u8 {
        match (self.depth, self.monochrome, self.subsampling) {
            (12, ..) => 2,
            (_, true, _) | (_, _, (true, true)) => 0,
            (_, _, (false, _)) => 1,
            (_, _, (true, false)) => 2,
        }
    }
}

const UNSPECIFIED: [u16; 3] = [2; 3];

/// Primaries, transfer and matrix of which the coding follows: full range, no subsampling.
const SRGB_IDENTITY: [u16; 3] = [1, 13, 0];
