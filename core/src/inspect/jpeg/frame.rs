//! The picture itself: T.81, B.2.2.

use crate::bytes::{Endian, u8_at};
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::walk::{Kind, Part, Walk};

/// Width and height of the frame header `part`, if it is one.
pub(crate) fn size(walk: &Walk<'_>, part: &Part) -> Option<(u32, u32)> {
    match part.kind {
        Kind::Segment(marker) if marker.is_frame() => size_of(walk.payload(part)),
        _ => None,
    }
}

/// Width and height in the payload of a frame header.
pub(super) fn size_of(payload: &[u8]) -> Option<(u32, u32)> {
    let height = Endian::Big.u16(payload, 1)?;
    let width = Endian::Big.u16(payload, 3)?;
    Some((u32::from(width), u32::from(height)))
}

/// "baseline, 4000 × 3000 pixels, 3 components, sampled 2x2,1x1,1x1".
pub(super) fn describe(marker: Marker, payload: &[u8], (width, height): (u32, u32)) -> String {
    let process = match marker.0 & 0x0F {
        0 => "baseline",
        1 => "extended sequential",
        2 => "progressive",
        3 => "lossless",
        5..=7 => "hierarchical",
        9 => "extended sequential, arithmetic coding",
        10 => "progressive, arithmetic coding",
        11 => "lossless, arithmetic coding",
        _ => "hierarchical, arithmetic coding",
    };
    let depth = u8_at(payload, 0).unwrap_or(0);
    let components = payload.get(6..).unwrap_or_default().as_chunks::<3>().0;
    let sampling: Vec<String> = components
        .iter()
        .take(4)
        .map(|[_, factors, _]| format!("{}×{}", factors >> 4, factors & 15))
        .collect();
    let components = match components.len() {
        1 => String::from("grey"),
        n => format!("{n} components sampled {}", sampling.join(", ")),
    };
    format!("{process}, {width} × {height} pixels, {depth} bits, {components}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_described() {
        let payload = [8, 0, 16, 0, 32, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        assert_eq!(
            describe(Marker(0xC2), &payload, (32, 16)),
            "progressive, 32 × 16 pixels, 8 bits, 3 components sampled 2×2, 1×1, 1×1"
        );
        assert_eq!(
            describe(Marker(0xC0), &payload[..9], (1, 1)),
            "baseline, 1 × 1 pixels, 8 bits, grey"
        );
    }
}
