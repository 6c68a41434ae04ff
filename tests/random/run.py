#!/usr/bin/env python3
"""Judges random specs, in trees of some dozens each.

    tests/random/run.py [--seed S] [--specs N] [--seconds N] [--jobs N] [--build FOLDER] [--work FOLDER]
                        [--rust FOLDER --bitflags FILE]
    tests/random/run.py --tree SEED FIRST COUNT ...    the specs of one tree, with all that there is

Ends with a line of totals; its status is 1 if any spec failed. Of a tree that fails the one spec that does is looked for, and the
command that shows it again is printed.
"""

import argparse
import multiprocessing
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
    parser.add_argument("--jobs", type=int, default=1, help="judge so many trees at a time")
    parser.add_argument("--build", default="build")
    parser.add_argument("--work", default="build/tests/random.d/work")
    parser.add_argument("--rust", help="the folder that scripts/rust-targets prints")
    parser.add_argument("--bitflags", help="src/lib.rs of bitflags 2")
    parser.add_argument("--tree", nargs=3, metavar=("SEED", "FIRST", "COUNT"))
    return parser.parse_args()


class Runner:
    def __init__(self, args, name="one"):
        self.args, self.numbers = args, 0
        self.work = os.path.join(os.path.abspath(args.work), name)
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
        """What is to be said of a tree that fails; None of one that does not."""
        text = self.tree(seed, 0, count)
        if text is None:
            return None
        first, some, text = self.narrow(seed, 0, count, text)
        rust = f" --rust {self.args.rust} --bitflags {self.args.bitflags}" if self.args.rust else ""
        again = f"FAILED {seed}, {some} from {first} on; again: tests/random/run.py --tree {seed} {first} {some}{rust}"
        return "\n    ".join([again] + text.splitlines()[:40])


def worker_start(args, deadline):
    """What a process of the pool keeps between trees."""
    worker_start.runner = Runner(args, str(os.getpid()))
    worker_start.deadline = deadline


def worker_judge(tree):
    """(specs, numbers, failure or None) of a tree; (0, 0, None) if it is too late to begin it."""
    if time.time() >= worker_start.deadline:
        return 0, 0, None
    runner = worker_start.runner
    runner.numbers = 0
    failure = runner.judge_tree(*tree)
    return tree[1], runner.numbers, failure


def trees(args):
    """(seed, specs) of each tree; how many there are at a time changes none of them."""
    sizes = random.Random(f"sizes:{args.seed}")
    left, number = args.specs, 0
    while left:
        count = min(sizes.choice([2, 60, 120, 200, 200]), left)
        yield f"{args.seed}.{number}", count
        left, number = left - count, number + 1


def judge_all(args):
    """Judges all trees; whether none failed."""
    start, done, judged, numbers, failed = time.time(), 0, 0, 0, 0
    with multiprocessing.Pool(args.jobs, worker_start, (args, start + args.seconds)) as pool:
        for specs, compared, failure in pool.imap_unordered(worker_judge, trees(args)):
            done, judged, numbers = done + specs, judged + (specs > 0), numbers + compared
            if failure:
                failed += 1
                print(failure, flush=True)
            if failed >= 10:
                break
    shutil.rmtree(args.work, ignore_errors=True)
    print(f"{done} specs in {judged} trees, {numbers} numbers compared, {failed} trees failed, {time.time() - start:.0f} s", flush=True)
    return not failed


def main():
    args = arguments()
    if args.tree:
        runner = Runner(args)
        text = runner.tree(args.tree[0], int(args.tree[1]), int(args.tree[2]), True)
        print(text or f"{runner.numbers} numbers are as they should be")
        sys.exit(text is not None)
    sys.exit(not judge_all(args))


if __name__ == "__main__":
    main()
