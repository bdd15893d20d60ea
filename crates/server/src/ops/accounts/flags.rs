//! Flags on identifiers that people share: raised when a second account has the same one, until somebody
//! dismisses them.

use async_trait::async_trait;
use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::identifier_flag::{FlagPlan, KnownFlag, MOST_FLAGGED, plan_flag};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, FlagId};
use rankledger_domain::log::ActKind;
use rankledger_storage::StorageError;
use rankledger_storage::identifier_flags::{Dismissal, IdentifierFlag};
use serde_json::json;

use crate::ops::actor::Actor;
use crate::ops::acts::{NewAct, Origin};
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, types};

/// The open flag on an identifier of an account.
#[derive(Debug, Clone)]
pub(in crate::ops) struct Flagged {
    /// Names it.
    pub(in crate::ops) id: FlagId,
    /// The identifier.
    pub(in crate::ops) identifier: IdentifierName,
    /// The accounts that it names since now. Empty if the flag is as it was.
    named_now: Vec<AccountId>,
}

/// Flags an identifier of an account, which is stored already, if others have it too and are not known to
/// share it. Returns the open flag that names the account, `None` if there is none. A new flag gets the
/// wanted id, if that is free.
pub(in crate::ops) async fn flag_if_shared(
    work: &mut Work<'_>,
    community: CommunityId,
    account: AccountId,
    identifier: &IdentifierName,
    wanted: Option<FlagId>,
) -> Result<Option<Flagged>, StorageError> {
    let mut others = work.tx.accounts_with_identifier(community, identifier, MOST_FLAGGED + 1).await?;
    others.retain(|other| *other != account);
    if others.is_empty() {
        return Ok(None);
    }
    let flags = work.tx.flags_of_identifier(community, identifier).await?;
    let known: Vec<_> = flags.iter().map(known_flag).collect();
    let (id, named_now) = match plan_flag(account, &others, &known) {
        FlagPlan::Raise(accounts) => {
            let id = free_id(work, community, wanted).await?;
            work.tx.insert_identifier_flag(community, id, identifier, work.now).await?;
            (id, accounts)
        }
        FlagPlan::Extend(id, accounts) => (id, accounts),
        FlagPlan::Nothing => {
            let is_named = |flag: &&KnownFlag| flag.is_open && flag.accounts.contains(&account);
            match known.iter().find(is_named) {
                Some(open) => (open.id, Vec::new()),
                None => return Ok(None),
            }
        }
    };
    work.tx.add_to_identifier_flag(community, id, &named_now, work.now).await?;
    work.tx.mark_flagged_identifiers(community, id, identifier).await?;
    Ok(Some(Flagged { id, identifier: identifier.clone(), named_now }))
}

/// Returns the wanted id if no flag has it, else a new one.
async fn free_id(
    work: &mut Work<'_>,
    community: CommunityId,
    wanted: Option<FlagId>,
) -> Result<FlagId, StorageError> {
    match wanted {
        Some(id) if work.tx.identifier_flag(community, id).await?.is_none() => Ok(id),
        _ => Ok(FlagId(work.uuid())),
    }
}

fn known_flag(flag: &IdentifierFlag) -> KnownFlag {
    let accounts = flag.accounts.iter().map(|account| account.id).collect();
    KnownFlag { id: flag.id, is_open: flag.dismissal.is_none(), accounts }
}

/// Writes into the log which flags were raised for an account, or name more accounts now.
pub(in crate::ops) async fn log_raised(
    work: &mut Work<'_>,
    by: Origin,
    account: AccountId,
    flags: &[Flagged],
) -> Result<(), StorageError> {
    for Flagged { id, identifier, named_now } in flags.iter().filter(|flag| !flag.named_now.is_empty()) {
        let act = NewAct::of(ActKind::FlagRaised).to(account);
        work.log(by, act.after(&flag_state(*id, identifier, named_now))).await?;
    }
    Ok(())
}

fn flag_state(id: FlagId, identifier: &IdentifierName, accounts: &[AccountId]) -> serde_json::Value {
    json!({ "id": id, "type": identifier.kind, "value": identifier.value, "accounts": accounts })
}

/// A request to dismiss a flag. One that is dismissed already stays as it is.
#[derive(Debug, Clone)]
pub struct DismissFlag {
    /// The actor of the request.
    pub actor: Actor,
    /// The flag.
    pub id: FlagId,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
}

#[async_trait]
impl Command for DismissFlag {
    /// The flag afterwards.
    type Output = IdentifierFlag;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::UNKNOWN_USER, &types::INSUFFICIENT_POWER, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<IdentifierFlag, OpError> {
        let community = self.actor.community();
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.refuse_barred()?;
        let found = work.tx.identifier_flag(community, self.id).await?;
        let mut flag = found.ok_or_else(|| Problem::flag_not_found(self.id))?;
        if flag.dismissal.is_some() {
            return Ok(flag);
        }
        self.actor.refuse_frozen(&mut work.view()).await?;
        let dismissal = Dismissal {
            at: work.now,
            user: authorized.person(),
            credential: Some(authorized.credential).filter(|id| *id != CredentialId::OPERATOR),
            reason: self.reason,
        };
        work.tx.dismiss_identifier_flag(community, self.id, &dismissal).await?;
        let accounts: Vec<_> = flag.accounts.iter().map(|account| account.id).collect();
        let before = flag_state(flag.id, &flag.identifier, &accounts);
        let mut after = before.clone();
        after["reason"] = json!(dismissal.reason);
        let act = NewAct::of(ActKind::FlagDismissed).before(&before).after(&after);
        work.log(authorized.origin(), act).await?;
        flag.dismissal = Some(dismissal);
        Ok(flag)
    }
}
