//! The actor of a request: the credential, and the person it names.

use std::fmt;
use std::net::IpAddr;

use rankledger_domain::account::Account;
use rankledger_domain::credential::Credential;
use rankledger_domain::identifier::is_discord_id;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::communities::Community;
use uuid::Uuid;

use super::acts::Origin;
use super::{OpError, View};
use crate::wire::problem::Problem;

/// The person who acts, as a request names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserName {
    /// By account id.
    Account(AccountId),
    /// By Discord id.
    Discord(String),
    /// By something that is neither.
    Other(String),
}

impl UserName {
    /// Reads a name: a UUID is an account id; 17 to 20 digits, or anything after `discord:`, is a Discord id.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        if let Ok(uuid) = Uuid::parse_str(name) {
            return Self::Account(AccountId(uuid));
        }
        match name.strip_prefix("discord:") {
            Some(id) if !id.is_empty() => Self::Discord(id.to_owned()),
            None if is_discord_id(name) => Self::Discord(name.to_owned()),
            _ => Self::Other(name.to_owned()),
        }
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account id {id}"),
            Self::Discord(id) => write!(f, "Discord id {id}"),
            Self::Other(name) => write!(f, "\"{name}\""),
        }
    }
}

/// The actor of one request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The credential that was used.
    pub credential: Credential,
    /// The person it names, if it does.
    pub user: Option<UserName>,
    /// The address that it came from; `None` if it came from no network.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// The community that the credential belongs to.
    #[must_use]
    pub fn community(&self) -> CommunityId {
        self.credential.community
    }

    /// Returns the origin of an act that takes no person.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of(&self.credential, self.address)
    }

    /// Refuses a change of ranks or standing that names no person, if the community demands one.
    pub(super) async fn refuse_nameless(&self, view: &mut View<'_>) -> Result<(), OpError> {
        self.refuse_nameless_if(view, |community| community.change_needs_user).await
    }

    /// Refuses an undo or a rollback that names no person, if the community demands one.
    pub(super) async fn refuse_nameless_undo(&self, view: &mut View<'_>) -> Result<(), OpError> {
        self.refuse_nameless_if(view, |community| community.change_needs_user || community.undo_needs_user)
            .await
    }

    async fn refuse_nameless_if(
        &self,
        view: &mut View<'_>,
        is_demanded: impl Fn(&Community) -> bool + Send,
    ) -> Result<(), OpError> {
        if self.user.is_some() {
            return Ok(());
        }
        let community = view.tx.community(self.community()).await?;
        if community.as_ref().is_some_and(is_demanded) {
            return Err(Problem::user_required().into());
        }
        Ok(())
    }

    /// Refuses everybody in a frozen community, except a credential of scope `admin` without a power ceiling.
    pub(super) async fn refuse_frozen(&self, view: &mut View<'_>) -> Result<(), OpError> {
        if self.credential.is_unlimited_admin() { Ok(()) } else { view.refuse_frozen(self.community()).await }
    }

    /// Loads the account of the person. `None` if no person is named.
    pub async fn person(&self, view: &mut View<'_>) -> Result<Option<Account>, OpError> {
        let Some(name) = &self.user else { return Ok(None) };
        let found = find_person(name, self.community(), view).await?;
        Ok(Some(found.map_err(|not_one| not_one.at("/userId"))?))
    }
}

/// A name by which a request means one person, but which is the name of none or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotOnePerson {
    name: UserName,
    accounts: usize,
}

impl NotOnePerson {
    /// Makes the refusal of a request that names the person at this JSON pointer.
    pub fn at(self, pointer: &str) -> Problem {
        let name = self.name.to_string();
        match self.name {
            UserName::Other(_) => Problem::unreadable_user(&name, pointer),
            UserName::Account(_) | UserName::Discord(_) => {
                Problem::unknown_user(&name, self.accounts, pointer)
            }
        }
    }
}

/// Loads the account of the one person with this name. The inner error says that the name does not belong to
/// exactly one person.
pub async fn find_person(
    name: &UserName,
    community: CommunityId,
    view: &mut View<'_>,
) -> Result<Result<Account, NotOnePerson>, OpError> {
    let not_one = |accounts| Ok(Err(NotOnePerson { name: name.clone(), accounts }));
    let id = match name {
        UserName::Account(id) => *id,
        UserName::Discord(discord_id) => {
            match view.tx.accounts_linked_to_discord(community, discord_id).await?.as_slice() {
                [id] => *id,
                linked => return not_one(linked.len()),
            }
        }
        UserName::Other(_) => return not_one(0),
    };
    match view.find_standing(community, id).await? {
        Some(found) => Ok(Ok(found.account)),
        None => not_one(0),
    }
}
