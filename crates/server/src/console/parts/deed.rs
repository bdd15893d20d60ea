//! What stands at the right of a change: its undo or redo, or a sentence why there is none.

use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::credential::Scope;
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::refusal::{ChangeRef, Refusal, SlotState, UndoItem};

use super::names::Names;
use super::structure::Structure;
use crate::ops::undo_change::UndoOutlook;

/// What stands at the right of a change.
#[derive(Debug, Clone)]
pub(in crate::console) enum Deed {
    /// It can be undone.
    Undo,
    /// It is an undo, and the change of this number can be brought back.
    Redo(i64),
    /// It was undone by the change of this number.
    UndoneBy(i64),
    /// A later change is in the way: its number, and by whom.
    InTheWay(i64, String),
    /// It is by now as the undo would leave it: by the later change of this number, if one is known.
    Nothing(Option<i64>),
    /// It cannot be undone now: the reason.
    NotPossible(String),
    /// Whoever has signed in may not undo it: what that needs.
    NotByYou(String),
    /// A grant that ended as it was meant to.
    Ended,
}

impl Deed {
    /// Returns what can be done about a change. `outlook` is `None` if whoever has signed in may not undo.
    pub(super) fn of(
        change: &RankChange,
        outlook: Option<&UndoOutlook>,
        names: &Names,
        structure: &Structure,
    ) -> Self {
        let Some(outlook) = outlook else {
            return match change.reversed_by {
                Some(by) => Self::UndoneBy(by.0),
                None => Self::NotByYou(format!("needs the scope {}", Scope::RanksUndo)),
            };
        };
        match &outlook.refusal {
            None if !outlook.items.is_empty() && outlook.items.iter().all(is_already) => {
                Self::Nothing(outlook.items.iter().find_map(later).map(|later| later.number.0))
            }
            None => match (change.kind, change.reverses) {
                (ChangeKind::Undo, Some(number)) => Self::Redo(number.0),
                _ => Self::Undo,
            },
            Some(_) if change.source == Source::Expiry => Self::Ended,
            Some(refusal) => Self::refused(refusal, names, structure),
        }
    }

    /// Returns what is left of it while the community is frozen.
    pub(super) fn stopped(self) -> Self {
        match self {
            Self::Undo | Self::Redo(_) => Self::NotPossible("the community is frozen".to_owned()),
            other => other,
        }
    }

    fn refused(refusal: &Refusal, names: &Names, structure: &Structure) -> Self {
        match refusal {
            Refusal::AlreadyUndone(by) => Self::UndoneBy(by.number.0),
            Refusal::UndoConflict(items) => {
                match items.iter().find_map(superseded).or(items.iter().find_map(later)) {
                    Some(by) => {
                        Self::InTheWay(by.number.0, names.doer(by.actor, by.credential, by.source).who.name)
                    }
                    None => Self::NotPossible("half a move is not undone".to_owned()),
                }
            }
            Refusal::RankRetired(entries) => {
                let ranks: Vec<_> = entries.iter().map(|entry| structure.name(entry.rank)).collect();
                Self::NotPossible(format!("{} is retired", ranks.join(", ")))
            }
            Refusal::GrantExpired(_) => Self::NotPossible("the time of the rank is over".to_owned()),
            Refusal::AccountBanned => Self::NotPossible("the member is banned".to_owned()),
            Refusal::AccountArchived => Self::NotPossible("the member is archived".to_owned()),
            Refusal::InsufficientPower(why) => Self::NotByYou(needed(why)),
            other => Self::NotPossible(other.to_string()),
        }
    }
}

/// Says what is needed to do what was refused.
fn needed(why: &PowerRefusal) -> String {
    match why {
        PowerRefusal::Account { power: rankledger_domain::account::AccountPower::Owner, .. } => {
            "it is the owner's".to_owned()
        }
        PowerRefusal::Account { power: rankledger_domain::account::AccountPower::Power(power), .. }
        | PowerRefusal::Rank { power, .. } => format!("needs power above {power}"),
        PowerRefusal::Oneself => "nobody gives themselves ranks".to_owned(),
        PowerRefusal::ActorBarred => "you are banned or archived".to_owned(),
    }
}

fn is_already(item: &UndoItem) -> bool {
    matches!(item.state, SlotState::Already(_))
}

fn superseded(item: &UndoItem) -> Option<&ChangeRef> {
    if let SlotState::Superseded(by) = &item.state { Some(by) } else { None }
}

fn later(item: &UndoItem) -> Option<&ChangeRef> {
    if let SlotState::Already(by) = &item.state { by.as_ref() } else { superseded(item) }
}
