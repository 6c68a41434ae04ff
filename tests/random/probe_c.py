"""Asks a C compiler for sizes, alignments, offsets, bits and values, through what it puts into an object file."""

from model import lay_out, measure, members
from ways import NEWEST

BITS_MAX = 4096  # no object larger than that is made to see bits
MASK = (1 << 64) - 1


def probes(spec, way):
    """(label, expression, expected) of what is there in a way, and for bit-fields (label, type, path, first bit, bits)."""
    numbers, bits = [], []
    for _, definition in spec.definitions(way):
        name = definition.c_name()
        if definition.kind == "typedef":
            numbers.append((f"sizeof({name})", measure(definition.type, way)[0]))
        if definition.kind not in ("struct", "union"):
            continue
        size, align = lay_out(definition, way)[:2]
        numbers.append((f"sizeof({name})", size))
        numbers.append((f"__alignof__({name})", align))
        for path, start, width, field in members(definition, way):
            if path is None:
                continue
            if field.bits is not None:
                if size <= BITS_MAX and field.name:
                    bits.append((name, path, start, width, size))
                continue
            numbers.append((f"offsetof({name}, {path})", start // 8))
            flexible = (field.type is not None and field.type.is_flexible()) or None in field.counts
            if not flexible:
                numbers.append((f"sizeof((({name} *)0)->{path})", width // 8))
    for constant in spec.constants_in(way):
        value = constant.at(way)
        numbers.append((f"({constant.name})", value.value & MASK))
        if constant.typed:
            numbers.append((f"sizeof({constant.name}) * 2 + (({constant.name}) * 0 - 1 < 0)",
                            value.size * 2 + (value.signed or value.size < 4)))
    return numbers, bits


def source(headers, asked):
    """A file that holds what `probes` has asked."""
    out = ["#include <stddef.h>"] + [f'#include "{header}"' for header in headers]
    for number, (numbers, bits) in enumerate(asked):
        out.append(f"extern const unsigned long long probe_{number}[];\nconst unsigned long long probe_{number}[] = {{ 0,")
        out += [f"    (unsigned long long)({expression})," for expression, _ in numbers]
        out.append("};")
        for i, (name, path, _, _, _) in enumerate(bits):
            out.append(f"extern const {name} bits_{number}_{i};\nconst {name} bits_{number}_{i} = {{ .{path} = -1 }};")
    return "\n".join(out) + "\n"


def compare(obj, asked, say):
    """Calls say(number of the spec, text) for whatever the object has otherwise."""
    for number, (numbers, bits) in enumerate(asked):
        for (expression, expected), found in zip(numbers, obj.numbers(f"probe_{number}")[1:]):
            if found != expected:
                say(number, f"{expression} is {found}, expected {expected}")
        for i, (name, path, start, width, size) in enumerate(bits):
            found = int.from_bytes(obj.bytes(f"bits_{number}_{i}")[:size], "little")
            expected = ((1 << width) - 1) << start
            if found != expected:
                say(number, f"the bits of {name}.{path} are {found:#x}, expected {expected:#x}")


def options(way, names_newest):
    """What the includer defines; `names_newest`: the newest interface by number too, which headers of Xen's own kind want."""
    out = {"tools": ["-D__XEN_TOOLS__"], "xen": ["-D__XEN__"], "guest": []}[way.context]
    if way.interface != NEWEST or names_newest:
        out = out + [f"-D__XEN_INTERFACE_VERSION__={way.interface:#x}"]
    return out
