//! The calls in the air: claimed, perhaps waiting for their channel's turn, not settled yet.

use crate::domain::effect::Slot;
use crate::id::{CallId, LaneId};
use crate::store::Claim;
use crate::view::call::Call;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is in the air, by call.
#[derive(Debug, Default)]
pub(super) struct Air {
    calls: Mutex<HashMap<CallId, InAir>>,
}

#[derive(Debug)]
struct InAir {
    /// With its newest lease: a call that outlives its lease is given to us again, and must not be sent a
    /// second time beside the first.
    claim: Claim,
    recalled: Recall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recall {
    No,
    Yes,
}

/// Whether a claimed call was in the air before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    New,
    Again,
}

impl Air {
    pub(super) fn take(&self, claim: &Claim) -> Taken {
        match self.lock().entry(claim.call.id.clone()) {
            Entry::Vacant(free) => {
                free.insert(InAir { claim: claim.clone(), recalled: Recall::No });
                Taken::New
            }
            // What was recalled stays so: a new lease is no new wish.
            Entry::Occupied(mut in_air) => {
                in_air.get_mut().claim = claim.clone();
                Taken::Again
            }
        }
    }

    /// Takes a call out of the air, with its newest lease.
    pub(super) fn land(&self, call: &CallId) -> Option<Claim> {
        self.lock().remove(call).map(|in_air| in_air.claim)
    }

    /// The pings of these lanes were cancelled by a commit that brought `fresh` calls.
    pub(super) fn recall(&self, lanes: &[LaneId], fresh: &[Call]) {
        if lanes.is_empty() {
            return;
        }
        for in_air in self.lock().values_mut() {
            let call = &in_air.claim.call;
            let is_older = !fresh.iter().any(|one| one.id == call.id);
            if matches!(call.slot, Slot::Ping(_)) && lanes.contains(&call.lane) && is_older {
                in_air.recalled = Recall::Yes;
            }
        }
    }

    pub(super) fn is_recalled(&self, call: &CallId) -> bool {
        self.lock().get(call).is_some_and(|in_air| in_air.recalled == Recall::Yes)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, InAir>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Air, Taken};
    use crate::clock::Timestamp;
    use crate::domain::effect::Slot;
    use crate::id::{CallId, CaseId, ChannelId};
    use crate::store::{Claim, Doubt};
    use crate::view::call::{Address, Call, Urgency, Verb};
    use serde_json::Value;

    fn claim(id: &str, slot: Slot) -> Claim {
        let case = CaseId::new("help-1");
        let call = Call {
            id: CallId::new(id),
            lane: Call::case_lane(&case),
            case: Some(case),
            slot,
            verb: Verb::Post,
            address: Address::Channel(ChannelId::new("C0HELP")),
            urgency: Urgency::Ping,
            decided_at: Timestamp::UNIX_EPOCH,
            body: Value::Null,
        };
        let (ts, root, channel, first_tried_at) = (None, None, None, None);
        Claim { call, attempts: 0, lease: 1, ts, root, channel, doubt: Doubt::No, first_tried_at }
    }

    #[test]
    fn only_the_pings_that_a_commit_found_are_recalled() {
        let air = Air::default();
        let (old, card, fresh) =
            (claim("old", Slot::Ping(0)), claim("card", Slot::Card), claim("fresh", Slot::Ping(1)));
        for one in [&old, &card, &fresh] {
            assert_eq!(air.take(one), Taken::New);
        }
        air.recall(std::slice::from_ref(&old.call.lane), std::slice::from_ref(&fresh.call));
        let recalled = [&old, &card, &fresh].map(|one| air.is_recalled(&one.call.id));
        assert_eq!(recalled, [true, false, false]);
    }

    #[test]
    fn a_call_in_the_air_is_not_taken_twice_and_lands_with_its_newest_lease() {
        let air = Air::default();
        let mut ping = claim("ping", Slot::Ping(0));
        assert_eq!(air.take(&ping), Taken::New);
        ping.lease = 2;
        air.recall(std::slice::from_ref(&ping.call.lane), &[]);
        assert_eq!(air.take(&ping), Taken::Again);
        assert!(air.is_recalled(&ping.call.id), "a new lease is no new wish");
        assert_eq!(air.land(&ping.call.id).map(|claim| claim.lease), Some(2));
        assert_eq!(air.take(&ping), Taken::New);
    }
}
