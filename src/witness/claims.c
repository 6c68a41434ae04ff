#include "witness/claims.h"

#include "layout/layout.h"
#include "spec/constants.h"
#include "spec/resolve.h"
#include "spec/write.h"

#include <string.h>

/* A record on the way through its members, those of inline records included. */
struct telling {
    struct claims *claims;
    const struct def *def; /* of the file's level */
    struct str type;       /* "struct x" */
    unsigned config;
};

static void add(struct claims *claims, struct claim claim)
{
    claim.lines = 0;
    for (size_t i = 0; i < claim.code.len; i++) {
        claim.lines += claim.code.ptr[i] == '\n';
    }
    VEC_PUSH(claims->arena, &claims->list, claim);
}

static struct span name_span(const struct def *def)
{
    return def_span(def, def->name.off, def->name.len);
}

static void add_exists(struct claims *claims, const struct def *def, struct str subject, struct span span,
                       struct str code, const char *what)
{
    struct str message = str_printf(claims->arena, "the headers have no %s `%.*s`", what, STR_ARG(subject));
    add(claims, (struct claim){.kind = CLAIM_EXISTS,
                               .def = def,
                               .subject = subject,
                               .rule = RULE_VERIFY_MISSING,
                               .span = span,
                               .message = message,
                               .code = code});
}

/* A claim about a member, or with a field of NULL about the record or typedef itself. */
static void add_claim(const struct telling *t, const struct field *field, enum claim_kind kind, enum rule rule,
                      struct span span, struct str message, struct str condition)
{
    struct arena *arena = t->claims->arena;
    struct str code = str_printf(arena, "_Static_assert(%.*s, \"\");\n", STR_ARG(condition));
    add(t->claims, (struct claim){.kind = kind,
                                  .def = t->def,
                                  .subject = t->def->name.s,
                                  .field = field,
                                  .rule = rule,
                                  .span = span,
                                  .message = message,
                                  .code = code});
}

/* The integer at the bottom of a type, through arrays and typedefs; SCALAR_COUNT if it is none. */
static enum scalar scalar_of(const struct type *type, unsigned config)
{
    for (;;) {
        type = type_element(type);
        if (type->kind == TYPE_SCALAR) {
            return type->scalar;
        }
        const struct def *def = type->kind == TYPE_NAMED ? type_def(type, config) : NULL;
        if (!def || (def->kind != DEF_TYPEDEF && !def->type)) {
            return SCALAR_COUNT;
        }
        type = def->kind == DEF_TYPEDEF ? def->fields.at[0].type : def->type;
    }
}

static struct str sign_message(struct arena *arena, struct str name, const struct type *type)
{
    struct buf words = buf_new(arena);
    type_write(&words, type);
    return str_printf(arena, "`%.*s` is %.*s, in the headers of another sign", STR_ARG(name),
                      STR_ARG(buf_view(&words)));
}

/* `object`, an expression without a value, has the sign of the type. */
static void add_sign(const struct telling *t, const struct field *field, const struct type *type, struct span span,
                     struct str name, struct str object)
{
    struct arena *arena = t->claims->arena;
    enum scalar scalar = scalar_of(type, t->config);
    if (scalar == SCALAR_COUNT) {
        return;
    }
    /* Arrays are left by taking what they decay to. */
    struct str condition =
        scalar == SCALAR_CHAR
            ? str_printf(arena, "__builtin_types_compatible_p(__typeof__(%.*s), char)", STR_ARG(object))
            : str_printf(arena, "((__typeof__(%.*s))-1 < 0) == %d", STR_ARG(object), scalars[scalar].is_signed);
    add_claim(t, field, CLAIM_TYPE, RULE_VERIFY_TYPE, span, sign_message(arena, name, type), condition);
}

static struct str indexed(struct arena *arena, struct str object, const struct type *type, unsigned config)
{
    for (;;) {
        const struct def *def = type->kind == TYPE_NAMED ? type_def(type, config) : NULL;
        if (type->kind == TYPE_ARRAY) {
            object = str_printf(arena, "%.*s[0]", STR_ARG(object));
            type = type->more->of;
        } else if (def && def->kind == DEF_TYPEDEF) {
            type = def->fields.at[0].type;
        } else {
            return object;
        }
    }
}

/*
 * A claim about a bit-field that is all ones, in a record that is otherwise zero: `condition` is about that record,
 * `u.r`, and its bytes, `u.b`. C has no constant expression for these; what an optimizer leaves of the function has to
 * be nothing.
 */
static void add_function(const struct telling *t, const struct field *field, enum claim_kind kind, enum rule rule,
                         struct span span, struct str message, struct str path, struct str condition)
{
    struct arena *arena = t->claims->arena;
    struct str code =
        str_printf(arena,
                   "void xenbindgen_%zu(void) { extern void xenbindgen(void) __attribute__((error(\"\"))); "
                   "union { %.*s r; unsigned char b[sizeof(%.*s)]; } u = {.b = {0}}; u.r.%.*s = ~0ULL; "
                   "if (!(%.*s)) xenbindgen(); }\n",
                   t->claims->list.len, STR_ARG(t->type), STR_ARG(t->type), STR_ARG(path), STR_ARG(condition));
    add(t->claims, (struct claim){.kind = kind,
                                  .def = t->def,
                                  .subject = t->def->name.s,
                                  .field = field,
                                  .rule = rule,
                                  .span = span,
                                  .message = message,
                                  .code = code,
                                  .is_function = true});
}

/* Where a bit-field lies, and its sign. `first` is its first bit, counted from the start of the whole definition. */
static void tell_bits(const struct telling *t, const struct def *def, const struct field *field, struct str path,
                      uint64_t first)
{
    struct arena *arena = t->claims->arena;
    struct span span = def_span(def, field->name.off, field->name.len);
    uint64_t end = first + field->more->bits.value, size = def_layout(t->def, t->config)->size;
    /* The bytes beside it show that it is no wider. */
    struct buf bytes = buf_new(arena);
    for (uint64_t byte = first / 8 - (first >= 8); byte <= end / 8 && byte < size; byte++) {
        unsigned value = 0;
        for (unsigned bit = 0; bit < 8; bit++) {
            value |= byte * 8 + bit >= first && byte * 8 + bit < end ? 1u << bit : 0;
        }
        buf_printf(&bytes, "%su.b[%llu] == %u", bytes.len ? " && " : "", (unsigned long long)byte, value);
    }
    add_function(t, field, CLAIM_LAYOUT, RULE_VERIFY_LAYOUT, span,
                 str_printf(arena, "`%.*s` does not take bits %llu to %llu of `%.*s` in the headers",
                            STR_ARG(field->name.s), (unsigned long long)first, (unsigned long long)(end - 1),
                            STR_ARG(t->def->name.s)),
                 path, buf_view(&bytes));
    enum scalar scalar = scalar_of(field->type, t->config);
    if (scalar != SCALAR_COUNT) {
        add_function(t, field, CLAIM_TYPE, RULE_VERIFY_TYPE, def_span(def, field->type->off, field->type->len),
                     sign_message(arena, field->name.s, field->type), path,
                     str_printf(arena, "(u.r.%.*s < 0) == %d", STR_ARG(path), scalars[scalar].is_signed));
    }
}

static void tell_fields(const struct telling *t, const struct def *def, struct str prefix, uint64_t start);

static void tell_field(const struct telling *t, const struct def *def, size_t i, struct str prefix, uint64_t start)
{
    struct arena *arena = t->claims->arena;
    const struct field *field = &def->fields.at[i];
    const struct layout *layout = def_layout(def, t->config);
    uint64_t offset = start + layout->offsets[i];
    if (!field->name.s.len && field->type->kind == TYPE_RECORD) {
        tell_fields(t, field->type->more->record, prefix, offset);
        return;
    }
    if (!field->name.s.len) {
        return;
    }
    struct str name = field->more->c_name.s.len ? field->more->c_name.s : field->name.s;
    struct str path = str_printf(arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(name));
    struct str object = str_printf(arena, "((%.*s *)0)->%.*s", STR_ARG(t->type), STR_ARG(path));
    struct span span = def_span(def, field->name.off, field->name.len);
    struct span type_span = def_span(def, field->type->off, field->type->len);
    struct str absent =
        str_printf(arena, "in the headers `%.*s` has no member `%.*s`", STR_ARG(t->def->name.s), STR_ARG(path));
    if (field->more->bits.given) {
        add_claim(t, field, CLAIM_LAYOUT, RULE_VERIFY_MISSING, span, absent,
                  str_printf(arena, "sizeof(%.*s + 0) > 0", STR_ARG(object)));
        if (t->claims->knows_functions) {
            tell_bits(t, def, field, path, offset * 8 + layout->bits[i]);
        } else {
            t->claims->bit_fields++;
        }
        return;
    }
    add_claim(t, field, CLAIM_LAYOUT, RULE_VERIFY_MISSING, span, absent,
              str_printf(arena, "sizeof(&%.*s) > 0", STR_ARG(object)));
    const struct type *type = field->type;
    unsigned long long size = layout_type(type, t->config).size;
    if (type->kind != TYPE_ARRAY || type_count(type, t->config)) {
        struct buf words = buf_new(arena);
        if (type_element(type)->kind != TYPE_RECORD) {
            buf_text(&words, " (");
            type_write(&words, type);
            buf_text(&words, ")");
        }
        add_claim(t, field, CLAIM_LAYOUT, RULE_VERIFY_LAYOUT, type_span,
                  str_printf(arena, "`%.*s` does not take %llu bytes%.*s in the headers", STR_ARG(name), size,
                             STR_ARG(buf_view(&words))),
                  str_printf(arena, "sizeof(%.*s) == %llu", STR_ARG(object), size));
    }
    add_claim(t, field, CLAIM_LAYOUT, RULE_VERIFY_LAYOUT, span,
              str_printf(arena, "`%.*s` does not start at byte %llu in the headers", STR_ARG(name),
                         (unsigned long long)offset),
              str_printf(arena, "__builtin_offsetof(%.*s, %.*s) == %llu", STR_ARG(t->type), STR_ARG(path),
                         (unsigned long long)offset));
    const struct type *element = type_element(type);
    if (element->kind == TYPE_RECORD) {
        struct str inside = indexed(arena, path, type, t->config);
        tell_fields(t, element->more->record, str_printf(arena, "%.*s.", STR_ARG(inside)), offset);
    }
    add_sign(t, field, type, type_span, name, indexed(arena, object, type, t->config));
}

static void tell_fields(const struct telling *t, const struct def *def, struct str prefix, uint64_t start)
{
    for (size_t i = 0; i < def->fields.len && def_layout(def, t->config); i++) {
        if (when_exists(&def->fields.at[i].more->when, t->config)) {
            tell_field(t, def, i, prefix, start);
        }
    }
}

/* Size and alignment of a whole definition: what the compiler adds before a member of that type. */
static void tell_size(const struct telling *t)
{
    struct arena *arena = t->claims->arena;
    const struct layout *layout = def_layout(t->def, t->config);
    unsigned long long size = layout->size, align = layout->align;
    struct span span = name_span(t->def);
    struct str name = t->def->name.s;
    add_claim(t, NULL, CLAIM_LAYOUT, RULE_VERIFY_LAYOUT, span,
              str_printf(arena, "`%.*s` does not take %llu bytes in the headers", STR_ARG(name), size),
              str_printf(arena, "sizeof(%.*s) == %llu", STR_ARG(t->type), size));
    add_claim(t, NULL, CLAIM_LAYOUT, RULE_VERIFY_LAYOUT, span,
              str_printf(arena, "`%.*s` is not aligned to %llu bytes in the headers", STR_ARG(name), align),
              str_printf(arena, "__builtin_offsetof(struct { char c; %.*s t; }, t) == %llu", STR_ARG(t->type), align));
}

static void tell_record(struct claims *claims, const struct def *def, unsigned config)
{
    struct arena *arena = claims->arena;
    const char *kind = def->kind == DEF_UNION ? "union" : "struct";
    bool is_typedef = def->c_form == C_FORM_TYPEDEF;
    struct str type =
        str_printf(arena, "%s%s%.*s", is_typedef ? "" : kind, is_typedef ? "" : " ", STR_ARG(def->name.s));
    struct telling t = {.claims = claims, .def = def, .type = type, .config = config};
    struct str code = str_printf(arena, "_Static_assert(sizeof(%.*s) + 1, \"\");\n", STR_ARG(type));
    add_exists(claims, def, def->name.s, name_span(def), code, kind);
    if (def_layout(def, config)) {
        tell_fields(&t, def, STR(""), 0);
        tell_size(&t);
    }
}

static void tell_typedef(struct claims *claims, const struct def *def, unsigned config)
{
    struct arena *arena = claims->arena;
    struct telling t = {.claims = claims, .def = def, .type = def->name.s, .config = config};
    struct str code = str_printf(arena, "_Static_assert(sizeof(%.*s) + 1, \"\");\n", STR_ARG(def->name.s));
    add_exists(claims, def, def->name.s, name_span(def), code, "typedef");
    if (def_layout(def, config)) {
        const struct type *type = def->fields.at[0].type;
        tell_size(&t);
        struct str object = str_printf(arena, "(*(%.*s *)0)", STR_ARG(def->name.s));
        add_sign(&t, NULL, type, name_span(def), def->name.s, indexed(arena, object, type, config));
    }
}

/* A string of C that no character of it can end or change. */
static struct str quoted(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    buf_char(&out, '"');
    for (size_t i = 0; i < text.len; i++) {
        bool is_plain = ascii_is_alpha(text.ptr[i]) || ascii_is_digit(text.ptr[i]);
        if (is_plain) {
            buf_char(&out, text.ptr[i]);
        } else {
            buf_printf(&out, "\\%03o", (unsigned)(unsigned char)text.ptr[i]);
        }
    }
    buf_char(&out, '"');
    return buf_view(&out);
}

static void tell_constant(struct claims *claims, const struct def *def, const struct constant *constant)
{
    struct arena *arena = claims->arena;
    struct str name = constant->name;
    struct span span = def_span(def, constant->off, constant->len);
    if (constant->form == CONSTANT_CALL) {
        struct str code = str_printf(arena, "#ifndef %.*s\n_Static_assert(0, \"\");\n#endif\n", STR_ARG(name));
        add_exists(claims, def, name, span, code, "macro with a parameter");
        return;
    }
    add_exists(claims, def, name, span, str_printf(arena, "_Static_assert(sizeof(%.*s) > 0, \"\");\n", STR_ARG(name)),
               "constant");
    struct claim claim = {.kind = CLAIM_VALUE, .def = def, .subject = name, .rule = RULE_VERIFY_VALUE, .span = span};
    if (constant->is_string) {
        struct str text = quoted(arena, constant->text);
        claim.message =
            str_printf(arena, "`%.*s` is not \"%.*s\" in the headers", STR_ARG(name), STR_ARG(constant->text));
        claim.code =
            str_printf(arena, "_Static_assert(sizeof(%.*s) == %zu && __builtin_strcmp(%.*s, %.*s) == 0, \"\");\n",
                       STR_ARG(name), constant->text.len + 1, STR_ARG(name), STR_ARG(text));
        add(claims, claim);
        return;
    }
    claim.message = constant->is_negative ? str_printf(arena, "`%.*s` is not %lld in the headers", STR_ARG(name),
                                                       (long long)constant->value)
                                          : str_printf(arena, "`%.*s` is not %llu in the headers", STR_ARG(name),
                                                       (unsigned long long)constant->value);
    claim.code = str_printf(arena, "_Static_assert((unsigned long long)(%.*s) == 0x%llxULL, \"\");\n", STR_ARG(name),
                            (unsigned long long)constant->value);
    add(claims, claim);
    claim.kind = CLAIM_TYPE;
    claim.rule = RULE_VERIFY_TYPE;
    claim.message =
        str_printf(arena, "`%.*s` is not of C's type %s in the headers", STR_ARG(name), c_int_names[constant->type]);
    claim.code = str_printf(arena, "_Static_assert(__builtin_types_compatible_p(__typeof__(%.*s), %s), \"\");\n",
                            STR_ARG(name), c_int_names[constant->type]);
    add(claims, claim);
}

static void tell_constants(struct claims *claims, const struct def *def, unsigned config)
{
    struct constants constants = {0};
    constants_of(claims->arena, def, config, &constants);
    for (size_t i = 0; i < constants.list.len; i++) {
        tell_constant(claims, def, &constants.list.at[i]);
    }
}

static void tell_handle(struct claims *claims, const struct def *def, unsigned config)
{
    (void)config;
    struct str code =
        str_printf(claims->arena, "_Static_assert(sizeof(__guest_handle_%.*s) > 0, \"\");\n", STR_ARG(def->name.s));
    add_exists(claims, def, def->name.s, name_span(def), code, "handle");
}

/* A verbatim block, if it defines the macro that it is named for: of other code C cannot be asked. */
static void tell_code(struct claims *claims, const struct def *def, unsigned config)
{
    (void)config;
    struct arena *arena = claims->arena;
    const char *define = str_printf(arena, "#define %.*s", STR_ARG(def->name.s)).ptr;
    if (def->more->text.s.len && strstr(str_copy(arena, def->more->text.s).ptr, define)) {
        struct str code = str_printf(arena, "#ifndef %.*s\n_Static_assert(0, \"\");\n#endif\n", STR_ARG(def->name.s));
        add_exists(claims, def, def->name.s, name_span(def), code, "macro");
    }
}

void claims_of(struct claims *claims, const struct def *def, unsigned config)
{
    static void (*const by_kind[DEF_KIND_COUNT])(struct claims *, const struct def *, unsigned) = {
        [DEF_STRUCT] = tell_record,    [DEF_UNION] = tell_record,    [DEF_ENUM] = tell_constants,
        [DEF_BITMAP] = tell_constants, [DEF_TYPEDEF] = tell_typedef, [DEF_CONSTANT] = tell_constants,
        [DEF_HANDLE] = tell_handle,    [DEF_VERBATIM] = tell_code};
    if (by_kind[def->kind]) { /* what is made of rows tells for them */
        by_kind[def->kind](claims, def, config);
    }
}
