//! Create Account.

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::ActKind;
use rankledger_storage::account_lists::AccountSelector;
use rankledger_storage::accounts::Profile;
use rankledger_storage::profiles::NotificationPreference;
use rankledger_storage::standings::AccountSnapshot;
use serde_json::json;

use super::flags::log_raised;
use super::identifiers::{refuse_taken, register, spelled};
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, RefusedEntry, types};

/// The first number of a new account, in a community that has none higher.
pub const FIRST_UNIQUE_ID: i64 = 1001;

/// The highest number that a client in JavaScript reads exactly.
pub const MAX_UNIQUE_ID: i64 = 9_007_199_254_740_991;

/// The highest number that can be chosen: far enough below, so that there are always numbers after it.
pub const MAX_CHOSEN_UNIQUE_ID: i64 = 999_999_999_999;

/// A request to make an account. It begins inactive and without ranks: those come by a rank change.
#[derive(Debug, Clone)]
pub struct CreateAccount {
    /// The actor of the request.
    pub actor: Actor,
    /// Its id; a new one, if absent.
    pub id: Option<AccountId>,
    /// Its name, which has been checked.
    pub name: String,
    /// Its number; the one after the highest, if absent.
    pub unique_id: Option<i64>,
    /// Its identifiers, in the spelling that is kept.
    pub identifiers: Vec<IdentifierName>,
}

#[async_trait]
impl Command for CreateAccount {
    type Output = AccountSnapshot;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::ALREADY_TAKEN, &types::IDENTIFIER_TAKEN, &types::REFUSED_ENTRY, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<AccountSnapshot, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let id = self.id.unwrap_or_else(|| AccountId(work.uuid()));
        self.refuse_known(work, id).await?;
        let unique_id = match self.unique_id {
            Some(unique_id) => unique_id,
            None => next_unique_id(work, community).await?,
        };
        refuse_taken(work, community, id, &self.identifiers).await?;
        let act = NewAct::of(ActKind::AccountCreated).to(id).after(&json!({
            "name": self.name, "uniqueId": unique_id, "identifiers": spelled(&self.identifiers),
        }));
        let profile = Profile {
            id,
            unique_id,
            custom_unique_id: self.unique_id.is_some(),
            name: self.name,
            sys_status: true,
            join_date: work.now,
            last_login: None,
            ban_info: None,
            ban_expiration: None,
            api_id_preference: 0,
            bio: None,
            discord_id: None,
            roblox_id: None,
            teamspeak_id: None,
        };
        work.tx.insert_account(community, &profile, &newcomer(id)).await?;
        work.tx.put_notification_preference(community, id, &NotificationPreference::usual()).await?;
        let flags = register(work, community, profile, Vec::new(), &self.identifiers).await?;
        work.log(self.actor.origin(), act).await?;
        log_raised(work, self.actor.origin(), id, &flags).await?;
        work.snapshot(community, id).await
    }
}

impl CreateAccount {
    async fn refuse_known(&self, work: &mut Work<'_>, id: AccountId) -> Result<(), OpError> {
        // The guard counts for accounts, credentials and all together, by their ids.
        let is_counted = self.id.is_some()
            && (id.0.is_nil()
                || work.tx.credentials(self.actor.community()).await?.iter().any(|of| of.id.0 == id.0));
        if is_counted || work.tx.standing(self.actor.community(), id).await?.is_some() {
            return Err(Problem::already_taken("account", "/accId", &id.to_string()).into());
        }
        let Some(unique_id) = self.unique_id else { return Ok(()) };
        let selector = AccountSelector { unique_id: Some(unique_id), ..AccountSelector::default() };
        if work.tx.search_accounts(self.actor.community(), &selector, 1).await?.total > 0 {
            let number = unique_id.to_string();
            return Err(Problem::already_taken("account", "/uniqueId", &number).into());
        }
        Ok(())
    }
}

/// The number after the highest.
async fn next_unique_id(work: &mut Work<'_>, community: CommunityId) -> Result<i64, OpError> {
    match work.tx.last_unique_id(community).await? {
        ..FIRST_UNIQUE_ID => Ok(FIRST_UNIQUE_ID),
        last @ FIRST_UNIQUE_ID..MAX_UNIQUE_ID => Ok(last + 1),
        MAX_UNIQUE_ID.. => {
            let detail = "the highest number there can be is in use: choose one that is free";
            Err(Problem::refused_entries(&[RefusedEntry::new("/uniqueId", detail)]).into())
        }
    }
}

fn newcomer(id: AccountId) -> Account {
    Account { id, ranks: Vec::new(), com_status: false, owner: false, banned: false, archived: false }
}
