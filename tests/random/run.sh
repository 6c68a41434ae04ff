#!/bin/bash
# Random specs: what is made of hundreds of valid ones, held against what compilers and a second layout say; and mutants of
# them, which must be found or be as good as valid ones. RANDOM_SPECS says how many, RANDOM_SEED which, and RANDOM_JOBS how many
# trees are judged at a time. A fiftieth as many mutants are judged.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"
export PYTHONDONTWRITEBYTECODE=1

specs=${RANDOM_SPECS:-1000}

# judged NAME COMMAND...: a program that ends with a line of totals, which is shown.
judged() {
    local name=$1
    shift
    run nice "$@"
    if [ "$status" -eq 0 ]; then
        ok "$name"
        sed 's/^/# /' "$out"
    else
        run_report | not_ok "$name" -
    fi
}

# The same seed makes the same bytes.
for name in once again; do
    run python3 tests/random/specs.py 7 5 "$work/$name"
done
expect_same 'a seed makes the same specs again' "$work/once" "$work/again"

# What judges must be able to find something: another offset, another value, another bit.
judged 'differences are noticed' python3 tests/random/test_judge.py

if ! rust_targets=$(scripts/rust-targets 2>"$err"); then
    not_ok 'the standard libraries of other architectures' - <"$err"
    suite_end
fi
crate=$work/crate
cp -R bindings/rust/xen-sys "$crate"
run cargo fetch --manifest-path "$crate/Cargo.toml" || run cargo fetch --manifest-path "$crate/Cargo.toml"
bitflags=$(cargo metadata --offline --format-version 1 --manifest-path "$crate/Cargo.toml" | grep -o '[^"]*/bitflags-2[^"]*/src/lib\.rs' | head -n 1)

judged 'random valid specs' python3 tests/random/run.py --seed "${RANDOM_SEED:-1}" --specs "$specs" --jobs "${RANDOM_JOBS:-1}" --build "$build" \
    --work "$work/valid" --rust "$rust_targets" --bitflags "$bitflags"
# With sanitizers, a build of its own beside this one.
run make -j2 SAN=address,undefined
[ "$status" -eq 0 ] || run_report | not_ok 'builds with sanitizers' -
judged 'mutants of them' python3 tests/random/mutate.py --seed "${RANDOM_SEED:-1}" --specs $((specs / 50)) \
    --build "$root/build/san" --work "$work/mutants"
suite_end
