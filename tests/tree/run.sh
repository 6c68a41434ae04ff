#!/bin/bash
# The tree as a whole: it builds cleanly, what is generated is up to date, and tools find nothing.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

# Every tracked or new file that git does not ignore, so that no build sees another one's leftovers.
copy_tree() {
    mkdir -p "$1"
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files -z --cached --others --exclude-standard
    else
        find . \( -path ./build -o -path ./.cache -o -name target \) -prune -o -type f -print0
    fi | while IFS= read -r -d '' file; do
        [ ! -e "$file" ] || printf '%s\0' "$file"
    done | xargs -0 cp --parents -t "$1" --
}

generate() { # PROGRAM INDIR OUTDIR
    "$1" gen --lang c --indir "$2" --outdir "$3/c" && "$1" gen --lang rust --indir "$2" --outdir "$3/rust/xen-sys"
}

# What the generator made, without what people put beside it: the checked-in crate holds a manifest and tests as well.
expect_bindings() { # NAME FOLDER
    local file differences=
    for lang in c rust; do
        while IFS= read -r file; do
            cmp -s "bindings/$file" "$2/$file" || differences+="$file differs from the checked-in one"$'\n'
        done < <(cd "$2" && find "$lang" -type f | sort)
        [ -n "$(find "$2/$lang" -type f)" ] || differences+="nothing was generated for $lang"$'\n'
    done
    if [ -z "$differences" ]; then
        ok "$1"
    else
        not_ok "$1" "$differences"
    fi
}

# --- generated files are up to date ---

for pair in c:bindings/c rust:bindings/rust/xen-sys; do
    expect_ok "${pair#*:} is up to date (if not: make bindings-update)" \
        "$xenbindgen" gen --lang "${pair%%:*}" --indir specs --outdir "${pair#*:}" --check
done

cp -r bindings/c "$work/stale"
sed -i 's/struct xen_sysctl_readconsole {/struct  xen_sysctl_readconsole {/' "$work/stale/sysctl.h"
expect_status "a header that was edited by hand is noticed" 1 \
    "$xenbindgen" gen --lang c --indir specs --outdir "$work/stale" --check

# --- the tree builds without a warning, with little ---

copy_tree "$work/gcc"
mkdir "$work/bin"
for tool in cc gcc as ld make sh mkdir cmp; do
    ln -s "$(command -v "$tool")" "$work/bin/$tool"
done
expect_ok "make bindings needs gcc, make and a shell, and gives no warning" \
    env -i PATH="$work/bin" make -j 2 -C "$work/gcc" WERROR=1 bindings
expect_text "make bindings says how many files it made" files "$out"
expect_bindings "make bindings makes what is checked in" "$work/gcc/build/bindings"
expect_ok "gcc compiles the test programs without a warning" make -j 2 -C "$work/gcc" CC=gcc WERROR=1 test-programs

copy_tree "$work/clang"
expect_ok "clang compiles everything without a warning" make -j 2 -C "$work/clang" CC=clang WERROR=1 all test-programs
expect_ok "what clang compiled runs" generate "$work/clang/build/xenbindgen" specs "$work/clang-made"
expect_bindings "what clang compiled makes the same bytes" "$work/clang-made"

# --- installation ---

expect_ok "make install" make -C "$work/gcc" install "DESTDIR=$work/dest dir" PREFIX=/usr
expect_ok "the installed program runs" "$work/dest dir/usr/bin/xenbindgen" version
expect_text "it knows its version" "$(sed -n 's/^VERSION = //p' Makefile)" "$out"
expect_same "the man page is installed" docs/xenbindgen.1 "$work/dest dir/usr/share/man/man1/xenbindgen.1"
expect_same "nothing else is" <(printf '%s\n' ./usr/bin/xenbindgen ./usr/share/man/man1/xenbindgen.1) \
    <(cd "$work/dest dir" && find . -type f | sort)

# --- tools ---

for tool in includes format clang-tidy fanalyzer cppcheck shellcheck mandoc; do
    expect_ok "lint: $tool" scripts/lint "$tool"
done

# A linter that finds nothing anywhere would pass as well.
mkdir -p "$work/backwards/src/base"
echo '#include "spec/model.h"' >"$work/backwards/src/base/str.c"
expect_status "an include against the pipeline's direction is noticed" 1 scripts/lint-includes "$work/backwards"
expect_text "the finding says which" 'src/base/str.c:1: base may not know spec' "$out"

# --- habits ---

copy_tree "$work/habits"

# expect_nothing NAME COMMAND...: a search of the copy that must find nothing.
expect_nothing() {
    local name=$1
    shift
    (cd "$work/habits" && "$@") >"$out" 2>&1
    if [ -s "$out" ]; then
        not_ok "$name" - <"$out"
    else
        ok "$name"
    fi
}

expect_nothing "no line ends in white space" grep -rnIE --exclude-dir=data --exclude-dir=corpus '[[:space:]]+$' .
# shellcheck disable=SC2016 # the inner shell's own
expect_nothing "every file ends in a line end" \
    find . -type f -not -path './tests/*/data/*' -not -path './tests/fuzz/corpus/*' -size +0 -exec sh -c 'tail -c 1 "$1" | read -r _ || echo "$1"' sh {} \;
expect_nothing "nothing in src is marked as unfinished" grep -rnwE 'TODO|FIXME|XXX|HACK' src

suite_end
