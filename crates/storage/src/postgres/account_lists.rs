//! Lists of accounts in PostgreSQL.

use futures_util::future::try_join;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::codec::{findable, get, small};
use super::conditions::Conditions;
use super::tx::PgTx;
use crate::Result;
use crate::accounts::{AccountFilter, AccountSelector, AccountSummary, Page};

/// What an account shows in a list, the last three gathered from its other tables: in the order in which [`summary`] reads it.
const SUMMARY: &str = "
    id, unique_id, name, discord_id, sys_status, teamspeak_id, com_status, archived, banned,
    ARRAY(SELECT r.rank FROM account_ranks r
        WHERE r.community = a.community AND r.account = a.id ORDER BY r.position),
    ARRAY(SELECT i.type || ':' || i.value FROM identifiers i
        WHERE i.community = a.community AND i.account = a.id AND i.verified ORDER BY i.created_at, i.id),
    ARRAY(SELECT p.value FROM api_ids p
        WHERE p.community = a.community AND p.account = a.id ORDER BY p.position)";

/// The columns that [`SUMMARY`] starts from.
const COLUMNS: &str = "
    a.community, a.id, a.unique_id, a.name, a.discord_id, a.sys_status, a.teamspeak_id, s.com_status, s.archived, s.banned";

fn summary(row: &Row) -> Result<AccountSummary> {
    let mut active_api_ids: Vec<String> = get(row, 10)?;
    active_api_ids.extend(get::<Vec<String>>(row, 11)?);
    Ok(AccountSummary {
        id: AccountId(get(row, 0)?),
        unique_id: get(row, 1)?,
        name: get(row, 2)?,
        active_api_ids,
        discord_id: get(row, 3)?,
        sys_status: get(row, 4)?,
        com_status: get(row, 6)?,
        archived: get(row, 7)?,
        banned: get(row, 8)?,
        teamspeak_id: get(row, 5)?,
        ranks: get::<Vec<Uuid>>(row, 9)?.into_iter().map(RankId).collect(),
    })
}

impl PgTx {
    pub(super) async fn list(
        &self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let conditions = Conditions::after(0)
            .and("a.community = ?", Some(community.0))
            .and("a.sys_status = ?", filter.sys_status)
            .and("s.com_status = ?", filter.com_status)
            .and("s.banned = ?", filter.banned)
            .and("s.archived = ?", filter.archived)
            .and(
                "EXISTS (SELECT 1 FROM account_ranks r
                     WHERE r.community = a.community AND r.account = a.id AND r.rank = ?)",
                filter.rank.map(|rank| rank.0),
            );
        self.page(&conditions, skip, take).await
    }

    pub(super) async fn search(
        &self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let conditions = Conditions::after(0)
            .and("a.community = ?", Some(community.0))
            .and("a.id = ?", selector.id.map(|id| id.0))
            .and("a.unique_id = ?", selector.unique_id)
            .and(
                "a.name_folded = ?",
                selector.username.as_deref().map(str::to_lowercase).as_deref().map(findable),
            )
            .and(
                "a.id IN (SELECT id FROM accounts WHERE community = $1 AND discord_id = ?
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = $1 AND value = ? AND type = 'discord' AND verified)",
                selector.discord.as_deref().map(findable),
            )
            // Of a text without a colon the last part finds nothing that the one before it does not.
            .and(
                "a.id IN (SELECT account FROM api_ids WHERE community = $1 AND value = ?
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = $1 AND value = ? AND verified
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = $1 AND value = substr(?, strpos(?, ':') + 1)
                         AND type = split_part(?, ':', 1) AND verified)",
                selector.api_id.as_deref().map(findable),
            );
        self.page(&conditions, 0, take).await
    }

    async fn page(&self, conditions: &Conditions, skip: u32, take: u32) -> Result<Page<AccountSummary>> {
        let found = format!(
            "FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE {}",
            conditions.all()
        );
        let count = format!("SELECT count(*) {found}");
        let values: Vec<_> = conditions.params().collect();
        let (limit, offset) = (values.len() + 1, values.len() + 2);
        // What comes from other tables is gathered for this page only, not for what is skipped.
        let select = format!(
            "SELECT {SUMMARY}
             FROM (SELECT {COLUMNS} {found} ORDER BY a.unique_id LIMIT ${limit} OFFSET ${offset}) a
             ORDER BY unique_id"
        );
        let (take, skip) = (i64::from(take), i64::from(skip));
        let mut placed = values.clone();
        placed.extend([&take as &(dyn ToSql + Sync), &skip]);
        let total = self.one(&count, &values, |row| small(row, 0));
        let (total, items) = try_join(total, self.all(&select, &placed, summary)).await?;
        Ok(Page { items, total: total.unwrap_or(0) })
    }
}
