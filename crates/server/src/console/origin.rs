//! Where a form comes from: a form that a page of another site sends is refused.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

use crate::config::Sites;
use crate::wire::problem::Problem;

/// Refuses a form of another site. Browsers say where a form comes from; a program that says nothing carries
/// no cookie of a browser.
pub(super) fn check(headers: &HeaderMap, sites: &Sites) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Problem::form_of_another_site());
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return Ok(()) };
    let authority = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
    let public = sites.public_url.as_ref().map(ToString::to_string);
    let public = public.and_then(|url| url.parse::<Uri>().ok()?.authority().map(ToString::to_string));
    let own = [text(HOST.as_str()).map(str::to_owned), public];
    match authority {
        Some(authority) if own.iter().flatten().any(|own| own.eq_ignore_ascii_case(&authority)) => Ok(()),
        _ => Err(Problem::form_of_another_site()),
    }
}
