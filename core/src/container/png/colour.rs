//! What the colours mean: cICP before iCCP before sRGB before gAMA and cHRM (section 4.3), each if
//! viewers can use it.

use crate::bytes::{Endian, array_at};
use crate::container::png::header::ColourType;
use crate::picture::png::inflate::inflate_some;
use crate::profile::cicp::{CodePoints, Primaries, Transfer};
use crate::profile::{self, Components, Outcome};
use crate::{Error, ProfileClass};

/// What the file says of its colours: the first chunk of each kind.
#[derive(Debug, Default)]
pub(crate) struct Colours<'a> {
    code_points: Option<[u8; 4]>,
    profile: Option<&'a [u8]>,
    srgb: bool,
    gamma: Option<u32>,
    chromaticities: Option<[u32; 8]>,
}

/// What is written of the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Meaning {
    /// As code points of ITU-T H.273, for viewers that follow them.
    pub(crate) code_points: Option<[u8; 4]>,
    /// As a constant profile, for all others.
    pub(crate) profile: Option<ProfileClass>,
    /// Or by what power, with the primaries of sRGB, times 100,000.
    pub(crate) gamma: Option<u32>,
    /// True if a profile is left out that viewers cannot use, or that is for those alone that do not
    /// follow the code points.
    pub(crate) dropped: bool,
}

/// The largest profile that is looked at, in bytes: one of primaries and curves is far smaller.
const MOST_PROFILE: usize = 1 << 19;

/// What gAMA may say for libpng and browsers to take it for sRGB's own 45,455 (section 11.3.2.5): a
/// twentieth more or less (`PNG_GAMMA_THRESHOLD`).
const NEAR_SRGB: std::ops::RangeInclusive<u32> = 43_291..=47_727;

impl<'a> Colours<'a> {
    /// Looks at a chunk.
    pub(crate) fn chunk(&mut self, kind: &[u8; 4], payload: &'a [u8]) {
        match kind {
            b"cICP" => {
                let points = array_at(payload, 0).filter(|_| payload.len() == 4);
                self.code_points = self.code_points.or(points);
            }
            b"iCCP" => {
                self.profile.get_or_insert(payload);
            }
            // a rendering intent from 0 to 3
            b"sRGB" => self.srgb |= matches!(payload, [0..=3]),
            b"gAMA" if payload.len() == 4 => {
                let gamma = Endian::Big.u32(payload, 0).filter(|gamma| *gamma > 0);
                self.gamma = self.gamma.or(gamma);
            }
            b"cHRM" if payload.len() == 32 => {
                let values = payload.as_chunks::<4>().0.iter().map(|raw| u32::from_be_bytes(*raw));
                let values: Option<[u32; 8]> = values.collect::<Vec<_>>().try_into().ok();
                self.chromaticities = self.chromaticities.or(values);
            }
            _ => {}
        }
    }

    /// What stands in for all of that in a picture of `colour`; an error if nothing does.
    pub(crate) fn meaning(&self, colour: ColourType) -> Result<Meaning, Error> {
        let known = self.code_points.and_then(|[primaries, transfer, matrix, range]| {
            let primaries = Primaries::of(primaries)?;
            let transfer = Transfer::of(transfer)?;
            // RGB is neither derived nor, in practice, narrowed
            (matrix == 0 && range <= 1).then_some((CodePoints { primaries, transfer }, range))
        });
        let mut meaning = match self.fallback(colour) {
            Ok(found) => found,
            // what viewers do that follow code points is what counts
            Err(_) if known.is_some() => Meaning { dropped: true, ..Meaning::default() },
            Err(error) => return Err(error),
        };
        let others = meaning.profile.is_some() || meaning.gamma.is_some();
        meaning.code_points = known
            .filter(|(points, range)| others || *points != CodePoints::SRGB || *range != 1)
            .map(|(points, range)| [points.primaries.code(), points.transfer.code(), 0, range]);
        Ok(meaning)
    }

    /// What all but the code points mean.
    fn fallback(&self, colour: ColourType) -> Result<Meaning, Error> {
        let components = if colour.is_grey() { Components::Grey } else { Components::Rgb };
        let mut unusable = false;
        if let Some(payload) = self.profile {
            let judged = match profile_of(payload) {
                Some(bytes) => profile::judge(&bytes?, components)?,
                None => Outcome::Unusable,
            };
            match judged {
                Outcome::Unusable | Outcome::Cmyk => unusable = true,
                known => return Ok(Meaning::of(known, false)),
            }
        }
        if self.srgb || (self.gamma.is_none() && self.chromaticities.is_none()) {
            return Ok(Meaning::of(Outcome::Srgb, unusable));
        }
        let chromaticities =
            self.chromaticities.filter(|_| components == Components::Rgb).map(points);
        let judge = |gamma| profile::judge_plain(gamma, chromaticities, components);
        let Some(gamma) = self.gamma else {
            return Ok(Meaning::of(judge(None)?, unusable));
        };
        if NEAR_SRGB.contains(&gamma)
            && let Ok(known) = judge(None)
        {
            return Ok(Meaning::of(known, unusable));
        }
        let exact = judge(Some(1e5 / f64::from(gamma)));
        match (exact, judge(None)) {
            (Ok(known), _) => Ok(Meaning::of(known, unusable)),
            // the primaries are those of sRGB, and only the curve is not
            (Err(error), Ok(Outcome::Srgb)) => {
                let gamma = Some(nearest(gamma).ok_or(error)?);
                Ok(Meaning { gamma, ..Meaning::of(Outcome::Srgb, unusable) })
            }
            (Err(error), _) => Err(error),
        }
    }
}

impl Meaning {
    fn of(outcome: Outcome, dropped: bool) -> Meaning {
        let profile = match outcome {
            Outcome::Known(class) => Some(class),
            _ => None,
        };
        Meaning { profile, dropped, ..Meaning::default() }
    }
}

/// The nearest of the powers that are written: 1.01ⁿ, from 1/10 to 10, but for those that viewers take
/// for sRGB's. With it no sample of 8 bits moves by a whole step: it is less than 1.01 times another, and
/// x and x¹·⁰¹ are at most 0.0037 apart.
fn nearest(gamma: u32) -> Option<u32> {
    let power = |steps: f64| (1e5 * 1.01f64.powf(steps)).round() as u32;
    let steps = (f64::from(gamma) / 1e5).log(1.01).round();
    let near = match power(steps) {
        near if !NEAR_SRGB.contains(&near) => near,
        _ if gamma < *NEAR_SRGB.start() => power(steps - 1.0),
        _ => power(steps + 1.0),
    };
    // so many steps are a factor of 10
    (steps.abs() <= 231.0).then_some(near)
}

/// Red, green, blue and white, each x and y: cHRM tells white first, in units of 1/100,000.
fn points([wx, wy, rx, ry, gx, gy, bx, by]: [u32; 8]) -> [[f64; 2]; 4] {
    [[rx, ry], [gx, gy], [bx, by], [wx, wy]].map(|point| point.map(|n| f64::from(n) / 1e5))
}

/// The profile in an iCCP chunk (section 11.3.2.3); `None` if there is none that can be read.
fn profile_of(payload: &[u8]) -> Option<Result<Vec<u8>, Error>> {
    let name = memchr::memchr(0, payload)?;
    let [0, stream @ ..] = payload.get(name.checked_add(1)?..)? else { return None };
    let inflated = inflate_some(stream, MOST_PROFILE);
    if inflated.bytes.len() >= MOST_PROFILE {
        return Some(Err(Error::Profile("it is too large to work by primaries")));
    }
    // viewers take one that lacks its checksum
    inflated.whole.then(|| Ok(inflated.bytes.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(chunks: &[(&[u8; 4], &[u8])], colour: ColourType) -> Result<Meaning, Error> {
        let mut colours = Colours::default();
        chunks.iter().for_each(|(kind, payload)| colours.chunk(kind, payload));
        colours.meaning(colour)
    }

    fn gamma(gamma: u32) -> [u8; 4] {
        gamma.to_be_bytes()
    }

    fn chromaticities(points: [u32; 8]) -> Vec<u8> {
        points.iter().flat_map(|n| n.to_be_bytes()).collect()
    }

    const SRGB_GAMMA: u32 = 45_455;
    const SRGB: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
    const P3: [u32; 8] = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000];

    #[test]
    fn what_means_srgb_is_left_out() {
        let same = chromaticities(SRGB);
        let cases: [&[(&[u8; 4], &[u8])]; 6] = [
            &[],
            &[(b"sRGB", &[0])],
            &[(b"gAMA", &gamma(SRGB_GAMMA)), (b"cHRM", &same)],
            &[(b"gAMA", &gamma(SRGB_GAMMA))],
            // what contradicts sRGB counts for nothing
            &[(b"gAMA", &gamma(100_000)), (b"sRGB", &[3])],
            &[(b"cICP", &[1, 13, 0, 1])],
        ];
        for chunks in cases {
            assert_eq!(told(chunks, ColourType::Rgb), Ok(Meaning::default()), "{chunks:?}");
        }
    }

    #[test]
    fn others_are_replaced_or_refused() {
        let (p3, same) = (chromaticities(P3), chromaticities(SRGB));
        let meaning = told(&[(b"cHRM", &p3), (b"gAMA", &gamma(SRGB_GAMMA))], ColourType::Rgb);
        assert_eq!(meaning.unwrap().profile, Some(ProfileClass::DisplayP3));
        let linear = gamma(100_000);
        for colour in [ColourType::Rgb, ColourType::Grey] {
            let meaning = told(&[(b"gAMA", &linear), (b"cHRM", &same)], colour).unwrap();
            assert_eq!((meaning.gamma, meaning.profile), (Some(100_000), None));
        }
        let refused = told(&[(b"gAMA", &linear), (b"cHRM", &p3)], ColourType::Rgb);
        assert!(matches!(refused, Err(Error::Profile(_))));
        assert!(matches!(told(&[(b"gAMA", &gamma(9))], ColourType::Rgb), Err(Error::Profile(_))));
        // code points go before them
        let meaning =
            told(&[(b"cICP", &[9, 16, 0, 1]), (b"gAMA", &linear)], ColourType::Rgb).unwrap();
        assert_eq!((meaning.code_points, meaning.gamma), (Some([9, 16, 0, 1]), Some(100_000)));
        let meaning =
            told(&[(b"cICP", &[9, 16, 0, 1]), (b"gAMA", &linear), (b"cHRM", &p3)], ColourType::Rgb);
        assert!(meaning.unwrap().dropped);
        // but not what is reserved, or not RGB
        for points in [[2, 13, 0, 1], [9, 16, 9, 1], [9, 16, 0, 2]] {
            assert_eq!(told(&[(b"cICP", &points)], ColourType::Rgb), Ok(Meaning::default()));
        }
    }

    #[test]
    fn powers_are_rounded_by_less_than_a_step() {
        for gamma in (10_100..990_000).step_by(77).filter(|gamma| !NEAR_SRGB.contains(gamma)) {
            let near = nearest(gamma).unwrap();
            assert_eq!(nearest(near), Some(near), "{gamma}");
            let [wanted, got] = [gamma, near].map(|gamma| 1e5 / f64::from(gamma));
            let moved = (0..256).map(|x| f64::from(x) / 255.0).map(|x| {
                // what the sample has to be so that the light is the same
                (x.powf(got / wanted) - x).abs() * 255.0
            });
            assert!(moved.fold(0.0, f64::max) < 1.0, "{gamma}");
        }
    }

    #[test]
    fn chunks_that_cannot_be_say_nothing() {
        let cases: [(&[u8; 4], &[u8]); 6] = [
            (b"gAMA", &[0; 4]),
            (b"gAMA", &[1]),
            (b"sRGB", &[4]),
            (b"cHRM", &[0; 31]),
            (b"cICP", &[9, 16, 0]),
            (b"iCCP", b"no zero"),
        ];
        for (kind, payload) in cases {
            let meaning = told(&[(kind, payload)], ColourType::Rgb).unwrap();
            assert_eq!((meaning.code_points, meaning.profile), (None, None));
            assert_eq!(meaning.dropped, kind == b"iCCP");
        }
        assert!(told(&[(b"cHRM", &[0; 32])], ColourType::Rgb).is_ok());
    }
}
