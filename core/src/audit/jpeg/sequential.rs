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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One code of each length from 1 to 15 bits and two of 16: any bits are codes.
    fn table(symbols: &[u8]) -> Vec<u8> {
        let mut table = vec![1; 15];
        table.push(2);
        table.extend(symbols.iter().take(17));
        table
    }

    /// Goes over blocks until one fails.
    fn all<const CANONICAL: bool>(
        coding: &mut Coding,
        data: &[u8],
    ) -> (usize, Option<&'static str>) {
        let mut bits = Bits::new(data);
        for blocks in 0.. {
            match coding.block::<CANONICAL>(bits).and_then(|bits| bits.not_past().map(|()| bits)) {
                Ok(after) => bits = after,
                Err(what) => return (blocks, Some(what)),
            }
        }
        (0, None)
    }

    fn symbols() -> impl Strategy<Value = Vec<u8>> {
        let any = (0..16u8, 1..=10u8).prop_map(|(run, size)| run << 4 | size);
        let one = prop_oneof![6 => any, 1 => Just(0xF0), 1 => Just(0), 1 => Just(0x20)];
        prop::collection::hash_set(one, 30..60).prop_map(|set| set.into_iter().collect())
    }

    proptest! {
        #[test]
        fn looks_go_as_far_as_single_codes_and_count_the_same(
            dc in Just((0..12u8).collect::<Vec<u8>>()).prop_shuffle(),
            ac in symbols(),
            data in prop::collection::vec(0..=0xFEu8, 1..2_000),
        ) {
            let dc = table(&[dc, vec![0, 1, 2, 3, 4]].concat());
            let ac = table(&ac);
            for canonical in [false, true] {
                let mut quick = Coding::new(&dc, &ac, LONG, canonical);
                let mut slow = Coding::new(&dc, &ac, 0, canonical);
                let ends = [&mut quick, &mut slow].map(|coding| match canonical {
                    true => all::<true>(coding, &data),
                    false => all::<false>(coding, &data),
                });
                prop_assert_eq!(ends[0], ends[1]);
                if canonical {
                    // the block that fails may have been counted in part
                    let whole = |coding: &Coding| coding.seen().0.iter().sum::<u64>();
                    prop_assert!(whole(&quick) >= ends[0].0 as u64);
                }
            }
        }

        #[test]
        fn what_is_counted_is_what_is_there(
            ac in symbols(),
            seed in prop::collection::vec(any::<prop::sample::Index>(), 1..300),
        ) {
            // blocks of one value and the end, by codes of all lengths
            let ac: Vec<u8> = [vec![0], ac.into_iter().filter(|s| s & 15 > 0).take(16).collect()].concat();
            prop_assume!(ac.len() == 17);
            let mut text = String::new();
            let mut expected = [0u64; 256];
            let code = |n: usize| if n == 16 { "1".repeat(16) } else { "1".repeat(n) + "0" };
            for index in &seed {
                let n = 1 + index.index(16);
                let size = usize::from(ac[n] & 15);
                text += &format!("0{}{}0", code(n), "10".repeat(5)[..size].to_owned());
                expected[usize::from(ac[n])] += 1;
                expected[0] += 1;
            }
            text += &"1".repeat((8 - text.len() % 8) % 8);
            let data: Vec<u8> = (0..text.len() / 8)
                .map(|i| u8::from_str_radix(&text[8 * i..8 * i + 8], 2).unwrap())
                .flat_map(|byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] })
                .chain([0xFF, 0xD9])
                .collect();
            let dc = [&[1][..], &[0; 15], &[0]].concat();
            for length in [0, LONG] {
                let mut coding = Coding::new(&dc, &table(&ac), length, true);
                let mut bits = Bits::new(&data);
                for _ in &seed {
                    bits = coding.block::<true>(bits).unwrap();
                }
                prop_assert_eq!(bits.end(), Ok(()));
                let (dc_seen, ac_seen) = coding.seen();
                prop_assert_eq!(dc_seen[0], seed.len() as u64);
                prop_assert_eq!(ac_seen, expected);
            }
        }
    }
}
