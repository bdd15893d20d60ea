//! Events: rank changes and entries of the log in one order, held against a plain list.

use rankledger_domain::ids::{ChangeNumber, CommunityId, LogId};
use rankledger_domain::log::{ActKind, EventType, LogPlace};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::events::{Event, EventFilter};
use rankledger_storage::{ReadTx, Storage, WriteTx};

use crate::kit::{account_id, act, begin, change, community, read, time};

/// The kinds of the acts that the tests write.
const KINDS: [ActKind; 3] = [ActKind::AccountRenamed, ActKind::AccountBanned, ActKind::StructureChanged];

/// An event as the plain list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plain {
    id: LogId,
    of: EventType,
    account: Option<u128>,
}

/// Returns numbers that look random, and are the same for the same seed.
fn scattered(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    })
}

async fn record(tx: &mut dyn WriteTx, club: CommunityId, number: i64, account: u128) -> Plain {
    let change = RankChange { account: account_id(account), ..change(number) };
    tx.append_rank_change(club, &change).await.expect("a change");
    Plain { id: change.log_id, of: EventType::RanksChanged, account: Some(account) }
}

async fn log(
    tx: &mut dyn WriteTx,
    club: CommunityId,
    number: i64,
    kind: ActKind,
    account: Option<u128>,
) -> Plain {
    let act = rankledger_domain::log::Act { kind, account: account.map(account_id), ..act(number) };
    tx.append_to_log(club, &act).await.expect("an entry");
    Plain { id: act.id, of: EventType::Act(kind), account }
}

/// Fills a community with changes and acts in a random order. Returns them as a list.
async fn filled(storage: &dyn Storage, public_id: &str, seed: u64, count: i64) -> (CommunityId, Vec<Plain>) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), public_id).await;
    let (mut list, mut random, mut number) = (Vec::new(), scattered(seed), 0);
    // Some histories have many acts for each change, and others few.
    let changes = seed % 5 + 1;
    for index in 1..=count {
        let mut draw = |below: u64| random.next().map_or(0, |drawn| drawn % below);
        let account = u128::from(draw(3) + 1);
        let event = if draw(6) < changes {
            number += 1;
            record(tx.as_mut(), club, number, account).await
        } else {
            let kind = KINDS[usize::try_from(draw(3)).expect("an index")];
            let account = (kind != ActKind::StructureChanged).then_some(account);
            log(tx.as_mut(), club, index, kind, account).await
        };
        list.push(event);
        // Several transactions: what they have read of the log is read again.
        if draw(9) == 0 {
            tx.commit().await.expect("a commit");
            tx = begin(storage).await;
        }
    }
    tx.commit().await.expect("a commit");
    (club, list)
}

fn plain(event: &Event) -> Plain {
    let account = |id| (1..=3).find(|number| account_id(*number) == id).expect("an account of the kit");
    match event {
        Event::Change(_, linked) => Plain {
            id: linked.change.log_id,
            of: EventType::RanksChanged,
            account: Some(account(linked.change.account)),
        },
        Event::Entry(linked) => {
            let act = &linked.entry.act;
            Plain { id: act.id, of: EventType::Act(act.kind), account: act.account.map(account) }
        }
    }
}

/// Reads the feed page by page. Returns each event with its place.
async fn walked(
    tx: &mut dyn ReadTx,
    club: CommunityId,
    filter: &EventFilter,
    mut after: LogPlace,
    take: u32,
) -> Vec<(i64, Plain)> {
    let mut all = Vec::new();
    loop {
        let page = tx.events(club, filter, after, take).await.expect("a page");
        assert_eq!(page.end, tx.end_of_events(club).await.expect("the end"));
        assert!(page.events.len() <= usize::try_from(take).expect("a few"), "{take}");
        assert!(page.events.iter().all(|event| after < event.place() && event.place() <= page.up_to));
        all.extend(page.events.iter().map(|event| (event.place().0, plain(event))));
        if page.up_to >= page.end {
            return all;
        }
        assert!(page.up_to > after, "every page goes on");
        after = page.up_to;
    }
}

/// Returns the events of a plain list that fit the filter, each with its place.
fn fitting(list: &[Plain], filter: &EventFilter, after: i64) -> Vec<(i64, Plain)> {
    let fits = |event: &Plain| {
        (filter.types.is_empty() || filter.types.contains(&event.of))
            && filter.account.is_none_or(|id| event.account.map(account_id) == Some(id))
    };
    let placed = (1..).zip(list.iter().cloned());
    placed.filter(|(place, event)| *place > after && fits(event)).collect()
}

fn filters() -> Vec<EventFilter> {
    let [renamed, banned, structure] = KINDS.map(EventType::Act);
    let types = [
        vec![],
        vec![EventType::RanksChanged],
        vec![renamed],
        vec![banned, structure],
        vec![EventType::RanksChanged, banned],
        EventType::all().chain(EventType::all()).collect(),
    ];
    let accounts = [None, Some(account_id(2))];
    let of = |types: &Vec<EventType>| accounts.map(|account| EventFilter { types: types.clone(), account });
    types.iter().flat_map(of).collect()
}

pub(crate) async fn the_feed_is_the_plain_list_whatever_the_filter_and_the_page(storage: &dyn Storage) {
    for seed in 1..=5 {
        let (club, list) = filled(storage, &format!("club-{seed}"), seed, 40).await;
        let mut tx = read(storage).await;
        for filter in filters() {
            for (take, after) in [(1, 0), (3, 0), (100, 0), (2, 17), (5, 39), (5, 40)] {
                let found = walked(tx.as_mut(), club, &filter, LogPlace(after), take).await;
                assert_eq!(found, fitting(&list, &filter, after), "{seed} {filter:?} {take} {after}");
            }
        }
    }
}

pub(crate) async fn the_feed_passes_over_what_was_pruned(storage: &dyn Storage) {
    for seed in [2, 4] {
        let (club, list) = filled(storage, &format!("club-{seed}"), seed, 40).await;
        let mut tx = begin(storage).await;
        tx.prune(club, ChangeNumber(6), time(50)).await.expect("it is pruned");
        tx.commit().await.expect("a commit");
        let mut tx = read(storage).await;
        for filter in filters() {
            let mut changes = 0;
            let mut expected = Vec::new();
            for (place, event) in fitting(&list, &EventFilter::default(), 0) {
                changes += i64::from(event.of == EventType::RanksChanged);
                if event.of != EventType::RanksChanged || changes > 6 {
                    expected.push((place, event));
                }
            }
            let wanted = fitting(&list, &filter, 0);
            expected.retain(|event| wanted.contains(event));
            for take in [1, 4, 100] {
                let found = walked(tx.as_mut(), club, &filter, LogPlace(0), take).await;
                assert_eq!(found, expected, "{seed} {filter:?} {take}");
            }
        }
    }
}

pub(crate) async fn the_first_event_since_a_time_is_found(storage: &dyn Storage) {
    for seed in 1..=4 {
        let (club, _) = filled(storage, &format!("club-{seed}"), seed, 40).await;
        let mut tx = read(storage).await;
        let page = tx.events(club, &EventFilter::default(), LogPlace(0), 100).await.expect("a page");
        // The changes and the acts are numbered apart, and their times are their numbers.
        let at = |event: &Event| match event {
            Event::Change(_, linked) => linked.change.at,
            Event::Entry(linked) => linked.entry.act.at,
        };
        for milliseconds in 0..=41 {
            let since = time(milliseconds);
            let expected = page.events.iter().find(|event| at(event) >= since).map(Event::place);
            let found = tx.first_event_since(club, since).await.expect("a look-up");
            assert_eq!(found, expected, "{seed} {milliseconds}");
        }
    }
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "fresh").await;
    assert_eq!(tx.first_event_since(club, time(0)).await.expect("a look-up"), None);
}

pub(crate) async fn every_community_has_a_feed_of_its_own(storage: &dyn Storage) {
    let (club, of_club) = filled(storage, "club", 1, 12).await;
    let mut tx = begin(storage).await;
    let other = community(tx.as_mut(), "other").await;
    assert_eq!(tx.end_of_events(other).await.expect("the end"), LogPlace(0));
    let written = record(tx.as_mut(), other, 1, 1).await;
    tx.commit().await.expect("a commit");
    let mut tx = read(storage).await;
    let all = EventFilter::default();
    assert_eq!(walked(tx.as_mut(), other, &all, LogPlace(0), 10).await, [(1, written)]);
    assert_eq!(walked(tx.as_mut(), club, &all, LogPlace(0), 10).await, fitting(&of_club, &all, 0));
}
