//! The directories of a file: the chain, and what hangs below it.

use std::collections::HashSet;

use exif::Context;

use super::cover::Cover;
use super::fields::{self, Fields};
use super::image;
use crate::container::tiff::{Entry, Tiff, tag};
use crate::inspect::Findings;
use crate::inspect::block::Block;

/// The deepest nesting of directories.
const DEEPEST: u32 = 8;

/// The most directories below one entry.
const MOST_BELOW: u64 = 1_024;

const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;
const INTEROP: u16 = 0xA005;

/// Goes over the directories of a file and tells what is in them.
pub(super) struct Walk<'a> {
    pub(super) tiff: Tiff<'a>,
    pub(super) file: Block<'a>,
    /// True if the file holds the data of a sensor.
    pub(super) raw: bool,
    pub(super) seen: HashSet<u64>,
    /// How many bytes of directories may still be read: no more than the file has, so that those on
    /// top of each other take no longer.
    pub(super) budget: usize,
    pub(super) cover: Cover,
    /// The maker of the camera, which its notes are read by.
    pub(super) make: String,
    /// The size of the first picture.
    pub(super) size: Option<(u32, u32)>,
    pub(super) pages: usize,
    pub(super) problem: Option<String>,
}

impl<'a> Walk<'a> {
    /// Tells the chain of directories that starts at `first`.
    pub(super) fn chain(&mut self, first: u64, findings: &mut Findings) {
        self.cover.add(0, if self.tiff.big { 16 } else { 8 });
        let mut next = Some(first);
        let mut number = 0u32;
        while let Some(at) = next.filter(|at| *at != 0) {
            number = number.saturating_add(1);
            next = self.directory(at, Context::Tiff, &format!("directory {number}"), 0, findings);
            if findings.is_full() {
                return;
            }
        }
    }

    /// Tells the directory at `at`; gives where the next one stands.
    fn directory(
        &mut self,
        at: u64,
        context: Context,
        name: &str,
        depth: u32,
        findings: &mut Findings,
    ) -> Option<u64> {
        if !self.seen.insert(at) {
            self.note(format!("{name} was there already"));
            return None;
        }
        let Some(directory) = self.tiff.directory(at) else {
            self.note(format!("{name} lies outside the file"));
            return None;
        };
        let length = directory.end.saturating_sub(directory.at);
        match self.budget.checked_sub(length) {
            Some(left) => self.budget = left,
            None => {
                self.note("directories lie on top of each other".into());
                return None;
            }
        }
        if directory.entries as u64 != directory.claimed {
            self.note(format!("{name} is cut off"));
        }
        self.cover.add(at, length as u64);
        let (tiff, file) = (self.tiff, Block { segment: name, ..self.file });
        let entries: Vec<Entry> = tiff.entries(directory).collect();
        for entry in entries.iter().filter(|entry| entry.length > 0) {
            self.cover.add(entry.value, entry.length);
        }
        if context == Context::Tiff {
            image::tell(self, &entries, directory, file, findings);
        }
        if self.make.is_empty()
            && let Some(make) = entries.iter().find(|entry| entry.tag == 0x010F)
        {
            self.make = tiff.bytes(make).map(crate::inspect::text::decode).unwrap_or_default();
        }
        let fields = Fields { tiff, file, context, make: &self.make, entries: &entries };
        fields::tell(&fields, findings);
        if depth < DEEPEST {
            self.below(&entries, context, (name, depth), findings);
        }
        directory.next
    }

    /// Tells the directories that entries point to.
    fn below(
        &mut self,
        entries: &[Entry],
        context: Context,
        (name, depth): (&str, u32),
        findings: &mut Findings,
    ) {
        let deeper = depth.saturating_add(1);
        for entry in entries {
            let (of, inner) = match (context, entry.tag) {
                (Context::Tiff, tag::SUB_IFDS) => ("part", Context::Tiff),
                (Context::Tiff, EXIF) => ("Exif", Context::Exif),
                (Context::Tiff | Context::Exif, GPS) => ("GPS", Context::Gps),
                (Context::Exif, INTEROP) => ("interoperability", Context::Interop),
                _ => continue,
            };
            for index in 0..entry.count.min(MOST_BELOW) {
                let Some(at) = self.tiff.number(entry, index).filter(|at| *at != 0) else { break };
                // many entries that share their values take no longer than the file is long
                let Some(left) = self.budget.checked_sub(4) else { return };
                self.budget = left;
                let number = index.saturating_add(1);
                let inner_name = match inner {
                    Context::Tiff => format!("{name}, {of} {number}"),
                    _ => format!("{name}, {of}"),
                };
                self.directory(at, inner, &inner_name, deeper, findings);
                if findings.is_full() {
                    return;
                }
            }
        }
    }

    /// Keeps the first thing that is wrong.
    fn note(&mut self, words: String) {
        self.problem.get_or_insert(words);
    }
}
