//! Huffman tables and the bits that they code: T.81, annexes C, F.1.2.3 and K.

/// A Huffman table as a DHT segment specifies it: T.81, B.2.4.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HuffmanTable {
    /// How many codes there are of each length from 1 to 16.
    pub counts: [u8; 16],
    /// The symbols in the order of their codes.
    pub symbols: Vec<u8>,
}

/// T.81, table K.3.
const DC_LUMINANCE: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
/// T.81, table K.4.
const DC_CHROMINANCE: [u8; 16] = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
/// T.81, table K.5.
const AC_LUMINANCE: ([u8; 16], &str) = (
    [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D],
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a252627\
     28292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a8384858687\
     88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9\
     dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
);
/// T.81, table K.6.
const AC_CHROMINANCE: ([u8; 16], &str) = (
    [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a\
     262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485\
     868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7\
     d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
);

impl HuffmanTable {
    /// One of the typical tables of T.81, K.3.3.
    pub fn standard(ac: bool, chrominance: bool) -> HuffmanTable {
        match (ac, chrominance) {
            (false, false) => HuffmanTable { counts: DC_LUMINANCE, symbols: (0..12).collect() },
            (false, true) => HuffmanTable { counts: DC_CHROMINANCE, symbols: (0..12).collect() },
            (true, false) => HuffmanTable { counts: AC_LUMINANCE.0, symbols: hex(AC_LUMINANCE.1) },
            (true, true) => {
                HuffmanTable { counts: AC_CHROMINANCE.0, symbols: hex(AC_CHROMINANCE.1) }
            }
        }
    }

    /// The best table for symbols that occur this often: T.81, K.2.
    pub fn optimal(occurrences: &[u32; 256]) -> HuffmanTable {
        // the 257th symbol takes the code of ones only, which no real symbol may have
        let mut frequency: Vec<u64> = occurrences.iter().map(|n| u64::from(*n)).collect();
        frequency.push(1);
        let mut size = [0usize; 257];
        let mut next: [Option<usize>; 257] = [None; 257];
        loop {
            let mut least: Vec<usize> = (0..257).filter(|i| frequency[*i] > 0).collect();
            least.sort_by_key(|i| (frequency[*i], 257 - *i));
            let [a, b, ..] = least[..] else { break };
            frequency[a] += frequency[b];
            frequency[b] = 0;
            let mut tail = a;
            for start in [a, b] {
                let mut at = start;
                size[at] += 1;
                while let Some(following) = next[at] {
                    at = following;
                    size[at] += 1;
                }
                if start == a {
                    tail = at;
                }
            }
            next[tail] = Some(b);
        }
        let mut bits = [0usize; 258];
        size.iter().filter(|s| **s > 0).for_each(|s| bits[*s] += 1);
        // no code is longer than 16 bits: T.81, figure K.3
        for long in (17..258).rev() {
            while bits[long] > 0 {
                let short = (1..long - 1).rev().find(|s| bits[*s] > 0).expect("a shorter code");
                bits[long] -= 2;
                bits[long - 1] += 1;
                bits[short + 1] += 2;
                bits[short] -= 1;
            }
        }
        let longest = (1..17).rev().find(|s| bits[*s] > 0).expect("at least one code");
        bits[longest] -= 1;
        let mut symbols: Vec<usize> = (0..256).filter(|s| size[*s] > 0).collect();
        symbols.sort_by_key(|s| (size[*s], *s));
        HuffmanTable {
            counts: std::array::from_fn(|i| u8::try_from(bits[i + 1]).expect("256 at most")),
            symbols: symbols.into_iter().map(|s| s as u8).collect(),
        }
    }

    /// The symbols of each length in another order, which `next` chooses: a number below the one
    /// that it is given.
    pub(crate) fn shuffle(&mut self, mut next: impl FnMut(usize) -> usize) {
        let mut rest = self.symbols.as_mut_slice();
        for count in self.counts {
            let (group, behind) = rest.split_at_mut(usize::from(count));
            for last in (1..group.len()).rev() {
                group.swap(last, next(last + 1));
            }
            rest = behind;
        }
    }

    /// The code and its length in bits for each symbol: T.81, annex C.
    pub fn codes(&self) -> [Option<(u16, u8)>; 256] {
        let mut codes = [None; 256];
        let mut symbols = self.symbols.iter();
        let mut code = 0u32;
        for (length, count) in (1u8..).zip(self.counts) {
            for symbol in symbols.by_ref().take(usize::from(count)) {
                codes[usize::from(*symbol)] = Some((code as u16, length));
                code += 1;
            }
            code <<= 1;
        }
        codes
    }

    /// The table as it stands in a DHT segment.
    pub fn payload(&self, ac: bool, slot: u8) -> Vec<u8> {
        let mut out = vec![u8::from(ac) << 4 | slot];
        out.extend(self.counts);
        out.extend(&self.symbols);
        out
    }
}

/// Bytes from hexadecimal digits; spaces are skipped.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> =
        text.chars().filter(|c| *c != ' ').map(|c| c.to_digit(16).expect("a hex digit")).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// Writes bits, most significant first, with a zero stuffed after each 0xFF: T.81, F.1.2.3.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    out: Vec<u8>,
    bits: u32,
    count: u8,
}

impl BitWriter {
    pub(crate) fn put(&mut self, value: u16, count: u8) {
        if count == 0 {
            return;
        }
        let value = u32::from(value) & ((1 << count) - 1);
        self.bits = self.bits << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.bits >> self.count) as u8;
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
        }
        self.bits &= (1 << self.count) - 1;
    }

    /// How many bits the last byte lacks.
    pub(crate) fn missing(&self) -> u8 {
        (8 - self.count) % 8
    }

    /// Fills the last byte with ones.
    pub(crate) fn align(&mut self) {
        self.put(0xFF, self.missing());
    }

    /// Whole bytes as they are, not stuffed.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.align();
        self.out.extend(bytes);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.out
    }
}
