//! `colr`: what the samples mean. ISO/IEC 14496-12, section 12.1.5.

use super::boxes::Part;
use super::coding::Nclx;
use super::damaged;
use crate::profile::cicp::{CodePoints, Matrix, Primaries, Transfer};
use crate::profile::{self, Components, Outcome};
use crate::{Error, ProfileClass};

/// The `colr` properties of an item, as they stand in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Told<'a> {
    nclx: Option<Nclx>,
    profile: Option<&'a [u8]>,
}

/// What is written of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Colour {
    pub(crate) nclx: Option<Nclx>,
    /// A constant profile goes before the primaries and the transfer of `nclx`.
    pub(crate) profile: Option<ProfileClass>,
    /// True if there was a profile that viewers cannot use.
    pub(crate) unusable: bool,
}

impl Nclx {
    /// What the code points mean: those that mean nothing become 2, and of those that mean the same
    /// one is used.
    pub(super) fn normal(self) -> Nclx {
        let byte = |code: u16| u8::try_from(code).unwrap_or(2);
        let or_none = |known: Option<u8>| known.map_or(2, u16::from);
        Nclx {
            primaries: or_none(Primaries::of(byte(self.primaries)).map(Primaries::code)),
            transfer: or_none(Transfer::of(byte(self.transfer)).map(Transfer::code)),
            matrix: or_none(Matrix::of(byte(self.matrix)).map(Matrix::code)),
            full_range: self.full_range,
        }
    }

    /// The same but for primaries and transfer.
    fn with(self, points: Option<CodePoints>) -> Nclx {
        let code = |code: Option<u8>| code.map_or(2, u16::from);
        Nclx {
            primaries: code(points.map(|points| points.primaries.code())),
            transfer: code(points.map(|points| points.transfer.code())),
            ..self
        }
    }
}

impl<'a> Told<'a> {
    /// Adds a `colr` property.
    pub(super) fn add(&mut self, part: Part<'a>) -> Result<(), Error> {
        let mut body = part.body;
        let twice = match &body.kind()? {
            b"nclx" => {
                let (primaries, transfer, matrix) = (body.u16()?, body.u16()?, body.u16()?);
                let full_range = body.u8()? >> 7 == 1;
                let nclx = Nclx { primaries, transfer, matrix, full_range }.normal();
                self.nclx.replace(nclx).is_some_and(|before| before != nclx)
            }
            b"prof" | b"rICC" => {
                self.profile.replace(body.data).is_some_and(|before| before != body.data)
            }
            _ => false,
        };
        if twice { Err(damaged(part.at, "one colour of a kind")) } else { Ok(()) }
    }

    /// What is written of an item whose coded samples say `coded` of themselves.
    pub(super) fn colour(&self, coded: Nclx, monochrome: bool) -> Result<Colour, Error> {
        let plain = Colour { nclx: self.nclx, ..Colour::default() };
        let Some(profile) = self.profile else { return Ok(plain) };
        let components = if monochrome { Components::Grey } else { Components::Rgb };
        let base = self.nclx.unwrap_or(coded.normal());
        let by_points = |points| Colour { nclx: Some(base.with(Some(points))), ..plain };
        match profile::judge(profile, components) {
            Ok(Outcome::Srgb) => Ok(by_points(CodePoints::SRGB)),
            Ok(Outcome::Known(class)) => {
                let nclx = self.nclx.map(|nclx| nclx.with(CodePoints::of_class(class)));
                Ok(Colour { nclx, profile: Some(class), unusable: false })
            }
            Ok(Outcome::Cmyk | Outcome::Unusable) => Ok(Colour { unusable: true, ..plain }),
            // what is for HDR or of other primaries may still be told by code points
            Err(error) => match CodePoints::of_profile(profile, components) {
                Ok(Some(points)) => Ok(by_points(points)),
                Ok(None) => Ok(Colour { unusable: true, ..plain }),
                Err(_) => Err(error),
            },
        }
    }
}

impl Colour {
    /// What the coded samples say of themselves: the same as the properties, and only where these
    /// are silent what they said before.
    pub(super) fn in_samples(&self, coded: Nclx) -> Nclx {
        match (self.nclx, self.profile) {
            (Some(nclx), _) => nclx,
            (None, Some(class)) => coded.normal().with(CodePoints::of_class(class)),
            (None, None) => coded.normal(),
        }
    }
}
