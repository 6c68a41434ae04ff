# What tests/verify and tests/witness share: the findings of a run, and the small headers with something planted in them.
# shellcheck shell=bash disable=SC2154 # lib.sh sets the rest

small=tests/verify/small

# The findings of the last `run`, without places: "MESSAGE [RULE] [WHERE]".
findings() {
    sed -nE 's/^[^ ].*: error: (.*)$/\1/p' "$err"
}

# expect_findings NAME FINDING...: the last `run` found these, in this order, and nothing else.
expect_findings() {
    local name=$1
    shift
    if [ "$status" -eq $(($# > 0)) ] && diff <(printf '%s\n' "$@" | sed '/^$/d') <(findings) >"$work/differences"; then
        ok "$name"
    else
        { cat "$work/differences" && run_report; } | not_ok "$name" -
    fi
}

# ask OPTION...: verifies $planted against the spec of the small headers.
ask() {
    run "$xenbindgen" verify --headers "$planted" --indir "$small/specs" "$@"
}

# plant_small FILE EXPRESSION: as plant, in the small headers.
plant_small() {
    planted=$work/planted
    rm -rf "$planted"
    cp -r "$small/headers" "$planted"
    sed -i -E "$2" "$planted/$1"
    ! cmp -s "$small/headers/$1" "$planted/$1" || not_ok "plant in $1" "the expression changes nothing: $2"
}
