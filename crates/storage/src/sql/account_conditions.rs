//! Conditions on the accounts that a list or a search is about. Reading these accounts stands in
//! `sqlite/account_lists.rs` and `postgres/account_lists.rs`.

use rankledger_domain::identifier::{bare_steam_id, names_a_person, split_kind};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name::{folded, folded_apart, is_digits};

use super::Value;
use super::value::ToValue;
use crate::account_lists::{AccountFilter, AccountSelector};

/// The tables that the conditions are about.
pub(crate) const ACCOUNTS: &str =
    "accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id";

/// Conditions on [`ACCOUNTS`], and the values of their parameters.
pub(crate) struct AccountConditions<'a> {
    sql: Vec<String>,
    values: Vec<Value<'a>>,
}

impl<'a> AccountConditions<'a> {
    /// Returns the conditions for a filter.
    pub(crate) fn of_filter(community: &'a CommunityId, filter: &'a AccountFilter) -> Self {
        Self::of(community)
            .and("a.sys_status = ?", filter.sys_status.as_ref())
            .and("s.com_status = ?", filter.com_status.as_ref())
            .and("s.banned = ?", filter.banned.as_ref())
            .and("s.archived = ?", filter.archived.as_ref())
            .and("holds_rank(s.ranks, ?)", filter.rank.as_ref())
    }

    /// Returns the conditions for a selector.
    pub(crate) fn of_selector(community: &'a CommunityId, selector: &'a AccountSelector) -> Self {
        let conditions = Self::of(community)
            .and("a.id = ?", selector.id.as_ref())
            .and("a.unique_id = ?", selector.unique_id.as_ref())
            .and_name(selector.username.as_deref())
            .and_sought(
                "a.id IN (SELECT id FROM accounts WHERE community = $1 AND discord_id = ?
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = $1 AND value = ? AND type = 'discord' AND verified)",
                selector.discord.clone(),
            );
        match &selector.api_id {
            Some(api_id) => conditions.and_api_id(api_id),
            None => conditions,
        }
    }

    /// Returns the condition that accounts are a community's: its parameter is `$1`.
    fn of(community: &'a CommunityId) -> Self {
        Self { sql: vec!["a.community = $1".to_owned()], values: vec![community.to_value()] }
    }

    /// Adds a condition in which question marks stand for the value, if there is one.
    fn and(mut self, sql: &str, value: Option<&'a impl ToValue>) -> Self {
        if let Some(value) = value {
            self.add(sql, value.to_value());
        }
        self
    }

    /// Adds a condition in which question marks stand for a text that a client looks for, if there is one.
    fn and_sought(mut self, sql: &str, text: Option<String>) -> Self {
        if let Some(text) = text {
            self.add(sql, Value::SoughtText(text.into()));
        }
        self
    }

    /// Adds the condition that an account has this name, if there is one. Digits find no account by name:
    /// they mean a number or a Discord id.
    fn and_name(mut self, name: Option<&str>) -> Self {
        if name.is_some_and(is_digits) {
            self.sql.push("FALSE".to_owned());
            return self;
        }
        if let Some(name) = name {
            // A name from before the normal form may be stored with its accents apart.
            let [now, before] = [folded(name), folded_apart(name)].map(|name| self.parameter(&name));
            self.sql.push(format!("a.name_folded IN ({now}, {before})"));
        }
        self
    }

    /// Adds the condition that an account has this id: an untyped one, a verified identifier, or the Discord
    /// id of its row. An id with a type finds identifiers of that type only, a value alone those of any type.
    /// A Steam id may stand alone in its decimal form, which is not the one that is kept. An id that people
    /// share finds nobody.
    fn and_api_id(mut self, api_id: &str) -> Self {
        if !names_a_person(api_id) {
            self.sql.push("FALSE".to_owned());
            return self;
        }
        let untyped = self.parameter(api_id);
        let (verified, on_row) = match split_kind(api_id) {
            Some((kind, value)) => {
                let is_discord = kind == "discord";
                let [kind, value] = [kind, value].map(|text| self.parameter(text));
                (format!("value = {value} AND type = {kind}"), is_discord.then_some(value))
            }
            None => match bare_steam_id(api_id) {
                None => (format!("value = {untyped}"), Some(untyped.clone())),
                Some(steam) => {
                    let steam = self.parameter(&steam);
                    let verified = format!("(value = {untyped} OR (value = {steam} AND type = 'steam'))");
                    (verified, Some(untyped.clone()))
                }
            },
        };
        let on_row = on_row.map(|value| {
            format!("UNION ALL SELECT id FROM accounts WHERE community = $1 AND discord_id = {value}")
        });
        self.sql.push(format!(
            "a.id IN (SELECT account FROM api_ids WHERE community = $1 AND value = {untyped}
                 UNION ALL SELECT account FROM identifiers
                 WHERE community = $1 AND {verified} AND verified {})",
            on_row.unwrap_or_default()
        ));
        self
    }

    fn add(&mut self, sql: &str, value: Value<'a>) {
        self.values.push(value);
        self.sql.push(sql.replace('?', &format!("${}", self.values.len())));
    }

    /// Adds a text that a client looks for, and returns the name of its parameter.
    fn parameter(&mut self, text: &str) -> String {
        self.values.push(Value::SoughtText(text.to_owned().into()));
        format!("${}", self.values.len())
    }

    /// Returns all conditions as one.
    pub(crate) fn all(&self) -> String {
        self.sql.join(" AND ")
    }

    /// Returns the values of the parameters, in order.
    pub(crate) fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// Returns the values of the parameters, and behind them those of `LIMIT` and `OFFSET`.
    pub(crate) fn values_of_page(&self, skip: u32, take: u32) -> Vec<Value<'a>> {
        let page = [take, skip].map(|number| Value::Integer(number.into()));
        self.values.iter().cloned().chain(page).collect()
    }

    /// Returns the clause that keeps one page of a list: it takes [`Self::values_of_page`].
    pub(crate) fn page(&self) -> String {
        let count = self.values.len();
        format!("ORDER BY a.unique_id LIMIT ${} OFFSET ${}", count + 1, count + 2)
    }
}
