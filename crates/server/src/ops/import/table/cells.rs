//! Cells as spreadsheet programs leave them: freed of what these programs add, and ids that they spoil.

/// Largest number of digits that spreadsheet programs keep of a number.
const KEPT_DIGITS: usize = 15;

/// Returns a cell without white space around it and without the marks by which a table says that a cell is a
/// text: `'123`, or `="123"`.
pub(super) fn clean(cell: &str) -> String {
    let cell = cell.trim();
    let cell = cell.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).unwrap_or(cell);
    let is_mark = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit() || "=+-@".contains(c));
    cell.strip_prefix('\'').filter(is_mark).unwrap_or(cell).trim().to_owned()
}

/// Returns a cell on one line.
pub(super) fn on_one_line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a cell is no Discord id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadDiscordId {
    #[error(
        "\"{0}\" was a Discord id before a spreadsheet made a number of it, and its last digits are lost: format the column \
         as text, put the ids in again, and save it as CSV"
    )]
    Shortened(String),
    #[error(
        "{0} ends in zeros as a spreadsheet leaves a Discord id that it took for a number: format the column as text, put \
         the ids in again, and save it as CSV; if the id is right, write discord:{0}"
    )]
    Rounded(String),
    #[error(
        "\"{0}\" is no Discord id, which has 17 to 20 digits: in Discord, turn on the developer mode, and choose Copy User \
         ID in the menu of the member"
    )]
    Other(String),
}

/// A Discord id in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DiscordId {
    pub(super) digits: String,
    /// Whether it stands as a plain number, which a spreadsheet may have rounded.
    pub(super) is_plain: bool,
}

impl DiscordId {
    /// Reads `200000000000000001`, `discord:200000000000000001` or `<@200000000000000001>`.
    pub(super) fn parse(cell: &str) -> Result<Self, BadDiscordId> {
        let mention = cell.strip_prefix("<@").and_then(|id| id.strip_suffix('>'));
        let named = cell.split_once(':').filter(|(kind, _)| kind.trim().eq_ignore_ascii_case("discord"));
        let (digits, is_plain) = match (mention, named) {
            (Some(id), _) => (id.trim_start_matches('!'), false),
            (None, Some((_, id))) => (id.trim(), false),
            (None, None) => (cell, true),
        };
        if rankledger_domain::identifier::is_discord_id(digits) {
            return Ok(Self { digits: digits.to_owned(), is_plain });
        }
        if is_shortened(cell) {
            Err(BadDiscordId::Shortened(cell.to_owned()))
        } else {
            Err(BadDiscordId::Other(cell.to_owned()))
        }
    }

    /// Whether it looks as if a spreadsheet had rounded it: all digits after the fifteenth are zeros.
    pub(super) fn looks_rounded(&self) -> bool {
        self.is_plain && self.digits[KEPT_DIGITS..].bytes().all(|digit| digit == b'0')
    }
}

/// Whether a cell is a number that a spreadsheet has shortened: `2.00E+17`, or `2,00E+17`.
fn is_shortened(cell: &str) -> bool {
    let Some((number, exponent)) = cell.split_once(['e', 'E']) else { return false };
    let is_number = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
    };
    is_number(number) && exponent.trim_start_matches('+').parse::<u8>().is_ok()
}
