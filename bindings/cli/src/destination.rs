//! Where clean photos go, as `--output` says.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::names::shown;
use crate::sources::is_standard;

/// Where clean photos go.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Each beside its input, under a fresh name.
    Beside,
    /// All into this folder, under fresh names.
    Folder(PathBuf),
    /// The only one under this name in this folder.
    File { folder: PathBuf, name: OsString },
    /// The only one to standard output.
    Standard,
}

impl Destination {
    /// What `output` means for `photos`, or why it means nothing, in one line.
    pub(crate) fn resolve(
        output: Option<&Path>,
        photos: &[PathBuf],
    ) -> Result<Destination, String> {
        let only = match photos {
            [photo] if !photo.is_dir() => Some(photo),
            _ => None,
        };
        match output {
            None if only.is_some_and(|p| is_standard(p)) => standard(),
            None if photos.iter().any(|p| is_standard(p)) => {
                Err("standard input has no folder to write beside; add -o DIR".into())
            }
            None => Ok(Destination::Beside),
            Some(path) => Destination::named(path, only.is_some()),
        }
    }

    /// What `path` means for one photo, or for several.
    pub(crate) fn named(path: &Path, only_one: bool) -> Result<Destination, String> {
        if is_standard(path) && only_one {
            return standard();
        }
        if is_standard(path) {
            return Err(
                "standard output takes one photo; name one photo, or a folder with -o".into()
            );
        }
        if path.is_dir() {
            return Ok(Destination::Folder(path.to_path_buf()));
        }
        file(path, only_one)
    }
}

/// Standard output, unless a person would get the bytes in the face.
fn standard() -> Result<Destination, String> {
    if std::io::stdout().is_terminal() {
        return Err("a photo is not written to a terminal; add -o FILE, or pipe it on".into());
    }
    Ok(Destination::Standard)
}

fn file(path: &Path, only_one: bool) -> Result<Destination, String> {
    let name = path.file_name().filter(|_| !ends_like_a_folder(path.as_os_str()));
    let Some(name) = name else {
        return Err(format!(
            "there is no folder {}; make it first, or choose another with -o",
            shown(path)
        ));
    };
    if !only_one {
        return Err(format!(
            "{} is no folder, and several photos cannot go into one file; make the folder first, or name one photo",
            shown(path)
        ));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(format!(
            "there is no folder {}; make it first, or choose another with -o",
            shown(folder)
        ));
    }
    Ok(Destination::File { folder: folder.to_path_buf(), name: name.to_os_string() })
}

/// `out/` and `out/.` mean a folder, which `Path` forgets.
fn ends_like_a_folder(path: &OsStr) -> bool {
    let bytes = path.as_encoded_bytes();
    bytes.ends_with(b"/") || bytes.ends_with(b"/.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(output: &str, photos: &[&str]) -> Result<Destination, String> {
        let photos: Vec<PathBuf> = photos.iter().map(PathBuf::from).collect();
        Destination::resolve((!output.is_empty()).then(|| Path::new(output)), &photos)
    }

    #[test]
    fn outputs_are_what_they_look_like() {
        let scratch = tempfile::tempdir().unwrap();
        let here = scratch.path().to_str().unwrap();
        assert_eq!(resolve("", &["a.jpg"]), Ok(Destination::Beside));
        assert_eq!(resolve(here, &["a.jpg", "b.jpg"]), Ok(Destination::Folder(here.into())));
        assert_eq!(
            resolve(&format!("{here}/x.jpg"), &["a.jpg"]),
            Ok(Destination::File { folder: here.into(), name: "x.jpg".into() })
        );
        assert_eq!(
            resolve("x.jpg", &["a.jpg"]),
            Ok(Destination::File { folder: ".".into(), name: "x.jpg".into() })
        );
    }

    #[test]
    fn outputs_that_mean_nothing_are_wrong_usage() {
        let scratch = tempfile::tempdir().unwrap();
        let here = scratch.path().to_str().unwrap();
        for (output, photos, words) in [
            (format!("{here}/none/"), vec!["a.jpg"], "there is no folder"),
            (format!("{here}/none/x.jpg"), vec!["a.jpg"], "there is no folder"),
            (format!("{here}/x.jpg"), vec!["a.jpg", "b.jpg"], "several photos"),
            (format!("{here}/x.jpg"), vec![here], "several photos"),
            ("-".into(), vec!["a.jpg", "b.jpg"], "takes one photo"),
            (String::new(), vec!["-", "a.jpg"], "add -o DIR"),
        ] {
            let error = resolve(&output, &photos).unwrap_err();
            assert!(error.contains(words), "{output} {photos:?}: {error}");
        }
    }
}
