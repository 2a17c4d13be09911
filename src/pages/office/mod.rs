//! What officials see.

mod entry;
mod register;

pub use entry::{DocumentView, EntryPage};
pub use register::{EntryLine, EventLine, HandOut, RegisterPage, RegisterProblem, RegisterResults, TypedView};
