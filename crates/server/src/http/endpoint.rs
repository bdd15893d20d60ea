//! The endpoints of the API: what they are, how often a credential may call each, and how each may be refused.

use crate::wire::problem::kinds;
use crate::wire::problem::kinds::ProblemKind;

/// A chapter of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// The community itself.
    General,
    /// The people of a community, and their ranks.
    Accounts,
    /// The record of rank changes.
    Ledger,
    /// What a community is run with, besides the documented API.
    Administration,
    /// The API before v2.
    Legacy,
    /// The server itself, for anybody.
    Server,
}

impl Tag {
    /// Every tag, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::General, Self::Accounts, Self::Ledger, Self::Administration, Self::Legacy, Self::Server];

    /// The tag's name, and what it is about.
    #[must_use]
    pub fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::General => ("General", "The community, its departments and promotion flows."),
            Self::Accounts => ("Accounts", "The people of the community, and the ranks they hold."),
            Self::Ledger => ("Ledger", "The record of rank changes, and their undoing."),
            Self::Administration => {
                ("Administration", "Running a community: additions to the documented API.")
            }
            Self::Legacy => (
                "Legacy v1",
                "The API before v2: calls by name, with the key in the body, refused in plain text.",
            ),
            Self::Server => {
                ("Server", "What the server tells anybody: its health, its problems, and this document.")
            }
        }
    }
}

/// An endpoint.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name in the documented API.
    pub operation_id: &'static str,
    /// Requests a minute that a credential may make, as documented.
    pub per_minute: u32,
    /// Where it stands in the documentation.
    pub tag: Tag,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// How it refuses a request, besides what its handler's signature implies: with which status and problem.
    pub refuses: &'static [(u16, &'static ProblemKind)],
    /// A request and its answer: JSON with `path`, `query` and `body` if there are any, and `answer`, or `lines` of a file.
    /// `needs` says what the demo lacks for it, if it does.
    pub example: &'static str,
}

/// A row: constant, operation id, requests a minute, tag, summary; then the kinds of problems it answers besides those
/// of its extractors, `as` another status if it is not the kind's own.
macro_rules! endpoints {
    ($($name:ident = $operation_id:literal, $per_minute:literal, $tag:ident, $summary:literal
        $(, refuses [$($kind:ident $(as $status:literal)?),* $(,)?])?;)*) => {
        impl Endpoint {
            $(
                #[doc = concat!("`", $operation_id, "`, ", $per_minute, " a minute.")]
                pub const $name: &'static Self = &Self {
                    operation_id: $operation_id,
                    per_minute: $per_minute,
                    tag: Tag::$tag,
                    summary: $summary,
                    refuses: &[$($(([$($status,)? kinds::$kind.status][0], &kinds::$kind)),*)?],
                    example: include_str!(concat!("../api/examples/", $operation_id, ".json")),
                };
            )*

            /// Every endpoint.
            pub const ALL: &'static [&'static Self] = &[$(Self::$name),*];
        }
    };
}

endpoints! {
    GET_COMMUNITY = "getCommunity", 13, General, "The community";
    LOOKUP_COMMUNITY = "lookupCommunity", 13, General, "The community by its id or UUID", refuses [COMMUNITY_NOT_FOUND];
    GET_SUB_VERSION = "getSubVersion", 13, General, "Its subscription level";
    GET_DEPARTMENTS = "getDepartments", 13, General, "Its departments and their ranks";
    GET_PROFILE_FIELDS = "getProfileFields", 13, General, "Its profile fields";
    GET_CLOCK_IN_TYPES = "getClockInTypes", 13, General, "Its clock-in types";
    GET_CUSTOM_LOG_TYPES = "getCustomLogTypes", 13, General, "Its custom log types";
    GET_PROMOTION_FLOWS = "getPromotionFlows", 13, General, "Its promotion flows";
    TRIGGER_PROMOTION_FLOWS = "triggerPromotionFlows", 13, General, "Run promotion flows",
        refuses [COMMUNITY_FROZEN];
    CREATE_SHORT_URL = "createShortUrl", 13, General, "Make a short URL", refuses [NO_CUSTOM_DOMAIN];

    GET_ACCOUNTS = "getAccounts", 22, Accounts, "The accounts, page by page";
    SEARCH_ACCOUNTS = "searchAccounts", 27, Accounts, "The accounts that go by a name or id";
    GET_ACCOUNT = "getAccount", 27, Accounts, "An account";
    GET_ACCOUNT_IDENTIFIERS = "getAccountIdentifiers", 22, Accounts, "The identifiers of an account";
    REGISTER_IDENTIFIERS = "registerIdentifiers", 22, Accounts, "Register identifiers of an account",
        refuses [INSUFFICIENT_POWER, IDENTIFIER_TAKEN];
    SET_ACCOUNT_NAME = "setAccountName", 22, Accounts, "Rename an account";
    EDIT_PROFILE_FIELDS = "editProfileFields", 22, Accounts, "Fill in profile fields of an account",
        refuses [REFUSED_ENTRY];
    CLOCK_ACCOUNT = "clockAccount", 22, Accounts, "Clock an account in or out",
        refuses [ACCOUNT_MISMATCH, ACCOUNT_BANNED, ACCOUNT_ARCHIVED, UNKNOWN_CLOCKIN_TYPE];
    GET_CURRENT_CLOCK_IN = "getCurrentClockIn", 27, Accounts, "The open clock row of an account",
        refuses [ACCOUNT_MISMATCH];
    GET_LATEST_ACTIVITY = "getLatestActivity", 27, Accounts, "What an account has done lately",
        refuses [ACCOUNT_MISMATCH];
    FORCE_SYNC = "forceSync", 27, Accounts, "Tell listeners of an account again", refuses [ACCOUNT_MISMATCH];
    GET_ACCOUNT_RANKS = "getAccountRanks", 27, Accounts, "The ranks of an account";
    SET_ACCOUNT_RANKS = "setAccountRanks", 22, Accounts, "Change the ranks of an account", refuses [
        ACCOUNT_MISMATCH, INSUFFICIENT_POWER, ACCOUNT_BANNED, ACCOUNT_ARCHIVED, EMPTY_REQUEST, UNKNOWN_RANK,
        RANK_RETIRED, END_HAS_PASSED, UNKNOWN_USER, COMMUNITY_FROZEN, ABNORMAL_USAGE,
    ];
    UNDO_RANK_CHANGE = "undoRankChange", 13, Ledger, "Undo a rank change", refuses [
        USER_REQUIRED, INSUFFICIENT_POWER, ACCOUNT_BANNED, ACCOUNT_ARCHIVED, UNDO_CONFLICT, ALREADY_UNDONE,
        GRANT_EXPIRED, RANK_RETIRED as 409, UNKNOWN_USER, COMMUNITY_FROZEN,
    ];

    GET_RANK_CHANGES = "getRankChanges", 27, Ledger, "The history of rank changes";
    GET_RANK_CHANGE = "getRankChange", 27, Ledger, "A rank change, and what its undo would find";
    EXPORT_RANK_CHANGES = "exportRankChanges", 13, Ledger, "The history as a file";
    GET_CHECKPOINT = "getCheckpoint", 13, Ledger, "What the ledger has come to, signed";
    ROLL_BACK_RANK_CHANGES = "rollBackRankChanges", 13, Ledger, "Take back what somebody did", refuses [
        MISSING_SCOPE, OWN_ROLLBACK, PLAN_STALE, ROLLBACK_TOO_LARGE, UNKNOWN_RANK, UNKNOWN_USER, INSUFFICIENT_POWER,
        COMMUNITY_FROZEN,
    ];
    GET_ROLLBACK = "getRollback", 60, Ledger, "How far a rollback is";

    CREATE_ACCOUNT = "createAccount", 60, Administration, "Make an account",
        refuses [ALREADY_TAKEN, IDENTIFIER_TAKEN, REFUSED_ENTRY];
    ARCHIVE_ACCOUNT = "archiveAccount", 60, Administration, "Archive an account",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER, COMMUNITY_FROZEN, ABNORMAL_USAGE];
    RESTORE_ACCOUNT = "restoreAccount", 60, Administration, "Bring an account back from the archive",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER];
    BAN_ACCOUNT = "banAccount", 60, Administration, "Ban an account",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER, COMMUNITY_FROZEN, ABNORMAL_USAGE];
    UNBAN_ACCOUNT = "unbanAccount", 60, Administration, "Lift the ban of an account",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER];
    KICK_ACCOUNT = "kickAccount", 60, Administration, "Put an account out of the community",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER, COMMUNITY_FROZEN, ABNORMAL_USAGE];
    REMOVE_IDENTIFIER = "removeIdentifier", 60, Administration, "Take an identifier away from an account",
        refuses [INSUFFICIENT_POWER];
    CREATE_DEPARTMENT = "createDepartment", 60, Administration, "Make a department";
    ORDER_DEPARTMENTS = "orderDepartments", 60, Administration, "Put the departments into another order",
        refuses [REFUSED_ENTRY];
    EDIT_DEPARTMENT = "editDepartment", 60, Administration, "Edit a department";
    RETIRE_DEPARTMENT = "retireDepartment", 60, Administration, "Retire a department with its ranks",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER, COMMUNITY_FROZEN, ABNORMAL_USAGE];
    RESTORE_DEPARTMENT = "restoreDepartment", 60, Administration, "Bring a department back into use",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER];
    CREATE_RANK = "createRank", 60, Administration, "Make a rank",
        refuses [ALREADY_TAKEN, REFUSED_ENTRY, INSUFFICIENT_POWER, UNKNOWN_USER];
    ORDER_RANKS = "orderRanks", 60, Administration, "Put the ranks of a department into another order",
        refuses [REFUSED_ENTRY];
    EDIT_RANK = "editRank", 60, Administration, "Edit a rank",
        refuses [DEPARTMENT_NOT_FOUND, ALREADY_TAKEN, REFUSED_ENTRY, INSUFFICIENT_POWER, UNKNOWN_USER];
    RETIRE_RANK = "retireRank", 60, Administration, "Retire a rank",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER, COMMUNITY_FROZEN, ABNORMAL_USAGE];
    RESTORE_RANK = "restoreRank", 60, Administration, "Bring a rank back into use",
        refuses [REFUSED_ENTRY, INSUFFICIENT_POWER, UNKNOWN_USER];
    DEFINE_PROFILE_FIELD = "defineProfileField", 60, Administration, "Make or edit a profile field";
    REMOVE_PROFILE_FIELD = "removeProfileField", 60, Administration, "Remove a profile field",
        refuses [DEFINITION_NOT_FOUND];
    DEFINE_CLOCK_IN_TYPE = "defineClockInType", 60, Administration, "Make or edit a clock-in type";
    REMOVE_CLOCK_IN_TYPE = "removeClockInType", 60, Administration, "Remove a clock-in type",
        refuses [DEFINITION_NOT_FOUND];
    DEFINE_CUSTOM_LOG_TYPE = "defineCustomLogType", 60, Administration, "Make or edit a custom log type";
    REMOVE_CUSTOM_LOG_TYPE = "removeCustomLogType", 60, Administration, "Remove a custom log type",
        refuses [DEFINITION_NOT_FOUND];
    CREATE_PROMOTION_FLOW = "createPromotionFlow", 60, Administration, "Make a promotion flow",
        refuses [INSUFFICIENT_POWER, ALREADY_TAKEN, UNKNOWN_RANK, RANK_RETIRED, REFUSED_ENTRY];
    EDIT_PROMOTION_FLOW = "editPromotionFlow", 60, Administration, "Edit a promotion flow",
        refuses [INSUFFICIENT_POWER, ALREADY_TAKEN, UNKNOWN_RANK, RANK_RETIRED, REFUSED_ENTRY];
    REMOVE_PROMOTION_FLOW = "removePromotionFlow", 60, Administration, "Remove a promotion flow",
        refuses [INSUFFICIENT_POWER];
    GET_CREDENTIALS = "getCredentials", 60, Administration, "The credentials, without their keys";
    CREATE_CREDENTIAL = "createCredential", 60, Administration, "Make a credential", refuses [EXCEEDS_CREDENTIAL];
    REVOKE_CREDENTIAL = "revokeCredential", 60, Administration, "Revoke a credential", refuses [EXCEEDS_CREDENTIAL];
    GET_GUARDS = "getGuards", 60, Administration, "What guards the ranks, and whether they are frozen";
    SET_GUARDS = "setGuards", 60, Administration, "Limit how many ranks anybody takes away";
    FREEZE_COMMUNITY = "freezeCommunity", 60, Administration, "Let nobody change ranks",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER];
    UNFREEZE_COMMUNITY = "unfreezeCommunity", 60, Administration, "Let ranks be changed again",
        refuses [INSUFFICIENT_POWER, UNKNOWN_USER];
}

impl Endpoint {
    /// The endpoint with this name.
    #[must_use]
    pub fn by_operation_id(operation_id: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|endpoint| endpoint.operation_id == operation_id)
    }
}
