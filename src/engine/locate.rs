//! Which records an event is about: found in the indices before anything is loaded.

use super::Engine;
use crate::clock::Clock;
use crate::domain::Glance;
use crate::domain::command::Command;
use crate::domain::event::{Button, Event, FormRef, Message, Subject, What};
use crate::domain::mail::MailForm;
use crate::domain::matching::desk_of;
use crate::id::{CaseId, ChannelId, DeskKey, MessageTs, UserId};
use crate::store::{Locator, Store, TimelineWanted};

/// The records that an event is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) case: Option<CaseId>,
    pub(super) bond: Bond,
    /// The desk of the event's channel; that of the case comes before it.
    pub(super) desk: Option<DeskKey>,
    /// Who acted, or whose state changed.
    pub(super) person: Option<UserId>,
    pub(super) channel: Option<ChannelId>,
    pub(super) timeline: TimelineWanted,
    /// What came due or whose facts changed.
    pub(super) about: Option<Subject>,
    /// Whether every open case is asked for: App Home shows them, and so do the lists of a shift.
    pub(super) home: Home,
    /// Whether a new case may come of it, and whose posts it may join.
    pub(super) opening: Opening,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Home {
    #[default]
    Elsewhere,
    Shown,
    /// Somebody's own day came due: their lists show the work, where a desk has lists.
    InLists,
}

/// What the event has to do with the case that was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bond {
    /// It is about that case.
    #[default]
    Own,
    /// It is a post that may join that case, or become one of its own under the desk's rules as they are now.
    Neighbour,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Opening {
    #[default]
    Never,
    /// By a form, a command or a shortcut.
    Asked,
    /// By a top-level post of this person, which may join another.
    Post(UserId),
}

impl Place {
    /// The line in which the event waits for its turn.
    pub(super) fn line(&self) -> String {
        match (&self.case, &self.channel, &self.person) {
            (Some(case), _, _) => format!("case {case}"),
            (None, Some(channel), _) => format!("channel {channel}"),
            (None, None, Some(person)) => format!("person {person}"),
            (None, None, None) => format!("desk {:?}", self.desk),
        }
    }

    /// The case a top-level post may be about, among those open in its channel: the poster's latest that
    /// nobody has claimed; else the only one that nobody has claimed, for the pointer to its thread.
    pub(super) fn neighbour(&self, open_here: &[Glance]) -> Option<CaseId> {
        let Opening::Post(by) = &self.opening else { return None };
        let unclaimed = || open_here.iter().filter(|glance| glance.owner.is_none());
        let own = unclaimed().filter(|glance| glance.requester == *by).max_by_key(|glance| glance.opened_at);
        let only = || {
            let mut all = unclaimed();
            all.next().filter(|_| all.next().is_none())
        };
        own.or_else(only).map(|glance| glance.id.clone())
    }
}

impl<S: Store, C: Clock> Engine<S, C> {
    pub(super) fn locate(&self, event: &Event, about: Option<&Subject>) -> Place {
        match &event.what {
            What::Posted(message) => self.at_post(message),
            What::Edited(message) => {
                let case = self.case_at(&message.channel, &message.ts);
                // An edit may give a post what makes it a case.
                let opening = match (&case, &message.thread) {
                    (None, None) => Opening::Asked,
                    (Some(_), _) | (None, Some(_)) => Opening::Never,
                };
                Place { case, opening, ..self.in_channel(&message.channel, None, Some(&message.by)) }
            }
            What::Deleted { channel, ts } | What::ReactionsSeen { channel, ts, .. } => {
                Place { case: self.case_at(channel, ts), ..self.in_channel(channel, None, None) }
            }
            What::Reacted { by, channel, ts, .. } => {
                Place { case: self.case_at(channel, ts), ..self.in_channel(channel, None, Some(by)) }
            }
            What::Commanded { by, channel, channel_name, command } => {
                let opening = match command {
                    Command::Escalate { .. } => Opening::Asked,
                    Command::Template
                    | Command::Setup
                    | Command::Enable
                    | Command::Disable
                    | Command::Report
                    | Command::Help
                    | Command::Case(_)
                    | Command::Coverage(_)
                    | Command::Thanks
                    | Command::Unknown { .. } => Opening::Never,
                };
                Place { opening, ..self.in_channel(channel, Some(channel_name), Some(by)) }
            }
            What::Shortcut { by, message } => {
                let here = self.in_channel(&message.channel, None, Some(by));
                Place { case: self.case_of(message), opening: Opening::Asked, ..here }
            }
            What::Pressed { by, button, on } => {
                let channel = on.channel.as_ref();
                self.at_button(button, channel, by)
            }
            What::Submitted { by, form, .. } => self.at_form(form, by),
            What::StatusSet { user, .. } | What::DndSet { user, .. } | What::PresenceSet { user, .. } => {
                Place { person: Some(user.clone()), ..Place::default() }
            }
            What::HomeOpened { user } => {
                Place { person: Some(user.clone()), home: Home::Shown, ..Place::default() }
            }
            What::Due
            | What::Delivered { .. }
            | What::Undeliverable { .. }
            | What::Answered { .. }
            | What::WentStale { .. }
            | What::CaughtUp { .. }
            | What::FactsChanged => at_subject(about),
        }
    }

    fn at_post(&self, message: &Message) -> Place {
        let here = self.in_channel(&message.channel, None, Some(&message.by));
        let case = self.case_of(message);
        let opening = match (&case, &message.thread) {
            (None, None) => Opening::Post(message.by.clone()),
            (None, Some(_)) => Opening::Asked,
            (Some(_), _) => Opening::Never,
        };
        // A mention may ask `why` or `status`.
        let mention = format!("<@{}", self.known().bot());
        let timeline = match message.text.contains(&mention) {
            true => TimelineWanted::Yes,
            false => TimelineWanted::No,
        };
        Place { case, timeline, opening, ..here }
    }

    fn at_button(&self, button: &Button, channel: Option<&ChannelId>, by: &UserId) -> Place {
        let here = match channel {
            Some(channel) => self.in_channel(channel, None, Some(by)),
            None => Place { person: Some(by.clone()), ..Place::default() },
        };
        if let Button::ChooseDesk { desk, channel, .. } = button {
            let (desk, channel) = (Some(desk.clone()), Some(channel.clone()));
            return Place { desk, channel, opening: Opening::Asked, ..here };
        }
        // Those that show what happened, or send it along.
        let timeline = match matches!(button, Button::WhyMe { .. } | Button::Status(_)) {
            true => TimelineWanted::Yes,
            false => here.timeline,
        };
        match button.case() {
            Some(case) => Place { case: Some(case.clone()), timeline, ..here },
            None => Place { home: Home::Shown, ..here },
        }
    }

    fn at_form(&self, form: &FormRef, by: &UserId) -> Place {
        let person = Some(by.clone());
        match form {
            FormRef::Escalate { desk, channel, from } => {
                let case = from.as_ref().and_then(|from| {
                    let root = from.thread.as_ref().unwrap_or(&from.ts);
                    self.case_at(channel, &from.ts).or_else(|| self.case_at(channel, root))
                });
                Place {
                    case,
                    desk: Some(desk.clone()),
                    person,
                    channel: Some(channel.clone()),
                    opening: Opening::Asked,
                    ..Place::default()
                }
            }
            FormRef::Complete(case)
            | FormRef::AskForHelp(case)
            | FormRef::HandOver(case)
            | FormRef::Hold(case)
            | FormRef::Resolve(case)
            | FormRef::Booking(case)
            | FormRef::Ticket(case)
            | FormRef::Mail(MailForm { case, .. }) => {
                Place { case: Some(case.clone()), person, ..Place::default() }
            }
            FormRef::Closing(form) => Place { case: Some(form.case().clone()), person, ..Place::default() },
            FormRef::Setup { desk, channel } => {
                Place { desk: Some(desk.clone()), person, channel: Some(channel.clone()), ..Place::default() }
            }
            FormRef::Playbook(form) => Place { case: Some(form.case().clone()), person, ..Place::default() },
            FormRef::Cover(_) | FormRef::Routine(_) => {
                Place { person, home: Home::Shown, ..Place::default() }
            }
            FormRef::ChooseDesk { channel } => {
                Place { person, channel: Some(channel.clone()), ..Place::default() }
            }
        }
    }

    fn in_channel(&self, channel: &ChannelId, name: Option<&str>, by: Option<&UserId>) -> Place {
        let (settings, directory) = (self.known().settings(), self.known().directory());
        let name = directory.channels.get(channel).map(String::as_str).or(name);
        Place {
            desk: desk_of(&settings.desks, channel, name).map(|desk| desk.key.clone()),
            person: by.cloned(),
            channel: Some(channel.clone()),
            ..Place::default()
        }
    }

    /// The case a message belongs to: as one of its own messages, or as a reply in its thread.
    fn case_of(&self, message: &Message) -> Option<CaseId> {
        let thread = || {
            let (channel, root) = (message.channel.clone(), message.thread.clone()?);
            // A reply under a post that joined a case belongs to that case as well.
            let part = self.case_at(&channel, &root);
            self.store().find(&Locator::Thread { channel, root }).or(part)
        };
        self.case_at(&message.channel, &message.ts).or_else(thread)
    }

    fn case_at(&self, channel: &ChannelId, ts: &MessageTs) -> Option<CaseId> {
        self.store().find(&Locator::Message { channel: channel.clone(), ts: ts.clone() })
    }
}

fn at_subject(about: Option<&Subject>) -> Place {
    let place = Place { about: about.cloned(), ..Place::default() };
    match about {
        Some(Subject::Case(case)) => Place { case: Some(case.clone()), ..place },
        Some(Subject::Person(user)) => Place { person: Some(user.clone()), home: Home::InLists, ..place },
        Some(Subject::Desk(desk)) => Place { desk: Some(desk.clone()), ..place },
        None => place,
    }
}
