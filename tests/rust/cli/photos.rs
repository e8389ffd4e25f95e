//! JPEGs made by code: grey, of any size, with marks planted in them.

/// A mark that no clean photo may hold.
pub const MARK: &str = "PLANTED-by-the-journeys";

/// A grey baseline JPEG (ITU-T T.81) of `width` × `height` pixels that holds nothing else: every
/// coefficient is nought, two bits a block.
pub fn plain(width: u16, height: u16) -> Vec<u8> {
    with_segments(width, height, &[])
}

/// The same with [`MARK`] as camera model in Exif and in a comment.
pub fn marked(width: u16, height: u16) -> Vec<u8> {
    with_segments(width, height, &[(0xE1, exif()), (0xFE, MARK.as_bytes().to_vec())])
}

fn with_segments(width: u16, height: u16, segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut photo = vec![0xFF, 0xD8];
    for (marker, payload) in segments {
        segment(&mut photo, *marker, payload);
    }
    let [h1, h0] = height.to_be_bytes();
    let [w1, w0] = width.to_be_bytes();
    segment(&mut photo, 0xDB, &[&[0][..], &[1; 64]].concat());
    segment(&mut photo, 0xC0, &[8, h1, h0, w1, w0, 1, 1, 0x11, 0]);
    for class in [0x00, 0x10] {
        // one code of one bit, for category 0 (DC) and end of block (AC)
        segment(&mut photo, 0xC4, &[&[class, 1][..], &[0; 15], &[0]].concat());
    }
    segment(&mut photo, 0xDA, &[1, 1, 0, 0, 63, 0]);
    let bits = 2 * usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    photo.extend(std::iter::repeat_n(0, bits / 8));
    if bits % 8 > 0 {
        // the last byte is filled up with ones
        photo.push(0xFF >> (bits % 8));
    }
    photo.extend([0xFF, 0xD9]);
    photo
}

fn segment(photo: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    photo.extend([0xFF, marker]);
    photo.extend(u16::try_from(payload.len() + 2).unwrap().to_be_bytes());
    photo.extend(payload);
}

/// An Exif block (CIPA DC-008) with a camera model and a position.
fn exif() -> Vec<u8> {
    let mut model = MARK.as_bytes().to_vec();
    model.push(0);
    // header 8, IFD0 of two entries 2 + 24 + 4, then the model, then the GPS directory
    let model_at = 8 + 30;
    model.resize(model.len().next_multiple_of(2), 0);
    let gps_at = model_at + model.len();
    let rationals_at = gps_at + 2 + 4 * 12 + 4;
    let entry = |tag: u16, kind: u16, count: usize, value: usize| {
        let mut bytes = Vec::new();
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(u32::try_from(count).unwrap().to_le_bytes());
        bytes.extend(u32::try_from(value).unwrap().to_le_bytes());
        bytes
    };
    let (ascii, long, rational) = (2, 4, 5);
    let mut tiff = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend(entry(0x0110, ascii, MARK.len() + 1, model_at));
    tiff.extend(entry(0x8825, long, 1, gps_at));
    tiff.extend([0; 4]);
    tiff.extend(&model);
    tiff.extend(4u16.to_le_bytes());
    tiff.extend(entry(1, ascii, 2, usize::from(b'N')));
    tiff.extend(entry(2, rational, 3, rationals_at));
    tiff.extend(entry(3, ascii, 2, usize::from(b'W')));
    tiff.extend(entry(4, rational, 3, rationals_at + 24));
    tiff.extend([0; 4]);
    for part in [51u32, 30, 3, 0, 7, 29] {
        tiff.extend(part.to_le_bytes());
        tiff.extend(1u32.to_le_bytes());
    }
    [b"Exif\0\0", tiff.as_slice()].concat()
}
