//! Where messages are in Slack, by slot: learnt on delivery, so that they can be edited and removed.

use super::change::{Draft, State};
use super::record::{self, Placed, Slots};
use super::shelf::Belongs;
use super::{StoreError, key};
use crate::domain::effect::Slot;
use crate::id::{CaseId, ChannelId, MessageTs};
use crate::view::call::{Address, Call, Verb};

/// So many lists of one person can still be edited: those of a shift and a week, and questions beside them.
const LISTS_KEPT: usize = 24;

impl State {
    pub(super) fn slots(&self, case: &CaseId) -> Result<Slots, StoreError> {
        match self.shelf.get(&key::slots(case))? {
            Some(bytes) => record::decode(&bytes).map_err(StoreError::from),
            None => Ok(Slots::default()),
        }
    }

    /// Where the messages are among which a call has its own: its case's, or its lane's for a list.
    pub(super) fn slots_of(&self, call: &Call) -> Result<Slots, StoreError> {
        match (&call.case, call.slot) {
            (Some(case), _) => self.slots(case),
            (None, Slot::List(_)) => match self.shelf.get(&key::lane_slots(&call.lane))? {
                Some(bytes) => record::decode(&bytes).map_err(StoreError::from),
                None => Ok(Slots::default()),
            },
            (None, _) => Ok(Slots::default()),
        }
    }

    /// Where the bot's own post of a case is.
    pub(super) fn bot_root(&self, case: &CaseId) -> Option<MessageTs> {
        self.slots(case).ok()?.get(Slot::Root).map(|placed| placed.ts.clone())
    }

    /// Keeps where a delivered message is; a removed one is nowhere any more.
    pub(super) fn deliver(
        &mut self,
        draft: &mut Draft,
        call: &Call,
        channel: Option<ChannelId>,
        ts: Option<MessageTs>,
    ) -> Result<(), StoreError> {
        let Some(case) = &call.case else { return self.deliver_list(draft, call, channel, ts) };
        let mut slots = self.slots(case)?;
        let before = slots.clone();
        let channel = channel.or_else(|| match &call.address {
            Address::Channel(channel) | Address::Thread { channel, .. } | Address::OwnThread { channel } => {
                Some(channel.clone())
            }
            Address::Direct(_) | Address::System(_) => {
                slots.get(call.slot).map(|placed| placed.channel.clone())
            }
        });
        match (call.verb, channel, ts) {
            (Verb::Remove, ..) => slots.placed.retain(|placed| placed.slot != call.slot),
            (_, Some(channel), Some(ts)) => {
                slots.placed.retain(|placed| placed.slot != call.slot);
                let belongs = if call.slot == Slot::Root { Belongs::Root } else { Belongs::Within };
                draft.ops.push((key::message(&channel, &ts), Some(belongs.value(case))));
                slots.placed.push(Placed { slot: call.slot, channel, ts });
            }
            (_, _, None) | (_, None, _) => {}
        }
        if slots != before {
            draft.put(key::slots(case), &slots);
        }
        Ok(())
    }

    /// Keeps where a list is, so that it can be edited. Old ones are no longer, and are forgotten.
    fn deliver_list(
        &self,
        draft: &mut Draft,
        call: &Call,
        channel: Option<ChannelId>,
        ts: Option<MessageTs>,
    ) -> Result<(), StoreError> {
        let (Slot::List(_), Some(ts)) = (call.slot, ts) else { return Ok(()) };
        let mut slots = self.slots_of(call)?;
        let before = slots.clone();
        let known = slots.get(call.slot).map(|placed| placed.channel.clone());
        let Some(channel) = channel.or(known) else { return Ok(()) };
        if slots.get(call.slot).is_none_or(|placed| placed.ts != ts) {
            slots.placed.retain(|placed| placed.slot != call.slot);
            slots.placed.push(Placed { slot: call.slot, channel, ts });
        }
        let surplus = slots.placed.len().saturating_sub(LISTS_KEPT);
        slots.placed.drain(..surplus);
        if slots != before {
            draft.put(key::lane_slots(&call.lane), &slots);
        }
        Ok(())
    }
}
