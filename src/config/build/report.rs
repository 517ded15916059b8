//! What a desk is told by itself.

use super::super::ledger::Ledger;
use super::super::shape::desk::DeskFile;
use super::super::shape::report::{DayText, DigestToText, SuggestText};
use crate::domain::desk::{Digest, DigestTo, Suggest};
use chrono::{NaiveTime, Weekday};

/// Who is shown what was solved before.
pub fn suggest(file: &DeskFile) -> Suggest {
    match file.suggest {
        None => Suggest::default(),
        Some(SuggestText::Off) => Suggest::Off,
        Some(SuggestText::Owner) => Suggest::Owner,
        Some(SuggestText::Everybody) => Suggest::Everybody,
    }
}

/// When the desk is told of its week.
pub fn digest(ledger: &mut Ledger, file: &DeskFile) -> Option<Digest> {
    let written = file.digest.as_ref()?;
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or(NaiveTime::MIN);
    let at = written.at.as_ref().map_or(nine, |at| {
        NaiveTime::parse_from_str(at.trim(), "%H:%M").unwrap_or_else(|_| {
            ledger.error(at.place, format!("`{}` is not a time of day\nhint: write `\"09:00\"`", at.value));
            nine
        })
    });
    let on = match written.on {
        None | Some(DayText::Mon) => Weekday::Mon,
        Some(DayText::Tue) => Weekday::Tue,
        Some(DayText::Wed) => Weekday::Wed,
        Some(DayText::Thu) => Weekday::Thu,
        Some(DayText::Fri) => Weekday::Fri,
        Some(DayText::Sat) => Weekday::Sat,
        Some(DayText::Sun) => Weekday::Sun,
    };
    let to = match written.to {
        None | Some(DigestToText::Channel) => DigestTo::Channel,
        Some(DigestToText::Supervisor) => DigestTo::Supervisor,
    };
    Some(Digest { on, at, to })
}
