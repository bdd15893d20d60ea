//! The types of problems. Clients branch on a type's URI, so a slug never changes its meaning.

use std::time::Duration;

use http::Method;
use rankledger_domain::credential::{EndedCredential, Scope};
use rankledger_domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::ops::OpError;
use crate::ops::error::Noun;
use crate::wire::problem::administration::samples as administration;
use crate::wire::problem::administration::samples::missing;
use crate::wire::problem::guards::samples as guards;
use crate::wire::problem::{Problem, samples};

/// The path that most examples name.
const RANKS: &str = "/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks";

/// An id that names nothing.
const UNKNOWN: &str = "99999999-9999-9999-9999-999999999999";

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
    example: fn() -> Problem,
    example_path: &'static str,
}

impl ProblemKind {
    /// The URI that clients branch on, relative to this server.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.slug)
    }

    /// An answer of this type, whole.
    #[must_use]
    pub fn example(&self) -> Value {
        json!((self.example)().body(self.example_path))
    }
}

/// A row: constant, status, slug; title, cause, way out; an example, and the path of the request that meets it.
macro_rules! kinds {
    ($($name:ident = $status:literal $slug:literal, $title:literal, $cause:literal, $way_out:literal,
        $example:expr $(, at $path:literal)?;)*) => {
        $(
            #[doc = concat!($title, ".")]
            pub static $name: ProblemKind = ProblemKind {
                slug: $slug,
                status: $status,
                title: $title,
                cause: $cause,
                way_out: $way_out,
                example: || $example,
                example_path: [$($path,)? RANKS][0],
            };
        )*

        /// Every type.
        pub static ALL: &[&ProblemKind] = &[$(&$name),*];
    };
}

kinds! {
    INVALID_JSON = 400 "invalid-json", "The body is not JSON",
        "The body of the request does not parse as JSON. `errors` has the line and the column.",
        "Mend the place. The body is read as JSON whatever Content-Type says.",
        Problem::invalid_json("expected `:`", 1, 8);
    INVALID_BODY = 400 "invalid-body", "The body has another shape",
        "The body is JSON, but a member has the wrong type or value. `errors` has the JSON pointer of the place.",
        "Send the type that the endpoint takes.",
        Problem::invalid_body("/add", "invalid type: string \"rank-1\", expected a sequence");
    INVALID_PATH = 400 "invalid-path", "A path parameter is malformed",
        "A part of the path is not what stands there, such as a UUID.",
        "Send the id as it was answered.",
        Problem::invalid_path("accountId", "1001", "the UUID of an account"), at "/v2/community/accounts/1001";
    INVALID_QUERY = 400 "invalid-query", "A query parameter is malformed",
        "A query parameter is missing, given twice, of the wrong type or out of its range. `errors` names it.",
        "Send a value within the range that the detail names.",
        Problem::invalid_query("take", "1000", "a whole number from 1 to 100"), at "/v2/community/accounts";
    INVALID_HEADER = 400 "invalid-header", "A header is malformed",
        "A header of the request cannot be read.",
        "Send it as the detail says.",
        Problem::invalid_if_match();
    ACCOUNT_MISMATCH = 400 "account-mismatch", "Body and path name different accounts",
        "`accId` in the body is not the account that the path names.",
        "Send the same id in both places, or leave `accId` out.",
        Problem::account_mismatch("66666666-6666-6666-6666-666666666666", samples::ACCOUNT);
    USER_REQUIRED = 400 "user-required", "The acting user must be named",
        "The community is set to demand that an undo names the person who acts.",
        "Send `userId`: an account id or a Discord id.",
        samples::user_required(), at "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo";
    MISSING_CREDENTIAL = 401 "missing-credential", "No credential",
        "The request has no Authorization header.",
        "Send `Authorization: Bearer <API key>`.",
        Problem::missing_credential();
    MALFORMED_CREDENTIAL = 401 "malformed-credential", "The credential cannot be read",
        "The Authorization header is not a bearer token, is there twice, or the key has lost a part: keys made by Rankledger carry a checksum.",
        "Copy the whole key.",
        Problem::not_a_bearer();
    UNKNOWN_CREDENTIAL = 401 "unknown-credential", "The credential is not known",
        "No community of this server has a credential with this key.",
        "Make a key with `rankledger key create`, or take an existing one over with `rankledger key adopt`.",
        Problem::unknown_credential();
    REVOKED_CREDENTIAL = 401 "revoked-credential", "The credential was revoked",
        "An operator has revoked the key.",
        "Ask the operator for a new one.",
        Problem::ended_credential(EndedCredential::Revoked(samples::TIME));
    EXPIRED_CREDENTIAL = 401 "expired-credential", "The credential has expired",
        "The key was made with an end, and that has passed.",
        "Ask the operator for a new one.",
        Problem::ended_credential(EndedCredential::Expired(samples::TIME));
    MISSING_SCOPE = 403 "missing-scope", "The credential may not do this",
        "The endpoint needs a scope that the credential does not have. `scope` names it.",
        "Use a credential that has the scope.",
        Problem::missing_scope("Discord bot", Scope::RanksWrite);
    INSUFFICIENT_POWER = 403 "insufficient-power", "Too little power",
        "The account, or a rank that would change, does not stand below the power of whoever acts: the lower of the credential's ceiling and the power of the person named in `userId`. Nobody gives ranks to themselves.",
        "Have somebody higher do it.",
        samples::insufficient_power();
    EXCEEDS_CREDENTIAL = 403 "exceeds-credential", "More than the credential has",
        "A credential makes and revokes none that could do more than itself, reach higher, or last longer.",
        "Ask for less, or have the operator do it with `rankledger key`.",
        administration::exceeds_credential(), at "/v2/community/credentials";
    OWN_ROLLBACK = 403 "own-rollback", "Nobody rolls back their own changes",
        "The person or credential whose changes a rollback takes back is the one who asks for it; or a rollback is undone by somebody from whom it took something.",
        "Have somebody else do it.",
        samples::own_rollback(), at "/v2/community/rank-changes/rollback";
    NOT_FOUND = 404 "not-found", "There is nothing here",
        "Rankledger has no such path.",
        "Check the path. docs/compatibility.md lists what there is.",
        Problem::path_not_found("/v2/community/forms"), at "/v2/community/forms";
    ACCOUNT_NOT_FOUND = 404 "account-not-found", "No such account",
        "The community of the credential has no account with this id.",
        "Find the account with GET /v2/community/accounts/search.",
        Problem::account_not_found(samples::ACCOUNT);
    RANK_CHANGE_NOT_FOUND = 404 "rank-change-not-found", "No such rank change",
        "The community of the credential has no rank change with this undo id or number.",
        "Use `meta.undoId` or `meta.changeNumber` of the answer to the change.",
        samples::rank_change_not_found(), at "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo";
    ROLLBACK_NOT_FOUND = 404 "rollback-not-found", "No such rollback",
        "The community of the credential has no rollback with this batch id: none was carried out, and none is running.",
        "Use the `batchId` that the rollback answered. A rollback that undid nothing is not kept.",
        Problem::rollback_not_found(samples::BATCH), at "/v2/community/rank-changes/rollbacks/99999999-9999-9999-9999-999999999999";
    COMMUNITY_NOT_FOUND = 404 "community-not-found", "No such community",
        "The id or UUID is not that of the credential's own community: a credential finds no other.",
        "Use the id that GET /v2/community answers.",
        Problem::community_not_found("OTHER"), at "/v2/community/lookup";
    DEPARTMENT_NOT_FOUND = 404 "department-not-found", "No such department",
        "The community of the credential has no department with this id.",
        "GET /v2/community/departments lists the departments.",
        missing(Noun::Department, UNKNOWN), at "/v2/community/departments/99999999-9999-9999-9999-999999999999/retire";
    RANK_NOT_FOUND = 404 "rank-not-found", "No such rank",
        "The community of the credential has no rank with this id or key.",
        "GET /v2/community/departments lists the ranks.",
        missing(Noun::Rank, UNKNOWN), at "/v2/community/ranks/99999999-9999-9999-9999-999999999999/retire";
    PROMOTION_FLOW_NOT_FOUND = 404 "promotion-flow-not-found", "No such promotion flow",
        "The community of the credential has no promotion flow with this id or key.",
        "GET /v2/community/promotion-flows lists the flows.",
        missing(Noun::PromotionFlow, "flow-9"), at "/v2/community/promotion-flows/flow-9";
    DEFINITION_NOT_FOUND = 404 "definition-not-found", "No such definition",
        "The community of the credential has no profile field, clock-in type or custom log type with this id.",
        "GET the list that the path ends in without the id.",
        missing(Noun::ClockInType, "holiday"), at "/v2/community/clockin-types/holiday";
    IDENTIFIER_NOT_FOUND = 404 "identifier-not-found", "No such identifier",
        "The account has no identifier with this id.",
        "GET /v2/community/accounts/{accountId}/identifiers lists them.",
        missing(Noun::Identifier, UNKNOWN), at "/v2/community/accounts/00000000-0000-0000-0000-000000000000/identifiers/99999999-9999-9999-9999-999999999999";
    CREDENTIAL_NOT_FOUND = 404 "credential-not-found", "No such credential",
        "The community of the credential has no credential with this id.",
        "GET /v2/community/credentials lists them.",
        missing(Noun::Credential, UNKNOWN), at "/v2/community/credentials/99999999-9999-9999-9999-999999999999";
    SHORT_URL_NOT_FOUND = 404 "short-url-not-found", "No such short URL",
        "The server has no short URL with this code.",
        "Look whether the whole code was copied.",
        Problem::short_url_not_found("abc"), at "/s/abc";
    METHOD_NOT_ALLOWED = 405 "method-not-allowed", "Another method is needed",
        "The path exists, but not for this method.",
        "Use a method that the header Allow lists.",
        Problem::method_not_allowed(&Method::DELETE, RANKS);
    BODY_TOO_SLOW = 408 "body-too-slow", "The body did not arrive in time",
        "The head of the request arrived, but its body did not within ten seconds. Nothing was written.",
        "Send the request again, whole.",
        Problem::body_too_slow(Duration::from_secs(10));
    ACCOUNT_BANNED = 409 "account-banned", "The account is banned",
        "A banned account is given no ranks and not made active, by a change or by an undo, nor is it clocked in.",
        "Lift the ban first. Taking ranks away is possible at any time.",
        Refusal::AccountBanned.into();
    ACCOUNT_ARCHIVED = 409 "account-archived", "The account is archived",
        "An archived account is given no ranks and not made active, by a change or by an undo, nor is it clocked in.",
        "Restore the account first.",
        Refusal::AccountArchived.into();
    UNDO_CONFLICT = 409 "undo-conflict", "Later changes stand in the way",
        "Later changes touched what the undo would change back, or the change was a move and only a part of it could be undone. `items` says which rank, which later change, when, by whom.",
        "Undo the later changes first, or send `\"onConflict\": \"skip\"` to undo what is clean.",
        samples::undo_conflict(), at "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo";
    ALREADY_UNDONE = 409 "already-undone", "The change is undone already",
        "The change has been undone. `reversal` says by which change, when, by whom.",
        "To bring the change back, undo its reversal.",
        Refusal::AlreadyUndone(samples::change()).into(), at "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo";
    PLAN_STALE = 409 "plan-stale", "The plan does not hold any more",
        "What the rollback would do is not what the preview showed: something has changed since. Nothing was written. `preview` is a fresh one.",
        "Look at the fresh preview, and send its `planToken`.",
        samples::plan_stale(), at "/v2/community/rank-changes/rollback";
    GRANT_EXPIRED = 409 "grant-expired", "The grant is over",
        "The undo would give back a rank that was given until a time that has passed.",
        "Give the rank anew, or send `\"onConflict\": \"skip\"` to undo the rest.",
        Refusal::GrantExpired(vec![samples::RANK]).into(), at "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo";
    ALREADY_TAKEN = 409 "already-taken", "Something else has this name or id",
        "An id, key or number of the request belongs to something else of the community.",
        "Choose another.",
        administration::taken(), at "/v2/community/ranks/33333333-3333-3333-3333-333333333333";
    IDENTIFIER_TAKEN = 409 "identifier-taken", "The identifier belongs to another account",
        "A verified identifier has one owner in a community. `errors` has every identifier that is another's, and whose.",
        "Register it for its owner, or leave it out.",
        administration::identifier_taken(samples::ACCOUNT), at "/v2/community/accounts/11111111-1111-1111-1111-111111111111/identifiers";
    IDEMPOTENCY_KEY_IN_USE = 409 "idempotency-key-in-use", "The first request is under way",
        "A request with the same Idempotency-Key is being carried out.",
        "Send the request again after as many seconds as Retry-After says: it is answered as the first.",
        Problem::idempotency_key_in_use();
    VERSION_MISMATCH = 412 "version-mismatch", "The account has changed since",
        "If-Match names a version of the account that is not the present one.",
        "Read the account again, and decide anew.",
        samples::version_mismatch();
    BODY_TOO_LARGE = 413 "body-too-large", "The body is too large",
        "The body is larger than 64 KiB.",
        "Split the request into several.",
        Problem::body_too_large();
    IDEMPOTENCY_KEY_REUSED = 422 "idempotency-key-reused", "The key belongs to another request",
        "Within the last 24 hours the credential has sent the Idempotency-Key with another method, path, query or body.",
        "Send a new key with a new request, and the same key only with the same request.",
        OpError::KeyReused.into();
    EMPTY_REQUEST = 422 "empty-request", "The request asks for nothing",
        "None of `set`, `add`, `remove` and `active` is given.",
        "Give at least one.",
        Refusal::EmptyRequest.into();
    UNKNOWN_RANK = 422 "unknown-rank", "No such rank",
        "An entry of `set`, `add` or `remove` is neither the id nor the key of a rank of this community. `errors` has every such entry with its JSON pointer.",
        "GET /v2/community/departments lists the ranks.",
        samples::unknown_rank();
    RANK_RETIRED = 422 "rank-retired", "The rank is retired",
        "The request would give a retired rank, or for longer than it is held (422), or the undo would give one back (409).",
        "Give another rank, or have it restored.",
        samples::rank_retired();
    ROLLBACK_TOO_LARGE = 422 "rollback-too-large", "More changes than one rollback takes back",
        "The filter matches more than 20000 changes that are not undone.",
        "Roll back a shorter time, with `from` and `to`, several times.",
        samples::rollback_too_large(), at "/v2/community/rank-changes/rollback";
    END_HAS_PASSED = 422 "end-has-passed", "The end has passed",
        "An entry of `set` or `add` is to end at a time that is past already. `errors` has every such entry with its JSON pointer.",
        "Give a later end, or take the rank away with `remove`.",
        samples::end_has_passed();
    REFUSED_ENTRY = 422 "refused-entry", "Entries do not fit the community",
        "An entry of the request does not fit what the community has defined. `errors` has every such entry with its JSON pointer.",
        "Send what the detail says.",
        administration::refused_entry(), at "/v2/community/accounts/00000000-0000-0000-0000-000000000000/profile-fields";
    UNKNOWN_CLOCKIN_TYPE = 422 "unknown-clockin-type", "No such clock-in type",
        "`type` is neither the id nor the label of a clock-in type of the community.",
        "GET /v2/community/clockin-types lists them.",
        administration::unknown_clockin_type(), at "/v2/community/accounts/00000000-0000-0000-0000-000000000000/clock";
    NO_CUSTOM_DOMAIN = 422 "no-custom-domain", "The community has no domain of its own",
        "`isCustomDomain` is true, but no domain is stored for the community.",
        "Send false, or have the operator import `customDomain`.",
        administration::no_custom_domain(), at "/v2/community/short-urls";
    UNKNOWN_USER = 422 "unknown-user", "The acting user is not known",
        "`userId` is neither the id of an account of this community nor a Discord id linked to exactly one.",
        "Send an account id, 17 to 20 digits, or `discord:` and the id.",
        samples::unknown_user();
    COMMUNITY_FROZEN = 423 "community-frozen", "The community is frozen",
        "An administrator has frozen the community: no rank is changed in it, but by an undo or a rollback of its owner or of a credential of scope `admin`. `frozen` says since when, by whom and why.",
        "Wait, or have an administrator lift it with POST /v2/community/unfreeze.",
        guards::community_frozen();
    RATE_LIMITED = 429 "rate-limited", "Too many requests",
        "The credential has called this endpoint too often. A burst of the documented count a minute passes at once, then it refills evenly.",
        "Wait as many seconds as Retry-After says: the next request will pass.",
        Problem::rate_limited(Duration::from_secs(3));
    ABNORMAL_USAGE = 429 "abnormal-usage-detected", "Too many ranks taken away",
        "The person or the credential would take away more ranks than the guard of the community allows in a minute or in an hour. Nothing was written.",
        "Wait as many seconds as Retry-After says; without it the request alone is more than the limit, and never passes. Or have an administrator change the guard with PUT /v2/community/guards.",
        guards::abnormal_usage();
    INTERNAL = 500 "internal", "A fault of the server",
        "Something went wrong that should not.",
        "Report it with the X-Request-Id of the answer; the log has the cause under it.",
        Problem::fault();
    QUEUE_FULL = 503 "queue-full", "Too much is waiting to be written",
        "The ledger's queue is full. Nothing was written.",
        "Try again after as many seconds as Retry-After says.",
        samples::queue_full();
    UNAVAILABLE = 503 "unavailable", "Not available just now",
        "The database is busy or failing, the clock of the server is wrong, or it is shutting down. Nothing was written.",
        "Try again after as many seconds as Retry-After says.",
        Problem::shutting_down();
    TIMEOUT = 503 "timeout", "The request took too long",
        "The request was not answered in time. A write may still have happened.",
        "Send it again with the same Idempotency-Key, if it had one; else look whether it has happened.",
        Problem::timed_out(Duration::from_secs(30));
}
