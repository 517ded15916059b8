//! The architecture is a test: who may import whom, what the pure rooms may not touch, how long a file may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms each room may import. A room that is not named here fails the test: put it in its place.
const ROOMS: &[(&str, &[&str])] = &[
    ("id", &[]),
    ("clock", &[]),
    ("zone", &["clock"]),
    ("coverage", &["id", "zone"]),
    ("domain", &["id", "clock", "zone", "coverage"]),
    ("view", &["id", "clock", "zone", "coverage", "domain"]),
    ("store", &["id", "clock", "coverage", "domain", "view"]),
    ("slack", &["id", "clock", "coverage", "domain", "view", "store"]),
    ("connect", &["id", "clock", "zone", "coverage", "domain", "view", "store"]),
    ("engine", &["id", "clock", "zone", "coverage", "domain", "view", "store", "slack", "connect"]),
    ("config", &["id", "clock", "zone", "coverage", "domain", "view"]),
    ("rehearsal", &["id", "clock"]),
    ("web", EVERYTHING),
    ("app", EVERYTHING),
    ("admin", EVERYTHING),
];

const EVERYTHING: &[&str] = &[
    "id",
    "clock",
    "zone",
    "coverage",
    "domain",
    "view",
    "store",
    "slack",
    "connect",
    "engine",
    "config",
    "rehearsal",
    "web",
    "app",
    "admin",
];

/// Rooms that know no IO, clock, randomness or hash order.
const PURE: &[&str] = &["coverage", "domain", "view"];

/// What a pure room may not name, and what to use in its place.
const IMPURE: &[(&str, &str)] = &[
    ("std::fs", "facts are fetched before a decision"),
    ("std::net", "facts are fetched before a decision"),
    ("std::env", "configuration is read in `config`"),
    ("tokio", "nothing here waits"),
    ("async fn", "nothing here waits"),
    (".await", "nothing here waits"),
    ("Utc::now", "the instant is an argument"),
    ("Instant::now", "the instant is an argument"),
    ("SystemTime", "the instant is an argument"),
    ("HashMap", "BTreeMap has one order"),
    ("HashSet", "BTreeSet has one order"),
    ("rand::", "decisions are deterministic"),
    ("thread::", "nothing here runs beside anything"),
];

/// The longest file, in lines.
const LONGEST_FILE: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The room of a source file: the first folder or file name under `src`.
fn room(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).expect("a file under src");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file: its tests, which stand last, and its comments left out.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file is text");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn rooms() -> BTreeMap<&'static str, &'static [&'static str]> {
    ROOMS.iter().copied().collect()
}

fn files_by_room() -> Vec<(String, PathBuf)> {
    sources(&root().join("src"))
        .into_iter()
        .map(|path| (room(&path), path))
        .filter(|(room, _)| room != "lib" && room != "main")
        .collect()
}

/// Every room that a piece of code names as `crate::ROOM`, also inside `use crate::{…}`.
fn named_rooms(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => {
                let list = list.split('}').next().unwrap_or_default();
                named.extend(
                    list.split(',').map(|one| one.trim().split(':').next().unwrap_or_default().to_owned()),
                );
            }
            None => {
                let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                named.push(name);
            }
        }
    }
    named
}

#[test]
fn rooms_import_downward_only() {
    let table = rooms();
    let mut wrong = Vec::new();
    for (room, path) in files_by_room() {
        let Some(allowed) = table.get(room.as_str()) else {
            wrong.push(format!(
                "`{}` stands in no room of tests/it/tidy.rs: give `{room}` its place",
                path.display()
            ));
            continue;
        };
        for named in named_rooms(&code(&path)) {
            let ours = table.contains_key(named.as_str());
            if ours && named != room && !allowed.contains(&named.as_str()) {
                wrong.push(format!("`{}` imports `{named}`, which stands above `{room}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_store_knows_of_the_view_only_the_call() {
    for (room, path) in files_by_room() {
        if room == "store" {
            for after in code(&path).split("crate::view::").skip(1) {
                assert!(
                    after.starts_with("call::"),
                    "`{}` may name `crate::view::call` alone",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn the_core_is_pure() {
    let mut wrong = Vec::new();
    for (room, path) in files_by_room() {
        if !PURE.contains(&room.as_str()) {
            continue;
        }
        let code = code(&path);
        for (word, instead) in IMPURE {
            if code.contains(word) {
                wrong.push(format!("`{}` names `{word}`: {instead}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_clock_reads_the_time_and_only_zone_asks_for_offsets() {
    let mut wrong = Vec::new();
    for (room, path) in files_by_room() {
        let code = code(&path);
        for word in ["Utc::now", "Local::now", "SystemTime::now"] {
            if code.contains(word) && room != "clock" {
                wrong.push(format!("`{}` names `{word}`: ask the Clock", path.display()));
            }
        }
        // The model of Slack has clocks of its own, like Slack's clients, in one file.
        let own_clock = path.ends_with("rehearsal/local.rs");
        for word in ["from_local_datetime", "offset_from_utc"] {
            if code.contains(word) && room != "zone" && !own_clock {
                wrong.push(format!("`{}` names `{word}`: ask the Zone", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    let everything = sources(&root().join("src")).into_iter().chain(sources(&root().join("tests")));
    for path in everything.chain(sources(&root().join("benches"))) {
        let text = fs::read_to_string(&path).expect("a source file is text");
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            wrong
                .push(format!("`{}` has {lines} lines: at most {LONGEST_FILE}, so split it", path.display()));
        }
        if !text.starts_with("//!") {
            wrong.push(format!(
                "`{}` does not begin with `//!` and one sentence on what it is for",
                path.display()
            ));
        }
        for word in ["#[allow", "todo!(", "unimplemented!(", "dbg!("] {
            if text.contains(word) && !path.ends_with("tidy.rs") {
                wrong.push(format!("`{}` contains `{word}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_names_every_room() {
    let map = fs::read_to_string(root().join("docs/architecture.md")).expect("docs/architecture.md");
    for (room, _) in ROOMS {
        assert!(map.contains(&format!("`{room}`")), "docs/architecture.md does not name the room `{room}`");
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let mut section = "";
    let mut before = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains('=') && !line.starts_with(' ') {
            assert!(before.starts_with("# "), "Cargo.toml does not say why `{line}` is there");
        }
        before = line;
    }
}

#[test]
fn a_room_named_in_a_list_is_seen() {
    let code = "use crate::{clock::Timestamp, id};\nlet x = crate::zone::installed();";
    assert_eq!(named_rooms(code), ["clock", "id", "zone"]);
}
