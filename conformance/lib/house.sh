# shellcheck shell=bash
# Where things are, and how the commands speak. Sourced by the Makefile's scripts and by every suite.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Downloads, tools and the compiled code live outside the tree: a fresh clone finds them again.
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/varco
export ROOT CACHE

# `cargo` by hand writes to target/; where that exists we use it, so nothing is compiled twice.
if [ -z "${CARGO_TARGET_DIR:-}" ]; then
  if [ -d "$ROOT/target" ]; then CARGO_TARGET_DIR=$ROOT/target; else CARGO_TARGET_DIR=$CACHE/target; fi
fi
case $CARGO_TARGET_DIR in /*) ;; *) CARGO_TARGET_DIR=$ROOT/$CARGO_TARGET_DIR ;; esac
export CARGO_TARGET_DIR
# rustup puts cargo here, and a shell that was open before does not know yet.
case :$PATH: in *:"${CARGO_HOME:-$HOME/.cargo}/bin":*) ;; *) PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin ;; esac
# The way to node where the system has none or an old one (install node).
if [ -x "$CACHE/venv/node/bin/node" ]; then PATH=$CACHE/venv/node/bin:$PATH; fi
export PATH

mkdir -p "$CACHE"

say() { printf '%s\n' "$*"; }

# One sentence that says what to do, and the end.
fail() {
  printf 'varco: %s\n' "$*" >&2
  exit 1
}

# What every command needs and none can install: the Rust toolchain, as old as Cargo.toml says at most.
need_cargo() {
  command -v cargo >/dev/null 2>&1 ||
    fail "cargo was not found. Install the Rust toolchain with rustup, open a new shell, and run this again."
  local wanted have
  wanted=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' "$ROOT/Cargo.toml" | head -n 1)
  have=$(cd "$ROOT" && rustc --version 2>/dev/null | cut -d ' ' -f 2)
  [ -n "$have" ] || fail "rustc does not answer. Run 'rustup default stable', then run this again."
  if [ "$(printf '%s\n%s\n' "$wanted" "${have%%-*}" | sort -V | head -n 1)" != "$wanted" ]; then
    fail "Rust $have is too old, Varco needs $wanted or newer. Run 'rustup update stable', then run this again."
  fi
}
