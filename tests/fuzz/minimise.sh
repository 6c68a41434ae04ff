#!/bin/bash
# Makes the committed corpus of each target anew: the fewest inputs that reach what the corpus and the last runs reach.
#
#   tests/fuzz/minimise.sh [TARGET...]
set -eu
cd "$(dirname "$0")/../.."
targets=("$@")
[ ${#targets[@]} -gt 0 ] || for source in tests/fuzz/fuzz_*.c; do
    source=${source##*/fuzz_}
    targets+=("${source%.c}")
done
for target in "${targets[@]}"; do
    corpus=tests/fuzz/corpus/$target
    folder=build/fuzz/least/$target
    rm -rf "$folder"
    mkdir -p "$folder" "build/fuzz/corpus/$target" "$corpus"
    # What was found once has a name of its own, and stays.
    find "$corpus" -name 'found-*' -exec cp {} "$folder" \;
    build/fuzz/"$target" -merge=1 -max_len=2048 -timeout=10 "$folder" "$corpus" "build/fuzz/corpus/$target" >"build/fuzz/least/$target.log" 2>&1
    rm -rf "$corpus"
    mv "$folder" "$corpus"
    echo "$target: $(find "$corpus" -type f | wc -l) inputs, $(du -sb "$corpus" | cut -f 1) bytes"
done
