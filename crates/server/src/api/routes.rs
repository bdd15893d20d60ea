//! The table of URLs: every path with its endpoint and its handler, and nothing else.
//!
//! It is read twice: by [`super::router`], which serves it, and by [`super::openapi`], which describes it.

use super::table::Table;
use super::v2::{
    accounts, clockin_types, community, credentials, custom_log_types, departments, guards, profile_fields,
    promotion_flows, rank_changes, ranks, short_urls,
};
use super::{health, metrics, openapi, problems, v1};
use crate::http::Endpoint;

/// The table of URLs: path, endpoint, handler; or path, operation id, summary, handler for what is open to anybody.
pub(super) fn table<T: Table>(table: T) -> T {
    open(legacy(protection(definitions(structure(people(history(accounts(general(table)))))))))
}

/// The documented section General.
fn general<T: Table>(table: T) -> T {
    table
        .get("/v2/community", Endpoint::GET_COMMUNITY, community::show)
        .get("/v2/community/lookup", Endpoint::LOOKUP_COMMUNITY, community::lookup)
        .get("/v2/community/sub-version", Endpoint::GET_SUB_VERSION, community::sub_version)
        .get("/v2/community/departments", Endpoint::GET_DEPARTMENTS, departments::list)
        .get("/v2/community/profile-fields", Endpoint::GET_PROFILE_FIELDS, profile_fields::list)
        .get("/v2/community/clockin-types", Endpoint::GET_CLOCK_IN_TYPES, clockin_types::list)
        .get("/v2/community/custom-log-types", Endpoint::GET_CUSTOM_LOG_TYPES, custom_log_types::list)
        .get("/v2/community/promotion-flows", Endpoint::GET_PROMOTION_FLOWS, promotion_flows::list)
        .post(
            "/v2/community/promotion-flows/trigger",
            Endpoint::TRIGGER_PROMOTION_FLOWS,
            promotion_flows::trigger::trigger,
        )
        .post(
            "/v2/community/rank-changes/{undoId}/undo",
            Endpoint::UNDO_RANK_CHANGE,
            rank_changes::undo::undo,
        )
        .post("/v2/community/short-urls", Endpoint::CREATE_SHORT_URL, short_urls::create)
}

/// The documented section Accounts.
fn accounts<T: Table>(table: T) -> T {
    table
        .get("/v2/community/accounts", Endpoint::GET_ACCOUNTS, accounts::list)
        .get("/v2/community/accounts/search", Endpoint::SEARCH_ACCOUNTS, accounts::search::search)
        .get("/v2/community/accounts/{accountId}", Endpoint::GET_ACCOUNT, accounts::show)
        .get("/v2/community/accounts/{accountId}/ranks", Endpoint::GET_ACCOUNT_RANKS, accounts::ranks::list)
        .patch("/v2/community/accounts/{accountId}/ranks", Endpoint::SET_ACCOUNT_RANKS, accounts::ranks::set)
        .get(
            "/v2/community/accounts/{accountId}/identifiers",
            Endpoint::GET_ACCOUNT_IDENTIFIERS,
            accounts::identifiers::list,
        )
        .post(
            "/v2/community/accounts/{accountId}/identifiers",
            Endpoint::REGISTER_IDENTIFIERS,
            accounts::identifiers::register,
        )
        .patch("/v2/community/accounts/{accountId}/name", Endpoint::SET_ACCOUNT_NAME, accounts::name::set)
        .patch(
            "/v2/community/accounts/{accountId}/profile-fields",
            Endpoint::EDIT_PROFILE_FIELDS,
            accounts::profile_fields::edit,
        )
        .post("/v2/community/accounts/{accountId}/clock", Endpoint::CLOCK_ACCOUNT, accounts::clock::clock)
        .get(
            "/v2/community/accounts/{accountId}/clock/current",
            Endpoint::GET_CURRENT_CLOCK_IN,
            accounts::clock::current::show,
        )
        .get(
            "/v2/community/accounts/{accountId}/activity/latest",
            Endpoint::GET_LATEST_ACTIVITY,
            accounts::activity::latest::list,
        )
        .post("/v2/community/accounts/{accountId}/sync", Endpoint::FORCE_SYNC, accounts::sync::force)
}

/// The history of rank changes, and its repair.
fn history<T: Table>(table: T) -> T {
    table
        .get("/v2/community/rank-changes", Endpoint::GET_RANK_CHANGES, rank_changes::list)
        .get("/v2/community/rank-changes/{undoId}", Endpoint::GET_RANK_CHANGE, rank_changes::show)
        .get("/v2/community/rank-changes/export", Endpoint::EXPORT_RANK_CHANGES, rank_changes::export::export)
        .get(
            "/v2/community/rank-changes/checkpoint",
            Endpoint::GET_CHECKPOINT,
            rank_changes::checkpoint::show,
        )
        .post(
            "/v2/community/rank-changes/rollback",
            Endpoint::ROLL_BACK_RANK_CHANGES,
            rank_changes::rollback::roll_back,
        )
        .get(
            "/v2/community/rank-changes/rollbacks/{batchId}",
            Endpoint::GET_ROLLBACK,
            rank_changes::rollback::status,
        )
}

/// Accounts and credentials, for administrators.
fn people<T: Table>(table: T) -> T {
    table
        .post("/v2/community/accounts", Endpoint::CREATE_ACCOUNT, accounts::create::create)
        .post(
            "/v2/community/accounts/{accountId}/archive",
            Endpoint::ARCHIVE_ACCOUNT,
            accounts::membership::archive,
        )
        .post(
            "/v2/community/accounts/{accountId}/restore",
            Endpoint::RESTORE_ACCOUNT,
            accounts::membership::restore,
        )
        .post("/v2/community/accounts/{accountId}/ban", Endpoint::BAN_ACCOUNT, accounts::membership::ban)
        .post(
            "/v2/community/accounts/{accountId}/unban",
            Endpoint::UNBAN_ACCOUNT,
            accounts::membership::unban,
        )
        .post("/v2/community/accounts/{accountId}/kick", Endpoint::KICK_ACCOUNT, accounts::membership::kick)
        .delete(
            "/v2/community/accounts/{accountId}/identifiers/{identifierId}",
            Endpoint::REMOVE_IDENTIFIER,
            accounts::identifiers::remove,
        )
        .get("/v2/community/credentials", Endpoint::GET_CREDENTIALS, credentials::list)
        .post("/v2/community/credentials", Endpoint::CREATE_CREDENTIAL, credentials::create)
        .delete("/v2/community/credentials/{credentialId}", Endpoint::REVOKE_CREDENTIAL, credentials::revoke)
}

/// Departments and ranks, for administrators.
fn structure<T: Table>(table: T) -> T {
    table
        .post("/v2/community/departments", Endpoint::CREATE_DEPARTMENT, departments::create)
        .put("/v2/community/departments/order", Endpoint::ORDER_DEPARTMENTS, departments::order)
        .patch("/v2/community/departments/{departmentId}", Endpoint::EDIT_DEPARTMENT, departments::edit)
        .post(
            "/v2/community/departments/{departmentId}/retire",
            Endpoint::RETIRE_DEPARTMENT,
            departments::retire,
        )
        .post(
            "/v2/community/departments/{departmentId}/restore",
            Endpoint::RESTORE_DEPARTMENT,
            departments::restore,
        )
        .post("/v2/community/departments/{departmentId}/ranks", Endpoint::CREATE_RANK, ranks::create)
        .put("/v2/community/departments/{departmentId}/ranks/order", Endpoint::ORDER_RANKS, ranks::order)
        .patch("/v2/community/ranks/{rankId}", Endpoint::EDIT_RANK, ranks::edit)
        .post("/v2/community/ranks/{rankId}/retire", Endpoint::RETIRE_RANK, ranks::retire)
        .post("/v2/community/ranks/{rankId}/restore", Endpoint::RESTORE_RANK, ranks::restore)
}

/// What the community defines, for administrators.
fn definitions<T: Table>(table: T) -> T {
    table
        .put("/v2/community/profile-fields/{fieldId}", Endpoint::DEFINE_PROFILE_FIELD, profile_fields::define)
        .delete(
            "/v2/community/profile-fields/{fieldId}",
            Endpoint::REMOVE_PROFILE_FIELD,
            profile_fields::remove,
        )
        .put("/v2/community/clockin-types/{typeId}", Endpoint::DEFINE_CLOCK_IN_TYPE, clockin_types::define)
        .delete("/v2/community/clockin-types/{typeId}", Endpoint::REMOVE_CLOCK_IN_TYPE, clockin_types::remove)
        .put(
            "/v2/community/custom-log-types/{logTypeId}",
            Endpoint::DEFINE_CUSTOM_LOG_TYPE,
            custom_log_types::define,
        )
        .delete(
            "/v2/community/custom-log-types/{logTypeId}",
            Endpoint::REMOVE_CUSTOM_LOG_TYPE,
            custom_log_types::remove,
        )
        .post(
            "/v2/community/promotion-flows",
            Endpoint::CREATE_PROMOTION_FLOW,
            promotion_flows::define::create,
        )
        .patch(
            "/v2/community/promotion-flows/{flowId}",
            Endpoint::EDIT_PROMOTION_FLOW,
            promotion_flows::define::edit,
        )
        .delete(
            "/v2/community/promotion-flows/{flowId}",
            Endpoint::REMOVE_PROMOTION_FLOW,
            promotion_flows::define::remove,
        )
}

/// What limits the harm that anybody does, for administrators.
fn protection<T: Table>(table: T) -> T {
    table
        .get("/v2/community/guards", Endpoint::GET_GUARDS, guards::show)
        .put("/v2/community/guards", Endpoint::SET_GUARDS, guards::set)
        .post("/v2/community/freeze", Endpoint::FREEZE_COMMUNITY, guards::freeze)
        .post("/v2/community/unfreeze", Endpoint::UNFREEZE_COMMUNITY, guards::unfreeze)
}

/// The legacy v1 API.
fn legacy<T: Table>(table: T) -> T {
    v1::TYPES.iter().fold(table, T::legacy)
}

/// What anybody may see.
fn open<T: Table>(table: T) -> T {
    table
        .open("/s/{code}", "resolveShortUrl", "Where a short URL leads", short_urls::resolve)
        .open("/healthz", "getHealth", "Whether the server is there", health::healthz)
        .open("/readyz", "getReadiness", "Whether the server can work", health::readyz)
        .open("/metrics", "getMetrics", "What the server counts", metrics::metrics)
        .open("/problems", "getProblemTypes", "The types of problems", problems::index)
        .open("/problems/{type}", "getProblemType", "A type of problem", problems::show)
        .open("/openapi.json", "getOpenApi", "This document", openapi::pages::document)
        .open("/docs", "getDocs", "This document, for people", openapi::pages::page)
}
