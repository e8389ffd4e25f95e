//! Tables that no scan uses, header fields that no decoder needs, and bytes between segments.

use super::{Carrier, Mark, Place};
use crate::{Jpeg, Piece, QuantTable, marker};

pub(super) fn all() -> Vec<Carrier> {
    let mut list = Vec::new();
    for place in Place::ALL {
        let at = place.word();
        list.push(Carrier::text(format!("dqt-free-slot@{at}"), move |jpeg, mark| {
            let slot = free_quant_slot(jpeg);
            slot.is_some_and(|s| {
                place.put(jpeg, Piece::segment(marker::DQT, quant(mark, s, false)))
            })
        }));
        list.push(Carrier::text(format!("dqt-free-slot-wide@{at}"), move |jpeg, mark| {
            let slot = free_quant_slot(jpeg);
            slot.is_some_and(|s| place.put(jpeg, Piece::segment(marker::DQT, quant(mark, s, true))))
        }));
        list.push(Carrier::text(format!("dht-free-slot@{at}"), move |jpeg, mark| {
            let slot = free_huffman_slot(jpeg);
            slot.is_some_and(|s| place.put(jpeg, Piece::segment(marker::DHT, huffman(mark, s))))
        }));
        list.push(Carrier::number(format!("dht-empty@{at}"), move |jpeg, mark| {
            (0..mark.number % 5).all(|_| place.put(jpeg, Piece::segment(marker::DHT, [])))
        }));
        list.push(Carrier::number(format!("dac@{at}"), move |jpeg, mark| {
            // conditioning of AC tables: any value is allowed, T.81, B.2.4.3 names fewer
            let pairs: Vec<u8> = (0x10..0x14).flat_map(|table| [table, mark.number]).collect();
            place.put(jpeg, Piece::segment(marker::DAC, pairs))
        }));
        list.push(Carrier::number(format!("fill@{at}"), move |jpeg, mark| {
            place.put(jpeg, Piece::Raw(vec![0xFF; usize::from(mark.number)]))
        }));
        list.push(Carrier::text(format!("garbage@{at}"), move |jpeg, mark| {
            place.put(jpeg, Piece::Raw(mark.text.as_bytes().to_vec()))
        }));
        list.push(Carrier::number(format!("tem@{at}"), move |jpeg, mark| {
            (0..mark.number).all(|_| place.put(jpeg, Piece::Marker(marker::TEM)))
        }));
        list.push(Carrier::number(format!("rst@{at}"), move |jpeg, mark| {
            place.put(jpeg, Piece::Marker(marker::RST0 + mark.number % 8))
        }));
    }
    list.extend([
        Carrier::text("dqt-overwritten", |jpeg, mark| {
            let slot = jpeg.segments(marker::DQT).next().map(|p| p[0] & 15);
            slot.is_some_and(|s| {
                Place::Start.put(jpeg, Piece::segment(marker::DQT, quant(mark, s, false)))
            })
        }),
        Carrier::text("dqt-after-use", |jpeg, mark| {
            Place::BeforeEnd.put(jpeg, Piece::segment(marker::DQT, quant(mark, 0, false)))
        }),
        // libjpeg keeps the table that a component's first scan found
        Carrier::text("dqt-after-first-scan", |jpeg, mark| {
            first_scan_has_all(jpeg)
                && Place::BetweenScans.put(jpeg, Piece::segment(marker::DQT, quant(mark, 0, false)))
        }),
        Carrier::text("dqt-beside-live", |jpeg, mark| {
            let Some(slot) = free_quant_slot(jpeg) else { return false };
            let table = quant(mark, slot, false);
            change(jpeg, marker::DQT, |payload| payload.extend(table))
        }),
        Carrier::text("dht-overwritten", |jpeg, mark| {
            let slot = jpeg.segments(marker::DHT).next().map(|p| p[0]);
            slot.is_some_and(|s| {
                Place::Start.put(jpeg, Piece::segment(marker::DHT, huffman(mark, s)))
            })
        }),
        Carrier::text("dht-after-use", |jpeg, mark| {
            Place::BeforeEnd.put(jpeg, Piece::segment(marker::DHT, huffman(mark, 0x10)))
        }),
        Carrier::text("dht-beside-live", |jpeg, mark| {
            let Some(slot) = free_huffman_slot(jpeg) else { return false };
            let table = huffman(mark, slot);
            change(jpeg, marker::DHT, |payload| payload.extend(table))
        }),
        Carrier::text("dnl-tail", |jpeg, mark| {
            let height = jpeg.pieces[jpeg.frame()].payload()[1..3].to_vec();
            let payload = [&height, mark.text.as_bytes()].concat();
            Place::BeforeEnd.put(jpeg, Piece::segment(marker::DNL, payload))
        }),
        Carrier::number("dnl-superfluous", |jpeg, _| {
            let height = jpeg.pieces[jpeg.frame()].payload()[1..3].to_vec();
            Place::BeforeEnd.put(jpeg, Piece::segment(marker::DNL, height))
        }),
        Carrier::number("dri-overwritten", |jpeg, mark| {
            jpeg.position(|p| p.is(marker::DRI)).is_some()
                && Place::Start.put(jpeg, Piece::segment(marker::DRI, [0, mark.number]))
        }),
        Carrier::number("dri-switched-off", |jpeg, mark| {
            jpeg.position(|p| p.is(marker::DRI)).is_none()
                && Place::BeforeScan.put(jpeg, Piece::segment(marker::DRI, [0, mark.number]))
                && Place::BeforeScan.put(jpeg, Piece::segment(marker::DRI, [0, 0]))
        }),
        Carrier::number("dri-after-use", |jpeg, mark| {
            Place::BeforeEnd.put(jpeg, Piece::segment(marker::DRI, [0, mark.number]))
        }),
        Carrier::number("dri-larger-than-picture", |jpeg, mark| {
            jpeg.position(|p| p.is(marker::DRI)).is_none()
                && Place::BeforeScan.put(jpeg, Piece::segment(marker::DRI, [0xF0, mark.number]))
        }),
        Carrier::number("dri-larger-than-scan", |jpeg, mark| {
            jpeg.position(|p| p.is(marker::DRI)).is_none()
                && Place::BetweenScans.put(jpeg, Piece::segment(marker::DRI, [0xF0, mark.number]))
        }),
        // libjpeg warns, guesses, and mostly shows something else
        Carrier::number("restarts-out-of-order", |jpeg, mark| {
            in_coded(jpeg, |coded| {
                let at = coded.windows(2).position(|w| w[0] == 0xFF && w[1] & 0xF8 == 0xD0)?;
                coded[at + 1] = marker::RST0 + mark.number % 8;
                Some(())
            })
        })
        .refused(),
        Carrier::number("dri-zero", |jpeg, _| {
            jpeg.position(|p| p.is(marker::DRI)).is_none()
                && Place::BeforeScan.put(jpeg, Piece::segment(marker::DRI, [0, 0]))
        }),
        Carrier::number("sos-spectrum-of-sequential", |jpeg, mark| {
            sequential_scans(jpeg, |tail| {
                tail.copy_from_slice(&[mark.number, 63 - mark.number, mark.number]);
            })
        }),
        Carrier::number("sos-unused-selectors", unused_selectors),
        Carrier::number("sof1-for-sof0", |jpeg, _| {
            let at = jpeg.frame();
            match &mut jpeg.pieces[at] {
                Piece::Segment { marker, .. } if *marker == marker::SOF0 => {
                    *marker = marker::SOF1;
                    true
                }
                _ => false,
            }
        }),
        Carrier::number("dqt-wider-than-needed", |jpeg, _| widen(jpeg)),
        Carrier::number("fill-before-restart", |jpeg, mark| {
            in_coded(jpeg, |coded| {
                let at = coded.windows(2).position(|w| w[0] == 0xFF && w[1] & 0xF8 == 0xD0)?;
                coded.splice(at..at, vec![0xFF; usize::from(mark.number)]);
                Some(())
            })
        }),
        // T.81 knows no such thing; libjpeg reads it as one byte 0xFF
        Carrier::number("fill-before-stuffed-zero", |jpeg, mark| {
            in_coded(jpeg, |coded| {
                let at = coded.windows(2).position(|w| w == [0xFF, 0])?;
                coded.splice(at..at, vec![0xFF; usize::from(mark.number)]);
                Some(())
            })
        })
        .refused(),
        Carrier::text("dqt-tail", |jpeg, mark| {
            change(jpeg, marker::DQT, |p| p.extend(mark.text.bytes()))
        })
        .refused(),
        Carrier::text("dht-tail", |jpeg, mark| {
            change(jpeg, marker::DHT, |p| p.extend(mark.text.bytes()))
        })
        .refused(),
        Carrier::text("dri-tail", |jpeg, mark| {
            change(jpeg, marker::DRI, |p| p.extend(mark.text.bytes()))
        })
        .refused(),
        Carrier::text("sos-tail", |jpeg, mark| {
            change(jpeg, marker::SOS, |p| p.extend(mark.text.bytes()))
        })
        .refused(),
        Carrier::text("sof-tail", |jpeg, mark| {
            let at = jpeg.frame();
            jpeg.pieces[at].payload_mut().map(|p| p.extend(mark.text.bytes())).is_some()
        })
        .refused(),
    ]);
    list
}

/// A quantisation table made of the mark.
fn quant(mark: &Mark, slot: u8, wide: bool) -> Vec<u8> {
    if wide {
        return [&[0x10 | slot], mark.repeated(128).as_slice()].concat();
    }
    let values = mark.repeated(64);
    QuantTable(std::array::from_fn(|k| u16::from(values[k]))).payload(slot, false)
}

/// A Huffman table with the mark for symbols; `slot` holds the class as well.
fn huffman(mark: &Mark, slot: u8) -> Vec<u8> {
    let mut payload = vec![slot];
    payload.extend([0, 0, 0, 0, 0, 0, 0, mark.text.len() as u8, 0, 0, 0, 0, 0, 0, 0, 0]);
    payload.extend(mark.text.as_bytes());
    payload
}

/// A quantisation slot that no component names.
fn free_quant_slot(jpeg: &Jpeg) -> Option<u8> {
    let used: Vec<u8> = jpeg.pieces[jpeg.frame()].payload()[6..].chunks(3).map(|c| c[2]).collect();
    (0..4).rev().find(|slot| !used.contains(slot))
}

/// A Huffman table that no scan names, with its class.
fn free_huffman_slot(jpeg: &Jpeg) -> Option<u8> {
    let used: Vec<u8> = jpeg
        .segments(marker::SOS)
        .flat_map(|p| p[1..p.len() - 3].chunks(2).flat_map(|c| [c[1] >> 4, 0x10 | c[1] & 15]))
        .collect();
    [0x13, 0x03, 0x12, 0x02, 0x11, 0x01].into_iter().find(|slot| !used.contains(slot))
}

fn first_scan_has_all(jpeg: &Jpeg) -> bool {
    jpeg.segments(marker::SOS).next().map(|p| usize::from(p[0])) == Some(jpeg.components())
}

fn is_progressive(jpeg: &Jpeg) -> bool {
    jpeg.pieces[jpeg.frame()].is(marker::SOF2)
}

/// Changes the payload of the last segment with this marker before the first scan, or of the scan.
fn change(jpeg: &mut Jpeg, code: u8, change: impl FnOnce(&mut Vec<u8>)) -> bool {
    let first = jpeg.scans()[0];
    let at = jpeg.pieces[..=first].iter().rposition(|p| p.is(code));
    at.and_then(|at| jpeg.pieces[at].payload_mut()).map(change).is_some()
}

/// Changes Ss, Se and the approximation bytes, which sequential scans do not need.
fn sequential_scans(jpeg: &mut Jpeg, change: impl Fn(&mut [u8])) -> bool {
    if is_progressive(jpeg) {
        return false;
    }
    for at in jpeg.scans() {
        if let Some(payload) = jpeg.pieces[at].payload_mut() {
            let tail = payload.len() - 3;
            change(&mut payload[tail..]);
        }
    }
    true
}

/// Sets the table selectors that a progressive scan does not need.
fn unused_selectors(jpeg: &mut Jpeg, mark: &Mark) -> bool {
    if !is_progressive(jpeg) {
        return false;
    }
    let number = 1 + mark.number / 4 % 3;
    for at in jpeg.scans() {
        let Some(payload) = jpeg.pieces[at].payload_mut() else { continue };
        let tail = payload.len() - 3;
        let (first, high) = (payload[tail], payload[tail + 2] >> 4);
        for component in payload[1..tail].chunks_mut(2) {
            component[1] = match (first, high) {
                (0, 0) => component[1] & 0xF0 | number,
                (0, _) => number << 4 | number,
                _ => component[1] & 0x0F | number << 4,
            };
        }
    }
    true
}

/// Writes all 8-bit quantisation tables with 16 bits a value.
fn widen(jpeg: &mut Jpeg) -> bool {
    let mut any = false;
    for piece in jpeg.pieces.iter_mut().filter(|p| p.is(marker::DQT)) {
        if piece.payload()[0] >> 4 == 0 {
            let tables = piece.payload().chunks(65).map(|table| {
                let values = table[1..].iter().flat_map(|v| [0, *v]);
                std::iter::once(0x10 | table[0]).chain(values).collect::<Vec<u8>>()
            });
            *piece = Piece::segment(marker::DQT, tables.collect::<Vec<_>>().concat());
            any = true;
        }
    }
    any
}

/// Changes the entropy-coded data of the first scan that `change` finds its place in.
fn in_coded(jpeg: &mut Jpeg, change: impl Fn(&mut Vec<u8>) -> Option<()>) -> bool {
    jpeg.pieces.iter_mut().any(|piece| match piece {
        Piece::Coded(data) => change(data).is_some(),
        _ => false,
    })
}
