//! `unmarked vault log`: what was done, verified.

use serde::Serialize;
use unmarked::vault::{Event, EventKind, Log, Vault};

use crate::args::LogArgs;
use crate::lines::padded;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::style::{Look, Role};
use crate::{dates, ids, json};

/// An event, as JSON tells it.
#[derive(Serialize)]
struct Entry {
    time: String,
    event: &'static str,
    record: Option<String>,
    number: u64,
}

/// How far the chain goes, as it is noted elsewhere.
#[derive(Serialize)]
struct Head {
    count: usize,
    hash: String,
}

pub(super) fn run(args: &LogArgs, vault: &mut Vault, screen: &mut Screen) -> Result<bool, Problem> {
    let log = vault.log()?;
    let head = Head { count: log.events.len(), hash: hex(&log.hash) };
    let goes_on = args.expect.as_deref().map(|noted| follows(&log, noted)).transpose()?;
    if args.json {
        let events: Vec<String> =
            log.events.iter().map(|event| json::text(&entry(event))).collect();
        let head = json::text(&head);
        let _ = screen
            .output(&format!("{{\"events\":[\n{}\n],\"head\":{head}}}\n", events.join(",\n")));
    } else {
        let _ = screen.output(&words(&log, &head, Look::of_output()));
    }
    if goes_on == Some(false) {
        return Err(Problem::new(
            "the log does not go on from the hash that was noted",
            "it was noted of another vault, or this one is an old or a false copy: find out before you trust it",
        ));
    }
    Ok(true)
}

fn words(log: &Log, head: &Head, look: Look) -> String {
    let mut text = String::new();
    for event in &log.events {
        let record = event.record.map(ids::brief).unwrap_or_default();
        let time = look.paint(Role::Dim, dates::exact(event.time));
        let number = match (event.kind, event.number) {
            (EventKind::Cleaned | EventKind::Refused, 1) => "1 mark".to_owned(),
            (EventKind::Cleaned | EventKind::Refused, marks) => format!("{marks} marks"),
            _ => String::new(),
        };
        let line = format!("{time}  {}  {record}  {number}", padded(name(event.kind).into(), 14));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(&format!(
        "{} verified. To note elsewhere:\n{}:{}\n",
        if head.count == 1 { "1 event".into() } else { format!("{} events", head.count) },
        head.count,
        head.hash
    ));
    text
}

fn entry(event: &Event) -> Entry {
    let (time, record) = (dates::exact(event.time), event.record.map(|id| id.to_string()));
    Entry { time, event: name(event.kind), record, number: event.number }
}

fn name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Received => "received",
        EventKind::ReceivedAgain => "received again",
        EventKind::Cleaned => "cleaned",
        EventKind::Refused => "not cleaned",
        EventKind::Shown => "shown",
        EventKind::Exported => "exported",
        EventKind::Restricted => "limited",
        EventKind::Removed => "destroyed",
        EventKind::Rekeyed => "rekeyed",
        _ => "of a later version",
    }
}

/// Whether the log goes on from what was `noted`: "120:9f0c…".
fn follows(log: &Log, noted: &str) -> Result<bool, Problem> {
    let wrong = || Problem::new("that is no noted hash", "write it as it was printed: COUNT:HASH");
    let (count, hash) = noted.split_once(':').ok_or_else(wrong)?;
    let count: usize = count.parse().map_err(|_| wrong())?;
    if hash.len() != 64 || !hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    Ok(log.hash_after(count).is_some_and(|there| hex(&there).eq_ignore_ascii_case(hash)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
