//! Bodies that are written straight from what is stored: [`stored_body!`] states each member once, with its
//! type and its value.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

/// A body that is written from a stored value.
pub(crate) trait StoredBody: JsonSchema {
    /// The stored value.
    type Stored: 'static;

    /// The members of the body, borrowed from the stored value.
    type Members<'a>: From<&'a Self::Stored> + Serialize;
}

/// An array of stored values, each written as `B`.
pub(crate) struct Each<'a, B: StoredBody>(pub(crate) &'a [B::Stored]);

impl<B: StoredBody> Serialize for Each<'_, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(B::Members::from))
    }
}

impl<B: StoredBody> JsonSchema for Each<'_, B> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<B>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<B>::json_schema(generator)
    }
}

/// Declares a body, the value that it is written from, and its members in the order in which they are
/// written.
macro_rules! stored_body {
    (
        $(#[doc = $doc:literal])*
        $body:ident from $stored:ident as $value_of:ident, members $members:ident {
            $($(#[$attribute:meta])* $name:ident: $type:ty = $value:expr;)*
        }
    ) => {
        $(#[doc = $doc])*
        pub struct $body($stored);

        $(#[doc = $doc])*
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $members<'a> {
            $($(#[$attribute])* $name: $type,)*
        }

        impl<'a> From<&'a $stored> for $members<'a> {
            fn from($value_of: &'a $stored) -> Self {
                Self { $($name: $value,)* }
            }
        }

        impl $crate::wire::stored_body::StoredBody for $body {
            type Stored = $stored;
            type Members<'a> = $members<'a>;
        }

        impl From<$stored> for $body {
            fn from(stored: $stored) -> Self {
                Self(stored)
            }
        }

        impl serde::Serialize for $body {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $members::from(&self.0).serialize(serializer)
            }
        }

        impl schemars::JsonSchema for $body {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($body).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $members::json_schema(generator)
            }
        }
    };
}

pub(crate) use stored_body;
