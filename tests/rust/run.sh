#!/bin/bash
# The Rust that is generated, judged by Rust's own tools, on the host and for every architecture that Xen serves.
#
# Three crates: the checked-in one; one made of a spec that has everything the language has (made/spec); one made of names
# and descriptions that mean something else to Rust or Markdown (hostile).
# shellcheck disable=SC2317 # functions are called through `run`
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

export PATH=$root/.cache/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
export CARGO_TARGET_DIR=$build/rust CARGO_TERM_COLOR=never
unset RUSTFLAGS RUSTDOCFLAGS CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS

# Cargo writes beside the manifests that it reads, so it gets copies.
tree=$work/tree
mkdir -p "$tree/bindings" "$tree/tests/rust"
cp -R bindings/rust "$tree/bindings/rust"
cp -R tests/rust/bundled tests/rust/made "$tree/tests/rust/"
made=$tree/tests/rust/made/xen-sys
hostile=$work/hostile
bundled=$tree/bindings/rust/xen-sys
expect_ok "generates from all that the language has" "$xenbindgen" gen --lang rust --indir tests/rust/made/spec --outdir "$made"
expect_ok "generates from hostile names and texts" "$xenbindgen" gen --lang rust --indir tests/rust/hostile --outdir "$hostile"

# --- the host ---

# in_folder FOLDER COMMAND...
in_folder() {
    (cd "$1" && shift && "$@")
}

# How many examples the documentation has: those of the crate itself, for no description may become one.
declare -A documented=([bundled]=7 [made]=7 [hostile]=3)
for crate in bundled made hostile; do
    folder=${!crate}
    # What the registry does not answer at once it may answer the next time.
    run in_folder "$folder" cargo fetch || run in_folder "$folder" cargo fetch
    expect_ok "$crate: formatted" in_folder "$folder" cargo fmt --check
    expect_ok "$crate: clippy, pedantic" in_folder "$folder" \
        cargo clippy -q --all-targets -- -D warnings -D clippy::pedantic -D missing_docs
    expect_ok "$crate: documentation" env RUSTDOCFLAGS=-Dwarnings cargo doc -q --no-deps --manifest-path "$folder/Cargo.toml"
    expect_ok "$crate: tests and examples" in_folder "$folder" cargo test
    expect_text "$crate: examples in the documentation" "test result: ok. ${documented[$crate]} passed; 0 failed; 0 ignored" "$out"
    # What records and rings take is in src/support alone.
    expect_no_text "$crate: no unsafe code in what is generated" "unsafe " <(cat "$folder"/src/*.rs)
done
for example in "$bundled"/examples/*.rs; do
    name=$(basename "$example" .rs)
    expect_ok "bundled: runs the example $name" in_folder "$bundled" cargo run -q --example "$name"
done
for tests in bundled made; do
    folder=$tree/tests/rust/$tests
    expect_ok "$tests: the tests are formatted" in_folder "$folder" cargo fmt --check -p "$tests"
    for profile in dev release; do
        expect_ok "$tests: used, $profile" in_folder "$folder" cargo test -q --profile "$profile"
    done
done
expect_ok "bundled: licenses, bans and sources" in_folder "$bundled" \
    cargo deny check --config "$tree/bindings/rust/deny.toml" licenses bans sources

# --- every architecture ---

if ! rust_targets=$(scripts/rust-targets 2>"$err"); then
    not_ok "the standard libraries of other architectures" - <"$err"
    suite_end
fi
bitflags=$(in_folder "$bundled" cargo metadata --offline --format-version 1 | grep -o '[^"]*/bitflags-2[^"]*/src/lib\.rs' | head -n 1)
mkdir -p "$work/targets"

# compile TARGET EMIT NAME SOURCE OPTION...: EMIT is what rustc's --emit takes; warnings are errors.
compile() {
    local target=$1 emit=$2 name=$3 source=$4
    shift 4
    "$rust_targets/rustc" --target "$target" --edition 2021 --emit "$emit" --crate-name "$name" -D warnings \
        -L "$work/targets/$target" --out-dir "$work/targets/$target" "$@" "$source"
}

# compile_crate TARGET FOLDER [EMIT]
compile_crate() {
    local target=$1 folder=$2 emit=${3:-metadata}
    compile "$target" "$emit" bitflags "$bitflags" --crate-type rlib --cap-lints allow &&
        compile "$target" "$emit" xen_sys "$folder/src/lib.rs" --crate-type rlib --extern bitflags -W missing_docs
}

while read -r target; do
    for crate in bundled made hostile; do
        expect_ok "$crate: compiles for $target" compile_crate "$target" "${!crate}"
    done
done <"$rust_targets/targets"

# --- the same tests on a 32-bit processor ---

i686="i686-unknown-linux-gnu"
for crate in bundled made; do
    rm -rf "$work/targets/$i686"
    run compile_crate $i686 "${!crate}" link
    [ "$status" -ne 0 ] || run compile $i686 link "$crate" "$tree/tests/rust/$crate/lib.rs" --test --extern xen_sys \
        -C linker="$rust_targets/link-i686" -C target-feature=+crt-static
    [ "$status" -ne 0 ] || run "$work/targets/$i686/$crate"
    if [ "$status" -eq 0 ] && grep -q '^test result: ok' "$out"; then
        ok "$crate: used on i686"
    else
        run_report | not_ok "$crate: used on i686" -
    fi
done

# --- what is wrong is found ---

# plant NAME FILE EXPRESSION: a copy of the checked-in crate in which sed has changed a file; fails if nothing changed.
plant() {
    planted=$work/planted-$1
    cp -R "$bundled" "$planted"
    sed -i -e "$3" "$planted/src/$2"
    ! cmp -s "$planted/src/$2" "$bundled/src/$2"
}

# expect_broken NAME TARGET TEXT: the planted crate does not compile for a target, and the compiler says that text.
expect_broken() {
    run compile_crate "$2" "$planted"
    if [ "$status" -ne 0 ] && grep -qF "$3" "$err"; then
        ok "$1"
    else
        run_report | not_ok "$1" "wanted: $3" -
    fi
}

# A sub-operation takes what it works on, and nothing else; and not every record is its bytes. The first pair is right, so
# that the others fail for what they say.
pair() {
    cat >"$work/pair.rs" <<EOF
use xen_sys::tables::{hypercall::{table_ctl, table_op}, TableStart, TableStatus};
use xen_sys::Operation;
pub fn call<O: Operation>(_: &mut O::Argument) {}
pub fn domain<O: Operation<Call = table_ctl::Call>>(_: &mut O::Argument) {}
pub fn bytes<T: xen_sys::Pod>() {}
pub fn pair(start: &mut TableStart, status: &mut TableStatus) {
    let _ = (&start, &status, table_op::Stop, table_ctl::End, bytes::<TableStart>);
    $1;
}
EOF
    compile x86_64-unknown-linux-gnu metadata pair "$work/pair.rs" --crate-type rlib --extern xen_sys
}
compile_crate x86_64-unknown-linux-gnu "$made" >"$out" 2>"$err" || not_ok "made: compiles for pairs" - <"$err"
expect_ok "the right pair compiles" pair 'call::<table_op::Start>(start); call::<table_op::Stop>(&mut ()); domain::<table_ctl::Start>(start)'
# refuse NAME TEXT CODE: rustc must not take the pair, and say why.
refuse() {
    run pair "$3"
    if [ "$status" -ne 0 ] && grep -qF "$2" "$err"; then
        ok "$1"
    else
        run_report | not_ok "$1" "wanted: $2" -
    fi
}
refuse "another operation's argument does not compile" 'error[E0308]' 'call::<table_op::Start>(status)'
refuse "an argument where there is none does not compile" 'error[E0308]' 'call::<table_op::Stop>(start)'
refuse "a record with a raw pointer is not its bytes" 'error[E0277]' 'bytes::<xen_sys::tables::TableFrontRing>()'
refuse "another hypercall's operation does not compile" 'error[E0271]' 'domain::<table_op::Start>(start)'

expect_ok "plant a wrong offset" plant offset sysctl.rs 's/^    8: buffer;/    12: buffer;/'
expect_broken "a wrong offset is found" $i686 "offset of XenSysctlReadconsole::buffer"
expect_ok "plant a wrong size" plant size domctl.rs 's/size 72, align 4/size 76, align 4/'
expect_ok "a layout of Arm is no matter on x86" compile_crate $i686 "$planted"
expect_broken "a wrong size is found on Arm" armv7-unknown-linux-gnueabihf "size of XenDomctlCreatedomain"
# What only 32-bit x86 shows: elsewhere 64 bits are 8-aligned anyway.
expect_ok "plant handles that are not aligned" plant align support.rs 's/#\[repr(C, align(8))\]/#[repr(C)]/'
expect_ok "handles that are not aligned are no matter on x86_64" compile_crate x86_64-unknown-linux-gnu "$planted"
expect_broken "handles that are not aligned are found on i686" $i686 "alignment of XenSysctlReadconsole"

suite_end
