//! A booking on the card, in notes, in the timeline and in its form.

use crate::domain::booking::{Booked, BookedHow, Booking, BookingNote, Contact};
use crate::domain::effect::Form;
use crate::domain::event::Button;
use crate::id::CaseId;
use crate::view::inputs::{Input, Lines, date, text, url, user};
use crate::view::mrkdwn;
use crate::view::page::{Page, section};
use crate::view::scene::Scene;
use crate::view::voice::{Voice, between};
use serde_json::Value;

/// The longest text of a booking that is shown.
const SHOWN: usize = 120;

/// The lines of the card; none where no booking was named.
pub fn on_card(booked: &Booked, voice: &Voice<'_>) -> Vec<String> {
    let id = booked.id().map(|id| voice.words(id, SHOWN)).unwrap_or_default();
    match booked {
        Booked::Unnamed => Vec::new(),
        Booked::Sought { .. } => vec![format!("*Booking:* {id}, being looked up")],
        Booked::Unknown { .. } => vec![format!("*Booking:* {id}, which the directory does not know")],
        Booked::Unread { .. } => vec![format!("*Booking:* {id}, which could not be looked up yet")],
        Booked::Found(booking) => known(booking, "", voice),
        Booked::ByHand { booking, by } => {
            known(booking, &format!(" (written down by {})", voice.name(by)), voice)
        }
    }
}

fn known(booking: &Booking, remark: &str, voice: &Voice<'_>) -> Vec<String> {
    let mut lines = session(booking, remark, voice);
    let people = [
        ("Owner of the booking", &booking.owner),
        ("Client", &booking.client),
        ("Facilitator", &booking.facilitator),
        ("Portfolio lead", &booking.portfolio_lead),
    ];
    lines.extend(
        people.into_iter().filter_map(|(role, who)| Some(format!("*{role}:* {}", contact(who, voice)?))),
    );
    lines
}

/// Which booking, and when its session starts.
pub fn session(booking: &Booking, remark: &str, voice: &Voice<'_>) -> Vec<String> {
    let words = |text: &str| voice.words(text, SHOWN);
    let title = booking.title.as_deref().map(words);
    let link = booking.link.as_deref().map(|link| mrkdwn::link(link, "session"));
    let what: Vec<String> =
        [Some(words(&booking.id)).filter(|id| !id.is_empty()), title, link].into_iter().flatten().collect();
    let mut lines = vec![format!("*Booking:* {}{remark}", what.join(", "))];
    if let Some(start) = booking.start {
        lines.push(format!("*Session:* {}", voice.at(start)));
    }
    lines
}

/// Their name, as the booking says it or as Slack does.
pub fn name(contact: &Contact, voice: &Voice<'_>) -> Option<String> {
    let written = contact.name.as_deref().map(|name| voice.words(name, SHOWN));
    written.or_else(|| contact.slack.as_ref().map(|user| voice.name(user)))
}

/// Name, phone and address, as far as they are known.
fn contact(contact: &Contact, voice: &Voice<'_>) -> Option<String> {
    let words = |text: &str| voice.words(text, SHOWN);
    let all: Vec<String> =
        [name(contact, voice), contact.phone.as_deref().map(words), contact.email.as_deref().map(words)]
            .into_iter()
            .flatten()
            .collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// What is said in the thread.
pub fn note(note: &BookingNote, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    match note {
        BookingNote::Unknown { case, id } => by_hand(
            Page::say(format!(
                "The directory has no booking “{}”. If the number is mistyped, correct it in the post; if it is right, \
                 write down what you know, and it goes on with that.",
                voice.words(id, SHOWN)
            )),
            case,
        ),
        BookingNote::Unread { case, id, why } => by_hand(
            Page::say(format!(
                "Booking “{}” cannot be looked up at the moment: {}. It is tried again by itself; meanwhile this goes \
                 on without it. If you know the booking, write down what you know.",
                voice.words(id, SHOWN),
                voice.typed(why)
            )),
            case,
        ),
        BookingNote::LongPast { case, id, start } => by_hand(
            Page::say(format!(
                "The session of booking “{}” began {} ago. If another booking is meant, correct the number in the \
                 post.",
                voice.words(id, SHOWN),
                between(*start, scene.now)
            )),
            case,
        ),
    }
}

fn by_hand(page: Page, case: &CaseId) -> Page {
    page.press("Write it down", Button::Booking(case.clone()))
}

/// A line of the timeline.
pub fn happened(how: &BookedHow, by: &str, voice: &Voice<'_>) -> String {
    match how {
        BookedHow::Found { id } => format!("Booking {} was found", voice.words(id, SHOWN)),
        BookedHow::Unknown { id } => format!("The directory has no booking {}", voice.words(id, SHOWN)),
        BookedHow::Unread { id, why } => {
            format!("Booking {} could not be looked up: {}", voice.words(id, SHOWN), voice.typed(why))
        }
        BookedHow::ByHand { id } => format!("{by} wrote down booking {}", voice.words(id, SHOWN)),
    }
}

/// The form's parts. All may stay empty; the keys are those of the booking's fields.
pub fn form(form: &Form) -> Vec<Value> {
    let given = |key: &str| form.given.get(key).and_then(|all| all.first()).map(String::as_str);
    let line = |key: &str, label: &str| Input::new(key, label, text(Lines::One, given(key))).optional();
    let intro = "Whatever you know helps. The owner you name is asked at once, if nobody has this yet.";
    let inputs = [
        line("id", "Booking"),
        line("title", "Session title"),
        Input::new("owner", "Owner of the booking", user(given("owner"))).optional(),
        Input::new("date", "Day of the session", date(given("date"))).optional(),
        line("time", "Start of the session").hint("By the clock of its zone, like 09:00."),
        line("zone", "Time zone of the session").hint("Its name, like Europe/London."),
        line("client_name", "Client contact"),
        line("client_phone", "Client's phone"),
        line("client_email", "Client's e-mail address"),
        line("facilitator_name", "Facilitator"),
        line("facilitator_phone", "Facilitator's phone"),
        Input::new("portfolio_lead", "Portfolio team lead", user(given("portfolio_lead"))).optional(),
        Input::new("link", "Session link", url(given("link"))).optional(),
    ];
    std::iter::once(section(intro)).chain(inputs.map(Input::block)).collect()
}
