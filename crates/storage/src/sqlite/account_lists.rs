//! Lists of accounts in SQLite, which gathers what an account shows of its other tables as JSON, unlike
//! PostgreSQL: that has arrays, and counts and reads at the same time, for each is a round trip.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::tx::SqliteTx;
use crate::Result;
use crate::account_lists::{
    AccountFilter, AccountSelector, AccountSummary, Page, ReadAccountLists, active_api_ids,
};
use crate::sql::value::Grants;
use crate::sql::{ACCOUNTS, AccountConditions, Row, SqlTx};

/// The columns that [`summary`] reads. Those from the other tables of an account are gathered in the same
/// statement.
const SUMMARY: &str = "
    a.id, a.unique_id, a.name, a.discord_id, a.sys_status, a.teamspeak_id, s.com_status, s.archived, s.banned,
    s.ranks,
    (SELECT json_group_array(i.type || ':' || i.value ORDER BY i.created_at, i.id) FROM identifiers i
     WHERE i.community = a.community AND i.account = a.id AND i.verified = 1) AS typed_ids,
    (SELECT json_group_array(p.value ORDER BY p.position) FROM api_ids p
     WHERE p.community = a.community AND p.account = a.id) AS untyped_ids";

fn summary(row: &Row<'_>) -> Result<AccountSummary> {
    let discord_id: Option<String> = row.get("discord_id")?;
    Ok(AccountSummary {
        id: row.get("id")?,
        unique_id: row.get("unique_id")?,
        name: row.get("name")?,
        active_api_ids: active_api_ids(
            row.json("typed_ids")?,
            discord_id.as_deref(),
            row.json("untyped_ids")?,
        ),
        discord_id,
        sys_status: row.get("sys_status")?,
        com_status: row.get("com_status")?,
        archived: row.get("archived")?,
        banned: row.get("banned")?,
        teamspeak_id: row.get("teamspeak_id")?,
        ranks: row.get::<Grants>("ranks")?.0.iter().map(|held| held.rank).collect(),
    })
}

#[async_trait]
impl ReadAccountLists for SqliteTx {
    async fn list_accounts(
        &mut self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.page(&AccountConditions::of_filter(&community, filter), skip, take).await
    }

    async fn search_accounts(
        &mut self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.page(&AccountConditions::of_selector(&community, selector), 0, take).await
    }
}

impl SqliteTx {
    async fn page(
        &mut self,
        conditions: &AccountConditions<'_>,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let found = format!("FROM {ACCOUNTS} WHERE {}", conditions.all());
        let count = format!("SELECT count(*) {found}");
        let total = SqlTx::one(self, &count, conditions.values(), |row| row.get(0)).await?;
        let select = format!("SELECT {SUMMARY} {found} {}", conditions.page());
        let items = SqlTx::all(self, &select, &conditions.values_of_page(skip, take), summary).await?;
        Ok(Page { items, total: total.unwrap_or(0) })
    }
}
