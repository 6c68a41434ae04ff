"""ABIs, the ways to include a header, and the conditions that tell them apart."""

import functools
from collections import namedtuple
from dataclasses import dataclass

# What the System V ABIs and Xen's xen.h say, written down here once more: it is held against what the compiler has.
Abi = namedtuple("Abi", "name arch long u64_align handle signed_char unnamed_bits_align triple rust")

ABIS = [
    Abi("x86_64", "x86", 8, 8, 8, True, False, "x86_64-linux-gnu", "x86_64-unknown-linux-gnu"),
    Abi("x86_32", "x86", 4, 4, 4, True, False, "i686-linux-gnu", "i686-unknown-linux-gnu"),
    Abi("arm64", "arm", 8, 8, 8, False, True, "aarch64-linux-gnu", "aarch64-unknown-linux-gnu"),
    Abi("arm32", "arm", 4, 8, 8, False, True, "arm-linux-gnueabihf", "armv7-unknown-linux-gnueabihf"),
    Abi("riscv64", "riscv", 8, 8, 8, False, False, "riscv64-linux-gnu", "riscv64gc-unknown-linux-gnu"),
    Abi("ppc64", "ppc", 8, 8, 8, False, False, "powerpc64le-linux-gnu", "powerpc64le-unknown-linux-gnu"),
]
ARCHS = ["x86", "arm", "riscv", "ppc"]
CONTEXTS = ["tools", "guest", "xen"]
NEWEST = 0xFFFFFFFF
RELEASES = ["4.16", "4.17", "4.18", "4.19", "4.20"]


@functools.lru_cache(None)
@dataclass(frozen=True, eq=False)
class Way:
    """One way to include a header, on one ABI; there is one object for each. `release`: the Xen that the header is for."""

    abi: Abi
    context: str
    interface: int
    macros: bool
    release: str = "newest"

    def has(self, release):
        """Whether what came with a release is there."""
        return self.release not in RELEASES or RELEASES.index(self.release) >= RELEASES.index(release)


def ways_of(versions):
    """Every way that conditions on these interface versions can tell apart, of each ABI."""
    ways = []
    for macros in (False, True):
        samples = [(context, NEWEST) for context in CONTEXTS]
        samples += [("guest", version) for version in sorted({0, *versions})[:-1]] if versions else []
        ways += [Way(abi, context, version, macros) for context, version in samples for abi in ABIS]
    return ways


def one_holds(condition, way):
    """Whether one table of a `when` holds."""
    for key, value in condition.items():
        words = value if isinstance(value, list) else [value]
        if key == "abi" and way.abi.name not in words and way.abi.arch not in words:
            return False
        if key == "context" and way.context not in words:
            return False
        if key == "macro" and value.startswith("!") == way.macros:
            return False
        if key in ("since", "until") and way.has(value) != (key == "since"):
            return False
        if key == "interface":
            parts = value.split()
            for sign, version in zip(parts[::2], parts[1::2]):
                if (way.interface >= int(version, 0)) != (sign == ">="):
                    return False
    return True


def holds(when, way):
    """Whether a `when`, a table or an array of tables or None, holds."""
    if when is None:
        return True
    return any(one_holds(condition, way) for condition in (when if isinstance(when, list) else [when]))


class Conditions:
    """Random conditions. `parts` gives some of which exactly one holds, however a header is included."""

    def __init__(self, rng, versions, macros):
        self.rng, self.versions, self.macros = rng, versions, macros
        self.releases = True # whether some are of releases

    def versioned(self, sign, version):
        return f"{sign} 0x{version:08x}"

    def parts(self):
        rng = self.rng
        kind = rng.choice(["context", "arch", "abi", "interface", "interfaces", "macro"] + ["release"] * self.releases)
        if kind == "context":
            first = rng.choice(CONTEXTS)
            rest = [context for context in CONTEXTS if context != first]
            return rng.choice([[{"context": first}, {"context": rest}], [{"context": context} for context in CONTEXTS]])
        if kind == "arch":
            some = rng.sample(ARCHS, rng.randint(1, 3))
            return [{"abi": some if len(some) > 1 else some[0]}, {"abi": [arch for arch in ARCHS if arch not in some]}]
        if kind == "abi":
            some = rng.sample([abi.name for abi in ABIS], rng.randint(1, 5))
            return [{"abi": some}, {"abi": [abi.name for abi in ABIS if abi.name not in some]}]
        if kind == "interface" or (kind == "interfaces" and len(self.versions) < 2):
            version = rng.choice(self.versions)
            return [{"interface": self.versioned("<", version)}, {"interface": self.versioned(">=", version)}]
        if kind == "interfaces":
            low, high = sorted(rng.sample(self.versions, 2))
            return [{"interface": self.versioned("<", low)}, {"interface": self.versioned(">=", high)},
                    {"interface": self.versioned(">=", low) + " " + self.versioned("<", high)}]
        if kind == "macro":
            macro = rng.choice(self.macros)
            return [{"macro": macro}, {"macro": "!" + macro}]
        release = rng.choice(RELEASES)
        return [{"since": release}, {"until": release}]

    def some(self, by_abi=True):
        """A condition that may or may not hold; `by_abi`: also one that differs between the ABIs of an architecture."""
        rng = self.rng
        while True:
            tables = [dict(rng.choice(self.parts())) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
            for table in tables:
                if rng.random() < 0.3:
                    more = rng.choice(self.parts())
                    table.update({key: value for key, value in more.items() if key not in table})
                if "since" in table and "until" in table:
                    del table["until"]
            if not by_abi and any(abi.name in table.get("abi", []) for table in tables for abi in ABIS):
                continue
            return tables[0] if len(tables) == 1 else tables
