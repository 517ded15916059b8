//! Words to the bot: what each command means where it was said.

use crate::clock::Timestamp;
use crate::domain::case::{ClaimedBy, WaitingFor};
use crate::domain::closing::{self, Ending, Force, ResolveWay};
use crate::domain::command::{Addressee, CaseCommand, Command, When};
use crate::domain::desk::Switched;
use crate::domain::draft::Draft;
use crate::domain::note::{Note, Status, Why};
use crate::domain::ownership::{self, Helpers, Manner, Permission};
use crate::domain::people::Scene;
use crate::domain::ticket::{self, TicketWish};
use crate::domain::timeline::{Entry, Happened, ReleasedBecause};
use crate::domain::{Decision, State, World, cover, escalate, offers, playbook};
use crate::id::{ChannelId, PersonKey, UserId};

/// How many lines of its timeline a status shows.
const RECENT: usize = 8;

/// A slash command.
pub fn slash(
    state: State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    channel: &ChannelId,
    command: &Command,
) -> Decision {
    let scene = Scene::of(world, now);
    match (command, scene) {
        (Command::Coverage(command), _) => cover::command(&state, world, now, by, command),
        (Command::Help | Command::Thanks | Command::Unknown { .. }, scene) => {
            Decision::private(Note::EscalateHelp { desk: scene.map(|scene| scene.desk.key.clone()) })
        }
        (Command::Case(_), _) => Decision::private(Note::NoCaseHere),
        (Command::Escalate { text }, Some(scene)) => escalate::escalate(state, &scene, by, channel, text),
        (Command::Escalate { text }, None) => escalate::which_desk(world, channel, text),
        (Command::Template, Some(scene)) => {
            Decision::private(Note::Template { desk: scene.desk.key.clone() })
        }
        (Command::Setup, Some(scene)) => escalate::setup(&state, &scene, by, channel),
        (Command::Enable, Some(scene)) => escalate::switch(state, &scene, by, channel, Switched::On),
        (Command::Disable, Some(scene)) => escalate::switch(state, &scene, by, channel, Switched::Off),
        (Command::Report, Some(scene)) => report(state, &scene, by),
        (Command::Template | Command::Setup | Command::Enable | Command::Disable | Command::Report, None) => {
            escalate::which_desk(world, channel, "")
        }
    }
}

/// The last seven days of the desk, for whoever supervises it.
fn report(state: State, scene: &Scene<'_>, by: &UserId) -> Decision {
    let desk = scene.desk.key.clone();
    match state.figures {
        Some(figures) if scene.is_supervisor(by) => Decision::private(Note::Report { desk, figures }),
        Some(_) | None => Decision::private(Note::SupervisorsOnly { desk }),
    }
}

/// Words to the bot in a case's thread.
pub fn in_thread(
    draft: &mut Draft,
    scene: &Scene<'_>,
    by: &UserId,
    command: &CaseCommand,
    timeline: &[Entry],
) {
    match command {
        CaseCommand::Claim => ownership::claim(draft, scene, by, ClaimedBy::Command, Manner::Asked),
        CaseCommand::Release => {
            if ownership::may(draft, scene, by, Helpers::No) == Permission::Granted {
                ownership::release(draft, scene, Some(by), ReleasedBecause::Asked);
            }
        }
        CaseCommand::AskForHelp { who } => {
            ownership::ask_for_help(draft, scene, by, &users(scene.world, who));
        }
        CaseCommand::HandOver { to } => offers::hand_over(draft, scene, by, &users(scene.world, to)),
        CaseCommand::Hold { until, waiting_for, reason } => {
            hold(draft, scene, by, until.as_ref(), *waiting_for, reason.clone());
        }
        CaseCommand::Tags { words } => closing::tags::add(draft, scene, by, words),
        CaseCommand::Say { name } => closing::canned::say(draft, scene, by, name),
        CaseCommand::Resolve { note } => {
            let ending = Ending { note: note.clone(), ..Ending::default() };
            closing::resolve(draft, scene, by, ending, ResolveWay::Words);
        }
        CaseCommand::ResolveAnyway => {
            let ending = Ending { force: Force::Yes, ..Ending::default() };
            closing::resolve(draft, scene, by, ending, ResolveWay::Words);
        }
        CaseCommand::Reopen => closing::reopen(draft, scene, by),
        CaseCommand::Ticket { needs, subject } => {
            let wish = TicketWish { needs: *needs, subject: subject.clone(), email: None };
            ticket::decide::wished(draft, scene, by, wish);
        }
        CaseCommand::Why => why(draft, scene, by, None, timeline),
        CaseCommand::Status => status(draft, timeline),
        CaseCommand::Playbook { name } => playbook::wished(draft, scene, by, name),
    }
}

fn hold(
    draft: &mut Draft,
    scene: &Scene<'_>,
    by: &UserId,
    until: Option<&When>,
    waiting_for: Option<WaitingFor>,
    reason: Option<String>,
) {
    let zone = cover::zone_of(scene.world, by);
    let at = until.and_then(|when| when.resolve(scene.now, |wall| zone.first(wall), zone.local(scene.now)));
    match at {
        Some(at) => {
            closing::hold(draft, scene, by, waiting_for.unwrap_or(WaitingFor::Requester), at, reason);
        }
        None => draft.answer(Note::WhenUnclear),
    }
}

/// The state of a case and what happened last, for one pair of eyes.
pub fn status(draft: &mut Draft, timeline: &[Entry]) {
    let recent = timeline[timeline.len().saturating_sub(RECENT)..].to_vec();
    draft.answer(Note::Status(Box::new(Status { case: draft.case.id.clone(), recent })));
}

/// The decision behind a ping: number `ping`, or the latest that mentioned them, or the latest of all.
pub fn why(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ping: Option<u32>, timeline: &[Entry]) {
    let pings = || timeline.iter().rev().filter_map(pinged);
    let found = match ping {
        Some(number) => pings().find(|why| why.0 == number),
        None => pings().find(|why| why.1.to.contains(by)).or_else(|| pings().next()),
    };
    let Some((_, mut why)) = found else { return draft.answer(Note::MentionHelp) };
    why.person = by.clone();
    why.answer = scene.is_responder(by).then(|| scene.answer(by, draft.case.run.hours));
    draft.answer(Note::Why(Box::new(why)));
}

fn pinged(entry: &Entry) -> Option<(u32, Why)> {
    if let Happened::Pinged { ping, tier, to, reason, passed } = &entry.what {
        let why = Why {
            case: entry.case.clone(),
            person: UserId::new(""),
            tier: tier.clone(),
            reason: reason.clone(),
            at: entry.at,
            to: to.clone(),
            passed: passed.clone(),
            answer: None,
        };
        return Some((*ping, why));
    }
    None
}

/// People named in words: by mention, by the members of a group, by a name of `people`.
pub fn users(world: &World<'_>, named: &[Addressee]) -> Vec<UserId> {
    let facts = &world.facts;
    let directory = world.directory;
    let mut users: Vec<UserId> = Vec::new();
    for one in named {
        let found: Vec<UserId> = match one {
            Addressee::User(user) => vec![user.clone()],
            Addressee::Group(group) => {
                let members = facts.groups.get(group.as_str()).into_iter().flatten();
                members.filter_map(|key| directory.user(key)).collect()
            }
            Addressee::Name(name) => {
                let key = PersonKey::new(name.trim_start_matches('@').to_lowercase());
                let by_name = || {
                    let same = |(_, account): &(&UserId, &crate::domain::directory::Account)| {
                        account.name.eq_ignore_ascii_case(name.trim_start_matches('@'))
                    };
                    directory.users.iter().find(same).map(|(user, _)| user.clone())
                };
                directory.user(&key).or_else(by_name).into_iter().collect()
            }
        };
        users.extend(found.into_iter().filter(|user| user != world.bot));
    }
    let mut seen = std::collections::BTreeSet::new();
    users.retain(|user| seen.insert(user.clone()));
    users
}
