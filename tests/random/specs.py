#!/usr/bin/env python3
"""Writes random valid specs, as one tree that `xenbindgen --indir` takes.

    tests/random/specs.py SEED COUNT FOLDER [FIRST]

The specs are those from number FIRST (0) on; each is in folders of its own (s7, s7-core, arch-x86/s7), and neither its place nor
what stands beside it changes it. The same arguments make the same bytes.
"""

import os
import random
import sys

from make import Shared, Spec
from toml_text import Writer


def make(seed, first, count):
    """The specs of a tree and what they share."""
    shared = Shared(seed)
    return [Spec(seed, index, shared) for index in range(first, first + count)], shared


def texts(spec, seed):
    """{path: text} of one spec."""
    rng = random.Random(f"text:{seed}:{spec.index}")
    return {path: Writer(rng, spec.wild).file(top, items) for path, (top, items) in spec.files().items()}


def write(files, folder):
    for path, text in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as out:
            out.write(text)


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    seed, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    for spec in make(seed, int(sys.argv[4]) if len(sys.argv) == 5 else 0, count)[0]:
        write(texts(spec, seed), folder)


if __name__ == "__main__":
    main()
