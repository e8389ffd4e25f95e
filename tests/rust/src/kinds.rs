//! One JPEG of each kind that cameras and programs write.

use crate::{Colour, Header, HuffmanTables, Photo, Process, Scan};

/// A kind of photo.
#[derive(Debug, Clone)]
pub struct Kind {
    /// What is special about it.
    pub name: &'static str,
    /// How it is made.
    pub photo: Photo,
}

const YCBCR: Colour = Colour::YCbCr;

fn with(mut photo: Photo, change: impl FnOnce(&mut Photo)) -> Photo {
    change(&mut photo);
    photo
}

fn sampled(factors: [(u8, u8); 3]) -> Photo {
    with(Photo::new(37, 29, YCBCR), |p| p.sampling = factors.to_vec())
}

/// Every kind. Each is a picture that libjpeg shows.
pub fn all() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut add = |name, photo| kinds.push(Kind { name, photo });

    add("grey", Photo::new(24, 17, Colour::Grey));
    add("grey-progressive", with(Photo::new(24, 17, Colour::Grey), progressive));
    add("one-pixel", Photo::new(1, 1, YCBCR));
    add("one-pixel-grey", Photo::new(1, 1, Colour::Grey));
    add("one-column", Photo::new(1, 19, YCBCR));

    add("444", sampled([(1, 1), (1, 1), (1, 1)]));
    add("422", sampled([(2, 1), (1, 1), (1, 1)]));
    add("420", sampled([(2, 2), (1, 1), (1, 1)]));
    add("411", sampled([(4, 1), (1, 1), (1, 1)]));
    add("440", sampled([(1, 2), (1, 1), (1, 1)]));
    add("410", sampled([(4, 2), (1, 1), (1, 1)]));
    add("uneven-chroma", sampled([(2, 2), (2, 1), (1, 2)]));
    add("444-by-twos", sampled([(2, 1), (2, 1), (2, 1)]));
    add("422-by-fours", sampled([(2, 2), (1, 2), (1, 2)]));
    add("three-to-one", sampled([(3, 1), (1, 1), (1, 1)]));

    let wide = || sampled([(2, 2), (1, 1), (1, 1)]);
    add("extended", with(wide(), |p| p.process = Process::Extended));
    add(
        "extended-high-slots",
        with(wide(), |p| {
            p.process = Process::Extended;
            p.huffman_slots = vec![(3, 2), (1, 3), (0, 1)];
            p.quant_slots = vec![3, 1, 2];
        }),
    );
    add(
        "sixteen-bit-quantisation",
        with(wide(), |p| {
            p.process = Process::Extended;
            p.wide = true;
            p.percent = 500;
        }),
    );
    add("progressive", with(wide(), progressive));
    add(
        "progressive-per-scan-tables",
        with(wide(), |p| {
            progressive(p);
            p.huffman = HuffmanTables::PerScan;
        }),
    );
    add(
        "progressive-restart",
        with(wide(), |p| {
            progressive(p);
            p.restart = 3;
        }),
    );
    add(
        "progressive-spectral-only",
        with(wide(), |p| {
            progressive(p);
            p.scans = vec![Scan::progressive(&[0, 1, 2], (0, 0), (0, 0))];
            for c in [2, 0, 1] {
                p.scans.push(Scan::progressive(&[c], (1, 9), (0, 0)));
                p.scans.push(Scan::progressive(&[c], (10, 63), (0, 0)));
            }
        }),
    );
    add(
        "progressive-dc-apart",
        with(wide(), |p| {
            progressive(p);
            p.scans = (0..3).map(|c| Scan::progressive(&[c], (0, 0), (0, 0))).collect();
            p.scans.extend((0..3).map(|c| Scan::progressive(&[c], (1, 63), (0, 0))));
        }),
    );
    // a legal end of transmission: some coefficients are never sent
    add(
        "progressive-dc-only",
        with(wide(), |p| {
            progressive(p);
            p.scans = vec![Scan::progressive(&[0, 1, 2], (0, 0), (0, 0))];
        }),
    );

    add("restart", with(wide(), |p| p.restart = 2));
    add("restart-every-mcu", with(wide(), |p| p.restart = 1));
    add("restart-many", with(Photo::new(200, 8, YCBCR), |p| p.restart = 1));
    add("separate-scans", with(wide(), |p| p.scans = Photo::separate(3)));
    add(
        "separate-scans-restart",
        with(wide(), |p| {
            p.scans = Photo::separate(3);
            p.restart = 4;
        }),
    );
    add(
        "luminance-then-chrominance",
        with(wide(), |p| {
            p.scans = vec![Scan::sequential(&[0]), Scan::sequential(&[1, 2])];
        }),
    );
    add(
        "separate-scans-per-scan-tables",
        with(wide(), |p| {
            p.scans = Photo::separate(3);
            p.huffman = HuffmanTables::PerScan;
            p.huffman_slots = vec![(0, 0); 3];
        }),
    );
    add(
        "quantisation-slot-reused",
        with(wide(), |p| {
            p.scans = Photo::separate(3);
            p.requantise = true;
        }),
    );

    // what one interleaved scan cannot hold, since an MCU has ten blocks at most: T.81, B.2.3
    let many = |factors: [(u8, u8); 3]| with(sampled(factors), |p| p.scans = Photo::separate(3));
    add("many-blocks-separate-scans", many([(4, 4), (1, 1), (1, 1)]));
    add("444-by-fours-separate-scans", many([(2, 2), (2, 2), (2, 2)]));
    add(
        "many-blocks-progressive",
        with(sampled([(4, 3), (2, 1), (1, 3)]), |p| {
            progressive(p);
            p.scans = (0..3).map(|c| Scan::progressive(&[c], (0, 0), (0, 0))).collect();
            p.scans.extend((0..3).map(|c| Scan::progressive(&[c], (1, 63), (0, 0))));
        }),
    );
    // coefficients that no encoder makes of 8-bit samples, and that libjpeg shows
    let large = |process| {
        with(sampled([(2, 2), (1, 1), (1, 1)]), |p| {
            (p.process, p.huffman) = (process, HuffmanTables::Optimal);
            (p.percent, p.multiple, p.finer) = (1, 8, true);
        })
    };
    add("large-coefficients", large(Process::Baseline));
    add("large-coefficients-progressive", large(Process::Progressive));

    add("split-tables", with(wide(), |p| p.split_tables = true));
    add(
        "falling-slots",
        with(wide(), |p| {
            p.falling_slots = true;
            p.split_tables = true;
        }),
    );
    add("optimal-tables", with(wide(), |p| p.huffman = HuffmanTables::Optimal));
    add(
        "one-table-for-all",
        with(wide(), |p| {
            p.huffman = HuffmanTables::Optimal;
            p.huffman_slots = vec![(0, 0); 3];
            p.quant_slots = vec![0; 3];
        }),
    );
    add("quantisation-slots-3-1", with(wide(), |p| p.quant_slots = vec![3, 1, 1]));
    add(
        "no-huffman-tables",
        with(wide(), |p| {
            p.huffman = HuffmanTables::Missing;
            p.headers = Vec::new();
        }),
    );

    add("ids-0-1-2", with(wide(), |p| p.ids = vec![0, 1, 2]));
    add("ids-odd", with(wide(), |p| p.ids = vec![200, 7, 34]));
    add("no-header", with(wide(), |p| p.headers = Vec::new()));
    add(
        "no-header-odd-ids",
        with(wide(), |p| {
            p.headers = Vec::new();
            p.ids = vec![0x22, 0x11, 0x33];
        }),
    );
    add("adobe-ycbcr", with(wide(), |p| p.headers = vec![Header::Adobe(1)]));
    add("jfif-and-adobe-1", with(wide(), |p| p.headers = vec![Header::Jfif, Header::Adobe(1)]));
    // libjpeg: JFIF wins, so this is YCbCr
    add("jfif-and-adobe-0", with(wide(), |p| p.headers = vec![Header::Jfif, Header::Adobe(0)]));
    add("jfif-with-ids-rgb", with(wide(), |p| p.ids = b"RGB".to_vec()));
    add("adobe-unknown-transform", with(wide(), |p| p.headers = vec![Header::Adobe(9)]));

    add("rgb-adobe", with(Photo::new(33, 20, Colour::Rgb), |p| p.ids = vec![1, 2, 3]));
    add("rgb-ids", with(Photo::new(33, 20, Colour::Rgb), |p| p.headers = Vec::new()));
    add("rgb-adobe-and-ids", Photo::new(33, 20, Colour::Rgb));
    add(
        "rgb-ids-but-adobe-1",
        with(Photo::new(33, 20, Colour::Rgb), |p| {
            p.headers = vec![Header::Adobe(1)];
        }),
    );
    add("rgb-progressive", with(Photo::new(33, 20, Colour::Rgb), progressive));
    add("cmyk-adobe", Photo::new(20, 18, Colour::Cmyk));
    add("cmyk-plain", with(Photo::new(20, 18, Colour::Cmyk), |p| p.headers = Vec::new()));
    add("cmyk-jfif", with(Photo::new(20, 18, Colour::Cmyk), |p| p.headers = vec![Header::Jfif]));
    add("cmyk-progressive", with(Photo::new(20, 18, Colour::Cmyk), progressive));
    add(
        "ycck",
        with(Photo::new(36, 18, Colour::Ycck), |p| {
            p.sampling = vec![(2, 2), (1, 1), (1, 1), (2, 2)];
        }),
    );
    add(
        "ycck-unknown-transform",
        with(Photo::new(20, 18, Colour::Ycck), |p| {
            p.headers = vec![Header::Adobe(1)];
        }),
    );
    add("ycck-progressive", with(Photo::new(20, 18, Colour::Ycck), progressive));
    kinds
}

/// The kind with this name.
pub fn named(name: &str) -> Photo {
    all().into_iter().find(|k| k.name == name).map(|k| k.photo).expect("a kind of this name")
}

fn progressive(photo: &mut Photo) {
    photo.process = Process::Progressive;
    photo.huffman = HuffmanTables::Optimal;
}
