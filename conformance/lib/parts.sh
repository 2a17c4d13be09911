# shellcheck shell=bash
# A run in parts: each says how long it took beside what it may take, the end is a table, and the
# exit status is non-zero if any part failed. Sourced; needs house.sh.

parts_folder=$(mktemp -d "${TMPDIR:-/tmp}/varco-parts.XXXXXX")
parts_names=()
parts_start=$SECONDS
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}

# part NAME BUDGET COMMAND…: runs COMMAND, shows what it prints. BUDGET in seconds. Its status is COMMAND's.
part() {
  local name=$1 budget=$2 status=0 from=$SECONDS
  shift 2
  parts_names+=("$name")
  say ""
  say "==> $name: $*"
  "$@" </dev/null || status=$?
  part_ended "$name" "$budget" $((SECONDS - from)) "$status"
  return "$status"
}

# part_beside NAME BUDGET COMMAND…: the same beside whatever runs now; what it prints is shown when it ends.
part_beside() {
  local name=$1 budget=$2
  shift 2
  parts_names+=("$name")
  (
    status=0 from=$SECONDS
    "$@" </dev/null >"$parts_folder/$name.log" 2>&1 || status=$?
    part_ended "$name" "$budget" $((SECONDS - from)) "$status" >"$parts_folder/$name.end"
    {
      say ""
      say "==> $name (ran beside others): $*"
      cat "$parts_folder/$name.log" "$parts_folder/$name.end"
    } >"$parts_folder/$name.all"
    cat "$parts_folder/$name.all"
  ) &
}

part_ended() {
  local name=$1 budget=$2 took=$3 status=$4 word=passed
  if [ "$status" != 0 ]; then word=FAILED; elif [ "$took" -gt "$budget" ]; then word="passed, over budget"; fi
  printf '%s\t%s\t%s\t%s\n' "$name" "$took" "$budget" "$word" >"$parts_folder/$name.row"
  say "<== $name: $word, $took s of $budget s"
}

# parts_end NAME: the table and the closing line; its status is the run's.
parts_end() {
  local run=$1 name passed=0 failed=0 took budget word
  wait
  say ""
  printf '%-28s %8s %8s  %s\n' part seconds budget result
  for name in "${parts_names[@]}"; do
    if IFS=$'\t' read -r _ took budget word 2>/dev/null <"$parts_folder/$name.row"; then
      printf '%-28s %8s %8s  %s\n' "$name" "$took" "$budget" "$word"
    else
      word=FAILED
      printf '%-28s %8s %8s  %s\n' "$name" - - "FAILED (did not end)"
    fi
    if [ "$word" = FAILED ]; then failed=$((failed + 1)); else passed=$((passed + 1)); fi
  done
  printf '%-28s %8s\n' total $((SECONDS - parts_start))
  rm -rf "$parts_folder"
  say "$run: $passed passed, $failed failed"
  [ "$failed" = 0 ]
}
