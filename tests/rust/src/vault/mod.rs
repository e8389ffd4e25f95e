//! A disk that fails and loses power at any operation, for the tests of the vault.

mod disk;

pub use disk::{Crash, Disk, Fault};
