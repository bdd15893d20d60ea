//! The sending of events to subscribers, as the server is set up for it.

use crate::config::WebhookSettings;
use crate::http::App;
use crate::http::feature::Feature;

/// Where events may be sent.
pub struct Webhooks {
    settings: WebhookSettings,
}

impl Webhooks {
    /// Sending with these settings.
    #[must_use]
    pub fn new(settings: WebhookSettings) -> Self {
        Self { settings }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &WebhookSettings {
        &self.settings
    }
}

impl Feature for Webhooks {
    fn new(_: &App) -> Self {
        Self::new(WebhookSettings::default())
    }
}
