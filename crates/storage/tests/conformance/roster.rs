//! The roster: members by name, as people leaf through them.

use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rankledger_domain::rank_change::Source;
use rankledger_storage::accounts::Profile;
use rankledger_storage::roster::{RosterFilter, RosterMark, RosterPlace, RosterStatus};
use rankledger_storage::{ReadTx, Storage, WriteTx};

use crate::kit::{
    account_id, begin, carry_out, change, community, held, profile, rank_id, standing, transition,
};

/// Returns a community with the members Anna, anton, "50% Ben" and Zoë.
async fn members(tx: &mut dyn WriteTx) -> CommunityId {
    let club = community(tx, "club").await;
    for (number, name) in [(1, "Zoë"), (2, "anton"), (3, "Anna")] {
        let profile = Profile { name: name.to_owned(), discord_id: None, ..profile(number) };
        tx.update_profile(club, &profile).await.expect("a profile");
    }
    let ben = Profile { name: "50% Ben".to_owned(), discord_id: Some("5550001".to_owned()), ..profile(4) };
    tx.insert_account(club, &ben, &standing(4)).await.expect("an account");
    club
}

async fn names(tx: &mut dyn ReadTx, club: CommunityId, filter: &RosterFilter) -> Vec<String> {
    let rows = tx.roster(club, filter, RosterPlace::Start, 10).await.expect("a page");
    let size = tx.roster_size(club, filter).await.expect("a count");
    assert_eq!(usize::try_from(size), Ok(rows.len()), "{filter:?}");
    rows.into_iter().map(|row| row.name).collect()
}

fn text(text: &str) -> RosterFilter {
    RosterFilter { text: Some(text.to_owned()), ..RosterFilter::default() }
}

pub(crate) async fn members_come_by_name_and_are_found_by_a_part_of_it(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = members(tx.as_mut()).await;
    let tx = tx.as_mut();
    assert_eq!(names(tx, club, &RosterFilter::default()).await, ["50% Ben", "Anna", "anton", "Zoë"]);
    assert_eq!(names(tx, club, &text("AN")).await, ["Anna", "anton"]);
    assert_eq!(names(tx, club, &text(" oË ")).await, ["Zoë"]);
    assert_eq!(names(tx, club, &text("0%")).await, ["50% Ben"], "signs of patterns mean themselves");
    assert_eq!(names(tx, club, &text("a_n")).await, [""; 0]);
    assert_eq!(names(tx, club, &text("\\")).await, [""; 0]);
    assert_eq!(names(tx, club, &text("\0")).await, [""; 0]);
    assert_eq!(names(tx, club, &text("5550001")).await, ["50% Ben"], "the whole Discord id");
    assert_eq!(names(tx, club, &text("555")).await, [""; 0], "not a part of it");
    assert_eq!(names(tx, club, &text("1003")).await, ["Anna"], "the number");
    assert_eq!(names(tx, club, &text("50")).await, ["50% Ben"], "digits of a name");
    let found = tx.roster_row_numbered(club, 1003).await.expect("a look-up").expect("a member");
    assert_eq!((found.name.as_str(), found.standing.account.id), ("Anna", account_id(3)));
    assert_eq!(tx.roster_row_numbered(club, 1).await.expect("a look-up"), None);
    let rows = tx.roster_rows(club, &[account_id(1), account_id(99), account_id(2)]).await.expect("the rows");
    let mut rows: Vec<_> = rows.into_iter().map(|row| row.name).collect();
    rows.sort();
    assert_eq!(rows, ["Zoë", "anton"]);
}

pub(crate) async fn the_roster_is_filtered_by_rank_and_status(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = members(tx.as_mut()).await;
    for (member, ranks) in [(1, vec![held(1), held(2)]), (2, vec![held(2)])] {
        carry_out(tx.as_mut(), club, account_id(member), &transition(&[], &ranks)).await;
    }
    tx.set_flags(club, account_id(2), true, false).await.expect("a ban");
    tx.set_flags(club, account_id(4), false, true).await.expect("an archiving");
    let tx = tx.as_mut();
    let of = |ranks: &[u128]| RosterFilter {
        ranks: Some(ranks.iter().map(|rank| rank_id(*rank)).collect()),
        ..RosterFilter::default()
    };
    assert_eq!(names(tx, club, &of(&[1])).await, ["Zoë"]);
    assert_eq!(names(tx, club, &of(&[2])).await, ["anton", "Zoë"]);
    assert_eq!(names(tx, club, &of(&[1, 3])).await, ["Zoë"]);
    assert_eq!(names(tx, club, &of(&[])).await, [""; 0]);
    let without = RosterFilter { without_rank: true, ..RosterFilter::default() };
    assert!(names(tx, club, &without).await.contains(&"Anna".to_owned()));
    let status = |status| RosterFilter { status: Some(status), ..RosterFilter::default() };
    assert_eq!(names(tx, club, &status(RosterStatus::Active)).await, ["Zoë"]);
    assert_eq!(names(tx, club, &status(RosterStatus::Inactive)).await, ["Anna"]);
    assert_eq!(names(tx, club, &status(RosterStatus::Banned)).await, ["anton"]);
    assert_eq!(names(tx, club, &status(RosterStatus::Archived)).await, ["50% Ben"]);
    let both = RosterFilter { text: Some("z".to_owned()), ..of(&[2]) };
    assert_eq!(names(tx, club, &both).await, ["Zoë"]);
    let mut counted = (0, 0, 0);
    let mut look = |mark: RosterMark| {
        counted.0 += 1;
        counted.1 += mark.ranks.len();
        counted.2 +=
            usize::from(mark.banned) + 10 * usize::from(mark.archived) + 100 * usize::from(mark.active);
    };
    tx.each_of_roster(club, &mut look).await.expect("all members");
    assert_eq!((counted.0, counted.1), (4, 3));
    assert_eq!(counted.2 % 100, 11, "one is banned, one archived");
}

pub(crate) async fn the_roster_is_leafed_through_both_ways(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = members(tx.as_mut()).await;
    // The same name as another member's: then the id decides.
    let twin = Profile { name: "Anna".to_owned(), discord_id: None, ..profile(5) };
    tx.insert_account(club, &twin, &standing(5)).await.expect("an account");
    let all = RosterFilter::default();
    let (mut seen, mut place) = (Vec::new(), RosterPlace::Start);
    loop {
        let page = tx.roster(club, &all, place, 2).await.expect("a page");
        let Some(last) = page.last() else { break };
        place = RosterPlace::After(last.standing.account.id);
        seen.extend(page.into_iter().map(|row| row.standing.account.id));
    }
    assert_eq!(seen, [4, 3, 5, 2, 1].map(account_id));
    let before = tx.roster(club, &all, RosterPlace::Before(account_id(2)), 2).await.expect("a page");
    let before: Vec<_> = before.into_iter().map(|row| row.standing.account.id).collect();
    assert_eq!(before, [3, 5].map(account_id), "the page that ends there, in the same order");
}

pub(crate) async fn changes_are_named_by_their_numbers(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    for number in 1..=3 {
        tx.append_rank_change(club, &change(number)).await.expect("a change");
    }
    let numbers = [3, 1, 9].map(ChangeNumber);
    let mut found = tx.roster_changes(club, &numbers).await.expect("the changes");
    found.sort_by_key(|change| change.number);
    let expected = change(3);
    assert_eq!(found.iter().map(|change| change.number.0).collect::<Vec<_>>(), [1, 3]);
    let last = found.last().expect("a change");
    assert_eq!((last.at, last.actor, last.credential), (expected.at, expected.actor, expected.credential));
    assert_eq!(last.source, Source::Api);
    assert!(tx.roster_changes(other, &numbers).await.expect("the changes").is_empty(), "not theirs");
}
