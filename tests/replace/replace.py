#!/usr/bin/env python3
"""Compiles other people's programs with Xen's headers and with ours, and compares the objects.

    replace.py SOURCES WORK RELEASE=REAL=OURS... [--only PACKAGE...] [--file PATTERN...] [--list]

SOURCES is what scripts/fetch-sources has printed, REAL the folder usr/include of libxen-dev, OURS what `gen` has made for that
release. Prints TAP, a test for each package: every file that reads one of the headers, and compiles with Xen's, compiles with
ours, with the same command, into the same bytes. --only and --file take less, and then any number of files will do; --list
names the files that are taken, and those that do not compile with Xen's headers either.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys

# What Xen's ./configure would find out.
XEN_CONFIG = """
#define HAVE_YAJL_YAJL_VERSION_H 1
#define QEMU_XEN_PATH "/qemu"
#define HAVE_SYS_EVENTFD_H 1
#define HAVE_UTMP_H 1
#define HAVE_PIPE2 1
#define INCLUDE_CURSES_H <curses.h>
#define INCLUDE_ENDIAN_H <endian.h>
"""
XEN_PATHS = """
    SBINDIR BINDIR LIBEXEC LIBEXEC_BIN LIBDIR SHAREDIR XENFIRMWAREDIR XEN_CONFIG_DIR XEN_SCRIPT_DIR XEN_LOCK_DIR XEN_RUN_DIR
    XEN_PAGING_DIR XEN_DUMP_DIR XEN_LOG_DIR XEN_LIB_DIR XEN_RUN_STORED
""".split()

# What QEMU's and collectd's would.
QEMU_CONFIG = """
#define CONFIG_LINUX 1
#define CONFIG_POSIX 1
#define CONFIG_XEN_BACKEND 1
#define CONFIG_XEN_CTRL_INTERFACE_VERSION 41700
#define CONFIG_IOVEC 1
#define CONFIG_INT128 1
#define CONFIG_PIXMAN 1
#define HOST_X86_64 1
#define QEMU_VERSION "7.2"
"""
QEMU_TARGET = """
#define TARGET_X86_64 1
#define TARGET_NAME "x86_64"
#define TARGET_SUPPORTS_MTTCG 1
#define CONFIG_SOFTMMU 1
#define CONFIG_XEN 1
"""


def link(target, place):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def write(place, text):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def run(*command, **options):
    """What a generator of the package prints."""
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise SystemExit(f"replace.py: {' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def prepare_xen(_package, source, made, real):
    """What Xen's own build makes and links before it compiles its tools."""
    include, xen = made / "include", source / "xen"
    paths = "".join(f'#define {name} "/{name.lower()}"\n' for name in XEN_PATHS)
    write(include / "config.h", XEN_CONFIG + paths)
    write(include / "_paths.h", paths)
    for name in ("libelf.h", "elfstructs.h"):
        link(xen / "include/xen" / name, include / "xen/libelf" / name)
    link(xen / "include/acpi", include / "acpi")
    asm = xen / "arch/x86/include/asm"
    link(asm if asm.exists() else xen / "include/asm-x86", include / "xen/asm")
    for header in sorted((xen / "include/xen/lib/x86").glob("*.h")):
        link(header, include / "xen/lib/x86" / header.name)
    # This reads what is in comments, which are no part of what a header means.
    run(sys.executable, xen / "tools/gen-cpuid.py", "-i", real / "xen/arch-x86/cpufeatureset.h",
        "-o", include / "xen/lib/x86/cpuid-autogen.h")
    flask = xen / "xsm/flask/policy"
    (include / "xen-xsm/flask").mkdir(parents=True)
    run("sh", flask / "mkflask.sh", "awk", include / "xen-xsm/flask", flask / "initial_sids")
    light = source / "tools/libs/light"
    for idl in ("types", "types_internal"):
        names = [include / f"_libxl_{idl}{end}" for end in (".h", "_private.h", "_json.h")]
        (made / "tools/libs/light").mkdir(parents=True, exist_ok=True)
        run(sys.executable, "-B", light / "gentypes.py", light / f"libxl_{idl}.idl", *names,
            made / f"tools/libs/light/_libxl_{idl}.c")
    for end in ("callout.h", "callout.c", "helper.h", "helper.c"):
        folder = include if end.endswith("h") else made / "tools/libs/light"
        text = run("perl", "-w", light / "libxl_save_msgs_gen.pl", f"_libxl_save_msgs_{end}")
        write(folder / f"_libxl_save_msgs_{end}", text)


def prepare_qemu(package, source, made, _real):
    write(made / "config-host.h", QEMU_CONFIG)
    write(made / "target.h", QEMU_TARGET)
    write(made / "devices.h", "")
    write(made / "config-poison.h", "")
    run(sys.executable, "-B", source / "scripts/qapi-gen.py", "-b", "-o", made / "qapi", source / "qapi/qapi-schema.json")
    for here in sorted({(source / pattern).parent for pattern in package.files}):
        groups = re.findall(r'"trace/trace-(\w+)\.h"', (here / "trace.h").read_text()) if (here / "trace.h").exists() else []
        for group in groups:
            place = made / f"trace/trace-{group}.h"
            place.parent.mkdir(exist_ok=True)
            run(sys.executable, "-B", source / "scripts/tracetool.py", "--format=h", "--backend=nop", f"--group={group}",
                here / "trace-events", place)


def prepare_nothing(_package, _source, _made, _real):
    pass


SMALL = [f"tools/libs/{name}/*.c" for name in "call ctrl devicemodel evtchn foreignmemory gnttab guest hypfs".split()]
TOOLS = [
    *SMALL,
    *(f"tools/libs/{name}/*.c" for name in "light stat store toolcore toollog util vchan".split()),
    *(f"tools/{name}/*.c" for name in """
        console/* flask/utils misc vchan xcutils xenmon xenpaging xenpmd xentop xentrace xl""".split()),
    "xen/common/libelf/*.c", "xen/lib/x86/*.c",
]
XEN_OPTIONS = """
    -std=gnu99 -D_GNU_SOURCE -D__XEN_TOOLS__ -D__XEN_INTERFACE_VERSION__=__XEN_LATEST_INTERFACE_VERSION__
    -D_LARGEFILE_SOURCE -D_LARGEFILE64_SOURCE -D_FILE_OFFSET_BITS=64 -DCONFIG_X86 -DCONFIG_PCI_SUPP_LEGACY_IRQ
    -DLIBACPI_STDUTILS="libxl_x86_acpi.h" -include {made}/include/config.h
    -I {made}/include -I {source}/tools/include -I {source}/tools/libs/toolcore/include -I {source}/tools/xenstore/include
    -iquote {source}/tools/libs/ctrl -iquote {source}/tools/libs/light -iquote {source}/xen/common/libelf
    -iquote {source}/tools/libacpi
""".split()
HVMLOADER_OPTIONS = """
    -std=gnu99 -ffreestanding -nostdinc -msoft-float -mregparm=3 -fno-pic -DENABLE_ROMBIOS -D__SMBIOS_DATE__="01/01/2020"
    -D__XEN_INTERFACE_VERSION__=__XEN_LATEST_INTERFACE_VERSION__ -I {source}/tools/firmware/include -I {made}/include
    -I {source}/tools/include -I {source}/tools/libacpi -DLIBACPI_STDUTILS="{source}/tools/firmware/hvmloader/util.h"
""".split()


@dataclasses.dataclass(frozen=True)
class Package:
    """A program, or what of it is for one compiler."""
    source: str
    release: str
    files: list  # patterns of those that are tried
    options: list
    at_least: int  # files that must be the same: what is shown must not shrink unseen
    compiler: str = "gcc"
    prepare: object = prepare_nothing
    what: str = ""  # to tell it from others of that source

    @property
    def name(self):
        return f"{self.source}{self.what and ' '}{self.what}"


def xen_packages(release, at_least):
    """The packages of a release; the number of files for each of them, in order."""
    source = f"xen-{release}"
    plain = [option for option in XEN_OPTIONS if option != "-D_GNU_SOURCE"]
    rows = [
        ("tools", TOOLS, XEN_OPTIONS, "gcc"),
        ("xenstored", ["tools/xenstore/*.c", "tools/xenstored/*.c"], plain, "gcc"),
        ("libraries on x86_32", SMALL, XEN_OPTIONS, "i686-linux-gnu-gcc"),
        ("libraries on arm64", SMALL, XEN_OPTIONS, "aarch64-linux-gnu-gcc"),
        ("hvmloader", ["tools/firmware/hvmloader/*.c"], HVMLOADER_OPTIONS, "i686-linux-gnu-gcc"),
    ]
    return [Package(source, release, files, options, number, compiler, prepare_xen, what)
            for (what, files, options, compiler), number in zip(rows, at_least)]


PACKAGES = [
    *xen_packages("4.17", [205, 13, 80, 72, 15]),
    *xen_packages("4.20", [210, 10, 80, 74, 15]),
    Package("qemu", "4.17",
            """accel/xen/*.c hw/9pfs/xen*.c hw/block/xen*.c hw/block/dataplane/xen*.c hw/char/xen*.c hw/display/xen*.c
            hw/i386/pc_piix.c hw/i386/xen/*.c hw/net/xen*.c hw/usb/xen*.c hw/xen/*.c""".split(),
            """-std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_LARGEFILE_SOURCE -DNEED_CPU_H -DCONFIG_TARGET="target.h"
            -DCONFIG_DEVICES="devices.h" -I {made} -I {source} -I {source}/include -I {source}/linux-headers
            -I {source}/target/i386 -I {source}/tcg/i386 -I {dev}/usr/include/libusb-1.0 -I {dev}/usr/include/pixman-1
            -I {dev}/usr/include/glib-2.0 -I {dev}/usr/lib/x86_64-linux-gnu/glib-2.0/include""".split(), 23, prepare=prepare_qemu),
    Package("kexec-tools", "4.17", ["kexec/*xen*.c", "kexec/kexec.c", "kexec/arch/i386/*x86*.c", "kexec/arch/x86_64/*.c"],
            """-D_GNU_SOURCE -DHAVE_LIBXENCTRL -DPACKAGE_VERSION="2" -DPACKAGE_DATE="0" -I {source}/include
            -I {source}/util_lib/include -I {source}/kexec/arch/x86_64/include -I {source}/kexec/libfdt""".split(), 6),
    Package("collectd", "4.17", ["src/xencpu.c"],
            """-D_GNU_SOURCE -DHAVE_STDBOOL_H=1 -DHAVE_STDINT_H=1 -DFP_LAYOUT_NEED_NOTHING=1 -DNAN_STATIC_DEFAULT=1
            -I {source}/src
            -I {source}/src/daemon""".split(), 1),
]


@dataclasses.dataclass
class Answer:
    path: pathlib.Path  # of the source file
    status: str  # same, differs, breaks, unread, uncompiled
    headers: frozenset = frozenset()  # of ours that were read
    said: str = ""


class Side:
    """A folder whose xen/ holds Xen's headers, or ours."""

    def __init__(self, folder, headers, real):
        self.folder = folder
        xen = folder / "xen"
        shutil.copytree(headers, xen, copy_function=os.symlink)
        for name in ("foreign", "sys"):  # no part of the public ABI, and not described
            if not (xen / name).exists():
                (xen / name).symlink_to(real / "xen" / name)

    def headers_in(self, dependencies):
        """Those of the files that were read which are in xen/, and no part of what is not described."""
        text = dependencies.read_text().replace("\\\n", " ")
        inside = f"{self.folder}/xen/"
        names = {os.path.normpath(word) for word in text.split() if word.startswith(inside)}
        return frozenset(name[len(inside):] for name in names if not name.startswith((inside + "foreign/", inside + "sys/")))


class Proof:
    """One package on its way."""

    def __init__(self, package, sources, work, real, ours):
        self.package = package
        self.source = sources / package.source
        self.work = work / re.sub(r"\W+", "-", package.name)
        self.made = self.work / "made"
        self.made.mkdir(parents=True)
        self.sides = [Side(self.work / "real", real / "xen", real), Side(self.work / "ours", ours, real)]
        self.fallback = real
        self.options = [word.format(source=self.source, made=self.made, dev=sources / "dev") for word in package.options]
        self.dev = sources / "dev/usr/include"
        package.prepare(package, self.source, self.made, real)

    def files(self, patterns):
        for pattern in patterns or self.package.files:
            for top in (self.source, self.made):
                yield from sorted(top.glob(pattern))

    def compile(self, path, number):
        """The object of a file on both sides."""
        out = [self.work / f"{number}-{side.folder.name}" for side in self.sides]
        read = []
        for side, to in zip(self.sides, out):
            command = [self.package.compiler, "-O1", "-w", "-frandom-seed=0", f"-ffile-prefix-map={side.folder}=include",
                       "-MD", "-MF", f"{to}.d", "-c", "-o", f"{to}.o", "-iquote", path.parent, *self.options,
                       "-I", side.folder, "-I", self.fallback, "-idirafter", self.dev, path]
            done = subprocess.run([str(word) for word in command], cwd=self.source, capture_output=True, text=True, check=False,
                                  env={**os.environ, "LC_ALL": "C"})
            if done.returncode:
                what = done.stderr.strip() or f"the compiler ends with status {done.returncode}"
                return Answer(path, "uncompiled" if side is self.sides[0] else "breaks", said=what)
            read.append(side.headers_in(pathlib.Path(f"{to}.d")))
            if not read[0]:
                return Answer(path, "unread")
            if f"{self.fallback}/xen/" in pathlib.Path(f"{to}.d").read_text():
                return Answer(path, "breaks", said="a header of Xen's was read that is not in the folder of its side")
        objects = [pathlib.Path(f"{to}.o").read_bytes() for to in out]
        return Answer(path, "same" if objects[0] == objects[1] else "differs", read[1])

    def answers(self, patterns):
        with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
            files = list(self.files(patterns))
            return list(pool.map(self.compile, files, range(len(files))))


def show(answers, proof, listing):
    for answer in answers:
        name = answer.path.relative_to(proof.made if answer.path.is_relative_to(proof.made) else proof.source)
        first = next((line for line in answer.said.splitlines() if "error:" in line), answer.said.split("\n", 1)[0])
        if answer.status in ("differs", "breaks") or listing and answer.status != "unread":
            print(f"# {answer.status}: {name}{first and ': '}{first}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("releases", nargs="+")
    parser.add_argument("--only", action="append")
    parser.add_argument("--file", action="append")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    releases = {name: (pathlib.Path(real), pathlib.Path(ours))
                for name, real, ours in (word.split("=") for word in options.releases)}
    packages = [package for package in PACKAGES
                if package.release in releases and (not options.only or package.name in options.only)]
    failed, files, headers = False, 0, set()
    for package in packages:
        proof = Proof(package, options.sources, options.work, *releases[package.release])
        answers = proof.answers(options.file)
        counts = {status: sum(answer.status == status for answer in answers)
                  for status in ("same", "differs", "breaks", "uncompiled")}
        least = 1 if options.file else package.at_least
        enough = counts["same"] >= least
        good = enough and not counts["differs"] and not counts["breaks"]
        read = frozenset().union(*(answer.headers for answer in answers))
        print(f"{'ok' if good else 'not ok'} - {package.name}, Xen {package.release}: the same objects from {counts['same']} files, "
              f"which read {len(read)} headers")
        if not enough:
            print(f"# there should be {least} or more")
        show(answers, proof, options.list)
        print(f"# {counts['uncompiled']} files do not compile with Xen's headers either")
        sys.stdout.flush()
        failed, files, headers = failed or not good, files + counts["same"], headers | read
        shutil.rmtree(proof.work)
    print(f"# {files} files, {len(headers)} headers")
    if options.list:
        print("# headers that are read: " + " ".join(sorted(headers)))
    print(f"1..{len(packages)}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
