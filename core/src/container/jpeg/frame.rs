//! The frame header: T.81, section B.2.2.

use crate::Error;
use crate::bytes::{Endian, slice_at, u8_at};
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::tables::{QuantTable, SLOTS};
use crate::container::jpeg::{damaged, unsupported};

/// How the coefficients of a frame are spread over its scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Process {
    /// Each component in one scan (SOF0 and, with more tables or wider ones, SOF1).
    Sequential,
    /// Over several scans by frequency and by bit (SOF2).
    Progressive,
}

/// One colour component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Component {
    /// The identifier in the source; scans name the component by it.
    pub(crate) id: u8,
    /// Horizontal sampling factor, 1 to 4.
    pub(crate) h: u8,
    /// Vertical sampling factor, 1 to 4.
    pub(crate) v: u8,
    /// The slot of its quantisation table in the source.
    pub(crate) quant_slot: usize,
    /// The table that was in the slot when the component was first coded.
    pub(crate) quant: Option<QuantTable>,
}

/// The frame: size in pixels, and its 1, 3 or 4 components of 8 bits a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) process: Process,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) components: Vec<Component>,
}

impl Frame {
    /// The frame that the segment at byte `at` tells. `lines` is what a DNL segment says, for
    /// frames that leave their height open.
    pub(crate) fn parse(
        marker: Marker,
        payload: &[u8],
        at: usize,
        lines: Option<u16>,
    ) -> Result<Frame, Error> {
        let process = match marker.0 {
            0xC0 | 0xC1 => Process::Sequential,
            0xC2 => Process::Progressive,
            0xC3 => return Err(unsupported("lossless coding")),
            0xC9 | 0xCA => return Err(unsupported("arithmetic coding")),
            0xCB => return Err(unsupported("lossless arithmetic coding")),
            _ => return Err(unsupported("hierarchical coding")),
        };
        let header = || damaged(at, "the frame header is cut short");
        match u8_at(payload, 0).ok_or_else(header)? {
            8 => {}
            12 => return Err(unsupported("12-bit samples")),
            _ => return Err(damaged(at, "samples of a size that no JPEG has")),
        }
        let height = Endian::Big.u16(payload, 1).ok_or_else(header)?;
        let width = Endian::Big.u16(payload, 3).ok_or_else(header)?;
        let count = u8_at(payload, 5).ok_or_else(header)?;
        let height = if height == 0 { lines.unwrap_or(0) } else { height };
        if width == 0 || height == 0 {
            return Err(damaged(at, "the picture has no size"));
        }
        match count {
            1 | 3 | 4 => {}
            0 => return Err(damaged(at, "the picture has no colour components")),
            _ => return Err(unsupported("a number of colour components other than 1, 3 or 4")),
        }
        let specs = payload.get(6..).unwrap_or_default();
        if specs.len() != usize::from(count).saturating_mul(3) {
            return Err(damaged(at, "the frame header has a wrong length"));
        }
        let mut components = specs
            .chunks_exact(3)
            .map(|spec| {
                let spec = slice_at(spec, 0, 3)?;
                let (id, sampling, slot) = (u8_at(spec, 0)?, u8_at(spec, 1)?, u8_at(spec, 2)?);
                let (h, v, quant_slot) = (sampling >> 4, sampling & 0x0F, usize::from(slot));
                let valid = (1..=4).contains(&h) && (1..=4).contains(&v) && quant_slot < SLOTS;
                valid.then_some(Component { id, h, v, quant_slot, quant: None })
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| damaged(at, "a colour component has a sampling that no JPEG has"))?;
        if let [only] = components.as_mut_slice() {
            // one component is never interleaved, so its factors say nothing (T.81, A.2.2)
            (only.h, only.v) = (1, 1);
        }
        Ok(Frame { process, width, height, components })
    }

    /// How many MCUs a scan of the components at `indices` has: T.81, sections A.2.2 to A.2.4.
    pub(crate) fn mcus(&self, indices: &[usize]) -> u64 {
        let max_h = self.components.iter().map(|c| u64::from(c.h)).max().unwrap_or(1);
        let max_v = self.components.iter().map(|c| u64::from(c.v)).max().unwrap_or(1);
        let (h, v) = match indices {
            [one] => self.components.get(*one).map_or((1, 1), |c| (u64::from(c.h), u64::from(c.v))),
            _ => (1, 1),
        };
        let across = |size: u16, factor: u64, max: u64| {
            u64::from(size).saturating_mul(factor).div_ceil(max.saturating_mul(8).max(1))
        };
        across(self.width, h, max_h).saturating_mul(across(self.height, v, max_v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(code: u8, payload: &[u8]) -> Result<Frame, Error> {
        Frame::parse(Marker(code), payload, 0, None)
    }

    #[test]
    fn mcus_are_counted_as_the_standard_does() {
        let frame = parse(0xC0, &[8, 0, 17, 0, 33, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]).unwrap();
        assert_eq!(frame.mcus(&[0, 1, 2]), 3 * 2);
        assert_eq!(frame.mcus(&[0]), 5 * 3);
        assert_eq!(frame.mcus(&[1]), 3 * 2);
    }

    #[test]
    fn codings_that_cannot_be_cleaned_are_named() {
        for (code, name) in [(0xC3, "lossless"), (0xC9, "arithmetic"), (0xC5, "hierarchical")] {
            let error = parse(code, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
        assert!(parse(0xC1, &[12, 0, 1, 0, 1, 1, 1, 0x11, 0]).is_err());
        assert!(parse(0xC0, &[8, 0, 0, 0, 1, 1, 1, 0x11, 0]).is_err());
        assert!(parse(0xC0, &[8, 0, 1, 0, 1, 1, 1, 0x51, 0]).is_err());
        assert!(parse(0xC0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0]).is_err());
    }

    #[test]
    fn an_open_height_is_taken_from_dnl() {
        let payload = [8, 0, 0, 0, 1, 1, 1, 0x22, 0];
        let frame = Frame::parse(Marker(0xC0), &payload, 0, Some(9)).unwrap();
        assert_eq!((frame.height, frame.components[0].h), (9, 1));
    }
}
