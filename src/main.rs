//! `varco`: see `varco --help`.

fn main() {}
