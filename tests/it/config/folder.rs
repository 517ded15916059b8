//! Files: which are read, and what is said of those that cannot be.

use super::{changed, load_changed, told};
use firstline::config::{Environment, load_with};
use proptest::prelude::*;
use std::path::Path;

#[test]
fn there_is_no_folder() {
    let problems = load_with(Path::new("no/such/folder"), &Environment::default()).unwrap_err();
    shown!("no_folder", problems);
}

#[test]
fn files_may_be_split_as_one_likes() {
    let more = "people:\n  cy: { slack: U0CY, name: Cy }\ntime_off:\n  - { person: cy, from: 2026-12-24, until: 2026-12-25 }\n";
    let config = load_changed(&[
        ("firstline.yml", "people.yml,", "people.yml, team/*.yml,"),
        ("team/more.yml", "", more),
        ("desks/help.yml", "@tech\", ana]", "@tech\", ana, cy]"),
    ])
    .unwrap();
    assert_eq!(config.people.len(), 3);
    assert_eq!(config.roster.time_off.len(), 2);
}

#[test]
fn emails_and_playbooks_are_found_by_their_place() {
    let config = load_changed(&[
        ("firstline.yml", "desks/*.yml]", "desks/*.yml, playbooks/*.yml, emails/*.txt]"),
        (
            "playbooks/no-show.yml",
            "",
            "playbook: no-show\nname: No-show\nanchor: session\nsteps: [{ task: Phone them, at: 0m }]\n",
        ),
        ("emails/no-show.txt", "", "subject: {{ session.title }}\nto: {{ client.email }}\n\nHello\n"),
    ])
    .unwrap();
    assert_eq!(config.playbooks["no-show"].name, "No-show");
    let templates = &config.desks["help"].mail.templates;
    assert_eq!(templates["no-show"].subject, "{{ session.title }}");
    assert_eq!(templates["no-show"].name, "No show");
}

#[test]
fn a_file_that_grows_without_end_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = format!("*a{}", n - 1);
        let nine = [before.as_str(); 9].join(", ");
        text.push_str(&format!("a{n}: &a{n} [{nine}]\n"));
    }
    let problems = load_changed(&[("people.yml", "people:\n", &format!("{text}people:\n"))]).unwrap_err();
    assert!(problems.to_string().len() < 2000, "{problems}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is typed into a desk's file, it is answered.
    #[test]
    fn no_slip_brings_it_down(
        at in 0.0..1.0_f64,
        cut in 0_usize..6,
        typed in "[ \\n\\t{}\\[\\]:,\"'#&*!|>%@0-9a-zé-]{0,4}",
    ) {
        let dir = changed(&[]);
        let path = dir.path().join("desks/help.yml");
        let text: Vec<char> = std::fs::read_to_string(&path).unwrap().chars().collect();
        let from = ((text.len() as f64) * at) as usize;
        let until = (from + cut).min(text.len());
        let slipped: String = text[..from].iter().copied().chain(typed.chars()).chain(text[until..].iter().copied()).collect();
        std::fs::write(&path, slipped).unwrap();
        match load_with(dir.path(), &Environment::default()) {
            Ok(config) => prop_assert!(!config.notes.has_errors()),
            Err(problems) => {
                prop_assert!(problems.has_errors());
                prop_assert!(problems.to_string().lines().count() > 1);
            }
        }
    }
}

#[test]
fn an_empty_folder_and_an_empty_file() {
    shown!("empty_desk_file", told(&[("desks/other.yml", "", "# nothing yet\n")]));
    let dir = changed(&[]);
    std::fs::write(dir.path().join("firstline.yml"), "").unwrap();
    let problems = load_with(dir.path(), &Environment::default()).unwrap_err();
    shown!("empty_folder", problems.to_string());
}

#[test]
fn a_file_that_is_not_text() {
    let dir = changed(&[]);
    std::fs::write(dir.path().join("people.yml"), [0xff, 0xfe, 0x00]).unwrap();
    let problems = load_with(dir.path(), &Environment::default()).unwrap_err();
    let text = problems.to_string().replace(&dir.path().display().to_string(), "config");
    shown!(text);
}

#[test]
fn a_file_lost_to_a_slip_brings_no_complaints_of_what_stood_in_it() {
    shown!(told(&[("people.yml", "name: Ana Ruiz", "name: \"Ana Ruiz")]));
}
