//! Working days, decided over records in memory: when lists come, how often, to whom, and what they lead to.

use crate::cover::people::{at, coverage_desk, roster};
use crate::cover::town::{Town, desk, user};
use chrono::TimeDelta;
use firstline::clock::{Length, Timestamp};
use firstline::coverage::{
    Facts, HolidaySpec, Holidays, Hours, Person, Preset, Roster, Schedule, Span, TimeOff, resolve,
    working_shifts,
};
use firstline::domain::Glance;
use firstline::domain::case::Turn;
use firstline::domain::desk::Desk;
use firstline::domain::event::FormRef;
use firstline::domain::routine::note::RoutineForm;
use firstline::domain::routine::rules::{Review, Routines};
use firstline::view;
use firstline::zone::Zones;
use insta::assert_snapshot;
use std::sync::Arc;

fn working(zone: &str, days: &str, hours: &str) -> Person {
    let zone = Zones::bundled().zone(zone).unwrap();
    let schedule = Schedule::of(zone, Hours::weekly([(days, hours)]).unwrap());
    Person { schedule, ..Person::default() }
}

fn lists() -> Arc<Routines> {
    let list = |text: &str| Some(vec![text.to_owned()]);
    Arc::new(Routines {
        start: list("begin"),
        middle: list("go on"),
        end: list("end"),
        quiet: Vec::new(),
        end_before: Length::minutes(15),
        stale_after: Length::hours(48),
        review: Review::Never,
    })
}

/// A desk that never closes, with lists, and whose minimum is what is given.
fn with_lists(key: &str, who: &[&str], minimum: u32) -> Desk {
    let mut coverage = coverage_desk(key, Schedule::default(), who, Some("kofi"));
    coverage.min_available = minimum;
    Desk { routines: Some(lists()), ..desk(coverage) }
}

fn town(now: &str, ana: Person, minimum: u32) -> Town {
    let people = vec![("ana", ana), ("bo", Person::default()), ("kofi", Person::default())];
    let mut town = Town::new(at(now), roster(people), vec![with_lists("help", &["ana", "bo"], minimum)]);
    town.begins();
    town
}

/// Each list with its instant, without what it says in full.
fn moments(told: &str) -> Vec<String> {
    let heads = [
        ("Your shift begins", "start"),
        ("Your shift began", "late start"),
        ("Half of your shift", "middle"),
        ("Your shift ends", "end"),
        ("Your shift is over", "over"),
        ("Your hours of next week", "review"),
    ];
    told.lines()
        .filter_map(|line| {
            let (_, name) = heads.iter().find(|(head, _)| line.contains(head))?;
            let (time, rest) = line.split_once(" DM to ")?;
            Some(format!("{time} {} {name}", rest.split(':').next()?))
        })
        .collect()
}

fn day(town: &mut Town, until: &str) -> String {
    moments(&town.wait_until(at(until))).join(", ")
}

#[test]
fn lunch_is_a_hole_in_one_shift_and_a_long_hole_makes_two() {
    let mut split = town("2026-03-03 07:00", working("UTC", "daily", "08:00-12:00, 13:00-17:00"), 0);
    assert_snapshot!(day(&mut split, "2026-03-03 23:00"), @"08:00 ana start, 13:00 ana middle, 16:45 ana end, 17:00 ana over");
    let mut two = town("2026-03-03 05:00", working("UTC", "daily", "06:00-09:00, 17:00-20:00"), 0);
    assert_snapshot!(day(&mut two, "2026-03-03 23:00"), @"06:00 ana start, 07:30 ana middle, 08:45 ana end, 09:00 ana over, 17:00 ana start, 18:30 ana middle, 19:45 ana end, 20:00 ana over");
}

#[test]
fn a_shift_over_midnight_is_one_and_follows_the_clocks() {
    // In Berlin the clocks go forward at 01:00 UTC on 29 March: the night is an hour shorter.
    let mut spring = town("2026-03-28 12:00", working("Europe/Berlin", "sat", "22:00-06:00"), 0);
    assert_snapshot!(day(&mut spring, "2026-03-29 12:00"), @"21:00 ana start, 00:30 ana middle, 03:45 ana end, 04:00 ana over");
    // And back at 01:00 UTC on 25 October: it is an hour longer.
    let mut autumn = town("2026-10-24 12:00", working("Europe/Berlin", "sat", "22:00-06:00"), 0);
    assert_snapshot!(day(&mut autumn, "2026-10-25 12:00"), @"20:00 ana start, 00:30 ana middle, 04:45 ana end, 05:00 ana over");
}

#[test]
fn nobody_without_hours_has_a_shift_and_endless_hours_have_none() {
    let mut none = town("2026-03-03 05:00", Person::default(), 0);
    assert_eq!(day(&mut none, "2026-03-20 05:00"), "");
    let mut endless = town("2026-03-03 05:00", working("UTC", "daily", "00:00-24:00"), 0);
    assert_eq!(day(&mut endless, "2026-03-20 05:00"), "");
}

#[test]
fn holidays_and_time_off_are_no_working_days_and_dated_hours_are() {
    let mut ana = working("UTC", "daily", "09:00-17:00");
    let spec = HolidaySpec { preset: Some(Preset::UsFederal), ..HolidaySpec::default() };
    ana.schedule.holidays = Some(Arc::new(Holidays::new(spec)));
    ana.schedule.dates.insert("2026-07-06".parse().unwrap(), "12:00-14:00".parse().unwrap());
    let mut town = town("2026-07-03 05:00", ana, 0);
    // The third is observed for the fourth, a Saturday: both are free.
    assert_eq!(day(&mut town, "2026-07-05 05:00"), "");
    let off = TimeOff {
        person: "ana".into(),
        from: "2026-07-05".parse().unwrap(),
        until: "2026-07-06".parse().unwrap(),
        note: None,
    };
    town.roster.time_off.push(off);
    town.begins();
    assert_snapshot!(day(&mut town, "2026-07-06 23:00"), @"12:00 ana start, 13:00 ana middle, 13:45 ana end, 14:00 ana over");
}

#[test]
fn each_comes_once_whatever_wakes_the_bot() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 0);
    let mut told = Vec::new();
    for minute in (0..24 * 60).step_by(10) {
        told.extend(moments(&town.wait_until(at("2026-03-03 07:00") + TimeDelta::minutes(minute))));
        told.extend(moments(&town.begins()));
    }
    assert_snapshot!(told.join(", "), @"08:00 ana start, 12:00 ana middle, 15:45 ana end, 16:00 ana over");
}

#[test]
fn a_list_is_late_while_it_is_of_use_and_left_out_after() {
    let late = |until: &str| {
        let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 0);
        moments(&town.sleeps_until(at(until))).join(", ")
    };
    assert_eq!(late("2026-03-03 08:03"), "08:03 ana start");
    assert_eq!(late("2026-03-03 11:59"), "11:59 ana late start");
    assert_eq!(late("2026-03-03 12:00"), "12:00 ana middle");
    assert_eq!(late("2026-03-03 15:50"), "15:50 ana end");
    assert_eq!(late("2026-03-03 20:00"), "");
    // What began before the bot ever ran is not made up for.
    let mut fresh = town("2026-03-03 09:00", working("UTC", "daily", "08:00-16:00"), 0);
    assert_eq!(day(&mut fresh, "2026-03-03 11:59"), "");
}

#[test]
fn two_desks_share_one_list_and_the_longer_time_before_its_end() {
    let people = vec![("ana", working("UTC", "daily", "08:00-16:00")), ("kofi", Person::default())];
    let mut second = with_lists("mail", &["ana"], 0);
    let mut own = (*lists()).clone();
    own.end_before = Length::minutes(60);
    own.middle = None;
    second.routines = Some(Arc::new(own));
    let desks = vec![with_lists("help", &["ana"], 0), second];
    let mut town = Town::new(at("2026-03-03 07:00"), roster(people), desks);
    town.begins();
    assert_snapshot!(day(&mut town, "2026-03-03 23:00"), @"08:00 ana start, 12:00 ana middle, 15:00 ana end, 16:00 ana over");
}

#[test]
fn the_end_marks_them_unavailable_and_their_next_shift_ends_that() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 0);
    town.wait_until(at("2026-03-03 16:30"));
    town.opens_home("ana");
    assert!(shown(&town).contains("are away (shift is over) until"), "{}", shown(&town));
    // Other hours entered meanwhile move it.
    let form = FormRef::Routine(RoutineForm::Change { day: Some("2026-03-04".parse().unwrap()) });
    let noted = town.submits("ana", form, &[("hours", "06:00-10:00")]);
    assert_snapshot!(noted, @"16:30 ana hears: Noted for Wed 4 Mar: 06:00-10:00.");
    assert_snapshot!(day(&mut town, "2026-03-04 05:59"), @"");
    assert_snapshot!(day(&mut town, "2026-03-04 06:00"), @"06:00 ana start");
    town.opens_home("ana");
    assert!(shown(&town).contains("are on shift until"), "{}", shown(&town));
}

#[test]
fn whoever_leaves_a_desk_empty_asks_first() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 2);
    town.wait_until(at("2026-03-03 15:45"));
    assert_snapshot!(town.presses("ana", "End my shift now"), @r"
    15:45 ana hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from 15:45 to 16:00, 1 of 2 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
}

/// A help desk that wants one: Ana by day, Bo by night and reachable in the evening.
fn by_turns(now: &str) -> Town {
    let evening = Some(Hours::weekly([("daily", "16:00-20:00")]).unwrap());
    let ana = Person { reachable: evening, ..working("UTC", "daily", "08:00-16:00") };
    let bo = working("UTC", "daily", "16:00-24:00");
    let people = vec![("ana", ana), ("bo", bo), ("kofi", Person::default())];
    let mut desk = with_lists("help", &["ana", "bo"], 1);
    desk.coverage.supervisor = Some("kofi".into());
    let mut town = Town::new(at(now), roster(people), vec![desk]);
    town.begins();
    town
}

#[test]
fn whoever_is_off_shift_and_reachable_is_still_asked_to_cover() {
    let mut town = by_turns("2026-03-03 07:00");
    town.wait_until(at("2026-03-03 16:30"));
    town.opens_home("ana");
    assert!(shown(&town).contains("are away (shift is over) until"), "{}", shown(&town));
    town.types("bo", "break 30m");
    assert_snapshot!(town.presses("bo", "Find cover"), @r"
    16:30 bo hears: I asked Ana, who can answer until 16:35; then the next one is asked. You hear from me as soon as it is settled. Until then please stay: you wished for a break of 30 minutes.
    16:30 DM to ana: Bo would like a break of 30 minutes, and Desk help would be short of people.
      Could you cover from 16:30 to 17:00? The first to say yes covers; after 16:35 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.presses("ana", "I cover"), @r"
    16:30 ana hears: Thank you: you cover for Bo on Desk help from 16:30 to 17:00, and are pinged there meanwhile.
    16:30 DM to bo: Enjoy your break. You are back at 17:00. Ana covers for you. You are not pinged before that; `/coverage back` ends it sooner.
    ");
}

#[test]
fn what_was_promised_for_later_outlives_the_end_of_a_shift() {
    let mut town = by_turns("2026-03-03 07:00");
    town.wait_until(at("2026-03-03 09:00"));
    town.types("bo", "off 2026-03-03 18:00 to 2026-03-03 19:00");
    town.presses("bo", "Find cover");
    assert_snapshot!(town.presses("ana", "I cover"), @r"
    09:00 ana hears: Thank you: you cover for Bo on Desk help from Tue 3 Mar, 18:00 to 19:00, and are pinged there meanwhile.
    09:00 DM to bo: You are off from Tue 3 Mar, 18:00 to 19:00. Ana covers for you. You are not pinged in that time.
    ");
    let told = town.wait_until(at("2026-03-03 18:30"));
    assert!(told.contains("Your shift is over.* You are marked unavailable until"), "{told}");
    town.opens_home("ana");
    assert!(shown(&town).contains("cover for Bo until"), "{}", shown(&town));
    town.wait_until(at("2026-03-04 08:00"));
    town.opens_home("ana");
    assert!(shown(&town).contains("are on shift until"), "{}", shown(&town));
}

#[test]
fn a_shift_ended_early_with_cover_is_over_at_its_end() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 2);
    town.wait_until(at("2026-03-03 15:45"));
    town.presses("ana", "End my shift now");
    town.presses("ana", "Find cover");
    assert_snapshot!(town.presses("kofi", "Let them go uncovered"), @r"
    15:45 kofi hears: Noted: Desk help may go uncovered for that time, and nobody is told about it again. Ana was told.
    15:45 DM to ana: You are away until 4 Mar 2026, 08:00. You are not pinged before that; `/coverage back` ends it sooner.
    ");
    assert_snapshot!(day(&mut town, "2026-03-03 16:00"), @"16:00 ana over");
}

#[test]
fn hours_that_leave_a_desk_short_say_so() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 2);
    let change = |day: &str| FormRef::Routine(RoutineForm::Change { day: Some(day.parse().unwrap()) });
    assert_snapshot!(town.submits("ana", change("2026-03-05"), &[("hours", "08:00-12:00")]), @r"
    07:00 ana hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from Thu 5 Mar, 12:00 to 16:00, 1 of 2 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      Your hours of Thu 5 Mar stay as they were. When somebody covers, you are off in that time, and your hours can be changed as well.
      [Find cover]
    ");
    assert!(town.live("ana").dates.is_empty(), "hours are no way around the gate");
    town.presses("ana", "Find cover");
    assert_snapshot!(town.presses("kofi", "I cover"), @r"
    07:00 kofi hears: Thank you: you cover for Ana on Desk help from Thu 5 Mar, 12:00 to 16:00, and are pinged there meanwhile.
    07:00 DM to ana: You are off from Thu 5 Mar, 12:00 to 16:00. Kofi covers for you. You are not pinged in that time.
    ");
    assert_snapshot!(town.submits("ana", change("2026-03-05"), &[("hours", "08:00-12:00")]), @"07:00 ana hears: Noted for Thu 5 Mar: 08:00-12:00.");
    assert_snapshot!(town.submits("ana", change("2026-03-05"), &[("hours", "")]), @"07:00 ana hears: Noted for Thu 5 Mar: 08:00-16:00.");
    assert_snapshot!(town.submits("ana", change("2026-03-01"), &[("hours", "closed")]), @"07:00 ana hears: That day is past, so nothing was changed. Hours can be set from today to three months ahead.");
}

#[test]
fn a_shift_is_somewhere_in_every_working_day_and_half_of_it_is_half() {
    let roster = Roster {
        people: [("ana".into(), working("America/Los_Angeles", "daily", "20:00-02:00, 03:00-05:30"))].into(),
        ..Roster::default()
    };
    let facts = Facts::of(&roster);
    let year = Span::new(at("2026-01-01 00:00"), at("2027-01-01 00:00"));
    let shifts = working_shifts(&"ana".into(), year, &facts);
    assert!((363..=365).contains(&shifts.len()), "{}", shifts.len());
    for shift in shifts {
        let before: TimeDelta = shift
            .pieces
            .iter()
            .map(|piece| Span::new(piece.from, piece.until.min(shift.middle())).length())
            .sum();
        let all: TimeDelta = shift.pieces.iter().map(Span::length).sum();
        assert_eq!(before * 2, all, "{shift:?}");
        assert!(shift.pieces.iter().any(|piece| piece.contains(shift.middle())), "{shift:?}");
    }
}

#[test]
fn own_hours_are_what_the_resolver_says() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 0);
    let form = FormRef::Routine(RoutineForm::Change { day: Some("2026-03-04".parse().unwrap()) });
    town.submits("ana", form, &[("hours", "closed")]);
    let says = |town: &Town, when: Timestamp| {
        town.with_everybody(|world| {
            let desk = &world.desks["help"];
            resolve(&"ana".into(), &desk.coverage, when, &world.facts).reason.to_string()
        })
    };
    assert_snapshot!(says(&town, at("2026-03-03 09:00")), @"on shift");
    assert_snapshot!(says(&town, at("2026-03-04 09:00")), @"off by the hours of this date");
}

fn shown(town: &Town) -> String {
    let view = town.last_view.as_ref().unwrap();
    let broken = view::violations(view);
    assert!(broken.is_empty(), "{broken:?}");
    view.to_string()
}

fn glance(n: i64, owner: Option<&str>, held: bool) -> Glance {
    Glance {
        id: format!("help-{n}").as_str().into(),
        desk: "help".into(),
        channel: "C0HELP".into(),
        root: Some(format!("17724420{n:02}.000100").as_str().into()),
        requester: user("rita"),
        owner: owner.map(user),
        opened_at: at("2026-02-01 09:00") + TimeDelta::minutes(n),
        turn: if held { Turn::Theirs } else { Turn::Ours },
        held_since: held.then(|| at("2026-02-02 09:00")),
    }
}

#[test]
fn app_home_holds_a_hundred_and_fifty_cases_and_every_list_within_slacks_limits() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 0);
    // The longest lists there can be, of several desks, for one who supervises as well.
    for key in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"] {
        let mut more = with_lists(key, &["ana"], 5);
        more.coverage.supervisor = Some("ana".into());
        let long = || (0..10).map(|n| format!("{n} {}", "<&".repeat(99))).collect::<Vec<_>>();
        let mut own = (*lists()).clone();
        (own.start, own.end, own.quiet) = (Some(long()), Some(long()), long());
        own.review = Review::From(chrono::Weekday::Mon);
        let mut policy = (*more.policy).clone();
        policy.supervisor = Some(firstline::coverage::Who::Person("ana".into()));
        more.policy = Arc::new(policy);
        more.routines = Some(Arc::new(own));
        town.desks.insert(more.key.clone(), more);
    }
    town.cases = (0..150).map(|n| glance(n, (n % 3 > 0).then_some("ana"), n % 4 == 0)).collect();
    for case in &mut town.cases {
        case.desk = "one".into();
    }
    town.begins();
    for until in ["2026-03-03 08:00", "2026-03-03 12:00", "2026-03-03 15:45"] {
        // Every message is held against Slack's limits as it is sent.
        town.wait_until(at(until));
        town.opens_home("ana");
        let home = shown(&town);
        assert!(home.contains("150 open, oldest first"), "{home}");
        assert!(town.last_view.as_ref().unwrap()["blocks"].as_array().unwrap().len() <= 100);
    }
    for page in 2..=10 {
        town.presses("ana", "Later");
        assert!(shown(&town).contains(&format!("Page {page} of 10")), "{}", shown(&town));
    }
    for page in 2..=15 {
        town.presses("ana", "Later on the desk");
        assert!(shown(&town).contains(&format!("Page {page} of 15")));
    }
    assert!(shown(&town).contains("Page 10 of 10"), "the other list stays where it was");
}

#[test]
fn a_question_about_all_cases_is_answered_once_by_the_one_who_was_asked() {
    let mut town = town("2026-03-03 07:00", working("UTC", "daily", "08:00-16:00"), 0);
    town.cases = (1..=2).map(|n| glance(n, Some("ana"), false)).collect();
    town.wait_until(at("2026-03-03 15:45"));
    let ask = || FormRef::Routine(RoutineForm::HandAll);
    assert_snapshot!(town.submits("ana", ask(), &[]), @r"
    15:45 ana hears: To whom? Choose a colleague who answers on the desks of your cases.
      [Hand over all…]
    ");
    assert_snapshot!(town.submits("ana", ask(), &[("people", "U0ANA")]), @r"
    15:45 ana hears: To whom? Choose a colleague who answers on the desks of your cases.
      [Hand over all…]
    ");
    assert_snapshot!(town.submits("ana", ask(), &[("people", "U0RITA")]), @r"
    15:45 ana hears: U0RITA does not answer on the desks of your cases, so they stay with you. Choose somebody who does.
      [Hand over all…]
    ");
    town.submits("ana", ask(), &[("people", "U0BO")]);
    // Somebody else presses what they cannot have seen.
    assert_snapshot!(town.presses_in("kofi", "bo", "Take all"), @"15:45 kofi hears: That question is settled already, so nothing was changed.");
    town.presses("bo", "Take all");
    assert_snapshot!(town.presses("bo", "Take all"), @"15:45 bo hears: That question is settled already, so nothing was changed.");
    town.cases.clear();
    assert_snapshot!(town.submits("ana", ask(), &[("people", "U0BO")]), @"15:45 ana hears: You have no open case, so there is nothing to hand over.");
}
