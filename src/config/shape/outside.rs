//! Other systems as they are written: the directory of bookings and the mail server.

use super::super::yaml::value::{At, Listed};
use crate::clock::Length;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where bookings are looked up: a CSV file, or an address that answers in JSON.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryText {
    /// A CSV file of this folder with a head line; it is read again when it changes.
    pub csv: Option<At<String>>,
    /// An address that answers with one booking in JSON. `{id}` stands for the booking's id.
    pub url: Option<At<String>>,
    /// A header that goes with each request, such as the one that lets the bot in.
    pub header: Option<At<HeaderText>>,
    /// Where each field stands: the column of a CSV file, or the JSON pointer of an answer (`/owner/email`).
    /// Fields: `id title link start zone owner owner_name owner_email client_name client_phone client_email
    /// facilitator_name facilitator_phone facilitator_email portfolio_lead portfolio_lead_name
    /// portfolio_lead_email`. Default: columns, or members at the top of the answer, of the same names.
    pub fields: Listed<String>,
    /// The zone of starts that name none. Default: the desk's.
    pub time_zone: Option<At<String>>,
    /// How long an answer may take, at most `20s`. Default: `5s`.
    pub within: Option<At<Length>>,
    /// How long an answer is taken for true. Default: `5m`.
    pub cache: Option<At<Length>>,
}

/// A header of a request.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HeaderText {
    /// Its name, such as `Authorization`.
    pub name: Option<At<String>>,
    /// What it says; read a secret from the environment: `"Bearer ${BOOKINGS_TOKEN}"`.
    pub value: Option<At<String>>,
}

/// How e-mails are sent. A desk's own keys come before those of `firstline.yml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailText {
    /// The mail server. Without it, people copy the filled text into their own mail program.
    pub smtp: Option<At<SmtpText>>,
    /// The sender, as `Service Centre <service@example.com>`.
    pub from: Option<At<String>>,
    /// Where answers go. Default: to the sender.
    pub reply_to: Option<At<String>>,
    /// The team as which people sign. Default: the desk's name.
    pub team: Option<At<String>>,
    /// How long an e-mail is tried before a person is asked. Default: `30m`.
    pub retry_for: Option<At<Length>>,
    /// The templates that this desk's cards offer, by the names of their files without `.txt`.
    pub templates: Option<At<Vec<At<String>>>>,
}

/// A mail server.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpText {
    /// Its name.
    pub host: Option<At<String>>,
    /// Default: 587; with `security: tls`, 465.
    pub port: Option<At<u16>>,
    /// `starttls` begins in the clear and encrypts before anything is said, `tls` encrypts from the first byte,
    /// `none` is for this machine alone. Default: `starttls`.
    pub security: Option<At<SecurityText>>,
    /// Who logs in. Default: nobody.
    pub user: Option<At<String>>,
    /// The password; read it from the environment: `"${SMTP_PASSWORD}"`.
    pub password: Option<At<String>>,
    /// A PEM file of this folder with a certificate authority of your own.
    pub ca: Option<At<String>>,
}

/// How the conversation with the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecurityText {
    Starttls,
    Tls,
    None,
}
