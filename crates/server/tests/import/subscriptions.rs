//! Subscriptions in a document: made, brought up to date, and checked.

use rankledger_domain::log::{EventType, LogPlace};
use rankledger_domain::subscription::{Subscription, SubscriptionKind};
use rankledger_domain::webhook_secret;
use rankledger_server::ops::import::Tally;

use super::kit::{Database, club};

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

const DISCORD: &str = "https://discord.com/api/webhooks/123/sEcReT-tOkEn";

/// Imports subscriptions. Returns what is stored then, how many were made or not, and the new secrets.
async fn import(database: &Database, rest: &str) -> (Vec<Subscription>, Tally, Vec<String>) {
    let summary = database.import_yaml(&club(rest)).await.expect("it is imported");
    for secret in &summary.new_secrets {
        assert!(summary.to_string().contains(&secret.secret), "{summary}");
        assert!(!format!("{secret:?}").contains(&secret.secret));
    }
    let secrets = summary.new_secrets.into_iter().map(|new| new.secret).collect();
    (database.everything().await.subscriptions, summary.subscriptions, secrets)
}

fn tally(made: usize, updated: usize, unchanged: usize) -> Tally {
    Tally { made, updated, unchanged }
}

#[tokio::test]
async fn subscriptions_are_made_and_begin_after_the_import() {
    let database = Database::new().await;
    let rest = format!(
        "subscriptions:
  - {{ kind: standard, name: Website, url: https://example.com/hook, secret: {SECRET}, types: [ranks.changed] }}
  - {{ kind: standard, name: Wiki, url: http://10.0.0.1/hook, enabled: false, summarisesRollbacks: true }}
  - {{ kind: discord, name: News, url: {DISCORD} }}
  - {{ kind: game-server, name: City, url: https://play.example.com/e, secret: 8c1d7e40-93a5-4f0b }}
accounts: [{{ name: Ann, ranks: [cadet] }}]
"
    );
    let (mut stored, counts, secrets) = import(&database, &rest).await;
    stored.sort_by(|one, other| one.name.cmp(&other.name));
    let [city, news, website, wiki] = stored.as_slice() else { panic!("four: {stored:?}") };
    assert_eq!(counts, tally(4, 0, 0));
    assert_eq!(website.secret.as_deref(), Some(SECRET));
    assert_eq!(website.types, [EventType::RanksChanged]);
    assert_eq!(
        (city.kind, city.secret.as_deref()),
        (SubscriptionKind::GameServer, Some("8c1d7e40-93a5-4f0b"))
    );
    assert_eq!((news.url.as_str(), &news.secret), (DISCORD, &None));
    assert!(wiki.disabled.is_some() && wiki.summarises_rollbacks);
    assert_eq!(secrets, [wiki.secret.clone().expect("a new one")], "only that is told");
    assert_eq!(webhook_secret::check(&secrets[0]), Ok(()));

    let community = database.everything().await.community.id;
    let mut tx = database.storage.read().await.expect("a view");
    let end = tx.end_of_events(community).await.expect("the end");
    assert!(end > LogPlace(1));
    for one in &stored {
        let progress = tx.subscription_progress(community, one.id).await.expect("a look-up");
        assert_eq!(progress.map(|progress| progress.place), Some(end), "{}", one.name);
    }
}

#[tokio::test]
async fn subscriptions_are_brought_up_to_date_and_keep_their_secrets() {
    let database = Database::new().await;
    let first = format!(
        "subscriptions:
  - {{ kind: standard, name: Website, url: https://example.com/hook }}
  - {{ kind: discord, name: News, url: {DISCORD} }}
"
    );
    let (before, ..) = import(&database, &first).await;
    assert_eq!(import(&database, &first).await, (before.clone(), tally(0, 0, 2), Vec::new()));
    // As an export without secrets has them.
    let masked = first.replace("sEcReT-tOkEn", "***");
    assert_eq!(import(&database, &masked).await.1, tally(0, 0, 2));

    let changed = "subscriptions: [{ kind: standard, name: Website, url: https://example.com/other }]";
    let (after, counts, secrets) = import(&database, changed).await;
    assert_eq!((counts, secrets), (tally(0, 1, 0), Vec::new()));
    let find = |all: &[Subscription], name: &str| all.iter().find(|one| one.name == name).cloned();
    let (old, new) = (find(&before, "Website").expect("one"), find(&after, "Website").expect("one"));
    assert_eq!((&new.secret, new.revision, new.id), (&old.secret, old.revision + 1, old.id));
    assert_eq!(new.url, "https://example.com/other");
    assert_eq!(find(&after, "News"), find(&before, "News"), "what is not in the document stays");
}

#[tokio::test]
async fn what_is_wrong_with_a_subscription_is_told_with_its_place() {
    let rest = format!(
        "subscriptions:
  - {{ kind: email, name: A, url: https://example.com/ }}
  - {{ kind: standard, name: '', url: example.com }}
  - {{ kind: standard, name: B, url: https://example.com/, secret: whsec_c2hvcnQ= }}
  - {{ kind: game-server, name: C, url: https://example.com/ }}
  - {{ kind: discord, name: D, url: https://example.com/api/webhooks/1/sEcReT-tOkEn }}
  - {{ kind: discord, name: E, url: https://discord.com/api/webhooks/1/***, secret: {SECRET} }}
  - {{ kind: standard, name: F, url: https://example.com/, types: [ranks.changed, weather] }}
  - {{ kind: standard, name: F, url: https://example.com/ }}
"
    );
    let problems = Database::new().await.problems_of(&club(&rest)).await;
    let expected = [
        ("subscriptions[0].kind", "there is no kind \"email\""),
        ("subscriptions[1].name", "empty"),
        ("subscriptions[1].url", "does not begin with https://"),
        ("subscriptions[2].secret", "24 to 64 bytes"),
        ("subscriptions[3].secret", "a game server needs one"),
        ("subscriptions[4].url", "Discord"),
        ("subscriptions[5].url", "exported without its secret"),
        ("subscriptions[5].secret", "leave it out"),
        ("subscriptions[6].types[1]", "weather"),
        ("subscriptions[7]", "line 16 (F) is the same"),
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, (place, words)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(&format!("{place}: ")) && problem.contains(words), "{problem}");
    }
    let many = (0..51)
        .map(|index| format!("  - {{ kind: standard, name: N{index}, url: https://example.com/ }}\n"))
        .collect::<Vec<_>>()
        .concat();
    let problems = Database::new().await.problems_of(&club(&format!("subscriptions:\n{many}"))).await;
    assert!(problems.len() == 1 && problems[0].contains("at most 50"), "{problems:?}");
}
