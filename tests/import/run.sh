#!/bin/bash
# import: headers become a spec that passes the checks and is what the headers say, and whose C says it again. Of small headers
# that have everything, the spec is known; of two releases of Xen, the headers are the judge.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

headers=$root/tests/import/headers

# expect_import NAME HEADERS OUTDIR [OPTION...]
expect_import() {
    local name=$1 from=$2 to=$3
    shift 3
    expect_ok "$name" "$xenbindgen" import --headers "$from" --outdir "$to" "$@"
}

# The C of a spec, in place of the headers that it was made of.
make_headers() { # SPEC OUTDIR
    run "$xenbindgen" gen --lang c --indir "$1" --outdir "$2"
    find "$2" -name '*-layout.h' -delete
    rm -f "$2/xen-support.h"
}

# --- small headers ---

expect_import 'headers become a spec' "$headers" "$work/small"
cp "$out" "$work/report"
while read -r file; do
    expect_same "the spec of $file" "tests/import/expected/$file" "$work/small/$file"
done < <(cd tests/import/expected && find . -name '*.toml' | sed 's,^\./,,' | LC_ALL=C sort)
expect_same 'nothing else is written' <(cd tests/import/expected && find . -name '*.toml' | LC_ALL=C sort) \
    <(cd "$work/small" && find . -type f | LC_ALL=C sort)
expect_same 'what is text for C, and why' tests/import/expected/report "$work/report"
expect_ok 'the spec passes the checks' "$xenbindgen" check --indir "$work/small"
expect_ok 'the spec is in the house form' "$xenbindgen" fmt --check "$work/small"
expect_ok 'the spec is what the headers say' "$xenbindgen" verify --headers "$headers" --indir "$work/small"

make_headers "$work/small" "$work/small-c"
for standard in c90 c99 c++98; do
    compiler=gcc language=c records='#include "records.h"'
    # One record has a member that C++ has a word for.
    [ "$standard" = c++98 ] && compiler=g++ language=c++ records=
    for define in -D__XEN_TOOLS__ -D__XEN__ -D__XEN_INTERFACE_VERSION__=0x00030204; do
        printf '%s\n' '#include <stdint.h>' '#include "xen.h"' '#include "arch-x86/regs.h"' '#include "io/unguarded.h"' \
            "$records" >"$work/use.c"
        expect_ok "its C compiles as $standard, $define" "$compiler" -x "$language" -std="$standard" "$define" \
            -Wall -Werror -fsyntax-only -I"$work/small-c" "$work/use.c"
    done
done
expect_import 'its C becomes a spec again' "$work/small-c" "$work/again"
# C does not say which member constants are for, and C++ wants a member in every struct.
run diff -r "$work/small" "$work/again"
expect_same 'which is the same, but for what C does not say' tests/import/expected/round-trip \
    <(sed -n 's/ *$//; /^[<>]/p' "$out")

# --- what the language has no words for ---

odd=$root/tests/import/odd
mkdir -p "$work/odd-in/headers"
cp "$odd/odd.h" "$root/tests/import/headers"/xen*.h "$work/odd-in/headers"
expect_import 'odd headers become a spec' "$work/odd-in/headers" "$work/odd"
grep '  odd\.h:' "$out" >"$work/odd-report"
expect_same 'what of them is text for C is said' "$odd/report" "$work/odd-report"
expect_ok 'their spec passes the checks' "$xenbindgen" check --indir "$work/odd"
expect_ok 'their spec is what they say' "$xenbindgen" verify --headers "$work/odd-in/headers" --indir "$work/odd"
for array in 'u8[2][3]' 'u64[3][2]' 'handle<u8>[2][3]' 'u16[TEST_ODD_LENGTH][4][2]' 'ptr<const char>[2][3]' 'ptr<const u16[3]>'; do
    expect_text "an array of arrays is described: $array" "type = \"$array\"" "$work/odd/odd/odd.toml"
done
make_headers "$work/odd" "$work/odd-c"
expect_ok 'their C is C++ as well' g++ -std=c++98 -D__XEN_TOOLS__ -Wall -Werror -fsyntax-only -include stdint.h -I"$work/odd-c" \
    -x c++ "$work/odd-c/odd.h"
for from in "$work/odd-in/headers" "$work/odd-c"; do
    expect_ok 'a program of them compiles' gcc -std=c11 -D__XEN_TOOLS__ -Wall -Werror "-I$from" -o "$work/layout" "$odd/layout.c"
    run "$work/layout"
    cp "$out" "$work/layout-${from##*/}"
done
expect_same 'what is text is laid out as it was' "$work/layout-headers" "$work/layout-odd-c"

expect_import 'descriptions come from comments if that is asked for' "$headers" "$work/comments" --comments
expect_text 'a comment at the end of a line' '        description = "what to do",' "$work/comments/records/records.toml"
expect_text 'a comment before a definition' 'description = "A request."' "$work/comments/records/records.toml"

# --- what is there is not lost, and what is not there is said ---

expect_import 'the same again changes nothing' "$headers" "$work/small"
echo '# mine' >>"$work/small/xen/xen.toml"
run "$xenbindgen" import --headers "$headers" --outdir "$work/small"
if [ "$status" -eq 2 ] && tail -n 1 "$work/small/xen/xen.toml" | grep -q mine; then
    ok 'a file that holds something else is kept'
else
    run_report | not_ok 'a file that holds something else is kept' -
fi
expect_import 'unless it may be replaced' "$headers" "$work/small" --force
expect_same 'then it is' tests/import/expected/xen/xen.toml "$work/small/xen/xen.toml"

# expect_error NAME MESSAGE COMMAND...: exit status 2, and one line.
expect_error() {
    local name=$1 message=$2
    shift 2
    run "$@"
    if [ "$status" -eq 2 ] && [ ! -s "$out" ] && [ "$(cat "$err")" = "$message" ]; then
        ok "$name"
    else
        run_report | not_ok "$name" -
    fi
}
mkdir "$work/none" "$work/broken"
echo 'not C' >"$work/broken/a.h"
expect_error 'no folder' "xenbindgen: cannot read \`$work/missing\`: No such file or directory" \
    "$xenbindgen" import --headers "$work/missing" --outdir "$work/x"
expect_error 'no headers' "xenbindgen: \`$work/none\` holds no headers" \
    "$xenbindgen" import --headers "$work/none" --outdir "$work/x"
run "$xenbindgen" import --headers "$work/broken" --outdir "$work/x"
if [ "$status" -eq 2 ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q 'compiles in any configuration' "$err"; then
    ok 'headers that are not C'
else
    run_report | not_ok 'headers that are not C' -
fi
mkdir "$work/some"
printf '#define __XEN_LATEST_INTERFACE_VERSION__ 0x00041300\n' >"$work/some/xen-compat.h"
echo 'no_type a;' >"$work/some/a.h"
expect_ok 'a header that nothing can compile, among others' "$xenbindgen" import --headers "$work/some" --outdir "$work/some.spec"
expect_text 'it is named, with the reason' "  a.h: it compiles in no configuration: unknown type name 'no_type'" "$out"
expect_ok 'it becomes no spec' test ! -e "$work/some.spec/a"
expect_error 'nothing is named' 'xenbindgen: import needs --headers DIR; see xenbindgen import --help' "$xenbindgen" import

# --- the releases of Xen ---

for release in 4.20 4.17; do
    run scripts/fetch-xen-headers "$release"
    if [ "$status" -ne 0 ]; then
        run_report | not_ok "fetch the headers of Xen $release" -
        continue
    fi
    xen=$(cat "$out")
    expect_import "Xen $release becomes a spec" "$xen" "$work/$release"
    expect_ok "that passes the checks" "$xenbindgen" check --indir "$work/$release"
    expect_ok "that is what the headers say in all configurations" \
        "$xenbindgen" verify --headers "$xen" --indir "$work/$release"
    read -r records all_records constants all_constants < <(awk '$1 == "total" { print $2, $4, $5, $7 }' "$out")
    if [ $((records * 100)) -ge $((all_records * 95)) ] && [ $((constants * 100)) -ge $((all_constants * 98)) ]; then
        ok "95 % of the records and 98 % of the constants of Xen $release are described"
    else
        run_report | not_ok "95 % of the records and 98 % of the constants of Xen $release are described" -
    fi
    make_headers "$work/$release" "$work/$release-c"
    for standard in c90 c99 c++98; do
        compiler=gcc language=c
        [ "$standard" = c++98 ] && compiler=g++ language=c++
        failed='' tried=0
        while read -r header; do
            try=("$compiler" -x "$language" "-std=$standard" -D__XEN_TOOLS__ -Wall -Werror -fsyntax-only -include stdint.h)
            echo "#include \"$header\"" >"$work/use.c"
            "${try[@]}" -iquote "$xen" "$work/use.c" 2>/dev/null || continue
            tried=$((tried + 1))
            "${try[@]}" -iquote "$work/$release-c" "$work/use.c" 2>>"$work/errors" || failed+=" $header"
        done < <(cd "$xen" && find . -name '*.h' | sed 's,^\./,,' | sort)
        if [ -z "$failed" ] && [ "$tried" -gt 40 ]; then
            ok "what compiles of Xen $release as $standard also does when generated"
        else
            not_ok "what compiles of Xen $release as $standard also does when generated" "$tried headers;$failed"
        fi
    done
    # What C++ makes of an empty struct asks for a member in it, which is the only difference.
    run "$xenbindgen" verify --headers "$work/$release-c" --indir "$work/$release" --context tools,xen
    sed -nE 's/^[^ ].*: error: (.*)$/\1/p' "$err" | grep -vE 'has a member .?_empty.? as well|does not compile' >"$work/findings"
    expect_same "its C says of Xen $release what the headers say" /dev/null "$work/findings"
done

suite_end
