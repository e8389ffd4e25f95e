//! Intake: what a newsroom does with files that came from a source.
//!
//! A file walks one way: bytes → [`Quarantine`], which stores it sealed before anything looks into it →
//! [`Desk`], which reads it back from the vault, tells what in it could identify the source, and stores
//! a clean copy for editors. Each of the two is made whole by its `commit`; what is committed is never
//! lost, and a run that stopped between them is taken up again when the same file comes once more.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::vault::{self, Batch, Event, EventKind, Id, Kind, NewRecord, Vault};
use crate::{Error, Format, Inspection, Policy, Receipt, clean, inspect, pages};

/// The longest name that a record has room for, in bytes.
const LONGEST_NAME: usize = 255;

/// A vault that takes files in.
///
/// After an error begin anew with [`Intake::new`]: what was not committed is not there.
#[derive(Debug)]
pub struct Intake<'a> {
    vault: &'a mut Vault,
    /// Originals that were examined, or will be in this run, and need not be again.
    settled: HashSet<Id>,
}

impl<'a> Intake<'a> {
    /// Takes files into `vault`.
    ///
    /// Errors: those of the disk, if an earlier call failed.
    pub fn new(vault: &'a mut Vault) -> Result<Intake<'a>, vault::Error> {
        let events = vault.log()?.events;
        let of = |kind| move |event: &&Event| event.kind == kind;
        let of_log = |kind| events.iter().filter(of(kind)).filter_map(|event| event.record);
        let mut settled: HashSet<Id> = of_log(EventKind::Cleaned).collect();
        let refused: HashSet<Id> = of_log(EventKind::Refused).collect();
        for record in vault.list()? {
            match record.kind {
                // also one of whose pages not all could be cleaned
                Kind::Clean { of: Some(original) } => settled.insert(original),
                // what is no photo will be none; a photo that was refused gets another try
                Kind::Original if record.media_type.is_none() && refused.contains(&record.id) => {
                    settled.insert(record.id)
                }
                // to look into it would take one of its views
                _ if record.views_left.is_some() => settled.insert(record.id),
                _ => false,
            };
        }
        Ok(Intake { vault, settled })
    }

    /// Begins to store files.
    ///
    /// Errors: those of the disk, if an earlier call failed.
    pub fn quarantine(&mut self) -> Result<Quarantine<'_>, vault::Error> {
        Ok(Quarantine { batch: self.vault.batch()?, settled: &mut self.settled })
    }

    /// Begins to examine what is stored, and to clean it by `policy`.
    ///
    /// Errors: those of the disk, if an earlier call failed.
    pub fn desk<'b>(&'b mut self, policy: &'b Policy) -> Result<Desk<'b>, vault::Error> {
        Ok(Desk { batch: Mutex::new(self.vault.batch()?), policy })
    }

    /// The vault.
    pub fn vault(&mut self) -> &mut Vault {
        self.vault
    }
}

/// Files that are being stored as they came.
#[derive(Debug)]
pub struct Quarantine<'a> {
    batch: Batch<'a>,
    settled: &'a mut HashSet<Id>,
}

/// What became of a file in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The original in the vault.
    pub id: Id,
    /// The vault had the very same bytes already, and they were not stored again.
    pub again: bool,
    /// It is still to be [examined](Desk::examine).
    pub unexamined: bool,
}

impl Quarantine<'_> {
    /// Stores `file`, which came under `name`, unless the vault has the same bytes. Nothing of it is
    /// looked at but the first bytes, by which formats are told apart. A name that is too long for the
    /// vault is cut.
    ///
    /// Errors: as [`Batch::add`].
    pub fn take(&mut self, file: &[u8], name: &str) -> Result<Arrival, vault::Error> {
        if let Some(id) = self.batch.find(file) {
            self.batch.event(EventKind::ReceivedAgain, Some(id), 0);
            let unexamined = self.settled.insert(id);
            return Ok(Arrival { id, again: true, unexamined });
        }
        let end = (0..=LONGEST_NAME).rev().find(|end| name.is_char_boundary(*end));
        let name = end.and_then(|end| name.get(..end)).unwrap_or(name);
        let new = NewRecord {
            name: (!name.is_empty()).then_some(name),
            media_type: Format::detect(file).map(Format::media_type),
            ..NewRecord::new(Kind::Original)
        };
        let id = self.batch.add(file, &new)?;
        self.batch.event(EventKind::Received, Some(id), 0);
        self.settled.insert(id);
        Ok(Arrival { id, again: false, unexamined: true })
    }

    /// Makes all that was taken last.
    ///
    /// Errors: as [`Batch::commit`].
    pub fn commit(self) -> Result<(), vault::Error> {
        self.batch.commit()
    }
}

/// Originals that are being examined. Several threads can do so at a time.
#[derive(Debug)]
pub struct Desk<'a> {
    batch: Mutex<Batch<'a>>,
    policy: &'a Policy,
}

/// What was learned of an original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What it says about its source; none if it is no photo of a known format.
    pub inspection: Option<Inspection>,
    /// Clean copies: one, or as many as it has pages.
    pub copies: Vec<CleanCopy>,
    /// Why there is no clean copy, or none of the pages that follow.
    pub refused: Option<Error>,
}

/// A clean copy in the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanCopy {
    /// Its record.
    pub id: Id,
    /// Its neutral name.
    pub name: String,
    /// What was done.
    pub receipt: Receipt,
}

impl<'a> Desk<'a> {
    /// The batch, held for as long as it takes to write or read one content.
    fn batch(&self) -> MutexGuard<'_, Batch<'a>> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the original back from the vault, inspects it without decoding its pixels, and stores
    /// clean copies, of a TIFF one a page. A file that cannot be cleaned stays as it is.
    ///
    /// The number of the event in the audit log is how many marks were found.
    ///
    /// Errors: as [`Batch::read`] and [`Batch::add`].
    pub fn examine(&self, id: Id) -> Result<Examined, vault::Error> {
        let original = self.batch().read(id)?;
        let inspection = inspect(&original).ok();
        let marks = inspection.as_ref().map_or(0, |photo| photo.marks().count());
        let mut copies = Vec::new();
        let refused = self.copy(&original, id, &mut copies)?.err();
        let kind = if refused.is_none() { EventKind::Cleaned } else { EventKind::Refused };
        self.batch().event(kind, Some(id), marks as u64);
        Ok(Examined { inspection, copies, refused })
    }

    /// Stores clean copies of `original`, the record `of`; the inner error is that of the photo.
    fn copy(
        &self,
        original: &[u8],
        of: Id,
        copies: &mut Vec<CleanCopy>,
    ) -> Result<Result<(), Error>, vault::Error> {
        let count = match pages(original) {
            // none, or damaged: cleaning tells why
            Ok(0) | Err(_) => 1,
            Ok(count) => count,
        };
        for page in 0..count {
            let photo = match clean(original, &Policy { page, ..self.policy.clone() }) {
                Ok(photo) => photo,
                Err(error) => return Ok(Err(error)),
            };
            let method = photo.receipt().method.to_string();
            let new = NewRecord {
                name: Some(photo.name()),
                media_type: Some(photo.media_type()),
                note: Some(&method),
                ..NewRecord::new(Kind::Clean { of: Some(of) })
            };
            let id = self.batch().add(photo.bytes(), &new)?;
            let (name, receipt) = (photo.name().to_owned(), photo.receipt().clone());
            copies.push(CleanCopy { id, name, receipt });
        }
        Ok(Ok(()))
    }

    /// Makes all copies last.
    ///
    /// Errors: as [`Batch::commit`].
    pub fn commit(self) -> Result<(), vault::Error> {
        self.batch.into_inner().unwrap_or_else(PoisonError::into_inner).commit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;
    use crate::vault::{Folder, Record, Settings, Unlock};

    fn vault(folder: &tempfile::TempDir) -> Vault {
        let unlock = Unlock {
            platform_key: Some(SecretKey::copy_from(&[7; 32]).unwrap()),
            passphrase: None,
        };
        let storage = || Box::new(Folder::create(&folder.path().join("vault")).unwrap());
        Vault::create(storage(), &unlock, Settings::default())
            .or_else(|_| Vault::open(storage(), &unlock, Settings::default()))
            .unwrap()
    }

    /// A BMP of 2 × 1 pixels: Rebuild alone makes a clean copy of it.
    fn bmp() -> Vec<u8> {
        let mut bmp =
            b"BM\x3e\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\x18\0".to_vec();
        bmp.resize(0x36, 0);
        bmp.extend([1, 2, 3, 4, 5, 6, 0, 0]);
        bmp
    }

    fn receive(
        vault: &mut Vault,
        files: &[(&[u8], &str)],
        policy: &Policy,
    ) -> Vec<Option<Examined>> {
        let mut intake = Intake::new(vault).unwrap();
        let mut quarantine = intake.quarantine().unwrap();
        let arrivals: Vec<Arrival> =
            files.iter().map(|(file, name)| quarantine.take(file, name).unwrap()).collect();
        quarantine.commit().unwrap();
        let desk = intake.desk(policy).unwrap();
        let examine = |a: &Arrival| a.unexamined.then(|| desk.examine(a.id).unwrap());
        let examined = arrivals.iter().map(examine).collect();
        desk.commit().unwrap();
        examined
    }

    fn kinds(vault: &mut Vault) -> Vec<EventKind> {
        vault.log().unwrap().events.iter().map(|event| event.kind).collect()
    }

    #[test]
    fn originals_are_stored_once_and_cleaned_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = vault(&folder);
        let (photo, text) = (bmp(), b"Dear editor".as_slice());
        let files: [(&[u8], &str); 3] = [(&photo, "a.bmp"), (text, "b.txt"), (&photo, "c.bmp")];
        let examined = receive(&mut vault, &files, &Policy::default());
        let [Some(first), Some(second), None] = &examined[..] else { panic!("{examined:?}") };
        assert_eq!((first.copies.len(), &first.refused), (1, &None));
        assert_eq!((second.copies.len(), &second.refused), (0, &Some(Error::NotAPhoto)));
        assert!(second.inspection.is_none());

        let list = vault.list().unwrap();
        let [original, letter, copy] = &list[..] else { panic!("{list:?}") };
        assert_eq!((original.name.as_deref(), original.kind), (Some("a.bmp"), Kind::Original));
        assert_eq!((letter.name.as_deref(), &letter.media_type), (Some("b.txt"), &None));
        assert_eq!(copy.kind, Kind::Clean { of: Some(original.id) });
        assert_eq!(*vault.read(original.id).unwrap(), *photo);
        let clean = vault.read(copy.id).unwrap();
        assert_eq!(crate::audit(&clean), crate::Verdict::Clean);

        use EventKind::{Cleaned, Received, ReceivedAgain, Refused};
        assert_eq!(kinds(&mut vault), [Received, Received, ReceivedAgain, Cleaned, Refused]);
        // the next run finds everything
        assert_eq!(receive(&mut vault, &files, &Policy::default()), [None, None, None]);
        assert_eq!(vault.list().unwrap(), list);
    }

    #[test]
    fn a_run_that_stopped_between_quarantine_and_desk_is_taken_up() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = vault(&folder);
        let mut intake = Intake::new(&mut first).unwrap();
        let mut quarantine = intake.quarantine().unwrap();
        let id = quarantine.take(&bmp(), "a.bmp").unwrap().id;
        quarantine.commit().unwrap();
        let policy = Policy::default();
        let desk = intake.desk(&policy).unwrap();
        desk.examine(id).unwrap();
        // not committed
        drop(desk);
        drop(first);
        let mut vault = vault(&folder);
        assert_eq!(vault.list().unwrap().len(), 1);
        let examined = receive(&mut vault, &[(&bmp(), "b.bmp")], &policy);
        assert_eq!(examined[0].as_ref().map(|examined| examined.copies.len()), Some(1));
        let list = vault.list().unwrap();
        assert_eq!(
            list.iter().map(|r: &Record| r.kind).collect::<Vec<_>>(),
            [Kind::Original, Kind::Clean { of: Some(id) }]
        );
    }

    #[test]
    fn a_view_is_not_taken_by_a_second_look() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = vault(&folder);
        let mut intake = Intake::new(&mut vault).unwrap();
        let mut quarantine = intake.quarantine().unwrap();
        let id = quarantine.take(&bmp(), "a.bmp").unwrap().id;
        quarantine.commit().unwrap();
        vault.restrict(id, None, Some(1)).unwrap();
        assert_eq!(receive(&mut vault, &[(&bmp(), "a.bmp")], &Policy::default()), [None]);
        assert_eq!(vault.record(id).unwrap().views_left, Some(1));
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = vault(&folder);
        let name = "ü".repeat(200);
        receive(&mut vault, &[(b"text", &name), (b"more", "")], &Policy::default());
        let list = vault.list().unwrap();
        assert_eq!(list[0].name.as_deref(), Some("ü".repeat(127).as_str()));
        assert_eq!(list[1].name, None);
    }
}
