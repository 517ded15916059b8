//! Posts made of labels, marks and values in any order, from short to very long.

use super::{cases, in_time};
use crate::reading::{event_desk, part, read_all};
use firstline::domain::template::read_report;
use proptest::prelude::*;
use proptest::sample::select;

const LABELS: &[&str] = &[
    "We're having this issue",
    "Affected page/session URL",
    "Affected users' emails",
    "Screenshot of the issue",
    "AFFECTED PAGE",
    "issue",
    "url",
    "e-mails",
    "Booking",
    "I reproduced it myself",
    "Hi @here",
    "We’re having",
];
const MARKS: &[&str] = &[
    ":", " : ", "*:*", ":*", " - ", "—", "=", "\n", "\n\n", "*", "_", "~", "`", "```", "> ", "• ", "1. ",
    "\t",
];
const VALUES: &[&str] = &[
    "it does not open",
    "<https://a.test/x|a.test/x>",
    "<https://a.test/x",
    "https://a.test/?a=1&amp;b=2",
    "<mailto:pat@a.test|pat@a.test>",
    "pat@a.test, max@b.test",
    "n/a",
    "N / A",
    "yes",
    "nein",
    "<@U0ANA>",
    "&lt;b&gt;",
    "<!date^1^{time}|x>",
    "👍🏽",
    "\u{200b}",
    "\u{202e}",
    "İ",
    "٣",
    "-",
    "…",
    "|",
    "<>",
    "<|>",
];

fn post() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => select(LABELS).prop_map(str::to_owned),
        4 => select(MARKS).prop_map(str::to_owned),
        3 => select(VALUES).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => (select(VALUES), 1..400_usize).prop_map(|(value, times)| value.repeat(times)),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn no_post_does_harm(text in post()) {
        in_time(&text, || read_all(&text));
        let read = read_report(&[part(&text, &[])], &event_desk(), Some("Hi @here,"));
        let kept: usize = read.given.values().map(String::len).sum();
        // Each value is a piece of the post; a link may be written out twice.
        prop_assert!(kept <= 4 * text.len() + 64, "{kept} bytes from {}", text.len());
    }
}
