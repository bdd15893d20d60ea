//! Writing into the log that the guard has refused something.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::log::ActKind;
use serde_json::{Map, Value};

use crate::ops::acts::{NewAct, Origin};
use crate::ops::{Command, OpError, Work};

/// A note that the guard has refused something to somebody.
#[derive(Debug, Clone)]
pub struct NoteTrip {
    /// The community.
    pub community: CommunityId,
    /// Who asked for it, and from where.
    pub origin: Origin,
    /// What was refused: the members of the problem that answered it.
    pub refused: Map<String, Value>,
}

#[async_trait]
impl Command for NoteTrip {
    type Output = ();

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        work.log(self.origin, NewAct::of(ActKind::GuardTripped).after(&self.refused)).await?;
        Ok(())
    }
}
