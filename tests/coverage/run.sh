#!/bin/bash
# How much of src the tests run: the table, and whether it is enough for the core. scripts/coverage says what is counted.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

# Other suites run beside this one.
expect_ok "the tests cover 95 % of the lines and 90 % of the branches of the core" env JOBS=1 scripts/coverage
grep -E '^(core|src/clang) ' "$out" | sed 's/^/# /'
expect_ok "what is left is said, place by place" test -s build/coverage/rest

# A gate that lets everything through would pass as well.
expect_status "less than what is asked for is noticed" 1 scripts/coverage --report --least 100 100

suite_end
