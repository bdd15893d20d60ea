//! Plan tokens of rollbacks: variants of one that the server has signed.

use proptest::prelude::{Strategy, any};
use proptest::sample::Index;
use serde_json::json;

use crate::inputs::{TextVariant, text_variant};
use crate::kit::{Actor, HISTORY, Server, account};
use crate::play::{judge, play};

/// Places of the token whose characters are replaced by others of its alphabet, and a variant of the rest.
fn inputs() -> impl Strategy<Value = (Vec<(Index, Index)>, Option<TextVariant>)> {
    let replaced = proptest::collection::vec((any::<Index>(), any::<Index>()), 1..4);
    (replaced, proptest::option::weighted(0.3, text_variant()))
}

#[test]
fn a_plan_token_is_what_was_signed_or_refused() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    let start = async || {
        let server = Server::start().await;
        let admin = server.admin().await;
        server.bot().await.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
        let preview = admin.preview(json!({"accounts": [account::CADET]})).await;
        let token = preview.plan_token().to_owned();
        (admin, token, server)
    };
    let send = async |(admin, token, _): &(Actor, String, Server),
                      (replaced, variant): &(Vec<(Index, Index)>, Option<TextVariant>)| {
        let mut bytes = token.clone().into_bytes();
        for (at, by) in replaced {
            let at = at.index(bytes.len());
            bytes[at] = *by.get(ALPHABET);
        }
        let text = String::from_utf8(bytes).expect("characters of the alphabet");
        let text = variant
            .as_ref()
            .map_or(text.clone(), |variant| String::from_utf8_lossy(&variant.of(&text)).into_owned());
        let answer = admin.post(&format!("{HISTORY}/rollback"), json!({ "planToken": text })).await;
        judge(&answer)?;
        if text != *token && answer.status.is_success() {
            return Err(format!("the token {text} is not the one that was signed"));
        }
        Ok(())
    };
    play(&inputs(), start, send);
}
