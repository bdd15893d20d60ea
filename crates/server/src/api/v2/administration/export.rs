//! `GET /v2/community/administration/export`: the record of administration as a file, sent while it is read.

use axum::extract::State;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::log::LogPlace;
use rankledger_storage::StorageError;
use rankledger_storage::history::Order;
use rankledger_storage::log::LogFilter;

use crate::api::portions::{Portion, Portions, body_of};
use crate::api::v2::administration::FilterQuery;
use crate::api::v2::rank_changes::csv::csv;
use crate::api::v2::rank_changes::export::{Export, Format, ndjson};
use crate::http::App;
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::ops::View;
use crate::wire::log::LogEntryBody;
use crate::wire::problem::{Problem, types};

/// Number of entries that are read and sent at once.
const PORTION: u32 = 500;

/// The entries to export, and the format.
pub struct ExportQuery {
    filter: FilterQuery,
    format: Format,
}

impl FromQuery for ExportQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let format = Format::read(params)?;
        Ok(Self { filter: FilterQuery::read(params)?, format })
    }
}

/// `GET /v2/community/administration/export`: the endpoint of [`export`].
pub static EXPORT: Endpoint = Endpoint::new(
    Tag::Administration,
    "exportAdministration",
    "Export what was done in the community besides rank changes, as a file",
)
.per_minute(13)
.refuses(&[&types::READS_BUSY])
.example(Example {
    path: "/v2/community/administration/export",
    query: r#"{"format": "ndjson", "kind": "import.finished"}"#,
    data: r#"[
        {
            "place": 4, "logId": "99999999-9999-9999-9999-999999999999", "at": "2026-04-15T00:00:00.000Z",
            "kind": "import.finished", "accId": null, "userId": null, "credentialId": null, "address": null,
            "before": null, "after": {}, "afterChange": 3,
            "ledgerHash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69",
            "hash": "c857abf4ec18020c5a8d71aa048c5c44d55a625c8916f0d14889624285cd04aa"
        }
    ]"#,
    is_file: true,
    ..Example::EMPTY
});

/// Sends the entries as a file, oldest first.
pub async fn export(
    State(app): State<App>,
    caller: Caller<Admin>,
    Query(query): Query<ExportQuery>,
) -> Result<Export, Problem> {
    let (community, now) = (caller.community(), app.clock.now());
    let ExportQuery { filter, format } = query;
    let begin = app.read_long(move |mut tx| {
        Box::pin(async move {
            let public_id = own_community(tx.as_mut(), community).await?.public_id;
            let filter = filter.resolve(community, &mut View::new(tx.as_mut(), now)).await?;
            let last = tx.log_position_at(community, LogPlace(i64::MAX)).await?.place;
            Ok((public_id, filter, last))
        })
    });
    let (public_id, filter, last) = begin.await?;
    let reading = Reading { app: app.clone(), community, filter, after: None, last, format };
    Ok(Export::new("administration", &public_id, format, body_of(app, reading)))
}

/// The progress of an export.
struct Reading {
    app: App,
    community: CommunityId,
    filter: LogFilter,
    after: Option<LogPlace>,
    /// The last entry at the start of the export. Later entries are not in the file.
    last: LogPlace,
    format: Format,
}

impl Portions for Reading {
    type Error = StorageError;

    async fn next(&mut self) -> Result<Portion, StorageError> {
        let is_first = self.after.is_none();
        let entries = self.read().await?;
        let bytes = match self.format {
            Format::Ndjson => ndjson(&entries),
            Format::Csv => {
                let head = is_first.then_some(LogEntryBody::COLUMNS);
                csv(head, entries.into_iter().map(LogEntryBody::cells))
            }
        };
        Ok(Portion { bytes, is_last: self.after.is_none_or(|after| after >= self.last) })
    }
}

impl Reading {
    /// Reads the next portion. After the last there is no place to go on from.
    async fn read(&mut self) -> Result<Vec<LogEntryBody>, StorageError> {
        let mut tx = self.app.storage.read().await?;
        let page = tx.log(self.community, &self.filter, Order::OldestFirst, self.after, PORTION).await?;
        self.after = page.next;
        let upto = page.entries.into_iter().filter(|linked| linked.entry.position.place <= self.last);
        Ok(upto.map(LogEntryBody::from).collect())
    }
}
