//! A playbook's file as it is written.

use super::super::yaml::value::{At, Listed, Needed};
use super::words::OneOrMore;
use crate::clock::Length;
use crate::coverage::Who;
use crate::domain::playbook::plan::Offset;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use std::borrow::Cow;
use std::fmt;

/// Ordered steps for a scenario, timed from an anchor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybookFile {
    /// The playbook's key: `facilitator-no-show`.
    pub playbook: Needed<String>,
    /// Its name as people know it. Default: the key.
    #[serde(default)]
    pub name: Option<At<String>>,
    /// When to use it, in a sentence or two.
    #[serde(default)]
    pub about: Option<At<String>>,
    /// What its times count from: `case`, or `session` for the session's start. Default: `case`.
    #[serde(default)]
    pub anchor: Option<At<AnchorText>>,
    /// The cases it is meant for: fields of the desk's template and their values.
    #[serde(default, rename = "for")]
    pub meant_for: Listed<OneOrMore<String>>,
    /// How it begins in a case that it is meant for. Default: `by_hand`.
    #[serde(default)]
    pub start: Option<At<StartText>>,
    /// So long after its anchor it does not begin by itself any more. Default: `12h`.
    #[serde(default)]
    pub until: Option<At<Length>>,
    /// The steps, in order.
    pub steps: Needed<Vec<At<StepText>>>,
}

/// What times count from.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnchorText {
    /// The instant at which the case was opened.
    Case,
    /// The session's start, from the booking or the form.
    Session,
}

/// How a playbook begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartText {
    /// As soon as a case says that it is meant.
    AtOnce,
    /// Offered to the one who asked, when the booking's owner is unavailable or silent.
    OwnerSilent,
    /// When somebody says so.
    ByHand,
}

/// One step: exactly one of `task`, `call`, `question`, `email`, `ping`, `post`, `close`, `together`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StepText {
    /// A short name by which other steps refer to it.
    pub id: Option<At<String>>,
    /// Something to do.
    pub task: Option<At<String>>,
    /// A phone call: reached, or not.
    pub call: Option<At<String>>,
    /// A question with `answers`.
    pub question: Option<At<String>>,
    /// An e-mail from this template, which somebody reads before it goes out.
    pub email: Option<At<String>>,
    /// People to mention in the thread: as in a tier's `who`.
    pub ping: Option<At<OneOrMore<Who>>>,
    /// Something that the bot says in the thread.
    pub post: Option<At<String>>,
    /// The playbook ends, and the case is to be resolved with this outcome.
    pub close: Option<At<String>>,
    /// Steps that are done side by side; what follows waits for all of them.
    pub together: Option<At<Vec<At<StepText>>>>,
    /// What an `email` or a `ping` is about.
    pub text: Option<At<String>>,
    /// Who does it: `owner`, `requester`, or as in a tier's `who`. Default: the owner, else who started it.
    pub who: Option<At<String>>,
    /// When it comes up, counted from the anchor. Without it: when the step before is settled.
    pub at: Option<At<Offset>>,
    /// From then on it makes no sense any more, counted from the anchor.
    pub until: Option<At<Offset>>,
    /// How long one has for it. Default: `5m`.
    pub within: Option<At<Length>>,
    /// When it is overdue: `nudge_then_tier`, `nudge` or `nothing`. Default: `nudge_then_tier`.
    pub overdue: Option<OverdueText>,
    /// Steps it waits for, by their `id`. Default: the step before, or none when it has a time.
    pub after: Option<At<OneOrMore<String>>>,
    /// What has to be so: answers of earlier steps, or fields of the desk's template.
    pub when: Listed<OneOrMore<String>>,
    /// The answers to a `question`: a list, or a map with the steps that follow each.
    pub answers: Option<At<AnswersText>>,
    /// Steps that follow when the `call` reached somebody.
    pub reached: Option<At<Vec<At<StepText>>>>,
    /// Steps that follow when the `call` reached nobody.
    pub not_reached: Option<At<Vec<At<StepText>>>>,
}

/// What happens when a step is overdue.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverdueText {
    /// Whoever does it is reminded privately; as long again, and the next tier is pinged.
    NudgeThenTier,
    Nudge,
    Nothing,
}

/// The answers to a question, each with the steps that follow it.
#[derive(Debug)]
pub struct AnswersText(pub Vec<(At<String>, Vec<At<StepText>>)>);

impl<'de> Deserialize<'de> for AnswersText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnswersVisitor;

        impl<'de> Visitor<'de> for AnswersVisitor {
            type Value = AnswersText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of answers, or a map of answers with the steps that follow each")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<AnswersText, A::Error> {
                let plain = Vec::<At<String>>::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(AnswersText(plain.into_iter().map(|answer| (answer, Vec::new())).collect()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AnswersText, A::Error> {
                let map = Listed::<Vec<At<StepText>>>::deserialize(MapAccessDeserializer::new(map))?;
                Ok(AnswersText(map.0.into_iter().map(|(answer, steps)| (answer, steps.value)).collect()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<AnswersText, E> {
                Err(E::invalid_type(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_any(AnswersVisitor)
    }
}

impl JsonSchema for AnswersText {
    fn schema_name() -> Cow<'static, str> {
        "Answers".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let step = generator.subschema_for::<StepText>();
        schemars::json_schema!({
            "description": "The answers: a list, or a map of answers with the steps that follow each.",
            "anyOf": [
                { "type": "array", "items": { "type": "string" } },
                { "type": "object", "additionalProperties": { "type": "array", "items": step } }
            ]
        })
    }
}
