//! Laws about authority, and about the changes that a barred account may go through, checked on random actors
//! and histories.

use jiff::Timestamp;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::refusal::Refusal;
use rankledger_domain::transition::Transition;

use crate::histories::{Step, beginnings, histories_with_skips, play, play_all, requests};
use crate::kit::{RANKS, acting, held, id, person};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) }
}

/// The authority behind a change: a credential, and the person named, who may be the account itself.
#[derive(Debug, Clone)]
struct Actor {
    ceiling: Option<u32>,
    person: Option<Account>,
    oneself: bool,
}

impl Actor {
    /// Returns the person named, for the account of this ledger. `None` if nobody is named.
    fn person_for(&self, account: &Account) -> Option<Account> {
        if self.oneself { Some(account.clone()) } else { self.person.clone() }
    }
}

fn people() -> impl Strategy<Value = Account> {
    let keys = subsequence(RANKS.map(|(key, _)| key).to_vec(), 0..4);
    (keys, proptest::bool::weighted(0.1), proptest::bool::weighted(0.1)).prop_map(|(keys, owner, banned)| {
        Account { ranks: keys.into_iter().map(held).collect(), owner, banned, ..person("") }
    })
}

fn actors() -> impl Strategy<Value = Actor> {
    (option::of(0..60_u32), option::of(people()), proptest::bool::weighted(0.25))
        .prop_map(|(ceiling, person, oneself)| Actor { ceiling, person, oneself })
}

fn power(held: HeldRank) -> u32 {
    let found = RANKS.into_iter().find(|(key, _)| id(key) == held.rank);
    found.expect("a rank of the kit").1
}

fn highest(account: &Account) -> u32 {
    account.ranks.iter().copied().map(power).max().unwrap_or(0)
}

/// Returns whether the transition gives a rank that was not held, or one for longer than it was held.
fn gains_ranks(transition: &Transition) -> bool {
    let end = |held: &HeldRank| held.expires_at.unwrap_or(Timestamp::MAX);
    transition.after.iter().any(|after| {
        let before = transition.before.iter().find(|before| before.rank == after.rank);
        before.is_none_or(|before| end(before) < end(after))
    })
}

fn gains(transition: &Transition) -> bool {
    gains_ranks(transition) || (transition.active == Some(true) && !transition.status_before)
}

/// Returns whether the change is allowed: a second implementation of the rules of authority.
fn may(actor: &Actor, account: &Account, transition: &Transition) -> bool {
    let mut limits = Vec::from_iter(actor.ceiling);
    if let Some(person) = actor.person_for(account) {
        let above_all = person.owner;
        if person.banned || (actor.oneself && !above_all && gains(transition)) {
            return false;
        }
        limits.extend((!above_all && !actor.oneself).then(|| highest(&person)));
    }
    let Some(limit) = limits.into_iter().min() else { return true };
    let mut touched = transition.added().chain(transition.removed());
    !account.owner && highest(account) < limit && touched.all(|held| power(held) < limit)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_change_is_allowed_exactly_if_the_rules_of_authority_say_so(
        mut ledger in beginnings(),
        owner in proptest::bool::weighted(0.1),
        request in requests(),
        actor in actors(),
    ) {
        ledger.account.owner = owner;
        let Ok(Some(wanted)) = ledger.plan(&request) else { return Ok(()) };
        ledger.authority = acting(actor.ceiling, actor.person_for(&ledger.account).as_ref());
        match ledger.plan(&request) {
            Ok(plan) => {
                prop_assert!(may(&actor, &ledger.account, &wanted), "allowed: {:?}", wanted);
                let plan = plan.expect("what changes for the operator changes for others");
                prop_assert_eq!(plan.after, wanted.after, "power changes nothing but whether");
                prop_assert!(plan.status_after <= wanted.status_after, "nobody rises by it");
            }
            Err(Refusal::InsufficientPower(reason)) => {
                prop_assert!(!may(&actor, &ledger.account, &wanted), "refused: {:?}", reason);
            }
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn whatever_several_actors_do_each_stays_within_their_power(
        mut ledger in beginnings(),
        steps in proptest::collection::vec((actors(), histories_with_skips()), 1..4),
    ) {
        for (actor, steps) in &steps {
            for step in steps {
                let before = ledger.account.clone();
                ledger.authority = acting(actor.ceiling, actor.person_for(&before).as_ref());
                let Some(number) = play(&mut ledger, step) else { continue };
                let transition = &ledger.entry(number).transition;
                let by_authority = !matches!(step, Step::Grant(_)) && !transition.is_nothing();
                prop_assert!(!by_authority || may(actor, &before, transition), "{:?}", transition);
            }
        }
    }

    #[test]
    fn a_barred_account_never_gains(
        mut ledger in beginnings(),
        before in histories_with_skips(),
        banned: bool,
        after in histories_with_skips(),
    ) {
        play_all(&mut ledger, &before);
        (ledger.account.banned, ledger.account.archived) = (banned, !banned);
        for step in after.iter().filter(|step| !matches!(step, Step::Grant(_))) {
            let Some(number) = play(&mut ledger, step) else { continue };
            let transition = &ledger.entry(number).transition;
            prop_assert!(!gains_ranks(transition), "{:?}", transition);
            prop_assert!(transition.status_before || !transition.status_after, "{:?}", transition);
        }
    }
}
