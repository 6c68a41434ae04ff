#!/bin/bash
# The rules: specs in cases/ say in comments what must be found in them, as `# error[RULE]: TEXT` at the end of the line that
# the finding points at (several may follow one another). What is missing and what is surplus both fail. Specs in near/ nearly
# break each rule, which they name in comments as `near[RULE]`, and must pass.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

# The findings that a folder's comments announce: "FILE:LINE:RULE:TEXT".
announced() {
    (cd "$1" && find . -name '*.toml' | sort | while IFS= read -r file; do
        LC_ALL=C awk -v file="${file#./}" '{
            line = $0
            while (match(line, /# error\[[a-z-]+\]: /)) {
                rule = substr(line, RSTART + 8, RLENGTH - 11)
                line = substr(line, RSTART + RLENGTH)
                text = line
                sub(/ *# error\[.*/, "", text)
                print file ":" NR ":" rule ":" text
            }
        }' "$file"
    done)
}

# Compares both ways; every announced text must be part of the message of a finding at its place, one for one.
compare() {
    awk -F '\t' '
        FNR == NR { place[NR] = $1; text[NR] = $2; wanted = NR; next }
        {
            hit = 0
            for (i = 1; i <= wanted && !hit; i++)
                if (!taken[i] && place[i] == $1 && index($2, text[i]))
                    hit = taken[i] = 1
            if (!hit)
                print "surplus: " $1 " " $2
        }
        END {
            for (i = 1; i <= wanted; i++)
                if (!taken[i])
                    print "missing: " place[i] " " text[i]
        }' "$1" "$2"
}

# expect_announced NAME FOLDER [OPTION...]: check finds what the comments announce, and says how to mend it.
expect_announced() {
    local name=$1 case=$2
    shift 2
    announced "$case" | sed -E 's/^(.*:[0-9]+:[a-z-]+):/\1\t/' | tr -d '\377' >"$work/wanted"
    run "$xenbindgen" check "$@" "$case"
    sed -nE "s|^$case(.*:[0-9]+):[0-9]+: error: (.*[^]]) \[([a-z-]+)\]( \[[a-zA-Z0-9_., ]+\])?\$|\1:\3\t\2|p" "$err" >"$work/found"
    if [ "$status" -eq 1 ] && [ -s "$work/wanted" ] && compare "$work/wanted" "$work/found" >"$work/differences" &&
        [ ! -s "$work/differences" ]; then
        ok "$name"
    else
        { cat "$work/differences" && run_report; } | not_ok "$name" -
    fi
    # Whatever is found comes with a way to mend it.
    if [ "$(grep -c ': error: ' "$err")" -eq "$(grep -c '^help: ' "$err")" ]; then
        ok "$name: every finding has a help"
    else
        run_report | not_ok "$name: every finding has a help" -
    fi
}

for case in tests/rules/cases/*/; do
    name=$(basename "$case")
    expect_announced "case $name" "$case"
    rm -rf "$work/gen"
    run "$xenbindgen" gen --lang c --indir "$case" --outdir "$work/gen"
    if [ "$status" -eq 1 ] && [ ! -e "$work/gen" ]; then
        ok "case $name: nothing is written"
    else
        run_report | not_ok "case $name: nothing is written" -
    fi
done

# What levels and waivers spare is found with --strict, with who hands the padding back.
expect_ok "without --strict nothing of it is found" "$xenbindgen" check tests/rules/strict
expect_announced "--strict" tests/rules/strict/ --strict
spec=tests/rules/strict/giving/giving.toml
place() { # TEXT: the line that has it
    grep -nF -e "$1" "$spec" | head -n 1 | cut -d: -f1
}
expect_same "padding names the hypercalls that hand it back" \
    <(for giver in give give give both plain; do
        case $giver in
        plain) echo "$spec:$(place 'name = "plain"'):8: note: \`plain\` may hand it back to the caller with whatever was there" ;;
        *) echo "$spec:$(place "name = \"$giver\""):14: note: \`$giver\` of \`giving\` may hand it back to the caller with whatever was there" ;;
        esac
    done) <(grep 'hand it back' "$err")

expect_ok "what nearly breaks the rules" "$xenbindgen" check tests/rules/near

# The examples of the language's reference, those of a whole header and of includes apart, are one spec.
mkdir -p "$work/language/examples" "$work/language-header"
awk -v examples="$work/language/examples/examples.toml" -v header="$work/language-header/header.toml" '
    /^```toml$/ { block = ""; inside = 1; next }
    /^```$/ && inside {
        inside = 0
        if (block ~ /\[header\]/)
            print block >header
        else if (block ~ /\[\[/ && block !~ /\[\[includes\]\]/)
            print block >examples
    }
    inside { block = block $0 "\n" }' docs/language.md
expect_ok "the examples of the language's reference" "$xenbindgen" check "$work/language"
expect_ok "the example of a whole header" "$xenbindgen" check "$work/language-header"

for rule in $("$xenbindgen" rules | awk '{ print $1 }'); do
    case $rule in
    verify-*) continue ;; # those are about headers as well: tests/verify
    esac
    if grep -rqaF "# error[$rule]: " tests/rules/cases; then
        ok "$rule has a case"
    else
        not_ok "$rule has a case"
    fi
    if grep -rqF "near[$rule]" tests/rules/near; then
        ok "$rule has a near miss"
    else
        not_ok "$rule has a near miss"
    fi
done

suite_end
