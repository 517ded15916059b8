//! A booking from the texts of a directory's row or answer, whatever is in them.

use super::{Booking, Contact};
use crate::clock::Timestamp;
use crate::domain::booking::hand::LONGEST;
use crate::domain::mail::fill::one_line;
use crate::domain::mail::letter::mailboxes;
use crate::domain::report::cut;
use crate::domain::text::looks_like_user_id;
use crate::id::UserId;
use crate::zone::Zone;
use chrono::{DateTime, NaiveDateTime};

/// What a directory may tell of a booking.
pub const FIELDS: [&str; 17] = [
    "id",
    "title",
    "link",
    "start",
    "zone",
    "owner",
    "owner_name",
    "owner_email",
    "client_name",
    "client_phone",
    "client_email",
    "facilitator_name",
    "facilitator_phone",
    "facilitator_email",
    "portfolio_lead",
    "portfolio_lead_name",
    "portfolio_lead_email",
];

/// What was read, and what of it makes no sense and was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    pub booking: Booking,
    pub faults: Vec<String>,
}

/// Reads a booking. `of` gives the text of a field; `home` is the zone of a start that names none.
pub fn read<'a>(of: impl Fn(&str) -> Option<&'a str>, home: &Zone) -> Read {
    let mut faults = Vec::new();
    let text = |field: &str| {
        let text = cut(&one_line(of(field)?), LONGEST);
        (!text.is_empty()).then_some(text)
    };
    let zone_name = text("zone");
    let zone = match zone_name.as_deref().map(str::parse::<Zone>) {
        Some(Ok(zone)) => zone,
        None => home.clone(),
        Some(Err(_)) => {
            faults.push(format!(
                "`{}` is not the name of a time zone; write such as `Europe/London`",
                zone_name.unwrap_or_default()
            ));
            home.clone()
        }
    };
    let start = text("start").and_then(|written| {
        let start = start(&written, &zone);
        if start.is_none() {
            faults.push(format!("`{written}` is not a start; write such as `2026-12-01 09:00`"));
        }
        start
    });
    let mut email = |field: &str| {
        let written = text(field)?;
        match mailboxes(&written).as_deref() {
            Ok([one]) => Some(one.email.clone()),
            Ok(_) | Err(_) => {
                faults.push(format!("`{written}` is not an e-mail address"));
                None
            }
        }
    };
    let client_email = email("client_email");
    let facilitator_email = email("facilitator_email");
    let (owner_email, lead_email) = (email("owner_email"), email("portfolio_lead_email"));
    let ours = |field: &str, email: Option<String>| {
        let named = text(field);
        let slack = named.as_deref().filter(|id| looks_like_user_id(id)).map(UserId::new);
        let address = named.as_deref().and_then(|text| match mailboxes(text).as_deref() {
            Ok([one]) => Some(one.email.clone()),
            Ok(_) | Err(_) => None,
        });
        let is_name = slack.is_none() && address.is_none();
        Contact {
            name: text(&format!("{field}_name")).or_else(|| named.filter(|_| is_name)),
            phone: None,
            email: email.or(address),
            slack,
        }
    };
    let booking = Booking {
        id: text("id").unwrap_or_default(),
        title: text("title"),
        link: text("link").filter(|link| link.starts_with("https://") || link.starts_with("http://")),
        start,
        zone: Some(zone.name().to_owned()),
        owner: ours("owner", owner_email),
        client: Contact {
            name: text("client_name"),
            phone: text("client_phone"),
            email: client_email,
            slack: None,
        },
        facilitator: Contact {
            name: text("facilitator_name"),
            phone: text("facilitator_phone"),
            email: facilitator_email,
            slack: None,
        },
        portfolio_lead: ours("portfolio_lead", lead_email),
    };
    Read { booking, faults }
}

/// An instant as it is written: with its offset, or by the clock of the zone.
fn start(written: &str, zone: &Zone) -> Option<Timestamp> {
    if let Ok(at) = DateTime::parse_from_rfc3339(written) {
        return Some(at.to_utc());
    }
    let plain = written.replacen('T', " ", 1);
    let shapes = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let wall = shapes.iter().find_map(|shape| NaiveDateTime::parse_from_str(&plain, shape).ok())?;
    Some(zone.first(wall))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::zone::Zone;
    use std::collections::BTreeMap;

    fn reading(fields: &[(&str, &'static str)]) -> super::Read {
        let fields: BTreeMap<&str, &'static str> = fields.iter().copied().collect();
        read(|field| fields.get(field).copied(), &Zone::utc())
    }

    #[test]
    fn a_start_is_by_the_clock_of_its_zone_or_says_its_offset() {
        for (written, zone, utc) in [
            ("2026-07-01 09:00", "Europe/London", "2026-07-01T08:00:00+00:00"),
            ("2026-12-01T09:00:00", "America/New_York", "2026-12-01T14:00:00+00:00"),
            ("2026-12-01T09:00:00+02:00", "America/New_York", "2026-12-01T07:00:00+00:00"),
        ] {
            let read = reading(&[("start", written), ("zone", zone)]);
            assert_eq!(read.booking.start.map(|at| at.to_rfc3339()).as_deref(), Some(utc), "{written}");
        }
    }

    #[test]
    fn nothing_in_it_breaks_a_line_and_what_makes_no_sense_is_named() {
        let read = reading(&[
            ("id", " B-1\r\n"),
            ("facilitator_name", "Eve\r\nBcc: all@client.test"),
            ("client_email", "pat@client.test\nBcc: x@client.test"),
            ("start", "soon"),
            ("zone", "Mars/Olympus"),
            ("link", "javascript:alert(1)"),
        ]);
        assert_eq!(read.booking.id, "B-1");
        assert_eq!(read.booking.facilitator.name.as_deref(), Some("Eve Bcc: all@client.test"));
        assert_eq!((read.booking.client.email, read.booking.link), (None, None));
        assert_eq!(read.faults.len(), 3, "{:?}", read.faults);
    }

    #[test]
    fn an_owner_is_a_slack_id_an_address_or_a_name() {
        let owner = |text: &'static str| reading(&[("owner", text)]).booking.owner;
        assert_eq!(owner("U0ANA").slack.map(|user| user.to_string()).as_deref(), Some("U0ANA"));
        assert_eq!(owner("ana@own.test").email.as_deref(), Some("ana@own.test"));
        assert_eq!(owner("Ana Ruiz").name.as_deref(), Some("Ana Ruiz"));
    }
}
