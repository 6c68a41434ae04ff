#!/usr/bin/env python3
"""Shows that what judges can find something: each planted difference must be seen."""

import elf
import layout_text
import probe_c
import specs as make_specs
from model import Def, Field, lay_out, scalar
from ways import ABIS, NEWEST, Way

WAY = Way(ABIS[0], "tools", NEWEST, False)


class Planted:
    """An object file whose every number is one too large, and whose every bit is another."""

    def __init__(self, asked):
        self.asked = asked

    def numbers(self, symbol):
        return [0] + [(expected + 1) & probe_c.MASK for _, expected in self.asked[int(symbol.split("_")[1])][0]]

    def bytes(self, symbol):
        size = self.asked[int(symbol.split("_")[1])][1][int(symbol.split("_")[2])][4]
        return b"\xa5" * size


def check(what, holds):
    if not holds:
        raise SystemExit(f"not noticed: {what}")


def main():
    specs, shared = make_specs.make("judge", 0, 20)
    asked = [probe_c.probes(spec, WAY) for spec in specs]
    said = []
    probe_c.compare(Planted(asked), asked, lambda number, text: said.append(text))
    total = sum(len(numbers) + len(bits) for numbers, bits in asked)
    check("numbers and bits", total > 500 and len(said) == total)
    check("bits at all", sum(len(bits) for _, bits in asked) > 20)

    record = Def("struct", "x", [Field("a", type=scalar("u8")), Field("b", type=scalar("u32"), bits=3), Field("c", type=scalar("uint64_t"))])
    shown = ("struct x  (x.toml:1)\n  all ABIs: size 16, alignment 8\n  offset    size  member\n       0       1  a: u8\n"
             "       1   3 bit  b: u32:3 at bit 0\n       2       6  (padding)\n       8       8  c: uint64_t\n")
    check("the model's own layout", lay_out(record, WAY)[:2] == (16, 8))
    for what, before, after in [("", "", ""), ("size", "size 16", "size 24"), ("offset", "       8       8  c", "       9       8  c"),
                                ("bit", "at bit 0", "at bit 1"), ("name", "a: u8", "z: u8"), ("ABI", "all ABIs", "arm64, arm32")]:
        said = []
        layout_text.compare(layout_text.read(shown.replace(before, after), [abi.name for abi in ABIS]), record, WAY, said.append)
        check(what or "nothing where nothing is wrong", bool(said) == bool(what))
    # x86_32 aligns 64 bits otherwise.
    check("x86_32", lay_out(record, Way(ABIS[1], "tools", NEWEST, False))[:2] == (12, 4))
    check("an object file that is none", not_elf())


def not_elf():
    try:
        elf.Object(__file__)
    except ValueError:
        return True
    return False


if __name__ == "__main__":
    main()
