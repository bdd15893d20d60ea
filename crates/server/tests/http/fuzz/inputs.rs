//! What the fuzzers send: texts and JSON that are odd, or nearly right.

use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Texts that mean something here, and texts that have meant trouble somewhere.
const TEXTS: &[&str] = &[
    "",
    " ",
    "cadet",
    "officer",
    "10000000-0000-0000-0000-000000000003",
    "a0000000-0000-0000-0000-000000000002",
    "a0000000-0000-0000-0000-000000000005",
    "00000000-0000-0000-0000-000000000000",
    "100000000000000003",
    "discord:100000000000000003",
    "discord:\u{0}",
    "\u{0}",
    "\u{202e}abc",
    "e\u{301}",
    "\u{e9}",
    "\u{1f469}\u{200d}\u{1f692}",
    "\u{feff}",
    "up",
    "1",
    "1002",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999",
    "1e400",
    "NaN",
    "null",
    "true",
    "2026-04-15T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "-009999-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "7d",
    "99999999999999w",
    "0s",
    "skip",
    "force",
    "keep-longer",
    "extend",
    "replace",
    "admin",
    "select",
    "' OR 1=1 --",
    "%00",
    "../../etc/passwd",
    "{{7*7}}",
];

/// The names of members and of parameters, without which most random requests would be alike.
const NAMES: &[&str] = &[
    "accId",
    "accountId",
    "accounts",
    "active",
    "add",
    "apiId",
    "banned",
    "batchId",
    "cascade",
    "comStatus",
    "credentialId",
    "cursor",
    "data",
    "discord",
    "dryRun",
    "expiresAt",
    "expiresIn",
    "filter",
    "flowId",
    "force",
    "format",
    "from",
    "id",
    "identifiers",
    "keepRanks",
    "key",
    "kind",
    "label",
    "metadata",
    "name",
    "onConflict",
    "onHeld",
    "options",
    "planToken",
    "power",
    "promote",
    "rank",
    "ranks",
    "reason",
    "remove",
    "scopes",
    "set",
    "skip",
    "source",
    "sysStatus",
    "take",
    "to",
    "type",
    "undone",
    "uniqueId",
    "userId",
    "username",
    "users",
    "value",
];

/// Returns a text: a known one, a random one, or a long one.
pub(super) fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(TEXTS).prop_map(str::to_owned),
        3 => any::<String>(),
        1 => (select(TEXTS), 1..600_usize).prop_map(|(text, times)| text.repeat(times)),
    ]
}

/// Returns a name of a member or a parameter: mostly a known one.
pub(super) fn names() -> impl Strategy<Value = String> {
    prop_oneof![8 => select(NAMES).prop_map(str::to_owned), 1 => texts()]
}

/// Returns a JSON value of little depth.
pub(super) fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        2 => any::<i64>().prop_map(Value::from),
        2 => (-2..300_i64).prop_map(Value::from),
        1 => any::<f64>().prop_map(|number| json!(number)),
        6 => texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(names(), inner, 0..5).prop_map(|members| json!(members)),
        ]
    })
}

/// A change of an object: a member by its index, or a new one, gets a value or is taken away.
pub(super) type Edit = (usize, Option<(Option<String>, Value)>);

/// Returns a few edits.
pub(super) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let name = prop_oneof![3 => Just(None), 1 => names().prop_map(Some)];
    let edit = prop_oneof![1 => Just(None), 4 => (name, values()).prop_map(Some)];
    vec((any::<usize>(), edit), 0..4)
}

/// Carries out edits.
pub(super) fn edit(members: &mut Map<String, Value>, edits: &[Edit]) {
    for (index, edit) in edits {
        let names: Vec<_> = members.keys().cloned().collect();
        let old = (!names.is_empty()).then(|| names[index % names.len()].clone());
        match (edit, old) {
            (None, Some(old)) => drop(members.remove(&old)),
            (Some((Some(name), value)), _) => drop(members.insert(name.clone(), value.clone())),
            (Some((None, value)), Some(name)) => drop(members.insert(name, value.clone())),
            (None | Some((None, _)), None) => {}
        }
    }
}
