//! The URL of a database, as it is written and as it is shown.

use rankledger_storage::postgres::PostgresUrl;

#[test]
fn an_address_is_shown_without_its_password() {
    for (written, shown) in [
        ("postgres://ann:s3cret@db1/ranks", "postgres://ann@db1:5432/ranks"),
        ("postgresql://ann:s3cret@db1:6000,db2:6001/ranks", "postgres://ann@db1:6000,db2:6001/ranks"),
        ("postgres://ann:s3cret@[::1]:6000/ranks?sslmode=disable", "postgres://ann@[::1]:6000/ranks"),
        ("postgres://ann:s3cret@%2Frun%2Fpostgresql/ranks", "postgres://ann@/run/postgresql:5432/ranks"),
        ("postgres://ann:s%40cr@db1/ranks", "postgres://ann@db1:5432/ranks"),
        ("postgres://ann:s3/cr?et@db1/ranks?user=eve", "postgres://eve@db1:5432/ranks"),
    ] {
        let url: PostgresUrl = written.parse().expect("an address");
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), shown);
    }
}

#[test]
fn what_is_no_address_of_a_database_is_refused_with_an_example() {
    for wrong in [
        "postgres://",
        "postgres://ann@db1",
        "postgres://ann@db1:port/ranks",
        "postgres://db1/ranks?sslmode=maybe",
    ] {
        let error = wrong.parse::<PostgresUrl>().expect_err(wrong);
        assert!(error.contains("postgres://USER:PASSWORD@HOST/NAME"), "{wrong}: {error}");
    }
}

#[test]
fn nothing_is_shown_of_an_address_in_which_the_end_of_the_password_is_not_clear() {
    for unclear in [
        "postgres://ann:my@s3cret@db1/ranks",
        "postgres://ann:my@s3cret:more@db1/ranks",
        "postgres://ann:my@s3/cret@db1/ranks",
        "postgres://ann:my@s3?cret=x@db1/ranks",
        "postgres://ann@my:s3cret@db1/ranks",
        "postgres:///ranks?host=db1&password=my@s3cret/ranks",
    ] {
        let error = unclear.parse::<PostgresUrl>().expect_err(unclear);
        assert!(error.contains("%40") && error.contains("postgres://USER:PASSWORD@HOST/NAME"), "{error}");
        assert!(!error.contains("s3") && !error.contains("cret"), "{unclear}: {error}");
    }
}
