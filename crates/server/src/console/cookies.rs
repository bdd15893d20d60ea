//! The cookie that holds the token of a session. Behind https it is `Secure` and of this host alone.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use rankledger_domain::console::Token;

use crate::config::Sites;

/// Name of the cookie behind https: browsers take it with `Secure`, with the path `/` and without a domain
/// only.
const OF_HOST: &str = "__Host-rankledger";

/// Name of the cookie where the connection is not encrypted, as on a machine of one's own.
const PLAIN: &str = "rankledger";

/// Returns whether the browser reaches this server by https.
pub(super) fn is_https(headers: &HeaderMap, sites: &Sites) -> bool {
    if let Some(url) = &sites.public_url {
        return url.to_string().starts_with("https://");
    }
    // Whoever sends this header untruly gets a cookie that only they cannot use.
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    forwarded.is_some_and(|protocol| protocol.trim().eq_ignore_ascii_case("https"))
}

/// Returns the token that the browser sent. `None` if it sent none.
pub(super) fn token(headers: &HeaderMap, sites: &Sites) -> Option<Token> {
    let name = name(headers, sites);
    let lists = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = lists.flat_map(|list| list.split(';')).filter_map(|one| one.trim().split_once('='));
    cookies.filter(|(found, _)| *found == name).find_map(|(_, value)| Token::parse(value))
}

/// Returns the `Set-Cookie` that hands the token to the browser.
pub(super) fn set(token: &Token, headers: &HeaderMap, sites: &Sites) -> HeaderValue {
    written(token.reveal(), None, headers, sites)
}

/// Returns the `Set-Cookie` that takes the token from the browser.
pub(super) fn clear(headers: &HeaderMap, sites: &Sites) -> HeaderValue {
    written("", Some(0), headers, sites)
}

fn written(value: &str, max_age: Option<u32>, headers: &HeaderMap, sites: &Sites) -> HeaderValue {
    let secure = if is_https(headers, sites) { "; Secure" } else { "" };
    let max_age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{max_age}{secure}", name(headers, sites));
    HeaderValue::try_from(cookie).expect("a token is a valid header value")
}

fn name(headers: &HeaderMap, sites: &Sites) -> &'static str {
    if is_https(headers, sites) { OF_HOST } else { PLAIN }
}
