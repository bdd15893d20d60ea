//! The migrations of both backends, which have the same names: `migrations/sqlite` and `migrations/postgres`.
//! They are listed here, and each becomes part of the program.

use refinery_core::{Migration, Runner};

/// Lists the migrations of a backend, by its folder: the name of each, and its SQL.
macro_rules! migrations_of {
    ($folder:literal) => {
        $crate::migrations::migrations_of!(
            $folder:
            "V1__ledger",
            "V2__planner_figures",
            "V3__general_and_accounts",
            "V4__hash_chain",
            "V5__idempotency_keys",
            "V6__guards",
            "V7__expiring_ranks",
            "V8__pruned_history",
            "V9__revisions",
            "V10__leases",
            "V11__faster_ledger",
            "V12__unfinished_imports",
        )
    };
    ($folder:literal: $($name:literal,)*) => {
        &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $folder, "/", $name, ".sql")),
        )),*]
    };
}
pub(crate) use migrations_of;

/// Returns the runner of the migrations that a database has not seen.
pub(crate) fn runner(migrations: &[(&str, &str)]) -> Runner {
    let named =
        |(name, sql): &(&str, &str)| Migration::unapplied(name, sql).expect("V, its number, and its name");
    Runner::new(&migrations.iter().map(named).collect::<Vec<_>>())
}

/// The number of the newest one.
pub(crate) fn newest(migrations: &[(&str, &str)]) -> i32 {
    i32::try_from(migrations.len()).expect("they are few")
}

#[cfg(test)]
mod tests {
    use refinery_core::load_sql_migrations;

    use super::*;

    #[test]
    fn what_is_listed_is_what_is_in_the_folders() {
        for (folder, listed) in
            [("sqlite", migrations_of!("sqlite")), ("postgres", migrations_of!("postgres"))]
        {
            let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let mut found = load_sql_migrations(folder).expect("a folder of migrations");
            found.sort();
            assert_eq!(runner(listed).get_migrations(), &found);
            assert_eq!(found.last().map(|last| i64::from(last.version())), Some(i64::from(newest(listed))));
        }
    }
}
