//! Filling a template: a known blank without a value stays visible as `⟦client.name⟧`, so that somebody fills it.

use super::Attach;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{Environment, UndefinedBehavior, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What stands around a blank that nobody has filled.
pub const BLANK: (char, char) = ('⟦', '⟧');

/// An e-mail template, as its file says. Subject, receivers and body are minijinja.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// As people choose it.
    pub name: String,
    pub kind: Kind,
    pub subject: String,
    pub to: String,
    pub cc: String,
    pub body: String,
    pub attach: Attach,
}

/// What an e-mail is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// It tells what could not be said by phone: its form reminds of the phone first.
    #[default]
    Notice,
    /// It records what was said by phone.
    Record,
}

/// Parts of a template that are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Subject,
    To,
    Cc,
    Body,
}

/// A filled template, for somebody to read and change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    pub subject: String,
    pub to: String,
    pub cc: String,
    pub body: String,
}

/// A template that cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Fault {
    pub part: Part,
    /// Within the part, from 1.
    pub line: usize,
    pub why: String,
}

/// A value for a blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// None where it is not known.
    Text(Option<String>),
    Flag(bool),
    Number(Option<i64>),
}

/// Everything a template may name, as `group.name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(pub BTreeMap<&'static str, BTreeMap<String, Fact>>);

impl Facts {
    /// Whether a template may name this: a group, or something in it.
    pub fn knows(&self, name: &str) -> bool {
        let (group, rest) = name.split_once('.').unwrap_or((name, ""));
        self.0.get(group).is_some_and(|facts| rest.is_empty() || facts.contains_key(rest))
    }

    /// All that a template may name.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.0.iter().flat_map(|(group, facts)| facts.keys().map(move |name| format!("{group}.{name}")))
    }
}

impl Template {
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Subject => &self.subject,
            Part::To => &self.to,
            Part::Cc => &self.cc,
            Part::Body => &self.body,
        }
    }

    /// Fills every part.
    ///
    /// # Errors
    /// Something that is no template, or names what nobody knows: found when the configuration is read.
    pub fn fill(&self, facts: &Facts) -> Result<Filled, Fault> {
        let line = |part: Part| rendered(part, self.part(part), facts).map(|text| one_line(&text));
        Ok(Filled {
            subject: line(Part::Subject)?,
            to: line(Part::To)?,
            cc: line(Part::Cc)?,
            body: rendered(Part::Body, &self.body, facts)?.trim().to_owned(),
        })
    }

    /// What a part names that no facts can hold, in the order of the names.
    ///
    /// # Errors
    /// It is no template.
    pub fn strangers(&self, part: Part, facts: &Facts) -> Result<Vec<String>, Fault> {
        let environment = environment();
        let template = environment.template_from_str(self.part(part)).map_err(|error| fault(part, &error))?;
        let mut named: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        named.sort();
        Ok(named.into_iter().filter(|name| !facts.knows(name)).collect())
    }
}

/// Any other text with blanks, filled.
///
/// # Errors
/// As [`Template::fill`].
pub fn text(template: &str, facts: &Facts) -> Result<String, Fault> {
    rendered(Part::Body, template, facts)
}

/// What a text names that no facts can hold.
///
/// # Errors
/// It is no template.
pub fn strangers(template: &str, facts: &Facts) -> Result<Vec<String>, Fault> {
    let environment = environment();
    let parsed = environment.template_from_str(template).map_err(|error| fault(Part::Body, &error))?;
    let mut named: Vec<String> = parsed.undeclared_variables(true).into_iter().collect();
    named.sort();
    Ok(named.into_iter().filter(|name| !facts.knows(name)).collect())
}

/// The blanks that a text still holds.
pub fn blanks(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for after in text.split(BLANK.0).skip(1) {
        if let Some((name, _)) = after.split_once(BLANK.1)
            && !found.contains(&name.to_owned())
        {
            found.push(name.to_owned());
        }
    }
    found
}

/// A text for a header: whatever breaks lines becomes a space.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters and the separators that Unicode adds to them.
fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}')
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

fn rendered(part: Part, text: &str, facts: &Facts) -> Result<String, Fault> {
    let groups: BTreeMap<&str, Value> = facts
        .0
        .iter()
        .map(|(name, facts)| (*name, Value::from_object(Group { name, facts: facts.clone() })))
        .collect();
    environment().render_str(text, groups).map_err(|error| fault(part, &error))
}

fn fault(part: Part, error: &minijinja::Error) -> Fault {
    let why = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
    Fault { part, line: error.line().unwrap_or(1), why }
}

/// The facts of one group. What is in it and not known is a blank.
#[derive(Debug)]
struct Group {
    name: &'static str,
    facts: BTreeMap<String, Fact>,
}

impl Object for Group {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let blank = || Value::from_object(Blank(format!("{}.{name}", self.name)));
        Some(match self.facts.get(name)? {
            Fact::Text(Some(text)) => Value::from(text.as_str()),
            Fact::Number(Some(number)) => Value::from(*number),
            Fact::Flag(flag) => Value::from(*flag),
            Fact::Text(None) | Fact::Number(None) => blank(),
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", BLANK.0, self.name, BLANK.1)
    }
}

/// A blank without a value: false in a condition, visible in a text.
#[derive(Debug)]
struct Blank(String);

impl Object for Blank {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", BLANK.0, self.0, BLANK.1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Attach, Fact, Facts, Kind, Part, Template, blanks, one_line};
    use std::collections::BTreeMap;

    fn facts(name: Option<&str>) -> Facts {
        let client = BTreeMap::from([
            ("name".to_owned(), Fact::Text(name.map(str::to_owned))),
            ("email".to_owned(), Fact::Text(Some("pat@client.test".to_owned()))),
        ]);
        Facts(BTreeMap::from([("client", client)]))
    }

    fn template(body: &str) -> Template {
        Template {
            name: "Test".to_owned(),
            kind: Kind::Notice,
            subject: "About {{ client.name }}".to_owned(),
            to: "{{ client.email }}".to_owned(),
            cc: String::new(),
            body: body.to_owned(),
            attach: Attach::Nothing,
        }
    }

    #[test]
    fn a_blank_without_a_value_is_shown_and_counts_as_false() {
        let template = template("Dear {{ client.name }},{% if client.name %} hello{% endif %}");
        let filled = template.fill(&facts(None)).expect("it fills");
        assert_eq!(filled.body, "Dear ⟦client.name⟧,");
        assert_eq!(blanks(&filled.body), ["client.name"]);
        assert_eq!(blanks(&filled.subject), ["client.name"]);
        let filled = template.fill(&facts(Some("Pat"))).expect("it fills");
        assert_eq!((filled.body.as_str(), filled.to.as_str()), ("Dear Pat, hello", "pat@client.test"));
        assert!(blanks(&filled.body).is_empty());
    }

    #[test]
    fn what_nobody_knows_is_a_fault_wherever_it_stands() {
        let template = template("Dear Pat,\n\n{% if false %}{{ client.nmae }}{% endif %}");
        let strangers = template.strangers(Part::Body, &facts(None)).expect("it is a template");
        assert_eq!(strangers, ["client.nmae"]);
        let broken = Template { body: "a\n{{ client.name".to_owned(), ..template };
        let fault = broken.fill(&facts(None)).expect_err("it is no template");
        assert_eq!((fault.part, fault.line), (Part::Body, 2));
    }

    #[test]
    fn a_header_is_one_line_whatever_is_in_it() {
        let filled = template("").fill(&facts(Some("Pat\r\nBcc: eve@evil.test\u{2028}x"))).expect("it fills");
        assert_eq!(filled.subject, "About Pat Bcc: eve@evil.test x");
        assert_eq!(one_line(" a\t\u{0}b \r\n"), "a b");
    }
}
