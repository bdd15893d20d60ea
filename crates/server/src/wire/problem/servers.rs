//! Problems of game servers, and the words in which a whitelist refuses.

use rankledger_domain::ids::RankId;
use rankledger_domain::whitelist::KeptOut;
use serde_json::json;

use super::ranks::INSUFFICIENT_POWER;
use super::words::excerpt;
use super::{Problem, ProblemType, RefusedEntry};

types![SERVER_NOT_FOUND, NOT_WHITELISTED, BLOCKED_FOR_WHITELIST];

/// The member that holds the sentence for people where `detail` is a word for programs.
pub const EXPLANATION: &str = "explanation";

problem_type! {
    SERVER_NOT_FOUND = 404 "server-not-found" {
        title: "No such game server",
        cause: "The community of the credential has no game server with this id.",
        way_out: "GET /v2/community/servers lists the game servers; POST /v2/community/servers adds one.",
        example: Problem::server_not_found(9),
        at: "/v2/community/servers/9/ace-config",
    }
}

impl Problem {
    pub(crate) fn server_not_found(id: i64) -> Self {
        let detail = format!(
            "This community has no game server {id}. GET /v2/community/servers lists them; POST to the same path adds one."
        );
        Self::new(&SERVER_NOT_FOUND, detail)
    }
}

impl Problem {
    /// A call that names a game server by something that is no id of one.
    pub(crate) fn no_server_called(name: &str) -> Self {
        let name = excerpt(name);
        Self::new(
            &SERVER_NOT_FOUND,
            format!("serverId is \"{name}\": it must be the id of a game server, a whole number."),
        )
    }

    pub(crate) fn no_server_named() -> Self {
        Self::new(&SERVER_NOT_FOUND, "The call names no game server: send its id as serverId.")
    }
}

problem_type! {
    NOT_WHITELISTED = 403 "not-whitelisted" {
        title: "The account may not join the game server",
        cause: "The account lacks what lets it in: an allowed rank of the server, or the active status in the community.",
        way_out: "`explanation` says what is missing. Give the account an allowed rank, or make it active.",
        example: Problem::kept_out(KeptOut::NoAllowedRank, |_| String::new()),
        at: "/v2/community/servers/1/whitelist/check",
    }
}

problem_type! {
    BLOCKED_FOR_WHITELIST = 403 "blocked-for-whitelist" {
        title: "The account is kept out of the game server",
        cause: "The account is banned, or holds a blocked rank of the server.",
        way_out: "`explanation` says why. Lift the ban, or take the rank away.",
        example: Problem::kept_out(KeptOut::Banned, |_| String::new()),
        at: "/v2/community/servers/1/whitelist/check",
    }
}

impl Problem {
    /// A whitelist's refusal of an account, in the words that game servers know. `rank` names a rank that
    /// keeps it out.
    pub(crate) fn kept_out(why: KeptOut, rank: impl FnOnce(RankId) -> String) -> Self {
        let explanation = match why {
            KeptOut::Banned => "The account is banned.".to_owned(),
            KeptOut::Blocked(blocked) => {
                format!("The account holds the rank \"{}\", which this server keeps out.", rank(blocked))
            }
            KeptOut::Archived => "The account is archived.".to_owned(),
            KeptOut::Disabled => "The account is disabled.".to_owned(),
            KeptOut::Inactive => "The account is not active in the community.".to_owned(),
            KeptOut::NoAllowedRank => {
                "The account holds none of the ranks that this server lets in.".to_owned()
            }
        };
        let (kind, word): (&'static ProblemType, _) = if why.is_block() {
            (&BLOCKED_FOR_WHITELIST, "BLOCKED FOR WHITELIST")
        } else {
            (&NOT_WHITELISTED, "NOT ALLOWED ON WHITELIST")
        };
        Self::new(kind, word).member(EXPLANATION, json!(explanation))
    }

    /// Says a refusal of a whitelist in one of the five texts that game servers know: with any other they
    /// take the service for down, and let in whoever stood on the whitelist that they keep. The sentence for
    /// people goes to `explanation`. A fault of the server, and a limit, stay as they are.
    pub fn in_words_of_whitelists(self) -> Self {
        let word = match self.slug() {
            "account-not-found" | "invalid-body" | "invalid-json" => "UNKNOWN_ACC_API_ID",
            "server-not-found" | "invalid-path" => "INVALID_SERVER_ID",
            "missing-scope" | "invalid-header" | "body-too-slow" => "SERVER_CONFIG_ERROR",
            _ => return self,
        };
        let sentence = json!(self.detail());
        self.with_detail(word).member(EXPLANATION, sentence)
    }

    /// No account, or more than one, is what a request names.
    pub(crate) fn nobody_meant() -> Self {
        let detail = "No account of this community is all that the request names, or several are: send its accId, apiId, \
                      username, discord or uniqueId.";
        Self::new(&super::accounts::ACCOUNT_NOT_FOUND, detail)
    }

    /// A person who would get onto a server, or get permissions there, by their own change.
    pub(crate) fn opens_to_oneself() -> Self {
        let detail = "Nobody lets themselves onto a game server, or gives themselves permissions there: somebody higher must do it.";
        Self::new(&INSUFFICIENT_POWER, detail)
    }

    pub(crate) fn too_many_servers(most: usize) -> Self {
        let entry = RefusedEntry::new("/servers", format!("a community has at most {most} game servers"));
        Self::refused_entries(&[entry])
    }
}
