//! The URL of a database, as it is written and as it is shown.

use rankledger_storage::postgres::PostgresUrl;

#[test]
fn an_address_is_shown_without_its_password() {
    for (written, shown) in [
        ("postgres://ann:s3cret@db1/ranks", "postgres://ann@db1:5432/ranks"),
        ("postgresql://ann:s3cret@db1:6000,db2:6001/ranks", "postgres://ann@db1:6000,db2:6001/ranks"),
        ("postgres://ann:s3cret@[::1]:6000/ranks?sslmode=disable", "postgres://ann@[::1]:6000/ranks"),
        ("postgres://ann:s3cret@%2Frun%2Fpostgresql/ranks", "postgres://ann@/run/postgresql:5432/ranks"),
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
