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
# Many tests wait more than they work: one more than there are cores.
exec ctest --test-dir build-test -j "$((jobs + 1))" --output-on-failure --no-tests=error ${CTEST_ARGS:-}
