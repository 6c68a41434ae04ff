"""What a real system may do to the program, without anything between them: world.py BUILD WORK."""

import errno
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

from harness import ONE_LINE, Place, check, differences, end, normal, snapshot, whole

BUILD, WORK = sys.argv[1], sys.argv[2]
TOOL = os.path.join(BUILD, "xenbindgen")
FAULTY = os.path.join(BUILD, "faulty")  # to stop at a call
GEN = ["gen", "-i", "specs", "-l", "c", "-o", "c"]
RUST = ["gen", "-i", "specs", "-l", "rust", "-o", "rust"]
OTHER = ["gen", "-i", "other", "-l", "c", "-o", "c"]


def add_struct(path, name):
    with open(path, "ab") as file:
        file.write(f'\n[[structs]]\nname = "{name}"\ndescription = "Further."\n'
                   f'fields = [{{ name = "x", type = "u64", description = "X." }}]\n'.encode())


def make_place():
    """An old state of the outputs, and two specs of which each makes something else."""
    place = Place(WORK, "world")
    os.chdir(place.root)
    shutil.copytree(os.path.join(os.environ["XBG_ROOT"], "tests/cli/specs"), "specs")
    for args in (GEN, RUST):
        subprocess.run([TOOL] + args, check=True, capture_output=True)
    shutil.copytree("specs", "other")
    for folder in ("specs", "other"):
        for name in ("sysctl/readconsole", "domctl/createdomain", "arch-x86/domainconfig"):
            add_struct(f"{folder}/{name}.toml", f"xen_{folder}_{name.split('/')[0].replace('-', '_')}")
    os.mkdir("broken")
    with open("broken/a.toml", "w", encoding="ascii") as file:
        file.write('[[structs]]\nname = "a"\nfields = [{ name = "x", type = "none" }]\n')
    place.keep()
    place.after = place.run(TOOL, GEN).tree
    place.reset()
    place.other = place.run(TOOL, OTHER).tree
    place.reset()
    os.chdir(place.root)
    return place


def limited(**limits):
    """Sets limits of the process that is about to start."""
    def apply():
        for name, value in limits.items():
            number = getattr(resource, "RLIMIT_" + name)
            resource.setrlimit(number, (value, resource.getrlimit(number)[1]))
    return apply


def run(args, program=TOOL, out=subprocess.PIPE, stdin=subprocess.DEVNULL, err=subprocess.PIPE, before=None, **options):
    done = subprocess.run([program] + args, stdout=out, stderr=err, stdin=stdin, preexec_fn=before, timeout=60,
                          check=False, **options)
    return done.returncode, normal(done.stdout or b""), done.stderr or b""


def failed(result, text):
    """Problems of a run that has to fail with one line that holds a text."""
    status, out, err = result
    good = status == 2 and out == b"" and ONE_LINE.fullmatch(err) and text.encode() in err
    return [] if good else [f"wanted status 2 and one line with {text!r}: {result}"]


def same(place, tree=None):
    """Problems if the files are not those of the tree, by default as before; sets the place back."""
    now = snapshot(place.root)
    expected = place.before if tree is None else tree
    found = differences(now, expected)
    os.chdir("/")
    place.reset(now)
    os.chdir(place.root)
    return [f"other files: {found}"] if found else []


def standard_streams(place):
    with open("/dev/full", "wb") as full:
        for args in (["rules"], ["schema"], ["layout"], ["fmt", "specs/sysctl/readconsole.toml", "--diff"], ["--help"],
                     ["check", "broken", "--format", "json"], ["check", "--stats", "specs"],
                     ["gen", "-i", "specs", "-l", "c", "-o", "-"]):
            problems = failed(run(args, out=full), "cannot write standard output: No space left on device")
            check(f"standard output is full: {' '.join(args)}", problems + same(place))
        check("standard output is full: the files are there", failed(run(GEN, out=full), "cannot write standard output")
              + same(place, place.after))
        result = run(["check", "broken"], err=full)
        check("standard error is full", [] if result == (2, b"", b"") else [result])

    for streams in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
        def close(streams=streams):
            for fd in streams:
                os.close(fd)
        status, _, err = run(GEN + ["--depfile", "d"], before=close)
        os.path.exists("d") and os.unlink("d")
        # The summary has nowhere to go.
        wanted = 2 if 1 in streams else 0
        problems = [] if status == wanted else [f"status {status}, {err}"]
        check(f"closed descriptors {streams}: gen", problems + same(place, place.after))
        status, out, err = run(["check", "broken"], before=close)
        check(f"closed descriptors {streams}: check", [] if status == (2 if 2 in streams else 1) else [(status, out, err)])
    check("standard input is closed",
          failed(run(["check", "-"], before=lambda: os.close(0)), "cannot read standard input: Bad file descriptor"))

    for ignored in (False, True):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([TOOL] + GEN, stdout=writer, stderr=subprocess.PIPE, restore_signals=not ignored, check=False)
        os.close(writer)
        wanted = 2 if ignored else -signal.SIGPIPE
        problems = [] if done.returncode == wanted else [done]
        check(f"nobody reads standard output, SIGPIPE {'ignored' if ignored else 'as usual'}",
              problems + same(place, place.after))

    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen([TOOL, "schema"], stdout=writer, stderr=subprocess.PIPE) as child:
        os.close(writer)
        time.sleep(0.2)
        with os.fdopen(reader, "rb") as file:
            text = file.read()
        err = child.stderr.read()
    whole_text = run(["schema"])[1]
    check("standard output does not block, and is slow", [] if text == whole_text and child.returncode == 0 else [err])


def limits(place):
    for size in (0, 1, 4096):
        problems = failed(run(GEN, before=limited(FSIZE=size)), "File too large")
        check(f"files of at most {size} bytes: gen", problems + same(place))
    with open("text", "wb") as file:
        result = run(["schema"], out=file, before=limited(FSIZE=1000))
    check("files of at most 1000 bytes: standard output", failed(result, "cannot write standard output: File too large"))
    os.unlink("text")

    problems = []
    ends = set()
    for number in range(4, 16):
        status, out, err = run(GEN, before=limited(NOFILE=number))
        ends.add(status)
        if status == 2:
            problems += failed((status, out, err), "Too many open files") + same(place)
        elif status == 0:
            problems += same(place, place.after)
        else:
            problems.append((number, status, out, err))
    check("4 to 15 open files", problems + ([] if ends == {0, 2} else [ends]))

    with open("large.toml", "wb") as file:
        file.write(b"# a comment\n" * (4 << 20))
    result = run(["check", "large.toml"], before=limited(AS=48 << 20))
    check("a limit on memory", failed(result, "out of memory"))
    os.unlink("large.toml")
    problems = []
    for size in range(2 << 20, 12 << 20, 256 << 10):
        status, out, err = run(GEN, before=limited(AS=size))
        # Below some limit the program does not even start, and none of this is its doing.
        started = b"shared libraries" not in err and not (status < 0 and err == b"")
        if started and status == 2:
            # "out of memory", or what the system could not do, for "Cannot allocate memory".
            problems += failed((status, out, err), " memory")
        elif started and status != 0:
            problems.append((size, status, out, err))
        problems += same(place, place.after if status == 0 else None)
    check("2 to 12 MiB of memory", problems)


def in_the_way(place):
    def make_socket(path):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(path)

    def link_to(target):
        return lambda path: os.symlink(target, path)

    makers = [("a folder", os.mkdir), ("a pipe", os.mkfifo), ("a socket", make_socket)]
    for what, make in makers:
        for path, args in (("c/sysctl.h", GEN), ("rust/src/lib.rs", RUST)):
            os.unlink(path)
            make(path)
            before = snapshot(".")
            problems = failed(run(args), "cannot write")
            now = snapshot(".")
            check(f"{what} in place of {path}", problems + ([] if now == before else [differences(now, before)]))
            same(place)
    for what, make in makers[1:] + [("a file", lambda path: open(path, "wb").close()), ("a loop", link_to("c")),
                                    ("a link to nowhere", link_to("nowhere")), ("a device", link_to("/dev/null"))]:
        shutil.rmtree("c")
        make("c")
        before = snapshot(".")
        problems = failed(run(GEN), "cannot")
        now = snapshot(".")
        check(f"{what} in place of the output folder", problems + ([] if now == before else [differences(now, before)]))
        same(place)
    for what, make in makers[:1] + makers[2:]:
        make("d")
        problems = failed(run(GEN + ["--depfile", "d"]), "cannot write `d`")
        shutil.rmtree("d") if os.path.isdir("d") else os.unlink("d")
        check(f"{what} in place of the depfile", problems + same(place))

    for target in ("../specs/sysctl/readconsole.toml", "/dev/null", "nowhere", "sysctl.h"):
        os.unlink("c/sysctl.h")
        os.symlink(target, "c/sysctl.h")
        status, _, err = run(GEN)
        check(f"a link to {target} in place of a file is replaced", ([] if status == 0 else [err]) + same(place, place.after))
    os.rename("rust/src", "elsewhere")
    os.symlink("../elsewhere", "rust/src")
    before = snapshot(".")
    problems = failed(run(RUST), "is a symbolic link")
    check("a link in place of a folder below is not followed", problems + ([] if snapshot(".") == before else ["changed"]))
    same(place)
    os.symlink(".", "around")
    status, _, err = run(GEN[:-1] + ["around/around/c"])
    os.unlink("around")
    check("links above the output folder are followed", ([] if status == 0 else [err]) + same(place, place.after))

    for name in ("x" * 300, "x/" * 2100 + "y", "c/" + "x" * 256 + "/y"):
        check(f"a path of {len(name)} characters: output folder", failed(run(GEN[:-1] + [name]), "File name too long")
              + same(place))
        check(f"a path of {len(name)} characters: depfile", failed(run(GEN + ["--depfile", name]), "File name too long")
              + same(place))
        check(f"a path of {len(name)} characters: spec", failed(run(["check", name]), "File name too long"))


def inputs(place):
    os.mkdir("in")
    os.mkdir("in/a")
    os.mkfifo("in/a/x.toml")
    check("a pipe among the specs", failed(run(["check", "in"]), "it is not a regular file"))
    os.unlink("in/a/x.toml")
    os.mkdir("in/a/x.toml")
    shutil.copy("specs/sysctl/readconsole.toml", "in/a/w.toml")
    status, _, err = run(["check", "in"])
    check("a folder among the specs", [] if status == 0 else [err])
    os.symlink("nowhere", "in/a/y.toml")
    check("a link to nowhere among the specs", failed(run(["check", "in"]), "No such file"))
    os.unlink("in/a/y.toml")
    os.symlink("y.toml", "in/a/y.toml")
    check("a loop among the specs", failed(run(["check", "in"]), "symbolic links"))
    os.unlink("in/a/y.toml")
    os.symlink("/dev/zero", "in/a/y.toml")
    check("a device among the specs", failed(run(["check", "in"]), "it is not a regular file"))
    os.unlink("in/a/y.toml")
    with open("in/a/y.toml", "wb") as file:
        file.truncate(300 << 20)
    check("a spec of 300 MiB", failed(run(["check", "in"]), "it is larger than 256 MiB"))
    check("the same as an argument", failed(run(["check", "in/a/y.toml"]), "it is larger than 256 MiB"))
    with open("/dev/zero", "rb") as zero:
        check("standard input without an end", failed(run(["check", "-"], stdin=zero), "it is larger than 256 MiB"))
    folder = os.open("in", os.O_RDONLY)
    check("standard input is a folder", failed(run(["check", "-"], stdin=folder), "it is a folder"))
    os.close(folder)
    for path in ("/dev/null", "/dev/zero", "in/none"):
        check(f"{path} as the spec", failed(run(["check", path]), "cannot read"))
    shutil.rmtree("in")
    same(place)


class Stopped:
    """A run that has been stopped before a call."""

    def __init__(self, place, args, call):
        environment = place.environment(f"{call}:before-{signal.SIGSTOP}")
        self.child = subprocess.Popen([FAULTY] + args, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        _, status = os.waitpid(self.child.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            sys.exit(f"{args} has ended, with {status}, before {call}")

    def go_on(self):
        os.kill(self.child.pid, signal.SIGCONT)
        out, err = self.child.communicate(timeout=60)
        return self.child.returncode, normal(out), err

    def kill(self):
        os.kill(self.child.pid, signal.SIGKILL)
        self.child.communicate()


def vanishing(place):
    """Things that change while a run is stopped at some call."""
    calls = place.run(FAULTY, GEN).counts
    place.reset()
    os.chdir(place.root)
    problems = []
    for nth in range(1, calls["openat"] + 1, 3):
        stopped = Stopped(place, GEN, f"openat:{nth}")
        shutil.rmtree("c")
        result = stopped.go_on()
        left = snapshot("c") if os.path.exists("c") else {}
        if result[0] == 2:
            problems += failed(result, "cannot")
            problems += [f"openat {nth}: {left}"] if any(left.values()) else []
        elif result[0] != 0 or any(".xbg-" in path for path in left):
            problems.append((nth, result))
        same(place)
    check("the output folder vanishes in the midst of a run", problems)

    def vanish(path):
        os.unlink(path)

    def shrink(path):
        os.truncate(path, 100)

    def grow(path):
        with open(path, "ab") as file:
            file.write(b"# more\n" * 5000)

    def become_pipe(path):
        os.unlink(path)
        os.mkfifo(path)

    def become_folder(path):
        os.unlink(path)
        os.mkdir(path)

    for change in (vanish, shrink, grow, become_pipe, become_folder):
        problems = []
        for call, step in (("openat", 2), ("read", 2), ("fstat", 1)):
            for nth in range(1, calls[call] + 1, step):
                stopped = Stopped(place, GEN, f"{call}:{nth}")
                change("specs/sysctl/readconsole.toml")
                status, out, err = stopped.go_on()
                tree = {path: at for path, at in snapshot(".").items() if not path.startswith("specs")}
                if status == 2 and not ONE_LINE.fullmatch(err):
                    problems.append((call, nth, status, out, err))
                if status not in (0, 1, 2) or (status and whole(tree, {p: a for p, a in place.before.items()
                                                                       if not p.startswith("specs")})):
                    problems.append((call, nth, status, out, err))
                same(place)
        check(f"a spec changes while it is read: {change.__name__}", problems)


def at_once(place):
    """Runs into one folder at the same time."""
    renames = place.run(FAULTY, GEN).counts["renameat"]
    place.reset()
    os.chdir(place.root)
    for second, tree in ((GEN, place.after), (OTHER, place.other)):
        problems = []
        for nth in range(1, renames + 1):
            stopped = Stopped(place, GEN, f"renameat:{nth}")
            waiting = [name for name in os.listdir("c") if ".xbg-" in name]
            result = run(second + ["--prune"])
            if result[0] != 0:
                problems.append(result)
            # What the first run still needs is there.
            if sorted(name for name in os.listdir("c") if ".xbg-" in name) != sorted(waiting) or not waiting:
                problems.append(f"rename {nth}: {waiting} before, {os.listdir('c')} after")
            result = stopped.go_on()
            if result[0] != 0:
                problems.append(result)
            now = snapshot(".")
            problems += whole(now, place.before, place.after, tree) if second is OTHER else same(place, place.after)
            same(place)
        check(f"a run while another is stopped at each of {renames} renames, of {second[2]}", problems)

    problems = []
    for nth in range(1, renames + 1):
        stopped = Stopped(place, GEN, f"renameat:{nth}")
        stopped.kill()
        problems += [] if any(".xbg-" in name for name in os.listdir("c")) else ["the killed run has left nothing"]
        result = run(GEN)
        problems += ([] if result[0] == 0 else [result]) + same(place, place.after)
    check("what a killed run has left goes with the next one", problems)

    for number in (2, 8):
        for commands in ([GEN], [GEN, OTHER]):
            problems = []
            for _ in range(6):
                children = [subprocess.Popen([TOOL] + commands[i % len(commands)], stdout=subprocess.PIPE,
                                             stderr=subprocess.PIPE) for i in range(number)]
                for child in children:
                    _, err = child.communicate(timeout=60)
                    problems += [] if child.returncode == 0 else [(child.returncode, err)]
                now = snapshot(".")
                problems += whole(now, place.after, place.other)
                if len(commands) == 1:
                    problems += differences(now, place.after)
                same(place)
            check(f"{number} runs at once, {len(commands)} spec{'s' if len(commands) > 1 else ''}", problems)


# Run in a user name space of its own, where anybody may mount.
FULL = r"""
set -e
work=$1 tool=$2
mkdir -p "$work/mnt"
size=$3 inodes=$4 options=$5
mount -t tmpfs -o "size=${size}k,nr_inodes=$inodes" tmpfs "$work/mnt"
cp -r "$work/world/c" "$work/mnt/c"
[ -z "$options" ] || mount -o "bind,remount,$options" "$work/mnt"
cd "$work/world"
status=0
"$tool" gen -i specs -l c -o "$work/mnt/c" >"$work/full.out" 2>"$work/full.err" || status=$?
rm -rf "$work/full"
cp -r "$work/mnt/c" "$work/full"
echo "$status"
"""


def full(place):
    """A file system that is full, or may not be written: a small tmpfs, or where none can be mounted, its errors."""
    def mounted(size, inodes, options):
        command = ["unshare", "-rm"] if os.getuid() != 0 else ["unshare", "-m"]
        done = subprocess.run(command + ["sh", "-c", FULL, "sh", WORK, TOOL, str(size), str(inodes), options],
                              capture_output=True, check=False)
        if done.returncode != 0:
            return None
        with open(os.path.join(WORK, "full.out"), "rb") as out, open(os.path.join(WORK, "full.err"), "rb") as err:
            result = int(done.stdout), normal(out.read()), err.read()
        return result, snapshot(os.path.join(WORK, "full"))

    def pretended(number, nth):
        result = place.run(FAULTY, GEN, f"write:{nth}:{number}" if number == errno.ENOSPC else f"openat:{nth}+:{number}")
        tree = {path[2:]: at for path, at in result.tree.items() if path.startswith("c/")}
        place.reset(result.tree)
        os.chdir(place.root)
        return (result.status, result.out, result.err), tree

    before = snapshot("c")
    after = {path[2:]: at for path, at in place.after.items() if path.startswith("c/")}
    can_mount = mounted(1024, 1000, "") is not None
    least = sum((len(at) + 4095) // 4096 * 4 for at in before.values())
    ends = set()
    problems = []
    for step in range(10):
        # A page more each time, from no room at all on; and one inode more.
        for size, inodes in ((least + 4 * step, 1000), (1024, len(before) + 2 + step)):
            result, tree = mounted(size, inodes, "") if can_mount else pretended(errno.ENOSPC, step % 6 + 1)
            ends.add(result[0])
            if result[0] == 2:
                problems += failed(result, "No space left on device") + differences(tree, before)
            else:
                problems += ([] if result[0] == 0 else [result]) + differences(tree, after)
    check(f"a full file system, {'mounted' if can_mount else 'pretended'}", problems + ([] if 2 in ends else [ends]))
    result, tree = (mounted(1024, 1000, "ro") if can_mount else None) or pretended(errno.EROFS, 60)
    check("a file system that may not be written", failed(result, "Read-only file system") + differences(tree, before))
    os.chmod("c", 0o555)
    result = run(GEN)
    os.chmod("c", 0o755)
    # Nothing is forbidden to root.
    if os.getuid() == 0:
        check("a folder that may not be written, and root", [] if result[0] == 0 else [result])
    else:
        check("a folder that may not be written", failed(result, "Permission denied") + same(place))
    same(place)


def children_ignored(place):
    """Whoever starts the program may not want to hear of children, nor may its children then."""
    shutil.copytree(os.path.join(os.environ["XBG_ROOT"], "tests/verify/small"), "small")
    args = ["verify", "-i", "small/specs", "--headers", "small/headers", "--cc", "gcc"]
    usual = run(args)
    ignored = run(args, before=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    check("SIGCHLD is ignored", [] if ignored == usual and usual[0] in (0, 1) else [usual, ignored])
    check("no file of a compiler is left", os.listdir("tmp"))
    same(place)


def main():
    place = make_place()
    os.environ["TMPDIR"] = os.path.join(place.root, "tmp")
    for part in (standard_streams, limits, in_the_way, inputs, vanishing, at_once, full, children_ignored):
        part(place)
    end()


main()
