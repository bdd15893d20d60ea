//! Plan tokens: those that the server made, altered, and others.

use data_encoding::BASE64URL_NOPAD;
use http::Method;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use serde_json::{Value, json};

use super::inputs::{texts, values};
use super::{check, fuzz};
use crate::kit::HISTORY;

/// How a token is made.
#[derive(Debug, Clone)]
enum Token {
    /// From the server's: bytes at these places are others, and only a part of it is left.
    Altered(Vec<(usize, u8)>, usize),
    /// Of these parts, with dots between them.
    Parts(Vec<Vec<u8>>),
    /// This text.
    Text(String),
}

fn tokens() -> impl Strategy<Value = Token> {
    let altered = (vec((any::<usize>(), 0x21..0x7f_u8), 0..4), any::<usize>());
    let json = values().prop_map(|value| value.to_string().into_bytes());
    let parts = vec(prop_oneof![json, any::<Vec<u8>>()], 0..4);
    prop_oneof![
        4 => altered.prop_map(|(bytes, length)| Token::Altered(bytes, length)),
        3 => parts.prop_map(Token::Parts),
        1 => texts().prop_map(Token::Text),
    ]
}

impl Token {
    fn of(&self, made: &str) -> String {
        match self {
            Self::Altered(bytes, length) => {
                let mut token = made.as_bytes().to_vec();
                for (place, byte) in bytes {
                    let place = place % token.len();
                    token[place] = *byte;
                }
                // Half of them keep their length.
                if length % 2 == 0 {
                    token.truncate(length % made.len());
                }
                String::from_utf8_lossy(&token).into_owned()
            }
            Self::Parts(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| BASE64URL_NOPAD.encode(part)).collect();
                parts.join(".")
            }
            Self::Text(text) => text.clone(),
        }
    }
}

#[test]
fn no_plan_token_is_answered_with_a_fault() {
    fuzz(&tokens(), &async |target, token| {
        let token = token.of(&target.token);
        let answer = target.admin.rollback(json!({"planToken": token})).await;
        check(&answer)
    });
}

#[test]
fn no_filter_is_answered_with_a_fault() {
    let filters = proptest::collection::btree_map(super::inputs::names(), values(), 0..4);
    fuzz(&filters, &async |target, filter| {
        let body: Value = json!({"filter": filter});
        let path = format!("{HISTORY}/rollback");
        check(&target.admin.send(Method::POST, &path, body.to_string()).await)
    });
}
