//! Files that are made portion by portion while they are sent, each portion when its turn comes.

use std::error::Error;

use axum::body::{Body, Bytes};
use futures_util::stream;

use crate::http::App;

/// A portion of a file.
pub(in crate::api) struct Portion {
    pub(in crate::api) bytes: Vec<u8>,
    pub(in crate::api) is_last: bool,
}

/// What the portions of a file are made from.
pub(in crate::api) trait Portions: Send + 'static {
    /// Why a file breaks off.
    type Error: Error + Send + Sync + 'static;

    /// Makes the next portion.
    fn next(&mut self) -> impl Future<Output = Result<Portion, Self::Error>> + Send;
}

/// Returns the body of a file. It breaks off if a portion cannot be made.
pub(in crate::api) fn body_of(app: App, portions: impl Portions) -> Body {
    Body::from_stream(stream::unfold(Some(portions), move |portions| {
        let app = app.clone();
        async move {
            let mut portions = portions?;
            let portion = async move {
                let next = portions.next().await;
                (next, portions)
            };
            Some(match app.portion(portion).await {
                (Ok(Portion { bytes, is_last }), rest) => {
                    (Ok(Bytes::from(bytes)), (!is_last).then_some(rest))
                }
                (Err(error), _) => {
                    tracing::error!(%error, "an export broke off");
                    (Err(error), None)
                }
            })
        }
    }))
}
