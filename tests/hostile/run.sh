#!/bin/bash
# Hostile text: in every key of the language that takes text, under ASan and UBSan (keys.c); on the command line, in names of
# files and folders, in findings of every format, in depfiles, and in differences on a terminal (paths.py).
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

run_fuzz_make build/fuzz/keys
if [ "$status" -ne 0 ]; then
    run_report | not_ok "the program that tries them is built" -
    suite_end
fi
keys="build/fuzz/keys tests/hostile/texts tests/hostile/base.toml tests/hostile/more.toml tests/hostile/older.toml"
for part in "$keys" "tests/hostile/paths.py $xenbindgen $work/paths"; do
    # shellcheck disable=SC2086 # a program and its arguments
    run $part
    { take_tests "$out" && { [ "$status" -eq 0 ] || grep -q '^not ok' "$out"; }; } ||
        tail -n 20 "$err" | not_ok "${part%% *} gets to its end" "exit status $status" -
done

suite_end
