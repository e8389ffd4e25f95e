//! What a colour profile means: ICC.1:2022.

use std::fmt;

use serde::Serialize;

/// The profiles that Unmarked writes: constant, self-made, the same for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProfileClass {
    /// Primaries of Display P3, transfer curve of sRGB.
    DisplayP3,
    /// Primaries and gamma of Adobe RGB (1998).
    AdobeRgb,
    /// Grey with a gamma of 2.2.
    GreyGamma22,
}

impl fmt::Display for ProfileClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProfileClass::DisplayP3 => "Display P3",
            ProfileClass::AdobeRgb => "Adobe RGB",
            ProfileClass::GreyGamma22 => "grey, gamma 2.2",
        })
    }
}
