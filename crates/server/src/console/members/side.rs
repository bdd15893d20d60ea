//! What stands beside the ranks of a member: the promotion flows that fit, identifiers, the clock, and the
//! actions on their standing.

use rankledger_domain::credential::Scope;
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_storage::roster::RosterRow;
use rankledger_storage::standings::AccountSnapshot;

use super::standing::{Action, actions};
use crate::console::parts::moment::Moment;
use crate::console::visit::Visit;
use crate::wire::problem::Problem;

/// What stands beside the ranks.
pub(super) struct Side {
    pub(super) flows: Vec<Flow>,
    /// Number of flows that do not fit.
    pub(super) other_flows: usize,
    pub(super) identifiers: Vec<Identifier>,
    pub(super) on_duty: Option<Duty>,
    pub(super) actions: Vec<&'static Action>,
    pub(super) may_write: bool,
}

/// A promotion flow that fits, in one direction.
pub(super) struct Flow {
    pub(super) id: String,
    pub(super) way: &'static str,
    pub(super) label: String,
    pub(super) promotes: bool,
}

pub(super) struct Identifier {
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) is_verified: bool,
}

/// The clock row that is open.
pub(super) struct Duty {
    pub(super) since: Moment,
    pub(super) kind: String,
}

impl Side {
    /// Loads what stands beside the ranks of a member.
    pub(super) async fn load(visit: &mut Visit, member: &RosterRow) -> Result<Self, Problem> {
        let (community, account) = (visit.community(), &member.standing.account);
        let flows = visit.tx.promotion_flows(community).await?;
        let fitting: Vec<_> = flows.iter().flat_map(|flow| fitting(flow, member)).collect();
        let with_fit =
            flows.iter().filter(|flow| fitting.iter().any(|one| one.id == flow.id.to_string())).count();
        let snapshot = visit.tx.snapshot(community, account.id).await?;
        let snapshot = snapshot.ok_or_else(|| Problem::member_not_found(member.unique_id))?;
        let may_write = visit.may(Scope::AccountsWrite);
        Ok(Self {
            other_flows: flows.len() - with_fit,
            flows: if visit.may(Scope::RanksWrite) { fitting } else { Vec::new() },
            identifiers: identifiers(&snapshot),
            on_duty: on_duty(&snapshot),
            actions: if may_write { actions(member) } else { Vec::new() },
            may_write,
        })
    }
}

fn fitting<'a>(flow: &'a PromotionFlow, member: &'a RosterRow) -> impl Iterator<Item = Flow> + use<'a> {
    let ways = [true, false].into_iter().filter(|promote| flow.direction.allows(*promote));
    let fits = ways.filter(|promote| flow.fits(&member.standing.account, *promote).is_ok());
    fits.map(|promotes| {
        let (from, to) = (flow.label_from.as_str(), flow.label_to.as_str());
        let (from, to) = if promotes { (from, to) } else { (to, from) };
        let way = if promotes { "promote" } else { "demote" };
        Flow { id: flow.id.to_string(), way, label: format!("{from} to {to}"), promotes }
    })
}

fn identifiers(snapshot: &AccountSnapshot) -> Vec<Identifier> {
    let typed = snapshot.details.identifiers.iter().map(|one| Identifier {
        kind: one.kind.to_string(),
        value: one.value.to_string(),
        is_verified: one.verified,
    });
    let untyped = snapshot.details.api_ids.iter();
    let untyped =
        untyped.map(|id| Identifier { kind: "other".to_owned(), value: id.to_string(), is_verified: false });
    typed.chain(untyped).collect()
}

fn on_duty(snapshot: &AccountSnapshot) -> Option<Duty> {
    let open = snapshot.details.clock_rows.iter().rev().find(|row| !row.completed)?;
    Some(Duty { since: Moment::of(open.start_time), kind: open.kind.to_string() })
}
