//! The migrations of both backends, which have the same names: the files in `migrations/sqlite` and
//! `migrations/postgres`, each of which becomes part of the program (`build.rs` lists them).

use refinery_core::{Migration, Runner};

/// The migrations of SQLite: the name of each, and its SQL.
pub(crate) const SQLITE: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sqlite.rs"));

/// The migrations of PostgreSQL.
pub(crate) const POSTGRES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/postgres.rs"));

/// Returns the runner of the migrations that a database has not seen.
pub(crate) fn runner(migrations: &[(&str, &str)]) -> Runner {
    Runner::new(&migrations.iter().map(migration).collect::<Vec<_>>())
}

/// The number of the newest one.
pub(crate) fn newest(migrations: &[(&str, &str)]) -> i32 {
    migrations.last().map_or(0, |last| migration(last).version())
}

fn migration((name, sql): &(&str, &str)) -> Migration {
    Migration::unapplied(name, sql).expect("V, its number, and its name")
}

#[cfg(test)]
mod tests {
    use refinery_core::load_sql_migrations;

    use super::*;

    #[test]
    fn what_is_listed_is_what_is_in_the_folders() {
        for (folder, listed) in [("sqlite", SQLITE), ("postgres", POSTGRES)] {
            let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let mut found = load_sql_migrations(folder).expect("a folder of migrations");
            found.sort();
            assert_eq!(runner(listed).get_migrations(), &found);
            assert_eq!(found.last().map(|last| i64::from(last.version())), Some(i64::from(newest(listed))));
        }
    }
}
