//! Short URLs.

use rankledger_storage::short_urls::ShortUrl;
use rankledger_storage::{Storage, StorageError};

use crate::kit::{begin, new_community, time};

fn short_url(code: &str, path: &str) -> ShortUrl {
    ShortUrl { code: code.to_owned(), path: path.to_owned(), custom_domain: false, created_at: time(1) }
}

pub(crate) async fn a_short_url_is_found_by_its_code_whose_ever_it_is(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let theirs = ShortUrl { custom_domain: true, ..short_url("bbb", "/forms") };
    tx.insert_short_url(club, &short_url("aaa", "/forms")).await.expect("a short URL");
    tx.insert_short_url(other, &theirs).await.expect("a short URL");
    let found = tx.short_url("aaa").await.expect("a look-up");
    assert_eq!(found, Some((club, short_url("aaa", "/forms"))));
    assert_eq!(tx.short_url("bbb").await.expect("a look-up"), Some((other, theirs)));
    assert_eq!(tx.short_url("AAA").await.expect("a look-up"), None, "case is part of a code");
}

pub(crate) async fn a_short_url_is_found_by_where_it_leads(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let own_domain = ShortUrl { custom_domain: true, ..short_url("bbb", "/forms") };
    tx.insert_short_url(club, &short_url("aaa", "/forms")).await.expect("a short URL");
    tx.insert_short_url(club, &own_domain).await.expect("the same path on another site");
    let found = tx.short_url_to(club, "/forms", false).await.expect("a look-up");
    assert_eq!(found, Some(short_url("aaa", "/forms")));
    assert_eq!(tx.short_url_to(club, "/forms", true).await.expect("a look-up"), Some(own_domain));
    assert_eq!(tx.short_url_to(club, "/", false).await.expect("a look-up"), None);
    assert_eq!(tx.short_url_to(other, "/forms", false).await.expect("a look-up"), None, "not theirs");
}

pub(crate) async fn a_code_is_taken_once_on_a_server(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    tx.insert_short_url(club, &short_url("aaa", "/forms")).await.expect("a short URL");
    for (community, again) in [
        (club, short_url("aaa", "/else")),
        (other, short_url("aaa", "/else")),
        (club, short_url("bbb", "/forms")), // another code for a place that has one
    ] {
        let refused = tx.insert_short_url(community, &again).await;
        assert!(matches!(refused, Err(StorageError::Conflict(_))), "{again:?}: {refused:?}");
    }
    tx.insert_short_url(other, &short_url("bbb", "/forms")).await.expect("their own to the same path");
}
