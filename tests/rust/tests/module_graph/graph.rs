//! The modules of a crate, and which of them names what.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Path, Source};

/// What a path comes to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// Something of the crate itself: the module where it is defined, and its name there; no name
    /// where the module itself is meant.
    Own(Path, Option<String>),
    /// Something of another crate.
    Other(String),
}

impl Named {
    /// As code has it: `profile::constant`.
    pub fn path(&self) -> String {
        match self {
            Named::Own(home, item) => {
                home.iter().chain(item).cloned().collect::<Vec<_>>().join("::")
            }
            Named::Other(name) => name.clone(),
        }
    }
}

/// The modules of a crate; the root is the empty path.
pub struct Graph {
    modules: BTreeMap<Path, Source>,
}

impl Graph {
    /// Reads every module that the root declares, and theirs. `file` gives the text of a file by its
    /// path below `src`.
    pub fn read(file: impl Fn(&str) -> Option<String>) -> Result<Graph, String> {
        let mut modules = BTreeMap::new();
        let mut left = vec![(Path::new(), None)];
        while let Some((module, inside)) = left.pop() {
            let mut source = match inside {
                Some(source) => source,
                None => from_file(&module, &file)?,
            };
            let mut inside: BTreeMap<String, Source> = source.inside.drain(..).collect();
            let children = source.children.iter();
            left.extend(children.map(|child| (below(&module, child), inside.remove(child))));
            modules.insert(module, source);
        }
        let graph = Graph { modules };
        for module in graph.modules.keys() {
            graph.globs(module)?;
        }
        Ok(graph)
    }

    /// The modules below this one, and itself.
    pub fn within(&self, top: &str) -> impl Iterator<Item = &Path> {
        self.modules.keys().filter(move |module| module.first().is_some_and(|m| m == top))
    }

    /// True if a module holds a function or a macro.
    pub fn acts(&self, module: &Path) -> bool {
        self.modules[module].acts
    }

    /// Everything that a module names, outside itself.
    pub fn named(&self, module: &Path) -> BTreeSet<Named> {
        let source = &self.modules[module];
        let imports = source.imports.iter().map(|(_, path)| path);
        imports
            .chain(&source.globs)
            .chain(&source.paths)
            .filter_map(|path| self.resolve(module, path, 0))
            .filter(|named| !matches!(named, Named::Own(home, _) if home == module))
            .collect()
    }

    /// The modules that can be reached from these, by any number of steps; what `stops` is true of is
    /// no step.
    pub fn reached<'a>(
        &self,
        from: impl Iterator<Item = &'a Path>,
        stops: impl Fn(&Named) -> bool,
    ) -> BTreeSet<Path> {
        let mut reached = BTreeSet::new();
        let mut left: Vec<Path> = from.cloned().collect();
        while let Some(module) = left.pop() {
            if reached.insert(module.clone()) {
                let named = self.named(&module).into_iter().filter(|named| !stops(named));
                left.extend(named.filter_map(|named| match named {
                    Named::Own(home, _) => Some(home),
                    Named::Other(_) => None,
                }));
            }
        }
        reached
    }

    /// All of a module may be imported only where that cannot be one of modules, whose own imports
    /// would come along unseen.
    fn globs(&self, module: &Path) -> Result<(), String> {
        for glob in &self.modules[module].globs {
            if matches!(self.resolve(module, glob, 0), Some(Named::Own(_, None)) | None) {
                return Err(format!("{} imports all of {}", module.join("::"), glob.join("::")));
            }
        }
        Ok(())
    }

    /// What `path` comes to where `module` names it; none if it is of the module itself, as a type is
    /// with its associated functions.
    fn resolve(&self, module: &Path, path: &[String], depth: usize) -> Option<Named> {
        assert!(depth < 32, "{} goes round", path.join("::"));
        let (first, rest) = path.split_first()?;
        let source = &self.modules[module];
        match first.as_str() {
            "crate" => self.follow(Path::new(), rest, depth),
            "self" => self.follow(module.clone(), rest, depth),
            "super" => self.follow(module[..module.len().checked_sub(1)?].to_vec(), rest, depth),
            "Self" => None,
            _ if source.children.contains(first) => self.follow(below(module, first), rest, depth),
            _ => match source.imports.iter().find(|(name, _)| name == first) {
                Some((_, target)) if target.as_slice() != path && target.first() != Some(first) => {
                    self.resolve(module, &[target, rest].concat(), depth + 1)
                }
                // a crate; types begin with a capital letter, and primitive ones are nobody's
                _ if first.starts_with(char::is_uppercase) || PRIMITIVE.contains(&&**first) => None,
                _ => Some(Named::Other(first.clone())),
            },
        }
    }

    /// Goes down from a module; what it only exports again is followed to where it is defined.
    fn follow(&self, module: Path, rest: &[String], depth: usize) -> Option<Named> {
        let source = &self.modules[&module];
        let Some((first, behind)) = rest.split_first() else {
            return Some(Named::Own(module, None));
        };
        if first == "super" {
            return self.follow(module[..module.len().checked_sub(1)?].to_vec(), behind, depth);
        }
        // `constant` may be a module and a function: with more behind it, it is the module
        let exported = source.imports.iter().find(|(name, _)| name == first);
        match exported {
            Some((_, target)) if behind.is_empty() || !source.children.contains(first) => {
                self.resolve(&module, &[target, behind].concat(), depth + 1)
            }
            _ if source.children.contains(first) => {
                self.follow(below(&module, first), behind, depth)
            }
            _ => {
                // a function of a type counts as its own, a variant or a constant as the type
                let function = behind.first().filter(|f| f.starts_with(char::is_lowercase));
                let name = function.map_or(first.clone(), |f| format!("{first}::{f}"));
                Some(Named::Own(module, Some(name)))
            }
        }
    }
}

/// What the file of a module holds.
fn from_file(module: &Path, file: impl Fn(&str) -> Option<String>) -> Result<Source, String> {
    let stem = module.join("/");
    let places = match stem.as_str() {
        "" => vec![String::from("lib.rs")],
        stem => vec![format!("{stem}.rs"), format!("{stem}/mod.rs")],
    };
    let text = places.iter().find_map(|place| file(place));
    let text = text.ok_or_else(|| format!("there is no file of the module {stem}"))?;
    Source::read(&text).map_err(|e| format!("{stem}: {e}"))
}

const PRIMITIVE: [&str; 17] = [
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32", "f64",
];

fn below(module: &Path, child: &str) -> Path {
    [module.as_slice(), &[child.to_owned()]].concat()
}
