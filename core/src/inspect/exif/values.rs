//! Values of Exif fields, with their places.

use exif::{In, Tag, Value};

use super::entries::Entries;
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, Place};

/// The fields of one Exif block: what each holds, byte by byte, and where.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) whole: Block<'a>,
    pub(super) tiff: Block<'a>,
    pub(super) entries: &'a Entries,
}

impl<'a> Fields<'a> {
    /// The bytes of the field's value.
    pub(super) fn raw(&self, directory: In, tag: Tag) -> Option<Block<'a>> {
        let entry = self.entries.get(directory, tag)?;
        self.tiff.part(entry.at, entry.length)
    }

    /// Where the field's value stands; the whole block if that is not known.
    pub(super) fn place(&self, directory: In, tag: Tag) -> Place {
        match self.raw(directory, tag) {
            Some(raw) if !raw.data.is_empty() => raw.place(),
            _ => self.whole.place(),
        }
    }

    /// Adds a finding about the field.
    pub(super) fn add(
        &self,
        findings: &mut Findings,
        betrays: Betrays,
        directory: In,
        tag: Tag,
        label: &str,
        value: &str,
    ) {
        let label = match directory.index() {
            0 => label.to_string(),
            1 => format!("{label} (thumbnail)"),
            n => format!("{label} (directory {n})"),
        };
        findings.add(betrays, Carrier::Exif, self.place(directory, tag), label, value);
    }
}

/// The number with `index` in `value`, if it is one.
pub(super) fn number(value: &Value, index: usize) -> Option<f64> {
    let number = match value {
        Value::Rational(list) => list.get(index)?.to_f64(),
        Value::SRational(list) => list.get(index)?.to_f64(),
        Value::Float(list) => f64::from(*list.get(index)?),
        Value::Double(list) => *list.get(index)?,
        Value::SShort(list) => f64::from(*list.get(index)?),
        Value::SLong(list) => f64::from(*list.get(index)?),
        other => f64::from(other.get_uint(index)?),
    };
    number.is_finite().then_some(number)
}
