//! Clock In and Out: opens and closes the stretch of time that an account is on duty. At most one is open.

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::ActKind;
use rankledger_domain::name::folded;
use rankledger_storage::clock_rows::{ClockRow, LatestRows};

use crate::ops::actor::Actor;
use crate::ops::acts::{NewAct, Origin};
use crate::ops::logged;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::Problem;

/// The kind of duty in a community that has defined none, unless the request names one.
const DEFAULT_TYPE: &str = "regular";

/// The action on an account's clock row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockAction {
    /// Out if in, else in.
    Toggle,
    /// In. An open row of the same kind stays; one of another kind is closed first.
    In,
    /// In by a new row; an open one is closed first, whatever its kind.
    ForceIn,
    /// Out.
    Out,
}

/// A request to clock an account in or out.
#[derive(Debug, Clone)]
pub struct ClockAccount {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// The action.
    pub action: ClockAction,
    /// The clock-in type, by id or label; the community's first, if absent.
    pub kind: Option<String>,
}

/// The outcome of a clock action.
#[derive(Debug, Clone)]
pub enum Clocked {
    /// A row was opened.
    In(ClockRow),
    /// A row was closed.
    Out(ClockRow),
    /// The account was already clocked in, or already clocked out.
    Already {
        /// The open row, if the account is clocked in; else the newest one, if there is any.
        row: Option<ClockRow>,
    },
}

#[async_trait]
impl Command for ClockAccount {
    type Output = Clocked;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Clocked, OpError> {
        let (community, account) = (self.actor.community(), self.account);
        let standing = work.view().standing(community, account).await?.account;
        let open = work.tx.open_clock_row(community, account).await?;
        let asked = match &self.kind {
            Some(name) => Some(known_type(work, community, name).await?),
            None => None,
        };
        if matches!(self.action, ClockAction::In | ClockAction::ForceIn)
            || (self.action == ClockAction::Toggle && open.is_none())
        {
            refuse_barred(&standing)?;
        }
        let stays = |row: &ClockRow| asked.as_ref().is_none_or(|kind| **kind == *row.kind);
        match (self.action, open) {
            (ClockAction::Toggle | ClockAction::Out, Some(open)) => {
                let closed = open.closed_at(work.now);
                close_open_rows(work, community, self.actor.origin(), account).await?;
                work.tx.touch(community, account).await?;
                return Ok(Clocked::Out(closed));
            }
            (ClockAction::Out, None) => {
                let newest = LatestRows { kind: None, server: None, take: 1 };
                let row = work.tx.latest_clock_rows(community, account, newest).await?.pop();
                return Ok(Clocked::Already { row });
            }
            (ClockAction::In, Some(open)) if stays(&open) => return Ok(Clocked::Already { row: Some(open) }),
            (_, Some(_)) => close_open_rows(work, community, self.actor.origin(), account).await?,
            (_, None) => {}
        }
        let kind = match asked {
            Some(kind) => kind,
            None => first_type(work, community).await?,
        };
        let row = ClockRow::open(work.uuid(), work.now, &kind);
        work.tx.put_clock_row(community, account, &row).await?;
        work.tx.touch(community, account).await?;
        let act = NewAct::of(ActKind::AccountClockedIn).to(account).after(&logged::clock_row(&row));
        work.log(self.actor.origin(), act).await?;
        Ok(Clocked::In(row))
    }
}

/// Closes all open rows of an account: the newest, and older ones that an import has left open.
pub(super) async fn close_open_rows(
    work: &mut Work<'_>,
    community: CommunityId,
    by: Origin,
    account: AccountId,
) -> Result<(), OpError> {
    while let Some(open) = work.tx.open_clock_row(community, account).await? {
        let act = NewAct::of(ActKind::AccountClockedOut).to(account).before(&logged::clock_row(&open));
        let closed = open.closed_at(work.now);
        work.tx.put_clock_row(community, account, &closed).await?;
        work.log(by, act.after(&logged::clock_row(&closed))).await?;
    }
    Ok(())
}

/// Nobody who is barred goes on duty.
fn refuse_barred(account: &Account) -> Result<(), OpError> {
    if account.banned {
        return Err(Problem::banned_from_duty().into());
    }
    if account.archived {
        return Err(Problem::archived_from_duty().into());
    }
    Ok(())
}

/// The id of the type that goes by this id or label. A community that has defined none takes any.
async fn known_type(work: &mut Work<'_>, community: CommunityId, name: &str) -> Result<String, OpError> {
    let types = work.tx.clockin_types(community).await?;
    if types.is_empty() {
        return Ok(name.to_owned());
    }
    let by_id = types.iter().find(|kind| kind.id == *name);
    let by_label = || types.iter().find(|kind| folded(kind.label.as_str()) == folded(name));
    let Some(found) = by_id.or_else(by_label) else {
        let known: Vec<_> = types.iter().map(|kind| kind.id.as_str()).collect();
        return Err(Problem::unknown_clockin_type(name, &known).into());
    };
    Ok(found.id.to_string())
}

async fn first_type(work: &mut Work<'_>, community: CommunityId) -> Result<String, OpError> {
    let types = work.tx.clockin_types(community).await?;
    Ok(types.into_iter().next().map_or_else(|| DEFAULT_TYPE.to_owned(), |kind| kind.id.into()))
}
