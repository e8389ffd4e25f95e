//! Against the same road in 64-bit floating point.
