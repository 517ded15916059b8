//! Figures of a time: measured on cases and their timelines, and as people read them.

use crate::store_samples::{at, case, owned_by, policy, resolved};
use firstline::clock::{Length, Timestamp};
use firstline::config;
use firstline::coverage::Gap;
use firstline::domain::case::{Case, ClaimedBy};
use firstline::domain::cover::ledger::{self, CoverHappened};
use firstline::domain::directory::{Account, AccountKind, Directory};
use firstline::domain::effect::PingReason;
use firstline::domain::figures::{
    self, Answered, CaseFigures, Coverage, CoverageFigures, Ended, Figures, Setting, Sources,
};
use firstline::domain::note::NudgeAbout;
use firstline::domain::timeline::{Entry, Happened};
use firstline::id::UserId;
use firstline::view::report;
use firstline::zone::Zone;
use std::collections::BTreeMap;
use std::path::Path;

fn line(case: &str, seconds: i64, by: Option<&str>, what: Happened) -> Entry {
    Entry { case: case.into(), at: at(seconds), by: by.map(UserId::from), what }
}

fn pinged(tier: Option<&str>, to: &[&str], reason: PingReason) -> Happened {
    let to = to.iter().map(|user| UserId::from(*user)).collect();
    Happened::Pinged { ping: 1, tier: tier.map(str::to_owned), to, reason, passed: Vec::new() }
}

fn worked_example() -> config::Config {
    config::load(Path::new("config")).unwrap()
}

/// Measures a case on a desk that is always open.
fn measure(case: &Case, timeline: &[Entry]) -> CaseFigures {
    let config = worked_example();
    let (_, mut policy) = policy();
    policy.clocks.resolve_within = Some(Length::hours(1));
    let schedule = &config.desks["event"].coverage.schedule;
    figures::of_case(case, timeline, Setting { policy: &policy, schedule, now: at(100_000), root: None })
}

#[test]
fn a_case_is_measured_from_its_post() {
    let mut case = resolved(owned_by(case("event-1", "1.000001"), "U0ANA"));
    case.talk.first_answer_at = Some(at(400));
    case.resolve_from = Some(at(310));
    case.tags = ["chat".to_owned()].into();
    let waited = PingReason::NoAnswer { tier: "Lead CSM".to_owned(), waited_for: Length::minutes(5) };
    let timeline = [
        line("event-1", 0, Some("U0ASKER"), Happened::Opened),
        line("event-1", 0, None, pinged(Some("Lead CSM"), &["U0ANA"], PingReason::Opened)),
        line("event-1", 300, None, pinged(Some("Tech Support"), &["U0BO", "U0ANA"], waited)),
        line("event-1", 310, Some("U0BO"), Happened::Claimed { via: ClaimedBy::Button }),
        line("event-1", 350, Some("U0KOFI"), Happened::Guarded { owner: "U0BO".into() }),
        line("event-1", 390, None, Happened::Nudged { about: NudgeAbout::FirstAnswer }),
        line("event-1", 391, None, Happened::Nudged { about: NudgeAbout::Resolve }),
        line("event-1", 500, Some("U0ASKER"), Happened::Reopened),
    ];
    let one = measure(&case, &timeline);
    assert_eq!((one.claim, one.first_answer, one.resolution), (Some(310), Some(400), Some(9)));
    assert_eq!(one.answered, Some(Answered::Tier("Tech Support".to_owned())));
    assert_eq!((one.ended, one.reopened, one.exhausted), (Ended::Resolved, 1, 0));
    let broken = &one.breaches;
    assert_eq!((broken.reply, broken.update, broken.resolve, broken.cases), (1, 0, 0, 1));
    let users: Vec<&str> = one.pings.iter().map(|(user, _)| user.as_str()).collect();
    assert_eq!(users, ["U0ANA", "U0BO", "U0ANA"]);
    assert_eq!(one.interventions, [("U0KOFI".into(), 1)].into());
}

#[test]
fn a_case_that_is_open_too_long_has_broken_its_promise_already() {
    let mut case = owned_by(case("event-1", "1.000001"), "U0ANA");
    case.resolve_from = Some(at(0));
    let timeline = [line("event-1", 5, Some("U0ANA"), Happened::Claimed { via: ClaimedBy::Reply })];
    let one = measure(&case, &timeline);
    assert_eq!((one.breaches.resolve, one.answered), (1, Some(Answered::Unpinged)));
    case.resolve_from = Some(at(99_000));
    assert_eq!(measure(&case, &timeline).breaches.resolve, 0);
}

#[test]
fn a_desks_own_timeline_is_summed_up() {
    let desk = "event".into();
    let covered = |seconds, by| {
        let what = CoverHappened::Covered { person: None, from: at(seconds), until: at(seconds + 9) };
        Entry { case: ledger::of(&desk), ..line("x", seconds, Some(by), Happened::Cover(what)) }
    };
    let short =
        |since, until| line("x", until, None, Happened::Cover(CoverHappened::WasShort { since: at(since) }));
    let timeline =
        [covered(-1, "U0BO"), covered(5, "U0BO"), covered(600, "U0ANA"), short(-600, 120), short(540, 900)];
    let sum = ledger::between(&timeline, at(0), at(600));
    assert_eq!(sum.covered, [("U0BO".into(), 1)].into());
    assert_eq!(sum.short_minutes, 2 + 1);
}

const PEOPLE: [(&str, &str); 4] =
    [("U0ANA", "Ana Ruiz"), ("U0BO", "Bo Lind"), ("U0KOFI", "Kofi Mensah"), ("U0MIRA", "=Mira, \"M\" 🔥")];

/// Two weeks of a desk, made by a rule: more in the afternoon, longer now and then.
fn fortnight() -> Vec<CaseFigures> {
    let start = "2026-11-02T00:00:00Z".parse::<Timestamp>().unwrap();
    let mut cases = Vec::new();
    for nth in 0_u32..96 {
        let (day, hour) = (
            [0, 1, 1, 2, 3, 3, 3, 4, 7, 8, 8, 9, 10, 10, 11, 12][nth as usize % 16],
            [16, 17, 18, 19, 20, 21, 22, 23, 17, 18, 21, 15][nth as usize % 12],
        );
        let minutes = i64::from(day * 1440 + hour * 60 + nth * 13 % 60);
        let opened_at = start + chrono::TimeDelta::minutes(minutes);
        let slow = u64::from(nth % 9 == 0) * 2_400 + u64::from(nth % 31 == 0) * 9_000;
        let claim = 40 + u64::from(nth * 53 % 260) + slow / 4;
        let tier = match nth % 10 {
            0..=6 => "Lead CSM",
            _ => "Tech Support",
        };
        let owner = PEOPLE[(nth as usize * 3 / 2) % 3].0;
        let mut one = measure(&case(&format!("event-{nth}"), "1.000001"), &[]);
        one.opened_at = opened_at;
        one.ended = match nth {
            93..=95 => Ended::Unclaimed,
            90 => Ended::Withdrawn,
            _ => Ended::Resolved,
        };
        if one.ended == Ended::Resolved {
            one.claim = Some(claim);
            one.first_answer = Some(claim + 30 + slow / 3);
            one.resolution = Some(claim + 600 + u64::from(nth * 97 % 5_000) + slow);
            one.answered = Some(match nth % 24 {
                0 => Answered::Supervisor,
                5 => Answered::Unpinged,
                _ => Answered::Tier(tier.to_owned()),
            });
            one.owner = Some(owner.into());
        }
        one.reopened = u32::from(nth % 23 == 0);
        one.exhausted = u32::from(nth % 24 == 0);
        one.breaches.reply = u32::from(nth % 9 == 0);
        one.breaches.resolve = u32::from(nth % 31 == 0);
        one.breaches.cases = u32::from(nth % 9 == 0 || nth % 31 == 0);
        one.tags = vec![["chat", "platform", "greenroom"][nth as usize % 3].to_owned()];
        if nth % 2 == 0 {
            one.tags.push(["answered", "fixed", "user error"][nth as usize % 5 % 3].to_owned());
        }
        one.pings = vec![(owner.into(), opened_at), ("U0ANA".into(), opened_at)];
        if nth % 16 == 0 {
            one.interventions = BTreeMap::from([("U0MIRA".into(), 1)]);
        }
        cases.push(one);
    }
    cases
}

fn sample() -> Figures {
    let config = worked_example();
    let mut directory = Directory::default();
    for (user, name) in PEOPLE {
        let (name, kind) = (name.to_owned(), AccountKind::Member);
        let account = Account { name, kind, person: None, time_zone: None, email: None };
        directory.users.insert(user.into(), account);
        directory.accounts.insert(user.to_lowercase().as_str().into(), user.into());
    }
    let day = |text: &str| text.parse::<Timestamp>().unwrap();
    let (from, until) = (day("2026-11-02T08:00:00Z"), day("2026-11-16T08:00:00Z"));
    let gap = |from: &str, until: &str| Gap { from: day(from), until: day(until), available: 0, minimum: 1 };
    let coverage = Coverage {
        figures: CoverageFigures {
            open_minutes: 20_160,
            uncovered_minutes: 155,
            short_minutes: 20,
            gaps: vec![
                gap("2026-11-05T20:00:00Z", "2026-11-05T21:30:00Z"),
                gap("2026-11-11T17:00:00Z", "2026-11-11T18:05:00Z"),
            ],
        },
        people: [
            ("u0ana".into(), 4_800),
            ("u0bo".into(), 4_500),
            ("u0kofi".into(), 9_000),
            ("u0mira".into(), 2_400),
        ]
        .into(),
    };
    let zone_of = |user: &UserId| -> Zone {
        if user.as_str() == "U0BO" { "Europe/London" } else { "America/Los_Angeles" }.parse().unwrap()
    };
    let covered = [("U0BO".into(), 3), ("U0KOFI".into(), 1)].into();
    let sources = Sources {
        desk: &config.desks["event"],
        from,
        until,
        directory: &directory,
        coverage: &coverage,
        covered: &covered,
        zone_of: &zone_of,
    };
    let mut quiet = figures::of_desk(&[], Sources { desk: &config.desks["helpdesk"], ..sources });
    quiet.coverage = CoverageFigures { open_minutes: 5_400, ..CoverageFigures::default() };
    quiet.people.clear();
    let desks = vec![figures::of_desk(&fortnight(), sources), quiet];
    Figures { from, until, at: day("2026-11-16T09:00:00Z"), desks }
}

macro_rules! snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) })
    };
}

#[test]
fn a_report_as_people_read_it() {
    let figures = sample();
    snapshot!("text", report::text(&figures));
    let digest: Vec<String> = figures.desks.iter().map(|desk| report::digest(desk).join("\n")).collect();
    snapshot!("digest", digest.join("\n\n"));
}

#[test]
fn a_report_for_a_spreadsheet() {
    let csv = report::csv(&sample());
    assert!(csv.starts_with("\u{feff}from,until,desk,figure,of,value,unit,link\r\n"));
    let rows: Vec<&str> = csv.split("\r\n").filter(|row| row.contains("Mira")).collect();
    assert!(
        !rows.is_empty() && rows.iter().all(|row| row.contains(",\"'=Mira, \"\"M\"\" 🔥\",")),
        "{rows:?}"
    );
    snapshot!("csv", csv.replace("\r\n", "\n").trim_start_matches('\u{feff}'));
}

#[test]
fn a_report_as_one_page() {
    let html = report::html(&sample());
    assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("url("));
    assert!(html.contains("=Mira, &quot;M&quot; 🔥") && !html.contains("\"M\" 🔥"));
    for tag in ["section", "svg", "figure", "table", "tr", "td", "div", "text", "rect"] {
        let open = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
        assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    // To be looked at in a browser.
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.html"), html).unwrap();
}

#[test]
fn figures_travel_whole() {
    let figures = sample();
    let text = serde_json::to_string(&figures).unwrap();
    assert_eq!(serde_json::from_str::<Figures>(&text).unwrap(), figures);
}

#[test]
fn lengths_are_said_as_people_say_them() {
    let said: Vec<String> =
        [0, 89, 90, 5_399, 5_400, 12_000, 180_000].into_iter().map(report::took).collect();
    assert_eq!(said, ["0 s", "89 s", "2 min", "90 min", "1 h 30 min", "3 h 20 min", "2 d 2 h"]);
}
