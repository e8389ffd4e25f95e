//! How a picture is cut into blocks and MCUs: T.81, sections A.1.1 and A.2.

use crate::container::jpeg::Frame;

/// Samples on each side of a block.
pub(crate) const BLOCK: usize = 8;

/// The grid of a frame. All sizes are at least 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Width of the picture in pixels, at most 65,535.
    pub(crate) width: usize,
    /// Height of the picture in pixels, at most 65,535.
    pub(crate) height: usize,
    /// The largest sampling factors of all components, 1 to 4.
    pub(crate) h_max: usize,
    pub(crate) v_max: usize,
    /// How many interleaved MCUs stand side by side, and how many rows of them there are.
    pub(crate) mcus_wide: usize,
    pub(crate) mcus_high: usize,
    pub(crate) components: Vec<ComponentLayout>,
}

/// The grid of one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComponentLayout {
    /// Sampling factors, 1 to 4.
    pub(crate) h: usize,
    pub(crate) v: usize,
    /// Size in samples.
    pub(crate) samples_wide: usize,
    pub(crate) samples_high: usize,
    /// Blocks that hold samples of the picture: what a scan of this component alone codes.
    pub(crate) blocks_wide: usize,
    pub(crate) blocks_high: usize,
    /// Blocks of whole interleaved MCUs: what a scan of several components codes.
    pub(crate) padded_wide: usize,
    pub(crate) padded_high: usize,
}

impl Layout {
    /// The grid of `frame`.
    pub(crate) fn of(frame: &Frame) -> Layout {
        let (width, height) = (usize::from(frame.width), usize::from(frame.height));
        let factors = |of: fn(&(usize, usize)) -> usize| {
            let all = frame.components.iter().map(|c| (usize::from(c.h), usize::from(c.v)));
            all.map(|factors| of(&factors)).max().unwrap_or(1)
        };
        let (h_max, v_max) = (factors(|f| f.0), factors(|f| f.1));
        // factors are at most 4 and sizes at most 65,535: no product here passes 2^22
        let mcus_wide = width.div_ceil(BLOCK * h_max);
        let mcus_high = height.div_ceil(BLOCK * v_max);
        let components = frame.components.iter().map(|component| {
            let (h, v) = (usize::from(component.h), usize::from(component.v));
            let samples_wide = (width * h).div_ceil(h_max);
            let samples_high = (height * v).div_ceil(v_max);
            ComponentLayout {
                h,
                v,
                samples_wide,
                samples_high,
                blocks_wide: samples_wide.div_ceil(BLOCK),
                blocks_high: samples_high.div_ceil(BLOCK),
                padded_wide: mcus_wide * h,
                padded_high: mcus_high * v,
            }
        });
        Layout {
            width,
            height,
            h_max,
            v_max,
            mcus_wide,
            mcus_high,
            components: components.collect(),
        }
    }

    /// How many blocks whole interleaved MCUs of all components have.
    pub(crate) fn padded_blocks(&self) -> u64 {
        self.components.iter().map(|c| c.padded_wide as u64 * c.padded_high as u64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::jpeg::marker::Marker;

    #[test]
    fn blocks_are_counted_as_the_standard_does() {
        let payload = [8, 0, 17, 0, 33, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x21, 1];
        let layout = Layout::of(&Frame::parse(Marker(0xC0), &payload, 0, None).unwrap());
        assert_eq!(
            (layout.mcus_wide, layout.mcus_high, layout.padded_blocks()),
            (3, 2, 24 + 6 + 12)
        );
        let sizes = |c: &ComponentLayout| {
            [
                c.samples_wide,
                c.samples_high,
                c.blocks_wide,
                c.blocks_high,
                c.padded_wide,
                c.padded_high,
            ]
        };
        assert_eq!(sizes(&layout.components[0]), [33, 17, 5, 3, 6, 4]);
        assert_eq!(sizes(&layout.components[1]), [17, 9, 3, 2, 3, 2]);
        assert_eq!(sizes(&layout.components[2]), [33, 9, 5, 2, 6, 2]);
    }
}
