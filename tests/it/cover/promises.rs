//! What somebody promised to cover is kept, whatever else they say.

use super::people::{at, coverage_desk, help_desk, person, roster, schedule};
use super::town::{Town, desk};
use chrono::TimeDelta;
use firstline::coverage::{Live, Person, Word};
use firstline::id::DeskKey;
use insta::assert_snapshot;

/// What somebody said, as text: `away 12:00-14:00`, `help, other 14:00-15:00`.
fn said(live: &Live) -> Vec<String> {
    let words = live.words.iter().map(|word| {
        let what = match word {
            Word::Away { .. } => "away".to_owned(),
            Word::Covering { desks, .. } => desks.iter().map(DeskKey::as_str).collect::<Vec<_>>().join(", "),
        };
        let span = word.span();
        format!("{what} {}-{}", span.from.format("%H:%M"), span.until.format("%H:%M"))
    });
    words.collect()
}

/// Bo is the last until 14:00, when he has time off; Dee accepted to cover for that.
fn dee_covers_from_two() -> Town {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("ana", "away until 17:00");
    town.types("bo", "off 2026-03-02 14:00 to 2026-03-02 15:00");
    town.presses("bo", "Find cover");
    town.presses("cy", "I cannot");
    let said = town.presses("dee", "I cover");
    assert!(said.contains("you cover for Bo on Desk help from 14:00 to 15:00"), "{said}");
    town
}

#[test]
fn away_without_an_end_ends_where_a_promised_cover_begins() {
    let mut town = dee_covers_from_two();
    assert_snapshot!(town.types("dee", "away errand"), @"12:00 dee hears: You are away (errand) until 14:00, because from then on you cover for Bo on Desk help. You are not pinged before that; `/coverage back` ends it sooner. If you cannot cover, say until when you are away, such as `/coverage away until 20:00`, and I look for somebody else.");
    assert_eq!(said(&town.live("dee")), ["away 12:00-14:00", "help 14:00-15:00"]);
    assert_snapshot!(town.wait(TimeDelta::minutes(150)), @"13:55 DM to dee: You are back at 14:00: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.");
    assert_snapshot!(town.types("dee", "away"), @"
    14:30 dee hears: You are away. You are not pinged until you say `/coverage back`.
    14:30 DM to cy: Desk help is short of people from 14:30 to 15:00.
      Could you cover from 14:30 to 15:00? The first to say yes covers; after 14:35 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_eq!(said(&town.live("dee")), ["away 14:30-23:59"]);
}

#[test]
fn away_into_a_promised_cover_is_asked_of_others() {
    let mut town = dee_covers_from_two();
    assert_snapshot!(town.types("dee", "away until 14:30"), @"
    12:00 dee hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from 14:00 to 14:30, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_eq!(said(&town.live("dee")), ["help 14:00-15:00"]);
}

#[test]
fn a_further_cover_leaves_the_first() {
    let mut town = dee_covers_from_two();
    town.types("dee", "cover ana until 13:00");
    assert_eq!(said(&town.live("dee")), [" 12:00-13:00", "help 14:00-15:00"]);
}

#[test]
fn a_cover_goes_on_after_a_break() {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("dee", "cover ana until 15:00");
    town.types("dee", "break 30m");
    assert_eq!(said(&town.live("dee")), [" 12:30-15:00"]);
    assert_eq!(town.live("dee").breaks.len(), 1);
}

#[test]
fn a_cover_of_two_desks_names_both() {
    let people = vec![
        ("ana", person("09:00-17:00", None)),
        ("cy", person("18:00-22:00", Some("11:00-18:00"))),
        ("kofi", Person::default()),
    ];
    let open = || schedule("UTC", "09:00-17:00");
    let desks = vec![
        desk(coverage_desk("help", open(), &["ana", "cy"], Some("kofi"))),
        desk(coverage_desk("other", open(), &["ana", "cy"], Some("kofi"))),
    ];
    let mut town = Town::new(at("2026-03-02 12:00"), roster(people), desks);
    town.types("ana", "break 30m");
    assert_snapshot!(town.presses("ana", "Find cover"), @"
    12:00 ana hears: I asked Cy, who can answer until 12:05; then the next one is asked. You hear from me as soon as it is settled. Until then please stay: you wished for a break of 30 minutes.
    12:00 DM to cy: Ana would like a break of 30 minutes, and Desk help and Desk other would be short of people.
      Could you cover from 12:00 to 12:30? The first to say yes covers; after 12:05 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.presses("cy", "I cover"), @"
    12:00 cy hears: Thank you: you cover for Ana on Desk help and Desk other from 12:00 to 12:30, and are pinged there meanwhile.
    12:00 DM to ana: Enjoy your break. You are back at 12:30. Cy covers for you. You are not pinged before that; `/coverage back` ends it sooner.
    ");
    assert_eq!(said(&town.live("cy")), ["help, other 12:00-12:30"]);
    assert_snapshot!(town.wait(TimeDelta::hours(1)), @"12:25 DM to ana: You are back at 12:30: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.");
}
