//! Directories of bookings for `firstline check`: files are read, every row that makes no sense is named.

use crate::app::directory;
use crate::config::{Config, Kind, Problem, Spot};
use crate::connect::bookings::{Place, Sheet};
use std::collections::BTreeMap;
use std::path::Path;

/// What is wrong with the files in which bookings are looked up. A file that is not there now may come later, as the
/// running bot reads it whenever a booking is asked for: that is a warning.
pub fn problems(config: &Config) -> Vec<Problem> {
    let mut files = BTreeMap::new();
    for desk in config.directories.keys() {
        if let Some(directory) = directory(config, desk)
            && let Place::Csv(path) = &directory.place
        {
            files.entry(path.clone()).or_insert(directory);
        }
    }
    let read = files.iter().flat_map(|(path, directory)| match Sheet::read_file(path, directory) {
        Ok(sheet) => sheet.faults.iter().map(|(line, what)| at(path, *line, what)).collect(),
        Err(trouble) => vec![at(path, 0, &trouble.to_string())],
    });
    read.collect()
}

/// `told` is a message, and perhaps a hint after its first line.
fn at(path: &Path, line: u64, told: &str) -> Problem {
    let hint = "correct the row; what makes no sense in it is left out";
    let (message, hint) = told.split_once("\nhint: ").unwrap_or((told, hint));
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    let spot = Spot { file: path.display().to_string(), line, column: 1, width: 1, source: String::new() };
    Problem { kind: Kind::Warning, place: None, message: message.to_owned(), hint: Some(hint.to_owned()) }
        .at(spot)
}
