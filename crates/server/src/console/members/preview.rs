//! What somebody has entered to change the ranks of a member, and what that would bring about: the dry run of
//! the command that would do it.

use rankledger_domain::account::{Account, AccountPower};
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::grant::{Grant, GrantEnd};
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::transition::Transition;
use rankledger_storage::roster::RosterRow;
use uuid::Uuid;

use crate::console::fields::Fields;
use crate::console::parts::chips::Chips;
use crate::console::parts::dates;
use crate::console::parts::structure::Structure;
use crate::console::visit::Visit;
use crate::http::caller::RanksWrite;
use crate::http::checks;
use crate::ops::change_ranks::{ChangeRanks, RanksChanged};
use crate::wire::problem::Problem;

/// What was entered.
#[derive(Debug, Clone, Default)]
pub(in crate::console) struct Draft {
    pub(in crate::console) take: Vec<RankId>,
    pub(in crate::console) give: Option<RankId>,
    pub(in crate::console) until: String,
    pub(in crate::console) why: String,
    /// What is wrong with the end. Empty if nothing is.
    pub(in crate::console) wrong_until: String,
}

/// What a change would bring about.
pub(in crate::console) struct Preview {
    pub(in crate::console) chips: Chips,
    pub(in crate::console) then: Chips,
    /// Power and status, before and after.
    pub(in crate::console) line: String,
    /// What the button does: "Give 1 rank, take 1 rank".
    pub(in crate::console) deed: String,
    /// The version of the account that was looked at.
    pub(in crate::console) version: i64,
    /// Whether nothing would change.
    pub(in crate::console) is_nothing: bool,
    /// Whether the account has changed since an earlier preview.
    pub(in crate::console) has_moved: bool,
}

impl Draft {
    /// Reads what was entered.
    pub(super) fn read(form: &Fields) -> Self {
        let rank = |text: &str| Uuid::parse_str(text).ok().map(RankId);
        Self {
            take: form.all("take").filter_map(rank).collect(),
            give: rank(form.text("give")),
            until: form.text("until").to_owned(),
            why: form.text("why").to_owned(),
            wrong_until: String::new(),
        }
    }

    /// Returns the command that does it. The error says what is wrong with the end, or refuses.
    pub(super) fn command(&mut self, visit: &Visit, account: AccountId) -> Result<ChangeRanks, Problem> {
        let end = dates::end(&self.until, visit.now).map_err(|wrong| {
            self.wrong_until.clone_from(&wrong);
            Problem::invalid_body("/until", &wrong)
        })?;
        let end = end.map_or(GrantEnd::Never, GrantEnd::At);
        let add = self.give.map(|rank| vec![Grant { name: RankName::Id(rank), end }]);
        let remove = (!self.take.is_empty()).then(|| self.take.iter().copied().map(RankName::Id).collect());
        Ok(ChangeRanks {
            actor: visit.actor::<RanksWrite>()?,
            account,
            request: ChangeRequest { set: None, add, remove, active: None },
            reason: checks::reason(Some(self.why.clone()))?,
            if_version: None,
        })
    }
}

impl Preview {
    /// Makes the preview of a dry run.
    pub(super) async fn of(
        visit: &mut Visit,
        member: &RosterRow,
        planned: &RanksChanged,
    ) -> Result<Self, Problem> {
        let structure = Structure::load(visit).await?;
        let ranks = visit.tx.ranks(visit.community()).await?;
        let (before, after) = (&planned.before.standing.account, &planned.after.standing.account);
        let transition = Transition {
            before: before.ranks.clone(),
            after: after.ranks.clone(),
            status_before: before.com_status,
            status_after: after.com_status,
            active: None,
        };
        Ok(Self {
            chips: Chips::of_change(&transition, &structure),
            then: Chips::held(&after.ranks, &structure),
            line: line(before, after, &ranks, visit.now),
            deed: deed(&transition),
            version: member.standing.version,
            is_nothing: transition.is_nothing(),
            has_moved: false,
        })
    }
}

fn line(before: &Account, after: &Account, ranks: &CommunityRanks, now: jiff::Timestamp) -> String {
    let power = |account: &Account| match account.power(ranks, now) {
        AccountPower::Owner => "owner".to_owned(),
        AccountPower::Power(power) => power.to_string(),
    };
    let (was, is) = (power(before), power(after));
    let power = if was == is { format!("power stays {was}") } else { format!("power {was} \u{2192} {is}") };
    let status = match (before.com_status, after.com_status) {
        (true, true) => "stays active",
        (false, false) => "stays inactive",
        (false, true) => "becomes active",
        (true, false) => "becomes inactive",
    };
    format!("{power} \u{b7} {status}")
}

/// Says what a press on the button does.
fn deed(transition: &Transition) -> String {
    let ranks = |count: usize| if count == 1 { "1 rank".to_owned() } else { format!("{count} ranks") };
    match (transition.added().count(), transition.removed().count()) {
        (0, 0) => "Change the status".to_owned(),
        (gave, 0) => format!("Give {}", ranks(gave)),
        (0, took) => format!("Take {}", ranks(took)),
        (gave, took) => format!("Give {}, take {}", ranks(gave), ranks(took)),
    }
}
