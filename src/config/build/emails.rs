//! E-mail templates: a head of `key: value` lines, an empty line, and the text. Each is tried with sample data.

use super::super::folder::{EmailFile, Folder};
use super::super::ledger::Ledger;
use super::super::yaml::node::Place;
use super::super::yaml::value::At;
use super::names::is_key;
use crate::domain::mail::facts::sample;
use crate::domain::mail::fill::{Facts, Part, blanks};
use crate::domain::mail::letter::mailboxes;
use crate::domain::mail::{Attach, Kind, Template};
use crate::domain::policy::Field;
use crate::id::TemplateKey;
use std::collections::BTreeMap;

/// Who is in copy where a template does not say.
const COPIES: &str = "{{ owner.email }}, {{ portfolio_lead.email }}";
/// What the form of an e-mail holds.
const LONGEST_BODY: usize = 3_000;
const KEYS: [&str; 6] = ["name", "subject", "to", "cc", "kind", "attach"];

/// A template and where its parts stand.
pub struct BuiltEmail {
    pub template: Template,
    /// The line on which each part begins.
    places: BTreeMap<Part, Place>,
}

/// Reads every template of the folder.
pub fn emails(ledger: &mut Ledger, folder: &Folder) -> BTreeMap<TemplateKey, BuiltEmail> {
    let mut all = BTreeMap::new();
    for file in &folder.emails {
        let key = At::new(file.stem.clone(), line(file, 0));
        if !is_key(ledger, &key, "an e-mail template") {
            continue;
        }
        let built = email(ledger, file);
        if all.insert(TemplateKey::new(file.stem.as_str()), built).is_some() {
            ledger.error(
                key.place,
                format!("there are two e-mail templates `{}`\nhint: give each file its own name", file.stem),
            );
        }
    }
    all
}

fn line(file: &EmailFile, line: u32) -> Place {
    Place { file: file.index, line, column: 1, width: 1 }
}

fn email(ledger: &mut Ledger, file: &EmailFile) -> BuiltEmail {
    let mut template = Template {
        name: readable(&file.stem),
        kind: Kind::Notice,
        subject: String::new(),
        to: String::new(),
        cc: COPIES.to_owned(),
        body: String::new(),
        attach: Attach::Nothing,
    };
    let mut places = BTreeMap::new();
    let mut lines = (1_u32..).zip(file.text.lines());
    let mut said: Vec<String> = Vec::new();
    for (number, text) in lines.by_ref() {
        if text.trim().is_empty() {
            break;
        }
        if text.starts_with('#') {
            continue;
        }
        let place = line(file, number);
        let Some((key, value)) = text.split_once(':') else {
            ledger.error(place, "this line of the head is no `key: value`\nhint: an empty line ends the head; the text follows it");
            continue;
        };
        let key = At::new(key.trim().to_owned(), place);
        if said.contains(&key.value) {
            ledger
                .error(place, format!("`{}` stands twice in the head\nhint: keep one of the two", key.value));
        }
        said.push(key.value.clone());
        head(ledger, &mut template, &mut places, &key, value.trim());
    }
    let body: Vec<(u32, &str)> = lines.collect();
    places.insert(Part::Body, line(file, body.first().map_or(1, |(number, _)| *number)));
    template.body = body.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
    for (what, text) in [("subject", &template.subject), ("receiver", &template.to), ("text", &template.body)]
    {
        if text.trim().is_empty() {
            let hint = match what {
                "text" => "write it below the head, after an empty line".to_owned(),
                "receiver" => "add `to: …` to its head".to_owned(),
                key => format!("add `{key}: …` to its head"),
            };
            ledger.error(line(file, 0), format!("this e-mail has no {what}\nhint: {hint}"));
        }
    }
    BuiltEmail { template, places }
}

fn head(
    ledger: &mut Ledger,
    template: &mut Template,
    places: &mut BTreeMap<Part, Place>,
    key: &At<String>,
    value: &str,
) {
    let value_of = |part: Part, into: &mut String, places: &mut BTreeMap<Part, Place>| {
        value.clone_into(into);
        places.insert(part, key.place);
    };
    match key.as_str() {
        "name" => {
            value.clone_into(&mut template.name);
            ledger.fits(&At::new(value.to_owned(), key.place), "the name of this e-mail", 60);
        }
        "subject" => value_of(Part::Subject, &mut template.subject, places),
        "to" => value_of(Part::To, &mut template.to, places),
        "cc" => value_of(Part::Cc, &mut template.cc, places),
        "kind" => match value {
            "notice" => template.kind = Kind::Notice,
            "record" => template.kind = Kind::Record,
            other => ledger.error(key.place, format!("`{other}` is not a kind of e-mail\nhint: write `notice` for what could not be said by phone, `record` for what was")),
        },
        "attach" => match value {
            "transcript" => template.attach = Attach::Transcript,
            "nothing" => template.attach = Attach::Nothing,
            other => ledger.error(key.place, format!("`{other}` cannot go along\nhint: write `transcript`, or take the line out")),
        },
        other => {
            let message = format!("`{other}` is not a key of an e-mail's head");
            ledger.unknown(key, &message, "keys", KEYS, "an empty line ends the head; the text follows it");
        }
    }
}

/// `facilitator-no-show` as people read it.
fn readable(stem: &str) -> String {
    let words = stem.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), chars.as_str()))
}

/// Fills the template with sample data, as the desk of this name with these fields would.
pub fn try_out<'a>(
    ledger: &mut Ledger,
    built: &BuiltEmail,
    desk: &str,
    fields: impl Iterator<Item = &'a Field>,
) {
    let facts = sample(desk, fields);
    let mut sound = true;
    for part in [Part::Subject, Part::To, Part::Cc, Part::Body] {
        match built.template.strangers(part, &facts) {
            Ok(strangers) => {
                sound &= strangers.is_empty();
                for name in strangers {
                    stranger(ledger, built, part, &name, &facts);
                }
            }
            Err(fault) => {
                sound = false;
                let place = built.place(part, fault.line);
                ledger.error(place, format!("this is no template: {}\nhint: blanks look like `{{{{ client.name }}}}`; see docs/configuration.md", fault.why));
            }
        }
    }
    if sound {
        filled(ledger, built, &facts);
    }
}

/// A blank that nobody can fill, at the first line that names it.
fn stranger(ledger: &mut Ledger, built: &BuiltEmail, part: Part, name: &str, facts: &Facts) {
    let text = built.template.part(part);
    let at = text.lines().position(|line| line.contains(name)).unwrap_or(0);
    let place = built.place(part, at + 1);
    let known: Vec<String> = facts.names().collect();
    let message = format!("`{name}` is a blank that nothing fills");
    let named = At::new(name.to_owned(), place);
    let otherwise = "docs/configuration.md lists the blanks; `form.FIELD` is a field of the desk";
    ledger.unknown(&named, &message, "blanks", known.iter().map(String::as_str), otherwise);
}

fn filled(ledger: &mut Ledger, built: &BuiltEmail, facts: &Facts) {
    let filled = match built.template.fill(facts) {
        Ok(filled) => filled,
        Err(fault) => {
            let place = built.place(fault.part, fault.line);
            return ledger.error(
                place,
                format!("this cannot be filled: {}\nhint: try it without what was added last", fault.why),
            );
        }
    };
    for (part, text) in [(Part::To, &filled.to), (Part::Cc, &filled.cc)] {
        if let Err(wrong) = mailboxes(text) {
            ledger.error(built.place(part, 1), format!("filled with sample data this is `{}`, which is not an e-mail address\nhint: write such as `{{{{ client.email }}}}`, with commas between several", wrong.join(", ")));
        }
    }
    let length = filled.body.chars().count();
    if length > LONGEST_BODY {
        ledger.error(built.place(Part::Body, 1), format!("filled with sample data the text is {length} characters long\nhint: at most {LONGEST_BODY} can be shown in Slack"));
    }
    let left = [&filled.subject, &filled.to, &filled.cc, &filled.body].map(|text| blanks(text)).concat();
    if let Some(blank) = left.first() {
        ledger.error(
            built.place(Part::Body, 1),
            format!("`{blank}` names a group of blanks, not one\nhint: write such as `{blank}.name`"),
        );
    }
}

impl BuiltEmail {
    /// Line `line` of a part, from 1.
    fn place(&self, part: Part, line: usize) -> Place {
        let first =
            self.places.get(&part).or_else(|| self.places.get(&Part::Body)).copied().unwrap_or_default();
        let further = u32::try_from(line.saturating_sub(1)).unwrap_or(0);
        Place { line: first.line + further, ..first }
    }
}
