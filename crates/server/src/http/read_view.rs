//! The view of a handler that only reads: one view of the database for the whole request, so that the
//! credential and the data that the handler reads are of the same moment.

use std::sync::{Arc, Mutex, PoisonError};

use aide::OperationInput;
use axum::extract::FromRequestParts;
use http::request::Parts;
use rankledger_storage::ReadTx;

use crate::http::App;
use crate::wire::problem::Problem;

/// The view of a request: the one in which its credential was found, or else a new one.
pub struct RequestView(pub Box<dyn ReadTx>);

/// A view on its way to the handler, among the extensions of a request.
#[derive(Clone)]
pub(super) struct OpenView(Arc<Mutex<Option<Box<dyn ReadTx>>>>);

impl OpenView {
    pub(super) fn new(tx: Box<dyn ReadTx>) -> Self {
        Self(Arc::new(Mutex::new(Some(tx))))
    }

    fn take(&self) -> Option<Box<dyn ReadTx>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl FromRequestParts<App> for RequestView {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match parts.extensions.remove::<OpenView>().and_then(|open| open.take()) {
            Some(tx) => Ok(Self(tx)),
            None => Ok(Self(app.storage.read().await?)),
        }
    }
}

impl OperationInput for RequestView {}
