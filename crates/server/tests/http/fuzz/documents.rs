//! Import documents: that of the kit with values that are others, and with lines that are.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::test_runner::{TestCaseError, TestCaseResult};
use rankledger_server::ops::import::{Document, Format, ImportError, PortionSize, import};
use serde_json::Value;

use super::inputs::{names, texts, values};
use super::{Target, fuzz};
use crate::kit::COMMUNITY;

/// A document as it is written.
#[derive(Debug, Clone)]
struct Written(String, bool);

/// Returns the kit's document with a few values that are others.
fn edited() -> impl Strategy<Value = Written> {
    vec(
        (
            vec(any::<usize>(), 1..6),
            prop_oneof![4 => values().prop_map(Some), 1 => proptest::strategy::Just(None)],
        ),
        1..4,
    )
    .prop_map(|edits| {
        let mut document: Value = serde_saphyr::from_str(COMMUNITY).expect("the kit's document is YAML");
        for (path, value) in edits {
            replace(&mut document, &path, value);
        }
        Written(document.to_string(), true)
    })
}

/// Replaces the value at a place, or takes it away.
fn replace(place: &mut Value, path: &[usize], value: Option<Value>) {
    let (Some(first), rest) = (path.first(), path.get(1..).unwrap_or_default()) else {
        *place = value.unwrap_or_default();
        return;
    };
    match place {
        Value::Array(items) if !items.is_empty() => {
            let index = first % items.len();
            if rest.is_empty() && value.is_none() {
                items.remove(index);
            } else {
                replace(&mut items[index], rest, value);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            let name = members.keys().nth(first % members.len()).cloned().unwrap_or_default();
            if rest.is_empty() && value.is_none() {
                members.remove(&name);
            } else if let Some(member) = members.get_mut(&name) {
                replace(member, rest, value);
            }
        }
        other => *other = value.unwrap_or_default(),
    }
}

/// Returns the kit's document with a few lines that are others.
fn rewritten() -> impl Strategy<Value = Written> {
    let line = (names(), texts()).prop_map(|(name, text)| format!("  {name}: {text}"));
    vec(
        (any::<usize>(), prop_oneof![2 => line, 1 => texts(), 1 => "[ \\-:{}\\[\\]&*!|>'\"%@`#,?a-c]{0,12}"]),
        1..5,
    )
    .prop_map(|edits| {
        let mut lines: Vec<_> = COMMUNITY.lines().map(str::to_owned).collect();
        for (place, text) in edits {
            let place = place % lines.len();
            lines[place] = text;
        }
        Written(lines.join("\n"), false)
    })
}

/// Imports a document. It may be refused, but never for a fault of the server.
async fn send(target: &Target, Written(text, is_json): &Written) -> TestCaseResult {
    let format = if *is_json { Format::Json } else { Format::Yaml };
    let Ok(document) = Document::parse(text, format) else { return Ok(()) };
    let (ledger, storage) = (&target.server.ledger, target.server.storage.as_ref());
    let now = target.server.now();
    let imported = import(ledger, storage, Arc::new(document), now, PortionSize::default(), |_, _| {}).await;
    match imported {
        Ok(_)
        | Err(
            ImportError::Invalid(_)
            | ImportError::CutOff(_)
            | ImportError::OtherDocument { .. }
            | ImportError::TakenBack(_)
            | ImportError::Changed(_)
            | ImportError::Overtaken
            | ImportError::NothingToTakeBack(_),
        ) => Ok(()),
        Err(fault) => Err(TestCaseError::fail(fault.to_string())),
    }
}

#[test]
fn no_import_document_is_answered_with_a_fault() {
    fuzz(&prop_oneof![3 => edited(), 1 => rewritten()], &send);
}
