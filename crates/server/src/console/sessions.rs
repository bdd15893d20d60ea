//! `GET /console/sessions`: who is signed in, and `POST /console/sessions/end`. Whoever administrates sees
//! and ends every session of the community, others only their own.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use rankledger_domain::console::{Holder, Session};
use rankledger_domain::credential::Scope;
use rankledger_domain::ids::SessionId;
use uuid::Uuid;

use super::frame::Frame;
use super::parts::moment::Moment;
use super::parts::names::Names;
use super::parts::structure::Structure;
use super::visit::{Sent, Visit};
use crate::ops::console::sessions::EndSession;
use crate::wire::problem::Problem;

#[derive(Template)]
#[template(path = "console/sessions.html")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<Row>,
    /// Whether the sessions of others are shown too.
    shows_all: bool,
    /// Whether the last press has ended one.
    has_ended: bool,
}

struct Row {
    id: String,
    who: String,
    how: &'static str,
    address: String,
    begun_at: Moment,
    used_at: Moment,
    ends_at: Moment,
    is_own: bool,
}

/// Shows the sessions.
pub(super) async fn show(mut visit: Visit) -> Result<Response, Problem> {
    let structure = Structure::load(&mut visit).await?;
    let sessions = shown(&mut visit).await?;
    let people = sessions.iter().filter_map(|session| session.holder.person()).collect();
    let names = Names::load(&mut visit, people).await?;
    let row = |session: &Session| {
        let (who, how) = match session.holder {
            Holder::Person(id) => (names.member(id).name, "as a person"),
            Holder::Key(id) => (names.key(id), "with a key"),
            Holder::Operator => ("The operator".to_owned(), "by a link"),
        };
        Row {
            id: session.id.to_string(),
            who,
            how,
            address: session.address.map_or_else(|| "not known".to_owned(), |address| address.to_string()),
            begun_at: Moment::of(session.begun_at),
            used_at: Moment::of(session.used_at),
            ends_at: Moment::of(session.ends_at),
            is_own: session.id == visit.session.id,
        }
    };
    let sessions = sessions.iter().map(row).collect();
    let (shows_all, has_ended) = (visit.may(Scope::Admin), visit.query.entered("ended").is_some());
    let frame = Frame::of(&mut visit, &structure, "/console/sessions", "Sessions").await?;
    Ok(visit.page(StatusCode::OK, &SessionsPage { frame, sessions, shows_all, has_ended }))
}

/// Ends a session.
pub(super) async fn end(Sent { mut visit, form }: Sent) -> Result<Response, Problem> {
    let id =
        Uuid::parse_str(form.text("session")).map(SessionId).map_err(|_| Problem::session_not_found())?;
    if !shown(&mut visit).await?.iter().any(|session| session.id == id) {
        return Err(Problem::session_not_found());
    }
    visit.app.ledger.submit(EndSession { community: visit.community(), id }).await?;
    Ok(Redirect::to("/console/sessions?ended=1").into_response())
}

/// Loads the sessions that whoever has signed in may see, without those that are over.
async fn shown(visit: &mut Visit) -> Result<Vec<Session>, Problem> {
    let mut all = visit.tx.console_sessions(visit.community()).await?;
    let (now, own, sees_all) = (visit.now, visit.session.holder, visit.may(Scope::Admin));
    all.retain(|session| session.is_open_at(now) && (sees_all || session.holder == own));
    Ok(all)
}
