//! The names of accounts, ranks and credentials. Where the server does not give a name, the id stands for
//! itself.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use rankledger_domain::ids::{AccountId, CredentialId, RankId};
use rankledger_domain::rank_change::Source;

use super::client::Client;
use super::find::Structure;
use super::moment::in_words;
use super::print::harmless;
use crate::wire::account_summary::{PageBody, SummaryBody};
use crate::wire::credentials::CredentialBody;
use crate::wire::rank_change::{GrantBody, RankChangeBody};

/// Largest number of accounts that are loaded one by one; for more, the names are taken from the list of
/// accounts.
const ONE_BY_ONE: usize = 10;

/// How many accounts a page of that list holds at most.
const PAGE: usize = 100;

/// The names that are known, and where to ask for others.
pub(super) struct Names<'a> {
    client: &'a Client,
    ranks: HashMap<RankId, String>,
    accounts: HashMap<AccountId, Option<String>>,
    credentials: Option<HashMap<CredentialId, String>>,
    /// Number of pages of the list of accounts that were read, and whether the last one was.
    pages: usize,
    is_all_read: bool,
    /// Whether accounts can be asked for: no more once the server has refused.
    asks: bool,
}

impl<'a> Names<'a> {
    /// Asks for the ranks of the community.
    pub(super) fn new(client: &'a Client) -> Result<Self> {
        let ranks = Structure::load(client)?.all_labels();
        Ok(Self {
            client,
            ranks,
            accounts: HashMap::new(),
            credentials: None,
            pages: 0,
            is_all_read: false,
            asks: true,
        })
    }

    /// The label of a rank; with its department, if several ranks have the label.
    pub(super) fn rank(&self, id: RankId) -> String {
        self.ranks.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// Prepares for the names of these accounts. Many are read from the list: a request for each would soon
    /// reach the rate limit.
    pub(super) fn learn(&mut self, accounts: impl Iterator<Item = AccountId>) -> Result<()> {
        let mut unknown: HashSet<_> = accounts.filter(|id| !self.accounts.contains_key(id)).collect();
        if unknown.len() <= ONE_BY_ONE {
            return Ok(());
        }
        // At most as many requests as there would be one by one.
        for _ in 0..unknown.len() {
            if self.is_all_read || unknown.is_empty() {
                break;
            }
            let query = vec![("take", PAGE.to_string()), ("skip", (self.pages * PAGE).to_string())];
            let page = self.client.get_if_allowed("/v2/community/accounts", &query)?;
            let Some(PageBody { items, .. }) = page else { return Ok(()) };
            self.pages += 1;
            self.is_all_read = items.len() < PAGE;
            for SummaryBody { acc_id, acc_name, .. } in items {
                unknown.remove(&acc_id);
                self.accounts.insert(acc_id, Some(harmless(&acc_name)));
            }
        }
        Ok(())
    }

    /// The name of an account.
    pub(super) fn account(&mut self, id: AccountId) -> Result<String> {
        if !self.accounts.contains_key(&id) && self.asks {
            let path = format!("/v2/community/accounts/{id}");
            let account: Option<SummaryBody> = self.client.get_if_allowed(&path, &Vec::new())?;
            self.asks = account.is_some();
            self.accounts.insert(id, account.map(|account| harmless(&account.acc_name)));
        }
        Ok(self.accounts.get(&id).cloned().flatten().unwrap_or_else(|| id.to_string()))
    }

    /// The name of a credential.
    pub(super) fn credential(&mut self, id: CredentialId) -> Result<String> {
        if id == CredentialId::CONSOLE {
            return Ok("console".to_owned());
        }
        if self.credentials.is_none() {
            let credentials: Option<Vec<CredentialBody>> =
                self.client.get_if_allowed("/v2/community/credentials", &Vec::new())?;
            let named = credentials.into_iter().flatten().map(|one| (one.id, harmless(&one.name))).collect();
            self.credentials = Some(named);
        }
        let name = self.credentials.as_ref().and_then(|known| known.get(&id));
        Ok(name.cloned().unwrap_or_else(|| id.to_string()))
    }

    /// Returns the name of the person who acted; without a person, that of the key; else "operator".
    pub(super) fn who(
        &mut self,
        user: Option<AccountId>,
        credential: Option<CredentialId>,
    ) -> Result<String> {
        match (user, credential) {
            (Some(user), _) => self.account(user),
            (None, Some(CredentialId::CONSOLE | CredentialId::OPERATOR) | None) => Ok("operator".to_owned()),
            (None, Some(credential)) => Ok(format!("key {}", self.credential(credential)?)),
        }
    }

    /// Names the person, the key or the operator that made a change. A grant that ended was taken away by the
    /// server.
    pub(super) fn who_made(&mut self, change: &RankChangeBody) -> Result<String> {
        let nobody = change.user_id.is_none() && change.credential_id.is_none();
        if nobody && change.source == Source::Expiry.as_str() {
            return Ok("server".to_owned());
        }
        self.who(change.user_id, change.credential_id)
    }

    /// Names a rank, and the end of its grant.
    pub(super) fn grant(&self, grant: GrantBody) -> String {
        let rank = self.rank(grant.rank);
        grant.expires_at.map_or_else(|| rank.clone(), |end| format!("{rank} (until {})", in_words(end.0)))
    }

    /// Ranks, one after the other.
    pub(super) fn grants(&self, grants: &[GrantBody]) -> String {
        if grants.is_empty() {
            return "none".to_owned();
        }
        grants.iter().map(|grant| self.grant(*grant)).collect::<Vec<_>>().join(", ")
    }

    /// Says what a change did: `+Officer -Cadet`.
    pub(super) fn what(&self, change: &RankChangeBody) -> String {
        let signed = |sign: char, grant: &GrantBody| format!("{sign}{}", self.grant(*grant));
        let added = change.added.iter().map(|grant| signed('+', grant));
        let removed = change.removed.iter().map(|grant| signed('-', grant));
        let mut what: Vec<_> = added.chain(removed).collect();
        if change.previous_status != change.current_status {
            what.push(if change.current_status { "active" } else { "inactive" }.to_owned());
        }
        if what.is_empty() { "nothing".to_owned() } else { what.join(" ") }
    }
}
