//! The roster: the members of a community as people leaf through them, by name from a place on, with what
//! each of them holds. It finds members by a part of their name; [`crate::account_lists`] is what programs
//! read, and finds whole names only.

use std::fmt::Write;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, CredentialId, RankId};
use rankledger_domain::name::{folded, is_digits};
use rankledger_domain::rank_change::Source;

use crate::sql::value::{Grants, ToValue, Value, params};
use crate::sql::{ACCOUNTS, Row, SqlTx};
use crate::standings::Standing;
use crate::{Result, StorageError};

/// The most ids that one statement names.
const AT_ONCE: usize = 100;

/// A member in the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// See [`crate::accounts::Profile::unique_id`].
    pub unique_id: i64,
    /// See [`crate::accounts::Profile::name`].
    pub name: String,
    /// See [`crate::accounts::Profile::discord_id`].
    pub discord_id: Option<String>,
    /// The ranks held, the status and the flags.
    pub standing: Standing,
}

/// Which members are meant by their status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterStatus {
    /// Active, and neither banned nor archived.
    Active,
    /// Neither active, banned nor archived.
    Inactive,
    /// Banned.
    Banned,
    /// Archived.
    Archived,
}

/// Which members are meant: those that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterFilter {
    /// A part of the name, whatever the case; or the whole Discord id or number.
    pub text: Option<String>,
    /// That hold one of these ranks. Nobody, if the list is there and empty.
    pub ranks: Option<Vec<RankId>>,
    /// That hold no rank.
    pub without_rank: bool,
    /// By their status.
    pub status: Option<RosterStatus>,
}

/// Where a page of the roster begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterPlace {
    /// With the first member.
    Start,
    /// Behind this one.
    After(AccountId),
    /// The page that ends before this one.
    Before(AccountId),
}

/// What counts of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterMark {
    /// The ranks held.
    pub ranks: Vec<HeldRank>,
    /// See [`Account::com_status`].
    pub active: bool,
    /// See [`Account::banned`].
    pub banned: bool,
    /// See [`Account::archived`].
    pub archived: bool,
}

/// A rank change as the roster names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterChange {
    /// Its number.
    pub number: ChangeNumber,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who acted.
    pub actor: Option<AccountId>,
    /// With which credential.
    pub credential: Option<CredentialId>,
    /// Its source.
    pub source: Source,
}

/// Reading the roster.
#[async_trait]
pub trait ReadRoster {
    /// Returns the members that fit, by name, `take` of them at the most.
    async fn roster(
        &mut self,
        community: CommunityId,
        filter: &RosterFilter,
        place: RosterPlace,
        take: u32,
    ) -> Result<Vec<RosterRow>>;

    /// Returns the number of members that fit.
    async fn roster_size(&mut self, community: CommunityId, filter: &RosterFilter) -> Result<u32>;

    /// Returns these members, in no order. An id that is no member's is passed over.
    async fn roster_rows(&mut self, community: CommunityId, ids: &[AccountId]) -> Result<Vec<RosterRow>>;

    /// Returns the member with this number. `None` if there is none.
    async fn roster_row_numbered(
        &mut self,
        community: CommunityId,
        unique_id: i64,
    ) -> Result<Option<RosterRow>>;

    /// Hands what counts of every member to `look`.
    async fn each_of_roster(
        &mut self,
        community: CommunityId,
        look: &mut (dyn FnMut(RosterMark) + Send),
    ) -> Result<()>;

    /// Returns the changes of these numbers, in no order. A number that is no change's is passed over.
    async fn roster_changes(
        &mut self,
        community: CommunityId,
        numbers: &[ChangeNumber],
    ) -> Result<Vec<RosterChange>>;
}

/// The columns that [`roster_row`] reads.
const COLUMNS: &str = "a.id, a.unique_id, a.name, a.discord_id, s.com_status, s.owner, s.banned, s.archived,
    s.version, s.last_change, s.ranks";

fn roster_row(row: &Row<'_>) -> Result<RosterRow> {
    let Grants(ranks) = row.get(10)?;
    let account = Account {
        id: row.get(0)?,
        ranks,
        com_status: row.get(4)?,
        owner: row.get(5)?,
        banned: row.get(6)?,
        archived: row.get(7)?,
    };
    Ok(RosterRow {
        unique_id: row.get(1)?,
        name: row.get(2)?,
        discord_id: row.get(3)?,
        standing: Standing { account, version: row.get(8)?, newest_change: row.get(9)? },
    })
}

fn roster_change(row: &Row<'_>) -> Result<RosterChange> {
    Ok(RosterChange {
        number: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        credential: row.get(3)?,
        source: row.word(4, Source::parse)?,
    })
}

/// The conditions of a filter, and the values of their parameters. `$1` is the community.
struct Conditions<'a> {
    sql: String,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    fn of(community: &'a CommunityId, filter: &'a RosterFilter) -> Self {
        let mut all = Self { sql: "a.community = $1".to_owned(), values: vec![community.to_value()] };
        if let Some(text) = &filter.text {
            all.and_text(text);
        }
        if let Some(ranks) = &filter.ranks {
            let holds: Vec<_> = ranks
                .iter()
                .map(|rank| format!("holds_rank(s.ranks, {})", all.parameter(rank.to_value())))
                .collect();
            all.and(&if holds.is_empty() { "FALSE".to_owned() } else { holds.join(" OR ") });
        }
        if filter.without_rank {
            all.and("length(s.ranks) = 0");
        }
        match filter.status {
            None => {}
            Some(RosterStatus::Active) => all.and("s.com_status AND NOT s.banned AND NOT s.archived"),
            Some(RosterStatus::Inactive) => all.and("NOT s.com_status AND NOT s.banned AND NOT s.archived"),
            Some(RosterStatus::Banned) => all.and("s.banned"),
            Some(RosterStatus::Archived) => all.and("s.archived"),
        }
        all
    }

    fn parameter(&mut self, value: Value<'a>) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn and(&mut self, sql: &str) {
        write!(self.sql, " AND ({sql})").expect("a text takes what is written to it");
    }

    fn and_text(&mut self, text: &str) {
        let text = text.trim();
        if text.contains('\0') {
            // No name holds it, and SQLite ends a pattern there.
            self.and("FALSE");
            return;
        }
        let mut pattern = String::from("%");
        for c in folded(text).chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        let pattern = self.parameter(Value::SoughtText(pattern.into()));
        let mut sql = format!("a.name_folded LIKE {pattern} ESCAPE '\\'");
        if is_digits(text) {
            let id = self.parameter(Value::SoughtText(text.to_owned().into()));
            write!(
                sql,
                " OR a.discord_id = {id} OR a.id IN (SELECT account FROM identifiers
                    WHERE community = $1 AND value = {id} AND type = 'discord' AND verified)"
            )
            .expect("a text takes what is written to it");
            if let Ok(number) = text.parse() {
                let number = self.parameter(Value::Integer(number));
                write!(sql, " OR a.unique_id = {number}").expect("a text takes what is written to it");
            }
        }
        self.and(&sql);
    }

    /// Adds where the page begins. Returns its order.
    fn and_place(&mut self, place: RosterPlace) -> &'static str {
        let (is, member, order) = match place {
            RosterPlace::Start => return "ASC",
            RosterPlace::After(member) => (">", member, "ASC"),
            RosterPlace::Before(member) => ("<", member, "DESC"),
        };
        let member = self.parameter(Value::Uuid(member.0));
        self.and(&format!(
            "(a.name_folded, a.id) {is} (SELECT name_folded, id FROM accounts WHERE community = $1 AND id = {member})"
        ));
        order
    }
}

/// Returns the parameters of so many ids, from `$2` on: `$1` is the community.
fn list(count: usize) -> String {
    let names: Vec<_> = (2..count + 2).map(|number| format!("${number}")).collect();
    names.join(", ")
}

fn with_community<'a>(community: &'a CommunityId, ids: &'a [impl ToValue]) -> Vec<Value<'a>> {
    std::iter::once(community.to_value()).chain(ids.iter().map(ToValue::to_value)).collect()
}

#[async_trait]
impl<T: SqlTx> ReadRoster for T {
    async fn roster(
        &mut self,
        community: CommunityId,
        filter: &RosterFilter,
        place: RosterPlace,
        take: u32,
    ) -> Result<Vec<RosterRow>> {
        let mut conditions = Conditions::of(&community, filter);
        let order = conditions.and_place(place);
        let take = conditions.parameter(Value::Integer(take.into()));
        let Conditions { sql, values } = conditions;
        let sql = format!(
            "SELECT {COLUMNS} FROM {ACCOUNTS} WHERE {sql} ORDER BY a.name_folded {order}, a.id {order} LIMIT {take}"
        );
        let mut rows = self.on(community).await?.all(&sql, &values, roster_row).await?;
        if order == "DESC" {
            rows.reverse();
        }
        Ok(rows)
    }

    async fn roster_size(&mut self, community: CommunityId, filter: &RosterFilter) -> Result<u32> {
        let Conditions { sql, values } = Conditions::of(&community, filter);
        let from = if *filter == RosterFilter::default() { "accounts a" } else { ACCOUNTS };
        let sql = format!("SELECT count(*) FROM {from} WHERE {sql}");
        let size = self.on(community).await?.one(&sql, &values, |row| row.get(0)).await?;
        size.ok_or_else(|| StorageError::Corrupt("a count without a row".to_owned()))
    }

    async fn roster_rows(&mut self, community: CommunityId, ids: &[AccountId]) -> Result<Vec<RosterRow>> {
        let mut rows = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            let ids = list(some.len());
            let sql = format!("SELECT {COLUMNS} FROM {ACCOUNTS} WHERE a.community = $1 AND a.id IN ({ids})");
            let values = with_community(&community, some);
            rows.extend(self.on(community).await?.all(&sql, &values, roster_row).await?);
        }
        Ok(rows)
    }

    async fn roster_row_numbered(
        &mut self,
        community: CommunityId,
        unique_id: i64,
    ) -> Result<Option<RosterRow>> {
        let sql = format!("SELECT {COLUMNS} FROM {ACCOUNTS} WHERE a.community = $1 AND a.unique_id = $2");
        self.on(community).await?.one(&sql, params![community, unique_id], roster_row).await
    }

    async fn each_of_roster(
        &mut self,
        community: CommunityId,
        look: &mut (dyn FnMut(RosterMark) + Send),
    ) -> Result<()> {
        let sql = "SELECT ranks, com_status, banned, archived FROM account_standings WHERE community = $1";
        let each = |row: &Row<'_>| {
            let Grants(ranks) = row.get(0)?;
            look(RosterMark { ranks, active: row.get(1)?, banned: row.get(2)?, archived: row.get(3)? });
            Ok(())
        };
        self.on(community).await?.all(sql, params![community], each).await.map(drop)
    }

    async fn roster_changes(
        &mut self,
        community: CommunityId,
        numbers: &[ChangeNumber],
    ) -> Result<Vec<RosterChange>> {
        let mut rows = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(AT_ONCE) {
            let numbers = list(some.len());
            let sql = format!(
                "SELECT number, at, actor, credential, source FROM rank_changes
                 WHERE community = $1 AND number IN ({numbers})"
            );
            let values = with_community(&community, some);
            rows.extend(self.on(community).await?.all(&sql, &values, roster_change).await?);
        }
        Ok(rows)
    }
}
