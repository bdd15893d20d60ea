//! Who a session of the console acts as at this moment: the credential of its key, or the person with their
//! own power and the scopes that their ranks carry.

use std::collections::HashMap;

use rankledger_domain::account::AccountPower;
use rankledger_domain::console::{Holder, credential_of_operator, credential_of_person, scopes_of};
use rankledger_domain::credential::{Credential, Scope, Scopes};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, RankId};
use rankledger_storage::departments::DepartmentRank;

use crate::ops::actor::UserName;
use crate::ops::{OpError, View};
use crate::wire::problem::Problem;

/// Who acts in the console.
#[derive(Debug, Clone)]
pub struct Acting {
    /// What they may do. The credential of a person is that of the console, with the scopes of their ranks
    /// and their power as its ceiling.
    pub credential: Credential,
    /// The person. `None` if a key or the operator has signed in.
    pub person: Option<ActingPerson>,
}

/// A person who acts in the console.
#[derive(Debug, Clone)]
pub struct ActingPerson {
    /// Their account.
    pub id: AccountId,
    /// Their name.
    pub name: String,
    /// Their power now.
    pub power: AccountPower,
    /// Their highest rank.
    pub rank: Option<RankId>,
}

impl Acting {
    /// Finds who a session of this holder acts as. Refuses a key that is not accepted any more, and a person
    /// who is banned, archived or disabled, or whose ranks carry no scope.
    pub async fn of(holder: Holder, community: CommunityId, view: &mut View<'_>) -> Result<Self, OpError> {
        match holder {
            Holder::Operator => {
                Ok(Self { credential: credential_of_operator(community, view.now), person: None })
            }
            Holder::Key(id) => Self::of_key(id, community, view).await,
            Holder::Person(id) => Self::of_person(id, community, view).await,
        }
    }

    async fn of_key(id: CredentialId, community: CommunityId, view: &mut View<'_>) -> Result<Self, OpError> {
        let all = view.tx.credentials(community).await?;
        let found = all.into_iter().find(|credential| credential.id == id);
        let credential = found.ok_or_else(Problem::session_over)?;
        credential.accepted_at(view.now).map_err(Problem::ended_credential)?;
        Ok(Self { credential, person: None })
    }

    async fn of_person(id: AccountId, community: CommunityId, view: &mut View<'_>) -> Result<Self, OpError> {
        let found = view.tx.snapshot(community, id).await?.ok_or_else(Problem::session_over)?;
        let (account, profile) = (&found.standing.account, &found.details.profile);
        if account.banned || account.archived || !profile.sys_status {
            return Err(Problem::person_barred(&profile.name).into());
        }
        let carried = view.tx.department_ranks(community).await?;
        let carried: HashMap<RankId, &Scopes> =
            carried.iter().map(|DepartmentRank { rank, scopes, .. }| (rank.id, scopes)).collect();
        let scopes = scopes_of(account, |rank| carried.get(&rank).copied(), view.now);
        if scopes.iter().next().is_none() {
            return Err(Problem::no_scope_carried(&profile.name).into());
        }
        let ranks = view.tx.ranks(community).await?;
        let held = account.ranks.iter().filter(|held| !held.has_ended(view.now)).map(|held| held.rank);
        let person = ActingPerson {
            id,
            name: profile.name.clone(),
            power: account.power(&ranks, view.now),
            rank: held.max_by_key(|rank| ranks.power(*rank)),
        };
        let credential = credential_of_person(community, account, scopes, &ranks, view.now);
        Ok(Self { credential, person: Some(person) })
    }

    /// Returns the person as commands name them.
    #[must_use]
    pub fn user(&self) -> Option<UserName> {
        self.person.as_ref().map(|person| UserName::Account(person.id))
    }

    /// Whether they may do this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.credential.scopes.allow(scope)
    }
}
