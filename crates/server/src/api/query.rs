//! Reading query parameters: each by name, with its range.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;

use super::App;
use super::problem::Problem;

/// The query parameters of a request. One that an endpoint does not know is ignored; one that is empty counts as
/// absent; one that is given twice is refused, for it cannot be told which is meant.
pub struct QueryParams(Vec<(String, String)>);

impl FromRequestParts<App> for QueryParams {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        query.map(|Query(params)| Self(params)).map_err(|_| Problem::undecodable_query())
    }
}

impl QueryParams {
    /// The parameter's text.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, Problem> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(Problem::repeated_query(name));
        }
        Ok(value.filter(|text| !text.is_empty()))
    }

    /// The parameter as yes or no.
    pub fn flag(&self, name: &'static str) -> Result<Option<bool>, Problem> {
        self.text(name)?
            .map(|text| match text {
                "true" | "1" => Ok(true),
                "false" | "0" => Ok(false),
                _ => Err(Problem::invalid_query(name, text, "true or false")),
            })
            .transpose()
    }

    /// The parameter as a whole number within a range.
    pub fn number(&self, name: &'static str, min: i64, max: i64) -> Result<Option<i64>, Problem> {
        self.text(name)?
            .map(|text| match text.parse() {
                Ok(number) if (min..=max).contains(&number) => Ok(number),
                _ => Err(Problem::invalid_query(name, text, &format!("a whole number from {min} to {max}"))),
            })
            .transpose()
    }
}
