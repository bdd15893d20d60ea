//! Random histories for the laws in `algebra`: the account at the beginning, and the steps that follow.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};
use rankledger_domain::account::HeldRank;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::grant::{Grant, GrantEnd};
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::rank::RankName;
use rankledger_domain::refusal::Refusal;
use rankledger_domain::undo::OnConflict;

use crate::kit::{Ledger, hours, id};

/// The ranks in the histories: few, so that changes meet.
const KEYS: [&str; 5] = ["recruit", "officer", "medic", "sergeant", "captain"];

/// One step of a history.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A request.
    Request(ChangeRequest),
    /// A rank is given with an end, or its end is changed, as an import does.
    Grant(HeldRank),
    /// An undo of one of the changes so far, or of a reversal.
    Undo(usize, OnConflict),
}

fn key() -> impl Strategy<Value = &'static str> {
    select(&KEYS[..])
}

fn end() -> impl Strategy<Value = Option<i64>> {
    option::weighted(0.3, 1..4_i64)
}

fn grant(key: &str, end: Option<i64>) -> HeldRank {
    HeldRank { rank: id(key), expires_at: end.map(hours) }
}

/// Generates ledgers of an account with some ranks in some order, some with ends, active or not.
pub(crate) fn beginnings() -> impl Strategy<Value = Ledger> {
    let keys = subsequence(KEYS.to_vec(), 0..=KEYS.len()).prop_shuffle();
    (keys, vec(end(), KEYS.len()), any::<bool>()).prop_map(|(keys, ends, status)| {
        let mut ledger = Ledger::holding("");
        ledger.account.ranks = keys.into_iter().zip(ends).map(|(key, end)| grant(key, end)).collect();
        ledger.account.com_status = status;
        ledger
    })
}

/// Generates entries of `set` and `add`: most give no end.
fn asked_grant() -> impl Strategy<Value = Grant> {
    let end = prop_oneof![
        6 => Just(GrantEnd::Keep),
        1 => Just(GrantEnd::Never),
        3 => (1..4_i64).prop_map(|end| GrantEnd::At(hours(end))),
        2 => (1..4_i64).prop_map(|end| GrantEnd::AtLeast(hours(end))),
    ];
    (key(), end).prop_map(|(key, end)| Grant { name: RankName::parse(key), end })
}

/// Generates requests that ask for something.
pub(crate) fn requests() -> impl Strategy<Value = ChangeRequest> {
    let names = vec(key().prop_map(RankName::parse), 0..4);
    let grants = |share| option::weighted(share, vec(asked_grant(), 0..4));
    let active = option::weighted(0.25, any::<bool>());
    let parts = (grants(0.25), grants(0.6), option::weighted(0.6, names), active);
    parts
        .prop_map(|(set, add, remove, active)| ChangeRequest { set, add, remove, active })
        .prop_filter("asks for something", |request| *request != ChangeRequest::default())
}

fn grants() -> impl Strategy<Value = Step> {
    (key(), end()).prop_map(|(key, end)| Step::Grant(grant(key, end)))
}

/// Generates changes only.
pub(crate) fn changes() -> impl Strategy<Value = Vec<Step>> {
    vec(prop_oneof![5 => requests().prop_map(Step::Request), 1 => grants()], 1..10)
}

fn steps(on_conflict: BoxedStrategy<OnConflict>) -> impl Strategy<Value = Vec<Step>> {
    let undo = (any::<usize>(), on_conflict).prop_map(|(which, on_conflict)| Step::Undo(which, on_conflict));
    vec(prop_oneof![5 => requests().prop_map(Step::Request), 1 => grants(), 6 => undo], 1..16)
}

/// Generates changes, undos and redos.
pub(crate) fn histories() -> impl Strategy<Value = Vec<Step>> {
    steps(Just(OnConflict::Refuse).boxed())
}

/// Generates changes, undos and redos, where some of the undos skip slots that are not clean.
pub(crate) fn histories_with_skips() -> impl Strategy<Value = Vec<Step>> {
    steps(select(vec![OnConflict::Refuse, OnConflict::Skip]).boxed())
}

/// Carries out a step. Returns the number of the recorded change. `None` if none was recorded.
pub(crate) fn play(ledger: &mut Ledger, step: &Step) -> Option<ChangeNumber> {
    let recorded = match step {
        Step::Request(request) => ledger.try_request(request),
        Step::Grant(grant) => Ok(play_grant(ledger, *grant)),
        Step::Undo(which, on_conflict) => play_undo(ledger, *which, *on_conflict),
    };
    match recorded {
        Ok(number) => number,
        Err(Refusal::UnknownRank(_) | Refusal::EmptyRequest) => panic!("histories ask for what there is"),
        Err(_) => None,
    }
}

fn play_undo(
    ledger: &mut Ledger,
    which: usize,
    on_conflict: OnConflict,
) -> Result<Option<ChangeNumber>, Refusal> {
    let Some(index) = which.checked_rem(ledger.entries.len()) else { return Ok(None) };
    let named = ledger.entries[index].number;
    Ok(ledger.try_undo(named, on_conflict)?.map(|(reversal, _)| reversal))
}

fn play_grant(ledger: &mut Ledger, grant: HeldRank) -> Option<ChangeNumber> {
    let mut after = ledger.account.ranks.clone();
    match after.iter_mut().find(|held| held.rank == grant.rank) {
        Some(held) => *held = grant,
        None => after.push(grant),
    }
    (after != ledger.account.ranks).then(|| ledger.grant(after))
}

/// Plays a whole history.
pub(crate) fn play_all(ledger: &mut Ledger, steps: &[Step]) {
    for step in steps {
        play(ledger, step);
    }
}
