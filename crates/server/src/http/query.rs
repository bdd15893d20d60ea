//! Reading query parameters: each by name, with its range.
//!
//! The parameters of an endpoint are written once, in [`FromQuery`]. With a request, it reads the parameters;
//! without one, it describes them.

use std::fmt::Display;
use std::ops::RangeInclusive;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, Query as Pairs};
use http::request::Parts;
use jiff::Timestamp;
use schemars::{Schema, json_schema};
use uuid::Uuid;

use crate::http::path::account_schema;
use crate::http::unknown_members::meant;
use crate::http::{App, describe};
use crate::ops::accounts::find::AccountName;
use crate::wire::problem::{Problem, types};

/// The query of a request. A parameter that the endpoint does not know is ignored, unless it is a misspelling
/// of a known one: see [`meant`]. An empty parameter counts as absent. A parameter that is given twice is
/// refused, because the meaning is unclear.
pub struct Query<T>(pub T);

/// A type that is read from a query. It asks for every parameter that it knows, whatever the values of the
/// others.
pub trait FromQuery: Sized {
    /// Reads the value from the parameters.
    fn read(params: &mut QueryReader) -> Result<Self, Problem>;
}

/// Reads the parameters of a query. Without a request, it notes the parameters that it is asked for and finds
/// none.
pub struct QueryReader(Mode);

enum Mode {
    Reading(Vec<Given>),
    Describing(Vec<Parameter>),
}

/// A parameter of a request.
struct Given {
    name: String,
    value: String,
    /// Whether the endpoint has asked for it.
    is_known: bool,
}

/// A parameter that was asked for.
struct Parameter {
    name: &'static str,
    required: bool,
    description: &'static str,
    schema: Schema,
}

impl<T: FromQuery> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = Pairs::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let Pairs(pairs) = query.map_err(|_| Problem::undecodable_query())?;
        let given = pairs.into_iter().map(|(name, value)| Given { name, value, is_known: false });
        let mut reader = QueryReader(Mode::Reading(given.collect()));
        let read = T::read(&mut reader);
        reader.refuse_misspelt::<T>()?;
        read.map(Self)
    }
}

impl<T: FromQuery> OperationInput for Query<T> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        for Parameter { name, required, description, schema } in parameters::<T>() {
            describe::add_query_parameter(operation, name, required, description, schema);
        }
        describe::problems::add(operation, &[&types::INVALID_QUERY]);
    }
}

/// Returns the parameters that a query is read from.
fn parameters<T: FromQuery>() -> Vec<Parameter> {
    let mut reader = QueryReader(Mode::Describing(Vec::new()));
    // The result without parameters is not needed: the call only collects the parameters that are asked for.
    let _ = T::read(&mut reader);
    match reader.0 {
        Mode::Describing(parameters) => parameters,
        Mode::Reading(_) => Vec::new(),
    }
}

impl QueryReader {
    /// Refuses a query with a parameter that the endpoint does not know and that is a misspelling of a known
    /// one. The reading may have ended early: what it did not ask for may be known.
    fn refuse_misspelt<T: FromQuery>(&self) -> Result<(), Problem> {
        let Mode::Reading(given) = &self.0 else { return Ok(()) };
        let mut unknown = given.iter().filter(|given| !given.is_known).peekable();
        if unknown.peek().is_none() {
            return Ok(());
        }
        let known: Vec<_> = parameters::<T>().iter().map(|parameter| parameter.name).collect();
        for Given { name, .. } in unknown.filter(|given| !known.contains(&given.name.as_str())) {
            if let Some(meant) = meant(name, &known) {
                return Err(Problem::misspelt_query(name, meant));
            }
        }
        Ok(())
    }

    /// Returns the parameter as it was given. `None` if it is absent or empty. `schema` describes it.
    fn ask(
        &mut self,
        name: &'static str,
        required: bool,
        description: &'static str,
        schema: Schema,
    ) -> Result<Option<&str>, Problem> {
        match &mut self.0 {
            Mode::Reading(given) => {
                let mut values = given.iter_mut().filter(|given| given.name == name).map(|given| {
                    given.is_known = true;
                    given.value.as_str()
                });
                let value = values.next();
                if values.next().is_some() {
                    return Err(Problem::repeated_query(name));
                }
                Ok(value.filter(|text| !text.is_empty()))
            }
            Mode::Describing(parameters) => {
                parameters.push(Parameter { name, required, description, schema });
                Ok(None)
            }
        }
    }

    /// The refusal of a parameter that was given: it must be what is expected.
    pub fn refusal(&self, name: &str, expected: &str) -> Problem {
        let given = match &self.0 {
            Mode::Reading(given) => given.iter().find(|given| given.name == name),
            Mode::Describing(_) => None,
        };
        Problem::invalid_query(name, given.map_or("", |given| given.value.as_str()), expected)
    }

    /// The parameter's text.
    pub fn text(&mut self, name: &'static str, description: &'static str) -> Result<Option<String>, Problem> {
        self.text_like(name, json_schema!({ "type": "string" }), description)
    }

    /// The parameter's text, which is described by this schema, and checked by whoever asks for it.
    pub fn text_like(
        &mut self,
        name: &'static str,
        schema: Schema,
        description: &'static str,
    ) -> Result<Option<String>, Problem> {
        Ok(self.ask(name, false, description, schema)?.map(str::to_owned))
    }

    /// The text of a parameter that must be given. An empty text if there is no request.
    pub fn required_text(
        &mut self,
        name: &'static str,
        description: &'static str,
    ) -> Result<String, Problem> {
        let schema = json_schema!({ "type": "string", "minLength": 1 });
        let text = self.ask(name, true, description, schema)?.map(str::to_owned);
        match (text, &self.0) {
            (Some(text), _) => Ok(text),
            (None, Mode::Describing(_)) => Ok(String::new()),
            (None, Mode::Reading(_)) => Err(Problem::missing_query(name)),
        }
    }

    /// The parameter as yes or no.
    pub fn flag(&mut self, name: &'static str, description: &'static str) -> Result<Option<bool>, Problem> {
        let schema = json_schema!({ "type": "boolean" });
        let flag = match self.ask(name, false, description, schema)? {
            None => return Ok(None),
            Some("true" | "1") => Some(true),
            Some("false" | "0") => Some(false),
            Some(_) => None,
        };
        flag.map(Some).ok_or_else(|| self.refusal(name, "true or false"))
    }

    /// The parameter as a whole number within a range.
    pub fn number<N>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<N>,
        description: &'static str,
    ) -> Result<Option<N>, Problem>
    where
        N: Copy + Display + Into<i64> + TryFrom<i64>,
    {
        let schema = json_schema!({ "type": "integer", "minimum": min(&range), "maximum": max(&range) });
        self.number_of(name, &range, description, schema)
    }

    /// The parameter as a whole number within a range; another one if it is not given.
    pub fn number_or<N>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<N>,
        otherwise: N,
        description: &'static str,
    ) -> Result<N, Problem>
    where
        N: Copy + Display + Into<i64> + TryFrom<i64>,
    {
        let default: i64 = otherwise.into();
        let (min, max) = (min(&range), max(&range));
        let schema = json_schema!({ "type": "integer", "minimum": min, "maximum": max, "default": default });
        Ok(self.number_of(name, &range, description, schema)?.unwrap_or(otherwise))
    }

    fn number_of<N>(
        &mut self,
        name: &'static str,
        range: &RangeInclusive<N>,
        description: &'static str,
        schema: Schema,
    ) -> Result<Option<N>, Problem>
    where
        N: Copy + Display + Into<i64> + TryFrom<i64>,
    {
        let Some(text) = self.ask(name, false, description, schema)? else { return Ok(None) };
        let number = text.parse().ok().filter(|number| (min(range)..=max(range)).contains(number));
        let number = number.and_then(|number| N::try_from(number).ok());
        number.map(Some).ok_or_else(|| {
            let expected = format!("a whole number from {} to {}", range.start(), range.end());
            self.refusal(name, &expected)
        })
    }

    /// The parameter as a point in time.
    pub fn time(
        &mut self,
        name: &'static str,
        description: &'static str,
    ) -> Result<Option<Timestamp>, Problem> {
        let schema = json_schema!({ "type": "string", "format": "date-time" });
        let Some(text) = self.ask(name, false, description, schema)? else { return Ok(None) };
        let time = text.parse().ok();
        time.map(Some).ok_or_else(|| self.refusal(name, "a time such as 2026-04-15T00:00:00Z"))
    }

    /// The parameter as a UUID, of `whose`.
    pub fn uuid(
        &mut self,
        name: &'static str,
        whose: &str,
        description: &'static str,
    ) -> Result<Option<Uuid>, Problem> {
        let schema = json_schema!({ "type": "string", "format": "uuid" });
        let Some(text) = self.ask(name, false, description, schema)? else { return Ok(None) };
        let uuid = Uuid::parse_str(text);
        uuid.map(Some).map_err(|_| self.refusal(name, &format!("the UUID of {whose}")))
    }

    /// The parameter as an account, which is named by its UUID or its Discord id.
    pub fn account(
        &mut self,
        name: &'static str,
        description: &'static str,
    ) -> Result<Option<AccountName>, Problem> {
        let Some(text) = self.ask(name, false, description, account_schema())? else { return Ok(None) };
        let account = AccountName::parse(text);
        account.map(Some).ok_or_else(|| self.refusal(name, "the UUID of an account, or its Discord id"))
    }

    /// Returns the value of the word that the parameter gives, out of these words.
    pub fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
        description: &'static str,
    ) -> Result<Option<T>, Problem> {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        let schema = json_schema!({ "type": "string", "enum": known });
        let Some(text) = self.ask(name, false, description, schema)? else { return Ok(None) };
        let chosen = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        chosen.map(Some).ok_or_else(|| self.refusal(name, &format!("one of {}", known.join(", "))))
    }
}

fn min<N: Copy + Into<i64>>(range: &RangeInclusive<N>) -> i64 {
    (*range.start()).into()
}

fn max<N: Copy + Into<i64>>(range: &RangeInclusive<N>) -> i64 {
    (*range.end()).into()
}
