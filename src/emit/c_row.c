/* Tables in the C backend: calls of the macros that Xen has for their rows, and the values of an enum as such calls. */
#include "emit/c.h"

enum { WORD_BITS = 32 }; /* of `c_words` */

/* DEFINE_RING_TYPES(name, request, response); */
static void emit_ring(const struct c_file *file, struct buf *out, const struct def *def, unsigned config)
{
    const struct row *row = def->row;
    if (row->flex) {
        buf_printf(out, "DEFINE_XEN_FLEX_RING%s(%.*s);\n", row->intf ? "_AND_INTF" : "", STR_ARG(def->name.s));
        return;
    }
    struct str none = {NULL, 0};
    struct buf request = buf_new(file->arena), response = buf_new(file->arena);
    c_declare(file, &request, row->request, none, config);
    c_declare(file, &response, row->response, none, config);
    size_t column = sizeof "DEFINE_RING_TYPES(" - 1;
    buf_printf(out, "DEFINE_RING_TYPES(%.*s, %.*s,", STR_ARG(def->name.s), STR_ARG(buf_view(&request)));
    if (column + def->name.s.len + request.len + response.len + sizeof ", , );" - 1 > C_COLUMNS) {
        buf_char(out, '\n');
        buf_fill(out, ' ', column);
    } else {
        buf_char(out, ' ');
    }
    buf_printf(out, "%.*s);\n", STR_ARG(buf_view(&response)));
}

/* DECLARE_HVM_SAVE_TYPE(NAME, code, type); */
static void emit_save(const struct c_file *file, struct buf *out, const struct def *def, unsigned config)
{
    const struct row *row = def->row;
    struct str none = {NULL, 0};
    const char *spelled = def->source->text.ptr + row->code.off;
    bool hex = row->code.len > 2 && spelled[0] == '0' && spelled[1] == 'x';
    buf_printf(out, "DECLARE_HVM_SAVE_TYPE%s(%.*s, ", row->compat ? "_COMPAT" : "", STR_ARG(def->name.s));
    (hex ? buf_hex : buf_u64)(out, row->code.value);
    buf_text(out, ", ");
    c_declare(file, out, row->type, none, config);
    if (row->compat) {
        buf_text(out, ",\n");
        buf_fill(out, ' ', sizeof "DECLARE_HVM_SAVE_TYPE_COMPAT(" - 1);
        c_declare(file, out, row->compat, none, config);
        buf_printf(out, ", %.*s", STR_ARG(row->fix.s));
    }
    buf_text(out, ");\n");
}

/* NAME(page) and NAME_REF(page, idx), which are made of constants that the header has as well. */
static void emit_event_ring(const struct c_file *file, struct buf *out, const struct def *def, unsigned config)
{
    struct str name = def->name.s;
    struct buf pointer = buf_new(file->arena);
    c_declare(file, &pointer, def->row->type, STR("*"), config);
    buf_printf(out, "#define %.*s(page) \\\n    ((%.*s)((char *)(page) + %.*s_OFFS))\n", STR_ARG(name),
               STR_ARG(buf_view(&pointer)), STR_ARG(name));
    buf_printf(out, "#define %.*s_REF(page, idx) \\\n    (%.*s((page))[(idx) %% %.*s_LEN])\n", STR_ARG(name),
               STR_ARG(name), STR_ARG(name));
}

void c_emit_row(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    unsigned config = config_set_first(set);
    if (def->kind == DEF_EVENT_RING) {
        c_comment(out, 0, "", def->description);
        emit_event_ring(file, out, def, config);
    } else if (def->kind != DEF_HYPERCALL && file->folder->header.given) {
        c_comment(out, 0, "", def->description);
        (def->kind == DEF_RING ? emit_ring : emit_save)(file, out, def, config);
    }
}

/* What the macro is called with: the name in C without the prefix, which the macro adds. */
static struct str call_word(const struct def *def, const struct variant *variant)
{
    const size_t prefix = variant->c_spelled.s.ptr ? def->more->c_prefix.s.len : 0;
    return prefix ? (struct str){variant->c_name.ptr + prefix, variant->c_name.len - prefix} : variant->name.s;
}

/* Says what the words up to one are that begin after `done`; returns how many were begun. */
static size_t begin_words(struct buf *out, const struct def_more *more, size_t done, uint64_t upto)
{
    for (; done < more->c_words.len && done <= upto; done++) {
        buf_printf(out, "\n/* %.*s, word %zu */\n", STR_ARG(more->c_words.at[done].s), done);
    }
    return done;
}

void c_emit_call(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    struct c_chain chain = {.out = out, .around = set};
    c_comment(out, 0, "", def->description);
    size_t words = 0;
    for (size_t i = 0; i < def->more->variants.len; i++) {
        const struct variant *variant = &def->more->variants.at[i];
        struct c_test test = c_test_when(file, &variant->when, variant->when.exists, set);
        if (config_set_is_empty(&test.set)) {
            continue;
        }
        words = begin_words(out, def->more, words, variant->value.value / WORD_BITS);
        c_chain_next(&chain, &test, variant->name.s, false);
        buf_printf(out, "%.*s(%.*s, ", STR_ARG(def->more->c_macro.s), STR_ARG(call_word(def, variant)));
        c_variant_value(out, def, variant);
        buf_char(out, ')');
        /* Generators read the attributes up to the first blank: all of it is one comment on the same line. */
        struct str text = variant->description;
        if (variant->attributes.s.len || text.len) {
            buf_printf(out, " /*%.*s ", STR_ARG(variant->attributes.s));
            for (size_t j = 0; j < text.len; j++) {
                buf_char(out, text.ptr[j] == '\n' ? ' ' : text.ptr[j]);
            }
            buf_text(out, text.len ? " */" : "*/");
        }
        buf_char(out, '\n');
    }
    c_chain_end(&chain);
    begin_words(out, def->more, words, UINT64_MAX);
}
