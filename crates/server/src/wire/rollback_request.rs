//! The request of a rollback on the wire: its body, its filter, and the token of the plan that a preview
//! showed.

use data_encoding::BASE64URL_NOPAD;
use rankledger_domain::checkpoint::{is_sealed, seal};
use rankledger_storage::signing_keys::SigningSecret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::wire::objects::optional_object;
use crate::wire::text_schemas::Reason;

/// What the signature of a token is for.
const PURPOSE: &str = "plan token";

/// The most accounts, and the most ranks, that a filter names.
pub const MOST_NAMED: usize = 500;

/// The body of a rollback: a filter asks for a preview, the plan token of a preview carries it out.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RollbackBody {
    /// The filter that selects the changes, for a preview.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub(crate) filter: Option<FilterBody>,
    /// The way to handle a change that is not clean, for a preview: `skip` (the default) leaves it, `force`
    /// undoes it all the same.
    #[schemars(extend("enum" = ["skip", "force", null]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) on_conflict: Option<String>,
    /// The plan token of a preview. It carries the rollback out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan_token: Option<String>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

// A misspelt member is refused: to leave it aside would undo more than was meant.
/// The changes that a rollback is about: those that meet every condition. At least one is given. An unknown
/// member is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct FilterBody {
    /// Only changes by this person: an account id or a Discord id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    /// Only changes with this credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credential_id: Option<Uuid>,
    /// Only changes that this rollback recorded. This undoes the batch as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) batch_id: Option<Uuid>,
    /// Only changes at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub(crate) from: Option<String>,
    /// Only changes before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub(crate) to: Option<String>,
    /// Only changes that touched one of these ranks, each named by id or key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MOST_NAMED))]
    pub(crate) ranks: Option<Vec<String>>,
    /// Only changes of one of these accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MOST_NAMED))]
    pub(crate) accounts: Option<Vec<Uuid>>,
}

/// The token of a plan: the filter that it was made with, and a digest of the plan. Its text is signed with
/// the key of the community: nobody else can make one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanToken {
    /// The filter.
    pub filter: FilterBody,
    /// Whether changes that are not clean are undone all the same.
    pub force: bool,
    /// The SHA-256 of the digest input of the plan, in hexadecimal digits; none before there is a plan.
    pub digest: Option<String>,
}

impl PlanToken {
    /// Reads a token. `None` if the text is not the token of a preview of the community with this key.
    #[must_use]
    pub fn parse(text: &str, secret: &SigningSecret) -> Option<Self> {
        let (json, signature) = text.split_once('.')?;
        let json = BASE64URL_NOPAD.decode(json.as_bytes()).ok()?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?.try_into().ok()?;
        if !is_sealed(secret, PURPOSE, &json, &signature) {
            return None;
        }
        serde_json::from_slice(&json).ok()
    }

    /// Returns the text of the token for clients, for a plan with this digest.
    #[must_use]
    pub fn of(mut self, digest: String, secret: &SigningSecret) -> String {
        self.digest = Some(digest);
        let json = serde_json::to_vec(&self).expect("plain data always has a JSON form");
        let signature = seal(secret, PURPOSE, &json);
        format!("{}.{}", BASE64URL_NOPAD.encode(&json), BASE64URL_NOPAD.encode(&signature))
    }
}
