//! Where a record stands in the tree: one byte for its kind, then its name, numbers with the big end first.

use super::record::Kind;
use crate::id::{CallId, CaseId, ChannelId, DeskKey, LaneId, MessageTs, PolicyId, UserId};

const META: u8 = 0;
/// Cases that are read at start: open ones, and closed ones that are still due.
const CASE_LIVE: u8 = 1;
/// Closed cases with nothing left to do.
const CASE_REST: u8 = 2;
const PERSON: u8 = 3;
const DESK: u8 = 4;
const POLICY: u8 = 5;
const TIMELINE: u8 = 6;
const CALL: u8 = 7;
const DEAD: u8 = 8;
const SLOT: u8 = 9;
const DELIVERY: u8 = 10;
/// Which case a message belongs to; derived from cases and slots, and not exported.
const MESSAGE: u8 = 11;
const PIECE: u8 = 12;

fn text(tag: u8, name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 1);
    key.push(tag);
    key.extend_from_slice(name.as_bytes());
    key
}

fn number(tag: u8, seq: u64) -> Vec<u8> {
    let mut key = vec![tag];
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

pub(super) fn meta(name: &str) -> Vec<u8> {
    text(META, name)
}

pub(super) fn case_live(id: &CaseId) -> Vec<u8> {
    text(CASE_LIVE, id.as_str())
}

pub(super) fn case_rest(id: &CaseId) -> Vec<u8> {
    text(CASE_REST, id.as_str())
}

pub(super) fn person(user: &UserId) -> Vec<u8> {
    text(PERSON, user.as_str())
}

pub(super) fn desk(desk: &DeskKey) -> Vec<u8> {
    text(DESK, desk.as_str())
}

pub(super) fn policy(id: &PolicyId) -> Vec<u8> {
    text(POLICY, id.as_str())
}

/// What all entries of a case's timeline begin with.
pub(super) fn timeline_of(case: &CaseId) -> Vec<u8> {
    let mut key = text(TIMELINE, case.as_str());
    key.push(0);
    key
}

pub(super) fn timeline(case: &CaseId, seq: u64) -> Vec<u8> {
    let mut key = timeline_of(case);
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

pub(super) fn call(seq: u64) -> Vec<u8> {
    number(CALL, seq)
}

pub(super) fn dead(id: &CallId) -> Vec<u8> {
    text(DEAD, id.as_str())
}

pub(super) fn slots(case: &CaseId) -> Vec<u8> {
    text(SLOT, case.as_str())
}

/// The slots of messages that belong to no case, by their lane; no case has a colon in its name.
pub(super) fn lane_slots(lane: &LaneId) -> Vec<u8> {
    text(SLOT, lane.as_str())
}

/// Whether slots of this name are a lane's.
pub(super) fn is_lane(name: &str) -> bool {
    name.contains(':')
}

pub(super) fn delivery(seq: u64) -> Vec<u8> {
    number(DELIVERY, seq)
}

pub(super) fn message(channel: &ChannelId, ts: &MessageTs) -> Vec<u8> {
    let mut key = text(MESSAGE, channel.as_str());
    key.push(0);
    key.extend_from_slice(ts.as_str().as_bytes());
    key
}

/// The `nth` piece of the large record at `key`.
pub(super) fn piece(key: &[u8], nth: u32) -> Vec<u8> {
    let mut piece = vec![PIECE];
    piece.extend_from_slice(key);
    piece.extend_from_slice(&nth.to_be_bytes());
    piece
}

/// What the keys of a kind begin with; cases stand in two places.
pub(super) fn prefixes(kind: Kind) -> &'static [[u8; 1]] {
    match kind {
        Kind::Case => &[[CASE_LIVE], [CASE_REST]],
        Kind::Person => &[[PERSON]],
        Kind::Desk => &[[DESK]],
        Kind::Policy => &[[POLICY]],
        Kind::Timeline => &[[TIMELINE]],
        Kind::Call => &[[CALL]],
        Kind::Dead => &[[DEAD]],
        Kind::Slot => &[[SLOT]],
        Kind::Delivery => &[[DELIVERY]],
        Kind::Meta => &[[META]],
    }
}

/// The cases that are read at start.
pub(super) const LIVE_CASES: [u8; 1] = [CASE_LIVE];

/// The cases that are not.
pub(super) const CLOSED_CASES: [u8; 1] = [CASE_REST];

/// What every case's key comes before.
pub(super) const AFTER_CASES: u8 = PERSON;

/// The number at the end of a key, or none where it has none.
pub(super) fn seq(key: &[u8]) -> Option<u64> {
    let (_, last) = key.split_last_chunk::<8>()?;
    Some(u64::from_be_bytes(*last))
}

/// The name in a key whose kind has names.
pub(super) fn name(key: &[u8]) -> String {
    String::from_utf8_lossy(key.get(1..).unwrap_or_default()).into_owned()
}

/// A key as an export shows it: a name, a number, or `case/number`.
pub(super) fn shown(kind: Kind, key: &[u8]) -> String {
    match kind {
        Kind::Call | Kind::Delivery => seq(key).unwrap_or_default().to_string(),
        Kind::Timeline => {
            let case = key.get(1..key.len().saturating_sub(9)).unwrap_or_default();
            format!("{}/{}", String::from_utf8_lossy(case), seq(key).unwrap_or_default())
        }
        Kind::Case | Kind::Person | Kind::Desk | Kind::Policy | Kind::Dead | Kind::Slot | Kind::Meta => {
            name(key)
        }
    }
}

/// The key that an export shows so; `None` when it cannot be one. A case's depends on its content besides.
pub(super) fn of_shown(kind: Kind, shown: &str) -> Option<Vec<u8>> {
    match kind {
        Kind::Case => Some(text(CASE_REST, shown)),
        Kind::Person => Some(text(PERSON, shown)),
        Kind::Desk => Some(text(DESK, shown)),
        Kind::Policy => Some(text(POLICY, shown)),
        Kind::Timeline => {
            let (case, seq) = shown.rsplit_once('/')?;
            Some(timeline(&CaseId::new(case), seq.parse().ok()?))
        }
        Kind::Call => Some(call(shown.parse().ok()?)),
        Kind::Dead => Some(text(DEAD, shown)),
        Kind::Slot => Some(text(SLOT, shown)),
        Kind::Delivery => Some(delivery(shown.parse().ok()?)),
        Kind::Meta => Some(meta(shown)),
    }
}
