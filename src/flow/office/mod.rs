//! What officials do in the back office. The command line calls the same stories, in an official's name.
//!
//! 1. [`admission`] — who may be here
//! 2. [`question`] — what is looked for, and why
//! 3. [`register`] — the look-up, which is itself recorded before anything is shown
//! 4. [`archive`] — what is handed out

pub mod admission;
pub mod archive;
pub mod question;
pub mod register;
