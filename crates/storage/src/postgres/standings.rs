//! The standings that a writing transaction has seen: nobody else changes them meanwhile, so each is read
//! once, with others where it is known beforehand which will be asked for.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::transition::Transition;
use tokio_postgres::Row;

use super::buffered::RankPosition;
use super::codec::{get, optional_time};
use super::tx::PgTx;
use crate::Result;
use crate::accounts::{no_profile, no_standing};
use crate::cache::Revision;
use crate::standings::{AccountSnapshot, ReadStandings, Standing, WriteStandings};

/// The standings that were read; `None` where there is no such account.
#[derive(Default)]
pub(super) struct Standings(HashMap<(CommunityId, AccountId), Option<SeenStanding>>);

/// A standing, and what the database has beside it.
#[derive(Clone)]
pub(super) struct SeenStanding {
    pub(super) standing: Standing,
    /// The revision of the account's details.
    pub(super) revision: Revision,
    /// The position of each of its ranks, in their order.
    positions: Vec<i64>,
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

impl SeenStanding {
    /// Carries a transition out here. Returns what is to be written of ranks: only those that are gone, new,
    /// or moved.
    pub(super) fn apply(&mut self, transition: &Transition) -> Vec<(RankId, Option<RankPosition>)> {
        let Transition { before, after, .. } = transition;
        let mut written: Vec<_> = transition.removed().map(|held| (held.rank, None)).collect();
        let kept: Vec<_> = before.iter().filter(|held| after.contains(held)).collect();
        let only_appended = after.iter().take_while(|held| before.contains(held)).eq(kept.iter().copied());
        let mut positions = Vec::with_capacity(after.len());
        let mut next = 0;
        if only_appended {
            positions.extend(kept.iter().map(|held| self.position_of(held.rank)));
            next = positions.iter().max().map_or(0, |last| last + 1);
        }
        for held in after.iter().skip(positions.len()) {
            written.push((held.rank, Some(RankPosition { position: next, expires_at: held.expires_at })));
            positions.push(next);
            next += 1;
        }
        self.positions = positions;
        let account = &mut self.standing.account;
        account.ranks.clone_from(after);
        account.com_status = transition.status_after;
        self.standing.version += 1;
        written
    }

    fn position_of(&self, rank: RankId) -> i64 {
        let index = self.standing.account.ranks.iter().position(|held| held.rank == rank);
        index.and_then(|index| self.positions.get(index)).copied().unwrap_or(0)
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
        let sql = "SELECT s.account, s.com_status, s.owner, s.banned, s.archived, s.version, s.row_revision,
                 r.rank, r.expires_at, r.position, s.community
             FROM unnest($1::bigint[], $2::uuid[]) AS wanted (community, account)
             JOIN account_standings s ON s.community = wanted.community AND s.account = wanted.account
             LEFT JOIN account_ranks r ON r.community = s.community AND r.account = s.account
             ORDER BY s.community, s.account, r.position";
        let rows = self.anywhere().await?.all(sql, &[&communities, &accounts], read).await?;
        let mut found: Vec<((CommunityId, AccountId), SeenStanding)> = Vec::new();
        for (community, seen, rank) in rows {
            let id = (community, seen.standing.account.id);
            if found.last().is_none_or(|(last, _)| *last != id) {
                found.push((id, seen));
            }
            if let (Some((rank, position)), Some((_, last))) = (rank, found.last_mut()) {
                last.standing.account.ranks.push(rank);
                last.positions.push(position);
            }
        }
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

#[async_trait]
impl WriteStandings for PgTx {
    async fn apply_transition(
        &mut self,
        community: CommunityId,
        id: AccountId,
        transition: &Transition,
    ) -> Result<()> {
        let mut seen = self.seen_standing(community, id).await?.ok_or_else(|| no_standing(id))?;
        let written = seen.apply(transition);
        let version = seen.standing.version;
        let writes = self.buffer();
        writes.ranks.extend(written.into_iter().map(|(rank, position)| ((community, id, rank), position)));
        writes.standings.insert((community, id), (transition.status_after, version));
        self.keep_standing(community, seen);
        Ok(())
    }
}

/// A rank that is held, and its position.
type Placed = (HeldRank, i64);

/// A row: whose it is, a standing without ranks, and one of its ranks.
fn read(row: &Row) -> Result<(CommunityId, SeenStanding, Option<Placed>)> {
    let account = Account {
        id: AccountId(get(row, 0)?),
        ranks: Vec::new(),
        com_status: get(row, 1)?,
        owner: get(row, 2)?,
        banned: get(row, 3)?,
        archived: get(row, 4)?,
    };
    let standing = Standing { account, version: get(row, 5)? };
    let revision = get(row, 6)?;
    let rank = match get(row, 7)? {
        Some(rank) => {
            let held = HeldRank { rank: RankId(rank), expires_at: optional_time(row, 8)? };
            Some((held, get(row, 9)?))
        }
        None => None,
    };
    Ok((CommunityId(get(row, 10)?), SeenStanding { standing, revision, positions: Vec::new() }, rank))
}
