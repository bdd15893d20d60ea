//! The URLs that subscriptions may have, and the addresses that deliveries may go to.

use std::net::IpAddr;

use rankledger_server::config::WebhookSettings;
use rankledger_server::ops::subscriptions::target::{LONGEST_URL, Target, TargetError};

fn strict() -> WebhookSettings {
    WebhookSettings::default()
}

fn allowing(networks: &[&str]) -> WebhookSettings {
    let allow_networks = networks.iter().map(|network| network.parse().expect("a network")).collect();
    WebhookSettings { allow_networks, allow_http: true, ..WebhookSettings::default() }
}

fn may_send_to(settings: &WebhookSettings, address: &str) -> bool {
    settings.may_send_to(address.parse::<IpAddr>().expect("an address"))
}

#[test]
fn a_public_url_is_taken_in_one_spelling() {
    for (text, expected) in [
        ("https://example.com/hook", "https://example.com/hook"),
        ("HTTPS://Example.COM:443", "https://example.com/"),
        ("https://example.com:8443/a?b=c", "https://example.com:8443/a?b=c"),
        ("https://8.8.8.8/hook", "https://8.8.8.8/hook"),
        ("https://[2606:4700::1111]/hook", "https://[2606:4700::1111]/hook"),
        ("https://bücher.example/hook", "https://xn--bcher-kva.example/hook"),
    ] {
        assert_eq!(Target::parse(text, &strict()).map(|target| target.to_string()).as_deref(), Ok(expected));
    }
}

#[test]
fn the_demo_of_somebodys_own_community_tells_this_machine_only() {
    let settings = WebhookSettings::of_demo_of_document();
    assert!(may_send_to(&settings, "127.0.0.1"));
    for address in ["8.8.8.8", "10.0.0.1", "2606:4700::1111", "::1", "::ffff:8.8.8.8"] {
        assert!(!may_send_to(&settings, address), "{address}");
    }
    assert!(may_send_to(&WebhookSettings::of_demo(), "8.8.8.8"));
}

#[test]
fn a_url_that_is_none_is_refused_with_the_reason() {
    let long = format!("https://example.com/{}", "x".repeat(LONGEST_URL));
    for (text, expected) in [
        ("", TargetError::NotWeb),
        ("example.com", TargetError::NotWeb),
        ("ftp://example.com/", TargetError::NotWeb),
        ("file:///etc/passwd", TargetError::NoHost),
        ("https://", TargetError::NoHost),
        ("https:///hook", TargetError::NoHost),
        ("https://:8443/hook", TargetError::NoHost),
        ("https://?x", TargetError::NoHost),
        ("http://example.com/", TargetError::PlainHttp),
        ("https://user:secret@example.com/", TargetError::Credentials),
        ("https://@example.com/", TargetError::Credentials),
        ("https://example.com:5432/", TargetError::PortOfAnother(5432)),
        ("https://example.com:22/", TargetError::PortOfAnother(22)),
        ("https://example.com:0/", TargetError::PortOfAnother(0)),
        ("https://example.com:99999/", TargetError::Unreadable),
        ("https://exa mple.com/", TargetError::Unreadable),
        ("https://example.com/a\nb", TargetError::Unreadable),
        ("https:\\\\example.com\\", TargetError::Unreadable),
        ("https://exa<mple.com/", TargetError::Unreadable),
        (&long, TargetError::TooLong),
    ] {
        assert_eq!(Target::parse(text, &strict()), Err(expected), "{text}");
    }
}

#[test]
fn an_address_is_found_out_in_every_spelling() {
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "[64:ff9b::a9fe:a9fe]",
    ] {
        let parsed = Target::parse(&format!("https://{host}/"), &strict());
        assert!(matches!(parsed, Err(TargetError::Address(_))), "{host}: {parsed:?}");
    }
}

#[test]
fn what_is_not_public_is_sent_nothing() {
    for address in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:db8::1",
        "2002:0a00:0001::1",
        "2002:7f00:0001::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!may_send_to(&strict(), address), "{address}");
    }
}

#[test]
fn what_is_public_is_sent_to() {
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "2400::1",
        "2001:200::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:0808:0808::1",
    ] {
        assert!(may_send_to(&strict(), address), "{address}");
    }
}

#[test]
fn an_operator_allows_networks_and_nothing_else() {
    let settings = allowing(&["127.0.0.0/8", "10.1.2.3", "fd00::/8"]);
    for address in ["127.0.0.1", "10.1.2.3", "::ffff:127.0.0.1", "64:ff9b::10.1.2.3", "fd00::1", "8.8.8.8"] {
        assert!(may_send_to(&settings, address), "{address}");
    }
    for address in ["10.1.2.4", "::1", "fc00::1", "192.168.1.1", "64:ff9b::10.1.2.4"] {
        assert!(!may_send_to(&settings, address), "{address}");
    }
    assert!(Target::parse("http://127.0.0.1:30120/hook", &settings).is_ok());
    assert_eq!(
        Target::parse("http://127.0.0.1:6379/", &settings),
        Err(TargetError::PortOfAnother(6379)),
        "a service stays another, wherever it is"
    );
}
