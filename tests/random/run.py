#!/usr/bin/env python3
"""Judges random specs, in trees of some dozens each.

    tests/random/run.py [--seed S] [--specs N] [--seconds N] [--build FOLDER] [--work FOLDER] [--rust FOLDER --bitflags FILE]
    tests/random/run.py --tree SEED FIRST COUNT ...    the specs of one tree, with all that there is

Ends with a line of totals; its status is 1 if any spec failed. Of a tree that fails the one spec that does is looked for, and the
command that shows it again is printed.
"""

import argparse
import os
import random
import shutil
import sys
import time

import judge
import probe_rust
import specs as make_specs


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default="1")
    parser.add_argument("--specs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no tree after so many: for long runs, not for CI")
    parser.add_argument("--build", default="build")
    parser.add_argument("--work", default="build/tests/random.d/work")
    parser.add_argument("--rust", help="the folder that scripts/rust-targets prints")
    parser.add_argument("--bitflags", help="src/lib.rs of bitflags 2")
    parser.add_argument("--tree", nargs=3, metavar=("SEED", "FIRST", "COUNT"))
    return parser.parse_args()


class Runner:
    def __init__(self, args):
        self.args, self.numbers, self.failed, self.trees = args, 0, 0, 0
        self.work = os.path.abspath(args.work)
        os.makedirs(self.work, exist_ok=True)
        rust = probe_rust.Rust(os.path.abspath(args.rust), args.bitflags, self.work) if args.rust else None
        self.judge = judge.Judge(os.path.join(os.path.abspath(args.build), "xenbindgen"), self.work, rust)

    def tree(self, seed, first, count, whole=False):
        """Judges a tree; the text of a failure, or None."""
        specs, shared = make_specs.make(seed, first, count)
        parts = [make_specs.texts(spec, seed) for spec in specs]
        try:
            self.numbers += self.judge.all(specs, shared, parts, random.Random(f"judge:{seed}"), whole)
        except judge.Failed as failure:
            return str(failure)
        return None

    def narrow(self, seed, first, count, text):
        """Of a tree that fails, the part that does so still, and how."""
        half = count // 2
        for start, some in [(first, half), (first + half, count - half)] if half else []:
            found = self.tree(seed, start, some, some <= 2)
            if found is not None:
                return self.narrow(seed, start, some, found)
        return first, count, text

    def judge_tree(self, seed, count):
        self.trees += 1
        text = self.tree(seed, 0, count)
        if text is None:
            return
        self.failed += 1
        first, some, text = self.narrow(seed, 0, count, text)
        rust = f" --rust {self.args.rust} --bitflags {self.args.bitflags}" if self.args.rust else ""
        print(f"FAILED {seed}, {some} from {first} on; again: tests/random/run.py --tree {seed} {first} {some}{rust}")
        print("\n".join("    " + line for line in text.splitlines()[:40]), flush=True)

    def run(self):
        sizes = random.Random(f"sizes:{self.args.seed}")
        start, done = time.time(), 0
        while done < self.args.specs and time.time() - start < self.args.seconds and self.failed < 10:
            count = min(sizes.choice([2, 30, 60, 100, 100]), self.args.specs - done)
            self.judge_tree(f"{self.args.seed}.{self.trees}", count)
            done += count
        shutil.rmtree(self.work, ignore_errors=True)
        print(f"{done} specs in {self.trees} trees, {self.numbers} numbers compared, {self.failed} trees failed, "
              f"{time.time() - start:.0f} s", flush=True)


def main():
    args = arguments()
    runner = Runner(args)
    if args.tree:
        text = runner.tree(args.tree[0], int(args.tree[1]), int(args.tree[2]), True)
        print(text or f"{runner.numbers} numbers are as they should be")
        sys.exit(text is not None)
    runner.run()
    sys.exit(runner.failed > 0)


if __name__ == "__main__":
    main()
