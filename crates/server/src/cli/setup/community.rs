//! The community, its owner and the first key, as far as they are not there.

use std::sync::Arc;

use anyhow::{Context, Result};
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::Scope;
use rankledger_domain::time::Clock as _;
use rankledger_storage::Storage;
use rankledger_storage::communities::Community;
use serde_json::json;

use super::answers::NamedCommunity;
use crate::cli::console::link_for;
use crate::cli::key::{Grant, Unasked};
use crate::cli::print;
use crate::config::Settings;
use crate::ops::import::{Document, Format, import_alone};
use crate::system::{SystemClock, SystemIds, new_api_key};

/// What the key is called.
const KEY: &str = "setup";

/// What was made for whoever sets a server up.
#[derive(Default)]
pub(super) struct Established {
    /// The key; `None` if there was one.
    pub(super) key: Option<ApiKey>,
    /// The path of a link that signs the owner in to the console, once. `None` if there was a key, or the
    /// owner is not admitted there.
    pub(super) link: Option<String>,
}

/// Makes the community with its owner, a key that may do everything, and a link to the console. What is
/// there stays as it is.
pub(super) async fn establish(
    settings: &Settings,
    community: &NamedCommunity,
    owner: &str,
) -> Result<Established> {
    let storage = settings.database.open(settings.postgres.into()).await?;
    let there = storage.read().await?.community_by_public_id(&community.id).await?;
    let id = &community.id;
    if let Some(there) = there {
        let name = print::harmless(&there.name);
        print::say!("Community  {id} is there already ({name}), and stays as it is");
    } else {
        make(Arc::clone(&storage), community, owner).await?;
        let name = print::harmless(&community.name);
        print::say!("Community  made {id} ({name}), with you as its owner");
    }
    let found = storage.read().await?.community_by_public_id(id).await?.context("the community is gone")?;
    let Some(key) = make_key(&storage, &found).await? else { return Ok(Established::default()) };
    // In a community that was there the person may be unknown, or not admitted to the console. The key is
    // shown all the same.
    let link = link_for(storage.as_ref(), found.id, owner).await.ok();
    Ok(Established { key: Some(key), link })
}

async fn make(storage: Arc<dyn Storage>, community: &NamedCommunity, owner: &str) -> Result<()> {
    let document = json!({
        "community": {"id": community.id, "name": community.name},
        "accounts": [{"name": "Owner", "owner": true, "identifiers": [{"type": "discord", "value": owner}]}],
    });
    let in_words = || format!("cannot make the community {}", community.id);
    let document = Document::parse(&document.to_string(), Format::Json).with_context(in_words)?;
    let (clock, ids) = (Arc::new(SystemClock::default()), Arc::new(SystemIds));
    import_alone(storage, Arc::new(document), clock, ids, |_, _| {}).await.with_context(in_words)?;
    Ok(())
}

/// Makes the key, unless the community has it.
async fn make_key(storage: &Arc<dyn Storage>, community: &Community) -> Result<Option<ApiKey>> {
    let now = SystemClock::default().now();
    let keys = storage.read().await?.credentials(community.id).await?;
    let community = &community.public_id;
    if keys.iter().any(|key| key.name == KEY && key.accepted_at(now).is_ok()) {
        print::say!(
            "Key        the key \"{KEY}\" is there already. If it is lost, make another: rankledger key create --community \
             {community} --name NAME --scopes admin"
        );
        return Ok(None);
    }
    let key = new_api_key().context("the operating system gave no random bits")?;
    let admin = [Scope::Admin].into_iter().collect();
    let grant = Grant::of(KEY, admin);
    grant.store(storage, Some(community), &key, Unasked::None).await?;
    print::say!(
        "Key        made the key \"{KEY}\", which may do everything. It is shown this once, at the end: keep it safe"
    );
    Ok(Some(key))
}
