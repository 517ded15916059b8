//! A playbook from its file: groups and branches laid flat, every step with what it waits for.

use super::super::ledger::Ledger;
use super::super::shape::playbook::{AnchorText, OverdueText, PlaybookFile, StartText, StepText};
use super::super::shape::words::OneOrMore;
use super::super::yaml::node::Place;
use super::super::yaml::value::{At, Listed};
use super::names::is_key;
use super::time::length;
use crate::clock::Length;
use crate::domain::playbook::blanks;
use crate::domain::playbook::plan::{
    About, Anchor, Condition, Doer, Doing, NOT_REACHED, Overdue, Playbook, REACHED, Start, Step,
};
use crate::id::{FieldKey, PlaybookKey, StepKey, TemplateKey};
use std::collections::{BTreeMap, BTreeSet};

const MOST_STEPS: usize = 60;
const MOST_ANSWERS: usize = 5;
const LONGEST_TEXT: usize = 500;
const LONGEST_ANSWER: usize = 60;
const LONGEST_NAME: usize = 75;
/// Within which one has to do a step that says nothing else.
const WITHIN: Length = Length::minutes(5);
/// After which a playbook does not begin by itself any more.
const UNTIL: Length = Length::hours(12);
const LONGEST: Length = Length::hours(24 * 31);

/// A playbook and where its parts stand.
#[derive(Clone, Debug)]
pub struct BuiltPlaybook {
    pub playbook: Playbook,
    pub place: Place,
    pub steps: BTreeMap<StepKey, Place>,
    /// Where the conditions of `for` stand.
    pub meant_for: Place,
}

/// Reads a playbook's file; `emails` are the names of the templates.
pub fn playbook(
    ledger: &mut Ledger,
    file: &PlaybookFile,
    root: Place,
    emails: &BTreeSet<String>,
) -> Option<BuiltPlaybook> {
    let key = ledger.need(&file.playbook, "playbook", root, "this file").cloned();
    let steps = ledger.need(&file.steps, "steps", root, "this playbook");
    let key = key.filter(|key| is_key(ledger, key, "a playbook"))?;
    let steps = steps?;
    if steps.is_empty() {
        ledger.error(steps.place, "this playbook has no steps\nhint: add one: `- task: Phone the client`");
    }
    if let Some(name) = &file.name {
        ledger.fits(name, "the name of this playbook", LONGEST_NAME);
    }
    if let Some(about) = &file.about {
        ledger.fits(about, "this text", LONGEST_TEXT);
    }
    let meant_for: Vec<Condition> =
        file.meant_for.0.iter().map(|(field, values)| of_field(field, values)).collect();
    let start = match file.start.as_ref().map(|start| start.value) {
        Some(StartText::AtOnce) => Start::AtOnce,
        Some(StartText::OwnerSilent) => Start::OwnerSilent,
        Some(StartText::ByHand) | None => Start::ByHand,
    };
    if let (Some(written), true, true) = (&file.start, start != Start::ByHand, meant_for.is_empty()) {
        ledger.error(
            written.place,
            "this playbook does not say which cases it is meant for\nhint: add `for: { FIELD: VALUE }`, with a field of the desk's template",
        );
    }
    let mut flat = Flat { ledger, emails, steps: Vec::new(), places: BTreeMap::new() };
    flat.sequence(steps, &[], &[]);
    let Flat { steps, places, .. } = flat;
    if steps.len() > MOST_STEPS {
        ledger.error(
            key.place,
            format!(
                "this playbook has {} steps\nhint: at most {MOST_STEPS}; split it by scenario",
                steps.len()
            ),
        );
    }
    let playbook = Playbook {
        key: PlaybookKey::new(key.value.as_str()),
        name: file.name.as_ref().map_or_else(|| key.value.clone(), |name| name.value.clone()),
        about: file.about.as_ref().map(|about| about.value.clone()),
        anchor: match file.anchor.as_ref().map(|anchor| anchor.value) {
            Some(AnchorText::Session) => Anchor::Session,
            Some(AnchorText::Case) | None => Anchor::Case,
        },
        meant_for,
        start,
        until: length(ledger, file.until.as_ref(), LONGEST).unwrap_or(UNTIL),
        steps,
    };
    let meant_for = file.meant_for.0.first().map_or(key.place, |(field, _)| field.place);
    Some(BuiltPlaybook { playbook, place: key.place, steps: places, meant_for })
}

fn of_field(field: &At<String>, values: &At<OneOrMore<String>>) -> Condition {
    Condition { of: About::Field(FieldKey::new(field.trim())), any_of: plain(values) }
}

fn plain(values: &OneOrMore<String>) -> Vec<String> {
    values.0.iter().map(|value| value.value.clone()).collect()
}

/// Steps as they are laid flat.
struct Flat<'l, 'e> {
    ledger: &'l mut Ledger,
    emails: &'e BTreeSet<String>,
    steps: Vec<Step>,
    places: BTreeMap<StepKey, Place>,
}

impl Flat<'_, '_> {
    /// Lays a list of steps flat that follows on `before`, under the conditions of its branch; returns the
    /// steps that the next one after the list waits for.
    fn sequence(&mut self, list: &[At<StepText>], before: &[StepKey], when: &[Condition]) -> Vec<StepKey> {
        let mut before = before.to_vec();
        let mut closed = false;
        for text in list {
            if closed && text.at.is_none() && text.after.is_none() {
                self.ledger.error(
                    text.place,
                    "this step never comes up: the playbook ends with the `close` before it\nhint: put it before the `close`",
                );
            }
            closed |= text.close.is_some() && text.when.0.is_empty();
            before = match &text.together {
                Some(group) => {
                    self.only_together(text);
                    let tails: Vec<Vec<StepKey>> = group
                        .iter()
                        .map(|one| self.sequence(std::slice::from_ref(one), &before, when))
                        .collect();
                    tails.concat()
                }
                None => self.step(text, &before, when),
            };
        }
        before
    }

    fn only_together(&mut self, text: &At<StepText>) {
        let others = self.kinds(text).len() > 1
            || text.at.is_some()
            || text.who.is_some()
            || text.after.is_some()
            || text.within.is_some()
            || !text.when.0.is_empty();
        if others {
            self.ledger.error(
                text.place,
                "a group says `together` and nothing else\nhint: write the other keys on the steps inside it",
            );
        }
    }

    /// One step and what follows on its answers.
    fn step(&mut self, text: &At<StepText>, before: &[StepKey], when: &[Condition]) -> Vec<StepKey> {
        let key = self.key(text);
        let Some(what) = self.what(text) else { return before.to_vec() };
        let own = self.conditions(&text.when);
        let after = match (&text.after, &text.at) {
            (Some(after), _) => plain(after).into_iter().map(|key| StepKey::new(key.trim())).collect(),
            (None, Some(_)) => Vec::new(),
            (None, None) => before.to_vec(),
        };
        let step = Step {
            key: key.clone(),
            what,
            who: text.who.as_ref().and_then(|who| self.doer(who)),
            at: text.at.as_ref().map(|at| at.value),
            until: text.until.as_ref().map(|until| until.value),
            within: length(self.ledger, text.within.as_ref(), LONGEST).unwrap_or(WITHIN),
            overdue: match text.overdue {
                Some(OverdueText::NudgeThenTier) | None => Overdue::NudgeThenTier,
                Some(OverdueText::Nudge) => Overdue::Nudge,
                Some(OverdueText::Nothing) => Overdue::Nothing,
            },
            after,
            when: when.iter().cloned().chain(own).collect(),
        };
        let when = step.when.clone();
        self.steps.push(step);
        self.branches(text, &key, &when)
    }

    fn branches(&mut self, text: &StepText, key: &StepKey, when: &[Condition]) -> Vec<StepKey> {
        let mut branches: Vec<(String, &[At<StepText>])> = Vec::new();
        if let Some(answers) = &text.answers {
            let answers = answers.0.iter();
            branches.extend(answers.map(|(answer, steps)| (answer.value.clone(), steps.as_slice())));
        }
        for (answer, steps) in [(REACHED, &text.reached), (NOT_REACHED, &text.not_reached)] {
            branches.extend(steps.as_ref().map(|steps| (answer.to_owned(), steps.as_slice())));
        }
        let mut tails = vec![key.clone()];
        for (answer, steps) in branches {
            let answered = Condition { of: About::Step(key.clone()), any_of: vec![answer] };
            let when: Vec<Condition> = when.iter().cloned().chain([answered]).collect();
            tails.extend(self.sequence(steps, std::slice::from_ref(key), &when));
        }
        tails.sort();
        tails.dedup();
        tails
    }

    /// The step's key, or one by its place in the file.
    fn key(&mut self, text: &At<StepText>) -> StepKey {
        let given = text.id.clone();
        let usable = given.filter(|id| is_key(self.ledger, id, "a step"));
        let key = usable.map_or_else(
            || StepKey::new(format!("step-{}", self.steps.len() + 1)),
            |id| StepKey::new(id.value),
        );
        if let Some(first) = self.places.get(&key) {
            let first = self.ledger.spot(*first);
            self.ledger.error(
                text.place,
                format!(
                    "there are two steps `{key}`, the first in line {}\nhint: give each its own `id`",
                    first.line
                ),
            );
        }
        let place = text.id.as_ref().map_or(text.place, |id| id.place);
        self.places.insert(key.clone(), place);
        key
    }

    fn kinds(&self, text: &StepText) -> Vec<&'static str> {
        let all = [
            ("task", text.task.is_some()),
            ("call", text.call.is_some()),
            ("question", text.question.is_some()),
            ("email", text.email.is_some()),
            ("ping", text.ping.is_some()),
            ("post", text.post.is_some()),
            ("close", text.close.is_some()),
            ("together", text.together.is_some()),
        ];
        all.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
    }

    fn what(&mut self, text: &At<StepText>) -> Option<Doing> {
        let kinds = self.kinds(text);
        let [kind] = kinds.as_slice() else {
            let message = match kinds.as_slice() {
                [] => "this step does not say what it is\nhint: write one of `task`, `call`, `question`, `email`, `ping`, `post`, `close`".to_owned(),
                many => format!("this step is `{}` at once\nhint: make a step of each", many.join("` and `")),
            };
            self.ledger.error(text.place, message);
            return None;
        };
        self.belongs(text, kind);
        let said = [&text.task, &text.call, &text.question, &text.post, &text.close, &text.text];
        for said in said.into_iter().flatten() {
            self.said(said);
        }
        let about = text.text.as_ref().map(|text| text.value.clone());
        let value =
            |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
        Some(match *kind {
            "task" => Doing::Task { text: value(&text.task) },
            "call" => Doing::Call { text: value(&text.call) },
            "question" => Doing::Question { text: value(&text.question), answers: self.answers(text) },
            "email" => Doing::Email { template: self.template(text.email.as_ref()?), text: about },
            "ping" => {
                let who = text.ping.as_ref().map(|who| who.0.iter().map(|one| one.value.clone()).collect());
                Doing::Ping { who: who.unwrap_or_default(), text: about }
            }
            "post" => Doing::Post { text: value(&text.post) },
            _ => Doing::Close { outcome: value(&text.close) },
        })
    }

    /// Keys that mean nothing for this kind of step.
    fn belongs(&mut self, text: &StepText, kind: &str) {
        let does_itself = ["ping", "post"].contains(&kind);
        let wrong = [
            ("answers", text.answers.as_ref().map(|it| it.place), kind != "question"),
            ("reached", text.reached.as_ref().map(|it| it.place), kind != "call"),
            ("not_reached", text.not_reached.as_ref().map(|it| it.place), kind != "call"),
            ("text", text.text.as_ref().map(|it| it.place), kind != "email" && kind != "ping"),
            ("who", text.who.as_ref().map(|it| it.place), does_itself),
            ("within", text.within.as_ref().map(|it| it.place), does_itself),
        ];
        for (key, place, is_wrong) in wrong {
            if let (Some(place), true) = (place, is_wrong) {
                self.ledger.error(place, format!("a `{kind}` has no `{key}`\nhint: take it out"));
            }
        }
    }

    /// A text that people read: not too long, every blank known. Fields of a form are the desk's.
    fn said(&mut self, text: &At<String>) {
        self.ledger.fits(text, "this text", LONGEST_TEXT);
        if text.trim().is_empty() {
            self.ledger.error(text.place, "this text is empty\nhint: say what is to be done");
        }
        for blank in blanks::names(text) {
            let known = blanks::known();
            if !blank.starts_with("form.") && !known.iter().any(|one| one == blank) {
                let blank = At::new(blank.to_owned(), text.place);
                self.ledger.unknown(
                    &blank,
                    &format!("nothing is known as `{}`", blank.value),
                    "the blanks",
                    known.iter().map(String::as_str),
                    "name a blank as in e-mails, such as `facilitator.phone`, or `form.FIELD`",
                );
            }
        }
    }

    fn answers(&mut self, text: &At<StepText>) -> Vec<String> {
        let Some(written) = &text.answers else {
            self.ledger.error(text.place, "this question has no `answers`\nhint: add `answers: [Yes, No]`");
            return Vec::new();
        };
        let mut answers: Vec<String> = Vec::new();
        for (answer, _) in &written.0 {
            self.ledger.fits(answer, "this answer", LONGEST_ANSWER);
            if answers.iter().any(|other| other.eq_ignore_ascii_case(answer)) {
                self.ledger.error(answer.place, "this answer stands twice\nhint: keep one of the two");
            }
            answers.push(answer.value.clone());
        }
        if answers.len() < 2 || answers.len() > MOST_ANSWERS {
            self.ledger.error(
                written.place,
                format!(
                    "this question has {} answers\nhint: 2 to {MOST_ANSWERS} fit beside each other",
                    answers.len()
                ),
            );
        }
        answers
    }

    fn template(&mut self, name: &At<String>) -> TemplateKey {
        if !self.emails.contains(&name.value) {
            self.ledger.unknown(
                name,
                &format!("there is no e-mail template `{}`", name.value),
                "templates",
                self.emails.iter().map(String::as_str),
                &format!("write it into `emails/{}.txt`, and name that under `include`", name.value),
            );
        }
        TemplateKey::new(name.value.as_str())
    }

    fn doer(&mut self, who: &At<String>) -> Option<Doer> {
        match who.trim() {
            "owner" => Some(Doer::Owner),
            "requester" => Some(Doer::Requester),
            other => match other.parse() {
                Ok(who) => Some(Doer::Who(who)),
                Err(error) => {
                    self.ledger.error(who.place, error.to_string());
                    None
                }
            },
        }
    }

    /// What stands under `when`: a step by its `id`, else a field of the desk's template.
    fn conditions(&mut self, when: &Listed<OneOrMore<String>>) -> Vec<Condition> {
        let condition = |(of, values): &(At<String>, At<OneOrMore<String>>)| {
            let key = StepKey::new(of.trim());
            let of = match of.trim().strip_prefix("form.") {
                Some(field) => About::Field(FieldKey::new(field)),
                None => About::Step(key),
            };
            Condition { of, any_of: plain(values) }
        };
        when.0.iter().map(condition).collect()
    }
}
