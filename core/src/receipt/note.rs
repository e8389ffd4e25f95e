//! What a person should know of a photo beyond what was removed.

use std::fmt;

use serde::Serialize;

use crate::{Channel, Format, Method};

/// What a person should know of a photo beyond what was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// Rebuild stood in, because the method asked for had to refuse the photo.
    RebuiltInstead {
        /// The method that refused it.
        of: Method,
        /// Why, in words.
        because: String,
    },
    /// Strip stood in, because the method asked for cannot be had for this photo.
    StrippedInstead {
        /// The method that cannot be had.
        of: Method,
        /// Why, in words.
        because: String,
    },
    /// A part of the picture was damaged or missing in the photo, and cannot be shown.
    Missing {
        /// How many parts of ten thousand of the picture.
        parts: u32,
    },
    /// Shapes cover nothing: they have no area, or lie off the picture.
    CoveredNothing {
        /// How many such shapes.
        shapes: u32,
    },
    /// The colours are told by a profile that cannot be followed; they were taken for sRGB.
    ProfileTakenForSrgb,
    /// The CMYK profile is gone: printed colours may come out a little different.
    CmykProfileDropped,
    /// A profile that viewers cannot use (broken, or for other colour components) is gone.
    UnusableProfileDropped,
    /// The photo came with further pictures or a film; only the main picture is left.
    OnlyMainPicture,
    /// The photo came with a gain map, which brightens it on HDR screens. It is gone.
    GainMapDropped,
    /// How bright the scene or the screen of the maker was is not told any more (content light level,
    /// mastering display): numbers that can name a device. Screens may map lights of HDR otherwise.
    LightLevelDropped,
    /// The clean photo has another format than the photo had.
    Converted {
        /// The format before.
        from: Format,
        /// The format after.
        to: Format,
    },
    /// The file has several pages; this is one of them.
    Page {
        /// Which one, from 1.
        number: u32,
        /// How many there are.
        of: u32,
    },
    /// The photo moves; only its first frame was drawn.
    FirstFrame {
        /// How many frames there are.
        frames: u32,
    },
    /// What let the background through is on white now.
    OnWhite,
    /// Colours under full transparency, which nobody sees, are cleared.
    HiddenColourCleared,
    /// Samples are rounded to so many bits.
    Rounded {
        /// How many: 8 or 16.
        bits: u8,
    },
    /// Only pixels were handed in: what the file says was not looked at.
    NotInspected,
    /// The picture itself was turned upright; no orientation is told any more.
    TurnedUpright,
    /// The picture could not be turned upright without a change.
    NotTurned,
    /// Shapes are covered with one constant colour.
    Covered {
        /// How many.
        shapes: u32,
    },
    /// The picture has another size than the photo had.
    Resized {
        /// Width and height in pixels before, upright.
        from: (u32, u32),
        /// Width and height in pixels after.
        to: (u32, u32),
    },
    /// Edges were cut off for an exact ratio of the sides.
    Cropped,
    /// Colours were left out.
    Grey,
    /// The photo was fitted into the size that was asked for.
    Fitted {
        /// The size in bytes that was asked for.
        max_bytes: u64,
        /// The quality that it took.
        quality: u8,
    },
    /// What the channel does to the photo afterwards: [`Channel::handling`].
    Channel(Channel),
}

impl Note {
    /// True if nobody asked for it, so that it has to be told to who does not read the receipt.
    pub fn is_unexpected(&self) -> bool {
        match self {
            Note::RebuiltInstead { .. }
            | Note::StrippedInstead { .. }
            | Note::Missing { .. }
            | Note::CoveredNothing { .. }
            | Note::ProfileTakenForSrgb
            | Note::CmykProfileDropped
            | Note::UnusableProfileDropped
            | Note::OnlyMainPicture
            | Note::GainMapDropped
            | Note::LightLevelDropped
            | Note::Converted { .. }
            | Note::Page { .. }
            | Note::FirstFrame { .. } => true,
            Note::NotInspected
            | Note::TurnedUpright
            | Note::NotTurned
            | Note::Covered { .. }
            | Note::Resized { .. }
            | Note::Cropped
            | Note::Grey
            | Note::Fitted { .. }
            | Note::OnWhite
            | Note::HiddenColourCleared
            | Note::Rounded { .. }
            | Note::Channel(_) => false,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::RebuiltInstead { of, because } => {
                write!(f, "drawn again by Rebuild, because {of} refused it: {because}")
            }
            Note::StrippedInstead { of, because } => {
                write!(f, "cleaned by Strip, because {of} cannot be had: {because}")
            }
            Note::Missing { parts } => {
                let part = match parts {
                    0..100 => "less than 1 %".to_owned(),
                    9_950.. => "nearly all".to_owned(),
                    parts => format!("about {} %", (parts + 50) / 100),
                };
                write!(f, "{part} of the picture was missing or damaged: look at it before you send it")
            }
            Note::CoveredNothing { shapes: 1 } => {
                f.write_str("one shape covers nothing: it lies outside the picture, or has no area")
            }
            Note::CoveredNothing { shapes } => {
                write!(f, "{shapes} shapes cover nothing: they lie outside the picture, or have no area")
            }
            Note::ProfileTakenForSrgb => f.write_str(
                "its colour profile cannot be followed and was taken for sRGB: colours may differ",
            ),
            Note::CmykProfileDropped => {
                f.write_str("the CMYK profile is left out: printed colours may differ a little")
            }
            Note::UnusableProfileDropped => f.write_str(
                "a colour profile that viewers cannot use with this picture is left out",
            ),
            Note::OnlyMainPicture => f.write_str(
                "only the main picture is left: further pictures and films are gone",
            ),
            Note::GainMapDropped => f.write_str(
                "the gain map is gone: on HDR screens the photo looks as it does on others",
            ),
            Note::LightLevelDropped => f.write_str(
                "how bright it was mastered is not told any more: lights of HDR may look a little different",
            ),
            Note::Converted { from, to } => {
                write!(f, "the {from} is a {to} now")
            }
            Note::Page { number, of } => write!(f, "page {number} of {of}"),
            Note::FirstFrame { frames } => {
                write!(f, "only the first of {frames} frames is left: it does not move any more")
            }
            Note::OnWhite => f.write_str("what let the background through is on white now"),
            Note::HiddenColourCleared => {
                f.write_str("colours under full transparency, which nobody sees, are cleared")
            }
            Note::Rounded { bits } => {
                write!(f, "samples are rounded to {bits} bits: finer steps are gone")
            }
            Note::NotInspected => f.write_str(
                "only pixels were handed in: what the file said was not looked at, and is not in the clean photo",
            ),
            Note::TurnedUpright => {
                f.write_str("the picture itself is turned upright: no block tells it any more")
            }
            Note::NotTurned => f.write_str(
                "the picture itself could not be turned (its sides are no whole blocks, or it is too large): a constant block tells which way is up",
            ),
            Note::Covered { shapes: 1 } => {
                f.write_str("one shape is covered: what stood there is gone")
            }
            Note::Covered { shapes } => {
                write!(f, "{shapes} shapes are covered: what stood there is gone")
            }
            Note::Resized { from, to } => {
                write!(f, "size: {} × {} → {} × {} pixels", from.0, from.1, to.0, to.1)
            }
            Note::Cropped => f.write_str(
                "edges are cut off for an exact ratio of the sides: an odd one can tell the sensor",
            ),
            Note::Grey => f.write_str("colours are left out"),
            Note::Fitted { max_bytes, quality } => {
                write!(f, "fits into {} at quality {quality}", bytes(*max_bytes))
            }
            Note::Channel(channel) => write!(f, "{channel} {}", channel.handling()),
        }
    }
}

/// "500 KB", "1 MiB", "812345 bytes": the largest unit of which it is a whole number.
fn bytes(count: u64) -> String {
    let units = [(1 << 20, "MiB"), (1_000_000, "MB"), (1 << 10, "KiB"), (1_000, "KB")];
    let whole = units.iter().find(|(unit, _)| count >= *unit && count.is_multiple_of(*unit));
    whole
        .map_or_else(|| format!("{count} bytes"), |(unit, name)| format!("{} {name}", count / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_in_the_words() {
        let cases = [
            (Note::Missing { parts: 3 }, "less than 1 % of the picture"),
            (Note::Missing { parts: 10_000 }, "nearly all of the picture"),
            (Note::Missing { parts: 1_251 }, "about 13 % of the picture"),
            (Note::Fitted { max_bytes: 500_000, quality: 9 }, "fits into 500 KB"),
            (Note::Fitted { max_bytes: 1 << 20, quality: 61 }, "fits into 1 MiB at quality 61"),
            (Note::Fitted { max_bytes: 1_001, quality: 1 }, "fits into 1001 bytes"),
            (Note::Resized { from: (4000, 3000), to: (1600, 1200) }, "4000 × 3000 → 1600 × 1200"),
            (Note::Channel(Channel::OnionShare), "OnionShare hands the file on as it is"),
        ];
        for (note, words) in cases {
            assert!(note.to_string().contains(words), "{note}");
        }
    }
}
