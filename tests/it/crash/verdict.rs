//! What has to be true at the end: every ping once, one card for each case, silence where somebody has it.

use super::super::program::Program;
use super::afternoon::{Afternoon, Answered, Asked, call, card, of_bot, slot};
use chrono::{DateTime, TimeDelta};
use firstline::admin::book::{CaseFile, CaseRow};
use firstline::clock::Timestamp;
use firstline::domain::case::Stage;
use firstline::rehearsal::{Message, Workspace};
use std::collections::BTreeSet;

/// A post in the air when a claim commits cannot be called back (DESIGN §6).
const IN_THE_AIR: TimeDelta = TimeDelta::seconds(2);

/// Whom a ping was for and why, as its words say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pinged {
    First,
    Second,
    SecondAgain,
    Supervisor,
    /// The n-th.
    Reminder(u32),
    Other(String),
}

fn pinged(message: &Message) -> Pinged {
    let text = message.text.as_str();
    let reminder = text.split_once("(reminder ").and_then(|(_, rest)| rest.split_once(')')?.0.parse().ok());
    let to = |user: &str| text.starts_with(&format!("<@{user}>"));
    match reminder {
        Some(time) if to("U0KOFI") => Pinged::Reminder(time),
        None if to("U0KOFI") && text.contains("everybody who answers here was pinged") => Pinged::Supervisor,
        None if to("U0BO") && text.contains("(ping 2)") => Pinged::SecondAgain,
        None if to("U0BO") && text.contains("First did not answer") => Pinged::Second,
        None if to("U0ANA") && text.contains("needs an answer") => Pinged::First,
        Some(_) | None => Pinged::Other(text.to_owned()),
    }
}

fn pings<'a>(workspace: &'a Workspace, case: &Asked) -> Vec<(&'a Message, Pinged)> {
    let said = of_bot(workspace, case).into_iter().filter(|message| message.text.contains("<@"));
    said.map(|message| (message, pinged(message))).collect()
}

/// Whether a case is with its owner, or with the supervisor when nobody answered.
pub fn is_settled(workspace: &Workspace, case: &Asked) -> bool {
    match case.answered {
        Answered::Never => pings(workspace, case).iter().any(|(_, pinged)| *pinged == Pinged::Supervisor),
        Answered::ByReaction | Answered::ByReply | Answered::ByButton => {
            card(workspace, case).is_some_and(|card| !has_claim_button(card))
        }
    }
}

fn has_claim_button(card: &Message) -> bool {
    card.blocks.iter().any(|block| block.to_string().contains("\"Claim\""))
}

/// The thread, for whoever reads a failure.
pub fn transcript(workspace: &Workspace, case: &Asked) -> String {
    let thread = workspace.thread(&case.channel, &case.root);
    let lines = thread.iter().map(|message| format!("  {} {} {}", message.ts, call(message), message.text));
    format!("{case:?}\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// Checks everything, and says what is wrong of all of it at once.
pub async fn check(afternoon: &Afternoon, cases: &[Asked], program: &Program) {
    let setting = &afternoon.setting;
    let rows = setting.answer(&["cases", "--all", "--json"], program.http()).await;
    let rows: Vec<CaseRow> = serde_json::from_str(&rows).unwrap();
    let mut files: Vec<CaseFile> = Vec::new();
    for row in &rows {
        let file = setting.answer(&["case", row.case.as_str(), "--json"], program.http()).await;
        files.push(serde_json::from_str(&file).unwrap());
    }
    let mut wrong = Vec::new();
    if rows.len() != cases.len() {
        wrong.push(format!("{} cases are kept, {} were asked", rows.len(), cases.len()));
    }
    setting.slack.read(|workspace| {
        for case in cases {
            let faults = faults_of(workspace, case, &files);
            if !faults.is_empty() {
                wrong.push(format!("{}\n{}", faults.join("; "), transcript(workspace, case)));
            }
        }
        wrong.extend(faults_of_all(workspace, cases));
    });
    let dead = setting.answer(&["dead-letters"], program.http()).await;
    if dead != "no dead letters\n" {
        wrong.push(dead);
    }
    assert!(wrong.is_empty(), "{}\nits log:\n{}", wrong.join("\n\n"), program.log());
}

fn faults_of(workspace: &Workspace, case: &Asked, files: &[CaseFile]) -> Vec<String> {
    let mut faults = Vec::new();
    let cards = of_bot(workspace, case).into_iter().filter(|message| slot(message) == "card").count();
    if cards != 1 {
        faults.push(format!("{cards} cards"));
    }
    let pings: Vec<(&Message, Pinged)> = pings(workspace, case);
    let order: Vec<&Pinged> = pings.iter().map(|(_, pinged)| pinged).collect();
    let wanted = [Pinged::First, Pinged::Second, Pinged::SecondAgain, Pinged::Supervisor];
    let expected = wanted.into_iter().chain((1..).map(Pinged::Reminder)).take(order.len());
    if !expected.eq(order.iter().copied().cloned()) {
        faults.push(format!("pinged in this order: {order:?}"));
    }
    let id = card(workspace, case).and_then(|card| call(card).split('/').next());
    let Some(file) = files.iter().find(|file| Some(file.case.id.as_str()) == id) else {
        faults.push(format!("there is no case {id:?}"));
        return faults;
    };
    match (case.answered, &file.case.stage) {
        (Answered::Never, Stage::Unclaimed) => {}
        (Answered::ByReaction | Answered::ByReply | Answered::ByButton, Stage::Owned(ownership)) => {
            let late = pings.iter().filter(|(ping, _)| at(ping) > ownership.since + IN_THE_AIR);
            faults.extend(late.map(|(ping, _)| format!("pinged at {} after {}", ping.ts, ownership.since)));
        }
        (answered, stage) => faults.push(format!("answered {answered:?}, and it is {stage:?}")),
    }
    faults
}

fn at(message: &Message) -> Timestamp {
    let micros = message.ts.as_str().replace('.', "").parse().unwrap();
    DateTime::from_timestamp_micros(micros).unwrap()
}

fn faults_of_all(workspace: &Workspace, cases: &[Asked]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut calls = BTreeSet::new();
    let roots: BTreeSet<_> = cases.iter().map(|case| (&case.channel, &case.root)).collect();
    for (channel, message) in
        workspace.messages.iter().flat_map(|(channel, all)| all.values().map(move |it| (channel, it)))
    {
        if message.user != workspace.bot.user {
            continue;
        }
        if !message.thread.as_ref().is_some_and(|thread| roots.contains(&(channel, thread))) {
            faults.push(format!("outside every thread, in {channel}: {}", message.text));
        }
        if !calls.insert(call(message)) {
            faults.push(format!("posted twice: {} {}", call(message), message.text));
        }
    }
    // A killed program acknowledges nothing, and that is all that may be held against it.
    let refused = workspace.refusals.iter().filter(|refusal| refusal.error != "not_acknowledged");
    faults.extend(refused.map(|refusal| format!("Slack refused: {refusal:?}")));
    faults
}
