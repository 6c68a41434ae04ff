/* What the tests of expressions share: names, types and records that an expression may be about. */
#ifndef XB_TESTS_EXPR_LOOKUP_H
#define XB_TESTS_EXPR_LOOKUP_H

#include "base/arena.h"
#include "spec/expr.h"

static int set_up(void **state)
{
    struct arena *arena = test_calloc(1, sizeof *arena);
    arena_init(arena, NULL);
    *state = arena;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    test_free(*state);
    return 0;
}

/* What the lookup knows. XEN_FLEX_ARRAY_DIM stands behind FLEX, too. */
static const struct {
    const char *name;
    enum c_int type;
    uint64_t value;
} constants[] = {{"FIVE", C_INT_INT, 5},
                 {"MINUS_TWO", C_INT_INT, (uint64_t)-2},
                 {"WIDE", C_INT_ULLONG, UINT64_C(0x123456789abcdef0)},
                 {"LONG", C_INT_LONG, 7},
                 {"TOP", C_INT_UINT, 0xf5800000}};

static const struct {
    const char *type, *path;
    uint64_t offset, size;
} members[] = {{"struct record", "", 0, 22},  {"struct record", "a", 0, 1},
               {"struct record", "b", 2, 20}, {"struct record", "b[2].c", 12, 2},
               {"record_t", "", 0, 22},       {"record_t", "b[4]", 18, 4},
               {"union both", "", 0, 8},      {"union both", "half[1]", 4, 4},
               {"enum state", "", 0, 4},      {"xen_ulong_t", "", 0, 8},
               {"domid_t", "", 0, 2}};

static enum expr_fault find_name(const struct expr_lookup *lookup, const struct expr *expr, struct expr_value *value)
{
    (void)lookup;
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (str_is(expr->name, constants[i].name)) {
            *value = (struct expr_value){.type = constants[i].type, .value = constants[i].value};
            return EXPR_OK;
        }
    }
    value->is_flexible = str_is(expr->name, "FLEX");
    return value->is_flexible ? EXPR_OK : str_is(expr->name, "REPORTED") ? EXPR_LOOKUP : EXPR_UNKNOWN_NAME;
}

static enum expr_fault find_cast(const struct expr_lookup *lookup, const struct expr *expr, enum c_int *type)
{
    if (str_is(expr->type, "domid_t")) {
        *type = C_INT_USHORT;
        return EXPR_OK;
    }
    return str_is(expr->type, "xen_ulong_t") && c_int_find(STR("uint64_t"), lookup->abi, type) ? EXPR_OK
                                                                                               : EXPR_UNKNOWN_TYPE;
}

static enum expr_fault measure(const struct expr_lookup *lookup, const struct expr *expr, uint64_t *bytes)
{
    (void)lookup;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (str_is(expr->type, members[i].type) && str_is(expr->name, members[i].path)) {
            *bytes = expr->kind == EXPR_OFFSETOF ? members[i].offset : members[i].size;
            return EXPR_OK;
        }
    }
    return EXPR_UNKNOWN_TYPE;
}

static struct expr_lookup lookup_new(enum abi abi)
{
    return (struct expr_lookup){.abi = abi, .name = find_name, .cast = find_cast, .measure = measure};
}

static const struct expr *parse(struct arena *arena, struct str text)
{
    struct expr_error error = {0};
    const struct expr *expr = expr_parse(arena, text, &error);
    if (!expr) {
        print_message("# %.*s: %u+%u: %.*s\n", STR_ARG(text), error.off, error.len, STR_ARG(error.message));
        fail();
    }
    return expr;
}

/* Always a value. */
static struct expr_value value_on(struct arena *arena, const char *text, enum abi abi)
{
    struct expr_lookup lookup = lookup_new(abi);
    struct expr_value value = {0};
    const struct expr *at = NULL;
    enum expr_fault fault = expr_evaluate(parse(arena, str_from(text)), &lookup, &value, &at);
    if (fault) {
        print_message("# %s on %s: fault %d at %u+%u\n", text, abis[abi].name, (int)fault, at->off, at->len);
    }
    assert_int_equal(fault, EXPR_OK);
    return value;
}

#endif
