//! The configuration: the worked example loads, and every mistake is told with its place and a way on.

use firstline::config::{Config, Environment, Problems, load_with};
use std::path::Path;
use tempfile::TempDir;

/// A snapshot of what is said, without the expression that said it.
macro_rules! shown {
    ($($rest:tt)*) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($($rest)*) })
    };
}

mod bad;
mod folder;
mod good;
mod papers;
mod playbooks;

/// The files of the small folder that the tests change.
const BASE: [&str; 3] = ["firstline.yml", "people.yml", "desks/help.yml"];

/// The small folder, changed: in `file`, `from` becomes `to`. An empty `from` appends; a file that is not there
/// is made.
pub fn changed(changes: &[(&str, &str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: String| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    for name in BASE {
        put(name, std::fs::read_to_string(Path::new("fixtures/config/base").join(name)).unwrap());
    }
    for (file, from, to) in changes {
        let text = std::fs::read_to_string(dir.path().join(file)).unwrap_or_default();
        let text = if from.is_empty() {
            format!("{text}{to}")
        } else {
            assert!(text.contains(from), "`{from}` is not in {file}");
            text.replacen(from, to, 1)
        };
        put(file, text);
    }
    dir
}

pub fn load_changed(changes: &[(&str, &str, &str)]) -> Result<Config, Problems> {
    load_in(changes, &Environment::default())
}

pub fn load_in(changes: &[(&str, &str, &str)], env: &Environment) -> Result<Config, Problems> {
    load_with(changed(changes).path(), env)
}

/// What is wrong with the changed folder, as if it lay in `config`.
pub fn told(changes: &[(&str, &str, &str)]) -> String {
    let dir = changed(changes);
    let text = match load_with(dir.path(), &Environment::default()) {
        Ok(config) => config.notes.to_string(),
        Err(problems) => problems.to_string(),
    };
    text.replace(&dir.path().display().to_string(), "config")
}
