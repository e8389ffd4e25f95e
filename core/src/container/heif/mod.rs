//! HEIF (HEIC and AVIF): ISO/IEC 23008-12, AV1 Image File Format.

mod av1;
mod coding;
