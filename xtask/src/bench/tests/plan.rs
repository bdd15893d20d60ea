//! The arguments of the chore.

use anyhow::Result;

use crate::bench::plan::{Parts, Plan};

fn read(line: &str) -> Result<Plan> {
    Plan::read(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
}

#[test]
fn a_comparison_has_at_least_three_rounds() -> Result<()> {
    for line in ["--against main", "--against main --quick", "--quick --postgres --against main"] {
        let plan = read(line)?;
        assert!(plan.rounds >= 3, "{line}");
        assert_eq!(plan.against.as_deref(), Some("main"), "{line}");
        assert_eq!(plan.with_postgres(), line.contains("--postgres"), "{line}");
    }
    Ok(())
}

#[test]
fn without_a_commit_nothing_is_compared() -> Result<()> {
    let plan = read("")?;
    assert_eq!((plan.against, plan.parts), (None, Parts::All));
    Ok(())
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    for (line, refusal) in [
        ("--against", "--against needs a commit"),
        ("--against main --large", "--against leaves out what --large is about"),
        ("--postgres --large", "--postgres leaves out what --large is about"),
        ("--fast", "the bench knows --quick, --large, --postgres and --against, not \"--fast\""),
    ] {
        let error = read(line).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(refusal));
    }
}
