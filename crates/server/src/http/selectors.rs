//! Naming an account in a body: the members by which clients of the documented API and of v1 do it.

use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::ReadTx;
use rankledger_storage::account_lists::{AccountSelector, AccountSummary};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::http::checks;
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;

/// The members that can name an account. At least one is given, and the account must match all that are
/// given.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Selectors {
    /// The id of the account.
    pub(crate) acc_id: Option<Text>,
    /// The same as `accId`.
    pub(crate) account_id: Option<Text>,
    /// The same as `accId`.
    #[serde(rename = "accID")]
    pub(crate) acc_id_in_capitals: Option<Text>,
    /// An id at another service, such as `discord:1234567890`, or its value alone.
    pub(crate) api_id: Option<Text>,
    /// The whole name. Upper and lower case count as the same.
    pub(crate) username: Option<String>,
    /// The Discord id.
    pub(crate) discord: Option<Text>,
    /// The same as `discord`.
    pub(crate) discord_id: Option<Text>,
    /// The number of the account.
    pub(crate) unique_id: Option<Text>,
}

impl Selectors {
    /// Returns the selectors as a search. `None` if nothing is given, or something that no account can have.
    #[must_use]
    pub fn selector(self) -> Option<AccountSelector> {
        let given = |text: Option<Text>| text.and_then(Text::given);
        let mut id = None;
        for text in [self.acc_id, self.account_id, self.acc_id_in_capitals].into_iter().filter_map(given) {
            let named = AccountId(Uuid::parse_str(&text).ok()?);
            if id.is_some_and(|id| id != named) {
                return None;
            }
            id = Some(named);
        }
        let unique_id = match given(self.unique_id) {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        let discord = one_of(given(self.discord), given(self.discord_id)).ok()?;
        let selector = AccountSelector {
            id,
            api_id: given(self.api_id).map(|id| checks::api_id(&id)),
            username: self.username.filter(|name| !name.is_empty()),
            discord: discord.map(|id| checks::discord_id(&id)),
            unique_id,
        };
        (selector != AccountSelector::default()).then_some(selector)
    }

    /// Finds the one account that is meant. `None` if there is none, or if there are several.
    pub async fn find(
        self,
        tx: &mut dyn ReadTx,
        community: CommunityId,
    ) -> Result<Option<AccountSummary>, Problem> {
        let Some(selector) = self.selector() else { return Ok(None) };
        let mut found = tx.search_accounts(community, &selector, 2).await?.items;
        let last = found.pop();
        Ok(if found.is_empty() { last } else { None })
    }
}

/// Returns the text that two members of the same meaning name; an error if they name two.
fn one_of(one: Option<String>, other: Option<String>) -> Result<Option<String>, ()> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(()),
        (one, other) => Ok(one.or(other)),
    }
}
