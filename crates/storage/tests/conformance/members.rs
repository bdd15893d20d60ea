//! The active members of a community, and the ids by which game servers know them.

use rankledger_domain::account::{Account, HeldRank};
use rankledger_storage::Storage;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::members::MemberId;

use crate::kit::{
    account_id, begin, carry_out, community, held, identifier, profile, rank_id, time, transition,
};

pub(crate) async fn active_members_come_by_number_with_their_ranks(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    let ends = HeldRank { rank: rank_id(3), expires_at: Some(time(50)) };
    carry_out(tx.as_mut(), club, account_id(3), &transition(&[], &[held(2), ends])).await;
    carry_out(tx.as_mut(), club, account_id(1), &transition(&[], &[held(1)])).await;
    carry_out(tx.as_mut(), other, account_id(2), &transition(&[], &[held(1)])).await;
    let members = tx.active_members(club).await.expect("a list");
    let account = |number, ranks: &[HeldRank]| Account {
        id: account_id(number),
        ranks: ranks.to_vec(),
        com_status: true,
        owner: number == 1,
        banned: false,
        archived: false,
    };
    let accounts: Vec<_> = members.iter().map(|member| member.account.clone()).collect();
    assert_eq!(accounts, [account(1, &[held(1)]), account(3, &[held(2), ends])]);
    assert_eq!([&*members[0].name, &*members[1].name], ["Member 1", "Member 3"]);
    assert!(members.iter().all(|member| member.enabled));

    tx.set_flags(club, account_id(1), true, false).await.expect("a ban");
    tx.set_flags(club, account_id(3), false, true).await.expect("an archiving");
    assert_eq!(tx.active_members(club).await.expect("a list"), []);
    tx.set_flags(club, account_id(3), false, false).await.expect("a restoration");
    let mut disabled = profile(3);
    disabled.sys_status = false;
    tx.update_profile(club, &disabled).await.expect("a profile");
    assert!(!tx.active_members(club).await.expect("a list")[0].enabled);
}

pub(crate) async fn a_member_comes_with_what_is_its_own(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    for number in 1..=2 {
        carry_out(tx.as_mut(), club, account_id(number), &transition(&[], &[held(1)])).await;
    }
    let of_kind = |kind: &str, row: Identifier| Identifier { kind: kind.into(), ..row };
    let unverified = Identifier { verified: false, ..identifier(34, 1, "not-mine") };
    for row in [
        of_kind("license", identifier(32, 1, "abc")),
        of_kind("discord", identifier(31, 1, "7")),
        of_kind("ip", identifier(33, 1, "203.0.113.7")),
        of_kind("hwid", identifier(35, 1, "a-computer")),
        unverified,
    ] {
        tx.put_identifier(club, &row).await.expect("an identifier");
    }
    let untyped = ["LEGACY".to_owned(), "A:B".to_owned(), "ip:192.0.2.1".to_owned()];
    tx.set_api_ids(club, account_id(1), &untyped).await.expect("api ids");
    let members = tx.active_members(club).await.expect("a list");
    let id =
        |kind: Option<&str>, value: &str| MemberId { kind: kind.map(str::to_owned), value: value.to_owned() };
    // The Discord id of the row is one of its ids, too.
    let on_row = |number| id(Some("discord"), &format!("10000000000000000{number}"));
    let typed = [id(Some("discord"), "7"), id(Some("license"), "abc")];
    let untyped = [id(None, "LEGACY"), id(None, "A:B")];
    let expected = [&typed[..], &[on_row(1)], &untyped].concat();
    assert_eq!(members[0].ids, expected, "oldest first, and nothing that people share");
    assert_eq!(members[1].ids, [on_row(2)]);

    for (discord_id, expected) in
        [(Some("7"), [&typed[..], &untyped].concat()), (None, [&typed[..], &untyped].concat())]
    {
        let mut row = profile(1);
        row.discord_id = discord_id.map(str::to_owned);
        tx.update_profile(club, &row).await.expect("a profile");
        let members = tx.active_members(club).await.expect("a list");
        assert_eq!(members[0].ids, expected, "each id stands there once: {discord_id:?}");
    }
}
