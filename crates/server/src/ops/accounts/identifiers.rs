//! Register and Remove Identifiers: ties an account to Discord, Roblox, Steam and the like.

use std::collections::HashSet;

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::identifier::{IdentifierName, MOST_OF_AN_ACCOUNT, is_personal};
use rankledger_domain::ids::{AccountId, CommunityId, FlagId};
use rankledger_domain::log::ActKind;
use rankledger_storage::StorageError;
use rankledger_storage::accounts::Profile;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::json::Json;
use rankledger_storage::standings::AccountDetails;
use serde_json::json;
use uuid::Uuid;

use super::flags::{Flagged, flag_if_shared, log_raised};
use crate::ops::actor::Actor;
use crate::ops::acts::{NewAct, Origin};
use crate::ops::authorized::Authorized;
use crate::ops::guards::check::PlannedRemovals;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, TakenIdentifier, types};

/// A request to register identifiers: those that can be, if there are any.
#[derive(Debug, Clone)]
pub struct RegisterIdentifiers {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// The identifiers, in the spelling that is kept, as often as the request has them; each with its place
    /// in the request, from 0.
    pub identifiers: Vec<(usize, IdentifierName)>,
}

/// An identifier of a request, and what became of it.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its place in the request, from 0.
    pub index: usize,
    /// The identifier.
    pub name: IdentifierName,
    /// What became of it.
    pub outcome: RegistrationOutcome,
}

/// What became of an identifier.
#[derive(Debug, Clone, Copy)]
pub enum RegistrationOutcome {
    /// The account has it, by now or since before.
    Registered {
        /// The open flag on it, because others have it, too.
        flag: Option<FlagId>,
    },
    /// It belongs to another account.
    Taken {
        /// That account.
        owner: AccountId,
    },
}

#[async_trait]
impl Command for RegisterIdentifiers {
    /// What became of each, in the order of the request.
    type Output = Vec<Registration>;

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

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<Registration>, OpError> {
        let community = self.actor.community();
        let found = work.snapshot(community, self.account).await?;
        // Elsewhere, the person behind a linked identifier acts as this account.
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.check_account(&found.standing.account, work.now)?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        let taken = taken(work, community, self.account, &self.identifiers).await?;
        if !taken.is_empty() && taken.len() == self.identifiers.len() {
            return Err(Problem::identifiers_taken(&taken).into());
        }
        let owner_of = |index| taken.iter().find(|taken| taken.index == index).map(|taken| taken.owner);
        let free = self.identifiers.iter().filter(|(index, _)| owner_of(*index).is_none());
        let names: Vec<_> = free.map(|(_, name)| name.clone()).collect();
        let known = &found.details.identifiers;
        refuse_barred(&found.standing.account, known, &names)?;
        let flags = self.bring_in(work, authorized.origin(), &found.details, &names).await?;
        let flag_of = |name: &IdentifierName| {
            flags.iter().find(|flagged| flagged.identifier == *name).map(|flagged| flagged.id)
        };
        let registrations = self.identifiers.into_iter().map(|(index, name)| Registration {
            index,
            outcome: match owner_of(index) {
                Some(owner) => RegistrationOutcome::Taken { owner },
                None => RegistrationOutcome::Registered { flag: flag_of(&name) },
            },
            name,
        });
        Ok(registrations.collect())
    }
}

impl RegisterIdentifiers {
    /// Stores the identifiers, and writes into the log those that the account did not have. Returns the open
    /// flags on them.
    async fn bring_in(
        &self,
        work: &mut Work<'_>,
        by: Origin,
        details: &AccountDetails,
        names: &[IdentifierName],
    ) -> Result<Vec<Flagged>, OpError> {
        let (community, mut known) = (self.actor.community(), details.identifiers.to_vec());
        let outdated = outdated(&known, names)?;
        for identifier in &outdated {
            work.tx.remove_identifier(community, identifier.id).await?;
        }
        known.retain(|identifier| !outdated.contains(identifier));
        let mut news = Vec::new();
        for name in names {
            if !news.contains(name) && !has_already(&known, name) {
                news.push(name.clone());
            }
        }
        let flags = register(work, community, details.profile.clone(), known, names).await?;
        if !news.is_empty() {
            let mut act = NewAct::of(ActKind::IdentifiersChanged).to(self.account);
            if !outdated.is_empty() {
                let gone = outdated.iter().map(|gone| format!("{}:{}", gone.kind, gone.value));
                act = act.before(&json!({"identifiers": gone.collect::<Vec<_>>()}));
            }
            work.log(by, act.after(&json!({"identifiers": spelled(&news)}))).await?;
        }
        log_raised(work, by, self.account, &flags).await?;
        Ok(flags)
    }
}

/// Returns whether an account has an identifier already, as registration would leave it.
fn has_already(known: &[Identifier], name: &IdentifierName) -> bool {
    known.iter().any(|known| is_same(known, name) && known.verified == is_personal(&name.kind))
}

fn is_same(identifier: &Identifier, name: &IdentifierName) -> bool {
    *identifier.kind == *name.kind && *identifier.value == *name.value
}

/// A barred account gains no identifiers of its own. It has no power now, so that nobody's authority is too
/// low for it; but once the ban or the archiving is undone, the person behind the identifier would act with
/// all its ranks. Nobody acts by an identifier that people share.
fn refuse_barred(account: &Account, known: &[Identifier], names: &[IdentifierName]) -> Result<(), Problem> {
    if names.iter().all(|name| !is_personal(&name.kind) || has_already(known, name)) {
        return Ok(());
    }
    if account.banned {
        return Err(Problem::banned_gains_no_identifiers());
    }
    if account.archived { Err(Problem::archived_gains_no_identifiers()) } else { Ok(()) }
}

/// Returns the shared identifiers that make room for new ones, because the account would have too many: those
/// that were not seen for the longest time. A player's address changes every day.
///
/// An account that has too many of its own keeps them and gains none.
fn outdated(known: &[Identifier], names: &[IdentifierName]) -> Result<Vec<Identifier>, Problem> {
    let has = |name: &&IdentifierName| known.iter().any(|known| is_same(known, name));
    let new: HashSet<_> = names.iter().filter(|name| !has(name)).collect();
    let excess = (known.len() + new.len()).saturating_sub(MOST_OF_AN_ACCOUNT);
    if new.is_empty() || excess == 0 {
        return Ok(Vec::new());
    }
    let is_reported = |known: &Identifier| names.iter().any(|name| is_same(known, name));
    let shared = known.iter().filter(|known| !is_personal(&known.kind) && !is_reported(known));
    let mut shared: Vec<_> = shared.cloned().collect();
    if shared.len() < excess {
        return Err(Problem::too_many_identifiers(known.len(), new.len(), MOST_OF_AN_ACCOUNT));
    }
    shared.sort_by_key(|known| known.updated_at.unwrap_or(known.created_at));
    shared.truncate(excess);
    Ok(shared)
}

/// Refuses identifiers that belong to another account.
pub(super) async fn refuse_taken(
    work: &mut Work<'_>,
    community: CommunityId,
    account: AccountId,
    names: &[IdentifierName],
) -> Result<(), OpError> {
    let names: Vec<_> = names.iter().cloned().enumerate().collect();
    let taken = taken(work, community, account, &names).await?;
    if taken.is_empty() { Ok(()) } else { Err(Problem::identifiers_taken(&taken).into()) }
}

/// Returns the identifiers that belong to another account. A verified value has one owner in a community.
async fn taken(
    work: &mut Work<'_>,
    community: CommunityId,
    account: AccountId,
    names: &[(usize, IdentifierName)],
) -> Result<Vec<TakenIdentifier>, StorageError> {
    let mut taken = Vec::new();
    for (index, name) in names.iter().filter(|(_, name)| is_personal(&name.kind)) {
        let owners = owners(work, community, name).await?;
        if let Some(owner) = owners.into_iter().find(|owner| *owner != account) {
            taken.push(TakenIdentifier { index: *index, name: name.clone(), owner });
        }
    }
    Ok(taken)
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

/// Stores identifiers of an account: as verified, but for those that people share. One that it has already is
/// counted once more. Returns the open flags on them.
pub(super) async fn register(
    work: &mut Work<'_>,
    community: CommunityId,
    mut profile: Profile,
    mut known: Vec<Identifier>,
    names: &[IdentifierName],
) -> Result<Vec<Flagged>, OpError> {
    for name in names {
        let identifier = if let Some(known) = known.iter_mut().find(|known| is_same(known, name)) {
            known.ref_count += 1;
            known.verified = is_personal(&name.kind);
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
    let mut flags = Vec::new();
    for name in names.iter().filter(|name| !is_personal(&name.kind)) {
        if let Some(flagged) = flag_if_shared(work, community, profile.id, name, None).await? {
            flags.push(flagged);
        }
    }
    Ok(flags)
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
        verified: is_personal(&name.kind),
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
