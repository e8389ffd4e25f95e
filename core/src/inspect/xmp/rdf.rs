//! The properties of an XMP packet, flattened: ISO 16684-1, section 7 (RDF/XML).
//!
//! Entities that a document type declares are never expanded, and what is kept of a value is
//! bounded, so that no packet costs more than reading it once.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};

/// One value in a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// The property of the resource that holds the value: "xmpMM:History".
    pub(super) top: String,
    /// The innermost name: "stEvt:softwareAgent"; the same as `top` where nothing is nested.
    pub(super) leaf: String,
    /// The value, or the start of it.
    pub(super) value: String,
    /// How long the value is, in bytes.
    pub(super) length: usize,
}

/// How much of a value is kept, in bytes.
const KEPT: usize = 240;
/// The most elements and attributes that are read.
const MOST: usize = 20_000;
/// The deepest nesting that is read.
const DEEPEST: usize = 64;
/// The longest name that is kept.
const LONGEST_NAME: usize = 80;

/// The properties of `packet` in order, and why not all of it could be read, if so.
pub(super) fn properties(packet: &[u8]) -> (Vec<Property>, Option<&'static str>) {
    let text = decode(packet);
    let mut flattener = Flattener::default();
    let problem = flattener.run(&text);
    (flattener.found, problem)
}

/// The packet as text. XMP in JPEG is UTF-8; some programs write UTF-16.
fn decode(packet: &[u8]) -> Cow<'_, str> {
    let wide = |little| Cow::Owned(crate::inspect::text::utf16(packet, little));
    match packet {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => wide(true),
        [0xFE, 0xFF, ..] | [0, b'<', ..] => wide(false),
        _ => String::from_utf8_lossy(packet.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(packet)),
    }
}

#[derive(Debug, Default)]
struct Flattener {
    found: Vec<Property>,
    /// The open elements: their names if they are properties, and the text in them so far.
    open: Vec<(Option<String>, Text)>,
    /// Prefixes that stand for well-known namespaces under another name.
    aliases: Vec<(String, &'static str)>,
    seen: usize,
}

#[derive(Debug, Default)]
struct Text {
    kept: String,
    length: usize,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.length = self.length.saturating_add(text.len());
        let room = KEPT.saturating_sub(self.kept.len());
        self.kept.extend(text.chars().take(room));
    }
}

impl Flattener {
    fn run(&mut self, text: &str) -> Option<&'static str> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_dangling_amp = true;
        loop {
            self.seen = self.seen.saturating_add(1);
            if self.seen > MOST || self.open.len() > DEEPEST {
                return Some("more elements than are read");
            }
            let Ok(event) = reader.read_event() else { return Some("damaged XML") };
            match event {
                Event::Start(element) => self.start(&element),
                Event::Empty(element) => {
                    self.start(&element);
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.text(text.into_inner().trim()),
                Event::CData(text) => self.text(&text.into_inner()),
                Event::GeneralRef(entity) => {
                    let character = entity.resolve_char_ref().ok().flatten();
                    match (character, resolve_predefined_entity(&entity.borrow().into_inner())) {
                        (Some(c), _) => self.text(c.encode_utf8(&mut [0; 4])),
                        (None, Some(text)) => self.text(text),
                        (None, None) => self.text("&…;"),
                    }
                }
                Event::Comment(text) => self.aside("XML comment", text.into_inner().trim()),
                Event::DocType(text) => self.aside("XML document type", text.into_inner().trim()),
                Event::PI(_) | Event::Decl(_) => {}
                Event::Eof => return None,
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let mut attributes: Vec<(String, Text)> = Vec::new();
        for attribute in element.attributes().with_checks(false).flatten() {
            self.seen = self.seen.saturating_add(1);
            if self.seen > MOST {
                break;
            }
            let key: String = attribute.key.0.chars().take(LONGEST_NAME).collect();
            let mut value = Text::default();
            let raw: &str = &attribute.value;
            value.push(&unescape(raw).unwrap_or(Cow::Borrowed(raw)));
            match key.strip_prefix("xmlns:") {
                Some(prefix) => self.alias(prefix, raw),
                None if key == "xmlns" || key == "xml:lang" => {}
                None => attributes.push((key, value)),
            }
        }
        let name: String = element.name().0.chars().take(LONGEST_NAME).collect();
        let name = self.canonical(&name);
        let property = !matches!(name.split(':').next(), Some("rdf" | "x"));
        self.open.push((property.then_some(name), Text::default()));
        for (key, value) in attributes {
            let key = self.canonical(&key);
            match key.as_str() {
                "rdf:about" if value.length == 0 => {}
                "rdf:parseType" => {}
                "rdf:resource" | "rdf:value" => self.keep(None, value),
                _ => self.keep(Some(key), value),
            }
        }
    }

    fn end(&mut self) {
        let Some((_, text)) = self.open.last_mut() else { return };
        let text = std::mem::take(text);
        if text.length > 0 {
            self.keep(None, text);
        }
        self.open.pop();
    }

    fn text(&mut self, text: &str) {
        if let Some((_, so_far)) = self.open.last_mut() {
            so_far.push(text);
        }
    }

    fn aside(&mut self, name: &str, text: &str) {
        let mut kept = Text::default();
        kept.push(text);
        let name = name.to_string();
        self.found.push(Property {
            top: name.clone(),
            leaf: name,
            value: kept.kept,
            length: kept.length,
        });
    }

    /// Keeps a value of the innermost open property, or of `attribute` of it.
    fn keep(&mut self, attribute: Option<String>, text: Text) {
        let mut names = self.open.iter().filter_map(|(name, _)| name.as_ref());
        let top = names.next().or(attribute.as_ref()).cloned().unwrap_or_default();
        let leaf = attribute.or_else(|| names.next_back().cloned()).unwrap_or_else(|| top.clone());
        self.found.push(Property { top, leaf, value: text.kept, length: text.length });
    }

    /// Notes that `prefix` stands for the namespace `uri`.
    fn alias(&mut self, prefix: &str, uri: &str) {
        let known = NAMESPACES.iter().find(|(known, _)| *known == uri).map(|(_, prefix)| *prefix);
        if let Some(known) = known.filter(|known| *known != prefix)
            && self.aliases.len() < 32
        {
            self.aliases.push((prefix.to_string(), known));
        }
    }

    /// The name with the usual prefix of its namespace.
    fn canonical(&self, name: &str) -> String {
        let Some((prefix, local)) = name.split_once(':') else { return name.to_string() };
        match self.aliases.iter().rev().find(|(alias, _)| alias == prefix) {
            Some((_, known)) => format!("{known}:{local}"),
            None => name.to_string(),
        }
    }
}

/// Namespaces and their usual prefixes, where programs are known to write others.
const NAMESPACES: &[(&str, &str)] = &[
    ("adobe:ns:meta/", "x"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
    ("http://ns.adobe.com/xap/1.0/mm/", "xmpMM"),
    ("http://ns.adobe.com/xap/1.0/rights/", "xmpRights"),
    ("http://ns.adobe.com/xap/1.0/g/img/", "xmpGImg"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceEvent#", "stEvt"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceRef#", "stRef"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://cipa.jp/exif/1.0/", "exifEX"),
    ("http://ns.adobe.com/exif/1.0/aux/", "aux"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://ns.adobe.com/camera-raw-settings/1.0/", "crs"),
    ("http://ns.adobe.com/lightroom/1.0/", "lr"),
    ("http://ns.adobe.com/hdr-gain-map/1.0/", "hdrgm"),
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Iptc4xmpCore"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt"),
    ("http://ns.microsoft.com/photo/1.0/", "MicrosoftPhoto"),
    ("http://ns.microsoft.com/photo/1.0", "MicrosoftPhoto"),
    ("http://ns.google.com/photos/1.0/camera/", "GCamera"),
    ("http://ns.google.com/photos/1.0/container/", "Container"),
    ("http://ns.google.com/photos/1.0/container/item/", "Item"),
    ("http://ns.google.com/photos/1.0/depthmap/", "GDepth"),
    ("http://ns.google.com/photos/1.0/image/", "GImage"),
    ("http://ns.google.com/photos/1.0/audio/", "GAudio"),
    ("http://ns.google.com/photos/1.0/panorama/", "GPano"),
    ("http://www.metadataworkinggroup.com/schemas/regions/", "mwg-rs"),
    ("http://ns.apple.com/HDRGainMap/1.0/", "HDRGainMap"),
    ("http://ns.apple.com/pixeldatainfo/1.0/", "apdi"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(packet: &str) -> Vec<(String, String, String)> {
        let (list, problem) = properties(packet.as_bytes());
        assert_eq!(problem, None, "{packet}");
        list.into_iter().map(|p| (p.top, p.leaf, p.value)).collect()
    }

    fn owned(list: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
        list.iter().map(|(a, b, c)| ((*a).into(), (*b).into(), (*c).into())).collect()
    }

    #[test]
    fn attributes_elements_lists_and_structures_are_flattened() {
        let packet = r#"<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description rdf:about=""
            xmp:CreatorTool="A &amp; B"><dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Zo&#xEB;</rdf:li></rdf:Seq></dc:creator>
            <xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved"/><rdf:li rdf:parseType="Resource"><stEvt:when>2020</stEvt:when></rdf:li>
            </rdf:Seq></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>"#;
        let expected = [
            ("xmp:CreatorTool", "xmp:CreatorTool", "A & B"),
            ("dc:creator", "dc:creator", "Ann"),
            ("dc:creator", "dc:creator", "Zoë"),
            ("xmpMM:History", "stEvt:action", "saved"),
            ("xmpMM:History", "stEvt:when", "2020"),
        ];
        assert_eq!(flat(packet), owned(&expected));
    }

    #[test]
    fn other_prefixes_of_known_namespaces_are_known() {
        let packet = r#"<a:Description xmlns:a="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
            xmlns:xap="http://ns.adobe.com/xap/1.0/" xap:CreatorTool="T"/>"#;
        assert_eq!(flat(packet), owned(&[("xmp:CreatorTool", "xmp:CreatorTool", "T")]));
    }

    #[test]
    fn entities_are_never_expanded() {
        let packet = "<!DOCTYPE a [<!ENTITY b \"cccccccc\">]><dc:title>&b;&lt;</dc:title>";
        let found = flat(packet);
        assert_eq!(found[0].0, "XML document type");
        assert_eq!(found[1].2, "&…;<");
    }

    #[test]
    fn long_values_are_counted_not_kept() {
        let packet = format!("<GImage:Data>{}</GImage:Data>", "A".repeat(100_000));
        let (list, _) = properties(packet.as_bytes());
        assert_eq!((list[0].value.len(), list[0].length), (KEPT, 100_000));
    }

    #[test]
    fn depth_and_number_are_bounded() {
        assert!(properties("<a>".repeat(200).as_bytes()).1.is_some());
        let many = "<a b='c'/>".repeat(100_000);
        let (list, problem) = properties(many.as_bytes());
        assert!(list.len() <= MOST && problem.is_some());
    }
}
