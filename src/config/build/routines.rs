//! The lists of a shift: everything short enough to be read, and few enough to be ticked.

use super::super::ledger::Ledger;
use super::super::shape::routines::{ReviewText, RoutinesText};
use super::super::yaml::value::At;
use super::time::length;
use crate::clock::Length;
use crate::domain::routine::rules::{Review, Routines};
use chrono::Weekday;
use std::sync::Arc;

/// Things to do on one list.
const MOST_ITEMS: usize = 10;
const LONGEST_ITEM: usize = 200;

/// Routines from what is written under `routines`.
pub fn routines(ledger: &mut Ledger, text: &At<RoutinesText>) -> Arc<Routines> {
    let lists = [&text.start, &text.middle, &text.end, &text.quiet];
    if lists.iter().all(|list| list.is_none()) {
        ledger.error(text.place, "`routines` has no list\nhint: add `start: [Look at the open cases]`");
    }
    let [start, middle, end, quiet] = lists.map(|list| list.as_ref().map(|list| items(ledger, list)));
    let end_before = length(ledger, text.end_before.as_ref(), Length::hours(4));
    let stale_after = length(ledger, text.stale_after.as_ref(), Length::hours(24 * 60));
    Arc::new(Routines {
        start,
        middle,
        end,
        quiet: quiet.unwrap_or_default(),
        end_before: end_before.unwrap_or(Length::minutes(15)),
        stale_after: stale_after.unwrap_or(Length::hours(48)),
        review: match text.review.unwrap_or(ReviewText::Mon) {
            ReviewText::Mon => Review::From(Weekday::Mon),
            ReviewText::Tue => Review::From(Weekday::Tue),
            ReviewText::Wed => Review::From(Weekday::Wed),
            ReviewText::Thu => Review::From(Weekday::Thu),
            ReviewText::Fri => Review::From(Weekday::Fri),
            ReviewText::Sat => Review::From(Weekday::Sat),
            ReviewText::Sun => Review::From(Weekday::Sun),
            ReviewText::Never => Review::Never,
        },
    })
}

fn items(ledger: &mut Ledger, list: &At<Vec<At<String>>>) -> Vec<String> {
    if let Some(extra) = list.get(MOST_ITEMS) {
        ledger.error(
            extra.place,
            format!("there are more than {MOST_ITEMS} things on this list\nhint: nobody ticks so many; join or drop some"),
        );
    }
    for item in &list.value {
        ledger.fits(item, "this item", LONGEST_ITEM);
        if item.trim().is_empty() {
            ledger
                .error(item.place, "this item says nothing\nhint: write what is to be done, or take it out");
        }
    }
    list.iter().map(|item| item.trim().to_owned()).collect()
}
