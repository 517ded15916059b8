//! Calendars from outside: fetched from a server on loopback, kept, cut off, told of without their address.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use firstline::clock::{Clock as _, MovableClock};
use firstline::connect::{Calendars, Change, Feed, Feeds, Source, Whose};
use firstline::coverage::{Busy, Facts, HolidaySpec, Holidays, Person, Roster, Schedule};
use firstline::engine::known::{Known, Settings};
use firstline::id::PersonKey;
use firstline::zone::Zones;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The part of the address that nobody may see.
const SECRET: &str = "private-5ec2e7";

#[derive(Clone)]
enum Says {
    Calendar(String),
    Status(u16),
    /// To itself, for ever.
    Round,
    /// To where the calendar is.
    There,
    Elsewhere(&'static str),
    /// Fifty megabytes that are not announced.
    Flood,
}

struct Web {
    says: Mutex<Says>,
    /// What each request asked with `If-None-Match`.
    asked: Mutex<Vec<Option<String>>>,
}

async fn answer(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).map(|tag| tag.to_str().unwrap().to_owned());
    web.asked.lock().unwrap().push(known.clone());
    let says = web.says.lock().unwrap().clone();
    let to = |place: &str| (StatusCode::FOUND, [(header::LOCATION, place.to_owned())]).into_response();
    match says {
        Says::Calendar(text) => {
            let tag = format!("\"{}\"", text.len());
            match known.is_some_and(|known| known == tag) {
                true => StatusCode::NOT_MODIFIED.into_response(),
                false => ([(header::ETAG, tag)], text).into_response(),
            }
        }
        Says::Status(code) => StatusCode::from_u16(code).unwrap().into_response(),
        Says::Round => to(&format!("/{SECRET}/ana.ics")),
        Says::There => to("/there.ics"),
        Says::Elsewhere(place) => to(place),
        Says::Flood => {
            let piece = Bytes::from(vec![b'x'; 1 << 20]);
            let pieces = std::iter::repeat_n(piece, 50).map(Ok::<Bytes, Infallible>);
            Body::from_stream(futures_util::stream::iter(pieces)).into_response()
        }
    }
}

/// Ana's calendar on a server of our own, and what is read of it.
struct Desk {
    web: Arc<Web>,
    at: SocketAddr,
    clock: MovableClock,
    store: TempDir,
    feeds: Feeds<MovableClock>,
}

fn meeting(from: &str, until: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:{from}\r\nDTEND:{until}\r\n\
         SUMMARY:Secret plans\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn noon() -> DateTime<Utc> {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

fn ana() -> PersonKey {
    PersonKey::from("ana")
}

impl Desk {
    async fn open(says: Says) -> Self {
        let web = Arc::new(Web { says: Mutex::new(says), asked: Mutex::default() });
        let there = get(async || meeting("20260310T130000Z", "20260310T140000Z"));
        let router = Router::new().route("/there.ics", there).fallback(answer).with_state(Arc::clone(&web));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let (clock, store) = (MovableClock::stopped(noon()), tempfile::tempdir().unwrap());
        let feeds = feeds(&clock, at, store.path());
        Self { web, at, clock, store, feeds }
    }

    fn says(&self, says: Says) {
        *self.web.says.lock().unwrap() = says;
    }

    async fn look(&mut self) -> Change {
        self.feeds.look_at(&[Whose::Person(ana())]).await
    }

    fn known(&self) -> Calendars {
        self.feeds.known(Change::Some, &Calendars::default())
    }

    fn busy(&self) -> Vec<Busy> {
        self.known().busy.get(&ana()).cloned().unwrap_or_default()
    }

    /// What is wrong with the calendar; it never names the address.
    fn trouble(&self) -> String {
        let trouble = self.feeds.troubles().remove(&Whose::Person(ana())).unwrap_or_default();
        assert!(!trouble.contains(SECRET) && !trouble.contains("127.0.0.1"), "{trouble}");
        trouble
    }

    /// After a restart.
    fn restarted(&self) -> Feeds<MovableClock> {
        feeds(&self.clock, self.at, self.store.path())
    }
}

fn feeds(clock: &MovableClock, at: SocketAddr, store: &Path) -> Feeds<MovableClock> {
    let zones = Zones::bundled();
    let source = Source::parse(&format!("http://{at}/{SECRET}/ana.ics"), Path::new("config")).unwrap();
    let feed = Feed { whose: Whose::Person(ana()), source, zone: zones.zone("America/Los_Angeles").unwrap() };
    let mut feeds = Feeds::new(clock.clone(), zones, Some(store.to_owned()));
    assert_eq!(feeds.replace(&[feed]), Change::None);
    feeds
}

#[tokio::test]
async fn an_unchanged_calendar_is_not_sent_again() {
    let mut desk = Desk::open(Says::Calendar(meeting("20260310T130000Z", "20260310T140000Z"))).await;
    assert_eq!(desk.look().await, Change::Some);
    assert_eq!(desk.busy().len(), 1);
    desk.clock.advance(TimeDelta::minutes(5));
    assert_eq!(desk.look().await, Change::None);
    assert_eq!(desk.known().read_at[&ana()], desk.clock.now());
    assert!(matches!(desk.web.asked.lock().unwrap().as_slice(), [None, Some(_)]));
    // A day later the days ahead are worked out anew, though nothing was sent.
    desk.clock.advance(TimeDelta::days(1));
    assert_eq!(desk.look().await, Change::None);
    desk.says(Says::Calendar(meeting("20260311T130000Z", "20260311T143000Z").replace("UID:1", "UID:22")));
    assert_eq!(desk.look().await, Change::Some);
    assert_eq!(desk.busy()[0].from.to_rfc3339(), "2026-03-11T13:00:00+00:00");
    assert_eq!(desk.trouble(), "");
}

#[tokio::test]
async fn the_last_good_copy_outlives_the_server_and_the_bot_and_grows_old() {
    let mut desk = Desk::open(Says::Calendar(meeting("20260310T130000Z", "20260310T140000Z"))).await;
    desk.look().await;
    let busy = desk.busy();
    desk.says(Says::Status(503));
    desk.clock.advance(TimeDelta::hours(26));
    assert_eq!(desk.look().await, Change::None);
    assert_eq!(desk.busy(), busy);
    assert!(desk.trouble().starts_with("the calendar's server answers 503\nhint: "), "{}", desk.trouble());
    let mut again = desk.restarted();
    assert_eq!(again.open_copies().await, Change::Some);
    let known = again.known(Change::Some, &Calendars::default());
    assert_eq!(known.busy[&ana()], busy);
    let roster = Roster::default();
    let facts = Facts { calendars_read_at: &known.read_at, ..Facts::of(&roster) };
    assert_eq!(facts.calendar_age(&ana(), desk.clock.now()), Some(TimeDelta::hours(26)));
    assert_eq!(facts.calendar_age(&ana(), noon()), None);
    // The copy brings its validators along.
    desk.says(Says::Calendar(meeting("20260310T130000Z", "20260310T140000Z")));
    assert_eq!(again.look_at(&[Whose::Person(ana())]).await, Change::None);
    assert!(desk.web.asked.lock().unwrap().last().unwrap().is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn copies_are_their_owners_alone_and_do_not_tell_whose_they_are() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut desk = Desk::open(Says::Calendar(meeting("20260310T130000Z", "20260310T140000Z"))).await;
    desk.look().await;
    let kept = || std::fs::read_dir(desk.store.path().join("calendars")).unwrap().flatten();
    let [copy] = kept().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let name = copy.file_name().into_string().unwrap();
    assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    assert!(!std::fs::read_to_string(copy.path()).unwrap().contains(SECRET));
    // Whoever is no longer in the configuration is not kept either.
    let mut feeds = desk.restarted();
    feeds.open_copies().await;
    assert_eq!(feeds.replace(&[]), Change::Some);
    feeds.forget_others();
    assert_eq!(kept().count(), 0);
}

#[tokio::test]
async fn what_is_too_much_is_cut_off_and_what_was_known_stays() {
    let mut desk = Desk::open(Says::Calendar(meeting("20260310T130000Z", "20260310T140000Z"))).await;
    desk.look().await;
    let busy = desk.busy();
    let forever = |rule: &str| {
        meeting("19700101T000000Z", "19700101T000030Z")
            .replace("SUMMARY", &format!("RRULE:{rule}\r\nSUMMARY"))
    };
    let cases = [
        (Says::Flood, "the calendar has more than 10 MB"),
        (
            Says::Calendar(meeting("20260310T130000Z", "20260310T140000Z")[..60].to_owned()),
            "only a part of one",
        ),
        (Says::Calendar("<html>sign in</html>".to_owned()), "not an iCalendar text"),
        (Says::Round, "round and round"),
        (Says::Elsewhere("http://example.com/a.ics"), "not encrypted"),
        (Says::Elsewhere("ftp://example.com/a.ics"), "not encrypted"),
        (Says::Status(404), "copy the calendar's secret address anew"),
    ];
    for (says, told) in cases {
        desk.says(says);
        assert_eq!(desk.look().await, Change::None);
        assert_eq!(desk.busy(), busy);
        assert!(desk.trouble().contains(told) && desk.trouble().contains("\nhint: "), "{}", desk.trouble());
    }
    // One that recurs for ever is left out, or costs its calendar; either is told.
    for rule in ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1"] {
        desk.says(Says::Calendar(forever(rule)));
        desk.look().await;
        assert!(desk.trouble().contains("repeats every minute"), "{rule}: {}", desk.trouble());
    }
    desk.says(Says::There);
    desk.look().await;
    assert_eq!((desk.busy(), desk.trouble()), (busy, String::new()));
}

/// Two days of a company, one of them every year; an evening is no holiday.
const FEAST: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
    BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20250312\r\nRRULE:FREQ=YEARLY\r\nTRANSP:TRANSPARENT\r\n\
    SUMMARY:Founders'  day\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20260316\r\nDTEND;VALUE=DATE:20260318\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:3\r\nDTSTART;VALUE=DATE:20260401\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:4\r\nDTSTART:20260320T180000Z\r\nDTEND:20260320T190000Z\r\nSUMMARY:Drinks\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

#[tokio::test]
async fn holidays_come_from_a_feed_and_its_last_good_copy() {
    let mut desk = Desk::open(Says::Calendar(FEAST.to_owned())).await;
    let whose = Whose::Holidays("own".to_owned());
    let source = Source::parse(&format!("http://{}/{SECRET}/own.ics", desk.at), Path::new("config")).unwrap();
    let feed = Feed { whose: whose.clone(), source, zone: firstline::zone::Zone::utc() };
    desk.feeds.replace(std::slice::from_ref(&feed));
    assert_eq!(desk.feeds.look_at(std::slice::from_ref(&whose)).await, Change::Some);
    let days = |known: &Calendars| known.holidays["own"].iter().map(ToString::to_string).collect::<Vec<_>>();
    let read = days(&desk.known());
    assert_eq!(
        read[..4],
        ["2025-03-12 Founders' day", "2026-03-12 Founders' day", "2026-03-16 holiday", "2026-03-17 holiday"]
    );
    assert!(read[4..].iter().all(|day| day.ends_with("-03-12 Founders' day")), "{read:?}");

    // Whoever has these holidays has the feed's days, and one that is worked all the same is none.
    let spec = HolidaySpec { except: vec!["2026-03-16".parse().unwrap()], ..HolidaySpec::default() };
    let own = Arc::new(Holidays::new(spec));
    let schedule = Schedule { holidays: Some(Arc::clone(&own)), ..Schedule::default() };
    let roster =
        Roster { people: [(ana(), Person { schedule, ..Person::default() })].into(), ..Roster::default() };
    let holidays = [("own".to_owned(), own)].into();
    let known = Known::new(Settings { roster, holidays, ..Settings::default() });
    let off = |day: &str| {
        let settings = known.settings();
        let theirs = settings.roster.people[&ana()].schedule.holidays.clone().unwrap();
        theirs.on(day.parse().unwrap()).map(str::to_owned)
    };
    assert_eq!(off("2026-03-12"), None);
    known.replace_calendars(desk.known());
    assert_eq!(off("2026-03-12").as_deref(), Some("Founders' day"));
    assert_eq!(off("2026-03-16"), None);
    let reloaded = Settings::clone(&known.settings());
    known.replace_settings(reloaded);
    assert_eq!(off("2026-03-17").as_deref(), Some("holiday"));

    desk.says(Says::Status(503));
    let mut again = Feeds::new(desk.clock.clone(), Zones::bundled(), Some(desk.store.path().to_owned()));
    again.replace(&[feed]);
    assert_eq!(again.open_copies().await, Change::Some);
    again.look_at(&[whose]).await;
    assert_eq!(days(&again.known(Change::Some, &Calendars::default())), read);
}
