//! Sessions of the console, and links that sign in once.

use rankledger_domain::api_key::KeyHash;
use rankledger_domain::console::{Holder, Session, SignInLink};
use rankledger_domain::ids::{CommunityId, CredentialId, SessionId};
use rankledger_storage::{Storage, StorageError};

use crate::kit::{account_id, begin, bot, community, new_community, read, time, uuid};

const HOUR: i64 = 3_600_000;

fn hash(byte: u8) -> KeyHash {
    KeyHash([byte; 32])
}

fn session(community: CommunityId, number: u128, holder: Holder) -> Session {
    Session {
        id: SessionId(uuid(number)),
        community,
        holder,
        address: Some("2001:db8::1".parse().expect("an address")),
        begun_at: time(0),
        used_at: time(0),
        ends_at: time(100 * HOUR),
    }
}

pub(crate) async fn a_session_is_found_by_its_token_whose_ever_it_is(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let key = session(club, 1, Holder::Key(CredentialId(uuid(7))));
    let person = session(other, 1, Holder::Person(account_id(1)));
    let operator = Session { address: None, ..session(club, 2, Holder::Operator) };
    for (session, byte) in [(&key, 1), (&person, 2), (&operator, 3)] {
        tx.insert_console_session(session, &hash(byte)).await.expect("a session");
    }
    let again = tx.insert_console_session(&session(club, 3, Holder::Operator), &hash(1)).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "a token is taken once: {again:?}");
    for (session, byte) in [(&key, 1), (&person, 2), (&operator, 3)] {
        assert_eq!(tx.console_session(&hash(byte)).await.expect("a look-up").as_ref(), Some(session));
    }
    assert_eq!(tx.console_session(&hash(4)).await.expect("a look-up"), None);
    assert_eq!(tx.console_sessions(club).await.expect("the sessions"), [key, operator]);
    assert_eq!(tx.console_sessions(other).await.expect("the sessions"), [person]);
}

pub(crate) async fn a_session_is_used_and_ended(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    tx.insert_console_session(&session(club, 1, Holder::Operator), &hash(1)).await.expect("a session");
    let id = SessionId(uuid(1));
    for (community, at, used_at) in [(club, 5, 5), (club, 3, 5), (other, 9, 5)] {
        tx.use_console_session(community, id, time(at)).await.expect("a use");
        let found = tx.console_session(&hash(1)).await.expect("a look-up").expect("a session");
        assert_eq!(found.used_at, time(used_at), "the latest use of its own");
    }
    assert!(!tx.end_console_session(other, id).await.expect("an end"), "not theirs");
    assert!(tx.end_console_session(club, id).await.expect("an end"));
    assert!(!tx.end_console_session(club, id).await.expect("an end"), "ended once");
    assert_eq!(tx.console_session(&hash(1)).await.expect("a look-up"), None);
}

pub(crate) async fn sessions_that_are_over_go_when_another_begins(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let short = Session { ends_at: time(HOUR), ..session(club, 1, Holder::Operator) };
    let unused = session(club, 2, Holder::Operator);
    let used = Session { used_at: time(20 * HOUR), ..session(club, 3, Holder::Operator) };
    let elsewhere = Session { community: other, ..short.clone() };
    for (session, byte) in [(&short, 1), (&unused, 2), (&used, 3), (&elsewhere, 4)] {
        tx.insert_console_session(session, &hash(byte)).await.expect("a session");
    }
    let new =
        Session { begun_at: time(21 * HOUR), used_at: time(21 * HOUR), ..session(club, 5, Holder::Operator) };
    tx.insert_console_session(&new, &hash(5)).await.expect("a session");
    assert_eq!(tx.console_sessions(club).await.expect("the sessions"), [new, used]);
    assert_eq!(tx.console_sessions(other).await.expect("the sessions"), [elsewhere]);
}

pub(crate) async fn sessions_end_with_their_key_and_their_person(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.insert_credential(&bot(club, 7), &hash(70)).await.expect("a credential");
    tx.insert_credential(&bot(club, 8), &hash(80)).await.expect("a credential");
    let holders = [
        Holder::Key(CredentialId(uuid(7))),
        Holder::Key(CredentialId(uuid(8))),
        Holder::Person(account_id(1)),
        Holder::Person(account_id(2)),
        Holder::Person(account_id(3)),
    ];
    for (number, holder) in (1..).zip(holders) {
        let session = session(club, number, holder);
        let byte = u8::try_from(number).expect("a small number");
        tx.insert_console_session(&session, &hash(byte)).await.expect("a session");
    }
    let link = SignInLink { community: club, account: Some(account_id(1)), ends_at: time(HOUR) };
    tx.insert_sign_in_link(&link, &hash(90), time(0)).await.expect("a link");
    tx.revoke_credential(club, CredentialId(uuid(7)), time(1)).await.expect("a revocation");
    tx.set_flags(club, account_id(1), true, false).await.expect("a ban");
    tx.set_flags(club, account_id(2), false, true).await.expect("an archiving");
    tx.set_flags(club, account_id(3), false, false).await.expect("nothing");
    let left: Vec<_> = tx.console_sessions(club).await.expect("the sessions");
    let left: Vec<_> = left.into_iter().map(|session| session.holder).collect();
    assert_eq!(left, [holders[1], holders[4]]);
    assert_eq!(tx.sign_in_link(&hash(90)).await.expect("a look-up"), None, "the link goes, too");
}

pub(crate) async fn a_link_is_taken_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let link = SignInLink { community: club, account: Some(account_id(1)), ends_at: time(10) };
    let operator = SignInLink { community: club, account: None, ends_at: time(20) };
    tx.insert_sign_in_link(&link, &hash(1), time(0)).await.expect("a link");
    tx.insert_sign_in_link(&operator, &hash(2), time(0)).await.expect("a link");
    assert_eq!(tx.sign_in_link(&hash(1)).await.expect("a look-up"), Some(link));
    assert_eq!(tx.sign_in_link(&hash(2)).await.expect("a look-up"), Some(operator));
    assert!(!tx.take_sign_in_link(other, &hash(1)).await.expect("a taking"), "not theirs");
    assert!(tx.take_sign_in_link(club, &hash(1)).await.expect("a taking"));
    assert!(!tx.take_sign_in_link(club, &hash(1)).await.expect("a taking"), "taken once");
    let later = SignInLink { community: club, account: None, ends_at: time(40) };
    tx.insert_sign_in_link(&later, &hash(3), time(30)).await.expect("a link");
    tx.commit().await.expect("a commit");
    let mut tx = read(storage).await;
    assert_eq!(tx.sign_in_link(&hash(2)).await.expect("a look-up"), None, "what is over goes");
    assert_eq!(tx.sign_in_link(&hash(3)).await.expect("a look-up"), Some(later));
}
