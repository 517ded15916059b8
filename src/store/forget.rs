//! Taking somebody out of a store: their own record, and their texts and name in everybody else's.

use super::archive::{Ages, Archive, Cursor, Forgotten, Page, Period, Pruned, Pruning, SOMEBODY, nobody};
use super::change::{Durable, State};
use super::load::names;
use super::record::{self, CallRow, Kind, RecordError, Row};
use super::traces::{Account, Traces, take_out};
use super::transfer::{self, TransferError};
use super::{SledStore, StoreError, key};
use crate::clock::Timestamp;
use crate::domain::case::{Case, Part, Report, Stage};
use crate::domain::desk::DeskState;
use crate::domain::effect::Slot;
use crate::domain::event::Subject;
use crate::domain::timeline::{Entry, Happened};
use crate::id::{CaseId, UserId};
use crate::view::call::Call;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many records are changed in one commit.
const AT_ONCE: usize = 100;
/// The kinds that may speak of somebody. Cases go last: what else is theirs is found by them.
const KINDS: [Kind; 4] = [Kind::Timeline, Kind::Call, Kind::Dead, Kind::Case];

/// Where the records stand that may hold something, and what the person wrote in which case.
#[derive(Default)]
struct Found {
    keys: Vec<(Kind, Vec<u8>)>,
    asked: BTreeMap<CaseId, Asked>,
}

/// A case that the person asked.
#[derive(Clone)]
struct Asked {
    closed: Account,
    words: BTreeSet<String>,
}

impl Archive for SledStore {
    async fn page(&self, period: Period, after: Option<Cursor>) -> Result<Page, StoreError> {
        self.history(period, after).await
    }

    async fn prune(&self, ages: &Ages, how: Pruning, after: Option<Cursor>) -> Result<Pruned, StoreError> {
        self.prune_page(ages, how, after).await
    }

    async fn forget(&self, who: &Traces) -> Result<Forgotten, StoreError> {
        let (who, found) = self.traces_of(who.clone()).await?;
        let mut done = Forgotten::default();
        for keys in found.keys.chunks(AT_ONCE) {
            let durable = self.state().scrub(&who, keys, &found.asked, &mut done)?;
            self.durable(durable).await?;
        }
        if let Some(user) = &who.user {
            let durable = self.state().forget_person(user, &mut done)?;
            self.durable(durable).await?;
        }
        self.export_anew().await?;
        Ok(done)
    }
}

impl SledStore {
    /// Looks through everything, and adds the names under which the person asked.
    async fn traces_of(&self, mut who: Traces) -> Result<(Traces, Found), StoreError> {
        let looked = self.inspect(move |disk| {
            let mut found = Found::default();
            transfer::each(&disk.tree, Kind::Case, |_, value| {
                if who.may_be_in(value) {
                    let case = record::decode::<Row<Case>>(value)?.record;
                    if Some(&case.requester) == who.user.as_ref() {
                        who.names.insert(case.requester_name.clone());
                        found.asked.insert(case.id.clone(), Asked::of(&case));
                    }
                }
                Ok(())
            })?;
            who.names.retain(|name| name.chars().count() > 1 && name != SOMEBODY);
            for kind in KINDS {
                transfer::each(&disk.tree, kind, |key, value| {
                    if who.may_be_in(value) || found.is_of_theirs(kind, value)? {
                        found.keys.push((kind, key.to_vec()));
                    }
                    Ok(())
                })?;
            }
            Ok::<_, TransferError>((who, found))
        });
        looked.await?.map_err(StoreError::from)
    }
}

impl Found {
    /// Whether a message belongs to a case that the person asked.
    fn is_of_theirs(&self, kind: Kind, value: &[u8]) -> Result<bool, RecordError> {
        let case = match kind {
            Kind::Call => record::decode::<CallRow>(value)?.call.case,
            Kind::Dead => record::decode::<super::DeadLetter>(value)?.call.case,
            Kind::Case
            | Kind::Person
            | Kind::Desk
            | Kind::Policy
            | Kind::Timeline
            | Kind::Slot
            | Kind::Delivery
            | Kind::Meta => None,
        };
        Ok(case.is_some_and(|case| self.asked.contains_key(&case)))
    }
}

impl Asked {
    fn of(case: &Case) -> Self {
        let report = &case.report;
        let texts = [&report.text].into_iter().chain(report.given.values()).chain(report.added.values());
        let parts = report.parts.iter().map(|part| &part.text);
        let files = report.files.iter().map(|file| &file.name);
        let lines = texts.chain(parts).chain(files).flat_map(|text| text.lines()).map(str::trim);
        let plain: BTreeSet<String> = lines
            .filter(|line| line.chars().filter(|c| c.is_alphanumeric()).count() > 2)
            .map(str::to_owned)
            .collect();
        let escaped = |line: &String| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let words = plain.iter().map(escaped).chain(plain.iter().cloned()).collect();
        Self { closed: account_in(case), words }
    }
}

/// An open case still has to know whose it is.
fn account_in(case: &Case) -> Account {
    if case.is_open() { Account::Stays } else { Account::Goes }
}

impl State {
    /// Changes so many records in one commit. What went meanwhile is passed by.
    fn scrub(
        &mut self,
        who: &Traces,
        keys: &[(Kind, Vec<u8>)],
        asked: &BTreeMap<CaseId, Asked>,
        done: &mut Forgotten,
    ) -> Result<Durable, StoreError> {
        self.usable()?;
        let out = self.known.lanes.leased_rows();
        let mut draft = self.draft();
        for (kind, key) in keys {
            let Some(before) = self.shelf.get(key)? else { continue };
            let after = match kind {
                Kind::Case => self.case_without(who, &before, done)?,
                Kind::Timeline => self.line_without(who, &before, done)?,
                Kind::Call if key::seq(key).is_some_and(|seq| out.contains(&seq)) => {
                    done.under_way += 1;
                    None
                }
                Kind::Call => call_without(who, &before, asked, done)?,
                Kind::Dead => letter_without(who, &before, asked, done)?,
                Kind::Person | Kind::Desk | Kind::Policy | Kind::Slot | Kind::Delivery | Kind::Meta => None,
            };
            if let Some(after) = after {
                draft.ops.push((key.clone(), Some(after.into())));
            }
        }
        let sent = self.send(draft, Vec::new());
        self.or_fail(sent)
    }

    /// A case without what they wrote. Its version goes up: what was decided on the old one is decided again.
    fn case_without(
        &self,
        who: &Traces,
        before: &[u8],
        done: &mut Forgotten,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut row: Row<Case> = record::decode(before)?;
        let (id, account) = (row.record.id.clone(), account_in(&row.record));
        let theirs = Some(&row.record.requester) == who.user.as_ref();
        if theirs {
            empty(&mut row.record, account);
        }
        if let Stage::Resolved(end) = &mut row.record.stage
            && Some(&end.by) == who.user.as_ref()
        {
            end.note = None;
        }
        if let Some(proposed) = &mut row.record.parting.proposed
            && Some(&proposed.by) == who.user.as_ref()
        {
            proposed.note = None;
        }
        row.version += 1;
        let after = scrubbed(who, Kind::Case, &record::encode(&row), account)?;
        let unchanged = Row { version: row.version - 1, ..record::decode::<Row<Case>>(&after)? };
        if unchanged == record::decode(before)? {
            return Ok(None);
        }
        match (theirs, account) {
            (true, Account::Goes) => done.asked.push(id),
            (true, Account::Stays) => {
                done.asked.push(id.clone());
                done.open.push(id);
            }
            (false, _) => done.named.push(id),
        }
        Ok(Some(after))
    }

    fn line_without(
        &self,
        who: &Traces,
        before: &[u8],
        done: &mut Forgotten,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut entry: Entry = record::decode(before)?;
        let account = self.case(&entry.case)?.map_or(Account::Goes, |row| account_in(&row.record));
        if entry.by == who.user
            && let Happened::Resolved { note, .. } = &mut entry.what
        {
            *note = None;
        }
        let after = scrubbed(who, Kind::Timeline, &record::encode(&entry), account)?;
        let changed = record::decode::<Entry>(&after)? != record::decode::<Entry>(before)?;
        done.lines += usize::from(changed);
        Ok(changed.then_some(after))
    }

    /// Their own record goes, and what desks remember of when they last asked.
    fn forget_person(&mut self, user: &UserId, done: &mut Forgotten) -> Result<Durable, StoreError> {
        self.usable()?;
        let mut draft = self.draft();
        if self.known.index.people().contains_key(user) {
            done.records += 1;
        }
        self.known.index.forget_person(user);
        draft.delete(key::person(user));
        draft.delete(key::lane_slots(&Call::direct_lane(user)));
        draft.delete(key::meta(&format!("{}{user}", names::PINGED)));
        draft.delete(key::meta(&names::woken(&Subject::Person(user.clone()))));
        let desks = self.known.index.desks().clone();
        for (desk, state) in desks.iter().filter(|(_, state)| state.after_hours_told.contains_key(user)) {
            let mut record: DeskState = state.clone();
            record.after_hours_told.remove(user);
            let due = self.known.index.due_of(&Subject::Desk(desk.clone()));
            let row = Row { version: self.known.index.desk_version(desk) + 1, due, record };
            draft.put(key::desk(desk), &row);
            self.known.index.put_desk(&row);
            done.desks += 1;
        }
        let sent = self.send(draft, Vec::new());
        self.or_fail(sent)
    }
}

/// What is left of a report: where its messages are, so that they are known again.
fn empty(case: &mut Case, account: Account) {
    let parts = case.report.parts.iter();
    let parts = parts.map(|part| Part { ts: part.ts.clone(), text: String::new(), files: Vec::new() });
    let (proven, parts) = (case.report.proven, parts.collect());
    case.report = Report { proven, parts, ..Report::default() };
    case.requester_name = SOMEBODY.to_owned();
    // They may quote the report.
    for mail in &mut case.mails {
        mail.letter.body.clear();
    }
    case.unsent.clear();
    if let Some(survey) = &mut case.parting.survey {
        survey.comment = None;
    }
    for ticket in &mut case.tickets {
        (ticket.subject, ticket.email) = (None, None);
    }
    match account {
        Account::Goes => case.requester = nobody(),
        Account::Stays => {}
    }
}

/// A ping is left to be worded anew before it is sent: it counts as one that has waited for long.
fn call_without(
    who: &Traces,
    before: &[u8],
    asked: &BTreeMap<CaseId, Asked>,
    done: &mut Forgotten,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut row: CallRow = record::decode(before)?;
    let mut body = row.call.body.clone();
    let theirs = row.call.case.as_ref().and_then(|case| asked.get(case));
    message_without(who, &mut body, theirs);
    if body == row.call.body {
        return Ok(None);
    }
    row.call.body = body;
    if matches!(row.call.slot, Slot::Ping(_)) {
        row.call.decided_at = Timestamp::UNIX_EPOCH;
    }
    done.waiting += 1;
    Ok(Some(record::encode(&row)))
}

fn letter_without(
    who: &Traces,
    before: &[u8],
    asked: &BTreeMap<CaseId, Asked>,
    done: &mut Forgotten,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut letter: super::DeadLetter = record::decode(before)?;
    let mut body = letter.call.body.clone();
    let theirs = letter.call.case.as_ref().and_then(|case| asked.get(case));
    message_without(who, &mut body, theirs);
    if body == letter.call.body {
        return Ok(None);
    }
    letter.call.body = body;
    done.letters += 1;
    Ok(Some(record::encode(&letter)))
}

fn message_without(who: &Traces, body: &mut Value, theirs: Option<&Asked>) {
    if let Some(asked) = theirs {
        take_out(body, &asked.words);
    }
    who.scrub(body, theirs.map_or(Account::Stays, |asked| asked.closed));
}

/// The bytes of a record without their name, refused if they could not be read again.
fn scrubbed(who: &Traces, kind: Kind, bytes: &[u8], account: Account) -> Result<Vec<u8>, StoreError> {
    let (v, mut value) = record::unseal(kind, bytes)?;
    who.scrub(&mut value, account);
    record::seal(kind, v, &value).map_err(StoreError::from)
}
