"""Makes one random valid spec: a list of folders, each with the trees of its definitions, and the model of what they mean."""

import random

import make_code
import make_record
from c_value import Expr, Expressions, Value
from model import Def
from toml_text import Spelled
from ways import ABIS, ARCHS, NEWEST, RELEASES, Conditions, Way, holds, ways_of
from words import Names


class Shared:
    """What the specs of one tree have in common: the versions and macros that conditions name, the architectures with folders."""

    def __init__(self, seed):
        rng = random.Random(f"shared:{seed}")
        pool = [0x00030205, 0x00030209, 0x00040300, 0x00040600, 0x00041300, 1, 0x7FFFFFFF, 0xFFFFFFFE]
        self.versions = sorted(rng.sample(pool, rng.choice([1, 2, 2, 3])))
        self.macros = [f"XBG_OPTION_{word}" for word in rng.sample(["A", "b", "Cc"], rng.choice([1, 2]))]
        self.archs = rng.choice([[], ["x86"], ["x86", "arm"], ARCHS, ARCHS])
        self.ways = ways_of(self.versions)
        # Older releases, for 64 bits and for 32.
        self.all_ways = self.ways + [Way(abi, "tools", NEWEST, False, release) for release in RELEASES[:-1] for abi in ABIS[:2]]


class Folder:
    def __init__(self, name, level, header=False, arch=None):
        self.name, self.level, self.header, self.arch = name, level, header, arch
        self.items = []  # (kind, tree), in order
        self.defs = []
        self.when = None  # of all that it has

    @property
    def legacy(self):
        return self.level == "legacy"


class Constant(Expr):
    """A constant of C: its name, its value, and where it is in Rust (None: nowhere) beneath the module of its folder."""

    def __init__(self, name, at, when=None, rust=None, folder="", is_open=False):
        super().__init__(f"({name})" if is_open else name, at)
        self.name = name
        self.when, self.rust, self.folder = when, rust, folder  # `rust`: its name there, if it is a constant of its own
        self.typed = False


class Spec(make_record.Records, make_code.Code):
    def __init__(self, seed, index, shared):
        self.rng = rng = random.Random(f"{seed}:{index}")
        self.shared, self.prefix, self.index = shared, f"s{index}", index
        self.names = Names(rng, self.prefix)
        self.conditions = Conditions(rng, shared.versions, shared.macros)
        self.folders = []
        self.types = []  # lists of definitions that share a name, those that may be used by value
        self.constants = []  # all
        self.known = []  # those that may stand in any expression
        self.strings = []
        self.wild = rng.choice([0, 0.1, 0.3, 0.6, 1])
        self.dialect = rng.choice([0, 0, 0.3, 1])
        for folder in self.plan():
            # What a stable folder pads is right in one release only.
            self.conditions.releases = folder.legacy
            self.fill(folder)

    def chance(self, share):
        return self.rng.random() < share

    def plan(self):
        rng, p = self.rng, self.prefix
        words = rng.sample(["", "-core", "_op", "/deep/er", "/type", "-x_y", "/hvm"], rng.choice([1, 1, 2, 3]))
        levels = [rng.choice(["legacy", "legacy", "legacy", "stable", "toolstack", ""]) for _ in words]
        # A stable folder uses what is stable only, so those come first.
        levels.sort(key=lambda level: level == "legacy")
        folders = [Folder(p + word, level) for word, level in zip(words, levels)]
        if self.shared.archs and self.chance(0.5):
            archs = [Folder(f"arch-{arch}/{p}", "legacy", arch=arch) for arch in self.shared.archs]
            folders[:0] = archs
        if self.chance(0.25):
            folders.append(Folder(p + "h", "legacy", header=True))
            if self.chance(0.3):
                folders[-1].when = {rng.choice(["since", "until"]): rng.choice(RELEASES[1:])}
        return folders

    def fill(self, folder):
        rng = self.rng
        self.folders.append(folder)
        self.folder = folder
        self.forward = []
        if folder.arch:
            self.arch_folder(folder)
            return
        if folder.header:
            self.header_start(folder)
        menu = [(self.constant, 4), (self.enum, 2), (self.bitmap, 2), (self.struct, 6), (self.union, 1), (self.typedef, 2),
                (self.several, 2 if folder.legacy else 1), (self.split_constant, 1)]
        if folder.legacy:
            menu += [(self.extreme, 0.3), (self.chain, 0.2), (self.opaque_user, 0.5), (self.flexible_user, 0.5)]
        if not folder.header:
            menu += [(self.hypercall, 0.5), (self.ring, 0.4), (self.save, 0.4), (self.event_ring, 0.4), (self.calls, 0.4)]
            menu += [(self.include, 0.5)]
        menu += [(self.verbatim, 0.4), (self.arch_user, 1.5 if self.arch_defs() else 0)]
        for _ in range(rng.choice([2, 4, 6, 10, 16])):
            rng.choices([make for make, _ in menu], [weight for _, weight in menu])[0]()
        if all(kind == "includes" for kind, _ in folder.items):
            self.constant()
        self.settle_forward()
        for definition in folder.defs:
            if "item" in definition.tree:
                definition.tree.pop("item").update(self.def_tree(definition))
        if not folder.header:
            rng.shuffle(folder.items)
            # Code comes before what is made of it.
            folder.items.sort(key=lambda item: item[0] != "verbatim")

    def add(self, kind, tree):
        if self.chance(0.3) and kind not in ("includes", "handles"):
            tree["description"] = self.names.text()
        self.folder.items.append((kind, tree))
        return tree

    # --- constants ---

    def expressions(self, uniform=False):
        """Over what is known everywhere; `uniform`: with one value, everywhere."""
        known = self.known
        if uniform:
            known = [one for one in known if len({one.at(way).value for way in self.shared.all_ways}) == 1]
        return Expressions(self.rng, known, self.shared.all_ways, lambda: self.measured(uniform),
                           not self.folder.header)  # what replaces a header of Xen's has them from Xen's own

    def new_constant(self, name, at, when=None, is_open=False):
        one = Constant(name, at, when, name.upper(), self.folder.name, is_open)
        self.constants.append(one)
        if when is None and not self.folder.arch and self.chance(0.7):
            self.known.append(one)
        return one

    def literal(self, tree):
        """Gives a constant a number; returns its Value as C types it."""
        rng = self.rng
        bits = rng.choice([4, 8, 16, 31, 32, 33, 63, 64])
        value = rng.choice([rng.randrange(1 << bits), (1 << bits) - 1, -rng.randrange(1, 1 << min(bits, 63)), 0, 1, -(1 << 63)])
        if value >= 0 and self.chance(0.4):
            tree["value"] = Spelled(rng.choice([hex(value), f"0x{value:X}", f"0x{value:08x}", f"0o{value:o}", f"0b{value:b}"]))
        else:
            tree["value"] = value
        if self.chance(0.3):
            tree["type"] = rng.choice([name for name, low, high in
                                       [(f"u{n}", 0, (1 << n) - 1) for n in (8, 16, 32, 64)] +
                                       [(f"i{n}", -(1 << (n - 1)), (1 << (n - 1)) - 1) for n in (8, 16, 32, 64)]
                                       if low <= value <= high])
        suffix = rng.choice(["", "U", "UL", "ULL"]) if value >= 0 and self.chance(0.3) else None
        if suffix is not None:
            tree["c_suffix"] = suffix
        return value, suffix

    def literal_at(self, value, suffix):
        """C's type of a number: only its value and sign are sure where 64 bits are needed."""
        def at(way):
            if suffix == "UL" and value < 1 << 32:
                return Value(value, way.abi.long, False, (way.abi.long, 1))
            size = 4 if -(1 << 31) <= value < 1 << 32 and suffix != "ULL" else 8
            unsigned = value >= 1 << 31 if size == 4 else value >= 0
            return Value(value, size, not (unsigned or bool(suffix)), (size, 2 if size == 8 else 0))
        return at

    def constant(self):
        name = self.names.constant()
        kind = self.rng.random()
        tree, is_open = {"name": name}, False
        if kind < 0.5:
            at = self.literal_at(*self.literal(tree))
        elif kind < 0.85:
            expr = self.expressions().any()
            tree["expr"], at, is_open = expr.text, expr.at, expr.is_open
        elif kind < 0.9:
            value = self.rng.randrange(1 << 16)
            tree.update({"value": value, "c_value": f"((unsigned int){value})", "type": "u32"})
            at = lambda way: Value(value, 4, False)
        else:
            tree["value"] = self.rng.choice(["", "text", "quo\"te\\", "é漢🙂", "??/?", "two\nlines", "\x7f\x01", "%s", "*/ /*"])
            self.add("constants", tree)
            self.strings.append((name, tree["value"], self.folder.name))
            return
        when = self.conditions.some() if self.chance(0.15) else None
        if when is not None:
            tree["when"] = when
        self.add("constants", tree)
        self.new_constant(name, at, when, is_open).typed = True

    def split_constant(self):
        """A name with several definitions, one of which is always there."""
        name = self.names.constant()
        parts = self.conditions.parts()
        ats = []
        for part in parts:
            tree = {"name": name, "when": part}
            small = self.rng.randint(1, 9)
            tree["value"] = small
            self.add("constants", tree)
            ats.append((part, small))

        def at(way):
            return Value(next(value for part, value in ats if holds(part, way)), 4, True)
        self.new_constant(name, at)

    # --- enums and bitmaps ---

    def names_key(self, tree, name):
        """How the constants of an enum or bitmap are called: their C name, from a word."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.4:
            return lambda word: f"{name}_{word}".upper()
        prefix = f"{self.prefix.upper()}_{'E' if kind < 0.9 else 'e'}{self.names.next()}_"
        tree["c_prefix"] = prefix
        return lambda word: prefix + word

    def enum(self, limit=None):
        rng = self.rng
        name = self.names.type()
        width = rng.choice([8, 16, 32, 32, 64])
        signed = limit is None and self.chance(0.3)
        type_name = f"{'i' if signed else 'u'}{width}"
        if width == 32 and self.folder.legacy and self.chance(0.3):
            type_name = "int" if signed else "uint"
        tree = {"name": name, "type": type_name}
        c_name = self.names_key(tree, name)
        form = rng.choice([None, None, None, "define", "enum", "typedef", "both", "anonymous"])
        fits_int = form in ("enum", "typedef", "both", "anonymous") or self.chance(0.5)
        top = min((1 << width - signed) - 1, (1 << 31) - 1 if fits_int else (1 << 64) - 1, limit or 1 << 64)
        low = -(1 << (min(width, 32) if fits_int else width) - 1) if signed else 0
        suffix = rng.choice(["", "U", "UL", "ULL"]) if not form and self.chance(0.15) else None
        if suffix:
            tree["c_suffix"] = suffix
        if form:
            tree["c_form"] = form
        values, variants, made, rust = set(), [], [], []
        for i in range(rng.choice([1, 2, 3, 5, 9])):
            word = f"{rng.choice(['on', 'Off', 'X', 'self', 'type', 'a_b'])}{i}"
            variant = {"name": word}
            value = rng.choice([i, rng.randint(low, top), top, low if signed else top])
            if value in values or value > top:
                continue
            if self.chance(0.2) and 0 <= value < 1 << 30 and form != "anonymous":
                variant["expr"] = rng.choice([f"({value} + 0)", f"0x{value:x}", f"({value}U << 0)" if not form else f"{value}", f"sizeof(char) * {value}"
                                              if not form else f"({value} | {value})"])
                sized = "sizeof" in variant["expr"] or "U" in variant["expr"]
            else:
                variant["value"] = value if value < 0 or self.chance(0.7) else Spelled(hex(value))
                sized = False
            values.add(value)
            full = c_name(word)
            if self.chance(0.1):
                full = variant["c_name"] = f"{self.prefix.upper()}_N{self.names.next()}"
            if self.chance(0.1) and variants:
                variant["when"] = self.conditions.some()
            variants.append(variant)
            made.append((full, value, variant.get("when")))
            rust.append((word.upper(), value, variant.get("when")))
        tree["variants"] = variants
        self.add("enums", tree)
        definition = Def("enum", name, type=make_record.scalar(type_name), folder=self.folder.name, tree={})
        definition.c_form = form or ""
        definition.values, definition.rust_values = made, rust
        for full, value, when in made:
            one = Constant(full, lambda way, value=value: Value(value, 8, value < 0), when, None, self.folder.name)
            self.constants.append(one)
        self.types.append([definition])
        self.folder.defs.append(definition)
        definition.is_c_enum = form in ("enum", "typedef", "both") or (
            form is None and suffix is None and all(-(1 << 31) <= value < 1 << 31 for value in values) and
            not any("U" in str(v.get("expr", "")) or "sizeof" in str(v.get("expr", "")) for v in variants))
        return definition

    def bitmap(self):
        rng = self.rng
        name = self.names.type()
        width = rng.choice([8, 16, 32, 64])
        tree = {"name": name, "type": f"u{width}"}
        if self.chance(0.15):
            tree["c_suffix"] = rng.choice(["", "U", "UL", "ULL"])
        if self.chance(0.15):
            tree["c_numbers"] = True
        if self.chance(0.1):
            tree["c_max"] = f"{self.prefix.upper()}_MAX{self.names.next()}"
        if self.chance(0.1):
            tree["c_all"] = rng.choice(["", f"{self.prefix.upper()}_ALL{self.names.next()}"])
        c_name = self.names_key(tree, name)
        bits, at, made, rust = [], 0, [], []
        while at < width and len(bits) < 10:
            at += rng.choice([0, 0, 1, rng.randrange(width)])
            run = rng.choice([1, 1, 1, 2, 3, width - at, 1])
            if at + run > width or run < 1:
                break
            word = f"{rng.choice(['bit', 'Run', 'all', 'empty', 'insert', 'mode', 'bits'])}{len(bits)}"
            bit = {"name": word, "shift": at}
            if run > 1 or self.chance(0.05):
                bit["width"] = run
            if run > 1 and self.chance(0.3):
                fitting = [defs[0] for defs in self.types if defs[0].kind == "enum" and defs[0].when is None and
                           all(0 <= value < 1 << run for _, value, _ in defs[0].values)]
                if fitting:
                    bit["type"] = rng.choice(fitting).name
            if self.chance(0.1):
                bit["when"] = self.conditions.some()
            full = c_name(word)
            if self.chance(0.1):
                full = bit["c_name"] = f"{self.prefix.upper()}_B{self.names.next()}"
            bits.append(bit)
            if run == 1:
                made.append((full, 1 << at, bit.get("when")))
                rust.append((word.upper(), 1 << at, bit.get("when")))
            at += run
        tree["bits"] = bits
        if "c_max" in tree and not any("width" not in bit and "when" not in bit for bit in bits):
            del tree["c_max"]
        self.add("bitmaps", tree)
        definition = Def("bitmap", name, type=make_record.scalar(f"u{width}"), folder=self.folder.name)
        definition.values, definition.rust_values = made, rust
        for full, value, when in made:
            self.constants.append(Constant(full, lambda way, value=value: Value(value, 8, False), when, None, self.folder.name))
        self.types.append([definition])
        self.folder.defs.append(definition)
        return definition

    # --- what is there, however it is included ---

    def folders_in(self, way):
        return [folder for folder in self.folders if folder.arch in (None, way.abi.arch) and holds(folder.when, way)]

    def definitions(self, way):
        """(folder, definition) of all that there are in a way."""
        return [(folder, one) for folder in self.folders_in(way) for one in folder.defs if holds(one.when, way)]

    def constants_in(self, way):
        names = {folder.name for folder in self.folders_in(way)}
        return [one for one in self.constants if one.folder in names and holds(one.when, way)]

    # --- trees ---

    def files(self):
        """{path: (top, items)}: what is to be written."""
        out = {}
        for folder in self.folders:
            top = {"level": folder.level} if folder.level else {}
            if folder.header:
                top["header"] = {"guard": f"__{self.prefix.upper()}_H__", **(folder.when or {})}
            cuts = 1 if folder.header else self.rng.choice([1, 1, 1, 2, 3])
            names = [f"{self.prefix}-{letter}.toml" for letter in "abc"[:cuts]]
            for name in names:
                out[f"{folder.name}/{name}"] = (dict(top), [])
            for item in folder.items:
                name = names[0] if item[0] == "verbatim" else self.rng.choice(names)
                out[f"{folder.name}/{name}"][1].append(item)
        return out
