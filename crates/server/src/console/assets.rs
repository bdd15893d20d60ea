//! The files that pages load: style, scripts and icons. Each has the hash of its content in its name, so that
//! browsers keep it for good.

use std::io::Write;
use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, VARY};
use sha2::{Digest, Sha256};

use super::path::PagePath;
use crate::wire::problem::Problem;

/// A file, as it is sent.
pub(super) struct Asset {
    /// Its name, with the hash.
    name: String,
    kind: &'static str,
    plain: &'static [u8],
    packed: Vec<u8>,
}

impl Asset {
    fn new(stem: &str, ending: &str, kind: &'static str, plain: &'static [u8]) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(plain)[..6]);
        Self {
            name: format!("{stem}-{hash}.{ending}"),
            kind,
            plain,
            packed: packed(plain, Compression::best()),
        }
    }

    /// Returns the path of the file below the root of the server.
    pub(super) fn path(&self) -> String {
        format!("/console/assets/{}", self.name)
    }
}

/// Declares the files.
macro_rules! assets {
    ($($name:ident = $stem:literal . $ending:literal as $kind:literal;)*) => {
        $(pub(super) static $name: LazyLock<Asset> = LazyLock::new(|| {
            let plain = include_bytes!(concat!("../../assets/console/", $stem, ".", $ending));
            Asset::new($stem, $ending, $kind, plain)
        });)*

        static ALL: &[&LazyLock<Asset>] = &[$(&$name),*];
    };
}

assets! {
    STYLE = "console"."css" as "text/css; charset=utf-8";
    SCRIPT = "console"."js" as "text/javascript; charset=utf-8";
    HTMX = "htmx.min"."js" as "text/javascript; charset=utf-8";
    ICONS = "icons"."svg" as "image/svg+xml";
}

/// `GET /console/assets/{name}`.
pub(super) async fn show(PagePath(name): PagePath<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = ALL.iter().find(|asset| asset.name == name);
    let asset = found.ok_or_else(|| Problem::path_not_found(&format!("/console/assets/{name}")))?;
    let head = [
        (CONTENT_TYPE, asset.kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "Accept-Encoding"),
    ];
    if takes_gzip(&headers) {
        return Ok((head, [(CONTENT_ENCODING, "gzip")], asset.packed.clone()).into_response());
    }
    Ok((head, asset.plain).into_response())
}

/// Returns whether the client takes an answer that is packed.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let taken = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    taken.flat_map(|list| list.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some("gzip") && parts.next() != Some("q=0")
    })
}

/// Packs bytes.
pub(super) fn packed(plain: &[u8], how: Compression) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), how);
    packer.write_all(plain).expect("memory takes what is written to it");
    packer.finish().expect("memory takes what is written to it")
}
