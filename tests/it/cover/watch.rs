//! Stories of the watch: told now, told ahead, told when over; silent where it should be.

use super::people::{at, coverage_desk, help_desk, person, roster, schedule};
use super::town::{Town, desk};
use chrono::TimeDelta;
use firstline::coverage::{Busy, BusyKind, Person};
use firstline::domain::History;
use insta::assert_snapshot;

#[test]
fn the_last_manager_is_in_a_meeting_cover_is_sought_then_the_supervisor_then_it_is_over() {
    let mut town = help_desk("2026-03-02 11:55");
    town.types("bo", "away");
    town.wait(TimeDelta::minutes(5));
    assert_snapshot!(town.status("ana", "In a meeting", Some(at("2026-03-02 13:00"))), @"
    12:00 DM to ana: You were the last on Desk help: without you it is short of people until 13:00. I am asking those who could cover, then its supervisor Kofi. If you can stay, clear your status or say `/coverage back`.
    12:00 DM to cy: Ana is not there any more, and Desk help is short of people.
      Could you cover from 12:00 to 13:00? The first to say yes covers; after 12:05 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.wait(TimeDelta::minutes(30)), @"
    12:05 DM to dee: Ana is not there any more, and Desk help is short of people.
      Could you cover from 12:05 to 13:00? The first to say yes covers; after 12:10 the next one is asked.
      [I cover] [I cannot]
    12:05 #help: *Desk help is short of people*: 0 of 1 available, since 12:00. The last to leave: Ana. Nobody has taken over yet.
      If you can cover, say `/coverage back` or `/coverage cover @them until 15:00`.
      [This is fine]
    12:10 DM to eve: Ana is not there any more, and Desk help is short of people.
      Could you cover from 12:10 to 13:00? The first to say yes covers; after 12:15 the next one is asked.
      [I cover] [I cannot]
    12:15 DM to kofi: Ana is not there any more, and Desk help is short of people.
      Nobody who could cover from 12:15 to 13:00 has taken it, so it is for you to decide, by 12:20 if you can.
      [I cover] [Leave it uncovered] [No]
    ");
    assert_snapshot!(town.status("ana", "", None), @"
    12:30 DM to ana: Desk help has enough people again, after 30 minutes.
    12:30 DM to cy: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:30 DM to dee: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:30 DM to eve: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:30 DM to kofi: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:30 #help: Desk help has enough people again, after 30 minutes.
    ");
    assert_snapshot!(town.wait(TimeDelta::minutes(30)), @"");
}

#[test]
fn somebody_covers_and_everybody_who_heard_of_it_hears_that() {
    let mut town = help_desk("2026-03-02 11:55");
    town.types("bo", "away");
    town.wait(TimeDelta::minutes(5));
    town.status("ana", "In a meeting", Some(at("2026-03-02 13:00")));
    town.wait(TimeDelta::minutes(6));
    assert_snapshot!(town.presses("cy", "I cover"), @"
    12:06 cy hears: Thank you: you cover for Ana on Desk help from 12:06 to 13:00, and are pinged there meanwhile.
    12:06 DM to ana: Desk help is covered again, by Cy, after 6 minutes.
    12:06 DM to dee: Cy sees to Desk help for Ana. It is settled; thank you.
    12:06 #help: Desk help is covered again, by Cy, after 6 minutes.
    ");
    assert_snapshot!(town.wait(TimeDelta::hours(2)), @"");
}

#[test]
fn the_supervisor_sees_to_it() {
    let mut town = help_desk("2026-03-02 11:55");
    town.types("bo", "away");
    town.wait(TimeDelta::minutes(5));
    town.status("ana", "In a meeting", Some(at("2026-03-02 13:00")));
    town.wait(TimeDelta::minutes(16));
    assert_snapshot!(town.presses("kofi", "I cover"), @"
    12:16 kofi hears: Thank you: you cover for Ana on Desk help from 12:16 to 13:00, and are pinged there meanwhile.
    12:16 DM to ana: Desk help is covered again, by Kofi, after 16 minutes.
    12:16 DM to cy: Kofi sees to Desk help for Ana. It is settled; thank you.
    12:16 DM to dee: Kofi sees to Desk help for Ana. It is settled; thank you.
    12:16 DM to eve: Kofi sees to Desk help for Ana. It is settled; thank you.
    12:16 #help: Desk help is covered again, by Kofi, after 16 minutes.
    ");
    assert_snapshot!(town.wait(TimeDelta::hours(1)), @"");
}

#[test]
fn a_gap_that_is_fine_is_never_told_again() {
    let mut town = help_desk("2026-03-02 11:55");
    town.types("bo", "away");
    town.wait(TimeDelta::minutes(5));
    town.status("ana", "In a meeting", Some(at("2026-03-02 13:00")));
    town.wait(TimeDelta::minutes(6));
    assert_snapshot!(town.presses_in("rita", "#help", "This is fine"), @"12:06 rita hears: Only those who answer on Desk help can do that. If you are to be one of them, ask its supervisor Kofi.");
    assert_snapshot!(town.presses_in("kofi", "#help", "This is fine"), @"
    12:06 kofi hears: Noted: Desk help may have fewer people from 12:05 to 13:00. Nobody is told about it again.
    12:06 DM to ana: Kofi says that it is fine: Desk help may have fewer people for now.
    12:06 DM to cy: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:06 DM to dee: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:06 #help: Kofi says that it is fine: Desk help may have fewer people for now.
    ");
    assert_snapshot!(town.wait(TimeDelta::minutes(50)), @"");
}

#[test]
fn nobody_is_alarmed_while_the_past_is_being_read() {
    let mut town = help_desk("2026-03-02 11:55");
    town.types("bo", "away");
    town.wait(TimeDelta::minutes(5));
    town.history = History::BeingRead;
    assert_snapshot!(town.status("ana", "In a meeting", None), @"");
    assert_snapshot!(town.wait(TimeDelta::minutes(2)), @"");
    town.status("ana", "", None);
    town.history = History::Read;
    assert_snapshot!(town.wait(TimeDelta::minutes(10)), @"");
}

fn one_shift(now: &str) -> Town {
    let people = vec![("ana", person("09:00-17:00", None)), ("kofi", Person::default())];
    let open = schedule("UTC", "09:00-17:00");
    Town::new(at(now), roster(people), vec![desk(coverage_desk("help", open, &["ana"], Some("kofi")))])
}

#[test]
fn a_gap_ahead_is_told_a_week_a_day_and_half_an_hour_before_once_each() {
    let people = vec![("ana", person("09:00-17:00", None)), ("kofi", Person::default())];
    let mut open = schedule("UTC", "09:00-17:00");
    // One long day in two weeks.
    open.dates.insert("2026-03-16".parse().unwrap(), "09:00-18:00".parse().unwrap());
    let desks = vec![desk(coverage_desk("help", open, &["ana"], Some("kofi")))];
    let mut town = Town::new(at("2026-03-02 12:00"), roster(people), desks);
    assert_snapshot!(town.wait_until(at("2026-03-16 16:59")), @"
    17:00 #help: *A gap is ahead on Desk help*
      • from Mon 16 Mar, 17:00 to 18:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [This is fine]
    17:00 #help: *A gap is ahead on Desk help*
      • from Mon 16 Mar, 17:00 to 18:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [This is fine]
    16:30 #help: *A gap is ahead on Desk help*
      • from 17:00 to 18:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [This is fine]
    ");
    assert_snapshot!(town.presses_in("kofi", "#help", "This is fine"), @"16:59 kofi hears: Noted: Desk help may have fewer people from 17:00 to 18:00. Nobody is told about it again.");
    assert_snapshot!(town.wait(TimeDelta::days(2)), @"");
}

#[test]
fn a_gap_first_seen_late_is_told_at_once_to_its_maker_as_well() {
    let mut town = one_shift("2026-03-02 12:00");
    let meeting = Busy {
        from: at("2026-03-03 10:00"),
        until: at("2026-03-03 11:00"),
        kind: BusyKind::Busy,
        all_day: false,
    };
    town.calendars.insert("ana".into(), vec![meeting]);
    assert_snapshot!(town.facts_changed(), @"
    12:00 #help: *A gap is ahead on Desk help*
      • from Tue 3 Mar, 10:00 to 11:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [This is fine]
    12:00 DM to ana: What you entered leaves Desk help short of people:
      • from Tue 3 Mar, 10:00 to 11:00, 0 of 1 available
      Could you move it, or ask somebody to cover? They say `/coverage cover @you until 15:00`.
    ");
    assert_snapshot!(town.wait(TimeDelta::minutes(1)), @"");
}

#[test]
fn a_shift_that_ends_without_successor_is_seen_to() {
    let people = vec![("ana", person("09:00-15:00", None)), ("kofi", Person::default())];
    let open = schedule("UTC", "09:00-17:00");
    let desks = vec![desk(coverage_desk("help", open, &["ana"], Some("kofi")))];
    let mut town = Town::new(at("2026-03-02 14:45"), roster(people), desks);
    assert_snapshot!(town.wait(TimeDelta::minutes(30)), @"
    15:00 DM to ana: You were the last on Desk help: without you it is short of people until 17:00. I am asking those who could cover, then its supervisor Kofi. You need not do anything.
    15:00 DM to kofi: Ana is not there any more, and Desk help is short of people.
      Nobody who could cover from 15:00 to 17:00 has taken it, so it is for you to decide, by 15:05 if you can.
      [I cover] [Leave it uncovered] [No]
    15:00 #help: *Gaps are ahead on Desk help*
      • from Tue 3 Mar, 15:00 to 17:00, 0 of 1 available
      • from Mon 9 Mar, 15:00 to 17:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [The first is fine] [The second is fine]
    15:05 #help: *Desk help is short of people*: 0 of 1 available, since 15:00. The last to leave: Ana. Nobody has taken over yet.
      If you can cover, say `/coverage back` or `/coverage cover @them until 15:00`.
      [This is fine]
    ");
    assert_snapshot!(town.wait_until(at("2026-03-02 18:00")), @"
    17:00 DM to ana: Desk help has enough people again, after 2 hours.
    17:00 DM to kofi: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    17:00 #help: Desk help has enough people again, after 2 hours.
    ");
}

#[test]
fn a_clock_change_during_a_wait_moves_nothing() {
    // In Los Angeles the clocks go forward at 2:00 on 8 March 2026, 10:00 in UTC.
    let night = |own| Person { schedule: schedule("America/Los_Angeles", own), ..Person::default() };
    let people =
        vec![("ana", night("00:00-08:00")), ("bo", night("00:00-08:00")), ("kofi", Person::default())];
    let open = schedule("America/Los_Angeles", "00:00-08:00");
    let desks = vec![desk(coverage_desk("help", open, &["ana", "bo"], Some("kofi")))];
    let mut town = Town::new(at("2026-03-08 09:45"), roster(people), desks);
    assert_snapshot!(town.types("ana", "break 30m"), @"09:45 ana hears: Enjoy your break. You are back at 10:15. You are not pinged before that; `/coverage back` ends it sooner.");
    assert_snapshot!(town.types("bo", "away until 03:30"), @"
    09:45 bo hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from 09:45 to 10:15, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_snapshot!(town.presses("bo", "Find cover"), @"
    09:45 bo hears: There is nobody else who could cover, so I asked Kofi to decide. You hear from me as soon as it is settled. Until then please stay: you wished for an absence until 10:30.
    09:45 DM to kofi: Bo would like an absence until 10:30, and Desk help would be short of people.
      Nobody who could cover from 09:45 to 10:15 has taken it, so it is for you to decide, by 09:50 if you can.
      [I cover] [Let them go uncovered] [No]
    ");
    assert_snapshot!(town.wait(TimeDelta::minutes(40)), @"
    09:50 DM to bo: Nobody has taken over yet, so you do not have an absence until 10:30 yet. Kofi can still decide; please ask them directly.
    10:10 DM to ana: You are back at 10:15: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.
    10:15 DM to kofi: Cover on Desk help for Bo is not needed any more. It is settled; thank you.
    10:15 DM to bo: You are away until 10:30. You are not pinged before that; `/coverage back` ends it sooner.
    10:25 DM to bo: You are back at 10:30: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.
    ");
}

#[test]
fn whoever_mentions_somebody_who_is_off_hears_who_is_on() {
    let mut town = help_desk("2026-03-02 12:00");
    town.status("bo", "In a meeting", Some(at("2026-03-02 14:00")));
    assert_snapshot!(town.says("rita", "C0HELP", "<@U0BO> the export fails"), @"12:00 rita hears: Bo has the status “In a meeting” until 14:00. Ana is on for Desk help; a case posted here is pinged to those who can answer.");
    assert_snapshot!(town.says("rita", "C0HELP", "<@U0ANA> the export fails"), @"");
    assert_snapshot!(town.says("rita", "C0HELP", "<@U0DEE> the export fails"), @"");
}
