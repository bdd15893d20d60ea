//! Definitions of a community for its accounts: profile fields, clock-in types, custom log types.

use std::fmt::Display;

use async_trait::async_trait;
use rankledger_domain::definition::{ClockInType, CustomLogType, ProfileFieldDefinition};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name::Word;
use serde_json::Value;
use uuid::Uuid;

use super::Command;
use super::OpError;
use super::Work;
use super::actor::Actor;
use super::acts::NewAct;
use super::logged;
use crate::wire::problem::{DefinitionKind, Problem, ProblemType, types};

/// A request to make a definition, or to update the one with the same id. An existing definition keeps its
/// position; a new one goes last.
#[derive(Debug, Clone)]
pub struct Define<T> {
    /// The actor of the request.
    pub actor: Actor,
    /// The definition, which has been checked.
    pub definition: T,
}

/// A request to remove a definition.
#[derive(Debug, Clone)]
pub struct Remove<T: Definition> {
    /// The actor of the request.
    pub actor: Actor,
    /// The definition's id.
    pub id: T::Id,
}

/// Something that a community defines, called by an id, in an order.
#[async_trait]
pub trait Definition: Clone + Send + Sync + 'static {
    /// The id of a definition.
    type Id: Clone + PartialEq + Display + Send + Sync + 'static;

    /// The kind of the definition.
    const KIND: DefinitionKind;

    /// Returns the id.
    fn id(&self) -> &Self::Id;

    /// Returns the position, which can be changed.
    fn position(&mut self) -> &mut i64;

    /// Returns how it looks in the log.
    fn logged(&self) -> Value;

    /// All that there are, in order.
    async fn all(work: &mut Work<'_>, community: CommunityId) -> Result<Vec<Self>, OpError>;

    /// Stores it.
    async fn put(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), OpError>;

    /// Removes the one of this id.
    async fn remove(work: &mut Work<'_>, community: CommunityId, id: &Self::Id) -> Result<(), OpError>;
}

#[async_trait]
impl<T: Definition> Command for Define<T> {
    /// The definition as it is stored.
    type Output = T;

    const REFUSES: &'static [&'static ProblemType] = &[&types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(mut self, work: &mut Work<'_>) -> Result<T, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let mut all = T::all(work, community).await?;
        let last = all.iter_mut().map(|definition| *definition.position()).max();
        let old = all.iter_mut().find(|old| old.id() == self.definition.id());
        let before = old.as_ref().map(|old| old.logged());
        *self.definition.position() =
            old.map_or_else(|| last.map_or(0, |last| last + 1), |old| *old.position());
        self.definition.put(work, community).await?;
        let after = self.definition.logged();
        if before.as_ref() != Some(&after) {
            work.log(self.actor.origin(), NewAct::structure(before.as_ref(), Some(&after))).await?;
        }
        Ok(self.definition)
    }
}

#[async_trait]
impl<T: Definition> Command for Remove<T> {
    /// The definition as it was.
    type Output = T;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::DEFINITION_NOT_FOUND, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<T, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let all = T::all(work, community).await?;
        let found = all.into_iter().find(|definition| *definition.id() == self.id);
        let found = found.ok_or_else(|| Problem::definition_not_found(T::KIND, &self.id))?;
        T::remove(work, community, &self.id).await?;
        work.log(self.actor.origin(), NewAct::structure(Some(&found.logged()), None)).await?;
        Ok(found)
    }
}

macro_rules! definition {
    ($type:ident, $id:ty, $kind:expr, $logged:ident, $all:ident, $put:ident, $remove:ident(|$name:ident| $given:expr)) => {
        #[async_trait]
        impl Definition for $type {
            type Id = $id;

            const KIND: DefinitionKind = $kind;

            fn id(&self) -> &$id {
                &self.id
            }

            fn position(&mut self) -> &mut i64 {
                &mut self.position
            }

            fn logged(&self) -> Value {
                logged::$logged(self)
            }

            async fn all(work: &mut Work<'_>, community: CommunityId) -> Result<Vec<Self>, OpError> {
                Ok(work.tx.$all(community).await?)
            }

            async fn put(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), OpError> {
                Ok(work.tx.$put(community, self).await?)
            }

            async fn remove(work: &mut Work<'_>, community: CommunityId, $name: &$id) -> Result<(), OpError> {
                Ok(work.tx.$remove(community, $given).await?)
            }
        }
    };
}

definition!(
    ProfileFieldDefinition,
    Word,
    DefinitionKind::ProfileField,
    profile_field,
    profile_field_definitions,
    put_profile_field_definition,
    remove_profile_field_definition(|id| id.as_str())
);
definition!(
    ClockInType,
    Word,
    DefinitionKind::ClockInType,
    clockin_type,
    clockin_types,
    put_clockin_type,
    remove_clockin_type(|id| id.as_str())
);
definition!(
    CustomLogType,
    Uuid,
    DefinitionKind::CustomLogType,
    custom_log_type,
    custom_log_types,
    put_custom_log_type,
    remove_custom_log_type(|id| *id)
);
