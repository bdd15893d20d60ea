//! Members of a request that the endpoint does not know. A misspelt member must not change silently what is
//! done.
//!
//! The rule, in one place for every body: in an object within a body (a grant, a filter, an identifier, ...)
//! an unknown member is refused. At the top of a body it depends on who calls: see [`TopMembers`]. The names
//! that are taken for misspellings, here and in queries, are those of [`meant`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor, value};
use serde::forward_to_deserialize_any;
use serde_ignored::Path;
use serde_path_to_error::{Segment, Track};

use crate::wire::nearest::nearest;

/// The members by which clients of the documented API name an account. Some send them to every endpoint, so
/// that none is a misspelling, although `apiId` is near to `accId`.
const SENT_ANYWHERE: [&str; 7] =
    ["accId", "accountId", "apiId", "username", "discord", "discordId", "uniqueId"];

/// The treatment of unknown members at the top of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopMembers {
    /// Unknown members are refused: the endpoint is an addition of this API, which no client of the
    /// documented API calls.
    Known,
    /// Unknown members are ignored, for clients of the documented API send some. Only a misspelling of a
    /// known member is refused: see [`meant`].
    Any,
}

/// A member that is refused.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownMember {
    /// The place of the member: a JSON pointer.
    pub pointer: String,
    /// The reason, and the way out.
    pub what: String,
}

/// A value that was read, and the first member that is to be refused, if there is one.
pub type Read<T> = (T, Option<UnknownMember>);

/// Reads an object. An error comes with its place, a JSON pointer.
pub fn read<'de, D, T>(deserializer: D, top: TopMembers) -> Result<Read<T>, (String, D::Error)>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let (mut track, mut refused) = (Track::new(), None);
    let tracked = serde_path_to_error::Deserializer::new(deserializer, &mut track);
    let result = serde_ignored::deserialize(tracked, |path| {
        if refused.is_none() {
            refused = refusal::<T>(&path, top);
        }
    });
    match result {
        Ok(value) => Ok((value, refused)),
        Err(error) => Err((pointer(&track.path()), error)),
    }
}

/// Returns why the unknown member at this place is refused. `None` if it is ignored.
fn refusal<'de, T: Deserialize<'de>>(path: &Path<'_>, top: TopMembers) -> Option<UnknownMember> {
    let Path::Map { parent: Path::Root, key } = path else {
        let what = "there is no such member here: correct its name, or leave it out";
        return Some(UnknownMember { pointer: pointer_of_ignored(path), what: what.to_owned() });
    };
    let known = members_of::<T>();
    let what = match (meant(key, known), top) {
        (Some(meant), _) => {
            format!("there is no \"{key}\" here: did you mean \"{meant}\"? Correct its name, or leave it out")
        }
        (None, TopMembers::Known) => {
            let known = known.join(", ");
            format!("there is no such member here: correct its name, or leave it out. Known here: {known}")
        }
        (None, TopMembers::Any) => return None,
    };
    Some(UnknownMember { pointer: pointer_of_ignored(path), what })
}

/// Returns the known name that an unknown one is a misspelling of, see [`nearest`]. `None` if it is far from
/// all, or if clients send it everywhere.
#[must_use]
pub fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if SENT_ANYWHERE.contains(&name) { None } else { nearest(name, known) }
}

/// Returns the names of the members that a struct is read from. Empty if the type is no struct.
fn members_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut members: &[&str] = &[];
    let refused = T::deserialize(Names(&mut members));
    debug_assert!(refused.is_err(), "there is nothing to read a value from");
    members
}

/// Learns which members a struct asks for, and has no value for it.
struct Names<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("there is no value"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Returns the JSON pointer (RFC 6901) of a place.
fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } | Segment::Enum { variant: key } => format!("/{}", Escaped(key)),
            Segment::Unknown => String::new(),
        })
        .collect()
}

fn pointer_of_ignored(path: &Path<'_>) -> String {
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}/{index}", pointer_of_ignored(parent)),
        Path::Map { parent, key } => format!("{}/{}", pointer_of_ignored(parent), Escaped(key)),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            pointer_of_ignored(parent)
        }
    }
}

/// A name, as it stands in a JSON pointer.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.replace('~', "~0").replace('/', "~1"))
    }
}
