//! The template, read from what people type: labels in any shape, values where they stand.

mod check;
mod labels;
mod lexicon;
mod opening;
mod page;
mod reader;
mod tidy;
mod values;

pub use check::{bare_reply, normalise, problems};
pub(super) use page::is_email;
pub use values::{LONGEST_VALUE, is_not_applicable};

use self::labels::Sign;
use self::lexicon::Lexicon;
use self::page::Page;
use self::reader::Reader;
use self::tidy::greeting_end;
use crate::domain::case::Part;
use crate::domain::event::SharedFile;
use crate::domain::policy::{Field, Intake};
use crate::domain::text;
use crate::id::{FieldKey, UserId};
use std::collections::BTreeMap;

/// What could be read of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// By field, at most [`LONGEST_VALUE`] characters each: valid values in their canonical form, others as typed
    /// for [`problems`] to name. A label without a value gives nothing.
    pub given: BTreeMap<FieldKey, String>,
    /// Whether any label of the template was found.
    pub labelled: bool,
}

/// Reads a report, all its messages as one text, in order. Linear; more than 50,000 bytes are not read.
///
/// With labels: each value runs from its label to the next. A single web address, e-mail address or similar takes
/// its own line (addresses: their paragraph); texts take everything. Of a label that comes twice, texts and
/// addresses are joined, of anything else the last valid value counts, because a correction follows what it
/// corrects.
///
/// Without a label of its own, a field is filled when its value cannot be mistaken:
/// * `url`: there is one such field and one distinct address (pictures aside);
/// * `emails`: there is one such field: every address;
/// * `id`: there is one such field and one distinct word with a digit that matches;
/// * `file`: whatever is attached, or a link to a picture;
/// * the first `text` field: the words under no label, without the greeting, thanks and lone links.
///
/// Files fill the first `file` field whether or not a label says so.
pub fn read_report(parts: &[Part], fields: &[Field], greeting: Option<&str>) -> Filled {
    let page = Page::of(parts.iter().map(|part| part.text.as_str()));
    let files: Vec<&SharedFile> = parts.iter().flat_map(|part| &part.files).collect();
    let lexicon = Lexicon::of(fields);
    let found = labels::find(&page, fields, &lexicon);
    let first = found.first().map_or(page.text.len(), |label| label.start);
    let mut reader = Reader::new(fields, page.slice(0..first));
    for (at, label) in found.iter().enumerate() {
        let until = found.get(at + 1).map_or(page.text.len(), |next| next.start.max(label.value));
        reader.take(label, &page.slice(label.value..until));
    }
    reader.attach(&files);
    reader.fill_loose(greeting);
    Filled { given: reader.given(), labelled: !found.is_empty() }
}

/// Whether a post is meant as a case on a desk that takes templates: it carries a label or the desk's greeting,
/// calls everybody (`@here`, `@channel`), or mentions the bot.
pub fn has_template_mark(encoded: &str, intake: &Intake, bot: &UserId) -> bool {
    let reading = text::read(page::cut(encoded, page::MOST_READ));
    if reading.users.contains(bot) || !reading.broadcast.is_empty() {
        return true;
    }
    let lower = reading.plain.to_lowercase();
    let calls =
        |word: &str| lower.split_whitespace().any(|said| said.trim_end_matches([',', '.', ':', '!']) == word);
    if calls("@here") || calls("@channel") || calls("@everyone") {
        return true;
    }
    if intake.greeting.as_deref().is_some_and(|greeting| greeting_end(&reading.plain, greeting).is_some()) {
        return true;
    }
    let page = Page::of([encoded]);
    let found = labels::find(&page, &intake.fields, &Lexicon::of(&intake.fields));
    found.iter().any(|label| match label.sign {
        Sign::Mark | Sign::Words => true,
        Sign::Guess => false,
    })
}
