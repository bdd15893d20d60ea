//! `cargo xtask test`: everything that the tests need, then the tests.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use rankledger_instances::{BACKEND_VARIABLE, Caddy, Environment, Nginx, Postgres, Redis};

use crate::need::{has_program, need};
use crate::shell::{self, root, succeeds};
use crate::{node, package, python};

/// The test binaries that run on the backend which [`BACKEND_VARIABLE`] names.
const OF_EVERY_BACKEND: [&str; 3] = ["http", "import", "model"];

/// Runs all tests, then those of every backend again on PostgreSQL, with cargo-nextest where it is
/// installed. Its closing line comes last in each run; the second takes place even if the first one fails.
pub(crate) fn run(args: &[String]) -> Result<()> {
    need("curl", "curl", || has_program("curl"))?;
    need("jq", "jq", || has_program("jq"))?;
    need("PostgreSQL", "postgresql", Postgres::is_installed)?;
    need("Redis", "redis-server", Redis::is_installed)?;
    need("nginx", "nginx", Nginx::is_installed)?;
    need("Lua", "lua5.4", || succeeds(Command::new("lua5.4").arg("-v")))?;
    need("LuaSocket", "lua-socket", || has_lua_module("socket"))?;
    need("cjson", "lua-cjson", || has_lua_module("cjson"))?;
    need("luaossl", "lua-luaossl", || has_lua_module("openssl.hmac"))?;
    need("the C# compiler of Mono", "mono-mcs", || has_program("mcs"))?;
    need("System.Net.Http of Mono", "libmono-system-net-http4.0-cil", has_http_of_mono)?;
    need("Caddy", "caddy", Caddy::is_installed)?;
    need("systemd-analyze", "systemd", || has_program("systemd-analyze"))?;
    package::need_programs()?;
    let python = python::TESTS.make()?.join("python");
    let node = node::make()?;
    let environment = Environment::start()?;
    let has_nextest = succeeds(Command::new("cargo").args(["nextest", "--version"]));

    let all = shell::run(runner(has_nextest, &environment, &python, &node).args(args));
    println!("xtask: those of every backend again, on PostgreSQL");
    let mut again = runner(has_nextest, &environment, &python, &node);
    again.args(OF_EVERY_BACKEND.iter().flat_map(|name| ["--test", name]));
    if has_nextest {
        // ARGS may name tests of which none is among these.
        again.arg("--no-tests=pass");
    }
    all.and(shell::run(again.args(args).env(BACKEND_VARIABLE, "postgres")))
}

/// The command that runs the tests, up to its arguments.
fn runner(has_nextest: bool, environment: &Environment, python: &Path, node: &Path) -> Command {
    let runner: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
    let mut cargo = Command::new("cargo");
    cargo.args(runner).args(["--workspace", "--locked"]).current_dir(root());
    cargo.env("RANKLEDGER_TEST_PYTHON", python).env("RANKLEDGER_TEST_NODE", node);
    cargo.envs(environment.variables());
    cargo
}

/// Whether Mono has its library for HTTP.
fn has_http_of_mono() -> bool {
    Path::new("/usr/lib/mono/4.5/System.Net.Http.dll").exists()
}

/// Whether Lua finds this module.
fn has_lua_module(name: &str) -> bool {
    succeeds(Command::new("lua5.4").args(["-e", &format!("require '{name}'")]))
}
