#!/bin/bash
# The documents tell the truth: what README says to type works and prints what README says, the man page and --help have the
# same verbs and options, and links lead somewhere.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

# --- the tables of docs/language.md: all blocks of the section are one spec ---

mkdir -p "$work/tables/tables"
awk '/^## / { inside = $2 == "Tables" } inside && /^```/ { block = $0 == "```toml"; if (block && n++) print ""; next } inside && block' \
    docs/language.md >"$work/tables/tables/tables.toml"
expect_ok "the tables of the language are right" "$xenbindgen" check "$work/tables"
expect_ok "and in the house form" "$xenbindgen" fmt --check "$work/tables"
expect_ok "C gets them" "$xenbindgen" gen --lang c --indir "$work/tables" --outdir "$work/tables/c"
expect_ok "Rust gets them" "$xenbindgen" gen --lang rust --indir "$work/tables" --outdir "$work/tables/rust"
printf '%s\n' "#include \"$work/tables/c/tables.h\"" 'char page[4096];' \
    'char check[XEN_BALLOON_FEATURE_LAZY == 1 && __HYPERVISOR_balloon_op == 56 && XEN_BALLOON_inflate == 0 ? 1 : -1];' \
    'struct xen_balloon_pages *find(void) { return &XEN_BALLOON_RING_REF(page, XEN_BALLOON_RING_LEN); }' >"$work/tables.c"
expect_ok "with the names that it says" gcc -Wall -Werror -fsyntax-only "$work/tables.c"

# --- README: every block of it, in order, in a copy of the tree in which nothing was built ---

copy=$work/tree
mkdir "$copy"
if git rev-parse --git-dir >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard
else
    find . \( -path ./build -o -path ./.cache -o -name target \) -prune -o -type f -print0
fi | while IFS= read -r -d '' file; do
    [ ! -e "$file" ] || printf '%s\0' "$file"
done | xargs -0 cp --parents -t "$copy" --

# blocks FILE FOLDER: splits FILE into its blocks of code. FOLDER/N.sh is the N-th block for the shell, FOLDER/N.text what it shall
# print; a block after a line that ends in "into `PATH`:" is a file, and becomes a block for the shell that writes it.
blocks() {
    mkdir -p "$2"
    awk -v folder="$2" '
        /^```/ && !inside {
            inside = 1
            kind = substr($0, 4)
            path = before
            if (kind == "text") {
                target = folder "/" n ".text"
                if (!n || (target in made)) { print "a block of output follows no command: line " NR; exit 1 }
            } else {
                target = folder "/" ++n ".sh"
                if (kind != "sh") {
                    if (sub(/`:$/, "", path) != 1) { print "a block of " kind " has no name: line " NR; exit 1 }
                    sub(/.*`/, "", path)
                    print "cat >" path " <<\"END OF BLOCK\"" >target
                }
            }
            made[target] = 1
            next
        }
        /^```/ {
            if (kind != "sh" && kind != "text")
                print "END OF BLOCK" >target
            inside = 0
            next
        }
        inside { print >target }
        !inside && NF { before = $0 }
        END { if (inside) { print "a block does not end"; exit 1 } }' "$1"
}

expect_ok "README's blocks can be told apart" blocks README.md "$work/blocks"

# One shell runs them all, as a reader would. `make check` is what runs this test, so it alone is left out.
script=$work/walk.sh
left_out=0
count=$(find "$work/blocks" -name '*.sh' | wc -l)
for ((n = 1; n <= count; n++)); do
    if [ "$(cat "$work/blocks/$n.sh")" = "make check" ]; then
        left_out=$((left_out + 1))
        continue
    fi
    printf '{\n%s\n} >"%s" 2>&1\necho $? >"%s"\n' "$(cat "$work/blocks/$n.sh")" "$work/blocks/$n.out" "$work/blocks/$n.status"
done >"$script"
mkdir "$work/tmp"
export PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin CARGO_NET_RETRY=10
(cd "$copy" && env -u CARGO_TARGET_DIR -u RUSTFLAGS MAKEFLAGS=-j2 TMPDIR="$work/tmp" bash "$script") >"$out" 2>"$err"
expect_same "README says \`make check\` once" <(echo 1) <(echo "$left_out")

# Times differ from run to run.
timeless() {
    sed -E 's/[0-9]+\.[0-9] ms$/N ms/' "$1"
}

for ((n = 1; n <= count; n++)); do
    block=$work/blocks/$n
    first=$(head -n 1 "$block.sh")
    [ "$first" != "make check" ] || continue
    if [ ! -e "$block.out" ]; then
        not_ok "README runs: $first" "not reached"
    elif [ ! -e "$block.text" ]; then
        if [ "$(cat "$block.status" 2>/dev/null)" = 0 ]; then
            ok "README runs: $first"
        else
            not_ok "README runs: $first" - <"$block.out"
        fi
    elif [[ $first == make* ]]; then
        # The compiler's command lines come first.
        expect_same "README shows the end of: $first" <(timeless "$block.text") \
            <(timeless "$block.out" | tail -n "$(wc -l <"$block.text")")
    else
        expect_same "README shows what this prints: $first" <(timeless "$block.text") <(timeless "$block.out")
    fi
done

# What docs/xen-integration.md shows, each block by itself.
expect_ok "the blocks for Xen's tree can be told apart" blocks docs/xen-integration.md "$work/xen"
for block in "$work"/xen/*.sh; do
    run env PATH="$build:$PATH" bash -c "cd '$copy' && . '$block' 2>&1"
    if [ -e "${block%.sh}.text" ]; then
        expect_same "it shows what this prints: $(head -n 1 "$block")" "${block%.sh}.text" "$out"
    elif [ "$status" -eq 0 ]; then
        ok "it runs: $(head -n 1 "$block")"
    else
        run_report | not_ok "it runs: $(head -n 1 "$block")" -
    fi
done

# --- help, man page, README and shell agree on verbs and options ---

expect_ok "the man page has no fault" mandoc -T lint -W style docs/xenbindgen.1

mapfile -t verbs < <("$xenbindgen" --help | sed -nE 's/^  ([a-z]+) .*/\1/p')
printf '%s\n' "${verbs[@]}" >"$work/verbs"
expect_text "help lists verbs" gen "$work/verbs"
sed -nE 's/^\.It Cm ([a-z]+)$/\1/p' docs/xenbindgen.1 >"$work/man-verbs"
expect_same "the man page has the verbs of --help, in order" "$work/verbs" "$work/man-verbs"
# shellcheck disable=SC2016 # back-ticks of Markdown
sed -nE 's/^\| `([a-z]+)` \|.*/\1/p' README.md >"$work/readme-verbs"
expect_same "README has the verbs of --help, in order" "$work/verbs" "$work/readme-verbs"

# What --help says of a verb and its options, and what the man page says in the section on that verb.
man_section() { # VERB
    awk -v verb="$1" '/^\.It Cm / { on = ($3 == verb) } /^\.Sh / { on = 0 } on' docs/xenbindgen.1
}
for verb in "${verbs[@]}"; do
    run "$xenbindgen" "$verb" --help
    sed -nE 's/^  (-[a-zA-Z], |    )--([a-z]+).*/\2/p' "$out" | grep -vx help | sort >"$work/help-options"
    man_section "$verb" | sed -nE 's/^\.It (Fl [a-z] , )?Fl -([a-z]+).*/\2/p' | sort >"$work/man-options"
    expect_same "the man page has the options of $verb, no more and no less" "$work/help-options" "$work/man-options"
    # Its words, however they are broken into lines.
    man_section "$verb" | grep -v '^\.' | tr -s ' \n' ' ' >"$work/man-words"
    while IFS= read -r words; do
        expect_text "the man page says of $verb: $words" "$words" "$work/man-words"
    done < <(sed -nE '3p; s/^  (-[a-zA-Z], |    )--[a-z]+( [A-Z]+)? +([^ ].*)/\3/p' "$out" | grep -vx 'show this')
    sed -n 's/^  \$ //p' "$out" >"$work/examples"
    while IFS= read -r example; do
        expect_text "the man page has the example: $example" "$example" docs/xenbindgen.1
    done <"$work/examples"
    expect_text "$verb has an example" "xenbindgen $verb" "$work/examples"
done

# The examples of --help run as they stand in the tree, with what has been fetched already.
mkdir -p .cache
[ -e "$copy/.cache" ] || ln -s "$root/.cache" "$copy/.cache"
for verb in "${verbs[@]}"; do
    "$xenbindgen" "$verb" --help | sed -n 's/^  \$ //p' >"$work/examples"
    while IFS= read -r example; do
        expect_ok "works: $example" env PATH="$build:$PATH" bash -c "cd '$copy' && $example"
    done <"$work/examples"
done

# --- the tables of the documents are whole ---

while IFS= read -r rule; do
    expect_text "docs/rules.md has $rule" "## $rule" docs/rules.md
done < <("$xenbindgen" rules | awk '{ print $1 }')
while IFS= read -r limit; do
    expect_text "docs/architecture.md has the limit $limit" "\`$limit\`" docs/architecture.md
done < <(grep -rhoE '^ *(# *define|enum \{) *[A-Z_]+_(MAX|REACH|LIMIT|TRIES)\b' src | grep -oE '[A-Z_]+$' | sort -u)
while IFS= read -r folder; do
    expect_text "docs/architecture.md has the folder $folder" "\`$folder\`" docs/architecture.md
done < <(find src -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)

# --- links ---

# The anchors of a Markdown file, as its headings make them.
anchors() {
    awk '/^```/ { code = !code } !code && /^#+ /' "$1" | sed -E 's/^#+ //' | tr 'A-Z ' 'a-z-' | sed 's/[^a-z0-9_-]//g'
}
for file in README.md CONTRIBUTING.md CHANGELOG.md docs/*.md; do
    broken=
    while IFS= read -r link; do
        case $link in
        http://* | https://*) continue ;;
        esac
        path=${link%%#*}
        target=$file
        [ -z "$path" ] || target=$(dirname "$file")/$path
        if [ ! -e "$target" ]; then
            broken+="$link leads nowhere"$'\n'
        elif [ "$link" != "$path" ] && ! anchors "$target" | grep -qxF -e "${link#*#}"; then
            broken+="$link: $target has no such heading"$'\n'
        fi
    done < <(awk '/^```/ { code = !code } !code' "$file" | grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//')
    if [ -z "$broken" ]; then
        ok "the links of $file lead somewhere"
    else
        not_ok "the links of $file lead somewhere" "$broken"
    fi
done

suite_end
