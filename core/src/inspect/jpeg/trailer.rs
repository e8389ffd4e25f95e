//! Bytes after the end of the picture: further pictures, films, archives, makers' blocks.

use super::samsung::Directory;
use crate::inspect::block::{Block, find};
use crate::inspect::{Betrays, Carrier, Findings, film, text};

use Betrays::{Device, HiddenPicture, History, Unknown};

/// The most things that are told apart in one trailer.
const MOST: usize = 64;
/// From how many zeros in a row on they count as padding.
const PADDING: usize = 16;

/// First bytes of what people and programs append, which reach to the end.
const APPENDED: &[(&[u8], Betrays, &str)] = &[
    (b"PK\x03\x04", Unknown, "ZIP archive"),
    (b"Rar!\x1A\x07", Unknown, "RAR archive"),
    (b"7z\xBC\xAF\x27\x1C", Unknown, "7z archive"),
    (b"\x1F\x8B\x08", Unknown, "gzip data"),
    (b"%PDF-", Unknown, "PDF document"),
    (b"\x89PNG\r\n\x1A\n", HiddenPicture, "PNG picture"),
    (b"GIF8", HiddenPicture, "GIF picture"),
    (b"RIFF", HiddenPicture, "RIFF data (WebP, sound or film)"),
    (b"ID3", Unknown, "sound"),
    (b"OggS", Unknown, "sound"),
    (b"MZ", Unknown, "Windows program"),
    (b"\x7FELF", Unknown, "program"),
    (b"SQLite format 3\0", Unknown, "database"),
    (b"CANON OPTIONAL DATA\0", History, "Canon editing data"),
    (b"AXS!", History, "AFCP block"),
    (b"cbipcbbl", History, "Photo Mechanic block"),
    (b"II*\0", HiddenPicture, "TIFF or raw picture"),
    (b"MM\0*", HiddenPicture, "TIFF or raw picture"),
    (b"~\x10\x04", History, "MIE block"),
    (b"vivo{", Device, "Vivo block"),
    (b"QDIOBS", Device, "Samsung block"),
];

/// Last bytes of makers' blocks.
const ENDINGS: &[(&[u8], Betrays, &str)] = &[
    (b"\0AXS!", History, "AFCP block"),
    (b"cbipcbbl", History, "Photo Mechanic block"),
    (b"8db42d694ccc418790edff439fe026bf", Device, "Insta360 block"),
    (b"\xA1\xB2\xC3\xD4", History, "FotoStation block"),
    (b"jxrs", Device, "OnePlus or Oppo block"),
];

/// Tells what stands in `trailer`. `image` tells a JPEG that starts a block, and gives its length.
pub(super) fn inspect(
    trailer: Block<'_>,
    findings: &mut Findings,
    image: &mut dyn FnMut(Block<'_>, &mut Findings) -> usize,
) {
    let samsung = Directory::read(trailer);
    let end = samsung.as_ref().map_or(trailer.data.len(), |directory| directory.start);
    general(trailer.before(end), findings, image);
    if let Some(directory) = samsung {
        directory.tell(findings, image);
    }
}

fn general(
    block: Block<'_>,
    findings: &mut Findings,
    image: &mut dyn FnMut(Block<'_>, &mut Findings) -> usize,
) {
    let mut next = Next { data: block.data, jpeg: None, film: None };
    let mut at = 0usize;
    for _ in 0..MOST {
        let rest = block.from(at);
        if rest.data.is_empty() {
            return;
        }
        let until = next.after(at.saturating_add(1)).saturating_sub(at);
        let length = known(rest, until, findings, image).unwrap_or_else(|| {
            unknown(rest.before(until), findings);
            until
        });
        at = at.saturating_add(length.max(1));
    }
    let rest = block.from(at);
    if !rest.data.is_empty() {
        unknown(rest, findings);
    }
}

/// Tells what starts `rest`, if that is known; gives its length. A further picture or film may
/// start at `until`.
fn known(
    rest: Block<'_>,
    until: usize,
    findings: &mut Findings,
    image: &mut dyn FnMut(Block<'_>, &mut Findings) -> usize,
) -> Option<usize> {
    let data = rest.data;
    if data.starts_with(b"\xFF\xD8\xFF") {
        return Some(image(rest, findings));
    }
    if let Some(length) = film::length(data) {
        film::inspect(rest.before(length), "Film", findings);
        return Some(length);
    }
    let zeros = data.iter().take_while(|b| **b == 0).count().min(until);
    if zeros >= PADDING || zeros == data.len() {
        let value = format!("{}, all zero", text::size(zeros as u64));
        let place = rest.before(zeros).place();
        findings.add(Unknown, Carrier::Trailer, place, "Padding after the picture", value);
        return Some(zeros);
    }
    let (_, betrays, name) = APPENDED.iter().find(|(start, ..)| data.starts_with(start))?;
    let value = text::size(data.len() as u64);
    findings.add(*betrays, Carrier::Trailer, rest.place(), format!("Appended: {name}"), value);
    Some(data.len())
}

/// Tells bytes that nothing is known of.
fn unknown(block: Block<'_>, findings: &mut Findings) {
    let known = ENDINGS.iter().find(|(end, ..)| block.data.ends_with(end));
    let (betrays, carrier, label) = match known {
        Some((_, betrays, name)) => (*betrays, Carrier::VendorBlock, *name),
        None => (Unknown, Carrier::Trailer, "Bytes after the picture"),
    };
    findings.add(betrays, carrier, block.place(), label, text::summary(block.data));
}

/// Where the next pictures and films may start; every byte is searched once.
struct Next<'a> {
    data: &'a [u8],
    jpeg: Option<usize>,
    film: Option<usize>,
}

impl Next<'_> {
    /// The first at or after `from`, or the end.
    fn after(&mut self, from: usize) -> usize {
        let end = self.data.len();
        let search = |known: Option<usize>, needle: &[u8], lead: usize| match known {
            Some(at) if at >= from => at,
            _ => find(self.data, needle, from.saturating_add(lead))
                .map_or(end, |at| at.saturating_sub(lead)),
        };
        let jpeg = search(self.jpeg, b"\xFF\xD8\xFF", 0);
        let film = search(self.film, b"ftyp", 4);
        (self.jpeg, self.film) = (Some(jpeg), Some(film));
        jpeg.min(film)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn told(data: &[u8]) -> Vec<(Carrier, String, u64, u64)> {
        let trailer = Block { segment: "trailer", offset: 100, data, joined: None };
        let mut findings = Findings::new(&Limits::default());
        inspect(trailer, &mut findings, &mut |block, findings| {
            findings.add(
                HiddenPicture,
                Carrier::FurtherImage,
                block.before(4).place(),
                "picture",
                "",
            );
            4
        });
        let list = findings.into_list().0;
        list.into_iter().map(|f| (f.carrier, f.label, f.place.offset, f.place.length)).collect()
    }

    #[test]
    fn everything_is_told_with_its_place() {
        let film = b"\0\0\0\x10ftypmp42\0\0\0\0";
        let data = [b"junk", &b"\xFF\xD8\xFF\xD9"[..], &[0; 20], film, b"PK\x03\x04zip"].concat();
        assert_eq!(
            told(&data),
            [
                (Carrier::Trailer, "Bytes after the picture".into(), 100, 4),
                (Carrier::FurtherImage, "picture".into(), 104, 4),
                (Carrier::Trailer, "Padding after the picture".into(), 108, 20),
                (Carrier::Film, "Film".into(), 128, 16),
                (Carrier::Trailer, "Appended: ZIP archive".into(), 144, 7),
            ]
        );
    }

    #[test]
    fn many_things_end_in_one_finding() {
        let told = told(&b"\xFF\xD8\xFF\xD9".repeat(1_000));
        assert_eq!(told.len(), MOST + 1);
        let (_, _, offset, length) = told.last().unwrap();
        assert_eq!(offset + length, 100 + 4_000);
    }
}
