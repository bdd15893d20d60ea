//! The instances do what the tests that use them rely on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rankledger_instances::{Durability, Nginx, Postgres, Redis};

/// Runs a statement with `psql` as a client of this URL. Returns the output; the error is the error output.
fn psql(url: &str, statement: &str) -> Result<String, String> {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"]);
    let output = command.args(["--dbname", url, "--command", statement]).output().expect("psql is installed");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// Sends these bytes to a server. Returns the reply up to the end of the connection.
fn talk(address: &str, said: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(said.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

#[test]
fn postgres_lets_in_whoever_knows_the_password() {
    let postgres = Postgres::start(Durability::None).expect("it starts");
    postgres.create_database("club").expect("a database");
    postgres.create_user("reader", "secret").expect("a user");
    assert_eq!(psql(&postgres.url("club"), "SELECT current_database()").as_deref(), Ok("club"));
    assert_eq!(
        psql(&postgres.url_as("reader", "secret", "club"), "SELECT current_user").as_deref(),
        Ok("reader")
    );
    for user in ["reader", "rankledger"] {
        let refused =
            psql(&postgres.url_as(user, "wrong", "club"), "SELECT 1").expect_err("a wrong password");
        assert!(refused.contains("password authentication failed"), "{refused}");
    }
}

#[test]
fn postgres_takes_a_setting_while_it_runs() {
    let postgres = Postgres::start(Durability::None).expect("it starts");
    postgres.set("work_mem", "7MB").expect("a setting");
    assert_eq!(psql(&postgres.admin_url(), "SHOW work_mem").as_deref(), Ok("7MB"));
}

#[test]
fn a_standby_has_what_was_committed_and_takes_over() {
    let mut primary = Postgres::start(Durability::Full).expect("the primary starts");
    primary.sql("CREATE TABLE kept (number integer)").expect("a table");
    let standby = primary.standby("second").expect("the standby starts");
    primary.wait_for("second").expect("it is synchronous");
    primary.sql("INSERT INTO kept VALUES (7)").expect("a commit");
    primary.kill().expect("the primary is killed");

    let refused = standby.sql("INSERT INTO kept VALUES (8)").expect_err("a standby only reads");
    assert!(format!("{refused:#}").contains("read-only transaction"), "{refused:#}");
    standby.promote().expect("it is promoted");
    standby.sql("INSERT INTO kept VALUES (8)").expect("a primary writes");
    assert_eq!(
        standby.sql("SELECT string_agg(number::text, ' ' ORDER BY number) FROM kept").expect("rows"),
        "7 8"
    );

    primary.start_again().expect("the old primary starts again");
    assert_eq!(psql(&primary.admin_url(), "SELECT number FROM kept").as_deref(), Ok("7"));
}

#[test]
fn a_killed_postgres_completes_nothing() {
    let mut postgres = Postgres::start(Durability::Full).expect("it starts");
    postgres.sql("CREATE TABLE kept (number integer)").expect("a table");
    thread::scope(|scope| {
        let url = postgres.admin_url();
        let slow = scope.spawn(move || psql(&url, "INSERT INTO kept SELECT 1 FROM pg_sleep(20)"));
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        while postgres.sql(waiting).expect("an answer") == "0" {}
        postgres.kill().expect("it is killed");
        slow.join().expect("psql ends").expect_err("the connection is gone");
    });
    postgres.start_again().expect("it starts again");
    assert_eq!(postgres.sql("SELECT count(*) FROM kept").expect("an answer"), "0");
}

#[test]
fn redis_starts_again_on_its_port() {
    let mut redis = Redis::start().expect("it starts");
    let url = redis.url();
    let (password, address) = url.trim_start_matches("redis://:").split_once('@').expect("a password");
    assert!(talk(address, "PING\r\nQUIT\r\n").starts_with("-NOAUTH"));
    let ping = format!("AUTH {password}\r\nPING\r\nQUIT\r\n");
    assert_eq!(talk(address, &ping), "+OK\r\n+PONG\r\n+OK\r\n");
    redis.kill().expect("it is killed");
    TcpStream::connect(address).expect_err("nobody listens");
    redis.start_again().expect("it starts again");
    assert_eq!(talk(address, &ping), "+OK\r\n+PONG\r\n+OK\r\n");
}

#[test]
fn nginx_forwards() {
    let upstream = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let node = upstream.local_addr().expect("an address");
    let nginx = Nginx::start(|port| {
        format!(
            "upstream nodes {{ server {node}; }}
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://nodes; }} }}"
        )
    });
    let nginx = nginx.expect("it starts");
    let answering = thread::spawn(move || {
        let (mut stream, _) = upstream.accept().expect("nginx calls");
        let mut asked = [0; 1024];
        let length = stream.read(&mut asked).expect("it asks");
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nfrom the node").expect("it reads");
        String::from_utf8_lossy(&asked[..length]).into_owned()
    });
    let address = nginx.url().replace("http://", "");
    let answer = talk(&address, "GET /readyz HTTP/1.0\r\n\r\n");
    assert!(answer.ends_with("from the node"), "{answer}");
    assert!(answering.join().expect("the node ends").starts_with("GET /readyz"));
}

#[test]
fn servers_end_with_the_program_that_started_them() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rankledger-instances"));
    let print = "echo $RANKLEDGER_TEST_POSTGRES $RANKLEDGER_TEST_REDIS; read end";
    command.args(["sh", "-c", print]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = command.spawn().expect("it starts");
    let mut urls = String::new();
    let output = program.stdout.take().expect("its standard output is ours");
    BufReader::new(output).read_line(&mut urls).expect("a line");
    let addresses: Vec<String> = urls.split_whitespace().map(address).collect();
    for address in &addresses {
        TcpStream::connect(address).expect("it listens");
    }
    program.kill().expect("it runs");
    program.wait().expect("it ends");
    for address in &addresses {
        let begun = Instant::now();
        while TcpStream::connect(address).is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(30), "{address} still listens");
        }
    }
    // The start of a server removes the folders of servers that were killed.
    Redis::start().expect("it starts");
}

/// Returns the address where the server of a URL listens.
fn address(url: &str) -> String {
    let (_, behind) = url.split_once('@').expect("a password");
    behind.split('/').next().expect("the first part is always there").to_owned()
}
