//! Takes photos apart, leaves out everything that names the photographer, and proves it.
//!
//! A photo walks one way: bytes → [`mod@format`] → `container::X::read` → [`Method`] →
//! `container::X::write` → [`mod@audit`] → [`receipt`]. Nothing turns back, nothing is written
//! to a disk (but by the [`vault`], encrypted), and nothing is released that the audit has not
//! accounted for, byte by byte.
//!
//! | to do this | start here |
//! |---|---|
//! | clean a photo | [`clean()`] with a [`Policy`]; it gives a [`Clean`] |
//! | clean what a platform's decoder shows | [`rebuild_pixels`] with [`Pixels`] |
//! | clean a photo for Signal, SecureDrop, … | [`Channel::policy`] |
//! | see what a photo says about its maker | [`inspect()`]; it gives an [`Inspection`] of [`Finding`]s |
//! | know whether a photo is clean | [`audit()`]; it gives a [`Verdict`] |
//! | tell what happened | [`Receipt`] |
//! | name a file neutrally | [`name::fresh`] |
//! | hold the bytes of a photo, a key, a passphrase | [`Memory`], [`SecretKey`], [`Passphrase`] |
//! | keep photos encrypted on the device | [`vault`] |
//! | seal a photo for somebody | [`sealed::seal`]; [`sealed::open`] opens what came |
//! | make a password of words | [`words::password`] |
//! | take in what a source sent | [`intake`] |

#![forbid(unsafe_code)]

mod bytes;
mod channel;
mod clean;
mod constants;
mod container;
mod error;
mod memory;
mod orientation;
mod picture;
mod policy;
mod profile;
mod secret;
mod verdict;

pub mod audit;
pub mod format;
pub mod inspect;
pub mod intake;
pub mod name;
pub mod receipt;
pub mod sealed;
pub mod vault;
pub mod words;

pub use channel::{Channel, Handling};
pub use clean::{Clean, clean, pages, rebuild_pixels};
pub use error::Error;
pub use format::Format;
pub use inspect::{Betrays, Carrier, Finding, Inspection, Place, inspect};
pub use memory::Memory;
pub use orientation::Orientation;
pub use picture::pixels::Pixels;
pub use policy::{DrawnAs, Limits, Method, Policy, Rebuild, Redaction};
pub use profile::ProfileClass;
pub use receipt::Receipt;
pub use secret::{Passphrase, SecretKey};
pub use verdict::{Verdict, audit};
