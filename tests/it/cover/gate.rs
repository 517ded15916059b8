//! Stories of the break gate: granted, covered, refused, never twice.

use super::people::{at, coverage_desk, help_desk, person, roster, schedule};
use super::town::{Town, desk};
use chrono::TimeDelta;
use firstline::coverage::{HolidaySpec, Holidays, Person, Preset, Schedule, Word};
use insta::assert_snapshot;

#[test]
fn a_break_that_leaves_enough_is_granted_at_once_and_ends_by_itself() {
    let mut town = help_desk("2026-03-02 12:00");
    assert_snapshot!(town.types("ana", "break 30m lunch"), @"12:00 ana hears: Enjoy your break. You are back at 12:30. You are not pinged before that; `/coverage back` ends it sooner.");
    assert_snapshot!(town.wait(TimeDelta::hours(1)), @"12:25 DM to ana: You are back at 12:30: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.");
    assert_eq!(town.live("ana").breaks, []);
}

#[test]
fn the_last_one_is_offered_cover_and_the_first_to_accept_covers() {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("bo", "break 1h");
    assert_snapshot!(town.types("ana", "break 30m"), @"
    12:00 ana hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from 12:00 to 12:30, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_snapshot!(town.presses("ana", "Find cover"), @"
    12:00 ana hears: I asked Cy, who can answer until 12:05; then the next one is asked. You hear from me as soon as it is settled. Until then please stay: you wished for a break of 30 minutes.
    12:00 DM to cy: Ana would like a break of 30 minutes, and Desk help would be short of people.
      Could you cover from 12:00 to 12:30? The first to say yes covers; after 12:05 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.wait(TimeDelta::minutes(6)), @"
    12:05 DM to dee: Ana would like a break of 30 minutes, and Desk help would be short of people.
      Could you cover from 12:05 to 12:35? The first to say yes covers; after 12:10 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.presses("dee", "I cover"), @"
    12:06 dee hears: Thank you: you cover for Ana on Desk help from 12:06 to 12:36, and are pinged there meanwhile.
    12:06 DM to cy: Dee sees to Desk help for Ana. It is settled; thank you.
    12:06 DM to ana: Enjoy your break. You are back at 12:36. Dee covers for you. You are not pinged before that; `/coverage back` ends it sooner.
    ");
    assert!(matches!(town.live("dee").words[..], [Word::Covering { .. }]));
    assert_eq!(town.live("ana").breaks.len(), 1);
    assert_snapshot!(town.presses("cy", "I cover"), @"12:06 cy hears: That is settled already, so nothing was changed.");
    assert_snapshot!(town.wait(TimeDelta::hours(2)), @"
    12:31 DM to ana: You are back at 12:36: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.
    12:55 DM to bo: You are back at 13:00: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.
    ");
}

#[test]
fn nobody_takes_it_and_the_supervisor_decides() {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("bo", "break 2h");
    town.types("ana", "break 30m");
    town.presses("ana", "Find cover");
    assert_snapshot!(town.presses("cy", "I cannot"), @"
    12:00 cy hears: Thank you for saying so.
    12:00 DM to dee: Ana would like a break of 30 minutes, and Desk help would be short of people.
      Could you cover from 12:00 to 12:30? The first to say yes covers; after 12:05 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.wait(TimeDelta::minutes(16)), @"
    12:05 DM to eve: Ana would like a break of 30 minutes, and Desk help would be short of people.
      Could you cover from 12:05 to 12:35? The first to say yes covers; after 12:10 the next one is asked.
      [I cover] [I cannot]
    12:10 DM to kofi: Ana would like a break of 30 minutes, and Desk help would be short of people.
      Nobody who could cover from 12:10 to 12:40 has taken it, so it is for you to decide, by 12:15 if you can.
      [I cover] [Let them go uncovered] [No]
    12:15 DM to ana: Nobody has taken over yet, so you do not have a break of 30 minutes yet. Kofi can still decide; please ask them directly.
    ");
    assert_snapshot!(town.presses("kofi", "Let them go uncovered"), @"
    12:16 kofi hears: Noted: Desk help may go uncovered for that time, and nobody is told about it again. Ana was told.
    12:16 DM to dee: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:16 DM to eve: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:16 DM to ana: Enjoy your break. You are back at 12:46. You are not pinged before that; `/coverage back` ends it sooner.
    ");
    assert_snapshot!(town.wait(TimeDelta::hours(1)), @"12:41 DM to ana: You are back at 12:46: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.");
}

#[test]
fn the_supervisor_may_say_no() {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("bo", "break 2h");
    town.types("ana", "break 30m");
    town.presses("ana", "Find cover");
    town.wait(TimeDelta::minutes(16));
    assert_snapshot!(town.presses("kofi", "No"), @"
    12:16 kofi hears: Thank you for saying so.
    12:16 DM to cy: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:16 DM to dee: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:16 DM to eve: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:16 DM to ana: Kofi asks you to stay: nobody can cover, so you do not have a break of 30 minutes. Please talk to Kofi if it cannot wait.
    ");
    assert_eq!(town.live("ana").breaks, []);
    assert_snapshot!(town.presses("dee", "I cover"), @"12:16 dee hears: That is settled already, so nothing was changed.");
}

#[test]
fn a_colleague_who_comes_back_grants_what_waits() {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("bo", "break 2h");
    town.types("ana", "break 30m");
    town.presses("ana", "Find cover");
    assert_snapshot!(town.types("bo", "back"), @"
    12:00 bo hears: Welcome back. You can be pinged again.
    12:00 DM to cy: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    12:00 DM to ana: Enjoy your break. You are back at 12:30. You are not pinged before that; `/coverage back` ends it sooner.
    ");
    assert_eq!(town.live("ana").breaks.len(), 1);
}

#[test]
fn two_last_people_leave_in_the_same_second_and_one_is_granted() {
    let mut town = help_desk("2026-03-02 12:00");
    let moment = town.moment();
    let (said, again) = town.types_at(&moment, "ana", "break 30m");
    assert!(!again);
    assert_snapshot!(said, @"12:00 ana hears: Enjoy your break. You are back at 12:30. You are not pinged before that; `/coverage back` ends it sooner.");
    let (said, again) = town.types_at(&moment, "bo", "break 30m");
    assert!(again, "both write the desk's record");
    assert_snapshot!(said, @"
    12:00 bo hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from 12:00 to 12:30, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_eq!((town.live("ana").breaks.len(), town.live("bo").breaks.len()), (1, 0));
}

#[test]
fn a_break_across_the_end_of_the_colleagues_shift_is_judged_whole() {
    let people = vec![
        ("ana", person("09:00-17:00", None)),
        ("bo", person("09:00-12:15", None)),
        ("kofi", firstline::coverage::Person::default()),
    ];
    let open = schedule("UTC", "09:00-17:00");
    let desks = vec![desk(coverage_desk("help", open, &["ana", "bo"], Some("kofi")))];
    let mut town = Town::new(at("2026-03-02 12:00"), roster(people), desks);
    assert_snapshot!(town.types("ana", "break 15m"), @"12:00 ana hears: Enjoy your break. You are back at 12:15. You are not pinged before that; `/coverage back` ends it sooner.");
    town.types("ana", "back");
    assert_snapshot!(town.types("ana", "break 30m"), @"
    12:00 ana hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from 12:15 to 12:30, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_snapshot!(town.types("ana", "away until 12:15"), @"12:00 ana hears: You are away until 12:15. You are not pinged before that; `/coverage back` ends it sooner.");
}

#[test]
fn lunch_of_the_whole_rota_goes_one_after_the_other() {
    let people = vec![
        ("ana", person("09:00-17:00", None)),
        ("bo", person("09:00-17:00", None)),
        ("cy", person("09:00-17:00", None)),
    ];
    let mut two = coverage_desk("help", schedule("UTC", "09:00-17:00"), &["ana", "bo", "cy"], None);
    two.min_available = 2;
    let mut town = Town::new(at("2026-03-02 12:00"), roster(people), vec![desk(two)]);
    let granted = |said: &str| said.contains("Enjoy your break");
    assert!(granted(&town.types("ana", "lunch 30m")));
    assert!(!granted(&town.types("bo", "lunch 30m")));
    town.wait(TimeDelta::minutes(30));
    assert!(granted(&town.types("bo", "lunch 30m")));
    assert!(!granted(&town.types("cy", "lunch 30m")));
    town.types("bo", "back");
    assert!(granted(&town.types("cy", "lunch 30m")));
    assert_snapshot!(town.types("ana", "off 2026-03-03 to 2026-03-04 dentist"), @"12:30 ana hears: You are off from Tue 3 Mar, 00:00 to Thu 5 Mar, 00:00. You are not pinged in that time.");
    assert_snapshot!(town.types("bo", "off 2026-03-04 to 2026-03-05"), @"
    12:30 bo hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from Wed 4 Mar, 09:00 to 17:00, 1 of 2 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_snapshot!(town.presses("bo", "Find cover"), @"12:30 bo hears: There is nobody I could ask to cover, and no supervisor is set up, so I cannot grant you time off from Wed 4 Mar, 00:00 to Fri 6 Mar, 00:00. Please ask your colleagues directly; whoever covers says `/coverage cover @you until 15:00`.");
}

#[test]
fn a_holiday_on_one_side_of_the_ocean_leaves_the_other_side_to_carry_the_desk() {
    let holidays = Holidays::new(HolidaySpec { preset: Some(Preset::UsFederal), ..HolidaySpec::default() });
    let mut in_la: Schedule = schedule("America/Los_Angeles", "06:00-14:00");
    in_la.holidays = Some(std::sync::Arc::new(holidays));
    let people = vec![
        ("ana", Person { schedule: in_la, ..Person::default() }),
        ("bo", Person { schedule: schedule("Europe/London", "09:00-17:30"), ..Person::default() }),
        ("kofi", Person::default()),
    ];
    // Both sides are there from 13:00 to 16:30 in UTC; the desk is open until 17:00.
    let open = schedule("UTC", "13:00-17:00");
    let desks = vec![desk(coverage_desk("help", open, &["ana", "bo"], Some("kofi")))];
    // The third of July 2026 is a Friday on which the fourth is observed.
    let mut town = Town::new(at("2026-07-02 13:30"), roster(people), desks);
    assert_snapshot!(town.types("bo", "break 30m"), @"13:30 bo hears: Enjoy your break. You are back at 14:00. You are not pinged before that; `/coverage back` ends it sooner.");
    assert_snapshot!(town.wait_until(at("2026-07-03 13:30")), @"
    13:55 DM to bo: You are back at 14:00: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.
    16:30 #help: *A gap is ahead on Desk help*
      • from Fri 3 Jul, 16:30 to 17:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [This is fine]
    ");
    assert_snapshot!(town.types("bo", "break 30m"), @"
    13:30 bo hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk help: from 13:30 to 14:00, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_snapshot!(town.wait_until(at("2026-07-03 17:30")), @"
    16:00 #help: *A gap is ahead on Desk help*
      • from 16:30 to 17:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [This is fine]
    16:30 DM to bo: You were the last on Desk help: without you it is short of people until 17:00. I am asking those who could cover, then its supervisor Kofi. You need not do anything.
    16:30 DM to kofi: Bo is not there any more, and Desk help is short of people.
      Nobody who could cover from 16:30 to 17:00 has taken it, so it is for you to decide, by 16:35 if you can.
      [I cover] [Leave it uncovered] [No]
    16:30 #help: *A gap is ahead on Desk help*
      • from Sat 4 Jul, 16:30 to 17:00, 0 of 1 available
      Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.
      [This is fine]
    16:35 #help: *Desk help is short of people*: 0 of 1 available, since 16:30. The last to leave: Bo. Nobody has taken over yet.
      If you can cover, say `/coverage back` or `/coverage cover @them until 15:00`.
      [This is fine]
    17:00 DM to bo: Desk help has enough people again, after 30 minutes.
    17:00 DM to kofi: Cover on Desk help for Bo is not needed any more. It is settled; thank you.
    17:00 #help: Desk help has enough people again, after 30 minutes.
    ");
}

#[test]
fn away_without_an_end_is_taken_and_the_watch_sees_to_it() {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("bo", "away");
    town.wait(TimeDelta::minutes(1));
    assert_snapshot!(town.types("ana", "away headache"), @"
    12:01 ana hears: You are away (headache). You are not pinged until you say `/coverage back`.
    12:01 DM to ana: You were the last on Desk help: without you it is short of people until 17:00. I am asking those who could cover, then its supervisor Kofi. If you can stay, clear your status or say `/coverage back`.
    12:01 DM to cy: Ana is not there any more, and Desk help is short of people.
      Could you cover from 12:01 to 17:00? The first to say yes covers; after 12:06 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.types("ana", "back"), @"
    12:01 ana hears: Welcome back. You can be pinged again.
    12:01 DM to ana: Desk help has enough people again, after a moment.
    12:01 DM to cy: Cover on Desk help for Ana is not needed any more. It is settled; thank you.
    ");
}

#[test]
fn somebody_covers_of_their_own_accord() {
    let mut town = help_desk("2026-03-02 12:00");
    town.types("bo", "away");
    assert_snapshot!(town.types("dee", "cover ana until 15:00"), @"12:00 dee hears: Thank you: you cover for Ana from 12:00 to 15:00, and are pinged there meanwhile.");
    assert_snapshot!(town.types("ana", "break 30m"), @"12:00 ana hears: Enjoy your break. You are back at 12:30. You are not pinged before that; `/coverage back` ends it sooner.");
    town.wait(TimeDelta::minutes(1));
    assert_snapshot!(town.types("dee", "gaps"), @"12:01 dee hears: No gaps in the coming week: every desk keeps its minimum whenever it is open.");
    assert_snapshot!(town.types("cy", "schedule"), @"
    12:01 cy hears: *Shifts of Cy in the coming days*
      • from 18:00 to 22:00
      • from Tue 3 Mar, 18:00 to 22:00
      • from Wed 4 Mar, 18:00 to 22:00
      • from Thu 5 Mar, 18:00 to 22:00
      • from Fri 6 Mar, 18:00 to 22:00
      • from Sat 7 Mar, 18:00 to 22:00
      • from Sun 8 Mar, 18:00 to 22:00
      • from Mon 9 Mar, 18:00 to 22:00
      *Next hand-offs*
      • Desk help, Mon 2 Mar, 12:30: Ana on
      • Desk other, Mon 2 Mar, 17:00: Dee and Eve off
    ");
}
