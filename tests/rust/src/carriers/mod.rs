//! Everything in a JPEG that can carry a mark without changing what libjpeg shows.
//!
//! Not here: what entropy-coded data carries, which is [`Choice`](crate::Choice); and the values of
//! live tables, sampling and the scan script, since the picture itself is made of them.

mod application;
mod exif;
mod header;
mod place;
mod profile;
mod tables;
mod trailer;

pub use place::Place;

use crate::Jpeg;

/// What every planted text starts with.
pub const PLANTED: &str = "UNMARKEDplanted";

/// What is planted: a text, or a number where there is no room for one.
#[derive(Debug, Clone)]
pub struct Mark {
    /// [`PLANTED`], the carrier and the variant.
    pub text: String,
    /// Differs with the variant.
    pub number: u8,
}

impl Mark {
    /// Another mark for each variant (1 or 2).
    pub fn new(carrier: &str, variant: u8) -> Mark {
        Mark { text: format!("{PLANTED}{carrier}#{variant}"), number: 4 * variant + 3 }
    }

    /// The text again and again, `length` bytes of it.
    fn repeated(&self, length: usize) -> Vec<u8> {
        self.text.bytes().cycle().take(length).collect()
    }
}

/// What a carrier holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A text, so a person or a program can read the mark, and inspection must find something.
    Text,
    /// Numbers only: they are seen by comparing two outputs.
    Number,
}

/// What libjpeg does with a file in which the carrier is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It shows the same picture as before, so cleaning must succeed.
    Shown,
    /// It refuses the file, or shows something else: refusing is right as well.
    Refused,
}

type Plant = Box<dyn Fn(&mut Jpeg, &Mark) -> bool>;

/// One place in a JPEG that can carry something.
pub struct Carrier {
    /// Where, in words that name the segment.
    pub id: String,
    /// What it holds.
    pub holds: Holds,
    /// What libjpeg does with it.
    pub reading: Reading,
    plant: Plant,
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.id)
    }
}

impl Carrier {
    fn text(id: impl Into<String>, plant: impl Fn(&mut Jpeg, &Mark) -> bool + 'static) -> Carrier {
        let (holds, reading) = (Holds::Text, Reading::Shown);
        Carrier { id: id.into(), holds, reading, plant: Box::new(plant) }
    }

    fn number(
        id: impl Into<String>,
        plant: impl Fn(&mut Jpeg, &Mark) -> bool + 'static,
    ) -> Carrier {
        Carrier { holds: Holds::Number, ..Carrier::text(id, plant) }
    }

    fn refused(self) -> Carrier {
        Carrier { reading: Reading::Refused, ..self }
    }

    /// `jpeg` with the mark planted; `None` if this kind of photo has no such place.
    pub fn planted(&self, jpeg: &Jpeg, variant: u8) -> Option<Jpeg> {
        let mut jpeg = jpeg.clone();
        (self.plant)(&mut jpeg, &Mark::new(&self.id, variant)).then_some(jpeg)
    }
}

/// Every carrier whose mark must be gone without a trace: the clean photo is the same with it as
/// without it.
pub fn all() -> Vec<Carrier> {
    let mut list = application::all();
    list.extend(exif::all());
    list.extend(header::all());
    list.extend(profile::same_as_none());
    list.extend(tables::all());
    list.extend(trailer::all());
    list
}

/// Profiles that are replaced by a constant one: the mark must be gone, the meaning stays.
pub fn replaced_profiles() -> Vec<Carrier> {
    profile::replaced()
}

/// Where a planted text is still to be found in `data`, as ASCII or UTF-16 of either order.
pub fn find(data: &[u8]) -> Option<usize> {
    let wide = |swap: bool| -> Vec<u8> {
        PLANTED.bytes().flat_map(|b| if swap { [b, 0] } else { [0, b] }).collect()
    };
    [PLANTED.as_bytes().to_vec(), wide(false), wide(true)]
        .iter()
        .find_map(|needle| data.windows(needle.len()).position(|w| w == needle))
}
