"""Names and texts: those that mean something elsewhere come up often."""

# Words of Rust, of other languages, of bitflags and of the generated crate, all free in C and C++.
WORDS = """type fn match self Self super crate ref mod move impl trait use pub loop let mut in where async await dyn box priv abstract
become macro yield unsized gen raw value data flags count len size index name op cmd state mode bits empty all
contains insert remove toggle set from_bits known as_bytes clone eq fmt u8 i32 usize isize str option result some none ok err
core alloc bitflags support arch lib main handle64 AlignedU64 Default x y z a b c T E NULL_ p_ q_ _pad0 pad1 __pad _reserved
XEN Xen xEN a_b_c under__score trailing_ UPPER CamelCase offsetof_ size_of bool_ char_""".split()

DESCRIPTIONS = [
    "Plain.", "Two lines,\nthe second of them here.", "Ends in blanks.  ", "An `identifier` and <b>markup</b> & more.",
    "* a list\n* of two", "    indented\n  less", "[link](nowhere) and [`other`]", "Ünïcödé: 漢字 → ∞, 🙂.", "\\backslash\\ \"quotes\" 'single'",
    "# a heading\n\nand a paragraph", "? ?/ no trigraph", "100% %s %n {} {0}", "```\ncode\n```", "#include <stdio.h>", "ends with a backslash \\",
    "x" * 200, "a word " * 40, "tab\there", "-- // not a comment",
]


class Names:
    """Names of one spec: its prefix keeps them apart from those of others."""

    def __init__(self, rng, prefix):
        self.rng, self.prefix, self.number = rng, prefix, 0

    def word(self, taken=()):
        free = [word for word in WORDS if word.lower().strip("_") not in taken]
        return self.rng.choice(free) if free and self.rng.random() < 0.3 else None

    def next(self):
        self.number += 1
        return self.number

    def type(self):
        word = self.word() if self.rng.random() < 0.5 else None
        name = f"{self.prefix}_{word.strip('_') + '_' if word else ''}t{self.next()}"
        return name + "l" * (63 - len(name)) if self.rng.random() < 0.02 else name

    def constant(self):
        return f"{self.prefix.upper()}_{self.rng.choice(['C', 'LIMIT_', 'max_'])}{self.next()}"

    def member(self, taken):
        """`taken`: the members of the record so far, in lower case; grows."""
        word = self.word(taken)
        if word is None or word.lower().strip("_") in ("self", "super", "crate") and "self" in taken:
            word = f"m{self.next()}"
        taken.add(word.lower().strip("_"))
        return word

    def text(self):
        return self.rng.choice(DESCRIPTIONS)
