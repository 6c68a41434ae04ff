#!/bin/bash
# How many instructions a fixed workload takes: within 5 % of the record in bench/instructions.txt, so that nothing gets slower
# unless whoever makes it so says it, in the same commit, by updating the record: `make instructions`. The record must stay
# true as well, so what gets faster by more than that asks for the update too.
#
# Counts depend on the compiler and the C library, which the first line of the record names: they are Debian 12's. What the
# processor has makes no difference: see bench/count-instructions.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

record=bench/instructions.txt

# judge RECORD COUNTS: a line "NAME: why" for each part of the workload that differs, or is in one of them alone.
judge() {
    awk '
        /^#/ { next }
        FNR == NR { recorded[$1] = $2; next }
        !($1 in recorded) { print $1 ": not in the record"; next }
        {
            change = ($2 - recorded[$1]) * 100 / recorded[$1]
            if (change > 5 || change < -5)
                printf "%s: %d instructions, %+.1f %% from the record of %d\n", $1, $2, change, recorded[$1]
            delete recorded[$1]
        }
        END { for (name in recorded) print name ": in the record alone" }
    ' "$1" "$2"
}

# expect_judged NAME COUNT WANTED: what is said of that many instructions where the record has 1000.
expect_judged() {
    local said
    printf 'a %s\n' "$2" >"$work/counts"
    said=$(judge "$work/record" "$work/counts")
    if [ "$said" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "$said"
    fi
}

echo 'a 1000' >"$work/record"
expect_judged "5 % more is no finding" 1050 ''
expect_judged "5 % less is none either" 950 ''
expect_judged "more than that is one" 1051 'a: 1051 instructions, +5.1 % from the record of 1000'
expect_judged "and so is less" 949 'a: 949 instructions, -5.1 % from the record of 1000'
echo 'b 1' >"$work/record"
expect_judged "the record has what is counted, and no more" 1 "$(printf 'a: not in the record\nb: in the record alone')"

expect_ok "the workload is counted" bench/count-instructions build/instructions
cp "$out" "$work/counts"
if [ "$(head -n 1 "$work/counts")" = "$(head -n 1 "$record")" ]; then
    ok "by the compiler and the C library of the record"
else
    not_ok "by the compiler and the C library of the record" "here: $(head -n 1 "$work/counts")" "record: $(head -n 1 "$record")"
fi
said=$(judge "$record" "$work/counts")
if [ -z "$said" ]; then
    ok "it takes as many instructions as the record says"
else
    not_ok "it takes as many instructions as the record says" "$said" \
        "if that is as it should be: \`make instructions\`, and commit bench/instructions.txt along with what changed it"
fi
suite_end
