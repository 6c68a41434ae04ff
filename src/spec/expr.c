#include "spec/expr.h"

struct run {
    const struct expr_lookup *lookup;
    const struct expr **at;
};

/* `live`, here and below: whether C evaluates the expression, rather than just asking for its type. */
static enum expr_fault evaluate(const struct run *run, const struct expr *expr, bool live, struct expr_value *value);

static enum expr_fault fail(const struct run *run, const struct expr *expr, enum expr_fault fault)
{
    *run->at = expr;
    return fault;
}

static struct expr_value value_of(const struct run *run, uint64_t value, enum c_int type)
{
    return (struct expr_value){.type = type, .value = c_int_wrap(value, type, run->lookup->abi)};
}

static bool is_unsigned(const struct run *run, enum c_int type)
{
    return !c_int_is_signed(type, run->lookup->abi);
}

static bool is_negative(const struct run *run, const struct expr_value *value)
{
    return !is_unsigned(run, value->type) && value->value > INT64_MAX;
}

static enum c_int size_type(const struct run *run)
{
    return abis[run->lookup->abi].long_size == 8 ? C_INT_ULONG : C_INT_UINT;
}

/* An int holds all that is narrower. */
static enum c_int promoted(enum c_int type)
{
    return type < C_INT_INT ? C_INT_INT : type;
}

/* The usual arithmetic conversions. From int on, the ranks stand in their order, the signed type of each first. */
static enum c_int common_type(const struct run *run, enum c_int a, enum c_int b)
{
    enum c_int low = promoted(a < b ? a : b), high = promoted(a < b ? b : a);
    bool same_sign = is_unsigned(run, low) == is_unsigned(run, high);
    if (same_sign || is_unsigned(run, high)) {
        return high;
    }
    enum abi abi = run->lookup->abi;
    return c_int_size(high, abi) > c_int_size(low, abi) ? high : (enum c_int)(high + 1);
}

/* An operand: no length of a flexible array. */
static enum expr_fault operand(const struct run *run, const struct expr *expr, bool live, struct expr_value *value)
{
    enum expr_fault fault = evaluate(run, expr, live, value);
    return !fault && value->is_flexible ? fail(run, expr, EXPR_NOT_AN_INTEGER) : fault;
}

/* The first type with room for the value of those that a suffix allows. Decimal numbers are of an unsigned one only if
 * the suffix says so. */
static struct expr_value number_value(const struct run *run, uint64_t number, char suffix, bool is_decimal)
{
    bool wants_unsigned = suffix == 'U' || suffix == 'L' || suffix == 'X';
    enum c_int type = suffix == 'l' || suffix == 'L'   ? C_INT_LONG
                      : suffix == 'x' || suffix == 'X' ? C_INT_LLONG
                                                       : C_INT_INT;
    for (; type < C_INT_ULLONG; type++) {
        bool allowed = is_unsigned(run, type) ? wants_unsigned || !is_decimal : !wants_unsigned;
        bool fits = number <= UINT64_MAX >> (64 - 8 * c_int_size(type, run->lookup->abi)) >> !is_unsigned(run, type);
        if (allowed && fits) {
            break;
        }
    }
    return value_of(run, number, type);
}

/* A character is a char, with its sign, before it is an int. */
static struct expr_value char_value(const struct run *run, const struct expr *expr)
{
    return value_of(run, c_int_wrap(expr->number, C_INT_CHAR, run->lookup->abi), C_INT_INT);
}

static enum expr_fault name_value(const struct run *run, const struct expr *expr, struct expr_value *value)
{
    const struct expr_lookup *lookup = run->lookup;
    *value = (struct expr_value){0};
    enum expr_fault fault = lookup->name ? lookup->name(lookup, expr, value) : EXPR_UNKNOWN_NAME;
    return fault ? fail(run, expr, fault) : EXPR_OK;
}

/* The type of the operand decides. */
static struct expr_value unary_value(const struct run *run, char op, const struct expr_value *a)
{
    enum c_int type = promoted(a->type);
    switch (op) {
    case '!':
        return value_of(run, !a->value, C_INT_INT);
    case '-':
        return value_of(run, 0 - a->value, type);
    case '~':
        return value_of(run, ~a->value, type);
    default:
        return value_of(run, a->value, type);
    }
}

static uint64_t shift_right(uint64_t value, unsigned count, bool keeps_sign)
{
    bool fills = keeps_sign && value > INT64_MAX;
    return fills ? ~(~value >> count) : value >> count;
}

static enum expr_fault shift(const struct run *run, const struct expr *expr, bool live, const struct expr_value *a,
                             const struct expr_value *b, struct expr_value *value)
{
    enum c_int type = promoted(a->type);
    *value = value_of(run, 0, type);
    /* A negative count is a large one here. */
    if (b->value >= 8 * (uint64_t)c_int_size(type, run->lookup->abi)) {
        return live ? fail(run, expr, EXPR_SHIFT) : EXPR_OK;
    }
    unsigned count = (unsigned)b->value;
    *value = value_of(run, expr->op == 'l' ? a->value << count : shift_right(a->value, count, !is_unsigned(run, type)),
                      type);
    return EXPR_OK;
}

/* The absolute values are divided, so that nothing overflows. The remainder has the sign of what is divided. */
static uint64_t divide(uint64_t a, uint64_t b, bool is_signed, bool wants_remainder)
{
    bool a_negative = is_signed && a > INT64_MAX, b_negative = is_signed && b > INT64_MAX;
    uint64_t over = a_negative ? 0 - a : a, under = b_negative ? 0 - b : b;
    uint64_t result = wants_remainder ? over % under : over / under;
    bool negative = wants_remainder ? a_negative : a_negative != b_negative;
    return negative ? 0 - result : result;
}

/* a < b, of one type. */
static bool is_less(uint64_t a, uint64_t b, bool is_signed)
{
    uint64_t sign = is_signed ? UINT64_C(1) << 63 : 0;
    return (a ^ sign) < (b ^ sign);
}

static uint64_t lowest(const struct run *run, enum c_int type)
{
    return c_int_wrap(UINT64_C(1) << (8 * c_int_size(type, run->lookup->abi) - 1), type, run->lookup->abi);
}

/* Whether an operation on two operands of a signed type has a result that the type does not hold. */
static bool overflows(const struct run *run, char op, uint64_t a, uint64_t b, enum c_int type)
{
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t result = 0;
    bool wide = false;
    switch (op) {
    case '+':
        result = a + b;
        wide = (a ^ result) & (b ^ result) & sign;
        break;
    case '-':
        result = a - b;
        wide = (a ^ b) & (a ^ result) & sign;
        break;
    case '*': {
        uint64_t left = (a & sign) ? 0 - a : a, right = (b & sign) ? 0 - b : b;
        result = a * b;
        wide = left && right > (INT64_MAX + ((a ^ b) >> 63)) / left;
        break;
    }
    case '/':
    case '%':
        wide = b == UINT64_MAX && a == lowest(run, type);
        break;
    default:
        break;
    }
    return wide || c_int_wrap(result, type, run->lookup->abi) != result;
}

/* Both operands are of the same type. */
static enum expr_fault arithmetic(const struct run *run, const struct expr *expr, bool live,
                                  const struct expr_value *left, const struct expr_value *right,
                                  struct expr_value *value)
{
    uint64_t a = left->value, b = right->value;
    enum c_int type = left->type;
    bool is_signed = !is_unsigned(run, type);
    if (live && is_signed && overflows(run, expr->op, a, b, type)) {
        return fail(run, expr, EXPR_OVERFLOW);
    }
    switch (expr->op) {
    case '*':
        *value = value_of(run, a * b, type);
        return EXPR_OK;
    case '/':
    case '%':
        if (!b && live) {
            return fail(run, expr, EXPR_DIVISION);
        }
        *value = value_of(run, b ? divide(a, b, is_signed, expr->op == '%') : 0, type);
        return EXPR_OK;
    case '+':
        *value = value_of(run, a + b, type);
        return EXPR_OK;
    case '-':
        *value = value_of(run, a - b, type);
        return EXPR_OK;
    case '&':
        *value = value_of(run, a & b, type);
        return EXPR_OK;
    case '^':
        *value = value_of(run, a ^ b, type);
        return EXPR_OK;
    case '|':
        *value = value_of(run, a | b, type);
        return EXPR_OK;
    case '<':
        *value = value_of(run, is_less(a, b, is_signed), C_INT_INT);
        return EXPR_OK;
    case '>':
        *value = value_of(run, is_less(b, a, is_signed), C_INT_INT);
        return EXPR_OK;
    case 'L':
        *value = value_of(run, !is_less(b, a, is_signed), C_INT_INT);
        return EXPR_OK;
    case 'G':
        *value = value_of(run, !is_less(a, b, is_signed), C_INT_INT);
        return EXPR_OK;
    case 'e':
        *value = value_of(run, a == b, C_INT_INT);
        return EXPR_OK;
    default:
        *value = value_of(run, a != b, C_INT_INT);
        return EXPR_OK;
    }
}

static enum expr_fault binary_value(const struct run *run, const struct expr *expr, bool live, struct expr_value *value)
{
    bool is_and = expr->op == 'a', is_logical = is_and || expr->op == 'o';
    struct expr_value a, b;
    enum expr_fault fault = operand(run, expr->a, live, &a);
    if (fault) {
        return fault;
    }
    bool is_decided = is_logical && is_and == !a.value;
    fault = operand(run, expr->b, live && !is_decided, &b);
    if (fault) {
        return fault;
    }
    if (is_logical) {
        *value = value_of(run, is_decided ? !is_and : b.value != 0, C_INT_INT);
        return EXPR_OK;
    }
    if (expr->op == 'l' || expr->op == 'r') {
        return shift(run, expr, live, &a, &b, value);
    }
    enum c_int type = common_type(run, a.type, b.type);
    a = value_of(run, a.value, type);
    b = value_of(run, b.value, type);
    return arithmetic(run, expr, live, &a, &b, value);
}

static enum expr_fault conditional_value(const struct run *run, const struct expr *expr, bool live,
                                         struct expr_value *value)
{
    struct expr_value a, b, c;
    enum expr_fault fault = operand(run, expr->a, live, &a);
    fault = fault ? fault : operand(run, expr->b, live && a.value, &b);
    fault = fault ? fault : operand(run, expr->c, live && !a.value, &c);
    if (!fault) {
        *value = value_of(run, a.value ? b.value : c.value, common_type(run, b.type, c.type));
    }
    return fault;
}

static enum expr_fault cast_value(const struct run *run, const struct expr *expr, bool live, struct expr_value *value)
{
    const struct expr_lookup *lookup = run->lookup;
    struct expr_value a;
    enum expr_fault fault = operand(run, expr->a, live, &a);
    if (fault) {
        return fault;
    }
    enum c_int type = C_INT_INT;
    if (!c_int_find(expr->type, lookup->abi, &type)) {
        fault = lookup->cast ? lookup->cast(lookup, expr, &type) : EXPR_UNKNOWN_TYPE;
        if (fault) {
            return fail(run, expr, fault);
        }
    }
    *value = value_of(run, a.value, type);
    return EXPR_OK;
}

/* A single word may be the name of a constant as well. */
static bool is_word(struct str type)
{
    size_t i = 0;
    while (i < type.len && type.ptr[i] != ' ') {
        i++;
    }
    return type.len > 0 && i == type.len;
}

static enum expr_fault measure(const struct run *run, const struct expr *expr, struct expr_value *value)
{
    const struct expr_lookup *lookup = run->lookup;
    struct expr_value a;
    enum c_int type;
    uint64_t bytes = 0;
    enum expr_fault fault = EXPR_OK;
    if (expr->a) {
        fault = operand(run, expr->a, false, &a);
        bytes = fault ? 0 : c_int_size(a.type, lookup->abi);
    } else if (!expr->name.len && c_int_find(expr->type, lookup->abi, &type)) {
        bytes = c_int_size(type, lookup->abi);
    } else if (!expr->name.len && str_ends(expr->type, "*")) {
        bytes = abis[lookup->abi].long_size;
    } else {
        fault = lookup->measure ? lookup->measure(lookup, expr, &bytes) : EXPR_UNKNOWN_TYPE;
        if (fault == EXPR_UNKNOWN_TYPE && !expr->name.len && is_word(expr->type)) {
            struct expr name = {.kind = EXPR_NAME, .off = expr->off, .len = expr->len, .name = expr->type};
            fault = name_value(run, &name, &a);
            fault = !fault && a.is_flexible      ? EXPR_NOT_AN_INTEGER
                    : fault == EXPR_UNKNOWN_NAME ? EXPR_UNKNOWN_TYPE
                                                 : fault;
            bytes = fault ? 0 : c_int_size(a.type, lookup->abi);
        }
        if (fault) {
            *run->at = expr;
        }
    }
    *value = value_of(run, bytes, size_type(run));
    return fault;
}

/* C glues the suffix to the last word of what the operand stands for, which leaves a sign before it where it is. */
static enum expr_fault make_value(const struct run *run, const struct expr *expr, bool live, struct expr_value *value)
{
    if (expr->a->kind == EXPR_NUMBER) {
        *value = number_value(run, expr->a->number, expr->suffix, expr->a->is_decimal);
        return EXPR_OK;
    }
    struct expr_value a;
    enum expr_fault fault = operand(run, expr->a, live, &a);
    if (!fault) {
        bool has_sign = is_negative(run, &a);
        struct expr_value number = number_value(run, has_sign ? 0 - a.value : a.value, expr->suffix, false);
        *value = has_sign ? unary_value(run, '-', &number) : number;
    }
    return fault;
}

static enum expr_fault evaluate(const struct run *run, const struct expr *expr, bool live, struct expr_value *value)
{
    struct expr_value a;
    enum expr_fault fault;
    switch (expr->kind) {
    case EXPR_NUMBER:
        *value =
            expr->is_char ? char_value(run, expr) : number_value(run, expr->number, expr->suffix, expr->is_decimal);
        return EXPR_OK;
    case EXPR_NAME:
        return name_value(run, expr, value);
    case EXPR_UNARY:
        fault = operand(run, expr->a, live, &a);
        if (!fault) {
            *value = unary_value(run, expr->op, &a);
            if (live && expr->op == '-' && !is_unsigned(run, value->type) && a.value == lowest(run, value->type)) {
                fault = fail(run, expr, EXPR_OVERFLOW);
            }
        }
        return fault;
    case EXPR_BINARY:
        return binary_value(run, expr, live, value);
    case EXPR_CONDITIONAL:
        return conditional_value(run, expr, live, value);
    case EXPR_CAST:
        return cast_value(run, expr, live, value);
    case EXPR_SIZEOF:
    case EXPR_OFFSETOF:
        return measure(run, expr, value);
    case EXPR_MAKE:
        return make_value(run, expr, live, value);
    case EXPR_FLEXIBLE:
        break;
    }
    *value = (struct expr_value){.is_flexible = true};
    return EXPR_OK;
}

enum expr_fault expr_evaluate(const struct expr *expr, const struct expr_lookup *lookup, struct expr_value *value,
                              const struct expr **at)
{
    struct run run = {.lookup = lookup, .at = at};
    return evaluate(&run, expr, true, value);
}

void expr_visit(const struct expr *expr, void (*visit)(const struct expr *part, void *data), void *data)
{
    const struct expr *operands[] = {expr->a, expr->b, expr->c};
    for (size_t i = 0; i < sizeof operands / sizeof *operands; i++) {
        if (operands[i]) {
            expr_visit(operands[i], visit, data);
        }
    }
    visit(expr, data);
}
