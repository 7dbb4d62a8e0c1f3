#!/bin/sh
# Builds the fuzz targets with clang and runs each for FUZZ_SECONDS (30) on a copy of its corpus; with names, only those.
# Prints one line per target and fails when one finds something, or when the canary's planted mistake stays hidden.
#   tools/fuzz.sh [NAME...]
set -eu
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-30}
build=${FUZZ_BUILD:-build-fuzz}
names=${*:-$(for source in tests/fuzz/*_fuzz.c; do basename "$source" _fuzz.c; done)}

CC=clang cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DSKEP_FUZZ=ON -DSKEP_DASHBOARD=OFF > /dev/null
targets=
for name in $names; do targets="$targets fuzz-$name"; done
# shellcheck disable=SC2086 # one word per target
cmake --build "$build" -j "${JOBS:-$(nproc)}" --target $targets

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
failed=0

# run NAME: the target's own exit status. Its corpus is copied, so that what the fuzzer adds does not enter the tree.
run() {
  mkdir -p "$work/$1" "$build/findings/$1"
  if [ -d "tests/fuzz/corpus/$1" ]; then cp -R "tests/fuzz/corpus/$1/." "$work/$1/"; fi
  "$build/fuzz/fuzz-$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$1/" "$work/$1" > "$work/$1.log" 2>&1
}

runs_of() { sed -n 's/^stat::number_of_executed_units: *//p' "$work/$1.log"; }

for name in $names; do
  status=0
  run "$name" || status=$?
  if [ "$name" = canary ]; then
    rm -rf "$build/findings/$name"
    if grep -q heap-buffer-overflow "$work/$name.log"; then
      echo "fuzz $name: the planted mistake was found after $(runs_of "$name") runs"
    else
      echo "fuzz $name: THE PLANTED MISTAKE WAS NOT FOUND in $seconds s (status $status)"
      failed=1
    fi
  elif [ "$status" -eq 0 ]; then
    rmdir "$build/findings/$name" 2> /dev/null || true
    echo "fuzz $name: $seconds s, $(runs_of "$name") runs, nothing found"
  else
    tail -n 40 "$work/$name.log"
    echo "fuzz $name: FOUND SOMETHING (status $status); the input is in $build/findings/$name"
    failed=1
  fi
done
exit "$failed"
