//! Somebody with a browser, who uses the console: it keeps cookies and sends forms as a page has them.

use std::net::SocketAddr;

use axum::response::Response;
use http::{Method, StatusCode};
use rankledger_domain::console::{LINK, SignInLink, Token};
use rankledger_domain::ids::{AccountId, Ids};
use serde_json::json;
use uuid::Uuid;

use super::{Actor, Answer, Server};

/// The origin of the pages.
const HOST: &str = "ranks.example.com";

/// A browser.
#[derive(Clone)]
pub(crate) struct Browser {
    actor: Actor,
}

impl Server {
    /// Returns a browser in which nobody has signed in.
    pub(crate) fn browser(&self) -> Browser {
        let actor = self.stranger().with("host", HOST).with("accept", "text/html");
        Browser {
            actor: actor.with("origin", &format!("http://{HOST}")).with("sec-fetch-site", "same-origin"),
        }
    }

    /// Returns the browser of somebody who has signed in with this key.
    pub(crate) async fn browser_with_key(&self, key: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.submit("/console/sign-in", &[("key", key)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    /// Lets the holders of a rank do this in the console.
    pub(crate) async fn let_rank(&self, rank: &str, scopes: &[&str]) {
        let admin = self.admin().await;
        admin.patch(&format!("/v2/community/ranks/{rank}"), json!({"scopes": scopes})).await.ok();
    }

    /// Makes a link that signs in a person of the club, or the operator. Returns its path.
    pub(crate) async fn sign_in_link(&self, account: Option<&str>) -> String {
        let community = self.community("club").await;
        let account = account.map(|id| AccountId(Uuid::parse_str(id).expect("an id of the kit")));
        let mut entropy = [9; 32];
        entropy[..16].copy_from_slice(self.ids.uuid().as_bytes());
        let (token, now) = (Token::from_entropy(entropy), self.now());
        let link = SignInLink { community, account, ends_at: now + LINK };
        let mut tx = self.storage.begin().await.expect("a transaction");
        tx.insert_sign_in_link(&link, &token.hash(), now).await.expect("a link");
        tx.commit().await.expect("a commit");
        format!("/console/link/{}", token.reveal())
    }

    /// Returns the browser of a person of the club who has signed in by a link.
    pub(crate) async fn browser_of(&self, account: &str) -> Browser {
        let (mut browser, link) = (self.browser(), self.sign_in_link(Some(account)).await);
        let answer = browser.submit(&link, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }
}

impl Browser {
    /// Returns the same browser with this header in every request.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        Self { actor: self.actor.with(name, value) }
    }

    /// Returns the same browser, whose requests go to another server.
    pub(crate) fn at(&self, server: &Server) -> Self {
        Self { actor: self.actor.at(server.router.clone()) }
    }

    /// Returns the same browser at this address.
    pub(crate) fn from(&self, address: SocketAddr) -> Self {
        Self { actor: self.actor.from(address) }
    }

    /// Opens a page.
    pub(crate) async fn open(&self, path: &str) -> Answer {
        self.actor.get(path).await
    }

    /// Opens a stream, which is read while it comes.
    pub(crate) async fn stream(&self, path: &str) -> Response {
        self.actor.open(path).await
    }

    /// Opens a page, which must be there. Returns its text.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.open(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    /// Sends a form with these fields, and keeps the cookie of the answer.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer = self.actor.send(Method::POST, path, form).await;
        if let Some(cookie) = answer.header("set-cookie") {
            let cookie = cookie.split(';').next().expect("a cookie");
            self.actor = self.actor.with("cookie", cookie);
        }
        answer
    }

    /// Sends a form of a page: with its token.
    pub(crate) async fn send(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = token(&self.page(page).await);
        let fields: Vec<_> = [("token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.submit(path, &fields).await
    }

    /// Sends a form of a page, and opens the page that the answer leads to. Returns the text of that.
    pub(crate) async fn send_and_follow(
        &mut self,
        page: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> String {
        let answer = self.send(page, path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let next = answer.header("location").expect("a place to go to");
        self.page(next.split('#').next().expect("a path")).await
    }
}

/// Returns the token of the forms of a page.
pub(crate) fn token(page: &str) -> String {
    let from = page.split("name=\"token\" value=\"").nth(1).expect("a form with a token");
    from.split('"').next().expect("the end of the value").to_owned()
}

/// Returns what people read in the main part of a page: a line for each block, without tags.
pub(crate) fn shown(page: &str) -> String {
    let main = page.split("<main").nth(1).expect("a main part");
    let main = main.split("</main>").next().expect("the end of the main part");
    let mut text = String::new();
    for piece in main.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').expect("the end of a tag");
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        if BLOCKS.contains(&name) {
            text.push('\n');
        }
        for c in words.chars() {
            match c {
                c if !c.is_whitespace() => text.push(c),
                _ if text.ends_with([' ', '\n']) => {}
                _ => text.push(' '),
            }
        }
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The elements that begin a line.
const BLOCKS: [&str; 16] = [
    "li", "p", "tr", "td", "th", "h1", "h2", "h3", "div", "section", "form", "button", "dt", "dd", "label",
    "option",
];
