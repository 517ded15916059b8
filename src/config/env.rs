//! The environment: `${NAME}` in the files, secrets from files, and what overrides the configuration.

use super::ledger::Ledger;
use super::problem::Problem;
use super::yaml::node::{Content, Node, Plain};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// A snapshot of the environment. Values are never printed.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({} variables)", self.variables.len())
    }
}

impl Environment {
    /// That of this process. Variables that are not UTF-8 are left out.
    pub fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self { variables: std::env::vars_os().filter_map(text).collect() }
    }

    /// One made up, for tests.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self { variables: variables.into_iter().map(owned).collect() }
    }

    /// The variable, or what stands in the file that `NAME_FILE` names, without the line end. An empty variable
    /// is not set.
    ///
    /// # Errors
    /// A file that cannot be read, in words.
    pub fn get(&self, name: &str) -> Result<Option<String>, String> {
        let set = |name: &str| self.variables.get(name).filter(|value| !value.is_empty());
        if let Some(value) = set(name) {
            return Ok(Some(value.clone()));
        }
        let file = format!("{name}_FILE");
        let Some(path) = set(&file) else { return Ok(None) };
        match std::fs::read_to_string(Path::new(path)) {
            Ok(text) => Ok(Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())),
            Err(error) => Err(format!(
                "`{path}`, which `{file}` names, cannot be read: {error}\nhint: mount the secret there, or set `{name}`"
            )),
        }
    }

    /// A variable that overrides the configuration; complains of its file.
    pub fn over(&self, name: &str, ledger: &mut Ledger) -> Option<String> {
        self.get(name).unwrap_or_else(|text| {
            let (message, hint) = text.split_once("\nhint: ").unwrap_or((text.as_str(), ""));
            ledger.push(Problem::error(message, hint));
            None
        })
    }
}

/// Replaces every `${NAME}` in the tree. A value with a variable that is not set becomes as good as absent.
pub fn expand(node: &mut Node, env: &Environment, ledger: &mut Ledger) {
    let place = node.place;
    match &mut node.content {
        Content::Null | Content::Unset => {}
        Content::Seq(items) => items.iter_mut().for_each(|item| expand(item, env, ledger)),
        Content::Map(entries) => {
            entries.iter_mut().for_each(|entry| expand(&mut entry.value, env, ledger));
        }
        Content::Scalar { text, plain } => match filled(text, env) {
            Filled::AsItStands => {}
            Filled::With(value) => {
                *text = value;
                *plain = Plain::Text;
            }
            Filled::Unset(name) => {
                ledger.unset(
                    place,
                    format!("`{name}` is not set in the environment\nhint: set `{name}`, or `{name}_FILE` to a file that holds it"),
                );
                node.content = Content::Unset;
            }
            Filled::Failed(message) => {
                ledger.error(place, message);
                node.content = Content::Unset;
            }
        },
    }
}

enum Filled {
    AsItStands,
    With(String),
    Unset(String),
    Failed(String),
}

fn filled(text: &str, env: &Environment) -> Filled {
    let mut out = String::new();
    let mut rest = text;
    let mut seen = Filled::AsItStands;
    while let Some(start) = rest.find("${") {
        let after = &rest[start + 2..];
        let name = after.split('}').next().unwrap_or_default();
        let is_name = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        if !is_name || name.len() == after.len() {
            out.push_str(&rest[..start + 2]);
            rest = after;
            continue;
        }
        match env.get(name) {
            Ok(Some(value)) => {
                out.push_str(&rest[..start]);
                out.push_str(&value);
                seen = Filled::With(String::new());
            }
            Ok(None) => return Filled::Unset(name.to_owned()),
            Err(message) => return Filled::Failed(message),
        }
        rest = &after[name.len() + 1..];
    }
    out.push_str(rest);
    match seen {
        Filled::AsItStands => Filled::AsItStands,
        Filled::With(_) | Filled::Unset(_) | Filled::Failed(_) => Filled::With(out),
    }
}
