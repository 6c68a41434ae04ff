#!/usr/bin/env python3
"""Hostile text on the command line and in names of files and folders: nothing of it reaches a terminal, a finding, a depfile
or an output raw.

usage: paths.py XENBINDGEN FOLDER

FOLDER is empty, and is the tests' own.
"""
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import unicodedata
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))
from harness import check, end, snapshot  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
SPEC = b'[[structs]]\nname = "s"\nfields = [{ name = "a", type = "u64" }]\n'
# Its one finding is of a type that is not there.
WRONG = b'[[structs]]\nname = "s"\nfields = [{ name = "a", type = "nothing" }]\n'
PLAIN = b"plain"
HOSTILE = [
    b"a\x1b[31mb", b"a\x1b]0;b\x07", b"a\nb", b"a\n::error file=b::planted", b"::error::planted", b"::stop-commands::x", b"a\rb", b"a\tb",
    b"a\x7fb", b"a\xffb", b"\xc3", b"\xc2\x9b31m", "a\u202eb".encode(), "\u2066".encode(), "a\u200bb".encode(), "a\u2028b".encode(),
    "\ufeffa".encode(), "\U000e0041".encode(), "\u00e4".encode(), b"$(touch planted)", b"`touch planted`", b"${a}", b"$a", b"$$",
    b"a; touch planted", b"a&touch planted", b"a|b", b"a>planted", b"<planted", b"a b", b" a", b"a ", b"a  b", b"#a", b"a#b", b"a #b",
    b"100%", b"%", b"a%b", b"%s%n", b"%0A::error", b"a:b", b"a: b", b":", b"a=b", b"=", b"a\\b", b"a\\", b"a\\ b", b"a\\#b", b"a'b", b'a"b',
    b"*", b"?", b"[a]", b"{a,b}", b"~", b"(a)", b"-x", b"--help=a", b"!a", b"@a", b"+a", b"a,b", b"a*\xe2\x80\xae", b"a.toml",
]


def shown(name):
    return ascii(name.decode("utf-8", "surrogateescape"))


def run(*words, stdin=None, cwd=None):
    return subprocess.run([PROGRAM, *words], input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True,
                          cwd=cwd, timeout=60)


def not_tame(text, lines=True):
    """What of a text should not be there: bytes that are no UTF-8, what steers a terminal, hides in it or turns it around."""
    try:
        text = text.decode()
    except UnicodeDecodeError as error:
        return [f"not UTF-8: {error}"]
    bad = {c for c in text if unicodedata.category(c) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(c) in ("RLE", "LRE", "RLO",
           "LRO", "PDF", "RLI", "LRI", "FSI", "PDI", "BN") and c != "\u00ad"}
    return [f"{ascii(c)} in {ascii(text[:300])}" for c in sorted(bad - ({"\n"} if lines else set()))]


def plant(path, data):
    path = os.fsencode(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def fresh():
    for name in os.listdir("."):
        shutil.rmtree(name) if os.path.isdir(name) and not os.path.islink(name) else os.unlink(name)


def refused(result):
    """One line on standard error, and no more."""
    problems = not_tame(result.out if hasattr(result, "out") else result.stdout) + not_tame(result.stderr)
    if result.returncode != 2 or result.stdout or not result.stderr.startswith(b"xenbindgen: ") or result.stderr.count(b"\n") != 1:
        problems.append(f"status {result.returncode}, {result.stdout[:200]}, {result.stderr[:300]}")
    return problems


def arguments():
    """What nobody expects where a word should be."""
    for name in HOSTILE:
        fresh()
        plant("spec/n/a.toml", SPEC)
        before = snapshot(".")
        problems = []
        for words in (
            [name], [b"help", name], [b"check", b"--" + name], [b"check", b"--format", name], [b"check", b"--color=" + name],
            [b"check", b"--xen", name, b"spec"], [b"check", b"no/" + name], [b"check", b"spec", b"no/" + name], [b"fmt", b"no/" + name],
            [b"gen", b"--lang", name, b"--indir", b"spec", b"--outdir", b"o"], [b"gen", b"-l", b"c", b"-i", b"no/" + name, b"-o", b"o"],
            [b"gen", b"-l", b"c", b"-i", b"spec", b"-o", b"spec/n/a.toml/" + name],
            [b"gen", b"-l", b"c", b"-i", b"spec", b"-o", b"o", b"--only", name],
            [b"gen", b"-l", b"c", b"-i", b"spec", b"-o", b"o", b"--depfile", b"no/" + name],
            [b"layout", b"-i", b"spec", b"--abi", name], [b"layout", b"-i", b"spec", b"--context", name], [b"layout", b"-i", b"spec", name],
            [b"layout", b"-i", b"spec", b"--interface-version", name], [b"explain", name], [b"completions", name], [b"version", name],
            [b"verify", b"-i", b"spec", b"--headers", b"no/" + name], [b"verify", b"-i", b"spec", b"--headers", b".", b"--cc", b"no/" + name],
            [b"import", b"--headers", b"no/" + name, b"-o", b"o"],
        ):
            problems += [f"{words}: {problem}" for problem in refused(run(*words))]
        if snapshot(".") != before:
            problems.append("files were made")
        check(f"as an argument: {shown(name)}", problems)


def path_of(uri):
    return urllib.parse.unquote_to_bytes(uri)


def findings_of(path, count):
    """A finding for a path, in all formats; `path` as the user names it."""
    problems = []
    for way in ("text", "json", "sarif", "github"):
        result = run(b"check", b"--format", way.encode(), b"spec")
        problems += [f"{way}: {problem}" for problem in not_tame(result.stdout) + not_tame(result.stderr)]
        if result.returncode != 1:
            problems.append(f"{way}: status {result.returncode}: {result.stderr}")
        lines = (result.stderr if way == "text" else result.stdout).decode("utf-8", "replace").splitlines()
        if way == "text":
            heads = [line for line in lines if re.search(r": (error|note): ", line)]
            problems += [f"text: {line}" for line in lines if line.startswith("::") and not line.startswith(path.decode("utf-8", "replace"))]
            if len(heads) < count or any(not re.search(r":\d+:\d+: (error|note): ", line) for line in heads):
                problems.append(f"text: {result.stderr}")
        elif way == "github":
            if len(lines) != count or any(not re.fullmatch(r"::error file=[^,:]*,line=\d+,[^:]*::.+", line) for line in lines):
                problems.append(f"github: {result.stdout}")
            fields = [re.match(r"::error file=([^,:]*)", line) for line in lines]
            problems += [f"github: {field[1]}" for field in fields if field and is_text(path) and is_plain(path)
                         and path_of(field[1]) != path]
        else:
            places = json.loads(result.stdout.decode("utf-8", "replace"))
            found = places["findings"] if way == "json" else places["runs"][0]["results"]
            if len(found) != count:
                problems.append(f"{way}: {len(found)} findings")
            for one in found:
                if way == "json":
                    told = one["file"].encode()
                else:
                    told = path_of(one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
                if (is_text(path) or way == "sarif") and told != path:
                    problems.append(f"{way}: {told}")
    return problems


def is_text(path):
    try:
        return path.decode().encode() == path
    except UnicodeDecodeError:
        return False


def is_plain(path):
    return not not_tame(path, lines=False)


def names_in_specs():
    for name in HOSTILE:
        fresh()
        path = b"spec/n/" + name + b".toml"
        plant(path, WRONG)
        check(f"a finding in a file named {shown(name)}", findings_of(path, 1))
        fresh()
        path = b"spec/" + name + b"/a.toml"
        plant(path, WRONG)
        # Few of these can name a header: that is a finding as well.
        count = run(b"check", b"--format", b"json", b"spec").stdout.count(b'"rule"')
        check(f"a finding in a folder named {shown(name)}", findings_of(path, max(count, 1)))


def reread(depfile, order):
    """What make has to make, and of what, as it reads it in a depfile."""
    plant("./Makefile", b"include " + depfile + b"\n%:\n\t$(info $@ < " + order + b")@:\n")
    result = subprocess.run(["make", "-rR", "-f", "Makefile"], capture_output=True, timeout=60)
    return result.stdout.splitlines()[:1], result


def depfile_is_read(name, folder, out_folder):
    """With the input newer, make sees the first output and all of its inputs by their names, or there is no depfile."""
    result = run(b"gen", b"-l", b"c", b"-i", folder, b"-o", out_folder, b"--depfile", b"dep.d")
    if result.returncode == 2:
        problems = refused(result)
        return problems + ([] if b"no depfile can name" in result.stderr else [result.stderr]) + (["it is there"] if os.path.exists("dep.d") else [])
    if result.returncode:
        return [result.stderr]
    outputs = [path for path in snapshot(out_folder) if not os.path.isdir(os.path.join(out_folder, path))]
    inputs = b" ".join(sorted(os.path.join(folder, b"n", one) for one in os.listdir(os.path.join(folder, b"n"))))
    for path in outputs:
        os.utime(os.path.join(out_folder, path), (1e9, 1e9))
    told, made = reread(b"dep.d", b"$^")
    wanted = [os.path.join(out_folder, path) + b" < " + inputs for path in outputs]
    return [] if told and told[0] in wanted else [f"{name}: make reads {told}, not {wanted}: {made.stderr[:300]}", open("dep.d", "rb").read()]


def paths_of_gen():
    fresh()
    plant("plain/n/a.toml", SPEC)
    wanted = {}
    for lang in (b"c", b"rust"):
        run(b"gen", b"-l", lang, b"-i", b"plain", b"-o", b"o", cwd=".")
        wanted[lang] = snapshot("o")
        shutil.rmtree("o")
    for name in HOSTILE:
        problems = []
        for lang in (b"c", b"rust"):
            fresh()
            plant(b"./" + name + b"/n/a.toml", SPEC)
            folder = b"./" + name
            result = run(b"gen", b"-l", lang, b"-i", folder, b"-o", b"o")
            if result.returncode or snapshot("o") != wanted[lang]:
                problems.append(f"--indir: other outputs: {result.stderr}")
            problems += not_tame(result.stdout)
            result = run(b"gen", b"-l", lang, b"-i", folder, b"-o", b"./out/" + name)
            if result.returncode or snapshot(b"./out/" + name) != {os.fsencode(key): value for key, value in wanted[lang].items()}:
                problems.append(f"--outdir: other outputs: {result.stderr}")
            problems += not_tame(result.stdout)
            if result.stdout.count(b"\n") != 1:
                problems.append(result.stdout)
            result = run(b"gen", b"-l", lang, b"-i", folder, b"-o", b"./out/" + name, b"--check")
            problems += refused_or_same(result, 0)
            plant(b"./out/" + name + (b"/n.h" if lang == b"c" else b"/src/n.rs"), b"\x1b[31m other \xff\n::error::\n")
            result = run(b"gen", b"-l", lang, b"-i", folder, b"-o", b"./out/" + name, b"--check")
            problems += not_tame(result.stderr)
            if result.returncode != 1 or result.stderr.count(b"\n") != 1:
                problems.append(f"--check: {result}")
            if sorted(os.listdir(b".")) != sorted({name, b"o", b"out"}) or os.listdir(b"out") != [name]:
                problems.append(f"there are {os.listdir(b'.')} and {os.listdir(b'out')}")
        check(f"gen with --indir and --outdir {shown(name)}", problems)

        fresh()
        plant("plain/n/a.toml", SPEC)
        result = run(b"gen", b"-l", b"c", b"-i", b"plain", b"-o", b"o", b"--depfile", b"./" + name)
        problems = [result.stderr] if result.returncode else []
        shutil.rmtree("o")
        run(b"gen", b"-l", b"c", b"-i", b"plain", b"-o", b"o", b"--depfile", b"dep")
        with open(b"./" + name, "rb") as one, open("dep", "rb") as other:
            problems += [] if one.read() == other.read() else ["another rule"]
        if sorted(os.listdir(b".")) != sorted({name, b"o", b"dep", b"plain"}):
            problems.append(str(os.listdir(b".")))
        check(f"a depfile named {shown(name)}", problems)

        problems = []
        for folder, file, out_folder in ((name, b"a", b"o"), (PLAIN, name, b"o"), (PLAIN, b"a", name)):
            fresh()
            plant(b"./" + folder + b"/n/" + file + b".toml", SPEC)
            # Not the first of the inputs either.
            plant(b"./" + folder + b"/n/" + b"0.toml", b'[[structs]]\nname = "t"\nfields = [{ name = "a", type = "u64" }]\n')
            if not folder.startswith(b"-") and not out_folder.startswith(b"-"):
                problems += depfile_is_read(name, folder, out_folder)
        check(f"make reads in a depfile of {shown(name)}", problems)


def refused_or_same(result, status):
    return not_tame(result.stdout) + not_tame(result.stderr) + ([] if result.returncode == status else [str(result)])


def on_terminal(*words):
    """What a terminal gets on standard output, and the exit status."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=follower, stderr=subprocess.PIPE)
    os.close(follower)
    text = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        text += piece
    process.stderr.read()
    process.stderr.close()
    os.close(leader)
    return text.replace(b"\r\n", b"\n"), process.wait()


def terminals():
    hostile = b"/* " + b" ".join(HOSTILE) + b" */\r\n"
    fresh()
    plant("spec/n/a.toml", SPEC)
    run(b"gen", b"-l", b"c", b"-i", b"spec", b"-o", b"o")
    wanted = snapshot("o")
    plant("o/n.h", hostile + wanted["n.h"])
    words = (b"gen", b"-l", b"c", b"-i", b"spec", b"-o", b"o", b"--check")
    text, status = on_terminal(*words)
    problems = not_tame(text.replace(b"\t", b" "))
    if status != 1 or b"-a\\x1b[31mb" not in text.replace(b"-/* ", b"-") or b"\\u202e" not in text:
        problems.append(f"status {status}: {text[:500]}")
    check("a terminal gets a difference with what is hostile made visible", problems)
    result = run(*words)
    problems = [] if result.returncode == 1 and hostile.splitlines()[0] in result.stdout else [result.stdout[:500]]
    done = subprocess.run(["patch", "--binary", "-s", "-p1", "-d", "o"], input=result.stdout, capture_output=True)
    problems += [] if done.returncode == 0 and snapshot("o") == wanted else [done.stdout + done.stderr]
    check("patch gets it as it is, and makes of the file what gen would", problems)

    fresh()
    plant("spec/n/a.toml", SPEC)
    run(b"fmt", b"spec")
    with open("spec/n/a.toml", "rb") as file:
        wanted = file.read()
    plant("spec/n/a.toml", SPEC.replace(b"\n", b"\r\n"))
    text, status = on_terminal(b"fmt", b"--diff", b"spec")
    check("fmt --diff on a terminal", not_tame(text) + ([] if status == 1 and b"\\x0d\n" in text else [text]))
    result = run(b"fmt", b"--diff", b"spec")
    done = subprocess.run(["patch", "--binary", "-s", "-p1", "-d", "spec"], input=result.stdout, capture_output=True)
    with open("spec/n/a.toml", "rb") as file:
        check("fmt --diff for patch", [] if file.read() == wanted else [result.stdout, done.stdout + done.stderr])
    for name in HOSTILE:
        fresh()
        plant(b"./" + name + b"/n/a.toml", SPEC)
        problems = []
        for words in ((b"fmt", b"--check", b"./" + name), (b"fmt", b"--diff", b"./" + name)):
            result = run(*words)
            text, status = on_terminal(*words)
            problems += refused_or_same(result, 1) + not_tame(text) + ([] if status == 1 and text == result.stdout else [text])
        problems += [] if run(b"fmt", b"--check", b"./" + name).stdout.count(b"\n") == 1 else ["more than a line"]
        check(f"fmt of a folder named {shown(name)}", problems)


def links():
    """Nothing is written, removed or read through a link that leads out of the output folder."""
    fresh()
    plant("spec/n/a.toml", SPEC)
    for lang, inner in ((b"c", None), (b"rust", "src")):
        run(b"gen", b"-l", lang, b"-i", b"spec", b"-o", b"o")
        wanted = snapshot("o")
        for option in ((), (b"--prune",), (b"--check",)):
            for link in (["n.h", "gone.h"] if inner is None else ["src", "src/n.rs"]):
                shutil.rmtree("outside", ignore_errors=True)
                os.rename("o", "outside") if link == "src" else shutil.copytree("o", "outside")
                if link == "src":
                    os.makedirs("o")
                    os.symlink("../outside/src", "o/src")
                else:
                    source = "n.h" if link == "gone.h" else link
                    if os.path.lexists(f"o/{link}"):
                        os.unlink(f"o/{link}")
                    os.symlink(("../" if "/" not in link else "../../") + "outside/" + source, f"o/{link}")
                target = f"outside/{'src/n.rs' if inner else 'n.h'}"
                with open(target, "ab") as file:
                    file.write(b"/* more */\n")
                before = snapshot("outside")
                result = run(b"gen", b"-l", lang, b"-i", b"spec", b"-o", b"o", *option)
                problems = [] if snapshot("outside") == before else ["the outside is another"]
                problems += not_tame(result.stderr)
                if result.returncode not in (0, 1, 2) or (result.returncode and not result.stderr):
                    problems.append(str(result))
                if result.returncode == 0 and link in wanted and not option and snapshot("o") != wanted:
                    problems.append("the output folder is not as it should be")
                check(f"{lang.decode()}{' ' if option else ''}{b''.join(option).decode()}: a link {link} that leads out", problems)
                shutil.rmtree("o")
                run(b"gen", b"-l", lang, b"-i", b"spec", b"-o", b"o")
        shutil.rmtree("o")
    for name in ("..", "../escaped", "n/../../escaped", "./n", "n/./m", "/escaped"):
        fresh()
        plant("in/spec/n/a.toml", SPEC + f'[[includes]]\nfrom = "{name}"\nimports = ["s"]\n'.encode())
        before = snapshot(".")
        result = run(b"gen", b"-l", b"c", b"-i", b"in/spec", b"-o", b"in/o")
        check(f"a folder called {name} in a spec", ([] if result.returncode == 1 and snapshot(".") == before else [str(result)]) + not_tame(result.stderr))


def main():
    os.makedirs(sys.argv[2], exist_ok=True)
    os.chdir(sys.argv[2])
    for part in (arguments, names_in_specs, paths_of_gen, terminals, links):
        part()
    end()


main()
