//! Which photos the arguments mean: files as named, folders with everything in them, `-`.

use std::collections::HashSet;
use std::fs;
use std::io::{self, IsTerminal};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::problem::Problem;

/// Where one photo comes from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Standard input.
    Standard,
    /// A file named by the person: refused if it is no photo.
    Named(PathBuf),
    /// A file found in a folder: skipped if it is no photo.
    Found(PathBuf),
    /// A folder that could not be read.
    Unread(PathBuf, Problem),
}

impl Source {
    /// The path as the person knows it.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Source::Standard => Path::new("-"),
            Source::Named(path) | Source::Found(path) | Source::Unread(path, _) => path,
        }
    }
}

/// Whether `path` stands for standard input or output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The sources that `arguments` mean, in their order; in folders sorted by name, and all of it
/// listed before anything is written, so that what is written is never taken for an input.
///
/// Wrong usage is told in one line.
pub(crate) fn expand(arguments: &[PathBuf]) -> Result<Vec<Source>, String> {
    let standard = arguments.iter().filter(|a| is_standard(a)).count();
    if standard > 1 {
        return Err("standard input can be read only once; name - only once".into());
    }
    if standard == 1 && io::stdin().is_terminal() {
        return Err("standard input is a terminal; pipe a photo into it".into());
    }
    let mut sources = Vec::new();
    for argument in arguments {
        if is_standard(argument) {
            sources.push(Source::Standard);
        } else if argument.is_dir() {
            expand_folder(argument, &mut sources);
        } else {
            sources.push(Source::Named(argument.clone()));
        }
    }
    Ok(sources)
}

/// Adds what `folder` holds. Links to folders are followed, since what they lead to is shown in the
/// folder too, but no folder is entered twice: links in a circle end.
fn expand_folder(folder: &Path, sources: &mut Vec<Source>) {
    let mut entered = HashSet::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(path) = waiting.pop() {
        // a link that leads nowhere is kept: reading it says so
        let Ok(about) = fs::metadata(&path) else {
            sources.push(Source::Found(path));
            continue;
        };
        if !about.is_dir() {
            sources.push(Source::Found(path));
        } else if entered.insert((about.dev(), about.ino())) {
            match entries(&path) {
                // the last is taken first
                Ok(sorted) => waiting.extend(sorted.into_iter().rev()),
                Err(error) => sources.push(Source::Unread(path, Problem::reading(&error))),
            }
        }
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    Ok(paths)
}
