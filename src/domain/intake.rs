//! Asking: which posts are cases, and how a case begins.

use crate::clock::Timestamp;
use crate::domain::booking::Booked;
use crate::domain::case::{
    Case, Late, Proven, Report, Root, Run, RunHours, RunState, Stage, Talk, Trouble, Turn,
};
use crate::domain::closing::parting::Parting;
use crate::domain::desk::{DeskState, Switched};
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, PingReason, Reply};
use crate::domain::event::{Author, Message};
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::playbook::run::Runs;
use crate::domain::policy::{AfterHoursAction, CasesRule, Urgent, WhenIncomplete};
use crate::domain::timeline::{Happened, WithdrawnBecause};
use crate::domain::{
    Decision, State, booking, closing, escalation, organisation, report, talk, template, text,
};
use crate::id::{CaseId, ChannelId, MessageTs, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// An edit makes a case only of a post this recent: nobody means to ask with last month's message.
const EDIT_MAKES_CASE_WITHIN: chrono::TimeDelta = chrono::TimeDelta::hours(1);

/// A top-level post in a desk's channel that is no word to the bot.
pub fn posted(state: State, scene: &Scene<'_>, message: &Message, at: Timestamp) -> Decision {
    if switched(&state, scene, &message.channel) == Switched::Off {
        return Decision::nothing();
    }
    if scene.is_supervisor(&message.by) {
        return Decision::nothing();
    }
    if is_small_talk(message) {
        return Decision::nothing();
    }
    if scene.is_responder(&message.by) && !carries_label(scene, message) {
        return point_to_thread(state, message);
    }
    if let Some(case) = joins(&state, scene, message, at) {
        let before = case.clone();
        let mut draft = Draft::of(case);
        report::join(&mut draft, scene, message);
        // The pointer comes once: people write three lines, not three cases.
        if draft.case.pointed.insert(message.by.clone()) {
            draft.answer(Note::JoinedThread { case: draft.case.id.clone() });
        }
        return draft.finish(Some(&before));
    }
    if !is_case(scene, message) {
        return Decision::nothing();
    }
    let Some(id) = state.next_case.clone() else { return Decision::nothing() };
    let report = report::read(vec![report::part(message, scene)], &scene.policy.intake);
    if let Some(off) = organisation::switched_off(scene, &report.given) {
        return not_served(scene, off);
    }
    let seed = Seed {
        id,
        channel: message.channel.clone(),
        root: Root::Post(message.ts.clone()),
        requester: message.by.clone(),
        report,
        at,
    };
    open(state, scene, seed)
}

fn is_small_talk(message: &Message) -> bool {
    match message.author {
        Author::Bot | Author::System => true,
        Author::Person => {
            let said = text::is_thanks(&message.text) || text::is_emoji_only(&message.text);
            said && message.files.is_empty()
        }
    }
}

/// Which posts the desk takes as cases.
fn is_case(scene: &Scene<'_>, message: &Message) -> bool {
    let intake = &scene.policy.intake;
    match intake.cases {
        CasesRule::AnyPost => true,
        CasesRule::Template => template::has_template_mark(&message.text, intake, scene.world.bot),
        CasesRule::FormOnly => false,
    }
}

/// A responder's own post is a case only when it is written by the template.
fn carries_label(scene: &Scene<'_>, message: &Message) -> bool {
    let intake = &scene.policy.intake;
    intake.cases == CasesRule::Template
        && template::read_report(&[report::part(message, scene)], &intake.fields, None).labelled
}

/// People write "Hi", then "client waiting", then the question.
fn joins(state: &State, scene: &Scene<'_>, message: &Message, at: Timestamp) -> Option<Case> {
    let intake = &scene.policy.intake;
    let case = state.case.as_ref()?;
    let soon = at - case.opened_at <= intake.join_within.delta();
    let labelled = template::read_report(&[report::part(message, scene)], &intake.fields, None).labelled;
    let theirs = case.requester == message.by && case.is_unclaimed() && case.channel == message.channel;
    (theirs && soon && !labelled && intake.cases != CasesRule::FormOnly).then(|| case.clone())
}

/// A responder typed into the channel what belongs into the thread of the one case that waits.
fn point_to_thread(state: State, message: &Message) -> Decision {
    let waiting = state.open_here.iter().filter(|glance| glance.owner.is_none()).count();
    let Some(case) = state.case.filter(|case| waiting == 1 && case.is_unclaimed()) else {
        return Decision::nothing();
    };
    if case.pointed.contains(&message.by) {
        return Decision::nothing();
    }
    let before = case.clone();
    let mut draft = Draft::of(case);
    draft.case.pointed.insert(message.by.clone());
    draft.answer(Note::ReplyInThread { case: draft.case.id.clone() });
    draft.finish(Some(&before))
}

/// Whether the desk was switched off in this channel.
pub fn switched(state: &State, scene: &Scene<'_>, channel: &ChannelId) -> Switched {
    state
        .desks
        .get(&scene.desk.key)
        .and_then(|desk| desk.channels.get(channel))
        .map_or(Switched::On, |channel| channel.switched)
}

/// What a new case begins with.
pub struct Seed {
    pub id: CaseId,
    pub channel: ChannelId,
    pub root: Root,
    pub requester: UserId,
    pub report: Report,
    pub at: Timestamp,
}

/// Opens a case: the card, the request for what is missing, the first ping or the after-hours answer.
pub fn open(state: State, scene: &Scene<'_>, seed: Seed) -> Decision {
    let mut draft = Draft::of(newborn(scene, seed));
    let opened_at = draft.case.opened_at;
    let requester = draft.case.requester.clone();
    draft.record(opened_at, Some(&requester), Happened::Opened);
    match draft.case.root {
        Root::Bot => draft.effects.push(Effect::PostRoot),
        Root::Post(_) => {}
    }
    draft.effects.push(Effect::ShowCard);
    let problems = report::problems(&draft.case, scene.policy);
    let redirected = report::redirects(&draft.case, scene.policy, &problems);
    if redirected {
        report::offer_redirect(&mut draft, scene);
    } else {
        report::ask(&mut draft, scene);
    }
    let held = scene.policy.intake.when_incomplete == WhenIncomplete::Hold && !problems.is_empty();
    let awaited = booking::is_awaited(&draft.case, scene);
    let desk = if redirected || held || awaited {
        draft.case.run.state = RunState::HeldForDetails;
        after_hours(&mut draft, state.into_desk(&scene.desk.key), scene)
    } else if scene.is_open() {
        escalation::start(&mut draft, scene, 0, PingReason::Opened, scene.now);
        None
    } else {
        closed(&mut draft, state.into_desk(&scene.desk.key), scene)
    };
    Decision { desks: desk.into_iter().collect(), ..draft.finish(None) }
}

fn newborn(scene: &Scene<'_>, seed: Seed) -> Case {
    let now = scene.now;
    let opened_at = seed.at.min(now);
    let last_seen = match &seed.root {
        Root::Post(ts) => Some(ts.clone()),
        Root::Bot => None,
    };
    Case {
        id: seed.id,
        desk: scene.desk.key.clone(),
        policy: scene.desk.policy_id.clone(),
        channel: seed.channel,
        root: seed.root,
        requester_name: scene.world.directory.name(&seed.requester).to_owned(),
        requester: seed.requester,
        opened_at,
        report: seed.report,
        stage: Stage::Unclaimed,
        run: Run {
            state: RunState::Stopped,
            hours: RunHours::DeskOpen,
            tier: 0,
            repeated: 0,
            reminded: 0,
            standing: None,
            pinged: BTreeMap::new(),
            spared: None,
        },
        talk: Talk {
            turn: Turn::Ours,
            turn_since: opened_at,
            last_seen,
            last_requester_at: opened_at,
            last_responder_at: None,
            first_answer_at: None,
            reply_late: Late::No,
            update_late: Late::No,
            resolve_late: Late::No,
        },
        next_slot: 0,
        tags: BTreeSet::new(),
        resolve_from: None,
        waiting: BTreeMap::new(),
        pointed: BTreeSet::new(),
        trouble: Trouble::None,
        booking: Booked::default(),
        mails: Vec::new(),
        unsent: Vec::new(),
        parting: Parting::default(),
        reacted: BTreeSet::new(),
        playbooks: Runs::default(),
        tickets: Vec::new(),
        detours: Vec::new(),
    }
}

/// The desk is closed: the one answer about it, and what it does then.
fn closed(draft: &mut Draft, desk: DeskState, scene: &Scene<'_>) -> Option<DeskState> {
    let told = after_hours(draft, desk, scene);
    report::begin(draft, scene, PingReason::Opened);
    told
}

/// The after-hours answer, at most once per requester in a while.
fn after_hours(draft: &mut Draft, mut desk: DeskState, scene: &Scene<'_>) -> Option<DeskState> {
    if scene.is_open() {
        return None;
    }
    let rule = &scene.policy.after_hours;
    let opens_at = scene.desk.coverage.schedule.next_opening(scene.now);
    draft.record(scene.now, None, Happened::AfterHours { opens_at });
    let fresh = |told: &Timestamp| scene.now - *told < rule.once_per.delta();
    desk.after_hours_told.retain(|_, told| fresh(told));
    let requester = draft.case.requester.clone();
    if desk.after_hours_told.contains_key(&requester) {
        return None;
    }
    desk.after_hours_told.insert(requester.clone(), scene.now);
    let queued = !matches!(rule.action, AfterHoursAction::Tier(_));
    let urgent = queued && rule.urgent == Urgent::Offered;
    draft.say(Note::AfterHours { opens_at, requester, desk: scene.desk.key.clone(), urgent, queued });
    Some(desk)
}

/// A message's text or files changed.
pub fn edited(state: State, scene: &Scene<'_>, message: &Message, at: Timestamp) -> Decision {
    let part_of = |case: &Case| case.report.parts.iter().any(|part| part.ts == message.ts);
    let Some(case) = state.case.clone().filter(|case| part_of(case)) else {
        let (seconds, _) = message.ts.parts();
        let posted = chrono::DateTime::from_timestamp(i64::try_from(seconds).unwrap_or(0), 0);
        let recent = posted.is_some_and(|posted| scene.now - posted < EDIT_MAKES_CASE_WITHIN);
        if message.thread.is_none() && recent && is_case(scene, message) {
            return posted_by_edit(state, scene, message, at);
        }
        return Decision::nothing();
    };
    if !case.is_open() {
        return Decision::nothing();
    }
    let before = case.clone();
    let mut draft = Draft::of(case);
    for part in &mut draft.case.report.parts {
        if part.ts == message.ts {
            *part = report::part(message, scene);
        }
    }
    report::reread(&mut draft.case.report, &scene.policy.intake);
    report::ask(&mut draft, scene);
    let (was, is) = (&before.report, &draft.case.report);
    let says_more = was.given != is.given || was.files != is.files;
    // While it is ours already, a corrected word is no new question.
    if says_more && draft.case.talk.turn == Turn::Theirs {
        talk::ours_again(&mut draft, scene, &message.by, scene.now);
    }
    draft.finish(Some(&before))
}

/// The edit gave the post what makes it a case.
fn posted_by_edit(state: State, scene: &Scene<'_>, message: &Message, at: Timestamp) -> Decision {
    let joinable = State { case: None, ..state };
    posted(joinable, scene, message, at)
}

/// A message was deleted: the root takes its case with it, a further part only itself.
pub fn deleted(state: State, scene: &Scene<'_>, ts: &MessageTs) -> Decision {
    let Some(case) = state.case else { return Decision::nothing() };
    let before = case.clone();
    let mut draft = Draft::of(case);
    if draft.case.root == Root::Post(ts.clone()) {
        closing::withdraw(&mut draft, scene, None, WithdrawnBecause::PostDeleted);
    } else if draft.case.is_open() && draft.case.report.parts.iter().any(|part| part.ts == *ts) {
        draft.case.report.parts.retain(|part| part.ts != *ts);
        report::reread(&mut draft.case.report, &scene.policy.intake);
        report::ask(&mut draft, scene);
    }
    draft.finish(Some(&before))
}

/// The redirect's "ask elsewhere": the case goes, and the requester is told where to.
pub fn send_elsewhere(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let Some(redirect) = &scene.policy.redirect else { return };
    let to = match &redirect.to {
        crate::domain::policy::ChannelRef::Id(id) => {
            scene.world.directory.channels.get(id).cloned().unwrap_or_else(|| id.to_string())
        }
        crate::domain::policy::ChannelRef::Name(name) => name.clone(),
    };
    closing::withdraw(draft, scene, Some(by), WithdrawnBecause::SentElsewhere);
    draft.say(Note::SentElsewhere { to });
}

/// Whether the redirect's question still stands for this case.
pub fn redirect_stands(case: &Case) -> bool {
    case.is_unclaimed() && case.report.proven == Proven::Unsaid
}

/// Nothing to decide, but a private word: the desk is switched off for this organisation.
pub fn not_served(scene: &Scene<'_>, organisation: &str) -> Decision {
    let organisation = organisation.to_owned();
    Decision::private(Note::NotServed { desk: scene.desk.key.clone(), organisation })
}

/// Nothing to decide, but a private word: the desk is switched off here.
pub fn is_off(scene: &Scene<'_>) -> Reply {
    Reply::Private(Note::IsOff { desk: scene.desk.key.clone() })
}
