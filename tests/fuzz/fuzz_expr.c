/*
 * Feeds any bytes to the reader of expressions, evaluates on every ABI what it takes for one, and checks what they
 * promise: errors and parts inside the text, parts that are parsed to the same again, values that are wrapped.
 */
#include "fuzz.h"

#include "spec/expr.h"

struct check {
    struct arena *arena;
    struct str text;
    unsigned parts;
    bool has_make; /* whose operand may be a number that is none by itself */
};

/* Whether two expressions are the same, the second of them `shift` bytes further on. */
static bool is_same(const struct expr *a, const struct expr *b, uint32_t shift)
{
    if (!a || !b) {
        return a == b;
    }
    return a->kind == b->kind && a->off + shift == b->off && a->len == b->len && a->op == b->op &&
           a->number == b->number && a->is_decimal == b->is_decimal && a->is_char == b->is_char &&
           a->suffix == b->suffix && str_eq(a->name, b->name) && str_eq(a->type, b->type) &&
           is_same(a->a, b->a, shift) && is_same(a->b, b->b, shift) && is_same(a->c, b->c, shift);
}

static void check_part(const struct expr *part, void *data)
{
    struct check *check = data;
    REQUIRE(part->off <= check->text.len && part->len <= check->text.len - part->off);
    check->parts++;
    check->has_make = check->has_make || part->kind == EXPR_MAKE;
}

/* Few enough that the time does not grow with the square of the input. */
static void check_again(const struct expr *expr, const struct check *check)
{
    const struct expr *parts[] = {expr, expr->a, expr->b, expr->c};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i] && !(check->has_make && parts[i]->kind == EXPR_NUMBER)) {
            struct expr_error error;
            struct str text = {check->text.ptr + parts[i]->off, parts[i]->len};
            REQUIRE(is_same(expr_parse(check->arena, text, &error), parts[i], parts[i]->off));
        }
    }
}

/* Any name is something, as its length has it. */
static enum expr_fault find_name(const struct expr_lookup *lookup, const struct expr *expr, struct expr_value *value)
{
    value->is_flexible = expr->name.len % 7 == 6;
    value->type = (enum c_int)(expr->name.len % C_INT_COUNT);
    value->value = c_int_wrap(expr->name.len * UINT64_C(0x9e3779b97f4a7c15), value->type, lookup->abi);
    return expr->name.len % 11 == 10 ? EXPR_UNKNOWN_NAME : EXPR_OK;
}

static enum expr_fault find_cast(const struct expr_lookup *lookup, const struct expr *expr, enum c_int *type)
{
    (void)lookup;
    *type = (enum c_int)(expr->type.len % C_INT_COUNT);
    return expr->type.len % 11 == 10 ? EXPR_UNKNOWN_TYPE : EXPR_OK;
}

static enum expr_fault measure(const struct expr_lookup *lookup, const struct expr *expr, uint64_t *bytes)
{
    (void)lookup;
    *bytes = expr->type.len * UINT64_C(0x9e3779b97f4a7c15);
    return expr->type.len % 3 == 2 ? EXPR_UNKNOWN_TYPE : EXPR_OK;
}

static void check_values(const struct expr *expr, const struct check *check)
{
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct expr_lookup lookups[] = {{.abi = abi},
                                        {.abi = abi, .name = find_name, .cast = find_cast, .measure = measure}};
        for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
            struct expr_value value;
            const struct expr *at = NULL;
            if (expr_evaluate(expr, &lookups[i], &value, &at)) {
                REQUIRE(at && at->off <= check->text.len && at->len <= check->text.len - at->off);
            } else if (!value.is_flexible) {
                REQUIRE(value.type < C_INT_COUNT && value.value == c_int_wrap(value.value, value.type, abi));
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct check check = {.arena = &arena, .text = {(const char *)data, size}};
    struct expr_error error = {0};
    const struct expr *expr = expr_parse(&arena, check.text, &error);
    if (expr) {
        expr_visit(expr, check_part, &check);
        REQUIRE(check.parts > 0 && check.parts <= EXPR_PARTS_MAX);
        check_again(expr, &check);
        check_values(expr, &check);
    } else {
        REQUIRE(error.off <= size && error.len <= size - error.off && error.message.len > 0);
        fuzz_utf8(error.message);
    }
    arena_free(&arena);
    return 0;
}
