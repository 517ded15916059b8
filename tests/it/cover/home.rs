//! App Home: my state and its buttons, my cases, who is on.

use super::people::{at, help_desk};
use super::town::user;
use firstline::domain::Glance;
use firstline::domain::cover::note::CoverForm;
use firstline::domain::event::FormRef;
use firstline::view;
use insta::assert_snapshot;

fn shown(view: &serde_json::Value) -> String {
    let broken = view::violations(view);
    assert!(broken.is_empty(), "{broken:?}");
    let blocks = view["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50, "{} blocks", blocks.len());
    let text = |block: &serde_json::Value| match block["type"].as_str().unwrap() {
        "section" => block["text"]["text"].as_str().unwrap().to_owned(),
        "divider" => "---".to_owned(),
        _ => {
            let elements = block["elements"].as_array().unwrap().iter();
            let label = |one: &serde_json::Value| {
                one["text"]["text"].as_str().or(one["text"].as_str()).unwrap().to_owned()
            };
            format!("[{}]", elements.map(label).collect::<Vec<_>>().join("] ["))
        }
    };
    blocks.iter().map(text).collect::<Vec<_>>().join("\n")
}

#[test]
fn it_shows_my_state_my_cases_and_who_is_on_however_many_there_are() {
    let mut town = help_desk("2026-03-02 12:00");
    let case = |n: i64| Glance {
        id: format!("help-{n}").as_str().into(),
        desk: "help".into(),
        channel: "C0HELP".into(),
        root: None,
        requester: user("rita"),
        owner: Some(user("ana")),
        opened_at: at("2026-03-02 09:00") + chrono::TimeDelta::minutes(n),
        turn: firstline::domain::case::Turn::Ours,
        held_since: None,
    };
    town.cases = (1..=75).map(case).collect();
    town.opens_home("ana");
    assert_snapshot!(shown(town.last_view.as_ref().unwrap()), @r"
    *You* are on shift until <!date^1772470800^{time}|17:00 UTC> (Desk help)
    [Back] [Break 30m] [Away…] [Off…] [Cover…] [Gaps] [My schedule] [My hours…]
    ---
    *My cases* (75 open, oldest first)
    • *help-1* in #help, since <!date^1772442060^{date_short_pretty} at {time}|Mon 2 Mar, 09:01 UTC>: yours, asked by Rita
    • *help-2* in #help, since <!date^1772442120^{date_short_pretty} at {time}|Mon 2 Mar, 09:02 UTC>: yours, asked by Rita
    • *help-3* in #help, since <!date^1772442180^{date_short_pretty} at {time}|Mon 2 Mar, 09:03 UTC>: yours, asked by Rita
    • *help-4* in #help, since <!date^1772442240^{date_short_pretty} at {time}|Mon 2 Mar, 09:04 UTC>: yours, asked by Rita
    • *help-5* in #help, since <!date^1772442300^{date_short_pretty} at {time}|Mon 2 Mar, 09:05 UTC>: yours, asked by Rita
    • *help-6* in #help, since <!date^1772442360^{date_short_pretty} at {time}|Mon 2 Mar, 09:06 UTC>: yours, asked by Rita
    • *help-7* in #help, since <!date^1772442420^{date_short_pretty} at {time}|Mon 2 Mar, 09:07 UTC>: yours, asked by Rita
    • *help-8* in #help, since <!date^1772442480^{date_short_pretty} at {time}|Mon 2 Mar, 09:08 UTC>: yours, asked by Rita
    • *help-9* in #help, since <!date^1772442540^{date_short_pretty} at {time}|Mon 2 Mar, 09:09 UTC>: yours, asked by Rita
    • *help-10* in #help, since <!date^1772442600^{date_short_pretty} at {time}|Mon 2 Mar, 09:10 UTC>: yours, asked by Rita
    [Later]
    [Page 1 of 8]
    ---
    *Desk help*, on now: Ana and Bo
    *Desk other*, on now: Dee and Eve
    ");
    town.presses("ana", "Later");
    assert!(shown(town.last_view.as_ref().unwrap()).contains("help-20"));
    assert_snapshot!(town.presses("ana", "Break 30m"), @"12:00 ana hears: Enjoy your break. You are back at 12:30. You are not pinged before that; `/coverage back` ends it sooner.");
    assert!(shown(town.last_view.as_ref().unwrap()).contains("on a break"));
    assert_snapshot!(town.presses("ana", "Back"), @"12:00 ana hears: Welcome back. You can be pinged again.");
}

#[test]
fn its_forms_do_what_the_words_do() {
    let mut town = help_desk("2026-03-02 12:00");
    let until = at("2026-03-02 14:00").timestamp().to_string();
    let away =
        town.submits("ana", FormRef::Cover(CoverForm::Away), &[("until", &until), ("reason", "doctor")]);
    assert_snapshot!(away, @"12:00 ana hears: You are away until 14:00 (doctor). You are not pinged before that; `/coverage back` ends it sooner.");
    let off = [("from", "2026-03-04"), ("until", "2026-03-05")];
    assert_snapshot!(town.submits("bo", FormRef::Cover(CoverForm::Off), &off), @"12:00 bo hears: You are off from Wed 4 Mar, 00:00 to Fri 6 Mar, 00:00. You are not pinged in that time.");
    let cover = [("people", "U0ANA"), ("until", &until)];
    assert_snapshot!(town.submits("dee", FormRef::Cover(CoverForm::Cover), &cover), @"12:00 dee hears: Thank you: you cover for Ana from 12:00 to 14:00, and are pinged there meanwhile.");
    assert_snapshot!(town.submits("eve", FormRef::Cover(CoverForm::Break), &[("minutes", "15")]), @"12:00 eve hears: Enjoy your break. You are back at 12:15. You are not pinged before that; `/coverage back` ends it sooner.");
    assert_snapshot!(town.submits("eve", FormRef::Cover(CoverForm::Off), &[("from", "soon")]), @"12:00 eve hears: I could not read that time, or it is past, so nothing was changed. Write it like `2h`, `15:00`, `tomorrow 9:00` or `2026-12-24 15:00`.");
}
