//! PNG and APNG: planted marks, non-interference, damage, the audit, real files.

#[path = "../common/mod.rs"]
mod common;

mod accepted;
mod damage;
mod interference;
mod planted;
mod real;
mod rules;

use unmarked::Method;
use unmarked_fixtures::decode::run;

/// The methods that PNG has of its own.
const METHODS: [Method; 2] = [Method::Strip, Method::Recode];

/// What a PNG shows, by the `png` crate through `image`; the error in words if it refuses.
fn shown(png: &[u8]) -> Result<(String, Vec<u8>), String> {
    let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png)
        .map_err(|error| error.to_string())?;
    let shape = format!("{}x{} {:?}", picture.width(), picture.height(), picture.color());
    Ok((shape, picture.into_bytes()))
}

/// What libpng shows, by ImageMagick, every frame of it that libpng knows; none if it is not installed.
fn libpng(png: &[u8]) -> Option<Result<Vec<u8>, String>> {
    // the colours as they are coded: what a gamma makes of them is not the picture
    let out =
        run("convert", &["png:-", "-auto-orient", "-set", "colorspace", "sRGB", "rgba:-"], png)?;
    Some(if out.status.success() {
        Ok(out.stdout)
    } else {
        Err(String::from_utf8_lossy(&out.stderr).trim().to_owned())
    })
}
