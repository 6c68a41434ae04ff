"""Writes a tree as TOML, in any of the spellings that mean the same."""

import re

BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


class Spelled(int):
    """An integer that is spelled as the text says."""

    def __deepcopy__(self, memo):
        return self

    def __new__(cls, text):
        self = super().__new__(cls, int(text, 0))
        self.text = text
        return self


class Writer:
    """`wild` is how often, from 0 to 1, something is spelled other than plainly."""

    def __init__(self, rng, wild):
        self.rng, self.wild = rng, wild

    def odd(self, share=1.0):
        return self.rng.random() < self.wild * share

    def key(self, key):
        if BARE.match(key) and not self.odd(0.3):
            return key
        return self.basic(key) if "'" in key or self.rng.random() < 0.5 else f"'{key}'"

    def basic(self, text, multi=False):
        out = ""
        for char in text:
            if char in '"\\':
                out += "\\" + char
            elif char == "\n" and multi:
                out += "\n"
            elif ord(char) < 32 or ord(char) == 127:
                out += {"\n": "\\n", "\t": "\\t"}.get(char, f"\\u{ord(char):04x}")
            elif self.odd(0.02):
                out += f"\\x{ord(char):02x}" if ord(char) < 256 and self.rng.random() < 0.5 else f"\\U{ord(char):08X}"
            else:
                out += char
        return f'"""\n{out}"""' if multi else f'"{out}"'

    def string(self, text):
        rng = self.rng
        plain = all(ord(char) >= 32 and char != "'" and ord(char) != 127 for char in text)
        if "\n" in text and "'''" not in text and not text.endswith("'") and (rng.random() < 0.5 or not self.odd()):
            return f"'''\n{text}'''"
        if not self.odd():
            return self.basic(text)
        forms = [self.basic(text), self.basic(text, True)] + ([f"'{text}'", f"'''{text}'''"] if plain and text else [])
        return rng.choice(forms)

    def integer(self, value):
        if isinstance(value, Spelled):
            return value.text
        if value < 0 or not self.odd(0.5):
            return str(value)
        grouped = re.sub(r"(?<=\d)(?=(\d{3})+\Z)", "_", str(value))
        return self.rng.choice([hex(value), f"0x{value:X}", f"0o{value:o}", f"0b{value:b}", grouped, f"+{value}"])

    def blank(self):
        return self.rng.choice(["", " ", "  ", "\t"]) if self.odd() else " "

    def inline(self, value, pad=""):
        rng = self.rng
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return self.integer(value)
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, list):
            parts = [self.inline(item, pad) for item in value]
            broken = any(isinstance(item, (dict, list)) for item in value) or self.odd(0.2)
            opened, closed = "[", "]"
        else:
            parts = [f"{path}{self.blank()}={self.blank()}{self.inline(item, pad)}" for path, item in self.dotted(value)]
            broken, opened, closed = self.odd(0.2), "{", "}"
        if not parts:
            return opened + self.blank().strip("\n") + closed
        tail = "," if self.odd(0.5) else ""
        if broken:
            comment = f" # {rng.choice(['x', 'é', '[[structs]]', '}'])}" if self.odd(0.2) else ""
            return f"{opened}{comment}\n    " + ",\n    ".join(parts) + f"{tail}\n{closed}"
        return opened + self.blank() + ("," + self.blank()).join(parts) + tail + self.blank() + closed

    def dotted(self, table):
        """The pairs of a table, some of those that are tables themselves as dotted keys."""
        for key, value in table.items():
            if isinstance(value, dict) and value and self.odd(0.4):
                for path, item in self.dotted(value):
                    yield f"{self.key(key)}.{path}" if not self.odd(0.1) else f"{self.key(key)} . {path}", item
            else:
                yield self.key(key), value

    def table(self, path, table, out):
        """The body of a table that has a header, or of the file, and then its tables and arrays of tables."""
        later = []
        items = list(table.items())
        if self.odd(0.5):
            self.rng.shuffle(items)
        for key, value in items:
            is_table = isinstance(value, dict) and value
            is_tables = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
            if (is_table or (is_tables and path)) and self.odd(0.5):
                later.append((key, value))
                continue
            for word, item in self.dotted({key: value}):
                out.append(f"{word}{self.blank()}={self.blank()}{self.inline(item)}")
        for key, value in later:
            name = f"{path}.{self.key(key)}" if path else self.key(key)
            for item in value if isinstance(value, list) else [value]:
                opened, closed = ("[[", "]]") if isinstance(value, list) else ("[", "]")
                out.append(f"{'  ' if self.odd(0.2) else ''}{opened}{name}{closed}")
                self.table(name, item, out)

    def file(self, top, items):
        """`top`: keys of the file. `items`: (kind, table) in order, each of which becomes [[kind]]."""
        out = []
        self.table("", {key: value for key, value in top.items() if not isinstance(value, dict)}, out)
        for key, value in top.items():
            if isinstance(value, dict):
                out.append(f"\n[{key}]")
                self.table(key, value, out)
        items = list(items)
        kinds = {kind for kind, _ in items}
        for kind in sorted(kinds):
            if self.odd(0.1) and "header" not in top and "verbatim" not in kinds:
                out.append(f"{kind} = {self.inline([table for other, table in items if other == kind])}")
                items = [item for item in items if item[0] != kind]
        for kind, table in items:
            out.append(f"\n[[{self.key(kind) if self.odd(0.2) else kind}]]")
            self.table(kind, table, out)
        end = "\r\n" if self.odd(0.1) else "\n"
        text = "\n".join(out) + "\n"
        return text.replace("\n", end) if "'''" not in text and '"""' not in text else text
