//! What the overview warns of: whom the guard has stopped within the last hour, and for administrators what
//! an operator should mend.

use jiff::ToSpan;
use rankledger_domain::credential::Scope;
use rankledger_domain::log::ActKind;
use rankledger_domain::rank_change::Source;
use rankledger_storage::history::Order;
use rankledger_storage::log::LogFilter;

use crate::api::backups::Backups;
use crate::console::parts::moment::Moment;
use crate::console::parts::names::{Named, Names};
use crate::console::visit::Visit;
use crate::ops::health::health_warnings;
use crate::wire::problem::Problem;

/// The most trips of the guard that are shown.
const TRIPS: u32 = 5;

/// Whom the guard has stopped.
pub(super) struct Trip {
    pub(super) who: Named,
    pub(super) at: Moment,
    /// The value of the filter of the history by which their changes are found. `None` if it is a key.
    pub(super) by: Option<i64>,
}

/// What the overview warns of.
pub(super) struct Warnings {
    pub(super) trips: Vec<Trip>,
    pub(super) health: Vec<String>,
}

impl Warnings {
    /// Looks for what there is to warn of.
    pub(super) async fn load(visit: &mut Visit) -> Result<Self, Problem> {
        let trips = trips(visit).await?;
        let health = if visit.may(Scope::Admin) { health(visit).await? } else { Vec::new() };
        Ok(Self { trips, health })
    }
}

async fn trips(visit: &mut Visit) -> Result<Vec<Trip>, Problem> {
    let filter = LogFilter {
        kinds: vec![ActKind::GuardTripped],
        from: visit.now.checked_sub(1.hour()).ok(),
        ..LogFilter::default()
    };
    let community = visit.community();
    let page = visit.tx.log(community, &filter, Order::NewestFirst, None, TRIPS).await?;
    let actors = page.entries.iter().filter_map(|linked| linked.entry.act.actor).collect();
    let names = Names::load(visit, actors).await?;
    let mut trips: Vec<Trip> = Vec::new();
    for linked in page.entries {
        let act = linked.entry.act;
        let who = names.doer(act.actor, act.credential, Source::Api).who;
        if !trips.iter().any(|trip| trip.who.name == who.name) {
            trips.push(Trip { by: who.number, who, at: Moment::of(act.at) });
        }
    }
    Ok(trips)
}

/// Returns the warnings that `/readyz` shows as well.
async fn health(visit: &mut Visit) -> Result<Vec<String>, Problem> {
    let app = visit.app.clone();
    let found = health_warnings(app.storage.as_ref(), app.clock.as_ref(), app.ledger.clock_watch()).await?;
    let mut warnings: Vec<_> = found.into_iter().map(|warning| warning.text).collect();
    let backups = app.feature::<Backups>();
    warnings.extend(backups.0.as_ref().and_then(|watch| watch.warning(app.clock.now())));
    Ok(warnings)
}
