//! Whole numbers in bodies. JSON knows one kind of number: `5.0` and `5e0` are the whole number 5, as JSON
//! Schema has it.

use std::fmt::{self, Formatter};
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// Floating point holds every whole number below this one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A type of whole numbers.
pub trait Whole: TryFrom<i64> {
    /// Description of the accepted numbers.
    const WHAT: &'static str;
}

impl Whole for u32 {
    const WHAT: &'static str = "a whole number from 0 to 4294967295";
}

impl Whole for i64 {
    const WHAT: &'static str = "a whole number";
}

/// Reads a whole number that may be absent or null.
pub fn optional<'de, D: Deserializer<'de>, N: Whole>(deserializer: D) -> Result<Option<N>, D::Error> {
    deserializer.deserialize_option(Optional(PhantomData))
}

/// Reads a whole number.
pub fn required<'de, D: Deserializer<'de>, N: Whole>(deserializer: D) -> Result<N, D::Error> {
    let read = deserializer.deserialize_any(Optional(PhantomData))?;
    read.ok_or_else(|| D::Error::invalid_type(Unexpected::Unit, &N::WHAT))
}

struct Optional<N>(PhantomData<N>);

impl<'de, N: Whole> Visitor<'de> for Optional<N> {
    type Value = Option<N>;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(N::WHAT)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        let fit = N::try_from(number);
        fit.map(Some).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        let fit = i64::try_from(number).ok().and_then(|number| N::try_from(number).ok());
        fit.map(Some).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    #[expect(clippy::cast_possible_truncation, reason = "it was looked at: a whole number that i64 holds")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        if number.fract() == 0.0 && number.abs() < EXACT {
            return self.visit_i64(number as i64);
        }
        Err(E::invalid_type(Unexpected::Float(number), &self))
    }
}
