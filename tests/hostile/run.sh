#!/bin/bash
# Hostile text: in every key of the language that takes text, under ASan and UBSan (keys.c); on the command line, in names of
# files and folders, in findings of every format, in depfiles and in diffs.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

run make -s -j2 build/fuzz/keys WERROR=1
if [ "$status" -ne 0 ]; then
    run_report | not_ok "the program that tries them is built" -
    suite_end
fi
run build/fuzz/keys tests/hostile/texts tests/hostile/base.toml tests/hostile/more.toml
cat "$out"
tests_ok=$((tests_ok + $(grep -c '^ok' "$out")))
tests_not_ok=$((tests_not_ok + $(grep -c '^not ok' "$out")))
if [ "$status" -eq 0 ]; then
    ok "every key was tried, and nothing hostile came through"
else
    tail -n 20 "$err" | not_ok "every key was tried, and nothing hostile came through" "exit status $status" -
fi

suite_end
