//! The values of a template's fields: what is valid, and how it is written once it is.

use super::page::{Page, Thing, is_email, is_host};
use crate::domain::command::{When, parse_when};
use crate::domain::effect::ProblemKind;
use crate::domain::policy::FieldKind;
use crate::domain::text;
use regex::RegexBuilder;

/// The longest value that is kept, in characters.
pub const LONGEST_VALUE: usize = 2_000;
/// The most memory that the pattern of an `id` field may take, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;
/// How "does not apply" is kept.
pub(super) const NOT_APPLICABLE: &str = "n/a";
/// How a `confirm` field is kept.
pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";

/// A value in its canonical form, or what is wrong with it. The value is neither blank nor "n/a".
pub(super) fn canonical(kind: &FieldKind, value: &Page) -> Result<String, ProblemKind> {
    if value.text.chars().count() > LONGEST_VALUE {
        return Err(ProblemKind::TooLong { most: LONGEST_VALUE });
    }
    let text = value.text.trim();
    match kind {
        FieldKind::Text | FieldKind::File => Ok(text.to_owned()),
        FieldKind::Url => url(value).ok_or(ProblemKind::NotAUrl),
        FieldKind::Emails => emails(value).map_err(|wrong| ProblemKind::NotEmails { wrong }),
        FieldKind::Choice(choices) => {
            choice(choices, text).ok_or_else(|| ProblemKind::NotOneOf { choices: choices.clone() })
        }
        FieldKind::User => user(value).ok_or(ProblemKind::NotAUser),
        FieldKind::Number => number(text).ok_or(ProblemKind::NotANumber),
        FieldKind::Id(pattern) => id(pattern, value).ok_or(ProblemKind::NotAnId),
        FieldKind::Time => time(text).ok_or(ProblemKind::NotATime),
        FieldKind::Confirm => match confirm(text) {
            Some(word @ YES) => Ok(word.to_owned()),
            Some(_) | None => Err(ProblemKind::NotAffirmed),
        },
    }
}

/// "n/a", "none", "-", "not applicable" and the like.
pub fn is_not_applicable(text: &str) -> bool {
    let word: String = text
        .chars()
        .take(40)
        .filter(|c| !(c.is_whitespace() || "*_~`.!()[]'’\"".contains(*c)))
        .flat_map(char::to_lowercase)
        .collect();
    let dashes = !word.is_empty() && word.chars().all(|c| "-–—/".contains(c));
    let words = [
        "n/a",
        "na",
        "n\\a",
        "n-a",
        "none",
        "notapplicable",
        "doesnotapply",
        "doesntapply",
        "nothing",
        "nil",
        "null",
        "notany",
        "noneyet",
        "nope",
        "no",
        "notavailable",
        "notrelevant",
        "n/a-",
        "notpossible",
    ];
    dashes || text.len() <= 40 && words.contains(&word.as_str())
}

/// The first web address, with its scheme.
pub(super) fn url(value: &Page) -> Option<String> {
    let is_web = |url: &&str| {
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        scheme.is_none_or(|scheme| scheme == "http" || scheme == "https")
    };
    if let Some(link) = value.links().find(is_web) {
        return Some(with_scheme(link));
    }
    let text = value.text.trim().trim_matches(['*', '_', '`', '<', '>']).trim_end_matches(['.', ',', '/']);
    let is_alone = !text.contains(char::is_whitespace) && !text.contains('@') && is_host(text);
    is_alone.then(|| with_scheme(text))
}

fn with_scheme(url: &str) -> String {
    if url.contains("://") { url.to_owned() } else { format!("https://{url}") }
}

/// The addresses, separated by a comma and a space; or the words that are none.
/// A name before an address, parentheses and a few joining words are let go.
pub(super) fn emails(value: &Page) -> Result<String, Vec<String>> {
    let mut good: Vec<&str> = Vec::new();
    let mut wrong = Vec::new();
    let shown = value.text.as_str();
    let mut start = 0;
    for item in shown.split_inclusive([',', ';', '\n', '|']) {
        let range = start..start + item.len();
        start = range.end;
        let first = value.atoms.partition_point(|atom| atom.range.end <= range.start);
        let item = item.trim_end_matches([',', ';', '\n', '|']);
        let mut addresses = 0;
        let mut from = range.start;
        let until = range.start + item.len();
        let mut stray: Vec<&str> = Vec::new();
        for atom in value.atoms[first..].iter().take_while(|atom| atom.range.end <= until) {
            let Some(address) = address_of(&atom.what) else { continue };
            // Words that stand before the address name its owner; what only looks like an address does not.
            stray.extend(strays(&shown[from..atom.range.start]).filter(|word| is_attempt(word)));
            from = atom.range.end;
            addresses += 1;
            if is_email(address) {
                good.push(address);
            } else {
                stray.push(address);
            }
        }
        let after: Vec<&str> = strays(&shown[from..until]).collect();
        let is_prose = addresses > 0 && after.len() > 3;
        stray.extend(after.into_iter().filter(|word| !is_prose || is_attempt(word)));
        wrong.extend(stray.into_iter().map(|word| word.chars().take(80).collect::<String>()));
    }
    if good.is_empty() && wrong.is_empty() {
        wrong.push(shown.trim().chars().take(80).collect());
    }
    if !wrong.is_empty() {
        wrong.truncate(20);
        return Err(wrong);
    }
    Ok(unique(good).join(", "))
}

fn address_of(what: &Thing) -> Option<&str> {
    match what {
        Thing::Email(address) => Some(address),
        Thing::Link(_) | Thing::User(_) | Thing::Other => None,
    }
}

/// The words between addresses that mean something.
fn strays(between: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    between.split_whitespace().filter_map(move |word| {
        let was_inside = depth > 0;
        depth = (depth + word.matches('(').count()).saturating_sub(word.matches(')').count());
        let bare = word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '@'));
        let is_joining = ["and", "or", "mailto", "also", "plus", "cc", "e-mail", "email", "emails", ""];
        let is_inside = was_inside || word.starts_with('(');
        let is_number = bare.chars().all(|c| c.is_ascii_digit());
        (!is_inside && !is_number && !is_joining.contains(&bare.to_lowercase().as_str())).then_some(bare)
    })
}

fn is_attempt(word: &str) -> bool {
    word.contains('@')
}

fn unique(all: Vec<&str>) -> Vec<&str> {
    let mut seen = std::collections::BTreeSet::new();
    all.into_iter().filter(|one| seen.insert(one.to_lowercase())).collect()
}

/// The choice that is meant, in any case and with any punctuation around it.
pub(super) fn choice(choices: &[String], text: &str) -> Option<String> {
    let folded =
        |text: &str| text::words(text).map(|word| text::folded(&text[word])).collect::<Vec<_>>().join(" ");
    let said = folded(text);
    choices.iter().find(|choice| folded(choice) == said || choice.trim().eq_ignore_ascii_case(text)).cloned()
}

/// The id of the one person who is mentioned.
pub(super) fn user(value: &Page) -> Option<String> {
    let mut users = value.users();
    let first = users.next();
    match (first, users.next()) {
        (Some(user), None) => Some(user.to_string()),
        (Some(_), Some(_)) => None,
        (None, _) => {
            let id = value.text.trim().trim_start_matches('@');
            text::looks_like_user_id(id).then(|| id.to_owned())
        }
    }
}

/// A number without its separators of thousands; a few words around it are let go ("12 people").
fn number(text: &str) -> Option<String> {
    let mut words = text.split_whitespace().take(6);
    let mut found = None;
    for word in words.by_ref().take(5) {
        let bare = word.trim_matches(|c: char| "*_`~.,;:()#!≈".contains(c));
        if !bare.contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let plain = without_thousands(bare);
        let is_number = plain.parse::<f64>().is_ok_and(f64::is_finite) && plain.len() <= 30;
        if found.is_some() || !is_number || plain.contains(['e', 'E']) {
            return None;
        }
        found = Some(plain.trim_start_matches('+').to_owned());
    }
    found.filter(|_| words.next().is_none())
}

fn without_thousands(text: &str) -> String {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let is_grouped = groups.len() > 1
        && groups[0].trim_start_matches(['-', '+']).len() <= 3
        && groups[1..].iter().all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()));
    let whole = if is_grouped { groups.concat() } else { whole.to_owned() };
    if rest.is_empty() { whole } else { format!("{whole}.{rest}") }
}

/// The id: the whole value, or the only word in it that matches the pattern. A pattern that does not compile
/// lets everything pass: `check` says what is wrong with it.
pub(super) fn id(pattern: &str, value: &Page) -> Option<String> {
    let text = value.text.trim().trim_matches(['*', '_', '`', '~']);
    let whole = format!("^(?:{pattern})$");
    let Ok(regex) = RegexBuilder::new(&whole).size_limit(LARGEST_PATTERN).build() else {
        return Some(text.to_owned());
    };
    let is_edge = |c: char| !c.is_alphanumeric();
    if regex.is_match(text) {
        return Some(text.to_owned());
    }
    let mut found: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let shapes =
            [word, word.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']), word.trim_matches(is_edge)];
        if let Some(id) = shapes.into_iter().find(|word| !word.is_empty() && regex.is_match(word))
            && !found.contains(&id)
        {
            found.push(id);
        }
        if found.len() > 1 {
            return None;
        }
    }
    found.first().map(|id| (*id).to_owned())
}

/// `15:00`, `2026-12-24 15:00`, or as typed when more is said ("3pm Pacific", "Tuesday at 15:00 CET").
fn time(text: &str) -> Option<String> {
    let two = |clock: (u32, u32)| format!("{:02}:{:02}", clock.0, clock.1);
    match parse_when(text) {
        Some(When::Clock { hour, minute }) => Some(two((hour, minute))),
        Some(When::Day { year, month, day, clock }) => {
            let date = format!("{year:04}-{month:02}-{day:02}");
            Some(clock.map_or(date.clone(), |clock| format!("{date} {}", two(clock))))
        }
        Some(
            When::In(_) | When::Tomorrow { .. } | When::Weekday { .. } | When::DayAfter(_) | When::At(_),
        ) => Some(text.to_owned()),
        None => {
            let words: Vec<&str> = text.split_whitespace().take(13).collect();
            let is_told = |at: usize| {
                let pair = words[at..words.len().min(at + 2)].join(" ");
                [words[at], pair.as_str()].into_iter().any(|some| {
                    let some = some.trim_matches(|c: char| !c.is_alphanumeric());
                    let bare_number = some.bytes().all(|b| b.is_ascii_digit());
                    !bare_number && matches!(parse_when(some), Some(When::Clock { .. } | When::Day { .. }))
                })
            };
            (words.len() <= 12 && (0..words.len()).any(is_told)).then(|| text.to_owned())
        }
    }
}

/// `yes` or `no`, in words or as a ticked box.
pub(super) fn confirm(text: &str) -> Option<&'static str> {
    let ticked =
        ["[x]", "[X]", "✓", "✔", "✅", "☑", ":white_check_mark:", ":heavy_check_mark:", ":+1:", "👍"];
    let empty = ["[ ]", "☐", "❌", ":x:"];
    let text = text.trim().trim_matches(['*', '_', '`', '~']);
    if empty.iter().any(|sign| text.starts_with(sign)) {
        return Some(NO);
    }
    if ticked.iter().any(|sign| text.starts_with(sign)) {
        return Some(YES);
    }
    let words: Vec<String> = text::words(text).take(12).map(|word| text::folded(&text[word])).collect();
    let first = words.first()?.as_str();
    let denies =
        ["not", "no", "nope", "never", "didnt", "havent", "hasnt", "cannot", "cant", "couldnt", "wasnt"];
    if denies.contains(&first)
        || words.iter().take(4).any(|word| denies.contains(&word.as_str()) && word != "no")
    {
        return Some(NO);
    }
    let affirms = [
        "yes",
        "y",
        "yep",
        "yeah",
        "yup",
        "ya",
        "sure",
        "ok",
        "okay",
        "true",
        "done",
        "confirmed",
        "confirm",
        "correct",
        "affirmed",
        "affirmative",
        "x",
        "absolutely",
        "indeed",
        "definitely",
        "tested",
        "si",
        "oui",
        "ja",
        "reproduced",
        "right",
        "aye",
    ];
    let is_told = matches!(first, "i" | "we" | "ive" | "weve")
        && words.get(1).is_none_or(|word| {
            ["did", "do", "have", "confirm", "tested", "reproduced", "tried", "checked"]
                .contains(&word.as_str())
        });
    if first == "false" || first == "n" {
        return Some(NO);
    }
    (affirms.contains(&first) || is_told && words.len() > 1).then_some(YES)
}

/// Whether a link shows a picture: by its ending, or by where screenshots are kept.
pub(super) fn is_picture(url: &str) -> bool {
    let bare = url.split_once("://").map_or(url, |(_, bare)| bare).to_lowercase();
    let (host, path) = bare.split_once('/').unwrap_or((&bare, ""));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let endings =
        [".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".bmp", ".tiff", ".mp4", ".mov", ".webm"];
    let hosts = [
        "imgur.com",
        "gyazo.com",
        "prnt.sc",
        "prntscr.com",
        "snipboard.io",
        "lightshot.com",
        "cl.ly",
        "cleanshot.com",
        "cln.sh",
        "share.cleanshot.com",
        "loom.com",
        "droplr.com",
        "d.pr",
        "monosnap.com",
        "skitch.com",
        "screencast.com",
        "zight.com",
        "jumpshare.com",
        "files.slack.com",
        "postimg.cc",
        "ibb.co",
        "nimbusweb.me",
        "awesomescreenshot.com",
        "screenrec.com",
        "jam.dev",
        "snag.gy",
        "screenpal.com",
        "screenshot.net",
    ];
    let is_host = |known: &str| host == known || host.ends_with(&format!(".{known}"));
    endings.iter().any(|ending| path.ends_with(ending))
        || hosts.iter().any(|known| is_host(known))
        || host.ends_with(".slack.com") && path.starts_with("files/")
}
