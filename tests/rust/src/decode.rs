//! What a JPEG shows, by decoders that are not ours: zune-jpeg (through the `image` crate) always,
//! libjpeg-turbo where its programs are installed.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A decoded picture.
#[derive(PartialEq, Eq, Clone)]
pub struct Pixels {
    /// What the decoder writes first: size and kind of the pixels.
    pub shape: String,
    /// The samples.
    pub samples: Vec<u8>,
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.shape, self.samples.len())
    }
}

/// By zune-jpeg; the error in words if it refuses.
pub fn zune(jpeg: &[u8]) -> Result<Pixels, String> {
    let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg)
        .map_err(|e| e.to_string())?;
    let shape = format!("{}x{} {:?}", picture.width(), picture.height(), picture.color());
    Ok(Pixels { shape, samples: picture.into_bytes() })
}

/// By libjpeg-turbo's `djpeg`; the error in words if it refuses, `None` if it is not installed.
///
/// Warnings are not errors: what libjpeg shows is shown by most viewers.
pub fn libjpeg(jpeg: &[u8]) -> Option<Result<Pixels, String>> {
    let out = run("djpeg", &["-pnm", "-dct", "int"], jpeg)?;
    // djpeg ends with 2 after warnings
    if !matches!(out.status.code(), Some(0 | 2)) || out.stdout.is_empty() {
        return Some(Err(String::from_utf8_lossy(&out.stderr).trim().to_owned()));
    }
    let head = out.stdout.iter().take(40).enumerate();
    let end = head.filter(|(_, b)| **b == b'\n').nth(2).map_or(0, |(i, _)| i + 1);
    let shape = String::from_utf8_lossy(&out.stdout[..end]).replace('\n', " ");
    Some(Ok(Pixels { shape, samples: out.stdout[end..].to_vec() }))
}

/// By libjxl's `djxl`, every frame of a JPEG XL; the error in words if it refuses, `None` if it is not
/// installed.
pub fn libjxl(photo: &[u8]) -> Option<Result<Pixels, String>> {
    if !installed("djxl", "pictures of JPEG XL are not compared (install libjxl-tools)") {
        return None;
    }
    let folder = tempfile::tempdir().ok()?;
    let (from, to) = (folder.path().join("a.jxl"), folder.path().join("a.npy"));
    std::fs::write(&from, photo).ok()?;
    let out = run("djxl", &[from.to_str()?, to.to_str()?, "--num_threads=0"], &[])?;
    match std::fs::read(&to) {
        Ok(samples) if out.status.success() => {
            // the header of NumPy's format says the size
            Some(Ok(Pixels { shape: String::from("npy"), samples }))
        }
        _ => Some(Err(String::from_utf8_lossy(&out.stderr).trim().to_owned())),
    }
}

/// True if libjpeg-turbo's programs are installed. Says so once if they are not.
pub fn libjpeg_installed() -> bool {
    installed("djpeg", "pictures are compared by zune-jpeg alone (install libjpeg-turbo-progs)")
}

/// True if exiftool is installed. Says so once if it is not.
pub fn exiftool_installed() -> bool {
    installed("exiftool", "marks are not counted by it (install libimage-exiftool-perl)")
}

fn installed(program: &'static str, without: &str) -> bool {
    static FOUND: OnceLock<std::sync::Mutex<Vec<(&'static str, bool)>>> = OnceLock::new();
    let mut found = FOUND.get_or_init(Default::default).lock().expect("no test panics in here");
    if let Some((_, yes)) = found.iter().find(|(name, _)| *name == program) {
        return *yes;
    }
    let yes = std::env::var_os("PATH")
        .is_some_and(|paths| std::env::split_paths(&paths).any(|p| p.join(program).is_file()));
    if !yes {
        eprintln!("NOTICE: {program} is not installed: {without}");
    }
    found.push((program, yes));
    yes
}

/// Runs a program on `input`; `None` if it is not installed.
pub fn run(program: &str, arguments: &[&str], input: &[u8]) -> Option<std::process::Output> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let input = input.to_vec();
    // the program may stop reading early, which is no concern of ours
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let out = child.wait_with_output().ok()?;
    writer.join().ok()?;
    Some(out)
}
