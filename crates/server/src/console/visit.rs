//! The request of somebody who has signed in: their session, what they may do, and a view of the database.

use std::net::IpAddr;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::Timestamp;
use rankledger_domain::console::{Session, Token, USE_STORED_EVERY};
use rankledger_domain::credential::Scope;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::ReadTx;
use rankledger_storage::communities::Community;

use super::fields::Fields;
use super::page::{Site, page};
use super::{assets, cookies, origin};
use crate::http::body::read;
use crate::http::caller::{Caller, Needs};
use crate::http::guard_trips::Refused;
use crate::http::own_community::own_community;
use crate::http::peer::Address;
use crate::http::{App, guard_trips};
use crate::ops::actor::Actor;
use crate::ops::console::acting::Acting;
use crate::ops::console::sessions::UseSession;
use crate::ops::{Command, OpError, View};
use crate::wire::problem::{Problem, types};

/// The name of the field in which every form carries its token.
pub(super) const TOKEN_FIELD: &str = "token";

/// Somebody who has signed in and asks for something.
pub(super) struct Visit {
    pub(super) app: App,
    /// A view of the database: of the moment at which the session was found.
    pub(super) tx: Box<dyn ReadTx>,
    /// The time of the request.
    pub(super) now: Timestamp,
    pub(super) session: Session,
    pub(super) acting: Acting,
    pub(super) community: Community,
    /// The fields of the query.
    pub(super) query: Fields,
    token: Token,
    address: Option<IpAddr>,
    takes_gzip: bool,
}

/// Why nobody is let in.
pub(super) enum NoVisit {
    /// They are to sign in, and then come back.
    SignIn(Redirect),
    /// They are refused.
    Refused(Problem),
}

impl IntoResponse for NoVisit {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(redirect) => redirect.into_response(),
            Self::Refused(problem) => problem.into_response(),
        }
    }
}

impl From<Problem> for NoVisit {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<OpError> for NoVisit {
    fn from(error: OpError) -> Self {
        Self::Refused(error.into())
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = NoVisit;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NoVisit> {
        let found = Self::find(parts, app).await;
        match found {
            Err(NoVisit::Refused(problem))
                if problem.is(&types::SESSION_OVER) && parts.method == Method::GET =>
            {
                let next = parts.uri.path_and_query().map_or("/console", |next| next.as_str());
                let query =
                    form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
                Err(NoVisit::SignIn(Redirect::to(&format!("/console/sign-in?{query}"))))
            }
            found => found,
        }
    }
}

impl Visit {
    async fn find(parts: &Parts, app: &App) -> Result<Self, NoVisit> {
        let token = cookies::token(&parts.headers, &app.sites).ok_or_else(Problem::session_over)?;
        let now = app.clock.now();
        let mut tx = app.storage.read().await.map_err(Problem::from)?;
        let session = tx.console_session(&token.hash()).await.map_err(Problem::from)?;
        let session = session.filter(|session| session.is_open_at(now)).ok_or_else(Problem::session_over)?;
        let acting = Acting::of(session.holder, session.community, &mut View::new(tx.as_mut(), now)).await?;
        let community = own_community(tx.as_mut(), session.community).await?;
        keep_in_use(app, &session, now);
        Ok(Self {
            app: app.clone(),
            tx,
            now,
            session,
            acting,
            community,
            query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
            token,
            address: Address::of(parts).0,
            takes_gzip: assets::takes_gzip(&parts.headers),
        })
    }

    /// The community that is looked at.
    pub(super) fn community(&self) -> CommunityId {
        self.session.community
    }

    /// Returns whoever has signed in as the actor of a command that needs the scope `S`.
    pub(super) fn actor<S: Needs>(&self) -> Result<Actor, Problem> {
        let caller = Caller::<S>::of(self.acting.credential.clone(), self.address)?;
        Ok(Actor { user: self.acting.user(), ..caller.actor(None) })
    }

    /// Refuses whoever lacks a scope that a page needs to be read.
    pub(super) fn require<S: Needs>(&self) -> Result<(), Problem> {
        self.actor::<S>().map(drop)
    }

    /// Whether whoever has signed in may do this.
    pub(super) fn may(&self, scope: Scope) -> bool {
        self.acting.may(scope)
    }

    /// Hands a command to the ledger, and returns its output or the refusal.
    pub(super) fn submit<C: Command>(
        &self,
        command: C,
    ) -> impl Future<Output = Result<C::Output, Problem>> + Send + use<C> {
        let (app, refused) = (self.app.clone(), self.refused());
        async move {
            let done = app.ledger.submit(command).await.map_err(Problem::from);
            done.inspect_err(|problem| guard_trips::note(&app, refused, Some(problem)))
        }
    }

    /// Writes down in the log that the guard has refused something, if it is the guard's refusal.
    pub(super) fn note(&self, problem: &Problem) {
        guard_trips::note(&self.app, self.refused(), Some(problem));
    }

    fn refused(&self) -> Refused {
        let refused = Refused::of(&self.acting.credential, self.address);
        self.acting.person.as_ref().map_or(refused, |person| refused.by(person.id))
    }

    /// Looks at the database anew, after something was written.
    pub(super) async fn renew(&mut self) -> Result<(), Problem> {
        self.tx = self.app.storage.read().await?;
        self.now = self.app.clock.now();
        Ok(())
    }

    /// The view, to plan on.
    pub(super) fn view(&mut self) -> View<'_> {
        View::new(self.tx.as_mut(), self.now)
    }

    /// Returns the session, to go on with after this request.
    pub(super) fn kept(&self) -> KeptSession {
        KeptSession { token: self.token.clone(), session: self.session.clone() }
    }

    /// Returns the addresses that pages need.
    pub(super) fn site(&self) -> Site {
        Site::new(self.app.sites.prefix())
    }

    /// Returns the token for the forms of a page. It is another one for each page, so that the lengths of
    /// packed pages do not betray it.
    pub(super) fn form_token(&self) -> String {
        let salt = self.app.ids.uuid().simple().to_string();
        let token = self.token.of_forms(&salt);
        format!("{salt}.{}", token.reveal())
    }

    /// Returns whether a form carries a token of this session.
    fn is_own_form(&self, token: &str) -> bool {
        let Some((salt, token)) = token.split_once('.') else { return false };
        // Hashes are compared in the same time, whether and wherever they differ.
        Token::parse(token).is_some_and(|token| token.hash() == self.token.of_forms(salt).hash())
    }

    /// Writes a page.
    pub(super) fn page(&self, status: StatusCode, template: &impl askama::Template) -> Response {
        page(status, template, self.takes_gzip)
    }
}

/// A session that a page goes on with after its request was answered.
#[derive(Clone)]
pub(super) struct KeptSession {
    token: Token,
    session: Session,
}

impl KeptSession {
    /// The community that is looked at.
    pub(super) fn community(&self) -> CommunityId {
        self.session.community
    }

    /// Returns whether the session is still open, and whoever has signed in still admitted. A failure of the
    /// database ends nothing.
    pub(super) async fn is_open(&self, app: &App) -> bool {
        let now = app.clock.now();
        let Ok(mut tx) = app.storage.read().await else { return true };
        match tx.console_session(&self.token.hash()).await {
            Ok(Some(session)) if session.is_open_at(now) => {
                let mut view = View::new(tx.as_mut(), now);
                let acting = Acting::of(session.holder, session.community, &mut view).await;
                !matches!(acting, Err(OpError::Refused(_)))
            }
            Ok(_) => false,
            Err(_) => true,
        }
    }
}

/// Stores that a session is in use, if it was not stored lately. Nobody waits for that, and if it fails, the
/// next request does it.
fn keep_in_use(app: &App, session: &Session, now: Timestamp) {
    if now.duration_since(session.used_at) < USE_STORED_EVERY {
        return;
    }
    let (ledger, command) = (app.ledger.clone(), UseSession { community: session.community, id: session.id });
    tokio::spawn(async move {
        if let Err(error) = ledger.submit(command).await {
            tracing::debug!(%error, "the use of a session was not stored");
        }
    });
}

/// A form that somebody who has signed in has sent from a page of the console.
pub(super) struct Sent {
    pub(super) visit: Visit,
    /// Its fields.
    pub(super) form: Fields,
}

impl FromRequest<App> for Sent {
    type Rejection = NoVisit;

    async fn from_request(request: Request, app: &App) -> Result<Self, NoVisit> {
        let (mut parts, body) = request.into_parts();
        origin::check(&parts.headers, &app.sites)?;
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let form = Fields::parse(&read(Request::from_parts(parts, body), app).await?);
        if !visit.is_own_form(form.text(TOKEN_FIELD)) {
            return Err(Problem::form_without_token().into());
        }
        Ok(Self { visit, form })
    }
}
