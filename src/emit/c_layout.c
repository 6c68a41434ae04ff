/*
 * The second header of a folder: sizes, alignments and offsets, asserted by whatever compiler
 * includes it. The main header stays as Xen ships its own.
 */
#include "emit/c.h"
#include "layout/layout.h"
#include "spec/resolve.h"
#include "spec/sample.h"

/* What is asserted about the members of one record. */
struct asserts {
    struct arena *arena;
    struct buf *out;
    struct str header, record; /* the header's word, and the outermost record in C */
    unsigned config;
};

static void assert_value(const struct asserts *a, struct str what, uint64_t value)
{
    buf_printf(a->out, "XEN_LAYOUT_ASSERT(%.*s, %.*s == %llu);\n", STR_ARG(a->header), STR_ARG(what),
               (unsigned long long)value);
}

/* What is said of a member: `before` and `after` stand around the record. There are many: no format is looked at. */
static void assert_member(const struct asserts *a, const char *before, const char *after, struct str path,
                          struct str name, uint64_t value)
{
    buf_text(a->out, "XEN_LAYOUT_ASSERT(");
    buf_str(a->out, a->header);
    buf_text(a->out, ", ");
    buf_text(a->out, before);
    buf_str(a->out, a->record);
    buf_text(a->out, after);
    buf_str(a->out, path);
    buf_str(a->out, name);
    buf_text(a->out, ") == ");
    buf_u64(a->out, value);
    buf_text(a->out, ");\n");
}

/* `path`: what the members are behind, "" or "u.domain."; `base`: bytes from the start of the outermost record. */
static void assert_members(const struct asserts *a, const struct def *def, struct str path, uint64_t base)
{
    const struct layout *layout = def_layout(def, a->config);
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (layout->offsets[i] == LAYOUT_ABSENT || field->more->bits.given) {
            continue; /* C has no offset of bits */
        }
        struct str name = c_field_name(field);
        uint64_t offset = base + layout->offsets[i];
        const struct type *element = type_element(field->type);
        if (name.len) {
            assert_member(a, "offsetof(", ", ", path, name, offset);
        }
        if (name.len && !type_is_flexible(field->type, a->config)) {
            assert_member(a, "sizeof(((", " *)0)->", path, name, layout_type(field->type, a->config).size);
        }
        if (element->kind != TYPE_RECORD) {
            continue;
        }
        struct buf inner = buf_new(a->arena);
        buf_str(&inner, path);
        buf_str(&inner, name);
        for (const struct type *type = field->type; type->kind == TYPE_ARRAY; type = type->more->of) {
            buf_text(&inner, "[0]");
        }
        buf_text(&inner, name.len ? "." : "");
        assert_members(a, element->more->record, buf_view(&inner), offset);
    }
}

static void assert_on(const struct c_file *file, struct buf *out, const struct def *def, unsigned config)
{
    const struct layout *layout = def_layout(def, config);
    struct asserts a = {.arena = file->arena, .out = out, .header = file->folder->rust_name, .config = config};
    if (def->kind == DEF_TYPEDEF) {
        /* Not the alignment: gcc tells that of a scalar outside of structs. */
        assert_value(&a, str_printf(file->arena, "sizeof(%.*s)", STR_ARG(def->name.s)), layout->size);
        return;
    }
    a.record = c_record_name(file->arena, def);
    assert_value(&a, str_printf(file->arena, "sizeof(%.*s)", STR_ARG(a.record)), layout->size);
    assert_value(&a, str_printf(file->arena, "__alignof__(%.*s)", STR_ARG(a.record)), layout->align);
    assert_members(&a, def, (struct str){NULL, 0}, 0);
}

/* A layout that occurs, and the configurations that have it. */
struct kind {
    unsigned config;
    struct config_set set;
};

struct kinds {
    VEC(struct kind) list;
};

/*
 * Whether the same is asserted in two configurations, as it is in those of one class of the definition's split. Equal
 * layouts are one object, but not those of records within.
 */
static bool same_asserts(const struct def *def, unsigned a, unsigned b)
{
    if (def_layout(def, a) != def_layout(def, b)) {
        return false;
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = def->fields.at[i].type, *element = type_element(type);
        bool is_there = def_layout(def, a)->offsets[i] != LAYOUT_ABSENT;
        bool may_differ = is_there && (type->kind == TYPE_ARRAY || type->kind == TYPE_RECORD);
        if (may_differ && (type_is_flexible(type, a) != type_is_flexible(type, b) ||
                           (element->kind == TYPE_RECORD && !same_asserts(element->more->record, a, b)))) {
            return false;
        }
    }
    return true;
}

static void kinds_add(struct arena *arena, const struct spec *spec, struct kinds *kinds, const struct def *def,
                      unsigned config)
{
    size_t i = 0;
    while (i < kinds->list.len && !same_asserts(def, kinds->list.at[i].config, config)) {
        i++;
    }
    if (i == kinds->list.len) {
        VEC_PUSH(arena, &kinds->list, (struct kind){.config = config});
    }
    const struct config_set class = spec_class(spec, def->split, config);
    kinds->list.at[i].set = config_set_either(kinds->list.at[i].set, &class);
}

/* Each layout that occurs in `there`, under the test for the configurations that have it. */
static void assert_kinds(const struct c_file *file, struct buf *out, const struct def *def,
                         const struct config_set *there, const struct config_set *around)
{
    struct kinds kinds = {{NULL, 0, 0}};
    bool tested = false;
    const struct config_set firsts = spec_firsts(file->spec, def->split, there);
    for (unsigned config = 0; (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
        kinds_add(file->arena, file->spec, &kinds, def, config);
    }
    for (size_t i = 0; i < kinds.list.len; i++) {
        const struct config_set own = config_set_both(kinds.list.at[i].set, there);
        struct c_test test = c_test_set(file, &own, around, NULL);
        if (test.text.len) {
            buf_printf(out, "%s %.*s\n", tested ? "#elif" : "#if", STR_ARG(test.text));
            tested = true;
        }
        assert_on(file, out, def, kinds.list.at[i].config);
    }
    buf_text(out, tested ? "#endif\n" : "");
}

/* Whether macros that the includer may define make a difference to a definition. */
static bool macros_matter(const struct c_file *file, const struct def *def, const struct config_set *there)
{
    for (unsigned config = 0; config < spec_configs(file->spec); config++) {
        unsigned other = c_config_mirror(file, config);
        if (config_set_has(there, config) && (!config_set_has(there, other) || !same_asserts(def, config, other))) {
            return true;
        }
    }
    return false;
}

static void assert_def(const struct c_file *file, struct buf *out, const struct def *def)
{
    struct config_set there = c_def_set(file, def);
    struct c_macros macros = {{NULL, 0, 0}};
    const struct config_set firsts = spec_firsts(file->spec, def->split, &there);
    for (unsigned config = 0; (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
        if (!def_layout(def, config)) {
            return;
        }
    }
    c_macros_of(file, &macros, def);
    bool matter = macros.names.len && macros_matter(file, def, &there);
    for (unsigned half_of = 0; half_of < (matter ? 2 : 1); half_of++) {
        bool opted_in = half_of == 1;
        struct config_set half = c_set_half(file, &there, opted_in), around = c_set_half(file, &file->all, opted_in);
        if (config_set_is_empty(&half)) {
            continue;
        }
        if (matter) {
            buf_text(out, "#if ");
            c_test_macros(out, &macros, opted_in);
            buf_char(out, '\n');
        }
        assert_kinds(file, out, def, &half, &around);
        buf_text(out, matter ? "#endif\n" : "");
    }
}

void c_emit_layout(const struct c_file *file, struct rope *rope)
{
    const struct folder *folder = file->folder;
    struct buf body = buf_new(file->kept);
    struct rope asserts = {.len = 0};
    *file->asks_interface = false;
    for (size_t i = 0; i < folder->defs.len; i++) {
        const struct def *def = folder->defs.at[i];
        if (def_is_record(def) || def->kind == DEF_TYPEDEF) {
            size_t start = body.len;
            buf_char(&body, '\n');
            assert_def(file, &body, def);
            body.len = body.len == start + 1 ? start : body.len;
            rope_add(&asserts, file->store, &body);
            arena_clear(file->arena);
        }
    }
    struct str guard = c_guard(file->arena, folder, "-layout");
    struct buf top = buf_new(file->kept), *out = &top;
    c_banner(out, folder);
    buf_printf(out, "#ifndef %.*s\n#define %.*s\n\n#include <stddef.h>\n", STR_ARG(guard), STR_ARG(guard));
    buf_text(out, folder->header.given ? "#include <stdint.h>\n\n" : "\n");
    c_include(out, folder, c_path(file->arena, folder, ""));
    bool asks = *file->asks_interface && !folder->header.given;
    if (folder->header.given) {
        buf_printf(out, "\n%s", c_assert_text);
    }
    buf_text(out, asks ? c_interface_start : "");
    rope_end(rope, file->store, out);
    rope_join(file->kept, rope, &asserts);
    out = &body;
    buf_text(out, asks ? c_interface_end : "");
    buf_printf(out, "\n#endif /* %.*s */\n", STR_ARG(guard));
    rope_end(rope, file->store, out);
}
