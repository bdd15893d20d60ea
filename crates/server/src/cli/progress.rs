//! How far a long command is, on standard error: a bar if that is a terminal, else a line now and then.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::print;

/// Interval at which a long step reports its progress if no progress bar is shown.
const PERIOD: Duration = Duration::from_secs(10);

/// Reports the progress of a command whose steps are counted.
pub(super) struct Reporter {
    bar: ProgressBar,
    /// The step that was told of last, and when.
    told: Option<(String, Instant)>,
}

impl Reporter {
    pub(super) fn new() -> Self {
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}, {eta} to go");
        let style = style.expect("the template is a constant that indicatif reads");
        Self { bar: ProgressBar::new(0).with_style(style), told: None }
    }

    /// Shows that `done` of `total` are done in this step.
    pub(super) fn report(&mut self, step: &str, done: u64, total: u64) {
        let is_new = self.told.as_ref().is_none_or(|(told, _)| told != step);
        self.bar.set_length(total);
        if is_new {
            self.bar.reset_eta();
            self.bar.set_message(step.to_owned());
        }
        self.bar.set_position(done);
        let is_due = self.told.as_ref().is_none_or(|(_, when)| when.elapsed() >= PERIOD);
        if (is_new && total > 0) || is_due {
            self.told = Some((step.to_owned(), Instant::now()));
            if self.bar.is_hidden() {
                print::say!("{step}: {done} of {total}");
            }
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
