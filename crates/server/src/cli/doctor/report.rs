//! The report that the doctor prints: a line for each check.

use rankledger_storage::checkup::Check;

use crate::cli::print::{count, harmless};

/// A line for each check, and one that sums them up.
pub(super) fn report(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let (verdict, found) = match &check.outcome {
            Ok(found) => ("ok", found),
            Err(warning) if warning.is_grave => ("failed", &warning.text),
            Err(warning) => ("warning", &warning.text),
        };
        let line = format!("{verdict:<7}  {:<width$}  {}", check.name, harmless(found));
        text.push_str(&line);
        text.push('\n');
    }
    let failures = checks.iter().filter(|check| has_failed(check)).count();
    let warnings = checks.iter().filter(|check| check.outcome.is_err()).count() - failures;
    text + &format!("{}, {}\n", count(failures, "failure"), count(warnings, "warning"))
}

/// Whether a server cannot work as it is.
pub(super) fn has_failed(check: &Check) -> bool {
    check.outcome.as_ref().is_err_and(|warning| warning.is_grave)
}
