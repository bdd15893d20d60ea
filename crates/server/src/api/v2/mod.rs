//! The endpoints of v2. A file's path is the path of its URLs after `/v2/community`.

pub mod accounts;
pub mod administration;
pub mod clockin_types;
pub mod community;
pub mod credentials;
pub mod custom_log_types;
pub mod departments;
pub mod events;
pub mod guards;
pub mod profile_fields;
pub mod promotion_flows;
pub mod rank_changes;
pub mod ranks;
pub mod short_urls;
pub mod webhooks;
