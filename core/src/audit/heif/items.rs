//! Items: in which order they stand, what they hold, and that their properties say what they hold.

use std::collections::{HashMap, HashSet};

use super::graph::Graph;
use super::meta::{Item, Meta};
use super::properties::Says;
use super::{Brand, Shown, Stretch, av1, colour, derived, hevc};
use crate::ProfileClass;
use crate::audit::Rejection;

/// What is known of an item that was recognised.
#[derive(Debug, Clone, Copy)]
struct Known {
    shown: Shown,
    /// The size after its transforms.
    after: (u32, u32),
}

/// The properties of an item, in the order in which they stand.
#[derive(Debug, Default)]
struct Told<'a> {
    configuration: Option<(Says, Stretch<'a>)>,
    code_points: Option<([u16; 3], bool)>,
    profile: Option<ProfileClass>,
    size: Option<(u32, u32)>,
    depths: Option<(u8, Option<u8>)>,
    alpha: Option<bool>,
    transforms: Vec<Says>,
}

/// Accepts the items if they stand and hold what Unmarked writes, and fill `data`.
pub(super) fn recognise(brand: Brand, meta: &Meta<'_>, data: Stretch<'_>) -> Result<(), Rejection> {
    let graph = Graph::of(meta)?;
    fills(meta, data)?;
    let mut seen = HashSet::new();
    if let Some(twice) = meta.properties.iter().find(|property| !seen.insert(property.whole)) {
        return twice.body.reject(0, "each property once");
    }
    let mut known: Vec<Known> = Vec::new();
    let mut all_main = true;
    for (index, item) in meta.items.iter().enumerate() {
        let told = told(meta, item)?;
        let inputs = graph.inputs(index);
        let payload = payload(item, data)?;
        let (shown, size) = match &item.kind {
            b"hvc1" | b"av01" => {
                let coded = coded(brand, item, &told, payload)?;
                all_main &= coded.main;
                (coded.shown, coded.shown.size)
            }
            kind => {
                let first = inputs.first().and_then(|input| known.get(*input));
                let Some(first) = first else { return wrong(item, "an item of a known kind") };
                let size = match kind {
                    b"iden" if inputs.len() == 1 => first.after,
                    b"grid" | b"iovl" => derived::recognise(kind, payload, inputs.len())?,
                    _ => return wrong(item, "an item of a known kind"),
                };
                if told.configuration.is_some() {
                    return wrong(item, "a configuration only of what is coded");
                }
                (first.shown, size)
            }
        };
        let depths = match shown.monochrome {
            true => (shown.depths.0, None),
            false => (shown.depths.0, Some(shown.depths.1)),
        };
        if told.size != Some(size) || told.depths != Some(depths) {
            return wrong(item, "the size and the depths of what is coded");
        }
        let named = graph.is_alpha(index).then_some(brand != Brand::Avif);
        if told.alpha != named || item.hidden != graph.is_part(index) {
            return wrong(item, "what the item is for");
        }
        colours(item, &told, &shown, index > meta.primary)?;
        let after = transforms(item, &told, size)?;
        known.push(Known { shown, after });
    }
    let fits =
        matches!((brand, all_main), (Brand::Avif, _) | (Brand::Heic, true) | (Brand::Heix, false));
    if fits { Ok(()) } else { data.reject(0, "the brand of what is coded") }
}

/// Accepts the extents if they fill `data` one after the other; what two items hold alike stands
/// there once.
fn fills(meta: &Meta<'_>, data: Stretch<'_>) -> Result<(), Rejection> {
    let mut next = data.at;
    let mut places: HashSet<(usize, usize)> = HashSet::new();
    let mut by_length: HashMap<usize, Vec<&[u8]>> = HashMap::new();
    for item in &meta.items {
        let Some((start, length)) = item.extent else {
            if &item.kind == b"iden" {
                continue;
            }
            return wrong(item, "an item with data");
        };
        if length == 0 || &item.kind == b"iden" {
            return wrong(item, "an extent only where there is data");
        }
        if places.contains(&(start, length)) {
            continue;
        }
        if start != next {
            return wrong(item, "data right behind that of the item before");
        }
        places.insert((start, length));
        by_length.entry(length).or_default().push(payload(item, data)?.bytes);
        next = next.saturating_add(length);
    }
    if next != data.at.saturating_add(data.bytes.len()) {
        return data.reject(data.bytes.len(), "nothing behind the data of the last item");
    }
    for alike in by_length.values().filter(|alike| alike.len() > 1) {
        let mut seen = HashSet::new();
        if !alike.iter().all(|bytes| seen.insert(*bytes)) {
            return data.reject(0, "what two items hold alike only once");
        }
    }
    Ok(())
}

/// What an item holds; nothing if it has no extent.
fn payload<'a>(item: &Item, data: Stretch<'a>) -> Result<Stretch<'a>, Rejection> {
    let Some((start, length)) = item.extent else {
        return Ok(Stretch { bytes: &[], at: item.at });
    };
    let end = start.checked_sub(data.at).and_then(|from| Some((from, from.checked_add(length)?)));
    let bytes = end.and_then(|(from, end)| data.bytes.get(from..end));
    match bytes {
        Some(bytes) => Ok(Stretch { bytes, at: start }),
        None => wrong(item, "data inside the file"),
    }
}

/// The properties of an item: each kind once, in the one order.
fn told<'a>(meta: &Meta<'a>, item: &Item) -> Result<Told<'a>, Rejection> {
    let mut told = Told::default();
    let mut last = 0u8;
    for (essential, number) in &item.properties {
        let Some(property) = meta.properties.get(*number) else {
            return wrong(item, "properties that are there");
        };
        let rank = match property.says {
            Says::Hevc | Says::Av1 => {
                told.configuration = Some((property.says, property.body));
                1
            }
            Says::CodePoints(codes, full) => {
                told.code_points = Some((codes, full));
                2
            }
            Says::Profile(class) => {
                told.profile = Some(class);
                3
            }
            Says::Size(width, height) => {
                told.size = Some((width, height));
                4
            }
            Says::Depths(luma, chroma) => {
                told.depths = Some((luma, chroma));
                5
            }
            Says::Spacing => 6,
            Says::Alpha(hevc) => {
                told.alpha = Some(hevc);
                7
            }
            Says::Aperture(..) | Says::Rotation(_) | Says::Mirror(_) => {
                told.transforms.push(property.says);
                8
            }
        };
        if *essential != matches!(rank, 1 | 8) || rank < last || (rank == last && rank < 8) {
            return wrong(item, "properties in their order");
        }
        last = rank;
    }
    Ok(told)
}

fn wrong<T>(item: &Item, what: &'static str) -> Result<T, Rejection> {
    Err(Rejection { at: item.at as u64, what })
}

/// A coded picture; `main` is true of AV1 too.
struct Coded {
    shown: Shown,
    main: bool,
}

fn coded(
    brand: Brand,
    item: &Item,
    told: &Told<'_>,
    payload: Stretch<'_>,
) -> Result<Coded, Rejection> {
    match (brand, &item.kind, told.configuration) {
        (Brand::Avif, b"av01", Some((Says::Av1, configuration))) => {
            let shown = av1::recognise(configuration, payload)?;
            Ok(Coded { shown, main: true })
        }
        (Brand::Heic | Brand::Heix, b"hvc1", Some((Says::Hevc, configuration))) => {
            let picture = hevc::recognise(configuration, payload)?;
            Ok(Coded { shown: picture.shown, main: picture.main })
        }
        _ => wrong(item, "an item of the coding of the file"),
    }
}

fn colours(item: &Item, told: &Told<'_>, shown: &Shown, alpha: bool) -> Result<(), Rejection> {
    let coded = matches!(&item.kind, b"hvc1" | b"av01");
    if alpha {
        let silent = told.code_points.is_none() && told.profile.is_none();
        let right = silent && (!coded || shown.code_points == [2; 3]);
        return if right { Ok(()) } else { wrong(item, "alpha without colours") };
    }
    let normal = told.code_points.is_none_or(|(codes, _)| colour::are_normal(codes));
    let same = match (told.code_points, told.profile) {
        (Some(([primaries, transfer, _], _)), Some(class)) => {
            colour::of_profile(class) == (primaries, transfer)
        }
        _ => true,
    };
    let in_samples = !coded || colour::agree(shown, told.code_points, told.profile);
    if normal && same && in_samples { Ok(()) } else { wrong(item, "the same colours everywhere") }
}

/// Checks that no step could be left out or told otherwise; gives the size after them.
fn transforms(item: &Item, told: &Told<'_>, size: (u32, u32)) -> Result<(u32, u32), Rejection> {
    let mut now = size;
    let mut before: Option<Says> = None;
    let mut apertures = 0;
    for step in &told.transforms {
        let in_order = match (before, step) {
            (Some(Says::Rotation(_) | Says::Mirror(_)), Says::Rotation(_))
            | (Some(Says::Mirror(_)), Says::Mirror(_)) => false,
            // the other axis without a turn is the same as half a turn and this axis
            (Some(Says::Rotation(quarters)), Says::Mirror(axis)) => *axis == 0 && quarters != 2,
            (_, Says::Aperture(..)) => {
                apertures = u32::saturating_add(apertures, 1);
                apertures == 1
            }
            _ => true,
        };
        let needed = !matches!(step, Says::Aperture(all, true) if *all == size);
        if !in_order || !needed {
            return wrong(item, "transforms told in the shortest way");
        }
        now = match step {
            Says::Rotation(1 | 3) => (now.1, now.0),
            Says::Aperture((width, height), _) => ((*width).min(now.0), (*height).min(now.1)),
            _ => now,
        };
        before = Some(*step);
    }
    Ok(now)
}
