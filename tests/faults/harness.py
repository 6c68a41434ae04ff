"""What the suites of faults share: TAP, a folder that is set back before each run, and what has to hold after one."""

import os
import re
import shutil
import subprocess
import sys

failed = 0
count = 0


def check(name, problems):
    """A test: passed if the list of problems is empty."""
    global failed, count
    count += 1
    if problems:
        failed += 1
        print(f"not ok - {name}")
        for problem in problems[:8]:
            for line in str(problem).splitlines()[:12]:
                print(f"#   {line}")
    else:
        print(f"ok - {name}")
    sys.stdout.flush()


def end():
    print(f"1..{count}")
    sys.exit(failed > 0)


def snapshot(root):
    """Every path below a folder: None for a folder, the target of a link, the bytes of a file, what else it is."""
    tree = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            key = os.path.relpath(path, root)
            if os.path.islink(path):
                tree[key] = "-> " + os.readlink(path)
            elif os.path.isdir(path):
                tree[key] = None
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    tree[key] = file.read()
            else:
                tree[key] = "special"
    return tree


def differences(a, b):
    return sorted(key for key in a.keys() | b.keys() if key not in a or key not in b or a[key] != b[key])


class Result:
    def __init__(self, status, out, err, tree, counts):
        self.status = status
        self.out = out
        self.err = err
        self.tree = tree
        self.counts = counts

    def __str__(self):
        return f"status {self.status}, standard output {self.out[-300:]!r}, standard error {self.err[-600:]!r}"


def normal(text):
    """Standard output without the time that a run has taken."""
    return re.sub(rb"[0-9.]+ ms\n", b"# ms\n", text)


ONE_LINE = re.compile(rb"xenbindgen: [^\x00-\x1f\x7f]+\n")


class Place:
    """A folder to run the program in, which can be set back to how it was."""

    def __init__(self, work, name):
        self.root = os.path.join(work, name)
        self.kept = os.path.join(work, name + ".kept")
        self.log = os.path.join(work, name + ".log")
        for folder in (self.root, self.kept):
            shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.join(self.root, "tmp"))

    def keep(self):
        """What is there now is what reset goes back to."""
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.root, self.kept, symlinks=True)
        self.before = snapshot(self.root)

    def reset(self, tree=None):
        if tree is None or tree != self.before:
            shutil.rmtree(self.root)
            shutil.copytree(self.kept, self.root, symlinks=True)

    def environment(self, fault=None, **more):
        variables = dict(os.environ, LC_ALL="C", TMPDIR=os.path.join(self.root, "tmp"), XBG_FAULT_LOG=self.log)
        variables["ASAN_OPTIONS"] = "exitcode=77:detect_leaks=1:allocator_may_return_null=1"
        variables["UBSAN_OPTIONS"] = "exitcode=77:print_stacktrace=1"
        variables.update(more)
        if fault:
            variables["XBG_FAULT"] = fault
        return variables

    def run(self, program, args, fault=None, stdin=None, **more):
        if os.path.exists(self.log):
            os.unlink(self.log)
        with open(os.path.join(self.root, stdin) if stdin else os.devnull, "rb") as source:
            done = subprocess.run(
                [program] + args, cwd=self.root, env=self.environment(fault, **more), stdin=source, capture_output=True,
                timeout=120, check=False)
        counts = {}
        if os.path.exists(self.log):
            with open(self.log, encoding="ascii") as file:
                counts = {name: int(number) for name, number in (line.split() for line in file)}
        return Result(done.returncode, normal(done.stdout), done.stderr, snapshot(self.root), counts)


def sound(result):
    """Problems that no run may have, whatever befalls it."""
    if b"Sanitizer" in result.err or b"runtime error" in result.err or result.status in (77, 99):
        return [f"a sanitizer has something to say: {result}"]
    return []


def whole(tree, before, *after):
    """Each path is as it was before or as it is after, and there is no other."""
    problems = []
    for key in sorted(tree.keys() | before.keys()):
        states = [state[key] if key in state else "absent" for state in (before,) + after]
        now = tree[key] if key in tree else "absent"
        if now not in states:
            problems.append(f"{key} is neither as before nor as after")
    return problems


def half_said(out, clean):
    """Whether standard output is neither nothing, nor all there is to say, nor whole lines of files, which go out in pieces."""
    are_files = clean.startswith(b"/* SPDX-License-Identifier: ")
    return out and out != clean and not (are_files and clean.startswith(out) and out.endswith(b"\n"))


def failed_well(result, before, after, clean, has_findings=False):
    """Problems of a run that could not do its work."""
    problems = sound(result)
    line = result.err
    if has_findings and line.startswith(clean.err):
        line = line[len(clean.err):]
    if result.status != 2:
        problems.append(f"wanted exit status 2: {result}")
    if not ONE_LINE.fullmatch(line):
        problems.append(f"wanted one line on standard error: {result}")
    if half_said(result.out, clean.out):
        problems.append(f"half a text on standard output: {result}")
    if result.counts.get("renameat", 0) == 0 and result.tree != before:
        problems.append(f"not as before: {differences(result.tree, before)}: {result}")
    return problems + whole(result.tree, before, after)


def left_unsaid(result, clean):
    """Problems of a run that could not write to standard error, and so could not say that either."""
    problems = sound(result)
    if result.status not in (2, clean.status) or half_said(result.out, clean.out) or result.err not in (b"", clean.err):
        problems.append(f"wanted {clean}\nbut got {result}")
    return problems + whole(result.tree, clean.tree)


def went_on(result, before, clean):
    """Problems of a run that has done what it could."""
    problems = sound(result)
    if result.status != clean.status:
        problems.append(f"wanted {clean}\nbut got {result}")
    tree = {path: at for path, at in result.tree.items() if not path.startswith("tmp/")}
    return problems + whole(tree, before, clean.tree)


def went_well(result, clean):
    """Problems of a run that got over what befell it."""
    problems = sound(result)
    if (result.status, result.out, result.err) != (clean.status, clean.out, clean.err):
        problems.append(f"wanted {clean}\nbut got {result}")
    if result.tree != clean.tree:
        problems.append(f"other files: {differences(result.tree, clean.tree)}: {result}")
    return problems
