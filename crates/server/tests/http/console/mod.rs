//! The console, as people with a browser meet it. The path of a test's file is the path in the URL.

mod changes;
mod forms;
mod guard;
mod history;
mod live;
mod members;
mod overview;
mod ranks;
mod sessions;
mod sign_in;
mod standing;
mod start;
