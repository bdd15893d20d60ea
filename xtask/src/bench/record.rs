//! Load on a server, put down as figures.

use anyhow::{Context, Result};

use super::figures::{Figures, Part, What};
use crate::measuring::load::Load;
use crate::numbers::float;

/// Runs a load, and puts down what came of it. Answers the number of requests.
pub(super) fn measure(load: &Load<'_>, what: What, figures: &mut Figures) -> Result<u64> {
    let answered = load.run(figures.count(what, Part::PerSecond)).with_context(|| what.label())?;
    let requests = answered.requests;
    figures.add(what, Part::PerSecond, float(requests) * 1e6 / float(answered.microseconds));
    figures.add(what, Part::Median, float(answered.p50));
    figures.add(what, Part::Slowest, float(answered.p99));
    Ok(requests)
}
