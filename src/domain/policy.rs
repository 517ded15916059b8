//! What a desk promises: the part of its configuration that a case keeps from its first moment to its last.

use crate::clock::Length;
use crate::coverage::Who;
use crate::domain::playbook::plan::Playbook;
use crate::id::{ChannelId, DeskKey, FieldKey, PlaybookKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules a case lives by. A reload gives new cases new rules and leaves running ones theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub desk: DeskKey,
    /// The desk's name as people know it.
    pub name: String,
    /// Pinged when no tier can answer, whatever their state.
    pub supervisor: Option<Who>,
    pub intake: Intake,
    /// At least one; tried in order.
    pub tiers: Vec<Tier>,
    pub claiming: Claiming,
    pub clocks: Clocks,
    pub closing: Closing,
    pub after_hours: AfterHours,
    pub self_help: Option<SelfHelp>,
    pub redirect: Option<Redirect>,
    /// The playbooks that are offered here, in the order of the desk's list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub playbooks: Vec<Playbook>,
}

impl Policy {
    pub fn playbook(&self, key: &PlaybookKey) -> Option<&Playbook> {
        self.playbooks.iter().find(|playbook| playbook.key == *key)
    }
}

/// Which posts are cases, and what they have to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    pub cases: CasesRule,
    pub when_incomplete: WhenIncomplete,
    /// The template's first line (`Hi @here,`).
    pub greeting: Option<String>,
    pub fields: Vec<Field>,
    /// How long further posts of the same requester join their unclaimed case.
    pub join_within: Length,
    /// The field whose value is the id of a booking.
    #[serde(default)]
    pub booking: Option<FieldKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CasesRule {
    AnyPost,
    Template,
    FormOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenIncomplete {
    /// The first tier is pinged at once; what is missing is asked for meanwhile.
    StartClock,
    /// Nobody is pinged before the template is complete.
    Hold,
}

/// One line of the template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub key: FieldKey,
    /// As the people know it, and as they may type it.
    pub label: String,
    pub kind: FieldKind,
    pub required: Required,
    /// Shown under the field in the form.
    pub hint: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Url,
    Emails,
    /// One of these.
    Choice(Vec<String>),
    User,
    Number,
    /// Matches the regular expression.
    Id(String),
    Time,
    /// An attached file, or a pasted link to one.
    File,
    /// Something the requester affirms.
    Confirm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    Yes,
    No,
    /// Required, and `n/a` is an answer.
    IfApplicable,
}

/// One rung: whom to ping and how long they have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    pub name: String,
    pub who: Vec<Who>,
    /// Desk open time from the instant the ping is due.
    pub wait: Length,
    /// How many further times this tier is pinged, each wait doubled.
    pub repeat: u32,
    pub ping: PingRule,
    /// Whether a ping also goes to each by direct message.
    pub dm: Dm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PingRule {
    All,
    /// So many, those with the fewest open cases first, then the longest unpinged.
    Next(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dm {
    ThreadOnly,
    ThreadAndDm,
}

/// How a case is taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claiming {
    /// Emoji names without colons.
    pub reactions: Vec<String>,
    /// Emoji by which an owner asks for help.
    pub help: Vec<String>,
    pub on_reply: OnReply,
    pub guard: Guard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReply {
    /// The first responder to reply takes the case.
    Claims,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// Another responder who replies in an owned thread gets one private note.
    On,
    Off,
}

/// Deadlines after the claim, in desk open time. None means no such promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clocks {
    pub reply_within: Option<Length>,
    pub update_every: Option<Length>,
    pub resolve_within: Option<Length>,
    pub hand_over_within: Length,
    pub cover_within: Length,
    /// The densest that reminders may come once a case is exhausted.
    pub remind_at_most: Length,
}

/// What is asked when a case ends.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Closing {
    /// Emoji by which an owner resolves.
    pub reactions: Vec<String>,
    pub tags: BTreeMap<String, TagGroup>,
    /// Choices of outcome; none asked for when empty.
    pub outcomes: Vec<String>,
    /// Whether a solution note is required.
    pub note_required: NoteRule,
    /// Said in the thread when the case is resolved.
    pub message: Option<String>,
    #[serde(default)]
    pub last_word: LastWord,
    /// What a requester's silence leads to; nothing by itself when there is none.
    #[serde(default)]
    pub silence: Option<Silence>,
    /// Asked of the requester after the end.
    #[serde(default)]
    pub survey: Option<Survey>,
    /// How the outcome is asked for, where the desk has words of its own.
    #[serde(default)]
    pub question: Option<String>,
    /// Asked beside some outcomes.
    #[serde(default)]
    pub fault: Option<Fault>,
    /// Who hears by direct message how it ended.
    #[serde(default)]
    pub tell: Vec<Who>,
    #[serde(default)]
    pub announce: Announce,
}

/// A second question, through whose fault it ended so. Its answer completes the outcome: "did not go ahead", "through
/// our fault".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub question: String,
    /// The outcomes beside which it is asked. Never empty.
    pub of: Vec<String>,
    /// Never empty.
    pub any_of: Vec<String>,
}

/// Who sees that a case was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announce {
    /// Those in its thread.
    #[default]
    Thread,
    /// Those in its channel too.
    Channel,
}

impl Closing {
    /// The question beside this outcome.
    pub fn fault_of(&self, outcome: &str) -> Option<&Fault> {
        let asks = |fault: &&Fault| fault.of.iter().any(|one| one.eq_ignore_ascii_case(outcome));
        self.fault.as_ref().filter(asks)
    }

    /// Every outcome that a case can be resolved with, each as it is kept.
    pub fn endings(&self) -> Vec<String> {
        let completed = |outcome: &String| match self.fault_of(outcome) {
            Some(fault) => fault.any_of.iter().map(|answer| completed(outcome, answer)).collect(),
            None => vec![outcome.clone()],
        };
        self.outcomes.iter().flat_map(completed).collect()
    }
}

/// An outcome with the answer to whose fault it was.
pub fn completed(outcome: &str, answer: &str) -> String {
    format!("{outcome} {answer}")
}

/// Whether the requester has the last word before an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastWord {
    #[default]
    NotAsked,
    /// They are asked whether there is anything else; quiet for so long, in elapsed time, they have nothing.
    Asked { quiet_for: Length },
}

/// What happens when a requester does not answer, in elapsed time since what was last said to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    pub remind_after: Length,
    /// Later than the reminder.
    pub close_after: Length,
}

/// One question and the answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    pub question: String,
    /// Two to five.
    pub answers: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagGroup {
    pub any_of: Vec<String>,
    pub required: Required,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteRule {
    #[default]
    Optional,
    Required,
}

/// What happens to a case that is posted while the desk is closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AfterHours {
    pub action: AfterHoursAction,
    /// Said in addition to the usual answer.
    pub message: Option<String>,
    pub urgent: Urgent,
    /// At most one answer per requester in this time.
    pub once_per: Length,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterHoursAction {
    /// The case waits for the desk to open.
    Queue,
    /// This tier, by name, is pinged at once.
    Tier(String),
    /// A ticket is raised in the other system.
    Ticket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgent {
    /// The answer carries an "It cannot wait" button.
    Offered,
    NotOffered,
}

/// The desk's own first steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfHelp {
    pub text: String,
    pub links: Vec<String>,
}

/// Where a post goes whose `confirm` field is not affirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    pub unless: FieldKey,
    pub to: ChannelRef,
}

/// A channel as the configuration names it: an id, or a name without `#`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelRef {
    Id(ChannelId),
    Name(String),
}
