"""Integer constant expressions of C: random ones, with the value and the type that each has on each ABI."""

import random

# name: (bytes, or None for those of a long; whether it is signed); in the order of their ranks
INTS = {"int": (4, True), "unsigned int": (4, False), "long": (None, True), "unsigned long": (None, False),
        "long long": (8, True), "unsigned long long": (8, False)}
RANKS = list(INTS)
SMALL = {"signed char": (1, True), "unsigned char": (1, False), "short": (2, True), "unsigned short": (2, False)}
FIXED = {"uint8_t": (1, False), "int8_t": (1, True), "uint16_t": (2, False), "int16_t": (2, True), "uint32_t": (4, False),
         "int32_t": (4, True), "uint64_t": (8, False), "int64_t": (8, True)}


class Undefined(Exception):
    """C gives it no value."""


def wrap(value, size, signed):
    value &= (1 << (8 * size)) - 1
    return value - (1 << (8 * size)) if signed and value >> (8 * size - 1) else value


class Value:
    """An integer of C: bytes, sign and the value itself. `rank`: of types of one size, which wins."""

    def __init__(self, value, size, signed, rank=None):
        self.value, self.size, self.signed = value, size, signed
        self.rank = (size, {4: 0, 8: 2}.get(size, 0)) if rank is None else rank

    def promoted(self):
        return Value(self.value, 4, True) if self.size < 4 else self


def make(name, value, abi):
    """A value of a type that C knows by that name."""
    size, signed = {**INTS, **SMALL, **FIXED}[name]
    size = abi.long if size is None else size
    rank = (size, RANKS.index(name) // 2) if name in INTS else None
    return Value(wrap(value, size, signed), size, signed, rank)


def balanced(a, b):
    """The usual arithmetic conversions."""
    a, b = a.promoted(), b.promoted()
    top = max(a, b, key=lambda operand: operand.rank)
    signed = all(operand.signed for operand in (a, b) if operand.rank == top.rank or operand.size == top.size)
    if a.signed != b.signed:
        unsigned, other = (a, b) if not a.signed else (b, a)
        signed = other.rank > unsigned.rank and other.size > unsigned.size
    convert = lambda operand: Value(wrap(operand.value, top.size, signed), top.size, signed, top.rank)
    return convert(a), convert(b)


def fitting(value, like):
    if like.signed and wrap(value, like.size, True) != value:
        raise Undefined
    return Value(wrap(value, like.size, like.signed), like.size, like.signed, like.rank)


def divide(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


ARITHMETIC = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "&": lambda a, b: a & b,
              "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "/": divide, "%": lambda a, b: a - divide(a, b) * b}
COMPARE = {"<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
           "==": lambda a, b: a == b, "!=": lambda a, b: a != b}


def binary(sign, a, b):
    if sign in ("<<", ">>"):
        a, b = a.promoted(), b.promoted()
        if not 0 <= b.value < 8 * a.size or a.value < 0:
            raise Undefined
        return fitting(a.value << b.value, a) if sign == "<<" else fitting(a.value >> b.value, a)
    if sign in ("&&", "||"):
        return Value(int(bool(a.value and b.value) if sign == "&&" else bool(a.value or b.value)), 4, True)
    a, b = balanced(a, b)
    if sign in COMPARE:
        return Value(int(COMPARE[sign](a.value, b.value)), 4, True)
    if sign in "/%" and b.value == 0:
        raise Undefined
    return fitting(ARITHMETIC[sign](a.value, b.value), a)


class Expr:
    """Text, and a function from a way to its Value."""

    def __init__(self, text, at, is_open=False):
        self.text, self.at = text, at
        self.is_open = is_open  # something around it could tear it apart


class Expressions:
    """Random expressions over numbers, `known` names (a list of Expr) and records."""

    def __init__(self, rng, known, ways, measured, has_makers):
        self.rng, self.known, self.ways = rng, known, ways
        self.measured = measured  # gives a size or an offset, or None
        self.has_makers = has_makers  # there is xen_mk_uint() and the like

    def literal(self):
        rng = self.rng
        if rng.random() < 0.08:
            char = rng.choice("aZ09 ~")
            return Expr(f"'{char}'", lambda way: Value(ord(char), 4, True))
        value = rng.choice([0, 1, 2, 3, 7, 8, 64, rng.randrange(1 << 8), rng.randrange(1 << 16), rng.randrange(1 << 31),
                            0x7FFFFFFF, rng.randrange(1 << 63)])
        suffix = rng.choice(["", "", "U", "u", "UL", "L", "ULL", "LL"])
        name = {"": "int", "U": "unsigned int", "L": "long", "UL": "unsigned long", "LL": "long long",
                "ULL": "unsigned long long"}[suffix.upper()]
        if value >> 31:
            suffix, name = "ULL", "unsigned long long"
        spelled = rng.choice([str(value), hex(value), f"0{value:o}" if value else "0", hex(value).upper().replace("X", "x")])
        return Expr(spelled + suffix, lambda way: make(name, value, way.abi))

    def node(self, depth):
        rng = self.rng
        if depth == 0:
            return rng.choice(self.known) if self.known and rng.random() < 0.4 else self.literal()
        kind = rng.random()
        if kind < 0.05:
            record = self.measured()
            if record is not None:
                return record
        elif kind < 0.08 and self.has_makers:
            word, name, bits = rng.choice([("uint", "unsigned int", 32), ("ulong", "unsigned long", 32), ("ullong", "unsigned long long", 64)])
            number = rng.choice([rng.randrange(1 << bits), rng.randrange(16)])
            return Expr(f"xen_mk_{word}({rng.choice([str(number), hex(number)])})", lambda way: make(name, number, way.abi))
        a = self.node(depth - 1)
        if kind < 0.12:
            sign = rng.choice("-~!+")
            unary = {"-": lambda v: fitting(-v.value, v), "~": lambda v: fitting(~v.value, v), "+": lambda v: v,
                     "!": lambda v: Value(int(not v.value), 4, True)}[sign]
            return Expr(f"{sign}({a.text})", lambda way: unary(a.at(way).promoted()))
        if kind < 0.22:
            name = rng.choice(list(INTS) + list(SMALL) + list(FIXED))
            return Expr(f"({name})({a.text})", lambda way: make(name, a.at(way).value, way.abi))
        if kind < 0.3:
            b, c = self.node(depth - 1), self.node(depth - 1)

            def chosen(way):
                one, other = balanced(b.at(way), c.at(way))
                return one if a.at(way).value else other
            return Expr(f"(({a.text}) ? ({b.text}) : ({c.text}))", chosen)
        if kind < 0.36:
            name = rng.choice(list(INTS) + list(SMALL) + list(FIXED))
            return Expr(f"sizeof({name})", lambda way: make("unsigned long" if way.abi.long == 8 else "unsigned int",
                                                            make(name, 0, way.abi).size, way.abi))
        sign = rng.choice(list(ARITHMETIC) + list(COMPARE) + ["<<", ">>", "&&", "||", "<<", "|", "+"])
        b = self.literal() if sign in ("<<", ">>") else self.node(depth - 1)
        if sign in ("<<", ">>"):
            amount = rng.randrange(0, 33)
            b = Expr(str(amount), lambda way: Value(amount, 4, True))
        blank = rng.choice(["", " "])
        return Expr(f"({a.text}){blank}{sign}{blank}({b.text})" if depth > 1 or rng.random() < 0.5 else f"{a.text} {sign} {b.text}",
                    lambda way: binary(sign, a.at(way), b.at(way)), True)

    def any(self, depth=None, wanted=lambda value: True):
        """One that has a value in every way, each as wanted."""
        while True:
            expr = self.node(self.rng.choice([0, 1, 1, 2, 2, 3]) if depth is None else depth)
            try:
                if len(expr.text) < 400 and all(wanted(expr.at(way).value) for way in self.ways):
                    return expr
            except Undefined:
                pass

    def count(self, low, high):
        """A length for an array: mostly a plain number."""
        rng = self.rng
        number = rng.randint(low, high)
        if rng.random() < 0.6:
            return Expr(rng.choice([str(number), hex(number)]), lambda way: Value(number, 4, True))
        some = [known for known in self.known if all(low <= known.at(way).value <= high for way in self.ways)]
        if some and rng.random() < 0.7:
            base, more = rng.choice(some), rng.randint(0, 3)
            if rng.random() < 0.3:
                return base
            if all(base.at(way).value + more <= high for way in self.ways):
                return Expr(f"({base.text} + {more})", lambda way: binary("+", base.at(way), Value(more, 4, True)))
        return Expr(f"(({number}U + 7) / 8 * 8 - {(number + 7) // 8 * 8 - number})", lambda way: Value(number, 4, False))
