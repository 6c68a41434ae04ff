#include "spec/expand.h"

#include "spec/read.h"
#include "spec/reader.h"

#include <assert.h>
#include <string.h>

/*
 * What rows become, as specs: `@` is the row's name, REQUEST, RESPONSE, TYPE and LENGTH what the row says. Names and
 * layouts are those that Xen's macros give.
 */
static const char ring_template[] =
    "[[unions]]\n"
    "name = '@_sring_entry'\n"
    "read_by = 'context'\n"
    "fields = [{ name = 'req', type = 'REQUEST' }, { name = 'rsp', type = 'RESPONSE' }]\n"
    "[[structs]]\n"
    "name = '@_sring'\n"
    "fields = [\n"
    "    { name = 'req_prod', type = 'uint' },\n"
    "    { name = 'req_event', type = 'uint' },\n"
    "    { name = 'rsp_prod', type = 'uint' },\n"
    "    { name = 'rsp_event', type = 'uint' },\n"
    "    { name = 'pvt', read_by = 'view', union = [\n"
    "        { name = 'netif', struct = [{ name = 'smartpoll_active', type = 'u8' }] },\n"
    "        { name = 'tapif_user', struct = [{ name = 'msg', type = 'u8' }] },\n"
    "        { name = 'pvt_pad', type = 'u8[4]' },\n"
    "    ] },\n"
    "    { name = '__pad', type = 'u8[44]' },\n"
    "    { name = 'ring', type = 'union @_sring_entry[LENGTH]' },\n"
    "]\n"
    "[[structs]]\n"
    "name = '@_front_ring'\n"
    "fields = [\n"
    "    { name = 'req_prod_pvt', type = 'uint' },\n"
    "    { name = 'rsp_cons', type = 'uint' },\n"
    "    { name = 'nr_ents', type = 'uint' },\n"
    "    { name = 'sring', type = 'ptr<struct @_sring>' },\n"
    "]\n"
    "[[structs]]\n"
    "name = '@_back_ring'\n"
    "fields = [\n"
    "    { name = 'rsp_prod_pvt', type = 'uint' },\n"
    "    { name = 'req_cons', type = 'uint' },\n"
    "    { name = 'nr_ents', type = 'uint' },\n"
    "    { name = 'sring', type = 'ptr<struct @_sring>' },\n"
    "]\n"
    "[[typedefs]]\n"
    "name = '@_sring_t'\n"
    "type = 'struct @_sring'\n"
    "[[typedefs]]\n"
    "name = '@_front_ring_t'\n"
    "type = 'struct @_front_ring'\n"
    "[[typedefs]]\n"
    "name = '@_back_ring_t'\n"
    "type = 'struct @_back_ring'\n";

static const char flex_template[] = "[[structs]]\n"
                                    "name = '@_data'\n"
                                    "fields = [{ name = 'in', type = 'ptr<uchar>' },\n"
                                    "    { name = 'out', type = 'ptr<uchar>' }]\n";

static const char intf_template[] = "[[structs]]\n"
                                    "name = '@_data_intf'\n"
                                    "fields = [\n"
                                    "    { name = 'in_cons', type = 'uint' },\n"
                                    "    { name = 'in_prod', type = 'uint' },\n"
                                    "    { name = 'pad1', type = 'u8[56]' },\n"
                                    "    { name = 'out_cons', type = 'uint' },\n"
                                    "    { name = 'out_prod', type = 'uint' },\n"
                                    "    { name = 'pad2', type = 'u8[56]' },\n"
                                    "    { name = 'ring_order', type = 'uint' },\n"
                                    "    { name = 'ref', type = 'u32[LENGTH]' },\n"
                                    "]\n";

/* The type, the type code and whether there is an older form are told by the types of the members. */
static const char save_template[] = "[[structs]]\n"
                                    "name = '__HVM_SAVE_TYPE_@'\n"
                                    "fields = [\n"
                                    "    { name = 't', type = 'TYPE' },\n"
                                    "    { name = 'c', type = 'char[CODE]' },\n"
                                    "    { name = 'cpt', type = 'char[FORMS]' },\n"
                                    "]\n"
                                    "[[structs]]\n"
                                    "name = '__HVM_SAVE_TYPE_COMPAT_@'\n"
                                    "when = { context = 'xen' }\n"
                                    "fields = [{ name = 't', type = 'COMPAT' }]\n";

/* The longest word that is put together with the name of a ring, or of a save record. */
#define RING_TAIL "_front_ring_t"
#define SAVE_HEAD "__HVM_SAVE_TYPE_COMPAT_"

/* What stands for a type in a template. */
struct type_place {
    const char *name;
    struct type *type;
};

/* What stands for the length of an array. */
struct length_place {
    const char *name;
    const struct formula *formula; /* NULL for a number */
    uint64_t count;
};

#define PLACES_MAX 3

struct expander {
    struct arena *arena;
    struct diags *diags;
    struct map names; /* of every definition that is written, to the first of that name */
    struct def *row;
    unsigned made;
    struct type_place types[PLACES_MAX];
    struct length_place lengths[PLACES_MAX];
};

/* Both conditions at once. False if no way is left for both to hold; `*two_macros` if that cannot be said. */
static bool when_both(struct arena *arena, const struct when *a, const struct when *b, struct when *both,
                      bool *two_macros)
{
    *both = a->conditions.any.len ? *a : *b;
    if (!a->conditions.any.len || !b->conditions.any.len) {
        return true;
    }
    struct conditions result = {0};
    for (size_t i = 0; i < a->conditions.any.len; i++) {
        for (size_t j = 0; j < b->conditions.any.len; j++) {
            struct condition one = a->conditions.any.at[i];
            const struct condition *other = &b->conditions.any.at[j];
            bool same = one.macro.ptr && other->macro.ptr && str_eq(one.macro, other->macro);
            if (one.macro.ptr && other->macro.ptr && !same) {
                *two_macros = true;
                continue;
            }
            bool contradiction = same && one.macro_not != other->macro_not;
            one.abis &= other->abis;
            one.contexts &= other->contexts;
            one.interface_from =
                one.interface_from > other->interface_from ? one.interface_from : other->interface_from;
            one.interface_end = one.interface_end < other->interface_end ? one.interface_end : other->interface_end;
            if (!one.macro.ptr) {
                one.macro = other->macro;
                one.macro_not = other->macro_not;
            }
            if (one.abis && one.contexts && one.interface_from < one.interface_end && !contradiction) {
                VEC_PUSH(arena, &result.any, one);
            }
        }
    }
    both->conditions = result;
    return result.any.len > 0;
}

/* Makes a definition one of the row's; false if it never exists. */
static bool place_def(struct expander *e, struct def *def)
{
    struct def *row = e->row;
    struct when both;
    bool two_macros = false;
    bool there = when_both(e->arena, &row->when, &def->when, &both, &two_macros);
    if (two_macros) {
        struct diag *diag =
            diag_add(e->diags, RULE_KEY_VALUE, def_span(row, def->when.off, def->when.len),
                     "these conditions ask for another macro than those of `%.*s`", STR_ARG(row->name.s));
        diag_help(e->diags, diag, "ask for one macro only");
        return false;
    }
    def->when = both;
    def->source = row->source;
    def->folder = row->folder;
    def->level = LEVEL_LEGACY; /* Xen's macros make it so, whatever the house rules are */
    def->made_by = row;
    def->made_order = ++e->made;
    def->off = row->off;
    def->place = row->place;
    def->len = row->len;
    return there;
}

static void place_text(const struct expander *e, struct text *text)
{
    text->off = e->row->name.off;
    text->len = e->row->name.len;
}

static void place_record(struct expander *e, struct def *def);

/* Gives a type of a template its place in the file, and the row's own for what stands for it. */
static struct type *place_type(struct expander *e, struct type *type)
{
    for (size_t i = 0; type->kind == TYPE_NAMED && i < PLACES_MAX && e->types[i].name; i++) {
        if (str_is(type->more->name, e->types[i].name)) {
            return e->types[i].type;
        }
    }
    type->off = e->row->name.off;
    type->len = e->row->name.len;
    for (size_t i = 0; type->more->length->text.s.ptr && i < PLACES_MAX && e->lengths[i].name; i++) {
        if (str_is(type->more->length->text.s, e->lengths[i].name)) {
            struct formula *length = ARENA_NEW(e->arena, struct formula);
            *length = e->lengths[i].formula ? *e->lengths[i].formula : formula_none;
            type_more(e->arena, type)->length = length;
            type_more(e->arena, type)->count = e->lengths[i].count;
            break;
        }
    }
    if (type->more->of) {
        type_more(e->arena, type)->of = place_type(e, type->more->of);
    } else if (type->kind == TYPE_RECORD) {
        place_record(e, type->more->record);
    }
    return type;
}

static void place_record(struct expander *e, struct def *def)
{
    def->source = e->row->source;
    def->folder = e->row->folder;
    def->level = LEVEL_LEGACY;
    place_text(e, &def->name);
    for (size_t i = 0; i < def->fields.len; i++) {
        struct field *field = &def->fields.at[i];
        place_text(e, &field->name);
        field->type = place_type(e, field->type);
    }
}

/* Reads a template, and adds its definitions to the row's folder. */
static void make(struct expander *e, const char *template)
{
    struct def *row = e->row;
    struct buf text = buf_new(e->arena);
    for (const char *c = template; *c; c++) {
        if (*c == '@') {
            buf_str(&text, row->name.s);
        } else {
            buf_char(&text, *c);
        }
    }
    struct source *source = ARENA_NEW(e->arena, struct source);
    *source = (struct source){.path = row->source->path, .text = buf_view(&text)};
    struct diags none = diags_new(e->arena);
    struct folder made = {.name = row->folder->name};
    struct reader reader = {.arena = e->arena,
                            .scratch = arena_child(e->arena),
                            .diags = &none,
                            .source = source,
                            .folder = &made,
                            .level = LEVEL_LEGACY};
    reader_definitions(&reader, toml_parse(e->arena, source, TOML_1_1, &none)->root);
    assert(!none.list.len);
    for (size_t i = 0; i < made.defs.len; i++) {
        struct def *def = made.defs.at[i];
        place_record(e, def);
        if (i == 0) {
            def->description = row->description;
        }
        if (place_def(e, def)) {
            VEC_PUSH(e->arena, &row->folder->defs, def);
        }
    }
}

/* A name that is too long once it is put together with `word`. */
static bool too_long(struct expander *e, const char *word)
{
    const struct text *name = &e->row->name;
    if (name->s.len + strlen(word) <= NAME_LENGTH_MAX) {
        return false;
    }
    diag_add(e->diags, RULE_NAME_SYNTAX, def_span(e->row, name->off, name->len),
             "`%.*s` cannot be a name: with `%s` it is longer than %d characters", STR_ARG(name->s), word,
             NAME_LENGTH_MAX);
    e->row->broken = true;
    return true;
}

/* An expression that the spec does not have, but stands for something that it leaves out. */
static struct formula own_formula(struct expander *e, struct str text)
{
    struct reader reader = {.arena = e->arena, .diags = e->diags, .source = e->row->source, .folder = e->row->folder};
    struct formula formula;
    struct text kept = {text, e->row->name.off, e->row->name.len};
    (void)reader_formula(&reader, kept, UINT32_MAX, &formula);
    return formula;
}

static void expand_ring(struct expander *e)
{
    const struct row *row = e->row->row;
    struct formula length = row->length;
    if (too_long(e, RING_TAIL)) {
        return;
    }
    if (!length.text.s.ptr) {
        bool pv = map_get(&e->names, STR("XENPV_FLEX_ARRAY_DIM")) && !row->flex;
        /* Before Xen had that, its macro made arrays of one element, whatever followed. */
        bool one = !pv && !row->flex && e->row->folder->header.given;
        length = own_formula(e, pv ? STR("XENPV_FLEX_ARRAY_DIM") : one ? STR("1") : STR("XEN_FLEX_ARRAY_DIM"));
    }
    e->types[0] = (struct type_place){"REQUEST", row->request};
    e->types[1] = (struct type_place){"RESPONSE", row->response};
    e->lengths[0] = (struct length_place){"LENGTH", &length, 0};
    if (!row->flex) {
        make(e, ring_template);
        return;
    }
    if (row->intf) {
        make(e, intf_template);
    }
    make(e, flex_template);
}

static void expand_save(struct expander *e)
{
    const struct row *row = e->row->row;
    if (too_long(e, SAVE_HEAD)) {
        return;
    }
    e->types[0] = (struct type_place){"TYPE", row->type};
    e->types[1] = (struct type_place){"COMPAT", row->compat ? row->compat : row->type};
    e->lengths[0] = (struct length_place){"CODE", NULL, row->code.value};
    e->lengths[1] = (struct length_place){"FORMS", NULL, row->compat ? 2 : 1};
    make(e, save_template);
}

/* Adds a constant that stands at `text`; it has the value or the expression of `from`. */
static struct def *make_constant(struct expander *e, struct str name, const struct text *text)
{
    struct def *constant = ARENA_NEW(e->arena, struct def);
    constant->kind = DEF_CONSTANT;
    constant->more = &def_more_none;
    constant->name = (struct text){name, text->off, text->len};
    return constant;
}

static void add_constant(struct expander *e, struct def *constant)
{
    if (place_def(e, constant)) {
        VEC_PUSH(e->arena, &e->row->folder->defs, constant);
    }
}

static struct str upper(struct arena *arena, struct str s)
{
    char *bytes = arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        bytes[i] = ascii_to_upper(s.ptr[i]);
    }
    return (struct str){bytes, s.len};
}

/* The constants of the numbers that are given; what is an expression is made of constants that there are. */
static void expand_hypercall(struct expander *e)
{
    const struct def *def = e->row;
    const struct row *row = def->row;
    if (def->more->value.number.given) {
        struct str name = str_printf(e->arena, "__HYPERVISOR_%.*s", STR_ARG(def->name.s));
        struct def *constant = make_constant(e, name, &def->name);
        constant->description = def->description;
        def_more(e->arena, constant)->value = def->more->value;
        add_constant(e, constant);
    }
    for (size_t i = 0; i < row->ops.len; i++) {
        struct call_op *op = &row->ops.at[i];
        const struct expr *expr = op->formula.expr;
        if (!op->value.given) {
            op->c_name = expr && expr->kind == EXPR_NAME ? expr->name : op->c_name;
            continue;
        }
        op->c_name =
            def->more->c_prefix.len
                ? str_printf(e->arena, "%.*s%.*s", STR_ARG(def->more->c_prefix.s), STR_ARG(op->name.s))
                : upper(e->arena, str_printf(e->arena, "%.*s_%.*s", STR_ARG(def->name.s), STR_ARG(op->name.s)));
        struct def *constant = make_constant(e, op->c_name, &op->name);
        constant->description = op->description;
        def_more(e->arena, constant)->value.number = op->value;
        constant->when = op->when;
        add_constant(e, constant);
    }
}

/* How C spells the type of an event; empty for what it cannot be. */
static struct str event_word(const struct expander *e, const struct type *type)
{
    if (type->kind == TYPE_SCALAR) {
        return str_from(scalars[type->scalar].c);
    }
    if (type->kind != TYPE_NAMED) {
        return (struct str){NULL, 0};
    }
    const struct def *def = map_get(&e->names, type->more->name);
    bool tag = def && def->c_form != C_FORM_TYPEDEF && def_is_record(def);
    const char *word = !tag ? "" : def->kind == DEF_UNION ? "union " : "struct ";
    return str_printf(e->arena, "%s%.*s", word, STR_ARG(type->more->name));
}

static void event_constant(struct expander *e, const char *tail, const struct value *value, struct str otherwise)
{
    const struct def *def = e->row;
    const struct text *at = value->is_string ? &value->string : &def->name;
    struct def *constant = make_constant(e, str_printf(e->arena, "%.*s_%s", STR_ARG(def->name.s), tail), &def->name);
    struct def_more *more = def_more(e->arena, constant);
    if (value->is_string) {
        struct reader reader = {.arena = e->arena, .diags = e->diags, .source = def->source, .folder = def->folder};
        bool exact = at->len == at->s.len + 2;
        if (!reader_formula(&reader, *at, exact ? at->off + 1 : UINT32_MAX, &more->formula)) {
            constant->broken = true;
        }
    } else if (value->number.given) {
        more->value = *value;
    } else {
        more->formula = own_formula(e, otherwise);
    }
    add_constant(e, constant);
}

static void expand_event_ring(struct expander *e)
{
    const struct def *def = e->row;
    const struct row *row = def->row;
    struct str word = event_word(e, row->type);
    if (too_long(e, "_SIZE")) {
        return;
    }
    struct str none = {NULL, 0};
    struct str count = str_printf(e->arena, "(%.*s_SIZE / sizeof(%.*s))", STR_ARG(def->name.s), STR_ARG(word));
    event_constant(e, "SIZE", &row->size, none);
    event_constant(e, "LEN", &row->len, count);
    event_constant(e, "OFFS", &row->offset, none);
}

void spec_expand(struct spec *spec, struct diags *diags)
{
    static void (*const by_kind[DEF_KIND_COUNT])(struct expander *) = {
        [DEF_HYPERCALL] = expand_hypercall,
        [DEF_RING] = expand_ring,
        [DEF_SAVE] = expand_save,
        [DEF_EVENT_RING] = expand_event_ring,
    };
    struct expander e = {.arena = spec->arena, .diags = diags, .names = map_new(spec->arena)};
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            struct def *def = spec->folders.at[f]->defs.at[d];
            if (!def_is_row(def)) {
                map_add(&e.names, def->name.s, def);
            }
        }
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0, written = spec->folders.at[f]->defs.len; d < written; d++) {
            e.row = spec->folders.at[f]->defs.at[d];
            e.made = 0;
            memset(e.types, 0, sizeof e.types);
            memset(e.lengths, 0, sizeof e.lengths);
            if (def_is_row(e.row) && !e.row->broken) {
                by_kind[e.row->kind](&e);
            }
        }
    }
}
