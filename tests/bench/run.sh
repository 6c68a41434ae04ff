#!/bin/bash
# The scripts behind `make bench`: they measure what they should, judge as they should, and say so. Not how fast anything is here.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

# By the name that make knows the folder by, for what depends on what is kept under that name.
relative=${build#"$root/"}
expect_ok "the readers of TOML can be built" \
    make -s "BUILD=$relative" "$relative/toml-ours" "$relative/toml-plusplus" "$relative/toml-crate"

# --- measuring, quickly ---

expect_ok "bench/measure --quick" bench/measure --quick "$build" "$work/quick"
expect_text "it says what it compared with" 'bindgen' "$work/quick/results.json"
jq -r '.rows[] | "\(.count) \(.subject)"' "$work/quick/results.json" | sort >"$out"
for count in 0 10 100; do
    readers='toml-crate toml-ours toml-plusplus tomllib'
    [ "$count" -ne 0 ] || readers=
    for subject in bindgen check clang-asserted clang-plain copy-c copy-in copy-rust gen-both gen-c gen-rust $readers; do
        echo "$count $subject"
    done
done | sort >"$work/subjects"
expect_same "each subject has a row for each spec" "$work/subjects" "$out"
expect_same "every figure is a number above 0, and the median is between the others" <(echo true) \
    <(jq '[.rows[] | .min > 0 and .min <= .wall and .wall <= .max and .cpu > 0 and .peak > 100000 and .input > 0] | all' "$work/quick/results.json")
expect_same "nothing but the figures is left" <(echo hyperfine.json; echo results.json; echo time) <(find "$work/quick" -type f -printf '%f\n' | sort)
run bench/report "$work/quick"
if [ "$status" -le 1 ]; then
    ok "bench/report judges what was measured"
else
    run_report | not_ok "bench/report judges what was measured" -
fi
expect_text "its table has the tools" 'bindgen makes Rust of the headers' "$out"
expect_text "and the readers" 'our reader : tomllib' "$out"
expect_same "what it prints is what it keeps" "$out" <(cat "$work/quick/tables.md"; echo)

expect_status "what cannot be run is named" 2 bench/measure --quick "$work/nowhere" "$work/none"
expect_text "with one line" "nowhere/xenbindgen is missing" "$err"

# --- the plot ---

marks() { # FILE: it is XML; how many marks it has, and how many of them are for 100 structs
    python3 - "$1" <<'END'
import sys, xml.etree.ElementTree as tree
titles = [e.text for e in tree.parse(sys.argv[1]).iter("{http://www.w3.org/2000/svg}title")]
print(len([t for t in titles if ": " in t]) - 1, len([t for t in titles if t.startswith("100 structs: ")]))
END
}
expect_same "the plot has a mark for each ratio" <(echo '72 27') <(marks "$work/quick/ratios.svg")
expect_text "it has colours for dark pages" 'prefers-color-scheme: dark' "$work/quick/ratios.svg"

# --- judging ---

expect_ok "figures that were made up" python3 tests/bench/planted.py "$work/planted"
for folder in "$work"/planted/*; do
    case ${folder##*/} in
    kept)
        expect_ok "promises that just hold" bench/report "$folder"
        expect_no_text "are not called broken" 'broken' "$out"
        ;;
    *)
        expect_status "broken: ${folder##*/}" 1 bench/report "$folder"
        expect_same "and one is named" <(echo 1) <(grep -cF '**broken**' "$out")
        ;;
    esac
done
mkdir "$work/planted/nothing"
expect_status "no results" 2 bench/report "$work/planted/nothing"
mkdir "$work/planted/torn"
head -c 500 "$work/planted/kept/results.json" >"$work/planted/torn/results.json"
expect_status "half of the results" 2 bench/report "$work/planted/torn"

# --- the page ---

cp -r docs "$work/docs"
expect_ok "the page can be brought up to date" bench/report "$work/planted/kept" "$work/docs"
expect_text "it names the commit" 'commit 0123456789ab' "$work/docs/performance.md"
expect_same "the plot goes with it" "$work/planted/kept/ratios.svg" "$work/docs/performance.svg"
outside() {
    sed '/^<!-- made by make bench-update -->$/,/^<!-- end of what is made -->$/d' "$1"
}
expect_same "the rest of the page stays" <(outside docs/performance.md) <(outside "$work/docs/performance.md")
expect_text "the page shows the plot" '(performance.svg)' docs/performance.md
expect_same "the page names the commit that it was measured on" <(echo 1) \
    <(grep -cE '^Measured on commit [0-9a-f]{12}, on ' docs/performance.md)

suite_end
