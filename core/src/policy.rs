//! What is asked for: the method, and the limits that keep any input bounded.

use std::fmt;

use serde::Serialize;

use crate::{Channel, Error};

/// How a photo is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Method {
    /// Takes the container apart by allow-list and writes a new, canonical one; the coded picture
    /// is copied untouched.
    #[default]
    Strip,
    /// The same coefficients, coded again in the one canonical way: the encoder's handwriting goes,
    /// the picture stays.
    Recode,
    /// Decoded to pixels and encoded again as the commonest file there is.
    Rebuild,
}

/// A method with its settings. The default is Strip, and Rebuild at full size where Strip has to
/// refuse a photo that can be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// How the photo is cleaned.
    pub method: Method,
    /// True if [`Method::Rebuild`] may stand in where `method` has to refuse a photo that can be
    /// shown (damaged, an odd profile). The receipt says so.
    pub rebuild_if_refused: bool,
    /// True if [`Method::Strip`] may stand in where the photo cannot be drawn again because nothing
    /// here decodes its coding (HEIC, AVIF at the desk). The receipt says so.
    pub strip_if_not_decoded: bool,
    /// Which page of a file with several ([`pages`](crate::pages)), from 0. Only those of TIFF are
    /// pages.
    pub page: u32,
    /// How a photo is rebuilt.
    pub rebuild: Rebuild,
    /// What is refused because there is too much of it.
    pub limits: Limits,
    /// How the photo goes on: the receipt says what that does to it.
    pub channel: Option<Channel>,
}

impl Policy {
    /// An error if it asks for what cannot be: above all for covered shapes by a method that leaves
    /// the picture as it is.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let rebuild = &self.rebuild;
        let rules = [
            (
                self.method == Method::Rebuild || rebuild.redactions.is_empty(),
                "only Rebuild can cover a part of the picture",
            ),
            ((1..=100).contains(&rebuild.quality), "the quality is not from 1 to 100"),
            (rebuild.longest_edge != Some(0), "the longest edge is no pixel long"),
            (rebuild.max_bytes != Some(0), "the photo may not take a byte"),
        ];
        let broken = rules.iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, what)| Err(Error::Policy(what)))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::Strip => "Strip",
            Method::Recode => "Recode",
            Method::Rebuild => "Rebuild",
        })
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            method: Method::Strip,
            rebuild_if_refused: true,
            strip_if_not_decoded: false,
            page: 0,
            rebuild: Rebuild::FULL_SIZE,
            limits: Limits::default(),
            channel: None,
        }
    }
}

/// The format in which a picture is drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DrawnAs {
    /// JPEG, as apps on Android save pictures; but PNG for what comes from TIFF and BMP, which lose
    /// nothing either, unless a longest edge or a number of bytes is asked for.
    #[default]
    BySource,
    /// JPEG, as apps on Android save pictures. What lets the background through is put on white.
    Jpeg,
    /// PNG: nothing is lost, and transparency stays.
    Png,
}

/// The settings of [`Method::Rebuild`].
#[derive(Debug, Clone, PartialEq)]
pub struct Rebuild {
    /// The format of the result.
    pub drawn_as: DrawnAs,
    /// The longest edge of the result in pixels; none keeps the size. Nothing is ever enlarged.
    pub longest_edge: Option<u32>,
    /// The quality of the encoder, 1 to 100, as libjpeg and Android count it.
    pub quality: u8,
    /// The most bytes of the result; quality and then size give way.
    pub max_bytes: Option<u64>,
    /// True if colours are left out.
    pub grey: bool,
    /// What is covered.
    pub redactions: Vec<Redaction>,
}

impl Rebuild {
    /// What Signal for Android makes of a photo at its standard setting.
    pub const SIGNAL_STANDARD: Rebuild = Rebuild {
        drawn_as: DrawnAs::BySource,
        longest_edge: Some(1600),
        quality: 70,
        max_bytes: None,
        grey: false,
        redactions: Vec::new(),
    };

    /// The size stays, and nearly all of what can be seen.
    pub const FULL_SIZE: Rebuild = Rebuild {
        drawn_as: DrawnAs::BySource,
        longest_edge: None,
        quality: 90,
        max_bytes: None,
        grey: false,
        redactions: Vec::new(),
    };
}

/// A shape that is filled with one constant colour, in pixels of the upright picture at its full
/// size, from its top left corner. What lies outside the picture counts for nothing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Redaction {
    /// The rectangle of this corner and size.
    Rectangle {
        /// Distance from the left edge.
        x: i32,
        /// Distance from the top edge.
        y: i32,
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    },
    /// The ellipse that fills the rectangle of this corner and size.
    Ellipse {
        /// Distance of the rectangle from the left edge.
        x: i32,
        /// Distance of the rectangle from the top edge.
        y: i32,
        /// Width of the rectangle.
        width: u32,
        /// Height of the rectangle.
        height: u32,
    },
    /// A round brush of `radius` drawn through `points`.
    Stroke {
        /// The points, each x and y; one alone makes a dot.
        points: Vec<(i32, i32)>,
        /// Half the width of the stroke.
        radius: u32,
    },
}

/// What is refused because there is too much of it. The defaults let every real photo pass.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest photo, in bytes.
    pub bytes: u64,
    /// The most parts (segments, scans and whatever stands between them) of one container.
    pub parts: u64,
    /// The most findings that one inspection lists.
    pub findings: u64,
    /// The most pixels of one picture.
    pub pixels: u64,
    /// The most scans of one picture.
    pub scans: u64,
    /// The most memory beyond the photo and its result, in bytes.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 512 << 20,
            parts: 16_384,
            findings: 4_096,
            pixels: 1 << 29,
            scans: 256,
            memory: 1 << 30,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_told() {
        assert_eq!(Policy::default().check(), Ok(()));
        let shape = Redaction::Stroke { points: vec![(1, 1)], radius: 4 };
        let asked: [fn(&mut Policy); 4] = [
            |policy| policy.rebuild.quality = 0,
            |policy| policy.rebuild.quality = 101,
            |policy| policy.rebuild.longest_edge = Some(0),
            |policy| policy.rebuild.max_bytes = Some(0),
        ];
        for ask in asked {
            let mut policy = Policy::default();
            ask(&mut policy);
            assert!(matches!(policy.check(), Err(Error::Policy(_))), "{policy:?}");
        }
        for method in [Method::Strip, Method::Recode, Method::Rebuild] {
            let mut policy = Policy { method, ..Policy::default() };
            policy.rebuild.redactions.push(shape.clone());
            assert_eq!(policy.check().is_ok(), method == Method::Rebuild, "{method}");
        }
    }
}
