//! The list of tables and columns. A test compares the list with the catalogue of each backend, so that a
//! migration which adds one cannot forget it here.

use super::value::{Kind, Row, Value};

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// How many columns make its key. They come first.
    pub key: usize,
    /// Its columns, but those that the database draws itself.
    pub columns: &'static [Column],
}

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Kind of the values in the column.
    pub kind: Kind,
}

impl Table {
    /// The columns of the key.
    pub(crate) fn key_columns(&self) -> &'static [Column] {
        &self.columns[..self.key]
    }

    /// The key of a row.
    pub(crate) fn key_of(&self, row: &[Value]) -> Row {
        row[..self.key].to_vec()
    }
}

/// The columns that each database draws itself: their values mean nothing in another.
pub const DRAWN: &[(&str, &str)] = &[("communities", "revision"), ("account_standings", "row_revision")];

/// Writes the list as `table: [key] other columns`.
macro_rules! tables {
    ($($table:ident: [$($key:ident $key_kind:ident),+] $($column:ident $kind:ident),*;)+) => {
        &[$(Table {
            name: stringify!($table),
            key: [$(stringify!($key)),+].len(),
            columns: &[
                $(Column { name: stringify!($key), kind: Kind::$key_kind },)+
                $(Column { name: stringify!($column), kind: Kind::$kind },)*
            ],
        }),+]
    };
}

/// All tables but `leases`, which is about the nodes on a database and not what it holds. The order is one in
/// which they can be filled: no row refers to one that comes later, and the triggers that draw the revisions
/// of accounts find nothing to do, for the standings come after all that belongs to an account.
pub const TABLES: &[Table] = tables! {
    communities: [id Int]
        uuid Id, public_id Text, name Text, sub_version Int, undo_needs_user Bool, created_at Int, custom_domain Text;
    unfinished_imports: [community Int]
        makes_community Bool, document Bytes, begun_at Int, accounts Int, beginnings Int, changes Int;
    ledger_heads: [community Int]
        last_number Int, last_hash Bytes, pruned_number Int, pruned_hash Bytes, pruned_at Int;
    signing_keys: [community Int] secret Bytes;
    community_guards: [community Int]
        enabled Bool, removals_per_minute Int, removals_per_hour Int, frozen_at Int, frozen_by Id, frozen_with Id,
        frozen_reason Text;
    rank_removals: [community Int, who Id, at Int] count Int;
    game_servers: [community Int, id Int] name Text, description Text;
    credentials: [community Int, id Id]
        name Text, key_hash Bytes, scopes Text, power_ceiling Int, created_at Int, expires_at Int, revoked_at Int;
    departments: [community Int, id Id] label Text, label_two Text, position Int, retired Bool;
    ranks: [community Int, id Id]
        department Id, key Text, label Text, power Int, primary_only Bool, secondary_only Bool, retired Bool,
        position Int;
    promotion_flows: [community Int, id Id]
        key Text, label_from Text, label_to Text, ranks_to_add Text, ranks_to_remove Text, actions Text,
        promotion_type Text, position Int;
    profile_field_definitions: [community Int, id Text]
        label Text, type Text, options Text, metadata Text, position Int;
    clockin_types: [community Int, id Text] label Text, position Int;
    custom_log_types: [community Int, id Id] label Text, short_code Text, melonly_id Text, position Int;
    short_urls: [community Int, code Text] path Text, custom_domain Bool, created_at Int;
    pruned_imports: [community Int, undo_id Id];
    rollbacks: [community Int, batch Id] at Int, report Text;
    accounts: [community Int, id Id]
        unique_id Int, custom_unique_id Bool, name Text, name_folded Text, sys_status Bool, join_date Int,
        last_login Int, ban_info Text, ban_expiration Int, api_id_preference Int, bio Text, discord_id Text,
        roblox_id Text, teamspeak_id Text;
    identifiers: [community Int, id Id]
        account Id, type Text, value Text, ref_count Int, verified Bool, metadata Text, flag_id Text, created_at Int,
        updated_at Int;
    api_ids: [community Int, account Id, position Int] value Text;
    clock_rows: [community Int, id Id]
        account Id, start_time Int, end_time Int, completed Bool, notes Text, type Text;
    activity_rows: [community Int, id Id]
        account Id, server Int, start_time Int, end_time Int, completed Bool, notes Text, type Text;
    profile_fields: [community Int, account Id, field Text] position Int, value Text;
    notification_preferences: [community Int, account Id, topic Text, event Text]
        inbox Bool, desktop Bool, mobile Bool, email Bool, discord Bool;
    account_standings: [community Int, account Id]
        com_status Bool, owner Bool, banned Bool, archived Bool, version Int;
    account_ranks: [community Int, account Id, rank Id] position Int, expires_at Int;
    rank_changes: [community Int, number Int]
        undo_id Id, log_id Id, account Id, at Int, ranks_before Text, ranks_after Text, status_before Bool,
        status_after Bool, active Bool, kind Text, source Text, actor Id, credential Id, reason Text, reverses Int,
        reversed_by Int, hash Bytes, batch Id;
    outbox: [community Int, id Id] topic Text, account Id, change_number Int, created_at Int;
    idempotency_keys: [community Int, credential Id, key Text] fingerprint Bytes, answer Bytes, created_at Int;
};
