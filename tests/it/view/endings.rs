//! Every text about how a case ends, as it stands.

use crate::view::texts::Sheet;
use crate::view::world::{Setting, at, case, case_id, scene, user};
use firstline::domain::closing::note::ClosingNote;
use firstline::domain::closing::parting::Ended;
use firstline::domain::note::Note;
use firstline::id::PersonKey;
use firstline::view::note::note;

#[test]
fn words_around_an_end() {
    let setting = Setting::set();
    let world = setting.world();
    let case = case();
    let mut sheet = Sheet::default();
    let (ana, until) = (user("U0ANA"), at("2026-01-06T17:00:00Z"));
    let since = at("2026-01-04T17:00:00Z");
    let known = || vec!["hello".to_owned(), "reset".to_owned()];
    let ended = |how| Note::ResolvedBy { by: user("U0ANA"), outcome: None, note: None, how };
    let notes = [
        ("NoTags", Note::Closing(ClosingNote::NoTags)),
        ("NoCanned", Note::Closing(ClosingNote::NoCanned)),
        (
            "WhichTags",
            Note::Closing(ClosingNote::WhichTags {
                case: case_id(),
                tags: vec!["chat".to_owned()],
                known: vec!["chat".to_owned(), "fixed".to_owned()],
            }),
        ),
        (
            "UnknownCanned, nothing near",
            Note::Closing(ClosingNote::UnknownCanned {
                case: case_id(),
                name: "<!here>".to_owned(),
                nearest: None,
                known: known(),
            }),
        ),
        ("WhichCanned", Note::Closing(ClosingNote::WhichCanned { case: case_id(), known: known() })),
        (
            "WaitsForWord",
            Note::Closing(ClosingNote::WaitsForWord { case: case_id(), requester: user("U0DANA"), until }),
        ),
        ("OnlyTheirs", Note::Closing(ClosingNote::OnlyTheirs { case: case_id(), requester: ana.clone() })),
        (
            "WroteAfterEnd",
            Note::Closing(ClosingNote::WroteAfterEnd { case: case_id(), by: ana.clone(), at: since }),
        ),
        ("SayWhat", Note::Closing(ClosingNote::SayWhat { case: case_id() })),
        ("AnswerCounts", Note::Closing(ClosingNote::AnswerCounts { case: case_id(), answer: "yes".into() })),
        ("CommentKept", Note::Closing(ClosingNote::CommentKept)),
        (
            "AnythingElse",
            Note::Closing(ClosingNote::AnythingElse {
                by: ana.clone(),
                until,
                note: Some("cleared\nthe cache".into()),
            }),
        ),
        (
            "Canned",
            Note::Closing(ClosingNote::Canned {
                by: ana.clone(),
                text: "1. Open https://app.example.com/reset?a=1&b=2.\n2. *Wait* for @here".into(),
            }),
        ),
        ("StillThere", Note::Closing(ClosingNote::StillThere { by: ana.clone(), closes_at: Some(until) })),
        ("StillThere, held", Note::Closing(ClosingNote::StillThere { by: ana, closes_at: None })),
        ("TagsOwed", Note::Closing(ClosingNote::TagsOwed { case: case_id(), needs: vec!["area".into()] })),
        ("HowItEnded", Note::Closing(ClosingNote::HowItEnded { case: case_id() })),
        ("TellThem", Note::Closing(ClosingNote::TellThem { who: vec![PersonKey::new("bo@own.test")] })),
        ("Ended, confirmed", ended(Ended::Confirmed)),
        ("Ended, silent", ended(Ended::Silent { since })),
        ("Ended, forced", ended(Ended::Forced { missing: vec!["a tag for area".into()] })),
    ];
    for (name, one) in &notes {
        sheet.add(name, &note(one, &scene(&world, Some(&case))));
    }
    insta::assert_snapshot!(sheet.0);
}
