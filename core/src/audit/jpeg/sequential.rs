//! The blocks of a sequential scan: T.81, section F.2.2.

use crate::audit::jpeg::bits::Bits;
use crate::audit::jpeg::codes::{Codes, Looks, Taken};
use crate::audit::jpeg::optimal;

/// Bytes of coded data from which on looks are worth their making.
const LONG: usize = 32 << 10;

/// Coefficients of a block.
const BLOCK: u32 = 64;

/// How the blocks of some components are coded, and how often each symbol was seen.
#[derive(Debug)]
pub(crate) struct Coding {
    single: Single,
    /// From the start of a block and from later on; none for short scans.
    looks: Option<(Looks, Looks)>,
}

/// How they are gone over code by code.
#[derive(Debug)]
struct Single {
    dc: Codes,
    ac: Codes,
    dc_seen: [u64; 256],
    ac_seen: [u64; 256],
}

impl Coding {
    /// By these tables, for data of about `length` bytes. `canonical` if blocks are to be gone over so.
    pub(crate) fn new(dc: &[u8], ac: &[u8], length: usize, canonical: bool) -> Coding {
        let (dc, ac) = (Codes::new(dc), Codes::new(ac));
        let looks = (length >= LONG)
            .then(|| (Looks::at_start(&dc, &ac, !canonical), Looks::later(&ac, !canonical)));
        Coding { single: Single { dc, ac, dc_seen: [0; 256], ac_seen: [0; 256] }, looks }
    }

    /// Goes over a block: however it is coded, or, if `CANONICAL`, in the one way of Recode; then its
    /// symbols are counted.
    #[inline(always)]
    pub(crate) fn block<'a, const CANONICAL: bool>(
        &mut self,
        bits: Bits<'a>,
    ) -> Result<Bits<'a>, &'static str> {
        match &mut self.looks {
            Some((start, later)) => self.single.quick::<CANONICAL>(bits, start, later),
            None => self.single.slow::<CANONICAL>(bits),
        }
    }

    /// Goes over a block that shows nothing: DC as before, and no AC.
    pub(crate) fn blank_block<'a>(&mut self, mut bits: Bits<'a>) -> Result<Bits<'a>, &'static str> {
        bits.fill();
        for codes in [&self.single.dc, &self.single.ac] {
            let (length, symbol) = codes.next(bits.word())?;
            if symbol != 0 {
                return Err("nothing in a block outside the picture");
            }
            bits.pass(length);
        }
        seen(&mut self.single.dc_seen, 0, 1);
        seen(&mut self.single.ac_seen, 0, 1);
        Ok(bits)
    }

    /// How often each symbol was seen: DC, AC.
    pub(crate) fn seen(&self) -> ([u64; 256], [u64; 256]) {
        let (mut dc_seen, mut ac_seen) = (self.single.dc_seen, self.single.ac_seen);
        let Some((start, later)) = &self.looks else { return (dc_seen, ac_seen) };
        let all = start.taken().map(|taken| (true, taken));
        for (at_start, (word, look, taken)) in all.chain(later.taken().map(|taken| (false, taken)))
        {
            let (mut word, mut coefficients) = (word, 0);
            let mut dc = at_start;
            loop {
                let codes = if dc { &self.single.dc } else { &self.single.ac };
                let Ok((length, symbol)) = codes.next(word) else { break };
                seen(if dc { &mut dc_seen } else { &mut ac_seen }, symbol, u64::from(taken));
                if !dc && symbol == 0 {
                    break;
                }
                let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
                coefficients =
                    u32::saturating_add(coefficients, if dc { 1 } else { run.saturating_add(1) });
                dc = false;
                if coefficients >= look.coefficients() && !look.ends() {
                    break;
                }
                word = word.wrapping_shl(length.saturating_add(size));
            }
        }
        (dc_seen, ac_seen)
    }

    /// True if `dc` and `ac` are the best tables for the symbols that were seen, and none of these
    /// is larger than coefficients of 8-bit samples have them (T.81, tables F.1 and F.2).
    pub(crate) fn is_best(&self, dc: &[u8], ac: &[u8]) -> bool {
        let (dc_seen, ac_seen) = self.seen();
        dc == optimal::table(&dc_seen)
            && ac == optimal::table(&ac_seen)
            && dc.iter().skip(16).all(|size| *size <= 11)
            && ac.iter().skip(16).all(|symbol| symbol & 0x0F <= 10)
    }
}

impl Single {
    #[inline(always)]
    fn quick<'a, const CANONICAL: bool>(
        &mut self,
        mut bits: Bits<'a>,
        start: &mut Looks,
        later: &mut Looks,
    ) -> Result<Bits<'a>, &'static str> {
        let mut room = BLOCK;
        let mut looks = start;
        loop {
            bits.fill();
            // two looks take 54 bits at most
            for _ in 0..2 {
                let taken = looks.take::<CANONICAL>(&mut bits, &mut room);
                looks = &mut *later;
                match taken {
                    Taken::Some => {}
                    Taken::Last => return Ok(bits),
                    Taken::None => {
                        (bits, room) = self.symbol::<CANONICAL>(bits, room)?;
                        if room == 0 {
                            return Ok(bits);
                        }
                        break;
                    }
                }
            }
        }
    }

    fn slow<'a, const CANONICAL: bool>(
        &mut self,
        mut bits: Bits<'a>,
    ) -> Result<Bits<'a>, &'static str> {
        let mut room = BLOCK;
        while room > 0 {
            (bits, room) = self.symbol::<CANONICAL>(bits, room)?;
        }
        Ok(bits)
    }

    /// Goes over one code and its value where there is room for so many coefficients; gives how much
    /// room is left.
    // not called, so that the bits can stay in registers
    #[inline(always)]
    fn symbol<'a, const CANONICAL: bool>(
        &mut self,
        mut bits: Bits<'a>,
        room: u32,
    ) -> Result<(Bits<'a>, u32), &'static str> {
        bits.fill();
        let codes = if room == BLOCK { &self.dc } else { &self.ac };
        let (length, symbol) = codes.next(bits.word())?;
        bits.pass(length);
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
        if room == BLOCK {
            seen(&mut self.dc_seen, symbol, 1);
            bits.pass(size);
            return Ok((bits, room.saturating_sub(1)));
        }
        seen(&mut self.ac_seen, symbol, 1);
        if size == 0 && run < 15 {
            // decoders take any such run for the end of the block
            return if CANONICAL && run > 0 { Err("the end of a block") } else { Ok((bits, 0)) };
        }
        bits.pass(size);
        let left = room.checked_sub(run.saturating_add(1)).ok_or("coefficients of one block")?;
        if CANONICAL && size == 0 {
            bits.fill();
            let (_, next) = self.ac.next(bits.word())?;
            if left == 0 || next == 0 {
                return Err("a coefficient after sixteen zeros");
            }
        }
        Ok((bits, left))
    }
}

fn seen(counts: &mut [u64; 256], symbol: u8, often: u64) {
    if let Some(count) = counts.get_mut(usize::from(symbol)) {
        *count = count.saturating_add(often);
    }
}
