//! Frames: ISO/IEC 18181-1, annexes F and H. Their pictures are slopes in Modular coding: every sample
//! is by a step more than the one left of it.

use super::bits::{Bits, Way};
use super::{Picture, entropy};

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Shown, or put together with others.
    Regular = 0,
    /// Only used by others.
    ReferenceOnly = 2,
    /// As regular ones, but left out in progressive decoding.
    SkipProgressive = 3,
}

/// Where patches come from.
#[derive(Debug, Clone, Copy)]
pub struct Patch {
    /// The slot of the frame that they are taken from: 0, 1 or 3.
    pub slot: u32,
}

/// A frame.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What it is.
    pub kind: Kind,
    /// The difference from sample to sample.
    pub step: u32,
    /// A free text.
    pub name: String,
    /// Left, top, width and height, if it is not the whole picture.
    pub crop: Option<[u32; 4]>,
    /// 0: it replaces, 1: it is added to what is in `source`.
    pub blend: u32,
    /// The slot of the frame below it.
    pub source: u32,
    /// In ticks.
    pub duration: u32,
    /// In animations that have time codes.
    pub timecode: u32,
    /// True for the last one.
    pub last: bool,
    /// The slot that it is kept in.
    pub slot: u32,
    /// A patch that is put on it.
    pub patch: Option<Patch>,
    /// Further flags: bits that mean nothing.
    pub flags: u64,
    /// By what it is enlarged.
    pub upsampling: u32,
    /// Two numbers of the filter that decoders do not use.
    pub unused: [u16; 2],
    /// Extensions of the header.
    pub extension: Vec<u8>,
    /// Extensions of the filter.
    pub filter_extension: Vec<u8>,
    /// True if its only section is said to be in another order.
    pub permuted: bool,
    /// Bytes after its last symbol, within its section.
    pub tail: Vec<u8>,
}

impl Default for Frame {
    fn default() -> Frame {
        Frame {
            kind: Kind::Regular,
            step: 3,
            name: String::new(),
            crop: None,
            blend: 0,
            source: 0,
            duration: 0,
            timecode: 0,
            last: true,
            slot: 0,
            patch: None,
            flags: 0,
            upsampling: 1,
            unused: [0; 2],
            extension: Vec::new(),
            filter_extension: Vec::new(),
            permuted: false,
            tail: Vec::new(),
        }
    }
}

const POWER: [Way; 4] = [(0, 1), (0, 2), (0, 4), (0, 8)];
const PLACE: [Way; 4] = [(8, 0), (11, 256), (14, 2_304), (30, 18_688)];
const PATCHES: u64 = 2;

impl Frame {
    /// Writes it as a frame of `picture`.
    pub fn put(&self, bits: &mut Bits, picture: &Picture) {
        self.header(bits, picture);
        let section = self.section(picture);
        bits.flag(self.permuted);
        if self.permuted {
            // the code for eight contexts, and that nothing changes its place
            entropy::code(bits, 8, &[0]).put(bits, 0);
        }
        bits.pad();
        bits.number([(10, 0), (14, 1_024), (22, 17_408), (30, 4_211_712)], section.len() as u32);
        bits.bytes(&section);
    }

    fn normal(&self) -> bool {
        self.kind != Kind::ReferenceOnly
    }

    fn header(&self, bits: &mut Bits, picture: &Picture) {
        bits.flag(false); // not all default: it is Modular
        bits.put(2, self.kind as u32);
        bits.flag(true);
        let patches = if self.patch.is_some() { PATCHES } else { 0 };
        bits.long(self.flags | patches);
        if !picture.xyb {
            bits.flag(false); // no YCbCr
        }
        bits.number(POWER, self.upsampling);
        picture.extra.iter().for_each(|_| bits.number(POWER, self.upsampling));
        bits.put(2, 1); // groups of 256
        if self.normal() {
            bits.number([(0, 1), (0, 2), (0, 3), (3, 4)], 1);
        }
        let whole = [0, 0, picture.width, picture.height];
        let crop = self.crop.or(bits.loose.then_some(whole));
        bits.flag(crop.is_some());
        if let Some([x, y, width, height]) = crop {
            if self.normal() {
                // not negative
                bits.number(PLACE, 2 * x);
                bits.number(PLACE, 2 * y);
            }
            bits.number(PLACE, width);
            bits.number(PLACE, height);
        }
        let partial = self.crop.is_some_and(|crop| crop != whole);
        if self.normal() {
            for _ in 0..=picture.extra.len() {
                bits.number([(0, 0), (0, 1), (0, 2), (2, 3)], self.blend);
                if self.blend != 0 || partial {
                    bits.put(2, self.source);
                }
            }
            if let Some(animation) = &picture.animation {
                bits.number([(0, 0), (0, 1), (8, 0), (32, 0)], self.duration);
                if animation.timecodes {
                    bits.put(32, self.timecode);
                }
            }
            bits.flag(self.last);
        }
        let last = self.normal() && self.last;
        if !last {
            bits.put(2, self.slot);
        }
        let kept = !last && (self.duration == 0 || self.slot != 0);
        if self.kind == Kind::ReferenceOnly || kept && self.blend == 0 && !partial {
            bits.flag(self.kind == Kind::ReferenceOnly); // before its colours are converted
        }
        bits.name(&self.name);
        self.filter(bits);
        bits.extension(&self.extension);
    }

    /// No smoothing, or smoothing that does nothing but hold numbers.
    fn filter(&self, bits: &mut Bits) {
        bits.flag(false);
        bits.flag(false); // no Gaborish
        if self.unused == [0; 2] {
            bits.put(2, 0);
        } else {
            bits.put(2, 1);
            bits.flag(true); // channel scales: 40, 5, 3.5
            [0x5100, 0x4500, 0x4300].iter().for_each(|half| bits.put(16, *half));
            self.unused.iter().for_each(|half| bits.put(16, (*half).into()));
            bits.flag(false);
            bits.put(16, 0x3C00);
        }
        bits.extension(&self.filter_extension);
    }

    fn section(&self, picture: &Picture) -> Vec<u8> {
        let mut bits = <Bits as Default>::default();
        if let Some(patch) = self.patch {
            // one patch of 4 × 4 from the corner of the slot, put at (1, 1)
            let mut values = vec![1, patch.slot, 0, 0, 3, 3, 0, 1, 1];
            // it is added
            values.extend(vec![0; picture.extra.len() + 1]);
            let code = entropy::code(&mut bits, 10, &values);
            values.iter().for_each(|value| code.put(&mut bits, *value));
        }
        bits.flag(true); // default weights of the low frequencies
        bits.flag(false); // no tree for all groups
        bits.flag(false); // so its own
        bits.flag(true); // default weighted predictor
        bits.put(2, 0); // no transform
        // a tree of one leaf: predictor 1 is the sample to the left; then the step, no multiplier
        let values = [0, 1, 2 * self.step, 0, 0];
        let code = entropy::code(&mut bits, 6, &values);
        values.iter().for_each(|value| code.put(&mut bits, *value));
        // every sample differs by nothing from what is predicted
        entropy::code(&mut bits, 1, &[0]);
        bits.bytes(&self.tail);
        bits.finish()
    }
}
