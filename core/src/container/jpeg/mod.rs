//! JPEG: ITU-T T.81 (ISO/IEC 10918-1), JFIF (T.871), Adobe's APP14 (T.872, section 6.5.3).

pub(crate) mod marker;
pub(crate) mod walk;
