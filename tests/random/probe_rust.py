"""Asks rustc for sizes, offsets and values, and runs the accessors of bit-fields on the host."""

import os
import re
import subprocess

from model import lay_out, measure, members
from ways import holds

HOST = "x86_64-unknown-linux-gnu"


def type_name(name):
    """Rust's name of a type: xen_op_2_3 is XenOp2_3."""
    out = "_" * (len(name) - len(name.lstrip("_")))
    for word in name.strip("_").split("_"):
        if not word:
            continue
        out += ("_" if out and out[-1].isdigit() and word[0].isdigit() else "") + word[0].upper() + word[1:]
    return out


def member_name(name):
    return name + "_" if name in ("self", "Self", "super", "crate") else "r#" + name


def module(folder):
    return re.sub(r"[-/]", "_", folder)


def value_text(value):
    return f"{value}i128"


def checks(spec, way):
    """(expression, expected) for an ABI, as i128."""
    out = []
    for folder, definition in spec.definitions(way):
        name = f"xen_sys::{module(folder.name)}::{type_name(definition.name)}"
        if definition.kind in ("typedef", "enum", "bitmap"):
            size, align = measure(definition.type, way)
        else:
            size, align = lay_out(definition, way)[:2]
        out.append((f"core::mem::size_of::<{name}>()", size))
        if definition.kind != "typedef":
            out.append((f"core::mem::align_of::<{name}>()", align))
        if definition.kind == "struct":
            for path, start, _, field in members(definition, way):
                # What is nested is the record's own affair; what has no name has a name of Rust's making.
                if path and "." not in path and field.bits is None and any(field is own for own in definition.fields):
                    out.append((f"core::mem::offset_of!({name}, {member_name(path)})", start // 8))
        for word, value, when in getattr(definition, "rust_values", []):
            if holds(when, way):
                out.append((f"{name}::{word}.{'0' if definition.kind == 'enum' else 'bits()'}", value))
    for constant in spec.constants_in(way):
        if constant.rust:
            out.append((f"xen_sys::{module(constant.folder)}::{constant.rust}", constant.at(way).value))
    return out


def bit_checks(spec, way):
    """What a program does to see the bits of a struct's own bit-fields: (type, member, size, first bit, bits)."""
    out = []
    for folder, definition in spec.definitions(way):
        if definition.kind != "struct":
            continue
        size, _, _, placed = lay_out(definition, way)
        for field, name, start, bits in placed:
            if field.bits and name and size <= 4096:
                out.append((f"xen_sys::{module(folder.name)}::{type_name(definition.name)}", name, size, start, bits, field))
    return out


class Rust:
    """`tools`: the folder that scripts/rust-targets prints; `bitflags`: the source of that crate."""

    def __init__(self, tools, bitflags, work):
        self.tools, self.bitflags, self.work = tools, bitflags, work

    def folder(self, target, emit):
        return os.path.join(self.work, "rust", target, emit)

    def compile(self, target, emit, name, source, *more):
        out = self.folder(target, emit)
        os.makedirs(out, exist_ok=True)
        done = subprocess.run([os.path.join(self.tools, "rustc"), "--target", target, "--edition", "2021", "--emit", emit, "--crate-name",
                               name, "-L", out, "--out-dir", out, *more, source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=600)
        return done.returncode, done.stdout

    def crate(self, target, emit, crate):
        flags = os.path.join(self.folder(target, emit), f"libbitflags.{'rlib' if emit == 'link' else 'rmeta'}")
        if not os.path.exists(flags):
            code, text = self.compile(target, emit, "bitflags", self.bitflags, "--crate-type", "rlib", "--cap-lints", "allow")
            if code:
                return text
        code, text = self.compile(target, emit, "xen_sys", os.path.join(crate, "src/lib.rs"), "--crate-type", "rlib", "--extern",
                                  f"bitflags={flags}", "-D", "warnings", "-W", "missing_docs", "-C", "debug-assertions=off")
        return text if code else None

    def probe(self, target, specs, way, emit, run_bits):
        """Asserts all numbers of the specs for a target; on the host also runs what looks at bits."""
        lines = ["#![allow(warnings)]", "#![no_std]" if emit == "metadata" else "", "const fn same(a: i128, b: i128) -> bool { a == b }"]
        count, labels = 0, []
        for spec in specs:
            for expression, expected in checks(spec, way):
                # A literal of the least i128 cannot be, but nothing here is wider than 64 bits.
                lines.append(f"const _: () = assert!(same(({expression}) as i128, {value_text(expected)}));")
                count += 1
        if run_bits:
            lines.append("fn bytes<T>(v: &T) -> &[u8] { unsafe { core::slice::from_raw_parts(v as *const T as *const u8, "
                         "core::mem::size_of::<T>()) } }")
            lines.append("fn main() {")
            for spec in specs:
                for type_, name, _, start, bits, field in bit_checks(spec, way):
                    pattern = ((1 << bits) - 1) << start
                    where = ", ".join(f"({i}, {pattern >> 8 * i & 255})" for i in range(start // 8, (start + bits + 7) // 8))
                    lines.append(f"{{ let mut v = {type_}::default(); {self.set_all(type_, name, bits, field)} let mut w = "
                                 f"vec![0u8; core::mem::size_of::<{type_}>()]; for (i, b) in [{where}] {{ w[i] = b; }} "
                                 f"assert_eq!(bytes(&v), &w[..], \"{type_} {name}\"); }}")
                    count += 1
            lines.append("}")
        source = os.path.join(self.work, "probe.rs")
        with open(source, "w") as out:
            out.write("\n".join(lines) + "\n")
        if run_bits:
            code, text = self.compile(target, "link", "probe", source, "--extern", "xen_sys", "-C", "debug-assertions=off")
            if not code:
                done = subprocess.run([os.path.join(self.folder(target, "link"), "probe")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, errors="replace", timeout=600)
                code, text = done.returncode, done.stdout
        else:
            code, text = self.compile(target, "metadata", "probe", source, "--crate-type", "rlib", "--extern", "xen_sys")
        return text[:3000] if code else None, count

    @staticmethod
    def set_all(type_, name, bits, field):
        """Sets all bits of a bit-field by its accessor, whatever type it takes."""
        setter = "set_" + member_name(name).removeprefix("r#")
        kind = field.type.defs[0].kind if field.type.kind == "named" else "scalar"
        if kind == "bitmap":
            return f"v.{setter}(xen_sys::{module(field.type.defs[0].folder)}::{type_name(field.type.name)}::from_bits_retain(!0));"
        if kind == "enum":
            return f"v.{setter}(xen_sys::{module(field.type.defs[0].folder)}::{type_name(field.type.name)}(!0));"
        return f"v.{setter}(!0);"

    def judge(self, specs, ways, crate, runs, fail):
        """On each of the targets; `runs`: on the host, also what looks at bits. Returns how many numbers were compared."""
        count = 0
        for way in ways:
            target, emit = way.abi.rust, "link" if way.abi.rust == HOST and runs else "metadata"
            text = self.crate(target, emit, crate)
            if text:
                fail(f"the crate for {target}: {text[:3000]}")
            text, numbers = self.probe(target, specs, way, emit, emit == "link")
            if text:
                fail(f"Rust on {target}: {text}")
            count += numbers
        return count

    def clippy(self, crate, fail):
        # A type with 24 dimensions is as complex as the spec wants it.
        done = subprocess.run(["cargo", "clippy", "-q", "--offline", "--", "-D", "warnings", "-D", "clippy::pedantic", "-D", "missing_docs",
                               "-A", "clippy::type_complexity"],
                              cwd=crate, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=900,
                              env={**os.environ, "CARGO_TARGET_DIR": os.path.join(self.work, "clippy")})
        if done.returncode:
            fail(f"clippy: {done.stdout[:3000]}")
