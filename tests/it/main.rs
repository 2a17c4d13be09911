//! The one integration binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on has failed; clippy forgives it only inside #[test] functions"
)]

mod harness;
mod store;
