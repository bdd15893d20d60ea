//! The plans of rollbacks, one at a time in each community: a plan may look at many thousands of changes, and
//! nobody is to keep the server busy with the plans of one community.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rankledger_domain::ids::CommunityId;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

use crate::http::App;
use crate::http::feature::Feature;

/// Whose turn it is, in each community.
#[derive(Default)]
pub(super) struct PlansInTurn(Mutex<HashMap<CommunityId, Arc<Turns<()>>>>);

impl Feature for PlansInTurn {
    fn new(_: &App) -> Self {
        Self::default()
    }
}

impl PlansInTurn {
    /// Waits for the plans of this community that were asked for before. The turn ends when it is dropped.
    pub(super) async fn turn(&self, community: CommunityId) -> OwnedMutexGuard<()> {
        let turns =
            Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(community).or_default());
        turns.lock_owned().await
    }
}
