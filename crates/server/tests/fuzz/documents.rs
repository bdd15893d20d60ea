//! Import documents: variants of one that can be imported, as values and as text.

use std::sync::Arc;
use std::sync::LazyLock;

use proptest::prelude::{Strategy, prop_oneof};
use rankledger_server::ops::import::{Document, Format, ImportError, ReadError, import_alone};
use rankledger_server::system::SystemIds;
use rankledger_storage::Storage;
use serde_json::Value;

use crate::inputs::{Difference, TextVariant, differences, text_variant};
use crate::kit::{Server, SteppingClock};
use crate::play::play;

const YAML: &str = include_str!("../http/kit/community.yaml");

static VALUE: LazyLock<Value> =
    LazyLock::new(|| serde_saphyr::from_str(YAML).expect("the document of the kit"));

/// A document.
#[derive(Debug, Clone)]
enum Input {
    Json(Vec<Difference>),
    Yaml(TextVariant),
}

fn inputs() -> impl Strategy<Value = Input> {
    prop_oneof![
        2 => differences().prop_map(Input::Json),
        1 => text_variant().prop_map(Input::Yaml),
    ]
}

impl Input {
    fn parse(&self) -> Result<Document, ReadError> {
        match self {
            Self::Yaml(variant) => Document::parse(&String::from_utf8_lossy(&variant.of(YAML)), Format::Yaml),
            Self::Json(differences) => {
                let mut value = VALUE.clone();
                differences.iter().for_each(|difference| difference.apply(&mut value));
                Document::parse(&value.to_string(), Format::Json)
            }
        }
    }

    /// Imports the document, unless it has errors.
    async fn import(&self, storage: Arc<dyn Storage>) -> Result<(), String> {
        let document = match self.parse() {
            Ok(document) => Arc::new(document),
            Err(error) if error.to_string().trim().is_empty() => {
                return Err("an error without words".to_owned());
            }
            Err(_) => return Ok(()),
        };
        let (clock, ids) = (Arc::new(SteppingClock::default()), Arc::new(SystemIds));
        match import_alone(storage, document, clock, ids, |_, _| {}).await {
            Ok(_) => Ok(()),
            Err(error) => judge(error),
        }
    }
}

/// Tells what is wrong with an error: it is none of the document.
fn judge(error: ImportError) -> Result<(), String> {
    match error {
        ImportError::Invalid(errors) if !errors.to_string().trim().is_empty() => Ok(()),
        ImportError::CutOff(_) | ImportError::OtherDocument { .. } => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_document_is_imported_or_its_errors_are_named() {
    let start = async || Server::start().await;
    play(&inputs(), start, async |server, input| input.import(Arc::clone(&server.storage)).await);
}
