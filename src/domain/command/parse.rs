//! The grammar: which words are which wish.

use super::case_words::case;
use super::coverage_words::coverage;
use super::said::Said;
use super::{Command, CoverageCommand};
use crate::domain::text;

/// The longest text, in bytes, that is read for words; what is longer is none of them.
const LONGEST_WISH: usize = 2_000;

/// Reads a slash command. The name counts by its end, because a workspace may have renamed it
/// (`/fl-escalate`); of other names the words come back as unknown.
pub fn parse_slash(name: &str, text: &str) -> Command {
    let name = name.trim().to_lowercase();
    let said = Said::of(if text.len() > LONGEST_WISH { "" } else { text });
    if text.len() > LONGEST_WISH && name.ends_with("coverage") {
        return Command::Coverage(CoverageCommand::Unclear);
    }
    if name.ends_with("escalate") {
        return match said.alone().as_str() {
            _ if text.len() > LONGEST_WISH => Command::Escalate { text: text.trim().to_owned() },
            "template" => Command::Template,
            "setup" | "set up" => Command::Setup,
            "enable" => Command::Enable,
            "disable" => Command::Disable,
            "help" => Command::Help,
            "report" => Command::Report,
            _ => Command::Escalate { text: text.trim().to_owned() },
        };
    }
    if !name.ends_with("coverage") {
        return Command::Unknown { words: text.trim().to_owned() };
    }
    match said.alone().as_str() {
        "" | "who" | "now" | "status" | "list" | "show" => Command::Coverage(CoverageCommand::Who),
        "help" => Command::Coverage(CoverageCommand::Help),
        _ => Command::Coverage(coverage(&said).unwrap_or(CoverageCommand::Unclear)),
    }
}

/// Reads what was said to the bot, its own mention taken out. Mentions of others may stand in Slack's encoding
/// (`<@U…>`) or plain (`@U…`, `@name`).
pub fn parse_mention(words: &str) -> Command {
    if words.len() > LONGEST_WISH {
        return Command::Unknown { words: words.trim().to_owned() };
    }
    let said = Said::of(words).into_point();
    match said.alone().as_str() {
        "help" | "help please" | "commands" | "what can you do" => return Command::Help,
        "template" | "show template" | "show the template" => return Command::Template,
        "got it" => return Command::Thanks,
        _ => {}
    }
    // "Done, thanks" is a wish, whatever it ends in.
    if let Some(command) = case(&said) {
        return Command::Case(command);
    }
    if text::is_thanks(words) || text::is_emoji_only(words) {
        return Command::Thanks;
    }
    if let Some(command) = coverage(&said) {
        return Command::Coverage(command);
    }
    said.unknown()
}
