//! Values as they are gathered, field by field.

use super::labels::{Found, Sign};
use super::opening::Tick;
use super::page::Page;
use super::tidy::{loose_text, tidy, tidy_page};
use super::values::{self, LONGEST_VALUE};
use crate::domain::event::SharedFile;
use crate::domain::policy::{Field, FieldKind, Required};
use crate::id::FieldKey;
use std::collections::BTreeMap;
use std::ops::Range;

/// What one reading has gathered so far.
pub(super) struct Reader<'a> {
    fields: &'a [Field],
    values: BTreeMap<usize, String>,
    /// What stands under no label.
    loose: Vec<Page>,
    /// What texts hold: it may also hold what has no label of its own.
    texts: Vec<Page>,
}

impl<'a> Reader<'a> {
    /// Begins with what stands before the first label.
    pub fn new(fields: &'a [Field], before: Page) -> Self {
        Self { fields, values: BTreeMap::new(), loose: vec![before], texts: Vec::new() }
    }

    /// Takes the value of a label; what is left of it after a value of one line is loose.
    pub fn take(&mut self, label: &Found, span: &Page) {
        let field = &self.fields[label.field];
        let is_lined = match &field.kind {
            FieldKind::Text => {
                let text = tidy(&span.text);
                if !text.is_empty() && self.accepts(field, &text) {
                    self.join(label.field, &text, "\n");
                    self.texts.push(span.clone());
                }
                return;
            }
            FieldKind::Emails => Lines::Paragraph,
            FieldKind::Url
            | FieldKind::Choice(_)
            | FieldKind::User
            | FieldKind::Number
            | FieldKind::Id(_)
            | FieldKind::Time
            | FieldKind::File
            | FieldKind::Confirm => Lines::One,
        };
        let (value, rest) = first_lines(span, is_lined);
        let value = tidy_page(&span.slice(value));
        let rest = span.slice(rest);
        if field.kind == FieldKind::Confirm {
            self.affirm(label, &value);
        } else if field.kind == FieldKind::File {
            // The link to a picture is the value; other words only say that one comes.
            if let Some(link) =
                value.links().next().or_else(|| rest.links().find(|url| values::is_picture(url)))
            {
                self.put(label.field, link.to_owned());
            } else if values::is_not_applicable(&value.text) && self.accepts(field, &value.text) {
                self.put(label.field, values::NOT_APPLICABLE.to_owned());
            }
        } else if !value.is_blank() {
            self.take_typed(label.field, &value);
        }
        self.loose.push(rest);
    }

    fn take_typed(&mut self, at: usize, value: &Page) {
        let field = &self.fields[at];
        match values::canonical(&field.kind, value) {
            Ok(valid) if field.kind == FieldKind::Emails => self.join(at, &valid, ", "),
            Ok(valid) => self.put(at, valid),
            Err(_) if values::is_not_applicable(&value.text) => {
                if self.accepts(field, &value.text) && !self.values.contains_key(&at) {
                    self.put(at, values::NOT_APPLICABLE.to_owned());
                }
            }
            Err(_) => {
                self.values.entry(at).or_insert_with(|| value.text.trim().to_owned());
            }
        }
    }

    /// The sentence alone affirms; after a colon or beside a box there has to be a word or a tick.
    fn affirm(&mut self, label: &Found, value: &Page) {
        let said = values::confirm(&value.text);
        let word = match (label.tick, said, label.sign) {
            (Tick::Ticked, _, _) => Some(values::YES),
            (Tick::Empty, None, _) => Some(values::NO),
            (Tick::Empty | Tick::NoBox, Some(word), _) => Some(word),
            (Tick::NoBox, None, Sign::Words | Sign::Guess) => Some(values::YES),
            (Tick::NoBox, None, Sign::Mark) => Some(value.text.trim()).filter(|text| !text.is_empty()),
        };
        if let Some(word) = word {
            self.put(label.field, word.to_owned());
        }
    }

    /// "n/a" is a value where the field may not apply, and none elsewhere.
    fn accepts(&self, field: &Field, text: &str) -> bool {
        field.required == Required::IfApplicable || !values::is_not_applicable(text)
    }

    fn put(&mut self, field: usize, value: String) {
        self.values.insert(field, value);
    }

    fn join(&mut self, field: usize, value: &str, between: &str) {
        match self.values.get_mut(&field) {
            Some(known) if known.contains(value) => {}
            Some(known) if known.len() < LONGEST_VALUE * 4 => {
                known.push_str(between);
                known.push_str(value);
            }
            Some(_) => {}
            None => self.put(field, value.to_owned()),
        }
    }

    /// Files fill the first `file` field; without one, a picture that is linked anywhere does.
    pub fn attach(&mut self, files: &[&SharedFile]) {
        let Some(at) = self.fields.iter().position(|field| field.kind == FieldKind::File) else { return };
        if !files.is_empty() {
            let names: Vec<&str> = files.iter().take(20).map(|file| file.name.as_str()).collect();
            self.put(at, names.join(", "));
        } else if !self.values.contains_key(&at) {
            let picture = self.everything().flat_map(Page::links).find(|url| values::is_picture(url));
            if let Some(picture) = picture.map(str::to_owned) {
                self.put(at, picture);
            }
        }
    }

    fn everything(&self) -> impl Iterator<Item = &Page> {
        self.loose.iter().chain(&self.texts)
    }

    /// The only field of a kind, when it has no value yet.
    fn only_empty(&self, is_kind: impl Fn(&FieldKind) -> bool) -> Option<usize> {
        let mut of_kind = (0..self.fields.len()).filter(|at| is_kind(&self.fields[*at].kind));
        let only = of_kind.next().filter(|at| !self.values.contains_key(at));
        if of_kind.next().is_some() { None } else { only }
    }

    /// The one web address that stands anywhere, pictures aside.
    fn only_link(&self) -> Option<String> {
        let mut links = self.everything().flat_map(Page::links).filter(|url| !values::is_picture(url));
        let first = links.next()?;
        if links.all(|other| other == first) { values::url(&Page::from(first)) } else { None }
    }

    /// Fills what has no label of its own and cannot be mistaken.
    pub fn fill_loose(&mut self, greeting: Option<&str>) {
        if let Some(at) = self.only_empty(|kind| *kind == FieldKind::Url)
            && let Some(url) = self.only_link()
        {
            self.put(at, url);
        }
        if let Some(at) = self.only_empty(|kind| *kind == FieldKind::Emails) {
            let all: Vec<&str> = self.everything().flat_map(Page::emails).take(200).collect();
            if let Ok(emails) = values::emails(&Page::from(all.join(", ").as_str()))
                && !all.is_empty()
            {
                self.put(at, emails);
            }
        }
        if let Some(at) = self.only_empty(|kind| matches!(kind, FieldKind::Id(_)))
            && let FieldKind::Id(pattern) = &self.fields[at].kind
        {
            let words: Vec<String> = self.everything().map(Page::words_alone).collect();
            let told = values::id(pattern, &Page::from(digits_only(&words.join(" ")).as_str()));
            if let Some(id) = told.filter(|id| id.contains(|c: char| c.is_ascii_digit()) && id.len() > 2) {
                self.put(at, id);
            }
        }
        let first_text = self.fields.iter().position(|field| field.kind == FieldKind::Text);
        if let Some(at) = first_text.filter(|at| !self.values.contains_key(at)) {
            let text = loose_text(&self.loose, greeting);
            if !text.is_empty() {
                self.put(at, text);
            }
        }
    }

    pub fn given(self) -> BTreeMap<FieldKey, String> {
        let kept = |value: String| value.chars().take(LONGEST_VALUE).collect::<String>();
        self.values.into_iter().map(|(at, value)| (self.fields[at].key.clone(), kept(value))).collect()
    }
}

/// The words with a digit in them: no other can be told from an ordinary word.
fn digits_only(text: &str) -> String {
    let has_digit = |word: &&str| word.len() <= 200 && word.contains(|c: char| c.is_ascii_digit());
    text.split_whitespace().filter(has_digit).collect::<Vec<_>>().join(" ")
}

/// Which lines a value takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    /// Up to an empty line or a line of another kind.
    Paragraph,
}

/// The lines of the value, and the rest of the span.
fn first_lines(span: &Page, lines: Lines) -> (Range<usize>, Range<usize>) {
    let mut value: Option<Range<usize>> = None;
    for line in span.lines() {
        let text = &span.text[line.clone()];
        match &mut value {
            None if tidy(text).is_empty() => {}
            None => {
                let end = line.end;
                value = Some(line);
                if lines == Lines::One {
                    return (value.unwrap_or(0..0), end..span.text.len());
                }
            }
            Some(range) => {
                if !text.contains('@') {
                    return (range.clone(), range.end..span.text.len());
                }
                range.end = line.end;
            }
        }
    }
    let value = value.unwrap_or(0..0);
    let end = value.end;
    (value, end..span.text.len())
}
