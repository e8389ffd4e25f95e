use super::header::Header;
use super::*;
use crate::constants::vp8::{TOKEN_DEFAULTS, TOKEN_UPDATES};

/// A frame of 9 × 7 pixels that libwebp 1.2.4 coded.
const SMALL: &[u8] = &[
    0x70, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x09, 0x00, 0x07, 0x00, 0x02, 0x80, 0x42, 0x25, 0xA8, 0x02,
    0x74, 0x01, 0x40, 0x00, 0x00, 0xFE, 0xE7, 0xCF, 0xEE, 0xDF, 0x23, 0xA3, 0x6D, 0x4E, 0xF8, 0x65,
    0xB3, 0xB8, 0xFD, 0x3F, 0xF1, 0x20, 0xAF, 0x9D, 0xBF, 0xD7, 0xDC, 0x6B, 0xA1, 0x93, 0x04, 0x00,
    0x00, 0x00,
];

fn bytes(lossy: &Lossy<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    lossy
        .write(|part| {
            out.extend_from_slice(part);
            Ok::<(), ()>(())
        })
        .unwrap();
    assert_eq!(out.len(), lossy.len());
    out
}

fn cleaned(data: &[u8]) -> Result<Vec<u8>, Error> {
    walk(Coded { data, at: 0 }).map(|lossy| bytes(&lossy))
}

/// What a header tells that changes no pixel of [`SMALL`], whose filter is on and which has one
/// segment.
#[derive(Clone, Copy, Default)]
struct Idle {
    colour: bool,
    clamping: bool,
    refresh: bool,
    /// Added to the changes of the filter level that key frames do not use.
    delta: i8,
    /// Told for every probability that is usual and that nothing uses.
    probability: Option<u8>,
    /// A probability that is told although it is the usual one.
    told: bool,
}

/// [`SMALL`] with another first partition.
fn with_header(idle: Idle) -> Vec<u8> {
    let length = usize::from(SMALL[0] >> 5) | usize::from(SMALL[1]) << 3;
    let first = &SMALL[HEAD..HEAD + length];
    let mut bools = Bools::new(first);
    let header = Header::read(&mut bools);
    let start = bools.clone();
    let modes = Modes::read(&mut bools, &header, 1, 1).unwrap();
    let mut tokens = Tokens::new(header.tokens, 1);
    let mut reader = Bools::new(&SMALL[HEAD + length..]);
    tokens.row(&mut reader, modes.rows().next().unwrap());
    let mut used = [[[[1u8; 11]; 3]; 8]; 4];
    tokens.keep_used(&mut used);

    let mut out = BoolWriter::with_capacity(0);
    out.flag(idle.colour);
    out.flag(idle.clamping);
    let mut again = Bools::new(first);
    again.flag();
    again.flag();
    // the fields up to the changes of the filter level
    assert!(!again.flag(), "no segments");
    out.flag(false);
    for _ in 0..10 {
        out.flag(again.flag());
    }
    assert!(!again.flag(), "no changes of the filter level");
    out.flag(idle.delta != 0);
    if idle.delta != 0 {
        out.flag(true);
        [0, 1, 1, 1, 0, 1, 1, 1].iter().for_each(|unused| out.signed(unused * idle.delta, 6));
    }
    for _ in 0..9 {
        out.flag(again.flag());
    }
    for _ in 0..5 {
        out.signed(again.signed(4), 4);
    }
    again.flag();
    out.flag(idle.refresh);
    let flat = |all: &crate::constants::vp8::TokenProbabilities| -> Vec<u8> {
        all.as_flattened().as_flattened().as_flattened().to_vec()
    };
    let (told, usual, updates) =
        (flat(&header.tokens), flat(&TOKEN_DEFAULTS), flat(&TOKEN_UPDATES));
    // what nothing uses became the usual one
    let used = flat(&used);
    for index in 0..told.len() {
        let unused = used[index] == usual[index] && used[index] != 1;
        let value = idle.probability.filter(|_| unused).unwrap_or(told[index]);
        let tell = value != usual[index] || idle.told;
        out.put(tell, updates[index]);
        if tell {
            out.number(value, 8);
        }
    }
    out.flag(header.has_tokens.is_some());
    if let Some(probability) = header.has_tokens {
        out.number(probability, 8);
    }
    modes::copy(start, &header, 1, 1, &mut out);
    let first = out.finish(0);
    let tag = u32::from(SMALL[0] & 0x1F) | (first.len() as u32) << 5;
    [&tag.to_le_bytes()[..3], &SMALL[3..HEAD], &first, &SMALL[HEAD + length..]].concat()
}

/// A header has room for more than a thousand bytes that change no pixel.
#[test]
fn what_the_header_tells_for_nothing_is_gone() {
    let expected = cleaned(SMALL).unwrap();
    let idle = [
        Idle::default(),
        Idle { colour: true, ..Idle::default() },
        Idle { clamping: true, ..Idle::default() },
        Idle { refresh: true, ..Idle::default() },
        Idle { delta: 5, ..Idle::default() },
        Idle { delta: -63, ..Idle::default() },
        Idle { probability: Some(b'P'), ..Idle::default() },
        Idle { probability: Some(0), told: true, ..Idle::default() },
        Idle { told: true, ..Idle::default() },
    ];
    for (index, idle) in idle.into_iter().enumerate() {
        let marked = with_header(idle);
        assert!(index == 0 || marked != with_header(Idle::default()), "{index}: nothing planted");
        assert_eq!(cleaned(&marked), Ok(expected.clone()), "{index}");
    }
    assert_eq!(cleaned(&expected), Ok(expected));
}

#[test]
fn frames_that_libwebp_refuses_are_refused() {
    let changed = |at: usize, value: u8| {
        let mut data = SMALL.to_vec();
        data[at] = value;
        cleaned(&data)
    };
    // no key frame, version 4, not shown, no start, no size
    for (at, value) in
        [(0, SMALL[0] | 1), (0, SMALL[0] | 8), (0, SMALL[0] & !0x10), (3, 0), (6, 0), (8, 0)]
    {
        assert!(matches!(changed(at, value), Err(Error::Damaged { .. })), "{at} {value}");
    }
    // the first partition, and that of tokens, past every range
    let length = usize::from(SMALL[0] >> 5) | usize::from(SMALL[1]) << 3;
    for at in [HEAD, HEAD + length] {
        assert_eq!(changed(at, 0xFF), Err(Error::Damaged { at: at as u64, what: NO_NUMBER }));
    }
    for end in 0..SMALL.len() - 3 {
        assert!(cleaned(&SMALL[..end]).is_err(), "{end}");
    }
}
