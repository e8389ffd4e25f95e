//! The GPS directory: CIPA DC-008, section 4.6.6.

use exif::{Context, Exif, In, Tag, Value};

use super::values::{Fields, number};
use crate::inspect::text::date;
use crate::inspect::{Betrays, Findings};

/// Tells position, altitude, direction, time and speed; gives the tags that it has told.
pub(super) fn tell(
    exif: &Exif,
    directory: In,
    fields: &Fields<'_>,
    findings: &mut Findings,
) -> Vec<Tag> {
    let get = |tag: Tag| exif.get_field(tag, directory).map(|f| &f.value);
    let mut told = Vec::new();
    let mut add = |betrays, tags: &[Tag], label: &str, value: Option<String>| {
        if let (Some(value), Some(first)) = (value, tags.first()) {
            fields.add(findings, betrays, directory, *first, label, &value);
            told.extend_from_slice(tags);
        }
    };
    let place = Betrays::Place;
    let position = [Tag::GPSLatitude, Tag::GPSLatitudeRef, Tag::GPSLongitude, Tag::GPSLongitudeRef];
    add(place, &position, "Position", pair(get, position));
    let dest = [
        Tag::GPSDestLatitude,
        Tag::GPSDestLatitudeRef,
        Tag::GPSDestLongitude,
        Tag::GPSDestLongitudeRef,
    ];
    add(place, &dest, "Position of what is seen", pair(get, dest));

    let altitude = get(Tag::GPSAltitude).and_then(|v| number(v, 0)).map(|metres| {
        let below = get(Tag::GPSAltitudeRef)
            .and_then(|v| number(v, 0))
            .is_some_and(|r| r == 1.0 || r == 3.0);
        format!("{metres:.1} m {} sea level", if below { "below" } else { "above" })
    });
    add(place, &[Tag::GPSAltitude, Tag::GPSAltitudeRef], "Altitude", altitude);

    let angle = |value, reference| {
        let degrees = get(value).and_then(|v| number(v, 0))?;
        let north = match get(reference).map(letter) {
            Some('M') => "magnetic north",
            _ => "true north",
        };
        Some(format!("{degrees:.1}° from {north}"))
    };
    for (value, reference, label) in [
        (Tag::GPSImgDirection, Tag::GPSImgDirectionRef, "Direction of view"),
        (Tag::GPSTrack, Tag::GPSTrackRef, "Direction of movement"),
        (Tag::GPSDestBearing, Tag::GPSDestBearingRef, "Direction to what is seen"),
    ] {
        add(place, &[value, reference], label, angle(value, reference));
    }

    let speed = get(Tag::GPSSpeed).and_then(|v| number(v, 0)).map(|speed| {
        let unit = match get(Tag::GPSSpeedRef).map(letter) {
            Some('M') => "miles/h",
            Some('N') => "knots",
            _ => "km/h",
        };
        format!("{speed:.1} {unit}")
    });
    add(place, &[Tag::GPSSpeed, Tag::GPSSpeedRef], "Speed", speed);

    let distance = get(Tag::GPSDestDistance).and_then(|v| number(v, 0)).map(|distance| {
        let unit = match get(Tag::GPSDestDistanceRef).map(letter) {
            Some('M') => "miles",
            Some('N') => "nautical miles",
            _ => "km",
        };
        format!("{distance:.2} {unit}")
    });
    add(
        place,
        &[Tag::GPSDestDistance, Tag::GPSDestDistanceRef],
        "Distance to what is seen",
        distance,
    );

    let error = get(Tag(Context::Gps, 0x1F)).and_then(|v| number(v, 0));
    add(place, &[Tag(Context::Gps, 0x1F)], "Position error", error.map(|e| format!("{e:.1} m")));

    let day = match get(Tag::GPSDateStamp) {
        Some(Value::Ascii(strings)) => {
            strings.first().and_then(|s| date(&String::from_utf8_lossy(s)))
        }
        _ => None,
    };
    let time = get(Tag::GPSTimeStamp).and_then(clock);
    let stamp = match (day, time) {
        (Some(day), Some(time)) => Some(format!("{day} {time} UTC")),
        (Some(day), None) => Some(day),
        (None, Some(time)) => Some(format!("{time} UTC")),
        (None, None) => None,
    };
    let first =
        if get(Tag::GPSDateStamp).is_some() { Tag::GPSDateStamp } else { Tag::GPSTimeStamp };
    add(Betrays::Time, &[first, Tag::GPSDateStamp, Tag::GPSTimeStamp], "Time by satellite", stamp);
    told
}

/// A position from its four fields.
fn pair<'a>(
    get: impl Fn(Tag) -> Option<&'a Value>,
    [lat, lat_ref, lon, lon_ref]: [Tag; 4],
) -> Option<String> {
    let side = |reference, plain, other| match get(reference).map(letter) {
        Some(c) if c == other => other,
        _ => plain,
    };
    position(
        angle_of(get(lat)?)?,
        side(lat_ref, 'N', 'S'),
        angle_of(get(lon)?)?,
        side(lon_ref, 'E', 'W'),
    )
}

/// "48.858370, 2.294481 (48° 51′ 30.1″ N, 2° 17′ 40.1″ E)".
pub(crate) fn position(lat: f64, lat_side: char, lon: f64, lon_side: char) -> Option<String> {
    if !(lat.abs() <= 90.0 && lon.abs() <= 180.0) {
        return None;
    }
    let signed = |angle: f64, side: char| if matches!(side, 'S' | 'W') { -angle } else { angle };
    Some(format!(
        "{:.6}, {:.6} ({}, {})",
        signed(lat, lat_side),
        signed(lon, lon_side),
        sexagesimal(lat, lat_side),
        sexagesimal(lon, lon_side),
    ))
}

/// "48° 51′ 30.1″ N".
fn sexagesimal(angle: f64, side: char) -> String {
    let flipped = match side {
        _ if angle >= 0.0 => side,
        'N' => 'S',
        'S' => 'N',
        'E' => 'W',
        _ => 'E',
    };
    // below 180 × 36,000, and never negative
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let tenths = (angle.abs() * 36_000.0).round() as u64;
    let (degrees, minutes) = (tenths / 36_000, tenths / 600 % 60);
    format!("{degrees}° {minutes}′ {}.{}″ {flipped}", tenths / 10 % 60, tenths % 10)
}

/// Degrees of an angle in degrees, minutes and seconds, of which the last may be missing.
fn angle_of(value: &Value) -> Option<f64> {
    let degrees = number(value, 0)?;
    let minutes = number(value, 1).unwrap_or(0.0);
    let seconds = number(value, 2).unwrap_or(0.0);
    Some(degrees + minutes / 60.0 + seconds / 3600.0)
}

/// "14:27:07" of three numbers.
fn clock(value: &Value) -> Option<String> {
    let (hours, minutes, seconds) = (number(value, 0)?, number(value, 1)?, number(value, 2)?);
    Some(format!("{hours:02.0}:{minutes:02.0}:{:02}", (seconds * 1000.0).round() / 1000.0))
}

/// The letter that a reference field holds.
fn letter(value: &Value) -> char {
    match value {
        Value::Ascii(strings) => {
            let first = strings.first().and_then(|s| s.first());
            first.map_or(' ', |b| char::from(b.to_ascii_uppercase()))
        }
        _ => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_read_well() {
        assert_eq!(
            position(48.858_37, 'N', 2.294_481, 'E').unwrap(),
            "48.858370, 2.294481 (48° 51′ 30.1″ N, 2° 17′ 40.1″ E)"
        );
        assert_eq!(
            position(33.999_999, 'S', 58.5, 'W').unwrap(),
            "-33.999999, -58.500000 (34° 0′ 0.0″ S, 58° 30′ 0.0″ W)"
        );
        assert_eq!(
            position(-10.0, 'N', -20.0, 'E').unwrap(),
            "-10.000000, -20.000000 (10° 0′ 0.0″ S, 20° 0′ 0.0″ W)"
        );
        assert_eq!(position(91.0, 'N', 0.0, 'E'), None);
        assert_eq!(position(f64::NAN, 'N', 0.0, 'E'), None);
    }
}
