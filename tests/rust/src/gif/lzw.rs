//! The variant of LZW that GIF has: GIF89a, appendix F. Encoders are free in when they clear and in
//! which strings they take, and many are not quite right at the start and the end.

use std::collections::HashMap;

/// How pixels are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// The longest string each time; cleared when the table is full.
    Greedy,
    /// The same, never cleared.
    Deferred,
    /// One pixel a code, cleared before codes get wider.
    Plain,
    /// [`Coding::Greedy`], without the clear code at its start.
    NoFirstClear,
    /// [`Coding::Greedy`], with two clear codes at its start, and one before the end code.
    DoubleClear,
    /// [`Coding::Greedy`], without the end code.
    NoEnd,
    /// [`Coding::Greedy`], with the bits behind the end code set.
    SpareBits,
}

impl Coding {
    /// Those that become the same codes as [`Coding::Greedy`] once what nobody needs is left out.
    pub const SAME: [Coding; 5] = [
        Coding::Greedy,
        Coding::NoFirstClear,
        Coding::DoubleClear,
        Coding::NoEnd,
        Coding::SpareBits,
    ];
}

struct Bits {
    bytes: Vec<u8>,
    held: u32,
}

impl Bits {
    fn push(&mut self, code: u16, width: u32) {
        for place in 0..width {
            if self.held == 0 {
                self.bytes.push(0);
            }
            if code >> place & 1 == 1 {
                *self.bytes.last_mut().expect("a byte was pushed") |= 1 << self.held;
            }
            self.held = (self.held + 1) % 8;
        }
    }
}

/// The codes of `pixels`, as bytes.
pub(super) fn encode(pixels: &[u8], code_size: u8, coding: Coding) -> Vec<u8> {
    let clear = 1u16 << code_size;
    let first_width = u32::from(code_size) + 1;
    let mut bits = Bits { bytes: Vec::new(), held: 0 };
    let mut width = first_width;
    let mut next = clear + 2;
    let mut strings: HashMap<(u16, u8), u16> = HashMap::new();
    let clears = match coding {
        Coding::NoFirstClear => 0,
        Coding::DoubleClear => 2,
        _ => 1,
    };
    (0..clears).for_each(|_| bits.push(clear, width));
    // what decoders have defined when they have read a code
    let mut emitted = 0u32;
    let mut current: Option<u16> = None;
    let mut emit = |code: u16, bits: &mut Bits, width: &mut u32, next: &mut u16| {
        bits.push(code, *width);
        if emitted > 0 && *next < 4096 {
            *next += 1;
            if *next == 1 << *width && *width < 12 {
                *width += 1;
            }
        }
        emitted += 1;
        let full = match coding {
            Coding::Deferred => false,
            Coding::Plain => *next + 1 >= 1 << first_width,
            _ => *next >= 4095,
        };
        if full {
            bits.push(clear, *width);
            (*width, *next, emitted) = (first_width, clear + 2, 0);
        }
        full
    };
    for pixel in pixels {
        let Some(prefix) = current else {
            current = Some((*pixel).into());
            continue;
        };
        let known = strings.get(&(prefix, *pixel)).filter(|_| coding != Coding::Plain);
        current = Some(match known {
            Some(code) => *code,
            None => {
                let full = emit(prefix, &mut bits, &mut width, &mut next);
                // the decoder defines this string with the next code
                if full {
                    strings.clear();
                } else if next < 4096 {
                    strings.insert((prefix, *pixel), next);
                }
                (*pixel).into()
            }
        });
    }
    if let Some(code) = current {
        emit(code, &mut bits, &mut width, &mut next);
    }
    if coding == Coding::DoubleClear {
        bits.push(clear, width);
        width = first_width;
    }
    if coding != Coding::NoEnd {
        bits.push(clear + 1, width);
    }
    while coding == Coding::SpareBits && bits.held != 0 {
        bits.push(1, 1);
    }
    bits.bytes
}
