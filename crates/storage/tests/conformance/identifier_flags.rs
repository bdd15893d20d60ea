//! Flags on shared identifiers.

use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::{AccountId, CredentialId, FlagId};
use rankledger_storage::identifier_flags::{Dismissal, FlagFilter, IdentifierFlag};
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::{Storage, StorageError, WriteTx};

use crate::kit::{account_id, begin, community, identifier, time, uuid};

fn flag_id(number: u128) -> FlagId {
    FlagId(uuid(number))
}

fn address(value: &str) -> IdentifierName {
    IdentifierName { kind: "ip".to_owned(), value: value.to_owned() }
}

fn of_ip(number: u128, account: u128, value: &str) -> Identifier {
    Identifier { kind: "ip".into(), verified: false, flag_id: None, ..identifier(number, account, value) }
}

async fn flag_of(
    tx: &mut dyn WriteTx,
    club: rankledger_domain::ids::CommunityId,
    account: u128,
) -> Option<String> {
    let found = tx.identifiers(club, account_id(account)).await.expect("a list");
    found.iter().find_map(|identifier| identifier.flag_id.as_deref().map(str::to_owned))
}

fn named(flag: &IdentifierFlag) -> Vec<AccountId> {
    flag.accounts.iter().map(|account| account.id).collect()
}

pub(crate) async fn a_flag_names_accounts_and_is_set_on_their_identifiers(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    for (number, account, value) in [(31, 1, "a"), (32, 2, "a"), (33, 3, "a"), (34, 2, "b")] {
        tx.put_identifier(club, &of_ip(number, account, value)).await.expect("an identifier");
    }
    let all = tx.accounts_with_identifier(club, &address("a"), 9).await.expect("accounts");
    assert_eq!(all, [account_id(1), account_id(2), account_id(3)]);
    assert_eq!(tx.accounts_with_identifier(club, &address("a"), 2).await.expect("accounts").len(), 2);

    let (id, both) = (flag_id(7), [account_id(2), account_id(1)]);
    tx.insert_identifier_flag(club, id, &address("a"), time(5)).await.expect("a flag");
    let again = tx.insert_identifier_flag(club, id, &address("a"), time(5)).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
    tx.add_to_identifier_flag(club, id, &both, time(5)).await.expect("accounts");
    tx.add_to_identifier_flag(club, id, &both, time(6)).await.expect("they stay as they are");
    tx.mark_flagged_identifiers(club, id, &address("a")).await.expect("marks");

    let found = tx.identifier_flag(club, id).await.expect("a look-up").expect("the flag");
    assert_eq!(
        (named(&found), found.raised_at, &found.dismissal),
        (vec![account_id(1), account_id(2)], time(5), &None)
    );
    assert_eq!((found.accounts[0].name.as_str(), found.accounts[0].since), ("Member 1", time(5)));
    assert_eq!(tx.flags_of_identifier(club, &address("a")).await.expect("flags"), [found]);
    assert_eq!(tx.flags_of_identifier(club, &address("b")).await.expect("flags"), []);
    assert_eq!(flag_of(tx.as_mut(), club, 1).await, Some(id.to_string()));
    assert_eq!(flag_of(tx.as_mut(), club, 2).await, Some(id.to_string()));
    assert_eq!(flag_of(tx.as_mut(), club, 3).await, None, "the flag does not name this account");
}

pub(crate) async fn flags_are_listed_newest_first_and_dismissed_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    for number in 1..=3_u8 {
        let (id, at) = (flag_id(number.into()), time(number.into()));
        tx.put_identifier(club, &of_ip(u128::from(number) + 30, number.into(), "a"))
            .await
            .expect("an identifier");
        tx.insert_identifier_flag(club, id, &address("a"), at).await.expect("a flag");
        tx.add_to_identifier_flag(club, id, &[account_id(number.into())], at).await.expect("accounts");
        tx.mark_flagged_identifiers(club, id, &address("a")).await.expect("marks");
    }
    let dismissal = Dismissal {
        at: time(9),
        user: Some(account_id(1)),
        credential: Some(CredentialId(uuid(5))),
        reason: Some("brothers".to_owned()),
    };
    assert!(tx.dismiss_identifier_flag(club, flag_id(2), &dismissal).await.expect("it is open"));
    assert!(!tx.dismiss_identifier_flag(club, flag_id(2), &dismissal).await.expect("it is not open"));
    assert!(!tx.dismiss_identifier_flag(club, flag_id(8), &dismissal).await.expect("it is not there"));
    assert_eq!(flag_of(tx.as_mut(), club, 2).await, None);
    assert_eq!(flag_of(tx.as_mut(), club, 1).await, Some(flag_id(1).to_string()));
    let found = tx.identifier_flag(club, flag_id(2)).await.expect("a look-up").expect("the flag");
    assert_eq!(found.dismissal, Some(dismissal));

    for (dismissed, account, skip, take, expected, total) in [
        (None, None, 0, 9, vec![3, 2, 1], 3),
        (None, None, 1, 1, vec![2], 3),
        (Some(true), None, 0, 9, vec![2], 1),
        (Some(false), None, 0, 9, vec![3, 1], 2),
        (None, Some(1), 0, 9, vec![1], 1),
        (Some(true), Some(1), 0, 9, vec![], 0),
    ] {
        let filter = FlagFilter { dismissed, account: account.map(account_id) };
        let page = tx.identifier_flags(club, filter, skip, take).await.expect("a page");
        let ids: Vec<_> = page.items.iter().map(|flag| flag.id).collect();
        assert_eq!((ids, page.total), (expected.into_iter().map(flag_id).collect(), total), "{filter:?}");
    }
}
