//! What is drawn: files of strangers, looked into within bounds and never passed on as they came.

mod picture;

pub use picture::{MAX_BYTES, PictureError, redraw};
