//! A ledger as it was before migration 14, with everything that can be in one: the changes that it holds, the
//! SQL that makes it, and what it has to be when it has been carried over.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::chain::{ChainHash, genesis, link};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, LogId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::history::{HistoryFilter, LedgerHead, Order};
use rankledger_storage::{ReadTx, Storage};
use uuid::Uuid;

use crate::kit::{account_id, change, held, rank_id, read, time, uuid};

/// How many changes there are.
const CHANGES: i64 = 2500;

/// The last change that was pruned, where pruning was known, and the last one whose row is deleted.
const PRUNED: (i64, i64) = (500, 300);

/// The changes of a rollback.
const BATCH: std::ops::RangeInclusive<i64> = 1100..=1120;

/// How a database writes values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// A ledger as a version of the schema keeps it.
pub(crate) struct WideLedger {
    version: i32,
    pub(crate) changes: Vec<RankChange>,
    hashes: Vec<ChainHash>,
    held: BTreeMap<AccountId, (Vec<HeldRank>, bool)>,
}

impl WideLedger {
    pub(crate) fn of_version(version: i32) -> Self {
        let mut ledger = Self { version, changes: Vec::new(), hashes: Vec::new(), held: BTreeMap::new() };
        for number in 1..=CHANGES {
            let next = ledger.next(number);
            let before = ledger.hashes.last().copied().unwrap_or_else(|| genesis(uuid(7)));
            ledger.hashes.push(link(before, &next));
            if let Some(reversed) = next.reverses {
                ledger.change_mut(reversed).reversed_by = Some(next.number);
            }
            let Transition { after, status_after, .. } = &next.transition;
            ledger.held.insert(next.account, (after.clone(), *status_after));
            ledger.changes.push(next);
        }
        ledger
    }

    fn change_mut(&mut self, number: ChangeNumber) -> &mut RankChange {
        &mut self.changes[usize::try_from(number.0 - 1).expect("a number from 1")]
    }

    fn next(&self, number: i64) -> RankChange {
        let reverses = self.reversed_by(number);
        let account = reverses.map_or(account_id(1 + u128::from(number.unsigned_abs()) % 3), |of| of.account);
        let (before, status) = self.held.get(&account).cloned().unwrap_or_default();
        let mut after = before.clone();
        let rank = rank_id(1 + u128::from(number.unsigned_abs()) % 5);
        match after.iter().position(|held| held.rank == rank) {
            Some(place) => drop(after.remove(place)),
            None => {
                after.push(HeldRank { rank, expires_at: (number % 7 == 0).then(|| time(100_000 + number)) });
            }
        }
        let status_after = !after.is_empty();
        let of = |every: i64| number % every == 0;
        RankChange {
            account,
            at: time(number - number % 4),
            transition: Transition {
                before,
                after,
                status_before: status,
                status_after,
                active: of(9).then_some(status_after),
            },
            kind: reverses.map_or(ChangeKind::Change, |of| of.kind.reversal()),
            source: if BATCH.contains(&number) {
                Source::Rollback
            } else if of(5) {
                Source::Import
            } else {
                Source::Api
            },
            actor: of(2).then(|| account_id(3)),
            credential: (!of(6)).then(|| CredentialId(uuid(5))),
            reason: of(10).then(|| format!("Grund {number} \"ä\"")),
            batch: (self.version >= 4 && BATCH.contains(&number)).then(|| BatchId(uuid(6))),
            reverses: reverses.map(|of| of.number),
            undo_id: UndoId(uuid(0x0001_0000_0000_0000 + u128::from(number.unsigned_abs()))),
            log_id: LogId(uuid(0x0002_0000_0000_0000 + u128::from(number.unsigned_abs()))),
            ..change(number)
        }
    }

    /// The change that the one of this number reverses: here and there a change is undone, and the undo
    /// undone.
    fn reversed_by(&self, number: i64) -> Option<&RankChange> {
        let of = match number {
            _ if (PRUNED.0..PRUNED.0 + 20).contains(&number) => return None,
            _ if number % 33 == 0 => number - 11,
            _ if number % 11 == 0 => number - 3,
            _ => return None,
        };
        let found = self.changes.get(usize::try_from(of - 1).ok()?)?;
        (found.reversed_by.is_none() && found.number.0 > if number > PRUNED.0 { PRUNED.0 } else { 0 })
            .then_some(found)
    }

    fn is_pruned(&self) -> bool {
        self.version >= 8
    }

    /// The changes in the history.
    pub(crate) fn kept(&self) -> &[RankChange] {
        let pruned = if self.is_pruned() { PRUNED.0 } else { 0 };
        &self.changes[usize::try_from(pruned).expect("a small number")..]
    }

    /// The SQL that fills the tables of this version.
    pub(crate) fn sql(&self, dialect: Dialect) -> String {
        let (no, club) = (dialect.flag(false), dialect.id(uuid(7)));
        let mut sql = format!(
            "INSERT INTO communities (id, uuid, public_id, name, sub_version, undo_needs_user, created_at)
             VALUES (1, {club}, 'club', 'The Club', 3, {no}, 0);"
        );
        let last = dialect.hash(*self.hashes.last().expect("there are changes"));
        let mut ledger =
            vec![("community", "1".to_owned()), ("last_number", CHANGES.to_string()), ("last_hash", last)];
        let pruned = dialect.hash(self.hashes[usize::try_from(PRUNED.0 - 1).expect("a number from 1")]);
        ledger.extend([
            ("pruned_number", PRUNED.0.to_string()),
            ("pruned_hash", pruned),
            ("pruned_at", "0".to_owned()),
        ]);
        ledger.truncate(if self.version < 4 {
            2
        } else if self.is_pruned() {
            6
        } else {
            3
        });
        insert(&mut sql, "ledger_heads", &ledger);
        for number in 1..=3 {
            self.write_account(&mut sql, dialect, number);
        }
        if self.version >= 4 {
            let batch = dialect.id(uuid(6));
            let _ = write!(
                sql,
                "INSERT INTO rollbacks (community, batch, at, report) VALUES (1, {batch}, 0, '{{}}');"
            );
        }
        let gone = if self.is_pruned() { PRUNED.1 } else { 0 };
        for (change, hash) in
            self.changes.iter().zip(&self.hashes).filter(|(change, _)| change.number.0 > gone)
        {
            insert(&mut sql, "rank_changes", &self.columns(dialect, change, *hash));
        }
        sql
    }

    fn write_account(&self, sql: &mut String, dialect: Dialect, number: u128) {
        let (id, no) = (|id: Uuid| dialect.id(id), dialect.flag(false));
        let (account, numbered) = (id(uuid(number)), 1000 + number);
        let _ = write!(
            sql,
            "INSERT INTO accounts (community, id, unique_id, custom_unique_id, name, name_folded, sys_status, join_date,
                 api_id_preference) VALUES (1, {account}, {numbered}, {no}, 'Ann', 'ann', {no}, 0, 0);"
        );
        let (held, status) = &self.held[&account_id(number)];
        let status = dialect.flag(*status);
        let _ = write!(
            sql,
            "INSERT INTO account_standings (community, account, com_status, owner, banned, archived, version)
             VALUES (1, {account}, {status}, {no}, {no}, {no}, 9);"
        );
        // Written from the last to the first, with gaps between their positions.
        for (position, grant) in held.iter().enumerate().rev() {
            let (rank, end) =
                (id(grant.rank.0), number_or_null(grant.expires_at.map(Timestamp::as_millisecond)));
            let _ = write!(
                sql,
                "INSERT INTO account_ranks (community, account, rank, position, expires_at)
                 VALUES (1, {account}, {rank}, {}, {end});",
                3 * position
            );
        }
    }

    fn columns(&self, dialect: Dialect, change: &RankChange, hash: ChainHash) -> Vec<(&'static str, String)> {
        let transition = &change.transition;
        let maybe_id = |id: Option<Uuid>| id.map_or("NULL".to_owned(), |id| dialect.id(id));
        let mut columns = vec![
            ("community", "1".to_owned()),
            ("number", change.number.to_string()),
            ("undo_id", dialect.id(change.undo_id.0)),
            ("log_id", dialect.id(change.log_id.0)),
            ("account", dialect.id(change.account.0)),
            ("at", change.at.as_millisecond().to_string()),
            ("ranks_before", text(&grants(&transition.before))),
            ("ranks_after", text(&grants(&transition.after))),
            ("status_before", dialect.flag(transition.status_before)),
            ("status_after", dialect.flag(transition.status_after)),
            ("active", transition.active.map_or("NULL".to_owned(), |yes| dialect.flag(yes))),
            ("kind", text(change.kind.as_str())),
            ("source", text(change.source.as_str())),
            ("actor", maybe_id(change.actor.map(|id| id.0))),
            ("credential", maybe_id(change.credential.map(|id| id.0))),
            ("reason", change.reason.as_deref().map_or("NULL".to_owned(), text)),
            ("reverses", number_or_null(change.reverses.map(|number| number.0))),
            ("reversed_by", number_or_null(change.reversed_by.map(|number| number.0))),
        ];
        if self.version >= 4 {
            columns.push(("batch", maybe_id(change.batch.map(|id| id.0))));
            columns.push(("hash", dialect.hash(hash)));
        }
        columns
    }

    /// Checks that a database holds this ledger, in the lean form.
    pub(crate) async fn check(&self, storage: &dyn Storage) {
        let (club, mut tx) = (CommunityId(1), read(storage).await);
        self.check_chain(tx.as_mut(), club).await;
        for change in &self.changes {
            let expected = Some(change).filter(|_| self.kept().contains(change));
            let found = tx.rank_change(club, change.number).await.expect("a look-up");
            assert_eq!(found.as_ref(), expected, "{}", change.number);
            let found = tx.rank_change_by_undo_id(club, change.undo_id).await.expect("a look-up");
            assert_eq!(found.as_ref(), expected, "{}", change.undo_id);
        }
        for (account, (held, status)) in &self.held {
            let found = tx.standing(club, *account).await.expect("a look-up").expect("an account");
            assert_eq!((&found.account.ranks, found.account.com_status, found.version), (held, *status, 9));
        }
        let ends = |(account, (held, _)): (&AccountId, &(Vec<HeldRank>, bool))| {
            Some((held.iter().filter_map(|held| held.expires_at).min()?, *account))
        };
        let mut due: Vec<_> = self.held.iter().filter_map(ends).collect();
        due.sort_unstable();
        let due: Vec<_> = due.into_iter().map(|(_, account)| (club, account)).collect();
        assert_eq!(tx.due_grants(time(1_000_000), 10).await.expect("a list"), due);
        self.check_history(tx.as_mut(), club).await;
    }

    async fn check_chain(&self, tx: &mut dyn ReadTx, club: CommunityId) {
        let pruned = tx.pruned_history(club).await.expect("a look-up");
        let before = pruned.map_or_else(|| genesis(uuid(7)), |pruned| pruned.hash);
        let mut head =
            LedgerHead { number: ChangeNumber(pruned.map_or(0, |pruned| pruned.number.0)), hash: before };
        while let Some(next) = tx.linked_change(club, head.number.next()).await.expect("a look-up") {
            head = LedgerHead { number: next.change.number, hash: link(head.hash, &next.change) };
            assert_eq!(next.hash, head.hash, "{}", next.change.number);
        }
        assert_eq!(head.number, ChangeNumber(CHANGES));
        assert_eq!(tx.ledger_head(club).await.expect("a look-up"), head);
    }

    /// Checks the history with filters that find their changes in different ways, in pages and both orders.
    async fn check_history(&self, tx: &mut dyn ReadTx, club: CommunityId) {
        let all = HistoryFilter::default;
        for filter in [
            all(),
            HistoryFilter { accounts: vec![account_id(2)], ..all() },
            HistoryFilter { accounts: vec![account_id(2)], undone: Some(true), ..all() },
            HistoryFilter {
                accounts: vec![account_id(2), account_id(3)],
                source: Some(Source::Import),
                ..all()
            },
            HistoryFilter { actor: Some(account_id(3)), ..all() },
            HistoryFilter { credential: Some(CredentialId(uuid(5))), ranks: vec![rank_id(4)], ..all() },
            HistoryFilter { batch: Some(BatchId(uuid(6))), ..all() },
            HistoryFilter { from: Some(time(990)), to: Some(time(1030)), ..all() },
            HistoryFilter { from: Some(time(2400)), ..all() },
            HistoryFilter { to: Some(time(600)), accounts: vec![account_id(1)], ..all() },
        ] {
            let mut expected: Vec<_> = self
                .kept()
                .iter()
                .filter(|change| filter.matches(change))
                .map(|change| change.number)
                .collect();
            for order in [Order::OldestFirst, Order::NewestFirst] {
                let (mut found, mut after) = (Vec::new(), None);
                loop {
                    let page = tx.history(club, &filter, order, after, 300).await.expect("a page");
                    found.extend(page.changes.iter().map(|linked| linked.change.number));
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(found, expected, "{filter:?} {order:?}");
                expected.reverse();
            }
        }
    }
}

impl Dialect {
    fn id(self, id: Uuid) -> String {
        match self {
            Self::Sqlite => format!("x'{}'", id.simple()),
            Self::Postgres => format!("'{id}'"),
        }
    }

    fn hash(self, hash: ChainHash) -> String {
        match self {
            Self::Sqlite => format!("x'{hash}'"),
            Self::Postgres => format!("'\\x{hash}'"),
        }
    }

    fn flag(self, yes: bool) -> String {
        match self {
            Self::Sqlite => u8::from(yes).to_string(),
            Self::Postgres => yes.to_string(),
        }
    }
}

fn insert(sql: &mut String, table: &str, columns: &[(&str, String)]) {
    let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<_> = columns.iter().map(|(_, value)| value.as_str()).collect();
    let _ = write!(sql, "INSERT INTO {table} ({}) VALUES ({});", names.join(", "), values.join(", "));
}

fn text(text: &str) -> String {
    format!("'{text}'")
}

fn number_or_null(number: Option<i64>) -> String {
    number.map_or("NULL".to_owned(), |number| number.to_string())
}

fn grants(held: &[HeldRank]) -> String {
    let grants: Vec<_> = held
        .iter()
        .map(|held| match held.expires_at {
            None => format!("\"{}\"", held.rank),
            Some(end) => format!("{{\"rank\":\"{}\",\"expiresAt\":{}}}", held.rank, end.as_millisecond()),
        })
        .collect();
    format!("[{}]", grants.join(","))
}

/// Checks that the ledger goes on after it was carried over.
pub(crate) async fn check_that_it_goes_on(storage: &dyn Storage) {
    let club = CommunityId(1);
    let mut tx = storage.begin().await.expect("a transaction");
    let newest = HistoryFilter { accounts: vec![account_id(1)], ..HistoryFilter::default() };
    let before = tx.history(club, &newest, Order::NewestFirst, None, 1).await.expect("a page").changes;
    let undo_id = UndoId::holding(ChangeNumber(CHANGES + 1), uuid(0x7777 << 64));
    let next =
        RankChange { undo_id, transition: crate::kit::transition(&[], &[held(9)]), ..change(CHANGES + 1) };
    tx.append_rank_change(club, &next).await.expect("a change");
    tx.commit().await.expect("a commit");
    let mut tx = read(storage).await;
    let found = tx.history(club, &newest, Order::NewestFirst, None, 2).await.expect("a page").changes;
    assert_eq!((&found[0].change, &found[1]), (&next, &before[0]));
    assert_eq!(tx.rank_change_by_undo_id(club, undo_id).await.expect("a look-up"), Some(next));
}
