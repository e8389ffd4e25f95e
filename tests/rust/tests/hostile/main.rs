//! Files that are meant to break whoever reads them, in every format: a clear error, or a clean photo,
//! at once and without much memory. One test, since it watches the memory of the process.

mod bombs;
mod build;
#[path = "../common/mod.rs"]
mod common;
mod damage;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use common::Faults;
use unmarked::{Error, Method, Policy, Verdict, audit, inspect};

/// No file keeps a processor busy for so long, however slow the machine: a guard against hanging.
const HANGS: Duration = Duration::from_secs(5);

/// How many faults of a part are told.
const MOST_FAULTS: usize = 50;

/// What is seen of all files.
#[derive(Default)]
struct Seen {
    files: usize,
    cleaned: usize,
    slowest: (Duration, String),
    faults: Vec<String>,
}

/// True if Strip leaves the file as it is.
fn is_stripped(photo: &[u8]) -> bool {
    unmarked::clean(photo, &Policy::default()).is_ok_and(|clean| clean.bytes() == photo)
}

/// How long this thread has kept a processor busy, which others that want it as well do not change: the
/// first number of /proc/thread-self/schedstat, in nanoseconds. None but on Linux.
fn busy() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// What was seen of one file.
struct Judged {
    refused: Option<Error>,
    fault: Option<&'static str>,
}

/// Cleans, inspects and judges a file by every road; notes what must not be.
fn watch(seen: &Mutex<Seen>, name: &dyn Fn() -> String, photo: &[u8]) -> Option<Error> {
    observe(seen, name, || {
        let refused = unmarked::clean(photo, &Policy::default()).err();
        let rebuild = Policy { method: Method::Rebuild, ..Policy::default() };
        let recode = Policy { method: Method::Recode, ..Policy::default() };
        drop(unmarked::clean(photo, &rebuild));
        drop(unmarked::clean(photo, &recode));
        let _ = unmarked::pages(photo);
        // a change of the picture itself may give another clean file: the one that Strip makes of it
        let called_clean = audit(photo) == Verdict::Clean && !is_stripped(photo);
        // damaged or not, inspection tells what it can
        drop(inspect(photo));
        Judged { refused, fault: called_clean.then_some("called clean") }
    })
}

/// Strips a file, and nothing else; notes what must not be. Strip leaves as it is what it made.
fn watch_strip(seen: &Mutex<Seen>, name: &dyn Fn() -> String, photo: &[u8]) -> Option<Error> {
    let strip = Policy { rebuild_if_refused: false, ..Policy::default() };
    observe(seen, name, || match unmarked::clean(photo, &strip) {
        Err(error) => Judged { refused: Some(error), fault: None },
        Ok(clean) => {
            let again = unmarked::clean(clean.bytes(), &strip);
            let same = again.is_ok_and(|again| again.bytes() == clean.bytes());
            let fault = (!same).then_some("not left as it is when it is stripped again");
            Judged { refused: None, fault }
        }
    })
}

/// Runs what is to be seen of one file, and notes what must not be.
fn observe(
    seen: &Mutex<Seen>,
    name: &dyn Fn() -> String,
    run: impl FnOnce() -> Judged,
) -> Option<Error> {
    // enough is known, and each may have been slow
    if seen.lock().unwrap().faults.len() >= MOST_FAULTS {
        return None;
    }
    let start = busy();
    let ran = catch_unwind(AssertUnwindSafe(run));
    let time = busy().zip(start).map_or(Duration::ZERO, |(end, start)| end - start);
    let mut seen = seen.lock().unwrap();
    seen.files += 1;
    if time > seen.slowest.0 {
        seen.slowest = (time, name());
    }
    if time > HANGS {
        seen.faults.push(format!("{}: took {time:?}", name()));
    }
    match ran {
        Err(_) => {
            seen.faults.push(format!("{}: panic", name()));
            None
        }
        Ok(Judged { refused, fault }) => {
            if let Some(fault) = fault {
                seen.faults.push(format!("{}: {fault}", name()));
            }
            if let Some(Error::Audit { at, what }) = &refused {
                seen.faults.push(format!("{}: not by the audit: {at}: {what}", name()));
            }
            seen.cleaned += usize::from(refused.is_none());
            refused
        }
    }
}

/// A line of /proc/self/status, in bytes; none but on Linux.
fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}

/// Runs a part, and tells the most memory that it took at one time.
fn measured(part: impl FnOnce()) -> Option<u64> {
    // 5 sets the mark of the highest resident memory back to what there is now: proc(5)
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = status("VmRSS");
    part();
    let taken = status("VmHWM")?.saturating_sub(before?);
    reset.then_some(taken)
}

/// The most memory that may be taken: what `Limits` allow to draw a picture that is all there, however
/// few bytes code it, and some more for what is beside it.
const MOST_MEMORY: u64 = (1 << 30) + (128 << 20);

#[test]
fn hostile_files_are_refused_at_once() {
    bombs::blocks_are_right();
    // what panics is told by name
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut faults = Faults::default();
    type Part = fn(&Mutex<Seen>);
    let parts: [(&str, Part); 6] = [
        ("cut off anywhere", damage::cut),
        ("every number at 0, 1 and its most", damage::numbers),
        ("every byte at many values", damage::bytes),
        ("once refused by the audit", damage::found),
        ("nested deeply, or in circles", bombs::nested),
        ("asking for far more than they hold", bombs::large),
    ];
    for (part, run) in parts {
        let seen = Mutex::new(Seen::default());
        let start = Instant::now();
        let taken = measured(|| run(&seen));
        let seen = seen.into_inner().unwrap();
        println!(
            "{part}: {} files, {} cleaned, {} faults, in {:.1?}; the slowest {:.1?}: {}; memory taken: {}",
            seen.files,
            seen.cleaned,
            seen.faults.len(),
            start.elapsed(),
            seen.slowest.0,
            seen.slowest.1,
            taken.map_or(String::from("not told"), |taken| format!("{} MiB", taken >> 20)),
        );
        for fault in &seen.faults {
            println!("  {fault}");
        }
        seen.faults.into_iter().for_each(|fault| faults.add(fault));
        if let Some(taken) = taken.filter(|taken| *taken > MOST_MEMORY) {
            faults.add(format!("{part}: {} MiB taken", taken >> 20));
        }
    }
    std::panic::set_hook(hook);
    faults.none();
}
