# GNU make. Building needs make, a C11 compiler and a POSIX shell; testing needs what scripts/install-deps lists.
#
#   make                   build/xenbindgen                    make check      every test, after installing what they need
#   make bindings          C and Rust into build/bindings      make test       every test
#   make bindings-update   the same into bindings              make lint       what tools can find
#   make docs              the generated part of docs/         make format     clang-format
#   make install           DESTDIR= PREFIX=                    make bench      time and memory, against others'
#   make instructions      what the program costs in instructions, into bench/instructions.txt
#   make fuzz              every fuzz target, SECONDS= each    make fuzz-afl   one of them with AFL++, TARGET= SECONDS=
#   make coverage          which lines and branches of src the tests run
#   make random            random specs, SPECS= of them
#   make check-xen         Xen itself, built with its own headers and with ours; scripts/check-xen does a part
#
# CC, CFLAGS, CPPFLAGS and LDFLAGS are the user's. SAN=address,undefined builds with sanitizers, in build/san. WERROR=1 makes
# warnings errors. LIBCLANG is the folder that holds libclang's include and lib; empty, the build does without libclang and
# without the verb that needs it.

VERSION = 0.1.0

# make's own default is cc, which a machine with nothing but gcc or clang may lack.
ifeq ($(origin CC),default)
CC := $(firstword $(foreach name,cc gcc clang,$(shell command -v $(name))))
endif
CFLAGS ?= -O$(if $(SAN),2,3) -g
PREFIX ?= /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
SAN =
WERROR =

# Where Debian puts libclang, then where others do. Version 14 is the oldest, and the one that the tests know best. A folder
# counts if it has both the headers and the library.
LIBCLANG_FOLDERS = /usr/lib/llvm-14 $(sort $(wildcard /usr/lib/llvm-1[5-9] /usr/lib/llvm-[2-9][0-9])) /usr/local /usr
LIBCLANG_LIBRARY = $(firstword $(wildcard $(addprefix $(1)/,lib/libclang.so.1 lib/libclang.so lib64/libclang.so)))
LIBCLANG_WHOLE = $(if $(wildcard $(1)/include/clang-c/Index.h),$(if $(call LIBCLANG_LIBRARY,$(1)),$(1)))
LIBCLANG := $(firstword $(foreach folder,$(LIBCLANG_FOLDERS),$(call LIBCLANG_WHOLE,$(folder))))
override LIBCLANG := $(call LIBCLANG_WHOLE,$(LIBCLANG))

BUILD = build$(if $(SAN),/san)

WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wpedantic $(if $(WERROR),-Werror)
# libclang is loaded when it is needed, and is nothing that the program is linked with.
LIBCLANG_OPTIONS = $(if $(LIBCLANG),$(if $(filter-out /usr,$(LIBCLANG)),-isystem $(LIBCLANG)/include) -DXENBINDGEN_LIBCLANG='"$(call LIBCLANG_LIBRARY,$(LIBCLANG))"')
DEFINES = -D_POSIX_C_SOURCE=200809L -DXENBINDGEN_VERSION='"$(VERSION)"' $(LIBCLANG_OPTIONS)
SANITIZE = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COMPILE = $(CC) -std=c11 $(DEFINES) -Isrc $(WARNINGS) $(SANITIZE) $(CPPFLAGS) $(CFLAGS)
LINK = $(CC) $(SANITIZE) $(CFLAGS) $(LDFLAGS)
LIBS = $(if $(LIBCLANG),-pthread -ldl)

# Everything but main.c is what tests link with.
LIB_SRC = $(sort $(filter-out $(if $(LIBCLANG),,$(CLANG_SRC)),$(wildcard src/*/*.c src/*/*/*.c)))
# Of src/clang, what other compilers are asked with needs no libclang.
CLANG_SRC = $(filter-out $(patsubst %,src/clang/%.c,differences facts headers lines shims view),$(wildcard src/clang/*.c))
SRC = src/main.c $(LIB_SRC)
OBJ = $(SRC:src/%.c=$(BUILD)/obj/%.o)
LIB_OBJ = $(LIB_SRC:src/%.c=$(BUILD)/obj/%.o)

UNIT_SRC = $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS = $(UNIT_SRC:tests/unit/%.c=$(BUILD)/%)
FUZZ_SRC = $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_NAMES = $(FUZZ_SRC:tests/fuzz/fuzz_%.c=%)
FUZZERS = $(FUZZ_NAMES:%=$(FUZZ_BUILD)/%)
BENCH_READERS = $(addprefix $(BUILD)/,toml-ours toml-plusplus toml-crate)
FORMATTED = $(sort $(SRC) $(wildcard src/clang/*.c src/*/*.h src/*/*/*.h tests/*/*.c tests/*/*.h scripts/*.c bench/*/*.c))

XENBINDGEN = $(BUILD)/xenbindgen

all: $(XENBINDGEN)

$(XENBINDGEN): $(OBJ)
	$(LINK) -o $@ $(OBJ) $(LIBS)

# The command that compiled what is there: another one means that everything is built anew.
$(BUILD)/command: FORCE
	@mkdir -p $(BUILD)
	@test "$$(cat $@ 2>/dev/null)" = '$(subst ','\'',$(COMPILE) $(LDFLAGS))' || \
	    printf '%s\n' '$(subst ','\'',$(COMPILE) $(LDFLAGS))' > $@

$(BUILD)/obj/%.o: src/%.c $(BUILD)/command
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/command
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/test_%: $(BUILD)/obj/tests/unit/test_%.o $(LIB_OBJ)
	$(LINK) -o $@ $^ -lcmocka $(LIBS)

# The program with tests/faults/faults.c between it and the system.
FAULT_CALLS = malloc calloc realloc tmpfile open openat read write pread pwrite close fstat fstatat stat lseek mkdir \
    mkdirat rmdir unlink unlinkat renameat fsync dup fdopendir readdir poll fork waitpid mkdtemp readlink pthread_create \
    dlopen gethostname arena_alloc arena_array arena_grow cmd_main

$(BUILD)/faulty: $(BUILD)/obj/tests/faults/faults.o $(OBJ)
	$(LINK) $(FAULT_CALLS:%=-Wl,--wrap=%) -o $@ $^ $(LIBS)

$(BUILD)/toml-decode: $(BUILD)/obj/tests/toml/decode.o $(LIB_OBJ)
	$(LINK) -o $@ $^ $(LIBS)

# The fuzz targets on the program's own objects, for coverage: they run the files that they are given.
REPLAYS = $(FUZZ_NAMES:%=$(BUILD)/replay/%)

$(BUILD)/obj/tests/fuzz/%.o: tests/fuzz/%.c $(BUILD)/command
	@mkdir -p $(@D)
	$(COMPILE) -Itests -MMD -MP -c -o $@ $<

$(REPLAYS): $(BUILD)/replay/%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/obj/tests/fuzz/fuzz.o $(LIB_OBJ)
	@mkdir -p $(@D)
	$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

replays: $(REPLAYS)

$(BUILD)/obj/scripts/%.o: scripts/%.c $(BUILD)/command
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/generate-docs: $(BUILD)/obj/scripts/generate-docs.o $(LIB_OBJ)
	$(LINK) -o $@ $^ $(LIBS)

# What the reader of TOML is compared with, and itself alone.
$(BUILD)/obj/bench/%.o: bench/%.c $(BUILD)/command
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/toml-ours: $(BUILD)/obj/bench/toml/ours.o $(LIB_OBJ)
	$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/toml-plusplus: bench/toml/plusplus.cpp
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -O2 -o $@ $<

$(BUILD)/toml-crate: $(wildcard bench/toml/crate/Cargo.* bench/toml/crate/src/*.rs)
	@mkdir -p $(@D)
	cargo build --quiet --release --locked --manifest-path bench/toml/crate/Cargo.toml --target-dir $(BUILD)/cargo
	cp $(BUILD)/cargo/release/toml-crate $@

# libFuzzer comes with clang, whatever CC is. FUZZ_CC=afl-clang-fast FUZZ_BUILD=build/afl builds the same for AFL++.
FUZZ_CC = clang
FUZZ_BUILD = build/fuzz
FUZZ_SAN = address,undefined
FUZZ_COMPILE = $(FUZZ_CC) -std=c11 $(DEFINES) -Isrc -Itests $(WARNINGS) -O1 -g -fsanitize=fuzzer-no-link,$(FUZZ_SAN) -fno-sanitize-recover=all
FUZZ_OBJ = $(LIB_SRC:src/%.c=$(FUZZ_BUILD)/obj/%.o) $(FUZZ_BUILD)/obj/tests/fuzz/fuzz.o

$(FUZZ_BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(FUZZ_COMPILE) -MMD -MP -c -o $@ $<

$(FUZZ_BUILD)/obj/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(FUZZ_COMPILE) -MMD -MP -c -o $@ $<

$(FUZZERS): $(FUZZ_BUILD)/%: $(FUZZ_BUILD)/obj/tests/fuzz/fuzz_%.o $(FUZZ_OBJ)
	$(FUZZ_CC) -fsanitize=fuzzer,$(FUZZ_SAN) -g -o $@ $^ $(LIBS)

# Hostile texts go through what the fuzz targets go through.
$(FUZZ_BUILD)/keys: $(FUZZ_BUILD)/obj/tests/hostile/keys.o $(FUZZ_OBJ)
	$(FUZZ_CC) -fsanitize=$(FUZZ_SAN) -g -o $@ $^ $(LIBS)

bindings: $(XENBINDGEN)
	@$(XENBINDGEN) gen --indir specs --lang c --outdir build/bindings/c --lang rust --outdir build/bindings/rust/xen-sys --prune

bindings-update: $(XENBINDGEN)
	@$(XENBINDGEN) gen --indir specs --lang c --outdir bindings/c --lang rust --outdir bindings/rust/xen-sys --prune

docs: $(BUILD)/generate-docs $(XENBINDGEN)
	scripts/generate-docs $(BUILD)/generate-docs
	scripts/generate-pages $(XENBINDGEN)

check:
	scripts/install-deps
	$(MAKE) test

test: $(XENBINDGEN) test-programs
	BUILD=$(BUILD) tests/run

test-programs: $(BUILD)/toml-decode $(BUILD)/generate-docs $(UNIT_TESTS)

fuzzers: $(FUZZERS)

# SECONDS for each target.
fuzz: $(FUZZERS) $(XENBINDGEN)
	tests/fuzz/fuzz.sh $(or $(SECONDS),60)

# AFL++ on one target: make fuzz-afl TARGET=spec SECONDS=60
fuzz-afl:
	$(MAKE) FUZZ_CC=afl-clang-fast FUZZ_BUILD=build/afl build/afl/$(TARGET) $(XENBINDGEN)
	tests/fuzz/seeds build build/fuzz/start
	mkdir -p build/afl/in/$(TARGET) build/afl/out
	cp tests/fuzz/corpus/$(TARGET)/* build/afl/in/$(TARGET)
	AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 afl-fuzz -V $(or $(SECONDS),60) -m none -t 10000 \
	    -i build/afl/in/$(TARGET) -o build/afl/out/$(TARGET) $(addprefix -x ,$(wildcard build/fuzz/start/$(TARGET).dict)) -- build/afl/$(TARGET)

format:
	clang-format -i $(FORMATTED)

format-check:
	clang-format --dry-run -Werror $(FORMATTED)

lint:
	scripts/lint

# For tests/faults.
fault-calls:
	@printf '%s\n' $(FAULT_CALLS)

# For scripts/lint: one option a line.
libclang-options:
	@$(if $(LIBCLANG),printf '%s\n' $(LIBCLANG_OPTIONS),:)

coverage:
	scripts/coverage

bench: $(XENBINDGEN) $(BENCH_READERS)
	bench/measure $(BUILD) $(BUILD)/bench
	bench/report $(BUILD)/bench

bench-update: $(XENBINDGEN) $(BENCH_READERS)
	bench/measure $(BUILD) $(BUILD)/bench
	bench/report $(BUILD)/bench docs

# Records what tests/instructions holds the program to.
instructions:
	@mkdir -p build
	bench/count-instructions build/instructions > build/instructions.txt
	mv build/instructions.txt bench/instructions.txt

SPECS = 1000

random: $(XENBINDGEN)
	RANDOM_SPECS=$(SPECS) RANDOM_JOBS=2 BUILD=$(BUILD) tests/run random

check-xen: $(XENBINDGEN)
	scripts/check-xen

install: $(XENBINDGEN)
	mkdir -p '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(MANDIR)/man1'
	cp $(XENBINDGEN) '$(DESTDIR)$(BINDIR)/xenbindgen'
	cp docs/xenbindgen.1 '$(DESTDIR)$(MANDIR)/man1/xenbindgen.1'
	chmod 755 '$(DESTDIR)$(BINDIR)/xenbindgen'
	chmod 644 '$(DESTDIR)$(MANDIR)/man1/xenbindgen.1'

clean:
	rm -rf build

FORCE:

.PHONY: FORCE all bench bench-update bindings bindings-update check check-xen clean coverage docs fault-calls format \
    format-check fuzz fuzz-afl fuzzers install instructions libclang-options lint random replays test test-programs
.SECONDARY:
.DELETE_ON_ERROR:

-include $(OBJ:.o=.d) $(FUZZ_OBJ:.o=.d) $(wildcard $(BUILD)/obj/tests/*/*.d $(BUILD)/obj/bench/*/*.d $(BUILD)/obj/scripts/*.d $(FUZZ_BUILD)/obj/tests/*/*.d)
