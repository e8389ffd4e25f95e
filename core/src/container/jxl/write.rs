//! Writes the canonical JPEG XL: ISO/IEC 18181-1.
//!
//! A bare codestream:
//!
//! 1. the signature FF 0A, the size without its short codes, metadata, transform: a bundle that says
//!    only defaults is coded as such, numbers in their shortest code, no intrinsic size, no preview,
//!    no time codes, no name, no extension; the colours by names of the standard or one of a few
//!    constants, never by an ICC profile; zeros up to a whole byte;
//! 2. each frame that has a part in what is shown, in the order of the source: its header, as above
//!    and without the numbers that decoders do not use; the lengths of its sections, which are not
//!    permuted; zeros up to a whole byte; the sections as they were, in the order in which the
//!    standard numbers them.
//!
//! Nothing stands between frames or after the last.

use crate::Error;
use crate::container::jxl::bits::BitWriter;
use crate::container::jxl::canonical::Canonical;
use crate::container::jxl::fields::Coder;
use crate::container::jxl::frame::Context;
use crate::container::jxl::read::SIGNATURE;
use crate::container::jxl::stream::Stream;
use crate::container::jxl::toc;
use crate::memory::Memory;

/// Writes `canonical`, whose sections are taken from `stream`.
pub(crate) fn write(canonical: &Canonical<'_>, stream: &Stream<'_>) -> Result<Memory, Error> {
    let mut heads = vec![header(canonical)?];
    let mut total = heads.iter().map(Vec::len).sum::<usize>();
    let context = Context { metadata: &canonical.metadata, size: canonical.size };
    for (frame, source) in &canonical.frames {
        let mut writer = BitWriter::default();
        frame.clone().code(&mut writer, context)?;
        let lengths = source.toc.sections.iter().map(ExactSizeIterator::len);
        toc::write(&mut writer, lengths.clone())?;
        let head = writer.finish();
        total = total.saturating_add(head.len()).saturating_add(lengths.sum());
        heads.push(head);
    }
    let mut out = Memory::with_capacity(total)?;
    let mut heads = heads.iter();
    heads.next().map_or(Ok(()), |head| out.push(head))?;
    for (head, (_, source)) in heads.zip(&canonical.frames) {
        out.push(head)?;
        for section in &source.toc.sections {
            stream.slices(section.start, section.end, |slice| out.push(slice))?;
        }
    }
    Ok(out)
}

fn header(canonical: &Canonical<'_>) -> Result<Vec<u8>, Error> {
    let mut writer = BitWriter::default();
    for byte in SIGNATURE {
        writer.bits(8, &mut u32::from(byte))?;
    }
    canonical.size.clone().code(&mut writer)?;
    canonical.metadata.clone().code(&mut writer)?;
    canonical.transform.clone().code(&mut writer, canonical.metadata.xyb)?;
    Ok(writer.finish())
}
