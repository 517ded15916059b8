//! Values that are written as one text, in the configuration and in the store alike.

/// Gives a type with `FromStr` and `Display` its place in serde and in the schema for editors.
macro_rules! written_as_text {
    ($type:ty, $error:ty, $name:literal, $description:literal) => {
        impl TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $description })
            }
        }
    };
}

pub(super) use written_as_text;
