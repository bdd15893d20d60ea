//! The community of the histories: its accounts, ranks, promotion flows and credentials.
//!
//! Everything is named by its index in a list, so that a printed history can be read.

/// A rank, by its index in [`RANKS`].
pub(crate) type Rank = usize;

/// An account, by its index in [`ACCOUNTS`].
pub(crate) type Account = usize;

/// Each rank: its key, and its power at the beginning. Two powers are equal, to test "strictly below" at its
/// edge.
pub(crate) const RANKS: [(&str, u32); 6] =
    [("cadet", 10), ("officer", 20), ("medic", 20), ("sergeant", 40), ("captain", 60), ("chief", 90)];

/// Each account: its name, and the ranks that it begins with.
pub(crate) const ACCOUNTS: [(&str, &[Rank]); 5] =
    [("owner", &[]), ("chief", &[5]), ("sergeant", &[3, 2]), ("member", &[0, 1]), ("newcomer", &[])];

/// The account that owns the community.
pub(crate) const OWNER: Account = 0;

/// The directions in which a flow may be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Both,
    Promote,
    Demote,
}

/// A promotion flow.
pub(crate) struct Flow {
    pub(crate) key: &'static str,
    pub(crate) add: &'static [Rank],
    pub(crate) remove: &'static [Rank],
    pub(crate) direction: Direction,
}

/// The promotion flows: two steps of a ladder, and ranks that are given beside it.
pub(crate) const FLOWS: [Flow; 4] = [
    Flow { key: "to-officer", add: &[1], remove: &[0], direction: Direction::Both },
    Flow { key: "to-sergeant", add: &[3], remove: &[1], direction: Direction::Both },
    Flow { key: "first-aid", add: &[2], remove: &[], direction: Direction::Promote },
    Flow { key: "lay-down", add: &[0], remove: &[4, 3], direction: Direction::Demote },
];

/// A credential, by the power it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential {
    /// Has no power ceiling.
    Open,
    /// Reaches what is below 60.
    Below60,
    /// Reaches what is below 20.
    Below20,
}

impl Credential {
    pub(crate) const ALL: [Self; 3] = [Self::Open, Self::Below60, Self::Below20];

    /// Returns the power ceiling. `None` if the credential has none.
    pub(crate) fn ceiling(self) -> Option<u32> {
        match self {
            Self::Open => None,
            Self::Below60 => Some(60),
            Self::Below20 => Some(20),
        }
    }

    /// Returns the id of the credential.
    pub(crate) fn id(self) -> uuid::Uuid {
        uuid::Uuid::from_u128(0xc000_0000_0000_0000_0000_0000_0000_0000 + u128::from(self as u8))
    }
}

/// Returns the id of a rank.
pub(crate) fn rank_id(rank: Rank) -> String {
    format!("10000000-0000-0000-0000-{rank:012}")
}

/// Returns the id of an account.
pub(crate) fn account_id(account: Account) -> String {
    format!("a0000000-0000-0000-0000-{account:012}")
}

/// Returns the rank with this id.
pub(crate) fn rank_of(id: &str) -> Rank {
    (0..RANKS.len()).find(|rank| rank_id(*rank) == id).expect("a rank of this community")
}

/// Returns the account with this id.
pub(crate) fn account_of(id: &str) -> Account {
    (0..ACCOUNTS.len()).find(|account| account_id(*account) == id).expect("an account of this community")
}

/// Returns the community as an import document.
pub(crate) fn document() -> String {
    let ranks = RANKS.iter().enumerate().map(|(rank, (key, power))| {
        format!("      - {{ id: {}, key: {key}, label: {key}, power: {power} }}\n", rank_id(rank))
    });
    let flows = FLOWS.iter().map(|flow| {
        let Flow { key, add, remove, direction } = flow;
        let direction = format!("{direction:?}").to_lowercase();
        let (add, remove) = (keys(add), keys(remove));
        format!(
            "  - {{ key: {key}, labelFrom: a, labelTo: b, ranksToAdd: [{add}], ranksToRemove: [{remove}], \
             promotionType: {direction} }}\n"
        )
    });
    let accounts = ACCOUNTS.iter().enumerate().map(|(account, (name, ranks))| {
        format!(
            "  - {{ id: {}, name: {name}, owner: {}, ranks: [{}] }}\n",
            account_id(account),
            account == OWNER,
            keys(ranks)
        )
    });
    format!(
        "community: {{ id: club, name: The Club }}\n\
         departments:\n  - label: Everybody\n    ranks:\n{}\
         promotionFlows:\n{}\
         accounts:\n{}",
        ranks.collect::<String>(),
        flows.collect::<String>(),
        accounts.collect::<String>()
    )
}

fn keys(ranks: &[Rank]) -> String {
    ranks.iter().map(|rank| RANKS[*rank].0).collect::<Vec<_>>().join(", ")
}
