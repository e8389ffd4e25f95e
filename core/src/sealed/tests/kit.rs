//! Files of another maker: put together here by the standard (age-encryption.org/v1), byte by byte, right
//! ones and every kind of wrong ones. All that is wrong but for what is named is right, the MAC as well:
//! each rule is asked for by itself.

use age_core::format::Stanza;
use age_core::primitives::hkdf;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use super::super::keys::{self, FileKey};
use super::*;

const KEY: u8 = 7;
const NONCE: [u8; 16] = [9; 16];
const CHUNK: usize = 64 << 10;

fn only(recipient: &dyn age::Recipient) -> Stanza {
    let file_key = age_core::format::FileKey::new(Box::new([KEY; 16]));
    recipient.wrap_file_key(&file_key).unwrap().0.remove(0)
}

fn for_identity(identity: &Identity) -> Stanza {
    only(identity.recipient().as_age())
}

/// With so little work that it takes no time.
fn for_password() -> Stanza {
    let mut recipient = age::scrypt::Recipient::new("correct horse".into());
    recipient.set_work_factor(2);
    only(&recipient)
}

fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD_NO_PAD.encode(bytes)
}

fn text(stanza: &Stanza) -> String {
    let mut text = format!("-> {}", stanza.tag);
    stanza.args.iter().for_each(|argument| text.extend([" ", argument]));
    let body = encode(&stanza.body);
    let mut rest = body.as_str();
    while rest.len() >= 64 {
        let (line, more) = rest.split_at(64);
        text.extend(["\n", line]);
        rest = more;
    }
    format!("{text}\n{rest}\n")
}

/// A header of `stanzas`, in order but for them.
fn header_of(stanzas: &str) -> String {
    let covered = format!("age-encryption.org/v1\n{stanzas}---");
    let key = FileKey::of_byte(KEY).derive(b"header");
    let mac = encode(&keys::hmac(&key[..], covered.as_bytes()));
    format!("{covered} {mac}\n")
}

fn chunk(plain: &[u8], number: u8, last: bool) -> Vec<u8> {
    let key = hkdf(&NONCE, b"payload", &[KEY; 16]);
    let cipher = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).unwrap());
    let mut nonce = [0; 12];
    (nonce[10], nonce[11]) = (number, u8::from(last));
    let nonce = Nonce::assume_unique_for_key(nonce);
    let mut bytes = plain.to_vec();
    cipher.seal_in_place_append_tag(nonce, Aad::empty(), &mut bytes).unwrap();
    bytes
}

/// A small photo behind `header`.
fn file_of(header: &str) -> Vec<u8> {
    [header.as_bytes(), &NONCE, &chunk(b"photo", 0, true)].concat()
}

fn by_identity(file: &[u8], identity: &Identity) -> Result<Vec<u8>, Error> {
    let mut state = Kept::default();
    let opened = opened(file, identity, &mut state, NOW);
    assert_eq!(state.record, None, "a file of another maker has no terms");
    opened.map(|opened| opened.bytes().to_vec())
}

fn by_password(file: &[u8]) -> Result<Vec<u8>, Error> {
    let mut state = Kept::default();
    open(file, Key::Password(&password()), &Limits::default(), &mut state, NOW)
        .map(|opened| opened.bytes().to_vec())
}

#[test]
fn files_by_the_standard_open() {
    let identity = Identity::generate().unwrap();
    let mine = text(&for_identity(&identity));
    let other = text(&for_identity(&Identity::generate().unwrap()));
    let unknown = "-> ! ~ a b\nAAAA\n";
    let empty = "-> a-grease\n\n";
    let full = format!("-> a-grease b\n{}\n\n", "A".repeat(64));
    for stanzas in [
        mine.clone(),
        format!("{other}{mine}"),
        format!("{mine}{other}"),
        format!("{mine}{mine}"),
        format!("{unknown}{mine}{full}"),
        format!("{mine}{empty}"),
        format!("{empty}{full}{mine}"),
    ] {
        let file = file_of(&header_of(&stanzas));
        assert_eq!(opens(&file), Ok(Opens::Identity));
        assert_eq!(by_identity(&file, &identity).as_deref(), Ok(&b"photo"[..]), "{stanzas}");
    }
    let file = file_of(&header_of(&text(&for_password())));
    assert_eq!(opens(&file), Ok(Opens::Password));
    assert_eq!(by_password(&file).as_deref(), Ok(&b"photo"[..]));
}

#[test]
fn stanzas_of_recipients_that_are_not_in_order_are_refused() {
    let identity = Identity::generate().unwrap();
    let one = std::array::from_fn::<u8, 32, _>(|at| u8::from(at == 0));
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Stanza), Error);
    let changes: [Change<'_>; 12] = [
        ("a kind in other letters", &|s| s.tag = "x25519".into(), Error::Identities),
        ("no share", &|s| s.args.clear(), Error::HEADER),
        ("two shares", &|s| s.args.push(s.args[0].clone()), Error::HEADER),
        ("an argument more", &|s| s.args.push("a".into()), Error::HEADER),
        ("a short share", &|s| s.args[0] = encode(&[5; 31]), Error::HEADER),
        ("a long share", &|s| s.args[0] = encode(&[5; 33]), Error::HEADER),
        ("a share with padding", &|s| s.args[0].push('='), Error::HEADER),
        ("a share with bits behind it", &|s| s.args[0] = "A".repeat(42) + "B", Error::HEADER),
        ("a share of low order", &|s| s.args[0] = encode(&[0; 32]), Error::HEADER),
        ("another share of low order", &|s| s.args[0] = encode(&one), Error::HEADER),
        ("a short body", &|s| s.body.truncate(31), Error::HEADER),
        ("a long body", &|s| s.body.push(0), Error::HEADER),
    ];
    for (what, change, error) in changes {
        let mut stanza = for_identity(&identity);
        change(&mut stanza);
        let file = file_of(&header_of(&text(&stanza)));
        assert_eq!(by_identity(&file, &identity).err(), Some(error), "{what}");
    }
}

#[test]
fn stanzas_of_passwords_that_are_not_in_order_are_refused() {
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Stanza), Error);
    let work_of = |work: &'static str| move |s: &mut Stanza| s.args[1] = work.into();
    let work = || Error::Work { most: 20 };
    let changes: [Change<'_>; 14] = [
        ("no work factor", &|s| s.args.truncate(1), Error::HEADER),
        ("an argument more", &|s| s.args.push("2".into()), Error::HEADER),
        ("a short salt", &|s| s.args[0] = encode(&[5; 15]), Error::HEADER),
        ("a long salt", &|s| s.args[0] = encode(&[5; 17]), Error::HEADER),
        ("a short body", &|s| s.body.truncate(31), Error::HEADER),
        ("a long body", &|s| s.body.push(0), Error::HEADER),
        ("work of nought", &work_of("0"), Error::HEADER),
        ("work with nought before it", &work_of("02"), Error::HEADER),
        ("work with a sign", &work_of("+2"), Error::HEADER),
        ("work in other digits", &work_of("0x2"), Error::HEADER),
        ("a little too much work", &work_of("21"), work()),
        ("too much work for any machine", &work_of("64"), work()),
        ("the most work that a byte holds", &work_of("255"), work()),
        ("another salt", &|s| s.args[0] = "A".repeat(22), Error::Password),
    ];
    for (what, change, error) in changes {
        let mut stanza = for_password();
        change(&mut stanza);
        let file = file_of(&header_of(&text(&stanza)));
        assert_eq!(by_password(&file).err(), Some(error), "{what}");
    }
}

#[test]
fn a_password_stands_alone() {
    let identity = Identity::generate().unwrap();
    let (mine, password) = (text(&for_identity(&identity)), text(&for_password()));
    for stanzas in [
        format!("{mine}{password}"),
        format!("{password}{mine}"),
        format!("{password}{password}"),
        format!("{password}-> a-grease\n\n"),
    ] {
        let file = file_of(&header_of(&stanzas));
        assert_eq!(opens(&file).err(), Some(Error::HEADER));
        assert_eq!(by_identity(&file, &identity).err(), Some(Error::HEADER));
        assert_eq!(by_password(&file).err(), Some(Error::HEADER));
    }
}

#[test]
fn headers_that_are_not_in_order_are_refused() {
    let identity = Identity::generate().unwrap();
    let mine = text(&for_identity(&identity));
    for stanzas in [
        String::new(),
        format!("\n{mine}"),
        format!("{mine}\n"),
        format!("{mine}a\n"),
        format!("{mine}-> \n\n"),
        format!("{mine}->\n\n"),
        format!("{mine}-> a  b\n\n"),
        format!("{mine}-> a \n\n"),
        format!("{mine}-> a\tb\n\n"),
        format!("{mine}-> a ü\n\n"),
        format!("{mine}-> a\nAAAA=\n"),
        format!("{mine}-> a\nAB\n"),
        format!("{mine}-> a\nA\n"),
        format!("{mine}-> a\nAAAA\nAAAA\n"),
        format!("{mine}-> a\n{}\n", "A".repeat(65)),
        mine.replace('\n', "\r\n"),
        mine.replace("-> ", "->"),
        mine.replace("-> ", "=> "),
    ] {
        let file = file_of(&header_of(&stanzas));
        assert_eq!(by_identity(&file, &identity).err(), Some(Error::HEADER), "{stanzas:?}");
    }
    let right = header_of(&mine);
    let (start, mac) = right.trim_end().rsplit_once(' ').unwrap();
    for (end, error) in [
        (format!(" {}\n", &mac[..42]), Error::HEADER),
        (format!(" {mac}A\n"), Error::HEADER),
        (format!(" {mac}=\n"), Error::HEADER),
        (format!(" {mac} \n"), Error::HEADER),
        (format!("  {mac}\n"), Error::HEADER),
        (format!(" {mac}\r\n"), Error::HEADER),
        ("\n".into(), Error::HEADER),
        (format!(" {}B\n", "A".repeat(42)), Error::HEADER),
        (format!(" {}\n", "A".repeat(43)), Error::CHANGED),
    ] {
        let file = file_of(&format!("{start}{end}"));
        assert_eq!(by_identity(&file, &identity).err(), Some(error), "{end:?}");
    }
    for (file, error) in [
        ("", Error::NotSealed),
        ("\u{FEFF}age-encryption.org/v1\n", Error::NotSealed),
        ("AGE-ENCRYPTION.ORG/v1\n", Error::NotSealed),
        ("age-encryption.org/v1", Error::CUT),
        ("age-encryption.org/v1\n-> a", Error::CUT),
        ("age-encryption.org/v1\n-> a\n\n--- AAAA", Error::CUT),
        ("age-encryption.org/v1\r\n", Error::Version),
        ("age-encryption.org/v2\n", Error::Version),
        ("age-encryption.org/v11\n", Error::Version),
        ("-----BEGIN AGE ENCRYPTED FILE-----\n", Error::Armor),
    ] {
        assert_eq!(opens(file.as_bytes()).err(), Some(error), "{file:?}");
    }
}

#[test]
fn bombs_in_headers_are_refused() {
    let identity = Identity::generate().unwrap();
    let mine = text(&for_identity(&identity));
    let line = format!("{}\n", "A".repeat(64));
    for stanzas in [
        "-> a\n\n".repeat(1100),
        "-> a\n\n".repeat(20_000),
        format!("-> {}\n\n", "a".repeat(1 << 20)),
        format!("-> a{}\n\n", " b".repeat(1 << 20)),
        format!("-> a\n{}\n", line.repeat(1 << 14)),
        mine.repeat(700),
    ] {
        let file = file_of(&header_of(&format!("{mine}{stanzas}")));
        assert_eq!(opens(&file).err(), Some(Error::HEADER_TOO_LONG));
        assert_eq!(by_identity(&file, &identity).err(), Some(Error::HEADER_TOO_LONG));
    }
    // as many as an honest file may have
    let file = file_of(&header_of(&mine.repeat(600)));
    assert_eq!(by_identity(&file, &identity).as_deref(), Ok(&b"photo"[..]));
}

#[test]
fn payloads_by_the_standard_open_and_others_do_not() {
    let identity = Identity::generate().unwrap();
    let header = header_of(&text(&for_identity(&identity)));
    let of = |payload: &[u8]| by_identity(&[header.as_bytes(), payload].concat(), &identity);
    let joined = |chunks: &[Vec<u8>]| [&NONCE[..], &chunks.concat()].concat();
    let full = |number, last| chunk(&[3; CHUNK], number, last);
    let small = |number, last| chunk(b"a", number, last);
    let empty = |number| chunk(b"", number, true);
    for (chunks, length) in [
        (vec![empty(0)], 0),
        (vec![small(0, true)], 1),
        (vec![full(0, true)], CHUNK),
        (vec![full(0, false), small(1, true)], CHUNK + 1),
        (vec![full(0, false), full(1, true)], 2 * CHUNK),
    ] {
        assert_eq!(of(&joined(&chunks)).map(|photo| photo.len()), Ok(length));
    }
    for (what, chunks, error) in [
        ("no chunk", vec![], Error::CUT),
        ("a small one, not the last", vec![small(0, false)], Error::CHANGED),
        ("a full one, not the last", vec![full(0, false)], Error::CUT),
        ("two, neither the last", vec![full(0, false), full(1, false)], Error::CUT),
        ("an empty last", vec![full(0, false), empty(1)], Error::CHANGED),
        ("two last", vec![full(0, true), small(1, true)], Error::CHANGED),
        ("two full last", vec![full(0, true), full(1, true)], Error::CHANGED),
        ("numbered from one", vec![small(1, true)], Error::CHANGED),
        ("a number twice", vec![full(0, false), small(0, true)], Error::CHANGED),
        ("a number left out", vec![full(0, false), small(2, true)], Error::CHANGED),
        ("a small first", vec![small(0, false), small(1, true)], Error::CHANGED),
        ("a byte behind", vec![small(0, true), vec![0]], Error::CHANGED),
        ("a byte behind a full one", vec![full(0, true), vec![0]], Error::CHANGED),
        ("part of a tag", vec![empty(0)[..15].to_vec()], Error::CHANGED),
    ] {
        assert_eq!(of(&joined(&chunks)).err(), Some(error), "{what}");
    }
    for length in 0..16 {
        assert_eq!(of(&NONCE[..length]).err(), Some(Error::CUT), "{length} bytes of the nonce");
    }
}
