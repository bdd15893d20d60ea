//! All standings of a community, as whoever compares them with the ledger reads them.

use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_storage::accounts::Profile;
use rankledger_storage::standings::{ListedStanding, StoredStanding};
use rankledger_storage::{ReadTx, Storage};
use uuid::Uuid;

use crate::kit::{
    account_id, begin, carry_out, community, held, profile, rank_id, standing, time, transition,
};

/// Reads all standings, `take` at a time.
async fn all(tx: &mut dyn ReadTx, community: CommunityId, take: u32) -> Vec<ListedStanding> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = tx.standings_after(community, after, take).await.expect("a list");
        assert!(page.len() <= take as usize);
        let Some(last) = page.last() else { return all };
        after = Some(last.account);
        all.extend(page);
    }
}

pub(crate) async fn all_standings_come_in_the_order_of_the_ids(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    community(tx.as_mut(), "other").await;
    let nil = AccountId(Uuid::nil());
    let named = Profile { id: nil, unique_id: 7, name: "Nobody".to_owned(), ..profile(9) };
    tx.insert_account(club, &named, &Account { id: nil, ..standing(2) }).await.expect("an account");
    for take in [1, 2, 4, 10] {
        let found = all(tx.as_mut(), club, take).await;
        let ids: Vec<_> = found.iter().map(|one| (one.account, one.unique_id)).collect();
        let expected = [(nil, 7), (account_id(1), 1001), (account_id(2), 1002), (account_id(3), 1003)];
        assert_eq!(ids, expected, "{take} at a time");
    }
}

pub(crate) async fn a_standing_names_what_left_it_so(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let until = HeldRank { rank: rank_id(2), expires_at: Some(time(50)) };
    carry_out(tx.as_mut(), club, account_id(2), &transition(&[], &[held(1)])).await;
    carry_out(tx.as_mut(), club, account_id(2), &transition(&[held(1)], &[held(3), until])).await;
    tx.commit().await.expect("a commit");

    let mut tx = storage.read().await.expect("a view");
    let found = all(tx.as_mut(), club, 10).await;
    let standings: Vec<_> = found.into_iter().map(|one| one.standing.expect("it can be read")).collect();
    let nothing = StoredStanding { ranks: Vec::new(), com_status: false, newest_change: ChangeNumber(0) };
    let changed =
        StoredStanding { ranks: vec![held(3), until], com_status: true, newest_change: ChangeNumber(2) };
    assert_eq!(standings, [nothing.clone(), changed, nothing]);
}
