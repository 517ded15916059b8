//! How a case ends and begins again: what the desk asks for first, the requester's word, reopening.

mod after;
pub mod canned;
mod hold;
pub mod note;
pub mod parting;
pub mod survey;
pub mod tags;

use crate::domain::case::{ClaimedBy, Late, Resolution, Stage};
use crate::domain::closing::note::{ClosingButton, ClosingForm, ClosingNote, Parted};
use crate::domain::closing::parting::{Ended, Parting, Word};
use crate::domain::draft::Draft;
use crate::domain::effect::{Form, PingReason, Problem, ProblemKind, Reply};
use crate::domain::event::{FormRef, FormValues};
use crate::domain::note::Note;
use crate::domain::ownership::{self, Helpers, Manner, Permission};
use crate::domain::people::Scene;
use crate::domain::policy::{Announce, NoteRule, Required};
use crate::domain::timeline::{Happened, WithdrawnBecause};
use crate::domain::{escalate, escalation, playbook, report, ticket};
use crate::id::{FieldKey, UserId};
pub use hold::{end_hold, hold};
use std::collections::BTreeMap;

/// What a resolution says beside that it is one.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// The tags as a form shows them; words leave them as they are.
    pub tags: Option<Vec<String>>,
    pub outcome: Option<String>,
    /// The answer to whose fault it was; it completes the outcome.
    pub fault: Option<String>,
    pub note: Option<String>,
    pub force: Force,
}

/// Whether a supervisor ends it although something is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Force {
    #[default]
    No,
    Yes,
}

/// How the wish to resolve came: only some ways can open a form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ResolveWay {
    /// A form can open: it does whenever there is anything to ask.
    Button,
    /// The form: it stays open with what is missing under its fields.
    Form,
    /// Words: what is missing is named with a button to the form.
    Words,
    /// A reaction: as words, and strangers' reactions are ignored.
    Reaction,
}

/// Something the desk asks for before an end: the form's block and how it is called.
struct Need {
    block: String,
    text: String,
}

/// Ends the case, or says what is needed first.
pub fn resolve(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ending: Ending, way: ResolveWay) {
    let requester = draft.case.requester == *by;
    let answers = scene.is_responder(by) || scene.is_supervisor(by);
    if way == ResolveWay::Reaction && !(draft.case.is_open() && answers) {
        return;
    }
    let plays = !draft.case.playbooks.all.is_empty() && playbook::may_work(&draft.case, scene, by);
    if !(requester || plays) || !draft.case.is_open() {
        let unclaimed = draft.case.is_unclaimed() && answers;
        if !unclaimed && ownership::may(draft, scene, by, Helpers::Too) == Permission::Refused {
            return;
        }
    }
    if ending.force == Force::Yes && !scene.is_supervisor(by) {
        return draft.answer(Note::SupervisorsOnly { desk: scene.desk.key.clone() });
    }
    if let Some(tags) = &ending.tags
        && !tags::set(draft, scene, by, tags)
    {
        return;
    }
    // Their own word is enough: what the desk files it under is not theirs to know. But whoever worked on a playbook
    // knows how it ended, whether they answer here or not.
    let gated = answers || !requester || !draft.case.playbooks.all.is_empty();
    if way == ResolveWay::Button && gated && asks_anything(scene) {
        return open_form(draft, scene, by);
    }
    let needs = needs(draft, scene, &ending);
    let ending = after::completed(ending, &scene.policy.closing);
    match (gated, ending.force) {
        (true, Force::No) if !needs.is_empty() => refuse(draft, needs, way),
        (true, Force::No) => in_the_end(draft, scene, by, ending),
        (true, Force::Yes) => {
            let missing = needs.into_iter().map(|need| need.text).collect::<Vec<_>>();
            let how = if missing.is_empty() { Ended::Said } else { Ended::Forced { missing } };
            end(draft, scene, by, ending, how);
        }
        (false, Force::No | Force::Yes) => {
            end(draft, scene, by, ending, Ended::Said);
            tags::owe(draft, scene);
        }
    }
}

/// Everything the desk asks for is there: the requester's word may still be waited for, unless it is theirs.
fn in_the_end(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ending: Ending) {
    if draft.case.requester == *by {
        draft.case.parting.proposed = None;
        return end(draft, scene, by, ending, Ended::Said);
    }
    if let Some(proposed) = &draft.case.parting.proposed {
        let until = proposed.until;
        let (case, requester) = (draft.case.id.clone(), draft.case.requester.clone());
        return draft.answer(Note::Closing(ClosingNote::WaitsForWord { case, requester, until }));
    }
    let Some(quiet_for) = parting::waits_for_word(&draft.case, scene) else {
        return end(draft, scene, by, ending, Ended::Said);
    };
    if draft.case.is_unclaimed() {
        ownership::claim(draft, scene, by, ClaimedBy::Command, Manner::InPassing);
    }
    // Of one that nobody took, nobody could hear the word that is waited for.
    if draft.case.is_unclaimed() {
        return end(draft, scene, by, ending, Ended::Said);
    }
    parting::propose(draft, scene, by, ending, quiet_for);
}

fn open_form(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let mut given = tags::given(draft);
    if let Some(outcome) = playbook::outcome(&draft.case, scene) {
        let (outcome, fault) = after::parts(&outcome, &scene.policy.closing);
        given.insert("outcome".to_owned(), vec![outcome]);
        given.extend(fault.map(|fault| ("fault".to_owned(), vec![fault])));
    }
    if scene.is_supervisor(by) {
        given.insert("force".to_owned(), Vec::new());
    }
    let form = FormRef::Resolve(draft.case.id.clone());
    draft.reply = Reply::OpenForm(Box::new(Form { form, given, problems: Vec::new() }));
}

fn refuse(draft: &mut Draft, needs: Vec<Need>, way: ResolveWay) {
    let case = draft.case.id.clone();
    match way {
        ResolveWay::Form => {
            let problems = needs.into_iter().map(|need| Problem {
                field: FieldKey::new(need.block),
                label: need.text,
                kind: ProblemKind::Missing,
            });
            draft.reply = Reply::FieldErrors(escalate::by_field(problems.collect()));
        }
        ResolveWay::Button | ResolveWay::Words | ResolveWay::Reaction => {
            let needs = needs.into_iter().map(|need| need.text).collect();
            draft.answer(Note::ResolveNeeds { case, needs });
        }
    }
}

fn asks_anything(scene: &Scene<'_>) -> bool {
    let closing = &scene.policy.closing;
    !closing.tags.is_empty() || !closing.outcomes.is_empty() || closing.note_required == NoteRule::Required
}

/// What the desk requires and is not there, as people know it.
fn needs(draft: &Draft, scene: &Scene<'_>, ending: &Ending) -> Vec<Need> {
    let closing = &scene.policy.closing;
    let mut needs: Vec<Need> = closing
        .tags
        .iter()
        .filter(|(_, group)| {
            group.required == Required::Yes && !group.any_of.iter().any(|tag| draft.case.tags.contains(tag))
        })
        .map(|(name, group)| Need {
            block: format!("tags:{name}"),
            text: format!("a tag for {name} ({})", group.any_of.join(", ")),
        })
        .collect();
    if !closing.outcomes.is_empty() && ending.outcome.is_none() {
        let text = format!("an outcome ({})", closing.outcomes.join(", "));
        needs.push(Need { block: "outcome".to_owned(), text });
    }
    if let Some(fault) = ending.outcome.as_deref().and_then(|outcome| closing.fault_of(outcome))
        && ending.fault.is_none()
    {
        let text = format!("an answer to “{}” ({})", fault.question, fault.any_of.join(", "));
        needs.push(Need { block: "fault".to_owned(), text });
    }
    if closing.note_required == NoteRule::Required && ending.note.is_none() {
        needs.push(Need { block: "note".to_owned(), text: "a note on the solution".to_owned() });
    }
    needs
}

/// The end itself.
fn end(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ending: Ending, how: Ended) {
    let owner = draft.case.owner().cloned();
    let Ending { outcome, note, .. } = ending;
    let resolved = Happened::Resolved { owner: owner.clone(), outcome: outcome.clone(), note: note.clone() };
    draft.record(scene.now, Some(by), resolved);
    if how != Ended::Said {
        draft.record(scene.now, None, Happened::Parted(Parted::Ended { how: how.clone() }));
    }
    escalation::stop(draft);
    report::stop_asking(draft);
    draft.case.parting = Parting::default();
    let said =
        Note::ResolvedBy { by: by.clone(), outcome: outcome.clone(), note: note.clone(), how: how.clone() };
    match scene.policy.closing.announce {
        Announce::Thread => draft.say(said),
        Announce::Channel => draft.announce(said),
    }
    let ended = how;
    draft.case.stage =
        Stage::Resolved(Resolution { by: by.clone(), at: scene.now, owner, outcome, note, ended });
    ticket::follow::ended(draft, scene);
    after::tell(draft, scene, by);
}

/// A resolved case is not: its owner has it back if they can answer, else its tier goes to work.
pub fn reopen(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let case = draft.case.id.clone();
    match &draft.case.stage {
        Stage::Resolved(_) => {}
        Stage::Unclaimed | Stage::Owned(_) => return draft.answer(Note::NotResolved { case }),
        Stage::Withdrawn { .. } => return draft.answer(Note::IsWithdrawn { case }),
    }
    let asked_for_it = draft.case.requester == *by;
    if !asked_for_it && !scene.is_responder(by) && !scene.is_supervisor(by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    begin_again(draft, scene, by);
}

/// [`reopen`], by whomever.
pub fn begin_again(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let Stage::Resolved(end) = &draft.case.stage else { return };
    let owner = end.owner.clone();
    draft.record(scene.now, Some(by), Happened::Reopened);
    draft.case.parting = Parting::default();
    ticket::follow::reopened(draft, scene);
    let able = owner.filter(|owner| owner == by || scene.answer(owner, draft.case.run.hours).available);
    match able {
        Some(owner) => ownership::give_back(draft, scene, &owner, by),
        None => {
            draft.case.talk.reply_late = Late::No;
            draft.case.resolve_from = None;
            escalation::resume(draft, scene, PingReason::Reopened { by: by.clone() });
        }
    }
}

/// The post is gone, or the case went elsewhere: every ping stops.
pub fn withdraw(draft: &mut Draft, scene: &Scene<'_>, by: Option<&UserId>, why: WithdrawnBecause) {
    if !draft.case.is_open() {
        return;
    }
    draft.record(scene.now, by, Happened::Withdrawn { why });
    escalation::stop(draft);
    report::stop_asking(draft);
    draft.case.stage = Stage::Withdrawn { at: scene.now };
}

/// A button about the end was pressed.
pub fn pressed(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, button: &ClosingButton) {
    match button {
        ClosingButton::Tags(_) => tags::open_form(draft, scene, by),
        ClosingButton::Say(_) => canned::open_form(draft, scene, by),
        ClosingButton::NothingElse(_) => parting::answered(draft, scene, by, Word::NothingElse),
        ClosingButton::SomethingElse(_) => parting::answered(draft, scene, by, Word::SomethingElse),
        ClosingButton::Answer { answer, .. } => survey::answered(draft, scene, by, *answer),
        ClosingButton::Comment(_) => survey::open_form(draft, by),
    }
}

/// A form about the end was sent.
pub fn submitted(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, form: &ClosingForm, values: &FormValues) {
    match form {
        ClosingForm::Tags(_) => tags::sent(draft, scene, by, &tags::chosen(values)),
        ClosingForm::Say(_) => {
            let name = values.get("answer").and_then(|names| names.first());
            canned::say(draft, scene, by, name.map_or("", String::as_str));
        }
        ClosingForm::Comment(_) => survey::commented(draft, by, values),
    }
}

/// The resolve form's answers: `tags:GROUP`, `outcome`, `fault`, `note`, `force`.
pub fn ending(values: &FormValues) -> Ending {
    let first = |key: &str| {
        values.get(key)?.first().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Ending {
        tags: Some(tags::chosen(values)),
        outcome: first("outcome"),
        fault: first("fault"),
        note: first("note"),
        force: if first("force").is_some() { Force::Yes } else { Force::No },
    }
}

/// Somebody else's word does not count here.
pub fn only_theirs(draft: &mut Draft) {
    let (case, requester) = (draft.case.id.clone(), draft.case.requester.clone());
    draft.answer(Note::Closing(ClosingNote::OnlyTheirs { case, requester }));
}

/// Opens a form about the end with what is known.
fn open(draft: &mut Draft, form: ClosingForm, given: BTreeMap<String, Vec<String>>) {
    let form = FormRef::Closing(form);
    draft.reply = Reply::OpenForm(Box::new(Form { form, given, problems: Vec::new() }));
}
