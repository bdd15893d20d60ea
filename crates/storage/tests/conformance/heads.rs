//! The heads of all ledgers: which of the newest changes bears the latest time.

use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::Storage;
use rankledger_storage::heads::NewestChange;

use crate::kit::{begin, change, community, time};

pub(crate) async fn the_latest_of_the_newest_changes_is_found(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    community(tx.as_mut(), "empty").await;
    assert_eq!(tx.latest_head().await.expect("a look-up"), None);
    for (of, number, at) in [(club, 1, 90), (club, 2, 20), (other, 1, 10), (other, 2, 30)] {
        let change = RankChange { at: time(at), ..change(number) };
        tx.append_rank_change(of, &change).await.expect("a change");
    }
    tx.commit().await.expect("a commit");
    let mut tx = storage.read().await.expect("a view");
    let latest = NewestChange { community: "other".to_owned(), number: ChangeNumber(2), at: time(30) };
    assert_eq!(tx.latest_head().await.expect("a look-up"), Some(latest));
}
