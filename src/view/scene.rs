//! What a writer has before their eyes: the facts, the instant, and the case if there is one.

use crate::clock::Timestamp;
use crate::domain::World;
use crate::domain::case::Case;
use crate::domain::policy::{ChannelRef, Policy, Tier};
use crate::id::{CaseId, ChannelId, DeskKey, UserId};
use crate::view::card;
use crate::view::mrkdwn;
use crate::view::voice::{Medium, Voice, list};

#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub world: &'a World<'a>,
    pub now: Timestamp,
    /// The case that is decided on; none where a reply is worded by itself.
    pub case: Option<&'a Case>,
}

impl<'a> Scene<'a> {
    pub fn voice(&self) -> Voice<'a> {
        Voice { directory: self.world.directory, medium: Medium::Slack { now: self.now } }
    }

    /// The policy of the case; of the desk, for what is said without a case.
    pub fn policy(&self) -> Option<&'a Policy> {
        self.world.policy.or_else(|| self.world.desk.map(|desk| desk.policy.as_ref()))
    }

    /// The policy of this desk: the one at hand if it is the desk's.
    pub fn policy_of(&self, desk: &DeskKey) -> Option<&'a Policy> {
        self.policy()
            .filter(|policy| policy.desk == *desk)
            .or_else(|| self.world.desks.get(desk).map(|desk| desk.policy.as_ref()))
    }

    /// A desk's name as people know it, escaped.
    pub fn desk(&self, desk: &DeskKey) -> String {
        let name = self.policy_of(desk).map_or_else(|| desk.as_str(), |policy| policy.name.as_str());
        self.voice().typed(name)
    }

    /// Several desks, as a list in a sentence.
    pub fn desk_names(&self, desks: &[DeskKey]) -> String {
        list(&desks.iter().map(|desk| self.desk(desk)).collect::<Vec<_>>())
    }

    /// A case by its id, with a link to its thread when that is known.
    pub fn case(&self, id: &CaseId) -> String {
        match self.case.filter(|case| case.id == *id) {
            Some(case) => card::whereabouts(case, &self.voice()),
            None => self.voice().typed(id.as_str()),
        }
    }

    /// Who asked, by name; `the requester` where the case is not at hand.
    pub fn requester(&self) -> String {
        self.case
            .map_or_else(|| "the requester".to_owned(), |case| self.voice().words(&case.requester_name, 80))
    }

    /// The issue in a line, in quotation marks; nothing where the case is not at hand.
    pub fn gist(&self) -> String {
        self.case
            .map(|case| format!("“{}”", card::gist(case, self.policy(), &self.voice())))
            .unwrap_or_default()
    }

    /// `#trainers`, as plain text.
    pub fn channel(&self, wanted: &ChannelRef) -> String {
        match wanted {
            ChannelRef::Name(name) => format!("#{}", self.voice().words(name, 80)),
            ChannelRef::Id(id) => self.channel_by_id(id),
        }
    }

    /// `#trainers`, as plain text; the id of a channel whose name is not known.
    pub fn channel_by_id(&self, id: &ChannelId) -> String {
        let name = self.world.directory.channels.get(id).map_or_else(|| id.as_str(), String::as_str);
        format!("#{}", self.voice().words(name, 80))
    }

    /// Who can decide on a desk beyond its responders, by name: `its supervisor Kofi`.
    pub fn supervisor(&self, desk: &DeskKey) -> String {
        let key =
            self.world.desks.get(desk).or(self.world.desk).and_then(|desk| desk.coverage.supervisor.as_ref());
        key.map_or_else(
            || "its supervisor".to_owned(),
            |key| format!("its supervisor {}", self.voice().person(key)),
        )
    }

    /// A name on a button, where no markup is read.
    pub fn name_on_button(&self, user: &UserId) -> String {
        mrkdwn::plain(self.world.directory.name(user), 40)
    }

    /// `#trainers` on a button, where no markup is read.
    pub fn channel_on_button(&self, wanted: &ChannelRef) -> String {
        let name = match wanted {
            ChannelRef::Name(name) => name.as_str(),
            ChannelRef::Id(id) => {
                self.world.directory.channels.get(id).map_or_else(|| id.as_str(), String::as_str)
            }
        };
        format!("#{}", mrkdwn::plain(name, 40))
    }

    pub fn tier(&self, name: &str) -> Option<&'a Tier> {
        self.policy()?.tiers.iter().find(|tier| tier.name == name)
    }
}
