//! How much memory the details of an account take, by which the cache counts them.

use std::mem::size_of;

use crate::clock_rows::ClockRow;
use crate::identifiers::Identifier;
use crate::profiles::{NotificationPreference, Preferences, ProfileField};
use crate::standings::AccountDetails;

/// The counters of an [`std::sync::Arc`].
const COUNTERS: usize = 2 * size_of::<usize>();

impl AccountDetails {
    /// Returns the number of bytes that these details take, with what the allocator adds. Words that accounts
    /// share are not counted.
    pub(crate) fn bytes(&self) -> usize {
        let profile = &self.profile;
        let texts =
            [&profile.ban_info, &profile.bio, &profile.discord_id, &profile.roblox_id, &profile.teamspeak_id];
        let texts: usize = texts.into_iter().flatten().map(|text| block(text.capacity())).sum();
        let identifier = |identifier: &Identifier| {
            let flag = identifier.flag_id.as_deref().map_or(0, str::len);
            block(identifier.value.len()) + block(identifier.metadata.allocated()) + block(flag)
        };
        let clock_row = |row: &ClockRow| block(row.notes.allocated());
        let profile_field = |field: &ProfileField| block(field.value.allocated());
        block(COUNTERS + size_of::<Self>())
            + block(profile.name.capacity())
            + texts
            + list(&self.identifiers, identifier)
            + list(&self.api_ids, |id| block(id.len()))
            + list(&self.clock_rows, clock_row)
            + list(&self.profile_fields, profile_field)
            + preferences(&self.notification_preferences)
    }
}

fn list<T>(items: &[T], of_each: impl Fn(&T) -> usize) -> usize {
    block(size_of_val(items)) + items.iter().map(of_each).sum::<usize>()
}

fn preferences(preferences: &Preferences) -> usize {
    let preferences = preferences.as_slice();
    if *preferences == [NotificationPreference::usual()] {
        return 0;
    }
    COUNTERS
        + list(preferences, |preference| {
            block(preference.topic.capacity()) + block(preference.event.capacity())
        })
}

/// Returns the number of bytes that the usual allocators take for so many: a header, and a multiple of 16.
fn block(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        _ => (bytes + size_of::<usize>()).next_multiple_of(16).max(32),
    }
}
