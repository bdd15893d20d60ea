//! Acts: how everything that is no rank change is written into the community's log. Rank changes are written
//! by `record.rs`.

use std::net::IpAddr;

use jiff::Timestamp;
use rankledger_domain::credential::Credential;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, Ids, LogId};
use rankledger_domain::log::{Act, ActKind};
use rankledger_storage::{StorageError, WriteTx};
use serde::Serialize;
use serde_json::Value;

/// Who acts, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    community: CommunityId,
    actor: Option<AccountId>,
    credential: Option<CredentialId>,
    address: Option<IpAddr>,
}

impl Origin {
    /// The operator of the server, at the command line. The server itself acts like this, too.
    #[must_use]
    pub fn operator(community: CommunityId) -> Self {
        Self { community, actor: None, credential: None, address: None }
    }

    /// A credential, whose request came from this address; `None` if it came from no network.
    #[must_use]
    pub fn of(credential: &Credential, address: Option<IpAddr>) -> Self {
        let id = Some(credential.id).filter(|id| *id != CredentialId::OPERATOR);
        Self { community: credential.community, actor: None, credential: id, address }
    }

    /// The community in which something is done.
    #[must_use]
    pub fn community(&self) -> CommunityId {
        self.community
    }

    /// Names the person who acts, if the request named one.
    #[must_use]
    pub fn by(self, actor: Option<AccountId>) -> Self {
        Self { actor, ..self }
    }
}

/// An act about to be written: what was done, and to what.
#[derive(Debug, Clone)]
pub struct NewAct {
    kind: ActKind,
    account: Option<AccountId>,
    before: Option<String>,
    after: Option<String>,
}

impl NewAct {
    /// Returns an act of this kind, about nothing in particular.
    #[must_use]
    pub fn of(kind: ActKind) -> Self {
        Self { kind, account: None, before: None, after: None }
    }

    /// Returns the act that a part of the structure was made, changed or removed, which looks like this in
    /// the log before and after it.
    #[must_use]
    pub fn structure(before: Option<&Value>, after: Option<&Value>) -> Self {
        let [before, after] = [before, after].map(|state| state.map(json));
        Self { kind: ActKind::StructureChanged, account: None, before, after }
    }

    /// Names the account that it is done to.
    #[must_use]
    pub fn to(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// Says how things were before.
    #[must_use]
    pub fn before(self, state: &impl Serialize) -> Self {
        Self { before: Some(json(state)), ..self }
    }

    /// Says how things are afterwards.
    #[must_use]
    pub fn after(self, state: &impl Serialize) -> Self {
        Self { after: Some(json(state)), ..self }
    }
}

fn json(state: &impl Serialize) -> String {
    serde_json::to_string(state).expect("plain data always has a JSON form")
}

/// Writes an act at the end of the log of the community.
pub async fn write_act(
    tx: &mut dyn WriteTx,
    ids: &dyn Ids,
    at: Timestamp,
    origin: Origin,
    new: NewAct,
) -> Result<(), StorageError> {
    let Origin { community, actor, credential, address } = origin;
    let NewAct { kind, account, before, after } = new;
    let id = LogId(ids.uuid());
    let act = Act { id, at, kind, actor, credential, address, account, before, after };
    tx.append_to_log(community, &act).await.map(drop)
}
