//! Which rank changes a query asks for.

use rankledger_domain::ids::{AccountId, BatchId, CommunityId, CredentialId};
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::Source;
use rankledger_storage::history::HistoryFilter;

use crate::http::query::QueryReader;
use crate::ops::View;
use crate::ops::accounts::find::AccountName;
use crate::ops::actor::{UserName, find_person};
use crate::wire::problem::{Problem, types};

/// What a parameter must be that names one account.
const ONE_ACCOUNT: &str = "an account id, or a Discord id that belongs to exactly one account";

/// The filter of a query, before its names are resolved.
pub struct FilterQuery {
    filter: HistoryFilter,
    account: Option<AccountName>,
    user: Option<String>,
    rank: Option<String>,
}

impl FilterQuery {
    /// Reads the parameters.
    pub fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let account =
            params.account("accountId", "Only changes of this account: an account id or a Discord id.")?;
        let user = params.text("userId", "Only changes by this person: an account id or a Discord id.")?;
        let credential = params.uuid("credentialId", "a credential", "Only changes with this credential.")?;
        let rank = params.text("rank", "Only changes that touched this rank, named by id or key.")?;
        let sources = Source::ALL.map(|source| (source.as_str(), source));
        let source = params.choice("source", &sources, "Only changes from this source.")?;
        let filter = HistoryFilter {
            accounts: Vec::new(),
            actor: None,
            credential: credential.map(CredentialId),
            batch: None,
            ranks: Vec::new(),
            source,
            from: params.time("from", "Only changes at this time or later.")?,
            to: params.time("to", "Only changes before this time.")?,
            undone: params.flag("undone", "Only changes that were undone, or that were not.")?,
        };
        let batch = params.uuid("batchId", "a rollback", "Only changes that this rollback recorded.")?;
        Ok(Self { filter: HistoryFilter { batch: batch.map(BatchId), ..filter }, account, user, rank })
    }

    /// Returns whether many changes may have to be looked at to find those that fit: not if all changes do,
    /// or those of one account, which are a list of their own.
    pub(in crate::api) fn may_be_long(&self) -> bool {
        let HistoryFilter { accounts: _, actor, credential, batch, ranks, source, from, to, undone } =
            &self.filter;
        self.user.is_some()
            || self.rank.is_some()
            || actor.is_some()
            || credential.is_some()
            || batch.is_some()
            || !ranks.is_empty()
            || source.is_some()
            || from.is_some()
            || to.is_some()
            || undone.is_some()
    }

    /// The filter with its names resolved.
    pub async fn resolve(
        self,
        community: CommunityId,
        view: &mut View<'_>,
    ) -> Result<HistoryFilter, Problem> {
        let Self { mut filter, account, user, rank } = self;
        if let Some(name) = account {
            filter.accounts = vec![one_account(name, community, view).await?];
        }
        if let Some(name) = user {
            filter.actor = Some(person(&name, community, view).await?);
        }
        if let Some(name) = rank {
            let ranks = view.tx.ranks(community).await?;
            let rank = ranks.resolve(&RankName::parse(&name));
            let expected = "the id or key of a rank of this community";
            filter.ranks = vec![rank.ok_or_else(|| Problem::invalid_query("rank", &name, expected))?.id];
        }
        Ok(filter)
    }
}

/// Resolves the query parameter `accountId`.
async fn one_account(
    name: AccountName,
    community: CommunityId,
    view: &mut View<'_>,
) -> Result<AccountId, Problem> {
    let text = name.to_string();
    let found = name.find(view.tx, community).await.map_err(Problem::from);
    found.map_err(|problem| {
        let is_unknown = problem.is(&types::ACCOUNT_NOT_FOUND);
        if is_unknown { Problem::invalid_query("accountId", &text, ONE_ACCOUNT) } else { problem }
    })
}

/// Resolves the query parameter `userId`.
pub(in crate::api) async fn person(
    name: &str,
    community: CommunityId,
    view: &mut View<'_>,
) -> Result<AccountId, Problem> {
    let person = find_person(&UserName::parse(name), community, view).await?;
    Ok(person.map_err(|_| Problem::invalid_query("userId", name, ONE_ACCOUNT))?.id)
}
