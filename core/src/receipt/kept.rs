//! What was kept, and why.

use std::fmt;

use serde::Serialize;

use crate::{Orientation, ProfileClass};

/// What was kept. [`Kept::why`] says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kept {
    /// Strip: the coded picture, bit for bit, and the tables that decode it.
    CodedPicture,
    /// Recode of a PNG: every pixel, its depth and its colour type.
    Pixels,
    /// Recode: every coefficient, the quantisation steps and the sampling.
    Coefficients,
    /// Rebuild: what the picture shows, and nothing of the file.
    ShownPicture,
    /// The orientation, in a constant block that holds nothing else.
    Orientation(Orientation),
    /// The meaning of the colours: the profile was replaced by a constant one.
    Profile(ProfileClass),
    /// The meaning of the colours, as code points that ITU-T H.273 lists.
    ColourCodePoints,
    /// By what power light follows from the coded values, as one of a few numbers.
    Gamma,
    /// How the colour components are to be read (Adobe transform), in a constant segment.
    ColourTransform,
    /// The colour table, without entries that no pixel uses.
    Palette,
    /// What lets the background through.
    Transparency,
    /// The frames of an animation, their timing and how often it runs.
    Animation {
        /// How many frames.
        frames: u32,
    },
    /// The part of the coded picture that is shown (clean aperture).
    Aperture,
}

impl Kept {
    /// Why it was kept.
    pub fn why(&self) -> &'static str {
        match self {
            Kept::CodedPicture => "it is the photo: not one pixel is changed",
            Kept::Coefficients | Kept::Pixels => {
                "they are the photo: nothing is lost, only coded anew"
            }
            Kept::ShownPicture => "it is drawn again, and nothing of the file is carried over",
            Kept::Orientation(_) => "without it the picture would lie on its side",
            Kept::Profile(_) | Kept::ColourCodePoints | Kept::Gamma => {
                "without it the colours would change"
            }
            Kept::ColourTransform | Kept::Palette => "without it the colours would be wrong",
            Kept::Transparency => "without it the picture would look different on a background",
            Kept::Animation { .. } => "without them it would not move as it did",
            Kept::Aperture => "without it edges would show that are meant to be hidden",
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kept::CodedPicture => f.write_str("the picture, bit for bit"),
            Kept::Coefficients => {
                f.write_str("every coefficient, the quantisation steps and the sampling")
            }
            Kept::Pixels => f.write_str("every pixel, its depth and its colour type"),
            Kept::ShownPicture => f.write_str("only what the picture shows"),
            Kept::Orientation(o) => write!(f, "which way is up ({o})"),
            Kept::Profile(p) => write!(f, "the colour space, as a constant {p} profile"),
            Kept::ColourCodePoints => {
                f.write_str("the colour space, as code points of the standard")
            }
            Kept::Gamma => f.write_str("the gamma, as the nearest of a few numbers"),
            Kept::ColourTransform => f.write_str("how the colour components are read"),
            Kept::Palette => f.write_str("the colour table, without unused entries"),
            Kept::Transparency => f.write_str("what lets the background through"),
            Kept::Animation { frames } => write!(f, "{frames} frames and their timing"),
            Kept::Aperture => f.write_str("which part of the coded picture is shown"),
        }
    }
}
