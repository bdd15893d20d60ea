//! Random texts and values, and random variants of JSON that is right.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use serde_json::{Map, Number, Value, json};

use crate::kit::{account, rank};

/// Texts that programs stumble over, and ids of the kit.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "discord:\u{0}",
    "\u{feff}",
    "\u{202e}abc",
    "e\u{301}",
    "\u{e9}",
    "\u{1F468}\u{200D}\u{1F469}",
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "NaN",
    "9007199254740993",
    "9223372036854775808",
    "100000000000000004",
    "discord:",
    "discord:100000000000000004",
    "steam:110000100000000",
    "%",
    "%00",
    "%ff",
    "..",
    "../../etc/passwd",
    "'; DROP TABLE accounts; --",
    "\"",
    "\\",
    "\r\nX-Header: 1",
    "1970-01-01T00:00:00Z",
    "-009999-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "2026-02-30T00:00:00Z",
    "2026-05-01T12:00:00+25:99",
    "PT0S",
    "PT1S",
    "-P1D",
    "P7D",
    "P99999999999Y",
    "P1Y2M3DT4H5M6.789S",
    "cadet",
    "officer",
    "up",
    "admin",
    "rlk_",
    "00000000-0000-0000-0000-000000000000",
    account::CADET,
    account::OFFICER,
    account::OWNER,
    account::NEIGHBOUR,
    rank::MEDIC,
    rank::FOREIGN,
];

/// A text: one that programs stumble over, any characters, or a long one.
pub(crate) fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        6 => select(TEXTS).prop_map(str::to_owned),
        2 => any::<String>(),
        2 => "[ -~]{0,40}",
        1 => (select(vec!["a", "\u{1F600}", "0", "["]), 1..5000_usize).prop_map(|(of, times)| of.repeat(times)),
    ]
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        select(vec![0, 1, -1, i64::MAX, i64::MIN, 1 << 53, 4_294_967_296]).prop_map(Number::from),
        any::<i16>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_map(|float| Number::from_f64(float).unwrap_or_else(|| Number::from(7))),
    ]
}

/// A value of JSON.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number().prop_map(Value::Number),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            vec((text(), inner), 0..4).prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// One difference from JSON that is right, at some place of it.
#[derive(Debug, Clone)]
pub(crate) enum Difference {
    /// Another value.
    Replace(Index, Value),
    /// Another text, where there is one.
    Retext(Index, String),
    /// The place is left out.
    Remove(Index),
    /// One more member, or one more item.
    Add(Index, String, Value),
    /// The value, in a list or under a name.
    Wrap(Index, Option<String>),
    /// A list of the value, so often.
    Repeat(Index, usize),
    /// A text with another text behind it.
    Append(Index, String),
}

fn difference() -> impl Strategy<Value = Difference> {
    let place = any::<Index>;
    prop_oneof![
        4 => (place(), value()).prop_map(|(at, value)| Difference::Replace(at, value)),
        6 => (place(), text()).prop_map(|(at, text)| Difference::Retext(at, text)),
        1 => place().prop_map(Difference::Remove),
        1 => (place(), text(), value()).prop_map(|(at, name, value)| Difference::Add(at, name, value)),
        1 => (place(), option::of(text())).prop_map(|(at, name)| Difference::Wrap(at, name)),
        1 => (place(), 0..300_usize).prop_map(|(at, times)| Difference::Repeat(at, times)),
        2 => (place(), text()).prop_map(|(at, more)| Difference::Append(at, more)),
    ]
}

/// A few differences.
pub(crate) fn differences() -> impl Strategy<Value = Vec<Difference>> {
    vec(difference(), 0..4)
}

impl Difference {
    /// Makes the difference.
    pub(crate) fn apply(&self, whole: &mut Value) {
        let mut places = vec![String::new()];
        collect_places(whole, "", &mut places);
        if let Self::Retext(..) = self {
            places.retain(|place| whole.pointer(place).is_some_and(Value::is_string));
        }
        if places.is_empty() {
            return;
        }
        let (Self::Replace(at, _)
        | Self::Retext(at, _)
        | Self::Remove(at)
        | Self::Add(at, ..)
        | Self::Wrap(at, _)
        | Self::Repeat(at, _)
        | Self::Append(at, _)) = self;
        let place = at.get(&places).clone();
        if let Self::Remove(_) = self {
            remove(whole, &place);
            return;
        }
        let Some(value) = whole.pointer_mut(&place) else { return };
        match self {
            Self::Replace(_, new) => *value = new.clone(),
            Self::Retext(_, new) => *value = json!(new),
            Self::Add(_, name, new) => match value {
                Value::Object(members) => drop(members.insert(name.clone(), new.clone())),
                Value::Array(items) => items.push(new.clone()),
                _ => *value = json!({ name: new }),
            },
            Self::Wrap(_, Some(name)) => *value = json!({ name: value.take() }),
            Self::Wrap(_, None) => *value = json!([value.take()]),
            Self::Repeat(_, times) => *value = Value::Array(vec![value.clone(); *times]),
            Self::Append(_, more) => {
                if let Value::String(text) = value {
                    text.push_str(more);
                }
            }
            Self::Remove(_) => {}
        }
    }
}

/// Adds the JSON pointers of everything within a value.
fn collect_places(value: &Value, at: &str, places: &mut Vec<String>) {
    let mut add = |name: &str, inner: &Value| {
        let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        places.push(place.clone());
        collect_places(inner, &place, places);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, inner)| add(name, inner)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| add(&index.to_string(), inner));
        }
        _ => {}
    }
}

fn remove(whole: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    match whole.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(items)) => {
            if let Some(index) = name.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

/// A variant of a text: with something in it, cut off, or something else.
#[derive(Debug, Clone)]
pub(crate) enum TextVariant {
    /// A text at some place of it.
    Insert(Index, String),
    /// Its beginning.
    Cut(Index),
    /// Something else.
    Other(Vec<u8>),
}

/// A variant of a text.
pub(crate) fn text_variant() -> impl Strategy<Value = TextVariant> {
    prop_oneof![
        4 => (any::<Index>(), text()).prop_map(|(at, text)| TextVariant::Insert(at, text)),
        2 => any::<Index>().prop_map(TextVariant::Cut),
        1 => vec(any::<u8>(), 0..64).prop_map(TextVariant::Other),
        1 => text().prop_map(|text| TextVariant::Other(text.into_bytes())),
    ]
}

impl TextVariant {
    /// Makes the variant of this text.
    pub(crate) fn of(&self, text: &str) -> Vec<u8> {
        let (before, behind) = match self {
            Self::Other(bytes) => return bytes.clone(),
            Self::Insert(at, _) | Self::Cut(at) => text.as_bytes().split_at(at.index(text.len() + 1)),
        };
        match self {
            Self::Insert(_, text) => [before, text.as_bytes(), behind].concat(),
            _ => before.to_vec(),
        }
    }
}
