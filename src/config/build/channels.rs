//! Which channels are a desk's, and whether two desks claim the same.

use super::super::ledger::Ledger;
use super::super::yaml::node::Place;
use super::super::yaml::value::At;
use super::names::{is_channel_name, is_slack_id};
use crate::domain::desk::ChannelPattern;
use crate::id::{ChannelId, DeskKey};

const MOST_CHANNELS: usize = 200;

/// A pattern and where it stands.
#[derive(Clone, Debug)]
pub struct PlacedPattern {
    pub desk: DeskKey,
    pub pattern: ChannelPattern,
    pub place: Place,
}

/// Reads `channels`.
pub fn patterns(ledger: &mut Ledger, desk: &DeskKey, listed: &At<Vec<At<String>>>) -> Vec<PlacedPattern> {
    if listed.is_empty() {
        ledger.error(
            listed.place,
            "this desk has no channel\nhint: write its channel's name, or a pattern such as `event-*`",
        );
    }
    if listed.len() > MOST_CHANNELS {
        ledger.error(
            listed.place,
            format!("this desk has more than {MOST_CHANNELS} channels\nhint: use a pattern"),
        );
    }
    let read = |text: &At<String>| {
        let pattern = pattern(ledger, text)?;
        Some(PlacedPattern { desk: desk.clone(), pattern, place: text.place })
    };
    listed.iter().filter_map(read).collect()
}

fn pattern(ledger: &mut Ledger, text: &At<String>) -> Option<ChannelPattern> {
    let name = text.trim().trim_start_matches('#');
    if is_slack_id(name, &['C', 'G']) {
        return Some(ChannelPattern::Id(ChannelId::new(name)));
    }
    if name.contains(['*', '?']) {
        let fixed: String = name.chars().filter(|c| !"*?".contains(*c)).collect();
        if fixed.is_empty() {
            ledger.error(
                text.place,
                format!("`{}` would match every channel\nhint: write what their names have in common, such as `event-*`", text.value),
            );
            return None;
        }
        if is_channel_name(&fixed) {
            return Some(ChannelPattern::Glob(name.to_owned()));
        }
    } else if is_channel_name(name) {
        return Some(ChannelPattern::Name(name.to_owned()));
    }
    ledger.error(
        text.place,
        format!(
            "`{}` is not a channel\nhint: write a name in small letters, a pattern with `*`, or an id `C…`",
            text.value
        ),
    );
    None
}

/// Complains where one channel could belong to two desks: an id comes before a name, a name before the longest
/// pattern, and what is left is a tie.
pub fn ties(ledger: &mut Ledger, all: &[PlacedPattern]) {
    for (index, one) in all.iter().enumerate() {
        let Some(other) = all[..index].iter().find(|other| other.desk != one.desk && tie(other, one)) else {
            continue;
        };
        let first = ledger.spot(other.place);
        let (mine, theirs) = (shown(&one.pattern), shown(&other.pattern));
        let at = format!("{}:{}", first.file, first.line);
        let message = if mine == theirs {
            format!(
                "{mine} is a channel of desk `{}` too, in {at}\nhint: take it out of one of the two",
                other.desk
            )
        } else {
            format!(
                "a channel can match both {mine} and {theirs} of desk `{}`, in {at}\nhint: make one of the two longer, or name the channel",
                other.desk
            )
        };
        ledger.error(one.place, message);
    }
}

fn shown(pattern: &ChannelPattern) -> String {
    match pattern {
        ChannelPattern::Id(id) => format!("`{id}`"),
        ChannelPattern::Name(text) | ChannelPattern::Glob(text) => format!("`{text}`"),
    }
}

fn tie(one: &PlacedPattern, other: &PlacedPattern) -> bool {
    match (&one.pattern, &other.pattern) {
        (ChannelPattern::Id(one), ChannelPattern::Id(other)) => one == other,
        (ChannelPattern::Name(one), ChannelPattern::Name(other)) => one == other,
        (ChannelPattern::Glob(one), ChannelPattern::Glob(other)) => {
            let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
            one.len() == other.len() && meet(&one, &other)
        }
        (ChannelPattern::Id(_), ChannelPattern::Name(_) | ChannelPattern::Glob(_))
        | (ChannelPattern::Name(_), ChannelPattern::Id(_) | ChannelPattern::Glob(_))
        | (ChannelPattern::Glob(_), ChannelPattern::Id(_) | ChannelPattern::Name(_)) => false,
    }
}

/// Whether some name matches both patterns. Row by row, so that the work is the product of their lengths.
fn meet(one: &[char], other: &[char]) -> bool {
    let width = other.len() + 1;
    // `able[i * width + j]`: what remains of `one` after `i` and of `other` after `j` can meet.
    let mut able = vec![false; (one.len() + 1) * width];
    for i in (0..=one.len()).rev() {
        for j in (0..=other.len()).rev() {
            let at = |i: usize, j: usize| able[i * width + j];
            let (a, b) = (one.get(i), other.get(j));
            able[i * width + j] = match (a, b) {
                (None, None) => true,
                (Some('*'), None) => at(i + 1, j),
                (None, Some('*')) => at(i, j + 1),
                (Some('*'), Some(_)) => at(i + 1, j) || at(i, j + 1),
                (Some(_), Some('*')) => at(i, j + 1) || at(i + 1, j),
                (Some(a), Some(b)) => (a == b || *a == '?' || *b == '?') && at(i + 1, j + 1),
                (Some(_), None) | (None, Some(_)) => false,
            };
        }
    }
    able[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_meet_when_a_name_matches_both() {
        let meets = |one: &str, other: &str| {
            meet(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>())
        };
        assert!(meets("event-*", "*-event"));
        assert!(meets("event-?", "event-a"));
        assert!(!meets("event-*", "venue-*"));
        assert!(!meets("a-?", "a-??"));
        assert!(meets("*a*", "*b*"));
    }
}
