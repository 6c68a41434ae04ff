/* Structs, unions and typedefs of the C backend. */
#include "emit/c.h"
#include "spec/constants.h"
#include "spec/resolve.h"

struct str c_field_name(const struct field *field)
{
    return field->more->c_name.s.len ? field->more->c_name.s : field->name.s;
}

/* A member, or what a typedef stands for, with the members that are declared along with it. */
struct member {
    const struct def *def;
    const struct field *fields;
    size_t len;
    unsigned indent;
    const struct config_set *set;
    struct str empty; /* what fills an anonymous record without members */
};

/* Says which enum or bitmap a member of an integer type holds; empty for other members. */
static struct str field_holds(struct arena *arena, const struct type *type, unsigned config)
{
    while (type->kind == TYPE_POINTER) {
        type = type_element(type->more->of);
    }
    const struct def *def = type->kind == TYPE_NAMED ? type_def(type, config) : NULL;
    if (!def || (def->kind != DEF_ENUM && def->kind != DEF_BITMAP) || !def_named_in_c(def) ||
        type->elaboration == ELABORATED_ENUM) {
        return (struct str){NULL, 0};
    }
    if (def->kind == DEF_ENUM && c_is_enum(def) && def->c_form != C_FORM_ANONYMOUS) {
        const char *keyword = def->c_form == C_FORM_TYPEDEF ? "" : "enum ";
        return str_printf(arena, "%s%.*s", keyword, STR_ARG(def->name.s));
    }
    if (def->more->c_prefix.s.len) {
        return str_printf(arena, "%.*s*", STR_ARG(def->more->c_prefix.s));
    }
    struct str all = str_printf(arena, "%.*s_*", STR_ARG(def->name.s));
    char *bytes = arena_alloc(arena, all.len + 1);
    for (size_t i = 0; i < all.len; i++) {
        bytes[i] = ascii_to_upper(all.ptr[i]);
    }
    return (struct str){bytes, all.len};
}

static const char *const dir_prefix[] = {
    [DIR_NONE] = "", [DIR_IN] = "IN: ", [DIR_OUT] = "OUT: ", [DIR_INOUT] = "IN/OUT: "};

/* A record as it is being written. */
struct body {
    const struct def *def;
    struct str tag;
    const struct config_set *set;
    unsigned indent;
    struct str empty; /* the name of what makes an empty one as large in C++ as in C */
};

static void emit_members(const struct c_file *file, struct buf *out, const struct body *body);

/* `struct {`, the members, and `}`. */
static void emit_body(const struct c_file *file, struct buf *out, const struct body *body)
{
    buf_printf(out, "%s%s%.*s {\n", body->def->kind == DEF_UNION ? "union" : "struct", body->tag.len ? " " : "",
               STR_ARG(body->tag));
    emit_members(file, out, body);
    buf_fill(out, ' ', body->indent);
    buf_char(out, '}');
}

/*
 * Whether an inline record stands before the record that it is in: in C a tag escapes from there, in C++ it does not.
 * A header that is written as a whole has it where it was written.
 */
static bool is_hoisted(const struct c_file *file, const struct def *record)
{
    return record->name.s.len && !file->folder->header.given;
}

static struct str declarator(struct arena *arena, struct str name, const struct field *field)
{
    return field->more->bits.given
               ? str_printf(arena, "%.*s:%llu", STR_ARG(name), (unsigned long long)field->more->bits.value)
               : name;
}

/* A member of a record, or the one that a typedef has, which is the typedef itself. */
static void emit_member_on(const struct c_file *file, struct buf *out, const void *data, unsigned config)
{
    static const struct str reserved = {"Reserved, must be zero.", 23};
    const struct member *member = data;
    const struct field *field = member->fields;
    const struct type *element = type_element(field->type);
    bool is_typedef = member->def->kind == DEF_TYPEDEF;
    struct str name = is_typedef ? member->def->name.s : c_field_name(field);
    struct str description = field->description;
    if (!description.len && field->reserved) {
        description = reserved;
    }
    struct str holds = field_holds(out->arena, field->more->values ? field->more->values : element, config);
    if (!description.len && !is_typedef) {
        description = holds;
        holds.len = 0;
    }
    c_comment(out, is_typedef ? 0 : member->indent, dir_prefix[field->dir], description);
    size_t start = out->len;
    buf_fill(out, ' ', member->indent);
    buf_text(out, is_typedef ? "typedef " : "");
    if (element->kind == TYPE_RECORD) {
        const struct def *record = element->more->record;
        bool is_anonymous = !is_typedef && !name.len;
        struct body body = {.def = record,
                            .tag = record->name.s,
                            .set = member->set,
                            .indent = member->indent,
                            .empty = is_anonymous ? member->empty : STR("_empty")};
        if (is_hoisted(file, record)) {
            buf_str(out, c_record_name(file->arena, record));
        } else {
            emit_body(file, out, &body);
        }
        for (size_t i = 0; i < member->len; i++) {
            struct str also = is_typedef ? name : c_field_name(&field[i]);
            buf_printf(out, "%s%.*s", i ? ", " : also.len ? " " : "", STR_ARG(also));
            c_dimensions(out, field[i].type);
        }
    } else {
        c_declare(file, out, field->type, declarator(file->arena, name, field), config);
    }
    buf_char(out, ';');
    if (holds.len && out->len - start + 7 + holds.len <= C_COLUMNS) {
        buf_printf(out, " /* %.*s */", STR_ARG(holds));
    } else if (holds.len) {
        struct str line = str_copy(out->arena, (struct str){out->ptr + start, out->len - start});
        out->len = start;
        c_comment(out, member->indent, "", holds);
        buf_str(out, line);
    }
    buf_char(out, '\n');
}

/* A member; where it varies, each way of writing it under the test for the configurations that have it. */
static void emit_member(const struct c_file *file, struct buf *out, const struct member *member)
{
    if (c_type_varies(member->fields->type)) {
        c_emit_varying(file, out, member->set, c_type_split(file, member->fields->type), &file->c->macros,
                       emit_member_on, member);
    } else {
        emit_member_on(file, out, member, config_set_first(member->set));
    }
}

static void emit_members(const struct c_file *file, struct buf *out, const struct body *body)
{
    const struct def *def = body->def;
    struct c_chain chain = {.out = out, .around = body->set};
    struct config_set none = *body->set;
    unsigned indent = body->indent + 4;
    for (size_t i = 0, len; i < def->fields.len; i += len) {
        const struct field *field = &def->fields.at[i];
        len = 1;
        while (i + len < def->fields.len && def->fields.at[i + len].joined) {
            len++;
        }
        struct c_test test = c_test_when(file, &field->more->when, field->more->when.exists, body->set);
        if (config_set_is_empty(&test.set)) {
            continue;
        }
        /* Bits that are there for the sake of alignment alone take up no room. */
        if (!field->more->bits.given || field->more->bits.value) {
            none = config_set_less(none, &test.set);
        }
        c_chain_next(&chain, &test, c_field_name(field), false);
        struct member member = {.def = def, .fields = field, .len = len, .indent = indent, .set = &test.set};
        member.empty = str_printf(file->arena, "%.*s_%zu", STR_ARG(body->empty), i);
        emit_member(file, out, &member);
    }
    if (!config_set_is_empty(&none)) {
        struct c_macros macros = {{NULL, 0, 0}};
        c_macros_of(file, &macros, def);
        struct c_test test = c_test_set(file, &none, body->set, &macros);
        c_chain_next(&chain, &test, (struct str){NULL, 0}, false);
        c_comment(out, indent, "", STR("No members: an array of length 0 makes the size 0 in C++ too."));
        buf_fill(out, ' ', indent);
        buf_printf(out, "char %.*s[0];\n", STR_ARG(body->empty));
    }
    c_chain_end(&chain);
}

/* The records within a record whose tags escape; what stands furthest in comes first. */
static void emit_hoisted(const struct c_file *file, struct buf *out, const struct def *def,
                         const struct config_set *set)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct type *type = type_element(field->type);
        if (type->kind != TYPE_RECORD || field->joined) {
            continue;
        }
        struct buf text = buf_new(file->arena);
        struct c_test test = c_test_when(file, &field->more->when, field->more->when.exists, set);
        if (config_set_is_empty(&test.set)) {
            continue;
        }
        emit_hoisted(file, &text, type->more->record, &test.set);
        bool has_own = is_hoisted(file, type->more->record);
        if (has_own) {
            struct body body = {
                .def = type->more->record, .tag = type->more->record->name.s, .set = &test.set, .empty = STR("_empty")};
            emit_body(file, &text, &body);
            buf_text(&text, ";\n");
        }
        if (text.len) {
            struct c_chain chain = {.out = out, .around = set};
            c_chain_next(&chain, &test, field->name.s, false);
            buf_str(out, buf_view(&text));
            c_chain_end(&chain);
            buf_text(out, has_own ? "\n" : "");
        }
    }
}

void c_emit_record(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    bool is_typedef = def->c_form == C_FORM_TYPEDEF || def->c_form == C_FORM_BOTH;
    struct body body = {.def = def, .set = set, .empty = STR("_empty")};
    if (def->c_form != C_FORM_TYPEDEF) {
        body.tag = def->name.s;
    }
    emit_hoisted(file, out, def, set);
    c_comment(out, 0, "", def->description);
    buf_text(out, is_typedef ? "typedef " : "");
    emit_body(file, out, &body);
    buf_printf(out, "%s%.*s;\n", is_typedef ? " " : "", is_typedef ? (int)def->name.s.len : 0, def->name.s.ptr);
    if (def->c_form == C_FORM_TYPEDEF && def->handle_used && !file->folder->header.given) {
        buf_printf(out, "DEFINE_XEN_GUEST_HANDLE(%.*s);\n", STR_ARG(def->name.s));
    }
}

void c_emit_typedef(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    c_comment(out, 0, "", def->description);
    struct member member = {.def = def, .fields = &def->fields.at[0], .len = 1, .set = set};
    emit_member(file, out, &member);
    if (def->handle_used && !file->folder->header.given) {
        buf_printf(out, "DEFINE_XEN_GUEST_HANDLE(%.*s);\n", STR_ARG(def->name.s));
    }
}
