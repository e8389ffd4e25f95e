//! The coded picture of a JPEG: ITU-T T.81 (ISO/IEC 10918-1).

pub(crate) mod coefficients;
pub(crate) mod layout;
pub(crate) mod recode;
pub(crate) mod source;
pub(crate) mod walk;
