//! The smaller parts of an account row in SQLite, where each is read by itself. PostgreSQL reads them
//! together with the account (see `postgres/account_details.rs`): there each query is a round trip.

use rankledger_domain::ids::{AccountId, CommunityId};

use super::codec::Id;
use super::tx::SqliteTx;
use crate::Result;
use crate::profiles::NotificationPreference;

impl SqliteTx {
    pub(super) fn api_ids(&self, community: CommunityId, account: AccountId) -> Result<Vec<Box<str>>> {
        let sql = "SELECT value FROM api_ids WHERE community = ?1 AND account = ?2 ORDER BY position";
        self.all(sql, (community.0, Id(account.0)), |row| row.get(0))
    }

    pub(super) fn notification_preferences(
        &self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<NotificationPreference>> {
        let sql = "SELECT topic, event, inbox, desktop, mobile, email, discord FROM notification_preferences
             WHERE community = ?1 AND account = ?2 ORDER BY topic, event";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(NotificationPreference {
                topic: row.get(0)?,
                event: row.get(1)?,
                inbox: row.get(2)?,
                desktop: row.get(3)?,
                mobile: row.get(4)?,
                email: row.get(5)?,
                discord: row.get(6)?,
            })
        })
    }
}
