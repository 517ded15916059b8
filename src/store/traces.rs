//! What somebody leaves behind in what is kept, and how it is taken out of a record.

use super::archive::{SOMEBODY, nobody};
use crate::id::UserId;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The shortest beginning of a text by which a part of it is known again.
const SHORTEST: usize = 12;
/// What stands in place of a text.
const GONE: &str = "…";

/// How somebody is known: by their account, their names and their addresses.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Traces {
    pub user: Option<UserId>,
    pub names: BTreeSet<String>,
    pub emails: BTreeSet<String>,
}

/// Whether the account itself may go, or is still needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    Goes,
    Stays,
}

impl Traces {
    /// Whether a stored record may hold anything of theirs: a look at the bytes, before it is read.
    pub(super) fn may_be_in(&self, bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let known = self.user.iter().any(|user| text.contains(user.as_str()));
        let lower = || text.to_lowercase();
        known
            || self.names.iter().any(|name| text.contains(name.as_str()) || text.contains(&escaped(name)))
            || (!self.emails.is_empty() && self.emails.iter().any(|email| lower().contains(email.as_str())))
    }

    /// Takes names and addresses, and the account where it may go, out of every text of a record, keys included.
    pub(super) fn scrub(&self, value: &mut Value, account: Account) {
        walk(value, &|text| self.scrubbed(text, account));
    }

    fn scrubbed(&self, text: &str, account: Account) -> String {
        let mut text = text.to_owned();
        if let (Some(user), Account::Goes) = (&self.user, account) {
            text = text.replace(&format!("<@{user}>"), SOMEBODY);
            text = replaced(&text, user.as_str(), nobody().as_str(), Case::Kept);
        }
        for email in &self.emails {
            text = replaced(&text, email, SOMEBODY, Case::Any);
        }
        for name in &self.names {
            text = replaced(&text, name, SOMEBODY, Case::Kept);
        }
        text
    }
}

/// Takes pieces of somebody's own words out of every text of a record, also where they were cut short.
pub(super) fn take_out(value: &mut Value, words: &BTreeSet<String>) {
    walk(value, &|text| words.iter().fold(text.to_owned(), |text, words| without(&text, words)));
}

fn without(text: &str, words: &str) -> String {
    let first: String = words.chars().take(SHORTEST).collect();
    let (mut out, mut left) = (String::with_capacity(text.len()), text);
    while let Some(at) = left.find(&first).filter(|_| !first.is_empty()) {
        let same: usize = left[at..]
            .chars()
            .zip(words.chars())
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum();
        out.push_str(&left[..at]);
        out.push_str(GONE);
        left = &left[at + same..];
    }
    out + left
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Kept,
    Any,
}

/// Every occurrence as a whole word.
fn replaced(text: &str, wanted: &str, by: &str, case: Case) -> String {
    if wanted.is_empty() {
        return text.to_owned();
    }
    // Lower case may have another length in some scripts: then case counts.
    let lower = text.to_lowercase();
    let text_as = if case == Case::Any && lower.len() == text.len() { lower.as_str() } else { text };
    let is_word = |c: char| c.is_alphanumeric();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in text_as.match_indices(wanted) {
        let before = text_as[..at].chars().next_back().is_some_and(is_word);
        let after = text_as[at + found.len()..].chars().next().is_some_and(is_word);
        if at < from || before || after || !text.is_char_boundary(at) {
            continue;
        }
        out.push_str(&text[from..at]);
        out.push_str(by);
        from = at + found.len();
    }
    out.push_str(&text[from..]);
    out
}

/// A text as it stands inside JSON.
fn escaped(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default().trim_matches('"').to_owned()
}

fn walk(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => *text = change(text),
        Value::Array(all) => all.iter_mut().for_each(|one| walk(one, change)),
        Value::Object(all) => {
            let mut changed = Map::new();
            for (key, mut one) in std::mem::take(all) {
                walk(&mut one, change);
                changed.insert(change(&key), one);
            }
            *all = changed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ana() -> Traces {
        Traces {
            user: Some("U0ANA".into()),
            names: ["Ana Ruiz".to_owned()].into(),
            emails: ["ana@client.example".to_owned()].into(),
        }
    }

    #[test]
    fn names_go_as_whole_words_and_addresses_in_any_case() {
        let mut record =
            json!({ "text": "Ana Ruiz (Ana@Client.example) and Ana Ruizova asked <@U0ANA>", "U0ANA": 1 });
        ana().scrub(&mut record, Account::Goes);
        assert_eq!(
            record,
            json!({ "text": "somebody (somebody) and Ana Ruizova asked somebody", "somebody": 1 })
        );
    }

    #[test]
    fn an_account_that_is_needed_stays() {
        let mut record = json!({ "requester": "U0ANA", "requester_name": "Ana Ruiz" });
        ana().scrub(&mut record, Account::Stays);
        assert_eq!(record, json!({ "requester": "U0ANA", "requester_name": "somebody" }));
    }

    #[test]
    fn words_that_were_cut_short_go_as_well() {
        let words = ["the session of Monday does not open".to_owned()].into();
        let mut record = json!([": the session of Monday does…", "nothing of it"]);
        take_out(&mut record, &words);
        assert_eq!(record, json!([": ……", "nothing of it"]));
    }
}
