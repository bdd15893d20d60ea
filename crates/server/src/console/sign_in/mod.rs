//! Signing in and out: `GET` and `POST /console/sign-in` with a key, `POST /console/sign-out`; `link`
//! beside it has the links that sign in once.

pub(super) mod link;

use std::net::IpAddr;

use askama::Template;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode, Uri};
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::console::{Holder, Token};

use super::attempts::Attempts;
use super::fields::Fields;
use super::page::{Site, page};
use super::visit::Sent;
use super::{assets, cookies, is_page, origin};
use crate::http::App;
use crate::http::authenticate::accepted;
use crate::http::body::read;
use crate::http::peer::Address;
use crate::ops::console::begin::BeginSession;
use crate::ops::console::sessions::EndSession;
use crate::system::new_token;
use crate::wire::problem::Problem;

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage<'a> {
    site: Site,
    next: &'a str,
    refusal: Option<&'a str>,
}

/// `GET /console/sign-in`.
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    sign_in_page(&app, &headers, StatusCode::OK, query.text("next"), None)
}

fn sign_in_page(
    app: &App,
    headers: &HeaderMap,
    status: StatusCode,
    next: &str,
    refusal: Option<&str>,
) -> Response {
    let template = SignInPage { site: Site::new(app.sites.prefix()), next: own_place(next), refusal };
    page(status, &template, assets::takes_gzip(headers))
}

/// Returns where to go after signing in: a place of the console only.
fn own_place(next: &str) -> &str {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    if is_page(path) && !path.contains('\\') { next } else { "/console" }
}

/// A form that somebody sends who has not signed in.
pub(super) struct SentByAnybody {
    pub(super) app: App,
    pub(super) headers: HeaderMap,
    pub(super) address: Option<IpAddr>,
    pub(super) form: Fields,
}

impl FromRequest<App> for SentByAnybody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        origin::check(request.headers(), &app.sites)?;
        let Address(address) = Address::among(request.extensions());
        let headers = request.headers().clone();
        let form = Fields::parse(&read(request, app).await?);
        Ok(Self { app: app.clone(), headers, address, form })
    }
}

/// `POST /console/sign-in`: signs in with a key.
pub(super) async fn with_key(sent: SentByAnybody) -> Result<Response, Problem> {
    let SentByAnybody { app, headers, address, form } = &sent;
    let next = form.text("next");
    let attempts = app.feature::<Attempts>();
    let tried = match attempts.check(app, *address) {
        Ok(()) => begin_with_key(app, form.text("key"), *address).await,
        Err(problem) => Err(problem),
    };
    match tried {
        Ok(token) => Ok(signed_in(app, headers, &token, own_place(next))),
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
            attempts.failed(app, *address);
            Ok(sign_in_page(app, headers, problem.status(), next, Some(problem.detail())))
        }
        Err(mut problem) if problem.status() == StatusCode::TOO_MANY_REQUESTS => {
            let wait = problem.take_headers();
            let page = sign_in_page(app, headers, problem.status(), next, Some(problem.detail()));
            Ok((wait, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn begin_with_key(app: &App, key: &str, address: Option<IpAddr>) -> Result<Token, Problem> {
    let hash = ApiKey::parse(key).map_err(Problem::malformed_credential)?.hash();
    let found = app.storage.read().await?.credential_by_hash(&hash).await?;
    let credential = accepted(app, found)?;
    let token = token()?;
    let (community, holder) = (credential.community, Holder::Key(credential.id));
    app.ledger.submit(BeginSession { community, holder, token: token.hash(), link: None, address }).await?;
    Ok(token)
}

/// Makes the token of a new session.
fn token() -> Result<Token, Problem> {
    new_token().map_err(|error| Problem::internal(&error))
}

/// Hands the token to the browser, and leads it to a page.
fn signed_in(app: &App, headers: &HeaderMap, token: &Token, next: &str) -> Response {
    ([(SET_COOKIE, cookies::set(token, headers, &app.sites))], Redirect::to(next)).into_response()
}

/// `POST /console/sign-out`.
pub(super) async fn sign_out(headers: HeaderMap, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    visit.app.ledger.submit(EndSession { community: visit.community(), id: visit.session.id }).await?;
    let cookie = cookies::clear(&headers, &visit.app.sites);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/console/sign-in")).into_response())
}
