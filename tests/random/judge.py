"""Judges a tree of random specs: what each verb says, and what compilers make of the outputs."""

import os
import re
import shutil
import subprocess

import elf
import layout_text
import probe_c
import probe_rust
import specs as make_specs
from ways import ABIS, CONTEXTS, NEWEST, RELEASES, Way

CLANG = ["clang", "-w", "-ffreestanding", "-nostdlibinc", "-std=gnu99"]
GCC = {
    "x86_64": ["gcc", "-m64"],
    "x86_32": ["i686-linux-gnu-gcc"],
    "arm64": ["aarch64-linux-gnu-gcc"],
    "arm32": ["arm-linux-gnueabihf-gcc"],
    "riscv64": ["riscv64-linux-gnu-gcc"],
    # The compiler that Debian has is for big-endian by default; Xen is not.
    "ppc64": ["powerpc64-linux-gnu-gcc", "-mlittle-endian", "-mabi=elfv2"],
}
STRICT = [
    ["gcc", "-ansi"], ["g++", "-std=gnu++98", "-x", "c++"], ["clang", "-std=c99"], ["clang", "-ansi"],
    ["clang++", "-std=gnu++98", "-x", "c++"], ["gcc", "-std=gnu2x"],
]
# What compilers think of the meaning of an expression is the spec's affair.
LENIENT = ["-Wno-" + name for name in ["unknown-warning-option", "bool-compare", "bool-operation", "int-in-bool-context", "sign-compare",
                                       "parentheses", "tautological-compare", "constant-conversion", "div-by-zero", "type-limits"]]
FEW = 4  # specs of a tree that what takes longest is done with

# What decides about interface versions in Xen's own headers.
COMPAT = """
#define __XEN_LATEST_INTERFACE_VERSION__ 0xffffffff
#if defined(__XEN__) || defined(__XEN_TOOLS__)
#define __XEN_INTERFACE_VERSION__ __XEN_LATEST_INTERFACE_VERSION__
#elif !defined(__XEN_INTERFACE_VERSION__)
#define __XEN_INTERFACE_VERSION__ 0
#endif
"""


class Failed(Exception):
    """A spec, or a tree, that does not do what it should."""


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", timeout=600, **more)


def expect(what, command, status=0, silent=False, **more):
    done = run(command, **more)
    if done.returncode != status or (silent and (done.stdout or done.stderr)):
        text = (done.stderr + done.stdout)[:4000]
        raise Failed(f"{what}: status {done.returncode} of {' '.join(command)}\n{text}")
    return done.stdout


def tree_bytes(folder):
    out = {}
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            with open(full, "rb") as file:
                out[os.path.relpath(full, folder)] = file.read()
    return out


def conditions_of(tree, out):
    """Gathers what the conditions of a tree ask for, by key; those of older releases are decided before."""
    if isinstance(tree, dict) and "until" in tree:
        return
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        if key in out and isinstance(value, str):
            out[key].append(value)
        elif isinstance(value, (dict, list)):
            conditions_of(value, out)


class Judge:
    """`work`: a folder of its own. `rust`: a probe_rust.Rust, or None to leave Rust out."""

    def __init__(self, xenbindgen, work, rust):
        self.xenbindgen, self.work, self.rust = xenbindgen, work, rust

    def at(self, name):
        return os.path.join(self.work, name)

    def tool(self, what, *words, **more):
        return expect(what, [self.xenbindgen, *words], **more)

    def fresh(self, *names):
        for name in names:
            shutil.rmtree(self.at(name), ignore_errors=True)

    def generate(self, tree, outputs, *more):
        for lang in ("c", "rust"):
            self.tool(f"gen {lang}", "gen", "--lang", lang, "--indir", tree, "--outdir", f"{outputs}-{lang}", *more)

    def verbs(self, files):
        """check and fmt; and the same outputs from what fmt has written."""
        self.fresh("tree", "formatted", "out-c", "out-rust", "again-c", "again-rust")
        make_specs.write(files, self.at("tree"))
        self.tool("check", "check", self.at("tree"), silent=True)
        self.generate(self.at("tree"), self.at("out"))
        make_specs.write(files, self.at("formatted"))
        self.tool("fmt", "fmt", self.at("formatted"))
        self.tool("fmt is idempotent", "fmt", "--check", self.at("formatted"))
        self.generate(self.at("formatted"), self.at("again"))
        for lang in ("c", "rust"):
            one, other = tree_bytes(self.at(f"out-{lang}")), tree_bytes(self.at(f"again-{lang}"))
            if one != other:
                names = [name for name in {*one, *other} if one.get(name) != other.get(name)]
                raise Failed(f"fmt changes what is generated: {lang} {names}")

    def headers(self, abi, layout, folder="out-c"):
        """The headers, or those of assertions, that an ABI can include."""
        out = []
        for path, _, names in os.walk(self.at(folder)):
            for name in names:
                full = os.path.relpath(os.path.join(path, name), self.at(folder))
                other = full.startswith("arch-") and not full.startswith(f"arch-{abi.arch}")
                if name.endswith("-layout.h") == layout and not other:
                    out.append(full)
        return sorted(out)

    def strict(self, shared, rng, compilers):
        """Every header compiles without a warning, in C and C++ of all ages, in a random way."""
        for compiler, *more in compilers:
            abi = ABIS[0] if compiler == "g++" else rng.choice(ABIS)
            command = GCC[abi.name] if compiler == "gcc" else [compiler]
            if compiler.startswith("clang"):
                command = [compiler, f"--target={abi.triple}", "-nostdlibinc"]
            with open(self.at("strict.c"), "w") as out:
                out.writelines(f'#include "{header}"\n' for header in self.headers(abi, True) + self.headers(abi, False))
            expect(f"{compiler} {more[0]} takes the headers on {abi.name}",
                   [*command, *more, "-ffreestanding", *self.defines(Way(abi, rng.choice(CONTEXTS), NEWEST, False), shared), "-Wall", "-Wextra", "-Werror",
                    *LENIENT, "-fsyntax-only", "-I", self.at("out-c"), self.at("strict.c")])

    def defines(self, way, shared):
        return probe_c.options(way, True) + ([f"-D{macro}" for macro in shared.macros] if way.macros else [])

    def probe(self, specs, shared, way, compiler, folder="out-c"):
        """What one compiler says in one way."""
        asked = [probe_c.probes(spec, way) for spec in specs]
        # The assertions come too: they are what the layout stage says.
        headers = self.headers(way.abi, False, folder) + self.headers(way.abi, True, folder)
        with open(self.at("probe.c"), "w") as out:
            out.write(probe_c.source(headers, asked))
        obj = self.at("probe.o")
        expect(f"{compiler[0]} on {way.abi.name}", [*compiler, *self.defines(way, shared), "-I", self.at(folder), "-c", "-o", obj,
                                                    self.at("probe.c")])
        wrong = []
        probe_c.compare(elf.Object(obj), asked, lambda number, text: wrong.append(f"{specs[number].prefix}: {text}"))
        if wrong:
            raise Failed(f"{compiler[0]} on {way.abi.name}, {way.context} {way.interface:#x} {way.macros} {way.release}: " + "\n".join(wrong[:20]))
        return sum(len(numbers) + len(bits) for numbers, bits in asked)

    def layout(self, specs, shared):
        text = self.tool("layout", "layout", "--indir", self.at("tree"))
        shown = layout_text.read(text, [abi.name for abi in ABIS])
        wrong, asked = [], {"interface": []}
        for spec in specs:
            for folder in spec.folders:
                conditions_of([tree for _, tree in folder.items], asked)
        # What no condition of the tree asks for makes no sample of its own.
        newest = max([int(word, 16) for text in asked["interface"] for word in text.split() if word[0] == "0"], default=0)
        ways = [way for way in shared.ways if (" the macros of conditions" in text or not way.macros) and (way.interface == NEWEST or way.interface < newest)]
        # Where nothing asks who includes the header, all are as tools are.
        said = {context for context in CONTEXTS if re.search(rf"^  (.*; )?{context}\b", text, re.MULTILINE)}
        ways = [way for way in ways if way.context in said | {"tools"}]
        for spec in specs:
            layout_text.compare_spec(shown, spec, ways, wrong.append)
        if wrong:
            raise Failed("\n".join(wrong[:10]))

    def verify(self, abis):
        """What is in "few" against its own headers, on some ABIs and in every context."""
        shims = {"xen.h": '#include "xen-support.h"\n', "xen-compat.h": COMPAT}
        for name, text in shims.items():
            with open(os.path.join(self.at("few-c"), name), "w") as out:
                out.write(text)
        self.tool("verify", "verify", "--headers", self.at("few-c"), "--indir", self.at("few"), "--abi", ",".join(abis))

    def few(self, specs, parts, rng, whole):
        """What takes long, for a few specs in a tree of their own: verify and rustc."""
        chosen = range(len(specs)) if whole else sorted(rng.sample(range(len(specs)), min(FEW, len(specs))))
        self.fresh("few", "few-c", "few-rust")
        for i in chosen:
            make_specs.write(parts[i], self.at("few"))
        self.generate(self.at("few"), self.at("few"))
        self.verify([abi.name for abi in ABIS] if whole else [rng.choice(ABIS).name])
        ways = [Way(abi, "tools", NEWEST, False) for abi in (ABIS if whole else [rng.choice(ABIS)])]
        if not self.rust:
            return 0
        count = self.rust.judge([specs[i] for i in chosen], ways, self.at("few-rust"), True, self.fail)
        if whole or rng.random() < 0.04:
            self.rust.clippy(self.at("few-rust"), self.fail)
        return count

    def older(self, specs, shared, release, abis):
        """The headers of an older release."""
        self.fresh("old-c", "old-rust")
        self.generate(self.at("tree"), self.at("old"), "--xen", release)
        ways = [Way(abi, "tools", NEWEST, False, release) for abi in abis]
        return sum(self.probe(specs, shared, way, self.clang(way), "old-c") for way in ways)

    @staticmethod
    def clang(way):
        return [*CLANG, f"--target={way.abi.triple}"]

    @staticmethod
    def gcc(way):
        return [*GCC[way.abi.name], "-w", "-ffreestanding", "-std=gnu99"]

    def all(self, specs, shared, parts, rng, whole=False):
        """
        Judges one tree; returns how many numbers were compared. What takes long is drawn by lot, unless `whole`. `parts`:
        the files of each spec.
        """
        some = lambda list_, n: list_ if whole else rng.sample(list_, min(n, len(list_)))
        often = lambda share: whole or rng.random() < share
        self.verbs({path: text for part in parts for path, text in part.items()})
        self.layout(specs, shared)
        ways = [Way(abi, "tools", NEWEST, False) for abi in ABIS]
        count = sum(self.probe(specs, shared, way, self.clang(way)) for way in ways)
        count += sum(self.probe(specs, shared, way, self.gcc(way)) for way in some(ways, often(0.5)))
        # The other ways to include a header, each on an ABI.
        samples = sorted({(way.context, way.interface, way.macros) for way in shared.ways} - {("tools", NEWEST, False)})
        for context, interface, macros in some(samples, 2):
            for abi in some(ABIS, 1):
                way = Way(abi, context, interface, macros)
                count += self.probe(specs, shared, way, rng.choice([self.clang, self.clang, self.gcc])(way))
        for release in some(RELEASES, often(0.7)):
            count += self.older(specs, shared, release, some(ABIS, 1))
        self.strict(shared, rng, some(STRICT, 2))
        return count + self.few(specs, parts, rng, whole)

    @staticmethod
    def fail(text):
        raise Failed(text)
