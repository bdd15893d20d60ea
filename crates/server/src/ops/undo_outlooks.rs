//! What the undo of each change of a list would find now. The changes of the list are looked at in memory;
//! the database is asked only for those that the list lacks.

use std::collections::HashMap;

use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::undo::LaterChanges;
use rankledger_storage::history::LinkedChange;
use rankledger_storage::standings::Standing;

use super::actor::Actor;
use super::authorized::Authorized;
use super::undo_change::{UndoCase, UndoOutlook};
use super::{OpError, View};

/// The changes of a list, and the accounts that they are about.
pub struct UndoOutlooks<'a> {
    authorized: Authorized,
    changes: HashMap<ChangeNumber, &'a LinkedChange>,
    accounts: HashMap<AccountId, Standing>,
}

impl<'a> UndoOutlooks<'a> {
    /// Prepares to look at these changes for this actor. `accounts` are the accounts that they are about.
    pub async fn of(
        actor: &Actor,
        changes: &'a [LinkedChange],
        accounts: impl Iterator<Item = Standing> + Send,
        view: &mut View<'_>,
    ) -> Result<Self, OpError> {
        let authorized = Authorized::of(actor, view).await?;
        Ok(Self {
            authorized,
            changes: changes.iter().map(|linked| (linked.change.number, linked)).collect(),
            accounts: accounts.map(|standing| (standing.account.id, standing)).collect(),
        })
    }

    /// Plans the undo of a change of the list without carrying it out.
    pub async fn outlook(&self, named: &RankChange, view: &mut View<'_>) -> Result<UndoOutlook, OpError> {
        let case = if let Some(case) = self.case_in_memory(named) {
            case
        } else {
            let before = view.standing(self.authorized.community, named.account).await?;
            UndoCase::load(view, self.authorized.community, named.clone(), before).await?
        };
        Ok(UndoOutlook::of_case(&case, &self.authorized, view))
    }

    /// Returns what the undo has to look at, if all of that is in the list.
    fn case_in_memory(&self, named: &RankChange) -> Option<UndoCase> {
        let before = self.accounts.get(&named.account)?;
        let lineage = self.lineage_in_memory(named)?;
        let mut later = LaterChanges::of(&lineage);
        let mut number = before.newest_change;
        while number > lineage.root().number {
            let LinkedChange { change, previous, .. } = self.changes.get(&number)?;
            if change.is_live() && !later.look_at(change.clone()) {
                break;
            }
            number = *previous;
        }
        let later = later.oldest_first();
        Some(UndoCase { named: named.clone(), lineage, before: before.clone(), later })
    }

    fn lineage_in_memory(&self, named: &RankChange) -> Option<Lineage> {
        let change = |number: &ChangeNumber| self.changes.get(number).map(|linked| &linked.change);
        let mut root = named;
        while let Some(number) = &root.reverses {
            root = change(number)?;
        }
        let (mut reversals, mut next) = (Vec::new(), root.reversed_by);
        while let Some(number) = &next {
            let reversal = change(number)?;
            next = reversal.reversed_by;
            reversals.push(reversal.clone());
        }
        Some(Lineage::new(root.clone(), reversals))
    }
}
