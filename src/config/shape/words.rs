//! Values that may be written in more than one way: hours, how many to ping, whether something is required.

use super::super::yaml::value::{At, Listed};
use crate::coverage::{DayHours, HoursError};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// `always`, or windows by day.
#[derive(Clone, Debug, PartialEq)]
pub enum HoursText {
    Always,
    Days(Listed<DayHours>),
}

impl<'de> Deserialize<'de> for HoursText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HoursVisitor;

        impl<'de> Visitor<'de> for HoursVisitor {
            type Value = HoursText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a way to write hours: `always`, or a map such as `{ mon-fri: \"09:00-17:30\" }`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<HoursText, E> {
                match text {
                    "always" => Ok(HoursText::Always),
                    other => Err(E::custom(format!(
                        "`{other}` is not a way to write hours\nhint: write `always`, or a map such as `{{ mon-fri: \"09:00-17:30\" }}`"
                    ))),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HoursText, A::Error> {
                // What stands in the file counts, also where a day could not be read.
                if map.size_hint() == Some(0) {
                    return Err(de::Error::custom(HoursError::Empty));
                }
                Listed::deserialize(MapAccessDeserializer::new(map)).map(HoursText::Days)
            }
        }

        deserializer.deserialize_any(HoursVisitor)
    }
}

impl JsonSchema for HoursText {
    fn schema_name() -> Cow<'static, str> {
        "Hours".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "`always`, or windows by day: `{ mon-fri: \"08:30-12:00, 13:00-17:30\" }`. Days are `mon` to `sun`, ranges such as `mon-fri`, or `daily`.",
            "anyOf": [
                { "const": "always" },
                { "type": "object", "minProperties": 1, "additionalProperties": { "type": "string" } }
            ]
        })
    }
}

/// How many of a tier are pinged: `all`, `next`, or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingText {
    All,
    Next(u32),
}

impl<'de> Deserialize<'de> for PingText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PingVisitor;

        impl Visitor<'_> for PingVisitor {
            type Value = PingText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`all`, `next` or a number from 1 to 50")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<PingText, E> {
                match text {
                    "all" => Ok(PingText::All),
                    "next" => Ok(PingText::Next(1)),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<PingText, E> {
                match u32::try_from(count) {
                    Ok(count @ 1..=50) => Ok(PingText::Next(count)),
                    Ok(_) | Err(_) => Err(E::invalid_value(de::Unexpected::Signed(count), &self)),
                }
            }
        }

        deserializer.deserialize_any(PingVisitor)
    }
}

impl JsonSchema for PingText {
    fn schema_name() -> Cow<'static, str> {
        "Ping".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "How many are pinged: `all`, `next` (one: fewest open cases, then longest unpinged), or a number of them.",
            "anyOf": [{ "enum": ["all", "next"] }, { "type": "integer", "minimum": 1, "maximum": 50 }]
        })
    }
}

/// Whether an answer is needed: `true`, `false` or `if_applicable`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequiredText {
    Yes,
    #[default]
    No,
    IfApplicable,
}

impl<'de> Deserialize<'de> for RequiredText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RequiredVisitor;

        impl Visitor<'_> for RequiredVisitor {
            type Value = RequiredText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false` or `if_applicable`")
            }

            fn visit_bool<E>(self, required: bool) -> Result<RequiredText, E> {
                Ok(if required { RequiredText::Yes } else { RequiredText::No })
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RequiredText, E> {
                match text {
                    "if_applicable" => Ok(RequiredText::IfApplicable),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
        }

        deserializer.deserialize_any(RequiredVisitor)
    }
}

impl JsonSchema for RequiredText {
    fn schema_name() -> Cow<'static, str> {
        "Required".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "Whether an answer is needed; `if_applicable` is needed, and `n/a` answers it.",
            "enum": [true, false, "if_applicable"]
        })
    }
}

/// One name or several: `lead`, or `[ana, bo]`.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOrMore<T>(pub Vec<At<T>>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
            type Value = OneOrMore<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one name, or a list of names")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMore<T>, E> {
                let one = T::deserialize(de::value::StrDeserializer::new(text))?;
                Ok(OneOrMore(vec![At::new(one, super::super::yaml::node::Place::default())]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMore<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = seq.next_element()? {
                    all.push(one);
                }
                Ok(OneOrMore(all))
            }
        }

        deserializer.deserialize_any(ManyVisitor(std::marker::PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMore<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMore{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}
