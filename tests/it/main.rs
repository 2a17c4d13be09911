//! The one integration binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on stops, and clippy forgives that only inside #[test] functions"
)]

mod architecture;
mod harness;
mod security;
mod store;
mod story;
