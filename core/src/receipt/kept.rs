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
    /// Recode: every coefficient, the quantisation steps and the sampling.
    Coefficients,
    /// Rebuild: what the picture shows, and nothing of the file.
    ShownPicture,
    /// The orientation, in a constant block that holds nothing else.
    Orientation(Orientation),
    /// The meaning of the colours: the profile was replaced by a constant one.
    Profile(ProfileClass),
    /// How the colour components are to be read (Adobe transform), in a constant segment.
    ColourTransform,
}

impl Kept {
    /// Why it was kept.
    pub fn why(&self) -> &'static str {
        match self {
            Kept::CodedPicture => "it is the photo: not one pixel is changed",
            Kept::Coefficients => "they are the photo: nothing is lost, only coded anew",
            Kept::ShownPicture => "it is drawn again, and nothing of the file is carried over",
            Kept::Orientation(_) => "without it the picture would lie on its side",
            Kept::Profile(_) => "without it the colours would change",
            Kept::ColourTransform => "without it the colours would be wrong",
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
            Kept::ShownPicture => f.write_str("only what the picture shows"),
            Kept::Orientation(o) => write!(f, "which way is up ({o})"),
            Kept::Profile(p) => write!(f, "the colour space, as a constant {p} profile"),
            Kept::ColourTransform => f.write_str("how the colour components are read"),
        }
    }
}
