//! Guards, and the removals that are counted for them.

use rankledger_domain::guard::{CountedFor, CountedSpan, Freeze, Guards, RemovalLimits, Removals};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_storage::{Storage, WriteTx};

use crate::kit::{account_id, begin, new_community, time, uuid};

/// Guards with everything filled in.
fn guards() -> Guards {
    let freeze = Freeze {
        at: time(7),
        user: Some(account_id(2)),
        credential: CredentialId(uuid(5)),
        reason: Some("Somebody demotes everybody".to_owned()),
    };
    let limits = RemovalLimits { per_minute: 3, per_hour: 100_000 };
    let together = Some(RemovalLimits { per_minute: 9, per_hour: 10 });
    Guards { enabled: true, limits, together, frozen: Some(freeze) }
}

async fn two(tx: &mut dyn WriteTx) -> (CommunityId, CommunityId) {
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    (club, tx.insert_community(&new_community("other")).await.expect("a community"))
}

async fn count(tx: &mut dyn WriteTx, community: CommunityId, who: u128, at: i64, count: u32) {
    let removals = Removals { at: time(at), count };
    tx.count_rank_removals(community, uuid(who), removals).await.expect("it is counted");
}

fn span(after: i64, until: i64) -> CountedSpan {
    CountedSpan { after: time(after), until: time(until) }
}

/// Returns the removals counted for somebody after a time, as pairs of milliseconds and count.
async fn counted(tx: &mut dyn WriteTx, community: CommunityId, who: u128, after: i64) -> Vec<(i64, u32)> {
    let found = tx.rank_removals(community, uuid(who), span(after, 1000)).await.expect("a list");
    let begin = time(0).as_millisecond();
    found.into_iter().map(|removals| (removals.at.as_millisecond() - begin, removals.count)).collect()
}

pub(crate) async fn a_community_begins_with_the_usual_guards(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, _) = two(tx.as_mut()).await;
    let limits = RemovalLimits { per_minute: 20, per_hour: 100 };
    let usual = Guards { enabled: false, limits, together: None, frozen: None };
    assert_eq!(tx.guards(club).await.expect("the guards"), usual);
}

pub(crate) async fn guards_come_back_as_they_were_stored(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let nameless = Freeze { user: None, reason: None, ..guards().frozen.expect("it is frozen") };
    for stored in [
        guards(),
        Guards { frozen: Some(nameless), ..guards() },
        Guards { frozen: None, ..guards() },
        Guards { together: None, ..guards() },
        Guards::default(),
    ] {
        tx.put_guards(club, &stored).await.expect("an update");
        assert_eq!(tx.guards(club).await.expect("the guards"), stored);
    }
    tx.put_guards(club, &guards()).await.expect("an update");
    assert_eq!(tx.guards(other).await.expect("the guards"), Guards::default(), "not theirs");
}

pub(crate) async fn removals_are_counted_for_each_and_come_oldest_first(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let tx = tx.as_mut();
    for (who, at, many) in [(1, 20, 2), (1, 10, 1), (2, 15, 9), (1, 20, 3)] {
        count(tx, club, who, at, many).await;
    }
    count(tx, other, 1, 10, 7).await;
    assert_eq!(counted(tx, club, 1, 0).await, [(10, 1), (20, 5)], "those of one moment together");
    assert_eq!(counted(tx, club, 1, 10).await, [(20, 5)], "after that time, not at it");
    assert_eq!(counted(tx, club, 2, 0).await, [(15, 9)]);
    assert_eq!(counted(tx, club, 3, 0).await, []);
    assert_eq!(counted(tx, other, 1, 0).await, [(10, 7)]);
    assert_eq!(counted(tx, other, 2, 0).await, []);
    let until = tx.rank_removals(club, uuid(1), span(0, 10)).await.expect("a list");
    assert_eq!(until, [Removals { at: time(10), count: 1 }], "up to the end of the span");
    let all = tx.all_rank_removals(club, span(10, 20)).await.expect("a list");
    let removals = |at, count| Removals { at: time(at), count };
    assert_eq!(all, [(uuid(1), removals(20, 5)), (uuid(2), removals(15, 9))]);
}

pub(crate) async fn the_removals_of_all_together_are_counted_under_an_id_of_nobody(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, _) = two(tx.as_mut()).await;
    let (all, removals) = (CountedFor::Community.uuid(), Removals { at: time(5), count: 3 });
    tx.count_rank_removals(club, all, removals).await.expect("it is counted");
    assert_eq!(tx.rank_removals(club, all, span(0, 5)).await.expect("a list"), [removals]);
}

pub(crate) async fn removals_outside_of_a_span_are_forgotten_for_one_only(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let tx = tx.as_mut();
    for (community, who) in [(club, 1), (club, 2), (other, 1)] {
        for at in [10, 20, 30] {
            count(tx, community, who, at, 1).await;
        }
    }
    tx.forget_rank_removals(club, uuid(1), span(10, 20)).await.expect("it is forgotten");
    assert_eq!(counted(tx, club, 1, 0).await, [(20, 1)]);
    for (community, who) in [(club, 2), (other, 1)] {
        assert_eq!(counted(tx, community, who, 0).await, [(10, 1), (20, 1), (30, 1)]);
    }
}
