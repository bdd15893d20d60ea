//! The table of URLs: every path with its endpoint and its handler, and nothing else.
//!
//! The readers are [`super::router`], which serves the table, [`super::openapi`], which describes it, and
//! [`super::endpoints`], which lists it.

use super::table::Table;
use super::v2::{
    accounts, administration, clockin_types, community, credentials, custom_log_types, departments, events,
    flags, guards, profile_fields, promotion_flows, rank_changes, ranks, servers, short_urls, webhooks,
};
use super::{docs, health, metrics, openapi, problems, v1};

/// Hands every row to `table`: path, endpoint, handler. A row that needs no credential has an operation id
/// and a summary in the place of the endpoint.
pub(super) fn table<T: Table>(table: T) -> T {
    let table = definitions(structure(people(history(game_servers(accounts(general(table)))))));
    open(legacy(subscriptions(protection(table))))
}

/// Adds the documented section General.
fn general<T: Table>(table: T) -> T {
    table
        .get("/v2/community", &community::SHOW, community::show)
        .get("/v2/community/lookup", &community::LOOKUP, community::lookup)
        .get("/v2/community/sub-version", &community::SUB_VERSION, community::sub_version)
        .get("/v2/community/departments", &departments::LIST, departments::list)
        .get("/v2/community/profile-fields", &profile_fields::LIST, profile_fields::list)
        .get("/v2/community/clockin-types", &clockin_types::LIST, clockin_types::list)
        .get("/v2/community/custom-log-types", &custom_log_types::LIST, custom_log_types::list)
        .get("/v2/community/promotion-flows", &promotion_flows::LIST, promotion_flows::list)
        .post(
            "/v2/community/promotion-flows/trigger",
            &promotion_flows::trigger::TRIGGER,
            promotion_flows::trigger::trigger,
        )
        .post("/v2/community/rank-changes/{undoId}/undo", &rank_changes::undo::UNDO, rank_changes::undo::undo)
        .post("/v2/community/short-urls", &short_urls::CREATE, short_urls::create)
}

/// Adds the documented section Accounts.
fn accounts<T: Table>(table: T) -> T {
    table
        .get("/v2/community/accounts", &accounts::LIST, accounts::list)
        .get("/v2/community/accounts/search", &accounts::search::SEARCH, accounts::search::search)
        .get("/v2/community/accounts/discord/{discordId}", &accounts::discord::SHOW, accounts::discord::show)
        .get("/v2/community/accounts/{accountId}", &accounts::SHOW, accounts::show)
        .get("/v2/community/accounts/{accountId}/ranks", &accounts::ranks::LIST, accounts::ranks::list)
        .patch("/v2/community/accounts/{accountId}/ranks", &accounts::ranks::SET, accounts::ranks::set)
        .get(
            "/v2/community/accounts/{accountId}/identifiers",
            &accounts::identifiers::LIST,
            accounts::identifiers::list,
        )
        .post(
            "/v2/community/accounts/{accountId}/identifiers",
            &accounts::identifiers::REGISTER,
            accounts::identifiers::register,
        )
        .patch("/v2/community/accounts/{accountId}/name", &accounts::name::SET, accounts::name::set)
        .patch(
            "/v2/community/accounts/{accountId}/profile-fields",
            &accounts::profile_fields::EDIT,
            accounts::profile_fields::edit,
        )
        .post("/v2/community/accounts/{accountId}/clock", &accounts::clock::CLOCK, accounts::clock::clock)
        .get(
            "/v2/community/accounts/{accountId}/clock/current",
            &accounts::clock::current::SHOW,
            accounts::clock::current::show,
        )
        .get(
            "/v2/community/accounts/{accountId}/activity/latest",
            &accounts::activity::latest::LIST,
            accounts::activity::latest::list,
        )
        .post("/v2/community/accounts/{accountId}/sync", &accounts::sync::FORCE, accounts::sync::force)
}

/// Adds the documented section Servers.
fn game_servers<T: Table>(table: T) -> T {
    table
        .get("/v2/community/servers", &servers::LIST, servers::list)
        .post("/v2/community/servers", &servers::ADD, servers::add)
        .put("/v2/community/servers", &servers::SET, servers::set)
        .patch("/v2/community/servers/{serverId}/type", &servers::r#type::SET, servers::r#type::set)
        .get(
            "/v2/community/servers/{serverId}/ace-config",
            &servers::ace_config::SHOW,
            servers::ace_config::show,
        )
        .patch(
            "/v2/community/servers/{serverId}/ace-config",
            &servers::ace_config::SET,
            servers::ace_config::set,
        )
        .get(
            "/v2/community/servers/{serverId}/whitelist",
            &servers::whitelist::LIST,
            servers::whitelist::list,
        )
        .post(
            "/v2/community/servers/{serverId}/whitelist/check",
            &servers::whitelist::check::CHECK,
            servers::whitelist::check::check,
        )
        .post(
            "/v2/community/servers/{serverId}/activity",
            &servers::activity::TRACK,
            servers::activity::track,
        )
        .post(
            "/v2/community/servers/{serverId}/activity/start",
            &servers::activity::start::START,
            servers::activity::start::start,
        )
}

/// Adds the history of rank changes, rollbacks, and the feed of events.
fn history<T: Table>(table: T) -> T {
    table
        .get("/v2/community/rank-changes", &rank_changes::LIST, rank_changes::list)
        .get("/v2/community/rank-changes/{undoId}", &rank_changes::SHOW, rank_changes::show)
        .get("/v2/community/rank-changes/summary", &rank_changes::summary::SHOW, rank_changes::summary::show)
        .get("/v2/community/rank-changes/export", &rank_changes::export::EXPORT, rank_changes::export::export)
        .get(
            "/v2/community/rank-changes/checkpoint",
            &rank_changes::checkpoint::SHOW,
            rank_changes::checkpoint::show,
        )
        .get(
            "/v2/community/rank-changes/standings",
            &rank_changes::standings::EXPORT,
            rank_changes::standings::export,
        )
        .post(
            "/v2/community/rank-changes/rollback",
            &rank_changes::rollback::ROLL_BACK,
            rank_changes::rollback::roll_back,
        )
        .get(
            "/v2/community/rank-changes/rollbacks/{batchId}",
            &rank_changes::rollback::STATUS,
            rank_changes::rollback::status,
        )
        .get("/v2/community/events", &events::LIST, events::list)
}

/// Adds accounts and credentials, for administrators.
fn people<T: Table>(table: T) -> T {
    table
        .post("/v2/community/accounts", &accounts::create::CREATE, accounts::create::create)
        .post(
            "/v2/community/accounts/{accountId}/archive",
            &accounts::membership::ARCHIVE,
            accounts::membership::archive,
        )
        .post(
            "/v2/community/accounts/{accountId}/restore",
            &accounts::membership::RESTORE,
            accounts::membership::restore,
        )
        .post("/v2/community/accounts/{accountId}/ban", &accounts::membership::BAN, accounts::membership::ban)
        .post(
            "/v2/community/accounts/{accountId}/unban",
            &accounts::membership::UNBAN,
            accounts::membership::unban,
        )
        .post(
            "/v2/community/accounts/{accountId}/kick",
            &accounts::membership::KICK,
            accounts::membership::kick,
        )
        .delete(
            "/v2/community/accounts/{accountId}/identifiers/{identifierId}",
            &accounts::identifiers::REMOVE,
            accounts::identifiers::remove,
        )
        .get("/v2/community/flags", &flags::LIST, flags::list)
        .post("/v2/community/flags/{flagId}/dismiss", &flags::DISMISS, flags::dismiss)
        .get("/v2/community/credentials", &credentials::LIST, credentials::list)
        .get("/v2/community/credentials/{credentialId}", &credentials::GET, credentials::get)
        .post("/v2/community/credentials", &credentials::CREATE, credentials::create)
        .patch("/v2/community/credentials/{credentialId}", &credentials::EDIT, credentials::edit)
        .delete("/v2/community/credentials/{credentialId}", &credentials::REVOKE, credentials::revoke)
}

/// Adds departments and ranks, for administrators.
fn structure<T: Table>(table: T) -> T {
    table
        .post("/v2/community/departments", &departments::CREATE, departments::create)
        .put("/v2/community/departments/order", &departments::ORDER, departments::order)
        .patch("/v2/community/departments/{departmentId}", &departments::EDIT, departments::edit)
        .post("/v2/community/departments/{departmentId}/retire", &departments::RETIRE, departments::retire)
        .post("/v2/community/departments/{departmentId}/restore", &departments::RESTORE, departments::restore)
        .post("/v2/community/departments/{departmentId}/ranks", &ranks::CREATE, ranks::create)
        .put("/v2/community/departments/{departmentId}/ranks/order", &ranks::ORDER, ranks::order)
        .get("/v2/community/ranks/{rankId}", &ranks::SHOW, ranks::show)
        .patch("/v2/community/ranks/{rankId}", &ranks::EDIT, ranks::edit)
        .post("/v2/community/ranks/{rankId}/retire", &ranks::RETIRE, ranks::retire)
        .post("/v2/community/ranks/{rankId}/restore", &ranks::RESTORE, ranks::restore)
}

/// Adds the definitions of the community, for administrators.
fn definitions<T: Table>(table: T) -> T {
    table
        .put("/v2/community/profile-fields/{fieldId}", &profile_fields::DEFINE, profile_fields::define)
        .delete("/v2/community/profile-fields/{fieldId}", &profile_fields::REMOVE, profile_fields::remove)
        .put("/v2/community/clockin-types/{typeId}", &clockin_types::DEFINE, clockin_types::define)
        .delete("/v2/community/clockin-types/{typeId}", &clockin_types::REMOVE, clockin_types::remove)
        .put(
            "/v2/community/custom-log-types/{logTypeId}",
            &custom_log_types::DEFINE,
            custom_log_types::define,
        )
        .delete(
            "/v2/community/custom-log-types/{logTypeId}",
            &custom_log_types::REMOVE,
            custom_log_types::remove,
        )
        .post(
            "/v2/community/promotion-flows",
            &promotion_flows::define::CREATE,
            promotion_flows::define::create,
        )
        .patch(
            "/v2/community/promotion-flows/{flowId}",
            &promotion_flows::define::EDIT,
            promotion_flows::define::edit,
        )
        .delete(
            "/v2/community/promotion-flows/{flowId}",
            &promotion_flows::define::REMOVE,
            promotion_flows::define::remove,
        )
}

/// Adds the name of the community, the guards, the freeze and the record of administration, for
/// administrators.
fn protection<T: Table>(table: T) -> T {
    table
        .patch("/v2/community", &community::RENAME, community::rename)
        .get("/v2/community/guards", &guards::SHOW, guards::show)
        .put("/v2/community/guards", &guards::SET, guards::set)
        .post("/v2/community/freeze", &guards::FREEZE, guards::freeze)
        .post("/v2/community/unfreeze", &guards::UNFREEZE, guards::unfreeze)
        .get("/v2/community/administration", &administration::LIST, administration::list)
        .get(
            "/v2/community/administration/export",
            &administration::export::EXPORT,
            administration::export::export,
        )
}

/// Adds the subscriptions to events, for administrators.
fn subscriptions<T: Table>(table: T) -> T {
    table
        .get("/v2/community/webhooks", &webhooks::LIST, webhooks::list)
        .post("/v2/community/webhooks", &webhooks::CREATE, webhooks::create)
        .get("/v2/community/webhooks/{subscriptionId}", &webhooks::GET, webhooks::get)
        .patch("/v2/community/webhooks/{subscriptionId}", &webhooks::EDIT, webhooks::edit)
        .delete("/v2/community/webhooks/{subscriptionId}", &webhooks::REMOVE, webhooks::remove)
        .post(
            "/v2/community/webhooks/{subscriptionId}/enable",
            &webhooks::enable::ENABLE,
            webhooks::enable::enable,
        )
        .post(
            "/v2/community/webhooks/{subscriptionId}/disable",
            &webhooks::enable::DISABLE,
            webhooks::enable::disable,
        )
        .post("/v2/community/webhooks/{subscriptionId}/test", &webhooks::test::TEST, webhooks::test::test)
        .post(
            "/v2/community/webhooks/{subscriptionId}/rotate-secret",
            &webhooks::secret::ROTATE,
            webhooks::secret::rotate,
        )
        .post(
            "/v2/community/webhooks/{subscriptionId}/replay",
            &webhooks::replay::REPLAY,
            webhooks::replay::replay,
        )
        .get(
            "/v2/community/webhooks/{subscriptionId}/deliveries",
            &webhooks::deliveries::LIST,
            webhooks::deliveries::list,
        )
        .post(
            "/v2/community/webhooks/{subscriptionId}/deliveries/{place}/redeliver",
            &webhooks::deliveries::REDELIVER,
            webhooks::deliveries::redeliver,
        )
}

/// Adds the legacy v1 API.
fn legacy<T: Table>(table: T) -> T {
    v1::TYPES.iter().fold(table, T::legacy)
}

/// Adds the paths that need no credential.
fn open<T: Table>(table: T) -> T {
    table
        .open("/s/{code}", "resolveShortUrl", "Follow a short URL", short_urls::resolve)
        .open("/healthz", "getHealth", "Check that the server runs", health::healthz)
        .open("/readyz", "getReadiness", "Check that the server can work", health::readyz)
        .open("/metrics", "getMetrics", "Get the counters of the server", metrics::metrics)
        .open("/problems", "getProblemTypes", "List the problem types", problems::index)
        .open("/problems/{type}", "getProblemType", "Explain a problem type", problems::show)
        .open("/openapi.json", "getOpenApi", "Get this document", openapi::pages::document)
        .open("/docs", "getDocs", "Read this document as a page", openapi::pages::page)
        .open(
            "/docs/{*page}",
            "getDocsPage",
            "Read a page of the documentation, or ask a question",
            docs::show,
        )
}
