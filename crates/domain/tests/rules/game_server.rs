//! The parts of a game server: which forms they may have, and where the server hears of changes.

use rankledger_domain::game_server::{
    BadPart, GameServer, MAX_ID, Secret, check_id, check_principal, parse_host, parse_port,
};

#[test]
fn an_id_is_a_whole_number_that_every_program_reads() {
    for id in [0, 1, MAX_ID] {
        assert_eq!(check_id(id), Ok(()));
    }
    for id in [-1, MAX_ID + 1, i64::MIN, i64::MAX] {
        assert_eq!(check_id(id), Err(BadPart::Id(id)));
    }
}

#[test]
fn a_port_is_a_number_in_digits() {
    for (text, expected) in [("30120", 30120), (" 1 ", 1), ("65535", 65535), ("00080", 80)] {
        assert_eq!(parse_port(text), Ok(expected), "{text}");
    }
    for text in ["", " ", "0", "65536", "-1", "+80", "80.5", "0x50", "http", "3 0", "99999999999999999999"] {
        assert_eq!(parse_port(text), Err(BadPart::Port), "{text}");
    }
}

#[test]
fn a_host_is_an_address_or_a_name_in_one_spelling() {
    for (text, expected) in [
        ("127.0.0.1", "127.0.0.1"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("City.Example.COM", "city.example.com"),
        ("localhost", "localhost"),
        ("game_server-1", "game_server-1"),
    ] {
        assert_eq!(parse_host(text), Ok(expected.to_owned()), "{text}");
    }
    let long = format!("{}.example.com", "x".repeat(64));
    for text in [
        "",
        " ",
        "300.1.1.1",
        "1.2.3",
        "1234",
        "1.2.3.4:30120",
        "http://city",
        "a b",
        "a..b",
        "-a",
        "a-",
        "a/b",
        "user@city",
        "ci\nty",
        "b\u{fc}cher.example",
        "[::1",
        &long,
    ] {
        assert_eq!(parse_host(text), Err(BadPart::Host), "{text:?}");
    }
}

#[test]
fn a_principal_is_one_word_to_the_console_of_a_game_server() {
    for principal in [
        "group.admin",
        "group:123456",
        "identifier.fivem:1",
        "qbcore.god",
        "resource.a-b_c",
        "gr\u{fc}n",
        &"x".repeat(128),
    ] {
        assert_eq!(check_principal(principal), Ok(()), "{principal}");
    }
    for principal in [
        "",
        " ",
        "two words",
        "a\nquit",
        "a\rb",
        "a\tb",
        "a;quit",
        "a\"b",
        "a'b",
        "a\\b",
        "a`b",
        "a\u{0}b",
        "a\u{202e}b",
        "a\u{2028}b",
        "a\u{a0}b",
        &"x".repeat(129),
    ] {
        assert_eq!(check_principal(principal), Err(BadPart::Principal), "{principal:?}");
    }
}

#[test]
fn a_secret_is_visible_ascii_and_shows_itself_to_nobody() {
    let secret = Secret::parse("aB3$%~!").expect("a secret");
    assert_eq!(secret.reveal(), "aB3$%~!");
    assert_eq!(format!("{secret:?}"), "Secret(..)");
    for text in ["", " ", "two words", "a\nb", "\u{e4}", "\u{7f}", &"x".repeat(257)] {
        assert_eq!(Secret::parse(text), Err(BadPart::Secret), "{text:?}");
    }
    Secret::parse(&"x".repeat(256)).expect("a secret");
}

#[test]
fn a_server_hears_of_changes_at_its_own_address_or_at_that_of_its_host() {
    let server = GameServer::named(1, "Main");
    assert_eq!(server.push_address(), None);
    let with_ip = GameServer { ip: Some("203.0.113.7".to_owned()), ..server.clone() };
    assert_eq!(with_ip.push_address(), None, "its port is not known");
    let with_both = GameServer { port: Some(30120), ..with_ip };
    let expected = "http://203.0.113.7:30120/sonorancms/events";
    assert_eq!(with_both.push_address().as_deref(), Some(expected));
    let six = GameServer { ip: Some("2001:db8::1".to_owned()), ..with_both.clone() };
    assert_eq!(six.push_address().as_deref(), Some("http://[2001:db8::1]:30120/sonorancms/events"));
    let own = Some("https://city.example.com/x".to_owned());
    assert_eq!(GameServer { push_url: own.clone(), ..with_both }.push_address(), own);
    assert_eq!(GameServer { push_url: own.clone(), ..server }.push_address(), own);
}
