//! Everything that writes. Each command loads what it needs, lets the domain plan, and records the plan;
//! all but the operator's own commands run inside the [`ledger`] writer.

pub mod accounts;
pub mod actor;
pub mod acts;
pub mod authorized;
pub mod change_ranks;
pub mod clock_watch;
pub mod command;
pub mod credential_uses;
pub mod credentials;
pub mod definitions;
pub mod error;
pub mod expire_grants;
pub mod guards;
pub mod import;
pub mod ledger;
pub mod lift_bans;
pub(crate) mod logged;
pub mod once;
pub mod plan;
pub mod promotion_flows;
pub mod prune;
pub mod record;
pub mod rollback;
pub mod short_urls;
pub mod signing_key;
pub mod structure;
pub mod undo_change;
pub mod view;
pub mod work;

pub use command::Command;
pub use error::{LedgerError, OpError};
pub use ledger::Ledger;
pub use plan::{DryRun, Planned};
pub use view::View;
pub use work::Work;
