//! Trips of the guard: what it refuses is written into the log of the community, once a minute for each
//! credential, so that somebody who goes on trying does not fill the log.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rankledger_domain::credential::Credential;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};

use crate::http::App;
use crate::http::feature::Feature;
use crate::ops::acts::Origin;
use crate::ops::guards::trip::NoteTrip;
use crate::wire::problem::{Problem, types};

/// How long the trips of a credential after a noted one are not noted.
const PAUSE: Duration = Duration::from_mins(1);

/// When a trip of each credential, or of a person in the console, was noted last, since the start.
#[derive(Default)]
pub struct GuardTrips(Mutex<HashMap<CredentialId, Duration>>);

impl Feature for GuardTrips {
    fn new(_: &App) -> Self {
        Self::default()
    }
}

impl GuardTrips {
    fn is_to_be_noted(&self, credential: CredentialId, now: Duration) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, at| now < *at + PAUSE);
        if noted.contains_key(&credential) {
            return false;
        }
        noted.insert(credential, now);
        true
    }
}

/// Somebody whose request was refused.
#[derive(Debug, Clone, Copy)]
pub struct Refused {
    community: CommunityId,
    credential: CredentialId,
    origin: Origin,
}

impl Refused {
    /// Returns who asks with this credential from this address.
    #[must_use]
    pub fn of(credential: &Credential, address: Option<IpAddr>) -> Self {
        let origin = Origin::of(credential, address);
        Self { community: credential.community, credential: credential.id, origin }
    }

    /// Names the person who has signed in to the console. Their trips are noted apart from those of others
    /// there.
    #[must_use]
    pub fn by(self, person: AccountId) -> Self {
        Self { credential: CredentialId(person.0), origin: self.origin.by(Some(person)), ..self }
    }
}

/// Notes the refusal of a request, if it is one of the guard. Nobody waits for that.
pub fn note(app: &App, refused: Refused, problem: Option<&Problem>) {
    let Some(problem) = problem.filter(|problem| problem.is(&types::ABNORMAL_USAGE)) else { return };
    if !app.feature::<GuardTrips>().is_to_be_noted(refused.credential, app.clock.elapsed()) {
        return;
    }
    let Refused { community, origin, .. } = refused;
    let (ledger, note) =
        (app.ledger.clone(), NoteTrip { community, origin, refused: problem.members().clone() });
    tokio::spawn(async move {
        if let Err(error) = ledger.submit(note).await {
            tracing::warn!(%error, "a trip of the guard is not in the log");
        }
    });
}
