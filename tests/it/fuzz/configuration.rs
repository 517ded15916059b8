//! The worked example with mistakes in any of its files: told with its line, and never more than that.

use super::{cases, in_time};
use crate::mail::copy;
use firstline::config::{Environment, load_with};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::path::{Path, PathBuf};

/// What is typed in place of a value.
const VALUES: &[&str] = &[
    "",
    "~",
    "null",
    "{}",
    "[]",
    "[[]]",
    "{ a: { b: [c] } }",
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    "0x10",
    ".nan",
    "true",
    "yes",
    "\"\"",
    "\"\\u0000\"",
    "'",
    "|",
    "> x",
    "!!binary aGk=",
    "&a [*a]",
    "*nobody",
    "<<: *x",
    "? x",
    "# x",
    "99999999999d",
    "4294967295s",
    "1h 1h",
    "0s",
    "24:00-24:00",
    "22:00-06:00, 05:00-07:00",
    "00:00-24:00",
    "{ mon-sun: \"09:00-09:00\" }",
    "sat-mon",
    "2026-02-30",
    "9999-12-31",
    "0000-01-01",
    "-9999-01-01",
    "\"9999-12-31 23:59\"",
    "Europe/Nowhere",
    "America/Los_Angeles",
    "../../etc/passwd",
    "/dev/zero",
    "https://[::1",
    "http://",
    "${HOME}",
    "${",
    "${A${B}}",
    "$$",
    "role:x",
    "rotation:lead",
    "role:lead_csm",
    "@",
    "booking.",
    "responders",
    "S0",
    "U0",
    "*",
    "**",
    "[a-",
    "(?P<a>",
    "(a*)*b",
    "İ",
    "👍🏽",
    "\u{202e}",
    "\t",
    "1 month",
    "1000000 months",
    "0 week",
    "nov thu 6 X",
    "easter -400 X",
    "{{ x",
    "{{ 1/0 }}",
    "{% for a in b %}",
    "{{ client.name | upper }}",
];

#[derive(Clone, Debug)]
enum Slip {
    /// In place of what follows the colon of a line.
    Value(Index, &'static str),
    /// This line once more, somewhere.
    Line(Index, Index),
    Gone(Index),
    Indented(Index, usize),
    Typed(Index, String),
}

fn slip() -> impl Strategy<Value = Slip> {
    let at = any::<Index>;
    prop_oneof![
        6 => (at(), select(VALUES)).prop_map(|(at, value)| Slip::Value(at, value)),
        2 => (at(), at()).prop_map(|(from, to)| Slip::Line(from, to)),
        1 => at().prop_map(Slip::Gone),
        1 => (at(), 0..9_usize).prop_map(|(at, by)| Slip::Indented(at, by)),
        1 => (at(), "[ -~\\n]{0,6}").prop_map(|(at, typed)| Slip::Typed(at, typed)),
    ]
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for slip in slips {
        if lines.is_empty() {
            lines.push(String::new());
        }
        let all = lines.len();
        match slip {
            Slip::Value(at, value) => {
                // Inside of braces as well, where the line has some.
                let line = &mut lines[at.index(all)];
                let places: Vec<usize> = line.match_indices(": ").map(|(at, _)| at + 2).collect();
                let from = if places.is_empty() { line.len() } else { places[at.index(places.len())] };
                let until = line[from..].find([',', '}', ']']).map_or(line.len(), |end| from + end);
                line.replace_range(from..until, value);
            }
            Slip::Line(from, to) => {
                let line = lines[from.index(all)].clone();
                lines.insert(to.index(all), line);
            }
            Slip::Gone(at) => drop(lines.remove(at.index(all))),
            Slip::Indented(at, by) => {
                let line = &mut lines[at.index(all)];
                *line = format!("{}{}", " ".repeat(*by), line.trim_start());
            }
            Slip::Typed(at, typed) => lines[at.index(all)].push_str(typed),
        }
    }
    lines.join("\n") + "\n"
}

/// The worked example's files that people write.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["", "desks", "emails", "playbooks"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(folder);
        let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.extend(found.filter(|path| path.extension().is_some_and(|end| end == "yml" || end == "txt")));
    }
    files.sort();
    files
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn no_mistake_brings_it_down(which in any::<Index>(), slips in prop::collection::vec(slip(), 1..4)) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let dir = tempfile::tempdir().unwrap();
        copy(&from, dir.path());
        let path = which.get(&files()).clone();
        let text = slipped(&std::fs::read_to_string(&path).unwrap(), &slips);
        std::fs::write(dir.path().join(path.strip_prefix(&from).unwrap()), &text).unwrap();
        let told = in_time(&text, || load_with(dir.path(), &Environment::default()));
        match told {
            Ok(config) => prop_assert!(!config.notes.has_errors()),
            Err(problems) => {
                prop_assert!(problems.has_errors());
                let told = problems.to_string();
                prop_assert!(told.len() < 200_000, "{} bytes are told of {text}", told.len());
            }
        }
    }
}
