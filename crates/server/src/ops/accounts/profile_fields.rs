//! Edit Profile Fields: what an account fills into the fields that its community has defined.

use async_trait::async_trait;
use rankledger_domain::definition::ProfileFieldDefinition;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::ActKind;
use rankledger_storage::profiles::ProfileField;
use serde_json::{Value, json};

use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, RefusedEntry, types};

/// A request to fill in profile fields: all of them, or none.
#[derive(Debug, Clone)]
pub struct EditProfileFields {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// Values to fill in; null empties a field. Of two entries for one field the last counts.
    pub fields: Vec<ProfileField>,
}

#[async_trait]
impl Command for EditProfileFields {
    /// All that the account has filled in afterwards, in order.
    type Output = Vec<ProfileField>;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::REFUSED_ENTRY, &types::INSUFFICIENT_POWER, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<ProfileField>, OpError> {
        let (community, account) = (self.actor.community(), self.account);
        let standing = work.view().standing(community, account).await?.account;
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.check_account(&standing, work.now)?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        let definitions = work.tx.profile_field_definitions(community).await?;
        self.refuse_unfit(&definitions)?;

        let before = work.tx.profile_fields(community, account).await?;
        for field in &self.fields {
            if field.value.is_null() {
                work.tx.remove_profile_field(community, account, &field.id).await?;
            } else {
                let position = definitions.iter().position(|definition| *definition.id.as_str() == *field.id);
                let position = u32::try_from(position.unwrap_or(0)).unwrap_or(u32::MAX);
                work.tx.put_profile_field(community, account, position, field).await?;
            }
        }
        let after = work.tx.profile_fields(community, account).await?;
        if after != before {
            work.tx.touch(community, account).await?;
            let act = NewAct::of(ActKind::AccountUpdated).to(account);
            let act = act.before(&self.edited(&before)).after(&self.edited(&after));
            work.log(authorized.origin(), act).await?;
        }
        Ok(after)
    }
}

impl EditProfileFields {
    /// Returns the values that an account has in the fields of the request, for the log.
    fn edited(&self, filled_in: &[ProfileField]) -> Value {
        let named = |field: &&ProfileField| self.fields.iter().any(|edited| edited.id == field.id);
        let fields = filled_in.iter().filter(named);
        let fields: Vec<_> =
            fields.map(|field| json!({"id": &*field.id, "value": field.value.to_value()})).collect();
        json!({ "profileFields": fields })
    }

    fn refuse_unfit(&self, definitions: &[ProfileFieldDefinition]) -> Result<(), OpError> {
        let unfit = self.fields.iter().enumerate().filter_map(|(index, field)| {
            let refused = |member: &str, detail: String| {
                Some(RefusedEntry::new(format!("/profileFields/{index}/{member}"), detail))
            };
            let Some(definition) = definitions.iter().find(|definition| *definition.id.as_str() == *field.id)
            else {
                return refused("id", "the community has no such profile field".to_owned());
            };
            definition.kind.check(&field.value.to_value()).err().and_then(|detail| refused("value", detail))
        });
        let unfit: Vec<_> = unfit.collect();
        if unfit.is_empty() { Ok(()) } else { Err(Problem::refused_entries(&unfit).into()) }
    }
}
