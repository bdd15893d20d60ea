//! What operations refuse besides rank changes and undos, in sentences for the client.

use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::AccountId;
use rankledger_domain::refusal::RetiredEntry;
use serde_json::json;

use crate::ops::error::{Noun, RefusedEntry, TakenIdentifier};
use crate::wire::problem::kinds::ProblemKind;
use crate::wire::problem::refusals::{in_words, joined};
use crate::wire::problem::{Problem, excerpt, kinds};

pub(super) fn not_one_account(name: &str, accounts: usize) -> Problem {
    let name = excerpt(name);
    let detail = match accounts {
        0 => format!(
            "No account of this community goes by \"{name}\": give an account id, a number, a Discord id or the whole \
             name."
        ),
        several => format!("{several} accounts go by \"{name}\": give the account id."),
    };
    Problem::new(&kinds::ACCOUNT_NOT_FOUND, detail)
}

pub(super) fn not_found(what: Noun, name: &str) -> Problem {
    let list = match what {
        Noun::Account => "/v2/community/accounts",
        Noun::Department | Noun::Rank => "/v2/community/departments?includeRetired=true",
        Noun::PromotionFlow => "/v2/community/promotion-flows",
        Noun::ProfileField => "/v2/community/profile-fields",
        Noun::ClockInType => "/v2/community/clockin-types",
        Noun::CustomLogType => "/v2/community/custom-log-types",
        Noun::Identifier => "/v2/community/accounts/{accountId}/identifiers",
        Noun::Credential => "/v2/community/credentials",
    };
    let name = excerpt(name);
    Problem::new(
        kind_of_missing(what),
        format!("This community has no {what} {name}. GET {list} lists them."),
    )
}

fn kind_of_missing(what: Noun) -> &'static ProblemKind {
    match what {
        Noun::Account => &kinds::ACCOUNT_NOT_FOUND,
        Noun::Department => &kinds::DEPARTMENT_NOT_FOUND,
        Noun::Rank => &kinds::RANK_NOT_FOUND,
        Noun::PromotionFlow => &kinds::PROMOTION_FLOW_NOT_FOUND,
        Noun::ProfileField | Noun::ClockInType | Noun::CustomLogType => &kinds::DEFINITION_NOT_FOUND,
        Noun::Identifier => &kinds::IDENTIFIER_NOT_FOUND,
        Noun::Credential => &kinds::CREDENTIAL_NOT_FOUND,
    }
}

pub(super) fn taken(what: Noun, pointer: &str, name: &str) -> Problem {
    let name = excerpt(name);
    let detail =
        format!("{pointer} is \"{name}\", which another {what} of this community has: choose another.");
    Problem::new(&kinds::ALREADY_TAKEN, detail).member("errors", json!([{ "pointer": pointer }]))
}

pub(super) fn identifiers_taken(taken: &[TakenIdentifier]) -> Problem {
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
    Problem::new(&kinds::IDENTIFIER_TAKEN, detail).member("errors", taken.iter().map(error).collect())
}

pub(super) fn refused_entries(entries: &[RefusedEntry]) -> Problem {
    let name = |entry: &RefusedEntry| format!("{} is refused, for {}", entry.pointer, entry.detail);
    let detail = format!("{}. Nothing was written.", joined(entries, "; ", name));
    let error = |entry: &RefusedEntry| json!({ "pointer": entry.pointer, "detail": entry.detail });
    Problem::new(&kinds::REFUSED_ENTRY, detail).member("errors", entries.iter().map(error).collect())
}

pub(super) fn unknown_clockin_type(name: &str, known: &[String]) -> Problem {
    let name = excerpt(name);
    let known = in_words(known, |kind| format!("\"{kind}\""));
    let detail = format!("This community has no clock-in type \"{name}\". It has {known}.");
    Problem::new(&kinds::UNKNOWN_CLOCKIN_TYPE, detail).member("errors", json!([{ "pointer": "/type" }]))
}

pub(super) fn barred_from_duty(banned: bool) -> Problem {
    if banned {
        let detail = "The account is banned, and is not clocked in: lift the ban first.";
        return Problem::new(&kinds::ACCOUNT_BANNED, detail);
    }
    let detail = "The account is archived, and is not clocked in: restore it first.";
    Problem::new(&kinds::ACCOUNT_ARCHIVED, detail)
}

pub(super) fn wrong_direction(promote: bool) -> Problem {
    let (wanted, other) = if promote { ("promotions", "demote") } else { ("demotions", "promote") };
    let detail = format!("The flow is not meant for {wanted}: it may only be run to {other}.");
    Problem::new(&kinds::REFUSED_ENTRY, detail)
}

pub(super) fn flow_gives_retired(entries: &[RetiredEntry]) -> Problem {
    let ranks = in_words(entries, |entry| format!("\"{}\"", entry.label));
    let detail = format!(
        "The flow would give what is retired: {ranks}. Have it restored, or take it out of the flow."
    );
    Problem::new(&kinds::RANK_RETIRED, detail)
}

pub(super) fn no_custom_domain() -> Problem {
    let detail = "This community has no domain of its own: send \"isCustomDomain\": false, or have the operator import \
                  one as customDomain.";
    Problem::new(&kinds::NO_CUSTOM_DOMAIN, detail).member("errors", json!([{ "pointer": "/isCustomDomain" }]))
}

pub(super) fn exceeds_maker(how: &str) -> Problem {
    let detail = format!("A credential makes and revokes none that could do more than itself: {how}.");
    Problem::new(&kinds::EXCEEDS_CREDENTIAL, detail)
}

impl Problem {
    pub(crate) fn community_not_found(name: &str) -> Self {
        let name = excerpt(name);
        let detail =
            format!("The credential belongs to no community \"{name}\": it finds its own, by id or UUID.");
        Self::new(&kinds::COMMUNITY_NOT_FOUND, detail)
    }

    pub(crate) fn short_url_not_found(code: &str) -> Self {
        let code = excerpt(code);
        Self::new(&kinds::SHORT_URL_NOT_FOUND, format!("There is no short URL \"{code}\" on this server."))
    }
}

pub(super) mod samples {
    //! What the examples of these problems speak of.

    use super::{AccountId, IdentifierName, Noun, Problem, RefusedEntry, TakenIdentifier};
    use crate::ops::OpError;

    pub(in super::super) fn missing(what: Noun, name: &str) -> Problem {
        OpError::NotFound { what, name: name.to_owned() }.into()
    }

    pub(in super::super) fn taken() -> Problem {
        OpError::Taken { what: Noun::Rank, pointer: "/key", name: "rank-1".to_owned() }.into()
    }

    pub(in super::super) fn identifier_taken(owner: AccountId) -> Problem {
        let name = IdentifierName { kind: "discord".to_owned(), value: "1234567890".to_owned() };
        OpError::IdentifiersTaken(vec![TakenIdentifier { index: 0, name, owner }]).into()
    }

    pub(in super::super) fn refused_entry() -> Problem {
        let pointer = "/profileFields/0/value".to_owned();
        let detail = "a field of type number takes a number".to_owned();
        OpError::RefusedEntries(vec![RefusedEntry { pointer, detail }]).into()
    }

    pub(in super::super) fn unknown_clockin_type() -> Problem {
        let known = vec!["patrol".to_owned(), "regular".to_owned()];
        OpError::UnknownClockInType { name: "holiday".to_owned(), known }.into()
    }

    pub(in super::super) fn exceeds_credential() -> Problem {
        OpError::ExceedsMaker("its power ceiling must be at most 50".to_owned()).into()
    }

    pub(in super::super) fn no_custom_domain() -> Problem {
        OpError::NoCustomDomain.into()
    }
}
