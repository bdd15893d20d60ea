//! The places of the console that its navigation shows.

/// A place of the navigation.
pub(super) struct Place {
    /// Its path below the root of the server.
    pub(super) path: &'static str,
    /// Its name.
    pub(super) label: &'static str,
    /// Its symbol in `icons.svg`.
    pub(super) icon: &'static str,
    /// Whether it stands in the section "Manage".
    pub(super) manages: bool,
}

const fn place(path: &'static str, label: &'static str, icon: &'static str, manages: bool) -> Place {
    Place { path, label, icon, manages }
}

/// Every place, in order.
pub(super) static PLACES: &[Place] = &[
    place("/console", "Overview", "pulse", false),
    place("/console/members", "Members", "person", false),
    place("/console/history", "History", "lines", false),
    place("/console/sessions", "Sessions", "door", true),
];
