//! Queries: parameters that an endpoint does not know or that are misspelt, and parameters that are given
//! twice, empty or out of range.

use serde_json::json;

use crate::kit::{ENDPOINTS, Server, account};

/// Returns every query parameter with the path that reads it. The path has the required parameters.
fn parameters() -> Vec<(String, &'static str, bool)> {
    let of = |rest: &str| format!("/v2/community/accounts{rest}");
    let cadet = |rest: &str| of(&format!("/{}{rest}", account::CADET));
    let search = of("/search?uniqueId=1002");
    let mut all = vec![
        ("/v2/community/lookup".to_owned(), "id", false),
        ("/v2/community/departments".to_owned(), "includeRetired", true),
        (cadet("/clock/current"), "accId", false),
        (cadet("/activity/latest"), "accId", false),
        (cadet("/activity/latest"), "type", true),
        (cadet("/activity/latest"), "serverId", true),
        (cadet("/activity/latest"), "clockInType", false),
        (of(""), "rank", true),
        (of("/search"), "uniqueId", true),
    ];
    let paging = ["skip", "take", "sysStatus", "comStatus", "banned", "archived"];
    all.extend(paging.map(|name| (of(""), name, true)));
    all.extend(["accountId", "accId"].map(|name| (search.clone(), name, true)));
    all.extend(["apiId", "username", "discord"].map(|name| (search.clone(), name, false)));
    let history = "/v2/community/rank-changes".to_owned();
    let export = format!("{history}/export");
    let filter = ["accountId", "userId", "credentialId", "rank", "source", "from", "to", "undone", "batchId"];
    all.extend(filter.map(|name| (history.clone(), name, true)));
    all.extend(["cursor", "take"].map(|name| (history.clone(), name, true)));
    all.extend(filter.map(|name| (export.clone(), name, true)));
    all.push((export, "format", true));
    all
}

#[tokio::test]
async fn a_parameter_that_nobody_knows_is_ignored() {
    for endpoint in ENDPOINTS.iter() {
        let server = Server::start().await;
        let admin = server.admin().await;
        server.bot().await;
        let mark = if endpoint.path.contains('?') { '&' } else { '?' };
        let path = format!("{}{mark}x=1&x=2&page=-1&&=&%FF=%zz", endpoint.path);
        admin.send(endpoint.method.clone(), &path, endpoint.body).await.success();
    }
}

#[tokio::test]
async fn a_misspelt_parameter_is_refused_and_told_what_was_meant() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (path, name, _) in parameters() {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut misspelt = vec![name.to_uppercase(), format!("_{name}"), format!("{name}s")];
        if name.len() > 3 {
            misspelt.push(format!("{}{}", &name[..1], &name[2..]));
        }
        for other in misspelt {
            let answer = admin.get(&format!("{path}{mark}{other}=1")).await;
            assert_eq!(answer.body["errors"], json!([{"parameter": other}]), "{path}: {}", answer.body);
            let detail = answer.body["detail"].as_str().expect("a sentence");
            let meant = format!("There is no query parameter \"{other}\" here: did you mean \"{name}\"?");
            assert!(detail.starts_with(&meant), "{path}: {detail}");
            answer.problem(400, "invalid-query");
        }
    }
}

#[tokio::test]
async fn a_misspelt_parameter_is_told_before_what_is_wrong_with_the_others() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for query in ["accounts?ranks=officer&take=1000", "accounts?take=1000&ranks=officer", "lookup?ID=club"] {
        let answer = admin.get(&format!("/v2/community/{query}")).await;
        let problem = answer.problem(400, "invalid-query");
        assert!(
            problem["detail"].as_str().is_some_and(|detail| detail.contains("did you mean")),
            "{problem}"
        );
    }
    // One that is far from all is ignored, beside one that is known and malformed.
    let answer = admin.get("/v2/community/accounts?page=2&take=1000").await;
    assert_eq!(answer.problem(400, "invalid-query")["errors"][0]["parameter"], "take");
}

#[tokio::test]
async fn a_parameter_that_is_given_twice_is_refused_even_where_it_says_the_same() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (path, name, _) in parameters() {
        for values in [("1", "1"), ("", ""), ("true", ""), ("1", "2")] {
            let path = path.trim_end_matches("?uniqueId=1002");
            let answer = admin.get(&format!("{path}?{name}={}&{name}={}", values.0, values.1)).await;
            assert_eq!(answer.body["errors"], json!([{"parameter": name}]), "{path} {name}: {}", answer.body);
            answer.problem(400, "invalid-query");
        }
    }
}

#[tokio::test]
async fn a_parameter_that_is_empty_counts_as_absent() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (path, name, _) in parameters() {
        let mark = if path.contains('?') { '&' } else { '?' };
        let absent = admin.get(&path).await;
        for empty in [name.to_owned(), format!("{name}=")] {
            let answer = admin.get(&format!("{path}{mark}{empty}")).await;
            assert_eq!(
                (answer.status, &answer.body["data"]),
                (absent.status, &absent.body["data"]),
                "{path} {name}"
            );
        }
    }
}

#[tokio::test]
async fn a_value_that_is_out_of_its_range_is_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (path, name, has_range) in parameters() {
        let mark = if path.contains('?') { '&' } else { '?' };
        for value in
            ["-1", "nonsense", "1e3", "%00", "%FF", "%E2%80%AE", "99999999999999999999", &"x".repeat(5000)]
        {
            let answer = admin.get(&format!("{path}{mark}{name}={value}")).await;
            assert!(answer.status.as_u16() < 500, "{path} {name} {value}");
            assert!(answer.body.to_string().len() < 2000, "an answer does not grow with what it refuses");
            if has_range {
                assert_eq!(answer.body["errors"][0]["parameter"], name, "{path} {value}: {}", answer.body);
                answer.problem(400, "invalid-query");
            }
        }
    }
}
