//! Plans as Markdown, with every number that they rest on.

use std::time::Duration;

use super::arguments::Arguments;
use super::load::{Burst, Load, SKEW};
use super::outcome::Outcome;
use super::plan::{Limit, Plan, Resource, Wanted, Why};
use super::service_times::{FILE, RoundTrips, ServiceTimes, Setting};
use super::system::GROUP;
use crate::numbers::{float, number, whole};
use crate::page::Page;
use crate::table::Table;

/// Where it stands in the documentation.
pub(super) const PAGE: Page = Page {
    path: "docs/scale.md",
    begin: "<!-- capacity: what follows is written by `cargo xtask capacity` -->\n",
    end: "<!-- capacity: end -->",
};

/// The names of the backends, in the order of the plans.
const BACKENDS: [&str; 2] = ["SQLite", "PostgreSQL"];

/// Everything, for the page and the terminal.
pub(super) fn markdown(arguments: &Arguments, times: &ServiceTimes, plans: &[(Load, [Plan; 2])]) -> String {
    let rows: Vec<_> = plans
        .iter()
        .flat_map(|(load, both)| {
            BACKENDS.into_iter().zip(both).map(move |(name, plan)| Row { load, name, plan })
        })
        .collect();
    format!(
        "### What it takes\n\n{}\n### What it would see\n\n{}\n### How busy it would be\n\n{}\n### Where it ends\n\n{}\n\
         ### What is assumed\n\n{}\n### What was measured\n\n{}\n{}",
        shapes(&rows),
        latencies(&rows, arguments.wanted),
        busy(&rows),
        limits(&rows),
        assumptions(arguments),
        times.machine.trim_end().to_owned() + "\n",
        measured(times),
    )
}

/// A load on a backend.
struct Row<'a> {
    load: &'a Load,
    name: &'static str,
    plan: &'a Plan,
}

impl Row<'_> {
    fn begin(&self) -> [String; 2] {
        [format!("{} communities", whole(float(self.load.communities))), self.name.to_owned()]
    }
}

fn table<const N: usize>(headings: [&str; N], rows: &[Row], cells: impl Fn(&Row) -> [String; N]) -> String {
    let begin = ["load", "with"];
    let headings: Vec<_> = begin.into_iter().chain(headings).collect();
    let mut table = Table::new(&headings);
    for row in rows {
        table.row(row.begin().into_iter().chain(cells(row)));
    }
    table.to_markdown()
}

fn shapes(rows: &[Row]) -> String {
    let headings = ["changes/s", "reads/s", "largest community", "databases", "nodes"];
    table(headings, rows, |Row { load, name, plan }| {
        let shape = plan.shape;
        let nodes = whole(float(shape.databases * shape.nodes));
        [
            number(load.changes()),
            number(load.reads()),
            format!("{} members", whole(load.largest())),
            whole(float(shape.databases)),
            if *name == "SQLite" { "in them".to_owned() } else { nodes },
        ]
    })
}

fn latencies(rows: &[Row], wanted: Wanted) -> String {
    let headings = ["changes: p50 / p99", "of the largest community", "reads", "wanted p99"];
    table(headings, rows, |Row { plan, .. }| {
        let Outcome { changes, largest, reads, .. } = plan.outcome;
        let [changes, largest, reads] = [changes, largest, reads]
            .map(|latency| format!("{} / {}", milliseconds(latency.median), milliseconds(latency.slowest)));
        let is_met = plan.limits.is_some();
        [changes, largest, reads, if is_met { milliseconds(wanted.slowest) } else { "**missed**".to_owned() }]
    })
}

fn busy(rows: &[Row]) -> String {
    let headings = ["cores of nodes", "cores of database", "writers", "readers", "disk", "largest ledger"];
    table(headings, rows, |Row { plan, name, .. }| {
        let busy = plan.outcome.busy;
        let apart = |part| if *name == "SQLite" { String::new() } else { percent(part) };
        [
            percent(busy.nodes),
            apart(busy.database),
            apart(busy.writers),
            apart(busy.readers),
            percent(busy.disk),
            percent(busy.ledger),
        ]
    })
}

fn limits(rows: &[Row]) -> String {
    let headings = ["as it is", "with more nodes", "with more databases too"];
    let cell = |limit: &Limit| {
        let communities = whole(float(limit.communities));
        match limit.why {
            Why::TooFew(resource, used) => format!("{communities}; {} {}", resource.name(), percent(used)),
            Why::TooSlow => format!("{communities}; p99"),
            Why::NotTried => format!("more than {communities}"),
        }
    };
    table(headings, rows, |Row { plan, .. }| match &plan.limits {
        None => ["**not at all**", "", ""].map(str::to_owned),
        Some(limits) => [
            cell(&limits.as_it_is),
            limits.more_nodes.as_ref().map(cell).unwrap_or_default(),
            cell(&limits.more_databases),
        ],
    })
}

impl Resource {
    fn name(self) -> &'static str {
        match self {
            Self::Nodes => "cores of nodes",
            Self::Database => "cores of databases",
            Self::Readers => "readers",
            Self::Ledger => "one ledger",
        }
    }
}

fn assumptions(arguments: &Arguments) -> String {
    let Arguments { load, hardware, wanted, .. } = arguments;
    let burst = match load.burst {
        Burst::None => "none",
        Burst::Promotion => "promotion",
        Burst::Rogue => "rogue",
        Burst::Restart => "restart",
        Burst::All => "all",
    };
    let count = |count: usize| whole(float(count as u64));
    let rows = [
        ("members of a community, the mean", number(load.members), "`--members`"),
        (
            "rank changes of a community in an hour, the mean",
            number(load.changes_per_hour),
            "`--changes-per-hour`",
        ),
        ("reads for each change", number(load.reads_per_change), "`--reads-per-change`"),
        ("the busiest hour, as a multiple of the mean", number(load.peak), "`--peak`"),
        ("burst on the largest community", burst.to_owned(), "`--burst`"),
        ("what 99 of 100 requests may take, ms", number(wanted.slowest.as_secs_f64() * 1e3), "`--p99`"),
        ("cores, connections and ledgers in use, at most, %", number(wanted.used * 100.0), "`--used`"),
        ("cores of a node; with SQLite, of a machine", count(hardware.node_cores), "`--node-cores`"),
        ("cores of a database", count(hardware.database_cores), "`--database-cores`"),
        ("writers of a node that work at a time", count(hardware.writers), "`--writers`; the server's own"),
        ("connections of a node that read", count(hardware.readers), "`--readers`; the server's own"),
        ("a round trip from node to database, µs", number(hardware.round_trip), "`--round-trip`"),
        ("a sync of the database's disk, µs", number(hardware.sync), "`--sync`"),
        ("changes that share a commit, at most", count(GROUP), "the server's own"),
        ("sizes fall off with the rank to the power of minus", number(SKEW), "`xtask/src/capacity/load.rs`"),
    ];
    let mut table = Table::new(&["what", "number", "given by"]);
    for (what, figure, by) in rows {
        table.row([what.to_owned(), figure, by.to_owned()]);
    }
    table.to_markdown()
}

fn measured(times: &ServiceTimes) -> String {
    let settings = [
        ("SQLite", &times.sqlite),
        ("PostgreSQL, 1 node", &times.postgres_one_node),
        ("PostgreSQL, 3 nodes", &times.postgres_three_nodes),
    ];
    let mut table = Table::new(&[
        "µs",
        "node: commit",
        "change, before its group",
        "read",
        "change, in its group",
        "database: commit",
        "change",
        "read",
    ]);
    let mut trips = Table::new(&["round trips", "group", "change, before it", "read"]);
    for (name, setting) in settings {
        let Setting { one_community, many_communities, round_trips } = setting;
        for (costs, of) in [(one_community, "1 community"), (many_communities, "16 communities")] {
            table.row([format!("{name}, {of}")].into_iter().chain(costs.figures().map(number)));
        }
        let RoundTrips { commit, change, read } = *round_trips;
        trips.row([name.to_owned()].into_iter().chain([commit, change, read].map(number)));
    }
    format!(
        "{}\n{}\nAll of it is in [{FILE}]({}).\n",
        table.to_markdown(),
        trips.to_markdown(),
        FILE.trim_start_matches("docs/")
    )
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", number(time.as_secs_f64() * 1e3))
}

fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}
