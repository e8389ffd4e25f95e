//! Files that ask for far more than they hold. One test, since it watches the memory of the process.

mod common;

use std::time::{Duration, Instant};

use common::{METHODS, alone};
use unmarked::{Error, Policy, audit, inspect};
use unmarked_fixtures::{Colour, Jpeg, Photo, Piece, Process, Scan, kinds, marker};

/// The most resident memory of this process so far, in bytes; none but on Linux.
fn highest_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}

/// The photo with another size in its frame.
fn resized(photo: &Photo, width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = photo.encode();
    let frame = jpeg.frame();
    let payload = jpeg.pieces[frame].payload_mut().unwrap();
    payload[1..3].copy_from_slice(&height.to_be_bytes());
    payload[3..5].copy_from_slice(&width.to_be_bytes());
    jpeg.bytes()
}

/// A progressive picture that says again and again that nothing follows: `count` scans of a few bytes,
/// each of one frequency and one bit, as T.81 allows them.
fn many_scans(width: u16, height: u16, count: usize) -> Vec<u8> {
    let mut photo = kinds::named("grey-progressive");
    photo.scans = vec![Scan::progressive(&[0], (0, 0), (0, 0))];
    let mut jpeg: Jpeg = photo.encode();
    let frame = jpeg.frame();
    let payload = jpeg.pieces[frame].payload_mut().unwrap();
    payload[1..3].copy_from_slice(&height.to_be_bytes());
    payload[3..5].copy_from_slice(&width.to_be_bytes());
    // DC: one bit for each block, that it is as the one before
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    let dc = [[0x00, 1].as_slice(), &[0; 15], &[0]].concat();
    let mut data = vec![0; blocks.div_ceil(8)];
    if !blocks.is_multiple_of(8) {
        *data.last_mut().unwrap() = 0xFF >> (blocks % 8);
    }
    let first = jpeg.scans()[0];
    jpeg.pieces[first + 1] = Piece::Coded(data);
    jpeg.insert(first, Piece::segment(marker::DHT, dc));
    jpeg.pieces.pop();
    // a table with one symbol: a run of ended blocks as long as can be
    let table = [[0x10, 1].as_slice(), &[0; 15], &[0xE0]].concat();
    jpeg.pieces.push(Piece::segment(marker::DHT, table));
    // one zero for the symbol, fourteen bits for the length
    let mut bits = String::new();
    let mut left = blocks;
    while left > 0 {
        let run = left.clamp(0x4000, 0x7FFF);
        bits += &format!("0{:014b}", run - 0x4000);
        left = left.saturating_sub(run);
    }
    let data: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .flat_map(|bits| {
            let byte = (0..8).fold(0, |n, i| n << 1 | bits.get(i).map_or(1, |b| b - b'0'));
            if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] }
        })
        .collect();
    let bits = (0..=13u8).rev().map(|low| if low == 13 { low } else { (low + 1) << 4 | low });
    let scans = bits.flat_map(|bits| (1..64u8).map(move |k| [1, 1, 0, k, k, bits]));
    for header in scans.take(count) {
        jpeg.pieces.push(Piece::segment(marker::SOS, header));
        jpeg.pieces.push(Piece::Coded(data.clone()));
    }
    jpeg.pieces.push(Piece::Marker(marker::EOI));
    jpeg.bytes()
}

#[test]
fn bombs_are_refused_before_memory_is_taken() {
    let colours = Photo::new(16, 16, Colour::YCbCr);
    let mut progressive = colours.clone();
    progressive.process = Process::Progressive;
    let separate = Photo { scans: Photo::separate(3), ..colours.clone() };
    let restart = Photo { restart: 1, ..colours.clone() };
    // how each is refused where it is: by a limit, or because it is damaged or cut off
    let bombs: Vec<(&str, Vec<u8>, bool)> = vec![
        ("65,500 × 65,500, baseline", resized(&colours, 65_500, 65_500), true),
        ("65,500 × 65,500, progressive", resized(&progressive, 65_500, 65_500), true),
        ("65,500 × 65,500, separate scans", resized(&separate, 65_500, 65_500), true),
        ("65,500 × 65,500, restarts", resized(&restart, 65_500, 65_500), true),
        ("65,500 × 65,500, grey", resized(&Photo::new(8, 8, Colour::Grey), 65_500, 65_500), true),
        ("800 scans of a small picture", many_scans(64, 64, 800), true),
        ("800 scans of a large picture", many_scans(20_000, 20_000, 800), true),
        ("20,000 × 20,000, progressive", resized(&progressive, 20_000, 20_000), false),
        ("20,000 × 20,000, baseline", resized(&colours, 20_000, 20_000), false),
        ("20,000 × 20,000, separate scans", resized(&separate, 20_000, 20_000), false),
        ("20,000 × 20,000, restarts", resized(&restart, 20_000, 20_000), false),
    ];
    // what is within all limits may take its time, which grows with pixels and scans alone
    let start = Instant::now();
    let heavy = many_scans(4_000, 4_000, 250);
    let cleaned = METHODS.map(|method| unmarked::clean(&heavy, &alone(method)).is_ok());
    println!("250 scans of 16 MP in {} bytes: {cleaned:?} in {:?}", heavy.len(), start.elapsed());

    let before = highest_memory();
    let mut slowest = Duration::ZERO;
    for (name, bomb, by_limit) in &bombs {
        let mut policies: Vec<(String, Policy)> =
            METHODS.iter().map(|m| (format!("{m:?}"), alone(*m))).collect();
        policies.push((String::from("by default"), Policy::default()));
        for (method, policy) in policies {
            let start = Instant::now();
            let refused = unmarked::clean(bomb, &policy).err();
            let time = start.elapsed();
            println!("{name}, {method}: {refused:?} in {time:?}");
            slowest = slowest.max(time);
            let right = match &refused {
                Some(Error::Limit { .. }) => true,
                Some(Error::Damaged { .. } | Error::CutOff { .. }) => !by_limit,
                _ => false,
            };
            assert!(right, "{name}, {method}: {refused:?}");
            // a guard against hanging alone: the machine may be slow
            assert!(time < Duration::from_secs(5), "{name}, {method}: {time:?}");
        }
        drop(inspect(bomb));
        assert_ne!(audit(bomb), unmarked::Verdict::Clean, "{name}");
    }
    if let (Some(before), Some(after)) = (before, highest_memory()) {
        let taken = (after - before) >> 20;
        println!("{} bombs: {taken} MiB taken, the slowest in {slowest:?}", bombs.len());
        assert!(taken < 64, "{taken} MiB taken");
    }
}
