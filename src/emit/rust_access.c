/* Methods of records: for bit-fields, for what follows a struct in memory, for integers whose values have names. */
#include "emit/rust.h"

#include <inttypes.h>

/* The names of a bit-field's methods. */
struct methods {
    struct str get, with, set;
};

/* What a bit-field is read as: its integer, or an enum or a bitmap of such an integer with " as INTEGER". */
static struct str bit_type(struct rust *r, const struct rust_facts *facts, const struct field *field, enum abi abi)
{
    const struct type *type = rust_meant(field->type, abi);
    if (type->kind == TYPE_SCALAR) {
        return str_from(rust_scalar(type->scalar));
    }
    const struct def *def = rust_type_def(type, abi);
    struct str path = rust_type(r, facts, field->type, abi);
    return str_printf(r->arena, "%.*s as %s", STR_ARG(path), rust_scalar(def->type->scalar));
}

static struct methods method_names(struct rust *r, struct map *taken, struct str name)
{
    struct str plain = rust_plain(name);
    struct methods methods = {.get = rust_unique(r, taken, "", plain, "")};
    methods.get = methods.get.len == plain.len ? name : methods.get;
    methods.with = rust_unique(r, taken, "with_", plain, "");
    methods.set = rust_unique(r, taken, "set_", plain, "");
    return methods;
}

/* The bit-fields in one storage on some ABIs, as the body of a macro. */
struct body {
    abi_set abis;
    struct str storage;
    struct buf text;
};

void rust_bit_fields(struct rust *r, const struct rust_facts *facts, const struct rust_plan *plan, struct map *taken)
{
    const struct def *def = facts->def;
    VEC(struct body) bodies = {NULL, 0, 0};
    struct map known = map_new(r->arena);
    for (size_t i = 0; plan->bits && i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        struct rust_groups groups = {.len = 0};
        struct str storages[ABI_COUNT];
        enum abi firsts[ABI_COUNT];
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            const struct rust_bit_place *place = &plan->bits[i][abi];
            if (!place->exists) {
                continue;
            }
            struct str type = bit_type(r, facts, field, abi);
            size_t had = groups.len;
            struct str text = str_printf(r->arena, "%.*s; %.*s, bit %" PRIu64 ", width %" PRIu64,
                                         STR_ARG(place->storage), STR_ARG(type), place->bit, field->more->bits.value);
            rust_group_add(&groups, abi, text);
            if (groups.len > had) {
                storages[had] = place->storage;
                firsts[had] = abi;
            }
        }
        struct methods *names = map_get(&known, rust_field_name(facts, i));
        if (groups.len && !names) {
            names = ARENA_NEW(r->arena, struct methods);
            *names = method_names(r, taken, rust_field_name(facts, i));
            map_add(&known, rust_field_name(facts, i), names);
        }
        for (size_t g = 0; g < groups.len; g++) {
            struct body *last = bodies.len ? &bodies.at[bodies.len - 1] : NULL;
            if (!last || last->abis != groups.at[g].abis || !str_eq(last->storage, storages[g])) {
                last = VEC_PUSH(r->arena, &bodies, (struct body){groups.at[g].abis, storages[g], buf_new(r->arena)});
            }
            struct buf out = r->out;
            r->out = last->text;
            rust_field_doc(r, 4, facts, i, firsts[g]);
            size_t skipped = storages[g].len + 2;
            buf_printf(&r->out, "    %.*s, %.*s, %.*s: %.*s;\n", STR_ARG(names->get), STR_ARG(names->with),
                       STR_ARG(names->set), (int)(groups.at[g].text.len - skipped), groups.at[g].text.ptr + skipped);
            last->text = r->out;
            r->out = out;
        }
    }
    for (size_t i = 0; i < bodies.len; i++) {
        const struct body *body = &bodies.at[i];
        r->uses_bits = true;
        buf_char(&r->out, '\n');
        rust_cfg(r, 0, body->abis == facts->abis ? facts->compiled : body->abis);
        buf_printf(&r->out, "crate::support::bits! {\n    %s %.*s, %.*s;\n%.*s}\n",
                   def->kind == DEF_UNION ? "union" : "struct", STR_ARG(facts->name), STR_ARG(body->storage),
                   STR_ARG(buf_view(&body->text)));
    }
}

/* Whether an array, on an ABI, is one that a struct has no room for: elements follow it in memory. */
static bool is_flexible(const struct type *type, enum abi abi)
{
    return type->kind == TYPE_ARRAY && type_count(type, abi) == 0;
}

void rust_flexible(struct rust *r, const struct rust_facts *facts, struct map *taken)
{
    const struct def *def = facts->def;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        struct rust_groups groups = {.len = 0};
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if (abi_in(abi, rust_field_abis(facts, field)) && !field->more->bits.given &&
                is_flexible(field->type, abi)) {
                rust_group_add(&groups, abi, rust_type(r, facts, field->type->more->of, abi));
            }
        }
        if (!groups.len) {
            continue;
        }
        struct str plain = rust_plain(rust_field_name(facts, i));
        struct str pointer = rust_unique(r, taken, "", plain, "_ptr");
        struct str pointer_mut = rust_unique(r, taken, "", plain, "_mut_ptr");
        struct str slice = rust_unique(r, taken, "", plain, "_slice");
        struct str slice_mut = rust_unique(r, taken, "", plain, "_slice_mut");
        for (size_t g = 0; g < groups.len; g++) {
            buf_char(&r->out, '\n');
            rust_cfg(r, 0, groups.at[g].abis == facts->abis ? facts->compiled : groups.at[g].abis);
            rust_line(r, "crate::support::flexible! {");
            buf_printf(&r->out, "    %.*s, %.*s: %.*s;\n", STR_ARG(facts->name), STR_ARG(rust_field_name(facts, i)),
                       STR_ARG(groups.at[g].text));
            buf_printf(&r->out, "    %.*s, %.*s, %.*s, %.*s;\n}\n", STR_ARG(pointer), STR_ARG(pointer_mut),
                       STR_ARG(slice), STR_ARG(slice_mut));
        }
    }
}

struct str rust_values_link(struct rust *r, const struct folder *from, const struct rust_facts *facts,
                            const struct type *values, enum abi abi)
{
    if (!values || !values->more->symbol->on[abi]) {
        return (struct str){NULL, 0};
    }
    return str_printf(r->arena, "[`struct@%.*s`]", STR_ARG(rust_type_from(r, from, facts, values, abi)));
}

void rust_named(struct rust *r, const struct rust_facts *facts, struct map *taken)
{
    const struct def *def = facts->def;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        struct rust_groups groups = {.len = 0};
        for (enum abi abi = 0; abi < ABI_COUNT && field->more->values && !field->more->bits.given; abi++) {
            const struct def *names = field->more->values->more->symbol->on[abi];
            const struct type *type = rust_meant(field->type, abi);
            if (!names || !abi_in(abi, rust_field_abis(facts, field)) || type->kind != TYPE_SCALAR) {
                continue;
            }
            struct str path = rust_type(r, facts, field->more->values, abi);
            struct str text = str_printf(r->arena, "%s as %.*s: %s", rust_scalar(type->scalar), STR_ARG(path),
                                         rust_scalar(names->type->scalar));
            rust_group_add(&groups, abi, text);
        }
        struct str plain = rust_plain(rust_field_name(facts, i));
        struct str get = groups.len ? rust_unique(r, taken, "", plain, "_value") : plain;
        struct str set = groups.len ? rust_unique(r, taken, "set_", plain, "_value") : plain;
        for (size_t g = 0; g < groups.len; g++) {
            buf_char(&r->out, '\n');
            rust_cfg(r, 0, groups.at[g].abis == facts->abis ? facts->compiled : groups.at[g].abis);
            buf_printf(&r->out, "crate::support::named! {\n    %.*s, %.*s: %.*s;\n    %.*s, %.*s;\n}\n",
                       STR_ARG(facts->name), STR_ARG(rust_field_name(facts, i)), STR_ARG(groups.at[g].text),
                       STR_ARG(get), STR_ARG(set));
        }
    }
}
