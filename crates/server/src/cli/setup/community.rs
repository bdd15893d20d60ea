//! The community, its owner and the first key, as far as they are not there.

use std::sync::Arc;

use anyhow::{Context, Result};
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::Scope;
use rankledger_domain::time::Clock as _;
use rankledger_storage::Storage;
use serde_json::json;

use super::answers::NamedCommunity;
use crate::cli::database::DatabaseArgs;
use crate::cli::key::{Grant, Unasked};
use crate::cli::print;
use crate::config::Settings;
use crate::ops::import::{Document, Format, import_alone};
use crate::system::{SystemClock, SystemIds, new_api_key};

/// What the key is called.
const KEY: &str = "setup";

/// Makes the community with its owner, and a key that may do everything. What is there stays as it is.
/// Returns the key if it was made.
pub(super) async fn establish(
    settings: &Settings,
    community: &NamedCommunity,
    owner: &str,
) -> Result<Option<ApiKey>> {
    let storage = settings.database.open(settings.postgres.into()).await?;
    let found = storage.read().await?.community_by_public_id(&community.id).await?;
    let id = &community.id;
    match found {
        Some(found) => {
            print::say!(
                "Community  {id} is there already ({}), and stays as it is",
                print::harmless(&found.name)
            );
        }
        None => {
            make(Arc::clone(&storage), community, owner).await?;
            print::say!("Community  made {id} ({}), with you as its owner", print::harmless(&community.name));
        }
    }
    make_key(&storage, id).await
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
async fn make_key(storage: &Arc<dyn Storage>, community: &str) -> Result<Option<ApiKey>> {
    let now = SystemClock::default().now();
    let mut tx = storage.read().await?;
    let found = tx.community_by_public_id(community).await?.context("the community is gone")?;
    let keys = tx.credentials(found.id).await?;
    drop(tx);
    if keys.iter().any(|key| key.name == KEY && key.accepted_at(now).is_ok()) {
        print::say!(
            "Key        the key \"{KEY}\" is there already. If it is lost, make another: rankledger key create --community \
             {community} --name NAME --scopes admin"
        );
        return Ok(None);
    }
    let key = new_api_key().context("the operating system gave no random bits")?;
    let admin = [Scope::Admin].into_iter().collect();
    let grant = Grant::of(community, KEY, admin, DatabaseArgs::default());
    grant.store(storage, &key, Unasked::None).await?;
    print::say!(
        "Key        made the key \"{KEY}\", which may do everything. It is shown this once, at the end: keep it safe"
    );
    Ok(Some(key))
}
