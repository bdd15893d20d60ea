//! Lists of accounts in PostgreSQL, which gathers what an account shows of its other tables as arrays, unlike
//! SQLite, and counts and reads at the same time, for each is a round trip.

use async_trait::async_trait;
use futures_util::future::try_join;
use rankledger_domain::ids::{AccountId, CommunityId};
use tokio_postgres::Row;

use super::codec::{get, held_ranks, small};
use super::sql_tx::parameters;
use super::tx::PgTx;
use crate::Result;
use crate::account_lists::{
    AccountFilter, AccountSelector, AccountSummary, Page, ReadAccountLists, active_api_ids,
};
use crate::sql::{ACCOUNTS, AccountConditions};

/// The columns of an account in a list, the last two gathered from its other tables, in the order in which
/// [`summary`] reads them.
const SUMMARY: &str = "
    id, unique_id, name, discord_id, sys_status, teamspeak_id, com_status, archived, banned, ranks,
    ARRAY(SELECT i.type || ':' || i.value FROM identifiers i
        WHERE i.community = a.community AND i.account = a.id AND i.verified ORDER BY i.created_at, i.id),
    ARRAY(SELECT p.value FROM api_ids p
        WHERE p.community = a.community AND p.account = a.id ORDER BY p.position)";

/// The columns that [`SUMMARY`] starts from.
const COLUMNS: &str = "
    a.community, a.id, a.unique_id, a.name, a.discord_id, a.sys_status, a.teamspeak_id, s.com_status, s.archived, s.banned,
    s.ranks";

fn summary(row: &Row) -> Result<AccountSummary> {
    let discord_id: Option<String> = get(row, 3)?;
    Ok(AccountSummary {
        id: AccountId(get(row, 0)?),
        unique_id: get(row, 1)?,
        name: get(row, 2)?,
        active_api_ids: active_api_ids(get(row, 10)?, discord_id.as_deref(), get(row, 11)?),
        discord_id,
        sys_status: get(row, 4)?,
        com_status: get(row, 6)?,
        archived: get(row, 7)?,
        banned: get(row, 8)?,
        teamspeak_id: get(row, 5)?,
        ranks: held_ranks(row, 9)?.iter().map(|held| held.rank).collect(),
    })
}

#[async_trait]
impl ReadAccountLists for PgTx {
    async fn list_accounts(
        &mut self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.on(community).await?.page(&AccountConditions::of_filter(&community, filter), skip, take).await
    }

    async fn search_accounts(
        &mut self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.on(community).await?.page(&AccountConditions::of_selector(&community, selector), 0, take).await
    }
}

impl PgTx {
    async fn page(
        &self,
        conditions: &AccountConditions<'_>,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let found = format!("FROM {ACCOUNTS} WHERE {}", conditions.all());
        let count = format!("SELECT count(*) {found}");
        // Other tables are read for this page only, not for the accounts that are skipped.
        let select = format!(
            "SELECT {SUMMARY} FROM (SELECT {COLUMNS} {found} {}) a ORDER BY unique_id",
            conditions.page()
        );
        let (values, values_of_page) =
            (parameters(conditions.values()), conditions.values_of_page(skip, take));
        let values_of_page = parameters(&values_of_page);
        let total = self.one(&count, &values, |row| small(row, 0));
        let (total, items) = try_join(total, self.all(&select, &values_of_page, summary)).await?;
        Ok(Page { items, total: total.unwrap_or(0) })
    }
}
