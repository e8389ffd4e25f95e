//! Passwords made of words: to be told over the telephone, and typed without a mistake.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::Error;

/// 1024 short, plain English words that everybody knows, in the order of the alphabet.
const LIST: &str = include_str!("list.txt");

/// How many words a password has: ten bits each, 80 in all.
pub const WORDS: usize = 8;

/// The longest word of the list, in letters.
const LONGEST: usize = 8;

/// A password of [`WORDS`] words with hyphens between them: 80 bits of the system's generator.
///
/// Errors: [`Error::Random`].
pub fn password() -> Result<Zeroizing<String>, Error> {
    let mut random = Zeroizing::new([0u8; 2 * WORDS]);
    SystemRandom::new().fill(&mut random[..]).map_err(|_| Error::Random)?;
    // never grown, so that nothing is left behind unwiped
    let mut password = Zeroizing::new(String::with_capacity(WORDS * (LONGEST + 1)));
    for bytes in random.as_chunks::<2>().0 {
        // a power of two, so that every word is as likely
        let number = u16::from_le_bytes(*bytes) & 0x3FF;
        let word = LIST.split_ascii_whitespace().nth(number.into()).ok_or(Error::Random)?;
        if !password.is_empty() {
            password.push('-');
        }
        password.push_str(word);
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_words_are_as_many_as_said_short_and_distinct() {
        let words: Vec<&str> = LIST.split_ascii_whitespace().collect();
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), 1024);
        assert!(words.is_sorted());
        for word in words {
            assert!((3..=LONGEST).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
        }
    }

    #[test]
    fn passwords_are_fresh_and_every_word_comes_up() {
        let mut words = HashSet::new();
        let passwords: HashSet<String> =
            (0..2000).map(|_| password().unwrap().to_string()).collect();
        assert_eq!(passwords.len(), 2000);
        for password in &passwords {
            let parts: Vec<&str> = password.split('-').collect();
            assert_eq!(parts.len(), WORDS);
            words.extend(parts);
        }
        // 16 000 draws leave one out with a chance of 1024 · e^-15.6
        assert!(words.len() >= 1022, "{}", words.len());
    }
}
