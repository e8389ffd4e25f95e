//! Fresh neutral names: nothing in them tells device, day, order or tool.

use ring::rand::{SecureRandom, SystemRandom};

use crate::{Error, Format};

/// Twelve random letters and digits, new for every call, with the extension of `format`.
///
/// 60 bits from the system's generator: two files of one sender cannot be linked by their names.
pub fn fresh(format: Format) -> Result<String, Error> {
    fresh_as(format.extension())
}

/// The same with any `extension`, such as `age`; with an empty one there is none.
pub fn fresh_as(extension: &str) -> Result<String, Error> {
    const ALPHABET: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
        's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7',
    ];
    let mut random = [0u8; 12];
    SystemRandom::new().fill(&mut random).map_err(|_| Error::Random)?;
    let stem: String = random.iter().filter_map(|b| ALPHABET.get(usize::from(b & 31))).collect();
    Ok(if extension.is_empty() { stem } else { format!("{stem}.{extension}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fresh_and_neutral() {
        let names: std::collections::HashSet<String> =
            (0..1000).map(|_| fresh(Format::Jpeg).unwrap()).collect();
        assert_eq!(names.len(), 1000);
        assert!(names.iter().all(|n| n.len() == 16 && n.ends_with(".jpg")));
        assert_eq!((fresh_as("age").unwrap().len(), fresh_as("").unwrap().len()), (16, 12));
    }
}
