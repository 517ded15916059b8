//! What should happen: one pure, total function from what is known and what happened to what is to be done.

pub mod policy;
pub mod case;
pub mod event;
pub mod effect;
pub mod note;
pub mod booking;
pub mod mail;
pub mod answer;
pub mod timeline;
pub mod command;
pub mod desk;
pub mod detour;
pub mod person;
pub mod cover;
pub mod routine;
pub mod home;
pub mod directory;
pub mod figures;
pub mod matching;
pub mod nearest;
pub mod people;
pub mod playbook;
pub mod text;
pub mod template;
pub mod ticket;
pub mod closing;
mod clocks;
mod draft;
mod escalate;
mod escalation;
mod intake;
mod last_resort;
mod offers;
pub mod organisation;
pub mod outlook;
mod ownership;
mod presses;
mod report;
mod set_back;
pub mod similar;
mod small_talk;
mod talk;
mod wishes;

use crate::clock::Timestamp;
use crate::coverage::Facts;
use crate::domain::case::{Case, ClaimedBy, Turn};
use crate::domain::closing::{Ending, ResolveWay};
use crate::domain::command::Command;
use crate::domain::desk::{Desk, DeskState};
use crate::domain::detour::Posting;
use crate::domain::directory::Directory;
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Reply};
use crate::domain::event::{Author, ChannelKind, Event, Message, Reaction, Subject, What};
use crate::domain::figures::DeskFigures;
use crate::domain::note::Note;
pub use crate::domain::outlook::outlook;
use crate::domain::ownership::Manner;
use crate::domain::people::Scene;
use crate::domain::person::PersonState;
use crate::domain::policy::Policy;
use crate::domain::similar::Similar;
use crate::domain::timeline::{Entry, Happened};
use crate::id::{CaseId, ChannelId, DeskKey, MessageTs, UserId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was loaded for this event: the records it is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The case the event is about, or that the post may join.
    pub case: Option<Case>,
    /// What came due, or whose facts changed, when the event does not say so itself.
    pub about: Option<Subject>,
    /// Every desk's record.
    pub desks: Arc<BTreeMap<DeskKey, DeskState>>,
    /// Every person's record.
    pub people: Arc<BTreeMap<UserId, PersonState>>,
    /// The open cases in the event's channel.
    pub open_here: Vec<Glance>,
    /// Every open case, oldest first; loaded for App Home and for a person's own day alone.
    pub open: Vec<Glance>,
    /// The timeline of the case; loaded for `why` and `status` alone.
    pub timeline: Vec<Entry>,
    /// Cases that were solved before and are like this one, the most alike first; loaded where somebody may take
    /// a case or open one.
    pub similar: Vec<Similar>,
    /// The desk's figures; loaded for a report and for the week's digest alone.
    pub figures: Option<Box<DeskFigures>>,
    /// The id a new case would get.
    pub next_case: Option<CaseId>,
}

impl State {
    /// The record of a desk, a new one where there is none yet.
    pub fn desk(&self, desk: &DeskKey) -> DeskState {
        self.desks.get(desk).cloned().unwrap_or_else(|| DeskState::new(desk.clone()))
    }

    /// The same, of a state that nothing else is asked of.
    pub fn into_desk(self, desk: &DeskKey) -> DeskState {
        self.desk(desk)
    }

    /// The record of a person, a new one where there is none yet.
    pub fn person(&self, user: &UserId) -> PersonState {
        self.people.get(user).cloned().unwrap_or_else(|| PersonState::new(user.clone()))
    }
}

/// A case in an index: enough to find and count it.
#[derive(Clone, Debug, PartialEq)]
pub struct Glance {
    pub id: CaseId,
    pub desk: DeskKey,
    pub channel: ChannelId,
    pub root: Option<MessageTs>,
    pub requester: UserId,
    pub owner: Option<UserId>,
    pub opened_at: Timestamp,
    pub turn: Turn,
    /// Since when it is on hold, while it is.
    pub held_since: Option<Timestamp>,
}

impl Glance {
    /// Whether the requester waits for us.
    pub fn is_our_turn(&self) -> bool {
        self.turn == Turn::Ours && self.held_since.is_none()
    }
}

/// The facts under a decision, fetched before it.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The desk of the case or of the event's channel, as configured now.
    pub desk: Option<&'a Desk>,
    /// The policy of the case; of the desk, for an event without a case.
    pub policy: Option<&'a Policy>,
    /// Every desk, by key.
    pub desks: &'a BTreeMap<DeskKey, Desk>,
    pub facts: Facts<'a>,
    pub directory: &'a Directory,
    /// Open cases and last ping, by person.
    pub loads: &'a BTreeMap<UserId, Load>,
    /// The bot's own user.
    pub bot: &'a UserId,
    /// Whether what was said and done before now is known.
    pub history: History,
    /// Whether Slack takes posts.
    pub posting: Posting,
}

/// After an absence the bot reads what happened meanwhile; until then nobody is alarmed by what it does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum History {
    #[default]
    Read,
    BeingRead,
}

/// What `ping: next` weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub open_cases: u32,
    pub last_pinged_at: Option<Timestamp>,
}

/// What follows from an event. Records that did not change are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub case: Option<Case>,
    pub desks: Vec<DeskState>,
    pub persons: Vec<PersonState>,
    pub effects: Vec<Effect>,
    pub timeline: Vec<Entry>,
    pub reply: Reply,
    /// Others to be looked at at once, in the same commit.
    pub wake: Vec<Wake>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    Subject(Subject),
    /// Every open case on the desks where this person answers.
    CasesOf(UserId),
}

/// Decides what follows from an event. Pure, total and deterministic: the same arguments give the same
/// decision, and no argument makes it fail.
pub fn decide(mut state: State, event: &Event, now: Timestamp, world: &World<'_>) -> Decision {
    let (before, similar) = (state.case.clone(), std::mem::take(&mut state.similar));
    let mut decision = judge(state, event, now, world);
    similar::suggest(&mut decision, before.as_ref(), similar, world);
    playbook::follow(&mut decision, before.as_ref(), event, now, world);
    refresh_card(&mut decision, before.as_ref(), now, world);
    decision
}

/// When the case next wants to be looked at: a function of what it is, never an alarm that was set.
pub fn next_deadline(case: &Case, now: Timestamp, world: &World<'_>) -> Option<Timestamp> {
    let scene = Scene::of(world, now)?;
    let playbooks = playbook::next_look(case, &scene).filter(|_| case.is_open());
    clocks::next_deadline(case, &scene).into_iter().chain(playbooks).min()
}

fn judge(state: State, event: &Event, now: Timestamp, world: &World<'_>) -> Decision {
    let at = event.at.min(now);
    match &event.what {
        What::Posted(message) => hinted(state, world, now, message, at),
        What::HomeOpened { user } => home::opened(&state, world, now, user),
        What::Edited(message) => with_scene(world, now, |scene| intake::edited(state, scene, message, at)),
        What::Deleted { ts, .. } => with_scene(world, now, |scene| intake::deleted(state, scene, ts)),
        What::Reacted { by, ts, emoji, change, .. } => on_case(state, world, now, |draft, scene| {
            reacted(draft, scene, by, ts, emoji, *change);
        }),
        What::ReactionsSeen { ts, present, .. } => on_case(state, world, now, |draft, scene| {
            reactions_seen(draft, scene, ts, present);
        }),
        What::Commanded { by, channel, command, .. } => {
            wishes::slash(state, world, now, by, channel, command)
        }
        What::Shortcut { by, message } => match Scene::of(world, now) {
            Some(scene) => escalate::shortcut(state, &scene, by, message),
            None => escalate::which_desk(world, &message.channel, &text::read(&message.text).plain),
        },
        What::Pressed { by, button, on } => presses::pressed(state, world, now, by, button, on),
        What::Submitted { by, form, values } => presses::submitted(state, world, now, by, form, values),
        What::Due | What::FactsChanged => match cover::due(&state, world, now) {
            Some(decision) => decision,
            None => case_due(state, world, now),
        },
        What::CaughtUp { away_since } => on_case(state, world, now, |draft, scene| {
            draft.record(scene.now, None, Happened::CaughtUp { away_since: *away_since });
            due(draft, scene);
        }),
        What::Delivered { slot } => {
            on_case(state, world, now, |draft, scene| escalation::delivered(draft, scene, *slot))
        }
        What::Undeliverable { slot, why } => on_case(state, world, now, |draft, scene| {
            escalation::undeliverable(draft, scene, *slot, why);
        }),
        What::Answered { slot, answer } => on_case(state, world, now, |draft, scene| {
            answer::answered(draft, scene, *slot, answer);
        }),
        What::WentStale { slot } => on_case(state, world, now, |draft, scene| {
            escalation::went_stale(draft, scene, *slot);
        }),
        What::StatusSet { user, status } => cover::status_set(&state, world, now, user, status),
        What::DndSet { user, dnd } => cover::dnd_set(&state, world, now, user, *dnd),
        What::PresenceSet { user, presence } => cover::presence_set(&state, world, now, user, *presence),
    }
}

fn with_scene(world: &World<'_>, now: Timestamp, judge: impl FnOnce(&Scene<'_>) -> Decision) -> Decision {
    Scene::of(world, now).map_or_else(Decision::nothing, |scene| judge(&scene))
}

/// Works on the case that was loaded; without one, or without its desk, nothing follows.
fn on_case(
    state: State,
    world: &World<'_>,
    now: Timestamp,
    work: impl FnOnce(&mut Draft, &Scene<'_>),
) -> Decision {
    let (Some(scene), Some(case)) = (Scene::of(world, now), state.case) else { return Decision::nothing() };
    let mut draft = Draft::of(case.clone());
    set_back::nothing_ahead(&mut draft.case, now);
    work(&mut draft, &scene);
    draft.finish(Some(&case))
}

/// A case whose owner's colleague took all of theirs changes hands before anything else is due.
fn case_due(state: State, world: &World<'_>, now: Timestamp) -> Decision {
    let taken = state.case.as_ref().and_then(|case| routine::taken_by(case, &state.people));
    on_case(state, world, now, |draft, scene| {
        if let Some(to) = &taken {
            routine::hand_on(draft, scene, to);
        }
        due(draft, scene);
    })
}

fn due(draft: &mut Draft, scene: &Scene<'_>) {
    booking::due(draft, scene);
    if draft.case.is_unclaimed() {
        escalation::due(draft, scene);
    } else {
        clocks::due(draft, scene);
    }
}

/// A post, and the word to whoever mentions somebody who cannot answer.
fn hinted(state: State, world: &World<'_>, now: Timestamp, message: &Message, at: Timestamp) -> Decision {
    let hint = match message.author {
        Author::Person => cover::mentioned(world, now, message),
        Author::Bot | Author::System => None,
    };
    let decision = posted(state, world, now, message, at);
    match (decision.reply == Reply::Silent, hint) {
        (true, Some(reply)) => Decision { reply, ..decision },
        (true | false, None) | (false, Some(_)) => decision,
    }
}

fn posted(state: State, world: &World<'_>, now: Timestamp, message: &Message, at: Timestamp) -> Decision {
    match message.author {
        Author::Bot | Author::System => return Decision::nothing(),
        Author::Person => {}
    }
    let words = text::without_mention(&message.text, world.bot);
    let mentioned = text::read(&message.text).users.contains(world.bot);
    let direct = message.channel_kind == ChannelKind::Direct;
    let wish = (mentioned || direct).then(|| command::parse_mention(&words));
    let scene = Scene::of(world, now);
    if let (Some(_), Some(case), Some(scene)) = (&message.thread, &state.case, &scene) {
        let mut draft = Draft::of(case.clone());
        return match talked(&mut draft, scene, message, at, wish.as_ref(), &state.timeline) {
            Some(Said::InCase) => draft.finish(Some(case)),
            Some(Said::AboutCoverage) | None => wished(state, world, now, message, at, wish.as_ref()),
        };
    }
    wished(state, world, now, message, at, wish.as_ref())
}

/// Whether a thread's message belongs to its case.
enum Said {
    InCase,
    AboutCoverage,
}

fn talked(
    draft: &mut Draft,
    scene: &Scene<'_>,
    message: &Message,
    at: Timestamp,
    wish: Option<&Command>,
    timeline: &[Entry],
) -> Option<Said> {
    match wish {
        Some(Command::Case(command)) => {
            wishes::in_thread(draft, scene, &message.by, command, timeline);
            Some(Said::InCase)
        }
        Some(Command::Coverage(_)) => Some(Said::AboutCoverage),
        Some(Command::Thanks) => Some(Said::InCase),
        Some(Command::Unknown { .. } | Command::Escalate { .. }) => {
            talk::said(draft, scene, message, at);
            if draft.reply == Reply::Silent {
                draft.answer(Note::MentionHelp);
            }
            Some(Said::InCase)
        }
        Some(Command::Template) => {
            draft.answer(Note::Template { desk: scene.desk.key.clone() });
            Some(Said::InCase)
        }
        Some(Command::Help | Command::Setup | Command::Enable | Command::Disable | Command::Report) => {
            draft.answer(Note::Words);
            Some(Said::InCase)
        }
        None => {
            talk::said(draft, scene, message, at);
            Some(Said::InCase)
        }
    }
}

/// A post outside the thread of a case: a word to the bot, or perhaps a case.
fn wished(
    state: State,
    world: &World<'_>,
    now: Timestamp,
    message: &Message,
    at: Timestamp,
    wish: Option<&Command>,
) -> Decision {
    let scene = Scene::of(world, now).filter(|_| message.thread.is_none());
    let asks = message.channel_kind == ChannelKind::Channel;
    match wish {
        Some(Command::Coverage(command)) => cover::command(&state, world, now, &message.by, command),
        Some(Command::Case(_)) => Decision::private(Note::NoCaseHere),
        Some(Command::Thanks) => Decision::nothing(),
        Some(Command::Template) => match scene {
            Some(scene) => Decision::private(Note::Template { desk: scene.desk.key.clone() }),
            None => Decision::private(Note::Words),
        },
        Some(Command::Help | Command::Setup | Command::Enable | Command::Disable | Command::Report) => {
            Decision::private(Note::Words)
        }
        Some(Command::Unknown { .. } | Command::Escalate { .. }) => {
            let decision = scene
                .filter(|_| asks)
                .map_or_else(Decision::nothing, |scene| intake::posted(state, &scene, message, at));
            if decision == Decision::nothing() { Decision::private(Note::MentionHelp) } else { decision }
        }
        None => scene
            .filter(|_| asks)
            .map_or_else(Decision::nothing, |scene| intake::posted(state, &scene, message, at)),
    }
}

fn reacted(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ts: &MessageTs, emoji: &str, change: Reaction) {
    let claims = scene.policy.claiming.reactions.iter().any(|one| one == emoji);
    let helps = scene.policy.claiming.help.iter().any(|one| one == emoji);
    let resolves = scene.policy.closing.reactions.iter().any(|one| one == emoji);
    let heard = (ts.clone(), emoji.to_owned(), by.clone());
    match change {
        Reaction::Added if claims || helps || resolves => drop(draft.case.reacted.insert(heard)),
        Reaction::Removed => drop(draft.case.reacted.remove(&heard)),
        Reaction::Added => {}
    }
    match change {
        Reaction::Added if claims => {
            let via = ClaimedBy::Reaction { ts: ts.clone(), emoji: emoji.to_owned() };
            ownership::claim(draft, scene, by, via, Manner::InPassing);
        }
        Reaction::Added if helps && draft.case.owner() == Some(by) => {
            ownership::ask_for_help(draft, scene, by, &[]);
        }
        Reaction::Added if resolves => {
            closing::resolve(draft, scene, by, Ending::default(), ResolveWay::Reaction);
        }
        Reaction::Removed if claims => ownership::reaction_removed(draft, scene, by, ts, emoji),
        Reaction::Added | Reaction::Removed => {}
    }
}

/// After an absence: a reaction that was not heard of yet counts as if it came now, a claim's that is gone released
/// the case.
fn reactions_seen(draft: &mut Draft, scene: &Scene<'_>, ts: &MessageTs, present: &[(String, UserId)]) {
    let gone = draft.case.ownership().and_then(|owned| match &owned.via {
        ClaimedBy::Reaction { ts: on, emoji } if on == ts => {
            let stands = present.iter().any(|(with, by)| with == emoji && *by == owned.owner);
            (!stands).then(|| (owned.owner.clone(), emoji.clone()))
        }
        ClaimedBy::Reaction { .. }
        | ClaimedBy::Button
        | ClaimedBy::Reply
        | ClaimedBy::Command
        | ClaimedBy::HandOver
        | ClaimedBy::TakeOver => None,
    });
    if let Some((owner, emoji)) = gone {
        ownership::reaction_removed(draft, scene, &owner, ts, &emoji);
    }
    let stands = |emoji: &String, by: &UserId| present.iter().any(|(with, who)| with == emoji && who == by);
    draft.case.reacted.retain(|(on, emoji, by)| on != ts || stands(emoji, by));
    for (emoji, by) in present {
        if draft.case.reacted.contains(&(ts.clone(), emoji.clone(), by.clone())) {
            continue;
        }
        let taken = draft.case.owner().is_some();
        let claims = scene.policy.claiming.reactions.iter().any(|one| one == emoji);
        if !(claims && taken) {
            reacted(draft, scene, by, ts, emoji, Reaction::Added);
        }
    }
}

/// The card is edited when what it shows has changed, and only then; pings go out before the edit.
fn refresh_card(decision: &mut Decision, before: Option<&Case>, now: Timestamp, world: &World<'_>) {
    let Some(case) = &decision.case else { return };
    if decision.effects.contains(&Effect::ShowCard) {
        return;
    }
    let same_case = before.filter(|before| before.id == case.id);
    let changed =
        same_case.is_none_or(|before| outlook::face(before, now, world) != outlook::face(case, now, world));
    if changed {
        decision.effects.push(Effect::ShowCard);
    }
}
