//! What officials do in the back office. The command line calls the same stories, in an official's name.
//!
//! 1. [`admission`] — who may be here
//! 2. [`question`] — what is looked for, and why
//! 3. [`register`] — the look-up, which is itself recorded before anything is shown
//! 4. [`export`] — what is handed out about a person or a case
//! 5. [`archive`] — the file that it is handed out in

pub mod admission;
pub mod archive;
pub mod export;
pub mod question;
pub mod register;
