//! From which kept frames patches are taken: ISO/IEC 18181-1, I.3.

use jxl_bitstream::Bitstream;
use jxl_coding::Decoder;

use super::header::Header;

/// More numbers than the patches of any picture are made of.
const MOST_NUMBERS: u32 = 1 << 25;

/// The numbers at the start of a section.
struct Numbers<'s> {
    bits: Bitstream<'s>,
    decoder: Decoder,
    left: u32,
}

impl Numbers<'_> {
    fn next(&mut self, context: u32) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        self.decoder.read_varint(&mut self.bits, context).ok()
    }
}

/// The slots from which patches are taken, a bit for each, by a frame whose first section is
/// `section`; `None` if that cannot be decoded.
pub(super) fn sources(section: &[u8], header: &Header) -> Option<u8> {
    let mut bits = Bitstream::new(section);
    let mut decoder = Decoder::parse(&mut bits, 10).ok()?;
    decoder.begin(&mut bits).ok()?;
    let mut numbers = Numbers { bits, decoder, left: MOST_NUMBERS };
    let mut slots = 0u8;
    for _ in 0..numbers.next(0)? {
        slots |= match numbers.next(1)? {
            slot @ 0..=3 => 1u8.wrapping_shl(slot),
            _ => return None,
        };
        // where it is in that frame, and its size
        for context in [3, 3, 2, 2] {
            numbers.next(context)?;
        }
        for place in 0..=numbers.next(7)? {
            let context = if place == 0 { 4 } else { 6 };
            numbers.next(context)?;
            numbers.next(context)?;
            for _ in 0..=header.extra {
                // three ways of blending have no range to keep to; there is one alpha channel at most
                if numbers.next(5)? >= 3 {
                    numbers.next(9)?;
                }
            }
        }
    }
    numbers.decoder.finalize().ok()?;
    Some(slots)
}
