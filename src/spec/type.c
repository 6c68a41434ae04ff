/*
 * Types in the three dialects:
 *
 *   RFC    { tag = "array", args = [{ tag = "u8" }, 16] }
 *   later  { array = ["u8", 16] }
 *   house  "u8[16]"
 */
#include "spec/read.h"
#include "spec/reader.h"

/* A type expression being read: the string, and where its bytes stand in the file. */
struct expression {
    struct reader *reader;
    struct str text;
    size_t at;         /* next byte */
    uint32_t off, len; /* of the string's value in the file, quotes included */
    bool exact;        /* bytes of the text stand in the file as they are, from off + 1 */
    unsigned depth;
};

/* The length of an array as it is read. */
struct length {
    uint64_t count;
    struct formula formula; /* where it is no number */
    uint32_t off, len;      /* in the file */
};

static struct type *type_value(struct reader *reader, const struct toml_value *value, unsigned depth);

static struct span expression_span(const struct expression *e, size_t from, size_t to)
{
    if (!e->exact) {
        return reader_span(e->reader, e->off, e->len);
    }
    return reader_span(e->reader, e->off + 1 + (uint32_t)from, (uint32_t)(to - from));
}

static void expression_spaces(struct expression *e)
{
    while (e->at < e->text.len && e->text.ptr[e->at] == ' ') {
        e->at++;
    }
}

static bool expression_char(struct expression *e, char c)
{
    expression_spaces(e);
    if (e->at < e->text.len && e->text.ptr[e->at] == c) {
        e->at++;
        return true;
    }
    return false;
}

static bool is_word_char(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static struct str expression_word(struct expression *e)
{
    expression_spaces(e);
    size_t start = e->at;
    while (e->at < e->text.len && is_word_char(e->text.ptr[e->at])) {
        e->at++;
    }
    return (struct str){e->text.ptr + start, e->at - start};
}

static void *expression_error(struct expression *e, const char *expected)
{
    expression_spaces(e);
    size_t end = e->at < e->text.len ? e->at + 1 : e->at;
    struct span span = expression_span(e, e->at, end);
    struct str found = {e->text.ptr + e->at, end - e->at};
    struct diag *diag =
        found.len
            ? diag_add(e->reader->diags, RULE_TYPE_SYNTAX, span, "expected %s, found `%.*s`", expected, STR_ARG(found))
            : diag_add(e->reader->diags, RULE_TYPE_SYNTAX, span, "expected %s at the end of the type", expected);
    diag_help(e->reader->diags, diag,
              "a type is written like \"u32\", \"u8[16]\", \"handle64<const u8>\" or \"name_of_a_struct\"");
    return NULL;
}

/* A length that is a number, decimal or hexadecimal. */
static bool length_number(struct str text, uint64_t *count)
{
    bool hex = text.len > 2 && text.ptr[0] == '0' && text.ptr[1] == 'x';
    uint64_t base = hex ? 16 : 10, value = 0;
    bool good = text.len > 0;
    for (size_t i = hex ? 2 : 0; i < text.len && good; i++) {
        char c = ascii_to_lower(text.ptr[i]);
        uint64_t digit = ascii_is_digit(c) ? (uint64_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint64_t)(c - 'a') + 10 : 99;
        good = digit < base && value <= (UINT64_MAX - digit) / base;
        value = good ? value * base + digit : value;
    }
    *count = value;
    return good;
}

/* The length of an array, up to the bracket that ends it: a number, an expression, or nothing. */
static bool expression_length(struct expression *e, struct length *length)
{
    expression_spaces(e);
    size_t start = e->at;
    unsigned open = 0;
    while (e->at < e->text.len && (open || e->text.ptr[e->at] != ']')) {
        open += e->text.ptr[e->at] == '[';
        open -= e->text.ptr[e->at] == ']';
        e->at++;
    }
    if (e->at == e->text.len) {
        expression_error(e, start == e->text.len ? "the length of the array" : "`]` after the length of the array");
        return false;
    }
    size_t end = e->at;
    while (end > start && e->text.ptr[end - 1] == ' ') {
        end--;
    }
    struct str text = {e->text.ptr + start, end - start};
    *length = (struct length){.off = e->off, .len = e->len};
    if (e->exact) {
        length->off = e->off + 1 + (uint32_t)start;
        length->len = (uint32_t)text.len;
    }
    if (length_number(text, &length->count)) {
        return true;
    }
    /* Digits that are no such number are one too large, or one that C would take for an octal. */
    bool digits = text.len > 0;
    for (size_t i = 0; i < text.len; i++) {
        digits = digits && ascii_is_digit(text.ptr[i]);
    }
    if (digits) {
        diag_add(e->reader->diags, RULE_TYPE_SYNTAX, expression_span(e, start, end),
                 "`%.*s` is not the length of an array", STR_ARG(reader_shown(e->reader, text)));
        return false;
    }
    struct text kept = {reader_keep(e->reader, text), length->off, length->len};
    kept.s.ptr = kept.s.len ? kept.s.ptr : "";
    return reader_formula(e->reader, kept, e->exact ? length->off : UINT32_MAX, &length->formula);
}

static struct type *array_new(struct reader *reader, struct type *of, const struct length *length, struct span span)
{
    bool is_number = !length->formula.text.s.ptr;
    if (is_number && length->count == 0 && reader->level != LEVEL_LEGACY) {
        struct diag *diag =
            diag_add(reader->diags, RULE_ARRAY_LENGTH, span, "an array of length 0 has no place in a struct");
        diag_help(reader->diags, diag, "write `[]` for a flexible array; only `legacy` headers have `[0]`");
        return NULL;
    }
    struct type *type = type_new(reader->arena, TYPE_ARRAY, span.off, span.len);
    struct type_more *more = type_more(reader->arena, type);
    more->of = of;
    more->count = length->count;
    if (!is_number) {
        struct formula *formula = ARENA_NEW(reader->arena, struct formula);
        *formula = length->formula;
        more->length = formula;
    }
    return type;
}

static bool type_depth(struct reader *reader, unsigned depth, struct span span)
{
    if (depth <= TYPE_NESTING_MAX) {
        return true;
    }
    struct diag *diag =
        diag_add(reader->diags, RULE_NESTING_LIMIT, span, "the type is nested more than %d deep", TYPE_NESTING_MAX);
    diag_help(reader->diags, diag, "give the inner part a name of its own, as a struct");
    return false;
}

static struct type *named_type(struct reader *reader, struct str word, struct span span)
{
    if (str_is(word, "void")) {
        return type_new(reader->arena, TYPE_VOID, span.off, span.len);
    }
    for (enum scalar scalar = 0; scalar < SCALAR_COUNT; scalar++) {
        if (str_is(word, scalars[scalar].name)) {
            struct type *type = type_new(reader->arena, TYPE_SCALAR, span.off, span.len);
            type->scalar = scalar;
            return type;
        }
    }
    const char *why;
    if (!reader_identifier(word, &why)) {
        struct diag *diag = diag_add(reader->diags, RULE_TYPE_SYNTAX, span, "`%.*s` is not the name of a type: %s",
                                     STR_ARG(reader_shown(reader, word)), why);
        diag_help(reader->diags, diag,
                  "a type is written like \"u32\", \"u8[16]\", \"handle64<const u8>\" or \"name_of_a_struct\"");
        return NULL;
    }
    struct type *type = type_new(reader->arena, TYPE_NAMED, span.off, span.len);
    type_more(reader->arena, type)->name = reader_keep(reader, word);
    return type;
}

static struct type *expression_type(struct expression *e);

static enum elaboration elaboration_of(struct str word)
{
    static const char *const words[] = {
        [ELABORATED_STRUCT] = "struct", [ELABORATED_UNION] = "union", [ELABORATED_ENUM] = "enum"};
    for (enum elaboration i = ELABORATED_STRUCT; i <= ELABORATED_ENUM; i++) {
        if (str_is(word, words[i])) {
            return i;
        }
    }
    return ELABORATED_NOT;
}

/* "struct x", from after the word on. */
static struct type *expression_elaborated(struct expression *e, enum elaboration elaboration, size_t start)
{
    struct str word = expression_word(e);
    const char *why;
    if (!reader_identifier(word, &why)) {
        return expression_error(e, "the name of a type");
    }
    struct span span = expression_span(e, start, e->at);
    struct type *type = type_new(e->reader->arena, TYPE_NAMED, span.off, span.len);
    type_more(e->reader->arena, type)->name = reader_keep(e->reader, word);
    type->elaboration = elaboration;
    return type;
}

/* `handle64<T>`, `handle<T>` and `ptr<T>`, from after the word on. */
static struct type *expression_handle(struct expression *e, enum type_kind kind, bool native, size_t start)
{
    if (!expression_char(e, '<')) {
        return expression_error(e, kind == TYPE_POINTER ? "`<` and what the pointer points at"
                                                        : "`<` and what the handle points at");
    }
    size_t before = e->at;
    bool is_const = str_is(expression_word(e), "const");
    if (!is_const) {
        e->at = before;
    }
    e->depth++;
    struct type *of = expression_type(e);
    e->depth--;
    if (!of) {
        return NULL;
    }
    if (!expression_char(e, '>')) {
        return expression_error(e, kind == TYPE_POINTER ? "`>` after what the pointer points at"
                                                        : "`>` after what the handle points at");
    }
    struct span span = expression_span(e, start, e->at);
    struct type *type = type_new(e->reader->arena, kind, span.off, span.len);
    type_more(e->reader->arena, type)->of = of;
    type->is_const = is_const;
    type->is_native = native;
    return type;
}

static struct type *expression_type(struct expression *e)
{
    if (!type_depth(e->reader, e->depth, expression_span(e, e->at, e->text.len))) {
        return NULL;
    }
    expression_spaces(e);
    size_t start = e->at;
    struct str word = expression_word(e);
    if (!word.len) {
        return expression_error(e, "a type");
    }
    struct type *type;
    enum elaboration elaboration = elaboration_of(word);
    if (str_is(word, "handle64") || str_is(word, "handle")) {
        type = expression_handle(e, TYPE_HANDLE, str_is(word, "handle"), start);
    } else if (str_is(word, "ptr")) {
        type = expression_handle(e, TYPE_POINTER, true, start);
    } else if (elaboration) {
        type = expression_elaborated(e, elaboration, start);
    } else {
        type = named_type(e->reader, word, expression_span(e, start, e->at));
    }
    /* As in C, "u8[4][16]" is four arrays of sixteen: the last length is the innermost. */
    VEC(struct length) lengths = {0};
    while (type && expression_char(e, '[')) {
        struct length length;
        if (!expression_length(e, &length)) {
            return NULL;
        }
        e->at++;
        VEC_PUSH(e->reader->arena, &lengths, length);
        if (!type_depth(e->reader, e->depth + (unsigned)lengths.len, expression_span(e, start, e->at))) {
            return NULL;
        }
    }
    for (size_t i = lengths.len; type && i-- > 0;) {
        type = array_new(e->reader, type, &lengths.at[i], expression_span(e, start, e->at));
    }
    return type;
}

static struct type *type_string(struct reader *reader, const struct toml_value *value, unsigned depth)
{
    struct str text = value->as.string;
    struct expression e = {.reader = reader,
                           .text = text,
                           .off = value->off,
                           .len = value->len,
                           .exact = value->len == text.len + 2,
                           .depth = depth};
    struct type *type = expression_type(&e);
    expression_spaces(&e);
    if (type && e.at < text.len) {
        return expression_error(&e, "nothing more");
    }
    return type;
}

static void *type_error(struct reader *reader, const struct toml_value *value, const char *message, const char *help)
{
    struct diag *diag =
        diag_add(reader->diags, RULE_TYPE_SYNTAX, reader_span(reader, value->off, value->len), "%s", message);
    diag_help(reader->diags, diag, "%s", help);
    return NULL;
}

static struct type *type_array(struct reader *reader, const struct toml_value *args, unsigned depth)
{
    static const char message[] = "an array takes a type and a length";
    static const char help[] = "write [TYPE, LENGTH], or in the house form \"u8[16]\"";
    if (!args || args->type != TOML_ARRAY || args->as.array->len != 2) {
        return args ? type_error(reader, args, message, help) : NULL;
    }
    const struct toml_value *count = &args->as.array->at[1];
    struct type *of = type_value(reader, &args->as.array->at[0], depth + 1);
    if (count->type != TOML_INTEGER || count->negative) {
        return type_error(reader, count, message, help);
    }
    struct length length = {.count = count->as.magnitude, .off = count->off, .len = count->len};
    return of ? array_new(reader, of, &length, reader_span(reader, args->off, args->len)) : NULL;
}

static struct type *type_handle(struct reader *reader, const struct toml_value *args, unsigned depth)
{
    struct type *of = type_value(reader, args, depth + 1);
    if (!of) {
        return NULL;
    }
    struct type *type = type_new(reader->arena, TYPE_HANDLE, args->off, args->len);
    type_more(reader->arena, type)->of = of;
    return type;
}

/* A name of which the older dialects say what it is. */
static struct type *type_definition(struct reader *reader, const struct toml_value *args, enum def_kind wanted)
{
    const char *why;
    if (args->type != TOML_STRING || !reader_identifier(args->as.string, &why)) {
        return type_error(reader, args, "expected the name of a type", "write the name of a definition as a string");
    }
    struct type *type = type_new(reader->arena, TYPE_NAMED, args->off, args->len);
    type_more(reader->arena, type)->name = reader_keep(reader, args->as.string);
    type->wanted = wanted;
    return type;
}

static struct type *type_tagged(struct reader *reader, struct str tag, const struct toml_value *args,
                                const struct toml_value *whole, unsigned depth)
{
    static const struct {
        const char *tag;
        enum def_kind kind;
    } kinds[] = {{"struct", DEF_STRUCT}, {"enum", DEF_ENUM}, {"bitmap", DEF_BITMAP}};
    static const char help[] = "the tags are ptr, array, struct, enum, bitmap and the integers u8 to u64 and i8 to i64";

    bool is_ptr = str_is(tag, "ptr"), is_array = str_is(tag, "array");
    if (is_ptr || is_array) {
        if (!args) {
            return type_error(reader, whole, "the type lacks its `args`", "say what it is made of");
        }
        return is_ptr ? type_handle(reader, args, depth) : type_array(reader, args, depth);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (str_is(tag, kinds[i].tag)) {
            return args ? type_definition(reader, args, kinds[i].kind)
                        : type_error(reader, whole, "the type lacks its `args`", "name the definition");
        }
    }
    for (enum scalar scalar = 0; scalar <= SCALAR_I64; scalar++) {
        if (str_is(tag, scalars[scalar].name)) {
            if (args) {
                return type_error(reader, args, "an integer takes no `args`", "leave them out");
            }
            struct type *type = type_new(reader->arena, TYPE_SCALAR, whole->off, whole->len);
            type->scalar = scalar;
            return type;
        }
    }
    struct diag *diag = diag_add(reader->diags, RULE_TYPE_SYNTAX, reader_span(reader, whole->off, whole->len),
                                 "`%.*s` is no kind of type", STR_ARG(reader_shown(reader, tag)));
    diag_help(reader->diags, diag, "%s", help);
    return NULL;
}

static struct type *type_table(struct reader *reader, const struct toml_value *value, unsigned depth)
{
    const struct toml_table *table = value->as.table;
    const struct toml_entry *tag = toml_get(table, STR("tag"));
    if (tag) {
        const struct toml_entry *args = toml_get(table, STR("args"));
        if (table->len > (args ? 2u : 1u)) {
            return type_error(reader, value, "a type takes `tag` and `args` only", "remove the other keys");
        }
        if (tag->value.type != TOML_STRING) {
            return type_error(reader, &tag->value, "the `tag` of a type is a string", "write tag = \"u32\"");
        }
        return type_tagged(reader, tag->value.as.string, args ? &args->value : NULL, value, depth);
    }
    if (table->len != 1) {
        return table->broken ? NULL
                             : type_error(reader, value, "a type given as a table has one key",
                                          "write \"u32\", \"u8[16]\", \"handle64<u8>\" or the name of a definition");
    }
    return type_tagged(reader, table->first->key, &table->first->value, value, depth);
}

static struct type *type_value(struct reader *reader, const struct toml_value *value, unsigned depth)
{
    if (!type_depth(reader, depth, reader_span(reader, value->off, value->len))) {
        return NULL;
    }
    if (value->type == TOML_STRING) {
        return type_string(reader, value, depth);
    }
    if (value->type == TOML_TABLE) {
        return type_table(reader, value, depth);
    }
    struct str message = str_printf(reader->arena, "expected a type, found %s", toml_type_name(value->type));
    return type_error(reader, value, message.ptr, "types are strings: \"u32\", \"u8[16]\", \"handle64<u8>\"");
}

struct type *reader_type(struct reader *reader, const struct toml_value *value)
{
    return type_value(reader, value, 0);
}
