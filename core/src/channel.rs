//! The ways by which a photo goes on, and what each wants of it.

use std::fmt;

use serde::Serialize;

use crate::{DrawnAs, Method, Policy, Rebuild};

/// A way by which a photo goes on. [`Channel::policy`] is the preset for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
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

/// What a channel does to a photo that it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Handling {
    /// It makes a new JPEG of at most so many pixels on the longest edge and so many bytes.
    EncodesAgain {
        /// The longest edge in pixels.
        longest_edge: u32,
        /// The quality, as Android counts it; none where it is not known.
        quality: Option<u8>,
        /// The most bytes: past them the channel makes the picture smaller.
        max_bytes: u64,
    },
    /// The very bytes arrive.
    KeepsBytes,
}

impl Channel {
    /// All of them.
    pub const ALL: [Channel; 6] = [
        Channel::SignalStandard,
        Channel::SignalHigh,
        Channel::SignalIos,
        Channel::SecureDrop,
        Channel::OnionShare,
        Channel::ProtonDrive,
    ];

    /// What the channel does to the photo afterwards: Signal for Android 7.64 by its source
    /// (`PushMediaConstraints`), the share extension of Signal for iOS by its limits.
    pub fn handling(self) -> Handling {
        let encodes_again = |longest_edge, quality, max_bytes| Handling::EncodesAgain {
            longest_edge,
            quality,
            max_bytes,
        };
        match self {
            Channel::SignalStandard => encodes_again(1600, Some(70), 1 << 20),
            Channel::SignalHigh => encodes_again(4096, Some(75), 3 << 20),
            Channel::SignalIos => encodes_again(1600, None, 1 << 20),
            Channel::SecureDrop | Channel::OnionShare | Channel::ProtonDrive => {
                Handling::KeepsBytes
            }
        }
    }

    /// The preset: all of them rebuild, each with the settings at which what the channel does
    /// afterwards costs least, or which the risk calls for where it does nothing.
    ///
    /// | channel | px | quality | bytes | because |
    /// |---|---|---|---|---|
    /// | Signal, standard | 1600 | 70 | 1 MiB | Signal encodes with the same size and tables again, and that changes hardly anything (0.1 dB; 1.1 dB more after quality 80); past 1 MiB it would go down to 1024 px |
    /// | Signal, high | 4096 | 75 | 3 MiB | the same; past 3 MiB it would go down to 3072 px |
    /// | Signal for iOS | 1600 | 90 | 1 MiB | it stays within what the share sheet takes, so that we scale and not Signal; its tables are not known, so ours are fine enough to stay out of their way |
    /// | SecureDrop, OnionShare | 2048 | 75 | – | the bytes arrive as they are and the risk is high: small print of a page that fills the picture stays readable (175 dpi of A4), and it is a size and quality at which Signal for Android writes pictures as well |
    /// | Proton Drive | 4096 | 75 | – | the bytes arrive as they are; quantisation tables narrow the camera down to a few models, which at medium risk (one office) can be one person, so Recode is not enough; this is nearly full size, and the form that Signal writes at its high quality |
    pub fn policy(self) -> Policy {
        let settings = |longest_edge, quality, max_bytes| Rebuild {
            drawn_as: DrawnAs::Jpeg,
            longest_edge: Some(longest_edge),
            quality,
            max_bytes,
            ..Rebuild::FULL_SIZE
        };
        let rebuild = match self {
            Channel::SignalStandard => settings(1600, 70, Some(1 << 20)),
            Channel::SignalHigh => settings(4096, 75, Some(3 << 20)),
            Channel::SignalIos => settings(1600, 90, Some(1 << 20)),
            Channel::SecureDrop | Channel::OnionShare => settings(2048, 75, None),
            Channel::ProtonDrive => settings(4096, 75, None),
        };
        Policy {
            method: Method::Rebuild,
            rebuild_if_refused: false,
            strip_if_not_decoded: true,
            rebuild,
            channel: Some(self),
            ..Policy::default()
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Channel::SignalStandard => "Signal (standard quality)",
            Channel::SignalHigh => "Signal (high quality)",
            Channel::SignalIos => "Signal for iOS",
            Channel::SecureDrop => "SecureDrop",
            Channel::OnionShare => "OnionShare",
            Channel::ProtonDrive => "Proton Drive",
        })
    }
}

impl fmt::Display for Handling {
    /// What follows the name of the channel: "hands the file on as it is".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Handling::KeepsBytes => f.write_str("hands the file on as it is"),
            Handling::EncodesAgain { longest_edge, quality, max_bytes } => {
                write!(f, "makes a new file of it: at most {longest_edge} pixels, ")?;
                if let Some(quality) = quality {
                    write!(f, "quality {quality}, ")?;
                }
                write!(f, "{} MiB", max_bytes >> 20)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_preset_goes_past_what_its_channel_takes() {
        for channel in Channel::ALL {
            let policy = channel.policy();
            assert_eq!((policy.check(), policy.channel), (Ok(()), Some(channel)));
            assert_eq!((policy.method, policy.rebuild_if_refused), (Method::Rebuild, false));
            if let Handling::EncodesAgain { longest_edge, quality, max_bytes } = channel.handling()
            {
                assert_eq!(policy.rebuild.longest_edge, Some(longest_edge), "{channel}");
                assert_eq!(policy.rebuild.max_bytes, Some(max_bytes), "{channel}");
                assert!(quality.is_none_or(|q| q == policy.rebuild.quality), "{channel}");
            }
        }
    }

    #[test]
    fn words_say_what_the_channel_does() {
        assert_eq!(
            Channel::SignalHigh.handling().to_string(),
            "makes a new file of it: at most 4096 pixels, quality 75, 3 MiB"
        );
        assert_eq!(
            Channel::SignalIos.handling().to_string(),
            "makes a new file of it: at most 1600 pixels, 1 MiB"
        );
    }
}
