//! Findings of a JPEG XL, part by part: ISO/IEC 18181-2 (boxes), ISO/IEC 18181-1 (codestream).

mod boxes;
mod brotli;
mod codestream;

use crate::container::jxl::boxes::{Walk, walk};
use crate::container::jxl::{self, Codestream, Stream};
use crate::inspect::Findings;
use crate::{Error, Format, Inspection, Limits};

/// Everything that the JPEG XL `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let walk = walk(photo, usize::try_from(limits.parts).unwrap_or(usize::MAX));
    let stream = walk.codestream();
    let read = match &stream {
        Ok(stream) => jxl::read(stream, limits).map(|read| (read, stream)),
        Err(error) => Err(error.clone()),
    };
    let read = read.as_ref().map(|(read, stream)| (read, *stream));
    Ok(inspect_jxl(&walk, read, limits))
}

/// Everything that a JPEG XL taken apart says, given its codestream or why that cannot be read.
pub(crate) fn inspect_jxl(
    walk: &Walk<'_>,
    read: Result<(&Codestream, &Stream<'_>), &Error>,
    limits: &Limits,
) -> Inspection {
    let mut findings = Findings::new(limits);
    boxes::tell(walk, &mut findings);
    if let Ok((read, stream)) = read {
        codestream::tell(walk, read, stream, &mut findings);
    }
    let broken = match &read {
        Ok((read, _)) => read.problem.as_ref(),
        Err(error) => Some(*error),
    };
    let problem = broken.or(walk.problem.as_ref()).and_then(in_words);
    let (findings, more) = findings.into_list();
    let size = read.ok().map(|(read, _)| (read.size.width, read.size.height));
    Inspection { format: Format::Jxl, bytes: walk.data.len() as u64, size, findings, more, problem }
}

/// Why the file could not be read to its end, if that is what the error says.
fn in_words(error: &Error) -> Option<String> {
    match error {
        Error::CutOff { at } => Some(format!("cut off after {at} bytes")),
        Error::Damaged { at, what } => Some(format!("damaged at byte {at}: {what}")),
        Error::Limit { what, limit } => {
            Some(format!("not read to its end: {what} (limit {limit})"))
        }
        _ => None,
    }
}
