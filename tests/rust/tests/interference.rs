//! Two files that differ only in what no decoder needs become the same file.

mod common;

use common::rewrite::{extended, huffman_tables, moved, renumbered, repeated};
use common::{Faults, changed, strip};
use unmarked_fixtures::{Colour, Header, Jpeg, Photo, Piece, Process, QuantTable, kinds, marker};

fn with(name: &str, change: impl FnOnce(&mut Photo)) -> Jpeg {
    let mut photo = kinds::named(name);
    change(&mut photo);
    photo.encode()
}

/// Checks that all of `files` are cleaned to the same bytes, and look as before.
fn same(faults: &mut Faults, what: &str, files: &[Jpeg]) {
    let mut first: Option<Vec<u8>> = None;
    for (number, file) in files.iter().enumerate() {
        let photo = file.bytes();
        match strip(&photo) {
            Ok(clean) => {
                if let Some(words) = changed(&photo, &clean) {
                    faults.add(format!("{what}, file {number}: {words}"));
                }
                let first = first.get_or_insert_with(|| clean.clone());
                faults.check(*first == clean, || format!("{what}: file {number} leaves a trace"));
            }
            Err(error) => faults.add(format!("{what}: file {number} is refused: {error}")),
        }
    }
}

#[test]
fn ids_and_headers_tell_colours_and_nothing_else() {
    let mut faults = Faults::default();
    let (jfif, adobe) = (Header::Jfif, Header::Adobe);
    let case = |base: &str, ids: &[u8], headers: &[Header]| {
        with(base, |p| {
            p.ids = ids.to_vec();
            p.headers = headers.to_vec();
        })
    };
    for base in ["420", "progressive", "separate-scans-restart"] {
        let files = [
            case(base, &[1, 2, 3], &[jfif]),
            case(base, &[0, 1, 2], &[jfif]),
            case(base, &[9, 200, 34], &[jfif]),
            case(base, b"RGB", &[jfif]),
            case(base, b"RGB", &[jfif, adobe(0)]),
            case(base, &[1, 2, 3], &[]),
            case(base, &[0x22, 1, 0x21], &[]),
            case(base, &[1, 2, 3], &[adobe(1)]),
            case(base, b"RGB", &[adobe(1)]),
            case(base, &[1, 2, 3], &[adobe(7)]),
            case(base, &[1, 2, 3], &[adobe(0), adobe(1)]),
        ];
        same(&mut faults, &format!("YCbCr, {base}"), &files);
    }
    let rgb = [
        case("rgb-adobe", &[1, 2, 3], &[adobe(0)]),
        case("rgb-adobe", b"RGB", &[]),
        case("rgb-adobe", b"RGB", &[adobe(0)]),
        case("rgb-adobe", &[7, 8, 9], &[adobe(0)]),
    ];
    same(&mut faults, "RGB", &rgb);
    // Photoshop writes inks inverted, and many viewers turn them back where they see its segment:
    // with it and without it are two pictures
    let cmyk = [
        case("cmyk-adobe", &[1, 2, 3, 4], &[adobe(0)]),
        case("cmyk-adobe", b"CMYK", &[adobe(0)]),
        case("cmyk-adobe", &[0, 1, 2, 3], &[jfif, adobe(0)]),
    ];
    same(&mut faults, "CMYK by Adobe", &cmyk);
    let cmyk = [
        case("cmyk-plain", &[1, 2, 3, 4], &[]),
        case("cmyk-plain", b"CMYK", &[]),
        case("cmyk-plain", &[0, 1, 2, 3], &[jfif]),
    ];
    same(&mut faults, "CMYK without Adobe", &cmyk);
    let ycck = [
        case("ycck", &[1, 2, 3, 4], &[adobe(2)]),
        case("ycck", &[1, 2, 3, 4], &[adobe(1)]),
        case("ycck", &[0, 1, 2, 3], &[jfif, adobe(2)]),
    ];
    same(&mut faults, "YCCK", &ycck);
    let grey = [
        case("grey", &[1], &[jfif]),
        case("grey", &[0], &[]),
        case("grey", b"R", &[adobe(0)]),
        case("grey", &[1], &[adobe(2)]),
    ];
    same(&mut faults, "grey", &grey);
    faults.none();
}

#[test]
fn where_tables_stand_tells_nothing() {
    let mut faults = Faults::default();
    for base in
        ["grey", "420", "progressive", "extended-high-slots", "separate-scans", "cmyk-adobe"]
    {
        let files = [
            with(base, |_| {}),
            with(base, |p| p.split_tables = true),
            with(base, |p| p.falling_slots = true),
            with(base, |p| (p.split_tables, p.falling_slots) = (true, true)),
            moved(with(base, |_| {})),
            repeated(with(base, |_| {})),
            renumbered(with(base, |_| {}), [3, 2, 1, 0], [0, 1, 2, 3]),
            renumbered(with(base, |_| {}), [1, 3, 0, 2], [0, 1, 2, 3]),
            extended(renumbered(with(base, |_| {}), [0, 1, 2, 3], [2, 0, 3, 1])),
        ];
        same(&mut faults, base, &files);
    }
    faults.none();
}

/// Which slots hold equal tables is not part of the picture.
#[test]
fn equal_tables_in_several_slots_are_one() {
    let shared = with("one-table-for-all", |_| {});
    let mut apart = shared.clone();
    for piece in &mut apart.pieces {
        let payload = piece.payload().to_vec();
        if piece.is(marker::DQT) {
            let again = [1, 2].map(|slot| [&[slot], &payload[1..]].concat()).concat();
            *piece = Piece::segment(marker::DQT, [payload, again].concat());
        } else if piece.is_frame() {
            let mut payload = payload;
            for c in 0..3 {
                payload[8 + 3 * c] = c as u8;
            }
            *piece = Piece::segment(marker::SOF0, payload);
        } else if piece.is(marker::DHT) {
            let [dc, ac] = &huffman_tables(&payload)[..] else { panic!("two tables") };
            let all = [dc, &[&[0x01], &dc[1..]].concat(), ac, &[&[0x11], &ac[1..]].concat()];
            *piece = Piece::segment(marker::DHT, all.map(|t| t.to_vec()).concat());
        } else if piece.is(marker::SOS) {
            let mut payload = payload;
            payload[6] = 0x11;
            *piece = Piece::segment(marker::SOS, payload);
        }
    }
    let mut faults = Faults::default();
    same(&mut faults, "equal tables", &[shared, apart]);
    faults.none();
}

/// A single component is never interleaved, so its sampling factors say nothing: T.81, A.2.2.
#[test]
fn sampling_of_a_single_component_tells_nothing() {
    let mut faults = Faults::default();
    for base in ["grey", "grey-progressive"] {
        let files = [(1, 1), (2, 2), (2, 1), (4, 4)].map(|s| with(base, |p| p.sampling = vec![s]));
        same(&mut faults, base, &files);
    }
    faults.none();
}

/// The restart interval counts only where it makes a restart.
#[test]
fn an_interval_without_a_restart_tells_nothing() {
    let mut faults = Faults::default();
    let small = || Photo::new(16, 16, Colour::YCbCr);
    let interval = |restart: u16, process: Process| {
        let mut photo = small();
        (photo.restart, photo.process) = (restart, process);
        photo.encode()
    };
    for process in [Process::Baseline, Process::Extended] {
        // four MCUs
        let files = [0, 4, 5, 300, 65_535].map(|n| interval(n, process));
        same(&mut faults, &format!("{process:?}"), &files);
    }
    faults.none();
}

#[test]
fn the_width_of_table_entries_and_the_name_of_the_process_tell_nothing() {
    let mut faults = Faults::default();
    let files = [
        with("420", |_| {}),
        with("420", |p| p.process = Process::Extended),
        with("420", |p| p.wide = true),
        with("420", |p| (p.process, p.wide) = (Process::Extended, true)),
    ];
    same(&mut faults, "420", &files);
    let table = QuantTable::scaled(false, 60);
    assert!(table.0.iter().all(|v| *v < 256), "the tables of this test fit 8 bits");
    faults.none();
}
