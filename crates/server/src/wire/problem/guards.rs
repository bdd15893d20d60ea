//! What the guards of a community refuse, in sentences for the client.

use rankledger_domain::guard::{Excess, Freeze, Window};
use rankledger_domain::time::wire_format;
use serde_json::json;

use crate::api::v2::guards::FreezeBody;
use crate::http::rate_limit::whole_seconds;
use crate::ops::guards::check::CountedFor;
use crate::wire::problem::{Problem, excerpt, kinds};

pub(super) fn abnormal_usage(who: CountedFor, excess: Excess) -> Problem {
    let Excess { limit, window, recent, removals, wait } = excess;
    let (member, id, who) = match who {
        CountedFor::Person(id) => ("userId", id.0, format!("account {id}")),
        CountedFor::Credential(id) => ("credentialId", id.0, format!("credential {id}")),
    };
    let ranks = if removals == 1 { "1 rank".to_owned() } else { format!("{removals} ranks") };
    let per = match window {
        Window::Minute => "a minute",
        Window::Hour => "an hour",
    };
    let why =
        format!("This takes {ranks} away, and the guard of this community lets {who} take {limit} {per}");
    let way_out = "an administrator changes the guard with PUT /v2/community/guards";
    let detail = match wait {
        Some(wait) => format!(
            "{why}, of which it has taken {recent}. Nothing was written. It passes in {} s, or if {way_out}.",
            whole_seconds(wait)
        ),
        None => format!(
            "{why}, so it never passes. Nothing was written. Take away fewer at a time, or {way_out}."
        ),
    };
    let problem = Problem::new(&kinds::ABNORMAL_USAGE, detail)
        .member(member, json!(id))
        .member("removals", json!(removals))
        .member("recent", json!(recent))
        .member("limit", json!(limit))
        .member("window", json!(window.as_str()));
    match wait {
        Some(wait) => problem.retry_after(wait),
        None => problem,
    }
}

pub(super) fn community_frozen(freeze: &Freeze) -> Problem {
    let by = match freeze.user {
        Some(account) => format!("account {account}"),
        None => format!("credential {}", freeze.credential),
    };
    let reason = freeze.reason.as_deref().map(|reason| format!(" (\"{}\")", excerpt(reason)));
    let detail = format!(
        "The community is frozen since {}, by {by}{}: no rank is changed. A credential of scope admin lifts it with POST \
         /v2/community/unfreeze; until then the owner, or such a credential, may undo changes.",
        wire_format(freeze.at),
        reason.unwrap_or_default()
    );
    Problem::new(&kinds::COMMUNITY_FROZEN, detail).member("frozen", json!(FreezeBody::from(freeze)))
}

pub(super) mod samples {
    //! What the examples of these problems speak of.

    use std::time::Duration;

    use rankledger_domain::guard::{Excess, Freeze, Window};
    use rankledger_domain::ids::CredentialId;
    use uuid::Uuid;

    use super::super::samples::{ACCOUNT, TIME};
    use super::Problem;
    use crate::ops::OpError;
    use crate::ops::guards::check::CountedFor;

    pub(in super::super) fn abnormal_usage() -> Problem {
        let wait = Some(Duration::from_secs(42));
        let excess = Excess { limit: 20, window: Window::Minute, recent: 19, removals: 2, wait };
        OpError::AbnormalUsage { who: CountedFor::Person(ACCOUNT), excess }.into()
    }

    pub(in super::super) fn community_frozen() -> Problem {
        let credential = CredentialId(Uuid::from_u128(0x7777_7777_7777_7777_7777_7777_7777_7777));
        let reason = Some("Somebody demotes everybody".to_owned());
        OpError::CommunityFrozen(Freeze { at: TIME, user: Some(ACCOUNT), credential, reason }).into()
    }
}
