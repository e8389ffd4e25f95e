//! What is done with a decoded picture before it is shown: `clap`, `irot`, `imir`. ISO/IEC 14496-12,
//! section 12.1.4.3; ISO/IEC 23008-12, sections 6.5.10 and 6.5.12.

use super::boxes::{Bytes, Part};
use super::damaged;
use crate::{Error, Orientation};

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transform {
    Turn(Turn),
    Crop(Crop),
}

/// A turn and then a mirror: every way in which a picture can lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Turn {
    /// Quarters, counter-clockwise.
    pub(crate) quarters: u8,
    /// Left and right change places after that.
    pub(crate) mirrored: bool,
}

/// A clean aperture: width, height and the offsets of its centre, each as a reduced fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crop(pub(crate) [(i32, u32); 4]);

impl Turn {
    /// First this one, then `next`.
    fn then(self, next: Turn) -> Turn {
        // a mirrored picture turns the other way
        let quarters = if self.mirrored {
            self.quarters.wrapping_sub(next.quarters)
        } else {
            self.quarters.wrapping_add(next.quarters)
        };
        Turn { quarters: quarters & 3, mirrored: self.mirrored != next.mirrored }
    }

    /// The Exif orientation that means the same.
    pub(crate) fn orientation(self) -> Orientation {
        match (self.quarters, self.mirrored) {
            (0, false) => Orientation::Upright,
            (1, false) => Orientation::CounterClockwise,
            (2, false) => Orientation::HalfTurn,
            (_, false) => Orientation::Clockwise,
            (0, true) => Orientation::Mirrored,
            (1, true) => Orientation::Transversed,
            (2, true) => Orientation::Flipped,
            (_, true) => Orientation::Transposed,
        }
    }
}

/// Adds the step of the property `part` to `steps`, in which no two turns follow each other.
pub(super) fn add(steps: &mut Vec<Transform>, part: Part<'_>) -> Result<(), Error> {
    let mut body = part.body;
    let turn = match &part.kind {
        b"irot" => Turn { quarters: body.u8()? & 3, mirrored: false },
        // axis 0 is the vertical one; mirrored at the other one is mirrored at both and again
        b"imir" if body.u8()? & 1 == 0 => Turn { quarters: 0, mirrored: true },
        b"imir" => Turn { quarters: 2, mirrored: true },
        _ => {
            if steps.iter().any(|step| matches!(step, Transform::Crop(_))) {
                return Err(damaged(part.at, "one clean aperture"));
            }
            steps.push(Transform::Crop(Crop::read(body)?));
            return Ok(());
        }
    };
    match steps.last_mut() {
        Some(Transform::Turn(before)) => *before = before.then(turn),
        _ => steps.push(Transform::Turn(turn)),
    }
    if steps.last() == Some(&Transform::Turn(Turn::default())) {
        steps.pop();
    }
    Ok(())
}

impl Crop {
    fn read(mut body: Bytes<'_>) -> Result<Crop, Error> {
        let mut fractions = [(0, 1); 4];
        for (index, fraction) in fractions.iter_mut().enumerate() {
            let at = body;
            let (above, below) = (body.u32()?.cast_signed(), body.u32()?);
            if below == 0 || (index < 2 && above <= 0) {
                return Err(at.damaged("a clean aperture with a size"));
            }
            let common = common(above.unsigned_abs(), below);
            // a common factor of the negative end of the range is a power of two, and fits too
            let above = i64::from(above).checked_div(i64::from(common)).unwrap_or(0);
            let above = i32::try_from(above).map_err(|_| at.damaged("a clean aperture"))?;
            *fraction = (above, below.checked_div(common).unwrap_or(1));
        }
        Ok(Crop(fractions))
    }

    /// True if it leaves all of a picture of this size.
    pub(super) fn keeps_all(&self, (width, height): (u32, u32)) -> bool {
        let Crop([wide, high, across, down]) = self;
        let whole = |side: u32, (above, below): &(i32, u32)| {
            u32::try_from(*above) == Ok(side) && *below == 1
        };
        whole(width, wide) && whole(height, high) && across.0 == 0 && down.0 == 0
    }
}

/// The greatest common divisor; `b` is not 0.
pub(super) fn common(a: u32, b: u32) -> u32 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        a = b;
        b = rest;
    }
    a.max(1)
}

/// The size of a picture of this size after `steps`.
pub(super) fn size_after(steps: &[Transform], size: (u32, u32)) -> (u32, u32) {
    steps.iter().fold(size, |(width, height), step| match step {
        Transform::Turn(turn) if turn.quarters % 2 == 1 => (height, width),
        Transform::Turn(_) => (width, height),
        Transform::Crop(Crop([wide, high, ..])) => {
            let side = |(above, below): &(i32, u32), most: u32| {
                let side = u32::try_from(*above).unwrap_or(0).checked_div(*below);
                side.unwrap_or(most).min(most)
            };
            (side(wide, width), side(high, height))
        }
    })
}
