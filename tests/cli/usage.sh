# Verbs, options, help, and what is said to those who mistype them.
# shellcheck shell=bash disable=SC2154,SC2016,SC2034 # variables are those of tests/lib.sh; back-ticks are text

expect_silent "--help" 0 "$xenbindgen" --help
expect_text "it shows the exit statuses" "Exit status: 0, nothing found; 1, findings; 2, could not run." "$out"
cp "$out" "$work/help"
expect_silent "-h" 0 "$xenbindgen" -h
expect_same "it is the same" "$work/help" "$out"
expect_silent "help" 0 "$xenbindgen" help
expect_same "it is the same too" "$work/help" "$out"

verbs=$(sed -nE 's/^  ([a-z]+) .*/\1/p' "$work/help")
for verb in gen check layout rules explain version; do
    expect_text "help names $verb" "  $verb " "$work/help"
done

# Where the examples of help run: they use specs, bindings, and the headers that scripts fetch.
mkdir -p .cache
mkdir "$work/examples"
for verb in $verbs; do
    expect_silent "$verb --help" 0 "$xenbindgen" "$verb" --help
    cp "$out" "$work/help"
    expect_silent "help $verb" 0 "$xenbindgen" help "$verb"
    expect_same "it is what $verb --help shows" "$work/help" "$out"
    if [ "$(awk 'length > 120' "$work/help")" ]; then
        not_ok "$verb --help fits a terminal" - <"$work/help"
    else
        ok "$verb --help fits a terminal"
    fi
    sed -n 's/^  \$ xenbindgen //p' "$work/help" >"$work/lines"
    [ -s "$work/lines" ] || not_ok "$verb --help has an example"
    while IFS= read -r line; do
        rm -rf "$work/examples"
        mkdir -p "$work/examples/bindings/rust"
        cp -r specs scripts "$work/examples"
        ln -s "$root/.cache" "$work/examples/.cache"
        "$xenbindgen" gen --lang rust --indir specs --outdir "$work/examples/bindings/rust/xen-sys" >"$work/example" 2>&1
        status=0
        (cd "$work/examples" && eval "\"\$xenbindgen\" $line") >"$out" 2>"$err" </dev/null || status=$?
        if [ "$status" -eq 0 ]; then
            ok "the example works: $line"
        else
            run_report | not_ok "the example works: $line" -
        fi
    done <"$work/lines"
done

# Every verb refuses what it does not know, and says so in one line.
for verb in $verbs; do
    expect_message "$verb refuses an unknown option" 2 "$verb has no option \`--frobnicate\`" "$xenbindgen" "$verb" --frobnicate
    expect_message "$verb refuses an unknown letter" 2 "$verb has no option \`-Z\`" "$xenbindgen" "$verb" -Z
    expect_message "$verb refuses too many arguments" 2 "$verb does not take \`" "$xenbindgen" "$verb" a c
done
expect_status "no verb at all" 2 "$xenbindgen"
if [ ! -s "$out" ] && grep -q '^usage: ' "$err"; then
    ok "no verb at all shows the usage on standard error"
else
    run_report | not_ok "no verb at all shows the usage on standard error" -
fi

expect_message "a mistyped verb" 2 'did you mean `check`?' "$xenbindgen" chek
expect_message "an unknown verb" 2 'there is no verb `frobnicate`; see xenbindgen --help' "$xenbindgen" frobnicate
expect_message "an empty verb" 2 'there is no verb' "$xenbindgen" ''
expect_message "a mistyped option" 2 'did you mean --outdir?' "$xenbindgen" gen --oudir x
expect_message "a mistyped option with a value" 2 'did you mean --indir?' "$xenbindgen" check --idnir=specs
expect_message "an option without its value" 2 '--indir lacks its value, DIR' "$xenbindgen" check --indir
expect_message "an option with an empty value" 2 '--indir lacks its value, DIR' "$xenbindgen" check --indir=
expect_message "an option with an empty word" 2 '--outdir lacks its value, DIR' "$xenbindgen" gen -l c -o ''
expect_message "an option that takes no value" 2 '--check takes no value' "$xenbindgen" gen --check=yes
expect_message "gen without --lang" 2 'gen needs --lang' "$xenbindgen" gen --outdir "$work/x"
expect_message "gen without --outdir" 2 'gen needs --outdir' "$xenbindgen" gen --lang c
expect_message "an unknown language" 2 'there is no backend `cobol`' "$xenbindgen" gen --lang cobol --outdir "$work/x"
expect_message "an unknown format" 2 'text, json, sarif or github' "$xenbindgen" check --format xml specs
expect_message "an unknown colour" 2 'auto, always or never' "$xenbindgen" check --color blue specs
expect_message "an unknown folder" 2 'did you mean `sysctl`?' "$xenbindgen" gen -l c -o "$work/x" --only sysctll
expect_message "an unknown definition" 2 'did you mean `xen_sysctl_readconsole`?' "$xenbindgen" layout xen_sysctl_readconsol
expect_message "an unknown ABI" 2 'x86_64, x86_32, arm64, arm32, riscv64, ppc64' "$xenbindgen" layout --abi vax
expect_message "explain without a rule" 2 'explain needs the id of a rule' "$xenbindgen" explain
expect_message "explain of a mistyped rule" 2 'did you mean `padding-tail`?' "$xenbindgen" explain pading-tail
expect_message "explain of an unknown rule" 2 'there is no rule `frobnicate`' "$xenbindgen" explain frobnicate
expect_message "a message cannot steer the terminal" 2 'there is no verb' "$xenbindgen" $'\e[31mred\e[0m\r\n\b'

# Inputs that cannot be read.
expect_message "a spec that is not there" 2 "cannot read \`$work/nowhere\`: No such file or directory" "$xenbindgen" check "$work/nowhere"
expect_message "gen of a spec that is not there" 2 'No such file' "$xenbindgen" gen -l c -i "$work/nowhere" -o "$work/x"
touch "$work/file"
expect_message "a folder below a file" 2 'it is not a folder' "$xenbindgen" check "$work/file/below"
mkdir -p "$work/folder/spec/a.toml"
expect_status "a folder named like a file is a folder" 1 "$xenbindgen" check "$work/folder"
expect_text "it has no file" '[spec-empty]' "$err"
mkfifo "$work/folder/spec/b.toml"
expect_message "a pipe in place of a file" 2 'it is not a regular file' "$xenbindgen" check "$work/folder"
mkdir -p "$work/dangling/spec"
ln -s nowhere "$work/dangling/spec/a.toml"
expect_message "a link to nothing" 2 'spec/a.toml`: No such file' "$xenbindgen" check "$work/dangling"
mkdir -p "$work/unreadable/spec"
cp specs/sysctl/readconsole.toml "$work/unreadable/spec/"
chmod 000 "$work/unreadable/spec/readconsole.toml"
if [ "$(id -u)" -eq 0 ]; then
    # Root may read everything; so somebody else tries, with a copy that they can reach.
    reach=$(mktemp -d)
    chmod 755 "$reach"
    cp "$xenbindgen" "$reach/xenbindgen"
    cp -r "$work/unreadable" "$reach/spec"
    expect_message "a file that may not be read" 2 'Permission denied' \
        "${nobody[@]}" "$reach/xenbindgen" check "$reach/spec"
    chmod 000 "$reach/spec/spec"
    expect_message "a folder that may not be read" 2 'Permission denied' \
        "${nobody[@]}" "$reach/xenbindgen" check "$reach/spec"
    rm -rf "$reach"
else
    expect_message "a file that may not be read" 2 'Permission denied' "$xenbindgen" check "$work/unreadable"
    chmod 000 "$work/unreadable/spec"
    expect_message "a folder that may not be read" 2 'Permission denied' "$xenbindgen" check "$work/unreadable"
    chmod 755 "$work/unreadable/spec"
fi
mkdir "$work/void"
expect_status "a spec without a file" 1 "$xenbindgen" check "$work/void"
expect_text "it is a finding" '[spec-empty]' "$err"

# Standard output that cannot be written.
for command in 'version' 'rules' '--help' 'check --format json specs' 'layout' 'gen -l c -i specs -o -' "gen -l c -i specs -o $work/full"; do
    status=0
    # shellcheck disable=SC2086
    "$xenbindgen" $command >/dev/full 2>"$err" </dev/null || status=$?
    : >"$out"
    if [ "$status" -eq 2 ] && grep -q 'cannot write standard output' "$err"; then
        ok "a full standard output is noticed: $command"
    else
        run_report | not_ok "a full standard output is noticed: $command" -
    fi
done
status=0
"$xenbindgen" version >&- 2>"$err" </dev/null || status=$?
if [ "$status" -eq 2 ]; then
    ok "a closed standard output is noticed"
else
    run_report | not_ok "a closed standard output is noticed" -
fi

# What the verbs show.
expect_silent "version" 0 "$xenbindgen" version
expect_text "it is the Makefile's" "xenbindgen $(sed -n 's/^VERSION = //p' Makefile)" "$out"
cp "$out" "$work/version"
expect_silent "--version" 0 "$xenbindgen" --version
expect_same "it is the same as version" "$work/version" "$out"
expect_silent "rules" 0 "$xenbindgen" rules
cp "$out" "$work/rules"
if awk 'NF < 3 || $1 !~ /^[a-z-]+$/ { bad = 1 } END { exit bad || NR < 30 }' "$work/rules"; then
    ok "rules lists each with its purpose"
else
    run_report | not_ok "rules lists each with its purpose" -
fi
awk '{ print $1 }' "$work/rules" >"$work/ids"
while IFS= read -r rule; do
    expect_silent "explain $rule" 0 "$xenbindgen" explain "$rule"
    # Rules of verify are about headers as well, which no example has.
    [[ $rule == verify-* ]] || expect_text "explain $rule has an example" 'Breaks it:' "$out"
    expect_text "explain $rule mends it" 'To mend it, ' "$out"
done <"$work/ids"
expect_silent "check of the bundled specs" 0 "$xenbindgen" check specs
if [ ! -s "$out" ]; then
    ok "check says nothing where nothing is found"
else
    run_report | not_ok "check says nothing where nothing is found" -
fi
expect_silent "-- ends options" 0 "$xenbindgen" check -- specs
expect_silent "an option's value may be joined to its letter" 0 "$xenbindgen" check -ispecs
expect_silent "the last of two options counts" 0 "$xenbindgen" check --indir "$work/nowhere" --indir=specs

expect_silent "layout" 0 "$xenbindgen" layout xen_sysctl_readconsole
expect_text "it has the members" '      16       4  count: u32' "$out"
expect_text "it has the hole" '      20       4  (padding)' "$out"
expect_text "it has the size" 'all ABIs: size 24, alignment 8' "$out"
expect_silent "layout of what differs" 0 "$xenbindgen" layout --indir tests/c/specs legacy_natural
expect_text "it tells the ABIs apart" '  x86_32: size 24, alignment 4' "$out"
expect_text "it names those that agree" '  x86_64, arm64, arm32, riscv64, ppc64: size 32, alignment 8' "$out"
expect_text "it puts them side by side" '       8       8       4       8  b: uint64_t' "$out"
expect_silent "layout of one ABI" 0 "$xenbindgen" layout -i tests/c/specs --abi x86_32,arm32 legacy_natural
expect_no_text "it leaves the others out" x86_64 "$out"
expect_silent "layout where a hole hides a difference" 0 "$xenbindgen" layout -i tests/c/specs legacy_hidden
expect_text "it tells 32 bits from 64" '       0       8       0       4       0       4  a: ulong' "$out"
expect_silent "layout of everything" 0 "$xenbindgen" layout --indir tests/c/specs
expect_text "it has arrays" 'square: u16[2][4]' "$out"
expect_text "it has handles" 'to_const_handle: handle64<const handle64<const all_scalars>>' "$out"
expect_silent "layout of an enum" 0 "$xenbindgen" layout -i tests/c/specs all_wide
expect_text "it has its size" 'all ABIs: size 8, alignment 8' "$out"
