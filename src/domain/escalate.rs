//! `/escalate`, the message shortcut and their forms: asking without the template in hand.

use crate::clock::Timestamp;
use crate::coverage::Who;
use crate::domain::case::{Part, Report, Root};
use crate::domain::desk::{ChannelPattern, ChannelState, Desk, EventDays, Switched};
use crate::domain::effect::{Form, Problem, ProblemKind, Reply};
use crate::domain::event::Subject;
use crate::domain::event::{Author, FormRef, FormValues, FromMessage, Message};
use crate::domain::intake::{self, Seed};
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::policy::{ChannelRef, FieldKind};
use crate::domain::{Decision, State, Wake, World, organisation, report, template};
use crate::id::{ChannelId, DeskKey, FieldKey, MessageTs, RoleKey, UserId};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The longest typed text that a desk's button carries along.
const CARRIED_TEXT: usize = 1_000;

/// `/escalate [text]`: files the case when the text is complete, else opens the form with what was read.
pub fn escalate(state: State, scene: &Scene<'_>, by: &UserId, channel: &ChannelId, text: &str) -> Decision {
    if intake::switched(&state, scene, channel) == Switched::Off {
        return Decision::reply(intake::is_off(scene));
    }
    let report = typed(scene, text);
    if text.trim().is_empty() || !is_complete(scene, &report) {
        return ask(scene, channel, None, &report);
    }
    file(state, scene, channel.clone(), Root::Bot, by, report)
}

/// `/escalate` where no desk is: which one?
pub fn which_desk(world: &World<'_>, channel: &ChannelId, text: &str) -> Decision {
    let desks = world.desks.values().map(|desk| (desk.key.clone(), desk.policy.name.clone())).collect();
    let text = report::cut(text, CARRIED_TEXT);
    Decision::private(Note::NoDeskHere { desks, channel: channel.clone(), text })
}

/// A desk was chosen: its own channel takes the case.
pub fn chosen(
    state: State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    desk: &DeskKey,
    text: &str,
) -> Decision {
    let Some(desk) = world.desks.get(desk) else { return Decision::nothing() };
    let scene = Scene { now, world, desk, policy: &desk.policy };
    match home(desk, world) {
        Some(channel) => escalate(state, &scene, by, &channel, text),
        None => Decision::private(Note::NoHomeChannel { desk: desk.key.clone() }),
    }
}

/// Where a desk takes cases from elsewhere: its home channel, else the first of its channels that is known.
fn home(desk: &Desk, world: &World<'_>) -> Option<ChannelId> {
    let named = desk.channels.iter().filter_map(|pattern| match pattern {
        ChannelPattern::Id(id) => Some(ChannelRef::Id(id.clone())),
        ChannelPattern::Name(name) => Some(ChannelRef::Name(name.clone())),
        ChannelPattern::Glob(_) => None,
    });
    desk.home_channel.iter().cloned().chain(named).find_map(|channel| world.directory.channel(&channel))
}

/// "Escalate this" on a message: the case keeps the message's thread.
pub fn shortcut(state: State, scene: &Scene<'_>, by: &UserId, message: &Message) -> Decision {
    if let Some(case) = state.case.as_ref() {
        return Decision::private(Note::AlreadyACase { case: case.id.clone() });
    }
    if intake::switched(&state, scene, &message.channel) == Switched::Off {
        return Decision::reply(intake::is_off(scene));
    }
    let requester = match message.author {
        Author::Person => message.by.clone(),
        Author::Bot | Author::System => by.clone(),
    };
    let report = report::read(vec![report::part(message, scene)], &scene.policy.intake);
    let from =
        FromMessage { ts: message.ts.clone(), thread: message.thread.clone(), author: requester.clone() };
    if is_complete(scene, &report) {
        let root = Root::Post(from.thread.unwrap_or(from.ts));
        return file(state, scene, message.channel.clone(), root, &requester, report);
    }
    ask(scene, &message.channel, Some(from), &report)
}

fn typed(scene: &Scene<'_>, text: &str) -> Report {
    // A command has no message of its own; its text is the one part of the report.
    let part = Part { ts: MessageTs::new("0"), text: text.to_owned(), files: Vec::new() };
    let mut report = report::read(vec![part], &scene.policy.intake);
    report.added = report.given.clone();
    report
}

fn is_complete(scene: &Scene<'_>, report: &Report) -> bool {
    template::problems(&scene.policy.intake.fields, &report.given, &report.files).is_empty()
}

fn ask(scene: &Scene<'_>, channel: &ChannelId, from: Option<FromMessage>, report: &Report) -> Decision {
    let form = FormRef::Escalate { desk: scene.desk.key.clone(), channel: channel.clone(), from };
    Decision::reply(Reply::OpenForm(Box::new(Form { form, given: values(report), problems: Vec::new() })))
}

/// What a report says, as the form shows it.
pub fn values(report: &Report) -> BTreeMap<String, Vec<String>> {
    report.given.iter().map(|(key, value)| (key.to_string(), vec![value.clone()])).collect()
}

fn file(
    state: State,
    scene: &Scene<'_>,
    channel: ChannelId,
    root: Root,
    requester: &UserId,
    report: Report,
) -> Decision {
    let Some(id) = state.next_case.clone() else { return Decision::nothing() };
    if let Some(off) = organisation::switched_off(scene, &report.given) {
        return intake::not_served(scene, off);
    }
    let seed = Seed { id: id.clone(), channel, root, requester: requester.clone(), report, at: scene.now };
    Decision { reply: Reply::Private(Note::Filed { case: id }), ..intake::open(state, scene, seed) }
}

/// The form of a new case was sent.
pub fn submitted(
    state: State,
    scene: &Scene<'_>,
    by: &UserId,
    channel: &ChannelId,
    from: Option<&FromMessage>,
    values: &FormValues,
) -> Decision {
    let (given, files) = read_form(scene, values);
    let problems = template::problems(&scene.policy.intake.fields, &given, &files);
    let mut problems: Vec<Problem> =
        problems.into_iter().filter(|problem| !redirected(scene, problem)).collect();
    problems.extend(not_served(scene, &given));
    if !problems.is_empty() {
        return Decision::reply(Reply::FieldErrors(by_field(problems)));
    }
    if let (Some(_), Some(case)) = (from, state.case.as_ref()) {
        return Decision::private(Note::AlreadyACase { case: case.id.clone() });
    }
    let text = given.values().cloned().collect::<Vec<_>>().join("\n");
    let report = Report {
        given: given.clone(),
        added: given,
        text: report::cut(&text, report::LONGEST_TEXT),
        files,
        ..Report::default()
    };
    let root =
        from.map_or(Root::Bot, |from| Root::Post(from.thread.clone().unwrap_or_else(|| from.ts.clone())));
    let requester = from.map_or(by, |from| &from.author);
    file(state, scene, channel.clone(), root, requester, report)
}

/// An organisation that the desk is switched off for, as an error of the form.
fn not_served(scene: &Scene<'_>, given: &BTreeMap<FieldKey, String>) -> Option<Problem> {
    organisation::switched_off(scene, given)?;
    let field = FieldKey::new(organisation::FIELD);
    let label = scene.policy.intake.fields.iter().find(|known| known.key == field)?.label.clone();
    Some(Problem { field, label, kind: ProblemKind::NotServed })
}

/// What is not affirmed is not an error of the form: the redirect asks about it in the thread.
fn redirected(scene: &Scene<'_>, problem: &Problem) -> bool {
    scene.policy.redirect.as_ref().is_some_and(|redirect| redirect.unless == problem.field)
        && matches!(problem.kind, ProblemKind::Missing | ProblemKind::NotAffirmed)
}

/// A form's answers by the desk's fields, in their canonical form, and its files.
pub fn read_form(
    scene: &Scene<'_>,
    values: &FormValues,
) -> (BTreeMap<FieldKey, String>, Vec<crate::domain::event::SharedFile>) {
    let mut given = BTreeMap::new();
    let mut files = Vec::new();
    for field in &scene.policy.intake.fields {
        let Some(typed) = values.get(field.key.as_str()).filter(|typed| !typed.is_empty()) else { continue };
        if field.kind == FieldKind::File {
            let file = |id: &String| crate::domain::event::SharedFile { id: id.clone(), name: id.clone() };
            files.extend(typed.iter().map(file));
        }
        let text = typed.join(", ");
        if !text.trim().is_empty() {
            given.insert(field.key.clone(), text.trim().to_owned());
        }
    }
    (template::normalise(&scene.policy.intake.fields, &given), files)
}

pub fn by_field(problems: Vec<Problem>) -> BTreeMap<String, Problem> {
    problems.into_iter().map(|problem| (problem.field.to_string(), problem)).collect()
}

/// `/escalate enable | disable`, for supervisors.
pub fn switch(state: State, scene: &Scene<'_>, by: &UserId, channel: &ChannelId, to: Switched) -> Decision {
    let desk = scene.desk.key.clone();
    if !scene.is_supervisor(by) {
        return Decision::private(Note::SupervisorsOnly { desk });
    }
    let note = match to {
        Switched::On => Note::SwitchedOn { desk },
        Switched::Off => Note::SwitchedOff { desk },
    };
    let mut record = state.into_desk(&scene.desk.key);
    record.channels.entry(channel.clone()).or_default().switched = to;
    let wake = vec![Wake::Subject(Subject::Desk(scene.desk.key.clone()))];
    Decision { desks: vec![record], wake, ..Decision::private(note) }
}

/// `/escalate setup`: the form for this channel's roles and days.
pub fn setup(state: &State, scene: &Scene<'_>, by: &UserId, channel: &ChannelId) -> Decision {
    let desk = scene.desk.key.clone();
    if !scene.is_responder(by) && !scene.is_supervisor(by) {
        return Decision::private(Note::NotAResponder { desk });
    }
    if scene.desk.roles.is_empty() {
        return Decision::private(Note::NoRoles { desk });
    }
    let channel_state = state.desks.get(&scene.desk.key).and_then(|desk| desk.channels.get(channel));
    let given = channel_state.map(|known| filled(known, scene)).unwrap_or_default();
    let form = FormRef::Setup { desk, channel: channel.clone() };
    Decision::reply(Reply::OpenForm(Box::new(Form { form, given, problems: Vec::new() })))
}

fn filled(known: &ChannelState, scene: &Scene<'_>) -> BTreeMap<String, Vec<String>> {
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (role, who) in &known.roles {
        for entry in who {
            match entry {
                Who::Person(key) => {
                    let user = scene.world.directory.user(key).map(|user| user.to_string());
                    given.entry(role.to_string()).or_default().extend(user);
                }
                Who::Group(name) => {
                    given.entry(format!("{role}_group")).or_default().push(format!("@{name}"));
                }
                Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => {}
            }
        }
    }
    if let Some(days) = known.days {
        let zone = &scene.desk.coverage.schedule.zone;
        given.insert("from".to_owned(), vec![zone.date(days.from).to_string()]);
        let last = days.until - chrono::TimeDelta::seconds(1);
        given.insert("until".to_owned(), vec![zone.date(last).to_string()]);
    }
    given
}

/// The set-up form was sent. Blocks: each role's key (users), `ROLE_group` (a handle), `from` and `until`
/// (dates in the desk's zone, the last day included).
pub fn set_up(
    state: State,
    scene: &Scene<'_>,
    by: &UserId,
    channel: &ChannelId,
    values: &FormValues,
) -> Decision {
    let desk = scene.desk.key.clone();
    if !scene.is_responder(by) && !scene.is_supervisor(by) {
        return Decision::private(Note::NotAResponder { desk });
    }
    let days = match days(scene, values) {
        Ok(days) => days,
        Err(problem) => return Decision::reply(Reply::FieldErrors(by_field(vec![problem]))),
    };
    let roles: BTreeMap<RoleKey, Vec<Who>> = scene
        .desk
        .roles
        .keys()
        .map(|role| (role.clone(), role_filling(scene, role, values)))
        .filter(|(_, who)| !who.is_empty())
        .collect();
    let cases = state.open_here.iter().map(|glance| Subject::Case(glance.id.clone()));
    let wake = cases.chain([Subject::Desk(desk.clone())]).map(Wake::Subject).collect();
    let mut record = state.into_desk(&desk);
    let entry = record.channels.entry(channel.clone()).or_default();
    entry.roles = roles;
    entry.days = days;
    Decision { desks: vec![record], wake, ..Decision::private(Note::SetupDone { desk }) }
}

fn role_filling(scene: &Scene<'_>, role: &RoleKey, values: &FormValues) -> Vec<Who> {
    let users = values.get(role.as_str()).into_iter().flatten();
    let people = users.map(|user| Who::Person(scene.world.directory.key(&UserId::new(user.as_str()))));
    let groups = values.get(&format!("{role}_group")).into_iter().flatten();
    let groups = groups.map(|handle| handle.trim().trim_start_matches('@').to_owned());
    people.chain(groups.filter(|handle| !handle.is_empty()).map(Who::Group)).collect()
}

fn days(scene: &Scene<'_>, values: &FormValues) -> Result<Option<EventDays>, Problem> {
    let date = |key: &str| values.get(key)?.first()?.parse::<NaiveDate>().ok();
    let zone = &scene.desk.coverage.schedule.zone;
    match (date("from"), date("until")) {
        (None, None) => Ok(None),
        (Some(first), Some(last)) if first <= last => {
            let after = last.succ_opt().unwrap_or(last);
            Ok(Some(EventDays { from: zone.day_start(first), until: zone.day_start(after) }))
        }
        (first, last) => {
            let field = if first.is_none() { "from" } else { "until" };
            let both = first.is_some() && last.is_some();
            let kind = if both { ProblemKind::BeforeTheFirst } else { ProblemKind::Missing };
            Err(Problem { field: FieldKey::new(field), label: field.to_owned(), kind })
        }
    }
}
