//! Buttons and forms: every one is checked again when it arrives, because cards grow old.

use crate::clock::Timestamp;
use crate::domain::case::{ClaimedBy, Proven, RunHours, RunState, WaitingFor};
use crate::domain::closing::{self, Ending, ResolveWay};
use crate::domain::command::When;
use crate::domain::draft::Draft;
use crate::domain::effect::{Form, Reply};
use crate::domain::event::{Button, FormRef, FormValues, PressedOn};
use crate::domain::mail;
use crate::domain::note::Note;
use crate::domain::ownership::{self, Helpers, Manner, Permission};
use crate::domain::people::Scene;
use crate::domain::ticket::{self, TicketButton};
use crate::domain::timeline::{Entry, ReleasedBecause};
use crate::domain::{
    Decision, State, World, booking, cover, escalate, escalation, home, intake, offers, playbook, report,
    routine, talk, template, wishes,
};
use crate::id::UserId;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::BTreeMap;

/// A button was pressed.
pub fn pressed(
    state: State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    button: &Button,
    on: &PressedOn,
) -> Decision {
    if let Button::ChooseDesk { desk, text, .. } = button {
        return escalate::chosen(state, world, now, by, desk, text);
    }
    if let Button::Cover(button) = button {
        return cover::pressed(&state, world, now, by, button);
    }
    if let Button::Routine(button) = button {
        return routine::pressed(&state, world, now, by, button, on);
    }
    if let Button::Home(button) = button {
        return home::pressed(&state, world, now, by, *button);
    }
    let gone = || button.case().map(|_| Decision::private(Note::CaseGone));
    let (Some(scene), Some(case)) = (Scene::of(world, now), state.case.clone()) else {
        return gone().unwrap_or_else(Decision::nothing);
    };
    let mut draft = Draft::of(case.clone());
    press(&mut draft, &scene, by, button, &state.timeline);
    draft.finish(Some(&case))
}

fn press(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, button: &Button, timeline: &[Entry]) {
    match button {
        Button::Claim(_) => ownership::claim(draft, scene, by, ClaimedBy::Button, Manner::Asked),
        Button::Release(_) => {
            if ownership::may(draft, scene, by, Helpers::No) == Permission::Granted {
                ownership::release(draft, scene, Some(by), ReleasedBecause::Asked);
            }
        }
        Button::Resolve(_) => closing::resolve(draft, scene, by, Ending::default(), ResolveWay::Button),
        Button::Reopen(_) => closing::reopen(draft, scene, by),
        Button::Status(_) => wishes::status(draft, timeline),
        Button::WhyMe { ping, .. } => wishes::why(draft, scene, by, Some(*ping), timeline),
        Button::AskForHelp(case) => form(draft, scene, by, FormRef::AskForHelp(case.clone()), Helpers::Too),
        Button::HandOver(case) => form(draft, scene, by, FormRef::HandOver(case.clone()), Helpers::No),
        Button::Hold(case) => form(draft, scene, by, FormRef::Hold(case.clone()), Helpers::Too),
        Button::EndHold(_) => closing::end_hold(draft, scene, by),
        Button::Closing(button) => closing::pressed(draft, scene, by, button),
        Button::Ticket(TicketButton::Raise(_)) => ticket::decide::open_form(draft, scene, by),
        Button::Complete(_) => complete(draft, scene),
        Button::TellOwner(_) => tell_owner(draft, scene, by),
        Button::OfferTakeOver(_) => offers::take_over(draft, scene, by),
        Button::LeaveIt(_) => draft.answer(Note::Done),
        Button::AcceptOffer { offer, .. } => offers::accept(draft, scene, by, *offer),
        Button::DeclineOffer { offer, .. } => offers::decline(draft, scene, by, *offer),
        Button::KeepIt(_) => {
            if ownership::may(draft, scene, by, Helpers::No) == Permission::Granted {
                ownership::acted(draft, by, scene.now);
                draft.answer(Note::Done);
            }
        }
        Button::CannotWait(_) => cannot_wait(draft, scene, by),
        Button::ItIsProven(_) => proven(draft, scene, by),
        Button::AskElsewhere(_) => {
            if !intake::redirect_stands(&draft.case) {
                draft.answer(Note::OfferOver);
            } else if draft.case.requester == *by {
                intake::send_elsewhere(draft, scene, by);
            } else {
                closing::only_theirs(draft);
            }
        }
        Button::Booking(_) => booking::hand::open(draft, scene, by),
        Button::Mail(button) => mail::decide::pressed(draft, scene, by, &button.does),
        Button::Playbook(button) => playbook::pressed(draft, scene, by, button),
        Button::ChooseDesk { .. } | Button::Cover(_) | Button::Routine(_) | Button::Home(_) => {}
    }
}

/// Opens a form for those who may use it.
fn form(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, form: FormRef, helpers: Helpers) {
    if ownership::may(draft, scene, by, helpers) == Permission::Granted {
        if draft.case.owner().is_none() {
            return draft.answer(Note::NotYours { case: draft.case.id.clone(), owner: None });
        }
        draft.reply = Reply::OpenForm(Box::new(Form { form, given: BTreeMap::new(), problems: Vec::new() }));
    }
}

/// "Add what is missing": the form with what was given, and what is wrong under its fields.
fn complete(draft: &mut Draft, scene: &Scene<'_>) {
    if !draft.case.is_open() {
        return draft.answer(Note::CaseGone);
    }
    draft.reply = Reply::OpenForm(Box::new(Form {
        form: FormRef::Complete(draft.case.id.clone()),
        given: escalate::values(&draft.case.report),
        problems: report::problems(&draft.case, scene.policy),
    }));
}

fn tell_owner(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    if !scene.is_responder(by) && !scene.is_supervisor(by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    match draft.case.owner().cloned() {
        Some(owner) => {
            draft.tell(owner.clone(), Note::Heads { case: draft.case.id.clone(), from: by.clone() });
            draft.answer(Note::OwnerTold { owner });
        }
        None => draft.answer(Note::OfferOver),
    }
}

/// "It cannot wait": from here the desk's hours do not count for this case.
fn cannot_wait(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let waits = draft.case.is_unclaimed() && draft.case.run.hours == RunHours::DeskOpen;
    let queued = matches!(draft.case.run.state, RunState::Queued | RunState::HeldForDetails);
    if !waits || !queued {
        return draft.answer(Note::OfferOver);
    }
    if draft.case.requester != *by && !scene.is_responder(by) && !scene.is_supervisor(by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    escalation::cannot_wait(draft, scene);
    draft.answer(Note::Done);
}

fn proven(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    if draft.case.report.proven == Proven::Affirmed || !draft.case.is_open() {
        return draft.answer(Note::OfferOver);
    }
    if draft.case.requester != *by {
        return closing::only_theirs(draft);
    }
    report::affirm(draft, scene);
    draft.answer(Note::Done);
}

/// A form was sent.
pub fn submitted(
    state: State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    form: &FormRef,
    values: &FormValues,
) -> Decision {
    if let FormRef::Cover(form) = form {
        return cover::submitted(&state, world, now, by, form, values);
    }
    if let FormRef::Routine(form) = form {
        return routine::submitted(&state, world, now, by, form, values);
    }
    let Some(scene) = Scene::of(world, now) else { return Decision::nothing() };
    match form {
        FormRef::Escalate { channel, from, .. } => {
            escalate::submitted(state, &scene, by, channel, from.as_ref(), values)
        }
        FormRef::Setup { channel, .. } => escalate::set_up(state, &scene, by, channel, values),
        FormRef::ChooseDesk { .. } => {
            let desk = values.get("desk").and_then(|desk| desk.first());
            desk.map_or_else(Decision::nothing, |desk| {
                escalate::chosen(state, world, now, by, &crate::id::DeskKey::new(desk.as_str()), "")
            })
        }
        FormRef::Cover(_) | FormRef::Routine(_) => Decision::nothing(),
        FormRef::Complete(_)
        | FormRef::AskForHelp(_)
        | FormRef::HandOver(_)
        | FormRef::Hold(_)
        | FormRef::Resolve(_)
        | FormRef::Booking(_)
        | FormRef::Playbook(_)
        | FormRef::Mail(_)
        | FormRef::Ticket(_)
        | FormRef::Closing(_) => {
            let Some(case) = state.case else {
                return Decision::private(Note::CaseGone);
            };
            let mut draft = Draft::of(case.clone());
            case_form(&mut draft, &scene, by, form, values);
            draft.finish(Some(&case))
        }
    }
}

fn case_form(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, form: &FormRef, values: &FormValues) {
    match form {
        FormRef::Booking(_) => booking::hand::submitted(draft, scene, by, values),
        FormRef::Mail(form) => mail::decide::submitted(draft, scene, by, form, values),
        FormRef::Complete(_) => completed(draft, scene, by, values),
        FormRef::AskForHelp(_) => ownership::ask_for_help(draft, scene, by, &people(values)),
        FormRef::HandOver(_) => offers::hand_over(draft, scene, by, &people(values)),
        FormRef::Hold(_) => held(draft, scene, by, values),
        FormRef::Ticket(_) => ticket::decide::submitted(draft, scene, by, values),
        FormRef::Resolve(_) => {
            closing::resolve(draft, scene, by, closing::ending(values), ResolveWay::Form);
        }
        FormRef::Closing(form) => closing::submitted(draft, scene, by, form, values),
        FormRef::Playbook(form) => playbook::submitted(draft, scene, by, form, values),
        FormRef::Escalate { .. }
        | FormRef::Setup { .. }
        | FormRef::ChooseDesk { .. }
        | FormRef::Cover(_)
        | FormRef::Routine(_) => {}
    }
}

fn first(values: &FormValues, key: &str) -> Option<String> {
    values.get(key)?.first().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The people chosen in a form: block `people`; nobody means the next tier.
fn people(values: &FormValues) -> Vec<UserId> {
    values.get("people").into_iter().flatten().map(|user| UserId::new(user.as_str())).collect()
}

fn completed(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, values: &FormValues) {
    if !draft.case.is_open() {
        return draft.answer(Note::CaseGone);
    }
    let (given, files) = escalate::read_form(scene, values);
    let mut all = draft.case.report.given.clone();
    all.extend(given.clone());
    let mut known = draft.case.report.files.clone();
    known.extend(files.iter().cloned());
    let problems = template::problems(&scene.policy.intake.fields, &all, &known);
    let about_form = |field: &crate::id::FieldKey| values.contains_key(field.as_str());
    let wrong: Vec<_> = problems.into_iter().filter(|problem| about_form(&problem.field)).collect();
    if !wrong.is_empty() {
        draft.reply = Reply::FieldErrors(escalate::by_field(wrong));
        return;
    }
    let says_more = known != draft.case.report.files || all != draft.case.report.given;
    draft.case.report.files = known;
    report::add(draft, scene, given, &files);
    let is_asking = draft.case.requester == *by || !(scene.is_responder(by) || scene.is_supervisor(by));
    if says_more && is_asking {
        talk::ours_again(draft, scene, by, scene.now);
    }
}

/// The hold's form: `waiting_for` (`requester | third_party | development`), `until` as typed or as unix
/// seconds, or `date` and `time` apart; `reason`.
fn held(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, values: &FormValues) {
    let waiting_for = match first(values, "waiting_for").as_deref() {
        Some("third_party") => WaitingFor::ThirdParty,
        Some("development") => WaitingFor::Development,
        Some(_) | None => WaitingFor::Requester,
    };
    match hold_until(scene, by, values) {
        Some(until) => closing::hold(draft, scene, by, waiting_for, until, first(values, "reason")),
        None => draft.answer(Note::WhenUnclear),
    }
}

fn hold_until(scene: &Scene<'_>, by: &UserId, values: &FormValues) -> Option<Timestamp> {
    let zone = cover::zone_of(scene.world, by);
    if let Some(text) = first(values, "until") {
        if let Ok(seconds) = text.parse::<i64>() {
            return chrono::DateTime::from_timestamp(seconds, 0);
        }
        let length: crate::clock::Length = text.parse().ok()?;
        return When::In(length).resolve(scene.now, |wall| zone.first(wall), zone.local(scene.now));
    }
    let date: NaiveDate = first(values, "date")?.parse().ok()?;
    let time = first(values, "time").and_then(|time| NaiveTime::parse_from_str(&time, "%H:%M").ok());
    Some(zone.first(NaiveDateTime::new(date, time.unwrap_or(NaiveTime::from_hms_opt(9, 0, 0)?))))
}
