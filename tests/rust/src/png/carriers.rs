//! Everything in a PNG that can carry a mark without changing what viewers show.

use super::{Chunk, Png, crc, kinds, zlib};
use crate::carriers::Mark;
use crate::exif;

/// What a carrier holds.
pub use crate::carriers::Holds;

/// What a carrier leaves in the clean photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// Nothing: the result is the same as without it.
    None,
    /// Strip codes the picture in another way because of it, the same for every mark.
    OtherCodes,
    /// Another picture is needed for it; the result is the same for every mark.
    OtherPicture,
    /// It is in the codes themselves, which Strip copies.
    InCodes,
}

type Plant = Box<dyn Fn(&mut Png, &Mark) -> bool>;

/// One place in a PNG that can carry something.
pub struct Carrier {
    /// Where, in words that name the chunk.
    pub id: String,
    /// What it holds.
    pub holds: Holds,
    /// What it leaves in the clean photo.
    pub trace: Trace,
    plant: Plant,
    raw: fn(Vec<u8>, &Mark) -> Vec<u8>,
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.id)
    }
}

impl Carrier {
    fn text(id: impl Into<String>, plant: impl Fn(&mut Png, &Mark) -> bool + 'static) -> Carrier {
        Carrier {
            id: id.into(),
            holds: Holds::Text,
            trace: Trace::None,
            plant: Box::new(plant),
            raw: |file, _| file,
        }
    }

    fn number(id: impl Into<String>, plant: impl Fn(&mut Png, &Mark) -> bool + 'static) -> Carrier {
        Carrier { holds: Holds::Number, ..Carrier::text(id, plant) }
    }

    /// The file of `png` with the mark planted; `None` if this kind has no such place.
    pub fn planted(&self, png: &Png, variant: u8) -> Option<Vec<u8>> {
        let mut png = png.clone();
        let mark = Mark::new(&self.id, variant);
        (self.plant)(&mut png, &mark).then(|| (self.raw)(png.bytes(), &mark))
    }
}

/// A chunk that is put before the picture or behind it.
fn chunk(kind: &'static [u8; 4], make: fn(&Mark) -> Vec<u8>) -> [Carrier; 2] {
    let name = String::from_utf8_lossy(kind);
    [(&b"IDAT"[..], "before"), (b"IEND", "behind")].map(|(place, word)| {
        let place: &'static [u8; 4] = place.try_into().unwrap();
        Carrier::text(format!("{name}-{word}"), move |png, mark| {
            png.insert(place, Chunk::new(kind, make(mark)));
            true
        })
    })
}

fn keyed(keyword: &str, rest: &[u8], text: &[u8]) -> Vec<u8> {
    [keyword.as_bytes(), &[0], rest, text].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a chunk with a mark holds.
type Payload = fn(&Mark) -> Vec<u8>;

/// Every carrier whose mark must be gone without a trace: the clean photo is the same with it as
/// without it.
pub fn all() -> Vec<Carrier> {
    let mut list: Vec<Carrier> = Vec::new();
    let chunks: [(&[u8; 4], Payload); 30] = [
        (b"tEXt", |m| keyed("Author", &[], m.text.as_bytes())),
        (b"zTXt", |m| keyed("Comment", &[0], &zlib::stored(m.text.as_bytes()))),
        (b"iTXt", |m| keyed("Title", b"\0\0en\0Titel\0", m.text.as_bytes())),
        (b"tIME", |m| [m.text.as_bytes(), &[0; 7]].concat()),
        (b"pHYs", |m| [&[0, 0, 11, 19, 0, 0, 11, 19, 1], m.text.as_bytes()].concat()),
        (b"oFFs", |m| [&[0; 9], m.text.as_bytes()].concat()),
        (b"sCAL", |m| [&[1], m.text.as_bytes(), b"\x001.0"].concat()),
        (b"pCAL", |m| keyed(&m.text, &[0; 10], b"cm")),
        (b"bKGD", |m| m.text.as_bytes().to_vec()),
        (b"sBIT", |m| m.text.as_bytes().to_vec()),
        (b"hIST", |m| m.text.as_bytes().to_vec()),
        (b"sPLT", |m| keyed(&m.text, &[8], &[1, 2, 3, 4, 0, 9])),
        (b"sTER", |m| m.text.as_bytes().to_vec()),
        (b"eXIf", |m| {
            let block = vec![exif::ascii(0x010F, &m.text), exif::short(0x0112, 1)];
            exif::payload(exif::Order::Little, block, None, &[])[6..].to_vec()
        }),
        (b"caBX", |m| {
            let label = [m.text.as_bytes(), &[0]].concat();
            let jumd = [b"\0\0\0\0jumd0123456789abcdef\x03".as_slice(), &label].concat();
            let jumd = [&(jumd.len() as u32).to_be_bytes(), &jumd[4..]].concat();
            [&(jumd.len() as u32 + 8).to_be_bytes(), b"jumb".as_slice(), &jumd].concat()
        }),
        (b"iDOT", |m| m.text.as_bytes().to_vec()),
        (b"mDCV", |m| m.text.as_bytes().to_vec()),
        (b"cLLI", |m| m.text.as_bytes().to_vec()),
        (b"vpAg", |m| m.text.as_bytes().to_vec()),
        (b"prVt", |m| m.text.as_bytes().to_vec()),
        (b"pRVT", |m| m.text.as_bytes().to_vec()),
        (b"gIFx", |m| m.text.as_bytes().to_vec()),
        (b"dSIG", |m| m.text.as_bytes().to_vec()),
        (b"fRAc", |m| m.text.as_bytes().to_vec()),
        (b"tXMP", |m| m.text.as_bytes().to_vec()),
        (b"gAMA", |m| [&[0, 0, 0xB1, 0x8F], m.text.as_bytes()].concat()),
        (b"cHRM", |m| m.text.as_bytes().to_vec()),
        (b"sRGB", |m| [&[0], m.text.as_bytes()].concat()),
        (b"cICP", |m| [&[1, 13, 0, 1], m.text.as_bytes()].concat()),
        (b"iCCP", |m| keyed(&m.text, &[0], &zlib::stored(m.text.as_bytes()))),
    ];
    for (kind, make) in chunks {
        list.extend(chunk(kind, make));
    }
    for (keyword, make) in [
        ("XML:com.adobe.xmp", (|m| m.text.clone()) as fn(&Mark) -> String),
        ("parameters", |m| format!("{}\nSteps: 20", m.text)),
        ("Raw profile type exif", |m| {
            let block = vec![exif::ascii(0x010F, &m.text)];
            let payload = exif::payload(exif::Order::Big, block, None, &[]);
            format!("\nexif\n{:8}\n{}\n", payload.len(), hex(&payload))
        }),
        ("Raw profile type iptc", |m| {
            let data = [b"\x1c\x02\x50".as_slice(), &(m.text.len() as u16).to_be_bytes()].concat();
            let data = [&data, m.text.as_bytes()].concat();
            format!("\niptc\n{:8}\n{}\n", data.len(), hex(&data))
        }),
        ("Raw profile type xmp", |m| {
            let packet = format!("<x:xmpmeta><!-- {} --></x:xmpmeta>", m.text);
            format!("\nxmp\n{:8}\n{}\n", packet.len(), hex(packet.as_bytes()))
        }),
    ] {
        list.push(Carrier::text(format!("iTXt {keyword}"), move |png, mark| {
            let payload = keyed(keyword, &[0; 4], make(mark).as_bytes());
            png.insert(b"IDAT", Chunk::new(b"iTXt", payload));
            // the hexadecimal digits do not show it
            png.insert(b"IDAT", Chunk::new(b"tEXt", keyed("x", &[], mark.text.as_bytes())));
            true
        }));
    }
    list.extend(containers());
    list.extend(tables());
    list.extend(streams());
    list.extend(animations());
    list
}

/// What stands around chunks.
fn containers() -> Vec<Carrier> {
    let mut list = vec![
        Carrier::text("behind the end", |png, mark| {
            png.trailer.extend(mark.text.bytes());
            true
        }),
        Carrier::text("a JPEG behind the end", |png, mark| {
            let mut jpeg = crate::Photo::new(8, 8, crate::Colour::Grey).encode();
            jpeg.insert(1, crate::Piece::segment(crate::marker::COM, mark.text.as_bytes()));
            png.trailer.extend(jpeg.bytes());
            true
        }),
        Carrier::text("the rest of a larger picture behind the end", |png, mark| {
            let rest =
                Png { chunks: vec![Chunk::new(b"IDAT", mark.text.as_bytes())], ..Png::default() };
            png.trailer.extend(&rest.bytes()[8..]);
            png.trailer.extend(Chunk::new(b"IEND", []).bytes());
            true
        }),
        Carrier::text("chunks behind the end", |png, mark| {
            png.trailer.extend(Chunk::new(b"tEXt", keyed("x", &[], mark.text.as_bytes())).bytes());
            true
        }),
        Carrier::text("payload of IEND", |png, mark| {
            png.chunks.last_mut().unwrap().payload.extend(mark.text.bytes());
            true
        }),
        Carrier::text("IDAT behind another chunk", |png, mark| {
            png.insert(b"IEND", Chunk::new(b"tIME", [0; 7]));
            png.insert(b"IEND", Chunk::new(b"IDAT", mark.text.as_bytes()));
            true
        }),
        Carrier::number("IDAT cut into chunks", |png, mark| {
            let stream = png.stream();
            let at = png.find(b"IDAT").unwrap();
            png.chunks.retain(|chunk| !chunk.is(b"IDAT"));
            let parts = stream.chunks(usize::from(mark.number));
            let mut parts: Vec<Chunk> = parts.map(|part| Chunk::new(b"IDAT", part)).collect();
            parts.insert(0, Chunk::new(b"IDAT", []));
            parts.push(Chunk::new(b"IDAT", []));
            png.chunks.splice(at..at, parts);
            true
        }),
        Carrier::text("text in a chunk of zero length", |png, mark| {
            png.insert(b"IDAT", Chunk::new(b"prVt", []));
            png.insert(b"IDAT", Chunk::new(b"prVt", mark.text.as_bytes()));
            true
        }),
    ];
    let mut checksum = Carrier::number("checksum of an ancillary chunk", |png, _| {
        png.insert(b"IDAT", Chunk::new(b"prVt", *b"sum"));
        true
    });
    checksum.raw = |mut file, mark| {
        let sum = crc(b"prVtsum").to_be_bytes();
        let at = file.windows(4).position(|w| w == sum).unwrap();
        file[at..at + 4].copy_from_slice(&[mark.number; 4]);
        file
    };
    list.push(checksum);
    let mut end = Carrier::number("checksum of IEND", |_, _| true);
    end.raw = |mut file, mark| {
        let at = file.windows(4).rposition(|w| w == b"IEND").unwrap();
        file[at + 4..at + 8].copy_from_slice(&[mark.number; 4]);
        file
    };
    list.push(end);
    list
}

fn other_picture(carrier: Carrier) -> Carrier {
    Carrier { trace: Trace::OtherPicture, ..carrier }
}

/// Tables, and what no pixel uses of them.
fn tables() -> Vec<Carrier> {
    vec![
        Carrier::text("PLTE in truecolour", |png, mark| {
            let mut payload = mark.text.as_bytes().to_vec();
            payload.resize(payload.len().next_multiple_of(3), 0);
            let suits = matches!(png.header().3, 2 | 6);
            if suits {
                png.insert(b"IDAT", Chunk::new(b"PLTE", payload));
            }
            suits
        }),
        Carrier::text("entries behind the last one that is used", |png, mark| {
            let (_, _, depth, colour, _) = png.header();
            let Some(at) = png.find(b"PLTE").filter(|_| colour == 3 && depth == 8) else {
                return false;
            };
            let mut text = mark.text.as_bytes().to_vec();
            text.resize(text.len().next_multiple_of(3), 0);
            png.chunks[at].payload.extend(text);
            true
        }),
        other_picture(Carrier::number("an entry that is not used", |png, mark| {
            let (_, _, depth, colour, _) = png.header();
            if colour != 3 || depth != 8 || png.find(b"acTL").is_some() {
                return false;
            }
            // entry 3 becomes entry 4 everywhere
            let mut data = zlib::unstored(&png.stream());
            let rows = kinds::rows(kinds::SIZE, depth, colour, png.header().4 == 1);
            assert_eq!(data, rows);
            data.iter_mut().filter(|byte| **byte == 3).for_each(|byte| *byte = 4);
            png.set_stream(zlib::stored(&data));
            let at = png.find(b"PLTE").unwrap();
            png.chunks[at].payload[9..12].fill(mark.number);
            if let Some(at) = png.find(b"tRNS") {
                png.chunks[at].payload[3] = mark.number;
            }
            true
        })),
        Carrier::number("a transparent colour that no pixel has", |png, mark| {
            if png.header().2 != 16 || png.header().3 != 2 {
                return false;
            }
            png.insert(b"IDAT", Chunk::new(b"tRNS", [mark.number, 1, 2, 3, 4, 5]));
            true
        }),
        Carrier::number("bits of tRNS above the depth", |png, mark| {
            let Some(at) = png.find(b"tRNS").filter(|_| png.header().3 == 0) else { return false };
            png.chunks[at].payload[0] = mark.number;
            true
        }),
        Carrier::text("tRNS of the wrong length", |png, mark| {
            let fresh = png.find(b"tRNS").is_none() && png.header().3 != 3;
            if fresh {
                png.insert(b"IDAT", Chunk::new(b"tRNS", mark.text.as_bytes()));
            }
            fresh
        }),
        Carrier::text("tRNS behind the picture", |png, mark| {
            png.insert(b"IEND", Chunk::new(b"tRNS", mark.text.as_bytes()));
            true
        }),
        Carrier::number("opaque entries of tRNS", |png, mark| {
            let Some(at) = png.find(b"tRNS").filter(|_| png.header().3 == 3) else { return false };
            png.chunks[at].payload.extend(vec![255; usize::from(mark.number)]);
            true
        }),
    ]
}

/// The rows of the still picture, if they are stored plainly.
fn rows(png: &Png) -> Vec<u8> {
    zlib::unstored(&png.stream())
}

/// What stands in and around a zlib stream.
fn streams() -> Vec<Carrier> {
    use zlib::Block;
    let stream = |id: &str, make: fn(&[u8], &Mark) -> Vec<u8>| {
        Carrier::text(id, move |png: &mut Png, mark: &Mark| {
            let data = rows(png);
            png.set_stream(make(&data, mark));
            true
        })
    };
    let number = |carrier: Carrier| Carrier { holds: Holds::Number, ..carrier };
    let mut list = vec![
        stream("bytes behind the zlib stream", |data, m| {
            [zlib::stored(data), m.text.clone().into_bytes()].concat()
        }),
        Carrier::text("a chunk of bytes behind the zlib stream", |png, mark| {
            let at = png.chunks.iter().rposition(|chunk| chunk.is(b"IDAT")).unwrap();
            png.chunks.insert(at + 1, Chunk::new(b"IDAT", mark.text.as_bytes()));
            true
        }),
        number(stream("zlib header", |data, m| {
            let mut stream = zlib::stored(data);
            let [cmf, flg] = [[0x78, 0x01], [0x78, 0xDA]][usize::from(m.number / 4 % 2)];
            stream[..2].copy_from_slice(&[cmf, flg]);
            stream
        })),
        number(stream("checksum of the zlib stream", |data, m| {
            let mut stream = zlib::stored(data);
            let end = stream.len() - 4;
            stream[end..].fill(m.number);
            stream
        })),
        number(stream("no checksum of the zlib stream", |data, m| {
            let mut stream = zlib::stored(data);
            stream.truncate(stream.len() - usize::from(m.number / 4));
            stream
        })),
        number(stream("fill bits of a stored block", |data, m| {
            zlib::stream(&[Block::Stored(data, m.number)], 0)
        })),
        number(stream("empty stored blocks", |data, m| {
            let mut blocks = vec![Block::Stored(&[], m.number); usize::from(m.number)];
            blocks.push(Block::Stored(data, 0));
            blocks.extend(vec![Block::Stored(&[], m.number); usize::from(m.number)]);
            zlib::stream(&blocks, 0)
        })),
        number(stream("empty blocks by fixed codes", |data, m| {
            let mut blocks = vec![Block::Fixed(&[]); usize::from(m.number)];
            blocks.push(Block::Stored(data, 0));
            blocks.extend(vec![Block::Fixed(&[]); usize::from(m.number)]);
            zlib::stream(&blocks, m.number)
        })),
        number(stream("empty blocks with codes of their own", |data, m| {
            let blocks = [
                Block::Dynamic(&[], m.number),
                Block::Stored(data, 0),
                Block::Dynamic(&[], m.number),
            ];
            zlib::stream(&blocks, m.number)
        })),
    ];
    list.extend([
        Carrier {
            trace: Trace::InCodes,
            ..number(stream("codes of symbols that are not used", |data, m| {
                zlib::stream(&[Block::Dynamic(data, m.number)], 0)
            }))
        },
        Carrier {
            trace: Trace::InCodes,
            ..number(stream("where blocks end", |data, m| {
                let (first, rest) = data.split_at(usize::from(m.number).min(data.len() - 1));
                zlib::stream(&[Block::Stored(first, 0), Block::Fixed(rest)], 0)
            }))
        },
        Carrier {
            trace: Trace::OtherCodes,
            ..stream("rows behind the last row", |data, m| {
                zlib::stored(&[data, m.text.as_bytes()].concat())
            })
        },
        Carrier {
            trace: Trace::OtherPicture,
            ..number(Carrier::number("bits behind the last pixel of a row", |png, mark| {
                let (width, height, depth, colour, interlaced) = png.header();
                let bits = width as usize * usize::from(depth);
                if depth >= 8
                    || bits.is_multiple_of(8)
                    || interlaced == 1
                    || matches!(colour, 2 | 4 | 6)
                {
                    return false;
                }
                let mut data = rows(png);
                let row = 1 + bits.div_ceil(8);
                for line in 0..height as usize {
                    data[line * row + row - 1] |= mark.number & (0xFF >> (bits % 8));
                }
                png.set_stream(zlib::stored(&data));
                true
            }))
        },
    ]);
    list
}

/// What tells of frames.
fn animations() -> Vec<Carrier> {
    let animated = |png: &Png| png.find(b"acTL").is_some();
    let frames = |png: &Png| -> Vec<usize> {
        (0..png.chunks.len()).filter(|at| png.chunks[*at].is(b"fcTL")).collect()
    };
    vec![
        Carrier::text("frames of a picture that does not move", move |png, mark| {
            if animated(png) {
                return false;
            }
            png.insert(b"IEND", kinds::frame(0, (1, 1), (0, 0), (1, 2), [0, 0]));
            let payload = [&[0, 0, 0, 1], mark.text.as_bytes()].concat();
            png.insert(b"IEND", Chunk::new(b"fdAT", payload));
            true
        }),
        Carrier::number("an animation of the still picture alone", move |png, mark| {
            if animated(png) {
                return false;
            }
            let (width, height, ..) = png.header();
            png.insert(b"IDAT", kinds::animation(1, mark.number.into()));
            let delay = (mark.number.into(), 9);
            png.insert(b"IDAT", kinds::frame(0, (width, height), (0, 0), delay, [2, 1]));
            true
        }),
        Carrier::text("frames behind the last one that is told", move |png, mark| {
            if !animated(png) {
                return false;
            }
            png.insert(b"IEND", kinds::frame(99, (1, 1), (0, 0), (1, 2), [0, 0]));
            let payload = [&[0, 0, 0, 100], mark.text.as_bytes()].concat();
            png.insert(b"IEND", Chunk::new(b"fdAT", payload));
            true
        }),
        Carrier::number("terms of a delay", move |png, mark| {
            let all = frames(png);
            for at in &all {
                let payload = &mut png.chunks[*at].payload;
                let numbers = [20, 22].map(|at| u16::from_be_bytes([payload[at], payload[at + 1]]));
                for (at, number) in [20, 22].into_iter().zip(numbers) {
                    let number = number * u16::from(mark.number);
                    payload[at..at + 2].copy_from_slice(&number.to_be_bytes());
                }
            }
            !all.is_empty()
        }),
        Carrier::number("what becomes of the last frame", move |png, mark| {
            let Some(last) = frames(png).pop() else { return false };
            png.chunks[last].payload[24] = 1 + mark.number / 4 % 2;
            true
        }),
        Carrier::number("how frames are put on opaque ones", move |png, mark| {
            let opaque = matches!(png.header().3, 0 | 2 | 3) && png.find(b"tRNS").is_none();
            let all = frames(png);
            if !opaque || all.is_empty() {
                return false;
            }
            all.iter().for_each(|at| png.chunks[*at].payload[25] = mark.number / 4 % 2);
            true
        }),
        Carrier::number("fdAT cut into chunks", move |png, mark| {
            if !animated(png) {
                return false;
            }
            let mut number = 0u32;
            let mut chunks = Vec::new();
            for chunk in std::mem::take(&mut png.chunks) {
                let mut numbered = |rest: &[u8]| {
                    number += 1;
                    Chunk::new(&chunk.kind, [&(number - 1).to_be_bytes(), rest].concat())
                };
                match &chunk.kind {
                    b"fcTL" => chunks.push(numbered(&chunk.payload[4..])),
                    b"fdAT" => {
                        let parts = chunk.payload[4..].chunks(usize::from(mark.number));
                        chunks.extend(parts.map(numbered));
                    }
                    _ => chunks.push(chunk),
                }
            }
            png.chunks = chunks;
            true
        }),
    ]
}
