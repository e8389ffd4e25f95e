//! GIF89a, appendix F.

/// The least code size of an image with more than one pixel.
///
/// Codes are one bit wider than the code size, and become wider once the table has no room for another
/// of their width. With a code size of 1 it is full before the first string: clear and end code are 2
/// and 3. From there on some decoders take the second code as three bits wide (giflib, Wuffs in
/// Chromium and Android), others go on with two until the table has eight entries (Firefox), so that
/// viewers show different pictures, and the standard rules it out. Files with one pixel have it
/// nevertheless: there the first code draws all there is, and every decoder reads that alike.
pub(crate) const LEAST_CODE_SIZE: u8 = 2;
