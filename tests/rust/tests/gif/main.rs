//! GIF, by Strip: what is shown stays, what carries a mark goes, and the audit knows the result.

#[path = "../common/mod.rs"]
mod common;

mod damage;
mod marks;
mod shown;
