#!/bin/bash
# The fuzz targets, with ASan and UBSan, on inputs that are known: their corpus, toml-test, and every spec and header of the
# tree. What a fuzzer found once is in the corpus under a name that begins with "found-".
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

run_fuzz_make fuzzers
if [ "$status" -ne 0 ]; then
    run_report | not_ok "the targets are built" -
    suite_end
fi
ok "the targets are built"
expect_ok "there is something to start from" tests/fuzz/seeds "$build" "$work/start"

for source in tests/fuzz/fuzz_*.c; do
    target=${source##*/fuzz_}
    target=${target%.c}
    inputs=()
    for folder in "tests/fuzz/corpus/$target" "$work/start/seeds/$target"; do
        [ ! -d "$folder" ] || inputs+=("$folder")
    done
    # Each folder is read and nothing made up: -runs=0.
    run build/fuzz/"$target" -runs=0 -timeout=60 -rss_limit_mb=2048 -max_len=65536 -artifact_prefix="$work/" "${inputs[@]}"
    count=$(find "${inputs[@]}" -type f | wc -l)
    done_with=$(sed -n 's/^#\([0-9]*\)\tDONE.*/\1/p' "$err")
    # One more than there are: the first is always the empty one.
    if [ "$status" -eq 0 ] && [ "${done_with:-0}" -ge "$count" ] && [ "$count" -gt 0 ]; then
        ok "$target: nothing is found in $count inputs"
    else
        run_report | not_ok "$target: nothing is found in $count inputs" "read $done_with" -
    fi
done

# A target that cannot fail would show nothing.
printf 'a\0b' >"$work/input"
sed 's/REQUIRE(str_eq(apply(\(.*\), new));/REQUIRE(!str_eq(apply(\1, new));/' tests/fuzz/fuzz_diff.c >"$work/fuzz_diff.c"
mapfile -t objects < <(find build/fuzz/obj -name '*.o' -not -path '*/tests/*')
run clang -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc -Itests -Itests/fuzz -fsanitize=fuzzer,address,undefined -o "$work/diff" \
    "$work/fuzz_diff.c" build/fuzz/obj/tests/fuzz/fuzz.o "${objects[@]}" -pthread -ldl
run "$work/diff" -artifact_prefix="$work/" "$work/input"
expect_text "a target whose condition does not hold says so" 'does not hold' "$err"

suite_end
