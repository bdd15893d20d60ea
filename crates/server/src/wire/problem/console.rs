//! Problems of the console: signing in, sessions, and forms that do not come from its pages.

use std::time::Duration;

use rankledger_domain::credential::Scope;
use serde_json::json;

use super::Problem;
use super::words::excerpt;
use crate::wire::time::whole_seconds;

types![SIGN_IN_LINK_OVER, SESSION_OVER, SESSION_NOT_FOUND, NOT_ADMITTED, FORM_REFUSED, TOO_MANY_ATTEMPTS];

problem_type! {
    SIGN_IN_LINK_OVER = 403 "sign-in-link-over" {
        title: "The link does not sign in any more",
        cause: "The link was used, its ten minutes are over, or a part of it is missing.",
        way_out: "Make another one with `rankledger console link`.",
        example: Problem::sign_in_link_over(),
        at: "/console/link/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    }
}

impl Problem {
    pub(crate) fn sign_in_link_over() -> Self {
        let detail = "This link does not sign in any more: it works once and for ten minutes. Make another one with \
                      `rankledger console link`.";
        Self::new(&SIGN_IN_LINK_OVER, detail)
    }
}

problem_type! {
    SESSION_OVER = 401 "session-over" {
        title: "Signed out",
        cause: "Nobody is signed in, the session has ended, or somebody has ended it.",
        way_out: "Sign in at /console/sign-in.",
        example: Problem::session_over(),
        at: "/console/members",
    }
}

impl Problem {
    pub(crate) fn session_over() -> Self {
        Self::new(&SESSION_OVER, "You are signed out. Sign in again, and nothing is lost that was written.")
    }
}

problem_type! {
    SESSION_NOT_FOUND = 404 "session-not-found" {
        title: "No such session",
        cause: "The community has no session of the console with this id, it is over, or it is somebody else's.",
        way_out: "/console/sessions lists the sessions.",
        example: Problem::session_not_found(),
        at: "/console/sessions/end",
    }
}

impl Problem {
    pub(crate) fn session_not_found() -> Self {
        let detail = "There is no such session any more, or it is somebody else's. /console/sessions lists the sessions.";
        Self::new(&SESSION_NOT_FOUND, detail)
    }
}

problem_type! {
    NOT_ADMITTED = 403 "not-admitted" {
        title: "Not admitted to the console",
        cause: "The person is banned, archived or disabled, or their ranks carry no scope, or not the one that this needs.",
        way_out: "Whoever administrates ranks gives scopes to one of the person's ranks: PATCH /v2/community/ranks/{rankId}.",
        example: Problem::no_scope_carried("Example"),
        at: "/console",
    }
}

impl Problem {
    pub(crate) fn person_barred(name: &str) -> Self {
        let detail = format!("{} is banned, archived or disabled, and is not admitted.", excerpt(name));
        Self::new(&NOT_ADMITTED, detail)
    }

    pub(crate) fn no_scope_carried(name: &str) -> Self {
        let detail = format!(
            "{} holds no rank that may use the console. Whoever administrates ranks gives scopes to a rank with \
             PATCH /v2/community/ranks/{{rankId}}.",
            excerpt(name)
        );
        Self::new(&NOT_ADMITTED, detail)
    }

    /// The person who has signed in lacks a scope.
    pub(crate) fn scope_not_carried(scope: Scope) -> Self {
        let detail = format!(
            "None of your ranks carries the scope {scope}. Whoever administrates ranks gives it to one with \
             PATCH /v2/community/ranks/{{rankId}}."
        );
        Self::new(&NOT_ADMITTED, detail).member("scope", json!(scope.as_str()))
    }
}

problem_type! {
    FORM_REFUSED = 403 "form-refused" {
        title: "The form does not come from this console",
        cause: "A form was sent from a page of another site, or without the token of the session.",
        way_out: "Load the page of the console again, and send its form.",
        example: Problem::form_of_another_site(),
        at: "/console/sign-in",
    }
}

impl Problem {
    pub(crate) fn form_of_another_site() -> Self {
        let detail = "This form was sent from a page of another site. Nothing was written. Open the console itself, and \
                      send the form from there.";
        Self::new(&FORM_REFUSED, detail)
    }

    pub(crate) fn form_without_token() -> Self {
        let detail =
            "This form is of an earlier session, or incomplete. Nothing was written. Load the page again.";
        Self::new(&FORM_REFUSED, detail)
    }
}

problem_type! {
    TOO_MANY_ATTEMPTS = 429 "too-many-attempts" {
        title: "Too many attempts to sign in",
        cause: "Many attempts to sign in from this address have failed.",
        way_out: "Wait as many seconds as Retry-After says.",
        example: Problem::too_many_attempts(Duration::from_mins(9)),
        at: "/console/sign-in",
    }
}

impl Problem {
    pub(crate) fn too_many_attempts(wait: Duration) -> Self {
        let minutes = whole_seconds(wait).div_ceil(60);
        let detail = format!(
            "Many attempts to sign in from your address have failed. Try again in {minutes} {}.",
            if minutes == 1 { "minute" } else { "minutes" }
        );
        Self::new(&TOO_MANY_ATTEMPTS, detail).retry_after(wait)
    }
}
