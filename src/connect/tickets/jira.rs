//! Jira Service Management, as its cloud REST interfaces take it: `/rest/servicedeskapi` and `/rest/api/3`
//! (<https://developer.atlassian.com/cloud/jira/service-desk/rest/>).
//!
//! A ticket is looked for before it is raised, by the word in its description and among its labels: what was
//! raised while the answer was lost is found, not raised again.

use super::super::http::{Said, Sent, Speaker};
use super::{Ended, Papers, unwell};
use crate::domain::ticket::ask::{Ask, NewTicket, Requester, Step};
use crate::id::UserId;
use crate::store::Doubt;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A Jira site and who speaks to it.
#[derive(Clone, Debug)]
pub struct Jira {
    /// `https://example.atlassian.net`, without a slash at its end.
    pub url: String,
    /// The e-mail of the account whose token it is.
    pub user: String,
    pub token: SecretString,
    /// The service desk's id.
    pub service_desk: String,
}

/// One conversation with the site.
struct Talk<'a> {
    jira: &'a Jira,
    speaker: &'a Speaker,
}

type Told<T> = Result<T, Ended>;

impl Jira {
    pub(super) async fn perform(&self, speaker: &Speaker, doubt: Doubt, ask: &Ask, papers: &Papers) -> Ended {
        let talk = Talk { jira: self, speaker };
        let done = match &ask.step {
            Step::Raise(new) => {
                return talk.raise(new, doubt, ask, papers).await.unwrap_or_else(|ended| ended);
            }
            Step::Mark { key, labels, title, assignee } => {
                talk.mark(key, labels, title, assignee.as_ref(), papers).await
            }
            Step::Attach { key, name } => talk.attach(key, name, papers).await,
            Step::Add { key, requester } => talk.add(key, requester).await,
            Step::Tell { key, text } => talk.tell(key, text, doubt).await,
            Step::Update { key, fields, reporter, .. } => talk.update(key, fields, reporter.as_ref()).await,
            Step::Move { key, status, .. } => talk.go(key, status).await,
        };
        match done {
            Ok(()) => Ended::Done,
            // Each of these is looked at before it is done again.
            Err(Ended::Perhaps { why }) if !matches!(ask.step, Step::Tell { .. }) => {
                Ended::Later { after: None, why }
            }
            Err(ended) => ended,
        }
    }
}

impl Talk<'_> {
    async fn raise(&self, new: &NewTicket, doubt: Doubt, ask: &Ask, papers: &Papers) -> Told<Ended> {
        if let Some(key) = self.find(&ask.mark).await? {
            return Ok(Ended::Stands { url: Some(self.browse(&key)), key });
        }
        match doubt {
            Doubt::PerhapsDone { .. } => return Ok(Ended::NotFound),
            Doubt::No => {}
        }
        let thread = papers.link.as_ref().map_or_else(String::new, |link| format!("\nSlack: {link}"));
        let description = format!("{}\n\n{}{thread}\n{}", new.description, ask.case, ask.mark);
        let mut fields = serde_json::Map::new();
        fields.insert("summary".to_owned(), json!(new.summary));
        fields.insert("description".to_owned(), json!(description.trim()));
        fields.extend(new.fields.clone());
        let mut body = json!({
            "serviceDeskId": self.jira.service_desk,
            "requestTypeId": new.request_type,
            "requestFieldValues": fields,
        });
        if let Some(requester) = &new.on_behalf_of {
            body["raiseOnBehalfOf"] = json!(self.customer(requester).await?);
        }
        let said = self.ask(Method::POST, "/rest/servicedeskapi/request", Some(body)).await?;
        match said.get("issueKey").and_then(Value::as_str) {
            Some(key) => Ok(Ended::Stands { key: key.to_owned(), url: Some(self.browse(key)) }),
            None => Err(Ended::Perhaps { why: "its answer names no ticket".to_owned() }),
        }
    }

    fn browse(&self, key: &str) -> String {
        format!("{}/browse/{key}", self.jira.url)
    }

    /// The ticket that carries this word, if there is one.
    async fn find(&self, mark: &str) -> Told<Option<String>> {
        let jql = format!("labels = \"{mark}\" OR description ~ \"{mark}\" ORDER BY created ASC");
        let body = json!({ "jql": jql, "fields": ["summary"], "maxResults": 2 });
        let said =
            self.ask(Method::POST, "/rest/api/3/search/jql", Some(body)).await.map_err(Ended::harmless)?;
        Ok(said.pointer("/issues/0/key").and_then(Value::as_str).map(str::to_owned))
    }

    /// Labels, the link back, the assignee. Each may be done twice without a trace.
    async fn mark(
        &self,
        key: &str,
        labels: &[String],
        title: &str,
        assignee: Option<&UserId>,
        papers: &Papers,
    ) -> Told<()> {
        let added: Vec<Value> = labels.iter().map(|label| json!({ "add": label })).collect();
        let body = json!({ "update": { "labels": added } });
        self.ask(Method::PUT, &format!("/rest/api/3/issue/{key}"), Some(body)).await?;
        if let Some(link) = &papers.link {
            let object = json!({ "url": link, "title": title });
            let body = json!({ "globalId": format!("firstline={key}"), "object": object });
            self.ask(Method::POST, &format!("/rest/api/3/issue/{key}/remotelink"), Some(body)).await?;
        }
        let Some(email) = assignee.and_then(|user| papers.emails.get(user)) else { return Ok(()) };
        let found =
            self.ask(Method::GET, &format!("/rest/api/3/user/search?query={}", encoded(email)), None).await?;
        let Some(account) = found.pointer("/0/accountId").and_then(Value::as_str) else {
            return Err(Ended::Never { why: format!("nobody in Jira has the address {email}") });
        };
        let body = json!({ "accountId": account });
        self.ask(Method::PUT, &format!("/rest/api/3/issue/{key}/assignee"), Some(body)).await.map(drop)
    }

    /// The transcript, unless a file of this name is there.
    async fn attach(&self, key: &str, name: &str, papers: &Papers) -> Told<()> {
        let Some(transcript) = &papers.transcript else {
            return Err(Ended::Never { why: "the thread could not be read".to_owned() });
        };
        let there =
            self.ask(Method::GET, &format!("/rest/api/3/issue/{key}?fields=attachment"), None).await?;
        let files = there.pointer("/fields/attachment").and_then(Value::as_array);
        let has = |ending: &str| {
            let file = format!("{name}{ending}");
            files.is_some_and(|all| {
                all.iter().any(|one| one.get("filename").and_then(Value::as_str) == Some(&file))
            })
        };
        if has(".txt") && has(".html") {
            return Ok(());
        }
        let (kind, body) = parts(name, &transcript.text, &transcript.html);
        let path = format!("/rest/servicedeskapi/servicedesk/{}/attachTemporaryFile", self.jira.service_desk);
        let said = self.send(Method::POST, &path, &kind, body).await?;
        let all = said.get("temporaryAttachments").and_then(Value::as_array);
        let ids: Vec<&str> =
            all.into_iter().flatten().filter_map(|one| one.get("temporaryAttachmentId")?.as_str()).collect();
        let body = json!({ "temporaryAttachmentIds": ids, "public": true });
        self.ask(Method::POST, &format!("/rest/servicedeskapi/request/{key}/attachment"), Some(body))
            .await
            .map(drop)
    }

    /// The requester's account, made if there is none.
    async fn customer(&self, requester: &Requester) -> Told<String> {
        let body = json!({ "displayName": requester.name, "email": requester.email });
        let path = "/rest/servicedeskapi/customer?strictConflictStatusCode=true";
        let made = self.ask_raw(Method::POST, path, Some(body)).await.map_err(Ended::harmless)?;
        let account = match made.status.as_u16() {
            200 | 201 => read(&made)?.get("accountId").and_then(Value::as_str).map(str::to_owned),
            409 => {
                let path = format!("/rest/api/3/user/search?query={}", encoded(&requester.email));
                let found = self.ask(Method::GET, &path, None).await.map_err(Ended::harmless)?;
                found.pointer("/0/accountId").and_then(Value::as_str).map(str::to_owned)
            }
            _ => return Err(unwell(&made, words).harmless()),
        };
        let why = || Ended::Never { why: format!("no account was found for {}", requester.email) };
        account.ok_or_else(why)
    }

    /// Adding somebody who takes part already changes nothing.
    async fn add(&self, key: &str, requester: &Requester) -> Told<()> {
        let body = json!({ "accountIds": [self.customer(requester).await?] });
        self.ask(Method::POST, &format!("/rest/servicedeskapi/request/{key}/participant"), Some(body))
            .await
            .map(drop)
    }

    /// A public comment, of which the requester hears by e-mail; once.
    async fn tell(&self, key: &str, text: &str, doubt: Doubt) -> Told<()> {
        let path = format!("/rest/servicedeskapi/request/{key}/comment");
        if doubt != Doubt::No {
            let there = self.ask(Method::GET, &path, None).await?;
            let all = there.get("values").and_then(Value::as_array);
            let said =
                |one: &Value| one.get("body").and_then(Value::as_str).map(str::trim) == Some(text.trim());
            if all.is_some_and(|all| all.iter().any(said)) {
                return Ok(());
            }
        }
        let body = json!({ "body": text, "public": true });
        self.ask(Method::POST, &path, Some(body)).await.map(drop)
    }

    /// What stands in these fields is theirs, and doing it twice leaves no trace.
    async fn update(
        &self,
        key: &str,
        fields: &BTreeMap<String, Value>,
        reporter: Option<&Requester>,
    ) -> Told<()> {
        let mut fields: serde_json::Map<String, Value> = fields.clone().into_iter().collect();
        if let Some(reporter) = reporter {
            fields.insert("reporter".to_owned(), json!({ "accountId": self.customer(reporter).await? }));
        }
        // Version 3 takes no plain text for the long fields; this one does, as raising a request does.
        let path = format!("/rest/api/2/issue/{key}");
        self.ask(Method::PUT, &path, Some(json!({ "fields": fields }))).await.map(drop)
    }

    /// To the status of this name, unless it is there.
    async fn go(&self, key: &str, status: &str) -> Told<()> {
        let is = |name: Option<&Value>| {
            name.and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(status))
        };
        let there = self.ask(Method::GET, &format!("/rest/api/3/issue/{key}?fields=status"), None).await?;
        if is(there.pointer("/fields/status/name")) {
            return Ok(());
        }
        let path = format!("/rest/api/3/issue/{key}/transitions");
        let ways = self.ask(Method::GET, &path, None).await?;
        let ways = ways.get("transitions").and_then(Value::as_array).cloned().unwrap_or_default();
        let way = ways.iter().find(|way| is(way.pointer("/to/name")) || is(way.get("name")));
        let Some(id) = way.and_then(|way| way.get("id")) else {
            let names: Vec<&str> = ways.iter().filter_map(|way| way.pointer("/to/name")?.as_str()).collect();
            let why =
                format!("no way leads to the status `{status}`; from here it can go to {}", names.join(", "));
            return Err(Ended::Never { why });
        };
        self.ask(Method::POST, &path, Some(json!({ "transition": { "id": id } }))).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Told<Value> {
        let said = self.ask_raw(method, path, body).await?;
        match said.status.is_success() {
            true => read(&said),
            false => Err(unwell(&said, words)),
        }
    }

    async fn ask_raw(&self, method: Method, path: &str, body: Option<Value>) -> Told<Said> {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.send_raw(method, path, "application/json", body).await
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Told<Value> {
        let said = self.send_raw(method, path, kind, body).await?;
        match said.status.is_success() {
            true => read(&said),
            false => Err(unwell(&said, words)),
        }
    }

    async fn send_raw(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Told<Said> {
        let login = format!("{}:{}", self.jira.user, self.jira.token.expose_secret());
        let headers = vec![
            ("authorization", format!("Basic {}", STANDARD.encode(login))),
            ("accept", "application/json".to_owned()),
            ("content-type", kind.to_owned()),
            // Files are taken from nobody without it.
            ("x-atlassian-token", "no-check".to_owned()),
            ("x-experimentalapi", "opt-in".to_owned()),
        ];
        let address = format!("{}{path}", self.jira.url);
        self.speaker.send(Sent { method, address, headers, body }).await.map_err(Ended::from)
    }
}

fn read(said: &Said) -> Told<Value> {
    if said.body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&said.body)
        .map_err(|_| Ended::Perhaps { why: "its answer is not JSON".to_owned() })
}

/// Jira's own words: `errorMessage` of the service desk, `errorMessages` and `errors` by field of the platform.
fn words(body: &[u8]) -> Option<String> {
    let said: Value = serde_json::from_slice(body).ok()?;
    let mut all: Vec<String> = Vec::new();
    all.extend(said.get("errorMessage").and_then(Value::as_str).map(str::to_owned));
    let listed = said.get("errorMessages").and_then(Value::as_array);
    all.extend(listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    let by_field = said.get("errors").and_then(Value::as_object);
    all.extend(
        by_field.into_iter().flatten().filter_map(|(field, why)| Some(format!("{field}: {}", why.as_str()?))),
    );
    let words: String = all.join(" ").chars().filter(|c| !c.is_control()).take(500).collect();
    (!words.trim().is_empty()).then(|| words.trim().trim_end_matches('.').to_owned())
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

/// Both files as `multipart/form-data`, and what kind of content that is.
fn parts(name: &str, text: &str, html: &str) -> (String, Vec<u8>) {
    let mut border = "firstline-transcript".to_owned();
    while text.contains(&border) || html.contains(&border) {
        border.push('-');
    }
    let mut body = String::new();
    for (ending, kind, content) in [("txt", "text/plain", text), ("html", "text/html", html)] {
        body.push_str(&format!(
            "--{border}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}.{ending}\"\r\n\
             Content-Type: {kind}; charset=utf-8\r\n\r\n{content}\r\n"
        ));
    }
    body.push_str(&format!("--{border}--\r\n"));
    (format!("multipart/form-data; boundary={border}"), body.into_bytes())
}
