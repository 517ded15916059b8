//! Whoever fills a role of a channel, and an event's own days, count for the gate, the watch and every answer.

use super::people::{at, coverage_desk, person, roster, schedule};
use super::town::{Town, desk};
use chrono::TimeDelta;
use firstline::coverage::{Hours, Person, Schedule, WeeklyHours, Who};
use firstline::domain::desk::{ChannelState, EventDays};
use insta::assert_snapshot;

/// An event desk that never closes: Ana leads where no channel says otherwise, Cy is on another desk, Kofi
/// supervises.
fn events(now: &str) -> Town {
    let people = vec![
        ("ana", person("09:00-17:00", None)),
        ("bo", person("09:00-17:00", None)),
        ("cy", person("09:00-22:00", None)),
        ("kofi", Person::default()),
    ];
    let mut event =
        desk(coverage_desk("event", schedule("UTC", "09:00-17:00"), &["role:lead"], Some("kofi")));
    event.roles.insert("lead".into(), vec!["ana".parse().unwrap()]);
    event.coverage.schedule = Schedule::default();
    event.wanted_gaps = Some(schedule("UTC", "17:00-09:00"));
    let help = desk(coverage_desk("help", schedule("UTC", "09:00-17:00"), &["cy"], Some("kofi")));
    Town::new(at(now), roster(people), vec![event, help])
}

fn led_by(who: &str, days: Option<(&str, &str)>) -> ChannelState {
    let roles = [("lead".into(), vec![who.parse::<Who>().unwrap()])].into();
    let days = days.map(|(from, until)| EventDays { from: at(from), until: at(until) });
    ChannelState { roles, days, ..ChannelState::default() }
}

#[test]
fn the_lead_of_a_channel_is_needed_there_whoever_leads_at_large() {
    let mut town = events("2026-03-02 12:00");
    assert!(town.types("bo", "break 30m").contains("Enjoy your break"), "bo serves nowhere yet");
    town.types("bo", "back");
    assert_snapshot!(town.set_up("event", "C0ACME", led_by("bo", None)), @"");
    assert_snapshot!(town.types("bo", "break 30m"), @"
    12:00 bo hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk event: from 12:00 to 12:30, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_snapshot!(town.presses("bo", "Find cover"), @"
    12:00 bo hears: I asked Ana, who can answer until 12:05; then the next one is asked. You hear from me as soon as it is settled. Until then please stay: you wished for a break of 30 minutes.
    12:00 DM to ana: Bo would like a break of 30 minutes, and Desk event would be short of people.
      Could you cover from 12:00 to 12:30? The first to say yes covers; after 12:05 the next one is asked.
      [I cover] [I cannot]
    ");
    assert_snapshot!(town.presses("ana", "I cover"), @"
    12:00 ana hears: Thank you: you cover for Bo on Desk event from 12:00 to 12:30, and are pinged there meanwhile.
    12:00 DM to bo: Enjoy your break. You are back at 12:30. Ana covers for you. You are not pinged before that; `/coverage back` ends it sooner.
    ");
    assert_snapshot!(town.wait(TimeDelta::hours(1)), @"12:25 DM to bo: You are back at 12:30: from then on you can be pinged again. `/coverage break` or `/coverage away` if you need longer.");
}

#[test]
fn the_watch_sees_a_channels_own_lead_leave() {
    let mut town = events("2026-03-02 12:00");
    town.set_up("event", "C0ACME", led_by("bo", None));
    assert_snapshot!(town.status("bo", "In a meeting", None), @"
    12:00 DM to bo: You were the last on Desk event: without you it is short of people until 17:00. I am asking those who could cover, then its supervisor Kofi. If you can stay, clear your status or say `/coverage back`.
    12:00 DM to ana: Bo is not there any more, and Desk event is short of people.
      Could you cover from 12:00 to 17:00? The first to say yes covers; after 12:05 the next one is asked.
      [I cover] [I cannot]
    ");
    // The channel that is short is told, and no other event's.
    assert_snapshot!(town.wait(TimeDelta::minutes(7)), @"
    12:05 DM to cy: Bo is not there any more, and Desk event is short of people.
      Could you cover from 12:05 to 17:00? The first to say yes covers; after 12:10 the next one is asked.
      [I cover] [I cannot]
    12:05 #acme: *Desk event is short of people*: 0 of 1 available, since 12:00. The last to leave: Bo. Nobody has taken over yet.
      If you can cover, say `/coverage back` or `/coverage cover @them until 15:00`.
      [This is fine]
    ");
    assert_snapshot!(town.status("bo", "", None), @"
    12:07 DM to bo: Desk event has enough people again, after 7 minutes.
    12:07 DM to ana: Cover on Desk event for Bo is not needed any more. It is settled; thank you.
    12:07 DM to cy: Cover on Desk event for Bo is not needed any more. It is settled; thank you.
    12:07 #acme: Desk event has enough people again, after 7 minutes.
    ");
}

#[test]
fn an_events_own_days_are_judged_like_dated_hours_and_end_with_the_event() {
    let mut town = events("2026-03-03 20:00");
    let days = Some(("2026-03-03 00:00", "2026-03-04 00:00"));
    town.set_up("event", "C0ACME", led_by("bo", days));
    // At large nights are meant to be uncovered; not on the event's own days.
    assert_snapshot!(town.types("bo", "break 30m"), @"
    20:00 bo hears: Not yet: you are needed, because without you somebody would be missing.
      • Desk event: from 20:00 to 20:30, 0 of 1 available
      Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.
      [Find cover]
    ");
    assert_snapshot!(town.types("bo", "schedule"), @"
    20:00 bo hears: *Shifts of Bo in the coming days*
      • from 20:00 to 00:00
      • from Wed 4 Mar, 09:00 to 17:00
      • from Thu 5 Mar, 09:00 to 17:00
      • from Fri 6 Mar, 09:00 to 17:00
      • from Sat 7 Mar, 09:00 to 17:00
      • from Sun 8 Mar, 09:00 to 17:00
      • from Mon 9 Mar, 09:00 to 17:00
      • from Tue 10 Mar, 09:00 to 17:00
      • from Wed 11 Mar, 09:00 to 17:00
      *Next hand-offs*
      • Desk event, Wed 4 Mar, 09:00: Ana on
      • Desk help, Wed 4 Mar, 09:00: Cy on
    ");
    town.now = at("2026-03-04 10:00");
    assert!(town.types("bo", "break 30m").contains("Enjoy your break"), "the event is over");
}

#[test]
fn who_is_on_shows_each_channels_own_people() {
    let mut town = events("2026-03-02 12:00");
    town.set_up("event", "C0ACME", led_by("bo", Some(("2026-03-02 00:00", "2026-03-03 00:00"))));
    town.set_up("event", "C0LATER", led_by("cy", Some(("2026-03-05 00:00", "2026-03-06 00:00"))));
    assert_snapshot!(town.types("cy", "who"), @"
    12:00 cy hears: *Desk event* (open)
      *First*
      • *Ana* is on shift until 17:00
      *In #acme*
      *First*
      • *Bo* is on duty for this event until 3 Mar 2026, 00:00
      *Supervisor:* Kofi
      *Next hand-off:* Mon 2 Mar, 17:00: Ana off
      *Gaps in the coming week:* none but those that are meant to be
      *Desk help* (open until 17:00)
      *First*
      • *Cy* is on shift until 17:00
      *Supervisor:* Kofi
      *Next hand-off:* Mon 2 Mar, 17:00: Cy off
      *Gaps in the coming week:* none
    ");
    town.opens_home("bo");
    let view = town.last_view.as_ref().unwrap()["blocks"].to_string();
    assert!(view.contains("*You* are on duty for this event"), "{view}");
    assert!(view.contains("on now: Ana and Bo"), "{view}");
}

#[test]
fn gaps_that_are_meant_to_be_are_told_to_nobody() {
    let mut town = events("2026-03-02 12:00");
    assert_snapshot!(town.types("ana", "gaps"), @"12:00 ana hears: No gaps in the coming week: every desk keeps its minimum whenever it is open, but for gaps that are meant to be.");
    assert_snapshot!(town.wait(TimeDelta::days(2)), @"");
    let event = town.desks.get_mut("event").unwrap();
    let dates = [(at("2026-03-05 00:00").date_naive(), "closed".parse().unwrap())].into();
    let hours = event.wanted_gaps.take().unwrap().hours;
    event.wanted_gaps = Some(Schedule { hours, dates, ..Schedule::default() });
    assert_snapshot!(town.types("ana", "gaps"), @"
    12:00 ana hears: *Gaps in the coming week*
      *Desk event*
      • from Thu 5 Mar, 17:00 to Fri 6 Mar, 09:00, 0 of 1 available
      *Desk help*
      • none
    ");
    town.desks.get_mut("event").unwrap().wanted_gaps =
        Some(Schedule::of(firstline::zone::Zone::utc(), Hours::Weekly(WeeklyHours::default())));
    assert!(town.types("ana", "gaps").contains("from 17:00 to"));
}
