//! The account row on the wire, in its two documented forms: the one that Get Account answers, and the longer
//! one that rank changes answer. The order of the members is part of the contract.

use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_storage::accounts::Profile;
use rankledger_storage::standings::{AccountDetails, AccountSnapshot};

use crate::wire::account_parts::{
    ActiveApiIds, ApiIdsBody, ClockRowBody, IdentifiersBody, ListBody, PreferencesBody, PreferencesSchema,
    ProfileFieldBody, RankIds,
};
use crate::wire::stored_body::{Each, stored_body};
use crate::wire::time::Time;

/// The row of an account, and the name of its community.
pub struct NamedRow {
    snapshot: AccountSnapshot,
    com_name: String,
}

impl NamedRow {
    fn account(&self) -> &Account {
        &self.snapshot.standing.account
    }

    fn details(&self) -> &AccountDetails {
        &self.snapshot.details
    }

    fn profile(&self) -> &Profile {
        &self.details().profile
    }
}

stored_body! {
    /// The account row that Get Account answers.
    AccountBody from NamedRow as row, members AccountMembers {
        acc_id: AccountId = row.profile().id;
        sys_status: bool = row.profile().sys_status;
        com_status: bool = row.account().com_status;
        acc_name: &'a str = &row.profile().name;
        com_name: &'a str = &row.com_name;
        join_date: Time = Time(row.profile().join_date);
        last_login: Option<Time> = row.profile().last_login.map(Time);
        owner: bool = row.account().owner;
        banned: bool = row.account().banned;
        archived: bool = row.account().archived;
        #[schemars(with = "Vec<String>")]
        active_api_ids: ActiveApiIds<'a> = ActiveApiIds(row.details());
        discord_id: Option<&'a str> = row.profile().discord_id.as_deref();
        unique_id: i64 = row.profile().unique_id;
        identifiers: IdentifiersBody<'a> = IdentifiersBody { idents: Each(&row.details().identifiers) };
        #[schemars(with = "Vec<RankId>")]
        ranks: RankIds<'a> = RankIds(&row.account().ranks);
        profile_fields: ListBody<'a, ProfileFieldBody> = ListBody { data: Each(&row.details().profile_fields) };
        clock_data: ListBody<'a, ClockRowBody> = ListBody { data: Each(&row.details().clock_rows) };
        teamspeak_id: Option<&'a str> = row.profile().teamspeak_id.as_deref();
    }
}

stored_body! {
    /// The account row that Set Account Ranks and Undo Rank Change answer.
    FullAccountBody from NamedRow as row, members FullAccountMembers {
        acc_id: AccountId = row.profile().id;
        sys_status: bool = row.profile().sys_status;
        com_status: bool = row.account().com_status;
        acc_name: &'a str = &row.profile().name;
        com_name: &'a str = &row.com_name;
        join_date: Time = Time(row.profile().join_date);
        last_login: Option<Time> = row.profile().last_login.map(Time);
        owner: bool = row.account().owner;
        banned: bool = row.account().banned;
        ban_info: Option<&'a str> = row.profile().ban_info.as_deref();
        ban_expiration: Option<Time> = row.profile().ban_expiration.map(Time);
        api_id_preference: i64 = row.profile().api_id_preference;
        api_ids: ApiIdsBody<'a> = ApiIdsBody { ids: &row.details().api_ids };
        #[schemars(with = "Vec<String>")]
        active_api_ids: ActiveApiIds<'a> = ActiveApiIds(row.details());
        identifiers: IdentifiersBody<'a> = IdentifiersBody { idents: Each(&row.details().identifiers) };
        #[schemars(with = "Vec<RankId>")]
        ranks: RankIds<'a> = RankIds(&row.account().ranks);
        clock_data: ListBody<'a, ClockRowBody> = ListBody { data: Each(&row.details().clock_rows) };
        profile_fields: ListBody<'a, ProfileFieldBody> = ListBody { data: Each(&row.details().profile_fields) };
        bio: Option<&'a str> = row.profile().bio.as_deref();
        archived: bool = row.account().archived;
        discord_id: Option<&'a str> = row.profile().discord_id.as_deref();
        roblox_id: Option<&'a str> = row.profile().roblox_id.as_deref();
        unique_id: i64 = row.profile().unique_id;
        custom_unique_id: bool = row.profile().custom_unique_id;
        #[schemars(with = "PreferencesSchema")]
        notification_preferences: PreferencesBody<'a> = PreferencesBody(row.details().notification_preferences.as_slice());
        teamspeak_id: Option<&'a str> = row.profile().teamspeak_id.as_deref();
    }
}

impl AccountBody {
    /// Returns the row of an account in the community of this name.
    #[must_use]
    pub fn new(snapshot: AccountSnapshot, com_name: String) -> Self {
        Self(NamedRow { snapshot, com_name })
    }
}

impl FullAccountBody {
    /// Returns the row of an account in the community of this name.
    #[must_use]
    pub fn new(snapshot: AccountSnapshot, com_name: String) -> Self {
        Self(NamedRow { snapshot, com_name })
    }
}
