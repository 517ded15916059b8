//! The thread of a case for those who were not in it: what people said, as text and as a page that prints well.
//! The bot's own posts, words to the bot and what a responder marks `private:` are left out.

use crate::clock::Timestamp;
use crate::domain::case::{Case, Root, Stage};
use crate::domain::directory::Directory;
use crate::domain::event::{Author, Message};
use crate::domain::text::{self, Piece};
use crate::id::UserId;
use crate::zone::{Zone, Zones};

/// What was said in a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    pub title: String,
    /// Facts of the case, each a line.
    pub facts: Vec<String>,
    /// The zone in which the times are.
    pub zone: String,
    pub lines: Vec<Line>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `2026-01-05 10:00`.
    pub at: String,
    pub who: String,
    pub said: String,
    /// Names of its files.
    pub files: Vec<String>,
}

/// Puts a thread together. `messages` are those of the thread, oldest first, the root among them.
pub fn transcript(
    case: &Case,
    desk: &str,
    messages: &[Message],
    directory: &Directory,
    bot: &UserId,
    zones: &Zones,
) -> Transcript {
    let zone = zone_of(&case.requester, directory, zones);
    let at = |at: Timestamp| zone.local(at).format("%Y-%m-%d %H:%M").to_string();
    let name = |user: &UserId| match *user == case.requester {
        true => case.requester_name.clone(),
        false => directory.name(user).to_owned(),
    };
    let mut lines = Vec::new();
    if case.root == Root::Bot {
        let files = case.report.files.iter().map(|file| file.name.clone()).collect();
        let said = asked(case);
        lines.push(Line { at: at(case.opened_at), who: case.requester_name.clone(), said, files });
    }
    for message in messages {
        if message.author != Author::Person || is_private(message, bot) {
            continue;
        }
        let (seconds, _) = message.ts.parts();
        let sent = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_timestamp(seconds, 0));
        let said = plain(&message.text, &name, directory);
        let files: Vec<String> = message.files.iter().map(|file| file.name.clone()).collect();
        if !said.trim().is_empty() || !files.is_empty() {
            let at = sent.map(at).unwrap_or_default();
            lines.push(Line { at, who: name(&message.by), said: said.trim().to_owned(), files });
        }
    }
    let mut facts = vec![format!("Asked by {}, {}", case.requester_name, at(case.opened_at))];
    match &case.stage {
        Stage::Owned(owned) => facts.push(format!("With {} since {}", name(&owned.owner), at(owned.since))),
        Stage::Resolved(end) => {
            let outcome = end.outcome.as_ref().map_or_else(String::new, |outcome| format!(": {outcome}"));
            facts.push(format!("Resolved by {}, {}{outcome}", name(&end.by), at(end.at)));
            facts.extend(end.note.as_ref().map(|note| format!("Solution: {note}")));
        }
        Stage::Unclaimed | Stage::Withdrawn { .. } => {}
    }
    Transcript { title: format!("{} · {desk}", case.id), facts, zone: zone.name().to_owned(), lines }
}

/// What a case by a form says.
fn asked(case: &Case) -> String {
    match case.report.text.trim() {
        "" => case
            .report
            .given
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect::<Vec<_>>()
            .join("\n"),
        text => text.to_owned(),
    }
}

fn zone_of(user: &UserId, directory: &Directory, zones: &Zones) -> Zone {
    let named = directory.users.get(user).and_then(|account| account.time_zone.as_deref());
    named.and_then(|name| zones.zone(name).ok()).unwrap_or_else(Zone::utc)
}

/// Words to the bot, and what somebody marks as private.
fn is_private(message: &Message, bot: &UserId) -> bool {
    let said = message.text.trim_start();
    let to_bot = said.starts_with(&format!("<@{bot}>")) || said.starts_with(&format!("<@{bot}|"));
    to_bot || said.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("private:"))
}

fn plain(encoded: &str, name: &dyn Fn(&UserId) -> String, directory: &Directory) -> String {
    let pieces = text::pieces(encoded).into_iter().map(|piece| match piece {
        Piece::User { id, .. } => format!("@{}", name(&id)),
        Piece::Channel(channel) => {
            let id = crate::id::ChannelId::new(channel.as_str());
            format!("#{}", directory.channels.get(&id).map_or(channel, String::clone))
        }
        other @ (Piece::Text(_)
        | Piece::Group { .. }
        | Piece::Broadcast(_)
        | Piece::Link { .. }
        | Piece::Email(_)
        | Piece::Shown(_)) => text::shown(&other),
    });
    pieces.collect()
}

impl Transcript {
    /// As plain text.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n{}\nTimes are in {}.\n", self.title, self.facts.join("\n"), self.zone);
        for line in &self.lines {
            out.push_str(&format!("\n[{}] {}\n", line.at, line.who));
            if !line.said.is_empty() {
                out.push_str(&line.said);
                out.push('\n');
            }
            for file in &line.files {
                out.push_str(&format!("(file: {file})\n"));
            }
        }
        out
    }

    /// As one page of HTML, with nothing in it that is fetched from elsewhere.
    pub fn html(&self) -> String {
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\n<style>\
             body{{font:15px/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}\
             dt{{margin-top:1rem}}dt b{{margin-right:.6rem}}time,small{{color:#666}}\
             dd{{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}}</style>\n<h1>{title}</h1>\n",
            title = escaped(&self.title)
        );
        for fact in &self.facts {
            out.push_str(&format!("<div>{}</div>\n", escaped(fact)));
        }
        out.push_str(&format!("<p><small>Times are in {}.</small></p>\n<dl>\n", escaped(&self.zone)));
        for line in &self.lines {
            let (who, at) = (escaped(&line.who), escaped(&line.at));
            out.push_str(&format!("<dt><b>{who}</b><time>{at}</time></dt>\n<dd>{}", escaped(&line.said)));
            for file in &line.files {
                out.push_str(&format!("<div><small>File: {}</small></div>", escaped(file)));
            }
            out.push_str("</dd>\n");
        }
        out + "</dl>\n</html>\n"
    }
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => out.push(c),
        }
        out
    })
}
