//! Numbers that standards fix. They read nothing, so that the reading side and the audit may both use
//! them.

pub(crate) mod gif;
pub(crate) mod vp8;
pub(crate) mod vp8l;
