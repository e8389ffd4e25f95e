//! Which directories are pages: TIFF 6.0, section 8, NewSubfileType and SubfileType.

use std::collections::HashSet;

use super::tag;
use super::{Directory, Tiff};
use crate::{Error, Format};

/// How many pages the TIFF `file` has: at least one.
pub(crate) fn pages(file: &[u8]) -> Result<u32, Error> {
    let pages = page_directories(file)?.len();
    u32::try_from(pages).map_err(|_| too_many())
}

/// The directory of the page `number`, from 0.
pub(crate) fn page(file: &[u8], number: u32) -> Result<(Tiff<'_>, Directory), Error> {
    let pages = page_directories(file)?;
    let place = usize::try_from(number).ok().and_then(|number| pages.get(number));
    let place = place.ok_or(Error::Policy("the photo has no such page"))?;
    let (tiff, first) = Tiff::open(file).ok_or(Error::CutOff { at: file.len() as u64 })?;
    let place = usize::try_from(*place).unwrap_or(usize::MAX);
    let directory = chain(tiff, first).nth(place).ok_or_else(too_many)??;
    Ok((tiff, directory))
}

/// The directories that are pages, by their place in the chain that starts at the header, from 0; at
/// least one.
///
/// Smaller copies and masks are none. Where there is nothing else, the first directory is.
pub(crate) fn page_directories(file: &[u8]) -> Result<Vec<u32>, Error> {
    let (tiff, first) = Tiff::open(file).ok_or(Error::CutOff { at: file.len() as u64 })?;
    let mut pages = Vec::new();
    for (number, directory) in (0..).zip(chain(tiff, first)) {
        if is_page(tiff, directory?) {
            pages.push(number);
        }
    }
    if pages.is_empty() {
        if tiff.directory(first).is_none() {
            let what = "the first directory lies outside the file";
            return Err(Error::Damaged { at: first, what });
        }
        pages.push(0);
    }
    Ok(pages)
}

/// The directories of the chain up to its end, or up to one that is not there or was there already.
/// An error ends it where directories lie on top of each other, so that to read all of them would take
/// time by the square of the file's size.
fn chain(tiff: Tiff<'_>, first: u64) -> impl Iterator<Item = Result<Directory, Error>> {
    let mut seen = HashSet::new();
    let mut next = Some(first);
    let mut budget = tiff.data.len();
    std::iter::from_fn(move || {
        let at = next.take().filter(|at| *at != 0 && seen.insert(*at))?;
        let directory = tiff.directory(at)?;
        let size = directory.end.saturating_sub(directory.at);
        let Some(left) = budget.checked_sub(size) else {
            return Some(Err(too_many()));
        };
        budget = left;
        next = directory.next;
        Some(Ok(directory))
    })
}

fn too_many() -> Error {
    Error::Unsupported { format: Format::Tiff, what: "directories that lie on top of each other" }
}

fn is_page(tiff: Tiff<'_>, directory: Directory) -> bool {
    let (mut width, mut height, mut part) = (false, false, false);
    for entry in tiff.entries(directory) {
        match (entry.tag, tiff.number(&entry, 0)) {
            (tag::IMAGE_WIDTH, Some(1..)) => width = true,
            (tag::IMAGE_LENGTH, Some(1..)) => height = true,
            // a smaller copy, or a mask
            (tag::NEW_SUBFILE_TYPE, Some(bits)) => part |= bits & 0b101 != 0,
            (tag::SUBFILE_TYPE, Some(2)) => part = true,
            _ => {}
        }
    }
    width && height && !part
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain of directories, each with a width, a height and this NewSubfileType.
    fn chained(kinds: &[u32]) -> Vec<u8> {
        let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
        for (index, kind) in kinds.iter().enumerate() {
            file.extend(3u16.to_le_bytes());
            for (tag, value) in [(254u16, *kind), (256, 9), (257, 9)] {
                file.extend(tag.to_le_bytes());
                file.extend([4, 0, 1, 0, 0, 0]);
                file.extend(value.to_le_bytes());
            }
            let last = index + 1 == kinds.len();
            let next = if last { 0 } else { file.len() as u32 + 4 };
            file.extend(next.to_le_bytes());
        }
        file
    }

    #[test]
    fn copies_and_masks_are_no_pages() {
        assert_eq!(page_directories(&chained(&[0])), Ok(vec![0]));
        assert_eq!(page_directories(&chained(&[0, 1, 2, 4, 2])), Ok(vec![0, 2, 4]));
        assert_eq!(page_directories(&chained(&[1])), Ok(vec![0]));
        assert_eq!(pages(&chained(&[2; 300])), Ok(300));
    }

    #[test]
    fn chains_end() {
        let mut circle = chained(&[0, 0, 0]);
        let end = circle.len();
        circle[end - 4..].copy_from_slice(&8u32.to_le_bytes());
        assert_eq!(pages(&circle), Ok(3));
        let whole = chained(&[0, 0]);
        for end in 0..whole.len() {
            match pages(&whole[..end]) {
                Ok(count) => assert!((1..=2).contains(&count)),
                Err(error) => {
                    assert!(matches!(error, Error::CutOff { .. } | Error::Damaged { .. }))
                }
            }
        }
    }

    #[test]
    fn directories_on_top_of_each_other_are_refused() {
        // each number of entries is 0x0202 as well, and the offset of the next is two bytes on
        let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
        file.resize(60_000, 2);
        let mut at = 8;
        while at + 2 + 0x202 * 12 + 4 < file.len() {
            let next = at + 2 + 0x202 * 12;
            file[next..next + 4].copy_from_slice(&(at as u32 + 8).to_le_bytes());
            at += 8;
        }
        assert_eq!(pages(&file), Err(too_many()));
    }
}
