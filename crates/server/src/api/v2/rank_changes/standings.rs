//! `GET /v2/community/rank-changes/standings`: what every account holds as a file, sent while it is read.
//! With the history beside it anybody can check that each account holds what the ledger leads to.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseObject};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::StorageError;

use crate::api::portions::{Portion, Portions, body_of};
use crate::api::v2::rank_changes::export::{Export, Format, ndjson};
use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::wire::problem::{Problem, types};
use crate::wire::standings::StandingLine;

/// Number of standings that are read and sent at once.
const PORTION: u32 = 500;

/// The content type of the file.
const NDJSON: &str = "application/x-ndjson";

/// A file that is sent while it is read.
pub struct StandingsFile(Response);

impl IntoResponse for StandingsFile {
    fn into_response(self) -> Response {
        self.0
    }
}

impl OperationOutput for StandingsFile {
    type Inner = Self;

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseObject)> {
        let content = [(NDJSON.to_owned(), MediaType::default())].into();
        let description = "The file: one account a line, in the order of the ids".to_owned();
        vec![(Some(200), ResponseObject { description, content, ..ResponseObject::default() })]
    }
}

/// `GET /v2/community/rank-changes/standings`: the endpoint of [`export`].
pub static EXPORT: Endpoint =
    Endpoint::new(Tag::Ledger, "exportStandings", "Export what every account holds as a file")
        .per_minute(13)
        .refuses(&[&types::READS_BUSY])
        .example(Example {
            path: "/v2/community/rank-changes/standings",
            data: r#"[
            {
                "accId": "00000000-0000-0000-0000-000000000000", "uniqueId": 1001,
                "ranks": [{"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}],
                "comStatus": true, "lastChange": 4
            }
        ]"#,
            is_file: true,
            ..Example::EMPTY
        });

/// Sends the standings of all accounts as a file. Each portion of it is of one moment, and the whole is not:
/// `lastChange` says how far the ledger had come for an account when its line was read.
pub async fn export(State(app): State<App>, caller: Caller<AccountsRead>) -> Result<StandingsFile, Problem> {
    let id = caller.community();
    let begin = app.read_long(move |mut tx| Box::pin(async move { own_community(tx.as_mut(), id).await }));
    let community = begin.await?;
    let reading = Reading { app: app.clone(), community: id, after: None };
    let file = Export::new("standings", &community.public_id, Format::Ndjson, body_of(app, reading));
    Ok(StandingsFile(file.into_response()))
}

/// The progress of an export.
struct Reading {
    app: App,
    community: CommunityId,
    /// The account whose standing was sent last.
    after: Option<AccountId>,
}

impl Portions for Reading {
    type Error = StorageError;

    async fn next(&mut self) -> Result<Portion, StorageError> {
        let mut tx = self.app.storage.read().await?;
        let standings = tx.standings_after(self.community, self.after, PORTION).await?;
        self.after = standings.last().map(|last| last.account).or(self.after);
        let is_last = u32::try_from(standings.len()).is_ok_and(|read| read < PORTION);
        let lines: Vec<_> = standings.into_iter().map(StandingLine::from).collect();
        Ok(Portion { bytes: ndjson(&lines), is_last })
    }
}
