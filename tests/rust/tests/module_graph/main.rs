//! The audit shares no parser with the code that it judges: shown by which module names what.
//!
//! Two things that would read the same bytes in the same wrong way would agree on a leak. So of the
//! crate the audit may name words and constants alone, and of other crates nothing that the reading,
//! decoding and writing side could be made of. `crate::bytes`, which only reads numbers, is not
//! allowed either: the audit has a cursor of its own.

mod graph;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as FilePath;

use graph::{Graph, Named};
use source::Path;

/// The types that the audit may name outside itself: words, which read nothing.
const WORDS: [(&str, &str); 8] = [
    ("error::Error", "what is wrong"),
    ("memory::Memory", "holds bytes and wipes them"),
    ("orientation::Orientation", "which way is up"),
    ("policy::Method", "which form is asked for"),
    ("profile", "the name of the module, for what stands below it"),
    ("profile::ProfileClass", "which constant profile is meant"),
    ("profile::cicp::Primaries", "which of the standard's code points"),
    ("profile::cicp::Transfer", "which of the standard's code points"),
];

/// The code that the audit may name outside itself: it makes bytes on which both sides have to agree,
/// and reads none of a file.
const CODE: [(&str, &str); 5] = [
    ("profile::constant::constant", "the constant profiles"),
    ("profile::cicp::Primaries::of", "the standard's code points"),
    ("profile::cicp::Transfer::of", "the standard's code points"),
    ("picture::png::deflate::Deflater", "how Recode codes pixels, which the audit inflates itself"),
    ("picture::png::deflate::Deflater::new", "the same"),
];

/// The modules of that code which stand on the other side.
const CODERS: [&str; 2] = ["picture::png::deflate", "picture::png::huffman"];

/// Numbers that standards fix: both sides may name them, since nothing in there acts.
const NUMBERS: &str = "constants";

/// The side that the audit judges.
const JUDGED: [&str; 4] = ["container", "picture", "clean", "inspect"];

/// Crates that both sides may use, and why they parse nothing that the audit judges.
const NEUTRAL: [(&str, &str); 13] = [
    ("jxl_bitstream", "the audit's for JPEG XL; else jxl-oxide's alone, which draws for Rebuild"),
    ("jxl_coding", "the same"),
    ("once_cell", "for these two"),
    ("pin_project_lite", "for these two"),
    ("tracing", "for these two"),
    ("tracing_core", "for these two"),
    ("clippy", "lints, not code"),
    ("rustfmt", "form, not code"),
    ("alloc", "the language's own"),
    ("core", "the language's own"),
    ("std", "the language's own"),
    ("memchr", "finds a byte"),
    ("zeroize", "wipes memory"),
];

/// What the audit and the side that it judges share, in words; empty if that is nothing.
fn shared(graph: &Graph, crates: &Crates) -> Vec<String> {
    let mut faults = Vec::new();
    let audit: Vec<&Path> = graph.within("audit").collect();
    let judged: Vec<&Path> = JUDGED.iter().flat_map(|top| graph.within(top)).collect();
    let of = |module: &Path| module.first().cloned().unwrap_or_default();

    // 1. of the crate the audit names words, and a few constants
    let word = |named: &Named| WORDS.iter().any(|(word, _)| named.path() == *word);
    let code = |named: &Named| CODE.iter().any(|(code, _)| named.path() == *code);
    for module in &audit {
        for named in graph.named(module) {
            let Named::Own(home, _) = &named else { continue };
            let number = of(home) == NUMBERS && !graph.acts(home);
            if of(home) != "audit" && !number && !word(&named) && !code(&named) {
                faults.push(format!("{} names {}", module.join("::"), named.path()));
            }
        }
    }
    // 2. by no number of steps does one side reach the other
    for module in graph.reached(audit.iter().copied(), word) {
        let name = module.join("::");
        if JUDGED.contains(&of(&module).as_str()) && !CODERS.contains(&name.as_str()) {
            faults.push(format!("the audit reaches {name}"));
        }
    }
    let sides = ["container", "picture", "inspect"];
    for module in graph.reached(sides.iter().flat_map(|top| graph.within(top)), |_| false) {
        if of(&module) == "audit" {
            faults.push(format!("what reads and writes reaches {}", module.join("::")));
        }
    }
    // 3. no other crate is used by both, nor one that another brings along
    let others = |modules: &[&Path]| -> BTreeSet<String> {
        let named = modules.iter().flat_map(|module| graph.named(module));
        let names = named.filter_map(|named| match named {
            Named::Other(name) => Some(name),
            Named::Own(..) => None,
        });
        crates.with_all_that_they_need(names)
    };
    for name in others(&audit).intersection(&others(&judged)) {
        if !is_neutral(name) {
            faults.push(format!("both sides use the crate {name}"));
        }
    }
    faults
}

fn is_neutral(name: &str) -> bool {
    NEUTRAL.iter().any(|(neutral, _)| *neutral == name)
}

/// Which crate needs which, by the names in code.
#[derive(Default)]
struct Crates(BTreeMap<String, Vec<String>>);

impl Crates {
    /// As a Cargo.lock tells it.
    fn read(lock: &str) -> Crates {
        let mut crates = Crates::default();
        for package in lock.split("[[package]]").skip(1) {
            let value = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
            let name = package.lines().find(|line| line.starts_with("name = ")).map(value);
            let needs = package.split("dependencies = [").nth(1).unwrap_or_default();
            let needs = needs.split(']').next().unwrap_or_default();
            let words = needs.lines().filter(|line| line.contains('"')).map(value);
            // "name version" where several versions are in use
            let needs = words.map(|word| in_code(word.split(' ').next().unwrap_or_default()));
            crates.0.entry(in_code(&name.unwrap_or_default())).or_default().extend(needs);
        }
        crates
    }

    fn with_all_that_they_need(&self, names: impl Iterator<Item = String>) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut left: Vec<String> = names.collect();
        while let Some(name) = left.pop() {
            // what a neutral one needs reads no photo either: macros that zeroize is built by
            if all.insert(name.clone()) && !is_neutral(&name) {
                left.extend(self.0.get(&name).into_iter().flatten().cloned());
            }
        }
        all
    }
}

/// The name of a package as code has it.
fn in_code(package: &str) -> String {
    match package {
        "kamadak-exif" => String::from("exif"),
        package => package.replace('-', "_"),
    }
}

#[test]
fn the_audit_shares_no_parser_with_what_it_judges() {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let source = root.join("core/src");
    let graph = Graph::read(|file| std::fs::read_to_string(source.join(file)).ok()).unwrap();
    let crates = Crates::read(&std::fs::read_to_string(root.join("Cargo.lock")).unwrap());
    // what is not there cannot be judged
    for top in JUDGED.iter().chain(&["audit"]) {
        assert!(graph.within(top).count() > 1, "no modules below {top}");
    }
    assert!(crates.0.contains_key("zeroize"));
    let faults = shared(&graph, &crates);
    println!(
        "{} modules of the audit, {} of what it judges: shared parsers: {}",
        graph.within("audit").count(),
        JUDGED.iter().map(|top| graph.within(top).count()).sum::<usize>(),
        faults.len()
    );
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A crate made up for the test: its files, some of them replaced or added.
fn faults(changed: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let files = [
        (
            "lib.rs",
            "mod audit; mod bytes; mod clean; mod container; mod inspect; mod memory; mod picture; mod policy; pub use policy::Method;",
        ),
        ("audit/mod.rs", "mod cursor; mod png; use crate::Method;"),
        (
            "audit/png.rs",
            "use super::cursor::Cursor; use zeroize::Zeroizing; fn f() { Cursor::new(); }",
        ),
        ("audit/cursor.rs", "use std::fmt;"),
        ("bytes.rs", ""),
        ("clean.rs", "use crate::audit; use crate::container::png;"),
        ("container/mod.rs", "pub(crate) mod png;"),
        (
            "container/png.rs",
            "use crate::bytes::u8_at; use crate::memory::Memory; use zeroize::Zeroize; use inflate_a::Inflate;",
        ),
        ("inspect.rs", "use crate::container::png;"),
        ("memory.rs", ""),
        ("picture.rs", "use painter::Canvas;"),
        ("policy.rs", "pub enum Method {}"),
        ("profile.rs", ""),
    ];
    let crates = "[[package]]\nname = \"inflate-a\"\ndependencies = [\n \"bits 1.0.0\",\n]\n[[package]]\nname = \"inflate-b\"\n[[package]]\nname = \"inflate-c\"\ndependencies = [\n \"bits\",\n]\n";
    let text = |name: &str| {
        let of = |files: &[(&str, &str)]| {
            files.iter().find(|(file, _)| *file == name).map(|(_, text)| (*text).to_owned())
        };
        of(changed).or_else(|| of(&files))
    };
    Ok(shared(&Graph::read(text)?, &Crates::read(crates)))
}

#[test]
fn what_is_shared_is_found() {
    assert_eq!(faults(&[]), Ok(vec![]));
    // what names nothing: comments, documentation, strings, unit tests; a crate of its own
    let apart = "use crate::Method; use inflate_b::Inflate; // crate::container::png\n\
        /// As [`crate::container`] does.\nfn f() -> &'static str { \"crate::container::png\" }\n\
        #[cfg(test)] use crate::bytes;\n#[cfg(test)] mod tests { use crate::container::png; }";
    assert_eq!(faults(&[("audit/png.rs", apart)]), Ok(vec![]));
    // words alone, whatever the module where they are defined does beside them
    let word = "use crate::Method; fn f() -> Method { Method::Strip }";
    let busy = ("policy.rs", "use crate::container::png; pub enum Method {}");
    assert_eq!(faults(&[("audit/png.rs", word), busy]), Ok(vec![]));

    let in_audit = [
        "use crate::container::png;",
        "use crate::container::png::read as other;",
        "use crate::{Method, container::{png::{self}}};",
        "use super::super::container::png::read;",
        "use super::super::super::audit; use crate as unmarked; fn f() { unmarked::container::png::read() }",
        "fn f() { crate::container::png::read() }",
        "fn f() { vec![crate::container::png::read()] }",
        "macro_rules! f { () => { $crate::container::png::read() } }",
        "use crate::container; fn f() { container::png::read() }",
        "impl From<crate::container::png::Header> for u8 {}",
        "#[derive(crate::picture::Draw)] struct A;",
        "use crate::bytes::u8_at;",
        "use crate::bytes;",
        "use crate::inspect::exif;",
        "use inflate_a::Inflate;",
        "fn f() { inflate_a::inflate() }",
        // another inflater, and the same bit reader in it
        "use inflate_c::Inflate;",
        "use painter::Canvas;",
        "pub use crate::picture::draw;",
        "mod inside { use crate::container::png; }",
        "mod inside { pub mod deeper { fn f() { super::super::super::super::container::png::f() } } }",
    ];
    for text in in_audit {
        assert!(
            faults(&[("audit/png.rs", text)]).is_ok_and(|f| !f.is_empty()),
            "not found: {text}"
        );
    }
    // numbers, as long as they are nothing else
    let named = ("audit/png.rs", "use crate::constants::TABLE; fn f() { TABLE }");
    let root = "mod audit; mod bytes; mod clean; mod constants; mod container; mod inspect; mod memory; mod picture; mod policy; mod profile; pub use policy::Method;";
    let numbers = "pub const TABLE: [u8; 1] = [1];";
    let (root, acting) = (("lib.rs", root), format!("{numbers} pub fn read() {{}}"));
    assert_eq!(faults(&[root, named, ("constants.rs", numbers)]), Ok(vec![]));
    assert_ne!(faults(&[root, named, ("constants.rs", &acting)]), Ok(vec![]));
    let elsewhere: [&[(&str, &str)]; 7] = [
        // by a step between, and by a name that is exported again
        &[
            ("profile.rs", "mod constant; pub use constant::constant;"),
            ("profile/constant.rs", "use crate::container::png; pub fn constant() {}"),
            ("audit/png.rs", "use crate::profile; fn f() { profile::constant() }"),
        ],
        // a function of a type that is a word
        &[("audit/png.rs", "use crate::Method; fn f() { Method::read(b\"\") }")],
        &[
            ("policy.rs", "pub use crate::container::png::read; pub enum Method {}"),
            ("audit/png.rs", "use crate::policy::read;"),
        ],
        &[("container/png.rs", "use crate::audit::png;")],
        &[("picture.rs", "fn f() { crate::audit::recognise() }")],
        &[("memory.rs", "use crate::audit::png;")],
        &[
            ("audit/mod.rs", "mod cursor; mod png; mod deep;"),
            ("audit/deep/mod.rs", "mod er;"),
            ("audit/deep/er.rs", "use crate::bytes;"),
        ],
    ];
    for changed in elsewhere {
        assert!(faults(changed).is_ok_and(|f| !f.is_empty()), "not found: {changed:?}");
    }
    // what would let a path go unseen is not understood
    let unseen = [
        "#[path = \"../container/png.rs\"] mod other;",
        "include!(\"../container/png.rs\");",
        "use crate::container::*;",
        "use super::*;",
        "mod missing;",
    ];
    for text in unseen {
        assert!(faults(&[("audit/png.rs", text)]).is_err(), "understood: {text}");
    }
}
