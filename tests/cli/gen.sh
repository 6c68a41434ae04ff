# gen: what it makes, compares, leaves alone, removes, and tells make.
# shellcheck shell=bash disable=SC2154,SC2016,SC2034 # variables are those of tests/lib.sh; back-ticks are text

gen() { # SPEC OUTDIR OPTION...
    "$xenbindgen" gen --lang c --indir "$1" --outdir "$2" "${@:3}"
}

expect_silent "gen" 0 gen tests/cli/specs "$work/made"
if grep -qE "^c: 13 files in $work/made, 13 of them written; [0-9]+ definitions, 6 ABIs, [0-9.]+ ms$" "$out"; then
    ok "it says what it made"
else
    run_report | not_ok "it says what it made" -
fi

# Unchanged files keep their time stamp.
find "$work/made" -type f -exec touch -d '2001-01-01 00:00' {} +
expect_silent "gen again" 0 gen tests/cli/specs "$work/made"
expect_text "it wrote nothing" ', 0 of them written;' "$out"
if [ -z "$(find "$work/made" -type f -newermt 2002-01-01)" ]; then
    ok "unchanged files keep their time stamp"
else
    find "$work/made" -newermt 2002-01-01 | not_ok "unchanged files keep their time stamp" -
fi
echo >>"$work/made/sysctl.h"
expect_silent "gen after an edit" 0 gen tests/cli/specs "$work/made"
expect_text "it wrote that file" ', 1 of them written;' "$out"
if [ "$(find "$work/made" -type f -newermt 2002-01-01)" = "$work/made/sysctl.h" ]; then
    ok "only that file is new"
else
    find "$work/made" -newermt 2002-01-01 | not_ok "only that file is new" -
fi

# --check
expect_silent "--check of what is up to date" 0 gen tests/cli/specs "$work/made" --check
if [ ! -s "$out" ]; then
    ok "it shows nothing"
else
    run_report | not_ok "it shows nothing" -
fi
cp -r "$work/made" "$work/changed"
sed -i 's/uint32_t count;/uint64_t count;/' "$work/changed/sysctl.h"
rm "$work/changed/domctl.h"
sed 's/sysctl/gone/g' "$work/made/sysctl.h" >"$work/changed/gone.h"
cp -r "$work/changed" "$work/before"
expect_status "--check of what differs" 1 gen tests/cli/specs "$work/changed" --check
expect_text "it counts" '1 files differ, 1 are missing, 1 are stale' "$err"
expect_text "it says the command" "xenbindgen gen --lang c --indir tests/cli/specs --outdir $work/changed --prune" "$err"
expect_text "it shows what is there" '-    uint64_t count;' "$out"
expect_text "it shows what should be" '+    uint32_t count;' "$out"
expect_same "it writes nothing" "$work/before" "$work/changed"
expect_status "--check of what is not there" 1 gen tests/cli/specs "$work/nothing-here" --check
if [ ! -e "$work/nothing-here" ]; then
    ok "it makes no folder"
else
    not_ok "it makes no folder"
fi
eval "\"\$xenbindgen\" $(sed -n 's/.*to make them anew: xenbindgen //p' "$err")" >"$out" 2>&1
expect_same "the command that it says makes what is missing" "$work/made" "$work/nothing-here"

# Stale files.
cp -r "$work/made" "$work/stale"
sed 's/sysctl/gone/g' "$work/made/sysctl.h" >"$work/stale/gone.h"
mkdir "$work/stale/sub"
cp "$work/stale/gone.h" "$work/stale/sub/gone-too.h"
echo 'not ours' >"$work/stale/mine.h"
expect_status "gen beside stale files" 0 gen tests/cli/specs "$work/stale"
expect_text "it names one" "\`$work/stale/gone.h\` is stale" "$err"
expect_text "it names the other" "\`$work/stale/sub/gone-too.h\` is stale" "$err"
if [ -e "$work/stale/gone.h" ] && [ -e "$work/stale/sub/gone-too.h" ]; then
    ok "it leaves them"
else
    not_ok "it leaves them"
fi
expect_silent "gen --prune" 0 gen tests/cli/specs "$work/stale" --prune
if [ ! -e "$work/stale/gone.h" ] && [ ! -e "$work/stale/sub/gone-too.h" ] && [ -e "$work/stale/mine.h" ]; then
    ok "it removes them and nothing else"
else
    find "$work/stale" | not_ok "it removes them and nothing else" -
fi

# --only
expect_silent "--only" 0 gen tests/cli/specs "$work/only" --only sysctl,arch-x86
if [ "$(cd "$work/only" && find . -type f | sort | tr '\n' ' ')" = \
    './arch-x86-layout.h ./arch-x86.h ./sysctl-layout.h ./sysctl.h ./xen-support.h ' ]; then
    ok "it makes the files of these folders"
else
    find "$work/only" | not_ok "it makes the files of these folders" -
fi
expect_silent "--only into a full folder" 0 gen tests/cli/specs "$work/made" --only sysctl --prune
expect_silent "nothing else is gone" 0 gen tests/cli/specs "$work/made" --check
for only in ',' 'sysctl,' ',sysctl'; do
    run gen tests/cli/specs "$work/only" --only "$only"
    if [ "$status" -eq 2 ] || [ "$status" -eq 0 ]; then
        ok "--only $only"
    else
        run_report | not_ok "--only $only" -
    fi
done

# --depfile, and make.
cp -r tests/cli/specs "$work/depspecs"
cat >"$work/dep.mk" <<'MAKE'
deps/sysctl.h:
	"$(XENBINDGEN)" gen --lang c --indir depspecs --outdir deps --depfile deps.d
	@touch deps/sysctl.h
	@echo rebuilt
-include deps.d
MAKE
dep_make() {
    (cd "$work" && make -f dep.mk XENBINDGEN="$xenbindgen") >"$out" 2>&1
}
dep_make
expect_text "make builds what is not there" rebuilt "$out"
for input in depspecs/sysctl/readconsole.toml depspecs/domctl/createdomain.toml; do
    dep_make
    expect_no_text "make leaves what is up to date" rebuilt "$out"
    touch -d '+2 seconds' "$work/$input"
    dep_make
    expect_text "make rebuilds after a change of $input" rebuilt "$out"
    find "$work/depspecs" "$work/deps" -exec touch -d '2001-01-01' {} +
done
mv "$work/depspecs/arch-ppc" "$work/gone"
dep_make
if grep -q 'No rule to make' "$out"; then
    not_ok "make goes on after a spec file is removed" - <"$out"
else
    ok "make goes on after a spec file is removed"
fi
expect_silent "--depfile -" 0 gen tests/cli/specs "$work/made" --depfile -
expect_text "it goes to standard output" "$work/made/sysctl.h" "$out"
expect_no_text "and nothing else does" 'files in' "$out"
expect_message "--depfile without names for the outputs" 2 'depfile' "$xenbindgen" gen -l c -i tests/cli/specs -o - --depfile "$work/x.d"

# Both languages in one run: the files are those of two runs, and all are written or none.
both() { # SPEC OUTDIR OPTION...
    "$xenbindgen" gen --indir "$1" --lang c --outdir "$2/c" -l rust -o "$2/rust" "${@:3}"
}
expect_silent "Rust alone" 0 "$xenbindgen" gen --lang rust --indir tests/cli/specs --outdir "$work/made-rust"
expect_silent "--outdir before a single --lang" 0 "$xenbindgen" gen --outdir "$work/both-first" --indir tests/cli/specs --lang c
expect_same "it is taken all the same" "$work/made" "$work/both-first"
expect_silent "both languages" 0 both tests/cli/specs "$work/both" --depfile "$work/both.d"
expect_same "C is that of a run of its own" "$work/made" "$work/both/c"
expect_same "Rust is that of a run of its own" "$work/made-rust" "$work/both/rust"
if [ "$(cut -d: -f1 "$out")" = "$(printf 'c\nrust')" ]; then
    ok "it says what it made for each"
else
    run_report | not_ok "it says what it made for each" -
fi
targets=$(sed '/:/q' "$work/both.d" | tr -d ' \\:' | grep "^$work" | sort)
if [ "$targets" = "$(find "$work/both" -type f | sort)" ]; then
    ok "the depfile has the files of both"
else
    not_ok "the depfile has the files of both" "$targets"
fi
expect_silent "--check of both" 0 both tests/cli/specs "$work/both" --check
for differs in c/sysctl.h rust/src/sysctl.rs; do
    cp -r "$work/both" "$work/both-changed"
    echo >>"$work/both-changed/$differs"
    expect_status "--check of both where $differs differs" 1 both tests/cli/specs "$work/both-changed" --check
    expect_text "it says the command" "--lang ${differs%%/*} --indir tests/cli/specs --outdir $work/both-changed/${differs%%/*}" "$err"
    rm -r "$work/both-changed"
done
mkdir -p "$work/none/rust/Cargo.toml"
expect_message "a file of one that cannot be made" 2 'it is a folder' both tests/cli/specs "$work/none"
expect_status "nothing is written for the other" 1 test -e "$work/none/c"
touch "$work/none-file"
expect_message "one folder that cannot be made" 2 'Not a directory' "$xenbindgen" gen -i tests/cli/specs -l c -o "$work/none/c" \
    -l rust -o "$work/none-file/rust"
expect_status "nothing is written to the other" 1 test -e "$work/none/c"

# Folders within one another: what one run makes in the inner one is not stale in the outer one.
for order in "c . rust inner" "rust inner c ." "c inner rust ." "rust . c inner"; do
    read -r one at other place <<<"$order"
    rm -rf "$work/both-nested"
    for run in first second; do
        expect_silent "$order, the $run time" 0 "$xenbindgen" gen -i tests/cli/specs --prune -l "$one" -o "$work/both-nested/$at" \
            -l "$other" -o "$work/both-nested/$place"
    done
    expect_text "$order: nothing was made anew" ', 0 of them written;' "$out"
    expect_silent "$order: all is there" 0 "$xenbindgen" gen -i tests/cli/specs --check -l "$one" -o "$work/both-nested/$at" \
        -l "$other" -o "$work/both-nested/$place"
done

# Standard output is for one alone; the other's files are written beside it.
expect_silent "one to standard output" 0 "$xenbindgen" gen -i tests/cli/specs -l c -o - -l rust -o "$work/beside"
expect_same "the other to its folder" "$work/made-rust" "$work/beside"
expect_no_text "and no word about it" 'files in' "$out"
expect_text "the one is there" '#ifndef' "$out"
expect_message "a depfile for one to standard output" 2 'depfile' "$xenbindgen" gen -i tests/cli/specs -l c -o "$work/beside-c" \
    -l rust -o - --depfile "$work/x.d"
ln -s both/c "$work/both-link"
expect_message "two languages in one folder" 2 'cannot both go to' "$xenbindgen" gen -i tests/cli/specs -l c -o "$work/x" -l rust -o "$work/x"
expect_message "by another name" 2 'cannot both go to' "$xenbindgen" gen -i tests/cli/specs -l c -o "$work/both/c" -l rust -o "$work/both-link"
expect_message "a language without a folder of its own" 2 '--lang c has no --outdir after it' "$xenbindgen" gen -l c -l rust -o "$work/x"
expect_message "the last one" 2 '--lang rust has no --outdir after it' "$xenbindgen" gen -o "$work/y" -l c -o "$work/x" -l rust
expect_message "an unknown one" 2 'there is no backend `cobol`' "$xenbindgen" gen -l c -o "$work/x" -l cobol -o "$work/y"

# A spec folder given directly, nested folders, one file.
expect_silent "a folder of TOML files" 0 gen tests/cli/specs/sysctl "$work/direct"
expect_same "it is called as in the tree" "$work/made/sysctl-layout.h" "$work/direct/sysctl-layout.h"
expect_same "its banner is the same" "$work/made/sysctl.h" "$work/direct/sysctl.h"
expect_silent "one file" 0 gen tests/cli/specs/sysctl/readconsole.toml "$work/direct-file"
expect_text "it is called after the file" 'from readconsole.toml.' "$work/direct-file/readconsole.h"
expect_message "a folder without a name" 2 'give its name' env -C tests/cli/specs/sysctl "$xenbindgen" check .
expect_silent "nested folders" 0 gen tests/c/specs "$work/nested"
expect_text "they include upwards" '#include "../shared.h"' <(sed 's|../../|../|' "$work/nested/hvm/params.h")
expect_text "their guards have their whole name" '__XEN_PUBLIC_HVM_PARAMS_H__' "$work/nested/hvm/params.h"

# Standard output.
expect_silent "--outdir -" 0 gen tests/cli/specs -
expect_text "it has the headers" 'struct xen_sysctl_readconsole {' "$out"
expect_no_text "it has no report" 'files in' "$out"
