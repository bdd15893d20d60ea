//! Imports that are under way: their progress, and who finds a community that is being made.

use rankledger_domain::ids::CommunityId;
use rankledger_storage::Storage;
use rankledger_storage::unfinished_imports::{ImportProgress, UnfinishedImport};

use crate::kit::{account_id, begin, carry_out, change, community, identifier, read, time, transition};

fn import_into(community: CommunityId, makes_community: bool) -> UnfinishedImport {
    UnfinishedImport {
        community,
        makes_community,
        document: [7; 32],
        begun_at: time(5),
        written: ImportProgress { accounts: 3, beginnings: 2, changes: 1 },
    }
}

pub(crate) async fn an_import_comes_back_as_it_was_stored_until_it_is_finished(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    assert_eq!(tx.unfinished_import(club).await.expect("a look-up"), None);
    for (community, makes_community) in [(other, true), (club, false)] {
        let begun = UnfinishedImport {
            written: ImportProgress::default(),
            ..import_into(community, makes_community)
        };
        tx.put_unfinished_import(&begun).await.expect("a row");
        tx.put_unfinished_import(&import_into(community, makes_community)).await.expect("a row");
    }
    tx.commit().await.expect("a commit");

    let mut tx = begin(storage).await;
    let both =
        [("club".to_owned(), import_into(club, false)), ("other".to_owned(), import_into(other, true))];
    assert_eq!(tx.unfinished_imports().await.expect("a list"), both);
    tx.finish_import(club).await.expect("a removal");
    assert_eq!(tx.unfinished_import(club).await.expect("a look-up"), None);
    assert_eq!(tx.unfinished_import(other).await.expect("a look-up"), Some(import_into(other, true)));
}

pub(crate) async fn a_community_is_found_once_the_import_that_makes_it_is_finished(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let new = community(tx.as_mut(), "new").await;
    let ending = rankledger_domain::account::HeldRank { expires_at: Some(time(10)), ..crate::kit::held(1) };
    carry_out(tx.as_mut(), new, account_id(1), &transition(&[], &[ending])).await;
    tx.put_unfinished_import(&import_into(club, false)).await.expect("a row");
    tx.put_unfinished_import(&import_into(new, true)).await.expect("a row");
    tx.commit().await.expect("a commit");

    let mut tx = begin(storage).await;
    let found = tx.communities().await.expect("a list");
    assert_eq!(found.into_iter().map(|found| found.id).collect::<Vec<_>>(), [club]);
    assert!(tx.community_by_public_id("club").await.expect("a look-up").is_some());
    assert!(tx.community_by_public_id("new").await.expect("a look-up").is_none());
    assert_eq!(tx.due_grants(time(10), 10).await.expect("a list"), [], "nothing happens in it");
    assert_eq!(tx.next_grant_end().await.expect("a look-up"), None);
    tx.finish_import(new).await.expect("a removal");
    tx.commit().await.expect("a commit");

    let mut tx = read(storage).await;
    assert_eq!(tx.communities().await.expect("a list").len(), 2);
    let found = tx.community_by_public_id("new").await.expect("a look-up");
    assert_eq!(found.map(|found| found.id), Some(new));
    assert_eq!(tx.due_grants(time(10), 10).await.expect("a list"), [(new, account_id(1))]);
    assert_eq!(tx.next_grant_end().await.expect("a look-up"), Some(time(10)));
}

pub(crate) async fn only_a_community_that_an_import_makes_is_deleted(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let new = community(tx.as_mut(), "new").await;
    for id in [club, new] {
        tx.put_identifier(id, &identifier(1, 1, "9")).await.expect("an identifier");
        tx.append_rank_change(id, &change(1)).await.expect("a change");
        tx.put_unfinished_import(&import_into(id, id == new)).await.expect("a row");
    }
    tx.commit().await.expect("a commit");

    let mut deleted = Vec::new();
    loop {
        let mut tx = begin(storage).await;
        assert_eq!(tx.delete_unfinished(club, 4).await.expect("a deletion"), 0);
        let rows = tx.delete_unfinished(new, 4).await.expect("a deletion");
        tx.commit().await.expect("a commit");
        if rows == 0 {
            break;
        }
        deleted.push(rows);
        let mut tx = begin(storage).await;
        assert!(tx.community_by_public_id("new").await.expect("a look-up").is_none(), "it is never seen");
    }
    assert!(deleted.len() > 2 && deleted[0] == 4, "{deleted:?}");

    let mut tx = begin(storage).await;
    assert_eq!(tx.unfinished_imports().await.expect("a list").len(), 1);
    assert_eq!(tx.account_names(club).await.expect("a list").len(), 3);
    assert_eq!(tx.last_change_number(club).await.expect("a number").0, 1);
    let again = community(tx.as_mut(), "new").await;
    assert_eq!(tx.last_change_number(again).await.expect("a number").0, 0);
    assert_eq!(tx.identifiers(again, account_id(1)).await.expect("a list"), []);
}
