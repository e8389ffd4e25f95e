//! What is asked for: the method, and the limits that keep any input bounded.

use serde::Serialize;

/// How a photo is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Method {
    /// Takes the container apart by allow-list and writes a new, canonical one; the coded picture
    /// is copied untouched.
    #[default]
    Strip,
}

/// A method with its settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// How the photo is cleaned.
    pub method: Method,
    /// What is refused because there is too much of it.
    pub limits: Limits,
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
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 512 << 20, parts: 16_384, findings: 4_096 }
    }
}
