#!/bin/bash
# Makes the committed corpus of each target anew: of what the corpus and the last runs hold, the few inputs that reach most of
# what seeds do not reach (tests/fuzz/pick), and all that was found once.
#
#   tests/fuzz/minimise.sh [TARGET...]
set -eu
cd "$(dirname "$0")/../.."
make -s -j2 all fuzzers
tests/fuzz/seeds build build/fuzz/start
targets=("$@")
[ ${#targets[@]} -gt 0 ] || for source in tests/fuzz/fuzz_*.c; do
    source=${source##*/fuzz_}
    targets+=("${source%.c}")
done
for target in "${targets[@]}"; do
    corpus=tests/fuzz/corpus/$target
    work=build/fuzz/least/$target
    mkdir -p "$work/merged" "build/fuzz/corpus/$target" "build/fuzz/start/seeds/$target" "$corpus"
    rm -f "$work"/reached "$work"/merged/*
    # What each input reaches is in the control file; what libFuzzer itself would keep is of no use here.
    build/fuzz/"$target" -set_cover_merge=1 -merge_control_file="$work/reached" -max_len=16384 -timeout=10 \
        -artifact_prefix="$work/" "$work/merged" \
        "build/fuzz/start/seeds/$target" "$corpus" "build/fuzz/corpus/$target" >"$work/log" 2>&1
    tests/fuzz/pick "$work/reached" "$corpus" "build/fuzz/start/seeds/$target"
    echo "$target: $(find "$corpus" -type f | wc -l) inputs, $(find "$corpus" -type f -exec cat {} + | wc -c) bytes"
done
