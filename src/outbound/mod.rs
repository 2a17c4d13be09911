//! The only ways out of the house. Whatever leaves is bounded and may go only where it was allowed to.

pub mod http;

pub use http::{Answer, Call, HttpClient, OutboundError};
