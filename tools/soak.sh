#!/bin/sh
# Half an hour of the worst there is: real processes that come and go, then the storm of `skep sim` with as many seeds as
# fit, each printed with its result; one that fails is made small and its command printed. Ends with 1 when one failed,
# or when fewer seeds than SOAK_SEEDS fitted.
#
#   SOAK_SECONDS=1800        for everything
#   SOAK_SEEDS=300           so many at least
#   SOAK_FIRST=1             the first of them
#   SOAK_CHURN_SECONDS=600   of the whole time, for real processes, alone on the machine
set -eu
cd "$(dirname "$0")/.."

build=${BUILD:-build-soak}
jobs=${JOBS:-$(nproc)}
seconds=${SOAK_SECONDS:-1800}
seeds=${SOAK_SEEDS:-300}
first=${SOAK_FIRST:-1}
churn_seconds=${SOAK_CHURN_SECONDS:-600}
churn=tests/integration/churn.mjs

make --no-print-directory all BUILD="$build" JOBS="$jobs"
began=$(date +%s)
deadline=$((began + seconds))
failed=0

if [ -f "$churn" ] && [ "$churn_seconds" -gt 0 ]; then
    echo "soak: processes that come and go, for $churn_seconds s"
    node "$churn" "$build/skep" "$churn_seconds" || { echo "soak: FAILED: node $churn $build/skep $churn_seconds"; failed=1; }
    for beacon in "beacon_kill 100" "beacon_away 120"; do
        words="tests/integration/${beacon% *}.mjs $build/skep ${beacon#* }"
        echo "soak: $words"
        # shellcheck disable=SC2086  # words on purpose
        node $words || { echo "soak: FAILED: node $words"; failed=1; }
    done
fi

# One core's share of the seeds; a line at a time goes to the screen and the log.
run_share() {
    seed=$1
    while [ "$(date +%s)" -lt "$deadline" ]; do
        result=$("$build/skep" sim storm --seeds "$seed..$seed" --shrink 2>&1) || true
        case $result in storm*": "*) ;; *) result="storm seed $seed: FAILED; it ended without a word: $result" ;; esac
        echo "$result" | tee -a "$log"
        seed=$((seed + jobs))
    done
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'kill $(jobs -p) 2> /dev/null; exit 130' INT TERM
share=0
while [ "$share" -lt "$jobs" ]; do
    run_share $((first + share)) &
    share=$((share + 1))
done
wait

done_count=$(grep -c '^storm seed' "$log" || true)
failed_count=$(grep -c '^storm seed [0-9]*: FAILED' "$log" || true)
echo "soak: $done_count seeds in $(($(date +%s) - began)) s, $failed_count failed"
grep -A 100 '^storm seed [0-9]*: FAILED' "$log" | grep -e '^storm seed [0-9]*: FAILED' -e 'replay:' || true
if [ "$done_count" -lt "$seeds" ]; then
    echo "soak: fewer than $seeds seeds"
    failed=1
fi
[ "$failed_count" -eq 0 ] && [ "$failed" -eq 0 ]
