"""Random rows of tables, verbatim code, and what begins a header that replaces another."""

from make_record import is_flexible
from model import measure, Type
from ways import holds


class Code:
    def plain_structs(self, small=1 << 10):
        """Structs of this spec that are always there, of some size."""
        out = []
        for defs in self.types:
            one = defs[0]
            if len(defs) == 1 and one.kind == "struct" and one.when is None and one.c_form != "typedef" and not is_flexible(one) and \
                    (self.folder.legacy or one.tree.get("stable")) and \
                    all(0 < measure(Type("named", one.name, defs=defs), way)[0] < small for way in self.shared.ways):
                out.append(one)
        return out

    def number(self):
        """One that no other spec has."""
        return self.index * 64 + self.names.next() % 64

    def hypercall(self):
        rng = self.rng
        some = [one for one in self.plain_structs()]
        prefix = f"{self.prefix.upper()}_OP{self.names.next()}_"
        ops = []
        for i in range(rng.choice([0, 1, 2, 4])):
            op = {"name": f"{rng.choice(['start', 'type', 'Stop', 'self'])}{i}", "value": i * rng.choice([1, 1, 3]) + (i > 0) * 20}
            if some and self.chance(0.7):
                op["arg"] = rng.choice(some).name
                op["dir"] = rng.choice(["in", "out", "inout"])
            if self.chance(0.15):
                op["when"] = self.conditions.some()
            if self.chance(0.1):
                op["expr"] = str(op.pop("value"))
            ops.append(op)
        values = [int(op.get("value", op.get("expr"))) for op in ops]
        if len(set(values)) != len(values):
            return
        tree = {"name": f"{self.prefix}_call{self.names.next()}", "number": self.hypercall_number(),
                "args": [{"name": "cmd", "type": "uint"}, {"name": "arg", "type": "handle<void>"}]}
        if self.chance(0.3):
            tree["callers"] = rng.sample(["pv32", "pv64", "hvm32", "hvm64", "arm"], rng.randint(1, 4))
        if ops:
            tree.update({"op": "cmd", "c_prefix": prefix, "ops": ops})
        if self.chance(0.1):
            tree["when"] = self.conditions.some()
        self.add("hypercalls", tree)

    def hypercall_number(self):
        self.numbers = getattr(self, "numbers", 0) + 1
        return self.index * 32 + self.numbers

    def ring(self):
        rng = self.rng
        some = self.plain_structs()
        tree = {"name": f"{self.prefix}_ring{self.names.next()}"}
        if not self.folder.legacy:
            return
        if some and self.chance(0.6):
            tree["request"], tree["response"] = f"struct {rng.choice(some).name}", f"struct {rng.choice(some).name}"
        else:
            tree["flex"] = True
            if self.chance(0.5):
                tree["intf"] = True
        if self.chance(0.15):
            tree["when"] = self.conditions.some()
        self.add("rings", tree)

    def save(self):
        some = self.plain_structs()
        if not some or not self.folder.legacy:
            return
        one = self.rng.choice(some)
        taken = getattr(self, "saved", set())
        self.saved = taken
        if one.name in taken:
            return
        taken.add(one.name)
        tree = {"name": f"{self.prefix.upper()}_SAVE{self.names.next()}", "code": self.index * 32 + len(taken), "type": f"struct {one.name}"}
        older = [other for other in some if other.name not in taken]
        if older and self.chance(0.4):
            other = self.rng.choice(older)
            taken.add(other.name)
            tree["compat"], tree["fix"] = f"struct {other.name}", f"{self.prefix}_fix{self.names.next()}"
        self.add("saves", tree)

    def event_ring(self):
        some = self.plain_structs(500)
        if not some:
            return
        name = f"{self.prefix.upper()}_RING{self.names.next()}"
        tree = {"name": name, "type": f"struct {self.rng.choice(some).name}", "offset": self.rng.choice([0, 1024, 2048]),
                "size": self.rng.choice([1000, 1024, f"(2048 - {name}_OFFS / 2)"])}
        if self.chance(0.3):
            tree["length"] = self.rng.choice([1, f"({name}_SIZE / {name}_SIZE)"])
        self.add("event_rings", tree)

    def calls(self):
        """An enum whose values are calls of a macro, and the code that makes enumerators of them."""
        rng = self.rng
        if any(kind == "enums" and tree.get("c_form") == "call" for kind, tree in self.folder.items):
            return
        name, upper = self.names.type(), f"{self.prefix.upper()}_X{self.names.next()}"
        variants = [{"name": f"V{i}", "value": i * 3} for i in range(rng.choice([1, 3, 6]))]
        for variant in variants:
            if self.chance(0.3):
                variant["attributes"] = rng.choice(["A", "!S|", "A|"])
            if self.chance(0.3):
                variant["description"] = "What it is"
        self.pending = None
        self.add("verbatim", {"name": upper, "text": f"#define {upper}(name, value) enum {{ {upper}_##name = value }};"})
        self.folder.items.append(("enums", {"name": name, "type": "u32", "c_form": "call", "c_macro": upper, "c_prefix": f"{upper}_",
                                            "variants": variants}))

    def verbatim(self):
        name = f"{self.prefix.upper()}_CODE{self.names.next()}"
        tree = {"name": name, "text": f"#define {name}(x) (((x) & 0xff) + 1)"}
        if self.chance(0.2):
            tree["when"] = self.conditions.some()
        if self.chance(0.3):
            tree["text"] = f"#ifndef {name}\n{tree['text']}\n#endif"
        self.add("verbatim", tree)

    def header_start(self, folder):
        ups = "../" * folder.name.count("/")
        self.folder.items.append(("verbatim", {"name": f"{self.prefix}_support", "text": f'#include "{ups}xen-support.h"'}))
        for other in self.folders[:-1]:
            if not other.arch:
                self.folder.items.append(("includes", {"from": other.name}))
        if getattr(self, "arch_made", {}):
            self.folder.items.append(("includes", {"from": "arch", "imports": list(self.arch_made)}))

    def include(self):
        """What follows from the names that are used, said once more."""
        some = [(other.name, [one.name for one in other.defs if one.kind in ("struct", "union", "enum", "bitmap")])
                for other in self.folders if not other.arch and not other.header]
        some += [("arch", list(self.arch_defs()))]
        name, imports = self.rng.choice(some)
        tree = {"from": name}
        if imports and self.chance(0.8):
            tree["imports"] = self.rng.sample(imports, min(len(imports), self.rng.choice([1, 2])))
        if name != self.folder.name:
            self.folder.items.append(("includes", tree))
