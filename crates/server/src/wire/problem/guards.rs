//! Problems of the guards of a community: a limit on removals, and a community that is frozen.

use std::time::Duration;

use rankledger_domain::guard::{CountedFor, Excess, Freeze, Window};
use rankledger_domain::rank::Power;
use rankledger_domain::time::wire_format;
use serde_json::json;

use super::Problem;
use super::examples::{ACCOUNT, CREDENTIAL, TIME};
use super::words::excerpt;
use crate::wire::guards::FreezeBody;
use crate::wire::time::whole_seconds;

types![COMMUNITY_FROZEN, ABNORMAL_USAGE, POWER_CEILING];

problem_type! {
    COMMUNITY_FROZEN = 423 "community-frozen" {
        title: "The community is frozen",
        cause: "An administrator has frozen the community: only a credential of scope `admin` without a power ceiling changes or repairs anything in it. `frozen` says since when, by whom and why.",
        way_out: "Wait, or have an administrator lift it with POST /v2/community/unfreeze.",
        example: Problem::community_frozen(&Freeze {
            at: TIME,
            user: Some(ACCOUNT),
            credential: CREDENTIAL,
            reason: Some("Somebody demotes everybody".to_owned()),
        }),
    }
}

impl Problem {
    pub(crate) fn community_frozen(freeze: &Freeze) -> Self {
        let by = match freeze.user {
            Some(account) => format!("account {account}"),
            None => format!("credential {}", freeze.credential),
        };
        let reason = freeze.reason.as_deref().map(|reason| format!(" (\"{}\")", excerpt(reason)));
        let detail = format!(
            "The community is frozen since {}, by {by}{}: nothing is changed. A credential of scope admin without a power ceiling \
             lifts it with POST /v2/community/unfreeze; until then only such a credential changes or repairs anything.",
            wire_format(freeze.at),
            reason.unwrap_or_default()
        );
        Self::new(&COMMUNITY_FROZEN, detail).member("frozen", json!(FreezeBody::from(freeze)))
    }
}

problem_type! {
    ABNORMAL_USAGE = 429 "abnormal-usage-detected" {
        title: "Too much taken away",
        cause: "The person, the credential, or all of the community together would take away more than the guard of the community allows in a minute or in an hour: ranks, time of ranks, the active status, memberships, identifiers. Nothing was written.",
        way_out: "Wait as many seconds as Retry-After says. Without Retry-After the request alone is more than the limit, and never passes. Or have an administrator change the guard with PUT /v2/community/guards.",
        example: Problem::abnormal_usage(CountedFor::Person(ACCOUNT), &Excess {
            limit: 20,
            window: Window::Minute,
            recent: 19,
            removals: 2,
            wait: Some(Duration::from_secs(42)),
        }),
    }
}

impl Problem {
    pub(crate) fn abnormal_usage(who: CountedFor, excess: &Excess) -> Self {
        let Excess { limit, window, recent, removals, wait } = *excess;
        let (member, of, who) = match who {
            CountedFor::Person(id) => ("userId", json!(id), format!("account {id}")),
            CountedFor::Credential(id) => ("credentialId", json!(id), format!("credential {id}")),
            CountedFor::Community => ("community", json!(true), "all together".to_owned()),
        };
        let times = if removals == 1 { "once".to_owned() } else { format!("{removals} times") };
        let per = match window {
            Window::Minute => "a minute",
            Window::Hour => "an hour",
        };
        let why = format!(
            "This takes something away {times}, and the guard of this community lets {who} do that {limit} times {per}"
        );
        let way_out = "an administrator changes the guard with PUT /v2/community/guards";
        let detail = match wait {
            Some(wait) => format!(
                "{why}, of which {recent} are used up. Nothing was written. It passes in {} s, or if {way_out}.",
                whole_seconds(wait)
            ),
            None => format!(
                "{why}, so it never passes. Nothing was written. Take away fewer at a time, or {way_out}."
            ),
        };
        let problem = Self::new(&ABNORMAL_USAGE, detail)
            .member(member, of)
            .member("removals", json!(removals))
            .member("recent", json!(recent))
            .member("limit", json!(limit))
            .member("window", json!(window.as_str()));
        match wait {
            Some(wait) => problem.retry_after(wait),
            None => problem,
        }
    }
}

problem_type! {
    POWER_CEILING = 403 "power-ceiling" {
        title: "The credential has a power ceiling",
        cause: "Only a credential of scope `admin` without a power ceiling sets the guard, freezes the community and lifts that: one with a ceiling could otherwise lift what limits it.",
        way_out: "Use such a credential, or have the operator make one with `rankledger key create --scopes admin`.",
        example: Problem::power_ceiling(Power(50)),
        at: "/v2/community/unfreeze",
    }
}

impl Problem {
    pub(crate) fn power_ceiling(ceiling: Power) -> Self {
        let detail = format!(
            "This credential has the power ceiling {ceiling}. Only one of scope admin without a power ceiling sets the guard, freezes the community and lifts that."
        );
        Self::new(&POWER_CEILING, detail)
    }
}
