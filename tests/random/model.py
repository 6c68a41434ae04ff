"""Types and definitions of a spec, and how the System V ABIs lay them out: a second opinion on src/layout."""

import re
from dataclasses import dataclass, field as dataclass_field
from typing import Any, Optional

from ways import holds

# name: (bytes or None for those of a long; whether 64 bits are aligned naturally; C's name; sign)
SCALARS = {
    "u8": (1, False), "i8": (1, False), "u16": (2, False), "i16": (2, False), "u32": (4, False), "i32": (4, False),
    "u64": (8, False), "i64": (8, False), "char": (1, False), "uint64_t": (8, True), "int64_t": (8, True),
    "ulong": (None, False), "long": (None, False), "int": (4, False), "uint": (4, False), "uchar": (1, False),
    "schar": (1, False), "ushort": (2, False), "short": (2, False), "ullong": (8, True), "llong": (8, True),
}
NUMBER = re.compile(r"(0x[0-9a-fA-F]+|\d+)\Z")
PLAIN = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"]


@dataclass
class Type:
    """kind: scalar, named, array, handle, pointer, void or opaque."""

    kind: str
    name: str = ""  # of a scalar, a definition or what is opaque
    of: Optional["Type"] = None
    const: bool = False
    native: bool = False
    count: Any = None  # an Expr; None for a flexible array
    open_text: str = ""  # how a flexible array's length is written
    word: str = ""  # "struct " and the like before a name
    defs: list = dataclass_field(default_factory=list)  # all definitions of a name

    def text(self):
        if self.kind == "array":
            lengths, at = "", self
            while at.kind == "array":
                lengths += f"[{at.count.text if at.count else at.open_text}]"
                at = at.of
            return at.text() + lengths
        if self.kind in ("handle", "pointer"):
            word = "ptr" if self.kind == "pointer" else "handle" if self.native else "handle64"
            return f"{word}<{'const ' if self.const else ''}{self.of.text()}>"
        return "void" if self.kind == "void" else self.word + self.name

    def is_flexible(self):
        return self.kind == "array" and self.count is None

    def depth(self):
        return 1 + (self.of.depth() if self.of else 0)


def scalar(name):
    return Type("scalar", name)


@dataclass
class Field:
    """A member; `record` is that of an inline one. `tree` holds what else the spec says of it."""

    name: str
    type: Optional[Type] = None
    record: Optional["Def"] = None
    counts: list = dataclass_field(default_factory=list)  # of an array of inline records
    bits: Optional[int] = None
    when: Any = None
    also: list = dataclass_field(default_factory=list)
    tree: dict = dataclass_field(default_factory=dict)


@dataclass
class Def:
    """A definition: struct, union, enum, bitmap or typedef. `when` also has what follows from what it holds."""

    kind: str
    name: str
    fields: list = dataclass_field(default_factory=list)
    type: Optional[Type] = None  # of an enum, bitmap or typedef
    when: Any = None
    c_form: str = ""
    folder: str = ""
    tree: dict = dataclass_field(default_factory=dict)
    c_word: str = ""  # for an inline record: its tag
    fixed: Any = None  # how many fields there were, and whether all of them were fixed

    def c_name(self):
        return self.name if self.c_form == "typedef" or self.kind == "typedef" else f"{self.kind} {self.name}"


def up(value, align):
    return -(-value // align) * align


def the_def(type_, way):
    """The one of a name's definitions that there is; None if there is none."""
    return next((definition for definition in type_.defs if holds(definition.when, way)), None)


def measure(type_, way):
    """Bytes and alignment of a type."""
    abi = way.abi
    if type_.kind == "scalar":
        size, natural = SCALARS[type_.name]
        size = abi.long if size is None else size
        return size, abi.u64_align if natural else size
    if type_.kind == "pointer":
        return abi.long, abi.long
    if type_.kind == "handle":
        size = abi.handle if type_.native else 8
        return size, size
    if type_.kind == "array":
        size, align = measure(type_.of, way)
        return size * (type_.count.at(way).value if type_.count else 0), align
    definition = the_def(type_, way)
    if type_.word == "enum ":
        return 4, 4
    if definition.kind in ("enum", "bitmap", "typedef"):
        return measure(definition.type, way)
    return lay_out(definition, way)[:2]


def measure_field(field, way):
    if field.record is None:
        return measure(field.type, way)
    size, align = lay_out(field.record, way)[:2]
    for count in field.counts:
        size *= count.at(way).value if count else 0
    return size, align


def is_fixed(type_):
    """Whether a type is the same on an ABI, however a header is included."""
    while type_.kind == "array":
        if type_.count is not None and not NUMBER.match(type_.count.text):
            return False
        type_ = type_.of
    if type_.kind != "named" or type_.word == "enum ":
        return True
    definition = type_.defs[0]
    return len(type_.defs) == 1 and definition.when is None and (is_fixed(definition.type) if definition.type else is_fixed_record(definition))


def is_fixed_record(definition):
    if definition.fixed is None or definition.fixed[0] != len(definition.fields):
        definition.fixed = len(definition.fields), all(
            field.when is None and (is_fixed(field.type) if field.record is None else is_fixed_record(field.record) and
                                    all(count is None or NUMBER.match(count.text) for count in field.counts))
            for field in definition.fields)
    return definition.fixed[1]


def lay_out(definition, way, cache={}):
    """Size, alignment, end of the last member, and for each member that is there (member, first bit, bits)."""
    key = (id(definition), way.abi if is_fixed_record(definition) else way, len(definition.fields))
    if key in cache and cache[key][0] is definition:
        return cache[key][1]
    free, size, top, placed = 0, 0, 1, []
    for field in definition.fields:
        if not holds(field.when, way):
            continue
        bytes_, align = measure_field(field, way)
        for _ in [field.name, *field.also]:
            start, aligns = 0 if definition.kind == "union" else free, True
            if field.bits is None:
                start = up(start, align * 8)
                bits = bytes_ * 8
            else:
                bits = field.bits
                if bits == 0 or start % (align * 8) + bits > bytes_ * 8:
                    start = up(start, align * 8)
                aligns = bool(field.name) or way.abi.unnamed_bits_align
            free = start + bits
            size = max(size, up(free, 8) // 8)
            top = max(top, align) if aligns else top
            placed.append((field, _, start, bits))
    result = up(size, top), top, size, placed
    cache[key] = (definition, result)
    return result


def members(definition, way, path="", base=0):
    """All members, down to those of inline records: (path as C has it, first bit, bits, Field)."""
    for field, name, start, bits in lay_out(definition, way)[3]:
        own = path + name
        yield (own if name else None), base + start, bits, field
        if field.record is not None:
            inner = path if not name else own + "[0]" * len(field.counts) + "."
            yield from members(field.record, way, inner, base + start)
