//! Flags: the notice to administrators that several accounts have the same shared identifier.
//!
//! A flag names one value and all accounts that are known to have it. It is open until somebody dismisses
//! it. A pair of accounts that a flag of the value names, open or dismissed, is never flagged again.

use crate::ids::{AccountId, FlagId};

/// Number of accounts with the same value from which on no more flags are raised: the value then belongs to
/// a network or a place, and says nothing of the people.
pub const MOST_FLAGGED: usize = 50;

/// A flag of one value, as far as [`plan_flag`] needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFlag {
    /// Names it.
    pub id: FlagId,
    /// Whether nobody has dismissed it yet.
    pub is_open: bool,
    /// The accounts that it names.
    pub accounts: Vec<AccountId>,
}

/// The effect on the flags of a value when an account is found to have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlagPlan {
    /// Every pair is known.
    Nothing,
    /// A new flag names these accounts.
    Raise(Vec<AccountId>),
    /// The open flag names these accounts as well.
    Extend(FlagId, Vec<AccountId>),
}

/// Decides what becomes of the flags of a value. `others` are the accounts that have it besides `account`.
#[must_use]
pub fn plan_flag(account: AccountId, others: &[AccountId], flags: &[KnownFlag]) -> FlagPlan {
    if others.len() >= MOST_FLAGGED {
        return FlagPlan::Nothing;
    }
    let is_known = |other: &AccountId| {
        flags.iter().any(|flag| flag.accounts.contains(&account) && flag.accounts.contains(other))
    };
    let unknown: Vec<_> = others.iter().copied().filter(|other| !is_known(other)).collect();
    if unknown.is_empty() {
        return FlagPlan::Nothing;
    }
    let pairs = std::iter::once(account).chain(unknown);
    match flags.iter().find(|flag| flag.is_open) {
        Some(open) => {
            FlagPlan::Extend(open.id, pairs.filter(|account| !open.accounts.contains(account)).collect())
        }
        None => FlagPlan::Raise(pairs.collect()),
    }
}
