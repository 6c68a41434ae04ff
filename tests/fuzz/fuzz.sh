#!/bin/bash
# Runs the fuzz targets, two at a time, and ends with a table. What is found is in build/fuzz/found, with the command to see
# it again; what is new is in build/fuzz/corpus, and stays there from run to run.
#
#   tests/fuzz/fuzz.sh SECONDS [TARGET...]      SECONDS for each target; all of them by default
set -u
cd "$(dirname "$0")/../.." || exit 2
here=tests/fuzz
out=build/fuzz
seconds=${1:?usage: tests/fuzz/fuzz.sh SECONDS [TARGET...]}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for source in "$here"/fuzz_*.c; do
        source=${source##*/fuzz_}
        targets+=("${source%.c}")
    done
fi
mkdir -p "$out/found" "$out/logs"
"$here/seeds" build "$out/start" || exit 2

# The folders and options that a target starts with; the first folder takes what is new.
arguments_of() {
    local target=$1
    arguments=("$out/corpus/$target" "$here/corpus/$target")
    [ ! -d "$out/start/seeds/$target" ] || arguments+=("$out/start/seeds/$target")
    [ ! -f "$out/start/$target.dict" ] || arguments+=("-dict=$out/start/$target.dict")
    mkdir -p "$out/corpus/$target" "$here/corpus/$target"
}

fuzz() {
    local target=$1 arguments
    arguments_of "$target"
    "$out/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$out/found/$target-" "${arguments[@]}" >"$out/logs/$target" 2>&1 ||
        echo "exit status $?" >>"$out/logs/$target"
}

for target in "${targets[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
        wait -n
    done
    fuzz "$target" &
done
wait

failed=0
printf '%-10s %10s %8s %9s %9s %6s\n' target runs 'runs/s' coverage features new
for target in "${targets[@]}"; do
    log=$out/logs/$target
    read -r coverage features < <(awk '/ cov: / { for (i = 1; i < NF; i++) { if ($i == "cov:") c = $(i + 1); if ($i == "ft:") f = $(i + 1) } }
        END { print c + 0, f + 0 }' "$log")
    stat() { sed -n "s/^stat::$1: *//p" "$log" | grep . || echo 0; }
    printf '%-10s %10d %8d %9d %9d %6d\n' "$target" "$(stat number_of_executed_units)" "$(stat average_exec_per_sec)" \
        "$coverage" "$features" "$(stat new_units_added)"
    if grep -q '^exit status' "$log"; then
        failed=1
        artefact=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        grep -E 'does not hold|ERROR:|runtime error' "$log" | head -n 3 | sed 's/^/    /'
        echo "    $([ -n "$artefact" ] && echo "to see it again: $out/$target $artefact" || echo "it did not run: see $log")"
    fi
done
exit "$failed"
