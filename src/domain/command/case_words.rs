//! What can be said in a case's thread.

use super::CaseCommand;
use super::said::{Asked, BareNames, Said, head, is_mere};
use super::wait;
use crate::domain::ticket::Needs;

const CLAIM: &[&str] = &[
    "claim",
    "claimed",
    "claiming",
    "i claim",
    "mine",
    "its mine",
    "this is mine",
    "this one is mine",
    "take",
    "i take",
    "ill take",
    "i will take",
    "im taking",
    "i am taking",
    "taking",
    "on it",
    "im on it",
    "i am on it",
    "im on this",
    "i got",
    "ive got",
    "i have got",
    "got this",
    "own",
    "i own",
    "assign to me",
    "assign it to me",
    "assign this to me",
    "assign me",
    "take over",
    "i have",
    "ill do",
    "i do",
];
const RELEASE: &[&str] = &[
    "release",
    "released",
    "i release",
    "unclaim",
    "drop",
    "drop it",
    "let go",
    "let it go",
    "give it back",
    "give back",
    "not mine",
    "unassign",
    "unassign me",
    "put it back",
    "releasing",
    "cannot take",
];
const HAND_OVER: &[&str] = &[
    "hand over to",
    "hand over",
    "handover to",
    "handover",
    "hand it over to",
    "hand this over to",
    "hand off to",
    "hand off",
    "handoff to",
    "handoff",
    "hand it to",
    "hand this to",
    "hand to",
    "hand",
    "pass to",
    "pass it to",
    "pass this to",
    "pass it on to",
    "pass on to",
    "pass over to",
    "pass",
    "give to",
    "give it to",
    "give this to",
    "assign to",
    "assign it to",
    "assign this to",
    "assign",
    "reassign to",
    "reassign",
    "transfer to",
    "transfer it to",
    "transfer",
    "over to",
    "hand over this to",
    "hand the case to",
    "hand the case over to",
];
const ASK: &[&str] = &[
    "help",
    "help from",
    "ask",
    "ask for help",
    "ask for help from",
    "need help",
    "need help from",
    "i need help",
    "i need help from",
    "we need help",
    "we need help from",
    "need some help",
    "get help",
    "get help from",
    "get",
    "call",
    "call in",
    "loop in",
    "add",
    "bring in",
    "pull in",
    "ping",
    "invite",
    "request help",
    "request help from",
    "help me",
    "i need some help",
    "get some help",
];
/// Ways to ask for help that need nobody named: the next tier is asked.
const ASK_ANYBODY: &[&str] = &[
    "ask for help",
    "need help",
    "i need help",
    "we need help",
    "need some help",
    "get help",
    "request help",
    "help me",
    "help us",
    "i need some help",
    "get some help",
];
const HOLD: &[&str] = &[
    "hold",
    "hold it",
    "hold this",
    "on hold",
    "put on hold",
    "put it on hold",
    "put this on hold",
    "pause",
    "pause it",
    "pause this",
    "snooze",
    "holding",
    "park",
    "park it",
    "hold for",
    "hold on",
];
const RESOLVE: &[&str] = &[
    "resolve",
    "resolved",
    "resolve it",
    "resolve this",
    "done",
    "close",
    "closed",
    "close it",
    "close this",
    "fixed",
    "solved",
    "all done",
    "its done",
    "its fixed",
    "its resolved",
    "this is resolved",
    "this is fixed",
    "this is done",
    "mark as resolved",
    "mark as done",
    "mark resolved",
    "resolving",
    "closing",
    "all good now",
    "all set",
    "is resolved",
    "completed",
    "case closed",
    "it is resolved",
    "it is fixed",
    "it is done",
];
const RESOLVE_ANYWAY: &[&str] = &[
    "resolve anyway",
    "resolve it anyway",
    "resolve this anyway",
    "close anyway",
    "close it anyway",
    "close this anyway",
    "force resolve",
    "resolve by force",
];
const TICKET: &[&str] = &[
    "ticket",
    "raise ticket",
    "raise a ticket",
    "raise this ticket",
    "make a ticket",
    "make ticket",
    "make it a ticket",
    "make this a ticket",
    "create a ticket",
    "create ticket",
    "open a ticket",
    "open ticket",
    "file a ticket",
    "new ticket",
];
const TICKET_NEEDS: &[&str] = &[
    "follow-up",
    "follow up",
    "followup",
    "for follow-up",
    "for follow up",
    "left",
    "gone",
    "closed",
    "resolved",
    "done",
    "chat only",
];
const REOPEN: &[&str] = &[
    "reopen",
    "re-open",
    "reopen it",
    "reopen this",
    "open again",
    "open it again",
    "reopened",
    "not resolved",
    "not fixed",
    "unresolve",
    "its not resolved",
    "its not fixed",
    "this is not resolved",
    "this is not fixed",
];
const SMALL: &[&str] = &[
    "it",
    "this",
    "that",
    "one",
    "please",
    "now",
    "the",
    "case",
    "pls",
    "thanks",
    "here",
    "again",
    "issue",
    "thread",
    "them",
    "yes",
    "up",
    "firstline",
    "for",
    "me",
    "us",
    "thank",
    "you",
    "too",
    "then",
    "ticket",
    "both",
    "all",
];

/// Reads a wish about a case.
pub(super) fn case(said: &Said) -> Option<CaseCommand> {
    let (words, lower) = said.words();
    if let Some(question) = question(&lower) {
        return Some(question);
    }
    if let Some(command) = listed(&words, &lower) {
        return Some(command);
    }
    if said.asked == Asked::Question {
        return None;
    }
    if let Some(used) = head(&lower, REOPEN)
        && is_mere(&lower[used..], SMALL)
    {
        return Some(CaseCommand::Reopen);
    }
    people(said, &words, &lower)
        .or_else(|| plain(&lower))
        .or_else(|| hold(&words, &lower))
        .or_else(|| resolve(&words, &lower))
}

fn question(lower: &[String]) -> Option<CaseCommand> {
    let line = if lower.len() <= 12 { lower.join(" ") } else { return None };
    let is_about_ping = ["ping", "pinged", "mentioned", "tagged", "called", "asked", "me"]
        .iter()
        .any(|word| lower.iter().any(|said| said == word));
    if line == "why" || line.starts_with("why ") && is_about_ping {
        return Some(CaseCommand::Why);
    }
    let statuses = [
        "status",
        "whats the status",
        "what is the status",
        "state",
        "show status",
        "case status",
        "progress",
        "who owns this",
        "who has this",
        "who has it",
        "who owns it",
        "who is on it",
        "whos on it",
        "who is on this",
        "whos on this",
        "who is the owner",
        "whos the owner",
        "who took this",
        "who claimed this",
        "timeline",
    ];
    let (head, rest) =
        (statuses.iter().filter_map(|known| line.strip_prefix(known)).min_by_key(|rest| rest.len()), 3);
    let is_status = head.is_some_and(|after| {
        let more: Vec<String> = after.split_whitespace().map(str::to_owned).collect();
        (after.is_empty() || after.starts_with(' ')) && more.len() <= rest && is_mere(&more, STATUS_SMALL)
    });
    is_status.then_some(CaseCommand::Status)
}

const STATUS_SMALL: &[&str] =
    &["of", "this", "it", "the", "case", "please", "now", "here", "one", "on", "that", "right"];

/// Words that are followed by a list or a name.
fn listed(words: &[&str], lower: &[String]) -> Option<CaseCommand> {
    if let Some(used) =
        head(lower, &["tags", "tag", "tag it", "tag as", "tag it as", "set tags", "add tags", "add tag"])
    {
        return Some(CaseCommand::Tags { words: tags(&words[used..]) });
    }
    let say = ["say", "answer with", "reply with", "canned", "canned answer", "canned answers"];
    if let Some(used) = head(lower, &say) {
        return Some(CaseCommand::Say { name: wait::tidy(&words[used..]) });
    }
    if let Some(ticket) = ticket(words, lower) {
        return Some(ticket);
    }
    let playbook = [
        "playbook",
        "playbooks",
        "run playbook",
        "start playbook",
        "run the playbook",
        "start the playbook",
        "open playbook",
        "show playbook",
        "show playbooks",
        "list playbooks",
    ];
    let used = head(lower, &playbook)?;
    Some(CaseCommand::Playbook { name: wait::tidy(&words[used..]) })
}

/// `ticket`, `raise a ticket`, `ticket left`, `ticket closed`, `ticket: SUBJECT`.
fn ticket(words: &[&str], lower: &[String]) -> Option<CaseCommand> {
    let used = head(lower, TICKET)?;
    let (needs, used) = match head(&lower[used..], TICKET_NEEDS) {
        Some(more) => (needs_of(&lower[used]), used + more),
        None => (Needs::FollowUp, used),
    };
    let subject = if is_mere(&lower[used..], SMALL) { String::new() } else { wait::tidy(&words[used..]) };
    Some(CaseCommand::Ticket { needs, subject: Some(subject).filter(|text| !text.is_empty()) })
}

fn needs_of(word: &str) -> Needs {
    match word {
        "left" | "gone" => Needs::Requester,
        "closed" | "resolved" | "done" | "chat" => Needs::Nothing,
        _ => Needs::FollowUp,
    }
}

/// With commas, what stands between them; without, word by word.
fn tags(words: &[&str]) -> Vec<String> {
    let text = words.join(" ");
    let bare = |tag: &str| tag.trim().trim_matches(['#', '"', '.', '`', '*', ':']).trim().to_owned();
    let parts: Vec<String> = if text.contains([',', ';']) {
        text.split([',', ';']).map(bare).collect()
    } else {
        text.split_whitespace().map(bare).collect()
    };
    parts.into_iter().filter(|tag| !tag.is_empty() && tag.as_str() != "and").take(50).collect()
}

/// Wishes that name others.
fn people(said: &Said, words: &[&str], lower: &[String]) -> Option<CaseCommand> {
    let names_somebody = words.iter().any(|word| word.trim_start_matches('(').starts_with('@'));
    if let Some(used) = head(lower, HAND_OVER) {
        let told = &lower[..used];
        let needs_mention =
            !told.iter().any(|word| word == "over" || word == "to" || word.starts_with("hando"));
        let is_to_me = lower[used..].first().is_some_and(|word| word == "me");
        let is_short = lower.len() - used <= 6;
        if !is_to_me && (names_somebody || !needs_mention && is_short) {
            let bare = if names_somebody { BareNames::DoNotCount } else { BareNames::Count };
            return Some(CaseCommand::HandOver { to: said.addressees(&words[used..], bare) });
        }
    }
    let used = head(lower, ASK)?;
    if names_somebody {
        return Some(CaseCommand::AskForHelp { who: said.addressees(words, BareNames::DoNotCount) });
    }
    if let Some(plain) = head(lower, ASK_ANYBODY) {
        let is_from = lower.get(plain).is_some_and(|word| word == "from");
        if is_from && lower.len() - plain <= 4 {
            return Some(CaseCommand::AskForHelp { who: said.addressees(&words[plain..], BareNames::Count) });
        }
        return is_mere(&lower[plain..], SMALL).then_some(CaseCommand::AskForHelp { who: vec![] });
    }
    // "ask bo for help": a name without its mention.
    let is_asked =
        lower[used - 1] == "ask" && lower.len() <= 6 && lower.ends_with(&["for".into(), "help".into()]);
    is_asked.then(|| CaseCommand::AskForHelp { who: said.addressees(&words[used..], BareNames::Count) })
}

/// Wishes that are one phrase and nothing else.
fn plain(lower: &[String]) -> Option<CaseCommand> {
    let is_whole = |phrases| head(lower, phrases).is_some_and(|used| is_mere(&lower[used..], SMALL));
    // "i have" and "i got" alone say nothing: they need their "it" or "this".
    let is_cut_short = lower.len() < 3
        && lower.first().is_some_and(|word| word == "i")
        && !lower_is(lower, &["take", "claim", "release", "own"]);
    if is_cut_short {
        return None;
    }
    if is_whole(RELEASE) {
        return Some(CaseCommand::Release);
    }
    is_whole(CLAIM).then_some(CaseCommand::Claim)
}

fn lower_is(lower: &[String], second: &[&str]) -> bool {
    lower.get(1).is_some_and(|word| second.contains(&word.as_str()))
}

fn hold(words: &[&str], lower: &[String]) -> Option<CaseCommand> {
    let waits = ["waiting for", "waiting on", "wait for", "wait on", "awaiting", "wait until", "wait"];
    // "waiting for …" is part of what `hold` reads; its own words are not.
    let used = match head(lower, HOLD) {
        Some(used) => used,
        None => head(lower, &waits).map(|_| 0)?,
    };
    let wish = wait::hold(&words[used..])?;
    Some(CaseCommand::Hold { until: wish.until, waiting_for: wish.waiting_for, reason: wish.reason })
}

fn resolve(words: &[&str], lower: &[String]) -> Option<CaseCommand> {
    if head(lower, RESOLVE_ANYWAY).is_some_and(|used| is_mere(&lower[used..], SMALL)) {
        return Some(CaseCommand::ResolveAnyway);
    }
    let used = head(lower, RESOLVE)?;
    // "close to a solution", "done by whom": these words begin sentences as well.
    let goes_on = ["to", "by", "but", "in", "when", "if", "yet", "soon", "nothing"];
    let is_sentence = lower.get(used).is_some_and(|word| goes_on.contains(&word.as_str()));
    let is_marked = words[used - 1].ends_with([':', ',', '.', ';', '-', '!']);
    if is_sentence && !is_marked {
        return None;
    }
    let rest = &words[used..];
    let note = if is_mere(&lower[used..], SMALL) { String::new() } else { wait::tidy(rest) };
    Some(CaseCommand::Resolve { note: Some(note).filter(|note| !note.is_empty()) })
}
