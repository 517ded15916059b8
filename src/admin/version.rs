//! `firstline version`: the program's version and that of its time zone rules.

use super::check::Form;
use super::outcome::Outcome;
use crate::zone::{SYSTEM_DIR, TzdataReport, TzdataSource, Zones};
use serde_json::json;
use std::path::Path;

pub fn version(form: Form) -> Outcome {
    let version = env!("CARGO_PKG_VERSION");
    let zones = Zones::load(TzdataSource::Auto, Path::new(SYSTEM_DIR)).unwrap_or_else(|_| Zones::bundled());
    let report = zones.report();
    match form {
        Form::Json => Outcome::fine(json!({ "version": version, "tzdata": report }).to_string()),
        Form::Text => Outcome::fine(format!("firstline {version}\n{}", described(report))),
    }
}

/// Which rules are used, and how old the two copies are.
pub fn described(report: &TzdataReport) -> String {
    let used = match report.used {
        TzdataSource::System => "the system's",
        TzdataSource::Bundled | TzdataSource::Auto => "the built-in ones",
    };
    let system = report.system.as_deref().unwrap_or("not found");
    format!("time zone rules {} ({used}); built in {}, system {system}", report.version(), report.bundled)
}
