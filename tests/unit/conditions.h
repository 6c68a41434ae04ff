/* What the tests of conditions share: short forms, random conditions, and a preprocessor to ask. */
#ifndef XB_TESTS_CONDITIONS_H
#define XB_TESTS_CONDITIONS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "abi/condition.h"
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline int set_up(void **state)
{
    struct arena *arena = test_calloc(1, sizeof *arena);
    arena_init(arena, NULL);
    *state = arena;
    return 0;
}

static inline int tear_down(void **state)
{
    arena_free(*state);
    test_free(*state);
    return 0;
}

#define X86_64  ABI_BIT(ABI_X86_64)
#define X86_32  ABI_BIT(ABI_X86_32)
#define ARM64   ABI_BIT(ABI_ARM64)
#define ARM32   ABI_BIT(ABI_ARM32)
#define RISCV64 ABI_BIT(ABI_RISCV64)
#define PPC64   ABI_BIT(ABI_PPC64)
#define X86     (X86_64 | X86_32)
#define ARM     (ARM64 | ARM32)
#define TOOLS   CONTEXT_BIT(CONTEXT_TOOLS)
#define GUEST   CONTEXT_BIT(CONTEXT_GUEST)
#define XEN     CONTEXT_BIT(CONTEXT_XEN)

static inline struct condition make(abi_set abis_, context_set contexts_, uint32_t from, uint32_t end)
{
    struct condition condition = CONDITION_ALWAYS;
    condition.abis = abis_;
    condition.contexts = contexts_;
    condition.interface_from = from;
    condition.interface_end = end;
    return condition;
}

static inline struct condition where(abi_set abis_, context_set contexts_)
{
    return make(abis_, contexts_, 0, INTERFACE_NEWEST);
}

static inline struct condition with_macro(struct condition condition, const char *macro)
{
    condition.macro_not = *macro == '!';
    condition.macro = str_from(macro + condition.macro_not);
    return condition;
}

static inline struct condition released(const char *since, const char *until)
{
    struct condition condition = CONDITION_ALWAYS;
    assert_true(!since || release_parse(str_from(since), &condition.since));
    assert_true(!until || release_parse(str_from(until), &condition.until));
    return condition;
}

#define CONDITIONS(arena, ...)                                        \
    make_conditions((arena), (const struct condition[]){__VA_ARGS__}, \
                    sizeof((const struct condition[]){__VA_ARGS__}) / sizeof(struct condition))

static inline struct conditions make_conditions(struct arena *arena, const struct condition *list, size_t len)
{
    struct conditions conditions = {0};
    for (size_t i = 0; i < len; i++) {
        VEC_PUSH(arena, &conditions.any, list[i]);
    }
    return conditions;
}

static inline void assert_text(struct arena *arena, struct str got, const char *wanted)
{
    assert_string_equal(str_copy(arena, got).ptr, wanted);
}

static inline void assert_toml(struct arena *arena, struct conditions conditions, const char *wanted)
{
    struct buf out = buf_new(arena);
    conditions_toml(&out, &conditions);
    assert_text(arena, buf_view(&out), wanted);
}

/* `wanted` is NULL where no test is needed. */
static inline void assert_c(struct arena *arena, struct conditions conditions, abi_set among, const char *wanted)
{
    struct buf out = buf_new(arena);
    assert_int_equal(conditions_c(&out, &conditions, among), wanted != NULL);
    assert_text(arena, buf_view(&out), wanted ? wanted : "");
}

/* The samples of the tests: tools, Xen, guests with the newest interface and with five others. */
static const struct sample samples[] = {
    {CONTEXT_TOOLS, INTERFACE_NEWEST, false}, {CONTEXT_XEN, INTERFACE_NEWEST, false},
    {CONTEXT_GUEST, INTERFACE_NEWEST, false}, {CONTEXT_GUEST, 0x00030204, false},
    {CONTEXT_GUEST, 0x00030205, false},       {CONTEXT_GUEST, 0x000405ff, false},
    {CONTEXT_GUEST, 0x00040600, false},       {CONTEXT_GUEST, 0, false},
};
#define SAMPLES ((unsigned)(sizeof samples / sizeof *samples))
#define CONFIGS (SAMPLES * ABI_COUNT)

static inline struct config_set where_holds(const struct conditions *conditions)
{
    struct config_set set = {{0}};
    for (unsigned config = 0; config < CONFIGS; config++) {
        if (conditions_hold(conditions, &samples[config_sample(config)], config_abi(config))) {
            config_set_add(&set, config);
        }
    }
    return set;
}

/* All configurations but those for which `but` holds; NULL for all. */
static inline struct config_set all_but(const struct conditions *but)
{
    struct config_set set = {{0}};
    for (unsigned config = 0; config < CONFIGS; config++) {
        if (!but || !conditions_hold(but, &samples[config_sample(config)], config_abi(config))) {
            config_set_add(&set, config);
        }
    }
    return set;
}

/* Numbers that are the same on every machine. */
static inline unsigned next_random(uint64_t *seed, unsigned below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % below;
}

static inline struct condition random_condition(uint64_t *seed, bool macros)
{
    static const uint32_t versions[] = {0x00030205, 0x000405ff, 0x00040600};
    static const char *const macro_names[] = {"FIRST", "!FIRST", "SECOND", "!SECOND"};
    struct condition condition = CONDITION_ALWAYS;
    if (next_random(seed, 2)) {
        condition.abis = next_random(seed, ABI_ALL + 1);
    }
    if (next_random(seed, 2)) {
        condition.contexts = next_random(seed, CONTEXT_ALL + 1);
    }
    if (next_random(seed, 3) == 0) {
        condition.interface_from = versions[next_random(seed, 3)];
    }
    if (next_random(seed, 4) == 0) {
        condition.interface_end = versions[next_random(seed, 3)];
    }
    return macros && next_random(seed, 3) == 0 ? with_macro(condition, macro_names[next_random(seed, 4)]) : condition;
}

static inline struct conditions random_conditions(struct arena *arena, uint64_t *seed, bool macros)
{
    struct conditions conditions = {0};
    for (unsigned left = next_random(seed, 5); left; left--) {
        VEC_PUSH(arena, &conditions.any, random_condition(seed, macros));
    }
    return conditions;
}

/* A test for the preprocessor: conditions, and the ABIs that they may be asked of. */
struct test {
    struct conditions conditions;
    abi_set among;
};

struct tests {
    VEC(struct test) list;
};

/* What the preprocessor makes of the tests in `path`: one digit for each. */
static inline struct str preprocess(struct arena *arena, const char *path, const struct sample *sample, enum abi abi)
{
    static const char *const macros[ABI_COUNT] = {"__x86_64__", "__i386__", "__aarch64__",
                                                  "__arm__",    "__riscv",  "__powerpc64__"};
    struct buf command = buf_new(arena);
    buf_text(&command, "clang -E -P -x c");
    for (enum abi other = 0; other < ABI_COUNT; other++) {
        buf_printf(&command, " -%c%s", other == abi ? 'D' : 'U', macros[other]);
    }
    buf_text(&command, sample->context == CONTEXT_TOOLS ? " -D__XEN_TOOLS__" : "");
    buf_text(&command, sample->context == CONTEXT_XEN ? " -D__XEN__" : "");
    buf_text(&command, sample->opted_in ? " -DFIRST -DSECOND" : "");
    buf_printf(&command, " -D__XEN_INTERFACE_VERSION__=0x%x %s", (unsigned)sample->interface, path);
    buf_char(&command, '\0');
    FILE *pipe = popen(command.ptr, "r");
    assert_non_null(pipe);
    struct buf out = buf_new(arena);
    for (int c = getc(pipe); c != EOF; c = getc(pipe)) {
        if (c == '0' || c == '1') {
            buf_char(&out, (char)c);
        }
    }
    assert_int_equal(pclose(pipe), 0);
    return buf_view(&out);
}

/* Has a preprocessor decide all the tests, in all configurations. */
static inline void run_preprocessor(struct arena *arena, const struct tests *tests)
{
    struct buf file = buf_new(arena);
    for (size_t i = 0; i < tests->list.len; i++) {
        struct buf text = buf_new(arena);
        if (!conditions_c(&text, &tests->list.at[i].conditions, tests->list.at[i].among)) {
            assert_int_equal(text.len, 0);
            buf_char(&text, '1');
        }
        buf_printf(&file, "#if %.*s\n1\n#else\n0\n#endif\n", STR_ARG(buf_view(&text)));
    }
    char path[] = "/tmp/test_condition.XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *stream = fdopen(fd, "w");
    assert_non_null(stream);
    assert_int_equal(fwrite(file.ptr, 1, file.len, stream), file.len);
    assert_int_equal(fclose(stream), 0);
    for (unsigned config = 0; config < 2 * CONFIGS; config++) {
        struct sample sample = samples[config_sample(config) % SAMPLES];
        sample.opted_in = config >= CONFIGS;
        const enum abi abi = config_abi(config);
        const struct str digits = preprocess(arena, path, &sample, abi);
        assert_int_equal(digits.len, tests->list.len);
        for (size_t i = 0; i < digits.len; i++) {
            const struct test *test = &tests->list.at[i];
            if (test->among & ABI_BIT(abi) &&
                conditions_hold(&test->conditions, &sample, abi) != (digits.ptr[i] == '1')) {
                struct buf text = buf_new(arena);
                conditions_c(&text, &test->conditions, test->among);
                unlink(path);
                fail_msg("%s, %s, 0x%x: %.*s", abis[abi].name, contexts[sample.context].name,
                         (unsigned)sample.interface, STR_ARG(buf_view(&text)));
            }
        }
    }
    unlink(path);
}

#endif
