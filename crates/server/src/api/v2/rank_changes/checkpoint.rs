//! `GET /v2/community/rank-changes/checkpoint`.

use axum::extract::State;
use rankledger_domain::checkpoint::{Checkpoint, LogCheckpoint, Signed};
use rankledger_domain::log::LogPosition;

use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::reply::Reply;
use crate::http::signing_key::signing_secret;
use crate::wire::checkpoint::{CheckpointBody, LogHeadBody};
use crate::wire::problem::{Problem, types};

/// `GET /v2/community/rank-changes/checkpoint`: the endpoint of [`show`].
pub static SHOW: Endpoint = Endpoint::new(Tag::Ledger, "getCheckpoint", "Get the signed head of the ledger")
    .per_minute(13)
    .refuses(&[&types::BROKEN_LEDGER])
    .example(Example {
        path: "/v2/community/rank-changes/checkpoint",
        data: r#"{
            "community": "YOUR_COMMUNITY_ID", "uuid": "00000000-0000-0000-0000-000000000000",
            "number": 3, "hash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69",
            "at": "2026-04-15T00:00:00.000Z",
            "publicKey": "pnf+JtxtJ0Cgjpfody6hlTfr9N1XkAzAiC7LfuuYrjc=",
            "signature": "08KoifY631Wzvbyd5EqFmNlPOAiNnsBsCdzTQ6ygRKMPosD/jKTcesPsFE8C8O79XyYNfELpUFUuJw7kciHECw==",
            "prunedTo": null,
            "log": {
                "place": 4, "hash": "c857abf4ec18020c5a8d71aa048c5c44d55a625c8916f0d14889624285cd04aa",
                "signature": "08KoifY631Wzvbyd5EqFmNlPOAiNnsBsCdzTQ6ygRKMPosD/jKTcesPsFE8C8O79XyYNfELpUFUuJw7kciHECw=="
            }
        }"#,
        ..Example::EMPTY
    });

/// Returns the signed head of the ledger, and the signed end of the log. A copy that is kept elsewhere shows
/// later whether the history and the log up to it were altered, or cut off.
pub async fn show(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
) -> Result<Reply<CheckpointBody>, Problem> {
    let id = caller.community();
    let secret = signing_secret(&app, id).await?;
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), id).await?;
    let head = tx.ledger_head(id).await?;
    // A signature is a promise: what it names must be on the disk.
    app.storage.flush().await?;
    let at = app.clock.now();
    let checkpoint = Checkpoint { community: community.uuid, number: head.number, hash: head.hash, at };
    let signed = checkpoint.sign(&secret);
    let pruned = tx.pruned_history(id).await?;
    let log = tx.log_end(id).await?.map(|(LogPosition { place, .. }, hash)| {
        let end = LogCheckpoint { community: community.uuid, place, hash, at };
        LogHeadBody::new(&end, &Signed::of(&end.message(), &secret))
    });
    Ok(Reply::new(CheckpointBody::new(community.public_id, &checkpoint, &signed, pruned, log)))
}
