//! The endpoints of the documented API that Rankledger has, and how often a credential may call each.

/// An endpoint.
#[derive(Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name in the documented API.
    pub operation_id: &'static str,
    /// Requests a minute that a credential may make, as documented.
    pub per_minute: u32,
}

macro_rules! endpoints {
    ($($name:ident = $operation_id:literal, $per_minute:literal;)*) => {
        impl Endpoint {
            $(
                #[doc = concat!("`", $operation_id, "`, ", $per_minute, " a minute.")]
                pub const $name: &'static Self =
                    &Self { operation_id: $operation_id, per_minute: $per_minute };
            )*

            /// Every endpoint.
            pub const ALL: &'static [&'static Self] = &[$(Self::$name),*];
        }
    };
}

endpoints! {
    GET_COMMUNITY = "getCommunity", 13;
    GET_SUB_VERSION = "getSubVersion", 13;
    GET_DEPARTMENTS = "getDepartments", 13;
    GET_PROMOTION_FLOWS = "getPromotionFlows", 13;
    UNDO_RANK_CHANGE = "undoRankChange", 13;
    GET_ACCOUNTS = "getAccounts", 22;
    SEARCH_ACCOUNTS = "searchAccounts", 27;
    GET_ACCOUNT = "getAccount", 27;
    GET_ACCOUNT_RANKS = "getAccountRanks", 27;
    SET_ACCOUNT_RANKS = "setAccountRanks", 22;
    GET_ACCOUNT_IDENTIFIERS = "getAccountIdentifiers", 22;
}

impl Endpoint {
    /// The endpoint with this name.
    #[must_use]
    pub fn by_operation_id(operation_id: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|endpoint| endpoint.operation_id == operation_id)
    }
}
