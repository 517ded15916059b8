//! What a record looks like on disk: the domain's own types as JSON behind a version number.
//!
//! Every value is `{"v": 1, "record": …}`. A shape that changes gets the next number, and its `read` keeps an
//! arm for every older one: what was ever written is read for ever. Each shape has a file in
//! `fixtures/records/`.

use super::{DeadLetter, Doubt, Version};
use crate::clock::Timestamp;
use crate::domain::case::{Case, Root, Stage, Turn};
use crate::domain::desk::DeskState;
use crate::domain::effect::Slot;
use crate::domain::person::PersonState;
use crate::domain::policy::Policy;
use crate::domain::timeline::Entry;
use crate::id::{CaseId, ChannelId, DeskKey, MessageTs, UserId};
use crate::view::call::Call;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The kinds of records, by the names they have in an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Case,
    Person,
    Desk,
    Policy,
    Timeline,
    Call,
    Dead,
    Slot,
    Delivery,
    Meta,
}

impl Kind {
    /// Every kind, in the order of an export.
    pub const ALL: [Self; 10] = [
        Self::Meta,
        Self::Policy,
        Self::Case,
        Self::Person,
        Self::Desk,
        Self::Timeline,
        Self::Slot,
        Self::Call,
        Self::Dead,
        Self::Delivery,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Person => "person",
            Self::Desk => "desk",
            Self::Policy => "policy",
            Self::Timeline => "timeline",
            Self::Call => "call",
            Self::Dead => "dead",
            Self::Slot => "slot",
            Self::Delivery => "delivery",
            Self::Meta => "meta",
        }
    }

    /// The kind of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Why a stored record cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RecordError {
    /// An older program on a newer store.
    #[error(
        "a `{kind}` record has version {found}: it was written by a newer firstline, this one reads up to {known}\n\
         hint: start the newer firstline again, or restore an export that this one wrote"
    )]
    Newer { kind: &'static str, found: u32, known: u32 },
    /// The bytes are not what was written.
    #[error("a `{kind}` record cannot be read: {why}\nhint: restore the last export")]
    Damaged { kind: &'static str, why: String },
}

/// Something that is kept, and how each version of it is read.
pub trait Record: Serialize + DeserializeOwned {
    const KIND: Kind;
    /// The version that is written.
    const V: u32 = 1;

    /// Reads the record of version `v`; older versions are brought up to the present shape here.
    fn read(v: u32, json: &str) -> Result<Self, RecordError> {
        match v {
            1 => parse(Self::KIND, json),
            found => Err(RecordError::Newer { kind: Self::KIND.as_str(), found, known: Self::V }),
        }
    }
}

/// A case, person or desk, with its version and when it is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row<T> {
    pub version: Version,
    pub due: Option<Timestamp>,
    pub record: T,
}

/// A call in the outbox, and what became of the tries so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRow {
    pub call: Call,
    /// Tries begun.
    pub attempts: u32,
    pub not_before: Option<Timestamp>,
    pub doubt: Doubt,
    pub first_tried_at: Option<Timestamp>,
    /// Why the last try failed.
    pub why: Option<String>,
}

/// Where the messages of one case are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slots {
    pub placed: Vec<Placed>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    pub slot: Slot,
    pub channel: ChannelId,
    pub ts: MessageTs,
}

impl Slots {
    pub fn get(&self, slot: Slot) -> Option<&Placed> {
        self.placed.iter().find(|placed| placed.slot == slot)
    }
}

/// The delivery keys of one group of commits: 16 bytes of each key's digest, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deliveries {
    /// From when their age counts; `None` where no clock was known yet.
    pub at: Option<Timestamp>,
    pub digests: Vec<String>,
}

/// What is known of the store itself, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meta {
    At(Timestamp),
    Number(u64),
    Mark,
}

impl Record for Row<Case> {
    const KIND: Kind = Kind::Case;
}
impl Record for Row<PersonState> {
    const KIND: Kind = Kind::Person;
}
impl Record for Row<DeskState> {
    const KIND: Kind = Kind::Desk;
}
impl Record for Policy {
    const KIND: Kind = Kind::Policy;
}
impl Record for Entry {
    const KIND: Kind = Kind::Timeline;
}
impl Record for CallRow {
    const KIND: Kind = Kind::Call;
}
impl Record for DeadLetter {
    const KIND: Kind = Kind::Dead;
}
impl Record for Slots {
    const KIND: Kind = Kind::Slot;
}
impl Record for Deliveries {
    const KIND: Kind = Kind::Delivery;
}
impl Record for Meta {
    const KIND: Kind = Kind::Meta;
}

#[derive(Serialize)]
struct Written<'a, R> {
    v: u32,
    record: &'a R,
}

/// A record of any kind, its version read and its content not yet.
#[derive(Deserialize)]
struct Sealed<'a> {
    v: u32,
    #[serde(borrow)]
    record: &'a RawValue,
}

/// The bytes of a record.
pub fn encode<R: Record>(record: &R) -> Vec<u8> {
    serde_json::to_vec(&Written { v: R::V, record }).expect("records have string keys only")
}

/// The record of these bytes.
pub fn decode<R: Record>(bytes: &[u8]) -> Result<R, RecordError> {
    let sealed = open(R::KIND, bytes)?;
    R::read(sealed.v, sealed.record.get())
}

/// The version of a case, without reading the case.
pub fn version_of_case(bytes: &[u8]) -> Result<Version, RecordError> {
    #[derive(Deserialize)]
    struct Head {
        version: Version,
    }
    let sealed = open(Kind::Case, bytes)?;
    match sealed.v {
        1 => parse::<Head>(Kind::Case, sealed.record.get()).map(|head| head.version),
        v => Row::<Case>::read(v, sealed.record.get()).map(|row| row.version),
    }
}

/// What the indices need of a case. Ten thousand are read at every start, and the rest of them is not.
#[derive(Debug, Deserialize)]
pub(super) struct Face {
    pub(super) id: CaseId,
    pub(super) desk: DeskKey,
    pub(super) channel: ChannelId,
    pub(super) root: Root,
    pub(super) requester: UserId,
    pub(super) opened_at: Timestamp,
    pub(super) stage: FaceStage,
    pub(super) talk: FaceTalk,
}

#[derive(Debug, Deserialize)]
pub(super) struct FaceTalk {
    pub(super) turn: Turn,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaceStage {
    Unclaimed,
    Owned(FaceOwner),
    Resolved(IgnoredAny),
    Withdrawn(IgnoredAny),
}

#[derive(Debug, Deserialize)]
pub(super) struct FaceOwner {
    pub(super) owner: UserId,
    #[serde(default)]
    pub(super) hold: Option<FaceHold>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FaceHold {
    pub(super) since: Timestamp,
}

impl Face {
    pub(super) fn of(case: &Case) -> Self {
        Self {
            id: case.id.clone(),
            desk: case.desk.clone(),
            channel: case.channel.clone(),
            root: case.root.clone(),
            requester: case.requester.clone(),
            opened_at: case.opened_at,
            talk: FaceTalk { turn: case.talk.turn },
            stage: match &case.stage {
                Stage::Unclaimed => FaceStage::Unclaimed,
                Stage::Owned(held) => FaceStage::Owned(FaceOwner {
                    owner: held.owner.clone(),
                    hold: held.hold.as_ref().map(|hold| FaceHold { since: hold.since }),
                }),
                Stage::Resolved(_) => FaceStage::Resolved(IgnoredAny),
                Stage::Withdrawn { .. } => FaceStage::Withdrawn(IgnoredAny),
            },
        }
    }
}

/// The face of a stored case, and when it is due.
pub(super) fn face_of_case(bytes: &[u8]) -> Result<(Face, Option<Timestamp>), RecordError> {
    #[derive(Deserialize)]
    struct Open {
        v: u32,
        record: Row<Face>,
    }
    // In one pass where the version allows it: the start waits for this.
    if let Ok(Open { v: 1, record: row }) = serde_json::from_slice(bytes) {
        return Ok((row.record, row.due));
    }
    let sealed = open(Kind::Case, bytes)?;
    Row::<Case>::read(sealed.v, sealed.record.get()).map(|row| (Face::of(&row.record), row.due))
}

/// The version number and the content of a record, as an export shows them.
pub fn unseal(kind: Kind, bytes: &[u8]) -> Result<(u32, serde_json::Value), RecordError> {
    let sealed = open(kind, bytes)?;
    Ok((sealed.v, parse(kind, sealed.record.get())?))
}

/// The bytes of an exported record, refused when this program could not read them again.
pub fn seal(kind: Kind, v: u32, record: &serde_json::Value) -> Result<Vec<u8>, RecordError> {
    #[derive(Serialize)]
    struct Any<'a> {
        v: u32,
        record: &'a serde_json::Value,
    }
    let bytes = serde_json::to_vec(&Any { v, record })
        .map_err(|error| RecordError::Damaged { kind: kind.as_str(), why: error.to_string() })?;
    check(kind, &bytes)?;
    Ok(bytes)
}

/// Whether this program can read the record.
pub fn check(kind: Kind, bytes: &[u8]) -> Result<(), RecordError> {
    match kind {
        Kind::Case => decode::<Row<Case>>(bytes).map(drop),
        Kind::Person => decode::<Row<PersonState>>(bytes).map(drop),
        Kind::Desk => decode::<Row<DeskState>>(bytes).map(drop),
        Kind::Policy => decode::<Policy>(bytes).map(drop),
        Kind::Timeline => decode::<Entry>(bytes).map(drop),
        Kind::Call => decode::<CallRow>(bytes).map(drop),
        Kind::Dead => decode::<DeadLetter>(bytes).map(drop),
        Kind::Slot => decode::<Slots>(bytes).map(drop),
        Kind::Delivery => decode::<Deliveries>(bytes).map(drop),
        Kind::Meta => decode::<Meta>(bytes).map(drop),
    }
}

fn open(kind: Kind, bytes: &[u8]) -> Result<Sealed<'_>, RecordError> {
    serde_json::from_slice(bytes)
        .map_err(|error| RecordError::Damaged { kind: kind.as_str(), why: error.to_string() })
}

fn parse<T: DeserializeOwned>(kind: Kind, json: &str) -> Result<T, RecordError> {
    serde_json::from_str(json)
        .map_err(|error| RecordError::Damaged { kind: kind.as_str(), why: error.to_string() })
}
