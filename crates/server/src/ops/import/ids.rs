//! The ids of things whose document gives them none, made from what names them, so that importing again finds
//! them.

use rankledger_domain::ids::{AccountId, DepartmentId};
use uuid::{Builder, Uuid};

use super::document::{ClockRowEntry, IdentifierEntry};
use super::errors::{DocumentErrors, DocumentPlace};

/// The name space of the UUIDs of communities.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_27a4_8b0e_4a55_9c3b_52d0_a7e4_1f96);

/// The UUID of a community that was given none, from its public id.
#[must_use]
pub fn community_uuid(public_id: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, public_id.as_bytes())
}

/// Makes ids within one community. Names hold no control characters, so that a line feed separates them.
#[derive(Debug, Clone, Copy)]
pub(super) struct NaturalIds {
    community: Uuid,
}

impl NaturalIds {
    pub(super) fn of(community: Uuid) -> Self {
        Self { community }
    }

    fn make(self, name: &str) -> Uuid {
        Uuid::new_v5(&self.community, name.as_bytes())
    }

    pub(super) fn department(self, label: &str) -> Uuid {
        self.make(&format!("department\n{label}"))
    }

    pub(super) fn rank(self, department: DepartmentId, key: Option<&str>, label: &str) -> Uuid {
        match key {
            Some(key) => self.make(&format!("rank\n{key}")),
            None => self.make(&format!("rank\n{department}\n{label}")),
        }
    }

    pub(super) fn flow(self, key: Option<&str>, from: &str, to: &str) -> Uuid {
        match key {
            Some(key) => self.make(&format!("flow\n{key}")),
            None => self.make(&format!("flow\n{from}\n{to}")),
        }
    }

    pub(super) fn subscription(self, name: &str) -> Uuid {
        self.make(&format!("subscription\n{name}"))
    }

    pub(super) fn account(self, folded_name: &str) -> Uuid {
        self.make(&format!("account\n{folded_name}"))
    }

    pub(super) fn identifier(self, account: AccountId, entry: &IdentifierEntry) -> Uuid {
        let name = self.make(&format!("identifier\n{account}\n{}\n{}", entry.kind, entry.value));
        beside(account, name)
    }

    pub(super) fn custom_log_type(self, short_code: &str) -> Uuid {
        self.make(&format!("custom log type\n{short_code}"))
    }

    pub(super) fn clock_row(self, account: AccountId, entry: &ClockRowEntry) -> Uuid {
        let start = entry.start_time.0.as_millisecond();
        beside(account, self.make(&format!("clock row\n{account}\n{start}\n{}", entry.kind)))
    }

    pub(super) fn activity_row(self, account: AccountId, entry: &ClockRowEntry) -> Uuid {
        let start = entry.start_time.0.as_millisecond();
        beside(account, self.make(&format!("activity row\n{account}\n{start}\n{}", entry.kind)))
    }
}

/// A UUID of version 8 that begins like its account's: the parts of an account are stored side by side then,
/// and those of a large community are written in the order in which they are stored.
fn beside(account: AccountId, name: Uuid) -> Uuid {
    let mut bytes = name.into_bytes();
    bytes[..6].copy_from_slice(&account.0.as_bytes()[..6]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The facts that decide the id of an entry.
pub(super) struct Claim<'a> {
    /// The id that the document gives.
    pub(super) given: Option<Uuid>,
    /// The ids of what is stored under the same name.
    pub(super) same_name: &'a [Uuid],
    /// The id made from the name.
    pub(super) natural: Uuid,
    /// Whether that is the id of something stored, which then has another name.
    pub(super) natural_is_stored: bool,
}

impl Claim<'_> {
    /// The id given, else that of what is stored under this name, else one made from the name.
    pub(super) fn settle(&self, place: DocumentPlace<'_>, errors: &mut DocumentErrors) -> Uuid {
        match (self.given, self.same_name) {
            (Some(given), _) => given,
            (None, [one]) => *one,
            (None, []) => {
                if self.natural_is_stored {
                    errors.add(
                        place,
                        format_args!(
                            "what was first imported under this name is called otherwise by now: give it an id \
                             ({} if it is the same)",
                            self.natural
                        ),
                    );
                }
                self.natural
            }
            (None, several) => {
                let count = several.len();
                errors
                    .add(place, format_args!("{count} of this name are stored already: say which by its id"));
                self.natural
            }
        }
    }
}
