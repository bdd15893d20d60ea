//! `/v2/community/accounts/{accountId}/activity`.

mod latest;
