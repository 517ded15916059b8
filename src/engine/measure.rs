//! The names of what is measured, in one place, so that a dashboard can rely on them.

use crate::domain::event::What;

pub const EVENTS: &str = "firstline_events_total";
pub const IGNORED: &str = "firstline_ignored_envelopes_total";
pub const COMMIT_SECONDS: &str = "firstline_commit_seconds";
pub const PING_LATENESS_SECONDS: &str = "firstline_ping_lateness_seconds";
pub const CONFLICTS: &str = "firstline_commit_conflicts_total";
pub const STANDING_STILL: &str = "firstline_deadlines_standing_still_total";
pub const WAITING: &str = "firstline_calls_waiting";
pub const DEAD: &str = "firstline_dead_letters";
pub const OPEN_CASES: &str = "firstline_open_cases";
pub const SOCKETS_UP: &str = "firstline_sockets_up";
pub const HELD: &str = "firstline_cases_held";

/// The type of an event, as its label: never anything of its content.
pub fn kind(what: &What) -> &'static str {
    match what {
        What::Posted(_) => "posted",
        What::Edited(_) => "edited",
        What::Deleted { .. } => "deleted",
        What::Reacted { .. } => "reacted",
        What::ReactionsSeen { .. } => "reactions_seen",
        What::Commanded { .. } => "commanded",
        What::Shortcut { .. } => "shortcut",
        What::Pressed { .. } => "pressed",
        What::Submitted { .. } => "submitted",
        What::Due => "due",
        What::Delivered { .. } => "delivered",
        What::Undeliverable { .. } => "undeliverable",
        What::Answered { .. } => "answered",
        What::WentStale { .. } => "went_stale",
        What::StatusSet { .. } => "status_set",
        What::DndSet { .. } => "dnd_set",
        What::PresenceSet { .. } => "presence_set",
        What::CaughtUp { .. } => "caught_up",
        What::FactsChanged => "facts_changed",
        What::HomeOpened { .. } => "home_opened",
    }
}
