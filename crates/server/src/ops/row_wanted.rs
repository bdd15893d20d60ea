//! The row of an account beside what a command makes of it, for whoever answers with both.

use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::StorageError;
use rankledger_storage::accounts::{AccountRevision, AccountRow, VersionedAccount};
use rankledger_storage::foresight::Foresight;

use super::View;

/// Whether the row is to come with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowWanted {
    /// It is not.
    No,
    /// Unless it is still at this revision, at which it is known already.
    Unless(AccountRevision),
    /// It is.
    Yes,
}

/// The row before the command. Of what is in it, commands that change ranks change only the standing.
#[derive(Debug, Clone)]
pub struct RowBefore {
    /// Its revision.
    pub revision: AccountRevision,
    /// The row, if it was wanted.
    pub row: Option<AccountRow>,
}

impl RowWanted {
    /// Says that this account will be read, and how much of it.
    pub fn foresee(self, community: CommunityId, account: AccountId, foresight: &mut Foresight) {
        foresight.accounts.push((community, account));
        if self == Self::Yes {
            foresight.rows.push((community, account));
        }
    }

    /// Reads the row of an account that has this standing and revision, if it is wanted. To be done before anything is written: nothing may
    /// fail between a commit and its answer.
    pub async fn read(
        self,
        view: &mut View<'_>,
        community: CommunityId,
        standing: &VersionedAccount,
        revision: AccountRevision,
    ) -> Result<RowBefore, StorageError> {
        let is_wanted = match self {
            Self::No => false,
            Self::Unless(known) => known != revision,
            Self::Yes => true,
        };
        let row =
            if is_wanted { Some(view.tx.account_with(community, standing.clone()).await?) } else { None };
        Ok(RowBefore { revision, row })
    }
}
