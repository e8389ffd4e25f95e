//! Colour profiles: ICC.1:2022. Their header fields name a maker, a program and a day.

use crate::bytes::{Endian, array_at, slice_at, u8_at};
use crate::inspect::group::Group;
use crate::inspect::{Betrays, Carrier, Findings, Place, text};
use crate::profile::is_constant;

/// Tells what `profile` says. It stands at `place`, in so many `segments` of its own (0: inside
/// another block). Only in one segment can it be one of the constants.
pub(crate) fn inspect(profile: &[u8], place: &Place, segments: usize, findings: &mut Findings) {
    let mut add = |betrays, label: &str, value: &str| {
        findings.add(betrays, Carrier::Icc, place.clone(), label, value);
    };
    let amount = text::size(profile.len() as u64);
    let description = tag(profile, b"desc").and_then(words).unwrap_or_default();
    if segments == 1 && is_constant(profile) {
        add(Betrays::Structure, "Constant colour profile", &description);
        return;
    }
    if array_at(profile, 36) != Some(*b"acsp") {
        add(Betrays::Unknown, "Damaged colour profile", &text::summary(profile));
        return;
    }
    let mut name =
        if description.is_empty() { String::from("without a name") } else { description };
    name = format!("{name}, {amount}");
    if segments > 1 {
        name = format!("{name} in {segments} segments");
    }
    add(Betrays::Device, "Colour profile", &name);
    for (signature, betrays, label) in [
        (b"cprt", Betrays::History, "Profile copyright"),
        (b"dmnd", Betrays::Device, "Profile's device maker"),
        (b"dmdd", Betrays::Device, "Profile's device model"),
    ] {
        if let Some(value) = tag(profile, signature).and_then(words).filter(|v| !v.is_empty()) {
            add(betrays, label, &value);
        }
    }
    if let Some(date) = date(profile) {
        add(Betrays::Time, "Profile made", &date);
    }
    let mut header = Group::new(Betrays::Device, Carrier::Icc, place.clone(), "Profile header", 4);
    for (at, name) in [(4, "CMM"), (40, "platform"), (48, "maker"), (52, "model"), (80, "creator")]
    {
        let value = signature(profile, at);
        if !value.is_empty() {
            header.push(&format!("{name} {value}"));
        }
    }
    let class = [(12, "class"), (16, "colours"), (20, "connection")];
    class.iter().for_each(|(at, name)| header.push(&format!("{name} {}", signature(profile, *at))));
    if let Some([major, minor]) = array_at(profile, 8) {
        header.push(&format!("version {major}.{}.{}", minor >> 4, minor & 15));
    }
    if slice_at(profile, 84, 16).is_some_and(|id| id.iter().any(|b| *b != 0)) {
        header.push("with a profile ID");
    }
    header.tell(findings);
}

/// Four bytes as text, or as a number where they are none. Empty if zero.
fn signature(profile: &[u8], at: usize) -> String {
    match array_at::<4>(profile, at) {
        None | Some([0, 0, 0, 0]) => String::new(),
        Some(raw) if raw.iter().all(|b| (0x20..0x7F).contains(b)) => {
            text::latin1(&raw).trim().to_string()
        }
        Some(raw) => format!("0x{:08X}", u32::from_be_bytes(raw)),
    }
}

/// The date of the header: six numbers of 16 bits.
fn date(profile: &[u8]) -> Option<String> {
    let mut parts = [0u16; 6];
    for (index, part) in parts.iter_mut().enumerate() {
        *part = Endian::Big.u16(profile, 24usize.checked_add(index.checked_mul(2)?)?)?;
    }
    let [year, month, day, hour, minute, second] = parts;
    let set = parts.iter().any(|part| *part != 0);
    set.then(|| format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"))
}

/// The data of the tag with `name`, bounded by the profile.
fn tag<'a>(profile: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::try_from(Endian::Big.u32(profile, 128)?).ok()?.min(256);
    let table = profile.get(132..)?.as_chunks::<12>().0;
    let entry = table.iter().take(count).find(|entry| entry.starts_with(name))?;
    let at = usize::try_from(Endian::Big.u32(entry, 4)?).ok()?;
    let length = usize::try_from(Endian::Big.u32(entry, 8)?).ok()?;
    slice_at(profile, at, length)
}

/// The text of a tag: textType, textDescriptionType, or the first of multiLocalizedUnicodeType.
fn words(data: &[u8]) -> Option<String> {
    match data.get(..4)? {
        b"text" => Some(text::decode(data.get(8..)?)),
        b"desc" => {
            let length = usize::try_from(Endian::Big.u32(data, 8)?).ok()?;
            Some(text::decode(slice_at(data, 12, length)?))
        }
        b"mluc" => {
            u8_at(data, 27)?;
            let length = usize::try_from(Endian::Big.u32(data, 20)?).ok()?;
            let at = usize::try_from(Endian::Big.u32(data, 24)?).ok()?;
            Some(text::utf16(slice_at(data, at, length)?, false))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn profile() -> Vec<u8> {
        let mut p = vec![0; 128];
        p[4..8].copy_from_slice(b"appl");
        p[24..26].copy_from_slice(&2017u16.to_be_bytes());
        p[27] = 7;
        p[29] = 7;
        p[36..40].copy_from_slice(b"acsp");
        p[48..52].copy_from_slice(b"APPL");
        p.extend(2u32.to_be_bytes());
        p.extend(b"desc\0\0\0\x9C\0\0\0\x20cprt\0\0\0\xBC\0\0\0\x0C");
        p.extend(b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0CenUS\0\0\0\x04\0\0\0\x1C\0P\x003");
        p.extend(b"text\0\0\0\0Ann\0");
        p
    }

    fn told(profile: &[u8]) -> Vec<(Betrays, String, String)> {
        let place = Place { segment: "APP2".into(), offset: 2, length: 9 };
        let mut findings = Findings::new(&Limits::default());
        inspect(profile, &place, 2, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.betrays, f.label, f.value)).collect()
    }

    #[test]
    fn maker_model_and_date_are_told() {
        let told = told(&profile());
        assert_eq!(told[0].2, "P3, 200 bytes in 2 segments");
        assert_eq!(told[1], (Betrays::History, "Profile copyright".into(), "Ann".into()));
        assert_eq!(told[2], (Betrays::Time, "Profile made".into(), "2017-07-07 00:00:00".into()));
        assert!(told[3].2.starts_with("CMM appl; maker APPL"));
    }

    #[test]
    fn only_a_constant_profile_in_one_segment_is_no_mark() {
        for class in crate::ProfileClass::ALL {
            let profile = crate::profile::constant(class);
            let place = Place { segment: "APP2".into(), offset: 2, length: 9 };
            for (profile, segments, marked) in [
                (&profile[..], 1, false),
                (&profile, 2, true),
                (&[&profile[..], b"x"].concat(), 1, true),
            ] {
                let mut findings = Findings::new(&Limits::default());
                inspect(profile, &place, segments, &mut findings);
                assert_eq!(findings.marks() > 0, marked, "{class}, {segments}");
            }
        }
    }

    #[test]
    fn damaged_profiles_are_told() {
        for end in [0, 40, 130, 140] {
            assert!(!told(&profile()[..end]).is_empty());
        }
        assert_eq!(told(b"junk")[0].0, Betrays::Unknown);
    }
}
