//! Sealed files as a whole: what comes back, what is refused, what an observer can see, and how often
//! a file opens.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::terms::HIDDEN;
use super::*;
use crate::Limits;

mod kit;

const NOW: u64 = 1_764_000_000;
const DAY: u64 = 86_400;

fn password() -> Password {
    Password::new(Zeroizing::new("correct horse".into())).unwrap()
}

fn sealed_to(recipients: &[Recipient], terms: &Terms, photo: &[u8]) -> Vec<u8> {
    seal(photo, Lock::Recipients(recipients), terms, &Limits::default()).unwrap().to_vec()
}

/// A record in memory, which fails or stops where it is told to.
#[derive(Default)]
struct Kept {
    record: Option<Vec<u8>>,
    fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nothing can be read.
    Read,
    /// The new record is made and not kept.
    Write,
    /// It is kept, and then the process ends before anything is given.
    After,
}

impl State for Kept {
    fn exchange(&mut self, step: Step<'_>) -> Result<(), Error> {
        let fail = |fault| Err(Error::Store(format!("{fault:?}")));
        if self.fault == Some(Fault::Read) {
            return fail(Fault::Read);
        }
        let new = step(self.record.as_deref())?;
        if self.fault == Some(Fault::Write) {
            return fail(Fault::Write);
        }
        self.record = Some(new);
        if self.fault == Some(Fault::After) { fail(Fault::After) } else { Ok(()) }
    }
}

fn opened(file: &[u8], by: &Identity, state: &mut Kept, now: u64) -> Result<Opened, Error> {
    open(file, Key::Identities(std::slice::from_ref(by)), &Limits::default(), state, now)
}

#[test]
fn any_of_the_recipients_opens_it_and_nobody_else() {
    let them: Vec<Identity> = (0..3).map(|_| Identity::generate().unwrap()).collect();
    let recipients: Vec<Recipient> = them.iter().map(Identity::recipient).collect();
    let terms = Terms::new(Some(NOW + DAY), Some(2)).unwrap();
    for photo in [&b""[..], b"\xFF\xD8\xFFphoto", &vec![7; 200_000]] {
        let file = sealed_to(&recipients, &terms, photo);
        assert_eq!(opens(&file), Ok(Opens::Identity));
        for identity in &them {
            let opened = opened(&file, identity, &mut Kept::default(), NOW).unwrap();
            assert_eq!((opened.bytes(), opened.terms()), (photo, &terms));
            assert_eq!(opened.views_left(), Some(1));
        }
        let stranger = Identity::generate().unwrap();
        assert_eq!(
            opened(&file, &stranger, &mut Kept::default(), NOW).err(),
            Some(Error::Identities)
        );
        let both = [Identity::generate().unwrap(), Identity::from_words(&them[2].to_words())];
        assert!(
            open(&file, Key::Identities(&both), &Limits::default(), &mut Kept::default(), NOW)
                .is_ok()
        );
    }
}

impl Identity {
    fn from_words(words: &str) -> Identity {
        words.parse().unwrap()
    }
}

#[test]
fn a_password_opens_what_it_sealed() {
    let terms = Terms::new(None, Some(1)).unwrap();
    let photo = b"\xFF\xD8\xFFphoto";
    let limits = Limits::default();
    let file = seal(photo, Lock::Password(&password()), &terms, &limits).unwrap();
    assert_eq!(opens(&file), Ok(Opens::Password));
    let mut state = Kept::default();
    let opened = open(&file, Key::Password(&password()), &limits, &mut state, NOW).unwrap();
    assert_eq!((opened.bytes(), opened.views_left()), (&photo[..], Some(0)));
    assert_eq!(opened.format(), Some(Format::Jpeg));
    let again = open(&file, Key::Password(&password()), &limits, &mut state, NOW);
    assert_eq!(again.err(), Some(Error::NoViewsLeft));
    let wrong = Password::new(Zeroizing::new("correct horses".into())).unwrap();
    let refused = open(&file, Key::Password(&wrong), &limits, &mut state, NOW);
    assert_eq!(refused.err(), Some(Error::Password));
    let identities = [Identity::generate().unwrap()];
    let refused = open(&file, Key::Identities(&identities), &limits, &mut state, NOW);
    assert_eq!(refused.err(), Some(Error::WantsPassword));
    let file = sealed_to(&[identities[0].recipient()], &terms, photo);
    let refused = open(&file, Key::Password(&password()), &limits, &mut state, NOW);
    assert_eq!(refused.err(), Some(Error::WantsIdentity));
    assert!(Password::new(Zeroizing::default()).is_none());
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let identity = Identity::generate().unwrap();
    let terms = Terms::new(Some(NOW + DAY), Some(200)).unwrap();
    let mut file = sealed_to(&[identity.recipient()], &terms, &[7; 700]);
    let mut state = Kept::default();
    let mut tried = 0;
    for at in 0..file.len() {
        for bit in 0..8 {
            file[at] ^= 1 << bit;
            assert!(opened(&file, &identity, &mut state, NOW).is_err(), "byte {at}, bit {bit}");
            file[at] ^= 1 << bit;
            tried += 1;
        }
        assert!(opened(&file[..at], &identity, &mut state, NOW).is_err(), "cut at {at}");
        tried += 1;
    }
    assert!(tried > 8_000);
    assert_eq!(state.record, None, "nothing that is refused takes a view");
    assert!(opened(&file, &identity, &mut state, NOW).is_ok());
}

#[test]
fn stanzas_of_other_files_are_refused() {
    let identity = Identity::generate().unwrap();
    let seal = |views| {
        sealed_to(&[identity.recipient()], &Terms::new(None, Some(views)).unwrap(), b"photo")
    };
    let (one, many) = (seal(1), seal(100));
    let part = |file: &[u8], from: &str, to: &str| -> Vec<u8> {
        let find =
            |word: &str| file.windows(word.len()).position(|w| w == word.as_bytes()).unwrap();
        file[find(from)..find(to)].to_vec()
    };
    let header_end = |file: &[u8]| file.windows(4).position(|w| w == b"\n---").unwrap() + 1;
    // the terms of another file of the same people
    let grease_at = |file: &[u8]| {
        let text = &file[..header_end(file)];
        text.windows(4).rposition(|w| w == b"\n-> ").unwrap() + 1
    };
    let other = [
        &one[..grease_at(&one)],
        &many[grease_at(&many)..header_end(&many)],
        &one[header_end(&one)..],
    ]
    .concat();
    assert!(opened(&other, &identity, &mut Kept::default(), NOW).is_err());
    // and none at all
    let other = [&one[..grease_at(&one)], &one[header_end(&one)..]].concat();
    assert!(opened(&other, &identity, &mut Kept::default(), NOW).is_err());
    assert!(!part(&one, "-> X25519", "---").is_empty());
}

#[test]
fn what_has_expired_stays_so_whatever_the_clock_says() {
    let identity = Identity::generate().unwrap();
    let terms = Terms::new(Some(NOW + DAY), None).unwrap();
    let expires = terms.expires().unwrap();
    let file = sealed_to(&[identity.recipient()], &terms, b"photo");
    let mut state = Kept::default();
    for (now, opens) in [
        (NOW, true),
        (expires - 1, true),
        (expires, false),
        (expires + 1, false),
        (NOW, false),
        (0, false),
    ] {
        let opened = opened(&file, &identity, &mut state, now);
        assert_eq!(opened.err(), (!opens).then_some(Error::Expired), "{now}");
    }
    // another file's opening counts for the clock as well
    let mut state = Kept::default();
    let later =
        sealed_to(&[identity.recipient()], &Terms::new(Some(NOW + 9 * DAY), None).unwrap(), b"");
    assert!(opened(&later, &identity, &mut state, NOW + 2 * DAY).is_ok());
    assert_eq!(opened(&file, &identity, &mut state, NOW).err(), Some(Error::Expired));
}

#[test]
fn no_fault_of_the_record_gives_a_view_twice() {
    let identity = Identity::generate().unwrap();
    let mut tried = 0;
    for views in 1..=4u8 {
        // every fault at every one of the openings
        for (at, fault) in
            (0..6).flat_map(|at| [Fault::Read, Fault::Write, Fault::After].map(|fault| (at, fault)))
        {
            let terms = Terms::new(None, Some(views)).unwrap();
            let file = sealed_to(&[identity.recipient()], &terms, b"photo");
            let mut state = Kept::default();
            let mut given = 0;
            for turn in 0..8 {
                state.fault = (turn == at).then_some(fault);
                let opened = opened(&file, &identity, &mut state, NOW);
                assert!(turn != at || opened.is_err());
                given += u8::from(opened.is_ok());
                tried += 1;
            }
            // one that was kept and not given is lost, as a crash must not give it back
            let lost = u8::from(fault == Fault::After && at < views.into());
            assert_eq!(given, views - lost, "{views} views, {fault:?} at {at}");
        }
    }
    assert_eq!(tried, 4 * 6 * 3 * 8);
}

#[test]
fn a_record_that_is_damaged_opens_nothing() {
    let identity = Identity::generate().unwrap();
    let mut state = Kept::default();
    let terms = Terms::new(Some(NOW + DAY), Some(9)).unwrap();
    let file = sealed_to(&[identity.recipient()], &terms, b"photo");
    assert!(opened(&file, &identity, &mut state, NOW).is_ok());
    let record = state.record.clone().unwrap();
    for at in 0..record.len() {
        let mut other = record.clone();
        other[at] ^= 0x10;
        for record in [other, record[..at].to_vec()] {
            let mut state = Kept { record: Some(record), fault: None };
            assert_eq!(opened(&file, &identity, &mut state, NOW).err(), Some(Error::State));
        }
    }
    let open = sealed_to(&[identity.recipient()], &Terms::default(), b"photo");
    let mut damaged = Kept { record: Some(vec![]), fault: None };
    assert!(opened(&open, &identity, &mut damaged, NOW).is_ok(), "no terms, no record");
}

#[test]
fn the_record_tells_neither_file_nor_count() {
    let identity = Identity::generate().unwrap();
    let mut state = Kept::default();
    let terms = Terms::new(None, Some(3)).unwrap();
    let files: Vec<Vec<u8>> =
        (0..5).map(|_| sealed_to(&[identity.recipient()], &terms, b"photo")).collect();
    let mut lengths = Vec::new();
    let mut seen = Vec::new();
    for turn in 0..3 {
        for file in &files {
            assert_eq!(
                opened(file, &identity, &mut state, NOW).unwrap().views_left(),
                Some(2 - turn)
            );
            let record = state.record.clone().unwrap();
            // no 8 bytes of any file are in it
            let file: std::collections::HashSet<&[u8]> = file.windows(8).collect();
            assert!(record.windows(8).all(|window| !file.contains(window)));
            lengths.push(record.len());
            seen.push(record);
        }
    }
    let full = 8 + 4 + 5 * 32 + 32;
    assert_eq!(lengths[4..], vec![full; 11], "it grows with files and not with views");
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn what_is_too_much_is_refused() {
    let identity = Identity::generate().unwrap();
    let file = sealed_to(&[identity.recipient()], &Terms::default(), &[7; 1000]);
    let limits = Limits { bytes: 999, ..Limits::default() };
    let refused =
        seal(&[7; 1000], Lock::Recipients(&[identity.recipient()]), &Terms::default(), &limits);
    assert!(matches!(refused.err(), Some(Error::Limit { .. })));
    let none = Limits { bytes: 0, ..limits };
    let identities = [identity];
    assert!(open(&file, Key::Identities(&identities), &none, &mut Kept::default(), NOW).is_ok());
    let long = vec![0; usize::try_from(longest(&none)).unwrap() + 1];
    let refused = open(&long, Key::Identities(&identities), &none, &mut Kept::default(), NOW);
    assert!(matches!(refused.err(), Some(Error::Limit { .. })));
    let recipient = Identity::generate().unwrap().recipient();
    let refused =
        seal(b"", Lock::Recipients(&vec![recipient; 257]), &Terms::default(), &Limits::default());
    assert!(matches!(refused.err(), Some(Error::Limit { .. })));
    assert!(seal(b"", Lock::Recipients(&[]), &Terms::default(), &Limits::default()).is_err());
}

/// The form of a header, as an observer sees it.
#[derive(Debug, Default)]
struct Form {
    kind: usize,
    arguments: Vec<usize>,
    body: usize,
}

fn last_stanza(file: &[u8]) -> Form {
    let header = std::str::from_utf8(&file[..header::length(file).unwrap()]).unwrap();
    let stanzas: Vec<&str> = header.split("\n-> ").skip(1).collect();
    assert_eq!(stanzas.len(), 2);
    let mut lines = stanzas[1].lines();
    let mut words = lines.next().unwrap().split(' ');
    let kind = words.next().unwrap().strip_suffix("-grease").unwrap().len();
    let arguments = words.map(str::len).collect();
    // behind the body stands the line of the MAC
    let body: usize = lines.filter(|line| !line.starts_with("--- ")).map(str::len).sum();
    Form { kind, arguments, body: body * 3 / 4 }
}

/// The same of a file that age's crate alone has sealed, with room for terms.
fn last_stanza_of_age(to: &Recipient) -> Form {
    loop {
        let form = last_stanza(
            &age::encrypt(&to.to_string().parse::<age::x25519::Recipient>().unwrap(), b"photo")
                .unwrap(),
        );
        if form.body >= HIDDEN {
            return form;
        }
    }
}

#[test]
fn an_observer_cannot_tell_files_with_terms_from_those_without_or_of_age() {
    const FILES: usize = 6_000;
    let to = [Identity::generate().unwrap().recipient()];
    let terms = Terms::new(Some(NOW + DAY), Some(1)).unwrap();
    let sealed = |terms: &Terms| last_stanza(&sealed_to(&to, terms, b"photo"));
    for others in [&|| sealed(&Terms::default()) as Form, &|| last_stanza_of_age(&to[0])]
        as [&dyn Fn() -> Form; 2]
    {
        let forms = [
            (0..FILES).map(|_| sealed(&terms)).collect::<Vec<Form>>(),
            (0..FILES).map(|_| others()).collect(),
        ];
        look_alike(&forms);
    }
}

/// That files cannot be told apart by the forms of their last stanzas.
fn look_alike(forms: &[Vec<Form>; 2]) {
    type Feature = fn(&Form) -> usize;
    let features: [(&str, Feature, std::ops::RangeInclusive<usize>); 4] = [
        ("letters of the kind", |form| form.kind, 1..=8),
        ("arguments", |form| form.arguments.len(), 0..=4),
        (
            "letters of the first argument",
            |form| form.arguments.first().copied().unwrap_or(9),
            1..=9,
        ),
        ("bytes of the body", |form| form.body, HIDDEN..=99),
    ];
    for (name, feature, range) in features {
        let mut counts: HashMap<usize, [f64; 2]> = HashMap::new();
        for (which, forms) in forms.iter().enumerate() {
            for form in forms {
                counts.entry(feature(form)).or_default()[which] += 1.0;
            }
        }
        assert!(counts.keys().all(|value| range.contains(value)), "{name}");
        assert_eq!(counts.len(), range.count(), "{name}: every value comes up");
        // chi-squared of two samples; its mean is the degrees of freedom, its variance twice that
        let chi: f64 = counts.values().map(|[a, b]| (a - b).powi(2) / (a + b)).sum();
        let freedom = counts.len() as f64 - 1.0;
        assert!(chi < freedom + 6.0 * (2.0 * freedom).sqrt(), "{name}: {chi} of {freedom}");
    }
}
