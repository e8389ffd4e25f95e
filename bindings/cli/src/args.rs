//! What can be asked, and the help that explains it.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args as Arguments, Parser, Subcommand, ValueEnum, value_parser};
use unmarked::{Channel, DrawnAs};

use crate::amounts::{Bytes, Rectangle, Span};

mod vault;

pub(crate) use vault::{
    ExpireArgs, ExportArgs, ListArgs, LogArgs, ReceiveArgs, ShowArgs, VaultCommand, Which, WipeArgs,
};

const EXAMPLES: &str = "\
Examples:
  unmarked inspect IMG_1234.jpg            see what a photo says about you
  unmarked clean IMG_1234.jpg              write a clean copy beside it, under a neutral name
  unmarked clean Photos/ -o ToSend/        clean every photo of a folder into another
  unmarked check ToSend/                   make sure that everything in there is clean
  unmarked seal IMG_1234.jpg -o ToSend/    a clean copy that opens with a password only
  unmarked open k3.age -o photo.jpg        open what somebody sealed
  unmarked receive Inbox/ --vault Desk     for newsrooms: keep what a source sent, encrypted

Exit status: 0 all done, 1 some photo was refused, 2 wrong usage (of `check`: see its help).

What the picture shows stays in it: faces, places, documents. So does the noise of the sensor.";

const CLEAN_EXAMPLES: &str = "\
Examples:
  unmarked clean IMG_1234.jpg
        writes a clean copy beside the photo and prints: IMG_1234.jpg → k3v7q2mzt5ah.jpg
  unmarked clean *.jpg -o ToSend/
        clean copies of all, under fresh names, in the folder ToSend
  unmarked clean IMG_1234.jpg -o handover.jpg
        one clean copy under this very name
  unmarked clean IMG_1234.jpg --for signal
        drawn again as Signal would, so that Signal changes hardly anything of it
  unmarked clean letter.jpg --for securedrop --redact 120,40,600,80
        for a newsroom, with a name on the page covered for good
  unmarked clean IMG_1234.jpg --longest-edge 1200 --max-bytes 300K
        small enough for a form that takes no more
  unmarked clean scan.tif -o ToSend/
        a PNG of each page, which loses nothing
  unmarked clean screenshot.png --redact 0,0,1080,90 --format png
        drawn again without its status bar, and sharp as before
  camera-grab | unmarked clean - | send
        from standard input to standard output; nothing touches the disk
  unmarked clean Photos/ -o ToSend/ --json > receipts.json
        what was found, removed and kept in each photo (keep it as secret as the photos)

The photos named are never changed. A copy appears whole or not at all, with a constant file time,
and never over an existing file unless --replace says so.

JPEG, PNG, WebP, GIF, HEIC, AVIF and JPEG XL photos keep their format unless they are drawn again.
TIFF and BMP become PNG. HEIC and AVIF cannot be drawn again here: --for falls back to strip for
them, and says so. Raw files of cameras can only be inspected: export a JPEG.

Exit status: 0 all photos are cleaned, 1 some photo was refused, 2 wrong usage.";

const SEAL_EXAMPLES: &str = "\
Examples:
  unmarked seal IMG_1234.jpg -o ToSend/ --to age1…
        a clean copy that opens with the secret key of this public one, under a fresh name
  unmarked seal IMG_1234.jpg -o k3.age --expires 24h --views 3
        with a new password of eight words (80 bits), which is shown once: tell it by another
        channel than the file's, such as a call
  unmarked seal IMG_1234.jpg -o k3.age --password-file secret.txt
        with the password on the one line of this file
  unmarked seal original.jpg -o k3.age --to age1… --as-it-is
        untouched, for a newsroom that needs the original

The file has the format of age (age-encryption.org): age and rage open it as well. With a password,
they leave 20 bytes behind the photo, which programs that show photos pass over.

--expires and --views are a request, not a lock. `unmarked open` keeps to them on its own device;
a reader of another make, or a copy of the opened photo, does not. Nobody but those who can open
the file sees them, or that Unmarked made it.

Exit status: 0 sealed, 1 the photo was refused, 2 wrong usage.";

const OPEN_EXAMPLES: &str = "\
Examples:
  unmarked open k3.age -o photo.jpg        asks for the password
  unmarked open k3.age -o Photos/ --identity key.txt
        with the secret key that age-keygen wrote, under a fresh name
  unmarked open k3.age -o - --password-file secret.txt | viewer

Files that age or rage sealed open as well. Where the sealer limited time or views, this program
keeps the count on this device, in $XDG_STATE_HOME/unmarked (~/.local/state/unmarked), in a form that
names no file. A view counts before the photo is written. It cannot know of other devices, and who
can write that folder can begin anew.

Exit status: 0 opened, 1 the file was refused, 2 wrong usage.";

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
    /// Clean a photo and encrypt it for somebody
    #[command(after_help = SEAL_EXAMPLES)]
    Seal(SealArgs),
    /// Open a photo that was sealed
    #[command(after_help = OPEN_EXAMPLES)]
    Open(OpenArgs),
    /// Take in what a source sent: originals into a vault, clean copies for editors
    #[command(after_help = vault::RECEIVE_EXAMPLES)]
    Receive(ReceiveArgs),
    /// See, give out, limit and destroy what a vault holds
    #[command(subcommand, after_help = vault::VAULT_EXAMPLES)]
    Vault(VaultCommand),
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
    /// How to clean [default: strip, and rebuild where that must refuse a photo that can be shown]
    #[arg(long, value_enum)]
    pub(crate) method: Option<Method>,
    /// Clean for this channel: chooses method and settings so that what it does to the photo
    /// afterwards costs least. --method and the settings below win over it
    #[arg(long = "for", value_enum, value_name = "CHANNEL")]
    pub(crate) channel: Option<For>,
    /// Clean this page of a TIFF alone, counted from 1 [default: all, each into a file of its own]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    pub(crate) page: Option<u32>,
    /// Say below each photo what was removed, what was kept and what still remains
    #[arg(long, conflicts_with_all = ["json", "quiet"])]
    pub(crate) receipt: bool,
    /// Print one JSON document with the receipts
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but what was refused
    #[arg(short, long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// The settings of rebuild. Each of them means rebuild, if no method is named.
#[derive(Debug, Arguments)]
#[command(next_help_heading = "Settings of rebuild (each of them means --method rebuild)")]
pub(crate) struct Settings {
    /// Make the picture at most so long on its longest edge; it is never made larger
    #[arg(long, value_name = "PX", value_parser = value_parser!(u32).range(1..=65_535))]
    pub(crate) longest_edge: Option<u32>,
    /// Format of the result [default: jpeg, and png for TIFF and BMP at full size]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Drawn>,
    /// Quality of the JPEG, 1 to 100 [default: 90, or what the channel wants]
    #[arg(long, value_name = "N", value_parser = value_parser!(u8).range(1..=100))]
    pub(crate) quality: Option<u8>,
    /// Make the file at most so large: 500K, 1M, 1MiB; quality of a JPEG gives way, and then size
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_bytes: Option<Bytes>,
    /// Leave colours out
    #[arg(long)]
    pub(crate) grey: bool,
    /// Cover a rectangle for good: its corner, width and height in pixels of the upright picture at
    /// its full size. Can be given several times
    #[arg(long, value_name = "X,Y,W,H", allow_hyphen_values = true)]
    pub(crate) redact: Vec<Rectangle>,
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

#[derive(Debug, Arguments)]
pub(crate) struct SealArgs {
    /// The photo, or - for standard input
    #[arg(value_name = "PHOTO")]
    pub(crate) photo: PathBuf,
    /// Where the sealed file goes: a new file, a folder (under a fresh neutral name), or - for
    /// standard output
    #[arg(short, long, value_name = "FILE|DIR")]
    pub(crate) output: PathBuf,
    /// Replace the file that --output names, if it exists
    #[arg(long)]
    pub(crate) replace: bool,
    /// Seal to this public key (age1…). Can be given several times: each of them opens it
    #[arg(long, value_name = "RECIPIENT", conflicts_with = "password_file")]
    pub(crate) to: Vec<String>,
    /// Seal with the password on the only line of this file, or - for standard input
    /// [default without --to: a new password of words, shown once]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Ask readers not to open it after so long: 24h, 7d, 2w (up to the next full hour)
    #[arg(long, value_name = "SPAN")]
    pub(crate) expires: Option<Span>,
    /// Ask readers not to open it more often than so many times
    #[arg(long, value_name = "N", value_parser = value_parser!(u8).range(1..))]
    pub(crate) views: Option<u8>,
    /// How to clean it before [default: strip, and rebuild where that must refuse a photo that can be
    /// shown]
    #[arg(long, value_enum)]
    pub(crate) method: Option<Method>,
    /// Clean it for this channel
    #[arg(long = "for", value_enum, value_name = "CHANNEL")]
    pub(crate) channel: Option<For>,
    /// Do not clean it: who opens it gets every mark in it
    #[arg(long, conflicts_with_all = ["method", "channel"])]
    pub(crate) as_it_is: bool,
    /// Print one JSON document (a new password still goes to standard error)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct OpenArgs {
    /// The sealed file, or - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where the photo goes: a new file, a folder (under a fresh neutral name), or - for standard
    /// output
    #[arg(short, long, value_name = "PHOTO|DIR")]
    pub(crate) output: PathBuf,
    /// Replace the file that --output names, if it exists
    #[arg(long)]
    pub(crate) replace: bool,
    /// Open it with the secret keys (AGE-SECRET-KEY-1…) in this file. Can be given several times
    #[arg(short, long, value_name = "FILE")]
    pub(crate) identity: Vec<PathBuf>,
    /// Open it with the password on the only line of this file, or - for standard input
    /// [default: it is asked for on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// How a photo is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Write a new file around the untouched picture: full quality
    Strip,
    /// Code the same picture anew (JPEG and PNG; strip for others): full quality, and the encoder's
    /// habits are gone but for a JPEG's tables of quantisation
    Recode,
    /// Draw the picture again as apps on Android save it: some quality is lost, and nothing of the
    /// file is left (TIFF and BMP: as a PNG, and nothing is lost)
    Rebuild,
}

impl From<Method> for unmarked::Method {
    fn from(method: Method) -> unmarked::Method {
        match method {
            Method::Strip => unmarked::Method::Strip,
            Method::Recode => unmarked::Method::Recode,
            Method::Rebuild => unmarked::Method::Rebuild,
        }
    }
}

/// The format in which a picture is drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawn {
    /// As apps on Android save pictures; what lets the background through is put on white
    Jpeg,
    /// Nothing is lost but what is asked for, and transparency stays; files are larger
    Png,
}

impl From<Drawn> for DrawnAs {
    fn from(format: Drawn) -> DrawnAs {
        match format {
            Drawn::Jpeg => DrawnAs::Jpeg,
            Drawn::Png => DrawnAs::Png,
        }
    }
}

/// A channel, by the name that --for takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct For(pub(crate) Channel);

impl ValueEnum for For {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            For(Channel::SignalStandard),
            For(Channel::SignalHigh),
            For(Channel::SignalIos),
            For(Channel::SecureDrop),
            For(Channel::OnionShare),
            For(Channel::ProtonDrive),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self.0 {
            Channel::SignalStandard => ("signal", "1600 px, as Signal sends it"),
            Channel::SignalHigh => ("signal-high", "4096 px, as Signal's high quality sends it"),
            Channel::SignalIos => ("signal-ios", "1600 px, what Signal's share sheet takes"),
            Channel::SecureDrop => ("securedrop", "2048 px: a page of text stays readable"),
            Channel::OnionShare => ("onionshare", "2048 px: a page of text stays readable"),
            Channel::ProtonDrive => ("proton-drive", "4096 px: nearly full size"),
            _ => return None,
        };
        Some(PossibleValue::new(name).help(help))
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, ValueEnum};
    use unmarked::Channel;

    use super::For;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }

    #[test]
    fn every_channel_can_be_named() {
        let named: Vec<Channel> = For::value_variants().iter().map(|channel| channel.0).collect();
        assert_eq!(named, Channel::ALL);
        assert!(For::value_variants().iter().all(|channel| channel.to_possible_value().is_some()));
    }
}
