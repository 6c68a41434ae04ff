#!/bin/bash
# scripts/compare-headers, by which `make check-xen` sees what identical objects of Xen miss: what is written otherwise is the same,
# and every mistake is told that is planted in a copy of small headers.
# shellcheck disable=SC2016 # back-ticks are text
. "$(dirname "$0")/../lib.sh"
suite_start "$@"
real=tests/compare/real
ours=$work/ours

# expect_differences NAME: what it prints but for the count, against standard input.
expect_differences() {
    run scripts/compare-headers "$real" "$ours"
    expect_same "$1" - <(sed '$d' "$out")
}

cp -r "$real" "$ours"
sed -i -E '
    s/define SMALL_UP 1/define SMALL_UP (2 - 1)/
    s/\(\(x\) \& 15\)/((x) \& 0xF)/
    s/SMALL_FIRST,/SMALL_FIRST = 0,/; s/SMALL_THIRD \}/SMALL_THIRD = 5 }/
    s/uint32_t cmd, flags;/uint32_t cmd; uint32_t flags;/
    s/static inline/static __inline__/' "$ours/xen.h"
expect_differences "what is written otherwise is the same" </dev/null

# Each line: the header, a mistake, and what is said of it, up to where that is.
cat >"$work/mistakes" <<'END'
xen.h%s/SMALL_UP \(2 - 1\)/SMALL_UP 1U/%xen.h: macro SMALL_UP: 1 (int, 4 bytes) against 1 (unsigned, 4 bytes)
xen.h%s/"small"/"smell"/%xen.h: macro SMALL_NAME: `"small"` against `"smell"`
xen.h%s/\& 0xF\)/\& 7)/%xen.h: macro SMALL_MASK: `... ( arg0 ) & 15 )` against `... ( arg0 ) & 7 )`
xen.h%s/< 0x00030205/< 0x00030204/%xen.h: macro small_old: is missing
xen.h%s/SMALL_SECOND = 4/SMALL_SECOND = 3/%xen.h: enum small_kind: `... = 0, SMALL_SECOND = 4, SMALL_THIRD = 5 }` against `... = 0, SMALL_SECOND = 3, SMALL_THIRD = 5 }`
xen.h%s/uint32_t flags/int32_t flags/%layout: struct small_call: `uint32_t flags; /* 4 4 */` against `int32_t flags; /* 4 4 */`
xen.h%s/uint32_t flags/int32_t flags/%xen.h: struct small_call: `... { uint32_t cmd ; uint32_t flags ; union { uint64_t address ;` against `... { uint32_t cmd ; int32_t flags ; union { uint64_t address ;`
xen.h%s/typedef uint32_t small_index_t/typedef int32_t small_index_t/%xen.h: small_index_t: `typedef uint32_t small_index_t` against `typedef int32_t small_index_t`
xen.h%s/at \+ 1/at - 1/%xen.h: small_next: `... return ( ( at + 1 ) & 15 ) ; }` against `... return ( ( at - 1 ) & 7 ) ; }`
xen.h%/define SMALL_MORE/d%xen.h: macro SMALL_MORE: is missing
io/ring.h%/include .*arch-x86/d%io/ring.h: arch-x86/xen.h is not included
arch-x86/xen.h%s/ \|\| defined\(__XEN_TOOLS__\)//%arch-x86/xen.h: small_word_t: `typedef unsigned long small_word_t` against `typedef unsigned int small_word_t`
END
while IFS='%' read -r header mistake _; do
    sed -i -E "$mistake" "$ours/$header"
done <"$work/mistakes"
expect_status "planted mistakes are an error" 1 scripts/compare-headers "$real" "$ours"
expect_same "every one of them is told" <(cut -d% -f3- "$work/mistakes" | sort) <(sed '$d; s/ \[[^[]*\]$//' "$out" | sort)
suite_end
