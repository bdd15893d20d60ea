//! `/console/members` and `/console/members/{number}`: what is shown.

use http::StatusCode;
use serde_json::json;

use crate::kit::{Browser, Server, account, department, rank, shown};

async fn server_and_browser() -> (Server, Browser) {
    let server = Server::start().await;
    let browser = server.browser_with_key(&server.bot_key().await).await;
    (server, browser)
}

/// Returns the names in a list of members, in order.
fn names(page: &str) -> Vec<&str> {
    let rows = page.split("<th scope=\"row\">").skip(1);
    rows.map(|row| row.split("<bdi>").nth(1).expect("a name").split("</bdi>").next().expect("its end"))
        .collect()
}

#[tokio::test]
async fn the_list_shows_everybody_by_name_with_ranks_and_last_change() {
    let (_server, browser) = server_and_browser().await;
    insta::assert_snapshot!("all members", shown(&browser.page("/console/members").await));
}

#[tokio::test]
async fn members_are_found_by_name_number_and_discord_id() {
    let (_server, browser) = server_and_browser().await;
    for (text, found) in [
        ("ärw", vec!["Ärwin Cadet"]),
        ("ED", vec!["Banned", "Archived"]),
        ("1004", vec!["Chief"]),
        ("100000000000000003", vec!["Officer"]),
        ("nobody at all", vec![]),
        ("%", vec![]),
        ("<b>", vec![]),
    ] {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
        let page = browser.page(&format!("/console/members?{query}")).await;
        let (mut shown, mut found) = (names(&page), found);
        shown.sort_unstable();
        found.sort_unstable();
        assert_eq!(shown, found, "{text}");
        assert!(!page.contains("value=\"<b>\""), "{page}");
    }
}

#[tokio::test]
async fn members_are_filtered_by_rank_department_and_status() {
    let (_server, browser) = server_and_browser().await;
    let medical = format!("department={}", department::MEDICAL);
    for (query, found) in [
        (format!("rank={}", rank::CADET), vec!["Archived", "Banned", "Ärwin Cadet"]),
        (format!("rank={}&status=active", rank::CADET), vec!["Ärwin Cadet"]),
        (medical, vec!["Officer"]),
        ("department=none".to_owned(), vec!["Newcomer", "Owner"]),
        ("status=banned".to_owned(), vec!["Banned"]),
        ("status=archived".to_owned(), vec!["Archived"]),
        (format!("rank={}", rank::FOREIGN), vec![]),
        ("rank=nonsense".to_owned(), vec![]),
        ("department=nonsense".to_owned(), vec![]),
    ] {
        let page = browser.page(&format!("/console/members?{query}")).await;
        assert_eq!(names(&page), found, "{query}");
        let count =
            if found.len() == 1 { "1 member<".to_owned() } else { format!("{} members<", found.len()) };
        assert!(page.contains(&count), "{query}: the count agrees");
    }
}

#[tokio::test]
async fn the_counts_follow_every_change() {
    let (server, browser) = server_and_browser().await;
    let count = |page: &str| {
        page.split(" hold a rank").next().and_then(|text| text.rsplit(' ').next().map(str::to_owned))
    };
    let before = count(&browser.page("/console/members").await);
    server.bot().await.change_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    let after = count(&browser.page("/console/members").await);
    assert_eq!((before.as_deref(), after.as_deref()), (Some("6"), Some("7")));
}

#[tokio::test]
async fn many_members_come_in_pages_both_ways() {
    let (server, browser) = server_and_browser().await;
    let admin = server.admin().await;
    for number in 0..60 {
        let body = json!({"name": format!("Member {number:02}")});
        admin.post("/v2/community/accounts", body).await.ok();
    }
    let (mut seen, mut path) = (Vec::new(), "/console/members?q=member".to_owned());
    let mut paths = Vec::new();
    loop {
        let page = browser.page(&path).await;
        seen.push(names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>());
        paths.push(path.clone());
        let Some(next) = page.split("rel=\"next\" href=\"").nth(1) else { break };
        path = next.split('"').next().expect("a path").replace("&#38;", "&");
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10]);
    let all: Vec<_> = (0..60).map(|number| format!("Member {number:02}")).collect();
    assert_eq!(seen.concat(), all);
    let last = browser.page(&path).await;
    let back = last.split("rel=\"prev\" href=\"").nth(1).expect("a page before");
    let back = back.split('"').next().expect("a path").replace("&#38;", "&");
    assert_eq!(names(&browser.page(&back).await), seen[1]);
}

#[tokio::test]
async fn a_member_is_shown_with_ranks_and_everything_that_happened() {
    let (server, browser) = server_and_browser().await;
    let bot = server.bot().await;
    let body = json!({"add": [{"rank": "officer", "expiresIn": "P7D"}], "userId": account::CHIEF, "reason": "passed"});
    bot.change_ranks(account::CADET, body).await;
    bot.change_ranks(account::CADET, json!({"remove": ["cadet"], "reason": "took it"})).await;
    insta::assert_snapshot!("a member", shown(&browser.page("/console/members/1002").await));
}

#[tokio::test]
async fn a_member_with_many_changes_is_leafed_through() {
    let (server, browser) = server_and_browser().await;
    let bot = server.bot().await;
    for _ in 0..10 {
        bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
        bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    }
    let entries = |page: &str| page.matches("class=\"entry").count();
    let page = browser.page("/console/members/1002").await;
    assert_eq!(entries(&page), 15);
    let older =
        page.split("<footer><a href=\"").nth(1).expect("older changes").split('"').next().expect("a path");
    let page = browser.page(older).await;
    assert_eq!(entries(&page), 6, "ten pairs, and the import");
    assert!(!page.contains("Older changes") && page.contains("The newest"), "{page}");
}

#[tokio::test]
async fn names_with_markup_and_marks_stay_text() {
    let (server, browser) = server_and_browser().await;
    let admin = server.admin().await;
    let wide = "W".repeat(128);
    for name in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "שלום \u{200f}abc", &wide]
    {
        let body = json!({"name": name});
        let made = admin.post("/v2/community/accounts", body).await.ok().clone();
        let number = made["data"]["uniqueId"].as_i64().expect("a number");
        let id = made["data"]["accId"].as_str().expect("an id").to_owned();
        admin.change_ranks(&id, json!({"add": ["cadet"], "reason": name, "userId": account::OWNER})).await;
        let paths =
            ["/console".to_owned(), "/console/members".to_owned(), format!("/console/members/{number}")];
        for path in paths {
            let page = browser.page(&path).await;
            assert!(!page.contains("<script>") && !page.contains("<img"), "{path}: {page}");
            let escaped = name.replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;");
            assert!(page.contains(&escaped), "{path}: {page}");
        }
    }
}

#[tokio::test]
async fn whoever_may_not_read_accounts_sees_no_member() {
    let server = Server::start().await;
    let key = server.key_of("club", "ranks:write ranks:undo", |_| {}).await;
    let mut browser = server.browser_with_key(&key).await;
    for path in ["/console", "/console/members", "/console/members/1003"] {
        let answer = browser.open(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.text.contains("lacks the scope accounts:read"), "{}", answer.text);
    }
    let give = [("give", rank::OFFICER), ("step", "preview")];
    let answer = browser.send("/console/sessions", "/console/members/1002/ranks", &give).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
