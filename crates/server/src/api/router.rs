//! The table of URLs as a router.

use aide::operation::OperationHandler;
use aide::{OperationInput, OperationOutput};
use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, get, on, post};
use http::Method;

use crate::api::table::Table;
use crate::api::v1;
use crate::api::v1::LegacyType;
use crate::http::gate::Gate;
use crate::http::{App, Endpoint};

/// The routes of the rows taken so far.
pub struct Routes {
    app: App,
    router: Router<App>,
}

impl Routes {
    /// Makes a reader that has no route yet.
    pub fn new(app: App) -> Self {
        Self { app, router: Router::new() }
    }

    /// Returns the router.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

impl Table for Routes {
    fn endpoint<H, I, O, T>(
        mut self,
        method: Method,
        path: &'static str,
        endpoint: &'static Endpoint,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        let gate = Gate { app: self.app.clone(), endpoint, writes: method != Method::GET };
        let filter = MethodFilter::try_from(method).expect("the table's methods are those of HTTP");
        self.router = self.router.route(path, on(filter, handler).route_layer(gate));
        self
    }

    fn legacy(mut self, legacy: &'static LegacyType) -> Self {
        let handler = move |app, address, body| v1::request::answer(app, address, legacy, body);
        self.router = self.router.route(legacy.path, post(handler));
        if let Some(path) = legacy.path_by_name() {
            self.router = self.router.route(&path, post(handler));
        }
        self
    }

    fn open<H, I, O, T>(mut self, path: &'static str, _: &'static str, _: &'static str, handler: H) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        self.router = self.router.route(path, get(handler));
        self
    }
}
