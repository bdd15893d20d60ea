//! Messages of PostgreSQL, in pieces of any length.

use crate::capacity::measure::messages::Messages;

/// A message.
fn message(kind: u8, rest: &[u8]) -> Vec<u8> {
    let length = u32::try_from(rest.len() + 4).expect("it is short");
    [&[kind], length.to_be_bytes().as_slice(), rest].concat()
}

/// Counts what comes in pieces of this length.
fn count(mut messages: Messages, said: &[u8], piece: usize, kinds: &[u8]) -> i64 {
    said.chunks(piece).map(|piece| messages.count(piece, kinds)).sum()
}

#[test]
fn what_a_client_asks_is_counted_after_it_has_said_who_it_is() {
    let tls = [0, 0, 0, 8, 4, 210, 22, 47];
    let who = [&[0, 0, 0, 13, 0, 3, 0, 0], b"userQ".as_slice()].concat();
    let said = [
        tls.to_vec(),
        who,
        message(b'p', b"password"),
        message(b'Q', b"BEGIN; SQSQ"),
        message(b'B', &b"S".repeat(70_000)),
        message(b'E', b""),
        message(b'S', b""),
    ]
    .concat();
    for piece in [1, 2, 7, 1_000, 1 << 20] {
        assert_eq!(count(Messages::of_client(), &said, piece, b"QS"), 2, "in pieces of {piece}");
    }
}

#[test]
fn what_a_server_has_answered_is_counted_after_it_has_refused_tls() {
    let said = [b"N".to_vec(), message(b'R', b"ZZZZ"), message(b'Z', b"I"), message(b'Z', b"T")].concat();
    for piece in [1, 3, 1_000] {
        assert_eq!(count(Messages::of_server(), &said, piece, b"Z"), 2, "in pieces of {piece}");
    }
}

#[test]
fn a_server_that_is_not_asked_for_tls_begins_with_a_message() {
    let said =
        [message(b'R', b"ZZZZ"), message(b'Z', b"I"), message(b'C', b"BEGIN"), message(b'Z', b"T")].concat();
    for piece in [1, 3, 1_000] {
        assert_eq!(count(Messages::of_server(), &said, piece, b"Z"), 2, "in pieces of {piece}");
    }
}
