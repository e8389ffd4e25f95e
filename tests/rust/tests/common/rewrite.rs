//! The same picture written in another way: nothing that a decoder needs is changed.

use unmarked_fixtures::{Jpeg, Piece, marker};

/// All tables of the header right after SOI, DHT first.
pub fn moved(mut jpeg: Jpeg) -> Jpeg {
    let first = jpeg.scans()[0];
    let (mut tables, mut rest) = (Vec::new(), Vec::new());
    for (at, piece) in jpeg.pieces.into_iter().enumerate() {
        let table = piece.is(marker::DQT) || piece.is(marker::DHT) || piece.is(marker::DRI);
        if table && at < first { tables.push(piece) } else { rest.push(piece) }
    }
    tables.reverse();
    rest.splice(1..1, tables);
    jpeg.pieces = rest;
    jpeg
}

/// The Huffman tables of the header again before every scan.
pub fn repeated(mut jpeg: Jpeg) -> Jpeg {
    let tables: Vec<Piece> = jpeg.pieces.iter().filter(|p| p.is(marker::DHT)).cloned().collect();
    for at in jpeg.scans().into_iter().rev() {
        jpeg.pieces.splice(at..at, tables.clone());
    }
    jpeg
}

/// The same tables in other slots.
pub fn renumbered(mut jpeg: Jpeg, quant: [u8; 4], huffman: [u8; 4]) -> Jpeg {
    let new = |slot: u8| huffman[usize::from(slot & 3)];
    let progressive = jpeg.pieces[jpeg.frame()].is(marker::SOF2);
    for piece in &mut jpeg.pieces {
        let is = |code: u8| piece.is(code);
        let (dqt, dht, sos, frame) =
            (is(marker::DQT), is(marker::DHT), is(marker::SOS), piece.is_frame());
        let Some(payload) = piece.payload_mut() else { continue };
        if dqt {
            let mut rest = payload.as_mut_slice();
            while !rest.is_empty() {
                let length = if rest[0] >> 4 == 0 { 65 } else { 129 };
                let (table, behind) = rest.split_at_mut(length);
                table[0] = table[0] & 0x10 | quant[usize::from(table[0] & 3)];
                rest = behind;
            }
        } else if frame {
            for component in payload[6..].chunks_mut(3) {
                component[2] = quant[usize::from(component[2] & 3)];
            }
        } else if dht {
            let mut tables = huffman_tables(payload);
            for table in &mut tables {
                table[0] = table[0] & 0x10 | new(table[0]);
            }
            *payload = tables.concat();
        } else if sos {
            let tail = payload.len() - 3;
            let (first, last) = (payload[tail], payload[tail + 1]);
            for component in payload[1..tail].chunks_mut(2) {
                let dc = if progressive && first > 0 { 0 } else { new(component[1] >> 4) };
                let ac = if last == 0 { 0 } else { new(component[1] & 15) };
                component[1] = dc << 4 | ac;
            }
        }
    }
    jpeg
}

/// SOF1 where it was SOF0: only the extended process has four Huffman slots.
pub fn extended(mut jpeg: Jpeg) -> Jpeg {
    for piece in &mut jpeg.pieces {
        if let Piece::Segment { marker, .. } = piece
            && *marker == marker::SOF0
        {
            *marker = marker::SOF1;
        }
    }
    jpeg
}

/// The tables of a DHT segment, one by one.
pub fn huffman_tables(mut payload: &[u8]) -> Vec<Vec<u8>> {
    let mut tables = Vec::new();
    while !payload.is_empty() {
        let symbols: usize = payload[1..17].iter().map(|n| usize::from(*n)).sum();
        let (table, rest) = payload.split_at(17 + symbols);
        tables.push(table.to_vec());
        payload = rest;
    }
    tables
}
