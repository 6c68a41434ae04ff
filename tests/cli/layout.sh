# What layout shows, release by release too, and what check counts.
# shellcheck shell=bash disable=SC2154,SC2034 # variables are those of tests/lib.sh

# tests/cli/layout.expected holds commands, each after "$ ", and what they show.
sed -n 's/^\$ //p' "$here/layout.expected" >"$work/lines"
while IFS= read -r line; do
    echo "\$ $line"
    # shellcheck disable=SC2086
    "$xenbindgen" layout --indir tests/cli/layout $line 2>&1
done <"$work/lines" >"$work/shown"
expect_same "layout shows records, arrays and constants, and what conditions change" "$here/layout.expected" "$work/shown"

expect_silent "layout of every record" 0 "$xenbindgen" layout --indir tests/cli/layout
expect_text "it has the structs" "struct lay_op " "$out"
expect_text "it has the unions" "union lay_view " "$out"
expect_no_text "it has no constants" "LAY_LONGS  (" "$out"
expect_silent "layout on an ABI that shares its column" 0 "$xenbindgen" layout --indir tests/cli/layout --abi ppc64 LAY_LONGS
expect_text "it names no other" "  value 4 * sizeof(long) = 32" "$out"
expect_silent "layout of code" 0 "$xenbindgen" layout --indir tests/cli/layout LAY_MACRO
expect_text "it says where it is" "verbatim LAY_MACRO  (tests/cli/layout/made/made.toml:" "$out"
expect_message "layout in an unknown context" 2 'they are tools, guest, xen' "$xenbindgen" layout --context nobody
expect_message "layout with no number for a version" 2 'is a number such as 0x00030205' "$xenbindgen" layout --interface-version v3
expect_message "layout with half a number" 2 'is a number such as 0x00030205' "$xenbindgen" layout --interface-version 0x
expect_message "layout with too large a version" 2 'is a number such as' "$xenbindgen" layout --interface-version 0x1ffffffff
expect_message "only guests choose a version" 2 'xen always has the newest' \
    "$xenbindgen" layout --context xen --interface-version 0x00030205

for verb in "check" "layout" "gen -l c -o $work/x"; do
    # shellcheck disable=SC2086
    expect_message "no release: $verb" 2 "--xen is a release such as 4.18, not \`4\`" "$xenbindgen" $verb --xen 4
done
for release in 4.16 4.18; do
    expect_silent "gen for Xen $release" 0 "$xenbindgen" gen -l c -i tests/cli/layout -o "$work/release-$release" --xen $release
    grep -oE 'uint(32|64)[a-z_]*t [abc];' "$work/release-$release/made.h" | sort >"$work/members-$release"
done
expect_same "a member that was there until later" <(printf 'uint32_t a;\nuint64_aligned_t c;\n') "$work/members-4.16"
expect_same "a member that is there since" <(printf 'uint32_t a;\nuint32_t b;\n') "$work/members-4.18"
expect_status "gen --check for another release" 1 "$xenbindgen" gen -l c -i tests/cli/layout -o "$work/release-4.16" --check --xen 4.18
expect_text "the command that repairs it has the release" "--outdir $work/release-4.16 --xen 4.18" "$err"

# A header that came with a release takes all of its folder along, and its findings say which release they are of.
mkdir -p "$work/came/new" "$work/came/old"
printf '[header]\nguard = "NEW_H"\nsince = "4.18"\n' >"$work/came/new/new.toml"
printf '[[structs]]\nname = "lay_new"\nfields = [{ name = "a", type = "u8" }]\n' >"$work/came/new/a.toml"
printf '[[structs]]\nname = "lay_old"\nfields = [{ name = "a", type = "u8" }]\n' >"$work/came/old/a.toml"
for release in 4.17 4.18; do
    expect_silent "gen of a header that came with 4.18, for Xen $release" 0 \
        "$xenbindgen" gen -l c -i "$work/came" -o "$work/came-$release" --xen $release
done
expect_same "the older release has the other header alone" <(printf '%s\n' old-layout.h old.h xen-support.h) <(ls "$work/came-4.17")
expect_same "the newer one has both" <(printf '%s\n' new-layout.h new.h old-layout.h old.h xen-support.h) <(ls "$work/came-4.18")
printf '[[structs]]\nname = "lay_more"\nfields = [{ name = "a", type = "lay_new" }]\n' >>"$work/came/old/a.toml"
expect_status "what is not there in the older release is missed in it" 1 "$xenbindgen" check "$work/came"
expect_text "the finding says so" "there is no type \`lay_new\` [type-unknown] [Xen 4.17]" "$err"

# An architecture that came with a release is no part of older ones: nothing is evaluated there, and C does not ask for it.
mkdir -p "$work/arch/arch-x86" "$work/arch/arch-ppc" "$work/arch/all"
printf '[[constants]]\nname = "LAY_WORDS"\nvalue = 4\n' | tee "$work/arch/arch-x86/a.toml" >"$work/arch/arch-ppc/a.toml"
sed -i '1i [header]\nguard = "PPC_H"\nsince = "4.20"\n' "$work/arch/arch-ppc/a.toml"
printf 'level = "legacy"\n[[constants]]\nname = "LAY_SIZE"\nexpr = "(LAY_WORDS * 2)"\nwhen = { abi = ["x86", "ppc64"] }\n' \
    >"$work/arch/all/a.toml"
printf '[[structs]]\nname = "lay_all"\nfields = [{ name = "a", type = "u8[LAY_SIZE]", when = { abi = ["x86", "ppc64"] } }]\n' \
    >>"$work/arch/all/a.toml"
expect_silent "an architecture that older releases lack" 0 "$xenbindgen" check "$work/arch"
for lang in c rust; do
    expect_silent "gen $lang of a release without it" 0 \
        "$xenbindgen" gen -l $lang -i "$work/arch" -o "$work/arch-4.19-$lang" --xen 4.19
    expect_silent "gen $lang of one with it" 0 "$xenbindgen" gen -l $lang -i "$work/arch" -o "$work/arch-4.20-$lang" --xen 4.20
done
for lang in c rust; do
    expect_status "$lang does not ask for it" 1 grep -rqi --exclude=Cargo.toml "ppc64\|powerpc" "$work/arch-4.19-$lang"
    expect_ok "$lang of a release that has it does" grep -rqi --exclude=Cargo.toml "ppc64\|powerpc" "$work/arch-4.20-$lang"
done

expect_silent "check --stats" 0 "$xenbindgen" check --stats tests/cli/layout
sed -E 's/  +/ /g' "$out" >"$work/stats"
for row in "folders 1" "files 1" "structs 3" "unions 1" " inline 1" " read by: tag 1" " read by: view 1" " read by: unknown 0" \
    "members 18" " bit-fields 3" "constants 2" "typedefs 1" "conditions 6" "verbatim blocks 1" \
    " LAY_MACRO (tests/cli/layout/made/made.toml:$(grep -n LAY_MACRO tests/cli/layout/made/made.toml | head -n 1 | cut -d: -f1))"; do
    expect_ok "--stats has:$row" grep -qxF -e "$row" "$work/stats"
done
expect_message "--stats is for no other format of findings" 2 'check --stats is text or json' "$xenbindgen" check --stats --format sarif specs
expect_silent "--stats for machines" 0 "$xenbindgen" check --stats --format json tests/cli/layout
jq -r '(.findings | length), (.stats | (.total | "\(.structs) \(.inlineUnions) \(.members) \(.verbatim)"),
    (.folders[] | "\(.name) \(.structs) \(.members)"), (.verbatimBlocks[] | "\(.name) \(.folder) \(.file):\(.line)"))' \
    "$out" >"$work/stats"
expect_same "they are the same counts" "$work/stats" <(printf '%s\n' 0 "3 1 18 1" "made 3 18" \
    "LAY_MACRO made tests/cli/layout/made/made.toml:$(grep -n LAY_MACRO tests/cli/layout/made/made.toml | head -n 1 | cut -d: -f1)")
expect_status "--stats for machines hides no finding" 1 "$xenbindgen" check --stats --format json tests/rules/cases/refs
expect_ok "both are one object" jq -e '(.findings | length > 0) and .stats.total.folders == 1' "$out"
expect_status "--stats hides no finding" 1 "$xenbindgen" check --stats tests/rules/cases/refs
expect_text "both are shown" "structs" "$out"
expect_text "the finding is" "error: " "$err"
