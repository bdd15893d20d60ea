//! Messages to Discord: an embed for each event, which says who was changed how, by whom and why, and how to
//! undo it. Discord's limits: <https://discord.com/developers/docs/resources/message#embed-object>.

use std::sync::Arc;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rankledger_domain::log::{Act, ActKind};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::subscription::Subscription;
use rankledger_domain::time::wire_format;
use rankledger_storage::events::Event;
use rankledger_storage::{Storage, StorageError};
use serde::Serialize;
use serde_json::{Value, json};

use super::Composed;
use super::markdown::{escaped, length};
use super::names::Names;
use crate::jobs::deliveries::client::Message;
use crate::wire::events::ActBody;

/// The most embeds of a message.
pub const MOST_EMBEDS: usize = 10;

/// The most characters of all embeds of a message together.
const LONGEST_MESSAGE: usize = 6000;

/// The most characters of a line about ranks, of which there may be many.
const LONGEST_LINE: usize = 100;

/// The most characters of a name within a sentence.
const LONGEST_NAME: usize = 100;

/// The most ranks that are listed.
const MOST_RANKS: usize = 10;

/// The most characters of a field: well below what Discord takes, so that ten embeds fit.
const LONGEST_FIELD: usize = 400;

const GREEN: u32 = 0x2e_cc_71;
const RED: u32 = 0xe7_4c_3c;
const BLUE: u32 = 0x34_98_db;
const GREY: u32 = 0x95_a5_a6;

#[derive(Debug, Serialize)]
struct Embed {
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    color: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Field>,
    footer: Footer,
    timestamp: String,
}

#[derive(Debug, Serialize)]
struct Field {
    name: &'static str,
    value: String,
    inline: bool,
}

#[derive(Debug, Serialize)]
struct Footer {
    text: String,
}

impl Embed {
    /// Returns the number of characters that Discord counts.
    fn length(&self) -> usize {
        let fields: usize = self.fields.iter().map(|field| length(field.name) + length(&field.value)).sum();
        length(&self.title) + length(&self.description) + fields + length(&self.footer.text)
    }

    fn field(&mut self, name: &'static str, value: String, inline: bool) {
        if !value.trim().is_empty() {
            self.fields.push(Field { name, value, inline });
        }
    }
}

/// Writes the message that tells of these events, or of as many of them as it has room for.
pub(super) async fn message(
    storage: &dyn Storage,
    community: CommunityId,
    subscription: &Subscription,
    events: &[Arc<Event>],
) -> Result<Composed, StorageError> {
    let names = Names::of(storage, community, events).await?;
    let (mut embeds, mut size) = (Vec::new(), 0);
    for event in events.iter().take(MOST_EMBEDS) {
        let embed = embed(event, &names);
        size += embed.length();
        if size > LONGEST_MESSAGE && !embeds.is_empty() {
            break;
        }
        embeds.push(embed);
    }
    let events = embeds.len();
    Ok(Composed { message: request(subscription, &embeds), events })
}

/// Writes a message that tells of no event.
pub(super) fn test(subscription: &Subscription) -> Message {
    let description = format!(
        "This is a test of the subscription **{}**. Rank changes will be told here.",
        escaped(&subscription.name, LONGEST_NAME)
    );
    request(subscription, &[json!({"title": "It works", "description": description, "color": GREEN})])
}

fn request(subscription: &Subscription, embeds: &[impl Serialize]) -> Message {
    let body = json!({"embeds": embeds, "allowed_mentions": {"parse": []}}).to_string();
    Message { url: subscription.url.clone(), headers: Vec::new(), body }
}

fn embed(event: &Event, names: &Names) -> Embed {
    match event {
        Event::Change(_, linked) => of_change(&linked.change, names),
        Event::Entry(linked) => of_act(&linked.entry.act, names),
    }
}

fn of_change(change: &RankChange, names: &Names) -> Embed {
    let transition = &change.transition;
    let (added, removed): (Vec<_>, Vec<_>) = (transition.added().collect(), transition.removed().collect());
    let mut lines = ranks('+', &added, names);
    lines.extend(ranks('-', &removed, names));
    if transition.touches_status() {
        lines.push(if transition.status_after { "now active" } else { "now inactive" }.to_owned());
    }
    let color = match (added.is_empty(), removed.is_empty()) {
        (false, true) => GREEN,
        (true, false) => RED,
        _ => BLUE,
    };
    let name = escaped(&names.account(change.account), LONGEST_NAME);
    let title = match change.kind {
        ChangeKind::Change => format!("Ranks of {name} changed"),
        ChangeKind::Undo => format!("Change of the ranks of {name} undone"),
        ChangeKind::Redo => format!("Change of the ranks of {name} done again"),
    };
    let mut embed = Embed {
        title,
        description: lines.join("\n"),
        color,
        fields: Vec::new(),
        footer: Footer { text: format!("{} · change {}", names.community, change.number) },
        timestamp: wire_format(change.at),
    };
    embed.field("By", by(change.actor, change.credential, names), true);
    embed.field("Because of", source(change.source).to_owned(), true);
    embed.field("Why", change.reason.as_deref().map(shown).unwrap_or_default(), false);
    if let Some(reversed) = change.reverses {
        embed.field("Reverses", format!("change {reversed}"), true);
    }
    embed.field(
        "Undo it",
        format!("`rankledger undo {}`, or undo id `{}`", change.number, change.undo_id),
        false,
    );
    embed
}

/// Lists ranks that were added or removed, a line each.
fn ranks(sign: char, held: &[HeldRank], names: &Names) -> Vec<String> {
    let line = |held: &HeldRank| {
        let label = escaped(&names.rank(held.rank), LONGEST_LINE);
        let until =
            held.expires_at.map(|end| format!(" until <t:{}:f>", end.as_second())).unwrap_or_default();
        format!("\\{sign} {label}{until}")
    };
    let mut lines: Vec<_> = held.iter().take(MOST_RANKS).map(line).collect();
    if held.len() > MOST_RANKS {
        lines.push(format!("\\{sign} {} more", held.len() - MOST_RANKS));
    }
    lines
}

fn shown(text: &str) -> String {
    escaped(text, LONGEST_FIELD)
}

/// Says who acted: the person, and the key that was used.
fn by(actor: Option<AccountId>, credential: Option<CredentialId>, names: &Names) -> String {
    let person = actor.map(|actor| escaped(&names.account(actor), LONGEST_NAME));
    let key = credential.map(|credential| escaped(&names.credential(credential), LONGEST_NAME));
    match (person, key) {
        (Some(person), Some(key)) => format!("{person}, with the key {key}"),
        (Some(person), None) => person,
        (None, Some(key)) => format!("the key {key}"),
        (None, None) => "the server".to_owned(),
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Api => "a request",
        Source::Import => "an import",
        Source::Flow => "a promotion flow",
        Source::Ban => "a ban",
        Source::Kick => "a kick",
        Source::Archive => "archiving",
        Source::Retirement => "the retirement of a rank",
        Source::Rollback => "a rollback",
        Source::Expiry => "the end of its time",
    }
}

fn of_act(act: &Act, names: &Names) -> Embed {
    let name = act.account.map(|account| escaped(&names.account(account), LONGEST_NAME));
    let (title, color) = title(act.kind, name.as_deref().unwrap_or("an account"));
    let mut embed = Embed {
        title,
        description: String::new(),
        color,
        fields: Vec::new(),
        footer: Footer { text: format!("{} · {}", names.community, act.kind.as_str()) },
        timestamp: wire_format(act.at),
    };
    embed.field("By", by(act.actor, act.credential, names), true);
    // The same parts of an act are told as in the feed: the rest is for administrators.
    let ActBody { before, after, .. } = ActBody::from(act.clone());
    let [before, after] = [before, after]
        .map(|state| state.and_then(|state| serde_json::from_str(state.get()).ok()).unwrap_or(Value::Null));
    if act.kind == ActKind::AccountRenamed {
        let names = Option::zip(member(&before, "name"), member(&after, "name"));
        embed.description =
            names.map(|(old, new)| format!("{} → {}", shown(&old), shown(&new))).unwrap_or_default();
    }
    for (label, name) in [("Why", "reason"), ("Until", "until")] {
        let text = member(&after, name).map(|text| shown(&text)).unwrap_or_default();
        embed.field(label, text, label != "Why");
    }
    if let Some(number) = member(&after, "changeNumber") {
        embed.field("Undo what it did to ranks", format!("`rankledger undo {number}`"), false);
    }
    if let Some(batch) = member(&after, "batchId") {
        embed.field("Undo it", format!("`rankledger rollback --batch {batch}`"), false);
    }
    embed
}

/// Returns a member of a state as text. `None` if it is neither a text nor a number.
fn member(state: &Value, name: &str) -> Option<String> {
    match state.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the title and the colour of an act.
fn title(kind: ActKind, name: &str) -> (String, u32) {
    let (title, color) = match kind {
        ActKind::AccountCreated => (format!("{name} has an account"), GREEN),
        ActKind::AccountRenamed => (format!("{name} has a new name"), BLUE),
        ActKind::AccountUpdated => (format!("The account of {name} was updated"), BLUE),
        ActKind::AccountBanned => (format!("{name} was banned"), RED),
        ActKind::AccountUnbanned => (format!("The ban of {name} was lifted"), GREEN),
        ActKind::AccountKicked => (format!("{name} was kicked"), RED),
        ActKind::AccountArchived => (format!("{name} was archived"), RED),
        ActKind::AccountRestored => (format!("{name} is back"), GREEN),
        ActKind::AccountClockedIn => (format!("{name} is on duty"), GREY),
        ActKind::AccountClockedOut => (format!("{name} is off duty"), GREY),
        ActKind::IdentifiersChanged => (format!("Identifiers of {name} were changed"), BLUE),
        _ => return of_community(kind),
    };
    (title, color)
}

/// Returns the title and the colour of an act that is about no account.
fn of_community(kind: ActKind) -> (String, u32) {
    let (title, color) = match kind {
        ActKind::CommunityFrozen => ("The community is frozen", RED),
        ActKind::CommunityThawed => ("The community is not frozen any more", GREEN),
        ActKind::GuardChanged => ("The guard was set", BLUE),
        ActKind::GuardTripped => ("The guard stopped somebody who takes too much away", RED),
        ActKind::StructureChanged => ("Departments, ranks or definitions were changed", BLUE),
        ActKind::SettingsChanged => ("Settings were changed", BLUE),
        ActKind::KeyCreated => ("A key was made", BLUE),
        ActKind::KeyUpdated => ("The rate factor of a key was changed", BLUE),
        ActKind::KeyRevoked => ("A key was revoked", RED),
        ActKind::ImportFinished => ("An import is finished", BLUE),
        ActKind::HistoryPruned => ("The beginning of the history was pruned", GREY),
        ActKind::RollbackCompleted => ("A rollback was carried out", RED),
        ActKind::SubscriptionCreated => ("A subscription to events was made", BLUE),
        ActKind::SubscriptionUpdated => ("A subscription to events was changed", BLUE),
        ActKind::SubscriptionRemoved => ("A subscription to events was removed", RED),
        ActKind::SubscriptionDisabled => {
            ("A subscription to events was disabled: its receiver takes nothing", RED)
        }
        other => (other.as_str(), GREY),
    };
    (title.to_owned(), color)
}
