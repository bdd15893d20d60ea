//! The chore's options.

use anyhow::Result;

use crate::tidy::arguments::Arguments;

#[test]
fn options_are_read() -> Result<()> {
    let arguments = Arguments::read(&["--headless".to_owned(), "--land-migrations".to_owned()])?;
    assert!(arguments.headless && arguments.land_migrations && !arguments.circles);
    Ok(())
}

#[test]
fn an_unknown_option_is_refused_by_name() {
    let error = Arguments::read(&["--fix".to_owned()]).err().expect("there is no such option");
    assert_eq!(error.to_string(), "tidy knows --land-migrations, --headless and --circles, not \"--fix\"");
}
