#!/bin/bash
# The JSON Schema that `xenbindgen schema` prints, under tombi, a checker of TOML files. What the compiler can read it must
# accept, and mistakes in keys and their values it must refuse: specs in broken/ say in comments what tombi must find, as
# `# error[CODE]: TEXT` at the end of the line (several may follow one another). What is missing and what is surplus both fail,
# and the compiler must complain about the same lines.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

tombi=$root/.cache/tombi/bin/tombi
expect_ok "tombi is there (scripts/install-deps)" "$tombi" --version
[ "$status" -eq 0 ] || suite_end

expect_ok "the schema is JSON" jq -e . <("$xenbindgen" schema)
"$xenbindgen" schema >"$work/xenbindgen.schema.json"
expect_ok "no table takes a key that is not the language's" \
    jq -e '[.. | objects | select(has("properties") and has("type")) | .additionalProperties] | length > 5 and all(. == false)' "$work/xenbindgen.schema.json"

# tombi reads its settings and the schema in the folder in which the specs lie, and nothing from elsewhere.
cp tests/schema/tombi.toml "$work"
specs=()
while IFS= read -r file; do
    specs+=("$file")
    mkdir -p "$work/$(dirname "$file")"
    # TOML asks for 63 bits and a sign, which is what tombi has; the language has all 64.
    sed -E 's/0x[89a-fA-F](_?[0-9a-fA-F]){15}/0x7fffffffffffffff/g; s/18446744073709551615/9223372036854775807/g' \
        "$file" >"$work/$file"
done < <(find specs tests -name '*.toml' ! -name Cargo.toml ! -name deny.toml ! -name tombi.toml | sort)

# found NAME FILE...: what tombi has to say of some of the specs goes to $work/NAME, one a line: file, first line, last line,
# code, message, with tabs between them.
found() {
    local name=$1
    shift
    rm -f "$work/json"
    (cd "$work" && HOME=$work NO_COLOR=1 "$tombi" lint --offline --no-cache --error-on-warnings --diagnostics-format json-lines \
        --diagnostics-file json "$@") >"$out" 2>"$err" </dev/null
    status=$?
    jq -r '[.path, .range.start.line, .range.end.line, .code, .message] | @tsv' "$work/json" 2>>"$err" | sort >"$work/$name"
}

# not_found WANTED FOUND: prints those lines of WANTED (file, line, and maybe a code and a piece of the message, with
# tabs between them) that have no counterpart in FOUND, and with "both" as a third argument what is left of FOUND. tombi counts
# the comments before a table as part of it, so a mistake is somewhere in its range of lines.
not_found() {
    awk -F '\t' -v both="${3:-}" '
        side == "found" { file[NR] = $1; first[NR] = $2; last[NR] = $3; code[NR] = $4; text[NR] = $5; len = NR; next }
        {
            best = 0
            for (i = 1; i <= len; i++)
                if (!taken[i] && file[i] == $1 && first[i] <= $2 && $2 <= last[i] &&
                    (NF == 2 || (code[i] == $3 && index(text[i], $4))) && (!best || last[i] - first[i] < last[best] - first[best]))
                    best = i
            if (!best)
                print "missing: " $0
            else if (both)
                taken[best] = 1
        }
        END {
            for (i = 1; both && i <= len; i++)
                if (!taken[i])
                    print "surplus: " file[i] ":" first[i] "-" last[i] " " code[i] ": " text[i]
        }' side=found "$2" side=wanted "$1"
}

# expect_found NAME WANTED FOUND [both]
expect_found() {
    local name=$1 difference
    shift
    difference=$(not_found "$@")
    if [ -z "$difference" ]; then
        ok "$name"
    else
        not_ok "$name" "$difference"
    fi
}

# What the compiler finds wrong with a spec, each file on its own: "FILE:LINE:RULE". Only the rules that are about the shape
# of tables and values count.
compiler_findings() {
    local file
    for file; do
        "$xenbindgen" check --format json "$file" 2>/dev/null
    done | jq -r '.findings[] | "\(.file):\(.line):\(.rule)"' | grep -E ':(toml|key|type|name)-(syntax|encoding|duplicate|range|limit|unknown|missing|value)$'
}

compiler_findings "${specs[@]}" | sort -u >"$work/compiler"
valid=()
for file in "${specs[@]}"; do
    grep -qF "$file:" "$work/compiler" || valid+=("$file")
done

expect_ok "there are specs to hold against it" test ${#valid[@]} -gt 60
found accepted "${valid[@]}"
if [ ! -s "$work/accepted" ] && [ "$status" -eq 0 ] && grep -qF "${#valid[@]} files linted successfully" "$out" "$err"; then
    ok "the schema accepts every spec that the compiler can read"
else
    cat "$work/accepted" "$out" "$err" | not_ok "the schema accepts every spec that the compiler can read" -
fi

# One of them has every key that there is, but for older spellings.
keys=$(jq -r '[.. | objects | .properties? | objects | keys[]] | unique[] | select(. != "typ")' "$work/xenbindgen.schema.json")
lacking=
for key in $keys; do
    grep -qE "(^|[[ {])$key( = |]])|^\[$key\]" tests/schema/whole/whole.toml || lacking+=" $key"
done
expect_ok "whole.toml is among them" grep -qxF tests/schema/whole/whole.toml <(printf '%s\n' "${valid[@]}")
expect_ok "whole.toml has every key" test -z "$lacking"

# Each of them was held against the schema: none may have a key that the language does not.
for file in "${valid[@]}"; do
    sed -i '1s/^/no_such_key = 1\n/' "$work/$file"
    [ -s "$work/$file" ] || echo 'no_such_key = 1' >"$work/$file"
done
found judged "${valid[@]}"
printf '%s\t1\tkey-not-allowed\t"no_such_key" is not allowed\n' "${valid[@]}" >"$work/wanted"
expect_found "with an unknown key every one of them is refused" "$work/wanted" "$work/judged" both

for file in tests/schema/broken/*.toml; do
    name=$(basename "$file" .toml)
    awk -v file="$file" -v OFS='\t' '{
        line = $0
        while (match(line, /# error\[[a-z-]+\]: /)) {
            code = substr(line, RSTART + 8, RLENGTH - 11)
            line = substr(line, RSTART + RLENGTH)
            text = line
            sub(/ *# error\[.*/, "", text)
            print file, NR, code, text
        }
    }' "$file" >"$work/wanted"
    found refused "$file"
    expect_ok "$name: says what is wrong with it" test -s "$work/wanted"
    expect_found "$name: the schema refuses each mistake and nothing else" "$work/wanted" "$work/refused" both
    "$xenbindgen" check --format json "$file" 2>/dev/null |
        jq -r '.findings[] | [.file, .line, .line] | @tsv' >"$work/compiler-refused"
    cut -f 1-2 "$work/wanted" >"$work/wanted-lines"
    expect_found "$name: so does the compiler" "$work/wanted-lines" "$work/compiler-refused"
done

# What the suite of rules has, tombi finds too.
sed -nE 's/^(tests\/rules\/.*):([0-9]+):key-(unknown|missing)$/\1\t\2/p' "$work/compiler" >"$work/wanted"
mapfile -t cases < <(cut -f 1 "$work/wanted" | sort -u)
expect_ok "the suite of rules has mistakes in keys" test ${#cases[@]} -gt 0
found rules "${cases[@]}"
expect_found "the schema refuses unknown and missing keys where the compiler does" "$work/wanted" "$work/rules"

# --- the reference, which comes of the same tables ---

mkdir "$work/docs"
run scripts/generate-docs "$build/generate-docs" "$work/docs"
if [ "$status" -eq 0 ]; then
    expect_same "docs/rules.md is up to date (if not: make docs)" docs/rules.md "$work/docs/rules.md"
    expect_same "docs/language.md is up to date (if not: make docs)" docs/language.md "$work/docs/language.md"
else
    run_report | not_ok "docs can be generated" -
fi

suite_end
