//! Playbooks that cannot be: what `check` says of each.

use super::told;

/// A playbook of the small folder, offered on its desk.
fn of(head: &str, steps: &str) -> String {
    let text = format!("playbook: odd\n{head}steps:\n{steps}");
    told(&[
        ("firstline.yml", "desks/*.yml]", "desks/*.yml, playbooks/*.yml]"),
        ("desks/help.yml", "supervisor: bo\n", "supervisor: bo\nplaybooks: [odd]\n"),
        ("playbooks/odd.yml", "", &text),
    ])
}

#[test]
fn playbooks_that_cannot_be_are_refused() {
    let case = "anchor: case\n";
    let answers = "  - { id: q, question: Well?, answers: [Good, Bad] }\n";
    let told = [
        ("a loop", of(case, "  - { id: a, task: A, after: [b] }\n  - { id: b, task: B, after: [a] }\n")),
        ("before the case", of(case, "  - { task: Too early, at: -5m }\n")),
        (
            "before what it waits for",
            of(case, "  - { id: a, task: A, at: 15m }\n  - { task: B, at: 10m, after: [a] }\n"),
        ),
        ("over before it comes up", of(case, "  - { task: A, at: 15m, until: 10m }\n")),
        ("no such step", of(case, "  - { id: first, task: A }\n  - { task: B, after: [frist] }\n")),
        ("no such answer", of(case, &format!("{answers}  - {{ task: B, when: {{ q: Fine }} }}\n"))),
        ("no such field", of(case, "  - { task: A, when: { form.aera: chat } }\n")),
        ("no such template", of(case, "  - { email: nothing }\n")),
        ("no such blank", of(case, "  - { task: \"Phone {{ facilitator.fone }}\" }\n")),
        (
            "two answers at once",
            of(
                case,
                &format!(
                    "{answers}  - {{ task: B, when: {{ q: Good }} }}\n  - {{ id: r, task: C, when: {{ q: Bad, step-2: done }} }}\n"
                ),
            ),
        ),
        ("after the end", of(case, "  - { close: went ahead }\n  - { task: Never }\n")),
        ("two kinds", of(case, "  - { task: A, call: B }\n")),
        ("no start to know", of("anchor: session\n", "  - { task: A, at: 0m }\n")),
        ("meant for nothing", of("start: at_once\n", "  - { task: A }\n")),
    ];
    let shown: Vec<String> = told.iter().map(|(name, text)| format!("## {name}\n\n{text}")).collect();
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown.join("\n\n\n")) });
}
