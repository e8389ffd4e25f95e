//! What can be asked, and the help that explains it.

use std::path::PathBuf;

use clap::{Args as Arguments, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  unmarked inspect IMG_1234.jpg            see what a photo says about you
  unmarked clean IMG_1234.jpg              write a clean copy beside it, under a neutral name
  unmarked clean Photos/ -o ToSend/        clean every photo of a folder into another
  unmarked check ToSend/                   make sure that everything in there is clean

Exit status: 0 all done, 1 some photo was refused, 2 wrong usage (of `check`: see its help).

The picture itself is not changed: faces, places and the noise of the sensor stay in it.";

const CLEAN_EXAMPLES: &str = "\
Examples:
  unmarked clean IMG_1234.jpg
        writes a clean copy beside the photo and prints: IMG_1234.jpg → k3v7q2mzt5ah.jpg
  unmarked clean *.jpg -o ToSend/
        clean copies of all, under fresh names, in the folder ToSend
  unmarked clean IMG_1234.jpg -o handover.jpg
        one clean copy under this very name
  camera-grab | unmarked clean - | send
        from standard input to standard output; nothing touches the disk
  unmarked clean Photos/ -o ToSend/ --json > receipts.json
        what was found, removed and kept in each photo (keep it as secret as the photos)

The photos named are never changed. A copy appears whole or not at all, with a constant file time,
and never over an existing file unless --replace says so.

Exit status: 0 all photos are cleaned, 1 some photo was refused, 2 wrong usage.";

const INSPECT_EXAMPLES: &str = "\
Examples:
  unmarked inspect IMG_1234.jpg            a table, grouped by what it betrays
  unmarked inspect IMG_1234.jpg --all      every mark, and the parts every such file has
  unmarked inspect Photos/ --json          everything, for programs

That nothing is found does not make a photo clean: ask `unmarked check`.

Exit status: 0 all photos were read, 1 some could not be, 2 wrong usage.";

const CHECK_EXAMPLES: &str = "\
Examples:
  unmarked check k3v7q2mzt5ah.jpg
  unmarked check ToSend/ && send ToSend/*
  unmarked check -q - < photo.jpg && echo clean

Exit status: 0 every photo is clean: each byte is accounted for; 1 some photo carries something;
2 cannot tell, unreadable, or wrong usage. Over several photos 1 goes before 2, and 2 before 0.";

/// Makes photos safe to hand over: leaves out everything in the file that names the photographer,
/// and proves it.
#[derive(Debug, Parser)]
#[command(name = "unmarked", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write clean copies of photos
    #[command(after_help = CLEAN_EXAMPLES)]
    Clean(CleanArgs),
    /// Show what photos say about you
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect(InspectArgs),
    /// Say whether photos are clean
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
}

#[derive(Debug, Arguments)]
pub(crate) struct CleanArgs {
    /// Photos, folders of photos, or - for standard input
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    /// Where clean copies go: a folder, a new file (for one photo), or - for standard output
    /// [default: beside each photo, under a fresh neutral name]
    #[arg(short, long, value_name = "FILE|DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file that --output names, if it exists
    #[arg(long, requires = "output")]
    pub(crate) replace: bool,
    /// How to clean
    #[arg(long, value_enum, default_value_t = Method::Strip)]
    pub(crate) method: Method,
    /// Say below each photo what was removed, what was kept and what still remains
    #[arg(long, conflicts_with_all = ["json", "quiet"])]
    pub(crate) receipt: bool,
    /// Print one JSON document with the receipts
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but what was refused
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct InspectArgs {
    /// Photos, folders of photos, or - for standard input
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    /// Show every mark, and also the parts that every such file has
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) all: bool,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct CheckArgs {
    /// Photos, folders of photos, or - for standard input
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing; the exit status tells
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

/// How a photo is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Take the file apart and write a new one around the untouched picture: full quality
    Strip,
}

impl From<Method> for unmarked::Method {
    fn from(method: Method) -> unmarked::Method {
        match method {
            Method::Strip => unmarked::Method::Strip,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
