//! Every error that a client can meet, as problem details (RFC 9457).
//!
//! Each file declares the types of one subject. A type is one block: its declaration (slug, status, title,
//! cause, way out, example), then the constructors that write the sentence for the client. The sentence names
//! the thing and the way out; the cause of a fault of the server goes to the log, never to the client.

/// Declares a type: constant, status and slug; its texts; an example, and the path of the request that meets
/// it.
macro_rules! problem_type {
    ($name:ident = $status:literal $slug:literal {
        title: $title:literal,
        cause: $cause:literal,
        way_out: $way_out:literal,
        example: $example:expr $(, at: $path:literal)? $(,)?
    }) => {
        #[doc = concat!($title, ".")]
        pub static $name: $crate::wire::problem::ProblemType = $crate::wire::problem::ProblemType {
            slug: $slug,
            status: $status,
            title: $title,
            cause: $cause,
            way_out: $way_out,
            example: || $example,
            example_path: [$($path,)? $crate::wire::problem::examples::RANKS_PATH][0],
        };

        // Does not compile if the list of the file lacks the type.
        const _: () = listed::$name;
    };
}

/// Lists the types that a file declares.
macro_rules! types {
    ($($name:ident),* $(,)?) => {
        pub(super) static TYPES: &[&$crate::wire::problem::ProblemType] = &[$(&$name),*];

        mod listed {
            $(pub(super) const $name: () = ();)*
        }
    };
}

mod accounts;
mod community;
mod console;
mod credentials;
mod details;
mod events;
mod examples;
mod guards;
mod idempotency;
mod load;
mod ranks;
mod refusal;
mod requests;
mod rollback;
mod server;
mod servers;
mod structure;
mod subscriptions;
pub mod types;
mod undo;
mod words;

pub use accounts::TakenIdentifier;
pub use details::{Problem, ProblemBody, ProblemSummary, ProblemType};
pub use requests::RefusedEntry;
pub use rollback::skipped;
pub use servers::EXPLANATION;
pub use structure::DefinitionKind;
