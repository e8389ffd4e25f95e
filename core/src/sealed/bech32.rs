//! Keys in words: Bech32 (BIP 173) without its limit of length, as age uses it.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM: usize = 6;

/// The 32 bytes that `text` stands for; none unless it is lower-case Bech32 with the human-readable
/// part `prefix`. What was read on the way is wiped.
pub(super) fn decode(prefix: &str, text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let data = text.strip_prefix(prefix)?.strip_prefix('1')?.as_bytes();
    let mut digits = Zeroizing::new(Vec::with_capacity(data.len()));
    for byte in data {
        let digit = ALPHABET.iter().position(|letter| letter == byte)?;
        digits.push(u8::try_from(digit).ok()?);
    }
    if checksum(prefix, &digits) != 1 {
        return None;
    }
    let digits = digits.get(..digits.len().checked_sub(CHECKSUM)?)?;
    let mut key = Zeroizing::new([0u8; 32]);
    let mut bytes = key.iter_mut();
    let (mut bits, mut count) = (0u32, 0u32);
    for digit in digits {
        bits = bits << 5 & 0xFFF | u32::from(*digit);
        count = count.saturating_add(5);
        if count >= 8 {
            count = count.saturating_sub(8);
            *bytes.next()? = (bits >> count & 0xFF) as u8;
        }
    }
    // what is left is less than a digit, and nought
    let rest = bits & (1u32 << count).saturating_sub(1);
    (bytes.next().is_none() && count < 5 && rest == 0).then_some(key)
}

/// `key` in lower-case words.
pub(super) fn encode(prefix: &str, key: &[u8; 32]) -> Zeroizing<String> {
    // 256 bits are 51 digits and one bit
    let mut digits = Zeroizing::new(Vec::with_capacity(52 + CHECKSUM));
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in key {
        bits = bits << 8 & 0xFFFF | u32::from(*byte);
        count = count.saturating_add(8);
        while count >= 5 {
            count = count.saturating_sub(5);
            digits.push((bits >> count & 31) as u8);
        }
    }
    digits.push((bits << 5u32.saturating_sub(count) & 31) as u8);
    let data = digits.len();
    digits.extend([0; CHECKSUM]);
    let sum = checksum(prefix, &digits) ^ 1;
    for (digit, shift) in digits.iter_mut().skip(data).zip([25, 20, 15, 10, 5, 0]) {
        *digit = (sum >> shift & 31) as u8;
    }
    // never grown, so that nothing is left behind unwiped
    let mut text = Zeroizing::new(String::with_capacity(prefix.len().saturating_add(64)));
    text.push_str(prefix);
    text.push('1');
    for digit in digits.iter() {
        text.push(char::from(ALPHABET.get(usize::from(*digit)).copied().unwrap_or_default()));
    }
    text
}

/// The remainder of the code of BIP 173 over the human-readable part and `digits`.
fn checksum(prefix: &str, digits: &[u8]) -> u32 {
    const GENERATORS: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    let all = high.chain([0]).chain(low).chain(digits.iter().copied());
    all.fold(1, |sum, digit| {
        let shifted = (sum & 0x1FF_FFFF) << 5 ^ u32::from(digit);
        let taps = GENERATORS.iter().enumerate().filter(|(bit, _)| sum >> 25 >> bit & 1 == 1);
        taps.fold(shifted, |sum, (_, generator)| sum ^ generator)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_and_a_changed_letter_is_found() {
        for seed in 0..64u8 {
            let key: [u8; 32] = std::array::from_fn(|i| seed.wrapping_mul(31) ^ (i as u8 * 7));
            let text = encode("age", &key);
            assert_eq!(text.len(), 62);
            assert_eq!(*decode("age", &text).unwrap(), key);
            for at in 4..text.len() {
                let mut other = text.as_bytes().to_vec();
                other[at] = if other[at] == b'q' { b'p' } else { b'q' };
                assert!(decode("age", std::str::from_utf8(&other).unwrap()).is_none());
            }
            assert!(decode("age", &text[..61]).is_none() && decode("ag", &text).is_none());
        }
    }

    #[test]
    fn other_lengths_are_no_keys() {
        // of BIP 173: right sums, other lengths
        assert!(decode("a", "a12uel5l").is_none());
        assert!(
            decode("split", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w")
                .is_none()
        );
        assert!(decode("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw").is_none());
    }
}
