#!/bin/bash
# The tool as its users meet it. Each part below is a file of its own and uses what tests/lib.sh gives.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

unset NO_COLOR TERM
here=$root/tests/cli

# expect_message NAME STATUS TEXT COMMAND...: an exit status and one line on standard error that holds a text, nothing else.
expect_message() {
    local name=$1 wanted=$2 text=$3
    shift 3
    run "$@"
    if [ "$status" -eq "$wanted" ] && grep -qF -e "$text" "$err" && [ ! -s "$out" ] && [ "$(wc -l <"$err")" -eq 1 ] &&
        ! grep -q '[[:cntrl:]]' "$err"; then
        ok "$name"
    else
        run_report | not_ok "$name" "wanted exit status $wanted and one line with '$text' from: $*" -
    fi
}

# expect_silent NAME STATUS COMMAND...: nothing on standard error.
expect_silent() {
    local name=$1 wanted=$2
    shift 2
    run "$@"
    if [ "$status" -eq "$wanted" ] && [ ! -s "$err" ]; then
        ok "$name"
    else
        run_report | not_ok "$name" "wanted exit status $wanted and no message from: $*" -
    fi
}

for part in usage findings hostile gen files same layout completions; do
    # shellcheck source=/dev/null
    . "$here/$part.sh"
done

suite_end
