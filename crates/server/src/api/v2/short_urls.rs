//! `POST /v2/community/short-urls`, and `GET /s/{code}`.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr, Response as ResponseObject};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, LOCATION};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, HeaderValue, StatusCode};
use rankledger_storage::short_urls::ShortUrl;
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};

use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::CodePath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, describe};
use crate::ops::Command;
use crate::ops::short_urls::CreateShortUrl;
use crate::wire::problem::Problem;
use crate::wire::text_schemas::{MAX_PATH_LENGTH, SitePath};

/// The body of Create Short URL.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShortUrlBody {
    /// The target path on the site. It begins with `/` and is percent-encoded.
    #[schemars(with = "SitePath")]
    path: String,
    /// Whether the short URL leads to the community's own domain.
    is_custom_domain: Option<bool>,
}

/// The answer of Create Short URL.
#[derive(Serialize, JsonSchema)]
pub struct ShortenedBody {
    success: bool,
    /// The short URL.
    redirect: String,
}

/// `POST /v2/community/short-urls`: the endpoint of [`create`].
pub static CREATE: Endpoint = Endpoint::new(Tag::General, "createShortUrl", "Create a short URL")
    .per_minute(13)
    .refuses(CreateShortUrl::REFUSES)
    .example(Example {
        path: "/v2/community/short-urls",
        body: r#"{"path": "/go/example", "isCustomDomain": false}"#,
        data: r#"{"success": true, "redirect": "https://ranks.example.com/s/m5xw6zlsnb"}"#,
        ..Example::EMPTY
    });

/// Creates a short URL. The same target gets the same short URL each time.
pub async fn create(
    write: Write,
    caller: Caller<AccountsWrite>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ShortUrlBody>,
) -> Result<Reply<ShortenedBody>, Problem> {
    check_path(&body.path)?;
    let custom_domain = body.is_custom_domain.unwrap_or(false);
    let command = CreateShortUrl { community: caller.community(), path: body.path, custom_domain };
    let public_url = public_url(&write.app, &headers);
    let tell = move |url: ShortUrl| {
        let redirect = format!("{public_url}/s/{}", url.code);
        Reply::new(ShortenedBody { success: true, redirect })
    };
    write.submit(command, tell).await
}

/// A path on a site: nothing in it may lead to another host.
fn check_path(path: &str) -> Result<(), Problem> {
    let refused = |what: &str| Err(Problem::invalid_body("/path", what));
    if !path.starts_with('/') || path.starts_with("//") {
        return refused("it must begin with one \"/\": it is a path on the site, without a host");
    }
    if path.len() > MAX_PATH_LENGTH {
        return refused(&format!("it is longer than {MAX_PATH_LENGTH} characters"));
    }
    let is_fit = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&byte);
    if !path.bytes().all(is_fit) || path.parse::<PathAndQuery>().is_err() {
        return refused("it holds a character that a URL cannot have: percent-encode it");
    }
    Ok(())
}

/// Returns the URL at which clients reach this server: the configured one, else the one that this client
/// used.
fn public_url(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = &app.sites.public_url {
        return url.to_string();
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    host.map_or_else(String::new, |host| format!("http://{host}"))
}

/// Redirects the client to another address.
pub struct LeadsTo(HeaderValue);

impl IntoResponse for LeadsTo {
    fn into_response(self) -> Response {
        (StatusCode::FOUND, [(LOCATION, self.0)]).into_response()
    }
}

impl OperationOutput for LeadsTo {
    type Inner = Self;

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseObject)> {
        let description = "A redirect to the target of the short URL".to_owned();
        let location =
            describe::header("The target of the short URL.", true, json_schema!({ "type": "string" }));
        let headers = [("Location".to_owned(), ReferenceOr::Item(location))].into();
        vec![(Some(302), ResponseObject { description, headers, ..ResponseObject::default() })]
    }
}

/// Redirects to the target of a short URL: `GET /s/{code}`.
pub async fn resolve(State(app): State<App>, CodePath(code): CodePath) -> Result<LeadsTo, Problem> {
    let mut tx = app.storage.read().await?;
    let found = tx.short_url(&code).await?;
    let (community, url) = found.ok_or_else(|| Problem::short_url_not_found(&code))?;
    let domain = if url.custom_domain {
        tx.community(community).await?.and_then(|community| community.custom_domain)
    } else {
        None
    };
    let site = match (domain, &app.sites.site_url) {
        (Some(domain), _) => format!("https://{domain}"),
        (None, Some(site)) => site.to_string(),
        (None, None) => String::new(),
    };
    let location = HeaderValue::try_from(format!("{site}{}", url.path));
    let location = location.map_err(|error| Problem::internal(&error))?;
    Ok(LeadsTo(location))
}
