//! Which changes a rollback is about, and the token that stands for a plan that was seen.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, BatchId, CredentialId};
use rankledger_domain::rank::RankName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ops::actor::UserName;
use crate::ops::rollback::RollbackFilter;
use crate::wire::problem::Problem;

/// The most accounts, and the most ranks, that a filter names.
const MOST_NAMED: usize = 500;

/// Which changes a rollback is about: those that fit everything that is given. At least one member is. Another member, such as a
/// misspelt one, is refused: to leave it aside would take back more than was meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct FilterBody {
    /// Only changes by this person: an account id or a Discord id.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// Only changes with this credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_id: Option<Uuid>,
    /// Only changes that this rollback recorded. This undoes the batch as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<Uuid>,
    /// Only changes at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    from: Option<String>,
    /// Only changes before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    to: Option<String>,
    /// Only changes that touched one of these ranks, each named by id or key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MOST_NAMED))]
    ranks: Option<Vec<String>>,
    /// Only changes of one of these accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MOST_NAMED))]
    accounts: Option<Vec<Uuid>>,
}

impl FilterBody {
    /// The filter, if it says anything.
    pub fn read(&self) -> Result<RollbackFilter, Problem> {
        let (ranks, accounts) =
            (list("ranks", self.ranks.as_ref())?, list("accounts", self.accounts.as_ref())?);
        let filter = RollbackFilter {
            user: self.user_id.as_deref().map(UserName::parse),
            credential: self.credential_id.map(CredentialId),
            batch: self.batch_id.map(BatchId),
            from: time("from", self.from.as_deref())?,
            to: time("to", self.to.as_deref())?,
            ranks: ranks.iter().map(|name| RankName::parse(name)).collect(),
            accounts: accounts.iter().copied().map(AccountId).collect(),
        };
        if filter == RollbackFilter::default() {
            let what = "it says nothing, which would be every change of the community: give at least one of userId, \
                        credentialId, batchId, from, to, ranks, accounts";
            return Err(Problem::invalid_body("/filter", what));
        }
        Ok(filter)
    }
}

/// A list of a filter. One that is empty would mean everything to some and nothing to others.
fn list<'a, T>(name: &str, list: Option<&'a Vec<T>>) -> Result<&'a [T], Problem> {
    match list {
        None => Ok(&[]),
        Some(list) if (1..=MOST_NAMED).contains(&list.len()) => Ok(list),
        Some(list) => {
            let what =
                format!("it has {} entries: it must have 1 to {MOST_NAMED}, or be left out", list.len());
            Err(Problem::invalid_body(&format!("/filter/{name}"), &what))
        }
    }
}

fn time(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let what = "it must be a time such as 2026-04-15T00:00:00Z";
    let time = text.map(str::parse).transpose();
    time.map_err(|_| Problem::invalid_body(&format!("/filter/{name}"), what))
}

/// Stands for a plan that was seen: what it was asked with, and a digest of what it would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanToken {
    /// Which changes.
    pub filter: FilterBody,
    /// Whether what is not clean is undone all the same.
    pub force: bool,
    /// The SHA-256 of the plan's essence, in hexadecimals; none before there is a plan.
    pub digest: Option<String>,
}

impl PlanToken {
    /// Reads a token.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let read = || {
            let json = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
            serde_json::from_slice::<Self>(&json).ok().filter(|token| token.digest.is_some())
        };
        let what = "it is not the planToken of a preview: send it as it was answered";
        read().ok_or_else(|| Problem::invalid_body("/planToken", what))
    }

    /// Returns the text of the token for clients, for a plan with this digest.
    #[must_use]
    pub fn of(mut self, digest: String) -> String {
        self.digest = Some(digest);
        let json = serde_json::to_vec(&self).expect("plain data always has a JSON form");
        BASE64URL_NOPAD.encode(&json)
    }
}
