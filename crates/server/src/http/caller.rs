//! The caller of an endpoint. A handler's signature names the scope that it needs, and gets a caller that has
//! it.

use std::marker::PhantomData;
use std::net::IpAddr;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::request::Parts;
use rankledger_domain::credential::{Credential, Scope};
use rankledger_domain::ids::{CommunityId, CredentialId};

use crate::http::authenticate::Authenticated;
use crate::http::describe::CREDENTIAL;
use crate::http::guard_trips::Refused;
use crate::http::peer::Address;
use crate::http::{App, describe};
use crate::ops::actor::{Actor, UserName};
use crate::wire::problem::{Problem, types};

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
    AccountsWrite = "accounts:write",
    RanksWrite = "ranks:write",
    RanksUndo = "ranks:undo",
    RanksRollback = "ranks:rollback",
    EventsRead = "events:read",
    Admin = "admin"
}

/// A credential that has the scope `S`.
pub struct Caller<S> {
    credential: Credential,
    address: Option<IpAddr>,
    scope: PhantomData<S>,
}

impl<S: Needs> Caller<S> {
    /// The caller with this credential, if it has the scope. `address` is that of its request, if it came
    /// from a network.
    pub fn of(credential: Credential, address: Option<IpAddr>) -> Result<Self, Problem> {
        let caller = Self { credential, address, scope: PhantomData };
        caller.require(S::SCOPE)?;
        Ok(caller)
    }
}

impl<S> Caller<S> {
    /// Refuses a credential that lacks a scope which this request needs besides.
    pub fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.credential.scopes.allow(scope) {
            return Ok(());
        }
        Err(match self.credential.id {
            CredentialId::CONSOLE => Problem::scope_not_carried(scope),
            _ => Problem::missing_scope(&self.credential.name, scope),
        })
    }

    /// The community that the credential belongs to.
    #[must_use]
    pub fn community(&self) -> CommunityId {
        self.credential.community
    }

    /// The address that the request came from; `None` if it came from no network.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Returns who asks, for what may be refused.
    #[must_use]
    pub fn refused(&self) -> Refused {
        Refused::of(&self.credential, self.address)
    }

    /// The credential.
    #[must_use]
    pub fn credential(self) -> Credential {
        self.credential
    }

    /// The caller, together with the person it names.
    #[must_use]
    pub fn actor(self, user: Option<&str>) -> Actor {
        Actor { credential: self.credential, user: user.map(UserName::parse), address: self.address }
    }
}

impl<S: Needs> FromRequestParts<App> for Caller<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Authenticated(credential) =
            parts.extensions.get::<Authenticated>().cloned().ok_or_else(Problem::missing_credential)?;
        Self::of(credential, Address::of(parts).0)
    }
}

impl<S: Needs> OperationInput for Caller<S> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let scope = S::SCOPE.as_str();
        operation.security.push([(CREDENTIAL.to_owned(), vec![scope.to_owned()])].into());
        describe::add_paragraph(operation, &format!("Needs the scope `{scope}`."));
        describe::problems::add(operation, &[&types::MISSING_SCOPE]);
    }
}
