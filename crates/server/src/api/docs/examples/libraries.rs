//! The client libraries of the documented API: how each is set up, and which methods they have.

use super::call::Call;
use super::{csharp, javascript, lua, python};

/// A library.
pub(super) struct Library {
    pub(super) name: &'static str,
    /// The language, as a block of code names it.
    pub(super) language: &'static str,
    /// Writes the call of a method.
    pub(super) write: fn(&Call<'_>, &str) -> String,
}

/// The libraries.
pub(super) const ALL: [Library; 4] = [
    Library { name: "Sonoran.lua", language: "lua", write: lua::call },
    Library { name: "Sonoran.js", language: "javascript", write: javascript::call },
    Library { name: "Sonoran.py", language: "python", write: python::call },
    Library { name: "Sonoran.Net", language: "csharp", write: csharp::call },
];

/// The operations that have a method of their own name with `V2` behind it.
#[rustfmt::skip]
const SAME: &[&str] = &[
    "getCommunity", "getSubVersion", "lookupCommunity", "getDepartments", "getProfileFields", "getClockInTypes",
    "getCustomLogTypes", "getPromotionFlows", "triggerPromotionFlows", "undoRankChange", "createShortUrl", "getAccounts",
    "searchAccounts", "getAccount", "getAccountRanks", "setAccountRanks", "getAccountIdentifiers", "setAccountName",
    "editProfileFields", "clockAccount", "getCurrentClockIn", "getLatestActivity", "forceSync", "getServers", "setServers",
    "addServers", "getAceConfig", "setAceConfig", "setServerType", "verifyWhitelist",
];

/// The operations whose method has another name.
const OTHER: &[(&str, &str)] = &[
    ("registerIdentifiers", "registerAccountIdentifiersV2"),
    ("getFullWhitelist", "getWhitelistV2"),
    ("activityTracker", "createActivityV2"),
    ("activityTrackerServerStart", "startActivityV2"),
];

/// Returns the method that the libraries have for an operation. `None` if they have none.
pub(super) fn method(operation_id: &str) -> Option<String> {
    let other = OTHER.iter().find(|(operation, _)| *operation == operation_id);
    let other = other.map(|(_, method)| (*method).to_owned());
    other.or_else(|| SAME.contains(&operation_id).then(|| format!("{operation_id}V2")))
}
