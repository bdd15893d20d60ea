//! Behind nginx and behind Caddy, configured as in the guide: at the root of a host and under a prefix, what
//! a client follows from an answer leads to the server.

use std::net::SocketAddr;
use std::process::Command;

use http::Response;
use rankledger_instances::{Caddy, Nginx};
use serde_json::{Value, json};

use crate::kit::{Community, KEY, Process, account_id, agent, database_url, free_address, rankledger, run};

const GUIDE: &str = include_str!("../../../../docs/guides/running.md");

/// The address of the server in the guide.
const SERVER: &str = "127.0.0.1:8080";

/// Returns the configuration for this proxy in this section of the guide.
fn of_the_guide(section: &str, proxy: &str) -> &'static str {
    let (_, section) = GUIDE.split_once(section).expect("the guide has the section");
    let (_, site) = section.split_once(&format!("```{proxy}\n")).expect("the section has a configuration");
    site.split("```").next().unwrap_or_default()
}

/// A proxy, which lives as long as this value.
enum Proxy {
    Nginx(Nginx),
    Caddy(Caddy),
}

/// A server behind a proxy.
struct Behind {
    /// Where clients reach the server, without a slash at its end.
    public: String,
    /// The prefix of the paths in it.
    prefix: &'static str,
    /// The scheme, host and port of the proxy.
    host: String,
    _proxy: Proxy,
    _server: Process,
}

/// Starts an nginx that is configured as in this section of the guide, without its certificates, for a server
/// at this address.
fn nginx(section: &str, server: SocketAddr) -> Proxy {
    let nginx = Nginx::start(|port| {
        let site = of_the_guide(section, "nginx").replace(SERVER, &server.to_string());
        let site = site.replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"));
        let lines = site.lines().filter(|line| !line.trim_start().starts_with("ssl_"));
        lines.collect::<Vec<_>>().join("\n")
    });
    Proxy::Nginx(nginx.expect("an nginx"))
}

/// Starts a Caddy that is configured as in this section of the guide, for a server at this address.
fn caddy(section: &str, server: SocketAddr) -> Proxy {
    let caddy = Caddy::start(|address| {
        let sites = of_the_guide(section, "caddy").replace(SERVER, &server.to_string());
        let (name, block) = sites.split_once(' ').expect("the name of the site comes first");
        assert!(name.ends_with("example.com"), "{sites}");
        format!("{address} {block}")
    });
    Proxy::Caddy(caddy.expect("a Caddy"))
}

/// Starts a server behind a proxy, where clients see this prefix.
fn behind(community: &Community, prefix: &'static str, start: impl FnOnce(SocketAddr) -> Proxy) -> Behind {
    let address = free_address();
    let proxy = start(address);
    let host = match &proxy {
        Proxy::Nginx(nginx) => nginx.url(),
        Proxy::Caddy(caddy) => caddy.url(),
    };
    let public = format!("{host}{prefix}");
    let server = Process::spawn_at(
        address,
        rankledger(&[
            "serve",
            "--database",
            &database_url(&community.database),
            "--public-url",
            &format!("{public}/"),
        ]),
    );
    Behind { public, prefix, host, _proxy: proxy, _server: server }
}

/// Sends a request with the tests' key, and follows no redirection.
fn get(url: &str) -> Response<ureq::Body> {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
    let request = config.new_agent().get(url).header("authorization", format!("Bearer {KEY}"));
    request.call().expect("an answer")
}

/// Returns the status and the body.
fn text(url: &str) -> (u16, String) {
    let mut answer = get(url);
    (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
}

fn json_at(url: &str) -> Value {
    serde_json::from_str(&text(url).1).expect("JSON")
}

/// Checks that everything leads to the server.
fn assert_leads_inside(behind: &Behind) {
    let Behind { public, prefix, host, .. } = behind;
    let row = json_at(&format!("{public}/v2/community/accounts/{}", account_id(1)));
    assert_eq!(row["meta"]["path"], format!("{prefix}/v2/community/accounts/{}", account_id(1)));

    let problem = json_at(&format!("{public}/v2/community/cars"));
    assert_eq!(problem["instance"], format!("{prefix}/v2/community/cars"));
    let (status, page) = text(&format!("{host}{}", problem["type"].as_str().expect("a type")));
    assert!(status == 200 && page.contains(&format!("\"type\": \"{prefix}/problems/not-found\"")), "{page}");
    let (_, index) = text(&format!("{public}/problems"));
    for line in index.lines() {
        let uri = line.split_whitespace().nth(1).expect("each line has a URI");
        assert_eq!(get(&format!("{host}{uri}")).status(), 200, "{uri}");
    }

    let (status, docs) = text(&format!("{public}/docs"));
    assert!(status == 200 && docs.contains("\"openapi.json\"") && !docs.contains("/openapi.json"));
    let document = json_at(&format!("{public}/openapi.json"));
    assert_eq!(document["servers"], json!([{ "url": public }]));
    let types = document["components"].to_string();
    assert!(types.contains(&format!("\"{prefix}/problems/not-found\"")));
    assert!(prefix.is_empty() || !types.contains("\"/problems/"));

    let body = json!({"path": "/go/example"}).to_string();
    let shorten = agent().post(format!("{public}/v2/community/short-urls"));
    let mut made = shorten.header("authorization", format!("Bearer {KEY}")).send(&body).expect("an answer");
    let made: Value = serde_json::from_str(&made.body_mut().read_to_string().expect("text")).expect("JSON");
    let short = made["data"]["redirect"].as_str().expect("a short URL").to_owned();
    assert!(short.starts_with(&format!("{public}/s/")), "{short}");
    let answer = get(&short);
    assert_eq!(answer.status(), 302);
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
    assert_eq!(location, Some(format!("{prefix}/go/example").as_str()));

    assert_ne!(get(&format!("{public}/metrics")).status(), 200);
    // Caddy answers 200 with nothing where no block fits.
    let (_, outside) = text(&format!("{host}/metrics"));
    assert!(!outside.contains("rankledger_"), "the metrics are not shown to strangers");
    let envelope = json!({"id": "club", "key": KEY, "type": "GET_SUB_VERSION", "data": []}).to_string();
    let mut answer =
        agent().post(format!("{public}//general/get_sub_version")).send(&envelope).expect("an answer");
    let level = answer.body_mut().read_to_string().expect("text");
    assert!(answer.status() == 200 && level.trim().parse::<u8>().is_ok(), "{level}");

    let listed = run(&mut by_url(behind, &["history"]));
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let refused = run(&mut by_url(behind, &["undo", "999"]));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains(&format!("({prefix}/problems/")), "{said}");
}

/// Returns a command that works on the server through the nginx.
fn by_url(behind: &Behind, args: &[&str]) -> Command {
    let mut command = rankledger(args);
    command.args(["--url", &behind.public]).env("RANKLEDGER_KEY", KEY);
    command
}

#[test]
fn under_a_prefix_everything_leads_inside() {
    let (community, section) = (Community::of(1), "### Under a prefix");
    assert_leads_inside(&behind(&community, "/ranks", |server| nginx(section, server)));
    assert_leads_inside(&behind(&community, "/ranks", |server| caddy(section, server)));
}

#[test]
fn at_the_root_everything_leads_there() {
    let (community, section) = (Community::of(1), "### At the root of a host");
    assert_leads_inside(&behind(&community, "", |server| nginx(section, server)));
    assert_leads_inside(&behind(&community, "", |server| caddy(section, server)));
}
