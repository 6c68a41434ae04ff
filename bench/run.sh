#!/bin/bash
# Time and memory of `xenbindgen gen`, and the two promises about them. Medians; every process start counts.
#
#   bench/run.sh        after `make`; results on standard output and in build/bench/
#
# Exit status: 0 both promises hold, 1 one does not, 2 could not measure.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

# `gen` on the bundled specs against one cp of the same specs and the same outputs.
copy_limit=3
# 10,000 structs against 1,000.
growth_limit=12

for tool in hyperfine /usr/bin/time; do
    command -v "$tool" >/dev/null || {
        echo "bench: $tool is missing: run scripts/install-deps" >&2
        exit 2
    }
done

xenbindgen=$PWD/build/xenbindgen
work=$PWD/build/bench
rm -rf "$work"
mkdir -p "$work/specs"

# median PREPARE COMMAND...: seconds, with the command run by itself, without a shell.
median() {
    local prepare=$1
    shift
    hyperfine -N --style none --warmup 2 --min-runs "$runs" --prepare "$prepare" --export-csv "$work/csv" "$*" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 2
    }
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "median") column = i; next } { print $column }' "$work/csv"
}

# peak COMMAND...: resident set, KiB.
peak() {
    /usr/bin/time -f '%M' -o "$work/peak" "$@" >/dev/null
    tail -n 1 "$work/peak"
}

row() { # WHAT SECONDS KIB RATIO
    printf '%-52s %9.2f ms %8s %8s\n' "$1" "$(awk -v s="$2" 'BEGIN { print s * 1000 }')" "$3" "$4"
}

ratio() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

broken=0
judge() { # WHAT RATIO LIMIT
    if awk -v r="$2" -v l="$3" 'BEGIN { exit !(r <= l) }'; then
        echo "$1: $2 times, at most $3 promised"
    else
        echo "$1: $2 times, BROKEN: at most $3 promised"
        broken=1
    fi
}

report() {
    local lang time time_copy time_small time_large r
    local -a verdicts=()
    printf '%-52s %12s %8s %8s\n' '' 'median' 'KiB' 'ratio'

    runs=50
    for lang in c rust; do
        "$xenbindgen" gen --lang "$lang" --indir specs --outdir "$work/$lang" >"$work/log"
        time_copy=$(median "sh -c 'rm -rf $work/copy && mkdir $work/copy'" cp -R specs "$work/$lang" "$work/copy")
        row "cp of the bundled specs and their $lang" "$time_copy" '' 1.00
        time=$(median "rm -rf $work/fresh" "$xenbindgen" gen --lang "$lang" --indir specs --outdir "$work/fresh")
        r=$(ratio "$time" "$time_copy")
        row "gen --lang $lang, bundled specs, new folder" "$time" \
            "$(peak "$xenbindgen" gen --lang "$lang" --indir specs --outdir "$work/fresh")" "$r"
        verdicts+=("gen --lang $lang against cp" "$r" "$copy_limit")
        time=$(median true "$xenbindgen" gen --lang "$lang" --indir specs --outdir "$work/$lang")
        row "gen --lang $lang, bundled specs, nothing to do" "$time" '' "$(ratio "$time" "$time_copy")"
    done

    runs=10
    bench/make-spec 1000 "$work/specs/1000"
    bench/make-spec 10000 "$work/specs/10000"
    for lang in c rust; do
        time_small=$(median "rm -rf $work/fresh" "$xenbindgen" gen --lang "$lang" --indir "$work/specs/1000" --outdir "$work/fresh")
        row "gen --lang $lang, 1,000 structs of 12 fields" "$time_small" \
            "$(peak "$xenbindgen" gen --lang "$lang" --indir "$work/specs/1000" --outdir "$work/1000-$lang")" 1.00
        time_large=$(median "rm -rf $work/fresh" "$xenbindgen" gen --lang "$lang" --indir "$work/specs/10000" --outdir "$work/fresh")
        r=$(ratio "$time_large" "$time_small")
        row "gen --lang $lang, 10,000 structs of 12 fields" "$time_large" \
            "$(peak "$xenbindgen" gen --lang "$lang" --indir "$work/specs/10000" --outdir "$work/10000-$lang")" "$r"
        verdicts+=("gen --lang $lang, ten times the structs" "$r" "$growth_limit")
    done

    echo
    set -- "${verdicts[@]}"
    while [ $# -gt 0 ]; do
        judge "$1" "$2" "$3"
        shift 3
    done
    [ "$broken" -eq 0 ]
}

report | tee "$work/results.txt"
