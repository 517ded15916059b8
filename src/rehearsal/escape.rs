//! Text as Slack encodes it: what people type, what apps send, and back again.

use super::state::Workspace;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// Where a person typed it; a command names people and channels with a second half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Message,
    Command,
}

static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    let url = r"(?P<url>https?://[^\s<>|]+)";
    let mail = r"(?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)";
    let at = r"@(?P<at>[A-Za-z0-9][A-Za-z0-9._-]*)";
    let hash = r"#(?P<hash>[a-z0-9][a-z0-9_-]*)";
    let bare = r"(?P<bare>(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|co|edu|gov)\b(?:/[^\s<>|]*)?)";
    Regex::new(&format!("{url}|{mail}|{at}|{hash}|{bare}")).expect("a fixed pattern")
});

/// What a person typed, as Slack stores and sends it.
pub(super) fn by_person(state: &Workspace, text: &str, typed: Typed) -> String {
    let mut out = String::new();
    let mut rest = 0;
    for found in TOKENS.captures_iter(text) {
        let whole = found.get_match();
        let glued = text[..whole.start()].chars().next_back().is_some_and(char::is_alphanumeric);
        let (token, tail) = split_tail(whole.as_str());
        let Some(encoded) = Some(&found).filter(|_| !glued).and_then(|it| encode(state, it, token, typed))
        else {
            continue;
        };
        out.push_str(&escaped(&text[rest..whole.start()]));
        out.push_str(&encoded);
        out.push_str(&escaped(tail));
        rest = whole.end();
    }
    out.push_str(&escaped(&text[rest..]));
    out
}

/// Signs at the end of a link or a name belong to the sentence.
fn split_tail(token: &str) -> (&str, &str) {
    let bare = token.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '"', '*', '_', '`']);
    token.split_at(bare.len())
}

fn encode(state: &Workspace, found: &Captures<'_>, token: &str, typed: Typed) -> Option<String> {
    let has = |name: &str| found.name(name).is_some();
    if has("url") {
        return Some(format!("<{}>", escaped(token)));
    }
    if has("mail") {
        return Some(format!("<mailto:{token}|{token}>"));
    }
    if has("bare") {
        return Some(format!("<http://{0}|{0}>", escaped(token)));
    }
    if has("hash") {
        let name = token.trim_start_matches('#');
        let channel = state.channels.values().find(|it| it.name == name)?;
        return Some(format!("<#{}|{}>", channel.id, channel.name));
    }
    mention(state, token.trim_start_matches('@'), typed)
}

fn mention(state: &Workspace, name: &str, typed: Typed) -> Option<String> {
    if ["here", "channel", "everyone"].contains(&name) {
        return Some(format!("<!{name}>"));
    }
    if let Some(user) = state.users.values().find(|it| it.handle == name) {
        return Some(match typed {
            Typed::Message => format!("<@{}>", user.id),
            Typed::Command => format!("<@{}|{}>", user.id, user.handle),
        });
    }
    let group = state.groups.values().find(|it| it.handle == name)?;
    Some(format!("<!subteam^{}|@{}>", group.id, group.handle))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

static APP_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    let control = r"(?P<control><(?:[@#!][^<>\n]+|(?:https?|mailto|tel|slack):[^<>\n]*)>)";
    let entity = r"(?P<entity>&(?:amp|lt|gt);)";
    Regex::new(&format!("{control}|{entity}|(?P<bare>[&<>])")).expect("a fixed pattern")
});

/// What an app sent, as Slack gives it back: stray signs are encoded, control sequences stay.
pub(super) fn by_app(text: &str) -> String {
    let replace = |found: &Captures<'_>| {
        let token = found.get_match().as_str();
        if found.name("bare").is_some() { escaped(token) } else { token.to_owned() }
    };
    APP_TEXT.replace_all(text, replace).into_owned()
}

/// The three entities turned back.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
