/*
 * Conditions made of the bytes of the input: what they hold for, what the preprocessor is asked instead, what the house
 * form says and what is made of the set of configurations must all be the same.
 */
#include "fuzz.h"

#include "abi/condition.h"
#include "spec/expr.h"

#include <string.h>

static const struct sample samples[] = {
    {CONTEXT_TOOLS, INTERFACE_NEWEST, false}, {CONTEXT_XEN, INTERFACE_NEWEST, false},
    {CONTEXT_GUEST, INTERFACE_NEWEST, false}, {CONTEXT_GUEST, 0x00030204, false},
    {CONTEXT_GUEST, 0x00030205, false},       {CONTEXT_GUEST, 0x000405ff, false},
    {CONTEXT_GUEST, 0x00040600, false},       {CONTEXT_GUEST, 0, false},
};
#define SAMPLES (sizeof samples / sizeof *samples)
#define CONFIGS (unsigned)(SAMPLES * ABI_COUNT)

/* At most this many conditions: the rest of the input is for others to read. */
#define CONDITIONS_MAX 12

struct bytes {
    const uint8_t *at, *end;
};

static unsigned take(struct bytes *bytes, unsigned below)
{
    return bytes->at < bytes->end ? *bytes->at++ % below : 0;
}

/* Conditions of letters, so that a corpus is text. */
static struct conditions read_conditions(struct arena *arena, struct bytes *bytes, bool macros)
{
    static const uint32_t versions[] = {0x00030205, 0x000405ff, 0x00040600};
    struct conditions conditions = {0};
    for (unsigned left = take(bytes, CONDITIONS_MAX + 1); left; left--) {
        struct condition condition = CONDITION_ALWAYS;
        unsigned what = take(bytes, 32);
        condition.abis = what & 1 ? take(bytes, ABI_ALL + 1) : ABI_ALL;
        condition.contexts = what & 2 ? take(bytes, CONTEXT_ALL + 1) : CONTEXT_ALL;
        condition.interface_from = what & 4 ? versions[take(bytes, 3)] : 0;
        condition.interface_end = what & 8 ? versions[take(bytes, 3)] : INTERFACE_NEWEST;
        if (macros && what & 16) {
            unsigned macro = take(bytes, 4);
            condition.macro = macro & 1 ? STR("FIRST") : STR("SECOND");
            condition.macro_not = macro & 2;
        }
        VEC_PUSH(arena, &conditions.any, condition);
    }
    return conditions;
}

/* What the preprocessor knows. */
struct includer {
    const struct sample *sample;
    enum abi abi;
};

static enum expr_fault find_name(const struct expr_lookup *lookup, const struct expr *expr, struct expr_value *value)
{
    static const struct {
        const char *name;
        enum abi abi;
    } macros[] = {{"__x86_64__", ABI_X86_64}, {"__i386__", ABI_X86_32}, {"__aarch64__", ABI_ARM64},
                  {"__arm__", ABI_ARM32},     {"__riscv", ABI_RISCV64}, {"__powerpc64__", ABI_PPC64}};
    const struct includer *includer = lookup->data;
    *value = (struct expr_value){.type = C_INT_LLONG};
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
        if (str_is(expr->name, macros[i].name)) {
            value->value = includer->abi == macros[i].abi;
            return EXPR_OK;
        }
    }
    if (str_is(expr->name, "__XEN_TOOLS__")) {
        value->value = includer->sample->context == CONTEXT_TOOLS;
    } else if (str_is(expr->name, "__XEN__")) {
        value->value = includer->sample->context == CONTEXT_XEN;
    } else if (str_is(expr->name, "FIRST") || str_is(expr->name, "SECOND")) {
        value->value = includer->sample->opted_in;
    } else if (str_is(expr->name, "__XEN_INTERFACE_VERSION__")) {
        value->value = includer->sample->interface;
    } else if (!str_is(expr->name, "__riscv_xlen")) {
        return EXPR_UNKNOWN_NAME;
    } else {
        value->value = 64;
    }
    return EXPR_OK;
}

/* An #if as an expression of C: defined(X) and defined X are X. */
static const struct expr *parse_test(struct arena *arena, struct str test)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < test.len;) {
        bool is_defined = str_starts((struct str){test.ptr + i, test.len - i}, "defined");
        i += is_defined ? strlen("defined") : 0;
        if (!is_defined) {
            buf_char(&out, test.ptr[i++]);
        }
    }
    struct expr_error error;
    return expr_parse(arena, buf_view(&out), &error);
}

/* Whether the test for the preprocessor is true where the conditions hold, on the ABIs that it is for. */
static void check_c(struct arena *arena, const struct conditions *conditions, abi_set among)
{
    struct buf out = buf_new(arena);
    bool is_needed = conditions_c(&out, conditions, among);
    REQUIRE(is_needed == (out.len > 0));
    const struct expr *expr = is_needed ? parse_test(arena, buf_view(&out)) : NULL;
    REQUIRE(!is_needed || expr);
    for (unsigned config = 0; config < 2 * CONFIGS; config++) {
        enum abi abi = config_abi(config);
        struct sample sample = samples[config_sample(config) % SAMPLES];
        sample.opted_in = config >= CONFIGS;
        if (among & ABI_BIT(abi)) {
            struct includer includer = {&sample, abi};
            struct expr_lookup lookup = {.abi = abi, .data = &includer, .name = find_name};
            struct expr_value value = {.value = 1};
            const struct expr *at;
            REQUIRE(!expr || expr_evaluate(expr, &lookup, &value, &at) == EXPR_OK);
            REQUIRE((value.value != 0) == conditions_hold(conditions, &sample, abi));
        }
    }
}

static struct config_set where_holds(const struct conditions *conditions)
{
    struct config_set set = {{0}};
    for (unsigned config = 0; config < CONFIGS; config++) {
        if (conditions_hold(conditions, &samples[config_sample(config)], config_abi(config))) {
            config_set_add(&set, config);
        }
    }
    return set;
}

/* The conditions as a spec has them. */
static void check_toml(struct arena *arena, const struct conditions *conditions)
{
    struct buf text = buf_new(arena);
    buf_text(&text, "[[structs]]\nname = \"s\"\nwhen = ");
    conditions_toml(&text, conditions);
    buf_text(&text, "\n");
    struct source *source = ARENA_NEW(arena, struct source);
    *source = (struct source){.path = STR("fuzz/a.toml"), .text = buf_view(&text)};
    struct folder folder = {.name = STR("fuzz")};
    struct diags diags = diags_new(arena);
    spec_read(arena, arena_child(arena), &folder, source->path, source, 0, &diags);
    fuzz_findings(&diags);
    if (diags.list.len == 0) {
        REQUIRE(folder.defs.len == 1);
        struct config_set given = where_holds(conditions);
        struct config_set read = where_holds(&folder.defs.at[0]->when.conditions);
        REQUIRE(config_set_equal(&given, &read));
    }
}

static void check_set(struct arena *arena, const struct conditions *wanted, const struct conditions *but)
{
    struct config_set set = where_holds(wanted), left_out = where_holds(but), all = {{0}};
    for (unsigned config = 0; config < CONFIGS; config++) {
        config_set_add(&all, config);
    }
    struct config_set among = config_set_less(all, &left_out);
    set = config_set_both(set, &among);
    struct conditions found = conditions_from_set(arena, samples, SAMPLES, &set, &among);
    struct config_set holds = where_holds(&found);
    holds = config_set_both(holds, &among);
    REQUIRE(config_set_equal(&holds, &set));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 256) {
        return -1;
    }
    struct arena arena;
    arena_init(&arena, NULL);
    struct bytes bytes = {data, data + size};
    abi_set among = take(&bytes, ABI_ALL) + 1;
    struct conditions with_macros = read_conditions(&arena, &bytes, true);
    check_c(&arena, &with_macros, ABI_ALL);
    check_c(&arena, &with_macros, among);
    check_toml(&arena, &with_macros);
    fuzz_plain(conditions_words(&arena, &with_macros), false);
    struct conditions wanted = read_conditions(&arena, &bytes, false);
    struct conditions but = read_conditions(&arena, &bytes, false);
    check_set(&arena, &wanted, &but);
    arena_free(&arena);
    return 0;
}
