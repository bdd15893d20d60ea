//! Checks subscriptions, plans what is to be written of them, and writes it at the end of the import: so that
//! none is told of the import that made it.

use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::EventType;
use rankledger_domain::name::Name;
use rankledger_domain::subscription::{
    Disabled, MOST_SUBSCRIPTIONS, Progress, Subscription, SubscriptionKind,
};

use super::checks::{Seen, accept};
use super::document::SubscriptionEntry;
use super::errors::{DocumentErrors, DocumentPlace, ImportError};
use super::ids::{Claim, NaturalIds};
use super::outcome::Outcome;
use super::summary::NewSecret;
use crate::config::WebhookSettings;
use crate::ops::Work;
use crate::ops::subscriptions::{checks, forget_failure};
use crate::system::new_webhook_secret;

/// The subscriptions as they are to be stored.
#[derive(Default)]
pub(super) struct Subscriptions {
    pub(super) planned: Vec<(Outcome, Subscription)>,
    /// The secrets that the import makes.
    pub(super) new_secrets: Vec<NewSecret>,
}

/// Plans the subscriptions of a document.
pub(super) fn plan_subscriptions(
    entries: &[SubscriptionEntry],
    stored: &[Subscription],
    ids: NaturalIds,
    now: Timestamp,
    errors: &mut DocumentErrors,
) -> Subscriptions {
    let root = DocumentPlace::root("subscriptions");
    let mut seen = Seen::new();
    let mut all = Subscriptions::default();
    let (of_servers, stored): (Vec<_>, Vec<_>) = stored.iter().cloned().partition(|one| one.server.is_some());
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        let id = subscription_id(entry, &stored, ids, place, errors);
        if let Some(server) = of_servers.iter().find(|one| one.id == id).and_then(|one| one.server) {
            errors.add(place, format_args!("it belongs to game server {server}: change the server's entry"));
        }
        if let Some(first) = seen.earlier(id, index) {
            let other = errors.refer(root.index(first));
            errors.add(
                place,
                format_args!("{other} is the same subscription: give each a name or an id of its own"),
            );
        }
        let old = stored.iter().find(|old| old.id == id);
        let planner = Planner { entry, old, id, now, place };
        all.planned.extend(planner.plan(&mut all.new_secrets, errors));
    }
    let kept = stored.iter().filter(|old| !seen.contains(&old.id)).count();
    if kept + entries.len() > MOST_SUBSCRIPTIONS {
        let sentence = format_args!(
            "a community has at most {MOST_SUBSCRIPTIONS} subscriptions, and this one would have {}: take some out",
            kept + entries.len()
        );
        errors.add("subscriptions", sentence);
    }
    all
}

/// A subscription is known by its id, else by its name.
fn subscription_id(
    entry: &SubscriptionEntry,
    stored: &[Subscription],
    ids: NaturalIds,
    place: DocumentPlace<'_>,
    errors: &mut DocumentErrors,
) -> SubscriptionId {
    let same_name: Vec<_> = stored.iter().filter(|old| old.name == entry.name).map(|old| old.id.0).collect();
    let natural = ids.subscription(&entry.name);
    let natural_is_stored = stored.iter().any(|old| old.id.0 == natural);
    let claim = Claim { given: entry.id, same_name: &same_name, natural, natural_is_stored };
    SubscriptionId(claim.settle(place, errors))
}

/// Something is wrong, which is among the errors of the document by now.
struct Reported;

/// What one subscription is planned from.
struct Planner<'a> {
    entry: &'a SubscriptionEntry,
    old: Option<&'a Subscription>,
    id: SubscriptionId,
    now: Timestamp,
    place: DocumentPlace<'a>,
}

impl Planner<'_> {
    /// Returns the subscription, and notes its secret if that is new. `None` if it was refused, which is
    /// reported.
    fn plan(
        &self,
        new_secrets: &mut Vec<NewSecret>,
        errors: &mut DocumentErrors,
    ) -> Option<(Outcome, Subscription)> {
        let (entry, old) = (self.entry, self.old);
        let kind = self.kind(errors)?;
        let name = accept(Name::parse(&entry.name), self.place.key("name"), errors).map(String::from);
        let url = self.url(kind, errors);
        let secret = self.secret(kind, errors);
        let types = self.types(errors);
        let (name, url, secret, types) = (name?, url?, secret.ok()?, types?);
        let is_new = old.is_none_or(|old| old.secret.is_none()) && entry.secret.is_none();
        if let Some(secret) = secret.clone().filter(|_| is_new) {
            new_secrets.push(NewSecret { subscription: name.clone(), secret });
        }
        let summarises = entry.summarises_rollbacks.or(old.map(|old| old.summarises_rollbacks));
        let subscription = Subscription {
            id: self.id,
            kind,
            name,
            url,
            secret,
            previous_secret: old.and_then(|old| old.previous_secret.clone()),
            types,
            summarises_rollbacks: summarises.unwrap_or(false),
            server: None,
            created_at: old.map_or(self.now, |old| old.created_at),
            disabled: self.disabled(),
            revision: old.map_or(1, |old| old.revision),
        };
        Some((Outcome::of(&subscription, old), subscription))
    }

    fn kind(&self, errors: &mut DocumentErrors) -> Option<SubscriptionKind> {
        let word = &self.entry.kind;
        let place = self.place.key("kind");
        let Some(kind) = SubscriptionKind::parse(word) else {
            errors.add(
                place,
                format_args!("there is no kind \"{word}\"; choose one of: standard, discord, game-server"),
            );
            return None;
        };
        if let Some(old) = self.old.filter(|old| old.kind != kind) {
            let old = old.kind.as_str();
            errors
                .add(place, format_args!("the stored one is of the kind {old}, which stays: make a new one"));
        }
        Some(kind)
    }

    /// Whether this server may send to the address is decided when it sends.
    fn url(&self, kind: SubscriptionKind, errors: &mut DocumentErrors) -> Option<String> {
        let given = &self.entry.url;
        if let Some(old) = self.old.filter(|old| old.shown_url() == *given) {
            return Some(old.url.clone());
        }
        let place = self.place.key("url");
        if kind == SubscriptionKind::Discord && given.ends_with("/***") {
            errors.add(place, "the URL was exported without its secret: write all of it");
            return None;
        }
        let checked = checks::url(kind, given, &WebhookSettings::of_any_server());
        accept(checked.map_err(|problem| problem.detail().to_owned()), place, errors)
    }

    /// Returns the secret given, else the stored one, else a new one.
    fn secret(
        &self,
        kind: SubscriptionKind,
        errors: &mut DocumentErrors,
    ) -> Result<Option<String>, Reported> {
        let stored = self.old.and_then(|old| old.secret.clone());
        let place = self.place.key("secret");
        if self.entry.secret.is_none() && stored.is_some() {
            return Ok(stored);
        }
        let fresh = new_webhook_secret().map_err(|error| format!("there is no randomness: {error}"));
        let fresh = accept(fresh, place, errors).ok_or(Reported)?;
        let settled = checks::secret(kind, self.entry.secret.clone(), fresh);
        accept(settled.map_err(|problem| problem.detail().to_owned()), place, errors).ok_or(Reported)
    }

    fn types(&self, errors: &mut DocumentErrors) -> Option<Vec<EventType>> {
        let Some(words) = &self.entry.types else {
            return Some(self.old.map(|old| old.types.clone()).unwrap_or_default());
        };
        let place = self.place.key("types");
        let mut wanted = Vec::new();
        for (index, word) in words.iter().enumerate() {
            let known = EventType::parse(word).ok_or_else(|| format!("there is no type of event \"{word}\""));
            wanted.push(accept(known, place.index(index), errors)?);
        }
        Some(EventType::all().filter(|known| wanted.contains(known)).collect())
    }

    fn disabled(&self) -> Option<Disabled> {
        let old = self.old.and_then(|old| old.disabled.clone());
        match self.entry.enabled {
            None => old,
            Some(true) => None,
            Some(false) => old.or(Some(Disabled { at: self.now, because: None })),
        }
    }
}

impl Subscriptions {
    /// Writes what is not stored like this. A new subscription begins at the end of the feed.
    pub(super) async fn write(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), ImportError> {
        let end = work.tx.end_of_events(community).await?;
        for (outcome, subscription) in &self.planned {
            if *outcome == Outcome::Unchanged {
                continue;
            }
            let (is_new, planned) = (*outcome == Outcome::Made, subscription.revision);
            let stored = work.tx.subscription(community, subscription.id).await?;
            let was_disabled = stored.as_ref().is_some_and(|stored| stored.disabled.is_some());
            if stored.map(|stored| stored.revision) != (!is_new).then_some(planned) {
                return Err(ImportError::Changed(format!("the subscription \"{}\"", subscription.name)));
            }
            let revision = if is_new { planned } else { planned + 1 };
            let subscription = Subscription { revision, ..subscription.clone() };
            work.tx.put_subscription(community, &subscription).await?;
            if was_disabled && subscription.disabled.is_none() {
                forget_failure(work, community, subscription.id).await?;
            }
            if is_new {
                let progress = Progress::beginning_after(end);
                work.tx.put_subscription_progress(community, subscription.id, &progress).await?;
            }
        }
        Ok(())
    }
}
