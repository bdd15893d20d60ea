//! The subscription of a game server: one whose row has a push secret, and an address, is told of changes of
//! accounts. The row decides its address and its secret; all else is as for any other subscription.

use rankledger_domain::game_server::{GameServer, Secret};
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::ActKind;
use rankledger_domain::subscription::{Progress, Subscription, SubscriptionKind};
use rankledger_storage::StorageError;

use super::entry::Faults;
use crate::config::WebhookSettings;
use crate::ops::acts::NewAct;
use crate::ops::subscriptions::target::Target;
use crate::ops::subscriptions::{changed, count_revision, forget_failure};
use crate::ops::{Work, logged};
use crate::wire::game_servers::ServerEntry;
use crate::wire::sent::Sent;

/// Where a game server is told of changes, and the key that it expects. `None` if it is told of none.
fn receiver(server: &GameServer) -> Option<(String, String)> {
    let secret = server.push_secret.as_ref().map(Secret::reveal)?;
    Some((server.push_address()?, secret.to_owned()))
}

/// Notes the push address of a server if it is a new one, and nothing may be sent to it. `place` is the JSON
/// pointer of the server.
pub(super) fn check_address(
    before: Option<&GameServer>,
    after: &GameServer,
    settings: &WebhookSettings,
    place: &str,
    faults: &mut Faults,
) {
    let address = |server| receiver(server).map(|(address, _)| address);
    let Some(new) = address(after) else { return };
    if before.and_then(address).as_ref() == Some(&new) {
        return;
    }
    if let Err(refused) = Target::parse(&new, settings) {
        let member = if after.push_url.is_some() { "pushUrl" } else { "ip" };
        faults
            .forms
            .push((format!("{place}/{member}"), format!("push events cannot go to {new}: {refused}")));
    }
}

/// Notes a push address that is a new one for a secret that the request does not name. The secret is sent to
/// the address, so whoever may not read secrets could have it sent to themselves.
pub(super) fn check_secret(
    before: Option<&GameServer>,
    after: &GameServer,
    entry: &ServerEntry,
    place: &str,
    faults: &mut Faults,
) {
    let Some((old, _)) = before.and_then(receiver) else { return };
    let is_new = receiver(after).is_some_and(|(address, _)| address != old);
    if is_new && matches!(entry.push_secret, Sent::Absent) {
        let what =
            "push events go to another address now: a credential with a power ceiling names the secret again";
        faults.forms.push((format!("{place}/pushSecret"), what.to_owned()));
    }
}

/// Makes the subscription of a game server, brings it up to date with the row, or removes it. A new one
/// begins at the end of the feed. `all` are the subscriptions of the community; `server` is the row
/// afterwards, `None` if it was removed. Returns the act, if the subscription is another one now.
pub(in crate::ops) async fn follow(
    work: &mut Work<'_>,
    community: CommunityId,
    all: &[Subscription],
    id: i64,
    server: Option<&GameServer>,
) -> Result<Option<NewAct>, StorageError> {
    let old = all.iter().find(|one| one.server == Some(id));
    let told = server.and_then(|server| Some((&server.name, receiver(server)?)));
    match (old, told) {
        (None, None) => Ok(None),
        (None, Some((name, (url, secret)))) => {
            let new = subscribe(work, community, (id, name), url, secret).await?;
            let act = NewAct::of(ActKind::SubscriptionCreated).after(&logged::subscription(&new));
            Ok(Some(act))
        }
        (Some(old), None) => {
            work.tx.remove_subscription(community, old.id).await?;
            let act = NewAct::of(ActKind::SubscriptionRemoved).before(&logged::subscription(old));
            Ok(Some(act))
        }
        (Some(old), Some((name, (url, secret)))) => {
            let (name, secret) = (name.clone(), Some(secret));
            let mut new = Subscription { name, url, secret, ..old.clone() };
            if new == *old {
                return Ok(None);
            }
            // The server disabled it because nothing arrived. Now it may.
            let is_corrected = (&new.url, &new.secret) != (&old.url, &old.secret);
            if is_corrected && old.disabled.as_ref().is_some_and(|disabled| disabled.because.is_some()) {
                new.disabled = None;
                forget_failure(work, community, old.id).await?;
            }
            count_revision(work, community, new.clone()).await?;
            Ok(Some(changed(old, &new)))
        }
    }
}

async fn subscribe(
    work: &mut Work<'_>,
    community: CommunityId,
    (id, name): (i64, &str),
    url: String,
    secret: String,
) -> Result<Subscription, StorageError> {
    let subscription = Subscription {
        id: SubscriptionId(work.uuid()),
        kind: SubscriptionKind::GameServer,
        name: name.to_owned(),
        url,
        secret: Some(secret),
        previous_secret: None,
        types: Vec::new(),
        summarises_rollbacks: false,
        server: Some(id),
        created_at: work.now,
        disabled: None,
        revision: 1,
    };
    work.tx.put_subscription(community, &subscription).await?;
    let place = work.tx.end_of_events(community).await?;
    let progress = Progress::beginning_after(place);
    work.tx.put_subscription_progress(community, subscription.id, &progress).await?;
    Ok(subscription)
}
