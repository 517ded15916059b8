//! The directory of bookings and the mail server, from what is written of them.

use super::super::ledger::Ledger;
use super::super::outside::{Directory, DirectoryPlace, Heartbeat, MailServer, Security};
use super::super::shape::outside::{DirectoryText, MailText, SecurityText, SmtpText};
use super::super::shape::top::HeartbeatText;
use super::super::yaml::value::At;
use super::time::{length, zone};
use crate::clock::Length;
use crate::domain::booking::FIELDS;
use crate::domain::mail::Mailbox;
use crate::domain::mail::letter::mailboxes;
use crate::zone::{Zone, Zones};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

/// The longest that an answer of a directory may take: a call's lease has to outlive it.
const LONGEST_ANSWER: Length = Length::seconds(20);

/// What stands under `directory`. `home` is the zone of starts that name none.
pub fn directory(
    ledger: &mut Ledger,
    text: &At<DirectoryText>,
    home: &Zone,
    zones: &Zones,
) -> Option<Directory> {
    let zone = match &text.time_zone {
        Some(name) => zone(ledger, zones, Some(name)),
        None => home.clone(),
    };
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for (field, at) in &text.fields.0 {
        if FIELDS.contains(&field.as_str()) {
            fields.insert(field.value.clone(), at.value.clone());
        } else {
            let message = format!("`{}` is not a field of a booking", field.value);
            ledger.unknown(field, &message, "fields", FIELDS, "see docs/configuration.md for the fields");
        }
    }
    let place = match (&text.csv, &text.url) {
        (Some(path), None) => {
            for (what, place) in [
                ("header", text.header.as_ref().map(|header| header.place)),
                ("within", text.within.as_ref().map(|within| within.place)),
                ("cache", text.cache.as_ref().map(|cache| cache.place)),
            ] {
                if let Some(place) = place {
                    ledger.error(place, format!("`{what}` belongs to an address, and this directory is a file\nhint: take it out, or write `url` in place of `csv`"));
                }
            }
            DirectoryPlace::Csv(below(ledger, path, "a CSV file")?)
        }
        (None, Some(url)) => web(ledger, text, url, &mut fields)?,
        (Some(_), Some(url)) => {
            ledger
                .error(url.place, "a directory is a file or an address, not both\nhint: keep `csv` or `url`");
            return None;
        }
        // A variable that is not set was told of.
        (None, None) => return None,
    };
    Some(Directory { place, fields, zone })
}

fn web(
    ledger: &mut Ledger,
    text: &DirectoryText,
    url: &At<String>,
    fields: &mut BTreeMap<String, String>,
) -> Option<DirectoryPlace> {
    if !url.contains("{id}") {
        ledger.error(url.place, "the address does not say where the booking's id goes\nhint: write `{id}` in its place, such as `https://example.com/bookings/{id}`");
    }
    let host = host_of(url);
    match url.split_once("://") {
        Some(("https", _)) if !host.is_empty() => {}
        Some(("http", _)) if is_this_machine(host) => {}
        Some(("http", _)) => ledger.error(url.place, "bookings would be fetched in the clear, where others can read them\nhint: use its `https://` address; `http://` is for this machine alone"),
        Some(_) | None => ledger.error(url.place, format!("`{}` is not an address\nhint: it begins with `https://`", url.value)),
    }
    if host.contains('{') {
        ledger.error(
            url.place,
            "the booking's id may not choose the server\nhint: write `{id}` after the first `/`",
        );
    }
    for (field, at) in &text.fields.0 {
        if !at.starts_with('/') {
            ledger.error(
                at.place,
                format!("`{}` is not a JSON pointer\nhint: write such as `/{}`", at.value, field.value),
            );
        }
    }
    for field in FIELDS {
        fields.entry(field.to_owned()).or_insert_with(|| format!("/{field}"));
    }
    let header = text.header.as_ref().and_then(|header| match (&header.name, &header.value.value) {
        (Some(name), Some(value)) => {
            let token = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            if name.is_empty() || !name.chars().all(token) {
                ledger.error(
                    name.place,
                    format!(
                        "`{}` is not the name of a header\nhint: write such as `Authorization`",
                        name.value
                    ),
                );
            }
            if value.chars().any(char::is_control) {
                ledger.error(
                    value.place,
                    "a header has no line breaks\nhint: look at the variable that holds it",
                );
            }
            Some((name.value.clone(), SecretString::from(value.value.clone())))
        }
        (Some(_), None) | (None, Some(_) | None) => None,
    });
    Some(DirectoryPlace::Web {
        url: url.value.clone(),
        header,
        within: length(ledger, text.within.as_ref(), LONGEST_ANSWER).unwrap_or(Length::seconds(5)),
        cache: length(ledger, text.cache.as_ref(), Length::hours(24)).unwrap_or(Length::minutes(5)),
    })
}

/// What stands under `mail` of a desk, over what stands there in `firstline.yml`.
pub struct MailTexts<'a> {
    pub own: Option<&'a At<MailText>>,
    pub shared: Option<&'a At<MailText>>,
}

impl MailTexts<'_> {
    fn first<T>(&self, of: impl Fn(&MailText) -> Option<&At<T>>) -> Option<&At<T>> {
        self.own.and_then(|text| of(text)).or_else(|| self.shared.and_then(|text| of(text)))
    }

    /// The team as which people sign.
    pub fn team(&self) -> Option<String> {
        self.first(|text| text.team.as_ref()).map(|team| team.value.clone())
    }

    /// The mail server, where one is set up.
    pub fn server(&self, ledger: &mut Ledger) -> Option<MailServer> {
        let smtp = self.first(|text| text.smtp.as_ref())?;
        let from = self.first(|text| text.from.as_ref());
        if from.is_none() {
            ledger.error(smtp.place, "there is a mail server and no sender\nhint: add `from: \"Your team <team@example.com>\"` beside `smtp`");
        }
        let from = from.and_then(|from| one_mailbox(ledger, from, "the sender"));
        let reply_to = self.first(|text| text.reply_to.as_ref());
        let reply_to = reply_to.and_then(|to| one_mailbox(ledger, to, "where answers go"));
        let retry_for = self.first(|text| text.retry_for.as_ref());
        let retry_for = length(ledger, retry_for, Length::hours(24)).unwrap_or(Length::minutes(30));
        server(ledger, smtp, from?, reply_to, retry_for)
    }
}

fn server(
    ledger: &mut Ledger,
    text: &At<SmtpText>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    retry_for: Length,
) -> Option<MailServer> {
    let Some(host) = &text.host else {
        // One that reads a variable which is not set has been told of.
        return None;
    };
    let security = match text.security.as_ref().map(|security| security.value) {
        Some(SecurityText::Starttls) | None => Security::StartTls,
        Some(SecurityText::Tls) => Security::Tls,
        Some(SecurityText::None) => Security::None,
    };
    if let (Security::None, Some(written)) = (security, &text.security)
        && !is_this_machine(host)
    {
        ledger.error(written.place, "e-mails and the password would go out in the clear\nhint: write `starttls` or `tls`; `none` is for a mail server on this machine");
    }
    let login = match (&text.user, &text.password) {
        (Some(user), Some(password)) => {
            Some((user.value.clone(), SecretString::from(password.value.clone())))
        }
        (Some(_), None) | (None, Some(_) | None) => None,
    };
    let ca = text.ca.as_ref().and_then(|path| below(ledger, path, "a certificate"));
    let port = text.port.as_ref().map(|port| port.value).unwrap_or(match security {
        Security::Tls => 465,
        Security::StartTls | Security::None => 587,
    });
    Some(MailServer { host: host.value.clone(), port, security, login, ca, from, reply_to, retry_for })
}

fn one_mailbox(ledger: &mut Ledger, text: &At<String>, what: &str) -> Option<Mailbox> {
    match mailboxes(text).as_deref() {
        Ok([one]) if !text.chars().any(char::is_control) => Some(one.clone()),
        Ok(_) | Err(_) => {
            ledger.error(text.place, format!("{what} is `{}`, which is not one e-mail address\nhint: write such as `Service Centre <service@example.com>`", text.value));
            None
        }
    }
}

/// A path below the folder: nothing outside it is read.
fn below(ledger: &mut Ledger, path: &At<String>, what: &str) -> Option<PathBuf> {
    let named = PathBuf::from(path.trim());
    let inside = named.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !inside || path.trim().is_empty() {
        ledger.error(path.place, format!("`{}` is not the name of {what} in this folder\nhint: write its path below the folder, such as `bookings.csv`", path.value));
        return None;
    }
    Some(named)
}

/// What stands under `heartbeat`.
pub fn heartbeat(ledger: &mut Ledger, text: &At<HeartbeatText>) -> Option<Heartbeat> {
    let every = length(ledger, text.every.as_ref(), Length::hours(24)).unwrap_or(Length::minutes(1));
    if let Some(written) = text.every.as_ref().filter(|_| every < Length::seconds(10)) {
        ledger.error(written.place, "a heartbeat more often than every 10 seconds\nhint: write at least `10s`; an outside watch waits for minutes");
    }
    let url = ledger.need(&text.url, "url", text.place, "`heartbeat`")?;
    is_safe(ledger, url, "heartbeats");
    Some(Heartbeat { url: SecretString::from(url.value.clone()), every })
}

/// Whether what is sent to an address can be read by nobody else: encrypted, or on this machine.
pub fn is_safe(ledger: &mut Ledger, url: &At<String>, what: &str) {
    let host = host_of(url);
    match url.split_once("://") {
        Some(("https", _)) if !host.is_empty() => {}
        Some(("http", _)) if is_this_machine(host) => {}
        Some(("http", _)) => ledger.error(url.place, format!("{what} would go out in the clear, where others can read them\nhint: use the `https://` address; `http://` is for this machine alone")),
        Some(_) | None => ledger.error(url.place, format!("`{}` is not an address\nhint: it begins with `https://`", url.value)),
    }
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
