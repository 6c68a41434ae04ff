#!/bin/bash
# docs/coverage.md and docs/findings.md say what the specs, the tool and compilers say: all that is generated in them is made
# anew, with Xen's headers, and compared.
# shellcheck disable=SC2016 # expressions of jq
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

for release in 4.17 4.20; do
    run scripts/fetch-xen-headers "$release"
    if [ "$status" -ne 0 ]; then
        run_report | not_ok "fetch the headers of Xen $release" -
        suite_end
    fi
done

# --- the pages ---

mkdir "$work/docs"
expect_ok "the pages are made" scripts/generate-pages "$xenbindgen" "$work/docs"
expect_same "nothing was left as it was" /dev/null "$err"
for page in coverage findings; do
    expect_same "docs/$page.md is up to date (if not: make docs)" "docs/$page.md" "$work/docs/$page.md"
done

# Every command of the findings shows something, and every table has rows.
silent=$(awk '/^```text$/ { getline; if (/^```$/) print NR }' docs/findings.md)
expect_same "every command of the findings has an output" /dev/null <(printf '%s' "$silent")
expect_same "each command has a place for its output" <(grep -c '^```sh$' docs/findings.md) <(grep -c '^```text$' docs/findings.md)
for page in coverage findings; do
    tables=$(grep -c '^<!-- generated: ' "docs/$page.md")
    expect_same "every table of docs/$page.md is one" <(echo "$tables") <(grep -cE '^\|( -+:? \|)+$' "docs/$page.md")
done

# Somebody without the headers can make the pages, too: what needs them stays.
copy=$work/tree
mkdir -p "$copy"
cp -r --parents docs specs scripts/generate-pages tests/pages/as-cxx "$copy"
sed -i 's/| verbatim blocks | [0-9]* |/| verbatim blocks | 1000 |/' "$copy/docs/coverage.md"
expect_ok "the pages are made without headers" "$copy/scripts/generate-pages" "$xenbindgen"
expect_text "it is said what stays" "coverage-real stays as it is" "$err"
expect_same "what needs no headers is made anew, the rest is there" docs/coverage.md "$copy/docs/coverage.md"
expect_same "the findings are the same" docs/findings.md "$copy/docs/findings.md"

# --- the whole of the specs ---

run "$xenbindgen" check --stats --format json specs
cp "$out" "$work/stats"
expect_ok "fewer than 80 blocks of verbatim text, each with a description" jq -e '.stats | .total.verbatim < 80 and
    .total.verbatim == (.verbatimBlocks | length) and ([.verbatimBlocks[].description | length > 0] | all)' "$work/stats"
expect_ok "of every union it is said how it is read" jq -e '.stats.total.unionsByUnknown == 0' "$work/stats"
expect_ok "the counts of the folders are those of the whole" jq -e '.stats.folders as $folders | .stats.total |
    to_entries | all(.key as $key | .value == ([$folders[][$key]] | add))' "$work/stats"

# Columns 4 and 5 of the table of real headers; the last row is their sum.
incomplete=$(sed -n '/generated: coverage-real/,/<!-- end -->/p' docs/coverage.md | awk -F '|' '/ of / {
        n = split($4 " " $5, words, " ")
        for (i = 2; i < n; i++)
            if (words[i] == "of" && words[i - 1] != words[i + 1])
                print
        rows++
    }
    END { if (rows < 70) print rows " rows" }')
expect_same "every record and constant of each real header is described" /dev/null <(printf '%s' "$incomplete")

suite_end
