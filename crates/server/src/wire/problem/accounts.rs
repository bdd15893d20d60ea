//! Problems of accounts: which one is meant, its identifiers, its version, its time on duty.

use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::{AccountId, FlagId};
use serde_json::json;
use uuid::Uuid;

use super::Problem;
use super::examples::{ACCOUNT, UNKNOWN};
use super::words::{excerpt, in_words};

types![
    ACCOUNT_MISMATCH,
    ACCOUNT_NOT_FOUND,
    IDENTIFIER_NOT_FOUND,
    FLAG_NOT_FOUND,
    IDENTIFIER_TAKEN,
    TOO_MANY_IDENTIFIERS,
    VERSION_MISMATCH,
    ACCOUNT_BANNED,
    ACCOUNT_ARCHIVED,
    UNKNOWN_CLOCKIN_TYPE,
];

problem_type! {
    ACCOUNT_MISMATCH = 400 "account-mismatch" {
        title: "Body and path name different accounts",
        cause: "`accId` in the body is not the account that the path names.",
        way_out: "Send the same id in both places, or leave `accId` out.",
        example: Problem::account_mismatch("66666666-6666-6666-6666-666666666666", ACCOUNT),
    }
}

impl Problem {
    pub(crate) fn account_mismatch(named: &str, id: AccountId) -> Self {
        let named = excerpt(named);
        let detail = format!(
            "accId in the body is \"{named}\", but the path names account {id}. Send the same id, or leave accId out."
        );
        Self::new(&ACCOUNT_MISMATCH, detail)
            .member("errors", json!([{ "pointer": "/accId", "detail": "not the account of the path" }]))
    }
}

problem_type! {
    ACCOUNT_NOT_FOUND = 404 "account-not-found" {
        title: "No such account",
        cause: "The community of the credential has no account with this id.",
        way_out: "Find the account with GET /v2/community/accounts/search.",
        example: Problem::account_not_found(ACCOUNT),
    }
}

impl Problem {
    pub(crate) fn account_not_found(id: AccountId) -> Self {
        let detail = format!(
            "There is no account {id} in this community. Find its id with GET /v2/community/accounts/search."
        );
        Self::new(&ACCOUNT_NOT_FOUND, detail)
    }

    /// `accounts`: how many accounts have the Discord id, 0 or more than one.
    pub(crate) fn not_one_discord_id(id: &str, accounts: u32) -> Self {
        let detail = match accounts {
            0 => format!(
                "No account of this community has the Discord id {id}. Find the account with GET \
                 /v2/community/accounts/search, by its name or another id."
            ),
            several => {
                format!("{several} accounts have the Discord id {id}: name one of them by its account id.")
            }
        };
        Self::new(&ACCOUNT_NOT_FOUND, detail)
    }

    /// `number`: of no account of the community.
    pub(crate) fn member_not_found(number: i64) -> Self {
        let detail =
            format!("There is no member {number} in this community. The list of members finds everybody.");
        Self::new(&ACCOUNT_NOT_FOUND, detail)
    }

    /// `accounts`: how many accounts go by the name, 0 or more than one.
    pub(crate) fn not_one_account(name: &str, accounts: u32) -> Self {
        let name = excerpt(name);
        let detail = match accounts {
            0 => format!(
                "No account of this community goes by \"{name}\": give an account id, a number, a Discord id or the whole \
                 name."
            ),
            several => format!("{several} accounts go by \"{name}\": give the account id."),
        };
        Self::new(&ACCOUNT_NOT_FOUND, detail)
    }
}

problem_type! {
    IDENTIFIER_NOT_FOUND = 404 "identifier-not-found" {
        title: "No such identifier",
        cause: "The account has no identifier with this id.",
        way_out: "GET /v2/community/accounts/{accountId}/identifiers lists the identifiers.",
        example: Problem::identifier_not_found(UNKNOWN),
        at: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/identifiers/99999999-9999-9999-9999-999999999999",
    }
}

impl Problem {
    pub(crate) fn identifier_not_found(id: Uuid) -> Self {
        let detail = format!(
            "This community has no identifier {id}. GET /v2/community/accounts/{{accountId}}/identifiers lists them."
        );
        Self::new(&IDENTIFIER_NOT_FOUND, detail)
    }
}

problem_type! {
    FLAG_NOT_FOUND = 404 "flag-not-found" {
        title: "No such flag",
        cause: "The community has no flag on an identifier with this id.",
        way_out: "GET /v2/community/flags lists the flags.",
        example: Problem::flag_not_found(FlagId(UNKNOWN)),
        at: "/v2/community/flags/99999999-9999-9999-9999-999999999999/dismiss",
    }
}

impl Problem {
    pub(crate) fn flag_not_found(id: FlagId) -> Self {
        let detail = format!("This community has no flag {id}. GET /v2/community/flags lists them.");
        Self::new(&FLAG_NOT_FOUND, detail)
    }
}

problem_type! {
    IDENTIFIER_TAKEN = 409 "identifier-taken" {
        title: "The identifier belongs to another account",
        cause: "A verified identifier has one owner in a community, and every identifier of the request that could be registered belongs to another account. `errors` has each, and its owner.",
        way_out: "Register the identifier for its owner, or leave it out.",
        example: Problem::identifiers_taken(&[TakenIdentifier {
            index: 0,
            name: IdentifierName { kind: "discord".to_owned(), value: "1234567890".to_owned() },
            owner: ACCOUNT,
        }]),
        at: "/v2/community/accounts/11111111-1111-1111-1111-111111111111/identifiers",
    }
}

problem_type! {
    TOO_MANY_IDENTIFIERS = 409 "too-many-identifiers" {
        title: "The account has too many identifiers",
        cause: "With those of the request, the account would have more identifiers than an account is given.",
        way_out: "Remove identifiers that nobody uses (DELETE /v2/community/accounts/{accountId}/identifiers/{identifierId}), or leave some out.",
        example: Problem::too_many_identifiers(200, 1, 200),
        at: "/v2/community/accounts/11111111-1111-1111-1111-111111111111/identifiers",
    }
}

impl Problem {
    /// The account has `known` identifiers and would be given `new` ones; `most` is the limit.
    pub(crate) fn too_many_identifiers(known: usize, new: usize, most: usize) -> Self {
        let detail = format!(
            "The account has {known} identifiers and would have {} with those of the request: the most is {most}. Nothing was \
             registered: remove identifiers that nobody uses, or leave some out.",
            known + new
        );
        Self::new(&TOO_MANY_IDENTIFIERS, detail)
    }
}

/// An identifier that belongs to another account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIdentifier {
    /// Its place among the request's identifiers, from 0.
    pub index: usize,
    /// The identifier.
    pub name: IdentifierName,
    /// The account that it belongs to.
    pub owner: AccountId,
}

impl Problem {
    /// `taken`: every identifier of the request that belongs to another account.
    pub(crate) fn identifiers_taken(taken: &[TakenIdentifier]) -> Self {
        let name = |taken: &TakenIdentifier| {
            let IdentifierName { kind, value } = &taken.name;
            format!("{kind}:{value} of account {}", taken.owner)
        };
        let detail = format!(
            "A verified identifier has one owner in a community, and another account has it: {}. Nothing was registered.",
            in_words(taken, name)
        );
        let error = |taken: &TakenIdentifier| {
            let IdentifierName { kind, value } = &taken.name;
            let pointer = format!("/identifiers/{}", taken.index);
            json!({ "pointer": pointer, "type": kind, "value": value, "owner": taken.owner })
        };
        Self::new(&IDENTIFIER_TAKEN, detail).member("errors", taken.iter().map(error).collect())
    }
}

problem_type! {
    VERSION_MISMATCH = 412 "version-mismatch" {
        title: "The account has changed since",
        cause: "If-Match names a version of the account that is not the present one.",
        way_out: "Read the account again, and decide anew.",
        example: Problem::version_mismatch(3),
    }
}

impl Problem {
    /// `found`: the present version of the account.
    pub(crate) fn version_mismatch(found: i64) -> Self {
        let detail = format!(
            "The account has changed since: its ETag is \"{found}\" by now. Read it again, and decide anew."
        );
        Self::new(&VERSION_MISMATCH, detail)
    }
}

problem_type! {
    ACCOUNT_BANNED = 409 "account-banned" {
        title: "The account is banned",
        cause: "A banned account is given no ranks, is not made active, by a change or by an undo, is not clocked in, and gains no identifiers.",
        way_out: "Lift the ban first. Ranks can be taken away at any time.",
        example: Problem::account_banned(),
    }
}

impl Problem {
    pub(crate) fn account_banned() -> Self {
        let detail = "The account is banned: ranks can be taken from it, but none given, and it cannot be made active.";
        Self::new(&ACCOUNT_BANNED, detail)
    }

    pub(crate) fn banned_from_duty() -> Self {
        Self::new(&ACCOUNT_BANNED, "The account is banned, and is not clocked in: lift the ban first.")
    }

    pub(crate) fn banned_gains_no_identifiers() -> Self {
        let detail = "The account is banned, and gains no identifiers: whoever has one would act as this account once the \
                      ban is lifted. Nothing was registered. Lift the ban first.";
        Self::new(&ACCOUNT_BANNED, detail)
    }
}

problem_type! {
    ACCOUNT_ARCHIVED = 409 "account-archived" {
        title: "The account is archived",
        cause: "An archived account is given no ranks, is not made active, by a change or by an undo, is not clocked in, and gains no identifiers.",
        way_out: "Restore the account first.",
        example: Problem::account_archived(),
    }
}

impl Problem {
    pub(crate) fn account_archived() -> Self {
        let detail = "The account is archived: ranks can be taken from it, but none given, and it cannot be made active.";
        Self::new(&ACCOUNT_ARCHIVED, detail)
    }

    pub(crate) fn archived_from_duty() -> Self {
        Self::new(&ACCOUNT_ARCHIVED, "The account is archived, and is not clocked in: restore it first.")
    }

    pub(crate) fn archived_gains_no_identifiers() -> Self {
        let detail = "The account is archived, and gains no identifiers: whoever has one would act as this account once it \
                      is restored. Nothing was registered. Restore it first.";
        Self::new(&ACCOUNT_ARCHIVED, detail)
    }
}

problem_type! {
    UNKNOWN_CLOCKIN_TYPE = 422 "unknown-clockin-type" {
        title: "No such clock-in type",
        cause: "`type` is neither the id nor the label of a clock-in type of the community.",
        way_out: "GET /v2/community/clockin-types lists the clock-in types.",
        example: Problem::unknown_clockin_type("holiday", &["patrol", "regular"]),
        at: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/clock",
    }
}

impl Problem {
    /// `known`: the clock-in types that the community has.
    pub(crate) fn unknown_clockin_type(name: &str, known: &[&str]) -> Self {
        let name = excerpt(name);
        let known = in_words(known, |known| format!("\"{known}\""));
        let detail = format!("This community has no clock-in type \"{name}\". It has {known}.");
        Self::new(&UNKNOWN_CLOCKIN_TYPE, detail).member("errors", json!([{ "pointer": "/type" }]))
    }
}
