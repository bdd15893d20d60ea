//! Who may call: a handler's signature names the scope it needs, and gets a caller that has it.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use rankledger_domain::credential::{Credential, Scope};
use rankledger_domain::ids::CommunityId;

use super::App;
use super::guard::Authenticated;
use super::problem::Problem;
use crate::ops::actor::{Actor, UserName};

/// A scope, as a type.
pub trait Needs: Send + Sync {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($name:ident = $doc:literal),*) => {$(
        #[doc = concat!("Needs the scope `", $doc, "`.")]
        pub struct $name;

        impl Needs for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )*};
}

needs! {
    CommunityRead = "community:read",
    AccountsRead = "accounts:read",
    RanksWrite = "ranks:write",
    RanksUndo = "ranks:undo"
}

/// A credential that has the scope `S`.
pub struct Caller<S> {
    credential: Credential,
    scope: PhantomData<S>,
}

impl<S> Caller<S> {
    /// The community that the credential belongs to.
    #[must_use]
    pub fn community(&self) -> CommunityId {
        self.credential.community
    }

    /// The caller, together with the person it names.
    #[must_use]
    pub fn actor(self, user: Option<&str>) -> Actor {
        Actor { credential: self.credential, user: user.map(UserName::parse) }
    }
}

impl<S: Needs> FromRequestParts<App> for Caller<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Authenticated(credential) =
            parts.extensions.get::<Authenticated>().cloned().ok_or_else(Problem::missing_credential)?;
        if !credential.scopes.allow(S::SCOPE) {
            return Err(Problem::missing_scope(&credential, S::SCOPE));
        }
        Ok(Self { credential, scope: PhantomData })
    }
}
