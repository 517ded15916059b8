//! Which desk a channel belongs to.

use crate::domain::desk::{ChannelPattern, Desk};
use crate::id::{ChannelId, DeskKey};
use std::collections::BTreeMap;

/// The desk of a channel: by id before by name before by the longest glob (DESIGN §3). Ties are refused when
/// the configuration is loaded.
pub fn desk_of<'a>(
    desks: &'a BTreeMap<DeskKey, Desk>,
    channel: &ChannelId,
    name: Option<&str>,
) -> Option<&'a Desk> {
    desks
        .values()
        .filter_map(|desk| {
            let best = desk.channels.iter().filter_map(|pattern| rank(pattern, channel, name)).max()?;
            Some((best, desk))
        })
        .max_by_key(|(rank, _)| *rank)
        .map(|(_, desk)| desk)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Glob(usize),
    Name,
    Id,
}

fn rank(pattern: &ChannelPattern, channel: &ChannelId, name: Option<&str>) -> Option<Rank> {
    match pattern {
        ChannelPattern::Id(id) => (id == channel).then_some(Rank::Id),
        ChannelPattern::Name(wanted) => (name == Some(wanted.as_str())).then_some(Rank::Name),
        ChannelPattern::Glob(glob) => {
            let pattern = globset::Glob::new(glob).ok()?;
            pattern.compile_matcher().is_match(name?).then_some(Rank::Glob(glob.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ChannelPattern, rank};
    use crate::id::ChannelId;

    fn glob(pattern: &str, name: &str) -> bool {
        let pattern = ChannelPattern::Glob(pattern.to_owned());
        rank(&pattern, &ChannelId::new("C0"), Some(name)).is_some()
    }

    #[test]
    fn globs() {
        assert!(glob("event-*", "event-berlin"));
        assert!(glob("event-*", "event-"));
        assert!(!glob("event-*", "events"));
        assert!(glob("*-live-?", "summit-live-1"));
        assert!(!glob("*-live-?", "summit-live-12"));
        assert!(glob("a*b*c", "a-b-b-c"));
    }
}
