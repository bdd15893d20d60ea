//! The console: the pages that people use in a browser. `routes` is the table of their URLs; each page has a
//! file of its own, and its template in `templates/console`.
//!
//! A page calls the same operations as the API. So nothing can be done here that the API refuses, and a
//! refusal is the same sentence. Every action works without JavaScript: a form, a redirect, and a line that
//! says what was done.

mod assets;
mod attempts;
mod change;
mod cookies;
mod fields;
mod frame;
mod headers;
mod history;
mod live;
mod members;
mod origin;
mod overview;
mod page;
mod parts;
mod path;
mod places;
mod refusal;
mod routes;
mod sessions;
mod sign_in;
mod start;
mod visit;

pub use refusal::{is_page, refuse};
pub use routes::routes;
