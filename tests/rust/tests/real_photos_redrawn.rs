//! Photos that cameras and programs made, by Recode, by Rebuild, and where no method was named.

mod common;

use common::photos::{Photo, constant_profiles, exiftool, marks, photos, whole};
use common::transcode::{coefficients, optimised};
use common::{Faults, alone, by_default, changed, clean, rebuilding, recode};
use unmarked::receipt::Kept;
use unmarked::{Error, Method, Orientation, Rebuild, inspect};
use unmarked_fixtures::decode::{libjpeg, run, zune};
use unmarked_fixtures::reference::{self, Plane, area, plane, psnr};
use unmarked_fixtures::{Jpeg, marker};

/// Codings that nothing here takes apart, by name; and files that libjpeg reads with warnings, which
/// Recode may refuse.
fn right(error: &Error, photo: &[u8]) -> bool {
    matches!(error, Error::Unsupported { .. } | Error::Profile(_)) || !whole(photo)
}

/// The orientation that a photo tells, by Recode's own receipt of it: other tests judge that.
fn told(photo: &[u8]) -> u8 {
    let kept = unmarked::clean(photo, &alone(Method::Strip)).map(|c| c.receipt().kept.clone());
    let orientation = kept.ok().and_then(|kept| {
        kept.iter().find_map(|kept| match kept {
            Kept::Orientation(orientation) => Some(*orientation),
            _ => None,
        })
    });
    orientation.unwrap_or(Orientation::Upright).exif_value()
}

/// How many components its frame has.
fn components(jpeg: &[u8]) -> usize {
    Jpeg::parse(jpeg).map_or(3, |jpeg| jpeg.components())
}

#[test]
fn recoded_photos_have_the_same_coefficients_in_fewer_bytes() {
    let photos = photos();
    if photos.is_empty() {
        return;
    }
    let mut faults = Faults::default();
    let (mut upright, mut baked, mut told_still, mut refused) = (0, 0, 0, Vec::new());
    let (mut ours, mut theirs, mut source) = (0, 0, 0);
    for photo in &photos {
        let name = photo.path.display();
        let cleaned = match recode(&photo.bytes) {
            Ok(cleaned) => cleaned,
            Err(error) => {
                faults.check(right(&error, &photo.bytes), || format!("{name}: whole, {error}"));
                refused.push(format!("{name}: {error}"));
                continue;
            }
        };
        faults.check(recode(&cleaned).as_ref() == Ok(&cleaned), || {
            format!("{name}: recoded twice, it differs")
        });
        let value = told(&photo.bytes);
        let tells = Jpeg::parse(&cleaned).unwrap().segments(marker::APP1).count() > 0;
        let n = components(&cleaned);
        if value == 1 || tells {
            if let Some(words) = changed(&photo.bytes, &cleaned) {
                faults.add(format!("{name}: {words}"));
            }
            if let (Ok(before), after) = (zune(&photo.bytes), zune(&cleaned)) {
                faults.check(after == Ok(before), || format!("{name}: another picture by zune"));
            }
        }
        let turn = if tells { 1 } else { value };
        let Some(model) = optimised(&photo.bytes, turn) else { continue };
        match (value, tells) {
            (1, false) => upright += 1,
            (1, true) => faults.add(format!("{name}: tells an orientation that it had not")),
            (_, false) => baked += 1,
            (_, true) => {
                told_still += 1;
                let possible = optimised(&photo.bytes, value).is_some_and(|turned| turned.is_ok());
                faults.check(!possible, || format!("{name}: jpegtran turns it, Recode does not"));
            }
        }
        let Ok(model) = model else {
            // jpegtran knows no height by DNL
            let shown = libjpeg(&photo.bytes).is_some_and(|shown| shown.is_ok());
            faults.check(!shown, || format!("{name}: turned where jpegtran cannot"));
            continue;
        };
        // jpegtran shows with warnings what it shows: whole files only can be compared
        if !whole(&photo.bytes) {
            continue;
        }
        let of = |bytes: &[u8]| coefficients(bytes, n).unwrap();
        faults.check(of(&model).is_ok() && of(&model) == of(&cleaned), || {
            format!("{name}: other coefficients, quantisation or sampling")
        });
        (ours, theirs) = (ours + cleaned.len(), theirs + model.len());
        source += photo.bytes.len();
        // a constant profile and the orientation are not in jpegtran's file
        let parsed = Jpeg::parse(&cleaned).unwrap();
        let extra: usize = [marker::APP1, marker::APP2]
            .iter()
            .flat_map(|code| parsed.segments(*code).map(|p| p.len() + 4).collect::<Vec<_>>())
            .sum();
        let limit = model.len() as f64 * 1.001 + extra as f64;
        faults.check(cleaned.len() as f64 <= limit, || {
            format!("{name}: {} bytes, jpegtran {}", cleaned.len(), model.len())
        });
    }
    refused.iter().for_each(|words| println!("refused by Recode: {words}"));
    println!(
        "real JPEGs recoded: {upright} upright, {baked} turned by their coefficients, {told_still} \
         tell their orientation, {} refused; {source} bytes became {ours}, by jpegtran {theirs}: \
         {:.5} of it",
        refused.len(),
        ours as f64 / theirs.max(1) as f64
    );
    faults.none();
}

/// What libjpeg shows of a photo is handed on by whatever method, but for codings that are named.
#[test]
fn the_usual_road_refuses_nothing_that_libjpeg_shows() {
    let mut faults = Faults::default();
    let (mut cleaned, mut refused) = (0, 0);
    for photo in &photos() {
        let name = photo.path.display();
        match (by_default(&photo.bytes), libjpeg(&photo.bytes)) {
            (Ok(_), _) => cleaned += 1,
            (Err(error), Some(Ok(_))) => {
                refused += 1;
                println!("refused by the usual road: {name}: {error}");
                let named = matches!(error, Error::Unsupported { .. });
                faults.check(named, || format!("{name}: shown by libjpeg, refused: {error}"));
            }
            (Err(error), _) => {
                refused += 1;
                println!("refused by the usual road and by libjpeg: {name}: {error}");
            }
        }
    }
    println!("real JPEGs by the usual road: {cleaned} cleaned, {refused} refused");
    faults.none();
}

/// exiftool finds nothing in what was redrawn, and `check` calls it clean.
#[test]
fn nothing_is_left_in_redrawn_photos() {
    let photos = photos();
    if photos.is_empty() {
        return;
    }
    let mut faults = Faults::default();
    let signal = rebuilding(Rebuild::SIGNAL_STANDARD);
    for (word, policy) in [("recode", alone(Method::Recode)), ("rebuild", signal)] {
        let cleaned: Vec<(&Photo, Vec<u8>)> = photos
            .iter()
            .filter_map(|photo| Some((photo, clean(&photo.bytes, &policy).ok()?)))
            .collect();
        for (photo, clean) in &cleaned {
            let found = inspect(clean).map(|found| found.marks().count());
            faults.check(found == Ok(0), || format!("{word}, {}: {found:?}", photo.path.display()));
        }
        let files: Vec<&[u8]> = cleaned.iter().map(|(_, clean)| clean.as_slice()).collect();
        let Some(told) = exiftool(&files) else { continue };
        // every rebuilt photo carries the same profile
        let mut constant = constant_profiles();
        let one = clean(&unmarked_fixtures::kinds::named("420").bytes(), &policy).unwrap();
        let one = Jpeg::parse(&one).unwrap();
        constant.extend(one.segments(marker::APP2).map(<[u8]>::to_vec));
        let mut left = 0;
        for ((photo, clean), told) in cleaned.iter().zip(&told) {
            let name = photo.path.display();
            let parsed = Jpeg::parse(clean).expect("a clean photo is well formed");
            let ours = parsed.segments(marker::APP2).all(|p| constant.iter().any(|c| c == p));
            let mut found = marks(told);
            found.retain(|tag| !(ours && tag.starts_with("ICC")));
            left += found.len();
            faults.check(found.is_empty(), || format!("{word}, {name}: left: {found:?}"));
            let turned = told.keys().any(|tag| tag == "IFD0:Orientation");
            faults.check(!turned || word == "recode", || format!("{word}, {name}: not upright"));
        }
        println!("real JPEGs, {word}: {} files, {left} marks left by exiftool", files.len());
    }
    faults.none();
}

/// The picture of YCbCr and grey photos against the same pipeline in 64-bit floating point: each
/// component transformed at the smallest eighth that is fine enough, averaged over the area of the new
/// pixels, chroma over pairs of them, and turned into colours. And against the whole picture, averaged:
/// no shift, no cast.
#[test]
fn rebuilt_photos_are_what_high_precision_makes_of_them() {
    let mut faults = Faults::default();
    let (mut compared, mut measured, mut least, mut least_luminance) = (0, 0, f64::MAX, f64::MAX);
    for photo in &photos() {
        let name = photo.path.display();
        if photo.bytes.len() > 1_500_000 || told(&photo.bytes) != 1 || !whole(&photo.bytes) {
            continue;
        }
        let Some(picture) = reference::coefficients(&photo.bytes) else { continue };
        if picture.width * picture.height > 3_000_000 || !is_ycbcr_or_grey(&photo.bytes) {
            continue;
        }
        let longest = picture.width.max(picture.height);
        for edge in [longest * 2 / 5, longest * 3 / 4] {
            let settings =
                Rebuild { longest_edge: Some(edge as u32), quality: 100, ..Rebuild::FULL_SIZE };
            let Ok(clean) = clean(&photo.bytes, &rebuilding(settings)) else { continue };
            let Some(shown) = shown(&clean) else { return };
            let (pipeline, whole_picture) = model(&picture, (shown.0, shown.1));
            compared += 1;
            // pixels far from the edges of the range: clamping is done before chroma is averaged
            let inside = |rgb: &[f64; 3]| rgb.iter().all(|v| (4.0..=251.0).contains(v));
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for (expected, got) in pipeline.iter().zip(&shown.2).filter(|(e, _)| inside(e)) {
                a.extend(expected);
                b.extend(got);
            }
            if a.len() < 3_000 {
                continue;
            }
            let quality = psnr(&a, &b);
            least = least.min(quality);
            faults.check(quality >= 45.0, || format!("{name} to {edge}: {quality:.1} dB"));

            let luminance = |list: &[[f64; 3]]| -> Vec<f64> {
                list.iter().map(|p| 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]).collect()
            };
            let (before, after) = (luminance(&whole_picture), luminance(&shown.2));
            least_luminance = least_luminance.min(psnr(&before, &after));
            let clear: Vec<bool> = pipeline.iter().map(inside).collect();
            // what aliases in a picture looks like a shift of some hundredths
            for (words, before, limit) in
                [("whole picture", before, 0.15), ("pipeline", luminance(&pipeline), 0.02)]
            {
                let Some((x, y)) = shift(&before, &after, shown.0, &clear) else { continue };
                measured += 1;
                faults.check(x.abs() < limit && y.abs() < limit, || {
                    format!("{name} to {edge}: shifted by {x:.3}, {y:.3} against the {words}")
                });
            }
            for c in 0..3 {
                let mean =
                    |list: &[[f64; 3]]| list.iter().map(|p| p[c]).sum::<f64>() / list.len() as f64;
                // small pictures of saturated colours are clamped before and after
                let off = mean(&shown.2) - mean(&whole_picture);
                faults.check(off.abs() < 0.75, || format!("{name} to {edge}: {off:.2} in {c}"));
            }
        }
    }
    if compared == 0 {
        return;
    }
    println!(
        "real JPEGs rebuilt, {compared} against the same in high precision: at least {least:.1} dB; \
         shifts measured: {measured}; luminance against the average of the whole picture: at least {least_luminance:.1} dB"
    );
    assert!(measured > compared, "of too few pictures it can be told whether they are shifted");
    faults.none();
}

/// True for one component, or three that no header calls red, green and blue; without a profile.
fn is_ycbcr_or_grey(photo: &[u8]) -> bool {
    let jpeg = Jpeg::parse(photo);
    jpeg.is_some_and(|jpeg| {
        let profile = jpeg.segments(marker::APP2).any(|p| p.starts_with(b"ICC_PROFILE"));
        let rgb = jpeg.adobe_transform() == Some(0) && !jpeg.has_jfif();
        let frame = jpeg.pieces[jpeg.frame()].payload();
        let letters = frame.len() > 14 && [frame[6], frame[9], frame[12]] == *b"RGB";
        matches!(jpeg.components(), 1 | 3) && !profile && !rgb && !letters
    })
}

type Shown = (usize, usize, Vec<[f64; 3]>);

/// What libjpeg shows without smoothing of chroma: that averages nothing again.
fn shown(jpeg: &[u8]) -> Option<Shown> {
    let out = run("djpeg", &["-rgb", "-nosmooth", "-pnm", "-dct", "int"], jpeg)?.stdout;
    let parsed = Jpeg::parse(jpeg)?;
    let frame = parsed.pieces[parsed.frame()].payload();
    let number = |at: usize| usize::from(u16::from_be_bytes([frame[at], frame[at + 1]]));
    let (width, height) = (number(3), number(1));
    let samples = &out[out.len() - 3 * width * height..];
    Some((width, height, samples.chunks(3).map(|p| [p[0], p[1], p[2]].map(f64::from)).collect()))
}

/// What a picture becomes at `target`, cropped around its middle to that shape: by the pipeline, and
/// by averaging what it shows at full size.
fn model(
    picture: &reference::Coefficients,
    target: (usize, usize),
) -> (Vec<[f64; 3]>, Vec<[f64; 3]>) {
    // what is shown: the largest part whose shape is that of the target, to a pixel
    let ratios = [(1, 1), (4, 3), (3, 4), (3, 2), (2, 3), (16, 9), (9, 16)];
    let full = (picture.width, picture.height);
    let exact = ratios.into_iter().find_map(|(w, h)| {
        let n = (full.0 / w).min(full.1 / h);
        let near = (full.0 * h) as f64 / (full.1 * w) as f64;
        ((near - 1.0).abs() <= 0.02).then_some((n * w, n * h))
    });
    let shown = exact.unwrap_or(full);
    let start = ((full.0 - shown.0) / 2, (full.1 - shown.1) / 2);
    let largest = picture
        .components
        .iter()
        .fold((1, 1), |most, c| (most.0.max(c.sampling.0), most.1.max(c.sampling.1)));
    let planes = |eighths: Option<usize>| -> Vec<Plane> {
        let planes = picture.components.iter().enumerate().map(|(index, c)| {
            let chroma = index > 0;
            let wanted = |n: usize| if chroma { n.div_ceil(2) } else { n };
            let fine = |n: usize, length: usize, factor: usize, largest: usize, target: usize| {
                length * factor * n >= wanted(target) * largest * 8
            };
            let n = eighths.unwrap_or_else(|| {
                (1..8)
                    .find(|n| {
                        fine(*n, shown.0, c.sampling.0, largest.0, target.0)
                            && fine(*n, shown.1, c.sampling.1, largest.1, target.1)
                    })
                    .unwrap_or(8)
            });
            let bounds = |start: usize, length: usize, target: usize, scale: f64| -> Vec<f64> {
                let step = if chroma { 2 } else { 1 };
                (0..=wanted(target))
                    .map(|i| {
                        let at = (i * step).min(target);
                        (start as f64 + length as f64 * at as f64 / target as f64) * scale
                    })
                    .collect()
            };
            let scale =
                |factor: usize, largest: usize| factor as f64 * n as f64 / (largest as f64 * 8.0);
            area(
                &plane(c, n),
                &bounds(start.0, shown.0, target.0, scale(c.sampling.0, largest.0)),
                &bounds(start.1, shown.1, target.1, scale(c.sampling.1, largest.1)),
            )
        });
        planes.collect()
    };
    (colours(&planes(None), target), colours(&planes(Some(8)), target))
}

/// T.871, section 7: from luminance of pixels and chrominance of pairs.
fn colours(planes: &[Plane], (width, height): (usize, usize)) -> Vec<[f64; 3]> {
    let mut out = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let luminance = planes[0].samples[y * width + x];
            let chroma = |index: usize| {
                planes.get(index).map_or(0.0, |p| p.samples[y / 2 * p.width + x / 2] - 128.0)
            };
            let (blue, red) = (chroma(1), chroma(2));
            let rgb = [
                luminance + 1.402 * red,
                luminance - 0.344_136 * blue - 0.714_136 * red,
                luminance + 1.772 * blue,
            ];
            out.push(rgb.map(|v| v.clamp(0.0, 255.0)));
        }
    }
    out
}

/// How far `b` is shifted against `a` in pixels, by least squares over its gradients, where it is
/// clear of the edges of the range; `None` for a picture so flat that a hundredth of a pixel moves its
/// values by less than a hundredth of a level, far below what rounding does.
fn shift(a: &[f64], b: &[f64], width: usize, clear: &[bool]) -> Option<(f64, f64)> {
    let height = a.len() / width;
    let (mut xx, mut xy, mut yy, mut xd, mut yd) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut count = 0.0;
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let at = y * width + x;
            let across = (a[at + 1] - a[at - 1]) / 2.0;
            let down = (a[at + width] - a[at - width]) / 2.0;
            // edges so steep that a gradient does not follow them say nothing
            let clear = [at, at - 1, at + 1, at - width, at + width].iter().all(|at| clear[*at]);
            if !clear || across.abs() > 30.0 || down.abs() > 30.0 {
                continue;
            }
            let off = a[at] - b[at];
            count += 1.0;
            xx += across * across;
            xy += across * down;
            yy += down * down;
            xd += across * off;
            yd += down * off;
        }
    }
    if xx < count || yy < count {
        return None;
    }
    let determinant = xx * yy - xy * xy;
    Some(((xd * yy - yd * xy) / determinant, (yd * xx - xd * xy) / determinant))
}
