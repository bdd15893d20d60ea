//! The standings that a writing transaction has seen: nobody else changes them meanwhile, so each is read
//! once, with others where it is known beforehand which will be asked for.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use tokio_postgres::Row;

use super::codec::{get, held_ranks};
use super::tx::PgTx;
use crate::Result;
use crate::accounts::no_profile;
use crate::cache::Revision;
use crate::standings::{AccountSnapshot, ReadStandings, Standing};

/// The standings that were read; `None` where there is no such account.
#[derive(Default)]
pub(super) struct Standings(HashMap<(CommunityId, AccountId), Option<SeenStanding>>);

/// A standing, and what the database has beside it.
#[derive(Clone)]
pub(super) struct SeenStanding {
    pub(super) standing: Standing,
    /// The revision of the account's details.
    pub(super) revision: Revision,
}

impl Standings {
    /// Returns the revision of an account's details. `None` if its standing is not known, or if there is no
    /// such account.
    pub(super) fn revision(&self, id: (CommunityId, AccountId)) -> Option<Revision> {
        self.0.get(&id)?.as_ref().map(|seen| seen.revision)
    }

    /// Returns those of these accounts whose standing is not known, each once.
    pub(super) fn unknown<'a>(
        &self,
        accounts: impl Iterator<Item = &'a (CommunityId, AccountId)>,
    ) -> Vec<(CommunityId, AccountId)> {
        let unknown: BTreeSet<_> = accounts.filter(|id| !self.0.contains_key(*id)).copied().collect();
        unknown.into_iter().collect()
    }

    /// Forgets all standings.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Forgets the standings of these accounts.
    pub(super) fn forget_some<'a>(&mut self, ids: impl IntoIterator<Item = &'a (CommunityId, AccountId)>) {
        for id in ids {
            self.0.remove(id);
        }
    }
}

impl PgTx {
    /// Returns the standing of an account, as it will be when what is buffered is written. `None` if there is
    /// no such account.
    pub(super) async fn seen_standing(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<SeenStanding>> {
        self.lock(community).await?;
        if let Some(known) = self.seen.standings.0.get(&(community, account)) {
            return Ok(known.clone());
        }
        let mut found = self.load_standings(&[(community, account)]).await?;
        Ok(found.pop().map(|(_, standing)| standing))
    }

    /// Reads standings, and keeps those that stay true.
    pub(super) async fn load_standings(
        &mut self,
        wanted: &[(CommunityId, AccountId)],
    ) -> Result<Vec<((CommunityId, AccountId), SeenStanding)>> {
        let communities: Vec<_> = wanted.iter().map(|(community, _)| community.0).collect();
        let accounts: Vec<_> = wanted.iter().map(|(_, account)| account.0).collect();
        let sql = "SELECT s.account, s.com_status, s.owner, s.banned, s.archived, s.version, s.ranks, s.row_revision,
                 s.last_change, s.community
             FROM unnest($1::bigint[], $2::uuid[]) AS wanted (community, account)
             JOIN account_standings s ON s.community = wanted.community AND s.account = wanted.account";
        let found = self.anywhere().await?.all(sql, &[&communities, &accounts], seen_standing).await?;
        let locked = &self.seen.locked;
        let stay_true = |community| locked.contains(community);
        let absent = wanted.iter().filter(|(community, _)| stay_true(community)).map(|id| (*id, None));
        self.seen.standings.0.extend(absent);
        let known = found.iter().filter(|((community, _), _)| stay_true(community));
        self.seen.standings.0.extend(known.map(|(id, standing)| (*id, Some(standing.clone()))));
        Ok(found)
    }

    /// Keeps what a standing has become.
    pub(super) fn keep_standing(&mut self, community: CommunityId, seen: SeenStanding) {
        self.seen.standings.0.insert((community, seen.standing.account.id), Some(seen));
    }
}

#[async_trait]
impl ReadStandings for PgTx {
    async fn snapshot(&mut self, community: CommunityId, id: AccountId) -> Result<Option<AccountSnapshot>> {
        let Some(seen) = self.seen_standing(community, id).await? else { return Ok(None) };
        let details = if let Some(details) = self.cache().details.get((community, id), seen.revision) {
            details
        } else {
            let found = self.load_details(&[(community, id)]).await?.pop();
            let (_, details) = found.ok_or_else(|| no_profile(id))?;
            self.cache().details.put(community, seen.revision, details)
        };
        Ok(Some(AccountSnapshot { standing: seen.standing, details }))
    }

    async fn standing(&mut self, community: CommunityId, id: AccountId) -> Result<Option<Standing>> {
        Ok(self.seen_standing(community, id).await?.map(|seen| seen.standing))
    }
}

/// Reads a row: whose it is, and the standing.
fn seen_standing(row: &Row) -> Result<((CommunityId, AccountId), SeenStanding)> {
    let account = Account {
        id: AccountId(get(row, 0)?),
        ranks: held_ranks(row, 6)?,
        com_status: get(row, 1)?,
        owner: get(row, 2)?,
        banned: get(row, 3)?,
        archived: get(row, 4)?,
    };
    let id = (CommunityId(get(row, 9)?), account.id);
    let newest_change = ChangeNumber(get(row, 8)?);
    let standing = Standing { account, version: get(row, 5)?, newest_change };
    Ok((id, SeenStanding { standing, revision: get(row, 7)? }))
}
