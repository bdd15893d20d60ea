//! Changes as entries of a list: number, who did what to whom, when, through what, why, and what can be done
//! about it.

use jiff::Timestamp;
use rankledger_domain::credential::Scope;
use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_storage::history::LinkedChange;

use super::chips::Chips;
use super::deed::Deed;
use super::moment::Moment;
use super::names::{Doer, Named, Names};
use super::structure::Structure;
use super::verb::{preposition, verb};
use crate::console::change::refusal_now;
use crate::console::visit::Visit;
use crate::http::caller::RanksUndo;
use crate::ops::undo_outlooks::UndoOutlooks;
use crate::wire::problem::Problem;

/// A change in a list.
pub(in crate::console) struct Entry {
    pub(in crate::console) number: i64,
    pub(in crate::console) doer: Doer,
    pub(in crate::console) verb: String,
    /// Empty, or the word before the member.
    pub(in crate::console) preposition: &'static str,
    /// The member. `None` on the page of the member.
    pub(in crate::console) member: Option<Named>,
    pub(in crate::console) chips: Chips,
    pub(in crate::console) at: Moment,
    pub(in crate::console) flow: bool,
    pub(in crate::console) reason: Option<String>,
    /// Whether it does not count any more.
    pub(in crate::console) is_undone: bool,
    pub(in crate::console) is_reversal: bool,
    pub(in crate::console) deed: Deed,
    /// What the last press did to it, or why it did nothing.
    pub(in crate::console) outcome: Option<Outcome>,
    /// When it was recorded.
    pub(in crate::console) when: Timestamp,
    /// Whether it took something away.
    pub(in crate::console) takes: bool,
}

/// What came of a press.
pub(in crate::console) enum Outcome {
    /// A change was undone: what holds now, and the number of the reversal.
    Undone(String, i64),
    /// Nothing was written: why.
    Refused(String),
}

/// The changes of a page with their entries, and the names on it.
pub(in crate::console) struct Entries {
    pub(in crate::console) all: Vec<Entry>,
    pub(in crate::console) names: Names,
    /// What came of the last press, if that was about a change that is not on the page.
    pub(in crate::console) outcome: Option<Outcome>,
}

impl Entries {
    /// Makes the entries of these changes. `of`: the member whose page it is.
    pub(in crate::console) async fn of(
        visit: &mut Visit,
        changes: &[LinkedChange],
        structure: &Structure,
        of: Option<AccountId>,
    ) -> Result<Self, Problem> {
        let mut people = Names::of_changes(changes.iter().map(|linked| &linked.change));
        people.extend(of);
        let names = Names::load(visit, people).await?;
        let outlooks = if visit.may(Scope::RanksUndo) {
            let accounts: Vec<_> = names.rows().map(|row| row.standing.clone()).collect();
            let actor = visit.actor::<RanksUndo>()?;
            Some(UndoOutlooks::of(&actor, changes, accounts.into_iter(), &mut visit.view()).await?)
        } else {
            None
        };
        let is_frozen = visit.tx.guards(visit.community()).await?.frozen.is_some();
        let is_stopped = is_frozen && !visit.acting.credential.is_unlimited_admin();
        let mut all: Vec<Entry> = Vec::with_capacity(changes.len());
        for LinkedChange { change, .. } in changes {
            let outlook = match &outlooks {
                Some(outlooks) => Some(outlooks.outlook(change, &mut visit.view()).await?),
                None => None,
            };
            let deed = Deed::of(change, outlook.as_ref(), &names, structure);
            let deed = if is_stopped { deed.stopped() } else { deed };
            all.push(Entry::new(change, deed, &names, structure, of.is_none()));
        }
        Ok(Self { all, names, outcome: None })
    }

    /// Puts the outcome of the last press, which the query names, under the entry that was pressed; or beside
    /// the entries, if it is not among them.
    pub(in crate::console) async fn tell_outcome(
        &mut self,
        visit: &mut Visit,
        structure: &Structure,
    ) -> Result<(), Problem> {
        let number = |name: &str| visit.query.text(name).parse().ok().map(ChangeNumber);
        let (done, refused) = (number("done"), number("refused"));
        if let Some(done) = done
            && let Some(reversal) = visit.tx.rank_change(visit.community(), done).await?
            && let Some(reversed) = reversal.reverses
        {
            let named = Names::load(visit, vec![reversal.account]).await?;
            let sentence = holds_now(&reversal, &named.member(reversal.account).name, structure);
            self.put(reversed, Outcome::Undone(sentence, reversal.number.0));
        }
        if let Some(refused) = refused {
            let why = refusal_now(visit, refused).await;
            self.put(refused, Outcome::Refused(why));
        }
        Ok(())
    }

    fn put(&mut self, number: ChangeNumber, outcome: Outcome) {
        match self.all.iter_mut().find(|entry| entry.number == number.0) {
            Some(entry) => entry.outcome = Some(outcome),
            None => self.outcome = Some(outcome),
        }
    }
}

impl Entry {
    fn new(change: &RankChange, deed: Deed, names: &Names, structure: &Structure, with_member: bool) -> Self {
        Self {
            number: change.number.0,
            doer: names.doer(change.actor, change.credential, change.source),
            verb: verb(change, structure),
            preposition: preposition(change),
            member: with_member.then(|| names.member(change.account)),
            chips: Chips::of_change(&change.transition, structure),
            at: Moment::of(change.at),
            flow: change.source == Source::Flow,
            reason: change.reason.clone(),
            is_undone: matches!(deed, Deed::UndoneBy(_)),
            is_reversal: change.kind != ChangeKind::Change,
            deed,
            outcome: None,
            when: change.at,
            takes: change.transition.removed().next().is_some(),
        }
    }
}

/// Says what a reversal has left, as a sentence.
pub(in crate::console) fn holds_now(change: &RankChange, member: &str, structure: &Structure) -> String {
    let named = |ranks: Vec<String>| match ranks.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    };
    let gave = named(change.transition.added().map(|held| structure.name(held.rank)).collect());
    let took = named(change.transition.removed().map(|held| structure.name(held.rank)).collect());
    match (gave.is_empty(), took.is_empty()) {
        (false, false) => format!("{member} is {gave} again, and no longer {took}."),
        (false, true) => format!("{member} is {gave} again."),
        (true, false) => format!("{member} is no longer {took}."),
        (true, true) if change.transition.status_after => format!("{member} is active again."),
        (true, true) => format!("{member} is no longer active."),
    }
}
