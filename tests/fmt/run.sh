#!/bin/bash
# The house form: exact results in cases/, and for every spec of the tree and every dialect that it changes nothing but the form.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

for before in tests/fmt/cases/*.before.toml; do
    name=$(basename "$before" .before.toml)
    after=tests/fmt/cases/$name.after.toml
    "$xenbindgen" fmt - <"$before" >"$work/$name" 2>&1
    expect_same "case $name" "$after" "$work/$name"
    "$xenbindgen" fmt - <"$after" >"$work/$name" 2>&1
    expect_same "case $name stays as it is" "$after" "$work/$name"
done

# specs FOLDER: the form of each file is a fixed point, no comment is lost, and the outputs stay the same.
fixed_point() {
    local name=$1 specs=$2 file lost=0
    rm -rf "$work/specs" "$work/gen"
    cp -R "$specs" "$work/specs"
    chmod -R u+w "$work/specs"
    expect_ok "$name: fmt" "$xenbindgen" fmt "$work/specs"
    cp -R "$work/specs" "$work/once"
    expect_ok "$name: fmt again" "$xenbindgen" fmt "$work/specs"
    expect_same "$name: the second time changes nothing" "$work/once" "$work/specs"
    expect_ok "$name: --check agrees" "$xenbindgen" fmt --check "$work/specs"
    while IFS= read -r file; do
        [ "$(grep -o '# .*' "$specs/$file" | sed 's/[ \t]*$//' | sort)" = "$(grep -o '# .*' "$work/specs/$file" | sort)" ] || lost=1
    done < <(cd "$specs" && find . -name '*.toml')
    expect_ok "$name: every comment is there" test "$lost" = 0
    for lang in c rust; do
        "$xenbindgen" gen --lang $lang --indir "$specs" --outdir "$work/gen/before-$lang" >"$work/log" 2>&1
        "$xenbindgen" gen --lang $lang --indir "$work/specs" --outdir "$work/gen/after-$lang" >>"$work/log" 2>&1
        [ -s "$work/log" ] || not_ok "$name: nothing was made"
        expect_same "$name: the same $lang" "$work/gen/before-$lang" "$work/gen/after-$lang"
    done
    rm -rf "$work/once"
}

fixed_point "bundled specs" specs
fixed_point "near misses" tests/rules/near
for dialect in tests/*/specs tests/cli/dialects/*/; do
    [ -d "$dialect" ] && fixed_point "$dialect" "$dialect"
done

expect_ok "the bundled specs are in the house form" "$xenbindgen" fmt --check specs

mkdir "$work/changed"
cp tests/fmt/cases/comments.before.toml "$work/changed/a.toml"
cp tests/fmt/cases/comments.after.toml "$work/changed/b.toml"
expect_status "--check fails" 1 "$xenbindgen" fmt --check "$work/changed"
expect_ok "--check names the file and no other" test "$(cat "$out")" = "$work/changed/a.toml"
expect_status "--diff fails" 1 "$xenbindgen" fmt --diff "$work/changed"
cp "$out" "$work/patch"
expect_ok "--diff is a patch" patch -s -p1 -d "$work/changed" -i "$work/patch"
expect_same "the patch does what fmt does" "$work/changed/b.toml" "$work/changed/a.toml"
cp tests/fmt/cases/comments.before.toml "$work/changed/a.toml"
expect_ok "one file" "$xenbindgen" fmt "$work/changed/a.toml"
expect_same "one file is written" tests/fmt/cases/comments.after.toml "$work/changed/a.toml"

printf '[[structs]]\nname = xen\n' >"$work/changed/c.toml"
cp "$work/changed/c.toml" "$work/c.toml"
expect_status "a file with mistakes" 1 "$xenbindgen" fmt "$work/changed"
expect_text "its mistake is shown" "[toml-syntax]" "$err"
expect_same "it stays as it is" "$work/c.toml" "$work/changed/c.toml"

# The house form does not say of a name what the older dialects do, so that must be right before it goes.
mkdir "$work/kinds"
printf '%s\n' '[[structs]]' 'name = "xen_kind"' \
    'fields = [{ name = "a", typ = { enum = "xen_other" } }, { name = "b", typ = { ptr = { struct = "xen_other" } } }]' >"$work/kinds/a.toml"
printf '%s\n' '[[structs]]' 'name="xen_other"' 'fields = [{ name = "c", type = "u32" }]' >"$work/kinds/b.toml"
cp -R "$work/kinds" "$work/kinds-before"
expect_status "a name that is something else" 1 "$xenbindgen" fmt "$work/kinds"
expect_text "it is shown" 'is a struct, not an enum [type-kind]' "$err"
expect_text "and nothing else" '1 finding in 1 file' "$err"
expect_same "all files stay as they are" "$work/kinds-before" "$work/kinds"
sed -i 's/{ enum = "xen_other" }/{ struct = "xen_other" }/' "$work/kinds/a.toml"
expect_ok "a name that is what it is said to be" "$xenbindgen" fmt "$work/kinds"
expect_text "it loses the word" '{ name = "a", type = "xen_other" },' "$work/kinds/a.toml"

suite_end
