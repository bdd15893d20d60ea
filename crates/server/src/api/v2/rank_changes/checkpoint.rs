//! `GET /v2/community/rank-changes/checkpoint`.

use axum::extract::State;
use data_encoding::BASE64;
use rankledger_domain::checkpoint::Checkpoint;
use rankledger_domain::ids::ChangeNumber;
use rankledger_storage::pruning::PrunedHistory;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::reply::Reply;
use crate::ops::signing_key::KeepSigningKey;
use crate::system::new_signing_secret;
use crate::wire::problem::Problem;
use crate::wire::time::Time;

/// A signed checkpoint on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointBody {
    /// The community's id.
    community: String,
    /// The community's UUID, which its hash chain begins with.
    uuid: Uuid,
    /// The number of the last change; 0 before the first.
    #[schemars(with = "u32")]
    number: ChangeNumber,
    /// The hash of that change: 64 hexadecimal digits.
    hash: String,
    at: Time,
    /// The Ed25519 key that the signature is checked with, in base64.
    public_key: String,
    /// The Ed25519 signature, in base64.
    signature: String,
    /// The last pruned change, after which the history begins; null if the history is whole. The signature
    /// does not cover it.
    pruned_to: Option<PrunedBody>,
}

/// The last change that was pruned.
#[derive(Serialize, JsonSchema)]
pub struct PrunedBody {
    #[schemars(with = "u32")]
    number: ChangeNumber,
    /// The hash of that change, to which the first kept change is linked: 64 hexadecimal digits.
    hash: String,
    /// The time at which the change was pruned.
    at: Time,
}

impl From<PrunedHistory> for PrunedBody {
    fn from(pruned: PrunedHistory) -> Self {
        Self { number: pruned.number, hash: pruned.hash.to_string(), at: Time(pruned.at) }
    }
}

/// `GET /v2/community/rank-changes/checkpoint`: the endpoint of [`show`].
pub static SHOW: Endpoint = Endpoint::new(Tag::Ledger, "getCheckpoint", "Get the signed head of the ledger")
    .per_minute(13)
    .example(Example {
        path: "/v2/community/rank-changes/checkpoint",
        data: r#"{
            "community": "YOUR_COMMUNITY_ID", "uuid": "00000000-0000-0000-0000-000000000000",
            "number": 3, "hash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69",
            "at": "2026-04-15T00:00:00.000Z",
            "publicKey": "pnf+JtxtJ0Cgjpfody6hlTfr9N1XkAzAiC7LfuuYrjc=",
            "signature": "08KoifY631Wzvbyd5EqFmNlPOAiNnsBsCdzTQ6ygRKMPosD/jKTcesPsFE8C8O79XyYNfELpUFUuJw7kciHECw==",
            "prunedTo": null
        }"#,
        ..Example::EMPTY
    });

/// Returns the signed head of the ledger. A copy that is kept elsewhere shows later whether the history up to
/// it was altered.
pub async fn show(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
) -> Result<Reply<CheckpointBody>, Problem> {
    let id = caller.community();
    let known = app.storage.read().await?.signing_secret(id).await?;
    let secret = if let Some(secret) = known {
        secret
    } else {
        let secret = new_signing_secret().map_err(|error| Problem::internal(&error))?;
        app.ledger.submit(KeepSigningKey { community: id, secret }).await?
    };
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), id).await?;
    let head = tx.ledger_head(id).await?;
    let at = app.clock.now();
    let checkpoint = Checkpoint { community: community.uuid, number: head.number, hash: head.hash, at };
    let signed = checkpoint.sign(&secret);
    Ok(Reply::new(CheckpointBody {
        community: community.public_id,
        uuid: community.uuid,
        number: head.number,
        hash: head.hash.to_string(),
        at: Time(at),
        public_key: BASE64.encode(&signed.public_key),
        signature: BASE64.encode(&signed.signature),
        pruned_to: tx.pruned_history(id).await?.map(PrunedBody::from),
    }))
}
