//! A CSV file of bookings: rows by id, the rows that make no sense, and whether it ends in the middle of one.

use super::Directory;
use crate::connect::reading::Trouble;
use crate::domain::booking::{Booking, FIELDS, read};
use csv::{ByteRecord, ReaderBuilder, Trim};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Rows of which it is said what is wrong with them.
const MOST_FAULTS: usize = 50;

/// What was read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// By id in small letters.
    rows: BTreeMap<String, Booking>,
    /// What is wrong, by line.
    pub faults: Vec<(u64, String)>,
    end: End,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Whole,
    /// Its last row is cut off: somebody is writing it.
    Torn,
}

/// Which column holds which field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(BTreeMap<&'static str, usize>);

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, is too large, or has no column for the id.
    pub fn read_file(path: &Path, directory: &Directory) -> Result<Self, Trouble> {
        let unreadable = |error: &std::io::Error| {
            let hint = "its path is relative to the configuration's folder; may the bot read it?";
            Trouble::new(&format!("the directory's file cannot be read ({})", error.kind()), hint)
        };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| unreadable(&error))?;
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        if bytes.len() as u64 > MOST_BYTES {
            let megabytes = MOST_BYTES / (1024 * 1024);
            return Err(Trouble::new(
                &format!("the directory's file has more than {megabytes} MB"),
                "export the sessions of the coming weeks only",
            ));
        }
        Self::read(&bytes, directory)
    }

    /// Reads what stands in a file: commas, semicolons or tabs between, whichever its head line has most of.
    ///
    /// # Errors
    /// There is no head line, or it has no column for the id.
    pub fn read(bytes: &[u8], directory: &Directory) -> Result<Self, Trouble> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .trim(Trim::All)
            .delimiter(delimiter(bytes))
            .from_reader(bytes);
        let head = reader.byte_headers().cloned().unwrap_or_default();
        let columns = Columns::of(&head, &directory.fields);
        if !columns.0.contains_key("id") {
            return Err(Trouble::new(
                "the directory's file has no column `id`",
                "name the columns in its first line, or say under `fields` which one holds the id",
            ));
        }
        let mut sheet = Self::default();
        for row in reader.byte_records() {
            match row {
                Ok(row) => sheet.take_in(&row, head.len(), &columns, directory),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    sheet.fault(line, "this row cannot be read".to_owned());
                }
            }
        }
        Ok(sheet)
    }

    fn take_in(&mut self, row: &ByteRecord, width: usize, columns: &Columns, directory: &Directory) {
        let line = row.position().map_or(0, csv::Position::line);
        if row.len() != width {
            self.end = End::Torn;
            return self
                .fault(line, format!("{} of {width} columns are there; the row is left out", row.len()));
        }
        // Only a row at the very end can be torn.
        self.end = End::Whole;
        if std::str::from_utf8(row.as_slice()).is_err() {
            return self.fault(line, "this is not text in UTF-8; the row is left out".to_owned());
        }
        let text = |field: &str| std::str::from_utf8(row.get(*columns.0.get(field)?)?).ok();
        let read = read(text, &directory.zone);
        for fault in read.faults {
            self.fault(line, fault);
        }
        let id = read.booking.id.to_lowercase();
        if id.is_empty() {
            return self.fault(line, "there is no id; the row is left out".to_owned());
        }
        if self.rows.contains_key(&id) {
            return self.fault(
                line,
                format!("booking `{}` stands above already; the first counts", read.booking.id),
            );
        }
        self.rows.insert(id, read.booking);
    }

    fn fault(&mut self, line: u64, what: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push((line, what));
        }
    }

    /// The booking of an id, in any case of its letters.
    pub fn booking(&self, id: &str) -> Option<&Booking> {
        self.rows.get(&id.trim().to_lowercase())
    }

    /// What a copy holds.
    pub(super) fn rows(&self) -> &BTreeMap<String, Booking> {
        &self.rows
    }

    pub(super) fn of(rows: BTreeMap<String, Booking>) -> Self {
        Self { rows, ..Self::default() }
    }

    /// How many bookings there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What a torn file lacks is taken from the copy before it.
    pub(super) fn lean_on(&mut self, before: &Self) {
        match self.end {
            End::Whole => {}
            End::Torn => {
                for (id, booking) in &before.rows {
                    self.rows.entry(id.clone()).or_insert_with(|| booking.clone());
                }
            }
        }
    }

    /// Tells an operator where to look; what stands there is nobody's business in a log.
    pub(super) fn tell(&self) {
        if !self.faults.is_empty() {
            let lines: Vec<String> = self.faults.iter().map(|(line, _)| line.to_string()).collect();
            tracing::warn!(
                lines = lines.join(", "),
                "rows of the directory of bookings make no sense; `firstline check` says why"
            );
        }
    }
}

impl Columns {
    /// Finds each field's column by the name that the configuration gives it, else by its own.
    fn of(head: &ByteRecord, named: &BTreeMap<String, String>) -> Self {
        let spelt = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
        let titles: Vec<String> = head.iter().map(|title| spelt(&String::from_utf8_lossy(title))).collect();
        let column = |field: &'static str| {
            let wanted = spelt(named.get(field).map_or(field, String::as_str));
            titles.iter().position(|title| *title == wanted).map(|at| (field, at))
        };
        Self(FIELDS.into_iter().filter_map(column).collect())
    }
}

fn delimiter(bytes: &[u8]) -> u8 {
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| head.iter().filter(|byte| **byte == wanted).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|one| count(*one)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::super::{Directory, Place};
    use super::Sheet;
    use crate::zone::Zone;

    fn directory(fields: &[(&str, &str)]) -> Directory {
        let fields = fields.iter().map(|(field, at)| ((*field).to_owned(), (*at).to_owned())).collect();
        Directory { place: Place::Csv("bookings.csv".into()), fields, zone: Zone::utc() }
    }

    fn read(text: &str) -> Sheet {
        Sheet::read(text.as_bytes(), &directory(&[])).expect("it has an id")
    }

    #[test]
    fn bad_rows_are_named_and_the_others_stand() {
        let sheet = read(
            "id,title,client_email\nB-1,One,pat@client.test\nB-2,Two\n,Three,x@client.test\nB-1,Again,\nB-4,\"Four, \"\"and\"\" more\",nobody\n",
        );
        assert_eq!(sheet.len(), 2);
        let lines: Vec<u64> = sheet.faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 5, 6], "{:?}", sheet.faults);
        assert_eq!(sheet.booking("b-4").and_then(|one| one.title.as_deref()), Some("Four, \"and\" more"));
    }

    #[test]
    fn a_half_written_file_leans_on_the_copy_before() {
        let whole = read("id,title,link\nB-1,One,\nB-2,Two,\nB-3,Three,\n");
        for (torn, kept) in [
            ("id,title,link\nB-1,New,\nB-2,T", true),
            ("id,title,link\nB-1,New,\n\"B-2,Tw", true),
            ("id,title,link\nB-1,New,\n", false),
        ] {
            let mut sheet = read(torn);
            sheet.lean_on(&whole);
            assert_eq!(sheet.booking("B-1").and_then(|one| one.title.as_deref()), Some("New"), "{torn}");
            assert_eq!(sheet.booking("B-3").is_some(), kept, "{torn}");
        }
    }

    #[test]
    fn columns_go_by_their_names_and_semicolons_do() {
        let named = directory(&[("id", "Booking No."), ("client_name", "Contact")]);
        let sheet =
            Sheet::read("\u{feff}Booking No.;Contact;Client Phone\r\n7;Pat;+44\r\n".as_bytes(), &named);
        let sheet = sheet.expect("it has an id");
        let client = &sheet.booking("7").expect("it is there").client;
        assert_eq!((client.name.as_deref(), client.phone.as_deref()), (Some("Pat"), Some("+44")));
        assert!(Sheet::read(b"title\nOne\n", &directory(&[])).is_err());
    }
}
