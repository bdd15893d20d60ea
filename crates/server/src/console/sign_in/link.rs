//! `GET` and `POST /console/link/{token}`: a link that signs in once. Opening it shows whom it signs in;
//! only the button uses it, so that a program which looks at links in messages does not.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::console::{Holder, SignInLink, Token};

use super::{SentByAnybody, signed_in, token};
use crate::console::assets;
use crate::console::attempts::Attempts;
use crate::console::page::{Site, page};
use crate::console::path::PagePath;
use crate::http::App;
use crate::http::own_community::own_community;
use crate::http::peer::Address;
use crate::ops::console::begin::BeginSession;
use crate::wire::problem::Problem;

#[derive(Template)]
#[template(path = "console/link.html")]
struct LinkPage {
    site: Site,
    path: String,
    community: String,
    /// The name of the person; the operator, if `None`.
    person: Option<String>,
}

/// Shows whom the link signs in.
pub(in crate::console) async fn show(
    State(app): State<App>,
    PagePath(text): PagePath<String>,
    address: Address,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (link, _) = find(&app, &text, address).await?;
    let mut tx = app.storage.read().await?;
    let person = match link.account {
        Some(id) => tx.snapshot(link.community, id).await?.map(|found| found.details.profile.name.clone()),
        None => None,
    };
    let community = own_community(tx.as_mut(), link.community).await?.name;
    let path = format!("/console/link/{text}");
    let template = LinkPage { site: Site::new(app.sites.prefix()), path, community, person };
    Ok(page(StatusCode::OK, &template, assets::takes_gzip(&headers)))
}

/// Signs in.
pub(in crate::console) async fn redeem(
    PagePath(text): PagePath<String>,
    SentByAnybody { app, headers, address, .. }: SentByAnybody,
) -> Result<Response, Problem> {
    let (link, hash) = find(&app, &text, Address(address)).await?;
    let holder = link.account.map_or(Holder::Operator, Holder::Person);
    let session = token()?;
    let command =
        BeginSession { community: link.community, holder, token: session.hash(), link: Some(hash), address };
    app.ledger.submit(command).await?;
    Ok(signed_in(&app, &headers, &session, "/console"))
}

/// Finds a link that can still be used.
async fn find(app: &App, text: &str, Address(address): Address) -> Result<(SignInLink, KeyHash), Problem> {
    let attempts = app.feature::<Attempts>();
    attempts.check(app, address)?;
    let hash = Token::parse(text).map(|token| token.hash());
    let found = match &hash {
        Some(hash) => app.storage.read().await?.sign_in_link(hash).await?,
        None => None,
    };
    let found = found.filter(|link| app.clock.now() < link.ends_at).zip(hash);
    if found.is_none() {
        attempts.failed(app, address);
    }
    found.ok_or_else(Problem::sign_in_link_over)
}
