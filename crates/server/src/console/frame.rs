//! What stands around the content of every page: the navigation, the search, the banner of a freeze, and who
//! has signed in.

use rankledger_domain::account::AccountPower;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::rank_change::Source;

use super::page::Site;
use super::parts::moment::Moment;
use super::parts::names::Names;
use super::parts::structure::Structure;
use super::places::PLACES;
use super::visit::Visit;
use crate::wire::problem::Problem;

/// What stands around the content of a page.
pub(super) struct Frame {
    pub(super) site: Site,
    pub(super) title: String,
    pub(super) community: String,
    pub(super) links: Vec<Link>,
    /// Who has signed in.
    pub(super) me: String,
    /// What they are: their highest rank and power, or their kind.
    pub(super) my_line: String,
    pub(super) frozen: Option<Frozen>,
    /// The token of the forms of this page.
    pub(super) token: String,
    pub(super) now: Moment,
}

/// A link of the navigation.
pub(super) struct Link {
    pub(super) path: &'static str,
    pub(super) label: &'static str,
    pub(super) icon: &'static str,
    pub(super) manages: bool,
    pub(super) is_here: bool,
    pub(super) count: Option<i64>,
}

/// The freeze of the community.
pub(super) struct Frozen {
    pub(super) at: Moment,
    pub(super) by: String,
    pub(super) reason: Option<String>,
}

impl Frame {
    /// Makes the frame of a page with this title, which belongs to the place of the navigation at `path`.
    pub(super) async fn of(
        visit: &mut Visit,
        structure: &Structure,
        path: &str,
        title: &str,
    ) -> Result<Self, Problem> {
        let community = visit.community();
        let members =
            visit.tx.roster_size(community, &rankledger_storage::roster::RosterFilter::default()).await?;
        let ChangeNumber(changes) = visit.tx.last_change_number(community).await?;
        let count = |of: &str| match of {
            "/console/members" => Some(i64::from(members)),
            "/console/history" => Some(changes),
            _ => None,
        };
        let links = PLACES.iter().map(|place| Link {
            path: place.path,
            label: place.label,
            icon: place.icon,
            manages: place.manages,
            is_here: place.path == path,
            count: count(place.path),
        });
        let (me, my_line) = me(visit, structure);
        Ok(Self {
            site: visit.site(),
            title: title.to_owned(),
            community: visit.community.name.clone(),
            links: links.collect(),
            me,
            my_line,
            frozen: frozen(visit).await?,
            token: visit.form_token(),
            now: Moment::of(visit.now),
        })
    }
}

/// Names who has signed in, and says what they are.
fn me(visit: &Visit, structure: &Structure) -> (String, String) {
    let credential = &visit.acting.credential;
    let Some(person) = &visit.acting.person else {
        return match visit.session.holder.key() {
            Some(_) => (credential.name.clone(), "signed in with a key".to_owned()),
            None => ("The operator".to_owned(), "signed in by a link".to_owned()),
        };
    };
    let rank = person.rank.and_then(|rank| structure.rank(rank)).map(|of| of.rank.label.as_str());
    let line = match (person.power, rank) {
        (AccountPower::Owner, _) => "Owner".to_owned(),
        (AccountPower::Power(power), Some(rank)) => format!("{rank} \u{b7} power {power}"),
        (AccountPower::Power(power), None) => format!("power {power}"),
    };
    (person.name.clone(), line)
}

async fn frozen(visit: &mut Visit) -> Result<Option<Frozen>, Problem> {
    let community = visit.community();
    let Some(freeze) = visit.tx.guards(community).await?.frozen else { return Ok(None) };
    let names = Names::load(visit, freeze.user.into_iter().collect()).await?;
    let by = names.doer(freeze.user, Some(freeze.credential), Source::Api).who.name;
    Ok(Some(Frozen { at: Moment::of(freeze.at), by, reason: freeze.reason }))
}
