//! What the tests share: cleaning in one word, and comparing pictures.

#![allow(dead_code)] // each test file uses its share

pub mod photos;
pub mod rewrite;
pub mod transcode;

use unmarked::{Error, Method, Policy, Rebuild, Verdict};
use unmarked_fixtures::decode::{Pixels, libjpeg, libjpeg_installed, zune};

/// Every method.
pub const METHODS: [Method; 3] = [Method::Strip, Method::Recode, Method::Rebuild];

/// A method alone: nothing stands in for it.
pub fn alone(method: Method) -> Policy {
    Policy { method, rebuild_if_refused: false, ..Policy::default() }
}

/// Rebuild with these settings.
pub fn rebuilding(rebuild: Rebuild) -> Policy {
    Policy { rebuild, ..alone(Method::Rebuild) }
}

/// Cleaned as `policy` says. The result must be what the audit calls clean.
pub fn clean(photo: &[u8], policy: &Policy) -> Result<Vec<u8>, Error> {
    let clean = unmarked::clean(photo, policy)?;
    assert_eq!(unmarked::audit(clean.bytes()), Verdict::Clean, "released, and not clean");
    Ok(clean.bytes().to_vec())
}

/// Strip alone, with the usual limits.
pub fn strip(photo: &[u8]) -> Result<Vec<u8>, Error> {
    clean(photo, &alone(Method::Strip))
}

/// Recode alone, with the usual limits.
pub fn recode(photo: &[u8]) -> Result<Vec<u8>, Error> {
    clean(photo, &alone(Method::Recode))
}

/// Rebuild at full size, with the usual limits.
pub fn rebuild(photo: &[u8]) -> Result<Vec<u8>, Error> {
    clean(photo, &alone(Method::Rebuild))
}

/// What happens where no method was named.
pub fn by_default(photo: &[u8]) -> Result<Vec<u8>, Error> {
    clean(photo, &Policy::default())
}

/// What is wrong with a picture if it does not show the same before and after.
///
/// libjpeg decides where it is installed. zune-jpeg is asked as well where it shows the picture as
/// libjpeg does, since it reads some colours in another way than libjpeg.
pub fn changed(before: &[u8], after: &[u8]) -> Option<String> {
    let differ = |name: &str, b: Result<Pixels, String>, a: Result<Pixels, String>| match (b, a) {
        (Ok(b), Ok(a)) if b == a => None,
        (Err(_), _) => None,
        (b, a) => Some(format!("{name}: {b:?} became {a:?}")),
    };
    let zune_differs = || differ("zune", zune(before), zune(after));
    if !libjpeg_installed() {
        return zune_differs();
    }
    let shown = libjpeg(before)?;
    let agreed = matches!((&shown, zune(before)), (Ok(l), Ok(z)) if agree(l, &z));
    let differs = differ("libjpeg", shown, libjpeg(after)?);
    differs.or_else(|| if agreed { zune_differs() } else { None })
}

/// True if two decoders show about the same: rounding apart.
fn agree(a: &Pixels, b: &Pixels) -> bool {
    a.samples.len() == b.samples.len()
        && a.samples.iter().zip(&b.samples).all(|(x, y)| x.abs_diff(*y) <= 8)
}

/// Where a pixel of the upright picture of the size `(wide, high)` is stored, by the Exif value of the
/// orientation: Exif 2.32, table 6.
pub fn stored_at(
    value: u8,
    (x, y): (usize, usize),
    (wide, high): (usize, usize),
) -> (usize, usize) {
    let (across, down) = (wide - 1 - x, high - 1 - y);
    match value {
        2 => (across, y),
        3 => (across, down),
        4 => (x, down),
        5 => (y, x),
        6 => (y, across),
        7 => (down, across),
        8 => (down, x),
        _ => (x, y),
    }
}

/// Collects what is wrong, so that one run shows all of it.
#[derive(Default)]
pub struct Faults(Vec<String>);

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, words: String) {
        self.0.push(words);
    }

    /// Notes a fault if `right` is not so.
    pub fn check(&mut self, right: bool, words: impl FnOnce() -> String) {
        if !right {
            self.0.push(words());
        }
    }

    /// Fails the test if there is any.
    pub fn none(self) {
        let shown: Vec<&String> = self.0.iter().take(20).collect();
        assert!(self.0.is_empty(), "{} faults: {shown:#?}", self.0.len());
    }
}
