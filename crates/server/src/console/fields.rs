//! The fields of a form or of a query, as a browser sends them. A field may be there several times.

/// The fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the fields.
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// Returns what was entered in a field, without white space around it. Empty if the field is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.trim())
    }

    /// Returns what was entered in a field. `None` if that is nothing.
    pub(super) fn entered(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Returns the values of a field that is there several times.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.trim())
    }

    /// Returns the fields as a query, without those of these names and with others in their place.
    pub(super) fn query_with(&self, without: &[&str], with: &[(&str, &str)]) -> String {
        let kept =
            self.0.iter().filter(|(name, value)| !without.contains(&name.as_str()) && !value.is_empty());
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept.chain(with.iter().copied()))
            .finish()
    }
}
