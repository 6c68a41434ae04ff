#!/bin/bash
# The same bytes from every build of the compiler, and wherever and however it runs.
#
# All that it makes of all the specs of this tree, findings included, is recorded once per circumstance and compared with what
# the program under test makes in plain ones.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"
here=tests/reproducible

# --- what goes in: every spec of the tree, good and bad, and a large one ---

input=$work/input
mkdir -p "$input"
find specs tests -name '*.toml' ! -name Cargo.toml ! -path 'tests/fuzz/*' -print0 | xargs -0 cp --parents -t "$input" --
bench/make-spec 300 "$input/bench"
# A spec is a folder of folders of files, so the root of each is two up; the bundled specs are one, with folders in folders.
mapfile -t roots < <(cd "$input" && find . -name '*.toml' -printf '%h\n' | sed 's|^\./||; s|/[^/]*$||; s|^specs/.*|specs|' | sort -u)
if [ "${#roots[@]}" -ge 35 ]; then
    ok "there are specs to compare"
else
    not_ok "there are specs to compare" "${roots[@]}"
fi

# Every document of toml-test, good and bad.
expect_ok "toml-test's documents" .cache/bin/toml-test copy -toml 1.1 "$work/documents"
mapfile -t documents < <(cd "$work/documents" && find . -name '*.toml' | sort)

# --- recording ---

# What the next `record` does it with.
with=()        # a command that runs the programs
prefix='' suffix='' # what stands around the name of a spec

# keep NAME COMMAND...: what it prints and its exit status, below $to. Standard input is what the caller's is.
keep() {
    local name=$1 code=0
    shift
    "${with[@]}" "$@" >"$to/$name.out" 2>"$to/$name.err" || code=$?
    [ "$code" -eq 0 ] || echo "$code" >"$to/$name.status"
}

# record OUT PROGRAM: runs where it stands. The name of a folder that was given goes into findings, and is taken out again.
record() {
    local root spec format lang rule shell to=$1 program=$2
    mkdir -p "$to"
    for shell in bash zsh fish; do
        keep "completions-$shell" "$program" completions "$shell"
    done
    keep schema "$program" schema
    keep rules "$program" rules
    while read -r rule _; do
        keep "explain-$rule" "$program" explain "$rule"
    done <"$to/rules.out"
    for root in "${roots[@]}"; do
        to=$1/$root
        spec=$prefix$root$suffix
        mkdir -p "$to"
        for format in text json sarif github; do
            keep "check-$format" "$program" check --format "$format" "$spec"
        done
        keep check-stats "$program" check --stats --color always "$spec"
        keep layout "$program" layout -i "$spec"
        keep fmt-diff "$program" fmt --diff "$spec"
        for lang in c rust; do
            keep "$lang" "$program" gen -l "$lang" -i "$spec" -o "$to/$lang"
            rm -f "$to/$lang.out" # counts and a time; the files are what matters
        done
    done
    if [ -n "$prefix" ]; then
        # SARIF writes paths as URIs.
        local uri=${prefix// /%20}
        case $prefix in /*) uri="file://$uri" ;; esac
        find "$1" -type f -exec sed -i "s|${uri//./\\.}||g; s|${prefix//./\\.}||g" {} +
    fi
}

# record_more OUT BUILD: what only another build could change.
record_more() {
    local to=$1 document
    keep docs-rules "$2/generate-docs" rules
    keep docs-keys "$2/generate-docs" keys
    for document in "${documents[@]}"; do
        mkdir -p "$1/$(dirname "$document")"
        keep "$document" "$2/toml-decode" <"$work/documents/$document"
    done
}

# same NAME COMMAND...: records, with $got as the place to do it in, and compares.
same() {
    local name=$1 difference
    shift
    got=$work/got
    rm -rf "$got"
    "$@" </dev/null >"$out" 2>"$err"
    if difference=$(diff -rq "$expected" "$got" 2>&1); then
        ok "$name"
    else
        diff -ru "$expected" "$got" | head -n 40 | not_ok "$name" "$(wc -l <<<"$difference") differ" - "$(cat "$err")"
    fi
}

expected=$work/expected
(cd "$input" && record "$expected" "$xenbindgen") </dev/null
made=$(find "$expected" -type f | wc -l)
findings=$(find "$expected" -name 'check-text.err' -size +0 | wc -l)
headers=$(find "$expected" -name '*.h' | wc -l)
if [ "$made" -gt 1000 ] && [ "$findings" -gt 20 ] && [ "$headers" -gt 100 ]; then
    ok "what is compared: files, headers, findings"
else
    not_ok "what is compared: files, headers, findings" "$made files, $headers headers, findings of $findings specs"
fi

# --- where and how it runs ---

at() { # FOLDER PROGRAM
    (cd "$1" && record "$got" "${2:-$xenbindgen}")
}
under() { # COMMAND...
    local with=("$@")
    at "$input"
}
around() { # PREFIX SUFFIX [FOLDER]
    local prefix=$1 suffix=$2
    at "${3:-$input}"
}

same "once more" at "$input"

# A comparison that saw nothing would pass as well.
cp -r "$input" "$work/changed"
sed -i 's/^name = "flags"/name = "flogs"/' "$work/changed/bench/bench/structs.toml"
(cd "$work/changed" && record "$work/got" "$xenbindgen") </dev/null
expect_status "a letter is seen" 1 diff -rq "$expected" "$work/got"

same "by an absolute path" around "$input/" ''
same "with a slash at the end" around '' /
same "from the root" around "$input/" '' /
same "from below" around ../../../ '' "$input/tests/c/specs"
ln -s "$input" "$work/link"
same "through a symbolic link" around "$work/link/" ''
same "from a folder that is one" at "$work/link"
mkdir "$work/with some spaces"
cp -r "$input/." "$work/with some spaces/"
same "in a folder with spaces" around "$work/with some spaces/" '' "$work"

# Folders list their files in an order that depends on how they were filled, and on the file system.
shuffled() { # PLACE
    local folder
    folder=$(mktemp -d "$1/shuffled.XXXXXX")
    (cd "$input" && find . -type f -print0 | sort -Rz --random-source=<(yes) | xargs -0 -n 1 cp --parents -t "$folder" --)
    at "$folder"
    rm -rf "$folder"
}
same "files that were made in another order" shuffled "$work"
[ ! -w /dev/shm ] || same "on another file system" shuffled /dev/shm

masked() { # UMASK
    (umask "$1" && at "$input")
}
modes() {
    find "$work/got" \( -path '*/specs/c/*' -o -path '*/specs/rust/*' \) -printf '%y%m\n' | sort -u
}
while read -r mask modes; do
    same "umask $mask" masked "$mask"
    expect_same "and the modes are what it leaves" <(tr ' ' '\n' <<<"$modes") <(modes)
done <<'END'
000 d777 f666
022 d755 f644
077 d700 f600
END

mkdir "$work/locale"
localedef -i tr_TR -f UTF-8 "$work/locale/tr_TR.UTF-8" >"$out" 2>&1
turkish=(LOCPATH="$work/locale" LC_ALL=tr_TR.UTF-8)
expect_text "there is a Turkish locale" 'decimal_point=","' <(env "${turkish[@]}" locale -k decimal_point)
same "locale tr_TR.UTF-8" under env "${turkish[@]}"
same "locale C.UTF-8" under env LC_ALL=C.UTF-8
same "another time zone" under env TZ=Pacific/Apia
same "no HOME" under env -u HOME
same "an empty environment" under env -i
same "memory that is full of something" under env MALLOC_PERTURB_=165
same "no standard input" under bash -c 'exec "$@" <&-' bash
! setarch -R true 2>/dev/null || same "addresses that stay the same" under setarch -R

# --- builds ---

# build NAME VARIABLE=VALUE...: all the programs, without libclang, which is no part of what is compared, and without a warning.
build() {
    local folder=$work/$1 name=$1
    shift
    expect_ok "$name: builds without a warning" \
        make -j 2 LIBCLANG= WERROR=1 "BUILD=$folder" "$@" "$folder/xenbindgen" "$folder/generate-docs" "$folder/toml-decode"
}
built() { # NAME
    at "$input" "$work/$1/xenbindgen"
    record_more "$got" "$work/$1"
}

plain=$expected
expected=$work/expected-more
cp -r "$plain" "$expected"
record_more "$expected" "$build" </dev/null

build gcc-O0 CC=gcc CFLAGS='-O0 -funsigned-char -ftrivial-auto-var-init=pattern'
same "gcc -O0, unsigned char, locals full of something" built gcc-O0
build gcc-O3 CC=gcc CFLAGS='-O3 -fsigned-char -ftrivial-auto-var-init=zero'
same "gcc -O3, signed char" built gcc-O3
build clang-O0 CC=clang CFLAGS='-O0 -fsigned-char -ftrivial-auto-var-init=pattern'
same "clang -O0, signed char, locals full of something" built clang-O0
build clang-O3 CC=clang CFLAGS='-O3 -funsigned-char'
same "clang -O3, unsigned char" built clang-O3

# Where the kernel runs no programs for 32 bits, QEMU does.
build i686 CC=i686-linux-gnu-gcc LDFLAGS=-static CFLAGS=-O2
"$work/i686/xenbindgen" version >"$out" 2>&1 || with=(qemu-i386)
same "32 bits" built i686
build s390x CC=s390x-linux-gnu-gcc LDFLAGS=-static CFLAGS=-O2
with=(qemu-s390x)
same "big-endian, 64 bits: s390x" built s390x
with=()

# --- another machine: time, host, order of folders and of equals, and the locale in force ---

expect_ok "what pretends to be another machine" \
    gcc -std=c11 -Wall -Wextra -shared -fPIC -o "$work/machine.so" "$here/machine.c" -ldl
# The reader of TOML says that no one calls setlocale. Even so, no verb makes anything else where someone has.
with=(env "${turkish[@]}" LD_PRELOAD="$work/machine.so")
expected=$plain
same "another machine, at another time" at "$input" "$work/gcc-O0/xenbindgen"
with=()

# --- what the program asks of the C library ---

nm -D --undefined-only "$work/gcc-O0/xenbindgen" | awk '{ sub(/@.*/, "", $2); print $2 }' >"$work/asks"
expect_text "it asks for the clock, for the time in gen's summary" clock_gettime "$work/asks"
expect_same "it asks for no date, user, locale or random number" /dev/null \
    <(grep -xE 'time|gettimeofday|(local|gm|c)time(_r)?|strftime|getlogin.*|getpw.*|setlocale|nl_langinfo|.*rand.*' "$work/asks")

# --- the order in which one asks ---

expect_ok "gen --only" "$xenbindgen" gen -l c -i specs -o "$work/only" --only sysctl,domctl
expect_ok "gen, its options the other way about" "$xenbindgen" gen --only domctl,sysctl --outdir "$work/ylno" --indir specs --lang c
expect_same "make the same" "$work/only" "$work/ylno"
expect_ok "layout of some ABIs" "$xenbindgen" layout -i tests/c/specs --abi x86_32,arm64,riscv64
cp "$out" "$work/layout"
expect_ok "layout of the same ABIs" "$xenbindgen" layout --abi riscv64,x86_32,arm64 --indir tests/c/specs
expect_same "shows the same" "$work/layout" "$out"
expect_ok "specs that are not in the house form" cp -r "$input/tests/fmt" "$work/fmt1"
cp -r "$work/fmt1" "$work/fmt2"
expect_ok "fmt, a folder" "$xenbindgen" fmt "$work/fmt1"
find "$work/fmt2" -name '*.toml' | sort -r | while IFS= read -r file; do
    "$xenbindgen" fmt "$file"
done >"$out" 2>&1
expect_same "fmt, one file after the other, backwards" "$work/fmt1" "$work/fmt2"

suite_end
