"""Random records: structs, unions, what they hold, and the types of members."""

from collections import namedtuple

from c_value import Expr, Value, make
from model import PLAIN, SCALARS, Def, Field, Type, lay_out, measure, scalar, up
from ways import ABIS, ARCHS, NEWEST, Way, holds

FIRST = Way(ABIS[0], "tools", NEWEST, False)
INTEGERS = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"]
BIT_TYPES = ["u8", "u16", "u32", "i8", "i16", "i32", "uint64_t", "int64_t", "uint", "int", "ulong", "uchar", "ushort", "short", "ullong", "schar"]


# The largest size anywhere; whether there is but one size and alignment; whether any struct may hold it.
Facts = namedtuple("Facts", "largest constant may_be_held")


def is_flexible(definition):
    """Whether a definition ends in a flexible array somewhere."""
    if definition.type is not None:
        return any(is_flexible(one) for one in innermost(definition.type).defs)
    for field in definition.fields:
        if field.record is not None and (is_flexible(field.record) or None in field.counts):
            return True
        if field.type is not None and (field.type.is_flexible() or any(is_flexible(one) for one in innermost(field.type).defs)):
            return True
    return False


def innermost(type_):
    while type_.kind == "array":
        type_ = type_.of
    return type_


def nesting(definition):
    """How deep structs are nested in a definition."""
    if definition.type is not None:
        return max([0] + [nesting(one) for one in innermost(definition.type).defs])
    inner = [0]
    for field in definition.fields:
        if field.record is not None:
            inner.append(nesting(field.record))
        elif field.type is not None:
            inner += [nesting(one) for one in innermost(field.type).defs]
    return 1 + max(inner)


class Records:
    in_union = False  # of a stable folder, where every member must have one size
    in_anonymous = False  # where C++ takes no tags; a header that is written as a whole has them where they stand

    # --- types ---

    def length(self, low=1, high=9):
        return self.expressions(uniform=not self.folder.legacy).count(low, high)

    def usable(self, when, small=1 << 20):
        """Definitions that may be held where `when` holds."""
        out = []
        for defs in self.types:
            stable = all(one.tree.get("stable") or one.kind in ("enum", "bitmap") for one in defs)
            fits = all(one.when is None or (one.when == when and self.folder.legacy) for one in defs) or defs[0].tree.get("whole")
            if (self.folder.legacy or stable) and fits and (not self.in_union or self.facts(defs).constant) and \
                    self.facts(defs).largest < small and self.facts(defs).may_be_held:
                out.append(defs)
        return out

    def facts(self, defs):
        """What is asked of a definition again and again; known once it is complete."""
        known = getattr(defs[0], "facts", None)
        if known is None:
            type_ = Type("named", defs[0].name, defs=defs)
            sizes = {measure(type_, way) for way in self.shared.all_ways if len(defs) > 1 or holds(defs[0].when, way)}
            known = defs[0].facts = Facts(max([size for size, _ in sizes] + [0]), len(sizes) == 1 and defs[0].when is None,
                                          not any(is_flexible(one) or nesting(one) >= 40 for one in defs))
        return known

    def named(self, defs, plain=False):
        definition = defs[0]
        word = ""
        kinds = {one.kind for one in defs}
        if not plain and kinds <= {"struct", "union"} and len(kinds) == 1 and self.chance(0.2) and \
                all(one.c_form != "typedef" for one in defs):
            word = definition.kind + " "
        return Type("named", definition.name, word=word, defs=defs)

    def target(self, depth):
        """What a handle or pointer may point at."""
        kind = self.rng.random()
        if kind < 0.15:
            return Type("void")
        if kind < 0.25 and depth:
            return self.reference(depth - 1)
        if kind < 0.4 and self.types:
            some = [defs for defs in self.usable(None, 1 << 31) if len(defs) == 1 and defs[0].kind != "typedef"]
            if some and not self.folder.header:
                return self.named([self.rng.choice(some)[0]])
        if kind < 0.47 and not self.folder.header:
            forward = Type("named")
            self.forward.append(forward)
            return forward
        if self.folder.header:
            return scalar(self.rng.choice(["u8", "char", "u16", "u32", "uint64_t"]))
        some = list(SCALARS) if self.folder.legacy else PLAIN + ["char"]
        found = scalar(self.rng.choice(some))
        if self.chance(0.1):
            return Type("array", of=found, count=self.length())
        return found

    def reference(self, depth=2):
        rng = self.rng
        const = self.chance(0.3)
        if not self.folder.legacy:
            return Type("handle", of=self.target(depth if not self.folder.header else 0), const=const)
        kind = rng.choice(["handle", "handle", "pointer"])
        native = kind == "handle" and self.chance(0.4)
        of = self.target(depth if not self.folder.header else 0)
        if self.chance(0.1) and kind == "pointer":
            of = Type("opaque", f"{self.prefix}_nowhere{rng.randint(0, 3)}", word=rng.choice(["struct "]))
        return Type(kind, of=of, const=const, native=native)

    def element(self, when, depth=2):
        """What is no array."""
        kind = self.rng.random()
        some = self.usable(when, 1 << 16) if kind < 0.3 else []
        if some:
            defs = self.rng.choice(some)
            if defs[0].kind == "enum" and getattr(defs[0], "is_c_enum", False) and defs[0].type.name in ("u32", "i32") and self.folder.legacy and self.chance(0.2) and len(defs) == 1:
                return Type("named", defs[0].name, word="enum ", defs=defs)
            return self.named(defs)
        if kind < 0.45:
            return self.reference(depth)
        return scalar(self.rng.choice(list(SCALARS) if self.folder.legacy else PLAIN + ["char"]))

    def any_type(self, when=None):
        found = self.element(when)
        while self.chance(0.2) and found.depth() < 6:
            found = Type("array", of=found, count=self.length())
        if self.chance(0.01):
            while found.depth() < 25:
                found = Type("array", of=found, count=Expr("1", lambda way: Value(1, 4, True)))
        return found

    def settle_forward(self):
        """Handles that were left open point at records of this folder, earlier or later ones."""
        some = [one for one in self.folder.defs if one.kind in ("struct", "union") and one.when is None and
                one.c_form != "typedef" and not one.tree.get("whole") and not one.tree.get("parts")]
        for forward in self.forward:
            if some:
                target = self.rng.choice(some)
                forward.name, forward.defs = target.name, [target]
            else:
                forward.kind = "void"

    def measured(self, uniform):
        """A size or an offset of a record of this spec, or None."""
        some = [defs[0] for defs in self.usable(None) if len(defs) == 1 and defs[0].kind in ("struct", "union") and
                defs[0].c_form != "typedef" and (self.facts(defs).constant or not uniform)]
        if not some:
            return None
        one = self.rng.choice(some)
        size_t = lambda way, bytes_: make("unsigned long" if way.abi.long == 8 else "unsigned int", bytes_, way.abi)
        fields = [field for field in one.fields if field.name and field.bits is None and field.when is None]
        if uniform or not fields or self.chance(0.5):
            return Expr(f"sizeof({one.c_name()})", lambda way: size_t(way, lay_out(one, way)[0]))
        field = self.rng.choice(fields)
        return Expr(f"offsetof({one.c_name()}, {field.name})",
                    lambda way: size_t(way, next(start for other, _, start, _ in lay_out(one, way)[3] if other is field) // 8))

    # --- members ---

    def member_when(self):
        if not self.chance(0.12) or self.in_union:
            return None
        return self.conditions.some(by_abi=self.folder.legacy)

    def plain_member(self, taken, outer):
        when = self.member_when()
        own = when if when is not None else outer
        if when is not None and not self.folder.legacy:
            # All of 8 bytes, so that nothing after it moves to where it does not belong.
            type_ = Type("array", of=scalar("u64"), count=self.length(1, 3)) if self.chance(0.3) else scalar(self.rng.choice(["u64", "i64"]))
        else:
            type_ = self.any_type(own)
        field = Field(self.names.member(taken), type=type_, when=when)
        if self.chance(0.1) and self.folder.legacy and not self.folder.header and type_.kind == "scalar":
            one = f"{self.prefix.upper()}_K{self.names.next()}"
            value = self.rng.randrange(100)
            field.tree["constants"] = [{"name": one, "value": value}]
            self.new_constant(one, lambda way, value=value: Value(value, 4, True), when if when is not None else outer)
        return field

    def bit_members(self, taken):
        """A run of bit-fields."""
        rng = self.rng
        out = []
        if not self.folder.legacy:
            # Whole units, so that nobody pads.
            width = rng.choice([8, 16, 32])
            left = width
            while left:
                bits = rng.randint(1, left)
                left -= bits
                unnamed = self.chance(0.2) and left != 0
                out.append(Field("" if unnamed else self.names.member(taken), type=scalar(f"u{width}"), bits=bits))
                out[-1].goes_on = len(out) > 1
            return out
        for _ in range(rng.choice([1, 2, 4, 8])):
            name = rng.choice(BIT_TYPES)
            size = 4 if SCALARS[name][0] is None else SCALARS[name][0]
            type_ = scalar(name)
            if self.chance(0.2):
                some = [defs for defs in self.usable(None) if len(defs) == 1 and defs[0].kind in ("enum", "bitmap") and
                        measure(defs[0].type, FIRST)[0] < 8]
                if some:
                    type_ = self.named(rng.choice(some))
                    size = measure(type_, FIRST)[0]
            kind = rng.random()
            if kind < 0.12:
                out.append(Field("", type=type_, bits=0))
            else:
                bits = rng.choice([1, 2, 3, rng.randint(1, 8 * size), 8 * size])
                when = self.member_when() if kind < 0.9 else None
                out.append(Field("" if kind < 0.25 else self.names.member(taken), type=type_, bits=min(bits, 8 * size), when=when))
        return out

    def inline(self, taken, depth, outer):
        rng = self.rng
        kind = rng.choice(["struct", "struct", "union"])
        anonymous = self.chance(0.3)
        own = taken if anonymous else set()
        when = self.member_when() if self.folder.legacy else None
        above, self.in_anonymous = self.in_anonymous, self.in_anonymous or anonymous
        inner = self.record(kind, depth + 1, own, when if when is not None else outer)
        self.in_anonymous = above
        field = Field("" if anonymous else self.names.member(taken), record=inner, when=when)
        if not anonymous:
            if self.chance(0.15):
                field.counts = [self.length(1, 4)]
                field.tree["array"] = field.counts[0].text
            if self.chance(0.15):
                field.also = [self.names.member(taken) for _ in range(rng.choice([1, 1, 2]))]
                field.tree["also"] = field.also[0] if len(field.also) == 1 and self.chance(0.5) else list(field.also)
            if self.chance(0.2) and when is None and not (self.in_anonymous and self.folder.header):
                inner.c_word = field.tree["c_tag"] = self.names.type()
        return field

    def tagged(self, taken, depth, outer):
        """A tag and the union that it is for."""
        rng = self.rng
        kind = rng.choice(["integer", "integer", "enum", "bits", "two", "mask", "inner", "outer", "first", "direction"])
        fields, trees = [], {}
        limit, constants = 255, []
        tag = self.names.member(taken)
        enums = [defs[0] for defs in self.usable(outer) if defs[0].kind == "enum" and len(defs) == 1 and defs[0].when is None]
        if kind == "enum" and enums:
            one = rng.choice(enums)
            fields.append(Field(tag, type=self.named([one])))
            constants = [(name, value) for name, value, when in one.values if when is None]
            limit = (1 << 8 * measure(one.type, FIRST)[0] - (one.type.name[0] == "i")) - 1
        elif kind == "bits":
            fields += [Field(tag, type=scalar("u32"), bits=7), Field(self.names.member(taken), type=scalar("u32"), bits=25)]
            fields[-1].goes_on = True
            limit = 127
        elif kind == "inner":
            inner = Def("struct", "", [Field("x", type=scalar("u32")), Field("flags", type=scalar("u32"))])
            fields.append(Field(tag, record=inner))
            tag += ".flags"
        elif kind not in ("first", "direction"):
            fields.append(Field(tag, type=scalar(rng.choice(["u32", "u8", "u16", "u64", "i32"]))))
            limit = 127
        trees["tag"] = tag
        values = [str(n) for n in rng.sample(range(limit + 1 if limit < 1000 else 1000), 6)]
        if constants:
            used = {value for _, value in constants}
            values = [name for name, _ in constants] + [text for text in values if int(text) not in used]
        if kind == "two":
            second = self.names.member(taken)
            fields.append(Field(second, type=scalar("u32")))
            trees["tag"] = [tag, second]
            values = [f"{text}, {rng.randrange(5)}" for text in values]
        if kind == "mask":
            trees["tag_mask"] = "0x3" if self.chance(0.5) else "3"
            values = ["0", "1", "2", "0x3"]
        if kind == "direction":
            trees, values = {"read_by": "direction"}, ["in", "out"]
        elif kind == "first":
            trees["read_by"] = "first"
        elif self.chance(0.3):
            trees["read_by"] = "tag"
        union = Def("union", "")
        inside = set()
        above, self.in_union = self.in_union, self.in_union or not self.folder.legacy
        parent = None
        if kind == "outer":
            # One level further in: ../tag
            trees["tag"] = "../" + tag
            parent = Def("struct", "")
        for _ in range(rng.choice([1, 2, 3])):
            if not values:
                break
            members = self.first_member(inside, tag) if kind == "first" else self.case_member(inside, depth, outer)
            cases = [values.pop() for _ in range(1 if len(values) < 3 else rng.choice([1, 1, 2]))]
            members.tree["case"] = cases[0] if len(cases) == 1 else cases
            if len(cases) == 1 and cases[0].isdigit() and self.chance(0.5):
                members.tree["case"] = int(cases[0])
            union.fields.append(members)
        if self.chance(0.2) and kind not in ("mask", "first", "direction"):
            union.fields.append(Field(self.names.member(inside), type=scalar("u8"), tree={"case": "*"}))
        if not self.folder.legacy:
            self.pad_union(union, inside)
        self.in_union = above
        field = Field(self.names.member(taken), record=union, tree=trees)
        if parent is not None:
            parent.fields = [field]
            return fields + [Field(self.names.member(taken), record=parent)]
        return fields + [field]

    def case_member(self, taken, depth, outer):
        if depth < 3 and self.chance(0.4):
            own = set()
            return Field(self.names.member(taken), record=self.record("struct", depth + 1, own, outer))
        return Field(self.names.member(taken), type=self.any_type(outer))

    def first_member(self, taken, tag):
        """A record that begins with the tag."""
        body = Field("body", type=Type("array", of=scalar("u32"), count=self.length()))
        return Field(self.names.member(taken), record=Def("struct", "", [Field(tag, type=scalar("u32")), body]))

    def view_of(self, kind, tree):
        """How a union without a tag is read."""
        if kind == "union":
            tree.setdefault("read_by", self.rng.choice(["view", "context"]))

    # --- records ---

    def record(self, kind, depth, taken, outer):
        """An inline record, or what a struct or union holds."""
        rng = self.rng
        definition = Def(kind, "")
        if kind == "union":
            above, self.in_union = self.in_union, self.in_union or not self.folder.legacy
            for _ in range(rng.choice([1, 2, 3])):
                if depth < 4 and self.chance(0.2):
                    definition.fields.append(self.inline(taken, depth, outer))
                else:
                    field = self.plain_member(taken, outer)
                    if not self.folder.legacy:
                        field.when = None
                    definition.fields.append(field)
            if not self.folder.legacy:
                self.pad_union(definition, taken)
            self.in_union = above
            return definition
        for _ in range(rng.choice([1, 2, 3, 5] if depth else [0, 1, 2, 3, 5, 8, 12])):
            choice = rng.random()
            if choice < 0.12:
                definition.fields += self.bit_members(taken)
            elif choice < 0.24 and depth < 5:
                definition.fields.append(self.inline(taken, depth, outer))
            elif choice < 0.32 and depth < 4:
                definition.fields += self.tagged(taken, depth, outer)
            elif choice < 0.36:
                handle = Field(self.names.member(taken), type=Type("handle", of=scalar("u8"), const=self.chance(0.5)))
                counter = Field(self.names.member(taken), type=scalar(rng.choice(["u32", "u64", "u16"])))
                handle.tree["len"] = counter.name
                definition.fields += [handle, counter] if self.chance(0.5) else [counter, handle]
            else:
                definition.fields.append(self.plain_member(taken, outer))
        if not self.folder.legacy:
            self.pad_struct(definition, taken)
        return definition

    def pad_struct(self, definition, taken):
        """Writes all padding down, or waives the rule."""
        fields, definition.fields = definition.fields, []
        if any(field.when is not None for field in fields):
            # Aligned to 8 bytes in any case.
            definition.fields.append(Field(self.names.member(taken), type=scalar("u64")))
        for field in fields + [None]:
            if not definition.fields and field is None:
                return
            size, align, end = lay_out(definition, FIRST)[:3]
            if field is not None:
                align = 8 if field.when is not None else \
                    lay_out(field.record, FIRST)[1] if field.record is not None else measure(field.type, FIRST)[1]
            hole = up(end, align) - end if not getattr(field, "goes_on", False) else 0
            if hole and field is not None and self.chance(0.1) and field.when is None and not field.record and field.bits is None:
                field.tree["waive"] = [{"rule": "padding-implicit", "reason": "Shipped so."}]
            elif hole:
                pad = Type("array", of=scalar("u8"), count=Expr(str(hole), lambda way, hole=hole: Value(hole, 4, True)))
                definition.fields.append(Field(self.names.member(taken), type=pad, tree={"reserved": True}))
            if field is not None:
                definition.fields.append(field)

    def pad_union(self, definition, taken):
        size, _, end = lay_out(definition, FIRST)[:3]
        if size != end:
            pad = Type("array", of=scalar("u8"), count=Expr(str(size), lambda way: Value(size, 4, True)))
            definition.fields.append(Field(self.names.member(taken), type=pad, tree={"reserved": True}))

    def sound(self, definition, when):
        """Whether it has a size that C takes, wherever it is."""
        return all(lay_out(definition, way)[0] < 1 << 31 for way in self.shared.all_ways if holds(when, way))

    def struct(self, kind="struct"):
        rng = self.rng
        when = self.conditions.some(by_abi=self.folder.legacy) if self.chance(0.1) else None
        name = self.names.type()
        while True:
            constants, known = len(self.constants), len(self.known)
            made = self.record(kind, 0, set(), when)
            if self.sound(made, when) and nesting(made) < 60:
                break
            # Nobody sees the constants of members of a record that is not kept.
            del self.constants[constants:], self.known[known:]
        made.name, made.when, made.folder = name, when, self.folder.name
        if self.chance(0.2):
            made.c_form = rng.choice(["typedef", "both", "tag"])
        made.tree["stable"] = not self.folder.legacy
        tree = {"name": name}
        if when is not None:
            tree["when"] = when
        if made.c_form:
            tree["c_form"] = made.c_form
        self.view_of(kind, tree)
        if self.folder.legacy and kind == "struct" and made.fields and self.chance(0.06):
            self.end_flexible(made)
        self.add(kind + "s", tree)
        made.tree["item"] = tree
        self.types.append([made])
        self.folder.defs.append(made)
        if made.c_form not in ("typedef", "both") and self.chance(0.12):
            tree["typedef"] = f"{name[:55]}_alias"
            self.folder.defs.append(Def("typedef", tree["typedef"], type=Type("named", name, defs=[made]), when=when, folder=made.folder))
        if self.folder.header and self.chance(0.15):
            tree["handle"] = True
        elif self.folder.header and self.chance(0.4):
            handle = {"name": name}
            if made.c_form not in ("typedef", "both"):
                return made
            if when is not None:
                handle["when"] = when
            self.add("handles", handle)
        return made

    def union(self):
        return self.struct("union")

    def end_flexible(self, definition):
        """Gives a struct a flexible array, or one of no elements, at its end; what is before must always be there."""
        rng = self.rng
        if not any(field.when is None and field.bits is None for field in definition.fields):
            return
        kind = rng.random()
        none = Expr("0", lambda way: Value(0, 4, True))
        element = rng.choice([scalar(rng.choice(["u8", "u32", "u64", "uint64_t"]))])
        name = f"tail{self.names.next()}"
        if kind < 0.3:
            definition.fields.append(Field(name, type=Type("array", of=element, count=none)))
        elif kind < 0.8 or self.folder.header:
            definition.fields.append(Field(name, type=Type("array", of=element, open_text="" if self.folder.header else
                                                                         rng.choice(["", "XEN_FLEX_ARRAY_DIM"]))))
        else:
            inner = Def("struct", "", [Field("key", type=scalar("u32")), Field("value", type=element)])
            definition.fields.append(Field(name, record=inner, counts=[None], tree={"array": "XEN_FLEX_ARRAY_DIM"}))

    def flexible_user(self):
        some = [defs for defs in self.types if len(defs) == 1 and defs[0].kind == "struct" and defs[0].when is None and
                defs[0].name and is_flexible(defs[0]) and defs[0].fields and nesting(defs[0]) < 10]
        if not some:
            return
        made = Def("struct", self.names.type(), [Field("a", type=scalar("u8")), Field("last", type=self.named(self.rng.choice(some)))],
                   folder=self.folder.name)
        self.finish(made)

    def finish(self, made, tree=None):
        """Adds a record that was made by hand."""
        made.folder = self.folder.name
        tree = {"name": made.name} if tree is None else tree
        if made.when is not None:
            tree["when"] = made.when
        self.add(made.kind + "s", tree)
        made.tree["item"] = tree
        self.types.append([made])
        self.folder.defs.append(made)

    def extreme(self):
        """As large as anything may be, or as deep."""
        rng = self.rng
        top = (1 << 31) - 1
        fixed = lambda n: Expr(rng.choice([str(n), hex(n)]), lambda way: Value(n, 4, True))
        kind = rng.choice(["bytes", "shorts", "nested", "inline", "power"])
        name = self.names.type()
        if kind == "bytes":
            fields = [Field("a", type=Type("array", of=scalar("u8"), count=fixed(top - rng.choice([0, 1, 7]))))]
        elif kind == "shorts":
            fields = [Field("a", type=Type("array", of=scalar("u16"), count=fixed(top // 2)))]
        elif kind == "power":
            fields = [Field("a", type=Type("array", of=Type("array", of=scalar("u32"), count=fixed(1 << 14)), count=fixed(1 << 14)))]
        elif kind == "nested":
            type_ = scalar("u64")
            while type_.depth() < rng.choice([10, 31]):
                type_ = Type("array", of=type_, count=fixed(rng.choice([1, 1, 1, 2])))
            fields = [Field("a", type=type_)]
        else:
            inner = Def("struct", "", [Field("x", type=scalar("u16"))])
            for _ in range(rng.choice([10, 25])):
                inner = Def(rng.choice(["struct", "union"]), "", [Field(rng.choice(["", "n"]), record=inner)])
            fields = [Field("a", record=inner)]
        made = Def("struct", name, fields)
        self.finish(made)
        self.types.pop()

    def chain(self):
        """Structs that hold one another."""
        inner = Def("struct", self.names.type(), [Field("x", type=scalar(self.rng.choice(["u8", "u64", "ulong"])))])
        self.finish(inner)
        for _ in range(self.rng.choice([5, 30, 150])):
            outer = Def("struct", self.names.type(), [Field("n", type=Type("named", inner.name, defs=[inner]))])
            self.finish(outer)
            self.types.pop()
            inner = outer

    def opaque_user(self):
        made = Def("struct", self.names.type(), [
            Field("a", type=Type("pointer", of=Type("opaque", f"{self.prefix}_opaque", word="struct "), const=self.chance(0.5))),
            Field("b", type=Type("handle", of=Type("opaque", f"{self.prefix}_opaque_u", word="union ")))])
        if self.folder.header:
            made.fields.pop()
        self.finish(made)

    def typedef(self):
        rng = self.rng
        type_ = self.any_type()
        made = Def("typedef", self.names.type(), type=type_, folder=self.folder.name)
        made.fields = []
        made.when = next((one.when for one in innermost(type_).defs if one.when is not None), None) if len(innermost(type_).defs) == 1 else None
        if len(innermost(type_).defs) > 1 or not all(measure(type_, way)[0] < 1 << 30 for way in self.shared.ways if holds(made.when, way)):
            return
        made.tree["stable"] = not self.folder.legacy
        tree = {"name": made.name}
        if made.when is not None:
            tree["when"] = made.when
        made.tree["item"] = tree
        self.add("typedefs", tree)
        self.types.append([made])
        self.folder.defs.append(made)

    def several(self):
        """A name with several definitions, of which one is always there, or with one that is sometimes."""
        parts = self.conditions.parts()
        name, defs = self.names.type(), []
        current = not any("since" in part for part in parts)
        for part in parts:
            size = self.length(1, 3)
            if not self.folder.legacy:
                fields = [Field("a", type=Type("array", of=scalar("u64"), count=size))]
            else:
                fields = [Field("a", type=scalar(self.rng.choice(list(SCALARS)))), Field("b", type=Type("array", of=scalar("u16"), count=size))]
            made = Def("struct", name, fields, when=part, folder=self.folder.name)
            made.tree["stable"] = not self.folder.legacy
            made.tree["parts"] = True
            tree = {"name": name, "when": part}
            made.tree["item"] = tree
            self.add("structs", tree)
            self.folder.defs.append(made)
            defs.append(made)
        if current and not any(self.differs_within_arch(part) for part in parts):
            for one in defs:
                one.tree["whole"] = True
            self.types.append(defs)

    def differs_within_arch(self, part):
        words = part.get("abi", [])
        words = words if isinstance(words, list) else [words]
        return not self.folder.legacy and any(word not in ARCHS for word in words)

    # --- architectures ---

    def arch_folder(self, folder):
        """The same name in the folder of each architecture, of another shape in each."""
        shared = getattr(self, "arch_names", None)
        if shared is None:
            shared = self.arch_names = [self.names.type() for _ in range(self.rng.choice([1, 2]))]
            self.arch_made = {name: [] for name in shared}
        abis = {"abi": folder.arch}
        for name in shared:
            made = Def("struct", name, [Field("a", type=scalar(self.rng.choice(PLAIN))), Field("b", type=self.arch_array())],
                       when=abis, folder=folder.name)
            tree = {"name": name}
            made.tree["item"] = tree
            made.tree["parts"] = True
            self.add("structs", tree)
            folder.defs.append(made)
            self.arch_made[name].append(made)
        for definition in folder.defs:
            definition.tree.pop("item").update(self.def_tree(definition))

    def arch_array(self):
        return Type("array", of=scalar(self.rng.choice(["u32", "ulong", "u64", "uint64_t"])), count=self.length(1, 4))

    def arch_defs(self):
        return getattr(self, "arch_made", {}) if self.folder.legacy else {}

    def arch_user(self):
        """Uses what each architecture has; it is where they are."""
        defs = self.rng.choice(list(self.arch_defs().values()))
        type_ = Type("named", defs[0].name, defs=defs)
        made = Def("struct", self.names.type(), [Field("before", type=scalar("u8")), Field("own", type=type_),
                                                Field("more", type=Type("array", of=type_, count=self.length()))], folder=self.folder.name)
        if len(defs) < len(ARCHS):
            made.when = {"abi": [one.when["abi"] for one in defs]}
        tree = {"name": made.name}
        made.tree["item"] = tree
        made.tree["parts"] = True
        self.add("structs", tree)
        self.folder.defs.append(made)

    # --- trees ---

    def type_tree(self, type_):
        """A type as the spec says it: a string, or a table in one of the older dialects."""
        rng = self.rng
        if not self.chance(self.dialect):
            return type_.text()
        first = self.chance(0.5)
        if type_.kind == "scalar" and type_.name in INTEGERS and first:
            return {"tag": type_.name}
        if type_.kind == "array" and type_.count is not None and type_.count.text.isdigit():
            pair = [self.type_tree(type_.of), int(type_.count.text)]
            return {"tag": "array", "args": pair} if first else {"array": pair}
        if type_.kind == "handle" and not type_.const and not type_.native and type_.of.kind != "void":
            of = self.type_tree(type_.of)
            return {"tag": "ptr", "args": of} if first else {"ptr": of}
        if type_.kind == "named" and not type_.word and len(type_.defs) == 1 and type_.defs[0].kind in ("enum", "bitmap", "struct"):
            kind = type_.defs[0].kind
            return {"tag": kind, "args": type_.name} if first else {kind: type_.name}
        return type_.text()

    def field_tree(self, field):
        tree = {"name": field.name} if field.name else {}
        if field.record is not None:
            tree.update({key: value for key, value in field.tree.items()})
            if field.record.kind == "union" and "tag" not in tree:
                tree.setdefault("read_by", self.rng.choice(["view", "context"]))
            tree[field.record.kind] = [self.field_tree(inner) for inner in field.record.fields]
        else:
            tree["typ" if self.chance(0.1) else "type"] = self.type_tree(field.type)
            tree.update(field.tree)
            if field.bits is not None:
                tree["bits"] = field.bits
        if field.when is not None:
            tree["when"] = field.when
        if field.bits is None and field.name and self.chance(0.1):
            tree["dir"] = self.rng.choice(["in", "out", "inout"])
        if self.chance(0.1):
            tree["description"] = self.names.text()
        return tree

    def def_tree(self, definition):
        if definition.kind == "typedef":
            return {"typ" if self.chance(0.1) else "type": self.type_tree(definition.type)}
        if not definition.fields and definition.kind == "struct" and self.chance(0.5):
            return {}
        return {"fields": [self.field_tree(field) for field in definition.fields]}
