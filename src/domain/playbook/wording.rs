//! The words of a step: its text with the blanks filled, who does it, and how its e-mail refers to it.

use super::plan::{Doer, Doing, Step};
use super::run::Open;
use crate::domain::case::Case;
use crate::domain::people::Scene;
use crate::id::{StepKey, UserId};

/// What a step says, with its blanks filled; not yet escaped.
pub fn text(step: &Step, case: &Case, scene: &Scene<'_>) -> String {
    let written = match &step.what {
        Doing::Task { text } | Doing::Call { text } | Doing::Question { text, .. } | Doing::Post { text } => {
            text.clone()
        }
        Doing::Email { text: Some(text), .. } | Doing::Ping { text: Some(text), .. } => text.clone(),
        Doing::Email { template, text: None } => format!("E-mail “{}”", template.as_str().replace('-', " ")),
        Doing::Ping { text: None, .. } => "Please look into this".to_owned(),
        Doing::Close { outcome } => format!("Resolve the case: {outcome}"),
    };
    super::blanks::fill(&written, case, scene)
}

/// Who does a step, the first that is known: whoever took it, whom the step names, the case's owner, whoever
/// started the run, whoever asked.
pub fn doers(step: &Step, open: Option<&Open>, run: u32, case: &Case, scene: &Scene<'_>) -> Vec<UserId> {
    let started_by = || case.playbooks.run(run).and_then(|run| run.by.clone());
    let somebody = || {
        let owner = case.owner().cloned();
        vec![owner.or_else(started_by).unwrap_or_else(|| case.requester.clone())]
    };
    if let Some(taken) = open.and_then(|open| open.taken_by.clone()) {
        return vec![taken];
    }
    match &step.who {
        None | Some(Doer::Owner) => somebody(),
        Some(Doer::Requester) => vec![case.requester.clone()],
        Some(Doer::Who(who)) => {
            let candidates = scene.named(std::slice::from_ref(who), case.run.hours);
            let able: Vec<UserId> = candidates.iter().filter_map(|one| one.available().cloned()).collect();
            let all: Vec<UserId> = candidates.into_iter().filter_map(|one| one.user).collect();
            if !able.is_empty() {
                able
            } else if !all.is_empty() {
                all
            } else {
                somebody()
            }
        }
    }
}

/// How an e-mail names the step that it does.
pub fn place_of(run: u32, step: &StepKey) -> String {
    format!("{run}/{step}")
}
