//! Tells cargo that the embedded migrations are part of the build: a new file there must rebuild the store.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
