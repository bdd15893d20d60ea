//! Starts the binary and talks to it.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

/// Key that the tests' community adopts.
pub(crate) const KEY: &str = "key-of-the-bot-in-the-tests";

/// Longest time that an operation may take which should be done in a moment.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Returns a command that runs the binary under test.
pub(crate) fn rankledger(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rankledger"));
    command.args(args).env_remove("RANKLEDGER_CONFIG").env_remove("RANKLEDGER_DATABASE");
    command.env_remove("RANKLEDGER_URL").env_remove("RANKLEDGER_KEY");
    // A demo that is killed leaves its folder behind. The folder is not in the machine's own temporary
    // folder.
    command.env("TMPDIR", env!("CARGO_TARGET_TMPDIR"));
    command.env_remove("RANKLEDGER_LISTEN").env_remove("RANKLEDGER_LOG").stdin(Stdio::null());
    command.env_remove("RANKLEDGER_LOG_FORMAT").env_remove("NOTIFY_SOCKET").env_remove("WATCHDOG_USEC");
    command
}

/// Runs a command that ends by itself. Returns its output.
pub(crate) fn run(command: &mut Command) -> Output {
    command.output().expect("the binary runs")
}

/// Runs a command that must succeed.
pub(crate) fn succeed(command: &mut Command) {
    let output = run(command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A running server. Dropping this value kills it.
pub(crate) struct Process {
    child: Child,
    log: Receiver<String>,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts `rankledger` with these arguments and a free address, and waits until it is ready.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::spawn(rankledger(args))
    }

    /// Starts this command with a free address, and waits until it is ready.
    pub(crate) fn spawn(command: Command) -> Self {
        Self::spawn_at(free_address(), command)
    }

    /// Starts this command with this address, and waits until it is ready.
    pub(crate) fn spawn_at(address: SocketAddr, command: Command) -> Self {
        Self::launch_with(address, Stdio::piped(), command).ready()
    }

    /// Starts this command with a free address and its log in this place, and waits until it is ready.
    pub(crate) fn spawn_logging_to(stderr: impl Into<Stdio>, command: Command) -> Self {
        Self::launch_with(free_address(), stderr, command).ready()
    }

    /// Starts this command with a free address, and does not wait.
    pub(crate) fn launch(command: Command) -> Self {
        Self::launch_with(free_address(), Stdio::piped(), command)
    }

    fn ready(self) -> Self {
        self.wait_until_ready();
        self
    }

    /// The log is read if its place is a pipe of this process.
    fn launch_with(address: SocketAddr, stderr: impl Into<Stdio>, mut command: Command) -> Self {
        command.args(["--listen", &address.to_string()]).stdout(Stdio::null()).stderr(stderr);
        let mut child = command.spawn().expect("the binary starts");
        let (lines, log) = mpsc::channel();
        if let Some(stderr) = child.stderr.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    if lines.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        Self { child, log, address }
    }

    /// Serves a database file, without rate limits.
    pub(crate) fn serve(database: &Path) -> Self {
        Self::start(&["serve", "--database", &database_url(database), "--rate-limits", "off"])
    }

    fn wait_until_ready(&self) {
        let begun = std::time::Instant::now();
        while agent().get(self.url("/readyz")).call().map_or(0, |answer| answer.status().as_u16()) != 200 {
            assert!(begun.elapsed() < PATIENCE, "the server is not ready; it says: {:?}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks `/readyz`. Returns the status and the body.
    pub(crate) fn readiness(&self) -> (u16, String) {
        let mut answer = agent().get(self.url("/readyz")).call().expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("a text"))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns the lines logged since the last call.
    pub(crate) fn said(&self) -> Vec<String> {
        self.log.try_iter().collect()
    }

    /// Waits for a line of the log like this. The lines before it are thrown away.
    pub(crate) fn wait_for_line(&self, is_meant: impl Fn(&str) -> bool) {
        while !is_meant(&self.log.recv_timeout(PATIENCE).expect("the log has such a line")) {}
    }

    /// Returns the number of the process.
    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// Sends SIGKILL and waits for the end.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it is running");
        self.child.wait().expect("it ends");
    }

    /// Sends SIGTERM and waits for the end. Returns the exit code and the rest of the log.
    pub(crate) fn terminate(mut self) -> (Option<i32>, Vec<String>) {
        self.ask_to_stop();
        let status = self.child.wait().expect("it ends");
        (status.code(), self.log.iter().collect())
    }

    /// Waits until it ends by itself. Returns the exit code and the rest of the log.
    pub(crate) fn wait_for_end(mut self) -> (Option<i32>, Vec<String>) {
        let begun = std::time::Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("its state is known") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end; it says: {:?}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        };
        (status.code(), self.log.iter().collect())
    }

    /// Returns how much memory the server has, in bytes.
    pub(crate) fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.strip_suffix("kB"));
        resident.expect("the kernel says it").trim().parse::<usize>().expect("a number") * 1024
    }

    /// Sends SIGTERM and does not wait.
    pub(crate) fn ask_to_stop(&self) {
        succeed(Command::new("kill").args(["-TERM", &self.id()]));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks until the condition holds.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Returns an address that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

pub(crate) fn database_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// Returns a client that takes every status for an answer.
pub(crate) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
    config.build().new_agent()
}

/// Calls Set Account Ranks with the tests' key. Returns status and body; `None` if the server is gone.
pub(crate) fn set_ranks(
    agent: &ureq::Agent,
    base: &str,
    account: &str,
    body: &Value,
) -> Option<(u16, Value)> {
    let url = format!("{base}/v2/community/accounts/{account}/ranks");
    let request = agent.patch(url).header("authorization", format!("Bearer {KEY}"));
    answer(request.send(body.to_string()))
}

/// Calls Undo Rank Change with the tests' key.
pub(crate) fn undo(agent: &ureq::Agent, base: &str, change: &str) -> Option<(u16, Value)> {
    let url = format!("{base}/v2/community/rank-changes/{change}/undo");
    answer(agent.post(url).header("authorization", format!("Bearer {KEY}")).send("{}"))
}

fn answer(result: Result<http::Response<ureq::Body>, ureq::Error>) -> Option<(u16, Value)> {
    let mut response = result.ok()?;
    let text = response.body_mut().read_to_string().ok()?;
    Some((response.status().as_u16(), serde_json::from_str(&text).ok()?))
}

/// A database file with a community of `accounts` accounts, each holding `cadet`, and the tests' key. The
/// binary's own commands make it.
pub(crate) struct Community {
    pub(crate) database: PathBuf,
    pub(crate) folder: tempfile::TempDir,
}

impl Community {
    pub(crate) fn of(accounts: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = folder.path().join("test.db");
        make_community(&database_url(&database), accounts);
        Self { database, folder }
    }

    /// Makes the community of an import document, which is called `club`.
    pub(crate) fn from_document(content: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = folder.path().join("test.db");
        import_community(&database_url(&database), content);
        Self { database, folder }
    }
}

/// Creates that community in the database of this URL.
pub(crate) fn make_community(url: &str, accounts: u32) {
    import_community(url, &document_of(accounts));
}

/// Imports a community called `club` into the database of this URL, and makes it adopt the tests' key.
fn import_community(url: &str, content: &Value) {
    let document = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(document.path(), content.to_string()).expect("a file");
    succeed(rankledger(&["import", "--database", url]).arg(document.path()));
    succeed(&mut rankledger(&[
        "key",
        "adopt",
        "--database",
        url,
        "--community",
        "club",
        "--name",
        "bot",
        KEY,
    ]));
}

/// Returns the id of the account with this number.
pub(crate) fn account_id(number: u32) -> String {
    format!("a0000000-0000-0000-0000-{number:012}")
}

fn document_of(accounts: u32) -> Value {
    let account =
        |number| json!({"id": account_id(number), "name": format!("Member {number}"), "ranks": ["cadet"]});
    json!({
        "community": {"id": "club", "name": "The Club"},
        "departments": [{"label": "Police", "ranks": [
            {"key": "cadet", "label": "Cadet", "power": 10},
            {"key": "officer", "label": "Officer", "power": 20},
            {"key": "medic", "label": "Medic", "power": 30},
        ]}],
        "accounts": (1..=accounts).map(account).collect::<Vec<_>>(),
    })
}
