/*
 * What the backend finds out before it writes anything: which definitions there are, inline records among them, how
 * their types and members are called, and where they are compiled.
 */
#include "emit/rust.h"

#include "layout/layout.h"

/* A definition's address as a key. */
static struct str key(const struct def *const *def)
{
    return (struct str){(const char *)def, sizeof(struct def *)};
}

const struct rust_facts *rust_facts_of(const struct rust *r, const struct def *def)
{
    return map_get(&r->facts, key(&def));
}

struct str rust_pascal(struct rust *r, struct str before, struct str name)
{
    struct buf out = buf_new(r->arena);
    buf_str(&out, before);
    bool start = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '_') {
            bool after = out.len && ascii_is_digit(out.ptr[out.len - 1]);
            bool front = !out.len || out.ptr[out.len - 1] == '_';
            if (front || (after && i + 1 < name.len && ascii_is_digit(name.ptr[i + 1]))) {
                buf_char(&out, '_');
            }
            start = true;
        } else {
            /* Two numbers must not run into one. */
            if (i == 0 && ascii_is_digit(c) && out.len && ascii_is_digit(out.ptr[out.len - 1])) {
                buf_char(&out, '_');
            }
            buf_char(&out, start ? ascii_to_upper(c) : c);
            start = false;
        }
    }
    return str_is(buf_view(&out), "Self") ? STR("Self_") : buf_view(&out);
}

/* A name of a type, and where it is taken. */
struct claim {
    abi_set abis;
};

struct str rust_claim(struct rust *r, struct map *claims, struct str name, abi_set set)
{
    for (;;) {
        struct claim *taken = map_get(claims, name);
        if (!taken) {
            taken = ARENA_NEW(r->arena, struct claim);
            map_add(claims, name, taken);
        }
        if (!(taken->abis & set)) {
            taken->abis |= set;
            return name;
        }
        name = str_printf(r->arena, "%.*s_", STR_ARG(name));
    }
}

/* The work on one folder. */
struct finder {
    struct rust *r;
    struct rust_folder *folder;
    struct map
        *claims; /* names of types: the folder's own, or those of all architectures' folders, which meet in `arch` */
};

abi_set rust_field_abis(const struct rust_facts *facts, const struct field *field)
{
    abi_set found = 0;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (abi_in(abi, facts->abis) && when_exists(&field->more->when, abi)) {
            found |= ABI_BIT(abi);
        }
    }
    return found;
}

/* The names of a record's members: an anonymous record is `anonN`, with a free N; unnamed bits have none. */
static void name_fields(struct rust *r, struct rust_facts *facts)
{
    const struct def *def = facts->def;
    size_t anonymous = 0, next = 0;
    for (size_t i = 0; i < def->fields.len && def_is_record(def); i++) {
        const struct field *field = &def->fields.at[i];
        anonymous += !field->name.s.len && !field->more->bits.given;
    }
    if (!anonymous) {
        return;
    }
    struct str *names = ARENA_ARRAY(r->arena, def->fields.len, struct str);
    struct map taken = map_new(r->arena);
    for (size_t i = 0; i < def->fields.len; i++) {
        names[i] = field_rust_name(&def->fields.at[i]);
        if (names[i].len) {
            map_add(&taken, names[i], facts);
        }
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        if (names[i].len || def->fields.at[i].more->bits.given) {
            continue;
        }
        do {
            names[i] = str_printf(r->arena, "anon%zu", next++);
        } while (map_add(&taken, names[i], facts));
    }
    facts->fields = names;
}

static struct rust_facts *add_facts(struct finder *f, const struct def *def, const struct def *owner, abi_set set)
{
    struct rust_facts *facts = ARENA_NEW(f->r->arena, struct rust_facts);
    *facts = (struct rust_facts){.def = def, .owner = owner, .abis = set};
    map_add(&f->r->facts, key(&facts->def), facts);
    return facts;
}

/* The inline record that an array of such, or one alone, consists of; NULL for any other type. */
static const struct def *inline_record(const struct type *type)
{
    while (type->kind == TYPE_ARRAY) {
        type = type->more->of;
    }
    return type->kind == TYPE_RECORD ? type->more->record : NULL;
}

/* Adds the records that stand in one, and those in them. */
static void add_inline(struct finder *f, struct rust_facts *outer)
{
    const struct def *def = outer->def;
    struct rust *r = f->r;
    for (size_t i = 0; i < def->fields.len && def_is_record(def); i++) {
        const struct field *field = &def->fields.at[i];
        const struct def *record = inline_record(field->type);
        abi_set set = record ? rust_field_abis(outer, field) : 0;
        if (!set || map_get(&r->facts, key(&record))) {
            continue;
        }
        struct rust_facts *facts = add_facts(f, record, outer->owner, set);
        facts->member = rust_plain(rust_field_name(outer, i));
        struct str name = record->rust_name;
        if (!name.len) {
            struct str none = {NULL, 0};
            name =
                record->name.s.len ? rust_pascal(r, none, record->name.s) : rust_pascal(r, outer->name, facts->member);
        }
        facts->name = rust_claim(r, f->claims, name, set);
        name_fields(r, facts);
        VEC_PUSH(r->arena, &f->folder->types, facts);
        add_inline(f, facts);
    }
}

/* --- what nothing is known of --- */

static struct str opaque_key(const struct rust *r, const struct folder *folder, struct str c)
{
    return str_printf(r->arena, "%.*s %.*s", STR_ARG(folder->name), STR_ARG(c));
}

const struct rust_opaque *rust_opaque_of(const struct rust *r, const struct folder *folder, struct str c)
{
    return map_get(&r->opaque, opaque_key(r, folder, c));
}

/* Adds what a type points at without there being a definition. */
static void find_opaque(struct finder *f, const struct type *type, abi_set set)
{
    while (type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER) {
        type = type->more->of;
    }
    if (type->kind != TYPE_OPAQUE && type->kind != TYPE_NAMED) {
        return;
    }
    for (enum abi abi = 0; abi < ABI_COUNT && type->kind == TYPE_NAMED && type->more->symbol; abi++) {
        set &= ~(type->more->symbol->on[abi] ? ABI_BIT(abi) : 0);
    }
    if (!set) {
        return;
    }
    struct str text = opaque_key(f->r, f->folder->folder, type->more->name);
    struct rust_opaque *opaque = map_get(&f->r->opaque, text);
    if (!opaque) {
        opaque = ARENA_NEW(f->r->arena, struct rust_opaque);
        *opaque = (struct rust_opaque){.c = type->more->name};
        map_add(&f->r->opaque, text, opaque);
        VEC_PUSH(f->r->arena, &f->folder->opaque, opaque);
    }
    opaque->abis |= set;
}

/* --- where it is compiled --- */

/* Whether what a definition names is there on all ABIs, in the same way. */
static bool names_what_is_everywhere(const struct rust *r, const struct rust_facts *facts, const struct type *type)
{
    if (rust_type_is_of_arch(facts, type)) {
        return false;
    }
    while (type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER) {
        type = type->more->of;
    }
    for (enum abi abi = 0; abi < ABI_COUNT && type->kind == TYPE_NAMED; abi++) {
        const struct def *named = abi_in(abi, facts->abis) && type->more->symbol ? type->more->symbol->on[abi] : NULL;
        if (abi_in(abi, facts->abis) && (!named || rust_facts_of(r, named)->compiled != ABI_ALL)) {
            return false;
        }
    }
    return type->kind != TYPE_OPAQUE &&
           (type->kind != TYPE_RECORD || rust_facts_of(r, type->more->record)->compiled == ABI_ALL);
}

static bool is_everywhere(struct rust *r, const struct rust_facts *facts)
{
    const struct def *def = facts->def;
    if (facts->owner->folder->arch == ARCH_COUNT || facts->abis != archs[facts->owner->folder->arch].abis ||
        rust_facts_of(r, facts->owner)->compiled != ABI_ALL || def->kind == DEF_UNION || !rust_is_uniform(r, facts)) {
        return false;
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        if (rust_field_abis(facts, &def->fields.at[i]) && !names_what_is_everywhere(r, facts, def->fields.at[i].type)) {
            return false;
        }
    }
    for (size_t i = 0; i < def->more->bits.len; i++) {
        if (def->more->bits.at[i].type && !names_what_is_everywhere(r, facts, def->more->bits.at[i].type)) {
            return false;
        }
    }
    return true;
}

/*
 * What an architecture defines is there on the others too, as far as it can be: where all that it names is. So those go
 * that cannot be, and then those that name them, until nothing changes.
 */
static void find_compiled(struct rust *r)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t f = 0; f < r->spec->folders.len; f++) {
            for (size_t i = 0; i < r->folders[f].types.len; i++) {
                struct rust_facts *facts = r->folders[f].types.at[i];
                if (facts->compiled == ABI_ALL && facts->abis != ABI_ALL && !is_everywhere(r, facts)) {
                    facts->compiled = facts->abis;
                    changed = true;
                }
            }
        }
    }
}

/* Whether C's name of a typedef ends as such names do: Rust leaves that away. */
static bool ends_in_t(const struct def *def)
{
    return def->kind == DEF_TYPEDEF && def->name.s.len > 2 && str_ends(def->name.s, "_t");
}

/* What a typedef is called if nothing else is: without `_t`, and without capitals where C has nothing else. */
static struct str typedef_name(struct rust *r, const struct def *def)
{
    struct str stem = def->name.s, none = {NULL, 0};
    stem.len -= ends_in_t(def) ? 2 : 0;
    struct buf lower = buf_new(r->arena);
    for (size_t i = 0; i < stem.len; i++) {
        if (ascii_is_lower(stem.ptr[i])) {
            return rust_pascal(r, none, stem);
        }
        buf_char(&lower, ascii_to_lower(stem.ptr[i]));
    }
    return rust_pascal(r, none, buf_view(&lower));
}

/* The definition of that name in a typedef's folder that it stands for, wherever it exists; NULL if it is none. */
static struct rust_facts *same_type(const struct rust *r, const struct def *def, struct str name)
{
    struct rust_facts *found = NULL;
    const struct type *type = def->fields.at[0].type;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (!abi_in(abi, def->abis)) {
            continue;
        }
        const struct def *on = type->kind == TYPE_NAMED && type->more->symbol ? type->more->symbol->on[abi] : NULL;
        struct rust_facts *facts = on ? map_get(&r->facts, key(&on)) : NULL;
        if (!facts || (found && facts != found) || on->folder != def->folder || !str_eq(facts->name, name)) {
            return NULL;
        }
        found = facts;
    }
    return found;
}

/*
 * Names a typedef. `struct foo` and `foo_t` are one type in Rust; and `foo_t` alone is `Foo`, unless something else is.
 */
static void name_typedef(struct finder *f, const struct def *def)
{
    struct rust *r = f->r;
    struct str name = typedef_name(r, def);
    struct rust_facts *same = same_type(r, def, name);
    if (same && !same->also.len) {
        const struct def **at = ARENA_NEW(r->arena, const struct def *);
        *at = def;
        same->also = def->name.s;
        map_add(&r->facts, key(at), same);
        return;
    }
    const struct claim *taken = map_get(f->claims, name);
    struct rust_facts *facts = add_facts(f, def, def, def->abis);
    facts->name = rust_claim(r, f->claims, taken && (taken->abis & def->abis) ? def->rust_name : name, def->abis);
}

/* Finds out whether there is a raw pointer somewhere in a record. */
static bool find_pointers(struct rust *r, struct rust_facts *facts)
{
    if (facts->pointers != POINTERS_UNKNOWN) {
        return facts->pointers == POINTERS_SOME;
    }
    bool found = false;
    for (size_t i = 0; i < facts->def->fields.len && def_is_record(facts->def); i++) {
        for (enum abi abi = 0; abi < ABI_COUNT && !found; abi++) {
            if (!abi_in(abi, facts->abis) || !when_exists(&facts->def->fields.at[i].more->when, abi)) {
                continue;
            }
            const struct type *type = rust_meant(facts->def->fields.at[i].type, abi);
            while (type->kind == TYPE_ARRAY) {
                type = rust_meant(type->more->of, abi);
            }
            const struct def *def = rust_type_def(type, abi);
            found = type->kind == TYPE_POINTER || (def && find_pointers(r, map_get(&r->facts, key(&def))));
        }
    }
    facts->pointers = found ? POINTERS_SOME : POINTERS_NONE;
    return found;
}

/* The names of a folder's own definitions, but for typedefs. */
static void name_definitions(struct finder *finder)
{
    struct rust *r = finder->r;
    const struct folder *folder = finder->folder->folder;
    for (size_t d = 0; d < folder->defs.len; d++) {
        const struct def *def = folder->defs.at[d];
        if (!def->abis || def->outer || def_is_for_c(def) || def->kind == DEF_TYPEDEF) {
            continue;
        }
        struct rust_facts *facts = add_facts(finder, def, def, def->abis);
        facts->name = def->rust_name;
        if (facts->name.len) {
            rust_claim(r, finder->claims, facts->name, facts->abis);
        }
        name_fields(r, facts);
    }
}

/* Typedefs take what the definitions of all folders have left. */
static void name_typedefs(struct finder *finder)
{
    const struct folder *folder = finder->folder->folder;
    for (size_t d = 0; d < folder->defs.len; d++) {
        if (folder->defs.at[d]->kind == DEF_TYPEDEF && folder->defs.at[d]->abis) {
            name_typedef(finder, folder->defs.at[d]);
        }
    }
}

static void find_row(struct finder *finder, struct rust_facts *facts)
{
    finder->r->uses_rows = true;
    VEC_PUSH(finder->r->arena, &finder->folder->rows, facts);
    for (size_t i = 0; i < facts->def->row->ops.len; i++) {
        const struct call_op *op = &facts->def->row->ops.at[i];
        if (op->arg) {
            find_opaque(finder, op->arg, rust_op_abis(facts, op));
        }
        if (op->arg2) {
            find_opaque(finder, op->arg2, rust_op_abis(facts, op));
        }
    }
}

/* The types and tables of a folder, and the opaque structs that they point at. */
static void find_types(struct finder *finder)
{
    struct rust *r = finder->r;
    struct rust_folder *into = finder->folder;
    const struct folder *folder = into->folder;
    for (size_t d = 0; d < folder->defs.len; d++) {
        const struct def *def = folder->defs.at[d];
        struct rust_facts *facts = map_get(&r->facts, key(&def));
        if (facts && def_is_row(def)) {
            find_row(finder, facts);
        } else if (facts && facts->owner == def) {
            VEC_PUSH(r->arena, &into->types, facts);
            add_inline(finder, facts);
        }
    }
    for (size_t i = 0; i < into->types.len; i++) {
        struct rust_facts *facts = into->types.at[i];
        bool arch = folder->arch != ARCH_COUNT;
        facts->compiled = arch || facts->abis == spec_abis(r->spec) ? ABI_ALL : facts->abis;
        for (size_t k = 0; k < facts->def->fields.len; k++) {
            const struct field *field = &facts->def->fields.at[k];
            find_opaque(finder, field->type, rust_field_abis(facts, field));
        }
    }
    for (size_t i = 0; i < into->opaque.len; i++) {
        struct rust_opaque *opaque = into->opaque.at[i];
        struct str none = {NULL, 0};
        opaque->name = rust_claim(r, finder->claims, rust_pascal(r, none, opaque->c), opaque->abis);
    }
}

void rust_find_facts(struct rust *r)
{
    static void (*const passes[])(struct finder * finder) = {name_definitions, name_typedefs, find_types};
    const size_t folders = r->spec->folders.len;
    struct map arch_claims = map_new(r->arena);
    struct map *claims = ARENA_ARRAY(r->arena, folders, struct map);
    r->plan = ARENA_NEW(r->arena, struct rust_plan_memory);
    r->folders = ARENA_ARRAY(r->arena, folders, struct rust_folder);
    for (size_t f = 0; f < folders; f++) {
        claims[f] = map_new(r->arena);
        r->folders[f].folder = r->spec->folders.at[f];
    }
    for (size_t pass = 0; pass < sizeof passes / sizeof *passes; pass++) {
        for (size_t f = 0; f < folders; f++) {
            bool is_of_arch = r->folders[f].folder->arch != ARCH_COUNT;
            passes[pass](&(struct finder){r, &r->folders[f], is_of_arch ? &arch_claims : &claims[f]});
        }
    }
    find_compiled(r);
    for (size_t f = 0; f < folders; f++) {
        for (size_t i = 0; i < r->folders[f].types.len; i++) {
            (void)find_pointers(r, r->folders[f].types.at[i]);
        }
    }
}
