#!/bin/bash
# The TOML reader against toml-test, the conformance suite of the TOML project: every test for 1.0 and for 1.1, none skipped.
#
#   run.sh BUILD_DIR      needs BUILD_DIR/toml-decode; toml-test comes through Go, once, into .cache/bin
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

version=v2.2.0
toml_test=$root/.cache/bin/toml-test
decoder=$build/toml-decode

# The same program that scripts/install-deps provides.
has_version() {
    [ -x "$toml_test" ] && [ "$("$toml_test" version 2>/dev/null | awk '{ sub(/;$/, "", $2); print $2 }')" = "$version" ]
}

if ! has_version; then
    mkdir -p "$root/.cache/bin"
    GOBIN=$root/.cache/bin go install "github.com/toml-lang/toml-test/v2/cmd/toml-test@$version" >"$out" 2>&1
fi
if has_version; then
    ok "toml-test $version is there"
else
    not_ok "toml-test $version is there" - <"$out"
    suite_end
fi

# conformance TOML_VERSION: one line for each of toml-test's tests, and checks that it ran all that it lists.
conformance() {
    local toml=$1 listed result name
    local log=$work/toml-$toml
    # toml-test's clock is real time, so a busy machine needs more than its second; no decoder should.
    NO_COLOR=1 "$toml_test" test -toml "$toml" -decoder "$decoder -$toml" -timeout 20s -v >"$log" 2>&1
    status=$?
    while read -r result name; do
        case $result in
        PASS) ok "toml-$toml $name" ;;
        FAIL) NO_COLOR=1 "$toml_test" test -toml "$toml" -decoder "$decoder -$toml" -timeout 20s -run "$name" 2>&1 |
            not_ok "toml-$toml $name" - ;;
        SKIP) not_ok "toml-$toml $name" "toml-test skipped it" ;;
        esac
    done < <(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -aE '^(PASS|FAIL|SKIP) (valid|invalid)/')

    listed=$("$toml_test" list -toml "$toml" | grep -c '\.toml$')
    grep -aE ' tests:' "$log" | sed 's/^/# /'
    if [ "$listed" -gt 600 ] && [ "$(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -acE '^PASS (valid|invalid)/')" -eq "$listed" ]; then
        ok "toml-$toml passes all $listed tests that toml-test lists"
    else
        tail -n 20 "$log" | not_ok "toml-$toml passes all $listed tests that toml-test lists" -
    fi
    if [ "$status" -eq 0 ]; then
        ok "toml-test is content with toml-$toml"
    else
        tail -n 20 "$log" | not_ok "toml-test is content with toml-$toml" "exit status $status" -
    fi
}

conformance 1.0
conformance 1.1

# What toml-test does not ask: where findings stand and what they say, and what is read on after them.
while IFS= read -r case; do
    [[ $case != '#'* ]] || continue
    text=${case% => *}
    printf '%b' "${text#* }" | "$decoder" "-${text%% *}" >"$out" 2>&1
    said=$(sed ':a; N; $!ba; s/\n/ | /g' "$out")
    if [ "$said" = "${case##* => }" ]; then
        ok "toml-$text"
    else
        not_ok "toml-$text" "expected: ${case##* => }" "got: $said"
    fi
done <tests/toml/texts

# A decoder that accepts everything passes no invalid test: what follows shows that this suite can fail at all.
if NO_COLOR=1 "$toml_test" test -decoder true >/dev/null 2>&1; then
    not_ok "toml-test refuses a decoder that decodes nothing"
else
    ok "toml-test refuses a decoder that decodes nothing"
fi

suite_end
