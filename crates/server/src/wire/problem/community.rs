//! Problems of the community as a whole: its name, its domain, its short URLs.

use serde_json::json;

use super::Problem;
use super::words::excerpt;

types![COMMUNITY_NOT_FOUND, SHORT_URL_NOT_FOUND, NO_CUSTOM_DOMAIN];

problem_type! {
    COMMUNITY_NOT_FOUND = 404 "community-not-found" {
        title: "No such community",
        cause: "The id or UUID is not that of the credential's own community: a credential finds no other.",
        way_out: "Use the id that GET /v2/community answers.",
        example: Problem::community_not_found("OTHER"),
        at: "/v2/community/lookup",
    }
}

impl Problem {
    pub(crate) fn community_not_found(name: &str) -> Self {
        let name = excerpt(name);
        let detail =
            format!("The credential belongs to no community \"{name}\": it finds its own, by id or UUID.");
        Self::new(&COMMUNITY_NOT_FOUND, detail)
    }
}

problem_type! {
    SHORT_URL_NOT_FOUND = 404 "short-url-not-found" {
        title: "No such short URL",
        cause: "The server has no short URL with this code.",
        way_out: "Check that the whole code was copied.",
        example: Problem::short_url_not_found("abc"),
        at: "/s/abc",
    }
}

impl Problem {
    pub(crate) fn short_url_not_found(code: &str) -> Self {
        let code = excerpt(code);
        Self::new(&SHORT_URL_NOT_FOUND, format!("There is no short URL \"{code}\" on this server."))
    }
}

problem_type! {
    NO_CUSTOM_DOMAIN = 422 "no-custom-domain" {
        title: "The community has no domain of its own",
        cause: "`isCustomDomain` is true, but no domain is stored for the community.",
        way_out: "Send false, or have the operator import `customDomain`.",
        example: Problem::no_custom_domain(),
        at: "/v2/community/short-urls",
    }
}

impl Problem {
    pub(crate) fn no_custom_domain() -> Self {
        let detail = "This community has no domain of its own: send \"isCustomDomain\": false, or have the operator import \
                      one as customDomain.";
        Self::new(&NO_CUSTOM_DOMAIN, detail).member("errors", json!([{ "pointer": "/isCustomDomain" }]))
    }
}
