//! A partition of tokens: RFC 6386, section 9.5.

use super::bools::Stop;

/// A partition that is copied up to what its decoder needs, and ends as the lowest number that codes
/// the same bools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Partition<'a> {
    /// Copied as it is.
    copied: &'a [u8],
    /// How many bytes of 0xFF follow: zeros from which one was borrowed.
    full: usize,
    /// The byte before them, from which one was borrowed at last.
    lent: Option<u8>,
    /// The last bytes.
    last: [u8; 2],
    /// How many of them there are: 1 if the partition has but one byte.
    count: usize,
}

impl<'a> Partition<'a> {
    /// Of no bytes.
    pub(super) const EMPTY: Partition<'static> =
        Partition { copied: &[], full: 0, lent: None, last: [0; 2], count: 0 };

    /// That of `data` of which a decoder read all and stopped at `stop`. `None` if the number it
    /// codes would be below zero, which cannot be.
    pub(super) fn new(data: &'a [u8], stop: Stop) -> Option<Partition<'a>> {
        let seen = stop.position + 8;
        let length = seen.div_ceil(8);
        let at = |i: usize| data.get(i).copied().unwrap_or(0);
        let count = length.min(2);
        let head = length - count;
        let last = if count == 2 {
            u16::from_be_bytes([at(head), at(head + 1)])
        } else {
            u16::from(at(head))
        };
        let spare = 8 * length - seen; // 0 to 7
        let (last, borrow) =
            (last >> spare << spare).overflowing_sub(u16::from(stop.above) << spare);
        let last = match (count, last.to_be_bytes()) {
            (1, [_, low]) => [low, 0],
            (_, both) => both,
        };
        if !borrow {
            let copied = data.get(..head)?;
            return Some(Partition { copied, full: 0, lent: None, last, count });
        }
        let before = data.get(..head)?;
        let lender = before.iter().rposition(|byte| *byte != 0)?;
        Some(Partition {
            copied: before.get(..lender)?,
            full: head - lender - 1,
            lent: Some(before.get(lender)? - 1),
            last,
            count,
        })
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.copied.len() + usize::from(self.lent.is_some()) + self.full + self.count
    }

    /// Hands its bytes to `push`, in their order.
    pub(crate) fn write<E>(&self, mut push: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        push(self.copied)?;
        if let Some(lent) = self.lent {
            push(&[lent])?;
        }
        for _ in 0..self.full {
            push(&[0xFF])?;
        }
        push(self.last.get(..self.count).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::webp::bools::{BoolWriter, Bools};

    fn bytes(partition: &Partition<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        partition
            .write(|part| {
                out.extend_from_slice(part);
                Ok::<(), ()>(())
            })
            .unwrap();
        assert_eq!(out.len(), partition.len());
        out
    }

    #[test]
    fn any_number_that_codes_the_same_ends_the_same() {
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            (state >> 33) as u32
        };
        for count in 0..300usize {
            let bools: Vec<(bool, u8)> = (0..count)
                .map(|_| {
                    let probability = [1, 128, 200, 255][next() as usize & 3];
                    (next() & 255 >= u32::from(probability), probability)
                })
                .collect();
            let mut writer = BoolWriter::with_capacity(0);
            bools.iter().for_each(|(bit, probability)| writer.put(*bit, *probability));
            let lowest = writer.finish(0);
            // every other end that codes the same
            for above in [1u32, 2, 50, 127, 255] {
                let mut other = lowest.clone();
                let mut carry = above;
                for byte in other.iter_mut().rev() {
                    carry += u32::from(*byte);
                    *byte = carry as u8;
                    carry >>= 8;
                }
                other.extend(b"tail");
                let mut reader = Bools::new(&other);
                if carry > 0 || bools.iter().any(|(bit, p)| reader.bit(*p) != *bit) {
                    continue;
                }
                let partition = Partition::new(&other, reader.stop()).unwrap();
                assert_eq!(bytes(&partition), lowest, "{count} {above}");
            }
        }
    }

    #[test]
    fn nothing_read_leaves_one_zero() {
        for data in [&b""[..], b"x", b"xyz"] {
            let partition = Partition::new(data, Bools::new(data).stop()).unwrap();
            assert_eq!(bytes(&partition), [0]);
        }
    }
}
