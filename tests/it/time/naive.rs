//! The rules read one by one at a single instant: what the resolver is compared with.

use chrono::{Datelike, Duration, NaiveDate, NaiveTime};
use firstline::coverage::{
    Change, Desk, DndPolicy, Facts, Hours, Live, Presence, PresencePolicy, Schedule, Source, Span, Word,
};
use firstline::id::PersonKey;
use firstline::zone::Timestamp;

/// Whether the person is available, and which rule says so.
pub fn resolve(person: &PersonKey, desk: &Desk, now: Timestamp, facts: &Facts<'_>) -> (bool, Source) {
    let nothing = Live::default();
    let live = facts.live.get(person).unwrap_or(&nothing);
    let always = Schedule::default();
    let schedule = facts.roster.people.get(person).map_or(&always, |person| &person.schedule);
    if !scheduled(&desk.schedule, now).0 {
        return (false, Source::Closed);
    }
    if let Some(word) = live.words.iter().find(|word| word.span().contains(now)) {
        return (matches!(word, Word::Covering { .. }), Source::OwnWord);
    }
    if facts.calendars.get(person).into_iter().flatten().any(|busy| busy.from <= now && now < busy.until) {
        return (false, Source::Calendar);
    }
    let duty = duty(person, schedule, now, facts);
    let silent = live.dnd.is_some_and(|dnd| dnd.from <= now && now < dnd.until);
    if silent && (desk.dnd == DndPolicy::Counts || !duty.0 || duty.1 == Source::None) {
        return (false, Source::Dnd);
    }
    if let Some(status) = &live.status
        && facts.roster.statuses.matches(status)
        && status.expires_at.is_none_or(|at| now < at)
    {
        return (false, Source::Status);
    }
    if live.breaks.iter().any(|one| one.from <= now && now < one.until) {
        return (false, Source::Break);
    }
    if duty.0 && desk.presence == PresencePolicy::Counts && live.presence == Some(Presence::Away) {
        return (false, Source::Presence);
    }
    duty
}

fn duty(person: &PersonKey, schedule: &Schedule, now: Timestamp, facts: &Facts<'_>) -> (bool, Source) {
    for one in &facts.roster.overrides {
        let rotation = &facts.roster.rotations[&one.rotation];
        let span = Span::new(one.from.instant(&rotation.zone), one.until.instant(&rotation.zone));
        let Change::Replace { replace, with } = &one.change else { continue };
        let turn = rotation.turn_at(now);
        if with == person && span.contains(now) && turn.is_some_and(|turn| turn.person == *replace) {
            return (true, Source::Override);
        }
    }
    scheduled(schedule, now)
}

fn scheduled(schedule: &Schedule, now: Timestamp) -> (bool, Source) {
    let today = schedule.zone.date(now);
    let says = |day: NaiveDate| {
        let holiday = schedule.holidays.as_ref().is_some_and(|holidays| holidays.on(day).is_some());
        match (schedule.dates.get(&day), &schedule.hours) {
            (Some(hours), _) => (Source::Dates, hours.windows().to_vec()),
            (None, _) if holiday => (Source::Holiday, Vec::new()),
            (None, Hours::Always) => (Source::None, Vec::new()),
            (None, Hours::Weekly(week)) => (Source::Hours, week.on(day.weekday()).windows().to_vec()),
        }
    };
    for day in [today, today.pred_opt().unwrap(), today.succ_opt().unwrap()] {
        let (source, windows) = says(day);
        for window in windows {
            let wall = |minutes: u16| day.and_time(NaiveTime::MIN) + Duration::minutes(minutes.into());
            let (from, until) =
                (schedule.zone.first(wall(window.from)), schedule.zone.last(wall(window.until)));
            if from <= now && now < until {
                return (true, source);
            }
        }
    }
    let source = says(today).0;
    (source == Source::None, source)
}
