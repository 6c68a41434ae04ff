# Names, texts and bytes made to break out of the outputs: each gives an error, or output that is harmless and compiles.
# shellcheck shell=bash disable=SC2154,SC2016,SC2034 # variables are those of tests/lib.sh; back-ticks are text

hostile=$work/hostile

# harmless NAME: the spec in $hostile/spec is refused with findings, or makes C and Rust that the compilers take.
harmless() {
    local name=$1 lang problem=
    rm -rf "$hostile/out"
    for lang in c rust; do
        run "$xenbindgen" gen --lang "$lang" --indir "$hostile/spec" --outdir "$hostile/out/$lang"
        case $status in
        0) ;;
        1)
            grep -q ': error: ' "$err" || problem="exit status 1 without a finding"
            [ ! -e "$hostile/out" ] || problem="findings, and yet files"
            ;;
        2) [ "$(grep -c '^xenbindgen: ' "$err")" -eq 1 ] || problem="exit status 2 without a message" ;;
        *) problem="exit status $status" ;;
        esac
        # Whatever is said, no byte of it steers a terminal.
        if LC_ALL=C grep -qa $'[\001-\010\013-\037\177]' "$err"; then
            problem="control characters on standard error"
        fi
    done
    [ -z "$(find "$hostile" -newer "$hostile/spec" -name 'escaped*')" ] || problem="a file outside of the output folder"
    if [ -z "$problem" ] && [ "$status" -eq 0 ]; then
        gcc -ansi -Wall -Werror -fsyntax-only "$hostile"/out/c/*.h >"$out" 2>"$err" || problem="gcc refuses a header"
        [ -n "$problem" ] || g++ -std=gnu++98 -Wall -Werror -fsyntax-only -x c++ "$hostile"/out/c/*.h >"$out" 2>"$err" ||
            problem="g++ refuses a header"
        ! grep -rqa 'planted' --include='*.h' "$hostile/out/c" || grep -rha 'planted' "$hostile/out/c" |
            grep -qE '^ *(/\*|\*)|struct|uint' || problem="text of the spec became code"
    fi
    if [ -z "$problem" ]; then
        ok "$name: $([ "$status" -eq 0 ] && echo harmless || echo refused)"
    else
        run_report | not_ok "$name" "$problem" -
    fi
}

# spec TEXT: a spec of one file; \-escapes as printf's %b has them.
spec() {
    rm -rf "$hostile"
    mkdir -p "$hostile/spec/names"
    printf '%b' "$1" >"$hostile/spec/names/names.toml"
}

# As descriptions, in strings of each kind.
while IFS= read -r text; do
    for place in struct field; do
        case $place in
        struct) spec '[[structs]]\nname = "s"\ndescription = "'"$text"'"\nfields = [{ name = "a", type = "u64" }]\n' ;;
        field) spec '[[structs]]\nname = "s"\nfields = [{ name = "a", type = "u64", description = "'"$text"'" }]\n' ;;
        esac
        harmless "a $place described as $text"
    done
done <<'TEXTS'
*/ int planted; /*
/* planted
// planted
*\\n/ int planted; /*
*\\\\\\n/ int planted; /*
\\"] planted
\\"}\\n planted
#define planted
planted \\\\
planted \\\\\\n
planted ??/
planted ??/\\n
planted ?\\u003f/
\\u002a/ int planted; /*
\\u002a\\u002f int planted;
planted *
* planted
/ planted
planted /
/\\n*\\n/\\n
\\u0000 planted
\\r planted
\\u001b[31m planted
\\u202e planted
\\u2066 planted
\\u2028 planted
\\u0085 planted
\\ufeff planted
]] planted [[
``` planted
![planted](x)
<script>planted</script>
#![planted]
*/ #![planted]
\\n//! planted
%s%n%d planted
$(planted) `planted` ${planted}
@planted \\\\@ \\\\c
TEXTS

# As names, of everything that has one.
while IFS= read -r name; do
    quoted='"'$name'"'
    spec "[[structs]]\nname = $quoted\nfields = [{ name = \"a\", type = \"u64\" }]\n"
    harmless "a struct named $name"
    spec "[[structs]]\nname = \"s\"\nfields = [{ name = $quoted, type = \"u64\" }]\n"
    harmless "a member named $name"
    spec "[[enums]]\nname = \"e\"\ntype = \"u32\"\nvariants = [{ name = $quoted, value = 1 }]\n"
    harmless "a variant named $name"
    spec "[[enums]]\nname = \"e\"\ntype = \"u32\"\nc_prefix = $quoted\nvariants = [{ name = \"a\", value = 1 }]\n"
    harmless "a prefix $name"
    spec "[[enums]]\nname = \"e\"\ntype = \"u32\"\nvariants = [{ name = \"a\", value = 1, c_name = $quoted }]\n"
    harmless "a C name $name"
    spec "[[bitmaps]]\nname = \"e\"\ntype = \"u32\"\nc_all = $quoted\nbits = [{ name = $quoted, shift = 1 }]\n"
    harmless "a bit and a mask $name"
    spec "[[bitmaps]]\nname = \"e\"\ntype = \"u32\"\nbits = [{ name = $quoted, shift = 1, width = 3 }]\n"
    harmless "a run $name"
    spec "[[includes]]\nfrom = $quoted\nimports = [$quoted]\n[[structs]]\nname = \"s\"\n"
    harmless "an include from $name"
    spec "[[structs]]\nname = \"s\"\nfields = [{ name = \"a\", type = $quoted }]\n"
    harmless "a type $name"
done <<'NAMES'
a*/b
a/*b
../escaped
a\\"]b
a b

class
int
while
self
Self
crate
super
fn
type
async
gen
macro_rules
r#type
_
__
a\\u0000b
a\\rb
a\\nb
a\\u001b[31mb
a\\u202eb
\\u00e4
1a
NULL
uint32_t
size_t
__LINE__
__x86_64__
linux
bits
empty
all
from_bits
Default
Debug
Option
u32
u128
usize
bool
str
core
std
drop
NAMES

# Very long names, and very long everything.
long=$(printf '%65536s' '' | tr ' ' a)
spec "[[structs]]\nname = \"$long\"\nfields = [{ name = \"a\", type = \"u64\" }]\n"
harmless "a struct with a name of 64 KiB"
if [ "$(wc -c <"$err")" -lt 4096 ]; then
    ok "the finding does not repeat it all"
else
    not_ok "the finding does not repeat it all" "$(wc -c <"$err") bytes"
fi
spec "[[structs]]\nname = \"s\"\nfields = [{ name = \"a\", type = \"$long\" }]\n"
harmless "a type with a name of 64 KiB"
spec "[[structs]]\nname = \"s\"\n$long = 1\n"
harmless "a key of 64 KiB"
spec "[[structs]]\nname = \"s\"\ndescription = \"$long\"\nfields = []\n"
harmless "a description of one word of 64 KiB"
spec "[[enums]]\nname = \"e\"\ntype = \"u32\"\nc_prefix = \"$(printf '%63s' '' | tr ' ' P)\"\nvariants = [{ name = \"$(printf '%63s' '' | tr ' ' n)\", value = 1 }]\n"
harmless "a prefix and a name of 63 characters each"

# Bytes that are no text.
spec '[[structs]]\nname = "s\\x00"\n'
printf '[[structs]]\nname = "s"\n\0' >"$hostile/spec/names/names.toml"
harmless "a NUL"
printf '[[structs]]\rname = "s"\r' >"$hostile/spec/names/names.toml"
harmless "lone carriage returns"
printf '[[structs]]\nname = "s" # \r x\n' >"$hostile/spec/names/names.toml"
harmless "a lone carriage return in a comment"
printf '[[structs]]\r\nname = "s"\r\ndescription = """a\r\nb"""\r\n' >"$hostile/spec/names/names.toml"
harmless "lines that end in CR LF"
expect_silent "CR LF is fine" 0 "$xenbindgen" check "$hostile/spec"
printf '[[structs]]\nname = "s\xff"\n' >"$hostile/spec/names/names.toml"
harmless "bytes that are not UTF-8"
printf '\xef\xbb\xbf[[structs]]\nname = "s"\n' >"$hostile/spec/names/names.toml"
harmless "a byte order mark"
head -c 100000 /dev/urandom >"$hostile/spec/names/names.toml"
harmless "noise"
yes '[' | head -n 100000 | tr -d '\n' >"$hostile/spec/names/names.toml"
harmless "brackets without end"
printf '[[structs]]\nname = "s"\nfields = %s' "$(yes '[' | head -n 5000 | tr -d '\n')" >"$hostile/spec/names/names.toml"
harmless "arrays without end"
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "[[constants]]\nname = \"C%d\"\nexpr = \"(C%d + 1)\"\n", i, i + 1 }' \
    >"$hostile/spec/names/names.toml"
printf '[[constants]]\nname = "C100000"\nvalue = 1\n' >>"$hostile/spec/names/names.toml"
harmless "a hundred thousand constants, each made of the next"
expect_text "they are too many" '[nesting-limit]' "$err"

# Files and folders with such names.
# shellcheck disable=SC1003 # a backslash
for file in '*x' '..' '-x' 'a b' $'a\nb' $'a\rb' $'a\eb' '??' "a'b" 'a"b' 'a\' 'ä' '#' '%s' '$x' '`x`'; do
    rm -rf "$hostile"
    mkdir -p "$hostile/spec/names"
    printf '[[structs]]\nname = "s"\n' >"$hostile/spec/names/$file.toml"
    harmless "a file named $(printf '%q' "$file")"
    case $file in ..) continue ;; esac
    rm -rf "$hostile"
    mkdir -p "$hostile/spec/$file"
    printf '[[structs]]\nname = "s"\n' >"$hostile/spec/$file/a.toml"
    harmless "a folder named $(printf '%q' "$file")"
done
for folder in class lib main support xen-support arch core self crate super std type 1 xen sysctl-layout names/deeper/still Names; do
    rm -rf "$hostile"
    mkdir -p "$hostile/spec/$folder" "$hostile/spec/sysctl"
    printf '[[structs]]\nname = "s"\n' >"$hostile/spec/$folder/a.toml"
    printf '[[structs]]\nname = "t"\n' >"$hostile/spec/sysctl/a.toml"
    harmless "a folder named $folder"
done
