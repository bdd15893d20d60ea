//! The ends of grants: how a request gives them, who may change them, and which of them an undo gives back.
//!
//! Undos of grants that have ended are in `undo_refusals`.

use jiff::Timestamp;
use proptest::prelude::*;
use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::grant::{GrantEnd, latest_end};
use rankledger_domain::rank::RankName;
use rankledger_domain::refusal::{EndedEntry, Refusal, RetiredEntry, SlotState};
use rankledger_domain::undo::OnConflict;

use crate::histories::{beginnings, histories_with_skips, play, play_all, requests};
use crate::kit::{Ledger, RANKS, acting, held, hours, id, item, request, retired, start, until};

/// Returns the ledger of an account that holds `officer` without an end, and `medic` for four hours.
fn with_an_end() -> Ledger {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 4));
    ledger
}

fn ended_at(pointer: &str, key: &str, end: i64) -> EndedEntry {
    EndedEntry { pointer: pointer.to_owned(), label: format!("The {key}"), end: hours(end) }
}

fn retired_at(pointer: &str) -> Refusal {
    let label = "The medic".to_owned();
    Refusal::RankRetired(vec![RetiredEntry { pointer: Some(pointer.to_owned()), rank: id("medic"), label }])
}

#[test]
fn a_new_rank_has_the_end_that_was_asked_for() {
    let mut ledger = Ledger::holding("officer");
    ledger.change("+medic@2 +pilot +sergeant@never");
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 2), held("pilot"), held("sergeant")]);
}

#[test]
fn set_gives_ends_too() {
    let mut ledger = Ledger::holding("officer pilot");
    ledger.change("=officer@1 =medic@2");
    assert_eq!(ledger.account.ranks, [until("officer", 1), until("medic", 2)]);
}

#[test]
fn another_end_is_a_change_and_the_rank_keeps_its_place() {
    let mut ledger = Ledger::holding("officer medic pilot");
    ledger.change("+medic@2");
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 2), held("pilot")]);
    ledger.change("+medic@5");
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 5), held("pilot")]);
}

#[test]
fn an_end_can_be_taken_away() {
    let mut ledger = with_an_end();
    ledger.change("+medic@never");
    assert_eq!(ledger.account.ranks, [held("officer"), held("medic")]);
}

#[test]
fn the_same_end_again_changes_nothing() {
    assert_eq!(with_an_end().plan(&request("+medic@4")), Ok(None));
    assert_eq!(with_an_end().plan(&request("+officer@never")), Ok(None));
}

#[test]
fn a_rank_that_was_removed_comes_back_without_its_end() {
    let mut ledger = with_an_end();
    ledger.change("-medic");
    ledger.change("+medic");
    assert_eq!(ledger.account.ranks, [held("officer"), held("medic")]);
}

#[test]
fn of_several_entries_for_a_rank_the_last_that_says_an_end_counts() {
    let after = |words: &str| {
        let mut ledger = with_an_end();
        ledger.change(words);
        ledger.account.ranks.last().copied()
    };
    assert_eq!(after("+medic@1 +medic@2"), Some(until("medic", 2)));
    assert_eq!(after("+medic@2 +medic"), Some(until("medic", 2)));
    assert_eq!(after("+medic@2 +medic@never"), Some(held("medic")));
    assert_eq!(after("=medic@3 +medic@1"), Some(until("medic", 1)), "set before add");
    assert_eq!(after("=medic@3 +medic"), Some(until("medic", 3)));
    assert_eq!(after(&format!("+medic@1 +{}@2", id("medic"))), Some(until("medic", 2)), "key and id");
}

#[test]
fn remove_wins_over_an_end() {
    let mut ledger = with_an_end();
    ledger.change("+medic@9 -medic");
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn every_end_that_has_passed_is_named_with_its_pointer() {
    let mut ledger = with_an_end();
    ledger.now = hours(2);
    let expected =
        vec![ended_at("/set/1", "medic", 1), ended_at("/add/0", "pilot", 2), ended_at("/add/2", "medic", -7)];
    let refusal = ledger.refusal("=officer =medic@1 +pilot@2 +sergeant@3 +medic@-7 -medic");
    assert_eq!(refusal, Refusal::EndHasPassed(expected));
}

#[test]
fn a_grant_that_has_ended_and_is_still_held_keeps_its_end_unless_another_is_given() {
    let mut ledger = with_an_end();
    ledger.now = hours(4);
    assert_eq!(ledger.plan(&request("+medic")), Ok(None));
    ledger.change("+medic@never");
    assert_eq!(ledger.account.ranks, [held("officer"), held("medic")]);
}

#[test]
fn a_change_of_ends_alone_leaves_the_status() {
    let mut ledger = with_an_end();
    ledger.account.com_status = false;
    let change = ledger.change("+medic@9 +officer@9");
    assert!(!ledger.status());
    ledger.undo(change);
    assert!(!ledger.status());
}

#[test]
fn a_retired_rank_is_not_held_for_longer() {
    let mut ledger = with_an_end();
    ledger.edit_rank("medic", |rank| rank.retired = true);
    assert_eq!(ledger.refusal("+pilot +medic@5"), retired_at("/add/1"));
    assert_eq!(ledger.refusal("=officer =medic@never"), retired_at("/set/1"));
}

#[test]
fn a_retired_rank_may_be_held_for_a_shorter_time() {
    let mut ledger = with_an_end();
    ledger.edit_rank("medic", |rank| rank.retired = true);
    let change = ledger.change("+medic@3");
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 3)]);
    assert_eq!(ledger.undo_refusal(change), Refusal::RankRetired(vec![retired("medic")]));
}

#[test]
fn the_undo_of_more_time_is_possible_for_a_rank_that_is_retired_since() {
    let mut ledger = with_an_end();
    let change = ledger.change("+medic@5");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    ledger.undo(change);
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 4)]);
}

#[test]
fn a_barred_account_gets_less_time_but_no_more() {
    let mut ledger = with_an_end();
    ledger.account.banned = true;
    assert_eq!(ledger.refusal("+medic@5"), Refusal::AccountBanned);
    assert_eq!(ledger.refusal("+medic@never"), Refusal::AccountBanned);
    let change = ledger.change("+medic@3 +officer@3");
    assert_eq!(ledger.account.ranks, [until("officer", 3), until("medic", 3)]);
    assert_eq!(ledger.undo_refusal(change), Refusal::AccountBanned);
}

#[test]
fn nobody_gives_themselves_more_time() {
    let mut ledger = with_an_end();
    let own = ledger.account.clone();
    ledger.authority = acting(None, Some(&own));
    assert_eq!(ledger.refusal("+medic@5"), Refusal::InsufficientPower(PowerRefusal::Oneself));
    ledger.change("+medic@3");
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 3)]);
}

#[test]
fn an_end_is_changed_only_by_who_may_give_the_rank() {
    let mut ledger = with_an_end();
    ledger.authority = acting(Some(20), None);
    assert!(matches!(ledger.refusal("+medic@3"), Refusal::InsufficientPower(_)));
    ledger.authority = acting(Some(21), None);
    ledger.change("+medic@3");
}

#[test]
fn the_undo_of_another_end_gives_the_old_one_back() {
    let mut ledger = with_an_end();
    let change = ledger.change("+medic@never");
    let undo = ledger.undo(change);
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 4)]);
    ledger.undo(undo);
    assert_eq!(ledger.account.ranks, [held("officer"), held("medic")]);
}

#[test]
fn the_undo_of_another_end_leaves_the_rank_in_its_place() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("+medic@2");
    ledger.change("-officer");
    ledger.change("+officer");
    ledger.undo(change);
    assert_eq!(ledger.held(), "medic officer");
}

#[test]
fn a_later_end_stands_in_the_way_of_an_undo() {
    let mut ledger = with_an_end();
    let change = ledger.change("+medic@5");
    let later = ledger.change("+medic@6");
    let state = SlotState::Superseded(ledger.refer(later));
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(vec![item("medic", state)]));
}

#[test]
fn an_end_that_an_undo_had_to_skip_is_looked_at_again_after_the_redo() {
    let mut ledger = with_an_end();
    let change = ledger.change("+medic@5");
    let later = ledger.change("+medic@6");
    assert_eq!(ledger.undo_skipping(change).len(), 1);
    let undo = ledger.entries.last().expect("the undo").number;
    ledger.try_undo(undo, OnConflict::Refuse).expect("the redo is allowed");
    ledger.undo(later);
    ledger.undo(change);
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 4)]);
}

#[test]
fn the_undo_of_another_end_is_refused_once_the_old_one_has_passed() {
    let mut ledger = with_an_end();
    let change = ledger.change("+medic@never");
    ledger.now = hours(4);
    assert_eq!(ledger.undo_refusal(change), Refusal::GrantExpired(vec![id("medic")]));
}

#[test]
fn the_latest_end_is_a_hundred_years_ahead() {
    assert_eq!(latest_end(start()).to_string(), "2126-04-15T00:00:00Z");
    assert_eq!(latest_end(Timestamp::MAX), Timestamp::MAX);
}

/// Returns the end that the request gives for a rank: a second implementation, which reads the entries from
/// the last.
fn asked_end(request: &ChangeRequest, key: &str) -> GrantEnd {
    let name = RankName::parse(key);
    for list in [&request.add, &request.set] {
        for grant in list.iter().flatten().rev() {
            if grant.name == name && grant.end != GrantEnd::Keep {
                return grant.end;
            }
        }
    }
    GrantEnd::Keep
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn the_ends_after_a_change_are_those_asked_for_and_otherwise_those_from_before(
        mut ledger in beginnings(),
        request in requests(),
    ) {
        let before = ledger.account.clone();
        ledger.try_request(&request).expect("the operator may change everything");
        for (key, _) in RANKS {
            let Some(grant) = ledger.account.grant_of(id(key)) else { continue };
            let expected = match asked_end(&request, key) {
                GrantEnd::Keep => before.grant_of(id(key)).and_then(|held| held.expires_at),
                GrantEnd::Never => None,
                GrantEnd::At(end) => Some(end),
                GrantEnd::AtLeast(end) => match before.grant_of(id(key)) {
                    Some(held) => held.expires_at.map(|held| held.max(end)),
                    None => Some(end),
                },
                GrantEnd::Later(more) => match before.grant_of(id(key)) {
                    Some(held) => held.expires_at.map(|held| held.max(ledger.now) + more.0),
                    None => Some(ledger.now + more.0),
                },
            };
            prop_assert_eq!(grant.expires_at, expected, "{}", key);
        }
    }

    #[test]
    fn whatever_happens_no_undo_gives_a_grant_that_has_ended(
        mut ledger in beginnings(),
        steps in histories_with_skips(),
        later in histories_with_skips(),
        now in 1..4_i64,
    ) {
        play_all(&mut ledger, &steps);
        ledger.now = hours(now);
        for step in &later {
            let Some(number) = play(&mut ledger, step) else { continue };
            let recorded = ledger.entry(number);
            if recorded.reverses.is_some() {
                prop_assert!(recorded.transition.added().all(|held| !held.has_ended(ledger.now)), "{:?}", recorded);
            }
        }
    }

    #[test]
    fn no_request_gives_a_grant_that_has_ended(
        mut ledger in beginnings(),
        request in requests(),
        now in 0..5_i64,
    ) {
        ledger.now = hours(now);
        let grants = request.set.iter().chain(&request.add).flatten();
        let has_ended = grants.clone().any(|grant| matches!(grant.end, GrantEnd::At(end) | GrantEnd::AtLeast(end) if end <= ledger.now));
        match ledger.plan(&request) {
            Err(Refusal::EndHasPassed(entries)) => prop_assert!(has_ended && !entries.is_empty()),
            plan => {
                prop_assert!(!has_ended);
                let added = plan.expect("nothing else is refused").into_iter().flat_map(|plan| plan.added().collect::<Vec<_>>());
                prop_assert_eq!(added.filter(|held| held.has_ended(ledger.now)).count(), 0);
            }
        }
    }
}
