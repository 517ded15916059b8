//! A case's report: what was read, what is missing, and what follows when it is complete.

use crate::domain::case::{Case, Part, Proven, Report, RunHours, RunState};
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, PingReason, Problem, ProblemKind};
use crate::domain::event::{Message, SharedFile};
use crate::domain::note::Note;
use crate::domain::organisation::{self, Looked};
use crate::domain::people::Scene;
use crate::domain::policy::{AfterHoursAction, FieldKind, Intake, Policy, WhenIncomplete};
use crate::domain::timeline::Happened;
use crate::domain::{booking, escalation, template, text, ticket};
use crate::id::FieldKey;
use std::collections::BTreeMap;

/// The longest text of a report that is kept, in characters; more is cut.
pub const LONGEST_TEXT: usize = 4_000;

/// Parts beyond these are not kept: nobody's report is longer.
const MOST_PARTS: usize = 20;

/// Reads a report from its messages.
pub fn read(parts: Vec<Part>, intake: &Intake) -> Report {
    let mut report = Report { parts, ..Report::default() };
    reread(&mut report, intake);
    report
}

/// Reads the parts again, and lays what was added over them.
pub fn reread(report: &mut Report, intake: &Intake) {
    let filled = template::read_report(&report.parts, &intake.fields, intake.greeting.as_deref());
    report.given = filled.given;
    report.given.extend(report.added.clone());
    let plain: Vec<String> = report.parts.iter().map(|part| text::read(&part.text).plain).collect();
    report.text = cut(plain.join("\n").trim(), LONGEST_TEXT);
    report.files = report.parts.iter().flat_map(|part| part.files.clone()).collect();
}

/// A message of the report, cut to what is kept: without its mentions of the bot, with the names of the
/// others, because a report is read where nobody may be mentioned.
pub fn part(message: &Message, scene: &Scene<'_>) -> Part {
    let directory = scene.world.directory;
    let said = text::without_mention(&cut(&message.text, LONGEST_TEXT), scene.world.bot);
    let text = text::read(&said).users.iter().fold(said.clone(), |said, user| {
        said.replace(&format!("<@{user}>"), &format!("<@{user}|{}>", directory.name(user)))
    });
    Part { ts: message.ts.clone(), text, files: message.files.clone() }
}

/// At most `most` characters.
pub fn cut(text: &str, most: usize) -> String {
    text.char_indices().nth(most).map_or_else(|| text.to_owned(), |(end, _)| text[..end].to_owned())
}

/// A further post of the same requester.
pub fn join(draft: &mut Draft, scene: &Scene<'_>, message: &Message) {
    if draft.case.report.parts.len() < MOST_PARTS {
        draft.case.report.parts.push(part(message, scene));
    }
    draft.record(scene.now, Some(&message.by), Happened::Joined { ts: message.ts.clone() });
    reread(&mut draft.case.report, &scene.policy.intake);
    ask(draft, scene);
}

/// A reply in the thread may hold what is missing: by label, or bare when exactly one field is.
pub fn add_reply(draft: &mut Draft, scene: &Scene<'_>, message: &Message) {
    let fields = &scene.policy.intake.fields;
    let open: Vec<FieldKey> = problems(&draft.case, scene.policy).into_iter().map(|p| p.field).collect();
    let alone = [part(message, scene)];
    let filled = template::read_report(&alone, fields, None);
    let mut added: BTreeMap<FieldKey, String> = BTreeMap::new();
    if filled.labelled || !open.is_empty() {
        let takes = |key: &FieldKey| filled.labelled || open.contains(key);
        let plain = |key: &FieldKey| fields.iter().any(|f| f.key == *key && f.kind == FieldKind::Text);
        // Free text in a reply is talk, unless it stands under a label.
        added =
            filled.given.into_iter().filter(|(k, _)| takes(k) && (filled.labelled || !plain(k))).collect();
    }
    if added.is_empty() && open.len() == 1 {
        let given = &draft.case.report.given;
        added.extend(template::bare_reply(fields, given, &message.text, &message.files));
    }
    draft.case.report.files.extend(message.files.iter().cloned());
    add(draft, scene, added, &message.files);
}

/// Takes values in that the thread or the form brought.
pub fn add(draft: &mut Draft, scene: &Scene<'_>, added: BTreeMap<FieldKey, String>, files: &[SharedFile]) {
    if added.is_empty() && files.is_empty() {
        return;
    }
    draft.case.report.given.extend(added.clone());
    draft.case.report.added.extend(added);
    ask(draft, scene);
}

/// What is missing or wrong in a case's report.
pub fn problems(case: &Case, policy: &Policy) -> Vec<Problem> {
    let report = &case.report;
    template::problems(&policy.intake.fields, &report.given, &report.files)
}

/// Brings the request for missing fields up to date; starts what waited for the last of them.
pub fn ask(draft: &mut Draft, scene: &Scene<'_>) {
    if organisation::look(draft, scene) == Looked::TakenBack {
        return;
    }
    booking::seek(draft, scene);
    let problems = problems(&draft.case, scene.policy);
    if redirects(&draft.case, scene.policy, &problems) {
        return;
    }
    let fields: Vec<FieldKey> = problems.iter().map(|problem| problem.field.clone()).collect();
    let starts = fields.is_empty() || scene.policy.intake.when_incomplete == WhenIncomplete::StartClock;
    if fields != draft.case.report.asked {
        ask_for(draft, scene, fields, problems);
    }
    let awaited = booking::is_awaited(&draft.case, scene);
    let held = draft.case.is_unclaimed() && draft.case.run.state == RunState::HeldForDetails;
    if starts && held && !awaited {
        begin(draft, scene, PingReason::Completed);
    }
}

/// Asks for these fields and for no other any more.
fn ask_for(draft: &mut Draft, scene: &Scene<'_>, fields: Vec<FieldKey>, problems: Vec<Problem>) {
    let had_asked = !draft.case.report.asked.is_empty();
    draft.case.report.asked.clone_from(&fields);
    if !fields.is_empty() {
        draft.record(scene.now, None, Happened::AskedFor { fields });
        draft.effects.push(Effect::AskForMissing(problems));
    } else if had_asked {
        draft.effects.push(Effect::DropMissing);
        draft.record(scene.now, None, Happened::Completed);
    }
}

/// Takes the request for missing fields away: nothing is waited for any more.
pub fn stop_asking(draft: &mut Draft) {
    if !draft.case.report.asked.is_empty() {
        draft.case.report.asked.clear();
        draft.effects.push(Effect::DropMissing);
    }
}

/// Pings the first tier; while the desk is closed, does what it does then.
pub fn begin(draft: &mut Draft, scene: &Scene<'_>, reason: PingReason) {
    if scene.is_open() || draft.case.run.hours == RunHours::Elapsed {
        return escalation::start(draft, scene, draft.case.run.tier, reason, scene.now);
    }
    draft.case.run.state = RunState::Queued;
    match &scene.policy.after_hours.action {
        AfterHoursAction::Queue => {}
        AfterHoursAction::Ticket => ticket::decide::after_hours(draft, scene),
        AfterHoursAction::Tier(name) => {
            if let Some(tier) = scene.policy.tiers.iter().position(|tier| tier.name == *name) {
                draft.case.run.hours = RunHours::Elapsed;
                escalation::start(draft, scene, tier, reason, scene.now);
            }
        }
    }
}

/// Whether the desk sends this case elsewhere because what it must affirm is not affirmed.
pub fn redirects(case: &Case, policy: &Policy, problems: &[Problem]) -> bool {
    policy.redirect.as_ref().is_some_and(|redirect| {
        case.report.proven == Proven::Unsaid
            && problems.iter().any(|problem| {
                problem.field == redirect.unless
                    && matches!(problem.kind, ProblemKind::Missing | ProblemKind::NotAffirmed)
            })
    })
}

/// "It is proven": the requester affirms what the desk asks for.
pub fn affirm(draft: &mut Draft, scene: &Scene<'_>) {
    let Some(redirect) = scene.policy.redirect.clone() else { return };
    draft.case.report.proven = Proven::Affirmed;
    draft.case.report.added.insert(redirect.unless.clone(), "yes".to_owned());
    draft.case.report.given.insert(redirect.unless, "yes".to_owned());
    ask(draft, scene);
}

/// The redirect's offer, with its two ways on.
pub fn offer_redirect(draft: &mut Draft, scene: &Scene<'_>) {
    if let Some(redirect) = &scene.policy.redirect {
        draft.record(scene.now, None, Happened::Redirected);
        draft.say(Note::Redirect { case: draft.case.id.clone(), field: redirect.unless.clone() });
    }
}
