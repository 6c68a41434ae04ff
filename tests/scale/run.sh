#!/bin/bash
# Time and memory grow with the size of the input and no faster: every case of `specs`, in two sizes, through the verbs that
# read specs. What is counted is steps of the program (count.c), which are the same each time, and the memory that it has
# for a byte that goes in or comes out.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

# An input so many times as large may cost one and a half times as many times as much: sorting has its share, and what grows
# with the square would cost eight times as much as that.
small=500
large=4000
# A smaller cost than this in the larger size shows nothing (steps, KiB).
least_steps=2000000
least_memory=20000

counting=build/count/xenbindgen
run mkdir -p build/count
run clang -O1 -c -o build/count/count.o tests/scale/count.c
run make -s -j2 BUILD=build/count CC=clang CFLAGS="-O1 -fsanitize-coverage=trace-pc" LDFLAGS=build/count/count.o "$counting"
if [ ! -x "$counting" ]; then
    run_report | not_ok "the counting program is built" -
    suite_end
fi
ok "the counting program is built"

# steps COMMAND...: how many it takes in $counted, its exit status in $status, the most memory that it has at a time in $kib.
steps() {
    counted=
    rm -f "$work/count"
    run env COUNT_FILE="$work/count" timeout 60 /usr/bin/time -f %M -o "$work/memory" "$counting" "$@"
    [ "$status" -gt 1 ] || counted=$(cat "$work/count")
    kib=$(tail -n 1 "$work/memory")
}

bytes_in() {
    find "$1" -type f -exec cat {} + | wc -c
}

# compare COMMAND...: its cost for the small and for the large spec, which stand for SPEC; adds what is wrong to $worst.
compare() {
    local few all
    steps "${@//SPEC/$work/small}"
    few=$counted
    steps "${@//SPEC/$work/large}"
    if [ -z "$few" ] || [ -z "$counted" ]; then
        worst+="$*: exit status $status: $(head -c 300 "$err"); "
    elif [ "$counted" -gt $least_steps ] && [ "$counted" -gt $((few * growth * 3 / 200)) ]; then
        worst+="$*: $few steps, then $counted; "
    fi
    all=$((bytes + $(wc -c <"$out") + $(wc -c <"$err")))
    if [ "$kib" -gt $((least_memory + 80 * all / 1024)) ]; then
        worst+="$*: $kib KiB for $all bytes; "
    fi
}

# make_specs CASE SMALL LARGE
make_specs() {
    rm -rf "$work/small" "$work/large"
    tests/scale/specs "$1" "$2" "$work/small"
    tests/scale/specs "$1" "$3" "$work/large"
    bytes=$(bytes_in "$work/large")
    growth=$((bytes * 100 / $(bytes_in "$work/small")))
    worst=
}

# conclude NAME
conclude() {
    if [ -z "$worst" ]; then
        ok "$1: the input grows $((growth / 100)) times, and the cost no faster"
    else
        not_ok "$1: the input grows $((growth / 100)) times, and the cost no faster" "$worst"
    fi
}

for case in $(tests/scale/specs --list); do
    make_specs "$case" $small $large
    # This checks too, and says what it finds as text.
    compare gen --lang c --indir SPEC --outdir -
    if [ "$status" -eq 0 ]; then
        compare gen --lang rust --indir SPEC --outdir -
        compare layout --indir SPEC
    else
        compare check --format sarif SPEC
        compare check --format json SPEC
    fi
    compare fmt --check SPEC
    conclude "$case"
done

# The search for a short difference has a bound: both sizes are beyond it.
for case in structs files_of_one; do
    make_specs $case 4000 16000
    compare fmt --diff SPEC
    conclude "$case, what fmt would change"
done

suite_end
