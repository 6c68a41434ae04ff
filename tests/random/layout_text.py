"""Reads what `xenbindgen layout` shows, and holds it against the model."""

import re

from model import lay_out, measure, the_def, Type
from ways import NEWEST

SAMPLE = re.compile(r"(tools|guest|xen)(?: with interface((?: (?:>=|<) 0x[0-9a-f]+)+))?( that defines the macros of conditions)?\Z")
CELL = re.compile(r" +([\d.-]+) +([\d.-]+)( bit)?(.*)\Z")
SIZE = re.compile(r"  (.*): size (\d+), alignment (\d+)\Z")


def sample_has(words, way):
    """Whether a sample, as a heading says it, is that of a way."""
    found = SAMPLE.match(words)
    if not found or found[1] != way.context or bool(found[3]) != way.macros:
        return False
    if not found[2]:
        return way.interface == NEWEST
    parts = found[2].split()
    return way.interface != NEWEST and all((way.interface >= int(version, 16)) == (sign == ">=")
                                           for sign, version in zip(parts[::2], parts[1::2]))


class View:
    """What a definition is in some samples: by ABI its size, alignment and members (name, offset, size)."""

    def __init__(self, samples):
        self.samples, self.sizes, self.columns, self.rows = samples, {}, [], {}

    def line(self, line, abis):
        found = SIZE.match(line)
        if found:
            group = abis if found[1] == "all ABIs" else found[1].split(", ")
            for abi in group:
                self.sizes[abi] = (int(found[2]), int(found[3]))
                self.rows.setdefault(group[0], [])
            self.columns.append(group)
            return
        if re.match(r" +offset ", line) or not re.match(r" +([\d.-]+) +([\d.-]+)( bit)? ", line):
            return
        cells, name = [], line
        for _ in self.columns:
            offset, size, bit, name = CELL.match(name).groups()
            cells.append((offset, size + (bit or "")))
        name = name.strip()
        if name == "(padding)":
            return
        found = re.match(r"(.*) at bit (.*)\Z", name)
        places = found[2].split(", ") if found else []
        for i, (group, (offset, size)) in enumerate(zip(self.columns, cells)):
            if offset not in ("-", "."):
                own = f"{found[1]} at bit {places[i if len(places) > 1 else 0]}" if found else name
                self.rows[group[0]].append((own, offset, size))


def read(text, abis):
    """{name: [{kind, views}]}, of each definition its views, the first for all samples that no other names."""
    out, views = {}, None
    for line in text.splitlines():
        found = re.match(r"(\w+) (\S+)  \(.*\)\Z", line)
        if found:
            views = [View(None)]
            out.setdefault(found[2], []).append(views)
        elif not line:
            views = None
        elif re.match(r"  (tools|guest|xen)\b.*:( there is none)?\Z", line) and not SIZE.match(line):
            views.append(View(re.sub(r":( there is none)?\Z", "", line.strip()).split("; ")))
        else:
            views[-1].line(line, abis)
    return out


def expected_rows(definition, way):
    """As the members of a View."""
    rows = []

    def walk(one, base):
        for field, name, start, bits in lay_out(one, way)[3]:
            bit = base + start
            if field.bits is not None:
                rows.append((bit // 8, f"{bits} bit", name, f":{bits} at bit {bit % 8}"))
            else:
                rows.append((bit // 8, str(bits // 8), name, ""))
            if field.record is not None:
                walk(field.record, bit)
    walk(definition, 0)
    return rows


def compare(shown, definition, way, say):
    blocks = shown.get(definition.name, [])
    for views in blocks:
        view = next((view for view in views[1:] if any(sample_has(words, way) for words in view.samples)), views[0])
        if way.abi.name in view.sizes:
            break
    else:
        say(f"layout shows no {definition.name} in {way.context}, {way.abi.name}, {way.interface:#x}, macros {way.macros}")
        return
    size_align = lay_out(definition, way)[:2]
    if view.sizes[way.abi.name] != size_align:
        say(f"layout shows {definition.name} with {view.sizes[way.abi.name]}, expected {size_align}: {way}")
    first = next(group[0] for group in view.columns if way.abi.name in group)
    rows = expected_rows(definition, way)
    found = view.rows[first]
    same = len(rows) == len(found) and all(
        str(offset) == at and size == has and text.startswith((name or ("(anonymous)" if not tail else "(unnamed)")) + ":") and
        (not tail or text.endswith(tail)) for (offset, size, name, tail), (text, at, has) in zip(rows, found))
    if not same:
        say(f"layout shows the members of {definition.name} as {found}, expected {rows}: {way.context} {way.abi.name}")


def compare_spec(shown, spec, ways, say):
    for way in ways:
        for _, definition in spec.definitions(way):
            if definition.kind in ("struct", "union"):
                compare(shown, definition, way, say)
