//! What is asked for, as records.

use unmarked::{Channel, DrawnAs, Method, Policy, Rebuild, Redaction};

/// How a photo is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CleaningMethod {
    /// The coded picture untouched in a new, canonical file.
    Strip,
    /// The same coefficients, coded again in the one canonical way.
    Recode,
    /// Drawn again, and encoded as apps on Android save pictures.
    Rebuild,
}

/// A method with its settings. Without `rebuild_if_refused` a method never gives way to another;
/// apps that share photos of people set it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CleaningPolicy {
    /// How the photo is cleaned.
    pub method: CleaningMethod,
    /// True if Rebuild may stand in where the method has to refuse a photo that can be shown
    /// (damaged, an odd profile). The receipt says so.
    #[uniffi(default = false)]
    pub rebuild_if_refused: bool,
    /// How a photo is rebuilt.
    #[uniffi(default)]
    pub rebuild: RebuildSettings,
    /// How the photo goes on: the receipt says what that does to it.
    #[uniffi(default = None)]
    pub channel: Option<SharingChannel>,
    /// True if Strip may stand in where a photo cannot be drawn again because the core does not
    /// decode its format (HEIC, AVIF). The receipt says so. The platform's decoder and
    /// `rebuildPixels` do better.
    #[uniffi(default = false)]
    pub strip_if_not_decoded: bool,
    /// Which page of a file with several, from 0: see `pageCount`.
    #[uniffi(default = 0)]
    pub page: u32,
}

/// The settings of Rebuild.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RebuildSettings {
    /// The longest edge of the result in pixels; none keeps the size. Nothing is ever enlarged.
    #[uniffi(default = None)]
    pub longest_edge: Option<u32>,
    /// The quality of the encoder, 1 to 100.
    #[uniffi(default = 90)]
    pub quality: u8,
    /// The most bytes of the result; quality and then size give way.
    #[uniffi(default = None)]
    pub max_bytes: Option<u64>,
    /// True if colours are left out.
    #[uniffi(default = false)]
    pub grey: bool,
    /// What is covered. Only Rebuild can: with another method the photo is refused.
    #[uniffi(default = [])]
    pub redactions: Vec<RedactionShape>,
    /// The format of the result; none is JPEG, but PNG for what comes from TIFF and BMP at full size.
    #[uniffi(default = None)]
    pub format: Option<PictureFormat>,
}

/// The format in which a picture is drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PictureFormat {
    /// JPEG, as apps on Android save pictures. What lets the background through is put on white.
    Jpeg,
    /// PNG: nothing is lost, and transparency stays.
    Png,
}

const CORES: &Rebuild = &Rebuild::FULL_SIZE;
/// The default that Kotlin and Swift see is the core's.
const _: () = assert!(CORES.quality == 90);

/// A shape that is filled with one constant colour, in pixels of the upright picture at its full
/// size, from its top left corner.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum RedactionShape {
    /// A rectangle.
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
    /// The ellipse that fills a rectangle.
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
    /// A round brush drawn through points; one alone makes a dot.
    Stroke {
        /// The points.
        points: Vec<PicturePoint>,
        /// Half the width of the stroke.
        radius: u32,
    },
}

/// A point of the upright picture at its full size, in pixels from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PicturePoint {
    /// Distance from the left edge.
    pub x: i32,
    /// Distance from the top edge.
    pub y: i32,
}

/// A way by which a photo goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SharingChannel {
    /// Signal for Android at its standard quality.
    SignalStandard,
    /// Signal for Android at its high quality.
    SignalHigh,
    /// Signal for iOS, from the share sheet.
    SignalIos,
    /// A newsroom's SecureDrop, through Tor Browser.
    SecureDrop,
    /// OnionShare, from machine to machine over Tor.
    OnionShare,
    /// A link to Proton Drive.
    ProtonDrive,
}

/// The preset for a channel: what the channel does to the photo afterwards costs least.
#[uniffi::export]
pub fn channel_policy(channel: SharingChannel) -> CleaningPolicy {
    let Policy { strip_if_not_decoded, rebuild, .. } = Channel::from(channel).policy();
    let Rebuild { drawn_as, longest_edge, quality, max_bytes, grey, .. } = rebuild;
    let format = match drawn_as {
        DrawnAs::Jpeg => Some(PictureFormat::Jpeg),
        DrawnAs::Png => Some(PictureFormat::Png),
        _ => None,
    };
    CleaningPolicy {
        // every preset rebuilds: a test of the core holds them to it
        method: CleaningMethod::Rebuild,
        rebuild_if_refused: false,
        rebuild: RebuildSettings {
            longest_edge,
            quality,
            max_bytes,
            grey,
            redactions: Vec::new(),
            format,
        },
        channel: Some(channel),
        strip_if_not_decoded,
        page: 0,
    }
}

impl From<CleaningPolicy> for Policy {
    fn from(policy: CleaningPolicy) -> Policy {
        let CleaningPolicy {
            method,
            rebuild_if_refused,
            rebuild,
            channel,
            strip_if_not_decoded,
            page,
        } = policy;
        let RebuildSettings { longest_edge, quality, max_bytes, grey, redactions, format } =
            rebuild;
        Policy {
            method: match method {
                CleaningMethod::Strip => Method::Strip,
                CleaningMethod::Recode => Method::Recode,
                CleaningMethod::Rebuild => Method::Rebuild,
            },
            rebuild_if_refused,
            strip_if_not_decoded,
            page,
            rebuild: Rebuild {
                drawn_as: match format {
                    Some(PictureFormat::Jpeg) => DrawnAs::Jpeg,
                    Some(PictureFormat::Png) => DrawnAs::Png,
                    None => DrawnAs::BySource,
                },
                longest_edge,
                quality,
                max_bytes,
                grey,
                redactions: redactions.into_iter().map(Redaction::from).collect(),
            },
            channel: channel.map(Channel::from),
            ..Policy::default()
        }
    }
}

impl From<RedactionShape> for Redaction {
    fn from(shape: RedactionShape) -> Redaction {
        match shape {
            RedactionShape::Rectangle { x, y, width, height } => {
                Redaction::Rectangle { x, y, width, height }
            }
            RedactionShape::Ellipse { x, y, width, height } => {
                Redaction::Ellipse { x, y, width, height }
            }
            RedactionShape::Stroke { points, radius } => Redaction::Stroke {
                points: points.into_iter().map(|point| (point.x, point.y)).collect(),
                radius,
            },
        }
    }
}

impl From<SharingChannel> for Channel {
    fn from(channel: SharingChannel) -> Channel {
        match channel {
            SharingChannel::SignalStandard => Channel::SignalStandard,
            SharingChannel::SignalHigh => Channel::SignalHigh,
            SharingChannel::SignalIos => Channel::SignalIos,
            SharingChannel::SecureDrop => Channel::SecureDrop,
            SharingChannel::OnionShare => Channel::OnionShare,
            SharingChannel::ProtonDrive => Channel::ProtonDrive,
        }
    }
}
