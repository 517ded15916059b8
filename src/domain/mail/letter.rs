//! An e-mail as it comes back from its form: read, and refused where anything in it could not be sent.

use super::fill::{blanks, one_line};
use super::{Attach, Letter, Mailbox};
use crate::domain::effect::{Problem, ProblemKind};
use crate::domain::event::FormValues;
use crate::domain::template::is_email;
use crate::id::FieldKey;
use std::collections::BTreeMap;

/// The keys of the form's fields.
pub const SUBJECT: &str = "subject";
pub const TO: &str = "to";
pub const CC: &str = "cc";
pub const BODY: &str = "body";

/// The longest subject, so that no mail server folds it beyond recognition.
const LONGEST_SUBJECT: usize = 200;
/// The longest body: what a form holds.
const LONGEST_BODY: usize = 3_000;
/// Receivers of one e-mail, copies included.
const MOST_RECEIVERS: usize = 20;

/// Reads a form. Headers come out without line breaks, addresses valid, each once.
///
/// # Errors
/// What is wrong, by field: something is missing, too long, no address, or still blank.
pub fn read(values: &FormValues, attach: Attach) -> Result<Letter, BTreeMap<String, Problem>> {
    let mut problems = BTreeMap::new();
    let mut wrong = |key: &str, kind: ProblemKind| {
        let problem = Problem { field: FieldKey::new(key), label: key.to_owned(), kind };
        problems.entry(key.to_owned()).or_insert(problem);
    };
    let typed = |key: &str| values.get(key).and_then(|all| all.first()).map_or("", |text| text.trim());
    let subject = one_line(typed(SUBJECT));
    let body = typed(BODY).replace("\r\n", "\n");
    for (key, text, most) in [(SUBJECT, &subject, LONGEST_SUBJECT), (BODY, &body, LONGEST_BODY)] {
        if text.is_empty() {
            wrong(key, ProblemKind::Missing);
        } else if text.chars().count() > most {
            wrong(key, ProblemKind::TooLong { most });
        }
    }
    for key in [SUBJECT, TO, CC, BODY] {
        let blank = blanks(typed(key));
        if !blank.is_empty() {
            wrong(key, ProblemKind::StillBlank { blanks: blank });
        }
    }
    let mut receivers = |key: &str| {
        mailboxes(typed(key)).unwrap_or_else(|all| {
            wrong(key, ProblemKind::NotEmails { wrong: all });
            Vec::new()
        })
    };
    let to = receivers(TO);
    let mut cc = receivers(CC);
    cc.retain(|copy| !to.iter().any(|one| one.email.eq_ignore_ascii_case(&copy.email)));
    if to.is_empty() {
        wrong(TO, ProblemKind::Missing);
    } else if to.len() + cc.len() > MOST_RECEIVERS {
        wrong(CC, ProblemKind::TooMany { most: MOST_RECEIVERS });
    }
    if problems.is_empty() { Ok(Letter { subject, to, cc, body, attach }) } else { Err(problems) }
}

/// Addresses with commas or semicolons between: `ana@client.test`, `Ana Ruiz <ana@client.test>`.
///
/// # Errors
/// Those that are none.
pub fn mailboxes(text: &str) -> Result<Vec<Mailbox>, Vec<String>> {
    let (mut good, mut wrong): (Vec<Mailbox>, Vec<String>) = (Vec::new(), Vec::new());
    for typed in parts(text) {
        match mailbox(&typed) {
            Some(one) if good.iter().any(|known| known.email.eq_ignore_ascii_case(&one.email)) => {}
            Some(one) => good.push(one),
            None => wrong.push(typed),
        }
    }
    if wrong.is_empty() { Ok(good) } else { Err(wrong) }
}

/// Split where receivers end: commas, semicolons and line breaks outside quotation marks.
fn parts(text: &str) -> Vec<String> {
    let mut quoted = false;
    let ends = |c: char| {
        quoted ^= c == '"';
        !quoted && matches!(c, ',' | ';' | '\n' | '\r')
    };
    text.split(ends).map(one_line).filter(|one| !one.is_empty()).collect()
}

fn mailbox(typed: &str) -> Option<Mailbox> {
    let (name, email) = match typed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, email)) => (name.trim().trim_matches('"').trim(), email.trim()),
        None => ("", typed),
    };
    let name = (!name.is_empty()).then(|| name.chars().filter(|c| !"<>\"\\".contains(*c)).collect());
    // Other letters than these need a mail server that few have.
    (is_email(email) && email.is_ascii()).then(|| Mailbox { name, email: email.to_owned() })
}

impl std::fmt::Display for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.email),
            None => f.write_str(&self.email),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BODY, CC, SUBJECT, TO, mailboxes, read};
    use crate::domain::effect::ProblemKind;
    use crate::domain::event::FormValues;
    use crate::domain::mail::Attach;

    fn form(subject: &str, to: &str, cc: &str, body: &str) -> FormValues {
        [(SUBJECT, subject), (TO, to), (CC, cc), (BODY, body)]
            .map(|(key, text)| (key.to_owned(), vec![text.to_owned()]))
            .into()
    }

    #[test]
    fn a_letter_is_read_with_its_receivers_each_once() {
        let form =
            form("Hello", "Pat <pat@client.test>; pat@client.test", "PAT@client.test, ana@own.test", "x");
        let letter = read(&form, Attach::Nothing).expect("it is fine");
        let shown: Vec<String> = letter.to.iter().chain(&letter.cc).map(ToString::to_string).collect();
        assert_eq!(shown, ["Pat <pat@client.test>", "ana@own.test"]);
    }

    #[test]
    fn no_header_holds_a_line_break() {
        let form = form("Hi\r\nBcc: eve@evil.test", "pat@client.test", "", "x");
        assert_eq!(read(&form, Attach::Nothing).expect("it is fine").subject, "Hi Bcc: eve@evil.test");
        assert_eq!(mailboxes("pat@client.test\r\nBcc: eve"), Err(vec!["Bcc: eve".to_owned()]));
        for bad in ["pat", "pat@", "pat@client.test>\nx", "päd@client.test", "a b@client.test", "x <y> <z>"]
        {
            assert!(mailboxes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_blank_or_missing_is_refused_by_field() {
        let problems =
            read(&form("", "", "⟦owner.email⟧", "Dear ⟦client.name⟧"), Attach::Nothing).unwrap_err();
        let kinds: Vec<_> = problems.values().map(|problem| problem.kind.clone()).collect();
        assert_eq!(
            kinds,
            [
                ProblemKind::StillBlank { blanks: vec!["client.name".to_owned()] },
                ProblemKind::StillBlank { blanks: vec!["owner.email".to_owned()] },
                ProblemKind::Missing,
                ProblemKind::Missing,
            ]
        );
    }
}
