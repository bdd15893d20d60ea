//! Lists of the API that are read newest first, page after page.

use anyhow::Result;
use serde::de::DeserializeOwned;

use super::client::{Client, Query};

/// Largest number of rows in a page of the API.
const PAGE: usize = 100;

/// Loads the newest rows of a list, up to this many, and the cursor of those after them. `rows_of` returns
/// the rows of a page and the cursor of the next page, `filter` says which rows.
pub(super) fn newest<Page: DeserializeOwned, Row>(
    client: &Client,
    path: &str,
    filter: &Query,
    limit: usize,
    rows_of: impl Fn(Page) -> (Vec<Row>, Option<String>),
) -> Result<(Vec<Row>, Option<String>)> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let mut query = filter.clone();
        query.push(("take", (limit - all.len()).min(PAGE).to_string()));
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let (rows, next) = rows_of(client.get(path, &query)?.read()?);
        all.extend(rows);
        cursor = next;
        if cursor.is_none() || all.len() >= limit {
            return Ok((all, cursor));
        }
    }
}
