//! Which colours the components mean: the rule of libjpeg's `default_decompress_parms`, which
//! every common viewer follows.

use crate::bytes::u8_at;

/// What the components of a frame mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// One component.
    Grey,
    /// Three: luma and two chroma.
    YCbCr,
    /// Three: red, green, blue.
    Rgb,
    /// Four inks. With Adobe's segment programs take them as inverted, so it is kept if it is there.
    Cmyk {
        /// True if the source has Adobe's segment.
        adobe: bool,
    },
    /// Four: CMY coded as YCbCr, and black. Always with Adobe's segment.
    Ycck,
}

/// The `transform` of an Adobe APP14 payload, if it is one.
pub(crate) fn adobe_transform(payload: &[u8]) -> Option<u8> {
    if payload.starts_with(b"Adobe") { u8_at(payload, 11) } else { None }
}

/// True if an APP0 payload is a JFIF header, as libjpeg tells it.
pub(crate) fn is_jfif(payload: &[u8]) -> bool {
    payload.len() >= 14 && payload.starts_with(b"JFIF\0")
}

/// What components of the names `ids` mean, given whether there is a JFIF header, and the transform
/// of an Adobe segment if there is one.
pub(crate) fn meaning(ids: &[u8], jfif: bool, adobe: Option<u8>) -> Option<Colour> {
    Some(match (ids, adobe) {
        ([_], _) => Colour::Grey,
        ([_, _, _], _) if jfif => Colour::YCbCr,
        ([_, _, _], Some(0)) => Colour::Rgb,
        ([_, _, _], Some(_)) => Colour::YCbCr,
        ([b'R', b'G', b'B'], None) => Colour::Rgb,
        ([_, _, _], None) => Colour::YCbCr,
        ([_, _, _, _], None) => Colour::Cmyk { adobe: false },
        ([_, _, _, _], Some(0)) => Colour::Cmyk { adobe: true },
        ([_, _, _, _], Some(_)) => Colour::Ycck,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libjpegs_rule_holds() {
        assert_eq!(meaning(b"R", false, None), Some(Colour::Grey));
        assert_eq!(meaning(b"RGB", false, None), Some(Colour::Rgb));
        assert_eq!(meaning(b"RGB", true, None), Some(Colour::YCbCr));
        assert_eq!(meaning(b"RGB", false, Some(1)), Some(Colour::YCbCr));
        assert_eq!(meaning(&[1, 2, 3], false, Some(0)), Some(Colour::Rgb));
        assert_eq!(meaning(&[1, 2, 3], true, Some(0)), Some(Colour::YCbCr));
        assert_eq!(meaning(&[0, 1, 2], false, None), Some(Colour::YCbCr));
        assert_eq!(meaning(&[1, 2, 3, 4], false, None), Some(Colour::Cmyk { adobe: false }));
        assert_eq!(meaning(&[1, 2, 3, 4], false, Some(0)), Some(Colour::Cmyk { adobe: true }));
        assert_eq!(meaning(&[1, 2, 3, 4], false, Some(2)), Some(Colour::Ycck));
        assert_eq!(meaning(&[1, 2], false, None), None);
    }
}
