//! Reading the folder: `firstline.yml`, what it includes, and which kind of file each is.

use super::env::{Environment, expand};
use super::ledger::{Ledger, Whole};
use super::problem::{Kind, Problem, Spot};
use super::yaml::node::{Content, Entry, Node, Place, parse};
use super::yaml::read::read;
use globset::{GlobBuilder, GlobMatcher};
use std::path::Path;

/// The file that every folder has.
pub const MAIN: &str = "firstline.yml";

/// The folder's files by kind, parsed and with the environment filled in.
#[derive(Debug, Default)]
pub struct Folder {
    /// `firstline.yml` and everything that is neither desk nor playbook, as one map.
    pub top: Option<Node>,
    pub desks: Vec<Node>,
    pub playbooks: Vec<Node>,
    pub emails: Vec<EmailFile>,
}

/// An e-mail template as it stands in its file.
#[derive(Debug)]
pub struct EmailFile {
    /// Among the ledger's files.
    pub index: usize,
    /// The name of the file without its ending.
    pub stem: String,
    pub text: String,
}

const LARGEST_FILE: u64 = 1024 * 1024;
const LARGEST_EMAIL: u64 = 64 * 1024;
const MOST_FILES: usize = 500;
const DEEPEST: usize = 4;

/// Reads everything. What cannot be read is in the ledger.
pub fn open(dir: &Path, env: &Environment, ledger: &mut Ledger) -> Folder {
    let mut folder = Folder::default();
    let mut reader = Reader { dir, env, ledger, next_id: 0 };
    let Some(main) = reader.yaml(MAIN) else { return folder };
    let patterns = main.entry("include").map(|entry| entry.value.clone());
    let mut tops = vec![main];
    for name in reader.included(patterns.as_ref()) {
        if name.ends_with(".txt") {
            let Some(text) = reader.text(&name, LARGEST_EMAIL) else { continue };
            let stem = Path::new(&name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let index = reader.ledger.add(reader.shown(&name), text.clone());
            folder.emails.push(EmailFile { index, stem: stem.unwrap_or_default(), text });
            continue;
        }
        let Some(node) = reader.yaml(&name) else { continue };
        match kind(&name, &node) {
            FileKind::Desk => folder.desks.push(node),
            FileKind::Playbook => folder.playbooks.push(node),
            FileKind::Top => tops.push(node),
        }
    }
    folder.top = Some(merged(tops, reader.ledger));
    folder
}

enum FileKind {
    Top,
    Desk,
    Playbook,
}

/// What a file is, by what stands in it, else by the folder it lies in.
fn kind(name: &str, node: &Node) -> FileKind {
    let has = |key: &str| node.entry(key).is_some();
    if has("desk") || has("tiers") || has("channels") {
        FileKind::Desk
    } else if has("playbook") || has("steps") {
        FileKind::Playbook
    } else if name.starts_with("desks/") {
        FileKind::Desk
    } else if name.starts_with("playbooks/") {
        FileKind::Playbook
    } else {
        FileKind::Top
    }
}

struct Reader<'a> {
    dir: &'a Path,
    env: &'a Environment,
    ledger: &'a mut Ledger,
    next_id: usize,
}

impl Reader<'_> {
    fn shown(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    fn fail(&mut self, name: &str, message: String, hint: &str) {
        let spot = Spot { file: self.shown(name), line: 0, column: 0, width: 0, source: String::new() };
        self.ledger.whole = Whole::No;
        self.ledger.push(Problem { kind: Kind::Error, ..Problem::error(message, hint).at(spot) });
    }

    fn text(&mut self, name: &str, largest: u64) -> Option<String> {
        let path = self.dir.join(name);
        match std::fs::metadata(&path) {
            Ok(about) if about.len() > largest => {
                self.fail(name, format!("the file is larger than {} KB", largest / 1024), "split it");
                return None;
            }
            Ok(_) | Err(_) => {}
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text.trim_start_matches('\u{feff}').to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let hint = "make it, or say with `--config` where the folder is";
                self.fail(name, "there is no such file".to_owned(), hint);
                None
            }
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                self.fail(name, "the file is not UTF-8 text".to_owned(), "save it as UTF-8");
                None
            }
            Err(error) => {
                let hint = "look at the file's owner and permissions";
                self.fail(name, format!("the file cannot be read: {error}"), hint);
                None
            }
        }
    }

    fn yaml(&mut self, name: &str) -> Option<Node> {
        let text = self.text(name, LARGEST_FILE)?;
        let shown = self.shown(name);
        let file = self.ledger.add(shown, text.clone());
        let mut node = match parse(file, &text, &mut self.next_id) {
            Ok(node) => node,
            Err(error) => {
                self.ledger.whole = Whole::No;
                let hint = syntax_hint(&error.message);
                self.ledger.error(
                    error.place,
                    format!("{}\nhint: {hint}; nothing after it was read", error.message),
                );
                return None;
            }
        };
        if let Content::Null = node.content {
            node.content = Content::Map(Vec::new());
            node.place = Place { file, ..Place::default() };
        }
        expand(&mut node, self.env, self.ledger);
        Some(node)
    }

    /// The names of the included files, in order, each once.
    fn included(&mut self, patterns: Option<&Node>) -> Vec<String> {
        let Some(node) = patterns else { return Vec::new() };
        // What is wrong with the list itself is told when the whole file is read.
        let (patterns, _) = read::<Vec<super::yaml::value::At<String>>>(node);
        let mut all = Vec::new();
        below(self.dir, "", 0, &mut all);
        all.sort();
        let mut names: Vec<String> = Vec::new();
        for pattern in patterns.unwrap_or_default() {
            let Some(matcher) = self.matcher(&pattern.value, pattern.place) else { continue };
            let is_pattern = pattern.contains(['*', '?', '[', '{']);
            let found: Vec<&String> = all.iter().filter(|name| matcher.is_match(name)).collect();
            if found.is_empty() && !is_pattern {
                let known = all.iter().map(String::as_str);
                let hint = crate::domain::nearest::nearest(&pattern, known).map_or_else(
                    || "make it, or take it out of `include`".to_owned(),
                    |name| format!("did you mean `{name}`?"),
                );
                self.ledger.whole = Whole::No;
                self.ledger.error(
                    pattern.place,
                    format!("`{}` does not exist in this folder\nhint: {hint}", pattern.value),
                );
            }
            for name in found.into_iter().filter(|name| *name != MAIN) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        if names.len() > MOST_FILES {
            self.fail(MAIN, format!("`include` names {} files", names.len()), "at most 500 are read");
            names.truncate(MOST_FILES);
        }
        names
    }

    fn matcher(&mut self, pattern: &str, place: Place) -> Option<GlobMatcher> {
        if pattern.starts_with('/') || pattern.split('/').any(|part| part == "..") {
            self.ledger.error(
                place,
                format!(
                    "`{pattern}` leads out of this folder\nhint: name files below it, such as `desks/*.yml`"
                ),
            );
            return None;
        }
        if !pattern.ends_with(".yml") && !pattern.ends_with(".yaml") && !pattern.ends_with(".txt") {
            self.ledger.error(
                place,
                format!(
                    "`{pattern}` names no YAML file\nhint: let it end in `.yml`, or in `.txt` for e-mails"
                ),
            );
            return None;
        }
        match GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => Some(glob.compile_matcher()),
            Err(error) => {
                let reason = error.kind().to_string();
                self.ledger.error(
                    place,
                    format!("`{pattern}` is not a pattern: {reason}\nhint: write `*` for any name"),
                );
                None
            }
        }
    }
}

/// What is usually behind the parser's words.
fn syntax_hint(message: &str) -> &'static str {
    if message.contains("quote") {
        "a quote is not closed, here or in a line above"
    } else if message.contains("mapping values") {
        "put quotes around a text that holds `: `"
    } else if message.contains("':' indicator") || message.contains("flow") {
        "a bracket or brace is not closed, here or in a line above"
    } else if message.contains("tab") {
        "write spaces at the beginning of a line, never tabs"
    } else {
        "look at the quotes, brackets and spaces of this line and the one above"
    }
}

/// The files below the folder, with `/` between the parts of their names; hidden ones are left out.
fn below(dir: &Path, prefix: &str, depth: usize, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || found.len() > 10 * MOST_FILES {
            continue;
        }
        let path = format!("{prefix}{name}");
        match std::fs::metadata(entry.path()) {
            Ok(about) if about.is_dir() && depth < DEEPEST => {
                below(&entry.path(), &format!("{path}/"), depth + 1, found);
            }
            Ok(about) if about.is_file() => found.push(path),
            Ok(_) | Err(_) => {}
        }
    }
}

/// One map of all top files: maps and lists under the same key are joined, anything else may stand once.
fn merged(tops: Vec<Node>, ledger: &mut Ledger) -> Node {
    let mut tops = tops.into_iter();
    let Some(mut whole) = tops.next() else {
        return Node { id: 0, place: Place::default(), content: Content::Map(Vec::new()) };
    };
    for next in tops {
        let place = next.place;
        let (Content::Map(into), Content::Map(from)) = (&mut whole.content, next.content) else {
            ledger.error(place, "the file is not a map of keys\nhint: begin with a key, such as `people:`");
            continue;
        };
        for entry in from {
            join(into, entry, ledger);
        }
    }
    whole
}

fn join(into: &mut Vec<Entry>, entry: Entry, ledger: &mut Ledger) {
    let Some(there) = into.iter_mut().find(|there| there.key == entry.key) else {
        into.push(entry);
        return;
    };
    match (&mut there.value.content, entry.value.content) {
        (Content::Map(into), Content::Map(from)) => into.extend(from),
        (Content::Seq(into), Content::Seq(from)) => into.extend(from),
        (
            Content::Null | Content::Unset | Content::Scalar { .. } | Content::Seq(_) | Content::Map(_),
            Content::Null | Content::Unset | Content::Scalar { .. } | Content::Seq(_) | Content::Map(_),
        ) => {
            let first = ledger.spot(there.key_place);
            ledger.error(
                entry.key_place,
                format!(
                    "`{}` stands already in {}:{}\nhint: keep one of the two",
                    entry.key, first.file, first.line
                ),
            );
        }
    }
}
