//! Which contexts share a code: ISO/IEC 18181-1, C.2.2.

use super::{Budget, Decoder, invalid};
use crate::Error;
use crate::container::jxl::bits::BitReader;

/// The most clusters.
const MOST: usize = 256;

/// How many clusters there are, and that of each of `contexts`.
pub(super) fn read(
    reader: &mut BitReader<'_>,
    contexts: usize,
    budget: &mut Budget,
) -> Result<(usize, Vec<usize>), Error> {
    if contexts == 1 {
        return Ok((1, vec![0]));
    }
    let clusters =
        if reader.bit()? { simple(reader, contexts)? } else { coded(reader, contexts, budget)? };
    let count = clusters.iter().max().map_or(0, |most| most.saturating_add(1));
    // none may be left out
    let mut used = [false; MOST];
    for cluster in &clusters {
        *used.get_mut(*cluster).ok_or_else(|| invalid(reader))? = true;
    }
    let all = used.iter().take(count).all(|used| *used);
    if all { Ok((count, clusters)) } else { Err(invalid(reader)) }
}

fn simple(reader: &mut BitReader<'_>, contexts: usize) -> Result<Vec<usize>, Error> {
    let width = reader.read(2)?;
    let cluster = |_| Ok(usize::try_from(reader.read(width)?).unwrap_or(MOST));
    (0..contexts).map(cluster).collect()
}

fn coded(
    reader: &mut BitReader<'_>,
    contexts: usize,
    budget: &mut Budget,
) -> Result<Vec<usize>, Error> {
    let move_to_front = reader.bit()?;
    let mut decoder = Decoder::with(reader, 1, contexts > 2, budget)?;
    let mut order: Vec<usize> = (0..MOST).collect();
    let mut clusters = Vec::new();
    for _ in 0..contexts {
        let number = decoder.number(reader, 0, budget)?;
        let place = usize::try_from(number).unwrap_or(MOST);
        let Some(cluster) = order.get(place).copied() else { return Err(invalid(reader)) };
        if move_to_front {
            order.get_mut(..=place).unwrap_or_default().rotate_right(1);
        }
        clusters.push(cluster);
    }
    decoder.finish(reader)?;
    Ok(clusters)
}
