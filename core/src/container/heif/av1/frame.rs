//! The header of a key frame that is shown: AV1, sections 5.9 and 6.8.
//!
//! What has no part in decoding that frame is not written: times, identifiers, the size that a
//! player should draw, and parameters for frames that refer to others.

use super::bits::{BitReader, BitWriter};
use super::grain::Grain;
use super::obu::Layers;
use super::sequence::{ColourConfig, Framing, Sequence};
use super::tiling::{TileInfo, Tiling};

/// What a frame header says that decides how its tiles are decoded and shown.
#[derive(Debug)]
pub(super) struct Frame {
    /// The size that is shown, in pixels.
    pub(super) size: (u32, u32),
    /// In eighths: the coded width times this is the width that is shown. 8 if they are equal.
    scale: u8,
    disable_cdf_update: bool,
    screen_content: bool,
    intrabc: bool,
    pub(super) tiling: Tiling,
    quantiser: Quantiser,
    segmentation: Option<[Segment; 8]>,
    /// `delta_q_res`, if quantisers change inside the frame.
    delta_q: Option<u8>,
    /// `delta_lf_res` and `delta_lf_multi`, if loop filters do.
    delta_filter: Option<(u8, bool)>,
    loop_filter: LoopFilter,
    cdef: Option<Cdef>,
    restoration: Option<Restoration>,
    tx_select: bool,
    reduced_tx_set: bool,
    grain: Option<Grain>,
}

/// `quantization_params`.
#[derive(Debug)]
struct Quantiser {
    base: u8,
    /// Of luma DC, U DC, U AC, V DC and V AC.
    deltas: [i16; 5],
    /// The levels of the matrices of Y, U and V.
    matrices: Option<[u8; 3]>,
}

/// The features of a segment that are on.
type Segment = [Option<i16>; 8];

/// The length, the sign and the largest value of each feature: section 5.9.14.
const FEATURES: [(u32, bool, i16); 8] = [
    (8, true, 255),
    (6, true, 63),
    (6, true, 63),
    (6, true, 63),
    (6, true, 63),
    (3, false, 7),
    (0, false, 0),
    (0, false, 0),
];
/// The feature that names a reference frame. Its value says nothing of a frame that has none.
const REFERENCE: usize = 5;

/// `loop_filter_params`.
#[derive(Debug, Default)]
struct LoopFilter {
    /// Of luma across and down, U and V.
    levels: [u8; 4],
    sharpness: u8,
    /// What is added to the level of blocks that are not predicted from another frame: all of them.
    /// Without any word of it, it is 1.
    intra_delta: i16,
}

/// `cdef_params`: damping, and the strengths of luma (primary, secondary) and chroma.
#[derive(Debug)]
struct Cdef {
    damping: u8,
    strengths: Vec<[u8; 4]>,
}

/// `lr_params`.
#[derive(Debug)]
struct Restoration {
    types: Vec<u8>,
    /// Of luma: 0 to 2, and how much smaller that of chroma is.
    unit_shift: u8,
    chroma_shift: bool,
}

impl Frame {
    /// Reads an `uncompressed_header`. `Ok(None)` if it is cut short or breaks a rule, an error
    /// that names what the frame is if it is not a key frame that is shown.
    pub(super) fn parse(
        bits: &mut BitReader<'_>,
        sequence: &Sequence,
        layers: Option<Layers>,
    ) -> Option<Result<(Frame, TileInfo), &'static str>> {
        let framing = &sequence.framing;
        if !framing.reduced {
            let repeated = bits.bit()?; // show_existing_frame
            if repeated || bits.bits(2)? != 0 || !bits.bit()? {
                return Some(Err("a picture that is predicted from others"));
            }
            if let Some(length) = framing.presentation_time {
                bits.bits(length)?;
            }
        }
        let disable_cdf_update = bits.bit()?;
        let screen_content = match framing.screen_content {
            Some(told) => told,
            None => bits.bit()?,
        };
        if screen_content && framing.selects_integer_mv {
            bits.bit()?; // force_integer_mv: always so where no frame refers to another
        }
        bits.bits(framing.frame_id_bits)?;
        let override_size = !framing.reduced && bits.bit()?;
        bits.bits(framing.order_hint_bits)?;
        skip_removal_times(bits, framing, layers)?;
        let size = if override_size {
            let (width, height) = framing.size_bits;
            (bits.bits(width)?.checked_add(1)?, bits.bits(height)?.checked_add(1)?)
        } else {
            sequence.size
        };
        let scale =
            if sequence.superres && bits.bit()? { bits.small(3)?.checked_add(9)? } else { 8 };
        let coded = coded_size(size, scale);
        if bits.bit()? {
            bits.bits(32)?; // render_width_minus_1, render_height_minus_1
        }
        let intrabc = screen_content && coded == size && bits.bit()?;
        if !framing.reduced && !disable_cdf_update {
            bits.bit()?; // disable_frame_end_update_cdf: for frames to come
        }
        let info = TileInfo::parse(bits, coded, sequence.superblocks_128)?;
        let colour = &sequence.colour;
        let quantiser = Quantiser::parse(bits, colour)?;
        let segmentation = if bits.bit()? { Some(segments(bits)?) } else { None };
        let delta_q = if quantiser.base > 0 && bits.bit()? { Some(bits.small(2)?) } else { None };
        let delta_filter = if delta_q.is_some() && !intrabc && bits.bit()? {
            Some((bits.small(2)?, bits.bit()?))
        } else {
            None
        };
        let lossless = quantiser.is_lossless(segmentation.as_ref());
        let filtered = !lossless && !intrabc;
        let loop_filter =
            if filtered { LoopFilter::parse(bits, colour)? } else { LoopFilter::default() };
        let cdef = if filtered && sequence.cdef { Some(Cdef::parse(bits, colour)?) } else { None };
        let restored = sequence.restoration && !intrabc && !(lossless && coded == size);
        let restoration = if restored {
            Restoration::parse(bits, colour, sequence.superblocks_128)?
        } else {
            None
        };
        let tx_select = !lossless && bits.bit()?;
        let reduced_tx_set = bits.bit()?;
        let grain =
            if sequence.film_grain && bits.bit()? { Grain::parse(bits, colour)? } else { None };
        let frame = Frame {
            size,
            scale,
            disable_cdf_update,
            screen_content,
            intrabc,
            tiling: info.tiling.clone(),
            quantiser,
            segmentation,
            delta_q,
            delta_filter,
            loop_filter,
            cdef,
            restoration,
            tx_select,
            reduced_tx_set,
            grain,
        };
        Some(Ok((frame, info)))
    }

    /// The sequence header that says no more than this frame needs.
    pub(super) fn sequence(&self, source: &Sequence) -> Sequence {
        let mut sequence = source.clone();
        sequence.size = self.size;
        sequence.superres = self.scale != 8;
        sequence.cdef = self.cdef.is_some();
        sequence.restoration = self.restoration.is_some();
        sequence.film_grain = self.grain.is_some();
        sequence.colour.separate_uv_delta_q = self.quantiser.tells_v_apart();
        sequence
    }

    /// Writes the header as [`Frame::sequence`] makes it read. Sizes of tiles take `size_bytes`.
    pub(super) fn write(&self, sequence: &Sequence, size_bytes: usize) -> Vec<u8> {
        let mut bits = BitWriter::default();
        let colour = &sequence.colour;
        let coded = coded_size(self.size, self.scale);
        bits.bit(self.disable_cdf_update);
        bits.bit(self.screen_content);
        if self.screen_content {
            bits.bit(false); // force_integer_mv
        }
        if sequence.superres {
            bits.bit(true);
            bits.bits(self.scale.saturating_sub(9), 3);
        }
        bits.bit(false); // render_and_frame_size_different
        if self.screen_content && coded == self.size {
            bits.bit(self.intrabc);
        }
        self.tiling.write(&mut bits, coded, sequence.superblocks_128, size_bytes);
        self.quantiser.write(&mut bits, colour);
        bits.bit(self.segmentation.is_some());
        self.segmentation.iter().flatten().for_each(|segment| write_segment(&mut bits, segment));
        if self.quantiser.base > 0 {
            bits.bit(self.delta_q.is_some());
        }
        if let Some(step) = self.delta_q {
            bits.bits(step, 2);
            if !self.intrabc {
                bits.bit(self.delta_filter.is_some());
            }
        }
        if let Some((step, multi)) = self.delta_filter {
            bits.bits(step, 2);
            bits.bit(multi);
        }
        let lossless = self.quantiser.is_lossless(self.segmentation.as_ref());
        if !lossless && !self.intrabc {
            self.loop_filter.write(&mut bits, colour);
        }
        if let Some(cdef) = &self.cdef {
            cdef.write(&mut bits, colour);
        }
        if let Some(restoration) = &self.restoration {
            restoration.write(&mut bits, colour, sequence.superblocks_128);
        }
        if !lossless {
            bits.bit(self.tx_select);
        }
        bits.bit(self.reduced_tx_set);
        if let Some(grain) = &self.grain {
            bits.bit(true);
            grain.write(&mut bits, colour);
        }
        bits.align();
        if self.tiling.count() > 1 {
            bits.bit(false); // tile_start_and_end_present_flag
            bits.align();
        }
        bits.into_bytes()
    }
}

/// The size that is coded: section 5.9.8.
fn coded_size((width, height): (u32, u32), scale: u8) -> (u32, u32) {
    let scale = u32::from(scale);
    let eighths = width.saturating_mul(8).saturating_add(scale / 2);
    (eighths.checked_div(scale).unwrap_or(width), height)
}

/// `buffer_removal_time_present_flag` and what follows of it.
fn skip_removal_times(
    bits: &mut BitReader<'_>,
    framing: &Framing,
    layers: Option<Layers>,
) -> Option<()> {
    let Some(length) = framing.removal_time else { return Some(()) };
    if !bits.bit()? {
        return Some(());
    }
    let (temporal, spatial) = layers.map_or((0, 0), |layers| (layers.temporal, layers.spatial));
    for point in framing.points.iter().filter(|point| point.timed) {
        let has = |place: u32| point.idc.checked_shr(place).unwrap_or(0) & 1 == 1;
        if point.idc == 0 || has(u32::from(temporal)) && has(u32::from(spatial).saturating_add(8)) {
            bits.bits(length)?;
        }
    }
    Some(())
}

impl Quantiser {
    fn parse(bits: &mut BitReader<'_>, colour: &ColourConfig) -> Option<Quantiser> {
        let delta = |bits: &mut BitReader<'_>| {
            if bits.bit()? { bits.signed(7) } else { Some(0) }
        };
        let base = bits.small(8)?;
        let luma = delta(bits)?;
        let mut deltas = [luma, 0, 0, 0, 0];
        if !colour.monochrome {
            let apart = colour.separate_uv_delta_q && bits.bit()?;
            let u = [delta(bits)?, delta(bits)?];
            let v = if apart { [delta(bits)?, delta(bits)?] } else { u };
            let ([u_dc, u_ac], [v_dc, v_ac]) = (u, v);
            deltas = [luma, u_dc, u_ac, v_dc, v_ac];
        }
        let matrices = if bits.bit()? {
            let (y, u) = (bits.small(4)?, bits.small(4)?);
            let v = if colour.separate_uv_delta_q { bits.small(4)? } else { u };
            // without chroma theirs say nothing
            Some(if colour.monochrome { [y, 15, 15] } else { [y, u, v] })
        } else {
            None
        };
        Some(Quantiser { base, deltas, matrices })
    }

    fn write(&self, bits: &mut BitWriter, colour: &ColourConfig) {
        let delta = |bits: &mut BitWriter, value: i16| {
            bits.bit(value != 0);
            if value != 0 {
                bits.signed(value, 7);
            }
        };
        let [luma, u_dc, u_ac, v_dc, v_ac] = self.deltas;
        bits.bits(self.base, 8);
        delta(bits, luma);
        if !colour.monochrome {
            let apart = (u_dc, u_ac) != (v_dc, v_ac);
            if colour.separate_uv_delta_q {
                bits.bit(apart);
            }
            [u_dc, u_ac].into_iter().for_each(|value| delta(bits, value));
            if apart {
                [v_dc, v_ac].into_iter().for_each(|value| delta(bits, value));
            }
        }
        bits.bit(self.matrices.is_some());
        if let Some([y, u, v]) = self.matrices {
            bits.bits(y, 4);
            bits.bits(u, 4);
            if colour.separate_uv_delta_q {
                bits.bits(v, 4);
            }
        }
    }

    /// True if V is quantised otherwise than U.
    fn tells_v_apart(&self) -> bool {
        let [_, u_dc, u_ac, v_dc, v_ac] = self.deltas;
        (u_dc, u_ac) != (v_dc, v_ac) || self.matrices.is_some_and(|[_, u, v]| u != v)
    }

    /// True if no segment is quantised: `CodedLossless`.
    fn is_lossless(&self, segmentation: Option<&[Segment; 8]>) -> bool {
        let base = i16::from(self.base);
        let whole = |segment: &Segment| {
            let [quantiser, ..] = segment;
            base.saturating_add(quantiser.unwrap_or(0)) <= 0
        };
        self.deltas == [0; 5]
            && segmentation.map_or(base == 0, |segments| segments.iter().all(whole))
    }
}

/// The features of all segments: section 5.9.14.
fn segments(bits: &mut BitReader<'_>) -> Option<[Segment; 8]> {
    let mut segments = [[None; 8]; 8];
    for segment in &mut segments {
        for (index, (feature, (length, signed, most))) in
            segment.iter_mut().zip(FEATURES).enumerate()
        {
            if !bits.bit()? {
                continue;
            }
            let value = if signed {
                bits.signed(length.checked_add(1)?)?.clamp(most.checked_neg()?, most)
            } else {
                i16::from(bits.small(length)?).min(most)
            };
            *feature = Some(if index == REFERENCE { 0 } else { value });
        }
    }
    Some(segments)
}

fn write_segment(bits: &mut BitWriter, segment: &Segment) {
    for (feature, (length, signed, _)) in segment.iter().zip(FEATURES) {
        bits.bit(feature.is_some());
        if let Some(value) = feature {
            bits.signed(*value, length.saturating_add(u32::from(signed)));
        }
    }
}

impl LoopFilter {
    fn parse(bits: &mut BitReader<'_>, colour: &ColourConfig) -> Option<LoopFilter> {
        let (across, down) = (bits.small(6)?, bits.small(6)?);
        let on = across > 0 || down > 0;
        let chroma = on && !colour.monochrome;
        let (u, v) = if chroma { (bits.small(6)?, bits.small(6)?) } else { (0, 0) };
        let sharpness = bits.small(3)?;
        let mut intra_delta = 0;
        if bits.bit()? {
            intra_delta = 1;
            if bits.bit()? {
                // of eight references and two modes only the first one is met
                for index in 0..10_u8 {
                    if bits.bit()? {
                        let delta = bits.signed(7)?;
                        intra_delta = if index == 0 { delta } else { intra_delta };
                    }
                }
            }
        }
        Some(if on {
            LoopFilter { levels: [across, down, u, v], sharpness, intra_delta }
        } else {
            LoopFilter::default()
        })
    }

    fn write(&self, bits: &mut BitWriter, colour: &ColourConfig) {
        let [across, down, u, v] = self.levels;
        bits.bits(across, 6);
        bits.bits(down, 6);
        if (across > 0 || down > 0) && !colour.monochrome {
            bits.bits(u, 6);
            bits.bits(v, 6);
        }
        bits.bits(self.sharpness, 3);
        bits.bit(self.intra_delta != 0);
        if self.intra_delta != 0 {
            bits.bit(self.intra_delta != 1);
            if self.intra_delta != 1 {
                bits.bit(true);
                bits.signed(self.intra_delta, 7);
                bits.bits(0_u32, 9);
            }
        }
    }
}

impl Cdef {
    fn parse(bits: &mut BitReader<'_>, colour: &ColourConfig) -> Option<Cdef> {
        let damping = bits.small(2)?;
        let count = 1_u32.checked_shl(bits.bits(2)?)?;
        let strengths = (0..count).map(|_| {
            let (primary, secondary) = (bits.small(4)?, bits.small(2)?);
            let chroma = !colour.monochrome;
            let (u, v) = if chroma { (bits.small(4)?, bits.small(2)?) } else { (0, 0) };
            Some([primary, secondary, u, v])
        });
        Some(Cdef { damping, strengths: strengths.collect::<Option<Vec<_>>>()? })
    }

    fn write(&self, bits: &mut BitWriter, colour: &ColourConfig) {
        bits.bits(self.damping, 2);
        bits.bits(self.strengths.len().checked_ilog2().unwrap_or(0), 2);
        for [primary, secondary, chroma_primary, chroma_secondary] in &self.strengths {
            bits.bits(*primary, 4);
            bits.bits(*secondary, 2);
            if !colour.monochrome {
                bits.bits(*chroma_primary, 4);
                bits.bits(*chroma_secondary, 2);
            }
        }
    }
}

impl Restoration {
    /// `Some(None)` if no plane is restored.
    fn parse(
        bits: &mut BitReader<'_>,
        colour: &ColourConfig,
        superblocks_128: bool,
    ) -> Option<Option<Restoration>> {
        let planes = if colour.monochrome { 1 } else { 3 };
        let types = (0..planes).map(|_| bits.small(2)).collect::<Option<Vec<u8>>>()?;
        if types.iter().all(|kind| *kind == 0) {
            return Some(None);
        }
        let mut unit_shift = u8::from(bits.bit()?);
        if superblocks_128 {
            unit_shift = unit_shift.checked_add(1)?;
        } else if unit_shift > 0 {
            unit_shift = unit_shift.checked_add(u8::from(bits.bit()?))?;
        }
        let chroma_shift = has_chroma_shift(&types, colour) && bits.bit()?;
        Some(Some(Restoration { types, unit_shift, chroma_shift }))
    }

    fn write(&self, bits: &mut BitWriter, colour: &ColourConfig, superblocks_128: bool) {
        self.types.iter().for_each(|kind| bits.bits(*kind, 2));
        if superblocks_128 {
            bits.bit(self.unit_shift > 1);
        } else {
            bits.bit(self.unit_shift > 0);
            if self.unit_shift > 0 {
                bits.bit(self.unit_shift > 1);
            }
        }
        if has_chroma_shift(&self.types, colour) {
            bits.bit(self.chroma_shift);
        }
    }
}

fn has_chroma_shift(types: &[u8], colour: &ColourConfig) -> bool {
    colour.subsampling == (true, true) && types.iter().skip(1).any(|kind| *kind != 0)
}
