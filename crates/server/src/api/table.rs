//! The trait of the readers of the table of URLs: the router, the OpenAPI document, and the list of
//! endpoints.

use aide::operation::OperationHandler;
use aide::{OperationInput, OperationOutput};
use axum::handler::Handler;
use http::Method;

use crate::api::v1::LegacyType;
use crate::http::{App, Endpoint};

/// Declares the rows of one method.
macro_rules! rows {
    ($($name:ident = $method:ident;)*) => {$(
        #[doc = concat!("Takes the row of a `", stringify!($method), "` of an endpoint.")]
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

/// A reader of the table, which takes one row after the other.
pub trait Table: Sized {
    /// Takes the row of an endpoint, which needs a credential and counts towards its limit.
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

    /// Takes the row of a `GET` that needs no credential, with its operation id and its summary.
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

    /// Takes the row of a call of the legacy v1 API, which has its key in its body.
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
