//! E-mails given to a mail server, each at most once: what may have been taken is told, and never sent again by
//! itself.

use super::outside::Performed;
use super::tickets::Papers;
use crate::clock::{Clock, Length, Timestamp};
use crate::domain::answer::Answer;
use crate::domain::mail::{Letter, Mailbox, Posted};
use crate::id::CaseId;
use crate::store::{Claim, Doubt, Outcome};
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox as Written, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::Error as Refusal;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::error::Error as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// How long everything before the text may take, and how long the server may take to accept the text. Together less
/// than the lease of a call.
const READY_WITHIN: Duration = Duration::from_secs(12);
const TAKEN_WITHIN: Duration = Duration::from_secs(12);
/// The longest wait between two tries.
const LONGEST_WAIT: Length = Length::minutes(1);

/// A mail server, and as whom it is spoken to.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<(String, SecretString)>,
    /// A certificate authority of one's own, in PEM.
    pub ca: Option<PathBuf>,
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    /// How long an e-mail is tried.
    pub retry_for: Length,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    StartTls,
    Tls,
    None,
}

/// What a call to the mail server says.
#[derive(Deserialize)]
struct Body {
    case: CaseId,
    /// Of the e-mail in its case.
    number: u32,
    letter: Letter,
    /// When somebody agreed to it.
    at: Timestamp,
}

/// How a try ended that did not end well.
#[derive(Debug)]
enum Ended {
    /// Nothing was taken; later it may be.
    Later(String),
    /// Nothing was taken, and that will stay so.
    Never(String),
    /// The text was given, and no answer came.
    Perhaps(String),
}

/// Gives the claimed e-mail to the server.
pub(super) async fn send<C: Clock>(server: &Server, claim: &Claim, papers: &Papers, clock: &C) -> Performed {
    let answered = |posted: Posted| Performed::answered(Answer::Mail(posted));
    match claim.doubt {
        Doubt::PerhapsDone { .. } => {
            let why = "Firstline ended while it was being handed over".to_owned();
            return answered(Posted::Perhaps { why });
        }
        Doubt::No => {}
    }
    let ready = serde_json::from_value::<Body>(claim.call.body.clone())
        .map_err(|error| error.to_string())
        .and_then(|body| Ok((message(server, &body, papers)?, body)));
    let (message, body) = match ready {
        Ok(ready) => ready,
        Err(why) => return answered(Posted::Refused { why: format!("it cannot be written ({why})") }),
    };
    let label = |outcome: &'static str| {
        metrics::counter!("firstline_emails_total", "outcome" => outcome).increment(1);
    };
    match converse(server, &body.letter, &message).await {
        Ok(refused) => {
            label("sent");
            answered(Posted::Sent { refused })
        }
        Err(Ended::Never(why)) => {
            label("refused");
            answered(Posted::Refused { why })
        }
        Err(Ended::Perhaps(why)) => {
            label("perhaps");
            answered(Posted::Perhaps { why })
        }
        Err(Ended::Later(why)) => {
            label("later");
            later(server, claim, clock, why)
        }
    }
}

/// Again after a while that grows, until it has been tried for long enough.
fn later<C: Clock>(server: &Server, claim: &Claim, clock: &C, why: String) -> Performed {
    let now = clock.now();
    let first = claim.first_tried_at.unwrap_or(now);
    let wait = Length::seconds(5).doubled(claim.attempts, LONGEST_WAIT);
    let at = now + wait.delta();
    if at - first > server.retry_for.delta() {
        let tried = humantime::format_duration(Duration::from_secs(u64::from(server.retry_for.as_secs())));
        let why = format!("{why}; it was tried for {tried}");
        return Performed::answered(Answer::Mail(Posted::Refused { why }));
    }
    let answer = Some(Answer::Mail(Posted::Late { why: why.clone() }));
    Performed { outcome: Outcome::Retry { at, doubt: Doubt::No, why }, answer }
}

/// The e-mail as bytes. Its Message-ID is the same on every try, also on one that somebody asks for.
fn message(server: &Server, body: &Body, papers: &Papers) -> Result<Message, String> {
    let letter = &body.letter;
    let written = |one: &Mailbox| {
        let address: Address = one.email.parse().map_err(|_| format!("`{}` is no address", one.email))?;
        Ok::<_, String>(Written::new(one.name.clone(), address))
    };
    let domain = server.from.email.rsplit_once('@').map_or("firstline", |(_, domain)| domain);
    let id = format!("<{}.{}.{}@{domain}>", body.case, body.number, body.at.timestamp());
    let mut builder: MessageBuilder = Message::builder()
        .from(written(&server.from)?)
        .subject(letter.subject.as_str())
        .message_id(Some(id))
        .date(SystemTime::from(body.at));
    if let Some(reply_to) = &server.reply_to {
        builder = builder.reply_to(written(reply_to)?);
    }
    for one in &letter.to {
        builder = builder.to(written(one)?);
    }
    for one in &letter.cc {
        builder = builder.cc(written(one)?);
    }
    let built = match &papers.transcript {
        None => builder.singlepart(SinglePart::plain(letter.body.clone())),
        Some(transcript) => {
            let name = format!("{}.txt", body.case);
            let file = Attachment::new(name).body(transcript.text.clone(), ContentType::TEXT_PLAIN);
            builder.multipart(
                MultiPart::mixed().singlepart(SinglePart::plain(letter.body.clone())).singlepart(file),
            )
        }
    };
    built.map_err(|error| error.to_string())
}

/// The whole conversation; the addresses that were refused while others were taken.
async fn converse(server: &Server, letter: &Letter, message: &Message) -> Result<Vec<String>, Ended> {
    let ready = tokio::time::timeout(READY_WITHIN, ready(server, letter)).await;
    let (mut connection, refused) = match ready {
        Ok(ready) => ready?,
        Err(_) => return Err(Ended::Later("the mail server does not answer in time".to_owned())),
    };
    let bytes = message.formatted();
    let taken = tokio::time::timeout(TAKEN_WITHIN, connection.message(&bytes)).await;
    match taken {
        Ok(Ok(_)) => {
            // It is sent, whatever comes of saying goodbye.
            let _bye = tokio::time::timeout(Duration::from_secs(1), connection.quit()).await;
            Ok(refused)
        }
        Ok(Err(error)) if error.status().is_some() => Err(ended(&error)),
        Ok(Err(_)) => {
            Err(Ended::Perhaps("the connection broke before the mail server said that it has it".to_owned()))
        }
        Err(_) => Err(Ended::Perhaps("the mail server had it and did not say so in time".to_owned())),
    }
}

/// Up to where the text may follow. Nothing has been taken so far.
async fn ready(server: &Server, letter: &Letter) -> Result<(AsyncSmtpConnection, Vec<String>), Ended> {
    let mut connection = connected(server).await?;
    match introduced(&mut connection, server, letter).await {
        Ok(refused) => Ok((connection, refused)),
        Err(ended) => {
            connection.abort().await;
            Err(ended)
        }
    }
}

async fn connected(server: &Server) -> Result<AsyncSmtpConnection, Ended> {
    let hello = ClientId::default();
    let tls = match server.security {
        Security::StartTls | Security::Tls => Some(tls(server).await?),
        Security::None => None,
    };
    let at = (server.host.as_str(), server.port);
    let (from_start, upgrade) = match server.security {
        Security::Tls => (tls, None),
        Security::StartTls => (None, tls),
        Security::None => (None, None),
    };
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(at, Some(READY_WITHIN), &hello, from_start, None)
            .await
            .map_err(|error| ended(&error))?;
    if let Some(tls) = upgrade {
        let encrypted = connection.starttls(tls, &hello).await;
        encrypted.map_err(|error| ended(&error))?;
    }
    Ok(connection)
}

async fn tls(server: &Server) -> Result<TlsParameters, Ended> {
    let unusable = |why: String| Ended::Later(format!("no encrypted connection can be made ({why})"));
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(path) = &server.ca {
        let pem = tokio::fs::read(path).await.map_err(|error| unusable(format!("`ca`: {}", error.kind())))?;
        let certificate =
            Certificate::from_pem(&pem).map_err(|_| unusable("`ca` is no certificate in PEM".to_owned()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|error| unusable(error.to_string()))
}

/// Logs in and names sender and receivers; those in copy that were refused are left out.
async fn introduced(
    connection: &mut AsyncSmtpConnection,
    server: &Server,
    letter: &Letter,
) -> Result<Vec<String>, Ended> {
    if let Some((user, password)) = &server.login {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|error| match ended(&error) {
            Ended::Never(why) => Ended::Never(format!("the mail server does not let Firstline in: {why}")),
            other @ (Ended::Later(_) | Ended::Perhaps(_)) => other,
        })?;
    }
    let address = |one: &Mailbox| {
        let parsed = one.email.parse::<Address>();
        parsed.map_err(|_| Ended::Never(format!("`{}` is no address", one.email)))
    };
    let from = address(&server.from)?;
    connection.command(Mail::new(Some(from), Vec::new())).await.map_err(|error| ended(&error))?;
    for one in &letter.to {
        let taken = connection.command(Rcpt::new(address(one)?, Vec::new())).await;
        taken.map_err(|error| match ended(&error) {
            Ended::Never(why) => Ended::Never(format!("the mail server refuses {}: {why}", one.email)),
            other @ (Ended::Later(_) | Ended::Perhaps(_)) => other,
        })?;
    }
    let mut refused = Vec::new();
    for one in &letter.cc {
        match connection.command(Rcpt::new(address(one)?, Vec::new())).await {
            Ok(_) => {}
            Err(error) => match ended(&error) {
                Ended::Never(_) => refused.push(one.email.clone()),
                other @ (Ended::Later(_) | Ended::Perhaps(_)) => return Err(other),
            },
        }
    }
    connection.command(Data).await.map_err(|error| ended(&error))?;
    Ok(refused)
}

/// What an error of the conversation means, as long as the text was not given. A refusal is said in the server's own
/// words, because they alone say why.
fn ended(error: &Refusal) -> Ended {
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let code = error.status().map(|code| format!("{code} ")).unwrap_or_default();
    let said = format!("{code}{}", said.trim());
    if error.is_permanent() {
        Ended::Never(said)
    } else if error.is_transient() {
        Ended::Later(format!("the mail server says “{said}”"))
    } else if error.is_client() {
        Ended::Never(format!("the mail server cannot be spoken to: {said}"))
    } else if let Some(why) = untrusted(error) {
        Ended::Later(format!("no encrypted connection can be made ({why})"))
    } else if error.is_timeout() {
        Ended::Later("the mail server does not answer in time".to_owned())
    } else {
        Ended::Later("the mail server cannot be reached".to_owned())
    }
}

/// What is wrong with the encryption, if that is what failed.
fn untrusted(error: &Refusal) -> Option<String> {
    let mut cause = error.source();
    while let Some(one) = cause {
        let inner = one.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        let tls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(tls) = tls.or_else(|| one.downcast_ref::<rustls::Error>()) {
            return Some(tls.to_string());
        }
        cause = one.source();
    }
    error.is_tls().then(|| error.to_string())
}
