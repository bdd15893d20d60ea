//! Checks a whole document against itself and against what is stored, and plans what is to be written of it.

use jiff::Timestamp;
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_storage::ReadTx;
use rankledger_storage::communities::{GameServer, NewCommunity};

use super::accounts::Accounts;
use super::accounts::check_accounts;
use super::changes::History;
use super::changes::HistoryPlanner;
use super::community::plan_community;
use super::community::plan_servers;
use super::definitions::Definitions;
use super::definitions::plan_definitions;
use super::document::Document;
use super::flows::plan_flows;
use super::ids::NaturalIds;
use super::parts::Known;
use super::parts::PartsChecker;
use super::problems::ImportError;
use super::problems::Problems;
use super::stored::Stored;
use super::structure::Structure;
use super::structure::plan_structure;
use super::summary::Outcome;

/// What is to be written. Nothing is wrong with it any more.
pub(super) struct Plan<'a> {
    pub(super) community: (Outcome, NewCommunity),
    pub(super) servers: Vec<(Outcome, GameServer)>,
    pub(super) structure: Structure,
    pub(super) flows: Vec<(Outcome, PromotionFlow)>,
    pub(super) definitions: Definitions,
    pub(super) accounts: Accounts<'a>,
    pub(super) history: History,
    pub(super) natural_ids: NaturalIds,
}

impl<'a> Plan<'a> {
    /// The plan, or every problem that stands in its way.
    pub(super) async fn make(
        tx: &mut dyn ReadTx,
        document: &Document,
        stored: &'a Stored,
        now: Timestamp,
    ) -> Result<Self, ImportError> {
        let problems = &mut Problems::default();
        let community = plan_community(&document.community, stored, now, problems);
        let ids = NaturalIds::of(community.1.uuid);
        let servers = plan_servers(&document.servers, &stored.servers, problems);
        let structure = plan_structure(&document.departments, stored, ids, problems);
        let ranks = &structure.all_ranks;
        let flows = plan_flows(&document.promotion_flows, &stored.flows, ranks, ids, problems);
        let definitions = plan_definitions(document, stored, ids, problems);
        let accounts = check_accounts(&document.accounts, stored, ranks, ids, now, problems);
        let known = Known::of(&servers, &definitions, stored);
        let checker = PartsChecker::new(&mut *tx, stored, &known, problems);
        checker.check(&document.accounts, &accounts).await?;
        let planner = HistoryPlanner { tx, stored, accounts: &accounts, ranks, now, problems };
        let history = planner.plan(document).await?;
        std::mem::take(problems).into_result()?;
        Ok(Self { community, servers, structure, flows, definitions, accounts, history, natural_ids: ids })
    }
}
