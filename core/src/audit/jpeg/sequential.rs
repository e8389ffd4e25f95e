//! The blocks of a sequential scan: T.81, section F.2.2.

use crate::audit::jpeg::bits::Bits;
use crate::audit::jpeg::codes::{Codes, Looks};
use crate::audit::jpeg::optimal;

/// Bytes of coded data from which on looks are worth their making.
const LONG: usize = 32 << 10;

/// Coefficients of a block.
const BLOCK: u32 = 64;

/// How the blocks of some components are coded, and how often each symbol was seen.
#[derive(Debug)]
pub(crate) struct Coding {
    dc: Codes,
    ac: Codes,
    /// From the start of a block and from later on; none for short scans.
    looks: Option<(Looks, Looks)>,
    dc_seen: [u64; 256],
    ac_seen: [u64; 256],
}

impl Coding {
    /// By these tables, for data of about `length` bytes.
    pub(crate) fn new(dc: &[u8], ac: &[u8], length: usize) -> Coding {
        let (dc, ac) = (Codes::new(dc), Codes::new(ac));
        let looks = (length >= LONG).then(|| (Looks::at_start(&dc, &ac), Looks::later(&ac)));
        Coding { dc, ac, looks, dc_seen: [0; 256], ac_seen: [0; 256] }
    }

    /// Goes over a block, however it is coded.
    #[inline(always)]
    pub(crate) fn block(&mut self, bits: &mut Bits<'_>) -> Result<(), &'static str> {
        if self.looks.is_some() { self.quick::<false>(bits) } else { self.slow::<false>(bits) }
    }

    /// Goes over a block that is coded in the one canonical way, and counts its symbols.
    #[inline(always)]
    pub(crate) fn canonical_block(&mut self, bits: &mut Bits<'_>) -> Result<(), &'static str> {
        if self.looks.is_some() { self.quick::<true>(bits) } else { self.slow::<true>(bits) }
    }

    /// Goes over a block that shows nothing: DC as before, and no AC.
    pub(crate) fn blank_block(&mut self, bits: &mut Bits<'_>) -> Result<(), &'static str> {
        bits.fill();
        for codes in [&self.dc, &self.ac] {
            let (length, symbol) = codes.next(bits.word())?;
            if symbol != 0 {
                return Err("nothing in a block outside the picture");
            }
            bits.pass(length);
        }
        seen(&mut self.dc_seen, 0, 1);
        seen(&mut self.ac_seen, 0, 1);
        Ok(())
    }

    #[inline(always)]
    fn quick<const CANONICAL: bool>(&mut self, bits: &mut Bits<'_>) -> Result<(), &'static str> {
        let mut room = BLOCK;
        loop {
            bits.fill();
            let word = bits.word();
            let Some((start, later)) = &mut self.looks else { return self.slow::<CANONICAL>(bits) };
            let looks = if room == BLOCK { start } else { later };
            let look = looks.at(word);
            let (coefficients, ends) = (look.coefficients(), look.ends());
            // an end of the block takes room for one coefficient at least
            if look.bits() == 0 || coefficients.wrapping_add(u32::from(ends)) > room {
                room = self.symbol::<CANONICAL>(bits, room)?;
                if room == 0 {
                    return Ok(());
                }
                continue;
            }
            if CANONICAL {
                looks.take(word);
            }
            bits.pass(look.bits());
            room = room.wrapping_sub(coefficients);
            if ends || room == 0 {
                return Ok(());
            }
        }
    }

    fn slow<const CANONICAL: bool>(&mut self, bits: &mut Bits<'_>) -> Result<(), &'static str> {
        let mut room = BLOCK;
        while room > 0 {
            room = self.symbol::<CANONICAL>(bits, room)?;
        }
        Ok(())
    }

    /// Goes over one code and its value where there is room for so many coefficients; gives how much
    /// room is left.
    #[inline(never)]
    fn symbol<const CANONICAL: bool>(
        &mut self,
        bits: &mut Bits<'_>,
        room: u32,
    ) -> Result<u32, &'static str> {
        bits.fill();
        let codes = if room == BLOCK { &self.dc } else { &self.ac };
        let (length, symbol) = codes.next(bits.word())?;
        bits.pass(length);
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
        if room == BLOCK {
            seen(&mut self.dc_seen, symbol, 1);
            bits.pass(size);
            return Ok(room.saturating_sub(1));
        }
        seen(&mut self.ac_seen, symbol, 1);
        if size == 0 && run < 15 {
            // decoders take any such run for the end of the block
            return if CANONICAL && run > 0 { Err("the end of a block") } else { Ok(0) };
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
        Ok(left)
    }

    /// How often each symbol was seen: DC, AC.
    pub(crate) fn seen(&self) -> ([u64; 256], [u64; 256]) {
        let (mut dc_seen, mut ac_seen) = (self.dc_seen, self.ac_seen);
        let Some((start, later)) = &self.looks else { return (dc_seen, ac_seen) };
        let all = start.taken().map(|taken| (true, taken));
        for (at_start, (word, look, taken)) in all.chain(later.taken().map(|taken| (false, taken)))
        {
            let (mut word, mut coefficients) = (word, 0);
            let mut dc = at_start;
            loop {
                let codes = if dc { &self.dc } else { &self.ac };
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

fn seen(counts: &mut [u64; 256], symbol: u8, often: u64) {
    if let Some(count) = counts.get_mut(usize::from(symbol)) {
        *count = count.saturating_add(often);
    }
}
