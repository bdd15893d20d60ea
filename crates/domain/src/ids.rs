//! The ids of things, one type each, so that the compiler refuses a rank id where an account id is meant.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes UUIDs. Passed in wherever an id is made, so that tests control them.
pub trait Ids: Send + Sync {
    /// Returns a new UUID, never returned before. In production its version is 7, so that new rows sort last
    /// in their index.
    fn uuid(&self) -> Uuid;
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id! {
    /// Names an account: `accId` on the wire.
    AccountId
}
uuid_id! {
    /// Names a rank within its community.
    RankId
}
uuid_id! {
    /// Names a department within its community.
    DepartmentId
}
uuid_id! {
    /// Names a rank change to clients: what an undo is asked for by.
    UndoId
}
uuid_id! {
    /// Names what has a place in the log of a community: a rank change (`originalLogId` on the wire), or the
    /// entry of an act that is none.
    LogId
}
uuid_id! {
    /// Names a flag on a shared identifier.
    FlagId
}
uuid_id! {
    /// Names a credential, not its secret.
    CredentialId
}
uuid_id! {
    /// Names the changes that one rollback recorded.
    BatchId
}
uuid_id! {
    /// Names a subscription to the events of a community.
    SubscriptionId
}
uuid_id! {
    /// Names a session of the console, not its token.
    SessionId
}

/// Number of low bits in an undo id that hold the number of its change.
const NUMBER_BITS: u32 = 40;

impl UndoId {
    /// Returns an undo id for the change of this number, made of a new UUID: its last 40 bits are the number,
    /// so that the change is found by its number and undo ids need no index. A number that does not fit
    /// leaves the UUID as it is.
    #[must_use]
    pub fn holding(number: ChangeNumber, uuid: Uuid) -> Self {
        match u128::try_from(number.0) {
            Ok(bits) if bits >> NUMBER_BITS == 0 => {
                Self(Uuid::from_u128(uuid.as_u128() & !NUMBER_MASK | bits))
            }
            _ => Self(uuid),
        }
    }

    /// Returns the number that the id holds, if its change has one of [`UndoId::holding`]: the last 40 bits.
    /// In an id that somebody else made they mean nothing.
    #[must_use]
    pub fn number(self) -> ChangeNumber {
        let bits = self.0.as_u128() & NUMBER_MASK;
        ChangeNumber(i64::try_from(bits).expect("40 bits fit"))
    }
}

/// The bits of an undo id that hold a number.
const NUMBER_MASK: u128 = (1 << NUMBER_BITS) - 1;

impl CredentialId {
    /// Id of the operator, who works on the database without a credential. No stored credential has this id,
    /// and changes made with it are recorded without a credential.
    pub const OPERATOR: Self = Self(Uuid::nil());

    /// Id of the console, in which people act without a key. No stored credential has this id. What is done
    /// with it was done by whoever had signed in: the person who is named, or the operator if nobody is.
    pub const CONSOLE: Self = Self(Uuid::from_u128(0x636f_6e73_6f6c_8500_8000_0000_0000_0000));
}

/// Internal key of a community: the first part of every table's key. Clients see the community's public id
/// and UUID instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommunityId(pub i64);

/// The position of a rank change in its community: 1, 2, 3, ... without a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ChangeNumber(#[schemars(range(min = 1))] pub i64);

impl ChangeNumber {
    /// Returns the number after this one; the first number follows `ChangeNumber(0)`.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Returns the number before this one; `ChangeNumber(0)` is before the first.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }
}

impl fmt::Display for ChangeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
