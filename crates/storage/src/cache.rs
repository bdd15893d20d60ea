//! The cache between transactions, for data that is read often and seldom changes.
//!
//! Each value is cached with the revision at which it was read: a number that the database draws anew at each
//! change (see migration 9), so that equal revisions mean equal values. A transaction looks the revision up,
//! which is little work, and takes what is cached only if it is of that revision. So nobody ever gets what
//! was true before the transaction began, whoever wrote in the meantime. A revision that is rolled back never
//! comes again: what a transaction has written itself can be cached before its commit.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache as Bounded;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::Credential;
use rankledger_domain::guard::Guards;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::rank::CommunityRanks;

use crate::communities::Community;
use crate::standings::AccountDetails;

/// Credentials that are cached.
const CREDENTIALS: usize = 10_000;

/// Communities of which something is cached.
const COMMUNITIES: usize = 1000;

/// Memory for the details of accounts, in bytes, where the database is embedded: enough for 10,000 usual
/// accounts.
pub(crate) const EMBEDDED_ROOM: u64 = 16 * 1024 * 1024;

/// Memory for the details of accounts, in bytes, where reading them means to ask another process, mostly on
/// another machine.
pub(crate) const REMOTE_ROOM: u64 = 96 * 1024 * 1024;

/// Bytes that the details of an account usually take.
const USUAL_DETAILS: u64 = 1400;

/// Bytes that the cache takes for an account besides its details: the key, the revision, and its place among
/// the others.
const PLACE: usize = 96;

/// The most words that accounts share: of types of identifiers, of kinds of duty, and of profile fields.
const WORDS: usize = 4096;

/// A random number that names what was read.
pub(crate) type Revision = i64;

/// All that is cached of one database.
pub(crate) struct Cache {
    pub(crate) credentials: Cached<KeyHash, Credential>,
    pub(crate) communities: Cached<CommunityId, Community>,
    pub(crate) ranks: Cached<CommunityId, Arc<CommunityRanks>>,
    pub(crate) guards: Cached<CommunityId, Guards>,
    pub(crate) details: CachedDetails,
}

impl Cache {
    /// Returns an empty cache with so much room for the details of accounts, in bytes.
    pub(crate) fn new(room: u64) -> Self {
        Self {
            credentials: Cached(Bounded::new(CREDENTIALS)),
            communities: Cached(Bounded::new(COMMUNITIES)),
            ranks: Cached(Bounded::new(COMMUNITIES)),
            guards: Cached(Bounded::new(COMMUNITIES)),
            details: CachedDetails::new(room),
        }
    }
}

impl Cache {
    /// Returns the credential with this key and its community, if both are cached at one revision.
    pub(crate) fn credential_and_community(
        &self,
        key: &KeyHash,
    ) -> Option<(Revision, Credential, Community)> {
        let (revision, credential) = self.credentials.last(key)?;
        let community = self.communities.of(&credential.community, revision)?;
        Some((revision, credential, community))
    }
}

/// Values of one kind, each with its revision.
pub(crate) struct Cached<K, V>(Bounded<K, (Revision, V)>);

impl<K: Eq + Hash + Clone, V: Clone> Cached<K, V> {
    /// Returns what is cached, of whatever revision it is. `None` if nothing is.
    pub(crate) fn last(&self, key: &K) -> Option<(Revision, V)> {
        self.0.get(key)
    }

    /// Caches a value as that of a revision.
    pub(crate) fn put(&self, key: K, revision: Revision, value: V) {
        self.0.insert(key, (revision, value));
    }

    /// Returns the value of this revision, `None` if it is not cached.
    pub(crate) fn of(&self, key: &K, revision: Revision) -> Option<V> {
        self.last(key).filter(|(cached, _)| *cached == revision).map(|(_, value)| value)
    }
}

/// The details of accounts, as many as the room has space for.
pub(crate) struct CachedDetails {
    accounts: Bounded<(CommunityId, AccountId), SizedDetails, BySize>,
    words: Mutex<HashSet<Arc<str>>>,
}

#[derive(Clone)]
struct SizedDetails {
    revision: Revision,
    bytes: u64,
    details: Arc<AccountDetails>,
}

impl CachedDetails {
    fn new(room: u64) -> Self {
        let usual = usize::try_from(room / USUAL_DETAILS).unwrap_or(usize::MAX);
        Self { accounts: Bounded::with_weighter(usual, room, BySize), words: Mutex::default() }
    }

    /// Returns the details of an account at this revision. `None` if those are not cached.
    pub(crate) fn get(
        &self,
        id: (CommunityId, AccountId),
        revision: Revision,
    ) -> Option<Arc<AccountDetails>> {
        let cached = self.accounts.get(&id)?;
        (cached.revision == revision).then_some(cached.details)
    }

    /// Whether the details of an account are cached at this revision.
    pub(crate) fn has(&self, id: (CommunityId, AccountId), revision: Revision) -> bool {
        self.accounts.peek(&id).is_some_and(|cached| cached.revision == revision)
    }

    /// Caches the details of an account as those of a revision, and returns them.
    pub(crate) fn put(
        &self,
        community: CommunityId,
        revision: Revision,
        mut details: AccountDetails,
    ) -> Arc<AccountDetails> {
        self.share_words(&mut details);
        let bytes = u64::try_from(PLACE + details.bytes()).unwrap_or(u64::MAX);
        let id = (community, details.profile.id);
        let details = Arc::new(details);
        self.accounts.insert(id, SizedDetails { revision, bytes, details: Arc::clone(&details) });
        details
    }

    /// Replaces words that other accounts have too by theirs.
    fn share_words(&self, details: &mut AccountDetails) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let kinds = details.identifiers.iter_mut().map(|identifier| &mut identifier.kind);
        let duties = details.clock_rows.iter_mut().map(|row| &mut row.kind);
        let fields = details.profile_fields.iter_mut().map(|field| &mut field.id);
        for word in kinds.chain(duties).chain(fields) {
            if let Some(shared) = words.get(word.as_ref()) {
                *word = Arc::clone(shared);
            } else if words.len() < WORDS {
                words.insert(Arc::clone(word));
            }
        }
    }
}

/// Weighs details by the memory that they take.
#[derive(Clone)]
struct BySize;

impl Weighter<(CommunityId, AccountId), SizedDetails> for BySize {
    fn weight(&self, _: &(CommunityId, AccountId), cached: &SizedDetails) -> u64 {
        cached.bytes
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::accounts::Profile;
    use crate::clock_rows::ClockRow;
    use crate::identifiers::Identifier;
    use crate::json::Json;
    use crate::profiles::{Preferences, ProfileField};

    /// An account as most are: three identifiers, a clock row, two profile fields, the usual preferences.
    fn usual(number: u128) -> AccountDetails {
        let (id, time) = (AccountId(Uuid::from_u128(number)), Timestamp::UNIX_EPOCH);
        let identifier = |kind: &str, value: &str| Identifier {
            id: id.0,
            account: id,
            kind: kind.into(),
            value: value.into(),
            ref_count: 1,
            verified: true,
            metadata: Json::EMPTY_OBJECT,
            flag_id: None,
            created_at: time,
            updated_at: None,
        };
        let field = |id: &str, value: &str| ProfileField { id: id.into(), value: json!(value).into() };
        AccountDetails {
            profile: Profile {
                id,
                unique_id: 1,
                custom_unique_id: false,
                name: format!("Member {number}"),
                sys_status: true,
                join_date: time,
                last_login: Some(time),
                ban_info: None,
                ban_expiration: None,
                api_id_preference: 0,
                bio: Some("A sentence or two about somebody, as members write them.".to_owned()),
                discord_id: Some("100000000000000001".to_owned()),
                roblox_id: None,
                teamspeak_id: None,
            },
            identifiers: [
                identifier("discord", "100000000000000001"),
                identifier("steam", "110000112345678"),
                identifier("license", "0123456789abcdef0123456789abcdef01234567"),
            ]
            .into(),
            api_ids: Box::default(),
            clock_rows: [ClockRow {
                id: id.0,
                start_time: time,
                end_time: Some(time),
                completed: true,
                notes: Json::EMPTY_ARRAY,
                kind: "patrol".into(),
            }]
            .into(),
            profile_fields: [field("callsign", "4-ADAM-17"), field("timezone", "Europe/Berlin")].into(),
            notification_preferences: Preferences::usual(),
        }
    }

    #[test]
    fn ten_thousand_usual_accounts_stay_cached() {
        let (cache, club) = (Cache::new(EMBEDDED_ROOM).details, CommunityId(1));
        for number in 0..10_000 {
            cache.put(club, 7, usual(number));
        }
        let cached = (0..10_000).filter(|number| cache.has((club, AccountId(Uuid::from_u128(*number))), 7));
        assert_eq!(cached.count(), 10_000);
    }

    #[test]
    fn details_are_cached_at_one_revision_and_share_words() {
        let (cache, club) = (Cache::new(EMBEDDED_ROOM).details, CommunityId(1));
        let (one, two) = (cache.put(club, 7, usual(1)), cache.put(club, 8, usual(2)));
        assert!(Arc::ptr_eq(&one.identifiers[0].kind, &two.identifiers[0].kind));
        let id = (club, one.profile.id);
        assert_eq!(cache.get(id, 7), Some(one));
        assert_eq!(cache.get(id, 8), None);
        let renamed = cache.put(club, 9, AccountDetails { profile: two.profile.clone(), ..usual(1) });
        assert_eq!(renamed.profile.name, "Member 2");
    }
}
