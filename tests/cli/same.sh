# The same outputs, whatever is around; and the same from all three dialects.
# shellcheck shell=bash disable=SC2154,SC2016,SC2034 # variables are those of tests/lib.sh; back-ticks are text

# make_both OUTDIR INDIR: C and Rust.
make_both() {
    "$xenbindgen" gen -l c -i "$2" -o "$1/c" >/dev/null && "$xenbindgen" gen -l rust -i "$2" -o "$1/rust" >/dev/null
}
make_both "$work/same" tests/c/specs >"$out" 2>"$err"
[ -e "$work/same/rust" ] || run_report | not_ok "C and Rust of tests/c/specs" -

same() { # NAME COMMAND...: makes $work/other again
    rm -rf "$work/other"
    (shift && "$@") >"$out" 2>"$err"
    expect_same "$1" "$work/same" "$work/other"
}
in_folder() { (cd "$1" && shift && "$@"); }
with_umask() { (umask "$1" && shift && "$@"); }
shuffled() { # ORDER...
    rm -rf "$work/shuffled"
    (cd tests/c/specs && find . -name '*.toml' | "$@") | while IFS= read -r file; do
        mkdir -p "$work/shuffled/$(dirname "$file")"
        cp "tests/c/specs/$file" "$work/shuffled/$file"
    done
    make_both "$work/other" "$work/shuffled"
}
linked() {
    rm -rf "$work/linked"
    (cd tests/c/specs && find . -name '*.toml') | while IFS= read -r file; do
        mkdir -p "$work/linked/$(dirname "$file")"
        ln -s "$root/tests/c/specs/$file" "$work/linked/$file"
    done
    make_both "$work/other" "$work/linked"
}
with_more() { # files that are no part of a spec
    rm -rf "$work/more"
    cp -r tests/c/specs "$work/more"
    touch "$work/more/README" "$work/more/all/a.toml~" "$work/more/all/.hidden.toml" "$work/more/all/a.toml.orig" "$work/more/all/A.TOML"
    mkdir "$work/more/.git" "$work/more/void"
    echo 'no = toml = here' >"$work/more/.git/x.toml"
    make_both "$work/other" "$work/more"
}

same "the spec's folder with a slash" make_both "$work/other" tests/c/specs/
same "with a dot" make_both "$work/other" ./tests/c/specs/.
same "with doubled slashes" make_both "$work/other" tests//c///specs//
same "by its absolute path" make_both "$work/other" "$root/tests/c/specs"
same "by a way around" make_both "$work/other" tests/../tests/c/specs
same "from the root" in_folder / make_both "$work/other" "$root/tests/c/specs"
same "from inside" in_folder tests/c/specs make_both "$work/other" .
same "from below" in_folder tests/c/specs/hvm make_both "$work/other" ..
same "with umask 077" with_umask 077 make_both "$work/other" tests/c/specs
same "with umask 000" with_umask 000 make_both "$work/other" tests/c/specs
for locale in C C.UTF-8 POSIX nonsense; do
    export LC_ALL=$locale LANG=$locale
    same "with LC_ALL=$locale" make_both "$work/other" tests/c/specs
    export LC_ALL=C
done
same "files made in order" shuffled sort
same "files made in reverse" shuffled sort -r
same "files made in any order" shuffled shuf
same "files that are links" linked
same "with files that are no part of it" with_more

# Permissions follow the umask, as for any file that a user makes.
(umask 027 && make_both "$work/mode" tests/cli/specs) >"$out" 2>&1
if [ "$(stat -c %a "$work/mode/c/sysctl.h")" = 640 ] && [ "$(stat -c %a "$work/mode/c")" = 750 ]; then
    ok "permissions follow the umask"
else
    stat -c '%a %n' "$work/mode/c" "$work/mode/c/sysctl.h" | not_ok "permissions follow the umask" -
fi

# One spec in the three dialects.
for dialect in rfc later house; do
    make_both "$work/$dialect" "tests/cli/dialects/$dialect" >"$out" 2>"$err"
    [ -s "$work/$dialect/c/dialect.h" ] || run_report | not_ok "C and Rust of the dialect $dialect" -
done
expect_same "RFC and house mean the same" "$work/house" "$work/rfc"
expect_same "later and house mean the same" "$work/house" "$work/later"
expect_text "it is what was meant" 'XEN_GUEST_HANDLE_64(const_uint8)' <(sed 's/(uint8)/(const_uint8)/' "$work/house/c/dialect.h")
mapfile -t list < <(find "$work/house/c" -name '*.h' | grep -vE '/arch-(arm|ppc|riscv)-layout')
expect_ok "it compiles" gcc -ansi -Wall -Wextra -Werror -fsyntax-only "${list[@]}"
