#!/bin/bash
# Programs that others have written and that use Xen's headers: with ours in their place they compile unchanged, into the same
# objects to the byte. And what is planted in ours is noticed.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

run scripts/fetch-sources
sources=$(cat "$out")
[ "$status" -eq 0 ] || run_report | not_ok 'fetch the programs' -

releases=()
for release in 4.17 4.20; do
    run scripts/fetch-xen-headers "$release"
    [ "$status" -eq 0 ] || run_report | not_ok "fetch the headers of Xen $release" -
    real=$(cat "$out")
    expect_ok "the headers for Xen $release are made" \
        "$xenbindgen" gen --lang c --indir specs --xen "$release" --outdir "$work/$release"
    releases+=("$release=${real%/xen}=$work/$release")
done

# replace OPTION...: what tests/replace/replace.py says, in $out.
replace() {
    rm -rf "$work/objects"
    mkdir "$work/objects"
    run tests/replace/replace.py "$sources" "$work/objects" "$@"
}

replace "${releases[@]}"
take_tests "$out" || run_report | not_ok 'every program is compared' -

# expect_replace NAME FINDING FILE EXPRESSION SOURCE: after a sed expression on a copy of our headers, or without the header if
# there is none, this is found about a file of Xen's own libraries.
expect_replace() {
    local name=$1 finding=$2 header=$3 expression=$4 source=$5
    rm -rf "$work/planted"
    cp -r "$work/4.20" "$work/planted"
    if [ -n "$expression" ]; then
        sed -i -E "$expression" "$work/planted/$header"
    else
        rm "$work/planted/$header"
    fi
    ! cmp -s "$work/4.20/$header" "$work/planted/$header" || not_ok "plant in $header" "this changes nothing: $expression"
    replace "${releases[1]%=*}=$work/planted" --only 'xen-4.20 tools' --file "$source"
    if [ "$status" -eq 1 ] && grep -qF "# $finding" "$out"; then
        ok "$name is noticed"
    else
        run_report | not_ok "$name is noticed" "wanted: $finding" -
    fi
}

expect_replace 'a swap of members' 'differs: tools/libs/ctrl/xc_csched.c' domctl.h \
    '/^struct xen_domctl_scheduler_op /,/^}/ { s/ sched_id;/ swapped;/; s/ cmd;/ sched_id;/; s/ swapped;/ cmd;/ }' \
    tools/libs/ctrl/xc_csched.c
expect_replace 'another value' 'differs: tools/libs/ctrl/xc_domain.c' domctl.h \
    's/(define XEN_DOMCTL_pausedomain +)[0-9]+/\1999/' tools/libs/ctrl/xc_domain.c
expect_replace 'a member that is missing' 'breaks: tools/libs/ctrl/xc_csched.c' domctl.h \
    '/^struct xen_domctl_scheduler_op /,/^}/ s/ sched_id;/ other;/' tools/libs/ctrl/xc_csched.c
expect_replace 'a header that is missing' 'breaks: tools/libs/ctrl/xc_kexec.c' kexec.h '' tools/libs/ctrl/xc_kexec.c

suite_end
