//! What the items of a file are, and what those say that are no pictures.

use std::borrow::Cow;

use super::meta::{Item, Meta};
use super::{av1, hevc, properties};
use crate::inspect::block::Block;
use crate::inspect::jpeg::tell_thumbnail;
use crate::inspect::{Betrays, Carrier, Findings, exif, iptc, jumbf, text, xmp};

use Betrays::{HiddenPicture, Owner, Structure, Unknown};

/// The most Exif blocks and XMP packets that are read in full.
const MOST_READ: usize = 16;
/// The most of one item in pieces that is joined, in bytes.
const MOST_JOINED: usize = 16 << 20;

/// Tells every item.
pub(super) fn tell(meta: &Meta<'_>, findings: &mut Findings) {
    let shown = shown(meta);
    let mut read = 0usize;
    for part in &meta.properties {
        properties::tell(part, findings);
    }
    for item in &meta.items {
        if findings.is_full() {
            return;
        }
        names(item, findings);
        let data = joined(meta.extents(item.id));
        let Some(first) = meta.extents(item.id).first() else {
            if matches!(&item.kind, b"grid" | b"iden" | b"iovl" | b"hvc1" | b"av01") {
                picture(meta, item, &shown, findings);
            }
            continue;
        };
        let total = meta
            .extents(item.id)
            .iter()
            .fold(0u64, |sum, e| sum.saturating_add(e.data.len() as u64));
        let kind = text::latin1(&item.kind);
        let pieces = (meta.extents(item.id).len() > 1).then_some(total);
        let block = Block { segment: &kind, offset: first.offset, data: &data, joined: pieces };
        match &item.kind {
            b"hvc1" | b"hev1" | b"lhv1" => {
                picture(meta, item, &shown, findings);
                let length = hevc::length_size(meta.of(item.id).find(|p| p.kind == *b"hvcC"));
                hevc::tell(block, length, findings);
            }
            b"av01" => {
                picture(meta, item, &shown, findings);
                av1::tell(block, findings);
            }
            b"Exif" | b"mime" if read < MOST_READ => {
                read = read.saturating_add(1);
                text_item(item, block, findings);
            }
            b"jpeg" => {
                picture(meta, item, &shown, findings);
                tell_thumbnail(block, findings);
            }
            b"uri " | b"Exif" | b"mime" => {
                let value = text::summary(&data);
                let label = format!("Item {kind}");
                findings.add(Unknown, Carrier::UnknownBox, block.place(), label, value);
            }
            _ => picture(meta, item, &shown, findings),
        }
    }
}

/// The bytes of an item, put together if they stand in pieces.
fn joined<'a>(extents: &[Block<'a>]) -> Cow<'a, [u8]> {
    match extents {
        [one] => Cow::Borrowed(one.data),
        many => {
            let mut all: Vec<u8> = Vec::new();
            for extent in many {
                let room = MOST_JOINED.saturating_sub(all.len());
                all.extend(extent.data.get(..room).unwrap_or(extent.data));
            }
            Cow::Owned(all)
        }
    }
}

/// The items that show the picture: the primary one and what it is put together from.
fn shown(meta: &Meta<'_>) -> Vec<u32> {
    let mut list = vec![meta.primary];
    let mut at = 0usize;
    while let Some(id) = list.get(at).copied().filter(|_| at < super::MOST) {
        for (_, _, to) in
            meta.references.iter().filter(|(kind, from, _)| kind == b"dimg" && *from == id)
        {
            for item in to {
                if !list.contains(item) {
                    list.push(*item);
                }
            }
        }
        at = at.saturating_add(1);
    }
    list
}

/// Names and addresses in the entry of an item.
fn names(item: &Item<'_>, findings: &mut Findings) {
    let mut names = item.names.split(|byte| *byte == 0);
    let name = names.next().unwrap_or_default();
    let rest: Vec<&[u8]> = names.filter(|name| !name.is_empty()).collect();
    let mut add = |betrays, label: &str, value: &[u8]| {
        let value = text::summary(value);
        findings.add(betrays, Carrier::ItemName, item.entry.place(), label, value);
    };
    if !name.is_empty() {
        add(Owner, "Name of an item", name);
    }
    // the content type of XMP stands in every such file, beside a finding of what it holds
    for other in rest.iter().filter(|other| **other != b"application/rdf+xml") {
        add(Unknown, "Type or address of an item", other);
    }
}

/// Tells an item that holds text: Exif, XMP, and whatever has a content type.
fn text_item(item: &Item<'_>, block: Block<'_>, findings: &mut Findings) {
    if &item.kind == b"Exif" {
        exif::inspect(block, block, findings, &mut |block, findings| {
            tell_thumbnail(block, findings)
        });
        return;
    }
    let place = block.place();
    let holds = |name: &[u8]| memchr::memmem::find(item.names, name).is_some();
    if let Some(packet) = xmp::packet_of(block.data) {
        xmp::packet(packet, &place, findings);
    } else if holds(b"application/rdf+xml") {
        let value = text::summary(block.data);
        findings.add(Unknown, Carrier::Xmp, place, "XMP that cannot be read", value);
    } else if holds(b"c2pa") || holds(b"jumbf") {
        jumbf::inspect(block.data, &place, findings);
    } else if holds(b"iptc") {
        findings.add(Owner, Carrier::Iptc, place, "IPTC", text::summary(block.data));
        iptc::datasets(block, findings);
    } else {
        let value = text::summary(block.data);
        findings.add(Unknown, Carrier::UnknownBox, place, "Item with a content type", value);
    }
}

/// Tells a picture, by what it is for.
fn picture(meta: &Meta<'_>, item: &Item<'_>, shown: &[u32], findings: &mut Findings) {
    let refers = |kind: &[u8; 4]| {
        meta.references.iter().any(|(known, from, _)| known == kind && *from == item.id)
    };
    let within = |kind: &[u8; 4]| {
        meta.references.iter().find(|(known, _, to)| known == kind && to.contains(&item.id))
    };
    let auxiliary = meta.of(item.id).find(|part| part.kind == *b"auxC");
    let name = auxiliary.map(|part| {
        let urn = part.body.from(4).data.split(|byte| *byte == 0).next().unwrap_or_default();
        text::latin1(urn)
    });
    let kind = text::latin1(&item.kind);
    let (betrays, carrier, label) = match &name {
        _ if &item.kind == b"tmap" => (HiddenPicture, Carrier::GainMap, String::from("Gain map")),
        _ if item.id == meta.primary => (Structure, Carrier::Picture, String::from("Picture")),
        _ if shown.contains(&item.id) => return,
        Some(name) if is_alpha(name) => (Structure, Carrier::Picture, String::from("Transparency")),
        Some(name) if name.contains("hdrgainmap") => {
            (HiddenPicture, Carrier::GainMap, String::from("Gain map"))
        }
        Some(name) if name.contains("depth") || name.ends_with("auxid:2") => {
            (HiddenPicture, Carrier::FurtherImage, String::from("Depth"))
        }
        Some(name) if name.contains("matte") => {
            (HiddenPicture, Carrier::FurtherImage, String::from("Matte of what is shown"))
        }
        Some(name) => (HiddenPicture, Carrier::FurtherImage, format!("Auxiliary picture {name}")),
        None if refers(b"thmb") => (HiddenPicture, Carrier::Thumbnail, String::from("Thumbnail")),
        None => match within(b"dimg") {
            Some((_, of, _)) if meta.items.iter().any(|i| i.id == *of && &i.kind == b"tmap") => {
                (HiddenPicture, Carrier::GainMap, String::from("Gain map"))
            }
            // a part of another one, which is told
            Some(_) => return,
            None if matches!(
                &item.kind,
                b"hvc1" | b"av01" | b"grid" | b"iovl" | b"iden" | b"jpeg"
            ) =>
            {
                (HiddenPicture, Carrier::FurtherImage, String::from("Further picture"))
            }
            None => (Unknown, Carrier::UnknownBox, format!("Item {kind}")),
        },
    };
    let bytes =
        meta.extents(item.id).iter().fold(0u64, |sum, e| sum.saturating_add(e.data.len() as u64));
    let mut value = match meta.size_of(item.id) {
        Some((width, height)) => {
            format!("{width} × {height} pixels, {kind}, {}", text::size(bytes))
        }
        None => format!("{kind}, {}", text::size(bytes)),
    };
    if betrays == Unknown {
        value = text::summary(&joined(meta.extents(item.id)));
    }
    let place = match meta.extents(item.id).first() {
        Some(first) => Block { segment: &kind, ..*first }.place(),
        None => item.entry.place(),
    };
    findings.add(betrays, carrier, place, label, value);
}

fn is_alpha(name: &str) -> bool {
    matches!(name, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" | "urn:mpeg:hevc:2015:auxid:1")
}
