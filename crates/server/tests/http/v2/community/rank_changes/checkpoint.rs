//! `GET /v2/community/rank-changes/checkpoint`: the signed head of the ledger.

use data_encoding::BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};

use crate::kit::{Actor, HISTORY, Server, account};

async fn checkpoint(actor: &Actor) -> Value {
    actor.get(&format!("{HISTORY}/checkpoint")).await.ok()["data"].clone()
}

/// Checks the signature as documented.
fn is_signed(checkpoint: &Value) -> bool {
    let text = |name: &str| checkpoint[name].as_str().expect("a text").to_owned();
    let bytes = |name: &str| BASE64.decode(text(name).as_bytes()).expect("base64");
    let message = format!(
        "rankledger checkpoint\n{}\n{}\n{}\n{}\n",
        text("uuid"),
        checkpoint["number"],
        text("hash"),
        text("at")
    );
    let key = VerifyingKey::from_bytes(&bytes("publicKey").try_into().expect("32 bytes")).expect("a key");
    let signature = Signature::from_slice(&bytes("signature")).expect("64 bytes");
    key.verify_strict(message.as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn a_checkpoint_is_of_the_last_change_and_signed() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let first = checkpoint(&bot).await;
    assert_eq!((&first["community"], &first["number"]), (&json!("club"), &json!(6)));
    assert_eq!(first["uuid"], "e0000000-0000-0000-0000-000000000001");
    assert_eq!(first["at"], "2026-05-01T12:00:00.000Z");
    assert_eq!(first["hash"], bot.recorded(6).await.ok()["data"]["hash"]);
    assert!(is_signed(&first));

    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let second = checkpoint(&bot).await;
    assert_eq!((&second["number"], &second["publicKey"]), (&json!(7), &first["publicKey"]));
    assert_eq!(second["hash"], bot.recorded(7).await.ok()["data"]["hash"]);
    assert!(is_signed(&second));
}

#[tokio::test]
async fn a_signature_is_of_nothing_else() {
    let server = Server::start().await;
    let signed = checkpoint(&server.bot().await).await;
    for (name, value) in [
        ("number", json!(5)),
        ("hash", json!("0".repeat(64))),
        ("at", json!("2026-05-01T12:00:00.001Z")),
        ("uuid", json!("e0000000-0000-0000-0000-000000000002")),
    ] {
        let mut altered = signed.clone();
        altered[name] = value;
        assert!(!is_signed(&altered), "{name}");
    }
}

#[tokio::test]
async fn every_community_has_a_key_of_its_own() {
    let server = Server::start().await;
    let ours = checkpoint(&server.bot().await).await;
    let theirs = checkpoint(&server.neighbours_bot().await).await;
    assert_eq!((&theirs["community"], &theirs["number"]), (&json!("neighbours"), &json!(1)));
    assert!(is_signed(&theirs));
    assert_ne!(ours["publicKey"], theirs["publicKey"]);
}

#[tokio::test]
async fn a_checkpoint_records_nothing() {
    let server = Server::start().await;
    let written = server.written().await;
    checkpoint(&server.bot().await).await;
    assert_eq!(server.written().await, written);
}
