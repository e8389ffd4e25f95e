//! What one Rust file names: the modules it declares, what it imports, and every path in it. Its unit
//! tests are left out, and so are comments, which hold no tokens.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path, by its segments: `crate::bytes::slice_at`.
pub type Path = Vec<String>;

/// What one Rust file names.
#[derive(Default)]
pub struct Source {
    /// The modules that it declares.
    pub children: Vec<String>,
    /// Those of them that stand inside the file.
    pub inside: Vec<(String, Source)>,
    /// What it imports or exports again, each under a name of its own.
    pub imports: Vec<(String, Path)>,
    /// Whatever it imports all of.
    pub globs: Vec<Path>,
    /// True if it does anything: it holds a function or a macro.
    pub acts: bool,
    /// Every other path of two segments or more.
    pub paths: Vec<Path>,
}

impl Source {
    /// Reads a file. An error if it holds what would let a path go unseen.
    pub fn read(text: &str) -> Result<Source, String> {
        let tokens = TokenStream::from_str(text).map_err(|e| e.to_string())?;
        let mut source = Source::default();
        source.walk(tokens)?;
        Ok(source)
    }

    fn walk(&mut self, tokens: TokenStream) -> Result<(), String> {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at = match token {
                TokenTree::Punct(p) if p.as_char() == '#' => self.attribute(&tokens, at)?,
                TokenTree::Ident(word) if word == "use" => self.import(&tokens, at + 1)?,
                TokenTree::Ident(word) if word == "mod" => self.module(&tokens, at + 1)?,
                TokenTree::Ident(word) if word == "include" && punct(&tokens, at + 1, '!') => {
                    return Err(String::from("include! brings in what is not read here"));
                }
                TokenTree::Ident(word) if word == "fn" || word == "macro_rules" => {
                    self.acts = true;
                    at + 1
                }
                TokenTree::Ident(_) => self.path(&tokens, at),
                TokenTree::Group(group) => {
                    self.walk(group.stream())?;
                    at + 1
                }
                _ => at + 1,
            };
        }
        Ok(())
    }

    /// An attribute; with the item behind it if that is compiled for unit tests alone.
    fn attribute(&mut self, tokens: &[TokenTree], at: usize) -> Result<usize, String> {
        let inner = usize::from(punct(tokens, at + 1, '!'));
        let Some(TokenTree::Group(group)) = tokens.get(at + 1 + inner) else { return Ok(at + 1) };
        let words = group.stream().to_string().replace(' ', "");
        if words.starts_with("path=") {
            return Err(String::from("#[path] puts a module where it is not looked for"));
        }
        if words != "cfg(test)" {
            // an attribute may name code, too
            self.walk(group.stream())?;
            return Ok(at + 2 + inner);
        }
        let ends = |token: &TokenTree| match token {
            TokenTree::Punct(p) => p.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        let rest = tokens.get(at + 2..).unwrap_or_default();
        Ok(at + 2 + rest.iter().position(ends).map_or(rest.len(), |i| i + 1))
    }

    fn module(&mut self, tokens: &[TokenTree], at: usize) -> Result<usize, String> {
        let Some(TokenTree::Ident(name)) = tokens.get(at) else { return Ok(at) };
        match tokens.get(at + 1) {
            Some(TokenTree::Punct(p)) if p.as_char() == ';' => {}
            Some(TokenTree::Group(group)) => {
                let mut inside = Source::default();
                inside.walk(group.stream())?;
                self.inside.push((name.to_string(), inside));
            }
            _ => return Err(format!("the module {name} is neither here nor elsewhere")),
        }
        self.children.push(name.to_string());
        Ok(at + 2)
    }

    fn import(&mut self, tokens: &[TokenTree], at: usize) -> Result<usize, String> {
        let end = (at..tokens.len()).find(|i| punct(tokens, *i, ';')).unwrap_or(tokens.len());
        let tree = tokens.get(at..end).unwrap_or_default();
        // `use<'a>` in a type bounds what is captured
        if punct(tree, 0, '<') {
            return Ok(at);
        }
        self.tree(tree, &[])?;
        Ok(end + 1)
    }

    /// One tree of a `use`: `a::b`, `a as b`, `a::{…}`, `a::*`.
    fn tree(&mut self, tree: &[TokenTree], before: &[String]) -> Result<(), String> {
        let mut path = before.to_vec();
        let mut renamed = None;
        let mut words = tree.iter();
        while let Some(token) = words.next() {
            match token {
                TokenTree::Punct(p) if p.as_char() == '*' => {
                    self.globs.push(path);
                    return Ok(());
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let comma =
                        |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == ',');
                    for branch in inner.split(comma).filter(|branch| !branch.is_empty()) {
                        self.tree(branch, &path)?;
                    }
                    return Ok(());
                }
                TokenTree::Ident(word) if word == "as" => {
                    renamed = words.next().map(ToString::to_string);
                }
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                _ => {}
            }
        }
        let Some(last) = path.last().cloned() else { return Err(String::from("an empty use")) };
        self.imports.push((renamed.unwrap_or(last), path));
        Ok(())
    }

    /// Words with `::` between them. Where it goes on with a group, as in a macro, that is read next.
    fn path(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let (mut path, mut at) = (Path::new(), at);
        while let Some(TokenTree::Ident(word)) = tokens.get(at) {
            path.push(word.to_string());
            at += 1;
            if !(punct(tokens, at, ':') && punct(tokens, at + 1, ':')) {
                break;
            }
            at += 2;
        }
        if path.len() > 1 {
            self.paths.push(path);
        }
        at
    }
}

fn punct(tokens: &[TokenTree], at: usize, character: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == character)
}
