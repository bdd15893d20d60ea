//! The types of problems. Clients branch on a type's URI, so a slug never changes its meaning.

/// A type of problem.
#[derive(Debug)]
pub struct ProblemKind {
    /// Its name, the last part of its URI.
    pub slug: &'static str,
    /// The status it is answered with.
    pub status: u16,
    /// What it is, in a few words.
    pub title: &'static str,
    /// How it comes about.
    pub cause: &'static str,
    /// What to do about it.
    pub way_out: &'static str,
}

impl ProblemKind {
    /// The URI that clients branch on, relative to this server.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.slug)
    }
}

macro_rules! kinds {
    ($($name:ident = $status:literal $slug:literal, $title:literal, $cause:literal, $way_out:literal;)*) => {
        $(
            #[doc = concat!($title, ".")]
            pub static $name: ProblemKind =
                ProblemKind { slug: $slug, status: $status, title: $title, cause: $cause, way_out: $way_out };
        )*

        /// Every type.
        pub static ALL: &[&ProblemKind] = &[$(&$name),*];
    };
}

kinds! {
    INVALID_JSON = 400 "invalid-json", "The body is not JSON",
        "The body of the request does not parse as JSON. `errors` has the line and the column.",
        "Mend the place. The body is read as JSON whatever Content-Type says.";
    INVALID_BODY = 400 "invalid-body", "The body has another shape",
        "The body is JSON, but a member has the wrong type or value. `errors` has the JSON pointer of the place.",
        "Send the type that the endpoint takes.";
    INVALID_PATH = 400 "invalid-path", "A path parameter is malformed",
        "A part of the path is not what stands there, such as a UUID.",
        "Send the id as it was answered.";
    INVALID_QUERY = 400 "invalid-query", "A query parameter is malformed",
        "A query parameter is missing, given twice, of the wrong type or out of its range. `errors` names it.",
        "Send a value within the range that the detail names.";
    INVALID_HEADER = 400 "invalid-header", "A header is malformed",
        "A header of the request cannot be read.",
        "Send it as the detail says.";
    ACCOUNT_MISMATCH = 400 "account-mismatch", "Body and path name different accounts",
        "`accId` in the body is not the account that the path names.",
        "Send the same id in both places, or leave `accId` out.";
    USER_REQUIRED = 400 "user-required", "The acting user must be named",
        "The community is set to demand that an undo names the person who acts.",
        "Send `userId`: an account id or a Discord id.";
    MISSING_CREDENTIAL = 401 "missing-credential", "No credential",
        "The request has no Authorization header.",
        "Send `Authorization: Bearer <API key>`.";
    MALFORMED_CREDENTIAL = 401 "malformed-credential", "The credential cannot be read",
        "The Authorization header is not a bearer token, or the key has lost a part: keys made by Rankledger carry a checksum.",
        "Copy the whole key.";
    UNKNOWN_CREDENTIAL = 401 "unknown-credential", "The credential is not known",
        "No community of this server has a credential with this key.",
        "Make a key with `rankledger key create`, or take an existing one over with `rankledger key adopt`.";
    REVOKED_CREDENTIAL = 401 "revoked-credential", "The credential was revoked",
        "An operator has revoked the key.",
        "Ask the operator for a new one.";
    EXPIRED_CREDENTIAL = 401 "expired-credential", "The credential has expired",
        "The key was made with an end, and that has passed.",
        "Ask the operator for a new one.";
    MISSING_SCOPE = 403 "missing-scope", "The credential may not do this",
        "The endpoint needs a scope that the credential does not have. `scope` names it.",
        "Use a credential that has the scope.";
    INSUFFICIENT_POWER = 403 "insufficient-power", "Too little power",
        "The account, or a rank that would change, does not stand below the power of whoever acts: the lower of the credential's ceiling and the power of the person named in `userId`. Nobody gives ranks to themselves.",
        "Have somebody higher do it.";
    NOT_FOUND = 404 "not-found", "There is nothing here",
        "Rankledger has no such path.",
        "Check the path. docs/compatibility.md lists what there is.";
    ACCOUNT_NOT_FOUND = 404 "account-not-found", "No such account",
        "The community of the credential has no account with this id.",
        "Find the account with GET /v2/community/accounts/search.";
    RANK_CHANGE_NOT_FOUND = 404 "rank-change-not-found", "No such rank change",
        "The community of the credential has no rank change with this undo id or number.",
        "Use `meta.undoId` or `meta.changeNumber` of the answer to the change.";
    METHOD_NOT_ALLOWED = 405 "method-not-allowed", "Another method is needed",
        "The path exists, but not for this method.",
        "Use a method that the header Allow lists.";
    BODY_TOO_SLOW = 408 "body-too-slow", "The body did not arrive in time",
        "The head of the request arrived, but its body did not within ten seconds. Nothing was written.",
        "Send the request again, whole.";
    ACCOUNT_BANNED = 409 "account-banned", "The account is banned",
        "A banned account is given no ranks and not made active, by a change or by an undo.",
        "Lift the ban first. Taking ranks away is possible at any time.";
    ACCOUNT_ARCHIVED = 409 "account-archived", "The account is archived",
        "An archived account is given no ranks and not made active, by a change or by an undo.",
        "Restore the account first.";
    UNDO_CONFLICT = 409 "undo-conflict", "Later changes stand in the way",
        "Later changes touched what the undo would change back, or the change was a move and only a part of it could be undone. `items` says which rank, which later change, when, by whom.",
        "Undo the later changes first, or send `\"onConflict\": \"skip\"` to undo what is clean.";
    ALREADY_UNDONE = 409 "already-undone", "The change is undone already",
        "The change has been undone. `reversal` says by which change, when, by whom.",
        "To bring the change back, undo its reversal.";
    GRANT_EXPIRED = 409 "grant-expired", "The grant is over",
        "The undo would give back a rank that was given until a time that has passed.",
        "Give the rank anew, or send `\"onConflict\": \"skip\"` to undo the rest.";
    VERSION_MISMATCH = 412 "version-mismatch", "The account has changed since",
        "If-Match names a version of the account that is not the present one.",
        "Read the account again, and decide anew.";
    BODY_TOO_LARGE = 413 "body-too-large", "The body is too large",
        "The body is larger than 64 KiB.",
        "Split the request into several.";
    EMPTY_REQUEST = 422 "empty-request", "The request asks for nothing",
        "None of `set`, `add`, `remove` and `active` is given.",
        "Give at least one.";
    UNKNOWN_RANK = 422 "unknown-rank", "No such rank",
        "An entry of `set`, `add` or `remove` is neither the id nor the key of a rank of this community. `errors` has every such entry with its JSON pointer.",
        "GET /v2/community/departments lists the ranks.";
    RANK_RETIRED = 422 "rank-retired", "The rank is retired",
        "The request would give a retired rank (422), or the undo would give one back (409).",
        "Give another rank, or have it restored.";
    UNKNOWN_USER = 422 "unknown-user", "The acting user is not known",
        "`userId` is neither the id of an account of this community nor a Discord id linked to exactly one.",
        "Send an account id, 17 to 20 digits, or `discord:` and the id.";
    RATE_LIMITED = 429 "rate-limited", "Too many requests",
        "The credential has called this endpoint too often. A burst of the documented count a minute passes at once, then it refills evenly.",
        "Wait as many seconds as Retry-After says: the next request will pass.";
    INTERNAL = 500 "internal", "A fault of the server",
        "Something went wrong that should not.",
        "Report it with the X-Request-Id of the answer; the log has the cause under it.";
    QUEUE_FULL = 503 "queue-full", "Too much is waiting to be written",
        "The ledger's queue is full. Nothing was written.",
        "Try again after as many seconds as Retry-After says.";
    UNAVAILABLE = 503 "unavailable", "Not available just now",
        "The database is busy or failing, or the server is shutting down. Nothing was written.",
        "Try again after as many seconds as Retry-After says.";
    TIMEOUT = 503 "timeout", "The request took too long",
        "The request was not answered in time. A write may still have happened.",
        "Look whether it has before you repeat it.";
}
