//! Tickets as they are written: where they are raised, when, and what their fields get.

use super::super::yaml::value::{At, Free, Listed, Needed};
use schemars::JsonSchema;
use serde::Deserialize;

/// The system in which tickets are raised. A desk's own keys come before those of `firstline.yml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TicketsText {
    /// Jira Service Management. Either this or `webhook`.
    pub jira: Option<At<JiraText>>,
    /// An address of yours that raises them. Either this or `jira`.
    pub webhook: Option<At<TicketHookText>>,
    /// When a case becomes a ticket by itself: `at_resolution` whenever it ends, `by_hand` only when its outcome needs
    /// follow-up or, with a `letter`, when the requester left. Default: `by_hand`.
    pub raise: Option<At<RaiseText>>,
    /// Outcomes that need follow-up: such a case becomes a ticket that stays open.
    pub follow_up: Option<At<Vec<At<String>>>>,
    /// The field of the template that holds the requester's e-mail address.
    pub email: Option<At<String>>,
    /// Whom a ticket is assigned to: the case's `owner`, or `nobody`. Default: `owner`.
    pub assign: Option<At<AssignText>>,
    /// What `{{ ticket.channel }}` says of a case that was solved in the conversation. Default: `chat only`.
    pub channel_only: Option<At<String>>,
    /// The same of one that goes on by e-mail. Default: `chat and e-mail`.
    pub channel_both: Option<At<String>>,
    /// The status of a ticket that is closed. Default: `Closed`.
    pub closed: Option<At<String>>,
    /// The status of a ticket that waits for the requester. Default: `Waiting for customer`.
    pub waiting: Option<At<String>>,
    /// The status of a ticket that is worked on again, after a reopening. Default: `Waiting for support`.
    pub open: Option<At<String>>,
    /// Said on the ticket to a requester who waits for more. Default: that it is being worked on.
    pub told: Option<At<String>>,
    /// The e-mail template that is filled for whoever had the case when the requester left, and waits to be sent.
    pub letter: Option<At<String>>,
    /// The kind of ticket: in Jira the id of the request type.
    pub request_type: Option<At<String>>,
    /// Its subject. Texts here may name `{{ form.FIELD }}`, `{{ issue.text }}`, `{{ issue.tags }}`,
    /// `{{ issue.outcome }}`, `{{ issue.solution }}`, `{{ ticket.channel }}`, `{{ ticket.email }}`, and all that
    /// an e-mail template may. Default: `{{ issue.text }}`.
    pub summary: Option<At<String>>,
    /// Its description. Default: `{{ issue.text }}`.
    pub description: Option<At<String>>,
    /// Its labels, without spaces.
    pub labels: Option<At<Vec<At<String>>>>,
    /// Further fields, by the other system's id, in the shape that it takes. A field with a blank that is not known
    /// is left out; `{ number: "{{ form.seats }}" }` makes a number of a text.
    pub fields: Option<At<Listed<Free>>>,
    /// What differs on a ticket for service recovery. Without it, and without an outcome that says "our fault", none
    /// is raised.
    pub recovery: Option<At<RecoveryText>>,
}

/// A Jira site.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JiraText {
    /// Its address, such as `https://example.atlassian.net`.
    pub url: Needed<String>,
    /// The e-mail address of the account whose token it is.
    pub user: Needed<String>,
    /// The API token; read it from the environment: `"${JIRA_TOKEN}"`.
    pub token: Needed<String>,
    /// The id of the service desk.
    pub service_desk: Needed<String>,
}

/// A webhook for tickets.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketHookText {
    /// Its address.
    pub url: Needed<String>,
    /// The secret that signs what it is told; read it from the environment.
    pub secret: Needed<String>,
}

/// What differs on a ticket for service recovery.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecoveryText {
    /// Outcomes of a case that raise it. Default: those that say "our fault", such as
    /// `did not go ahead through our fault`.
    pub outcomes: Option<At<Vec<At<String>>>>,
    /// Default: as for other tickets.
    pub request_type: Option<At<String>>,
    /// Default: `Service recovery: ` and the subject of other tickets.
    pub summary: Option<At<String>>,
    /// Default: as for other tickets.
    pub description: Option<At<String>>,
    /// Default: as for other tickets.
    pub labels: Option<At<Vec<At<String>>>>,
    /// Default: as for other tickets.
    pub fields: Option<At<Listed<Free>>>,
}

/// When a case becomes a ticket by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RaiseText {
    ByHand,
    AtResolution,
}

/// Whom a ticket is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignText {
    Owner,
    Nobody,
}
