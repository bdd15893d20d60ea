//! The table of URLs, told row by row to whoever needs it: the router, and the OpenAPI document.

use aide::operation::OperationHandler;
use aide::{OperationInput, OperationOutput};
use axum::handler::Handler;
use http::Method;

use crate::api::v1::LegacyType;
use crate::http::{App, Endpoint};

/// Declares the rows of one method.
macro_rules! rows {
    ($($name:ident = $method:ident;)*) => {$(
        #[doc = concat!("A row: `", stringify!($method), "` of an endpoint.")]
        #[must_use]
        fn $name<H, I, O, T>(self, path: &'static str, endpoint: &'static Endpoint, handler: H) -> Self
        where
            H: Handler<T, App> + OperationHandler<I, O>,
            I: OperationInput,
            O: OperationOutput,
            T: 'static,
        {
            self.endpoint(Method::$method, path, endpoint, handler)
        }
    )*};
}

/// Takes the rows of the table.
pub trait Table: Sized {
    /// A row: an endpoint of the API, which needs a credential and counts towards its limit.
    #[must_use]
    fn endpoint<H, I, O, T>(
        self,
        method: Method,
        path: &'static str,
        endpoint: &'static Endpoint,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static;

    /// A row: what anybody may `GET`, with its operation id and what it is in a few words.
    #[must_use]
    fn open<H, I, O, T>(
        self,
        path: &'static str,
        operation_id: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static;

    /// A row: a call of the legacy v1 API, which has its key in its body.
    #[must_use]
    fn legacy(self, legacy: &'static LegacyType) -> Self;

    rows! {
        get = GET;
        post = POST;
        put = PUT;
        patch = PATCH;
        delete = DELETE;
    }
}
