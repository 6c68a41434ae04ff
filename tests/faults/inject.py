"""Every call of the program that can fail is made to fail, one after the other: inject.py BUILD WORK [PATTERN [MOST]].

Only the cases whose names match. With MOST, which is for coverage, a sample: that many calls of each kind, without
sanitizers, and no run that is killed.
"""

import errno
import os
import re
import shutil
import signal
import sys

from harness import Place, check, end, failed_well, left_unsaid, sound, went_on, went_well, whole

BUILD, WORK = sys.argv[1], sys.argv[2]
PATTERN = sys.argv[3] if len(sys.argv) > 3 else ""
MOST = int(sys.argv[4]) if len(sys.argv) > 4 else None
CHECKED = os.path.join(BUILD, "san", "faulty")  # under AddressSanitizer, LeakSanitizer and UBSan
PLAIN = os.path.join(BUILD, "faulty")
if MOST:
    CHECKED = PLAIN

BROKEN = b'''[[structs]]
name = "a"
fields = [{ name = "x", type = "u8" }, { name = "y", type = "u64" }, { name = "z", type = "none" }]
'''
LOOSE = b'[[structs]]\nname="loose"\nfields=[{name="x",type="u64"}]\n'
# A compiler that is quick, and agrees with everything.
CC = """#!/bin/sh
case " $* " in *" -E "*) printf 'xenbindgen 0 8\\nxenbindgen long 8\\n' ;; esac
"""

GEN = ["gen", "-i", "specs", "-l"]
# Name, arguments, the file that is standard input, whether findings are text on standard error.
CASES = [
    ("gen c", GEN + ["c", "-o", "c", "--depfile", "dep/c.d", "--prune"], None, False),
    ("gen c and rust", GEN + ["c", "-o", "c", "-l", "rust", "-o", "rust", "--depfile", "dep/rust.d", "--prune"], None, False),
    ("gen c, into a new folder", GEN + ["c", "-o", "new/a/b"], None, False),
    ("gen c --check", GEN + ["c", "-o", "c", "--check"], None, True),
    ("gen c to standard output", GEN + ["c", "-o", "-"], None, False),
    ("gen c --only, depfile to standard output",
     GEN + ["c", "-o", "c", "--only", "sysctl", "--depfile", "-"], None, False),
    ("check", ["check", "specs", "--stats"], None, False),
    ("check, text", ["check", "broken"], None, True),
    ("check, json", ["check", "broken", "--format", "json"], None, False),
    ("check, sarif", ["check", "broken", "--format", "sarif"], None, False),
    ("check, github", ["check", "broken", "--format", "github"], None, False),
    ("check of standard input", ["check", "-"], "loose/a.toml", False),
    ("fmt", ["fmt", "loose"], None, False),
    ("fmt --diff", ["fmt", "--diff", "loose"], None, False),
    ("fmt of standard input", ["fmt", "-"], "loose/a.toml", False),
    ("layout", ["layout"], None, False),
    ("rules", ["rules"], None, False),
    ("explain", ["explain", "padding-tail"], None, False),
    ("schema", ["schema"], None, False),
    ("completions", ["completions", "bash"], None, False),
    ("version", ["version"], None, False),
    ("verify --cc", ["verify", "-i", "small/specs", "--headers", "small/headers", "--cc", "./cc"], None, True),
]
# With libclang, whose own calls are its own matter.
CLANG_CASES = [
    ("verify", ["verify", "-i", "small/specs", "--headers", "small/headers"], None, True),
    ("import", ["import", "--headers", "small/headers", "-o", "imported"], None, False),
]

# What each call may fail with, and whether the run can never be of use then.
FAULTS = [
    ("memory", errno.ENOMEM, True),
    ("open", errno.EMFILE, False),
    ("openat", errno.EMFILE, False),
    ("openat", errno.EACCES, False),
    ("read", errno.EIO, False),
    ("write", errno.ENOSPC, True),
    ("write", errno.EIO, True),
    ("pread", errno.EIO, True),
    ("pwrite", errno.ENOSPC, False),
    ("tmpfile", errno.EMFILE, False),
    ("close", errno.EIO, False),
    ("fstat", errno.EIO, True),
    ("fstatat", errno.EIO, False),
    ("stat", errno.EIO, False),
    ("lseek", errno.EIO, True),
    ("mkdir", errno.ENOSPC, False),
    ("mkdirat", errno.EROFS, True),
    ("rmdir", errno.EIO, False),
    ("unlink", errno.EIO, False),
    ("unlinkat", errno.EIO, False),
    ("renameat", errno.EIO, True),
    ("fsync", errno.EIO, True),
    ("dup", errno.EMFILE, True),
    ("fdopendir", errno.ENOMEM, False),
    ("readdir", errno.EIO, False),
    ("fork", errno.EAGAIN, True),
    ("waitpid", errno.ECHILD, True),
    ("mkdtemp", errno.EACCES, True),
    ("readlink", errno.EIO, False),
    ("dlopen", errno.ENOMEM, True),
    ("pthread_create", errno.EAGAIN, False),
    ("gethostname", errno.EPERM, False),
]
# What cannot be looked into is left alone, and what cannot be removed stays.
HARMLESS = [("openat", errno.EACCES), ("rmdir", errno.EIO), ("unlink", errno.EIO)]
# What every second call of a kind may do without any harm.
SURVIVED = [(name, errno.EINTR) for name in ("open", "openat", "read", "write", "pread", "pwrite", "close", "fsync", "poll", "waitpid")]
SURVIVED += [("read", errno.EAGAIN), ("write", errno.EAGAIN)]


def make_place():
    """Specs, some to mend; outputs of an earlier spec; files of other people."""
    place = Place(WORK, "place")
    os.chdir(place.root)
    root = os.environ["XBG_ROOT"]
    shutil.copytree(os.path.join(root, "tests/cli/specs"), "specs")
    shutil.copytree(os.path.join(root, "tests/verify/small"), "small")
    for folder, text in (("broken", BROKEN), ("loose", LOOSE)):
        os.mkdir(folder)
        with open(f"{folder}/a.toml", "wb") as file:
            file.write(text)
    with open("loose/b.toml", "wb") as file:
        file.write(LOOSE.replace(b"loose", b"looser"))
    with open("cc", "w", encoding="ascii") as file:
        file.write(CC)
    os.chmod("cc", 0o755)
    os.mkdir("dep")
    os.symlink("../c.d", "dep/c.d")
    os.makedirs("specs/gone")
    shutil.copy("loose/a.toml", "specs/gone/a.toml")
    for lang in ("c", "rust"):
        done = place.run(PLAIN, GEN + [lang, "-o", lang, "--depfile", f"dep/{lang}.d"])
        if done.status != 0:
            sys.exit(f"cannot make the first outputs: {done}")
    # Now the spec of gone goes, and some of the others change.
    shutil.rmtree("specs/gone")
    with open("specs/sysctl/readconsole.toml", "ab") as file:
        file.write(b'\n[[structs]]\nname = "xen_further"\nfields = [{ name = "x", type = "u64", description = "X." }]\n'
                   b'description = "Further."\n')
    with open("c/mine.txt", "wb") as file:
        file.write(b"mine\n")
    os.remove("c/domctl.h")
    place.keep()
    os.chdir(place.root)
    return place


def each_call_fails(place, name, args, stdin, has_findings, clean, program, most=MOST):
    """Each call of each kind fails, or evenly spread ones if there are more than `most`."""
    for call, number, strict in FAULTS:
        calls = clean.counts.get(call, 0)
        if not calls:
            continue
        step = 1 if most is None else (calls + most - 1) // most
        problems = []
        for nth in range(1, calls + 1, step):
            result = place.run(program, args, f"{call}:{nth}:{number}", stdin)
            if call in ("write", "dup", "close") and clean.err and result.err in (b"", clean.err):
                found = left_unsaid(result, clean)
            elif result.status != 2 and (call, number) in HARMLESS:
                found = went_on(result, place.before, clean)
            elif result.status == 2 or strict:
                found = failed_well(result, place.before, clean.tree, clean, has_findings)
            else:
                found = went_well(result, clean)
            problems += [f"{call} {nth}: {problem}" for problem in found]
            place.reset(result.tree)
        every = "each" if step == 1 else f"every {step}th"
        check(f"{name}: {every} of {calls} calls of {call} fails with {errno.errorcode[number]}", problems)


def short_transfers(place, name, args, stdin, clean):
    plans = [(call, f"{call}:odd:{number}", errno.errorcode[number]) for call, number in SURVIVED]
    plans += [(call, f"{call}:1+:short", "one byte") for call in ("read", "write", "pread", "pwrite")]
    problems = []
    for call, plan, _ in plans:
        if clean.counts.get(call, 0):
            result = place.run(PLAIN, args, plan, stdin)
            problems += [f"{plan}: {problem}" for problem in went_well(result, clean)]
            place.reset(result.tree)
    check(f"{name}: interruptions and short transfers do no harm", problems)


def arenas_fail(place, name, args, stdin, has_findings, clean, stride):
    """Each allocation from an arena fails; those after the first rename, which the sweep ends with, one by one."""
    more = {"XBG_FAULT_SWEEP": os.path.join(WORK, "sweep"), "XBG_FAULT_STRIDE": str(stride)}
    if has_findings:
        more["XBG_FAULT_FINDINGS"] = "yes"
    result = place.run(CHECKED, args, None, stdin, **more)
    problems = sound(result)
    words = result.out.split()[-2:]
    if result.status != 0 or len(words) != 2:
        problems.append(result)
        words = [b"0", b"end"]
    if words[1] == b"end" and result.tree != clean.tree:
        problems.append("the last run is not as it should be")
    if words[1] == b"renamed" and not problems:
        problems += whole(result.tree, place.before, clean.tree)
        place.reset()
        for nth in range(int(words[0]), clean.counts["arena"] + 1, stride):
            one = place.run(CHECKED, args, f"arena:{nth}:{errno.ENOMEM}", stdin)
            found = failed_well(one, place.before, clean.tree, clean, has_findings)
            problems += [f"{nth}: {problem}" for problem in found]
            place.reset(one.tree)
    place.reset()
    every = "each" if stride == 1 else f"every {stride}th"
    check(f"{name}: {every} of {clean.counts['arena']} allocations from arenas fails", problems)


def killed_anywhere(place, name, args, clean):
    """The end comes before each call and after each: files are whole, and the next run does its work and cleans up."""
    problems = []
    for nth in range(1, clean.counts["any"] + 1):
        result = place.run(PLAIN, args, f"any:{nth}:before-{signal.SIGKILL}")
        found = [] if result.status == -signal.SIGKILL else [result]
        temps = {path for path in result.tree if ".xbg-" in path}
        found += whole({path: at for path, at in result.tree.items() if path not in temps}, place.before, clean.tree)
        again = place.run(PLAIN, args)
        if again.status != 0 or again.tree != clean.tree:
            found.append(f"the next run: {again}")
        problems += [f"call {nth}: {problem}" for problem in found]
        place.reset(again.tree)
    check(f"{name}: killed before each of {clean.counts['any']} calls, and run again", problems)


def ended_anywhere(place, name, args, clean, number):
    """A signal that asks to end leaves all as before or all as after."""
    problems = []
    for nth in range(1, clean.counts["any"] + 1):
        result = place.run(PLAIN, args, f"any:{nth}:before-{number}")
        if result.status != -number or result.tree not in (place.before, clean.tree):
            problems.append(f"call {nth}: {differences_of(result, place, clean)}: {result}")
        place.reset(result.tree)
    check(f"{name}: {signal.Signals(number).name} before each of {clean.counts['any']} calls", problems)


def differences_of(result, place, clean):
    paths = result.tree.keys() | clean.tree.keys() | place.before.keys()
    return [p for p in paths if result.tree.get(p, 0) not in (clean.tree.get(p, 0), place.before.get(p, 0))]


def lasting_faults(place, name, args, clean):
    """From some call on all fail: files are whole, even where the clean-up fails too, and the next run cleans up."""
    for call, number in (("write", errno.ENOSPC), ("openat", errno.EMFILE), ("renameat", errno.EIO), ("any", errno.EIO)):
        problems = []
        for nth in range(1, clean.counts[call] + 1):
            result = place.run(CHECKED, args, f"{call}:{nth}+:{number}")
            found = sound(result)
            temps = {path for path in result.tree if ".xbg-" in path}
            found += whole({path: at for path, at in result.tree.items() if path not in temps}, place.before, clean.tree)
            if result.status == 0:
                found += went_well(result, clean)
            elif result.status != 2:
                found.append(result)
            if temps and call in ("write", "renameat"):
                found.append(f"temporary files are left: {sorted(temps)}")
            if result.tree != place.before:
                again = place.run(PLAIN, args)
                if again.status != 0 or again.tree != clean.tree:
                    found.append(f"the next run: {again}")
                place.reset()
            problems += [f"{call} {nth}: {problem}" for problem in found]
        check(f"{name}: from each call of {call} on all fail with {errno.errorcode[number]}", problems)


def clean_run(place, args, stdin, program=PLAIN):
    place.reset()
    result = place.run(program, args, None, stdin)
    place.reset(result.tree)
    return result


def main():
    place = make_place()
    cleans = {}
    cases = [case for case in CASES if re.search(PATTERN, case[0])]
    for name, args, stdin, has_findings in cases:
        clean = cleans[name] = clean_run(place, args, stdin, CHECKED)
        check(f"{name}: without faults", sound(clean) + ([] if clean.status in (0, 1) else [clean]))
        each_call_fails(place, name, args, stdin, has_findings, clean, CHECKED)
        arenas_fail(place, name, args, stdin, has_findings, clean, 97 if MOST or name == "verify --cc" else 1)
        short_transfers(place, name, args, stdin, clean)
    for name, args, stdin, has_findings in [case for case in CLANG_CASES if re.search(PATTERN, case[0])]:
        # libclang takes long, and longer under AddressSanitizer, which also sees what it has left when memory runs out.
        clean = clean_run(place, args, stdin)
        check(f"{name}: without faults", [] if clean.status in (0, 1) else [clean])
        each_call_fails(place, name, args, stdin, has_findings, clean, PLAIN, MOST or 8)
        short_transfers(place, name, args, stdin, clean)
    for name, args, _, _ in [] if MOST else cases:
        if name in ("gen c", "gen c and rust", "gen c, into a new folder", "fmt"):
            killed_anywhere(place, name, args, cleans[name])
        if name in ("gen c", "gen c, into a new folder", "fmt", "verify --cc"):
            for number in (signal.SIGTERM, signal.SIGINT):
                ended_anywhere(place, name, args, cleans[name], number)
        if name in ("gen c", "fmt"):
            lasting_faults(place, name, args, cleans[name])
    end()


main()
