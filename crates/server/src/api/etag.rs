//! The version of an account, as `ETag` and in `If-Match`.

use http::header::IF_MATCH;
use http::{HeaderMap, HeaderValue};

use super::problem::Problem;

/// The entity tag of a version.
#[must_use]
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).expect("digits in quotes are a valid header value")
}

/// The versions of an account that `If-Match` accepts; none if it accepts any. An entity tag that is not one of ours
/// matches nothing.
pub fn accepted_versions(headers: &HeaderMap) -> Result<Option<Vec<i64>>, Problem> {
    let mut accepted = Vec::new();
    let mut given = false;
    for header in headers.get_all(IF_MATCH) {
        given = true;
        let text = header.to_str().map_err(|_| Problem::invalid_if_match())?;
        for tag in text.split(',').map(str::trim) {
            if tag == "*" {
                return Ok(None);
            }
            let inner = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            accepted.extend(inner.and_then(|version| version.parse::<i64>().ok()));
        }
    }
    Ok(given.then_some(accepted))
}
