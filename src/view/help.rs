//! What the commands are, what can be tried first, and who would be asked now.

use crate::clock::Timestamp;
use crate::domain::case::RunHours;
use crate::domain::people;
use crate::domain::policy::Tier;
use crate::id::DeskKey;
use crate::view::mrkdwn::code;
use crate::view::page::Page;
use crate::view::said::self_help;
use crate::view::scene::Scene;
use crate::view::voice::{length, list};

/// So many of a tier's people are told.
const PEOPLE: usize = 6;

/// `/escalate help`.
pub fn escalate_help(scene: &Scene<'_>, desk: Option<&DeskKey>) -> Page {
    let here = match desk {
        Some(desk) => format!("In this channel {} answers.", scene.desk(desk)),
        None => "No desk answers in this channel, so you will be asked which one you need.".to_owned(),
    };
    let page = Page::say(format!("*Asking for help*\n{here}"));
    let page = match (desk, people::Scene::of(scene.world, scene.now)) {
        (Some(_), Some(asked)) => who_is_asked(first_steps(page, scene, &asked), scene, &asked),
        (Some(_), None) | (None, _) => page,
    };
    page.and(
        "• `/escalate` opens the form\n\
         • `/escalate we cannot open session 12` opens it with what you wrote\n\
         • `/escalate template` shows the template to copy\n\
         • *Escalate this*, in a message's menu, makes a case of that message\n\
         • `/escalate setup` fills this channel's roles, for those who answer here\n\
         • `/escalate disable`, `/escalate enable` and `/escalate report` (the last seven days in figures), for \
         supervisors",
    )
}

fn first_steps(page: Page, scene: &Scene<'_>, asked: &people::Scene<'_>) -> Page {
    match &asked.policy.self_help {
        Some(help) => page.and(self_help(help, scene)),
        None => page,
    }
}

/// The tiers in their order, each with those who would be pinged now.
fn who_is_asked(page: Page, scene: &Scene<'_>, asked: &people::Scene<'_>) -> Page {
    let voice = scene.voice();
    let head = match (asked.is_open(), asked.desk.coverage.schedule.next_opening(scene.now)) {
        (true, _) => "*Who is asked, as it stands now:*".to_owned(),
        (false, Some(opens_at)) => closed(scene, opens_at),
        (false, None) => {
            "The desk is closed, and no opening is planned. Otherwise these are asked:".to_owned()
        }
    };
    let tiers = asked.policy.tiers.iter().zip(1_u32..);
    let mut lines = vec![head];
    lines.extend(tiers.map(|(tier, number)| format!("{number}. {}", tier_line(tier, scene, asked))));
    let supervisors = asked.supervisors();
    if !supervisors.is_empty() {
        lines.push(format!("If nobody can, {} is asked.", voice.names(&supervisors)));
    }
    page.and(lines.join("\n"))
}

fn closed(scene: &Scene<'_>, opens_at: Timestamp) -> String {
    format!("The desk is closed and opens {}. At any other time these are asked:", scene.voice().at(opens_at))
}

fn tier_line(tier: &Tier, scene: &Scene<'_>, asked: &people::Scene<'_>) -> String {
    let voice = scene.voice();
    let name = voice.typed(&tier.name);
    let everybody = asked.on_tier(tier, RunHours::Elapsed);
    let can: Vec<String> = everybody
        .iter()
        .filter_map(|one| one.available().map(|user| voice.name(user)))
        .take(PEOPLE)
        .collect();
    if !can.is_empty() {
        return format!("{name}: {}, for {}", list(&can), length(tier.wait));
    }
    let cannot: Vec<String> = everybody
        .iter()
        .take(PEOPLE)
        .map(|one| format!("{} {}", voice.person(&one.key), voice.state(&one.answer)))
        .collect();
    match cannot.is_empty() {
        true => format!("{name}: nobody is named"),
        false => format!("{name}: nobody now ({})", list(&cannot)),
    }
}

/// To a mention that says nothing the bot knows.
pub fn mention_help(scene: &Scene<'_>) -> Page {
    Page::say("I did not find a word that I know in that. What I understand:").and(understood(scene))
}

/// To whoever asks what the bot understands.
pub fn words(scene: &Scene<'_>) -> Page {
    Page::say("What I understand, when you mention me:").and(understood(scene))
}

fn understood(scene: &Scene<'_>) -> String {
    let desk = scene.world.desk;
    let tags = scene.policy().map(|policy| &policy.closing.tags).filter(|tags| !tags.is_empty());
    let example = tags.map(|tags| {
        let first: Vec<&str> =
            tags.values().filter_map(|group| group.any_of.first()).take(2).map(String::as_str).collect();
        format!("`tags {}`, ", code(&first.join(", "), 80))
    });
    let canned = desk.and_then(|desk| desk.canned.keys().next());
    let say = canned.map(|name| format!("`say {}`, ", code(name, 80)));
    format!(
        "• in the thread of a case: `claim`, `release`, `help @ana`, `hand over to @ana`, \
         `hold 2h waiting for the client`, {}{}`resolve`, `reopen`, `why`, `status`\n\
         • anywhere: `who is on coverage?`\n\
         • to ask for help: `/escalate`\n\
         • to say that you are away: `/coverage away 30m`",
        example.unwrap_or_default(),
        say.unwrap_or_default()
    )
}
