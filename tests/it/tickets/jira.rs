//! A stateful fake of the Jira Service Management endpoints: it answers and refuses as the published description
//! says, and fails on demand.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

/// Something that goes wrong with one request to an address that holds this text.
#[derive(Clone, Debug)]
pub enum Fault {
    Answer(u16),
    /// It is carried out, and the answer is lost on its way.
    LoseAnswer,
}

#[derive(Clone, Debug, Default)]
pub struct Issue {
    pub key: String,
    pub fields: Value,
    pub reporter: String,
    pub labels: Vec<String>,
    pub link: Option<String>,
    pub participants: Vec<String>,
    pub comments: Vec<Value>,
    pub files: Vec<(String, String)>,
    pub status: String,
    pub assignee: String,
}

#[derive(Debug, Default)]
pub struct Site {
    pub issues: Vec<Issue>,
    pub faults: VecDeque<(&'static str, Fault)>,
    pub calls: Vec<String>,
    temporary: Vec<(String, String)>,
    customers: Vec<String>,
}

#[derive(Clone, Default)]
pub struct Jira(Arc<Mutex<Site>>);

/// The fields of request type 25 of service desk 4.
const FIELDS: [&str; 3] = ["summary", "description", "customfield_10041"];
const STATUSES: [(&str, &str); 3] =
    [("11", "Closed"), ("21", "Waiting for customer"), ("31", "Waiting for support")];

impl Jira {
    pub fn site(&self) -> MutexGuard<'_, Site> {
        self.0.lock().unwrap()
    }

    /// Opens its doors on loopback, and says where.
    pub async fn open(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }
}

async fn answer(
    State(jira): State<Jira>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut site = jira.site();
    site.calls.push(format!("{method} {path}"));
    if headers.get("authorization").is_none_or(|login| login != "Basic Ym90QGV4YW1wbGUuY29tOnMzY3JldA==") {
        return (StatusCode::UNAUTHORIZED, "").into_response();
    }
    let at = site.faults.iter().position(|(part, _)| format!("{method} {path}").contains(part));
    let fault = at.and_then(|at| site.faults.remove(at)).map(|(_, fault)| fault);
    if let Some(Fault::Answer(status)) = fault {
        let status = StatusCode::from_u16(status).unwrap();
        return (status, [("retry-after", "7")], "").into_response();
    }
    let said = route(&mut site, &method, &path, &headers, &body);
    match (fault, said) {
        (Some(_), _) => (StatusCode::BAD_GATEWAY, "").into_response(),
        (None, (status, body)) => (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response(),
    }
}

fn refusal(words: &str) -> (u16, Value) {
    (
        400,
        json!({ "errorMessage": words, "i18nErrorMessage": { "i18nKey": "sd.validation", "parameters": [] } }),
    )
}

fn route(site: &mut Site, method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> (u16, Value) {
    let is_files = path.ends_with("/attachTemporaryFile");
    let said: Value = if is_files { Value::Null } else { serde_json::from_slice(body).unwrap_or_default() };
    let parts: Vec<&str> = path.split(['/', '?']).skip(1).collect();
    match (method.as_str(), parts.as_slice()) {
        ("POST", ["rest", "servicedeskapi", "request"]) => create(site, &said),
        ("POST", ["rest", "api", "3", "search", "jql"]) => search(site, &said),
        ("POST", ["rest", "servicedeskapi", "customer", ..]) => {
            let email = said["email"].as_str().unwrap_or_default().to_owned();
            if site.customers.contains(&email) {
                return (409, json!({ "errorMessage": "An account already exists for this email" }));
            }
            site.customers.push(email.clone());
            (201, json!({ "accountId": format!("qm:{email}"), "emailAddress": email }))
        }
        ("GET", ["rest", "api", "3", "user", "search", query]) => {
            let email = query.trim_start_matches("query=").replace("%40", "@");
            (200, json!([{ "accountId": format!("qm:{email}") }]))
        }
        ("POST", ["rest", "servicedeskapi", "servicedesk", "4", "attachTemporaryFile"]) => {
            if headers.get("x-atlassian-token").is_none_or(|token| token != "no-check") {
                return (403, json!({ "errorMessage": "XSRF check failed" }));
            }
            take_files(site, &String::from_utf8_lossy(body))
        }
        (_, ["rest", "servicedeskapi", "request", key, rest @ ..]) => request(site, method, key, rest, &said),
        (_, ["rest", "api", "2" | "3", "issue", key, rest @ ..]) => issue(site, method, key, rest, &said),
        _ => (404, json!({ "errorMessage": format!("no such resource: {path}") })),
    }
}

fn create(site: &mut Site, said: &Value) -> (u16, Value) {
    if said["serviceDeskId"] != "4" || said["requestTypeId"] != "25" {
        return refusal("The service desk or request type does not exist.");
    }
    let fields = said["requestFieldValues"].as_object().cloned().unwrap_or_default();
    if let Some(unknown) = fields.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return refusal(&format!(
            "Field '{unknown}' cannot be set. It is not on the appropriate screen, or unknown."
        ));
    }
    if fields.get("summary").and_then(Value::as_str).is_none_or(|text| text.is_empty() || text.contains('\n'))
    {
        return refusal("Summary is required.");
    }
    let key = format!("SUP-{}", site.issues.len() + 1);
    let reporter = said["raiseOnBehalfOf"].as_str().unwrap_or("bot").to_owned();
    let status = "Waiting for support".to_owned();
    site.issues.push(Issue {
        key: key.clone(),
        fields: Value::Object(fields),
        reporter,
        status,
        ..Issue::default()
    });
    (201, json!({ "issueId": "1", "issueKey": key, "requestTypeId": "25", "serviceDeskId": "4" }))
}

fn search(site: &Site, said: &Value) -> (u16, Value) {
    let jql = said["jql"].as_str().unwrap_or_default();
    let word = jql.split('"').nth(1).unwrap_or_default();
    let carries = |one: &&Issue| {
        one.labels.iter().any(|label| label == word)
            || one.fields["description"]
                .as_str()
                .is_some_and(|text| text.split_whitespace().any(|one| one == word))
    };
    let found: Vec<Value> = site.issues.iter().filter(carries).map(|one| json!({ "key": one.key })).collect();
    (200, json!({ "issues": found, "isLast": true }))
}

fn take_files(site: &mut Site, body: &str) -> (u16, Value) {
    let mut ids = Vec::new();
    for part in body.split("filename=\"").skip(1) {
        let (name, rest) = part.split_once('"').unwrap();
        let content = rest.split_once("\r\n\r\n").unwrap().1.split("\r\n--").next().unwrap();
        site.temporary.push((name.to_owned(), content.to_owned()));
        let id = format!("temp{}", site.temporary.len());
        ids.push(json!({ "temporaryAttachmentId": id, "fileName": name }));
    }
    (201, json!({ "temporaryAttachments": ids }))
}

fn request(site: &mut Site, method: &Method, key: &str, rest: &[&str], said: &Value) -> (u16, Value) {
    let customers = site.customers.clone();
    let temporary = site.temporary.clone();
    let Some(issue) = site.issues.iter_mut().find(|one| one.key == key) else { return (404, json!({})) };
    match (method.as_str(), rest) {
        ("POST", ["participant"]) => {
            let ids = said["accountIds"].as_array().cloned().unwrap_or_default();
            for id in ids.iter().filter_map(Value::as_str) {
                if !customers.iter().any(|one| format!("qm:{one}") == id) {
                    return refusal("The user does not exist.");
                }
                issue.participants.push(id.to_owned());
            }
            (200, json!({ "values": [] }))
        }
        ("GET", ["comment"]) => (200, json!({ "values": issue.comments })),
        ("POST", ["comment"]) => {
            issue.comments.push(said.clone());
            (201, json!({ "id": "1" }))
        }
        ("POST", ["attachment"]) => {
            for id in said["temporaryAttachmentIds"].as_array().cloned().unwrap_or_default() {
                let at: usize = id.as_str().unwrap().trim_start_matches("temp").parse().unwrap();
                issue.files.push(temporary[at - 1].clone());
            }
            (201, json!({ "attachments": { "values": [] } }))
        }
        _ => (405, json!({})),
    }
}

fn issue(site: &mut Site, method: &Method, key: &str, rest: &[&str], said: &Value) -> (u16, Value) {
    let Some(issue) = site.issues.iter_mut().find(|one| one.key == key) else { return (404, json!({})) };
    match (method.as_str(), rest) {
        ("PUT", []) => {
            for change in said["update"]["labels"].as_array().cloned().unwrap_or_default() {
                let label = change["add"].as_str().unwrap().to_owned();
                if label.contains(' ') {
                    return (
                        400,
                        json!({ "errorMessages": [], "errors": { "labels": "The label has spaces." } }),
                    );
                }
                if !issue.labels.contains(&label) {
                    issue.labels.push(label);
                }
            }
            for (field, value) in said["fields"].as_object().cloned().unwrap_or_default() {
                match field.as_str() {
                    "reporter" => issue.reporter = value["accountId"].as_str().unwrap().to_owned(),
                    known if FIELDS.contains(&known) => issue.fields[known] = value,
                    unknown => {
                        let why = format!(
                            "Field '{unknown}' cannot be set. It is not on the appropriate screen, or unknown."
                        );
                        return (400, json!({ "errorMessages": [], "errors": { unknown: why } }));
                    }
                }
            }
            (204, Value::String(String::new()))
        }
        ("POST", ["remotelink"]) => {
            issue.link = said["object"]["url"].as_str().map(str::to_owned);
            (201, json!({ "id": 1 }))
        }
        ("PUT", ["assignee"]) => {
            issue.assignee = said["accountId"].as_str().unwrap().to_owned();
            (204, json!({}))
        }
        ("GET", ["fields=attachment"]) => {
            let files: Vec<Value> = issue.files.iter().map(|(name, _)| json!({ "filename": name })).collect();
            (200, json!({ "fields": { "attachment": files } }))
        }
        ("GET", ["fields=status"]) => (200, json!({ "fields": { "status": { "name": issue.status } } })),
        ("GET", ["transitions"]) => {
            let ways: Vec<Value> = STATUSES
                .iter()
                .map(|(id, to)| json!({ "id": id, "name": "Go", "to": { "name": to } }))
                .collect();
            (200, json!({ "transitions": ways }))
        }
        ("POST", ["transitions"]) => match STATUSES.iter().find(|(id, _)| said["transition"]["id"] == *id) {
            Some((_, to)) => {
                (*to).clone_into(&mut issue.status);
                (204, json!({}))
            }
            None => (
                400,
                json!({ "errorMessages": ["It seems that you have tried to perform a workflow operation that is not valid."], "errors": {} }),
            ),
        },
        _ => (405, json!({})),
    }
}
