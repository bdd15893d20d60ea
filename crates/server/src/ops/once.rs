//! Commands under an idempotency key: a request that is sent several times is carried out once.
//!
//! The answer is stored in the same transaction as the writes of the command. A client that sends the request
//! again, also to another server or to this one after a crash, gets the same answer. Only answers of
//! completed commands are kept: a refusal writes nothing, and the request may be sent anew.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_storage::idempotency_keys::IdempotencyKey;
use rankledger_storage::prefetch::Prefetch;
use rankledger_storage::{ReadTx, StorageError};

use super::Command;
use super::OpError;
use super::Work;
use crate::wire::problem::Problem;

/// How long an answer is kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Number of expired answers that are removed when one is stored: more than one, so that they become fewer.
const REMOVED_AT_ONCE: u32 = 10;

/// A request that carries an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRequest {
    /// The community of the credential.
    pub community: CommunityId,
    /// The credential, whose key it is.
    pub credential: CredentialId,
    /// The key.
    pub key: String,
    /// A SHA-256 hash that distinguishes the request from others.
    pub fingerprint: [u8; 32],
}

/// An earlier request with the same key.
pub enum Earlier {
    /// There was none, or too long ago.
    None,
    /// The earlier request was the same, and this was its answer.
    Same(IdempotencyKey),
    /// The earlier request was a different one.
    Other,
}

impl KeyedRequest {
    /// Finds the earlier request with the same key.
    pub async fn earlier(&self, tx: &mut dyn ReadTx, now: Timestamp) -> Result<Earlier, StorageError> {
        let known = tx.idempotency_key(self.community, self.credential, &self.key).await?;
        Ok(match known.filter(|known| known.created_at > now - KEPT_FOR) {
            None => Earlier::None,
            Some(known) if known.fingerprint == self.fingerprint => Earlier::Same(known),
            Some(_) => Earlier::Other,
        })
    }
}

/// A command under an idempotency key.
#[derive(Clone)]
pub struct Once<C, F> {
    /// The request that asks for it.
    pub request: KeyedRequest,
    /// The command.
    pub command: C,
    /// Makes the reply of its output, and the form in which the reply is stored.
    pub reply: F,
}

/// The outcome of a command under an idempotency key.
pub enum Done<A> {
    /// The command was carried out now, at this time.
    Now(A, Timestamp),
    /// The command had been carried out before, with this answer.
    Before(IdempotencyKey),
}

#[async_trait]
impl<C, F, A> Command for Once<C, F>
where
    C: Command,
    F: FnOnce(C::Output) -> (A, Vec<u8>) + Clone + Send + 'static,
    A: Send + 'static,
{
    type Output = Done<A>;

    // `Once` writes its own rows after the command.
    const WRITES_LAST: bool = C::WRITES_LAST;

    fn community(&self) -> Option<CommunityId> {
        Some(self.request.community)
    }

    fn prefetch(&self, wanted: &mut Prefetch) {
        let KeyedRequest { community, credential, key, .. } = &self.request;
        wanted.idempotency_keys.push((*community, *credential, key.clone()));
        self.command.prefetch(wanted);
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Done<A>, OpError> {
        let Self { request, command, reply } = self;
        match request.earlier(work.tx.as_mut(), work.now).await? {
            Earlier::None => {}
            Earlier::Same(before) => return Ok(Done::Before(before)),
            Earlier::Other => return Err(Problem::idempotency_key_reused().into()),
        }
        let (reply, answer) = reply(command.run(work).await?);
        let KeyedRequest { community, credential, key, fingerprint } = request;
        let created_at = work.now;
        work.tx.remove_idempotency_keys(community, created_at - KEPT_FOR, REMOVED_AT_ONCE).await?;
        let kept = IdempotencyKey { credential, key, fingerprint, answer, created_at };
        work.tx.put_idempotency_key(community, &kept).await?;
        Ok(Done::Now(reply, created_at))
    }
}
