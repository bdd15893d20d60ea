//! Random histories. Likely things are likely: most requests come from somebody who may make them, and many
//! undone changes were touched again.

use std::fmt::Debug;

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use crate::community::{Account, Credential, Direction, FLOWS, OWNER, Rank};
use crate::steps::{Back, By, End, Entry, Filter, OnConflict, Out, Person, Pick, Request, Step};

/// The largest number of steps in a history.
const MOST_STEPS: usize = 25;

/// Accounts, ranks and credentials of a history. An item that occurs more than once in a list is likelier.
#[derive(Debug, Clone, Copy)]
struct Cast {
    accounts: &'static [Account],
    ranks: &'static [Rank],
    credentials: &'static [Credential],
}

/// Everybody, and every rank.
const MANY: Cast = Cast {
    accounts: &[0, 1, 2, 3, 3, 3, 4, 4, 4, 4],
    ranks: &[0, 0, 0, 1, 1, 2, 3, 4, 5],
    credentials: &[Credential::Open, Credential::Open, Credential::Below60, Credential::Below20],
};

/// One account and few ranks, so that much is done again and again.
const FEW: Cast = Cast { accounts: &[3], ranks: &[0, 0, 1, 2], credentials: &[Credential::Open] };

/// Returns histories of up to [`MOST_STEPS`] steps.
pub(crate) fn histories() -> impl Strategy<Value = Vec<Step>> {
    let of = |cast: Cast| vec(cast.step(), 1..=MOST_STEPS);
    prop_oneof![of(MANY), of(FEW)]
}

impl Cast {
    fn step(self) -> impl Strategy<Value = Step> {
        let (by, account, rank) = (|| self.by(), || self.account(), || self.rank());
        prop_oneof![
            30 => (by(), account(), self.request(), tried())
                .prop_map(|(by, account, request, tried)| Step::Change { by, account, request, tried }),
            7 => (by(), flow(), vec(account(), 1..3), any::<bool>(), tried()).prop_map(
                |(by, (flow, promote), users, force, tried)| Step::Flow { by, flow, users, promote, force, tried }
            ),
            34 => (by(), pick(), any_of(&[OnConflict::Refuse, OnConflict::Skip]), tried())
                .prop_map(|(by, change, on_conflict, tried)| Step::Undo { by, change, on_conflict, tried }),
            5 => (by(), account(), any_of(&[Out::Ban, Out::Kick, Out::Archive]), any::<bool>())
                .prop_map(|(by, account, how, keep_ranks)| Step::PutOut { by, account, how, keep_ranks }),
            7 => (by(), account(), any_of(&[Back::Unban, Back::Restore]))
                .prop_map(|(by, account, how)| Step::BringBack { by, account, how }),
            3 => (by(), rank(), any::<bool>())
                .prop_map(|(by, rank, remove_from_holders)| Step::Retire { by, rank, remove_from_holders }),
            3 => (by(), rank()).prop_map(|(by, rank)| Step::Restore { by, rank }),
            2 => (by(), rank(), any_of(&[0, 10, 20, 40, 60, 95]))
                .prop_map(|(by, rank, power)| Step::Repower { by, rank, power }),
            7 => (1..5_i64, weighted(0.8)).prop_map(|(hours, noticed)| Step::Wait { hours, noticed }),
            2 => (by(), weighted(0.4)).prop_map(|(by, frozen)| Step::Freeze { by, frozen }),
            4 => (by(), self.filter(), any_of(&[OnConflict::Refuse, OnConflict::Force]))
                .prop_map(|(by, filter, on_conflict)| Step::Rollback { by, filter, on_conflict }),
        ]
    }

    fn account(self) -> impl Strategy<Value = Account> {
        any_of(self.accounts)
    }

    fn rank(self) -> impl Strategy<Value = Rank> {
        any_of(self.ranks)
    }

    fn by(self) -> impl Strategy<Value = By> {
        let person = prop_oneof![
            14 => Just(Person::Nobody),
            2 => Just(Person::Named(OWNER)),
            3 => self.account().prop_map(Person::Named),
            1 => Just(Person::Oneself),
        ];
        (any_of(self.credentials), person).prop_map(|(credential, person)| By { credential, person })
    }

    fn request(self) -> impl Strategy<Value = Request> {
        let set = option::weighted(0.2, vec(self.entry(), 0..4));
        let add = option::weighted(0.6, vec(self.entry(), 0..3));
        let remove = option::weighted(0.5, vec(self.rank(), 0..3));
        let active = option::weighted(0.25, any::<bool>());
        (set, add, remove, active)
            .prop_map(|(set, add, remove, active)| Request { set, add, remove, active })
            .prop_filter("it asks for something", |request| !request.is_empty())
    }

    fn entry(self) -> impl Strategy<Value = Entry> {
        let end = prop_oneof![
            6 => Just(End::Unsaid),
            1 => Just(End::Never),
            1 => (1..6_i64).prop_map(End::At),
            2 => (1..6_i64).prop_map(End::In),
            1 => (1..6_i64).prop_map(End::Extended),
            2 => (1..6_i64).prop_map(End::Replaced),
        ];
        (self.rank(), end).prop_map(|(rank, end)| Entry { rank, end })
    }

    /// Returns the filter of a rollback. Most filters have one condition, because two match few changes.
    fn filter(self) -> impl Strategy<Value = Filter> {
        let one = || {
            prop_oneof![
                3 => (0..6_i64).prop_map(|hours| Filter { hours: Some(hours), ..Filter::default() }),
                3 => vec(self.account(), 1..3)
                    .prop_map(|accounts| Filter { accounts: Some(accounts), ..Filter::default() }),
                2 => any_of(&Credential::ALL)
                    .prop_map(|credential| Filter { credential: Some(credential), ..Filter::default() }),
                2 => (0..2_usize).prop_map(|batch| Filter { batch: Some(batch), ..Filter::default() }),
                1 => self.account().prop_map(|person| Filter { person: Some(person), ..Filter::default() }),
                1 => vec(self.rank(), 1..3)
                    .prop_map(|ranks| Filter { ranks: Some(ranks), ..Filter::default() }),
            ]
        };
        prop_oneof![3 => one(), 1 => (one(), one()).prop_map(|(one, other)| one.and(other))]
    }
}

/// Returns whether a request is sent as a dry run first.
fn tried() -> impl Strategy<Value = bool> {
    weighted(0.1)
}

/// Returns a flow and a direction, mostly one in which it may be run.
fn flow() -> impl Strategy<Value = (usize, bool)> {
    let meant = |(flow, promote): (usize, bool)| match FLOWS[flow].direction {
        Direction::Both => (flow, promote),
        Direction::Promote => (flow, true),
        Direction::Demote => (flow, false),
    };
    let any = || (0..FLOWS.len(), any::<bool>());
    prop_oneof![1 => any(), 9 => any().prop_map(meant)]
}

/// Returns a change to undo. Half of these changes are recent.
fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![0..3_usize, 0..30_usize].prop_map(Pick)
}

fn any_of<T: Copy + Debug + 'static>(these: &[T]) -> impl Strategy<Value = T> + use<T> {
    select(these.to_vec())
}
