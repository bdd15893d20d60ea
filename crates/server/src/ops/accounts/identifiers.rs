//! Register and Remove Identifiers: ties an account to Discord, Roblox, Steam and the like.

use std::collections::HashSet;

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::identifier::{IdentifierName, MOST_OF_AN_ACCOUNT};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::ActKind;
use rankledger_storage::StorageError;
use rankledger_storage::accounts::Profile;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::json::Json;
use serde_json::json;
use uuid::Uuid;

use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::guards::check::PlannedRemovals;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, TakenIdentifier, types};

/// A request to register identifiers as verified: all of them, or none.
#[derive(Debug, Clone)]
pub struct RegisterIdentifiers {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// The identifiers, in the spelling that is kept, as often as the request has them.
    pub identifiers: Vec<IdentifierName>,
}

#[async_trait]
impl Command for RegisterIdentifiers {
    /// The identifiers that are registered now, each once.
    type Output = Vec<IdentifierName>;

    const REFUSES: &'static [&'static ProblemType] = &[
        &types::INSUFFICIENT_POWER,
        &types::COMMUNITY_FROZEN,
        &types::IDENTIFIER_TAKEN,
        &types::TOO_MANY_IDENTIFIERS,
        &types::ACCOUNT_BANNED,
        &types::ACCOUNT_ARCHIVED,
    ];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<IdentifierName>, OpError> {
        let community = self.actor.community();
        let found = work.snapshot(community, self.account).await?;
        // Elsewhere, the person behind a linked identifier acts as this account.
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.check_account(&found.standing.account, work.now)?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        refuse_taken(work, community, self.account, &self.identifiers).await?;
        refuse_barred(&found.standing.account, &found.details.identifiers, &self.identifiers)?;
        refuse_too_many(&found.details.identifiers, &self.identifiers)?;
        let (profile, known) = (found.details.profile.clone(), found.details.identifiers.to_vec());
        register(work, community, profile, known, &self.identifiers).await?;
        if !self.identifiers.is_empty() {
            let act = NewAct::of(ActKind::IdentifiersChanged).to(self.account);
            let act = act.after(&json!({"identifiers": spelled(&self.identifiers)}));
            work.log(authorized.origin(), act).await?;
        }
        let mut registered = Vec::with_capacity(self.identifiers.len());
        for name in self.identifiers {
            if !registered.contains(&name) {
                registered.push(name);
            }
        }
        Ok(registered)
    }
}

/// A barred account gains no identifiers. It has no power now, so that nobody's authority is too low for it;
/// but once the ban or the archiving is undone, the person behind the identifier would act with all its
/// ranks.
fn refuse_barred(account: &Account, known: &[Identifier], names: &[IdentifierName]) -> Result<(), Problem> {
    let is_known = |name: &IdentifierName| {
        known.iter().any(|known| known.verified && *known.kind == *name.kind && *known.value == *name.value)
    };
    if names.iter().all(is_known) {
        return Ok(());
    }
    if account.banned {
        return Err(Problem::banned_gains_no_identifiers());
    }
    if account.archived { Err(Problem::archived_gains_no_identifiers()) } else { Ok(()) }
}

/// An account that has too many, from an import, keeps them and gains none.
fn refuse_too_many(known: &[Identifier], names: &[IdentifierName]) -> Result<(), Problem> {
    let has = |name: &&IdentifierName| {
        known.iter().any(|known| *known.kind == *name.kind && *known.value == *name.value)
    };
    let new: HashSet<_> = names.iter().filter(|name| !has(name)).collect();
    if !new.is_empty() && known.len() + new.len() > MOST_OF_AN_ACCOUNT {
        return Err(Problem::too_many_identifiers(known.len(), new.len(), MOST_OF_AN_ACCOUNT));
    }
    Ok(())
}

/// A verified value has one owner in a community.
pub(super) async fn refuse_taken(
    work: &mut Work<'_>,
    community: CommunityId,
    account: AccountId,
    names: &[IdentifierName],
) -> Result<(), OpError> {
    let mut taken = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let owners = owners(work, community, name).await?;
        if let Some(owner) = owners.into_iter().find(|owner| *owner != account) {
            taken.push(TakenIdentifier { index, name: name.clone(), owner });
        }
    }
    if taken.is_empty() { Ok(()) } else { Err(Problem::identifiers_taken(&taken).into()) }
}

/// Whose an identifier is: by a verified identifier, or, for Discord, by the account's row alone.
async fn owners(
    work: &mut Work<'_>,
    community: CommunityId,
    name: &IdentifierName,
) -> Result<Vec<AccountId>, StorageError> {
    if name.kind == "discord" {
        return work.tx.accounts_linked_to_discord(community, &name.value).await;
    }
    let owner = work.tx.identifier_owner(community, &name.kind, &name.value).await?;
    Ok(owner.into_iter().collect())
}

/// Stores identifiers of an account as verified. One that it has already is counted once more.
pub(super) async fn register(
    work: &mut Work<'_>,
    community: CommunityId,
    mut profile: Profile,
    mut known: Vec<Identifier>,
    names: &[IdentifierName],
) -> Result<(), OpError> {
    for name in names {
        let same = |known: &&mut Identifier| *known.kind == *name.kind && *known.value == *name.value;
        let identifier = if let Some(known) = known.iter_mut().find(same) {
            known.ref_count += 1;
            known.verified = true;
            known.updated_at = Some(work.now);
            known.clone()
        } else {
            let new = new_identifier(work, profile.id, name);
            known.push(new.clone());
            new
        };
        work.tx.put_identifier(community, &identifier).await?;
        match name.kind.as_str() {
            "discord" => profile.discord_id = profile.discord_id.or_else(|| Some(name.value.clone())),
            "roblox" => profile.roblox_id = profile.roblox_id.or_else(|| Some(name.value.clone())),
            _ => {}
        }
    }
    if !names.is_empty() {
        work.tx.update_profile(community, &profile).await?;
    }
    Ok(())
}

/// Returns identifiers as the log shows them: the type, a colon, and the value.
pub(super) fn spelled(names: &[IdentifierName]) -> Vec<String> {
    names.iter().map(|name| format!("{}:{}", name.kind, name.value)).collect()
}

fn new_identifier(work: &Work<'_>, account: AccountId, name: &IdentifierName) -> Identifier {
    Identifier {
        id: work.uuid(),
        account,
        kind: name.kind.as_str().into(),
        value: name.value.as_str().into(),
        ref_count: 1,
        verified: true,
        metadata: Json::EMPTY_OBJECT,
        flag_id: None,
        created_at: work.now,
        updated_at: None,
    }
}

/// A request to take an identifier away from an account.
#[derive(Debug, Clone)]
pub struct RemoveIdentifier {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// The identifier.
    pub id: Uuid,
}

#[async_trait]
impl Command for RemoveIdentifier {
    /// The identifier as it was.
    type Output = Identifier;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::INSUFFICIENT_POWER, &types::COMMUNITY_FROZEN, &types::ABNORMAL_USAGE];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Identifier, OpError> {
        let community = self.actor.community();
        let found = work.snapshot(community, self.account).await?;
        let (mut profile, identifiers) = (found.details.profile.clone(), &found.details.identifiers);
        let removed = identifiers.iter().find(|identifier| identifier.id == self.id).cloned();
        let removed = removed.ok_or_else(|| Problem::identifier_not_found(self.id))?;
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.check_account(&found.standing.account, work.now)?;
        let mut removals = PlannedRemovals::default();
        authorized.guard(&mut work.view(), &mut removals, 1).await?;
        removals.count(work, community).await?;
        work.tx.remove_identifier(community, self.id).await?;
        let next = || {
            let mut others = identifiers.iter().filter(|other| other.id != self.id && other.verified);
            others.find(|other| other.kind == removed.kind).map(|other| other.value.to_string())
        };
        let on_row = match &*removed.kind {
            "discord" => Some(&mut profile.discord_id),
            "roblox" => Some(&mut profile.roblox_id),
            _ => None,
        };
        if let Some(on_row) = on_row.filter(|on_row| on_row.as_deref() == Some(&*removed.value)) {
            *on_row = next();
        }
        work.tx.update_profile(community, &profile).await?;
        let name = format!("{}:{}", removed.kind, removed.value);
        let act = NewAct::of(ActKind::IdentifiersChanged).to(self.account);
        work.log(authorized.origin(), act.before(&json!({"identifiers": [name]}))).await?;
        Ok(removed)
    }
}
