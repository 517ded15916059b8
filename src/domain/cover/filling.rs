//! Who really serves a desk: at large by its own roles, and in each channel that was set up by that channel's.

use crate::coverage::{EventDays, Facts, Span, WhenClosed, Who};
use crate::domain::World;
use crate::domain::cover::board::Lives;
use crate::domain::desk::{ChannelState, Desk, DeskState, Switched};
use crate::id::{ChannelId, PersonKey, RoleKey};
use crate::zone::Timestamp;
use std::collections::BTreeMap;

/// One way in which a desk is served. It keeps its minimum in each of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filling {
    /// The channel that was set up; none at large.
    pub channel: Option<ChannelId>,
    pub roles: BTreeMap<RoleKey, Vec<Who>>,
    /// The event's own days, with the people assigned; at most one.
    pub days: Vec<EventDays>,
}

impl Filling {
    /// By the desk's own roles.
    pub fn at_large(desk: &Desk) -> Self {
        Self { channel: None, roles: desk.roles.clone(), days: Vec::new() }
    }

    /// The channel's own filling of each role, over the desk's defaults; its people count as on duty on the
    /// days of its event (DESIGN §2.9).
    pub fn of_channel(
        desk: &Desk,
        channel: &ChannelId,
        state: &ChannelState,
        groups: &BTreeMap<String, Vec<PersonKey>>,
    ) -> Self {
        let mut roles = desk.roles.clone();
        roles.extend(state.roles.clone());
        let people = state.roles.values().flatten().flat_map(|who| match who {
            Who::Person(key) => vec![key.clone()],
            Who::Group(name) => groups.get(name).cloned().unwrap_or_default(),
            Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => Vec::new(),
        });
        let people: Vec<PersonKey> = people.collect();
        let days = state.days.map(|days| EventDays { people, from: days.from, until: days.until });
        Self { channel: Some(channel.clone()), roles, days: days.into_iter().collect() }
    }

    /// The part of a span in which it matters: an event's channel is served on the event's days.
    pub fn within(&self, span: Span) -> Span {
        self.days.iter().fold(span, |span, days| span.overlap(&Span::new(days.from, days.until)))
    }

    /// Whether it matters at that instant.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.days.iter().all(|days| Span::new(days.from, days.until).contains(at))
    }

    /// The facts by which the desk is judged in it, at its own hours.
    pub fn facts<'a>(&'a self, world: &World<'a>, lives: &'a Lives) -> Facts<'a> {
        Facts {
            live: lives,
            roles: &self.roles,
            event_days: &self.days,
            when_closed: WhenClosed::NobodyAnswers,
            ..world.facts
        }
    }
}

/// Every way in which the desk is served, at large first. A channel that is switched off is not served.
pub fn fillings(
    desk: &Desk,
    record: Option<&DeskState>,
    groups: &BTreeMap<String, Vec<PersonKey>>,
) -> Vec<Filling> {
    let channels = record.into_iter().flat_map(|record| &record.channels);
    let set_up = channels.filter(|(_, state)| {
        state.switched == Switched::On && !(state.roles.is_empty() && state.days.is_none())
    });
    let set_up = set_up.map(|(channel, state)| Filling::of_channel(desk, channel, state, groups));
    std::iter::once(Filling::at_large(desk)).chain(set_up).collect()
}
