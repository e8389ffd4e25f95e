//! Bits, the most significant first.

/// Writes bits.
#[derive(Debug, Clone, Default)]
pub struct Bits(Vec<bool>);

impl Bits {
    /// `f(count)`.
    pub fn put(&mut self, value: u64, count: usize) -> &mut Bits {
        self.0.extend((0..count).rev().map(|place| value >> place & 1 == 1));
        self
    }

    /// The bits that `text` spells.
    pub fn spelled(&mut self, text: &str) -> &mut Bits {
        self.0.extend(text.chars().filter(|c| *c != ' ').map(|c| c == '1'));
        self
    }

    /// Whole bytes, filled with `fill`.
    pub fn bytes(&self, fill: bool) -> Vec<u8> {
        let byte = |bits: &[bool]| {
            (0..8).fold(0, |byte, i| byte << 1 | u8::from(bits.get(i).copied().unwrap_or(fill)))
        };
        self.0.chunks(8).map(byte).collect()
    }
}
