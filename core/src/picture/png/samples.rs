//! Data that the tests of both sides deflate and inflate.

use proptest::prelude::*;

use crate::container::png::write::ZLIB;
use crate::picture::png::deflate::Deflater;

/// Data with runs, repetitions near and far, and noise, of so many such parts at least.
pub(crate) fn data(least: usize) -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        (any::<u8>(), 1..3_000usize).prop_map(|(byte, n)| vec![byte; n]),
        (proptest::collection::vec(any::<u8>(), 1..40), 1..400usize)
            .prop_map(|(bytes, n)| bytes.repeat(n)),
        proptest::collection::vec(any::<u8>(), 1..20_000),
        proptest::collection::vec(0..4u8, 1..20_000),
    ];
    proptest::collection::vec(part, least..40).prop_map(|parts| parts.concat())
}

/// The zlib stream of `data`, which is handed over in parts of `step` bytes.
pub(crate) fn zlib(data: &[u8], step: usize) -> Vec<u8> {
    let mut out = ZLIB.to_vec();
    let mut sink = |bytes: &[u8]| {
        out.extend(bytes);
        Ok(())
    };
    let mut deflater = Deflater::new();
    data.chunks(step).for_each(|part| deflater.push(part, &mut sink).unwrap());
    deflater.finish(&mut sink).unwrap();
    out.extend(simd_adler32::adler32(&data).to_be_bytes());
    out
}
