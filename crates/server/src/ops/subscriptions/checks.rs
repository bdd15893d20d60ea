//! Checks of the URL and the secret of a subscription, which its kind decides.

use rankledger_domain::subscription::SubscriptionKind;
use rankledger_domain::webhook_secret;
use url::Url;

use super::target::Target;
use crate::config::WebhookSettings;
use crate::wire::problem::Problem;

/// The hosts of Discord's webhooks: of its release, its betas, and its old name.
const DISCORD_HOSTS: [&str; 4] = ["discord.com", "canary.discord.com", "ptb.discord.com", "discordapp.com"];

/// Returns a URL to which events of a subscription of this kind may be sent, in the spelling that is kept.
pub(crate) fn url(kind: SubscriptionKind, text: &str, settings: &WebhookSettings) -> Result<String, Problem> {
    let target =
        Target::parse(text, settings).map_err(|error| Problem::invalid_webhook_url(&error.to_string()))?;
    // A stand-in of Discord's for tests has an address that the operator allows.
    let is_allowed = target.address().is_some_and(|address| settings.allow(address));
    if kind == SubscriptionKind::Discord && !is_discord(target.url()) && !is_allowed {
        return Err(Problem::invalid_webhook_url(
            "it is not the URL of a Discord webhook, which looks like https://discord.com/api/webhooks/<number>/<token>",
        ));
    }
    Ok(target.to_string())
}

/// Whether the URL is that of a webhook of Discord.
fn is_discord(url: &Url) -> bool {
    let mut parts: Vec<_> = url.path().trim_matches('/').split('/').collect();
    if parts.get(1).is_some_and(|part| part.strip_prefix('v').is_some_and(is_number)) {
        parts.remove(1);
    }
    let is_token = |part: &str| {
        part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_webhook = matches!(parts[..], ["api", "webhooks", id, token] if is_number(id) && is_token(token));
    is_webhook
        && url.scheme() == "https"
        && url.port().is_none()
        && url.host_str().is_some_and(|host| DISCORD_HOSTS.contains(&host))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the secret of a subscription of this kind: the one that is given, or `fresh`, a new one of
/// Standard Webhooks.
pub(crate) fn secret(
    kind: SubscriptionKind,
    given: Option<String>,
    fresh: String,
) -> Result<Option<String>, Problem> {
    let bad = |error: webhook_secret::BadSecret| Problem::invalid_webhook_secret(&error.to_string());
    match (kind, given) {
        (SubscriptionKind::Standard, None) => Ok(Some(fresh)),
        (SubscriptionKind::Standard, Some(given)) => {
            webhook_secret::check(&given).map_err(bad)?;
            Ok(Some(given))
        }
        (SubscriptionKind::GameServer, Some(given)) => {
            webhook_secret::check_key(&given).map_err(bad)?;
            Ok(Some(given))
        }
        (SubscriptionKind::GameServer, None) => {
            Err(Problem::invalid_webhook_secret("a game server needs one: the API key that it expects"))
        }
        (SubscriptionKind::Discord, None) => Ok(None),
        (SubscriptionKind::Discord, Some(_)) => {
            Err(Problem::invalid_webhook_secret("a Discord webhook has none but its URL: leave it out"))
        }
    }
}
