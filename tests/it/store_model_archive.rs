//! History, pruning and forgetting in the model store: one look at everything.

use crate::store_model::ModelStore;
use firstline::domain::case::{Case, Stage};
use firstline::domain::event::Subject;
use firstline::domain::timeline::{Entry, Happened};
use firstline::id::{CaseId, PolicyId};
use firstline::store::archive::{SOMEBODY, ended_at, nobody};
use firstline::store::{Ages, Archive, Cursor, Forgotten, Page, Period, Pruned, Pruning, StoreError, Traces};
use firstline::view::call::Call;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

impl Archive for ModelStore {
    async fn page(&self, period: Period, _after: Option<Cursor>) -> Result<Page, StoreError> {
        let all = self.all();
        let of = |id: &CaseId| all.timeline.iter().filter(|entry| entry.case == *id).cloned().collect();
        let cases = all.cases.values().map(|(_, case)| case);
        let touched = cases.filter(|case| period.touches(case.opened_at, ended_at(case)));
        Ok(Page { cases: touched.map(|case| (case.clone(), of(&case.id))).collect(), next: None })
    }

    async fn prune(&self, ages: &Ages, how: Pruning, _after: Option<Cursor>) -> Result<Pruned, StoreError> {
        let mut all = self.all();
        let old = all.cases.values().map(|(_, case)| case).filter(|case| {
            ended_at(case).is_some_and(|ended| ages.is_old(&case.desk, ended))
                && !all.due.contains_key(&Subject::Case(case.id.clone()))
                && !all.rows.iter().any(|row| row.call.case.as_ref() == Some(&case.id))
        });
        let cases: Vec<CaseId> = old.map(|case| case.id.clone()).collect();
        let of_a_desk = |entry: &Entry| {
            let desk = entry.case.as_str().strip_prefix("desk/");
            desk.is_some_and(|desk| ages.is_old(&desk.into(), entry.at))
        };
        let goes = |entry: &Entry| cases.contains(&entry.case) || of_a_desk(entry);
        let lines = all.timeline.iter().filter(|entry| goes(entry)).count();
        let is_theirs = |case: &Option<CaseId>| case.as_ref().is_some_and(|case| cases.contains(case));
        let letters = all.dead.iter().filter(|letter| is_theirs(&letter.call.case)).count();
        if how == Pruning::Remove {
            all.cases.retain(|id, _| !cases.contains(id));
            all.timeline.retain(|entry| !goes(entry));
            all.dead.retain(|letter| !is_theirs(&letter.call.case));
            all.slots.retain(|(case, _), _| !cases.contains(case));
            all.messages.retain(|_, case| !cases.contains(case));
            let used: BTreeSet<PolicyId> = all.cases.values().map(|(_, case)| case.policy.clone()).collect();
            all.policies.retain(|id, _| used.contains(id));
        }
        Ok(Pruned { cases, lines, letters, next: None })
    }

    /// Names and accounts wherever they stand in the JSON of a record; the words of their own cases as a whole.
    async fn forget(&self, who: &Traces) -> Result<Forgotten, StoreError> {
        let mut all = self.all();
        let mut done = Forgotten::default();
        let mut who = who.clone();
        let user = who.user.clone();
        for (_, case) in all.cases.values().filter(|(_, case)| Some(&case.requester) == user.as_ref()) {
            who.names.insert(case.requester_name.clone());
        }
        for (version, case) in all.cases.values_mut() {
            let (before, open) = (case.clone(), case.is_open());
            if Some(&case.requester) == user.as_ref() {
                case.requester_name = SOMEBODY.to_owned();
                case.report.given.clear();
                case.report.added.clear();
                case.report.files.clear();
                case.report.text.clear();
                case.report.parts.iter_mut().for_each(|part| part.text.clear());
            }
            if let Stage::Resolved(end) = &mut case.stage
                && Some(&end.by) == user.as_ref()
            {
                end.note = None;
            }
            *case = without::<Case>(case, &who, !open);
            if *case != before {
                *version += 1;
                let asked = Some(&before.requester) == user.as_ref();
                let list = if asked { &mut done.asked } else { &mut done.named };
                list.push(before.id.clone());
                if asked && open {
                    done.open.push(before.id.clone());
                }
            }
        }
        let still = all.cases.values().filter(|(_, case)| case.is_open());
        let open: Vec<CaseId> = still.map(|(_, case)| case.id.clone()).collect();
        for entry in &mut all.timeline {
            let before = entry.clone();
            if let (Happened::Resolved { note, .. }, true) = (&mut entry.what, entry.by == user) {
                *note = None;
            }
            *entry = without::<Entry>(entry, &who, !open.contains(&before.case));
            done.lines += usize::from(*entry != before);
        }
        if let Some(user) = &user {
            done.records += usize::from(all.people.remove(user).is_some());
            all.due.remove(&Subject::Person(user.clone()));
            all.pinged.remove(user);
            let lane = CaseId::new(Call::direct_lane(user).as_str());
            all.slots.retain(|(keeper, _), _| *keeper != lane);
            for (version, desk) in all.desks.values_mut() {
                if desk.after_hours_told.remove(user).is_some() {
                    *version += 1;
                    done.desks += 1;
                }
            }
        }
        Ok(done)
    }
}

fn without<T: Serialize + DeserializeOwned>(record: &T, who: &Traces, account_goes: bool) -> T {
    let mut text = serde_json::to_string(record).unwrap();
    for name in &who.names {
        text = text.replace(name.as_str(), SOMEBODY);
    }
    if let (Some(user), true) = (&who.user, account_goes) {
        text = text.replace(&format!("<@{user}>"), SOMEBODY).replace(user.as_str(), nobody().as_str());
    }
    serde_json::from_str(&text).unwrap()
}
