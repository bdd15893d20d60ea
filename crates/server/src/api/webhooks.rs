//! The sending of events to subscribers, as the server is set up for it.

use std::sync::Arc;

use crate::config::WebhookSettings;
use crate::http::App;
use crate::http::feature::Feature;
use crate::jobs::deliveries::DeliveryStats;
use crate::jobs::deliveries::client::{Client, TIMEOUT};

/// The client that sends to receivers, and what became of that.
pub struct Webhooks {
    client: Arc<Client>,
    stats: Arc<DeliveryStats>,
}

impl Webhooks {
    /// Sending with these settings.
    #[must_use]
    pub fn new(settings: WebhookSettings) -> Self {
        Self::with(Client::new(settings, TIMEOUT))
    }

    /// Sending with this client.
    #[must_use]
    pub fn with(client: Client) -> Self {
        Self { client: Arc::new(client), stats: Arc::default() }
    }

    /// Where events may be sent.
    #[must_use]
    pub fn settings(&self) -> &WebhookSettings {
        self.client.settings()
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// The counts of deliveries since the server started.
    #[must_use]
    pub fn stats(&self) -> &Arc<DeliveryStats> {
        &self.stats
    }
}

impl Feature for Webhooks {
    fn new(_: &App) -> Self {
        Self::new(WebhookSettings::default())
    }
}
