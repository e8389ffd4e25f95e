//! Frames: ISO/IEC 18181-1, annex F.

use super::bits::{Bits, Way};
use super::header::Header;
use super::patches;
use crate::audit::Rejection;

/// What matters of a frame to others.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// True for the last one.
    pub(super) last: bool,
    /// True if the picture is shown as it is after it.
    pub(super) shown: bool,
    /// Where it is kept for others.
    pub(super) kept_in: Option<u32>,
    /// Where it is kept as the low frequencies of others.
    pub(super) low_in: Option<u32>,
    /// From where it takes others, a bit for each place.
    pub(super) takes: u8,
    /// From where it takes low frequencies.
    pub(super) takes_low: Option<u32>,
    /// By which factors its channels are enlarged.
    pub(super) enlarged: Vec<u32>,
}

const NOISE: u64 = 1;
const PATCHES: u64 = 2;
const SPLINES: u64 = 16;
const LOW_FROM_FRAME: u64 = 32;
const UNSMOOTHED: u64 = 128;

const LOW: u32 = 1;
const REFERENCE: u32 = 2;

const POWER: [Way; 4] = [(0, 1), (0, 2), (0, 4), (0, 8)];
const PLACE: [Way; 4] = [(8, 0), (11, 256), (14, 2_304), (30, 18_688)];

/// A header in the reading.
struct Reading<'b, 'f> {
    bits: &'b mut Bits<'f>,
    header: &'b Header,
    frame: Frame,
    kind: u32,
    modular: bool,
    /// Width and height of the frame in pixels.
    size: (u32, u32),
    /// True if it leaves a part of the picture uncovered.
    partial: bool,
    /// True if its colours replace what is there.
    replaces: bool,
    /// True if it takes patches from others.
    patches: bool,
    /// True while all fields have the values of most pictures.
    usual: bool,
}

/// Goes over a frame: its header, its table of sections, its sections.
pub(super) fn recognise(bits: &mut Bits<'_>, header: &Header) -> Result<Frame, Rejection> {
    let size = (header.width, header.height);
    let mut reading = Reading {
        bits,
        header,
        frame: Frame::default(),
        kind: 0,
        modular: false,
        size,
        partial: false,
        replaces: true,
        patches: false,
        usual: true,
    };
    let sections = if reading.bits.flag()? {
        (reading.frame.last, reading.frame.shown) = (true, true);
        reading.sections(1, 256, 0)
    } else {
        reading.fields()?
    };
    reading.contents(sections)?;
    Ok(reading.frame)
}

impl Reading<'_, '_> {
    fn normal(&self) -> bool {
        self.kind != LOW && self.kind != REFERENCE
    }

    /// All fields; gives how many sections there are.
    fn fields(&mut self) -> Result<u64, Rejection> {
        let before = self.bits.clone();
        self.kind = self.bits.take(2)?;
        self.modular = self.bits.flag()?;
        let flags = self.flags()?;
        self.usual &= self.kind == 0 && !self.modular && flags == 0;
        let ycbcr = !self.header.xyb && self.bits.flag()?;
        let mut enlarged = 1;
        if flags & LOW_FROM_FRAME == 0 {
            if ycbcr {
                self.bits.take(6)?;
            }
            enlarged = self.enlarged()?;
        }
        let mut group = 256u64;
        if self.modular {
            group = 128u64.wrapping_shl(self.bits.take(2)?);
        } else if self.header.xyb {
            self.usual &= self.bits.take(3)? == 3;
            self.usual &= self.bits.take(3)? == 2;
        }
        self.usual &= !ycbcr;
        let passes = if self.kind == REFERENCE { 1 } else { self.passes()? };
        let mut level = 0;
        if self.kind == LOW {
            level = self.bits.take(2)?.saturating_add(1);
            self.frame.low_in = Some(level.saturating_sub(1));
        } else if self.bits.flag()? {
            self.crop()?;
        }
        if flags & LOW_FROM_FRAME != 0 {
            self.frame.takes_low = Some(level);
        }
        self.patches = flags & PATCHES != 0;
        let mut duration = 0;
        if self.normal() {
            duration = self.normal_fields()?;
        }
        self.kept(duration)?;
        self.bits.demand(2, 0, "no name of a frame")?;
        self.filter()?;
        self.bits.demand(2, 0, "no extensions of a frame")?;
        if self.usual && self.frame.last {
            return before.reject("a frame header coded as default");
        }
        let shrunk = 1u32.wrapping_shl(level.saturating_mul(3));
        Ok(self.sections_of(passes, group, shrunk, enlarged))
    }

    /// What is coded with the frame.
    fn flags(&mut self) -> Result<u64, Rejection> {
        let before = self.bits.clone();
        let flags = match self.bits.take(2)? {
            0 => 0,
            1 => u64::from(self.bits.take(4)?).saturating_add(1),
            2 => u64::from(self.bits.take(8)?).saturating_add(17),
            _ => return before.reject("no unknown flags"),
        };
        let known = NOISE | PATCHES | SPLINES | LOW_FROM_FRAME | UNSMOOTHED;
        let useful = !self.modular || flags & UNSMOOTHED == 0;
        if flags & !known == 0 && useful {
            Ok(flags)
        } else {
            before.reject("flags that mean something")
        }
    }

    /// By what the frame is enlarged. Notes it for all channels.
    fn enlarged(&mut self) -> Result<u32, Rejection> {
        let colours = self.bits.number(POWER)?;
        self.frame.enlarged.push(colours);
        for _ in 0..self.header.extra {
            let channel = self.bits.number(POWER)?;
            self.frame.enlarged.push(channel);
        }
        self.usual &= self.frame.enlarged.iter().all(|factor| *factor == 1);
        self.frame.enlarged.dedup();
        Ok(colours)
    }

    fn passes(&mut self) -> Result<u32, Rejection> {
        let count = self.bits.number([(0, 1), (0, 2), (0, 3), (3, 4)])?;
        if count == 1 {
            return Ok(1);
        }
        self.usual = false;
        let steps = self.bits.number([(0, 0), (0, 1), (0, 2), (1, 3)])?;
        self.bits.require(steps <= count, "no more steps than passes")?;
        self.bits.take(count.saturating_sub(1).saturating_mul(2))?;
        for _ in 0..steps {
            self.bits.number(POWER)?;
        }
        for _ in 0..steps {
            let last = self.bits.number([(0, 0), (0, 1), (0, 2), (3, 0)])?;
            self.bits.require(last < count, "a pass that is there")?;
        }
        Ok(count)
    }

    /// Which part of the picture it covers.
    fn crop(&mut self) -> Result<(), Rejection> {
        let before = self.bits.clone();
        self.usual = false;
        let (mut x, mut y) = (0, 0);
        if self.normal() {
            x = signed(self.bits.number(PLACE)?);
            y = signed(self.bits.number(PLACE)?);
        }
        let (width, height) = (self.bits.number(PLACE)?, self.bits.number(PLACE)?);
        let whole = (self.header.width, self.header.height);
        if (x, y, (width, height)) == (0, 0, whole) || width == 0 || height == 0 {
            return before.reject("a part of the picture");
        }
        let covers = |at: i64, side: u32, whole: u32| {
            at <= 0 && at.saturating_add(i64::from(side)) >= i64::from(whole)
        };
        self.size = (width, height);
        self.partial = self.normal() && !(covers(x, width, whole.0) && covers(y, height, whole.1));
        Ok(())
    }

    /// Blending, duration, whether it is the last. Gives the duration.
    fn normal_fields(&mut self) -> Result<u32, Rejection> {
        let extra = self.header.extra > 0;
        self.replaces = self.blending(extra)?;
        self.usual &= self.replaces;
        for _ in 0..self.header.extra {
            self.usual &= self.blending(true)?;
        }
        let mut duration = 0;
        if self.header.animated {
            duration = self.bits.number([(0, 0), (0, 1), (8, 0), (32, 0)])?;
            self.usual &= duration == 0;
        }
        self.frame.last = self.bits.flag()?;
        self.frame.shown = self.frame.last || duration > 0;
        Ok(duration)
    }

    /// How a channel is put over others. True if it replaces them.
    fn blending(&mut self, extra: bool) -> Result<bool, Rejection> {
        let mode = self.bits.number([(0, 0), (0, 1), (0, 2), (2, 3)])?;
        self.bits.require(mode <= 4, "a known way of blending")?;
        let by_alpha = extra && (mode == 2 || mode == 3);
        if by_alpha {
            self.bits.number([(0, 0), (0, 1), (0, 2), (3, 3)])?;
        }
        if by_alpha || mode == 4 {
            self.bits.take(1)?;
        }
        if mode != 0 || self.partial {
            let source = self.bits.take(2)?;
            self.frame.takes |= 1u8.wrapping_shl(source);
        }
        Ok(mode == 0)
    }

    /// Where the frame is kept for others, and how.
    fn kept(&mut self, duration: u32) -> Result<(), Rejection> {
        if self.kind == LOW || self.frame.last {
            return Ok(());
        }
        let place = self.bits.take(2)?;
        if duration == 0 || place != 0 {
            self.frame.kept_in = Some(place);
            let chosen = self.normal() && self.replaces && !self.partial;
            if self.kind == REFERENCE || chosen {
                self.bits.take(1)?;
            }
        }
        Ok(())
    }

    /// How edges are smoothed.
    fn filter(&mut self) -> Result<(), Rejection> {
        if self.bits.flag()? {
            return Ok(());
        }
        let before = self.bits.clone();
        self.usual = false;
        let mut usual = true;
        if self.bits.flag()? {
            if self.bits.flag()? {
                usual = false;
                self.bits.halves(6)?;
            }
        } else {
            usual = false;
        }
        let iterations = self.bits.take(2)?;
        usual &= iterations == 2;
        if iterations > 0 {
            if !self.modular && self.bits.flag()? {
                usual = false;
                self.bits.halves(8)?;
            }
            if self.bits.flag()? {
                usual = false;
                self.bits.halves(3)?;
                self.bits.demand(32, 0, "zeros where no decoder looks")?;
            }
            if self.bits.flag()? {
                usual = false;
                self.bits.halves(if self.modular { 3 } else { 4 })?;
            }
            if self.modular {
                usual &= self.bits.half()? == 0x3C00;
            }
        }
        self.bits.demand(2, 0, "no extensions of a filter")?;
        if usual { before.reject("a filter coded as default") } else { Ok(()) }
    }

    fn sections_of(&self, passes: u32, group: u64, shrunk: u32, enlarged: u32) -> u64 {
        let side = |pixels: u32| u64::from(pixels.div_ceil(shrunk).div_ceil(enlarged));
        let (width, height) = (side(self.size.0), side(self.size.1));
        let tiles = |of: u64| width.div_ceil(of).saturating_mul(height.div_ceil(of));
        match (tiles(group), passes) {
            (1, 1) => 1,
            (groups, passes) => groups
                .saturating_mul(u64::from(passes))
                .saturating_add(tiles(group.saturating_mul(8)))
                .saturating_add(2),
        }
    }

    fn sections(&self, passes: u32, group: u64, level: u32) -> u64 {
        self.sections_of(passes, group, 1u32.wrapping_shl(level.saturating_mul(3)), 1)
    }

    /// The lengths of the sections, and the sections.
    fn contents(&mut self, count: u64) -> Result<(), Rejection> {
        // each length takes 12 bits at least
        let fits = count.saturating_mul(12) / 8 <= self.bits.left();
        self.bits.require(fits, "fewer sections")?;
        self.bits.demand(1, 0, "sections in their order")?;
        self.bits.pad()?;
        let (mut total, mut first) = (0u64, None);
        for _ in 0..count {
            let length = self.bits.number([(10, 0), (14, 1_024), (22, 17_408), (30, 4_211_712)])?;
            total = total.saturating_add(u64::from(length));
            first = first.or(Some(length));
        }
        self.bits.pad()?;
        if self.patches {
            let section = self.bits.ahead(first.unwrap_or(0))?;
            match patches::sources(section, self.header) {
                Some(sources) => self.frame.takes |= sources,
                None => return self.bits.reject("patches that can be decoded"),
            }
        }
        self.bits.pass(total)
    }
}

/// A signed number: even ones are not negative.
fn signed(value: u32) -> i64 {
    let half = i64::from(value / 2);
    if value.is_multiple_of(2) { half } else { half.saturating_add(1).saturating_neg() }
}
