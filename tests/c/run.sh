#!/bin/bash
# The generated C of specs that use every construct: it compiles as C and C++ of all ages without a warning, on every ABI, with
# the sizes, offsets and values that the specs ask for. That of the bundled specs is held against Xen's own in tests/headers.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

triples='x86_64-linux-gnu i686-linux-gnu aarch64-linux-gnu arm-linux-gnueabihf riscv64-linux-gnu powerpc64le-linux-gnu'

# generate NAME SPEC: into $work/NAME.
generate() {
    run "$xenbindgen" gen --lang c --indir "$2" --outdir "$work/$1"
    if [ "$status" -eq 0 ]; then
        ok "generate $1"
    else
        run_report | not_ok "generate $1" -
    fi
}

# headers FOLDER TRIPLE: the headers that can be included on an ABI, those of assertions of other architectures left out.
headers() {
    local own
    case $2 in
    x86_64* | i686*) own=arch-x86 ;;
    aarch64* | arm*) own=arch-arm ;;
    riscv*) own=arch-riscv ;;
    *) own=arch-ppc ;;
    esac
    find "$1" -name '*.h' | sort | awk -v own="$1/$own" '!/\/arch-.*-layout\.h$/ || index($0, own) == 1'
}

# --- every header alone, in every language, by every compiler ---

host_triple=$(gcc -dumpmachine)
case $host_triple in
x86_64*) host_triple=x86_64-linux-gnu ;;
aarch64*) host_triple=aarch64-linux-gnu ;;
esac

for spec in near:tests/rules/near constructs:tests/c/specs partial:tests/c/partial; do
    name=${spec%%:*}
    generate "$name" "${spec#*:}"
    mapfile -t list < <(headers "$work/$name" "$host_triple")
    for mode in 'gcc -ansi' 'gcc -std=c99' 'gcc -std=c11' 'gcc -std=gnu2x' 'g++ -std=gnu++98 -x c++' 'g++ -std=c++17 -x c++' \
        'clang -ansi' 'clang -std=c99' 'clang -std=c11' 'clang -std=gnu2x' 'clang++ -std=gnu++98 -x c++' \
        'clang++ -std=c++17 -x c++' 'clang++ -std=c++20 -x c++'; do
        # shellcheck disable=SC2086 # a mode is words
        expect_ok "each header of $name with $mode" $mode -Wall -Wextra -Werror -fsyntax-only "${list[@]}"
    done
    for triple in $triples; do
        mapfile -t list < <(headers "$work/$name" "$triple")
        for mode in 'clang -std=c99' 'clang++ -std=gnu++98 -x c++'; do
            # shellcheck disable=SC2086
            expect_ok "each header of $name with $mode on $triple" \
                $mode "--target=$triple" -ffreestanding -nostdlibinc -Wall -Wextra -Werror -fsyntax-only "${list[@]}"
        done
    done
    # And all of them in one unit, in both orders.
    for order in sort 'sort -r'; do
        headers "$work/$name" "$host_triple" | grep -v '/arch-' | $order | sed 's/.*/#include "&"/' >"$work/all.c"
        expect_ok "all headers of $name in one unit ($order)" gcc -std=c99 -Wall -Wextra -Werror -fsyntax-only "$work/all.c"
    done
done

# --- the assertions of layout can fail, each kind of them, on each ABI ---

# falsify NAME LINE TRIPLE [HEADER]: the assertions that match LINE get another number.
falsify() {
    local header=${4:-all}-layout.h
    rm -rf "$work/false"
    cp -r "$work/constructs" "$work/false"
    awk -v pattern="$2" '$0 ~ pattern { sub(/== [0-9]+/, "== 12345") } { print }' \
        "$work/constructs/$header" >"$work/false/$header"
    if cmp -s "$work/constructs/$header" "$work/false/$header"; then
        not_ok "a wrong $1 is noticed on $3" "no line matches $2"
        return
    fi
    expect_status "a wrong $1 is noticed on $3" 1 \
        clang "--target=$3" -ffreestanding -nostdlibinc -std=c99 -fsyntax-only -x c "$work/false/$header"
}

for triple in $triples; do
    falsify size 'sizeof\(struct all_handles\)' "$triple"
    falsify alignment '__alignof__\(struct all_handles\)' "$triple"
    falsify offset 'offsetof\(struct all_handles, to_self\)' "$triple"
    falsify "member's size" 'struct all_handles \*\)0\)->to_self' "$triple"
    falsify 'offset within an inline record' 'offsetof\(struct records_inline, u.get.deep.inner.y\)' "$triple" records
    falsify 'offset within an array of them' 'offsetof\(struct records_inline, slots\[0\].values\[0\].v\)' "$triple" records
    falsify 'offset within an anonymous record' 'offsetof\(struct records_inline, high\)' "$triple" records
    falsify 'offset of a joined member' 'offsetof\(struct records_inline, dest.hi\)' "$triple" records
    falsify 'offset of a flexible array' 'offsetof\(struct records_flexible_dim, items\)' "$triple" records
    falsify 'offset within a flexible array' 'offsetof\(struct records_flexible_inline, items\[0\].value\)' "$triple" records
    falsify 'size of a record with bit-fields' 'sizeof\(struct records_bits\)' "$triple" records
    falsify 'size of a record without a tag' 'sizeof\(records_named\)' "$triple" records
    falsify 'size of a union' 'sizeof\(union records_word\)' "$triple" records
done
for member in archs_all legacy_natural legacy_long legacy_handles; do
    count=$(grep -hc "sizeof(struct $member) ==" "$work/constructs/archs-layout.h" "$work/constructs/legacy-layout.h" | awk '{ n += $1 } END { print n }')
    if [ "$count" -ge 2 ]; then
        ok "$member is asserted for more than one kind of ABI"
    else
        not_ok "$member is asserted for more than one kind of ABI" "found $count"
    fi
done

# A member that is moved in the main header is noticed as well.
rm -rf "$work/false"
cp -r "$work/constructs" "$work/false"
sed -i 's/^    uint32_t d;$/    uint64_t d;/' "$work/false/all.h"
expect_status "a member of another width is noticed" 1 clang -std=c99 -fsyntax-only -x c "$work/false/all-layout.h"

if grep -E 'struct records_bits(, | \*\)0\)->)([a-h]|kind)\)|->items\)' "$work/constructs/records-layout.h" |
    grep -v records_zero >"$out"; then
    not_ok "neither bit-fields nor the sizes of flexible arrays are asserted" - <"$out"
else
    ok "neither bit-fields nor the sizes of flexible arrays are asserted"
fi

# --- conditions: every ABI, every context, interface versions on both sides of each threshold ---

generate whole tests/c/whole
ways='-D__XEN_TOOLS__ -D__XEN__ -DGUEST'
for version in 0x00030204 0x00030205 0x000402ff 0x00040300 0x000405ff 0x00040600 0x000406ff 0x00040700; do
    ways="$ways -D__XEN_INTERFACE_VERSION__=$version"
done

# everywhere NAME OPTION... -- HEADER...: headers in one unit, in each of the ways.
everywhere() {
    local name=$1 triple way mode options=() modes
    shift
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    printf '#include "%s"\n' "$@" >"$work/everywhere.h"
    for triple in $triples; do
        : >"$work/everywhere"
        for way in $ways; do
            modes='-xc;-std=c99'
            [ "$way" != "${way#*INTERFACE}" ] || modes='-xc;-std=c99 -xc;-ansi -xc++;-std=gnu++98'
            for mode in $modes; do
                # shellcheck disable=SC2086
                clang "--target=$triple" -ffreestanding -nostdlibinc "$way" "${options[@]}" ${mode/;/ } -Wall -Wextra -Werror \
                    -fsyntax-only "$work/everywhere.h" >"$out" 2>&1 || { echo "$way $mode" && cat "$out"; } >>"$work/everywhere"
            done
        done
        if [ -s "$work/everywhere" ]; then
            not_ok "$name on $triple" - <"$work/everywhere"
        else
            ok "$name on $triple"
        fi
    done
}

everywhere 'records and conditions, without the macro' -- "$work/constructs/when-layout.h" "$work/constructs/records-layout.h"
everywhere 'conditions, with the macro' -DWHEN_OPTION -- "$work/constructs/when-layout.h"
everywhere 'whole headers, with verbatim code' -include stdint.h -DBASE_WANTS_INLINE -- "$work/whole/compat.h" \
    "$work/whole/base-layout.h" "$work/whole/hvm/first-layout.h" "$work/whole/hvm/second-layout.h" "$work/whole/defs.h"

printf '#include "defs.h"\n' >"$work/refused.c"
run clang -fsyntax-only -DDEFS_OLD "-I$work/whole" "$work/refused.c"
expect_text "a header refuses to be included" 'error: "defs.h is not for \"old\" includers"' "$err"

# What the conditions come to, told by the macros themselves; and each record that is there is asserted.
for triple in $triples; do
    : >"$work/everywhere"
    for way in $ways; do
        asked=-DANY
        [ "$way" = "${way#*INTERFACE}" ] || asked=-DASKED
        for option in -DWHEN_NOTHING -DWHEN_OPTION; do
            clang "--target=$triple" -ffreestanding -nostdlibinc "$way" "$asked" "$option" -std=c99 "-I$work/constructs" -Wall \
                -Wextra -Werror -fsyntax-only tests/c/when.c >"$out" 2>&1 || { echo "$way $option" && cat "$out"; }
            clang "--target=$triple" -ffreestanding -nostdlibinc "$way" "$option" -std=c99 -E -P \
                "$work/constructs/when-layout.h" >"$out"
            for record in members bits all_gone two holds flexible; do
                count=$(grep -c "(sizeof(struct when_$record) ==" "$out")
                [ "$count" -eq 1 ] || echo "$way $option: $count assertions of the size of when_$record"
            done
        done
    done >>"$work/everywhere"
    if [ -s "$work/everywhere" ]; then
        not_ok "conditions mean what they say on $triple" - <"$work/everywhere"
    else
        ok "conditions mean what they say on $triple"
    fi
    for header in "$work/whole/plain-layout.h" "$work/whole/arch-x86/more-layout.h"; do
        case $header,$triple in
        */arch-x86/*,x86* | */arch-x86/*,i686* | */plain*)
            expect_ok "${header#"$work/"} on $triple" clang "--target=$triple" -ffreestanding -nostdlibinc -D__XEN_TOOLS__ \
                -ansi -x c -Wall -Wextra -Werror -fsyntax-only "$header"
            ;;
        esac
    done
done

# Other compilers, on the machine's own ABI.
for compiler in 'gcc -ansi' 'gcc -std=c99' 'g++ -std=c++98 -x c++' 'clang++ -std=c++20 -x c++'; do
    for way in -D__XEN_TOOLS__ -D__XEN__ -DGUEST -D__XEN_INTERFACE_VERSION__=0x00030205; do
        # shellcheck disable=SC2086
        expect_ok "whole headers with $compiler, $way" $compiler "$way" -include stdint.h -Wall -Werror -fsyntax-only \
            "$work/whole/base-layout.h" "$work/whole/hvm/first-layout.h" "$work/constructs/when-layout.h"
    done
done

# Two headers include each other, and either may be read first: what the other one needs must be there by then.
for first in arch-x86 base; do
    for guest in -m64 -m32; do
        expect_ok "$first.h is read first, $guest" clang $guest -ffreestanding -include stdint.h -Wall -Werror -fsyntax-only -x c \
            "$work/whole/$first.h"
    done
done

# A whole header is what is written, no more: in order, with its own guard, or without one.
for header in base hvm/first hvm/second arch-x86/more defs; do
    expected=tests/c/expected/${header//\//-}.h
    sed -n '/^ \*\/$/,$p' "$work/whole/$header.h" | tail -n +3 >"$work/shown"
    if diff "$expected" "$work/shown" >"$out"; then
        ok "the text of $header.h"
    else
        not_ok "the text of $header.h" - <"$out"
    fi
done

# --- tables: what Xen's macros make of a row has the layout that the spec says ---

generate tables tests/c/tables
everywhere 'what is made of tables' -- "$work/tables/tables-layout.h"

# The same as a whole header, which calls the macros.
mkdir -p "$work/tables-spec/tables"
awk '{ print } NR == 2 { print "\n[header]\nguard = \"__TABLES_H__\"" }' tests/c/tables/tables/tables.toml >"$work/tables-spec/tables/tables.toml"
generate macros "$work/tables-spec"
sed -n '/^ \*\/$/,$p' "$work/macros/tables.h" | tail -n +3 >"$work/shown"
if diff tests/c/expected/tables.h "$work/shown" >"$out"; then
    ok "the text of tables.h"
else
    not_ok "the text of tables.h" - <"$out"
fi

run scripts/fetch-xen-headers 4.20
xen=$(cat "$out")
mkdir -p "$work/shim/xen"
echo '#define BUG() do { } while (0)' >"$work/shim/xen/bug.h"
# macros_compile TRIPLE OPTION...: the whole header and its assertions after Xen's own macros.
macros_compile() {
    local triple=$1
    shift
    cat >"$work/macros.c" <<EOF
#include <stdint.h>
typedef __SIZE_TYPE__ size_t;
void *memcpy(void *, const void *, size_t);
#include "$xen/xen.h"
#include "$xen/grant_table.h"
#include "$xen/io/ring.h"
#include "$xen/hvm/save.h"
#include "$work/macros/tables.h"
#include "$work/macros/tables-layout.h"
EOF
    clang "--target=$triple" -ffreestanding -nostdlibinc -std=gnu99 "-I$work/shim" -Wall -Wextra -Wno-unused-function -Wno-unused-parameter -Werror \
        -fsyntax-only "$@" "$work/macros.c"
}
for triple in $triples; do
    for way in -D__XEN_TOOLS__ -D__XEN_INTERFACE_VERSION__=0x00040700 -D__XEN_INTERFACE_VERSION__=0x00041300 -D__XEN__; do
        # Xen's own headers are no C for Xen itself on 32-bit x86, nor for guests on PowerPC.
        case $way,$triple in
        -D__XEN__,i686* | *VERSION*,powerpc*) continue ;;
        esac
        expect_ok "Xen's macros make what the spec says on $triple, $way" macros_compile "$triple" "$way"
    done
done
sed -i 's/sizeof(struct tables_sring) == /&1 + /' "$work/macros/tables-layout.h"
expect_status "a ring of another size is noticed" 1 macros_compile x86_64-linux-gnu -D__XEN_TOOLS__

# Values as calls of a macro: the enumerators of the header's own, and whatever else an includer makes of them.
printf '%s\n' '#include <stdint.h>' '#define TABLES_ERRNO(name, value) char check_##name[(value) > 0 ? 1 : -1];' \
    "#include \"$work/tables/tables.h\"" 'int check(void) { return check_EPERM[0] + check_EXEN[0]; }' >"$work/calls.c"
expect_ok "an includer's own macro gets the values" gcc -Wall -Werror -fsyntax-only "$work/calls.c"
printf '%s\n' "#include \"$work/tables/tables.h\"" 'char check[TABLES_EPERM == 1 && TABLES_EHEX == 16 && TABLES_EXEN == 32 ? 1 : -1];' \
    'char last[TABLES_IN_RING_LEN == 35 && TABLES_OUT_RING_LEN == 51 && __HYPERVISOR_tables_op == 0x37 ? 1 : -1];' \
    'char page[4096];' 'int check_ref(void) { return TABLES_IN_RING_REF(page, 36).status; }' >"$work/calls.c"
expect_ok "and without one there are enumerators" gcc -Wall -Werror -fsyntax-only "$work/calls.c"

# --- what the constants are worth, and that handles can be used ---

for compiler in 'gcc -ansi' 'clang -std=c99'; do
    # shellcheck disable=SC2086
    for program in values handles records; do
        expect_ok "$program.c compiles with $compiler -O2" \
            $compiler -O2 -Wall -Wextra -Werror "-I$work/constructs" -o "$work/$program" "tests/c/$program.c"
        expect_ok "$program.c runs ($compiler)" "$work/$program"
    done
done
for compiler in 'g++ -std=gnu++98 -x c++' 'clang++ -std=c++17 -x c++'; do
    # shellcheck disable=SC2086
    expect_ok "handles.c compiles with $compiler -O2" \
        $compiler -O2 -Wall -Wextra -Werror "-I$work/constructs" -o "$work/handles" tests/c/handles.c
    expect_ok "handles.c runs ($compiler)" "$work/handles"
done
for triple in $triples; do
    sed '/<stdio.h>/d; /<string.h>/d; /if (failures)/d; /printf/d' tests/c/handles.c >"$work/handles.c"
    sed -i 's/memset(/__builtin_memset(/; s/memcpy(/__builtin_memcpy(/' "$work/handles.c"
    expect_ok "handles.c compiles on $triple" clang "--target=$triple" -ffreestanding -nostdlibinc -O2 -Wall -Wextra \
        -Werror -DNULL='((void *)0)' "-I$work/constructs" -S -o "$work/handles.s" "$work/handles.c"
done

# Empty structs have no size in C; C++ would give them one.
for compiler in 'gcc -std=c99' 'clang -std=c11' 'g++ -std=gnu++98 -x c++' 'clang++ -std=c++17 -x c++'; do
    # shellcheck disable=SC2086
    $compiler "-I$work/constructs" -o "$work/embeds" tests/c/embeds.c >"$work/embeds.${compiler%% *}" 2>&1 &&
        "$work/embeds" >"$work/embeds.${compiler%% *}" 2>&1
    if printf '%s\n' '16 0 48 16' '0/4 4/0 4/4 8/0 8/8 16/0' | diff - "$work/embeds.${compiler%% *}" >"$out"; then
        ok "empty structs take no room with $compiler"
    else
        not_ok "empty structs take no room with $compiler" - <"$out"
    fi
done

# --- beside Xen's own headers ---

run scripts/fetch-xen-headers 4.20
xen=$(cat "$out")
if [ "$status" -ne 0 ]; then
    run_report | not_ok "fetch the headers of Xen 4.20" -
else
    for triple in $triples; do
        printf '#include <stdint.h>\n#include "%s"\n' "$xen/xen.h" >"$work/xen.c"
        for header in all all-layout legacy legacy-layout shared-layout; do
            echo "#include \"$work/constructs/$header.h\"" >>"$work/xen.c"
        done
        expect_ok "after Xen's xen.h on $triple" clang "--target=$triple" -ffreestanding -nostdlibinc -std=gnu99 -D__XEN_TOOLS__ \
            -Wall -Werror -fsyntax-only "$work/xen.c"
    done
    { printf '#include <stdint.h>\n#include "%s"\n' "$xen/xen.h" && cat tests/c/handles.c; } >"$work/xen.c"
    expect_ok "Xen's macros serve our handles" \
        gcc -O2 -Wall -Werror -D__XEN_TOOLS__ "-I$work/constructs" -o "$work/xen" "$work/xen.c"
    expect_ok "and set them" "$work/xen"
fi

# --- the look of it ---

for name in near constructs partial whole tables macros; do
    mapfile -t list < <(find "$work/$name" -name '*.h')
    awk '
        FNR == 1 && NR > 1 && last == "" { print file ": a blank line at the end" }
        { file = FILENAME; last = $0 }
        /[ \t]$/ { print FILENAME ":" FNR ": a blank at the end" }
        /\t/ { print FILENAME ":" FNR ": a tab" }
        /struct [A-Za-z_0-9]+ *\{ *\}/ { print FILENAME ":" FNR ": an empty struct" }
        /\r/ { print FILENAME ":" FNR ": a carriage return" }
        $0 == "" && before == "" && FNR > 1 { print FILENAME ":" FNR ": two blank lines" }
        /^ *(\/\*| \*)/ && length > 79 && / .* .* .* / { print FILENAME ":" FNR ": a long line in a comment" }
        { before = FNR == 1 && $0 == "" ? "x" : $0 }
        END { if (last == "") print file ": a blank line at the end" }
    ' "${list[@]}" >"$out"
    if [ -s "$out" ]; then
        not_ok "the headers of $name are tidy" - <"$out"
    else
        ok "the headers of $name are tidy"
    fi
    find "$work/$name" -name '*.h' -exec sh -c 'tail -c 1 "$1" | od -An -c | grep -q "\\\\n" || echo "$1"' sh {} \; >"$out"
    if [ -s "$out" ]; then
        not_ok "the headers of $name end in a line end" - <"$out"
    else
        ok "the headers of $name end in a line end"
    fi
done

# --- names that compilers and libraries have taken ---

# Every keyword, and every macro that is there before or after the support header, as a member, a struct, a constant.
for triple in $triples; do
    for language in 'c -std=gnu11' 'c -std=c99' 'c++ -std=gnu++17'; do
        # shellcheck disable=SC2086
        clang "--target=$triple" -ffreestanding -nostdlibinc -dM -E -x $language -include "$work/near/xen-support.h" \
            -include stddef.h /dev/null
    done
done >"$work/predefined"
for language in c c++; do
    gcc -dM -E -x "$language" -include "$work/near/xen-support.h" -include stddef.h /dev/null
    clang -dM -E -x "$language" -include "$work/near/xen-support.h" -include stddef.h /dev/null
done >>"$work/predefined"
{ awk '{ sub(/\(.*/, "", $2); print $2 }' "$work/predefined" && cat tests/c/words; } | awk 'length <= 63 && /^[A-Za-z_][A-Za-z_0-9]*$/' | sort -u >"$work/words"

# names KIND: writes a spec that uses what is in $work/words as names of that kind.
names() {
    case $1 in
    member)
        printf '[[structs]]\nname = "names_holder"\nfields = [\n'
        sed 's/.*/    { name = "&", type = "u32" },/' "$work/words"
        echo ']'
        ;;
    inner)
        printf 'level = "legacy"\n[[structs]]\nname = "names_holder"\nfields = [{ name = "outer", struct = [\n'
        sed 's/.*/    { name = "&", union = [{ name = "x", type = "u32" }], read_by = "view" },/' "$work/words"
        echo '] }]'
        ;;
    tag)
        printf 'level = "legacy"\n[[structs]]\nname = "names_holder"\nfields = [\n'
        awk '{ print "    { name = \"names_" NR "\", c_tag = \"" $0 "\", struct = [{ name = \"x\", type = \"u32\" }] }," }' "$work/words"
        echo ']'
        ;;
    typedef) sed 's/.*/[[unions]]\nname = "&"\nread_by = "view"\nc_form = "typedef"\nfields = [{ name = "a", type = "u32" }]\n/' "$work/words" ;;
    both)
        awk '{
            print "[[enums]]\nname = \"" $0 "\"\ntype = \"u32\"\nc_form = \"both\""
            print "variants = [{ name = \"x\", c_name = \"names_" NR "\", value = 1 }]\n"
        }' "$work/words"
        ;;
    enumerator)
        printf '[[enums]]\nname = "names_holder"\ntype = "u32"\nc_form = "anonymous"\nc_prefix = ""\nvariants = [\n'
        awk '{ print "    { name = \"" $0 "\", value = " NR " }," }' "$work/words"
        echo ']'
        ;;
    struct) sed 's/.*/[[structs]]\nname = "&"\nfields = [{ name = "a", type = "u32" }]\n/' "$work/words" ;;
    constant)
        printf '[[enums]]\nname = "names_holder"\ntype = "u32"\nc_form = "define"\nc_prefix = ""\nvariants = [\n'
        awk '{ print "    { name = \"" $0 "\", value = " NR " }," }' "$work/words"
        echo ']'
        ;;
    esac
}
cp "$work/words" "$work/words.all"
for kind in member struct constant inner tag typedef both enumerator; do
    cp "$work/words.all" "$work/words"
    mkdir -p "$work/names-$kind/names"
    names $kind >"$work/names-$kind/names/names.toml"
    "$xenbindgen" check "$work/names-$kind" 2>"$work/refused"
    # shellcheck disable=SC2016 # back-ticks of a message
    sed -nE 's/.*error: .*`([A-Za-z_0-9]+)`.*\[name-(keyword|clash)\]$/\1/p' "$work/refused" | sort -u >"$work/taken"
    comm -23 "$work/words.all" "$work/taken" >"$work/words"
    names $kind >"$work/names-$kind/names/names.toml"
    generate "names-$kind" "$work/names-$kind"
    mkdir -p "$work/names-$kind-out"
    run "$xenbindgen" gen --lang c --indir "$work/names-$kind" --outdir "$work/names-$kind-out"
    for mode in 'gcc -std=gnu11' 'gcc -ansi' 'clang -std=gnu2x' 'g++ -std=gnu++98 -x c++' 'g++ -std=gnu++20 -x c++' \
        'clang++ -std=gnu++20 -x c++'; do
        # shellcheck disable=SC2086
        expect_ok "what is not refused as a $kind compiles with $mode" \
            $mode -Wall -Werror -fsyntax-only "$work/names-$kind-out/names.h" "$work/names-$kind-out/names-layout.h"
    done
    for triple in $triples; do
        expect_ok "what is not refused as a $kind compiles on $triple" clang "--target=$triple" -ffreestanding -nostdlibinc \
            -std=gnu11 -Wall -Werror -fsyntax-only "$work/names-$kind-out/names.h" "$work/names-$kind-out/names-layout.h"
    done
done

# Names that look like those, but are Xen's or anybody's.
cat >"$work/fine.toml" <<'SPEC'
[[structs]]
name = "interface_t"
fields = [
    { name = "__pad", type = "u32" },
    { name = "__spacer", type = "u32[4]" },
    { name = "vector", type = "u32" },
    { name = "module", type = "u32" },
    { name = "import", type = "u32" },
    { name = "interface", type = "u32" },
    { name = "pixel", type = "u32" },
    { name = "arm", type = "u32" },
    { name = "_", type = "u32" },
    { name = "interface_t", type = "u32" },
]

[[enums]]
name = "interface"
type = "u32"
c_form = "define"
variants = [{ name = "MAX", value = 1 }]

[[enums]]
name = "hypervisor"
type = "u32"
c_form = "define"
c_prefix = "__HYPERVISOR_"
variants = [{ name = "domctl", value = 36 }]
SPEC
generate fine "$work/fine.toml"
for mode in 'gcc -ansi' 'clang -std=c11' 'g++ -std=gnu++98 -x c++' 'clang++ -std=c++20 -x c++'; do
    # shellcheck disable=SC2086
    expect_ok "names of Xen's compile with $mode" $mode -Wall -Wextra -Werror -fsyntax-only "$work/fine/fine.h" "$work/fine/fine-layout.h"
done

suite_end
