# Whatever happens to a run, earlier files are whole and none is half there.
# shellcheck shell=bash disable=SC2154,SC2016,SC2034 # variables are those of tests/lib.sh; back-ticks are text

mkdir -p "$work/big"
cp -r tests/cli/specs "$work/big/specs"
for i in $(seq 60); do
    mkdir -p "$work/big/specs/extra$i"
    {
        for j in $(seq 20); do
            printf '[[structs]]\nname = "extra_%s_%s"\nfields = [{ name = "a", type = "u64" }, { name = "b", type = "u64[4]" }]\n' "$i" "$j"
        done
    } >"$work/big/specs/extra$i/a.toml"
done
cp -r "$work/big/specs" "$work/big/later"
sed -i 's/u64\[4\]/u64[5]/' "$work"/big/later/extra*/a.toml
expect_ok "the files before" "$xenbindgen" gen -l c -i "$work/big/specs" -o "$work/big/old"
expect_ok "the files after" "$xenbindgen" gen -l c -i "$work/big/later" -o "$work/big/new"

# whole NAME: every file in $work/big/out is as before or as after, and there is no other, hidden ones included if $2 is set.
whole() {
    local file problem=
    while IFS= read -r file; do
        file=${file#"$work/big/out/"}
        case $file in
        */.* | .*)
            [ -z "$2" ] || problem="a temporary file is left: $file"
            continue
            ;;
        esac
        cmp -s "$work/big/out/$file" "$work/big/old/$file" || cmp -s "$work/big/out/$file" "$work/big/new/$file" ||
            problem="$file is neither the old nor the new one"
    done < <(find "$work/big/out" -type f)
    for file in "$work"/big/old/*; do
        [ -e "$work/big/out/${file##*/}" ] || problem="${file##*/} is gone"
    done
    if [ -z "$problem" ]; then
        ok "$1"
    else
        run_report | not_ok "$1" "$problem" -
    fi
}
renew() {
    chmod -R u+w "$work/big/out" 2>/dev/null
    rm -rf "$work/big/out"
    cp -r "$work/big/old" "$work/big/out"
}
later() {
    "$xenbindgen" gen -l c -i "$work/big/later" -o "$work/big/out"
}

# untouched NAME: the output folder is just as it was.
untouched() {
    if diff -r "$work/big/old" "$work/big/out" >"$work/differences" 2>&1; then
        ok "$1"
    else
        { cat "$work/differences" && run_report; } | not_ok "$1" -
    fi
}

# A folder in place of a file, found before anything is written.
renew
rm "$work/big/out/extra9.h"
mkdir "$work/big/out/extra9.h"
run later
if [ "$status" -eq 2 ] && grep -q 'extra9.h' "$err" && [ "$(wc -l <"$err")" -eq 1 ]; then
    ok "a folder in place of a file"
else
    run_report | not_ok "a folder in place of a file" -
fi
rmdir "$work/big/out/extra9.h"
cp "$work/big/old/extra9.h" "$work/big/out/"
untouched "nothing is changed"

# A limit on the size of files.
renew
status=0
(ulimit -f 2 && LLVM_PROFILE_FILE=/dev/null later) >"$out" 2>"$err" </dev/null || status=$?
if [ "$status" -eq 2 ] && [ "$(wc -l <"$err")" -eq 1 ]; then
    ok "a limit on the size of files"
else
    run_report | not_ok "a limit on the size of files" -
fi
untouched "nothing is changed by it"

# A folder that may not be written, for somebody who is not root.
renew
if [ "$(id -u)" -eq 0 ]; then
    reach=$(mktemp -d)
    cp "$xenbindgen" "$reach/"
    cp -r "$work/big/later" "$reach/later"
    cp -r "$work/big/out" "$reach/out"
    chmod -R a+rX "$reach"
    expect_message "a folder that may not be written" 2 'Permission denied' "${nobody[@]}" "$reach/xenbindgen" gen -l c -i "$reach/later" -o "$reach/out"
    diff -r "$work/big/old" "$reach/out" >"$out" 2>&1
    expect_same "it is as it was" /dev/null "$out"
    rm -rf "$reach"
else
    chmod 555 "$work/big/out"
    expect_message "a folder that may not be written" 2 'Permission denied' later
    untouched "it is as it was"
fi
expect_message "a file in place of the output folder" 2 'Not a directory' "$xenbindgen" gen -l c -i tests/cli/specs -o "$work/version"
expect_message "a place where nothing can be made" 2 'cannot' "$xenbindgen" gen -l c -i tests/cli/specs -o /proc/nothing
renew
mv "$work/big/out/extra7.h" "$work/big/target.h"
ln -s ../target.h "$work/big/out/extra7.h"
cp "$work/big/target.h" "$work/big/target.before"
run later
expect_same "what a link leads to is left alone" "$work/big/target.before" "$work/big/target.h"

# A file system that is full.
mkdir -p "$work/small"
if mount -t tmpfs -o size=256k tmpfs "$work/small" 2>/dev/null; then
    # Its room is taken, but for a little.
    cp "$work/big/old/sysctl.h" "$work/big/old/extra1.h" "$work/small/"
    mkdir "$work/small/kept"
    cp -r "$work/small"/*.h "$work/big/"
    dd if=/dev/zero of="$work/small/filler" bs=4k >/dev/null 2>&1
    truncate -s -16384 "$work/small/filler"
    cp "$work/small/sysctl.h" "$work/small.sysctl"
    find "$work/small" | sort >"$work/small.before"
    expect_message "a full file system" 2 'No space left on device' "$xenbindgen" gen -l c -i "$work/big/later" -o "$work/small"
    find "$work/small" | sort >"$work/small.after"
    expect_same "no file is left behind" "$work/small.before" "$work/small.after"
    expect_same "earlier files are whole" "$work/small.sysctl" "$work/small/sysctl.h"
    umount "$work/small"
else
    # Without the right to mount, a full device for standard output and the limit above have to do.
    ok "a full file system cannot be mounted here; files over a limit are tested above"
fi

# Killed at any moment.
renew
killed=0
for i in $(seq 30); do
    renew
    "$xenbindgen" gen -l c -i "$work/big/later" -o "$work/big/out" >"$out" 2>"$err" </dev/null &
    pid=$!
    # The delay grows over the length of a run.
    sleep "0.00$((i / 3))$((i % 3))"
    kill -KILL "$pid" 2>/dev/null
    status=0
    wait "$pid" 2>/dev/null || status=$?
    [ "$status" -ne 137 ] || killed=$((killed + 1))
    whole "killed run $i leaves whole files" ''
done
if [ "$killed" -ge 3 ]; then
    ok "runs were killed while they were at work"
else
    not_ok "runs were killed while they were at work" "only $killed of 30"
fi
expect_ok "a run after killed ones" later
whole "it mends what they left" ''

# Interrupted: all the old files, or all the new ones.
for signal in INT TERM HUP; do
    renew
    "$xenbindgen" gen -l c -i "$work/big/later" -o "$work/big/out" >"$out" 2>"$err" </dev/null &
    pid=$!
    sleep 0.004
    kill "-$signal" "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    if diff -r "$work/big/out" "$work/big/old" >/dev/null || diff -r "$work/big/out" "$work/big/new" >/dev/null; then
        ok "SIG$signal leaves all old or all new files"
    else
        diff -rq "$work/big/out" "$work/big/old" | not_ok "SIG$signal leaves all old or all new files" -
    fi
done

# Two runs at once.
for i in 1 2 3; do
    renew
    "$xenbindgen" gen -l c -i "$work/big/later" -o "$work/big/out" >"$work/first" 2>&1 </dev/null &
    first=$!
    "$xenbindgen" gen -l c -i "$work/big/later" -o "$work/big/out" >"$work/second" 2>&1 </dev/null &
    second=$!
    failed=0
    wait "$first" || failed=$?
    wait "$second" || failed=$?
    if [ "$failed" -eq 0 ] && diff -r "$work/big/out" "$work/big/new" >"$work/differences"; then
        ok "two runs at once ($i)"
    else
        cat "$work/first" "$work/second" "$work/differences" | not_ok "two runs at once ($i)" -
    fi
done
