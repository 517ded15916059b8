//! A text to read a template from: plain, with the links, addresses and mentions in it marked.

use crate::domain::text::{self, Piece};
use crate::id::UserId;
use std::ops::Range;

/// More than this many bytes are not read: Slack cuts messages at 40,000 characters.
pub(super) const MOST_READ: usize = 50_000;

/// Plain text and what stands in it that is no word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub text: String,
    /// In order, apart from each other.
    pub atoms: Vec<Atom>,
}

/// A stretch of a page that is one thing: no label begins or ends inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Atom {
    pub range: Range<usize>,
    pub what: Thing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    Link(String),
    Email(String),
    User(UserId),
    /// A group, a channel, everybody, a date.
    Other,
}

impl Page {
    /// Reads messages in Slack's encoding, one after the other with an empty line between.
    pub fn of<'a>(messages: impl IntoIterator<Item = &'a str>) -> Self {
        let mut page = Self::default();
        for message in messages {
            let left = MOST_READ.saturating_sub(page.text.len());
            if left == 0 {
                break;
            }
            if !page.text.is_empty() {
                page.text.push_str("\n\n");
            }
            for piece in text::pieces(cut(message, left)) {
                page.add(piece);
            }
        }
        page
    }

    fn add(&mut self, piece: Piece) {
        let start = self.text.len();
        let what = match piece {
            Piece::Text(text) => {
                self.text.push_str(&text);
                find_bare(&text, start, &mut self.atoms);
                return;
            }
            Piece::User { ref id, .. } => Thing::User(id.clone()),
            Piece::Link { ref url, .. } => Thing::Link(url.clone()),
            Piece::Email(ref email) => Thing::Email(email.clone()),
            Piece::Group { .. } | Piece::Broadcast(_) | Piece::Channel(_) | Piece::Shown(_) => Thing::Other,
        };
        self.text.push_str(&text::shown(&piece));
        self.atoms.push(Atom { range: start..self.text.len(), what });
    }

    /// The part of the page within a range, which must lie on character boundaries.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let first = self.atoms.partition_point(|atom| atom.range.start < range.start);
        let atoms = self.atoms[first..]
            .iter()
            .take_while(|atom| atom.range.end <= range.end)
            .map(|atom| Atom {
                range: atom.range.start - range.start..atom.range.end - range.start,
                what: atom.what.clone(),
            })
            .collect();
        Self { text: self.text[range].to_owned(), atoms }
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.atoms.iter().filter_map(|atom| match &atom.what {
            Thing::Link(url) => Some(url.as_str()),
            Thing::Email(_) | Thing::User(_) | Thing::Other => None,
        })
    }

    pub fn emails(&self) -> impl Iterator<Item = &str> {
        self.atoms.iter().filter_map(|atom| match &atom.what {
            Thing::Email(email) => Some(email.as_str()),
            Thing::Link(_) | Thing::User(_) | Thing::Other => None,
        })
    }

    pub fn users(&self) -> impl Iterator<Item = &UserId> {
        self.atoms.iter().filter_map(|atom| match &atom.what {
            Thing::User(id) => Some(id),
            Thing::Link(_) | Thing::Email(_) | Thing::Other => None,
        })
    }

    /// The ranges of its lines, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut start = 0;
        self.text.split('\n').map(move |line| {
            let range = start..start + line.len();
            start = range.end + 1;
            range
        })
    }

    /// The text with what is no word taken out.
    pub fn words_alone(&self) -> String {
        let mut words = String::new();
        let mut from = 0;
        for atom in &self.atoms {
            words.push_str(&self.text[from..atom.range.start]);
            words.push(' ');
            from = atom.range.end;
        }
        words.push_str(&self.text[from..]);
        words
    }
}

/// The text up to a number of bytes, cut between two characters.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Links and addresses that Slack did not encode, as in the text of a slash command.
fn find_bare(text: &str, offset: usize, atoms: &mut Vec<Atom>) {
    let mut at = 0;
    for token in text.split(|c: char| c.is_whitespace() || "<>|\"“”".contains(c)) {
        let start = at;
        at += token.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        if token.contains("://") || is_bare_address(trimmed(token)) {
            find_links(token, offset + start, atoms);
        } else if token.contains('@') {
            find_emails(token, offset + start, atoms);
        }
    }
}

fn find_links(token: &str, offset: usize, atoms: &mut Vec<Atom>) {
    let mut from = 0;
    for part in token.split_inclusive([',', ';']) {
        let start = from;
        from += part.len();
        let link = match part.find("://") {
            Some(at) => {
                let letters = part[..at].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
                &part[at - letters..]
            }
            None => part.trim_start_matches(|c: char| !c.is_alphanumeric()),
        };
        let skipped = part.len() - link.len();
        let link = without_tail(link);
        if link.contains("://") && link.split("://").nth(1).is_some_and(|rest| !rest.is_empty())
            || is_bare_address(link)
        {
            let begin = offset + start + skipped;
            atoms.push(Atom { range: begin..begin + link.len(), what: Thing::Link(link.to_owned()) });
        }
    }
}

fn find_emails(token: &str, offset: usize, atoms: &mut Vec<Atom>) {
    let is_local = |c: char| c.is_alphanumeric() || "._%+'-".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let mut from = 0;
    for (at, _) in token.match_indices('@') {
        if at < from {
            continue;
        }
        let local: usize =
            token[from..at].chars().rev().take(64).take_while(|c| is_local(*c)).map(char::len_utf8).sum();
        let domain: usize =
            token[at + 1..].chars().take(255).take_while(|c| is_domain(*c)).map(char::len_utf8).sum();
        let address = &token[at - local..at + 1 + domain];
        let skipped = address.len() - address.trim_start_matches(['.', '-', '\'', '_']).len();
        let address = address[skipped..].trim_end_matches(['.', '-']);
        if is_email(address) {
            let begin = offset + at - local + skipped;
            atoms.push(Atom { range: begin..begin + address.len(), what: Thing::Email(address.to_owned()) });
            from = at - local + skipped + address.len();
        }
    }
}

/// A link without the punctuation and the markup that follow it in a sentence.
fn without_tail(link: &str) -> &str {
    let mut link = link;
    for _ in 0..8 {
        let before = link;
        link = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’', '*', '~', '`', ']', '}']);
        if link.ends_with(')') && link.matches(')').count() > link.matches('(').count() {
            link = &link[..link.len() - 1];
        }
        if link.len() == before.len() {
            break;
        }
    }
    link
}

fn trimmed(token: &str) -> &str {
    token.trim_matches(|c: char| !(c.is_alphanumeric() || c == '/'))
}

/// `www.example.com`, or a host with a path: `app.example.com/session/12`.
fn is_bare_address(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let starts_like_one = host.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    (starts_like_one || text.contains('/')) && is_host(host)
}

/// Whether this reads as a host: labels with dots, the last of letters, or `localhost`; a port may follow.
pub(super) fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let labels: Vec<&str> = host.split('.').take(20).collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = labels.last().copied().unwrap_or_default();
    host.len() <= 253
        && labels.len() > 1
        && labels.iter().all(is_label)
        && last.chars().count() > 1
        && (last.chars().all(char::is_alphabetic) || last.starts_with("xn--"))
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
}

/// Whether this reads as an e-mail address that a mail server would take.
pub(in crate::domain) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = |c: char| c.is_alphanumeric() || "._%+'-!#$&*/=?^`{|}~".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && local.chars().all(is_local)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !domain.contains(':')
        && is_host(domain)
}

/// What is plain already: a value of a form.
impl From<&str> for Page {
    fn from(plain: &str) -> Self {
        let text = cut(plain, MOST_READ).to_owned();
        let mut atoms = Vec::new();
        find_bare(&text, 0, &mut atoms);
        for (at, _) in text.match_indices('@') {
            let id: String =
                text[at + 1..].chars().take(24).take_while(char::is_ascii_alphanumeric).collect();
            let is_alone = !text[..at].ends_with(char::is_alphanumeric);
            if is_alone && text::looks_like_user_id(&id) {
                let range = at..at + 1 + id.len();
                atoms.push(Atom { range, what: Thing::User(UserId::new(id)) });
            }
        }
        atoms.sort_by_key(|atom| atom.range.start);
        // An `@` inside a link belongs to the link.
        let mut end = 0;
        atoms.retain(|atom| {
            let is_apart = atom.range.start >= end;
            end = end.max(atom.range.end);
            is_apart
        });
        Self { text, atoms }
    }
}
