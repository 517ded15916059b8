//! Slack's markup: what people typed made harmless, times that everybody reads in their own zone.

use crate::clock::Timestamp;
use chrono::TimeDelta;

/// Stands where something was cut off.
const CUT: char = '…';

/// The longest piece of markup of ours: a link. What is longer is no markup.
const LONGEST_MARK: usize = 1_200;
/// The longest address that is made a link.
const LONGEST_ADDRESS: usize = 700;

/// How long a text is to Slack: UTF-16 units, which are never fewer than the characters it may count.
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text itself, or its beginning and `…`: at most `most` units, cut between characters and never
/// inside an entity (`&amp;`) or a piece of markup (`<!date^…>`).
pub fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut left = most.saturating_sub(1);
    let mut rest = text;
    while let Some(piece) = first_piece(rest) {
        let size = length(piece);
        if size > left {
            break;
        }
        left -= size;
        kept.push_str(piece);
        rest = rest.strip_prefix(piece).unwrap_or_default();
    }
    kept.truncate(kept.trim_end().len());
    if most > 0 {
        kept.push(CUT);
    }
    kept
}

/// What may not be torn apart at the beginning of a text: an entity, a piece of markup, or one character.
fn first_piece(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let end = match first {
        '<' => text.char_indices().take(LONGEST_MARK).find(|(_, c)| *c == '>').map(|(at, _)| at),
        '&' => text.char_indices().take(5).find(|(_, c)| *c == ';').map(|(at, _)| at),
        _ => None,
    };
    let until = end.map_or(first.len_utf8(), |at| at + 1);
    text.get(..until)
}

/// One line of what a person typed, for the middle of a sentence of ours: escaped, without line breaks,
/// invisible characters and working formatting marks; at most `most` units.
pub fn inline(typed: &str, most: usize) -> String {
    cut(&harmless(&one_line(typed, most)), most)
}

/// The words of a text with one space between; no more of it than shows that it is longer than `most`.
fn one_line(typed: &str, most: usize) -> String {
    let shown = |word: &str| word.chars().filter(|c| is_shown(*c)).take(most + 1).collect::<String>();
    let mut line = String::new();
    for word in typed.split(breaks).flat_map(str::split_whitespace).map(shown).filter(|word| !word.is_empty())
    {
        if line.len() > 4 * most {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    line
}

/// What a person typed, on lines of its own, each marked as a quotation; at most `most` units.
pub fn quoted(typed: &str, most: usize) -> String {
    let shown: String = typed.chars().filter(|c| is_shown(*c) || breaks(*c)).take(most + 1).collect();
    let lines: Vec<String> =
        shown.split(breaks).map(|line| harmless(line.trim_end())).filter(|line| !line.is_empty()).collect();
    let whole = lines.iter().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
    cut(&whole, most)
}

/// Configured words for everybody: several lines, with working web addresses and nothing else that is special;
/// at most `most` units.
pub fn prose(text: &str, most: usize) -> String {
    let shown: String = text.trim().chars().filter(|c| is_shown(*c) || breaks(*c)).collect();
    let word = |word: &str| {
        let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        let after = word.get(address.len()..).unwrap_or_default();
        match address.starts_with("https://") || address.starts_with("http://") {
            true => format!("{}{}", link(address, address), harmless(after)),
            false => harmless(word),
        }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    cut(&shown.split(breaks).map(line).collect::<Vec<_>>().join("\n"), most)
}

/// A line for a block of code, where formatting marks mean nothing: escaped, and unable to end the block.
pub fn code(text: &str, most: usize) -> String {
    let escaped: String = one_line(text, most)
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '`' => "'".to_owned(),
            other => other.to_string(),
        })
        .collect();
    cut(&escaped, most)
}

/// A line of plain text (no markup is read there): without line breaks and invisible characters.
pub fn plain(typed: &str, most: usize) -> String {
    cut_plain(&one_line(typed, most), most)
}

/// [`cut`] for a text in which `<` and `&` mean themselves.
pub fn cut_plain(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut left = most.saturating_sub(1);
    for c in text.chars() {
        let Some(after) = left.checked_sub(c.len_utf16()) else { break };
        left = after;
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    if most > 0 {
        kept.push(CUT);
    }
    kept
}

/// Everything that ends a line somewhere, Slack's clients among them.
fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters, and those without a width that hide or turn what follows. The joiners U+200C and
/// U+200D stay: Persian words and many emoji need them.
fn is_shown(c: char) -> bool {
    let hidden = matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    !hidden && (!c.is_control() || c == '\t')
}

/// Mentions that reach many, as people type them.
const CROWDS: [&str; 4] = ["here", "channel", "everyone", "group"];

/// Escapes markup and takes the force out of formatting marks and of `@here`.
///
/// Slack has no escape for its formatting marks, so that those at the edge of a word are shown by signs that
/// look alike; inside a word (`snake_case`) they mean nothing and stay.
fn harmless(typed: &str) -> String {
    let shown: Vec<char> = typed.chars().collect();
    let mut out = String::with_capacity(typed.len());
    for (at, c) in shown.iter().enumerate() {
        let follows_word = at
            .checked_sub(1)
            .and_then(|before| shown.get(before))
            .is_some_and(|before| before.is_alphanumeric());
        let inside = follows_word && shown.get(at + 1).is_some_and(|after| after.is_alphanumeric());
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '`' => out.push('\''),
            '*' if !inside => out.push('∗'),
            '_' if !inside => out.push('ˍ'),
            '~' if !inside => out.push('∼'),
            '@' if !follows_word && calls_a_crowd(shown.get(at + 1..).unwrap_or_default()) => out.push('＠'),
            other => out.push(*other),
        }
    }
    out
}

fn calls_a_crowd(after: &[char]) -> bool {
    let word: String =
        after.iter().take(10).take_while(|c| c.is_alphanumeric()).flat_map(|c| c.to_lowercase()).collect();
    CROWDS.contains(&word.as_str())
}

/// A link under our own words. The address is one of ours or a configured one.
pub fn link(address: &str, words: &str) -> String {
    let clean: String = address.chars().filter(|c| !c.is_whitespace() && !"<>|".contains(*c)).collect();
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| clean.starts_with(scheme));
    if known && length(&clean) <= LONGEST_ADDRESS {
        format!("<{}|{}>", clean.replace('&', "&amp;"), inline(words, 200).replace('|', "¦"))
    } else {
        inline(words, 200)
    }
}

/// Within so much of now, a clock time says enough.
const SOON: TimeDelta = TimeDelta::hours(6);

/// Whether [`time`] shows the time of day alone.
pub fn is_soon(at: Timestamp, now: Timestamp) -> bool {
    (at - now).abs() <= SOON
}

/// An instant that each reader sees in their own zone; where Slack cannot show it so, in UTC.
pub fn time(at: Timestamp, now: Timestamp) -> String {
    let (shape, fallback) = match is_soon(at, now) {
        true => ("{time}", format!("{} UTC", at.format("%H:%M"))),
        false => ("{date_short_pretty} at {time}", format!("{} UTC", at.format("%-d %b %Y, %H:%M"))),
    };
    format!("<!date^{}^{shape}|{fallback}>", at.timestamp())
}

/// The time of day of an instant, where its day is plain.
pub fn time_of_day(at: Timestamp) -> String {
    format!("<!date^{}^{{time}}|{}>", at.timestamp(), at.format("%H:%M UTC"))
}

/// The day and time of an instant, for lists in which days differ.
pub fn day_and_time(at: Timestamp) -> String {
    let fallback = at.format("%a %-d %b, %H:%M UTC");
    format!("<!date^{}^{{date_short_pretty}} at {{time}}|{fallback}>", at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::{cut, inline, length, plain, quoted};

    #[test]
    fn nothing_typed_can_mention() {
        assert_eq!(inline("<!here> <@U1> <#C1>", 200), "&lt;!here&gt; &lt;@U1&gt; &lt;#C1&gt;");
        assert_eq!(
            inline("@here @Channel ana@here.com @hereby", 200),
            "＠here ＠Channel ana@here.com @hereby"
        );
        assert_eq!(inline("<\u{200b}!here\u{202e}>", 200), "&lt;!here&gt;");
    }

    #[test]
    fn formatting_marks_lose_their_force_at_the_edges_of_words() {
        assert_eq!(inline("*a* snake_case _b_ ~c~ `d` 2*3", 200), "∗a∗ snake_case ˍbˍ ∼c∼ 'd' 2*3");
    }

    #[test]
    fn every_line_stays_inside_the_quotation() {
        assert_eq!(quoted("a\n\n>>> b\u{2028}c\r\nd", 200), "> a\n> &gt;&gt;&gt; b\n> c\n> d");
    }

    #[test]
    fn cutting_leaves_whole_characters_and_entities() {
        assert_eq!(cut("ab&amp;cd", 6), "ab…");
        assert_eq!(cut("ab&amp;cd", 8), "ab&amp;…");
        assert_eq!(cut("see <!date^1^{time}|x> now", 10), "see…");
        assert_eq!(plain("😀😀😀", 4), "😀…");
        assert_eq!(length("😀"), 2);
        assert_eq!(cut("abc", 0), "");
    }
}
