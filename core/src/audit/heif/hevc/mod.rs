//! Recognises `hvcC` and the slices of one intra picture: ISO/IEC 14496-15, section 8.3.3.1, and
//! ITU-T H.265. What the parameter sets hold is accounted for to the last bit; of the data of slices
//! only that it has no padding at its end.

mod lists;
mod picture;
mod profile;
mod sequence;
mod slice;

use self::picture::PictureSet;
use self::sequence::SequenceSet;
use super::bits::Bits;
use super::{Shown, Stretch};
use crate::audit::Rejection;

/// A coded picture that was recognised.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recognised {
    pub(super) shown: Shown,
    /// True for what files of the brand `heic` hold: Main Still Picture.
    pub(super) main: bool,
}

/// The most slice segments of one picture: table A.8, level 6.2.
const MOST_SLICES: usize = 600;

/// Accepts what follows the header of an `hvcC` and the payload of its item if Unmarked writes them
/// so.
pub(super) fn recognise(
    configuration: Stretch<'_>,
    payload: Stretch<'_>,
) -> Result<Recognised, Rejection> {
    let (sequence, picture) = parameter_sets(configuration)?;
    slices(payload, &sequence, &picture)?;
    let profile = profile::expected(&sequence, &picture);
    Ok(Recognised { shown: sequence.shown(), main: profile.starts_with(&[3]) })
}

fn parameter_sets(configuration: Stretch<'_>) -> Result<(SequenceSet, PictureSet), Rejection> {
    let mut rest = configuration;
    let head = rest.take(23, "the head of hvcC")?;
    let video = unit(&mut rest, 32)?;
    let sequence_unit = unit(&mut rest, 33)?;
    let picture_unit = unit(&mut rest, 34)?;
    if !rest.bytes.is_empty() {
        return rest.reject(0, "nothing after the parameter sets");
    }
    let mut bits = Bits::new(sequence_unit);
    let sequence = SequenceSet::recognise(&mut bits)?;
    nothing_after(&mut bits)?;
    let mut bits = Bits::new(picture_unit);
    let picture = PictureSet::recognise(&mut bits, &sequence)?;
    nothing_after(&mut bits)?;

    let profile = profile::expected(&sequence, &picture);
    if sequence.profile != profile {
        return sequence_unit.reject(0, "the profile and the level of what is coded");
    }
    let mut expected = vec![1];
    expected.extend(profile);
    expected.extend([0xF0, 0, 0xFC, 0xFC | sequence.chroma_byte()]);
    expected.extend(sequence.depth_bytes());
    expected.extend([0, 0, 0x0F, 3]);
    if head.bytes != expected {
        return head.reject(0, "the head of hvcC as the parameter sets have it");
    }
    let mut bits = Bits::new(video);
    profile::video(&mut bits, &profile)?;
    nothing_after(&mut bits)?;
    Ok((sequence, picture))
}

fn nothing_after(bits: &mut Bits<'_>) -> Result<(), Rejection> {
    const WHAT: &str = "the end of a parameter set";
    let rest = bits.end(WHAT)?;
    if rest.bytes.is_empty() { Ok(()) } else { rest.reject(0, WHAT) }
}

/// The only NAL unit of an array of `hvcC`, without its header.
fn unit<'a>(rest: &mut Stretch<'a>, kind: u8) -> Result<Stretch<'a>, Rejection> {
    const WHAT: &str = "one video, one sequence and one picture parameter set";
    let head = rest.take(5, WHAT)?;
    let [first, 0, 1, high, low] = head.bytes else { return head.reject(0, WHAT) };
    if *first != 0x80 | kind {
        return head.reject(0, WHAT);
    }
    let mut unit = rest.take(usize::from(u16::from_be_bytes([*high, *low])), WHAT)?;
    let header = unit.take(2, WHAT)?;
    if header.bytes == [kind << 1, 1] { Ok(unit) } else { header.reject(0, WHAT) }
}

fn slices(
    payload: Stretch<'_>,
    sequence: &SequenceSet,
    picture: &PictureSet,
) -> Result<(), Rejection> {
    let mut rest = payload;
    let mut last = None;
    let mut count = 0usize;
    while !rest.bytes.is_empty() || count == 0 {
        let length = rest.take(4, "the length of a NAL unit")?;
        let length = length.bytes.first_chunk().map_or(0, |raw| u32::from_be_bytes(*raw));
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mut unit = rest.take(length, "a whole NAL unit")?;
        let header = unit.take(2, "the header of a NAL unit")?;
        if header.bytes != [0x28, 1] {
            return header.reject(0, "a slice of an IDR picture");
        }
        let mut bits = Bits::new(unit);
        let slice = slice::recognise(&mut bits, sequence, picture)?;
        let follows = match last {
            None => slice.address == 0 && !slice.dependent,
            Some(last) => slice.address > last,
        };
        bits.require(follows, "slices in their order")?;
        last = Some(slice.address);
        let data = bits.end("the end of the header of a slice")?;
        if matches!(data.bytes, [] | [.., 0] | [.., 0, 0, 3]) {
            return data.reject(data.bytes.len(), "the data of a slice without padding");
        }
        if slice.entries >= data.bytes.len() as u64 {
            return data.reject(0, "parts of a slice inside it");
        }
        count = count.saturating_add(1);
        if count > MOST_SLICES {
            return data.reject(0, "600 slices at most");
        }
    }
    Ok(())
}
