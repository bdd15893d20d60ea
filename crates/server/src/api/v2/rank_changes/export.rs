//! `GET /v2/community/rank-changes/export`: the history as a file, sent while it is read.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseObject};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rankledger_storage::history::{HistoryFilter, LinkedChange, Order};
use rankledger_storage::{ReadTx, StorageError};
use serde::Serialize;

use crate::api::portions::{Portion, Portions, body_of};
use crate::api::v2::rank_changes::csv;
use crate::api::v2::rank_changes::filter::FilterQuery;
use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::ops::View;
use crate::wire::history::{ExportLine, UnreadableBody};
use crate::wire::problem::{Problem, types};
use crate::wire::rank_change::{Cells, RankChangeBody};

/// Number of changes that are read and sent at once.
const PORTION: u32 = 500;

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A change a line, as JSON.
    Ndjson,
    /// A table with a head.
    Csv,
}

/// The changes to export, and the format.
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

impl Format {
    /// Reads the parameter `format`.
    pub(in crate::api) fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let formats = [("ndjson", Self::Ndjson), ("csv", Self::Csv)];
        let format = params.choice("format", &formats, "The format of the file. Without it, `ndjson`.")?;
        Ok(format.unwrap_or(Self::Ndjson))
    }
}

/// A file that is sent while it is read.
pub struct Export(Response);

impl Export {
    /// Returns the file of this body. It is called by what it has, and by the public id of its community.
    pub(in crate::api) fn new(what: &str, public_id: &str, format: Format, body: Body) -> Self {
        let (kind, ending) = match format {
            Format::Ndjson => ("application/x-ndjson", "ndjson"),
            Format::Csv => ("text/csv; charset=utf-8", "csv"),
        };
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
        let name: String = public_id.chars().filter(is_plain).collect();
        let headers = [
            (CONTENT_TYPE, kind.to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"{what}-{name}.{ending}\"")),
        ];
        Self((headers, body).into_response())
    }
}

impl IntoResponse for Export {
    fn into_response(self) -> Response {
        self.0
    }
}

impl OperationOutput for Export {
    type Inner = Self;

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseObject)> {
        let types = ["application/x-ndjson", "text/csv"];
        let content = types.map(|kind| (kind.to_owned(), MediaType::default()));
        let description = "The file: one change or entry a line, oldest first".to_owned();
        vec![(
            Some(200),
            ResponseObject { description, content: content.into(), ..ResponseObject::default() },
        )]
    }
}

/// `GET /v2/community/rank-changes/export`: the endpoint of [`export`].
pub static EXPORT: Endpoint =
    Endpoint::new(Tag::Ledger, "exportRankChanges", "Export the rank changes as a file")
        .per_minute(13)
        .refuses(&[&types::READS_BUSY])
        .example(Example {
            path: "/v2/community/rank-changes/export",
            query: r#"{
            "format": "ndjson", "source": "import", "from": "2026-04-15T00:00:00Z", "undone": false,
            "userId": "11111111-1111-1111-1111-111111111111"
        }"#,
            data: r#"[
            {
                "undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 6,
                "logId": "44444444-4444-4444-4444-444444444444",
                "accId": "88888888-8888-8888-8888-888888888888", "at": "2026-04-15T00:00:00.000Z",
                "kind": "change", "source": "import", "userId": "11111111-1111-1111-1111-111111111111",
                "credentialId": null, "reason": "Late for three patrols in a row", "batchId": null,
                "previousRanks": [{"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}],
                "currentRanks": [{"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}],
                "added": [{"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}],
                "removed": [{"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}],
                "previousStatus": true, "currentStatus": true, "active": true,
                "previousChange": 3, "reverses": null,
                "reversedBy": null,
                "hash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69"
            }
        ]"#,
            is_file: true,
            ..Example::EMPTY
        });

/// Sends the changes as a file, oldest first.
pub async fn export(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    Query(query): Query<ExportQuery>,
) -> Result<Export, Problem> {
    let (id, now) = (caller.community(), app.clock.now());
    let ExportQuery { filter, format } = query;
    let begin = app.read_long(move |mut tx| {
        Box::pin(async move {
            let community = own_community(tx.as_mut(), id).await?;
            let filter = filter.resolve(id, &mut View::new(tx.as_mut(), now)).await?;
            let last = tx.last_change_number(id).await?;
            Ok((community, filter, last, beginning(id, tx.as_mut()).await?))
        })
    });
    let (community, filter, last, after) = begin.await?;
    let reading = Reading { app: app.clone(), community: id, filter, after, last, format, is_first: true };
    Ok(Export::new("rank-changes", &community.public_id, format, body_of(app, reading)))
}

/// Returns the number after which the history begins: that of the last pruned change, or 0.
async fn beginning(community: CommunityId, tx: &mut dyn ReadTx) -> Result<ChangeNumber, StorageError> {
    let pruned = tx.pruned_history(community).await?;
    Ok(pruned.map_or(ChangeNumber(0), |pruned| pruned.number))
}

/// The progress of an export.
struct Reading {
    app: App,
    community: CommunityId,
    filter: HistoryFilter,
    after: ChangeNumber,
    /// The last change at the start of the export. Later changes are not in the file.
    last: ChangeNumber,
    format: Format,
    /// Whether nothing has been sent yet.
    is_first: bool,
}

/// Why an export breaks off.
#[derive(Debug, thiserror::Error)]
enum PortionError {
    #[error("the history was pruned while it was exported")]
    Pruned,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Portions for Reading {
    type Error = PortionError;

    async fn next(&mut self) -> Result<Portion, PortionError> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        let lines = self.read_whole().await?;
        let bytes = match self.format {
            Format::Ndjson => ndjson(&lines),
            Format::Csv => {
                csv::csv(is_first.then_some(RankChangeBody::COLUMNS), lines.into_iter().map(cells))
            }
        };
        Ok(Portion { bytes, is_last: self.after >= self.last })
    }
}

impl Reading {
    /// Reads the next portion. An error if the history was pruned meanwhile: a file has no unmarked hole.
    async fn read_whole(&mut self) -> Result<Vec<ExportLine>, PortionError> {
        let after = self.after;
        let lines = self.read().await?;
        let mut tx = self.app.storage.read().await?;
        if beginning(self.community, tx.as_mut()).await? > after {
            return Err(PortionError::Pruned);
        }
        Ok(lines)
    }

    /// Reads the next portion.
    async fn read(&mut self) -> Result<Vec<ExportLine>, StorageError> {
        let mut tx = self.app.storage.read().await?;
        let page =
            tx.history(self.community, &self.filter, Order::OldestFirst, Some(self.after), PORTION).await;
        match page {
            Ok(page) => {
                self.after = page.next.unwrap_or(self.last);
                let upto = |linked: &LinkedChange| linked.change.number <= self.last;
                Ok(page.changes.into_iter().filter(upto).map(change).collect())
            }
            Err(error @ (StorageError::Busy | StorageError::Locked)) => Err(error),
            Err(_) => Ok(self.read_one_by_one().await),
        }
    }

    /// Reads a portion change by change, because one of its changes cannot be read.
    async fn read_one_by_one(&mut self) -> Vec<ExportLine> {
        let mut lines = Vec::new();
        for _ in 0..PORTION {
            if self.after >= self.last {
                break;
            }
            self.after = self.after.next();
            match self.read_one(self.after).await {
                Ok(Some(linked)) if self.filter.matches(&linked.change) => lines.push(change(linked)),
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, number = %self.after, "a rank change cannot be read");
                    lines.push(unreadable(self.after));
                }
            }
        }
        lines
    }

    async fn read_one(&self, number: ChangeNumber) -> Result<Option<LinkedChange>, StorageError> {
        self.app.storage.read().await?.linked_change(self.community, number).await
    }
}

fn change(linked: LinkedChange) -> ExportLine {
    ExportLine::Change(Box::new(linked.into()))
}

fn unreadable(change_number: ChangeNumber) -> ExportLine {
    ExportLine::Unreadable(UnreadableBody { change_number, unreadable: true })
}

fn cells(line: ExportLine) -> Cells {
    match line {
        ExportLine::Change(change) => change.cells(),
        ExportLine::Unreadable(line) => RankChangeBody::unreadable(line.change_number),
    }
}

/// Returns these lines, each as JSON.
pub(in crate::api) fn ndjson(lines: &[impl Serialize]) -> Vec<u8> {
    let mut file = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut file, line)
            .expect("plain data always has a JSON form, and memory takes it");
        file.push(b'\n');
    }
    file
}
