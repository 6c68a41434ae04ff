#!/usr/bin/env python3
"""Judges random specs that most often are not valid: mutations of valid ones, of their trees or of their bytes.

    tests/random/mutate.py [--seed S] [--specs N] [--seconds N] [--build FOLDER] [--work FOLDER]
    tests/random/mutate.py --one SEED NUMBER ...        one of them again; its files stay in the work folder

Of each, gen must exit with 1 and findings that have a place and a rule's id, and write nothing; or with 0, and then the headers
must compile, with the layout that they assert, and fmt must leave what they say.
"""

import argparse
import copy
import os
import random
import re
import shutil
import sys
import time

import judge
import specs as make_specs
from toml_text import Spelled, Writer
from ways import ABIS

FINDING = re.compile(r"(.+):(\d+):(\d+): error: .* \[([a-z-]+)\]( \[[^\]]*\])?\Z", re.DOTALL)
NUMBERS = [0, 1, -1, 2, 31, 32, 33, 63, 64, 65, 1 << 31, (1 << 31) - 1, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, -(1 << 63), 1 << 64]
STRINGS = ["", " ", "u8", "u64", "nothing", "u8[0]", "u8[", "u8[-1]", "handle64<", "handle64<void>", "void", "struct x", "u8[]", "ptr<u8",
           "1 +", "(1", "1 / 0", "*", "../x", "a.b", ">= 1", "< 0x00040600", "4.18", "!M", "int", "class", "é", "\x1b[31m", "*/", "\x00",
           "x" * 64, "u8[0x80000000]", "u8" + "[1]" * 33, "self", "x86", "guest", "legacy", "stable", "U", "ULL", "(" * 70 + "1" + ")" * 70]


def places(tree, out):
    """Every (container, key) of a tree."""
    for key in range(len(tree)) if isinstance(tree, list) else list(tree):
        out.append((tree, key))
        if isinstance(tree[key], (dict, list)):
            places(tree[key], out)
    return out


def strings(tree, out):
    for value in tree if isinstance(tree, list) else tree.values():
        if isinstance(value, str):
            out.append(value)
        elif isinstance(value, (dict, list)):
            strings(value, out)
    return out


def mutate_tree(rng, items):
    """One change to the tables of a file; what may come of it is anything."""
    # Code may be changed into anything that C does not take.
    tables = [table for kind, table in items if kind != "verbatim"]
    all_places = places(tables, [])
    if not all_places:
        return
    container, key = rng.choice(all_places)
    kind = rng.choice(["delete", "number", "string", "retarget", "swap", "duplicate", "wrap", "rename", "bool", "near"])
    value = container[key]
    if kind == "delete":
        del container[key]
    elif kind == "number":
        container[key] = rng.choice(NUMBERS)
    elif kind == "string":
        container[key] = rng.choice(STRINGS)
    elif kind == "retarget":
        container[key] = rng.choice(strings(tables, []) or ["x"])
    elif kind == "swap":
        other, word = rng.choice(all_places)
        if word in (other if isinstance(other, dict) else range(len(other))):
            container[key], other[word] = copy.deepcopy(other[word]), copy.deepcopy(value)
    elif kind == "duplicate" and isinstance(container, list):
        container.insert(rng.randint(0, len(container)), copy.deepcopy(value))
    elif kind == "wrap":
        container[key] = rng.choice([[value], {"name": value}, {"type": value}, {"array": [value, 3]}, {"ptr": value}, {"when": value}])
    elif kind == "rename" and isinstance(container, dict):
        word = rng.choice(["type", "struct", "union", "bits", "when", "tag", "case", "value", "expr", "array", "nmae", "waive", "read_by", key + "x"])
        container[word] = container.pop(key)
    elif kind == "bool":
        container[key] = rng.random() < 0.5
    elif kind == "near" and isinstance(value, int) and not isinstance(value, bool):
        container[key] = value + rng.choice([-1, 1])
    for _, table in items:
        if not isinstance(table, dict):
            items[:] = [item for item in items if isinstance(item[1], dict)]
            break


def mutate_bytes(rng, text):
    data = bytearray(text.encode())
    for _ in range(rng.choice([1, 1, 1, 2, 8])):
        if not data:
            break
        at = rng.randrange(len(data))
        kind = rng.choice(["set", "delete", "insert", "cut", "copy"])
        if kind == "set":
            data[at] = rng.choice([rng.randrange(256), ord(rng.choice("\"'[]{}=.,\n#\\0x_ "))])
        elif kind == "delete":
            del data[at:at + rng.choice([1, 1, 4, 40])]
        elif kind == "insert":
            data[at:at] = rng.choice([b'"', b"'''", b"[[", b"]", b"}", b"\n", b"\xff", b"\0", b"#", b"=", b"1", b"\\u0000", b"\r"])
        elif kind == "cut":
            del data[at:]
        else:
            other = rng.randrange(len(data))
            data[at:at] = data[other:other + rng.randrange(60)]
    return bytes(data)


class Mutants:
    def __init__(self, args):
        self.args = args
        self.work = os.path.abspath(args.work)
        os.makedirs(self.work, exist_ok=True)
        self.judge = judge.Judge(os.path.join(os.path.abspath(args.build), "xenbindgen"), self.work, None)
        self.rules = {line.split()[0] for line in judge.run([self.judge.xenbindgen, "rules"]).stdout.splitlines()}
        self.valid = self.found = 0

    def files(self, seed, number):
        """{path: bytes} of one mutant, and what it shares with others."""
        rng = random.Random(f"mutant:{seed}:{number}")
        # One spec gives some dozens of mutants.
        (spec,), shared = make_specs.make(f"{seed}.{number // 30}", 0, 1)
        files = {path: (top, [item for item in items if item[1].get("c_form") != "call"]) for path, (top, items) in spec.files().items()}
        if rng.random() < 0.7:
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                mutate_tree(rng, files[rng.choice(sorted(files))][1])
        texts = {path: Writer(rng, spec.wild).file(top, items) for path, (top, items) in files.items()}
        out = {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
        if rng.random() < 0.4:
            path = rng.choice(sorted(texts))
            out[path] = mutate_bytes(rng, texts[path])
        return out, shared

    def write(self, files, name):
        for path, data in files.items():
            full = os.path.join(self.judge.at(name), path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as out:
                out.write(data)

    def judge_one(self, seed, number):
        files, shared = self.files(seed, number)
        self.judge.fresh("tree", "formatted", "out-c", "out-rust", "again-c", "again-rust")
        self.write(files, "tree")
        done = judge.run([self.judge.xenbindgen, "gen", "--lang", "c", "--indir", self.judge.at("tree"), "--outdir", self.judge.at("out-c")])
        if done.returncode == 1:
            self.found += 1
            self.findings(done.stderr)
            if os.path.exists(self.judge.at("out-c")):
                raise judge.Failed("there are findings, and output")
            return
        if done.returncode != 0:
            raise judge.Failed(f"status {done.returncode}: {done.stderr[:3000]}")
        self.valid += 1
        self.judge.tool("gen rust", "gen", "--lang", "rust", "--indir", self.judge.at("tree"), "--outdir", self.judge.at("out-rust"))
        self.write(files, "formatted")
        self.judge.tool("fmt", "fmt", self.judge.at("formatted"))
        self.judge.tool("fmt is idempotent", "fmt", "--check", self.judge.at("formatted"))
        self.judge.generate(self.judge.at("formatted"), self.judge.at("again"))
        for lang in ("c", "rust"):
            if judge.tree_bytes(self.judge.at(f"out-{lang}")) != judge.tree_bytes(self.judge.at(f"again-{lang}")):
                raise judge.Failed(f"fmt changes what is generated: {lang}")
        rng = random.Random(f"way:{seed}:{number}")
        for way in [rng.choice(shared.ways), rng.choice(shared.ways)]:
            with open(self.judge.at("all.c"), "w") as out:
                out.writelines(f'#include "{header}"\n' for header in self.judge.headers(way.abi, True))
            judge.expect(f"the headers compile on {way.abi.name}", [*judge.CLANG, f"--target={way.abi.triple}", *self.judge.defines(way, shared),
                                                                   "-fsyntax-only", "-I", self.judge.at("out-c"), self.judge.at("all.c")])

    def findings(self, text):
        lines = [line for line in text.split("\n") if re.search(r"(?<!\S)error: ", line) and not re.match(r" *\d* \|", line)]
        if not lines:
            raise judge.Failed(f"status 1 without a finding: {text[:2000]}")
        for line in lines:
            found = FINDING.match(line)
            if not found or found[4] not in self.rules:
                raise judge.Failed(f"no place or no rule in: {line}")

    def run(self):
        args, failed, start, number = self.args, 0, time.time(), 0
        while number < args.specs and time.time() - start < args.seconds and failed < 10:
            try:
                self.judge_one(args.seed, number)
            except judge.Failed as failure:
                failed += 1
                print(f"FAILED; again: tests/random/mutate.py --build {args.build} --one {args.seed} {number}")
                print("\n".join("    " + line for line in str(failure).splitlines()[:30]), flush=True)
            number += 1
        shutil.rmtree(self.work, ignore_errors=True)
        print(f"{number} mutants: {self.found} with findings, {self.valid} valid, {failed} failed, {time.time() - start:.0f} s")
        return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default="1")
    parser.add_argument("--specs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--build", default="build")
    parser.add_argument("--work", default="build/tests/random.d/mutants")
    parser.add_argument("--one", nargs=2, metavar=("SEED", "NUMBER"))
    args = parser.parse_args()
    mutants = Mutants(args)
    if args.one:
        mutants.judge_one(args.one[0], int(args.one[1]))
        return
    sys.exit(mutants.run() > 0)


if __name__ == "__main__":
    main()
