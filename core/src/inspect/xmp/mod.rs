//! XMP: ISO 16684-1 (the data model), Adobe's XMP Specification Part 3, section 1.1.3 (in JPEG).

mod meaning;
mod rdf;

use self::meaning::{Kind, Meaning, meaning};
use self::rdf::Property;
use crate::Orientation;
use crate::inspect::group::Group;
use crate::inspect::{Betrays, Carrier, Findings, Place, exif, text};

/// The signature of a standard packet; a 0 follows it.
const STANDARD: &[u8] = b"http://ns.adobe.com/xap/1.0/";

/// The packet in a segment's payload, also where the signature is not quite as the specification
/// says.
pub(crate) fn packet_of(payload: &[u8]) -> Option<&[u8]> {
    let bare = payload.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(payload);
    let name = bare.get(..STANDARD.len());
    if name.is_some_and(|name| name.eq_ignore_ascii_case(STANDARD)) {
        let rest = bare.get(STANDARD.len()..).unwrap_or_default();
        return Some(rest.strip_prefix(b"\0").unwrap_or(rest));
    }
    let packet = bare.strip_prefix(b"XMP\0").unwrap_or(bare);
    let starts = [&b"<?xpacket"[..], b"<x:xmpmeta", b"<rdf:RDF", b"<x:xapmeta"];
    starts.iter().any(|start| packet.starts_with(start)).then_some(packet)
}

/// Tells the packet `packet`, which stands at `place`.
pub(crate) fn packet(packet: &[u8], place: &Place, findings: &mut Findings) {
    let before = findings.marks();
    let (properties, problem) = rdf::properties(packet);
    position(&properties, place, findings);
    let mut groups: Vec<(Kind, Group)> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let (betrays, label) = kind.told();
            let carrier = if kind == Kind::GainMap { Carrier::GainMap } else { Carrier::Xmp };
            (kind, Group::new(betrays, carrier, place.clone(), label, 6))
        })
        .collect();
    let mut told: Vec<(&'static str, &str)> = Vec::new();
    for property in properties.iter().filter(|p| p.length > 0) {
        let value = shown(property);
        match meaning(&property.top, &property.leaf) {
            // the same value under several names, or thousands of them, is told once
            Meaning::One(_, label) if told.contains(&(label, &property.value)) => {}
            Meaning::One(betrays, label) if told.len() < 256 => {
                told.push((label, &property.value));
                findings.add(betrays, Carrier::Xmp, place.clone(), label, value);
            }
            Meaning::One(..) => push(&mut groups, Kind::Other, &property.leaf, &value),
            Meaning::Kind(kind) => push(&mut groups, kind, &property.leaf, &value),
        }
    }
    for (_, group) in groups {
        group.tell(findings);
    }
    if let Some(problem) = problem {
        let value = format!("{}: {problem}", text::size(packet.len() as u64));
        findings.add(Betrays::Unknown, Carrier::Xmp, place.clone(), "Damaged XMP packet", value);
    }
    if findings.marks() == before {
        let value = text::size(packet.len() as u64);
        findings.add(Betrays::History, Carrier::Xmp, place.clone(), "XMP packet", value);
    }
}

fn push(groups: &mut [(Kind, Group)], kind: Kind, name: &str, value: &str) {
    if let Some((_, group)) = groups.iter_mut().find(|(of, _)| *of == kind) {
        let name: String = name.chars().take(40).collect();
        group.push(&format!("{name} {}", value.chars().take(80).collect::<String>()));
    }
}

/// The value as people read it.
fn shown(property: &Property) -> String {
    if let [date, time] = property.value.splitn(2, 'T').collect::<Vec<_>>().as_slice()
        && date.len() == 10
        && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    {
        return format!("{date} {time}");
    }
    if property.length > 1_000 && !property.value.contains(' ') {
        return format!("{} of coded data", text::size(property.length as u64));
    }
    if property.leaf == "tiff:Orientation" {
        let number = property.value.parse().ok();
        if let Some(orientation) = number.and_then(Orientation::from_exif_value) {
            return orientation.to_string();
        }
    }
    property.value.clone()
}

/// Tells the position, of two properties, as one.
fn position(properties: &[Property], place: &Place, findings: &mut Findings) {
    let angle = |names: [&str; 4]| {
        properties.iter().find(|p| names.contains(&p.leaf.as_str())).and_then(|p| degrees(&p.value))
    };
    let lat = angle([
        "exif:GPSLatitude",
        "drone-dji:GpsLatitude",
        "Camera:GPSLatitude",
        "drone-dji:GPSLatitude",
    ]);
    let lon = angle([
        "exif:GPSLongitude",
        "drone-dji:GpsLongitude",
        "drone-dji:GpsLongtitude",
        "Camera:GPSLongitude",
    ]);
    if let Some(((lat, lat_side), (lon, lon_side))) = lat.zip(lon) {
        let lat_side = if lat_side == 'S' { 'S' } else { 'N' };
        let lon_side = if lon_side == 'W' { 'W' } else { 'E' };
        if let Some(value) = exif::position(lat, lat_side, lon, lon_side) {
            findings.add(Betrays::Place, Carrier::Xmp, place.clone(), "Position", value);
        }
    }
}

/// Degrees and hemisphere of "48,51.5022N", "48,51,30N" or a plain number.
fn degrees(text: &str) -> Option<(f64, char)> {
    let text = text.trim();
    let side =
        text.chars().last().filter(char::is_ascii_alphabetic).unwrap_or(' ').to_ascii_uppercase();
    let numbers = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let mut parts = numbers.splitn(3, ',').map(|part| part.trim().parse::<f64>());
    let mut sum = parts.next()?.ok()?;
    for scale in [60.0, 3600.0] {
        match parts.next() {
            Some(part) => sum += part.ok()? / scale,
            None => break,
        }
    }
    sum.is_finite().then_some((sum, side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn told(properties: &str) -> Vec<(Betrays, String, String)> {
        let place = Place { segment: "APP1".into(), offset: 2, length: 9 };
        let mut findings = Findings::new(&Limits::default());
        let xml =
            format!("<x:xmpmeta><rdf:RDF><rdf:Description {properties}/></rdf:RDF></x:xmpmeta>");
        packet(xml.as_bytes(), &place, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.betrays, f.label, f.value)).collect()
    }

    #[test]
    fn positions_are_joined() {
        let told = told("exif:GPSLatitude='48,51.5022N' exif:GPSLongitude='2,17,40.1316W'");
        assert_eq!(told[0].1, "Position");
        assert_eq!(told[0].2, "48.858370, -2.294481 (48° 51′ 30.1″ N, 2° 17′ 40.1″ W)");
        assert_eq!(degrees("-12.5"), Some((-12.5, ' ')));
        assert_eq!(degrees("abc"), None);
    }

    #[test]
    fn a_packet_that_says_nothing_is_still_a_mark() {
        assert_eq!(told("")[0].1, "XMP packet");
        let orientation = told("tiff:Orientation='6'");
        assert_eq!(orientation[0].2, "turned by 90° clockwise");
        assert_eq!(orientation[1].1, "XMP packet");
    }

    #[test]
    fn dates_read_well() {
        assert_eq!(
            told("xmp:CreateDate='2012-06-09T21:23:38+01:00'")[0].2,
            "2012-06-09 21:23:38+01:00"
        );
        assert_eq!(told("xmp:CreatorTool='T'")[0].2, "T");
    }

    #[test]
    fn packets_are_known_by_many_signs() {
        assert_eq!(packet_of(b"http://ns.adobe.com/xap/1.0/\0<a/>"), Some(&b"<a/>"[..]));
        assert_eq!(
            packet_of(b"\xEF\xBB\xBFHTTP://ns.adobe.com/XAP/1.0/\0<a/>"),
            Some(&b"<a/>"[..])
        );
        assert_eq!(packet_of(b"<?xpacket begin"), Some(&b"<?xpacket begin"[..]));
        assert_eq!(packet_of(b"http://ns.adobe.com/xmp/extension/\0"), None);
    }
}
