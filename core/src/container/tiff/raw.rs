//! Which TIFFs hold what a sensor measured: DNG 1.7, TIFF/EP (ISO 12234-2), and what camera makers
//! write.

use super::tag;
use super::{Directory, Tiff};
use crate::bytes::slice_at;

/// The most directories that are looked at, and the most entries of each.
const MOST_DIRECTORIES: usize = 32;
const MOST_ENTRIES: usize = 512;

/// The colour filter array and the linear raw of DNG, as photometric interpretations.
const SENSOR: [u64; 2] = [32_803, 34_892];

/// True if `file` has the structure of a TIFF and holds the data of a sensor: it says that it is a
/// DNG, a directory is interpreted as a colour filter array or as linear raw or describes such an
/// array, or its header is that of a camera maker's raw file.
pub(crate) fn is_raw(file: &[u8]) -> bool {
    let Some((tiff, first)) = Tiff::open(file) else { return false };
    // Olympus and Panasonic by their version, Canon and Phase One by what follows the header
    let version = tiff.endian.u16(file, 2);
    if matches!(version, Some(0x55 | 0x4F52 | 0x5352))
        || slice_at(file, 8, 2) == Some(b"CR")
        || slice_at(file, 8, 4) == Some(b"IIII")
    {
        return true;
    }
    let mut queue = vec![first];
    let mut next = 0usize;
    while let Some(at) = queue.get(next).copied().filter(|_| next < MOST_DIRECTORIES) {
        next = next.saturating_add(1);
        let Some(directory) = tiff.directory(at) else { continue };
        if shows_sensor(tiff, directory, &mut queue) {
            return true;
        }
        queue.extend(directory.next.filter(|at| *at != 0));
    }
    false
}

/// True if the directory is that of a sensor; puts the ones below it into `queue`.
fn shows_sensor(tiff: Tiff<'_>, directory: Directory, queue: &mut Vec<u64>) -> bool {
    for entry in tiff.entries(directory).take(MOST_ENTRIES) {
        match entry.tag {
            tag::DNG_VERSION | tag::CFA_REPEAT_PATTERN_DIM | tag::CFA_PATTERN => return true,
            tag::PHOTOMETRIC if tiff.number(&entry, 0).is_some_and(|n| SENSOR.contains(&n)) => {
                return true;
            }
            tag::SUB_IFDS => {
                let most = MOST_DIRECTORIES as u64;
                queue.extend((0..entry.count.min(most)).filter_map(|i| tiff.number(&entry, i)));
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(tag: u16, value: u32) -> Vec<u8> {
        let mut file = b"II\x2a\0\x08\0\0\0\x01\0".to_vec();
        file.extend(tag.to_le_bytes());
        file.extend([4, 0, 1, 0, 0, 0]);
        file.extend(value.to_le_bytes());
        file.extend([0; 4]);
        file
    }

    #[test]
    fn sensor_data_is_told_by_what_directories_say() {
        assert!(is_raw(&with(tag::DNG_VERSION, 0x401)));
        assert!(is_raw(&with(tag::PHOTOMETRIC, 32_803)));
        assert!(is_raw(&with(tag::PHOTOMETRIC, 34_892)));
        assert!(
            is_raw(b"IIRO\x08\0\0\0") && is_raw(b"MMOR\0\0\0\x08") && is_raw(b"IIU\0\x08\0\0\0")
        );
        assert!(is_raw(b"II\x2a\0\x10\0\0\0CR\x02\0"));
        assert!(!is_raw(&with(tag::PHOTOMETRIC, 2)));
        // one below the first
        let mut below = with(tag::SUB_IFDS, 26);
        below.extend(&with(tag::PHOTOMETRIC, 32_803)[8..]);
        assert!(is_raw(&below));
        // a circle
        assert!(!is_raw(&with(tag::SUB_IFDS, 8)));
        assert!(!is_raw(b"II\x2a\0") && !is_raw(b"") && !is_raw(b"MM"));
    }
}
