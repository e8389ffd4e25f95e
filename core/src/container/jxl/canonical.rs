//! What of a codestream is kept: what decodes the picture that is shown, each thing said in one way.

use crate::Error;
use crate::container::jxl::colour::ColourEncoding;
use crate::container::jxl::fields::Extensions;
use crate::container::jxl::frame::{Context, FrameHeader};
use crate::container::jxl::header::{Kind, Metadata, Size, ToneMapping, Transform};
use crate::container::jxl::read::{Codestream, Frame};
use crate::container::jxl::shown::{self, Fate};
use crate::container::jxl::stream::Stream;
use crate::container::jxl::{damaged, unsupported};

/// What is written.
#[derive(Debug)]
pub(crate) struct Canonical<'r> {
    pub(crate) size: Size,
    pub(crate) metadata: Metadata,
    pub(crate) transform: Transform,
    /// The frames that have a part in what is shown, with their new headers.
    pub(crate) frames: Vec<(FrameHeader, &'r Frame)>,
    /// True if the ICC profile could not be used by any viewer.
    pub(crate) profile_unusable: bool,
}

/// What is kept of `read`, which was read from `stream`.
pub(crate) fn canonical<'r>(
    read: &'r Codestream,
    stream: &Stream<'_>,
) -> Result<Canonical<'r>, Error> {
    // the last frame is there, or this says why not
    if let Some(problem) = &read.problem {
        return Err(problem.clone());
    }
    let (colour, profile_unusable) = match &read.profile {
        Some((profile, ..)) => colour_of_profile(read, profile)?,
        None => (read.metadata.colour.canonical()?, false),
    };
    let metadata = metadata(read, colour)?;
    let fates = shown::fates(read, stream)?;
    let context = Context { metadata: &metadata, size: read.size };
    let frames: Vec<(FrameHeader, &Frame)> = read
        .frames
        .iter()
        .zip(&fates)
        .filter(|(_, fate)| **fate != Fate::Dropped)
        .map(|(frame, fate)| (frame.header.canonical(context.size, *fate == Fate::Kept), frame))
        .collect();
    let transform = transform(read, &frames);
    Ok(Canonical { size: read.size, metadata, transform, frames, profile_unusable })
}

fn colour_of_profile(read: &Codestream, profile: &[u8]) -> Result<(ColourEncoding, bool), Error> {
    if read.metadata.extra.iter().any(|channel| channel.kind == Kind::Black) {
        return Err(Error::Profile("it is for CMYK"));
    }
    read.metadata.colour.of_profile(profile)
}

fn metadata(read: &Codestream, colour: ColourEncoding) -> Result<Metadata, Error> {
    let mut metadata = read.metadata.clone();
    let mut alphas = 0u32;
    for channel in &mut metadata.extra {
        match channel.kind {
            Kind::Alpha { .. } => alphas = alphas.saturating_add(1),
            Kind::Spot(_) => {}
            Kind::Black => return Err(Error::Profile("it is for CMYK")),
            Kind::Cfa(_) | Kind::Other(_) => {
                return Err(unsupported("a channel that no viewer shows"));
            }
        }
        channel.name.clear();
    }
    if alphas > 1 {
        return Err(unsupported("more than one alpha channel"));
    }
    metadata.intrinsic = None;
    metadata.preview = None;
    metadata.extensions = Extensions::default();
    if let Some(animation) = &mut metadata.animation {
        animation.timecodes = false;
        let (ticks, seconds) = animation.ticks;
        let shared = common_divisor(ticks, seconds).max(1);
        let reduced = (ticks.checked_div(shared), seconds.checked_div(shared));
        animation.ticks = (reduced.0.unwrap_or(ticks), reduced.1.unwrap_or(seconds));
    }
    if !(1..=8).contains(&metadata.orientation) {
        return Err(damaged(0, "an impossible orientation"));
    }
    let tone = metadata.tone;
    metadata.tone = ToneMapping {
        intensity_target: tone.intensity_target,
        min_nits: if colour.is_hdr() { tone.min_nits } else { 0 },
        ..ToneMapping::default()
    };
    metadata.colour = colour;
    Ok(metadata)
}

fn common_divisor(a: u32, b: u32) -> u32 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// The transform without weights for enlarging by what no frame is enlarged by.
fn transform(read: &Codestream, frames: &[(FrameHeader, &Frame)]) -> Transform {
    let mut transform = read.transform.clone();
    if !read.metadata.xyb {
        transform.opsin = None;
    }
    let shifted = read.metadata.extra.iter().any(|channel| channel.dim_shift > 0);
    for (weights, factor) in transform.weights.iter_mut().zip([2, 4, 8]) {
        let enlarged = |header: &FrameHeader| {
            header.upsampling == factor || header.extra_upsampling.contains(&factor)
        };
        if !shifted && !frames.iter().any(|(header, _)| enlarged(header)) {
            *weights = None;
        }
    }
    transform
}
