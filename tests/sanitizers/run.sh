#!/bin/bash
# The program and the unit tests under what watches memory while they run: AddressSanitizer with UndefinedBehaviorSanitizer,
# MemorySanitizer, and valgrind. A report fails its test whatever the program's exit status is, for each leaves a file.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

reports=$work/reports
mkdir "$reports"
export ASAN_OPTIONS=detect_leaks=1:exitcode=99:log_path=$reports/asan
export UBSAN_OPTIONS=print_stacktrace=1:exitcode=99:log_path=$reports/ubsan
export MSAN_OPTIONS=exit_code=99:log_path=$reports/msan

# expect_clean NAME COMMAND...: it succeeds, and nothing is reported.
expect_clean() {
    local name=$1
    shift
    run "$@"
    if [ "$status" -eq 0 ] && [ -z "$(ls "$reports")" ]; then
        ok "$name"
    else
        { run_report && find "$reports" -type f -exec head -n 40 {} +; } | not_ok "$name" -
        rm -f "$reports"/*
    fi
}

# Each of the specs that have everything the language has.
specs='specs tests/c/specs tests/c/whole tests/rules/near tests/rust/made/spec tests/rust/hostile'

# watched NAME BUILD SUITE...: the specs become what they become without sanitizers, and suites and unit tests pass.
watched() {
    local name=$1 place=$2 spec lang test
    shift 2
    for spec in $specs; do
        for lang in c rust; do
            rm -rf "$work/plain" "$work/watched"
            "$xenbindgen" gen --lang "$lang" --indir "$spec" --outdir "$work/plain" >/dev/null 2>&1
            expect_clean "$name: $spec in $lang" "$place/xenbindgen" gen --lang "$lang" --indir "$spec" --outdir "$work/watched"
            expect_same "$name: $spec in $lang, to the byte" "$work/plain" "$work/watched"
        done
    done
    for test in "$place"/test_*; do
        [ ! -x "$test" ] || expect_clean "$name: $(basename "$test")" "$test"
    done
    for test; do
        expect_clean "$name: the suite $test" env BUILD="$place" tests/run "$test"
    done
}

expect_ok "build with AddressSanitizer and UndefinedBehaviorSanitizer" \
    make -j 2 BUILD="$work/asan" CC=clang WERROR=1 SAN=address,undefined all test-programs
watched ASan "$work/asan" cli fmt rules schema toml
expect_clean "ASan: verify" \
    "$work/asan/xenbindgen" verify --headers "$(scripts/fetch-xen-headers 4.20)" --abi x86_32,arm64
expect_clean "ASan: import" "$work/asan/xenbindgen" import --headers tests/import/headers --outdir "$work/imported"

# MemorySanitizer must have seen every write: libclang is left out, for it was compiled without. cmocka was as well, but
# calls the tests and is only called with what needs no watching.
expect_ok "build with MemorySanitizer" \
    make -j 2 BUILD="$work/msan" CC=clang WERROR=1 SAN=memory LIBCLANG= CFLAGS='-O1 -g' all test-programs
watched MSan "$work/msan" rules toml

unset ASAN_OPTIONS UBSAN_OPTIONS MSAN_OPTIONS
watch=(valgrind --quiet --leak-check=full --errors-for-leak-kinds=all --error-exitcode=99)
for test in "$build"/test_*; do
    [ ! -x "$test" ] || expect_ok "valgrind: $(basename "$test")" "${watch[@]}" "$test"
done
for lang in c rust; do
    expect_ok "valgrind: specs in $lang" "${watch[@]}" "$xenbindgen" gen --lang "$lang" --indir specs --outdir "$work/valgrind"
done

# --- that each of them would have noticed ---

cat >"$work/wrong.c" <<'END'
#include <stdlib.h>
int main(int argc, char **argv)
{
    volatile int *p = malloc(4 * sizeof *p);
    int last = 2147483647;
    (void)argv;
    switch (WRONG) {
    case 1: return p[argc + 3];
    case 2: last += argc; return last == 5;
    case 3: return p[argc] ? 1 : 2;
    default: p = NULL; return 0;
    }
}
END
expect_noticed() { # NAME STATUS WRONG OPTION... -- [COMMAND...]
    local name=$1 wanted=$2 wrong=$3 options=()
    shift 3
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    expect_ok "a program with $name" clang "${options[@]}" -gdwarf-4 "-DWRONG=$wrong" -o "$work/wrong" "$work/wrong.c"
    expect_status "$name is noticed" "$wanted" env ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99 MSAN_OPTIONS=exit_code=99 \
        "$@" "$work/wrong"
}
expect_noticed "a read past the end" 99 1 -fsanitize=address,undefined -fno-sanitize-recover=all --
expect_noticed "an overflow" 99 2 -fsanitize=address,undefined -fno-sanitize-recover=all --
expect_noticed "a leak" 99 4 -fsanitize=address,undefined -fno-sanitize-recover=all --
expect_noticed "a value that nobody set" 99 3 -fsanitize=memory -fno-sanitize-recover=all --
expect_noticed "a value that nobody set, by valgrind," 99 3 -O0 -- "${watch[@]}"
expect_noticed "a leak, by valgrind," 99 4 -O0 -- "${watch[@]}"

suite_end
