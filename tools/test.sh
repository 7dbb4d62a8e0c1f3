#!/bin/sh
# Builds with the sanitizers and runs every test; the last lines are the runner's count.
set -eu
cd "$(dirname "$0")/.."

jobs=${JOBS:-$(nproc)}
cmake -S . -B build-test -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g1" \
    -DSKEP_SANITIZE=ON -DSKEP_TESTS=ON > build-test.log 2>&1 || { cat build-test.log >&2; exit 1; }
mv build-test.log build-test/configure.log
cmake --build build-test -j "$jobs"

ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:${ASAN_OPTIONS:-}
UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
export ASAN_OPTIONS UBSAN_OPTIONS
run() {
    ctest --test-dir build-test --output-on-failure --no-tests=error "$@" ${CTEST_ARGS:-}
}

# Processes, browsers and networks are judged by the clock, which a full machine stretches. One or two of them that
# failed beside others are run once more, alone, and named at the end; what has no clock but its own has one try, and so
# have the rest when more than two fail. See docs/decisions/0035-a-second-try.md.
UNSTEADY_MAX=2
may_try_again() {
    failed=build-test/Testing/Temporary/LastTestsFailed.log
    [ -s "$failed" ] && [ "$(wc -l < "$failed")" -le "$UNSTEADY_MAX" ] &&
        ! grep -Evq '^[0-9]+:(integration|interop|browser)/' "$failed"
}

rm -f build-test/Testing/Temporary/LastTestsFailed.log
# Many tests wait more than they work: one more than there are cores.
run -j "$((jobs + 1))" && exit 0
may_try_again || exit 1
unsteady=$(cut -d: -f2 build-test/Testing/Temporary/LastTestsFailed.log)
printf '\nOnce more, alone:\n%s\n' "$unsteady"
run --rerun-failed -j 1
printf '\nUnsteady, each a flaw to be found (its first output is above):\n%s\n' "$unsteady"
