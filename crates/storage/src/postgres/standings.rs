//! The standings that a writing transaction has seen: nobody else changes them meanwhile, so each is read once, with others
//! where it is known beforehand which will be asked for.

use std::collections::{BTreeSet, HashMap};

use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::transition::Transition;
use tokio_postgres::Row;

use super::codec::{get, optional_time};
use super::pending::Place;
use super::tx::PgTx;
use crate::Result;
use crate::accounts::{AccountRevision, VersionedAccount};

/// What was seen; none where there is no such account.
#[derive(Default)]
pub(super) struct Standings(HashMap<(CommunityId, AccountId), Option<Standing>>);

/// The part of an account that rank changes read and write.
#[derive(Clone)]
pub(super) struct Standing {
    pub(super) account: VersionedAccount,
    pub(super) revision: AccountRevision,
    /// Where each of its ranks stands, in their order.
    positions: Vec<i64>,
}

impl Standings {
    /// What is known of this one.
    pub(super) fn known(&self, id: (CommunityId, AccountId)) -> Option<VersionedAccount> {
        self.0.get(&id)?.as_ref().map(|standing| standing.account.clone())
    }

    /// Forgets all, because something else was written.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Forgets these.
    pub(super) fn forget_some<'a>(&mut self, ids: impl IntoIterator<Item = &'a (CommunityId, AccountId)>) {
        for id in ids {
            self.0.remove(id);
        }
    }
}

impl Standing {
    /// Carries a transition out here. Answers what is to be written of ranks: only what is gone, what is new, and what has
    /// moved.
    pub(super) fn apply(&mut self, transition: &Transition) -> Vec<(RankId, Option<Place>)> {
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
            written.push((held.rank, Some(Place { position: next, expires_at: held.expires_at })));
            positions.push(next);
            next += 1;
        }
        self.positions = positions;
        let account = &mut self.account.account;
        account.ranks.clone_from(after);
        account.com_status = transition.status_after;
        self.account.version += 1;
        written
    }

    fn position_of(&self, rank: RankId) -> i64 {
        let place = self.account.account.ranks.iter().position(|held| held.rank == rank);
        place.and_then(|place| self.positions.get(place)).copied().unwrap_or(0)
    }
}

impl PgTx {
    /// The standing of an account, as it will be when what was put off is written.
    pub(super) async fn standing_of(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<Standing>> {
        self.hold(community).await?;
        if let Some(known) = self.standings.0.get(&(community, account)) {
            return Ok(known.clone());
        }
        let mut found = self.load_standings(&[(community, account)]).await?;
        Ok(found.pop().map(|(_, standing)| standing))
    }

    /// Reads standings, so that they are known when they are asked for.
    pub(super) async fn load_standings(
        &mut self,
        wanted: &[(CommunityId, AccountId)],
    ) -> Result<Vec<((CommunityId, AccountId), Standing)>> {
        let communities: Vec<_> = wanted.iter().map(|(community, _)| community.0).collect();
        let accounts: Vec<_> = wanted.iter().map(|(_, account)| account.0).collect();
        let sql = "SELECT s.account, s.com_status, s.owner, s.banned, s.archived, s.version, s.row_revision,
                 r.rank, r.expires_at, r.position, s.community
             FROM unnest($1::bigint[], $2::uuid[]) AS wanted (community, account)
             JOIN account_standings s ON s.community = wanted.community AND s.account = wanted.account
             LEFT JOIN account_ranks r ON r.community = s.community AND r.account = s.account
             ORDER BY s.community, s.account, r.position";
        let rows = self.anywhere().await?.all(sql, &[&communities, &accounts], read).await?;
        let mut found: Vec<((CommunityId, AccountId), Standing)> = Vec::new();
        for (community, standing, rank) in rows {
            let id = (community, standing.account.account.id);
            if found.last().is_none_or(|(last, _)| *last != id) {
                found.push((id, standing));
            }
            if let (Some((rank, position)), Some((_, last))) = (rank, found.last_mut()) {
                last.account.account.ranks.push(rank);
                last.positions.push(position);
            }
        }
        let stay_true = |community| self.held.contains(community);
        let absent = wanted.iter().filter(|(community, _)| stay_true(community)).map(|id| (*id, None));
        self.standings.0.extend(absent);
        let known = found.iter().filter(|((community, _), _)| stay_true(community));
        self.standings.0.extend(known.map(|(id, standing)| (*id, Some(standing.clone()))));
        Ok(found)
    }

    /// Remembers what a standing has become.
    pub(super) fn keep_standing(&mut self, community: CommunityId, standing: Standing) {
        self.standings.0.insert((community, standing.account.account.id), Some(standing));
    }

    /// Which of these are not known yet.
    pub(super) fn unknown_standings(
        &self,
        accounts: &[(CommunityId, AccountId)],
    ) -> Vec<(CommunityId, AccountId)> {
        let is_unknown = |id: &&(CommunityId, AccountId)| !self.standings.0.contains_key(*id);
        let unknown: BTreeSet<_> = accounts.iter().filter(is_unknown).copied().collect();
        unknown.into_iter().collect()
    }
}

/// A rank that is held, and its position.
type Placed = (HeldRank, i64);

/// A row: whose it is, a standing without ranks, and one of its ranks.
fn read(row: &Row) -> Result<(CommunityId, Standing, Option<Placed>)> {
    let account = Account {
        id: AccountId(get(row, 0)?),
        ranks: Vec::new(),
        com_status: get(row, 1)?,
        owner: get(row, 2)?,
        banned: get(row, 3)?,
        archived: get(row, 4)?,
    };
    let account = VersionedAccount { account, version: get(row, 5)? };
    let revision = AccountRevision(get(row, 6)?);
    let rank = match get(row, 7)? {
        Some(rank) => {
            let held = HeldRank { rank: RankId(rank), expires_at: optional_time(row, 8)? };
            Some((held, get(row, 9)?))
        }
        None => None,
    };
    Ok((CommunityId(get(row, 10)?), Standing { account, revision, positions: Vec::new() }, rank))
}
