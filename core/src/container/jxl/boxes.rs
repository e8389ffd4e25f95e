//! Takes a file apart into boxes: ISO/IEC 18181-2, section 6 (as ISO/IEC 14496-12, section 4.2).

use crate::Error;
use crate::bytes::{Endian, array_at, slice_at, u8_at};
use crate::container::jxl::stream::Stream;
use crate::container::jxl::{damaged, unsupported};

/// The signature box, which starts every file that is no bare codestream.
pub(crate) const SIGNATURE: &[u8; 12] = b"\0\0\0\x0cJXL \r\n\x87\n";

/// One box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its type.
    pub(crate) kind: [u8; 4],
    /// Where it starts in the file.
    pub(crate) start: usize,
    /// Where its content starts.
    pub(crate) content: usize,
    /// Where it ends: at the latest where the file does.
    pub(crate) end: usize,
}

/// A file taken apart.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    /// All of it.
    pub(crate) data: &'a [u8],
    /// The boxes, in file order; none in a bare codestream.
    pub(crate) parts: Vec<Part>,
    /// Why the boxes could not be told apart to the end.
    pub(crate) problem: Option<Error>,
}

/// Takes `data` apart into `most` boxes at most.
pub(crate) fn walk(data: &[u8], most: usize) -> Walk<'_> {
    let mut walk = Walk { data, parts: Vec::new(), problem: None };
    if !data.starts_with(SIGNATURE) {
        return walk;
    }
    let mut at = 0usize;
    while at < data.len() {
        if walk.parts.len() >= most {
            walk.problem = Some(Error::Limit { what: "too many boxes", limit: most as u64 });
            break;
        }
        match next(data, at) {
            Ok((part, whole)) => {
                walk.parts.push(part);
                at = part.end;
                if !whole {
                    walk.problem = Some(Error::CutOff { at: data.len() as u64 });
                }
            }
            Err(error) => {
                walk.problem = Some(error);
                break;
            }
        }
    }
    walk
}

/// The box at `at`, and whether all of it is there.
fn next(data: &[u8], at: usize) -> Result<(Part, bool), Error> {
    let cut = Error::CutOff { at: data.len() as u64 };
    let short = Endian::Big.u32(data, at).ok_or(cut.clone())?;
    let name = at.saturating_add(4);
    let kind = array_at(data, name).ok_or(cut.clone())?;
    let (head, length) = match short {
        0 => (8, None),
        1 => {
            let long = array_at(data, at.saturating_add(8)).ok_or(cut)?;
            (16usize, Some(u64::from_be_bytes(long)))
        }
        length => (8, Some(u64::from(length))),
    };
    let content = at.saturating_add(head);
    let length = match length {
        Some(length) if length < head as u64 => {
            return Err(damaged(at, "a box is shorter than its own header"));
        }
        // what does not fit into memory reaches past the end as well
        Some(length) => usize::try_from(length).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let end = at.saturating_add(length).min(data.len());
    let whole = short == 0 || end == at.saturating_add(length);
    Ok((Part { kind, start: at, content, end }, whole))
}

impl<'a> Walk<'a> {
    /// True if there are no boxes around the codestream.
    pub(crate) fn is_bare(&self) -> bool {
        self.parts.is_empty()
    }

    /// The content of a box.
    pub(crate) fn content(&self, part: &Part) -> &'a [u8] {
        self.data.get(part.content..part.end).unwrap_or_default()
    }

    /// The codestream, put together from its boxes: section 6.4 (`jxlc`) or 6.5 (`jxlp`).
    ///
    /// What stands after its last piece is not looked at, but that no second codestream may.
    pub(crate) fn codestream(&self) -> Result<Stream<'a>, Error> {
        if self.is_bare() {
            return Ok(Stream::new([(0, self.data)]));
        }
        let mut pieces: Vec<(usize, &[u8])> = Vec::new();
        let mut ended = false;
        for part in &self.parts {
            let content = self.content(part);
            let (data, last) = match &part.kind {
                b"jxlc" if pieces.is_empty() => (content, true),
                b"jxlc" => return Err(damaged(part.start, "a second codestream")),
                b"jxlp" => {
                    let number = Endian::Big.u32(content, 0).unwrap_or(u32::MAX);
                    let right = usize::try_from(number & 0x7FFF_FFFF) == Ok(pieces.len());
                    if !right {
                        return Err(damaged(part.start, "a piece of the codestream is missing"));
                    }
                    let last = u8_at(content, 0).is_some_and(|first| first >= 0x80);
                    (content.get(4..).unwrap_or_default(), last)
                }
                _ => continue,
            };
            if ended {
                return Err(damaged(part.start, "a second codestream"));
            }
            let at = part.end.saturating_sub(data.len());
            pieces.push((at, data));
            ended = last;
        }
        match (pieces.is_empty(), ended, &self.problem) {
            (false, true, _) => Ok(Stream::new(pieces)),
            (_, _, Some(problem)) => Err(problem.clone()),
            (true, ..) => Err(damaged(self.data.len(), "there is no codestream")),
            (false, ..) => Err(Error::CutOff { at: self.data.len() as u64 }),
        }
    }

    /// An error if the file is of another kind of JPEG XL than a picture.
    pub(crate) fn brand(&self) -> Result<(), Error> {
        let brand = self.parts.iter().find(|part| &part.kind == b"ftyp");
        match brand.and_then(|part| slice_at(self.content(part), 0, 4)) {
            Some(b"jxl ") | None => Ok(()),
            Some(_) => Err(unsupported("an unknown brand")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [&length, kind.as_slice(), content].concat()
    }

    fn codestream(boxes: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
        let file = [&[SIGNATURE.to_vec()], boxes].concat().concat();
        let walk = walk(&file, 99);
        let stream = walk.codestream()?;
        let mut all = Vec::new();
        stream.slices(0, stream.len(), |slice| {
            all.extend(slice);
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn pieces_are_joined_in_their_order() {
        let whole = codestream(&[boxed(b"free", b"x"), boxed(b"jxlc", b"ab"), boxed(b"xml ", b"")]);
        assert_eq!(whole, Ok(b"ab".to_vec()));
        let first = boxed(b"jxlp", b"\0\0\0\0ab");
        let last = boxed(b"jxlp", b"\x80\0\0\x01cd");
        assert_eq!(codestream(&[first.clone(), last.clone()]), Ok(b"abcd".to_vec()));
        let refused = [
            vec![last.clone()],
            vec![first.clone()],
            vec![first.clone(), first.clone()],
            vec![first.clone(), last.clone(), boxed(b"jxlp", b"\x80\0\0\x02ef")],
            vec![boxed(b"jxlc", b"a"), boxed(b"jxlc", b"b")],
            vec![first, boxed(b"jxlc", b"b")],
            vec![boxed(b"free", b"")],
            vec![],
        ];
        for boxes in refused {
            assert!(codestream(&boxes).is_err(), "{boxes:?}");
        }
    }

    #[test]
    fn lengths_of_every_form_are_followed() {
        let long = [&[0, 0, 0, 1][..], b"jxlc", &18u64.to_be_bytes(), b"ab"].concat();
        assert_eq!(codestream(&[long, boxed(b"free", b"")]), Ok(b"ab".to_vec()));
        let open = [&[0; 4][..], b"jxlcab"].concat();
        assert_eq!(codestream(&[open]), Ok(b"ab".to_vec()));
        for length in [2u32, 7] {
            let short = [&length.to_be_bytes()[..], b"jxlcab"].concat();
            assert!(codestream(&[short]).is_err());
        }
        let past = [&u32::MAX.to_be_bytes()[..], b"jxlcab"].concat();
        assert_eq!(codestream(&[past]), Ok(b"ab".to_vec()));
        let huge = [&[0, 0, 0, 1][..], b"jxlc", &u64::MAX.to_be_bytes(), b"ab"].concat();
        assert_eq!(codestream(&[huge]), Ok(b"ab".to_vec()));
    }
}
