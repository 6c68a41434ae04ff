#!/bin/bash
# Time and memory grow with the size of the input and no faster: every case of `specs`, in two sizes, through every verb that
# reads specs. What is counted is steps of the program
# (count.c), which are the same each time, and the memory that it has.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

# Four times the input may cost so many times as much at most: sorting has its share, and what grows with the square would
# cost sixteen times as much.
limit=6
# A smaller cost than this in the larger size shows nothing (steps, KiB).
least_steps=2000000
least_memory=20000

small=1000
large=4000

counting=build/count/xenbindgen
run mkdir -p build/count
run clang -O1 -c -o build/count/count.o tests/scale/count.c
run make -s -j2 BUILD=build/count CC=clang CFLAGS="-O1 -fsanitize-coverage=trace-pc" LDFLAGS=build/count/count.o "$counting"
if [ ! -x "$counting" ]; then
    run_report | not_ok "the counting program is built" -
    suite_end
fi
ok "the counting program is built"

# steps COMMAND...: how many it takes, and its exit status in $code; nothing where it fails.
steps() {
    rm -f "$work/count"
    run env COUNT_FILE="$work/count" "$@"
    code=$status
    [ "$code" -le 1 ] && counted=$(cat "$work/count" 2>/dev/null) || counted=
}

# memory COMMAND...: the most that it has at a time, in KiB.
memory() {
    /usr/bin/time -f %M -o "$work/memory" "$@" >"$out" 2>"$err" </dev/null
    tail -n 1 "$work/memory"
}

# commands SPEC: one a line; the first says whether there is anything to find
commands() {
    echo "check --format sarif $1"
    echo "check --format text $1"
    echo "gen --lang c --indir $1 --outdir -"
    echo "gen --lang rust --indir $1 --outdir -"
    echo "fmt --diff $1"
    echo "layout --indir $1"
}

bytes_in() {
    find "$1" -type f -exec cat {} + | wc -c
}

# compare CASE COMMAND...: the command's cost for the small and for the large spec; adds what is wrong to $worst.
compare() {
    local one four kib size
    steps "$counting" "${@//SPEC/$work/small}"
    one=$counted
    steps "$counting" "${@//SPEC/$work/large}"
    four=$counted
    if [ -z "$one" ] || [ -z "$four" ]; then
        worst+="$*: exit status $code: $(head -c 300 "$err"); "
    elif [ "$four" -gt $least_steps ] && [ "$four" -gt $((one * limit * growth / 400)) ]; then
        worst+="$*: $one steps, then $four; "
    fi
    kib=$(memory "$xenbindgen" "${@//SPEC/$work/large}")
    size=$(bytes_in "$work/large")
    if [ "$kib" -gt $((least_memory + 80 * size / 1024)) ]; then
        worst+="$*: $kib KiB for $size bytes; "
    fi
}

for case in $(tests/scale/specs --list); do
    tests/scale/specs "$case" $small "$work/small"
    tests/scale/specs "$case" $large "$work/large"
    growth=$(($(bytes_in "$work/large") * 100 / $(bytes_in "$work/small")))
    worst=
    clean=
    while read -r -a words; do
        # Nothing is made of a spec with findings: one command less.
        [ -z "$clean" ] || [ "$clean" -eq 0 ] || [ "${words[0]}" != gen ] || continue
        compare "${words[@]}"
        clean=${clean:-$code}
    done < <(commands SPEC)
    if [ -z "$worst" ]; then
        ok "$case: the input grows $((growth / 100)) times, and the cost no faster"
    else
        not_ok "$case: the input grows $((growth / 100)) times, and the cost no faster" "$worst"
    fi
    rm -rf "$work/small" "$work/large"
done

suite_end
