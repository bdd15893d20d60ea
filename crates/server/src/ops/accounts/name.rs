//! Set Account Name.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::ActKind;
use rankledger_storage::accounts::Profile;
use serde_json::json;

use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{ProblemType, types};

/// A request to rename an account.
#[derive(Debug, Clone)]
pub struct SetName {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// Its new name, which has been checked.
    pub name: String,
}

#[async_trait]
impl Command for SetName {
    type Output = ();

    const REFUSES: &'static [&'static ProblemType] = &[&types::INSUFFICIENT_POWER, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        let community = self.actor.community();
        let found = work.snapshot(community, self.account).await?;
        if found.details.profile.name == self.name {
            return Ok(());
        }
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.check_account(&found.standing.account, work.now)?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        let act = NewAct::of(ActKind::AccountRenamed)
            .to(self.account)
            .before(&json!({"name": found.details.profile.name}))
            .after(&json!({"name": self.name}));
        let profile = Profile { name: self.name, ..found.details.profile.clone() };
        work.tx.update_profile(community, &profile).await?;
        work.log(authorized.origin(), act).await?;
        Ok(())
    }
}
