//! The arguments of the chore.

use std::time::Duration;

use anyhow::Result;

use crate::capacity::arguments::Arguments;
use crate::capacity::load::Burst;

fn read(line: &str) -> Result<Arguments> {
    Arguments::read(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
}

#[test]
fn without_arguments_there_are_three_sizes() -> Result<()> {
    let sizes = read("")?.loads().iter().map(|load| load.communities).collect::<Vec<_>>();
    assert_eq!(sizes, [100, 10_000, 1_000_000]);
    Ok(())
}

#[test]
fn a_load_of_ones_own() -> Result<()> {
    let line = "--members 500 --communities 7 --changes-per-hour 30 --reads-per-change 4.5 --burst rogue --p99 20 \
                --used 80 --peak 3 --node-cores 2 --database-cores 16 --writers 4 --readers 32 --round-trip 100 --sync 60";
    let arguments = read(line)?;
    let loads = arguments.loads();
    assert_eq!(loads.len(), 1);
    let (load, hardware) = (&loads[0], &arguments.hardware);
    let wanted = arguments.wanted;
    assert_eq!(wanted.slowest, Duration::from_millis(20));
    assert_eq!((load.communities, load.burst), (7, Burst::Rogue));
    let figures =
        [load.members, load.changes_per_hour, load.reads_per_change, load.peak, wanted.used * 100.0];
    assert_eq!(figures.map(|figure| figure.to_string()), ["500", "30", "4.5", "3", "80"]);
    assert_eq!(
        (hardware.node_cores, hardware.database_cores, hardware.writers, hardware.readers),
        (2, 16, 4, 32)
    );
    assert_eq!([hardware.round_trip, hardware.sync].map(|figure| figure.to_string()), ["100", "60"]);
    Ok(())
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    for (line, told) in [
        ("--communities 0", "--communities 0 makes no sense: it must be a whole number from 1 to 1000000000"),
        ("--members -3", "--members -3 makes no sense: it must be a number from 0 to 1000000000"),
        ("--p99 0", "--p99 0 makes no sense: it must be above 0"),
        ("--p99 NaN", "--p99 NaN makes no sense: it must be a number from 0 to 1000000000"),
        (
            "--burst flood",
            "--burst flood makes no sense: a burst is none, promotion, rogue, restart or all, not \"flood\"",
        ),
        ("--communities", "--communities needs a value"),
        ("--speed 3", "--speed 3 makes no sense: there is no argument --speed"),
    ] {
        let error = read(line).expect_err("it is refused");
        assert_eq!(format!("{error:#}"), told);
    }
}
