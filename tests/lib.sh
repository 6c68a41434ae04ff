# What test suites in bash share. A suite starts with
#
#   . "$(dirname "$0")/../lib.sh"
#   suite_start "$@"
#
# and ends with suite_end. In between it runs in the tree's root and has
#
#   $root           the tree, an absolute path        $build         the build folder, an absolute path
#   $xenbindgen     the compiler under test           $work          an empty folder of the suite's own
#   $status         exit status of the last `run`     $out, $err     files with what it printed
#   $nobody         what runs a command as somebody else, for suites that run as root
#
# shellcheck shell=bash disable=SC2034 # the variables are for the suites

suite_start() {
    root=$(cd "$(dirname "${BASH_SOURCE[1]}")/../.." && pwd) || exit 2
    cd "$root" || exit 2
    mkdir -p "${1:-build}" || exit 2
    build=$(cd "${1:-build}" && pwd) || exit 2
    xenbindgen=$build/xenbindgen
    work=$build/tests/$(basename "$(dirname "${BASH_SOURCE[1]}")").d
    chmod -R u+rwX "$work" 2>/dev/null
    rm -rf "$work"
    mkdir -p "$work" || exit 2
    out=$work/out
    err=$work/err
    status=0
    tests_ok=0
    tests_not_ok=0
    # Somebody who is not root; what counts coverage may not write then.
    nobody=(env LLVM_PROFILE_FILE=/dev/null setpriv --reuid 65534 --regid 65534 --clear-groups)
    export LC_ALL=C
    unset MAKEFLAGS MAKELEVEL MFLAGS
}

ok() {
    tests_ok=$((tests_ok + 1))
    echo "ok - $1"
}

# not_ok NAME [DETAIL...]: further arguments, and standard input when DETAIL is "-", are shown as detail.
not_ok() {
    tests_not_ok=$((tests_not_ok + 1))
    echo "not ok - $1"
    shift
    local detail
    for detail in "$@"; do
        if [ "$detail" = - ]; then
            head -n 60 | sed 's/^/#   /'
        else
            printf '%s\n' "$detail" | head -n 60 | sed 's/^/# /'
        fi
    done
}

# run COMMAND...: keeps what it prints in $out and $err and its exit status in $status.
run() {
    status=0
    "$@" >"$out" 2>"$err" </dev/null || status=$?
}

# run_fuzz_make TARGET...: makes what is built as the fuzz targets are; suites that run at the same time share those objects.
run_fuzz_make() {
    mkdir -p build
    run flock build/fuzz.lock make -s -j2 "$@" WERROR=1
}

# The beginning of a file and its end.
show_ends() {
    awk -v most=25 'NR <= most { print; next } { last[NR % most] = $0 }
        END { if (NR > 2 * most) print "..."; for (i = NR > 2 * most ? NR - most + 1 : most + 1; i <= NR; i++) print last[i % most] }' "$1"
}

# What the last `run` did, for the detail of a failure.
run_report() {
    echo "exit status $status"
    [ ! -s "$out" ] || { echo "standard output:" && show_ends "$out"; }
    [ ! -s "$err" ] || { echo "standard error:" && show_ends "$err"; }
}

# expect_status NAME STATUS COMMAND...
expect_status() {
    local name=$1 wanted=$2
    shift 2
    run "$@"
    if [ "$status" -eq "$wanted" ]; then
        ok "$name"
    else
        run_report | not_ok "$name" "wanted exit status $wanted from: $*" -
    fi
}

# expect_ok NAME COMMAND...
expect_ok() {
    local name=$1
    shift
    expect_status "$name" 0 "$@"
}

# expect_same NAME EXPECTED ACTUAL: two files, or two folders, that hold the same bytes.
expect_same() {
    local difference
    if difference=$(diff -ru "$2" "$3" 2>&1); then
        ok "$1"
    else
        not_ok "$1" "$difference"
    fi
}

# expect_text NAME TEXT FILE: a file that holds a piece of text, as it stands.
expect_text() {
    if grep -qF -e "$2" "$3"; then
        ok "$1"
    else
        not_ok "$1" "no '$2' in $3:" - <"$3"
    fi
}

# expect_no_text NAME TEXT FILE
expect_no_text() {
    if grep -qF -e "$2" "$3"; then
        grep -nF -e "$2" "$3" | not_ok "$1" "'$2' in $3:" -
    else
        ok "$1"
    fi
}

# take_tests FILE: what another program printed as TAP counts as this suite's; false when it did not get to its end.
take_tests() {
    grep -v '^1[.][.]' "$1"
    tests_ok=$((tests_ok + $(grep -c '^ok' "$1")))
    tests_not_ok=$((tests_not_ok + $(grep -c '^not ok' "$1")))
    grep -q '^1[.][.]' "$1"
}

# Says how many tests there were and ends the suite.
suite_end() {
    echo "1..$((tests_ok + tests_not_ok))"
    [ "$tests_not_ok" -eq 0 ]
    exit
}
