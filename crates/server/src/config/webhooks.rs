//! Where subscriptions may send events: `[webhooks]` in the configuration file.

use std::fmt;
use std::net::IpAddr;

use serde::Deserialize;

use super::Network;

/// The settings in `[webhooks]` of a configuration file. By default deliveries go to public addresses, by
/// https.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookSettings {
    /// Networks that deliveries may be sent to, although they are not public.
    pub allow_networks: Vec<Network>,
    /// Whether deliveries may be sent by http, where everybody on the way can read them.
    pub allow_http: bool,
    /// Whether nothing is sent anywhere else than to `allow_networks`: only the demo of a document is set
    /// up like this.
    #[serde(skip)]
    pub nowhere_else: bool,
}

impl WebhookSettings {
    /// The settings of a demo: a receiver on the same machine can be tried.
    #[must_use]
    pub fn of_demo() -> Self {
        let loopback = "127.0.0.0/8".parse().expect("this is a network");
        Self { allow_networks: vec![loopback], allow_http: true, nowhere_else: false }
    }

    /// The settings of a demo of somebody's own community, whose receivers must not hear of it.
    #[must_use]
    pub fn of_demo_of_document() -> Self {
        Self { nowhere_else: true, ..Self::of_demo() }
    }

    /// The settings that allow everything: for a check of a URL by a process that sends nothing to it.
    #[must_use]
    pub fn of_any_server() -> Self {
        let all = ["0.0.0.0/0", "::/0"].map(|network| network.parse().expect("this is a network"));
        Self { allow_networks: all.into(), allow_http: true, nowhere_else: false }
    }

    /// Returns whether the operator allows this address, whatever it is.
    #[must_use]
    pub fn allow(&self, address: IpAddr) -> bool {
        self.allow_networks.iter().any(|network| network.contains(address))
    }
}

impl fmt::Display for WebhookSettings {
    /// The settings that differ from the usual ones, each after a space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, network) in self.allow_networks.iter().enumerate() {
            write!(f, "{}{network}", if index == 0 { " webhooks.allow_networks=" } else { "," })?;
        }
        if self.allow_http {
            f.write_str(" webhooks.allow_http=true")?;
        }
        Ok(())
    }
}
