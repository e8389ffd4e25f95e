//! What others take for the same file, in process: `beside FILE [RUNS [TASK]]...` prints the least and
//! the median time in milliseconds of `copy` (of its bytes), `decode` (by `image`'s decoders, every
//! frame), or `oxipng-0` to `oxipng-6` (its levels, on one thread).

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::io::Cursor;
use std::process::ExitCode;
use std::time::Instant;

use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, ImageFormat, guess_format, load_from_memory};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(photo)) = arguments.next().map(std::fs::read) else {
        eprintln!("usage: beside FILE [RUNS [copy|decode|oxipng-LEVEL...]]");
        return ExitCode::from(2);
    };
    let runs: usize = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(25);
    let mut failed = false;
    for task in arguments {
        let once = || -> Result<(f64, usize), String> {
            let start = Instant::now();
            let size = run(&task, black_box(&photo))?;
            Ok((start.elapsed().as_secs_f64() * 1000.0, size))
        };
        match (0..runs.max(1)).map(|_| once()).collect::<Result<Vec<_>, _>>() {
            Ok(mut times) => {
                times.sort_by(|a, b| a.0.total_cmp(&b.0));
                let (least, median) = (times[0], times[times.len() / 2].0);
                println!(
                    "beside        {task:22} {:8.2} ms least  {median:8.2} ms median  {:9} bytes",
                    least.0, least.1
                );
            }
            Err(words) => {
                failed = true;
                eprintln!("beside        {task:22} {words}");
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Does it once; gives the size of what comes out.
fn run(task: &str, photo: &[u8]) -> Result<usize, String> {
    match task.strip_prefix("oxipng-") {
        Some(level) => {
            let level = level.parse().map_err(|_| String::from("oxipng has levels from 0 to 6"))?;
            let options = oxipng::Options::from_preset(level);
            oxipng::optimize_from_memory(photo, &options)
                .map(|out| out.len())
                .map_err(|e| e.to_string())
        }
        None if task == "copy" => Ok(black_box(photo.to_vec()).len()),
        None if task == "decode" => decode(photo).map_err(|e| e.to_string()),
        None => Err(String::from("no such task")),
    }
}

/// Every frame, one after another; gives the bytes of all.
fn decode(photo: &[u8]) -> image::ImageResult<usize> {
    let all = |frames: image::Frames<'_>| {
        frames
            .map(|frame| Ok(black_box(frame?.into_buffer()).len()))
            .sum::<image::ImageResult<usize>>()
    };
    match guess_format(photo)? {
        ImageFormat::Gif => all(GifDecoder::new(Cursor::new(photo))?.into_frames()),
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(Cursor::new(photo))?;
            if decoder.has_animation() {
                return all(decoder.into_frames());
            }
            Ok(black_box(load_from_memory(photo)?).as_bytes().len())
        }
        _ => Ok(black_box(load_from_memory(photo)?).as_bytes().len()),
    }
}
