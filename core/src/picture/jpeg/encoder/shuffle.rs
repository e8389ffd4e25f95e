//! Perfect shuffles: what transposes blocks and takes pixels apart in a few vector instructions.

/// The first half and the second half in turns: what stands at place i of N goes to 2i modulo
/// N - 1, and the last stays.
///
/// By itself it is made of a few vector instructions; several in one are seen as N moves.
#[inline(never)]
fn shuffled<T: Copy + Default, const N: usize>(from: &[T; N]) -> [T; N] {
    let mut to = [T::default(); N];
    for i in 0..N / 2 {
        to[2 * i] = from[i];
        to[2 * i + 1] = from[i + N / 2];
    }
    to
}

/// A square of eight rows with its rows as columns.
#[inline]
pub(crate) fn transposed<T: Copy + Default>(square: &[T; 64]) -> [T; 64] {
    // each shuffle rotates the six bits of a place by one, so three exchange row and column
    shuffled(&shuffled(&shuffled(square)))
}

/// 32 pixels of three bytes as 32 bytes of each of the three.
#[inline]
pub(crate) fn planar(pixels: &[u8; 96]) -> [u8; 96] {
    // five shuffles take place 3p + c to 32 (3p + c) modulo 95, which is p + 32c
    shuffled(&shuffled(&shuffled(&shuffled(&shuffled(pixels)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        let square: [u8; 64] = std::array::from_fn(|i| i as u8);
        let columns: [u8; 64] = std::array::from_fn(|i| (i % 8 * 8 + i / 8) as u8);
        assert_eq!(transposed(&square), columns);
    }

    #[test]
    fn pixels_become_planes() {
        let pixels: [u8; 96] = std::array::from_fn(|i| i as u8);
        let planes: [u8; 96] = std::array::from_fn(|i| (i % 32 * 3 + i / 32) as u8);
        assert_eq!(planar(&pixels), planes);
    }
}
