//! `firstline manifest`: the Slack app, as a file or as an address that makes it.

use super::outcome::Outcome;
use crate::config::manifest::{MANIFEST, one_click_url};

/// What is wanted of the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    File,
    Address,
}

pub fn manifest(wanted: Wanted) -> Outcome {
    match wanted {
        Wanted::File => Outcome::fine(MANIFEST.trim_end()),
        Wanted::Address => Outcome::fine(one_click_url()),
    }
}
