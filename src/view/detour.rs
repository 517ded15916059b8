//! Pings that go round Slack: the e-mail, what a webhook is told, and what the thread, the card and the timeline say.

use crate::domain::case::Case;
use crate::domain::detour::{Detour, DetourHappened, DetourState, Way};
use crate::domain::mail::fill::one_line;
use crate::domain::mail::{Attach, Letter, Mailbox};
use crate::domain::outlook::{Outlook, outlook};
use crate::id::UserId;
use crate::view::card;
use crate::view::mrkdwn;
use crate::view::page::Page;
use crate::view::permalink::to_thread;
use crate::view::scene::Scene;
use crate::view::timeline::in_brief;
use crate::view::voice::{Medium, Voice, list};
use crate::zone::Zone;
use serde_json::{Value, json};

/// The longest subject, and the longest report in an e-mail.
const SUBJECT: usize = 150;
const REPORT: usize = 3_000;

/// What is sent, whole, so that nothing is looked up when it leaves; none where somebody's address is gone.
pub fn body(case: &Case, detour: &Detour, scene: &Scene<'_>) -> Option<Value> {
    let desk = scene.world.desk?;
    let zone = &desk.coverage.schedule.zone;
    let mut body = json!({
        "desk": case.desk, "case": case.id, "number": detour.number, "way": detour.way, "at": detour.at,
    });
    match detour.way {
        Way::Email => body["letter"] = json!(letter(case, detour, scene, zone)?),
        Way::Webhook => body["said"] = said(case, detour, scene, zone),
    }
    Some(body)
}

fn letter(case: &Case, detour: &Detour, scene: &Scene<'_>, zone: &Zone) -> Option<Letter> {
    let to: Vec<Mailbox> = detour.to.iter().filter_map(|user| mailbox(user, scene)).collect();
    if to.is_empty() {
        return None;
    }
    let voice = plainly(scene, zone);
    let gist = card::gist(case, scene.policy(), &voice);
    let asker = voice.words(&case.requester_name, 80);
    Some(Letter {
        subject: mrkdwn::plain(&format!("[{}] {asker} needs an answer: {gist}", case.id), SUBJECT),
        to,
        cc: Vec::new(),
        body: text(case, detour, scene, &voice),
        attach: Attach::Nothing,
    })
}

fn mailbox(user: &UserId, scene: &Scene<'_>) -> Option<Mailbox> {
    let email = scene.world.directory.email(user)?;
    let name: String =
        one_line(scene.world.directory.name(user)).chars().filter(|c| !"<>\"\\".contains(*c)).collect();
    Some(Mailbox { name: Some(name).filter(|name| !name.is_empty()), email: email.to_owned() })
}

fn plainly<'a>(scene: &Scene<'a>, zone: &'a Zone) -> Voice<'a> {
    Voice { directory: scene.world.directory, medium: Medium::Terminal { zone } }
}

/// What happened, who has it, what comes next, and what the one who reads it can do.
fn text(case: &Case, detour: &Detour, scene: &Scene<'_>, voice: &Voice<'_>) -> String {
    let asker = voice.words(&case.requester_name, 80);
    let desk = scene.policy().map_or_else(|| case.desk.to_string(), |policy| policy.name.clone());
    let channel = scene.world.directory.channels.get(&case.channel);
    let place = channel.map_or_else(String::new, |name| format!(" in #{}", voice.words(name, 80)));
    let mut lines = vec![
        format!(
            "{asker} asked {}{place} {}, and nobody has it yet:",
            voice.words(&desk, 80),
            voice.at(case.opened_at)
        ),
        String::new(),
        report(case),
        String::new(),
        "Slack takes no messages from Firstline at the moment, so this comes by e-mail.".to_owned(),
        format!("Why you: {}.", why(detour, voice)),
    ];
    lines.extend(next(case, &outlook(case, scene.now, scene.world), voice));
    lines.push(String::new());
    lines.push(format!(
        "What you can do: open Slack and see whether it works for you, and answer {asker} there, or reach them by \
         phone or e-mail."
    ));
    lines.extend(to_thread(case).map(|link| format!("The thread: {link}")));
    lines.push(
        "When Slack takes messages again, claim the case in its thread, so that nobody else is asked."
            .to_owned(),
    );
    lines.push(String::new());
    lines.push(format!("Times are those of {}. This is about {}.", zone_name(voice), case.id));
    lines.join("\n")
}

/// The report as it was typed, line by line, with nothing that is not seen.
fn report(case: &Case) -> String {
    let lines = case.report.text.lines().map(|line| format!("  {}", mrkdwn::plain(line, REPORT)));
    mrkdwn::cut_plain(&lines.collect::<Vec<_>>().join("\n"), REPORT)
}

fn zone_name(voice: &Voice<'_>) -> String {
    match voice.medium {
        Medium::Terminal { zone } => zone.name().to_owned(),
        Medium::Slack { .. } => String::new(),
    }
}

fn why(detour: &Detour, voice: &Voice<'_>) -> String {
    let reason = in_brief(&detour.reason, voice);
    match &detour.tier {
        Some(tier) => format!("you answer in {} ({reason})", voice.typed(tier)),
        None => format!("you are the supervisor ({reason})"),
    }
}

fn next(case: &Case, ahead: &Outlook, voice: &Voice<'_>) -> Option<String> {
    let next = ahead.next.as_ref()?;
    Some(format!("If nobody claims it, {}.", card::coming(next, case, voice)))
}

/// What a webhook is told: `type` is `ping`.
fn said(case: &Case, detour: &Detour, scene: &Scene<'_>, zone: &Zone) -> Value {
    let voice = plainly(scene, zone);
    let directory = scene.world.directory;
    let to: Vec<Value> = detour
        .to
        .iter()
        .map(|user| json!({ "slack": user, "person": directory.key(user), "name": directory.name(user) }))
        .collect();
    json!({
        "type": "ping",
        "case": case.id,
        "desk": case.desk,
        "ping": detour.ping,
        "to": to,
        "tier": detour.tier,
        "why": in_brief(&detour.reason, &voice),
        "requester": case.requester_name,
        "issue": case.report.text,
        "opened_at": case.opened_at,
        "thread": to_thread(case),
    })
}

fn by(way: Way) -> &'static str {
    match way {
        Way::Email => "by e-mail",
        Way::Webhook => "by webhook",
    }
}

/// In the thread, once Slack takes posts again. It mentions nobody: they were told.
pub fn note(ping: u32, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let of_it = scene.case.into_iter().flat_map(|case| &case.detours).filter(|detour| detour.ping == ping);
    let told: Vec<String> = of_it
        .filter_map(|detour| match &detour.state {
            DetourState::Told { at } => {
                Some(format!("{} {} {}", voice.names(&detour.to), by(detour.way), voice.at(*at)))
            }
            DetourState::Queued { .. }
            | DetourState::Perhaps { .. }
            | DetourState::Refused { .. }
            | DetourState::NotNeeded => None,
        })
        .collect();
    Page::say(format!("Slack took no messages for a while, so I told {} instead.", list(&told)))
}

/// The line of the card: whom the latest ping that went round Slack reached, and how.
pub fn on_card(detours: &[Detour], voice: &Voice<'_>) -> Option<String> {
    let latest = detours.last()?.ping;
    let of_it: Vec<&Detour> = detours.iter().filter(|detour| detour.ping == latest).collect();
    let said: Vec<String> = of_it.iter().map(|detour| became(detour, voice)).collect();
    Some(format!("*Told outside Slack:* {}", list(&said)))
}

fn became(detour: &Detour, voice: &Voice<'_>) -> String {
    let (who, by) = (voice.names(&detour.to), by(detour.way));
    match &detour.state {
        DetourState::Queued { why: None } => format!("{who} {by} (on its way)"),
        DetourState::Queued { why: Some(_) } => format!("{who} {by} (late, it is tried again)"),
        DetourState::Told { at } => format!("{who} {by} {}", voice.at(*at)),
        DetourState::Perhaps { .. } => format!("{who} perhaps {by}, pinged here as well"),
        DetourState::Refused { .. } => format!("{who} not {by}, pinged here instead"),
        DetourState::NotNeeded => format!("{who} no longer {by}"),
    }
}

/// A line of the timeline.
pub fn happened(what: &DetourHappened, voice: &Voice<'_>) -> String {
    match what {
        DetourHappened::Sent { to, way, .. } => {
            format!("Slack took no messages, so this goes {} to {}", by(*way), voice.names(to))
        }
        DetourHappened::Became { to, way, state } => {
            let (who, by) = (voice.names(to), by(*way));
            match state {
                DetourState::Queued { .. } => format!("On its way {by}: {who}"),
                DetourState::Told { .. } => format!("Told {by}: {who}"),
                DetourState::Perhaps { why } => format!("Perhaps told {by}: {who} ({})", voice.typed(why)),
                DetourState::Refused { why } => format!("Not told {by}: {who} ({})", voice.typed(why)),
                DetourState::NotNeeded => format!("No need any more to tell {by}: {who}"),
            }
        }
    }
}
