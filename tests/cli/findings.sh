# Findings: how many, where, in which form.
# shellcheck shell=bash disable=SC2154,SC2016,SC2034 # variables are those of tests/lib.sh; back-ticks are text

# Ten different mistakes in three files, and nothing else.
mkdir -p "$work/ten/one" "$work/ten/two"
cat >"$work/ten/one/a.toml" <<'SPEC'
[[structs]]
name = "ten_a"
fields = [
    { name = "a", type = "u8" },
    { name = "b", type = "u32" },
    { name = "c", type = "u23" },
    { name = "c", type = "u32" },
]

[[structs]]
name = "ten_b"
fields = [{ name = "a", type = "u8" }, { name = "b", type = "u32" }, { nam = "c", type = "u8" }]
SPEC
cat >"$work/ten/one/b.toml" <<'SPEC'
[[enums]]
name = "ten_c"
type = "u8"
variants = [{ name = "a", value = 256 }, { name = "b", value = 1 }, { name = "c", value = 1 }]

[[bitmaps]]
name = "ten_d"
type = "u32"
bits = [{ name = "a", shift = 32 }, { name = "b", shift = 1 }, { name = "c", shift = 1 }]

[[structs]]
name = "ten_e"
description = "Ends */ a comment."
fields = [{ name = "class", type = "u64" }]
SPEC
cat >"$work/ten/two/c.toml" <<'SPEC'
[[structs]]
name = "ten_f"
fields = [{ name = "a", type = "u64" }, { name = "b", type = "u8" }]
SPEC
wanted='one/a.toml:6:27: type-unknown
one/a.toml:7:14: name-duplicate
one/a.toml:12:72: key-unknown
one/b.toml:4:35: value-range
one/b.toml:4:91: value-duplicate
one/b.toml:9:31: bit-range
one/b.toml:9:86: bit-overlap
one/b.toml:13:21: text-unsafe
one/b.toml:14:20: name-keyword
two/c.toml:2:8: padding-tail'
expect_status "ten mistakes in three files" 1 "$xenbindgen" check "$work/ten"
sed -nE "s|^$work/ten/([^ ]*:) error: .*\[([a-z-]+)\]( \[.*\])?\$|\1 \2|p" "$err" >"$work/found"
if diff <(echo "$wanted") "$work/found" >"$work/differences"; then
    ok "they are ten findings, each in its place"
else
    { cat "$work/differences" && run_report; } | not_ok "they are ten findings, each in its place" -
fi
if [ "$(grep -c '^help: ' "$err")" -eq 10 ] && [ "$(tail -n 1 "$err")" = "10 findings in 3 files" ] && [ ! -s "$out" ]; then
    ok "each has a help, and they are counted"
else
    run_report | not_ok "each has a help, and they are counted" -
fi
cp "$err" "$work/ten.text"
for lang in c rust; do
    expect_status "gen --lang $lang of ten mistakes" 1 "$xenbindgen" gen --lang "$lang" --indir "$work/ten" --outdir "$work/ten.out" \
        --depfile "$work/ten.d"
    expect_same "it shows what check shows" "$work/ten.text" "$err"
    if [ -e "$work/ten.out" ] || [ -e "$work/ten.d" ] || [ -s "$out" ]; then
        run_report | not_ok "it writes nothing" -
    else
        ok "it writes nothing"
    fi
done
expect_status "layout of ten mistakes" 1 "$xenbindgen" layout --indir "$work/ten"

# Machines get theirs on standard output, and no message besides.
for format in json sarif github; do
    expect_silent "ten mistakes as $format" 1 "$xenbindgen" check --format "$format" --color always "$work/ten"
    cp "$out" "$work/ten.$format"
    expect_silent "nothing found as $format" 0 "$xenbindgen" check --format "$format" specs
    cp "$out" "$work/none.$format"
    case $format in
    github)
        if [ "$(grep -c '^::error file=' "$work/ten.github")" -eq 10 ] && [ ! -s "$work/none.github" ]; then
            ok "ten commands for github, or none"
        else
            not_ok "ten commands for github, or none" - <"$work/ten.github"
        fi
        ;;
    *) for which in ten none; do expect_ok "$which.$format is JSON" jq -e . "$work/$which.$format"; done ;;
    esac
done
jq -r '.. | objects | select(has("rule") and has("line")) | "\(.file | split("/")[-2:] | join("/")):\(.line):\(.column): \(.rule)"' \
    "$work/ten.json" >"$work/found" 2>"$err"
if diff <(echo "$wanted") "$work/found" >"$work/differences"; then
    ok "json has the same findings"
else
    { cat "$work/differences" && head -c 1500 "$work/ten.json"; } | not_ok "json has the same findings" -
fi
jq -r '.runs[].results[] | .locations[0].physicalLocation as $p |
    "\($p.artifactLocation.uri | split("/")[-2:] | join("/")):\($p.region.startLine):\($p.region.startColumn): \(.ruleId)"' \
    "$work/ten.sarif" >"$work/found" 2>"$err"
if diff <(echo "$wanted") "$work/found" >"$work/differences"; then
    ok "sarif has the same findings"
else
    cat "$work/differences" "$err" | not_ok "sarif has the same findings" -
fi
if jq -e '.version == "2.1.0" and ([.runs[].results[].ruleId] - [.runs[].tool.driver.rules[].id] == [])' "$work/ten.sarif" >"$out"; then
    ok "sarif describes the rules that it names"
else
    not_ok "sarif describes the rules that it names" - <"$work/ten.sarif"
fi

# Colour: on a terminal, unless somebody does not want it.
escape=$(printf '\033')
coloured() { # NAME yes|no COMMAND...
    local name=$1 wanted=$2
    shift 2
    script -qec "$(printf '%q ' "$@")" /dev/null >"$out" 2>&1 </dev/null
    if [ "$(grep -q "$escape" "$out" && echo yes || echo no)" = "$wanted" ] && grep -q 'padding-tail' "$out"; then
        ok "$name"
    else
        not_ok "$name" - <"$out"
    fi
}
if command -v script >/dev/null; then
    coloured "colour on a terminal" yes env TERM=xterm "$xenbindgen" check "$work/ten"
    coloured "NO_COLOR" no env TERM=xterm NO_COLOR=1 "$xenbindgen" check "$work/ten"
    coloured "an empty NO_COLOR means nothing" yes env TERM=xterm NO_COLOR= "$xenbindgen" check "$work/ten"
    coloured "a dumb terminal" no env TERM=dumb "$xenbindgen" check "$work/ten"
    coloured "--color never" no env TERM=xterm "$xenbindgen" check --color never "$work/ten"
    coloured "--color always with NO_COLOR" yes env TERM=xterm NO_COLOR=1 "$xenbindgen" check --color always "$work/ten"
else
    not_ok "script(1) is missing: no terminal to test colour on"
fi
expect_no_text "no colour in a file" "$escape" "$work/ten.text"
run "$xenbindgen" check --color always "$work/ten"
expect_text "--color always" "${escape}[" "$err"
sed "s/${escape}\[[0-9;]*[A-Za-z]//g" "$err" >"$work/plain"
expect_same "colour changes nothing else" "$work/ten.text" "$work/plain"

# Standard input.
status=0
"$xenbindgen" check - <"$work/ten/two/c.toml" >"$out" 2>"$err" || status=$?
if [ "$status" -eq 1 ] && grep -q '^<stdin>:2:8: error: .*\[padding-tail\]' "$err"; then
    ok "a spec from standard input"
else
    run_report | not_ok "a spec from standard input" -
fi
for file in tests/cli/specs/*/*.toml; do
    case $file in tests/cli/specs/domctl/*) continue ;; esac
    status=0
    "$xenbindgen" gen --lang c --indir - --outdir - <"$file" >"$out" 2>"$err" || status=$?
    if [ "$status" -eq 0 ] && [ ! -s "$err" ] && grep -q 'from stdin.toml' "$out"; then
        ok "from standard input to standard output: $file"
    else
        run_report | not_ok "from standard input to standard output: $file" -
    fi
done
expect_silent "nothing from standard input is a finding or nothing" 1 "$xenbindgen" check --format json -
