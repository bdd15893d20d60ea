//! Fills a database with members and a history, in large commits.
//!
//! Random rows are written in the order in which they are stored, a portion at a time: a page of the
//! database is then written once a portion, and not once a row. This is what makes a history of ten million
//! changes in minutes.

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use rankledger_domain::ids::{AccountId, Ids};
use rankledger_domain::rank_change::Source;
use rankledger_domain::transition::Transition;
use rankledger_server::ops::actor::Actor;
use rankledger_server::ops::record::{NewRankChange, record};
use rankledger_storage::standings::AccountSnapshot;
use rankledger_storage::{Storage, WriteTx};

use crate::changes::{Step, Target, transition};
use crate::community::{RANKS, RANKS_OF_EVERYBODY};
use crate::member::{account_id, member};

/// Accounts or changes in one commit.
const GROUP: usize = 4096;

/// Random accounts that are drawn and sorted at a time.
const PORTION: u64 = 1 << 20;

/// How far back the history reaches.
const HISTORY: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Fills one database.
pub struct Seeding<'a> {
    /// The database.
    pub storage: &'a dyn Storage,
    /// Makes the ids of changes.
    pub ids: &'a dyn Ids,
    /// The actor who makes the changes.
    pub actor: &'a Actor,
    /// When the history ends.
    pub now: Timestamp,
    /// Where progress is told: what, how many, and of how many.
    pub progress: &'a dyn Fn(&str, u64, u64),
}

impl Seeding<'_> {
    /// Makes the accounts. Each begins with one recorded change: the ranks that everybody holds.
    pub async fn accounts(&self, accounts: u32) -> Result<()> {
        let joined = self.now.checked_sub(HISTORY).context("the clock of this machine is wrong")?;
        let mut index = 0;
        while index < accounts {
            let mut tx = self.storage.begin().await?;
            for _ in 0..GROUP.min((accounts - index) as usize) {
                self.account(tx.as_mut(), &member(index, joined)).await?;
                index += 1;
            }
            tx.commit().await?;
            (self.progress)("accounts", index.into(), accounts.into());
        }
        Ok(())
    }

    async fn account(&self, tx: &mut dyn WriteTx, row: &AccountSnapshot) -> Result<()> {
        let community = self.actor.credential.community;
        let account = &row.standing.account;
        tx.insert_account(community, &row.details.profile, account).await?;
        for identifier in &row.details.identifiers {
            tx.put_identifier(community, identifier).await?;
        }
        for (position, field) in (0..).zip(row.details.profile_fields.iter()) {
            tx.put_profile_field(community, account.id, position, field).await?;
        }
        for preference in row.details.notification_preferences.as_slice() {
            tx.put_notification_preference(community, account.id, preference).await?;
        }
        let transition = Transition {
            before: Vec::new(),
            after: account.ranks.clone(),
            status_before: false,
            status_after: account.com_status,
            active: None,
        };
        let at = row.details.profile.join_date;
        let beginning = NewRankChange::by_server(account.id, transition, Source::Import, at);
        record(tx, self.ids, community, beginning).await?;
        Ok(())
    }

    /// Records changes of random accounts over the time until now, `total` or one less: whatever is given
    /// is taken again, so that the accounts end as they began. Answers how many there are.
    pub async fn changes(&self, accounts: u32, total: u64) -> Result<u64> {
        let mut random = fastrand::Rng::with_seed(total);
        let mut done = 0;
        while done + 2 <= total && accounts > 0 {
            let drawn = draw(&mut random, accounts, PORTION.min((total - done) / 2));
            for step in [Step::Give, Step::Take] {
                for group in drawn.chunks(GROUP) {
                    self.change(step, group, self.time_of(done, total)?).await?;
                    done += group.len() as u64;
                    (self.progress)("changes", done, total);
                }
            }
        }
        Ok(done)
    }

    /// Records one step for a group of accounts. Its effect on each is known, so nothing has to be read and
    /// planned.
    async fn change(&self, step: Step, group: &[Target], at: Timestamp) -> Result<()> {
        let mut tx = self.storage.begin().await?;
        for target in group {
            let entry = self.new_change(account_id(target.account), transition(step, target.rank), at);
            record(tx.as_mut(), self.ids, self.actor.credential.community, entry).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    fn new_change(&self, account: AccountId, transition: Transition, at: Timestamp) -> NewRankChange {
        NewRankChange::by_server(account, transition, Source::Api, at)
            .acted(None, Some(self.actor.credential.id))
    }

    /// When the change is made that comes after `done` of `total`: they are spread evenly over the history.
    fn time_of(&self, done: u64, total: u64) -> Result<Timestamp> {
        let (left, total) = (i128::from(total - done), i128::from(total.max(1)));
        let before_now = i64::try_from(HISTORY.as_millis() * left / total)?;
        Ok(self.now.checked_sub(SignedDuration::from_millis(before_now))?)
    }
}

/// Different random accounts, `most` of them at the most, each with a random rank that nobody holds at the
/// beginning; in the order of their ids.
fn draw(random: &mut fastrand::Rng, accounts: u32, most: u64) -> Vec<Target> {
    let mut target =
        || Target { account: random.u32(..accounts), rank: random.u8(RANKS_OF_EVERYBODY..RANKS) };
    let mut drawn: Vec<_> = (0..most).map(|_| target()).collect();
    drawn.sort_unstable();
    drawn.dedup_by_key(|target| target.account);
    drawn
}
