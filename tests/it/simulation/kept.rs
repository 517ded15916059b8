//! Histories that failed once: how they are written down, read, and shortened to what a failure needs.

use super::play;
use super::shop::Shop;
use super::steps::Step;
use std::path::Path;

/// Tries at shortening, so that a failure is shown within a minute or so.
const TRIES: usize = 150;

/// A step a line, as JSON; lines with `#` are words for the reader.
pub fn written(steps: &[Step]) -> String {
    steps.iter().map(|step| serde_json::to_string(step).unwrap() + "\n").collect()
}

fn read(text: &str) -> Vec<Step> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

/// Every history that is kept, by name.
pub fn all() -> Vec<(String, Vec<Step>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/histories");
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, read(&std::fs::read_to_string(path).unwrap()))
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Leaves out whatever the failure does not need: half of it, a quarter, down to single steps.
pub fn shortened(shop: Shop, mut steps: Vec<Step>, mut wrong: String) -> (Vec<Step>, String) {
    let (mut size, mut tries) = (steps.len() / 2, 0);
    while size > 0 && tries < TRIES {
        let mut at = 0;
        while at < steps.len() && tries < TRIES {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + size).min(steps.len()));
            tries += 1;
            match play::play(shop, &fewer) {
                Err(still) if kind(&still) == kind(&wrong) => (steps, wrong) = (fewer, still),
                Err(_) | Ok(()) => at += size,
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2).min(size - 1) };
    }
    (steps, wrong)
}

/// What kind of failure: the words before the colon.
fn kind(wrong: &str) -> &str {
    wrong.split(':').next().unwrap_or_default()
}
