//! Lists of accounts in SQLite.

use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rusqlite::{Row, ToSql};

use super::codec::{Id, id, json};
use super::tx::SqliteTx;
use crate::Result;
use crate::accounts::{AccountFilter, AccountSelector, AccountSummary, Page};

/// Lists of accounts, with what each shows of its other tables gathered in the same statement.
const SELECT_SUMMARY: &str = "
    SELECT a.id, a.unique_id, a.name, a.discord_id, a.sys_status, a.teamspeak_id, s.com_status, s.archived, s.banned,
        (SELECT json_group_array(lower(hex(r.rank)) ORDER BY r.position) FROM account_ranks r
         WHERE r.community = a.community AND r.account = a.id) AS ranks,
        (SELECT json_group_array(i.type || ':' || i.value ORDER BY i.created_at, i.id) FROM identifiers i
         WHERE i.community = a.community AND i.account = a.id AND i.verified = 1) AS typed_ids,
        (SELECT json_group_array(p.value ORDER BY p.position) FROM api_ids p
         WHERE p.community = a.community AND p.account = a.id) AS untyped_ids";

const FROM_ACCOUNTS: &str = "
    FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
    WHERE a.community = :community";

fn summary(row: &Row<'_>) -> rusqlite::Result<AccountSummary> {
    let mut active_api_ids: Vec<String> = json(row, "typed_ids")?;
    active_api_ids.extend(json::<Vec<String>>(row, "untyped_ids")?);
    Ok(AccountSummary {
        id: AccountId(id(row, "id")?),
        unique_id: row.get("unique_id")?,
        name: row.get("name")?,
        active_api_ids,
        discord_id: row.get("discord_id")?,
        sys_status: row.get("sys_status")?,
        com_status: row.get("com_status")?,
        archived: row.get("archived")?,
        banned: row.get("banned")?,
        teamspeak_id: row.get("teamspeak_id")?,
        ranks: json::<Vec<RankId>>(row, "ranks")?,
    })
}

/// Conditions on accounts, and the parameters they name.
struct Conditions<'a> {
    sql: String,
    params: Vec<(&'static str, &'a dyn ToSql)>,
}

impl<'a> Conditions<'a> {
    fn of(community: &'a CommunityId) -> Self {
        Self { sql: String::new(), params: vec![(":community", &community.0)] }
    }

    /// Adds a condition, if there is a value for its parameter.
    fn and<T: ToSql>(mut self, value: Option<&'a T>, name: &'static str, condition: &str) -> Self {
        if let Some(value) = value {
            self.sql.push_str(" AND ");
            self.sql.push_str(condition);
            self.params.push((name, value));
        }
        self
    }
}

impl SqliteTx {
    pub(super) fn list(
        &self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let rank = filter.rank.map(|rank| Id(rank.0));
        let conditions = Conditions::of(&community)
            .and(filter.sys_status.as_ref(), ":sys_status", "a.sys_status = :sys_status")
            .and(filter.com_status.as_ref(), ":com_status", "s.com_status = :com_status")
            .and(filter.banned.as_ref(), ":banned", "s.banned = :banned")
            .and(filter.archived.as_ref(), ":archived", "s.archived = :archived")
            .and(
                rank.as_ref(),
                ":rank",
                "EXISTS (SELECT 1 FROM account_ranks
                     WHERE community = a.community AND account = a.id AND rank = :rank)",
            );
        self.page(&conditions, skip, take)
    }

    pub(super) fn search(
        &self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let id = selector.id.map(|id| Id(id.0));
        let name = selector.username.as_deref().map(str::to_lowercase);
        let conditions = Conditions::of(&community)
            .and(id.as_ref(), ":id", "a.id = :id")
            .and(selector.unique_id.as_ref(), ":unique_id", "a.unique_id = :unique_id")
            .and(name.as_ref(), ":name", "a.name_folded = :name")
            .and(
                selector.discord.as_ref(),
                ":discord",
                "a.id IN (SELECT id FROM accounts WHERE community = :community AND discord_id = :discord
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = :community AND value = :discord AND type = 'discord' AND verified = 1)",
            )
            .and(
                selector.api_id.as_ref(),
                ":api_id",
                "a.id IN (SELECT account FROM api_ids WHERE community = :community AND value = :api_id
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = :community AND value = :api_id AND verified = 1
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = :community AND value = substr(:api_id, instr(:api_id, ':') + 1)
                         AND type = substr(:api_id, 1, instr(:api_id, ':') - 1) AND verified = 1)",
            );
        self.page(&conditions, 0, take)
    }

    fn page(&self, conditions: &Conditions<'_>, skip: u32, take: u32) -> Result<Page<AccountSummary>> {
        let Conditions { sql, params } = conditions;
        let count = format!("SELECT count(*) AS total {FROM_ACCOUNTS} {sql}");
        let total = self.one(&count, params.as_slice(), |row| row.get("total"))?.unwrap_or(0);

        let select =
            format!("{SELECT_SUMMARY} {FROM_ACCOUNTS} {sql} ORDER BY a.unique_id LIMIT :take OFFSET :skip");
        let mut params = params.clone();
        params.extend([(":skip", &skip as &dyn ToSql), (":take", &take)]);
        let items = self.all(&select, params.as_slice(), summary)?;
        Ok(Page { items, total })
    }
}
