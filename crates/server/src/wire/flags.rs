//! Flags on shared identifiers on the wire.

use rankledger_domain::ids::{AccountId, CredentialId, FlagId};
use rankledger_storage::identifier_flags::{Dismissal, FlaggedAccount, IdentifierFlag};
use schemars::JsonSchema;
use serde::Serialize;

use crate::wire::time::Time;

/// A page of flags.
#[derive(Serialize, JsonSchema)]
pub struct FlagsBody {
    /// The flags, newest first.
    pub(crate) items: Vec<FlagBody>,
    /// How many there are on all pages.
    pub(crate) total: u32,
    pub(crate) skip: u32,
    pub(crate) take: u32,
}

/// A flag: several accounts have the same identifier, of a type that people share.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlagBody {
    pub(crate) id: FlagId,
    /// The type of the identifier: `ip`, `hwid`, ...
    pub(crate) r#type: String,
    /// The value that the accounts share.
    pub(crate) value: String,
    pub(crate) raised_at: Time,
    /// The accounts that have it, or had it when the flag was raised.
    pub(crate) accounts: Vec<FlaggedAccountBody>,
    /// Who dismissed the flag; null while it is open.
    pub(crate) dismissed: Option<DismissedBody>,
}

/// An account that a flag names.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlaggedAccountBody {
    pub(crate) acc_id: AccountId,
    pub(crate) acc_name: String,
    /// Since when the flag names it.
    pub(crate) since: Time,
}

/// The end of a flag.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DismissedBody {
    pub(crate) at: Time,
    /// The person who dismissed it, if one was named.
    pub(crate) user_id: Option<AccountId>,
    /// The credential that was used.
    pub(crate) credential_id: Option<CredentialId>,
    pub(crate) reason: Option<String>,
}

impl From<IdentifierFlag> for FlagBody {
    fn from(flag: IdentifierFlag) -> Self {
        Self {
            id: flag.id,
            r#type: flag.identifier.kind,
            value: flag.identifier.value,
            raised_at: Time(flag.raised_at),
            accounts: flag.accounts.into_iter().map(FlaggedAccountBody::from).collect(),
            dismissed: flag.dismissal.map(DismissedBody::from),
        }
    }
}

impl From<FlaggedAccount> for FlaggedAccountBody {
    fn from(FlaggedAccount { id, name, since }: FlaggedAccount) -> Self {
        Self { acc_id: id, acc_name: name, since: Time(since) }
    }
}

impl From<Dismissal> for DismissedBody {
    fn from(Dismissal { at, user, credential, reason }: Dismissal) -> Self {
        Self { at: Time(at), user_id: user, credential_id: credential, reason }
    }
}
