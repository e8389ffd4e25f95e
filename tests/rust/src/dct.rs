//! From samples to quantised coefficients: T.81, A.3.

/// Where the coefficients stand in the 8×8 block, in zig-zag order: T.81, figure 5.
pub(crate) const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// T.81, table K.1, row by row.
const LUMINANCE: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// T.81, table K.2, row by row.
const CHROMINANCE: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/// A quantisation table, in zig-zag order: T.81, B.2.4.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantTable(pub [u16; 64]);

impl QuantTable {
    /// The example tables of T.81, K.1, scaled to `percent` (100 is the table itself).
    pub fn scaled(chrominance: bool, percent: u32) -> QuantTable {
        let base = if chrominance { &CHROMINANCE } else { &LUMINANCE };
        QuantTable(std::array::from_fn(|k| {
            (u32::from(base[ZIGZAG[k]]) * percent / 100).clamp(1, 65_535) as u16
        }))
    }

    /// The table as it stands in a DQT segment, with 8 or 16 bits an entry.
    pub fn payload(&self, slot: u8, wide: bool) -> Vec<u8> {
        let mut out = vec![u8::from(wide) << 4 | slot];
        for value in self.0 {
            if wide {
                out.extend(value.to_be_bytes());
            } else {
                out.push(u8::try_from(value).expect("8 bits hold it"));
            }
        }
        out
    }
}

/// The quantised coefficients of one 8×8 block of samples, in zig-zag order.
pub(crate) fn block(samples: &[[f32; 8]; 8], table: &QuantTable, basis: &Basis) -> [i16; 64] {
    let mut rows = [[0f32; 8]; 8];
    for (row, out) in samples.iter().zip(&mut rows) {
        for (wave, value) in basis.0.iter().zip(out) {
            *value = row.iter().zip(wave).map(|(s, w)| s * w).sum();
        }
    }
    let mut frequencies = [0f32; 64];
    for (v, wave) in basis.0.iter().enumerate() {
        for (row, weight) in rows.iter().zip(wave) {
            for (u, value) in row.iter().enumerate() {
                frequencies[v * 8 + u] += value * weight;
            }
        }
    }
    std::array::from_fn(|k| {
        (frequencies[ZIGZAG[k]] / f32::from(table.0[k])).round().clamp(-1023.0, 1023.0) as i16
    })
}

/// A few digits of a number that a system's mathematics library computed: the same everywhere.
pub(crate) fn portable(value: f64) -> f32 {
    ((value * 65_536.0).round() / 65_536.0) as f32
}

/// The cosines of the transform, with its factors: T.81, A.3.3.
pub(crate) struct Basis([[f32; 8]; 8]);

impl Basis {
    pub(crate) fn new() -> Basis {
        Basis(std::array::from_fn(|u| {
            std::array::from_fn(|x| {
                let angle = (2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0;
                let factor = if u == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
                portable(angle.cos() * factor / 2.0)
            })
        }))
    }
}
