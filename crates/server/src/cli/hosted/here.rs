//! The community as it is in the database already, and how what was read differs from it.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;
use rankledger_storage::Storage;
use uuid::Uuid;

use super::answers::{Account, Definitions};

/// The most names that are listed of one difference.
const NAMED: usize = 20;

/// The community in the database.
pub(super) struct Here {
    /// The powers of its ranks.
    pub(super) powers: HashMap<Uuid, u32>,
    labels: HashMap<Uuid, String>,
    /// The retired ranks, which the hosted original does not tell of.
    retired: HashSet<Uuid>,
    /// In the order of their numbers.
    accounts: Vec<AccountHere>,
}

struct AccountHere {
    id: Uuid,
    name: String,
    ranks: Vec<Uuid>,
    active: bool,
}

impl Here {
    /// Reads the community with this public id. `None` if there is none.
    pub(super) async fn load(storage: &dyn Storage, public_id: &str) -> Result<Option<Self>> {
        let mut tx = storage.read().await?;
        let Some(community) = tx.community_by_public_id(public_id).await? else { return Ok(None) };
        let ranks = tx.department_ranks(community.id).await?;
        let mut accounts = Vec::new();
        for names in tx.account_names(community.id).await? {
            let Some(standing) = tx.standing(community.id, names.id).await? else { continue };
            accounts.push(AccountHere {
                id: names.id.0,
                name: names.name,
                ranks: standing.account.ranks.iter().map(|held| held.rank.0).collect(),
                active: standing.account.com_status,
            });
        }
        let powers = ranks.iter().map(|one| (one.rank.id.0, one.rank.power.0)).collect();
        let retired = ranks.iter().filter(|one| one.rank.retired).map(|one| one.rank.id.0).collect();
        let labels = ranks.into_iter().map(|one| (one.rank.id.0, one.rank.label)).collect();
        Ok(Some(Self { powers, labels, retired, accounts }))
    }

    /// Returns a line for each kind of difference between the ranks and accounts that were read and those
    /// here.
    pub(super) fn differences(&self, definitions: &Definitions, there: &[Account]) -> Vec<String> {
        let ranks = definitions.departments.iter().flat_map(|department| &department.ranks);
        let ranks: HashMap<Uuid, &str> = ranks.map(|rank| (rank.id, rank.label.as_str())).collect();
        let mut found = self.different_ranks(&ranks);
        found.extend(self.different_accounts(&ranks, there));
        let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
        for (kind, text) in found {
            kinds.entry(kind).or_default().push(text);
        }
        let line = |(kind, texts): (&Kind, &Vec<String>)| {
            format!("{} ({}): {}", kind.text(), texts.len(), some(texts))
        };
        kinds.iter().map(line).collect()
    }

    fn different_ranks(&self, there: &HashMap<Uuid, &str>) -> Vec<(Kind, String)> {
        let here =
            self.labels.iter().filter(|(id, _)| !there.contains_key(*id) && !self.retired.contains(*id));
        let only_here = here.map(|(_, label)| (Kind::RankOnlyHere, label.clone()));
        let different = there.iter().filter_map(|(id, label)| match self.labels.get(id) {
            None => Some((Kind::NewRank, (*label).to_owned())),
            Some(here) if here != label => Some((Kind::RankName, format!("{label} (here {here})"))),
            Some(_) => None,
        });
        let mut found: Vec<_> = different.chain(only_here).collect();
        found.sort();
        found
    }

    fn different_accounts(&self, ranks: &HashMap<Uuid, &str>, there: &[Account]) -> Vec<(Kind, String)> {
        let own = self.labels.iter().map(|(id, label)| (*id, label.as_str()));
        let labels: HashMap<Uuid, &str> = own.chain(ranks.iter().map(|(id, label)| (*id, *label))).collect();
        let here: HashMap<Uuid, &AccountHere> =
            self.accounts.iter().map(|account| (account.id, account)).collect();
        let ids: HashSet<Uuid> = there.iter().map(|account| account.id).collect();
        let different = there.iter().flat_map(|account| match here.get(&account.id) {
            None => vec![(Kind::New, account.name.clone())],
            Some(here) => compare(account, here, &labels),
        });
        let only_here = self.accounts.iter().filter(|account| !ids.contains(&account.id));
        different.chain(only_here.map(|account| (Kind::OnlyHere, account.name.clone()))).collect()
    }
}

/// A kind of difference, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    NewRank,
    RankName,
    RankOnlyHere,
    New,
    Name,
    Ranks,
    Status,
    OnlyHere,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Self::NewRank => "new ranks",
            Self::RankName => "ranks called otherwise",
            Self::RankOnlyHere => "ranks that are only here",
            Self::New => "new accounts",
            Self::Name => "accounts called otherwise",
            Self::Ranks => "accounts with other ranks",
            Self::Status => "accounts with another status",
            Self::OnlyHere => "accounts that are only here",
        }
    }
}

/// Returns how an account that was read differs from the one that is stored.
fn compare(there: &Account, here: &AccountHere, labels: &HashMap<Uuid, &str>) -> Vec<(Kind, String)> {
    let name = &there.name;
    let mut found = Vec::new();
    if *name != here.name {
        found.push((Kind::Name, format!("{name} (here {})", here.name)));
    }
    let ranks: Vec<Uuid> = there.ranks.iter().filter_map(|rank| Uuid::parse_str(rank).ok()).collect();
    let as_set = |ranks: &[Uuid]| ranks.iter().copied().collect::<HashSet<_>>();
    if as_set(&ranks) != as_set(&here.ranks) {
        let (there, here) = (labels_of(&ranks, labels), labels_of(&here.ranks, labels));
        found.push((Kind::Ranks, format!("{name} (there {there}; here {here})")));
    }
    if there.active.is_some_and(|active| active != here.active) {
        let here = if here.active { "active" } else { "inactive" };
        found.push((Kind::Status, format!("{name} (here {here})")));
    }
    found
}

fn labels_of(ranks: &[Uuid], labels: &HashMap<Uuid, &str>) -> String {
    if ranks.is_empty() {
        return "none".to_owned();
    }
    let label = |rank: &Uuid| labels.get(rank).map_or_else(|| rank.to_string(), |label| (*label).to_owned());
    ranks.iter().map(label).collect::<Vec<_>>().join(" and ")
}

fn some(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names[..names.len().min(NAMED)].join(", "))
}
