#include "base/buf.h"
#include "spec/expr_token.h"

/* Recursive descent, one token ahead. Functions that return an expression return NULL after an error. */
struct parser {
    struct arena *arena;
    struct str text;
    struct expr_error *error;
    struct expr_token token;
    uint32_t end; /* of the token before */
    unsigned depth, parts;
};

static const struct expr *parse_conditional(struct parser *p);
static const struct expr *parse_unary(struct parser *p);

static struct str token_text(const struct parser *p)
{
    return (struct str){p->text.ptr + p->token.off, p->token.len};
}

static bool is_at(const struct parser *p, const char *punctuator)
{
    return p->token.kind == EXPR_TOKEN_PUNCTUATOR && str_is(token_text(p), punctuator);
}

static void advance(struct parser *p)
{
    p->end = p->token.off + p->token.len;
    p->token = expr_token_next(p->arena, p->text, p->end, p->error);
}

/* Takes a punctuator if it stands here. */
static bool take(struct parser *p, const char *punctuator)
{
    if (!is_at(p, punctuator)) {
        return false;
    }
    advance(p);
    return true;
}

/* Always NULL. */
static void *fail_at(struct parser *p, uint32_t off, uint32_t len, struct str message)
{
    *p->error = (struct expr_error){.off = off, .len = len, .message = message};
    return NULL;
}

/* The token here is not what was expected. What is none has its error already. */
static void *fail_expected(struct parser *p, const char *expected)
{
    if (p->token.kind == EXPR_TOKEN_BAD) {
        return NULL;
    }
    struct str message =
        p->token.kind == EXPR_TOKEN_END
            ? str_printf(p->arena, "expected %s at the end of the expression", expected)
            : str_printf(p->arena, "expected %s, found %.*s", expected, STR_ARG(expr_quote(p->arena, token_text(p))));
    return fail_at(p, p->token.off, p->token.len, message);
}

static bool expect(struct parser *p, const char *punctuator, const char *expected)
{
    if (!take(p, punctuator)) {
        fail_expected(p, expected);
        return false;
    }
    return true;
}

/* One level further in; its end is `p->depth--`. */
static bool enter(struct parser *p)
{
    if (p->depth == EXPR_NESTING_MAX) {
        fail_at(p, p->token.off, p->token.len,
                str_printf(p->arena, "expressions are nested at most %d levels deep", EXPR_NESTING_MAX));
        return false;
    }
    p->depth++;
    return true;
}

/* A part that starts at `off` and ends before the token here. */
static const struct expr *part_new(struct parser *p, uint32_t off, struct expr part)
{
    if (p->parts == EXPR_PARTS_MAX) {
        return fail_at(p, off, p->end - off,
                       str_printf(p->arena, "an expression has at most %d parts", EXPR_PARTS_MAX));
    }
    p->parts++;
    struct expr *expr = ARENA_NEW(p->arena, struct expr);
    *expr = part;
    expr->off = off;
    expr->len = p->end - off;
    return expr;
}

static bool is_at_name(const struct parser *p)
{
    return p->token.kind == EXPR_TOKEN_WORD && expr_word_kind(token_text(p)) == EXPR_WORD_NAME;
}

/* Whether what stands here can be nothing but a type. */
static bool is_at_type(const struct parser *p)
{
    struct str word = token_text(p);
    enum expr_word_kind kind = expr_word_kind(word);
    enum c_int type;
    return p->token.kind == EXPR_TOKEN_WORD && (kind == EXPR_WORD_QUALIFIER || kind == EXPR_WORD_TAG ||
                                                kind == EXPR_WORD_TYPE || c_int_find(word, 0, &type));
}

/* `const` and `volatile`, which change nothing here. */
static void skip_qualifiers(struct parser *p)
{
    while (p->token.kind == EXPR_TOKEN_WORD && expr_word_kind(token_text(p)) == EXPR_WORD_QUALIFIER) {
        advance(p);
    }
}

/* The words of a type: C's own, or a name, with struct, union or enum before it or without. */
static bool parse_specifiers(struct parser *p, struct buf *type)
{
    uint32_t off = p->token.off;
    bool is_own = false;
    for (; p->token.kind == EXPR_TOKEN_WORD; advance(p)) {
        struct str word = token_text(p);
        enum expr_word_kind kind = expr_word_kind(word);
        if (kind == EXPR_WORD_QUALIFIER) {
            continue;
        }
        if (type->len && !(is_own && kind == EXPR_WORD_TYPE)) {
            break;
        }
        is_own = kind == EXPR_WORD_TYPE;
        buf_text(type, type->len ? " " : "");
        buf_str(type, word);
        if (kind == EXPR_WORD_TAG) {
            advance(p);
            if (!is_at_name(p)) {
                fail_expected(p, str_printf(p->arena, "the name of the %.*s", STR_ARG(word)).ptr);
                return false;
            }
            buf_char(type, ' ');
            buf_str(type, token_text(p));
        } else if (kind == EXPR_WORD_RESERVED) {
            fail_expected(p, "a type");
            return false;
        }
    }
    if (!type->len) {
        fail_expected(p, "a type");
        return false;
    }
    struct str s = buf_view(type);
    enum c_int found;
    if (is_own && !c_int_find(s, 0, &found) && !str_is(s, "void") && !str_is(s, "float") && !str_is(s, "double") &&
        !str_is(s, "long double")) {
        fail_at(p, off, p->end - off, str_printf(p->arena, "%.*s is no type of C", STR_ARG(expr_quote(p->arena, s))));
        return false;
    }
    return true;
}

/* A type, as struct expr has it. */
static bool parse_type(struct parser *p, struct str *type, bool *is_pointer)
{
    struct buf buf = buf_new(p->arena);
    if (!parse_specifiers(p, &buf)) {
        return false;
    }
    *is_pointer = is_at(p, "*");
    buf_text(&buf, *is_pointer ? " " : "");
    while (take(p, "*")) {
        buf_char(&buf, '*');
        skip_qualifiers(p);
    }
    *type = buf_view(&buf);
    return true;
}

/* Whether what follows a `(` is a type that the `)` ends: one of C's, or any name with `*` or `const` after it; without
 * these, a name is only if `or_name` says so. */
static bool is_type_ahead(const struct parser *p, bool or_name)
{
    if (is_at_type(p)) {
        return true;
    }
    if (!is_at_name(p)) {
        return false;
    }
    struct expr_error ignored;
    struct parser ahead = *p;
    ahead.error = &ignored;
    advance(&ahead);
    bool is_bare = is_at(&ahead, ")");
    skip_qualifiers(&ahead);
    while (take(&ahead, "*")) {
        skip_qualifiers(&ahead);
    }
    return is_at(&ahead, ")") && (!is_bare || or_name);
}

/* Whether a `(X)` whose X stands here is a cast, by what comes after it: an operand, or a sign if X looks like a type.
 */
static bool is_cast_ahead(const struct parser *p)
{
    if (!is_type_ahead(p, true)) {
        return false;
    }
    if (is_type_ahead(p, false)) {
        return true;
    }
    struct expr_error ignored;
    struct parser ahead = *p;
    ahead.error = &ignored;
    advance(&ahead);
    advance(&ahead);
    switch (ahead.token.kind) {
    case EXPR_TOKEN_WORD:
    case EXPR_TOKEN_NUMBER:
    case EXPR_TOKEN_CHAR:
        return true;
    case EXPR_TOKEN_PUNCTUATOR:
        return is_at(&ahead, "(") || is_at(&ahead, "~") || is_at(&ahead, "!") ||
               ((is_at(&ahead, "-") || is_at(&ahead, "+")) && str_ends(token_text(p), "_t"));
    default:
        return false;
    }
}

/* What follows the `(` of a cast. */
static const struct expr *parse_cast(struct parser *p, uint32_t off)
{
    struct expr part = {.kind = EXPR_CAST};
    uint32_t type_off = p->token.off;
    bool is_pointer;
    if (!parse_type(p, &part.type, &is_pointer)) {
        return NULL;
    }
    uint32_t type_len = p->end - type_off;
    if (!expect(p, ")", "`)` after the type")) {
        return NULL;
    }
    if (is_pointer || str_is(part.type, "void") || str_starts(part.type, "struct ") ||
        str_starts(part.type, "union ")) {
        return fail_at(
            p, type_off, type_len,
            str_printf(p->arena, "a cast to %.*s gives no integer", STR_ARG(expr_quote(p->arena, part.type))));
    }
    part.a = parse_unary(p);
    return part.a ? part_new(p, off, part) : NULL;
}

static const struct expr *parse_parenthesis(struct parser *p)
{
    uint32_t off = p->token.off;
    if (!enter(p)) {
        return NULL;
    }
    advance(p);
    const struct expr *expr;
    if (is_cast_ahead(p)) {
        expr = parse_cast(p, off);
    } else {
        expr = parse_conditional(p);
        expr = expr && expect(p, ")", "`)`") ? expr : NULL;
    }
    p->depth--;
    return expr;
}

/* a.b[2].c: blanks left out, indices made decimal. */
static bool parse_path(struct parser *p, struct str *path)
{
    struct buf buf = buf_new(p->arena);
    do {
        buf_text(&buf, buf.len ? "." : "");
        if (!is_at_name(p)) {
            fail_expected(p, "the name of a member");
            return false;
        }
        buf_str(&buf, token_text(p));
        advance(p);
        while (take(p, "[")) {
            struct expr index = {.kind = EXPR_NUMBER};
            if (p->token.kind != EXPR_TOKEN_NUMBER) {
                fail_expected(p, "a number as the index");
                return false;
            }
            if (!expr_read_number(p->arena, p->text, p->token, &index, p->error)) {
                return false;
            }
            advance(p);
            buf_char(&buf, '[');
            buf_u64(&buf, index.number);
            buf_char(&buf, ']');
            if (!expect(p, "]", "`]` after the index")) {
                return false;
            }
        }
    } while (take(p, "."));
    *path = buf_view(&buf);
    return true;
}

/* What follows the `(` of offsetof. */
static const struct expr *parse_offsetof(struct parser *p, uint32_t off)
{
    struct expr part = {.kind = EXPR_OFFSETOF};
    bool is_pointer;
    if (!parse_type(p, &part.type, &is_pointer) || !expect(p, ",", "`,` after the type") ||
        !parse_path(p, &part.name) || !expect(p, ")", "`)` after the member")) {
        return NULL;
    }
    return part_new(p, off, part);
}

/* Takes ((type *)0)-> if it stands here, with NULL for the 0 as well. */
static bool take_null_record(struct parser *p, struct str *type)
{
    struct expr_error ignored;
    struct parser ahead = *p;
    ahead.error = &ignored;
    bool is_pointer = false;
    struct expr null = {.kind = EXPR_NUMBER};
    if (!take(&ahead, "(") || !is_at(&ahead, "(")) {
        return false;
    }
    advance(&ahead);
    if (!parse_type(&ahead, type, &is_pointer) || !str_ends(*type, " *") || !take(&ahead, ")")) {
        return false;
    }
    type->len -= 2;
    bool is_null = ahead.token.kind == EXPR_TOKEN_NUMBER
                       ? expr_read_number(p->arena, p->text, ahead.token, &null, &ignored) && !null.number
                       : ahead.token.kind == EXPR_TOKEN_WORD && str_is(token_text(&ahead), "NULL");
    if (is_null) {
        advance(&ahead);
    }
    if (!is_null || !take(&ahead, ")") || !is_at(&ahead, "->")) {
        return false;
    }
    ahead.error = p->error;
    *p = ahead;
    advance(p);
    return true;
}

/* What a try found: nothing of its kind (and took nothing), what it looked for, or an error in it. */
enum found { FOUND_NOTHING, FOUND_IT, FOUND_ERROR };

/* ((type *)0)->member, in parentheses or not. */
static enum found parse_member(struct parser *p, struct expr *part)
{
    if (take_null_record(p, &part->type)) {
        return parse_path(p, &part->name) ? FOUND_IT : FOUND_ERROR;
    }
    if (p->depth == EXPR_NESTING_MAX || !is_at(p, "(")) {
        return FOUND_NOTHING;
    }
    struct parser before = *p;
    advance(p);
    p->depth++;
    enum found found = parse_member(p, part);
    p->depth--;
    if (found == FOUND_NOTHING) {
        *p = before;
    }
    return found == FOUND_IT && !expect(p, ")", "`)`") ? FOUND_ERROR : found;
}

/* What follows sizeof. */
static bool parse_sizeof_operand(struct parser *p, struct expr *part)
{
    enum found member = parse_member(p, part);
    if (member != FOUND_NOTHING) {
        return member == FOUND_IT;
    }
    bool is_pointer;
    struct parser before = *p;
    if (take(p, "(") && is_type_ahead(p, true)) {
        return parse_type(p, &part->type, &is_pointer) && expect(p, ")", "`)` after the type");
    }
    *p = before;
    part->type = STR("");
    part->a = parse_unary(p);
    return part->a != NULL;
}

static const struct expr *parse_sizeof(struct parser *p)
{
    struct expr part = {.kind = EXPR_SIZEOF};
    uint32_t off = p->token.off;
    if (!enter(p)) {
        return NULL;
    }
    advance(p);
    bool is_ok = parse_sizeof_operand(p, &part);
    p->depth--;
    return is_ok ? part_new(p, off, part) : NULL;
}

/* C takes a decimal number for a signed one unless it says otherwise. */
static bool check_range(struct parser *p, const struct expr *number)
{
    bool is_unsigned = number->suffix == 'U' || number->suffix == 'L' || number->suffix == 'X';
    if (!number->is_decimal || is_unsigned || number->number <= INT64_MAX) {
        return true;
    }
    struct str s = token_text(p);
    fail_at(p, p->token.off, p->token.len,
            str_printf(p->arena, "%.*s is too large for a signed integer: give it the suffix U",
                       STR_ARG(expr_quote(p->arena, s))));
    return false;
}

/* A number that stands here; `suffix` is one that it gets yet, or 0. */
static const struct expr *parse_number(struct parser *p, char suffix)
{
    struct expr part = {.kind = EXPR_NUMBER};
    uint32_t off = p->token.off;
    bool is_ok = p->token.kind == EXPR_TOKEN_CHAR ? expr_read_char(p->text, p->token, &part, p->error)
                                                  : expr_read_number(p->arena, p->text, p->token, &part, p->error) &&
                                                        (suffix || check_range(p, &part));
    if (!is_ok) {
        return NULL;
    }
    if (suffix && part.suffix) {
        return fail_at(p, p->token.off, p->token.len, STR("this number gets a suffix, and has one already"));
    }
    advance(p);
    return part_new(p, off, part);
}

/* The suffix that a macro of Xen's gives its operand, or 0. */
static char make_suffix(struct str word)
{
    return str_is(word, "xen_mk_uint")     ? 'U'
           : str_is(word, "xen_mk_ulong")  ? 'L'
           : str_is(word, "xen_mk_ullong") ? 'X'
                                           : 0;
}

/* What follows the `(` of xen_mk_*: a number or the name of one, since C glues the suffix to it. */
static const struct expr *parse_make(struct parser *p, uint32_t off, struct str macro)
{
    struct expr part = {.kind = EXPR_MAKE, .suffix = make_suffix(macro)};
    uint32_t operand = p->token.off;
    if (p->token.kind == EXPR_TOKEN_NUMBER) {
        part.a = parse_number(p, part.suffix);
    } else if (is_at_name(p)) {
        struct str name = token_text(p);
        advance(p);
        part.a = part_new(p, operand, (struct expr){.kind = EXPR_NAME, .name = name});
    } else {
        fail_expected(p, str_printf(p->arena, "a number or the name of one in %.*s()", STR_ARG(macro)).ptr);
    }
    if (!part.a ||
        !expect(p, ")", str_printf(p->arena, "`)`, as %.*s() takes a number or the name of one", STR_ARG(macro)).ptr)) {
        return NULL;
    }
    return part_new(p, off, part);
}

static const struct expr *parse_word(struct parser *p)
{
    uint32_t off = p->token.off;
    struct str word = token_text(p);
    if (str_is(word, "sizeof")) {
        return parse_sizeof(p);
    }
    if (is_at_type(p) || !is_at_name(p)) {
        return fail_expected(p, "an operand");
    }
    advance(p);
    if (!is_at(p, "(")) {
        struct expr part = {.kind = EXPR_FLEXIBLE};
        if (!str_is(word, "XEN_FLEX_ARRAY_DIM")) {
            part.kind = EXPR_NAME;
            part.name = word;
        }
        return part_new(p, off, part);
    }
    if (make_suffix(word)) {
        advance(p);
        return parse_make(p, off, word);
    }
    if (str_is(word, "offsetof") || str_is(word, "__builtin_offsetof")) {
        advance(p);
        return parse_offsetof(p, off);
    }
    return fail_at(p, off, (uint32_t)word.len,
                   str_printf(p->arena,
                              "%.*s is called: only sizeof, offsetof(), xen_mk_uint(), xen_mk_ulong() and "
                              "xen_mk_ullong() can be",
                              STR_ARG(expr_quote(p->arena, word))));
}

static const struct expr *parse_unary(struct parser *p)
{
    switch (p->token.kind) {
    case EXPR_TOKEN_WORD:
        return parse_word(p);
    case EXPR_TOKEN_NUMBER:
    case EXPR_TOKEN_CHAR:
        return parse_number(p, 0);
    case EXPR_TOKEN_PUNCTUATOR:
        break;
    default:
        return fail_expected(p, "an operand");
    }
    if (is_at(p, "(")) {
        return parse_parenthesis(p);
    }
    if (!is_at(p, "-") && !is_at(p, "+") && !is_at(p, "~") && !is_at(p, "!")) {
        return fail_expected(p, "an operand");
    }
    struct expr part = {.kind = EXPR_UNARY, .op = *token_text(p).ptr};
    uint32_t off = p->token.off;
    if (!enter(p)) {
        return NULL;
    }
    advance(p);
    part.a = parse_unary(p);
    p->depth--;
    return part.a ? part_new(p, off, part) : NULL;
}

/* How tightly the binary operator that stands here binds, or 0 if there is none. */
static unsigned precedence(const struct parser *p, char *op)
{
    static const struct {
        const char *text;
        char op;
        unsigned precedence;
    } operators[] = {
        {"*", '*', 10}, {"/", '/', 10}, {"%", '%', 10}, {"+", '+', 9},  {"-", '-', 9},  {"<<", 'l', 8},
        {">>", 'r', 8}, {"<", '<', 7},  {">", '>', 7},  {"<=", 'L', 7}, {">=", 'G', 7}, {"==", 'e', 6},
        {"!=", 'n', 6}, {"&", '&', 5},  {"^", '^', 4},  {"|", '|', 3},  {"&&", 'a', 2}, {"||", 'o', 1},
    };
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (is_at(p, operators[i].text)) {
            *op = operators[i].op;
            return operators[i].precedence;
        }
    }
    return 0;
}

/* Operators that bind at least as tightly as `least`, from the left. */
static const struct expr *parse_binary(struct parser *p, unsigned least)
{
    uint32_t off = p->token.off;
    const struct expr *left = parse_unary(p);
    while (left) {
        struct expr part = {.kind = EXPR_BINARY, .a = left};
        unsigned level = precedence(p, &part.op);
        if (level == 0 || level < least) {
            break;
        }
        advance(p);
        part.b = parse_binary(p, level + 1);
        left = part.b ? part_new(p, off, part) : NULL;
    }
    return left;
}

static const struct expr *parse_conditional(struct parser *p)
{
    uint32_t off = p->token.off;
    struct expr part = {.kind = EXPR_CONDITIONAL, .a = parse_binary(p, 1)};
    if (!part.a || !is_at(p, "?")) {
        return part.a;
    }
    if (!enter(p)) {
        return NULL;
    }
    advance(p);
    part.b = parse_conditional(p);
    part.c = part.b && expect(p, ":", "`:`") ? parse_conditional(p) : NULL;
    p->depth--;
    return part.c ? part_new(p, off, part) : NULL;
}

const struct expr *expr_parse(struct arena *arena, struct str text, struct expr_error *error)
{
    struct parser parser = {.arena = arena, .text = text, .error = error};
    struct parser *p = &parser;
    p->token = expr_token_next(arena, text, 0, error);
    if (p->token.kind == EXPR_TOKEN_END) {
        p->end = p->token.off;
        return part_new(p, p->token.off, (struct expr){.kind = EXPR_FLEXIBLE});
    }
    const struct expr *expr = parse_conditional(p);
    if (expr && p->token.kind != EXPR_TOKEN_END) {
        return fail_expected(p, "an operator");
    }
    return expr;
}
