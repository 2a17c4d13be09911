# shellcheck shell=bash
# How a suite's `run` starts its driver: tools first; a suite that cannot run its tool fails, and says so
# in the line that everybody reads. Sourced.
. "$(dirname "${BASH_SOURCE[0]}")/house.sh"
: "${VARCO_REPORT:?use conformance/run}" "${VARCO_BINARY:?use conformance/run}"

# suite NAME DRIVER 'PURPOSES…' [OPTIONS…]
suite() {
  local name=$1 driver=$2 purposes=$3
  shift 3
  # shellcheck disable=SC2086 # the purposes are words
  if ! "$ROOT/conformance/lib/install" $purposes; then
    say "$name: 0 passed, 1 failed"
    return 1
  fi
  # house.sh looks again: the installation may have brought a node.
  . "$ROOT/conformance/lib/house.sh"
  node "$ROOT/conformance/$name/$driver" "$@"
}
