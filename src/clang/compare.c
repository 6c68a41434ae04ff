/* Records: their members one by one. */
#include "clang/compare.h"

#include "layout/layout.h"
#include "spec/resolve.h"
#include "spec/write.h"

#include <stdlib.h>
#include <string.h>

/* A member of the headers, as seen from the record that is compared: those of anonymous ones are its own. */
struct theirs {
    const struct fact_member *member;
    uint64_t bits; /* its offset */
    bool in_spec;  /* a member of the spec stands for it */
    bool taken;    /* that has been compared, or it was found under another name */
};

/* Likewise for the spec. */
struct ours {
    const struct def *def; /* that it is a field of */
    const struct field *field;
    uint64_t bits;
    size_t theirs;    /* its member of the headers by name, or SIZE_MAX */
    unsigned outside; /* how many unions there are around it, within the record */
};

struct records {
    const struct comparison *c;
    struct arena *arena;
    struct str title; /* "xen_domctl.u" */
    const struct def *def;
    const struct fact_record *record;
    VEC(struct ours) ours;
    VEC(struct theirs) theirs;
    int64_t shift;                /* how far the last member lies from where the spec has it, bits */
    bool explained;               /* a difference has been found that others may come from */
    const struct ours *elsewhere; /* the first member that lies elsewhere */
    const struct ours *aligned_otherwise;
};

static struct str field_name(const struct field *field)
{
    return field->more->c_name.s.len ? field->more->c_name.s : field->name.s;
}

/* A record that is a member without a name. */
static bool is_anonymous(const struct field *field)
{
    return !field->name.s.len && field->type->kind == TYPE_RECORD;
}

static bool is_there(const struct records *r, const struct field *field)
{
    return when_exists(&field->more->when, r->c->m.config);
}

static const struct layout *layout_of(const struct records *r, const struct def *def)
{
    return def_layout(def, r->c->m.config);
}

static uint64_t field_bits(const struct layout *layout, size_t i)
{
    return layout->offsets[i] * 8 + (layout->bits ? layout->bits[i] : 0);
}

static void flatten_theirs(struct records *r, const struct fact_record *record, uint64_t bits)
{
    for (size_t i = 0; i < record->members.len; i++) {
        const struct fact_member *member = &record->members.at[i];
        if (member->fact.name.len || member->is_bits) {
            VEC_PUSH(r->arena, &r->theirs, (struct theirs){.member = member, .bits = bits + member->bit_offset});
        } else if (member->type->record) {
            flatten_theirs(r, member->type->record, bits + member->bit_offset);
        }
    }
}

static size_t theirs_named(const struct records *r, struct str name)
{
    for (size_t i = 0; i < r->theirs.len && name.len; i++) {
        if (str_eq(r->theirs.at[i].member->fact.name, name)) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* Unnamed bits are the same if they lie at the same place; of several that do, those of width 0, one of the same type.
 */
static size_t theirs_unnamed(const struct records *r, const struct field *field, uint64_t bits)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < r->theirs.len; i++) {
        const struct theirs *theirs = &r->theirs.at[i];
        if (theirs->in_spec || theirs->member->fact.name.len || theirs->bits != bits ||
            theirs->member->bits != field->more->bits.value) {
            continue;
        }
        if (match_type(&r->c->m, field->type, theirs->member->type) == MATCH_SAME) {
            return i;
        }
        found = found == SIZE_MAX ? i : found;
    }
    return found;
}

static void flatten_ours(struct records *r, const struct def *def, uint64_t bits, unsigned outside)
{
    const struct layout *layout = layout_of(r, def);
    outside += def->kind == DEF_UNION;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (!is_there(r, field)) {
            continue;
        }
        uint64_t at = bits + field_bits(layout, i);
        if (is_anonymous(field)) {
            flatten_ours(r, field->type->more->record, at, outside);
            continue;
        }
        struct str name = field_name(field);
        size_t theirs = name.len ? theirs_named(r, name) : theirs_unnamed(r, field, at);
        if (theirs != SIZE_MAX) {
            r->theirs.at[theirs].in_spec = true;
        }
        VEC_PUSH(r->arena, &r->ours,
                 (struct ours){.def = def, .field = field, .bits = at, .theirs = theirs, .outside = outside});
    }
}

static enum match match_member(const struct records *r, const struct ours *ours, const struct fact_member *member)
{
    const struct field *field = ours->field;
    if (field->more->bits.given != member->is_bits || (member->is_bits && field->more->bits.value != member->bits)) {
        return MATCH_SIZE;
    }
    return match_type(&r->c->m, field->type, member->type);
}

/* A member that the spec lacks where it has one of its own that is the same but for the name. */
static struct theirs *member_renamed(const struct records *r, const struct ours *ours, int64_t shift)
{
    for (size_t i = 0; i < r->theirs.len; i++) {
        struct theirs *theirs = &r->theirs.at[i];
        if (!theirs->taken && theirs->member->fact.name.len && !theirs->in_spec &&
            (int64_t)theirs->bits == (int64_t)ours->bits + shift &&
            match_member(r, ours, theirs->member) == MATCH_SAME) {
            return theirs;
        }
    }
    return NULL;
}

static struct span field_span(const struct ours *ours)
{
    const struct field *field = ours->field;
    const struct text *name = &field->name;
    return name->s.len ? def_span(ours->def, name->off, name->len)
                       : def_span(ours->def, field->type->off, field->type->len);
}

/* Reports a member that the headers lack or call otherwise. */
static void report_absent(struct records *r, const struct ours *ours)
{
    struct str name = field_name(ours->field);
    struct theirs *renamed = member_renamed(r, ours, r->shift);
    renamed = renamed ? renamed : member_renamed(r, ours, 0);
    if (!renamed) {
        r->explained = true;
        COMPARE_DIFFERS(r->c, RULE_VERIFY_MISSING, field_span(ours), &r->record->fact,
                        "in the headers `%.*s` has no member `%.*s`", STR_ARG(r->title), STR_ARG(name));
        return;
    }
    renamed->taken = true;
    COMPARE_DIFFERS(r->c, RULE_VERIFY_MISSING, field_span(ours), &renamed->member->fact,
                    "`%.*s` is called `%.*s` in the headers", STR_ARG(name), STR_ARG(renamed->member->fact.name));
}

static struct str place_words(struct arena *arena, uint64_t bits, bool is_bits)
{
    unsigned long long byte = bits / 8;
    return is_bits ? str_printf(arena, "bit %u of byte %llu", (unsigned)(bits % 8), byte)
                   : str_printf(arena, "byte %llu", byte);
}

/* Reports where a member is, of which no other difference says why. */
static void report_place(struct records *r, const struct ours *ours)
{
    if (!field_name(ours->field).len) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, field_span(ours), &r->record->fact,
                        "in the headers `%.*s` has no %llu unnamed bits here", STR_ARG(r->title),
                        (unsigned long long)ours->field->more->bits.value);
        return;
    }
    const struct theirs *theirs = &r->theirs.at[ours->theirs];
    bool is_bits = ours->field->more->bits.given || theirs->member->is_bits;
    struct str here = place_words(r->arena, ours->bits, is_bits), there = place_words(r->arena, theirs->bits, is_bits);
    COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, field_span(ours), &theirs->member->fact,
                    "`%.*s` starts at %.*s, in the headers at %.*s", STR_ARG(field_name(ours->field)), STR_ARG(here),
                    STR_ARG(there));
}

/* "u8[4]", "2 bits of u8", "a struct". */
static struct str our_words(struct arena *arena, const struct field *field)
{
    struct buf out = buf_new(arena);
    if (field->more->bits.given) {
        buf_printf(&out, "%llu bits of ", (unsigned long long)field->more->bits.value);
    }
    const struct type *element = field->type;
    while (element->kind == TYPE_ARRAY) {
        element = element->more->of;
    }
    if (element->kind == TYPE_RECORD) {
        bool is_array = element != field->type;
        buf_printf(&out, "%s %s", is_array ? "an array of" : "a",
                   element->more->record->kind == DEF_UNION ? "union" : "struct");
        buf_text(&out, is_array ? "s" : "");
    } else {
        type_write(&out, field->type);
    }
    return buf_view(&out);
}

static struct str their_words(struct arena *arena, const struct fact_member *member)
{
    if (member->type->kind == FACT_HANDLE && member->type->of) {
        /* How the headers spell it depends on the ABI. */
        return str_printf(arena, "a handle to `%.*s`", STR_ARG(member->type->of->spelling));
    }
    const struct fact_type *element = member->type;
    while (element->kind == FACT_ARRAY) {
        element = element->of;
    }
    if (element->kind == FACT_RECORD && !element->name.len) {
        const char *kind = element->record && element->record->is_union ? "union" : "struct";
        return element == member->type ? str_printf(arena, "a %s", kind) : str_printf(arena, "an array of %ss", kind);
    }
    return member->is_bits ? str_printf(arena, "%llu bits of `%.*s`", (unsigned long long)member->bits,
                                        STR_ARG(member->type->spelling))
                           : str_printf(arena, "`%.*s`", STR_ARG(member->type->spelling));
}

/* Whether another size is all there is to say of two types: a number is no handle, whatever either takes up. */
static bool is_size_alone(const struct records *r, const struct type *ours, const struct fact_type *theirs)
{
    if (layout_type(ours, r->c->m.config).size == theirs->size) {
        return false;
    }
    while (ours->kind == TYPE_NAMED) {
        const struct def *def = type_def(ours, r->c->m.config);
        if (!def || def_is_record(def)) {
            return def && theirs->kind == FACT_RECORD;
        }
        ours = def->kind == DEF_TYPEDEF ? def->fields.at[0].type : def->type;
    }
    if (ours->kind == TYPE_RECORD) {
        const struct fact_record *record = theirs->record;
        return record && record->is_union == (ours->more->record->kind == DEF_UNION);
    }
    bool are_pointers = ours->kind == TYPE_POINTER && theirs->kind == FACT_POINTER;
    bool are_handles = ours->kind == TYPE_HANDLE && theirs->kind == FACT_HANDLE;
    bool has_pointer = ours->kind == TYPE_POINTER || ours->kind == TYPE_HANDLE || theirs->kind == FACT_POINTER ||
                       theirs->kind == FACT_HANDLE;
    return are_pointers || are_handles || !has_pointer;
}

/* What Xen's headers call a type of the language, if they name it themselves. */
static const char *builtin_word(const struct type *type)
{
    if (type->kind == TYPE_HANDLE) {
        return type->is_native ? "XEN_GUEST_HANDLE" : "XEN_GUEST_HANDLE_64";
    }
    bool is_aligned = type->kind == TYPE_SCALAR && (type->scalar == SCALAR_U64 || type->scalar == SCALAR_I64);
    return is_aligned ? type->scalar == SCALAR_U64 ? "uint64_aligned_t" : "int64_aligned_t" : NULL;
}

/* Whether the declaration of a member begins with a word, be it in an array or not. */
static bool is_declared_as(const struct fact_member *member, const char *word)
{
    struct str text = member->fact.header->source.text;
    size_t from = member->fact.from, len = strlen(word);
    bool stands_there = !member->fact.from_macro && from + len < text.len && memcmp(text.ptr + from, word, len) == 0;
    return stands_there && (text.ptr[from + len] == ' ' || text.ptr[from + len] == '(');
}

/*
 * Reports that the headers mean something else by a word than the spec: once, and not for each member that is declared
 * so. False if that is not why a member has another size or alignment.
 */
static bool report_builtin(const struct records *r, const struct ours *ours, const struct fact_member *member)
{
    const struct type *here = type_element(ours->field->type);
    const struct fact_type *there = member->type;
    while (there->kind == FACT_ARRAY) {
        there = there->of;
    }
    const char *word = builtin_word(here);
    struct extent layout = layout_type(here, r->c->m.config);
    if (!word || !is_declared_as(member, word) || (there->size == layout.size && there->align == layout.align)) {
        return false;
    }
    struct map *spans = &r->c->differences->spans;
    struct span *span = map_get(spans, str_from(word));
    if (!span) {
        span = ARENA_NEW(r->arena, struct span);
        *span = def_span(ours->def, ours->field->type->off, ours->field->type->len);
        map_add(spans, str_from(word), span);
    }
    const struct fact *at = span->off == ours->field->type->off ? &member->fact : NULL;
    if (there->size != layout.size) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, *span, at, "`%s` takes %llu bytes, in the headers %llu", word,
                        (unsigned long long)layout.size, (unsigned long long)there->size);
    } else {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, *span, at, "`%s` is aligned to %llu bytes, in the headers to %llu",
                        word, (unsigned long long)layout.align, (unsigned long long)there->align);
    }
    return true;
}

/* Reports how the type of a member differs. */
static void report_type(struct records *r, const struct ours *ours, const struct fact_member *member, enum match match)
{
    const struct field *field = ours->field;
    struct str name = field_name(field), here = our_words(r->arena, field), there = their_words(r->arena, member);
    struct span span = def_span(ours->def, field->type->off, field->type->len);
    if (member->is_bits && !field->more->bits.given) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_TYPE, span, &member->fact,
                        "`%.*s` is %.*s, in the headers a bit-field of %llu bits", STR_ARG(name), STR_ARG(here),
                        (unsigned long long)member->bits);
    } else if (field->more->bits.given && !member->is_bits) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_TYPE, span, &member->fact,
                        "`%.*s` is %.*s, in the headers no bit-field but %.*s", STR_ARG(name), STR_ARG(here),
                        STR_ARG(there));
    } else if (field->more->bits.given && field->more->bits.value != member->bits) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, span, &member->fact, "`%.*s` has %llu bits, in the headers %llu",
                        STR_ARG(name), (unsigned long long)field->more->bits.value, (unsigned long long)member->bits);
    } else if (match == MATCH_TYPE ||
               (match != MATCH_SAME && match != MATCH_NESTED && !is_size_alone(r, field->type, member->type))) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_TYPE, span, &member->fact, "`%.*s` is %.*s, in the headers %.*s",
                        STR_ARG(name), STR_ARG(here), STR_ARG(there));
    } else if (match == MATCH_SIZE && report_builtin(r, ours, member)) {
        return;
    } else if (match == MATCH_SIZE || match == MATCH_COUNT) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, span, &member->fact,
                        "`%.*s` takes %llu bytes (%.*s), in the headers %llu (%.*s)", STR_ARG(name),
                        (unsigned long long)layout_type(field->type, r->c->m.config).size, STR_ARG(here),
                        (unsigned long long)member->type->size, STR_ARG(there));
    }
}

static bool compare_inside(const struct comparison *c, const struct def *def, const struct fact_record *record,
                           struct str title);

static struct str tag_words(struct arena *arena, struct str tag, bool is_union)
{
    const char *kind = is_union ? "union" : "struct";
    return tag.len ? str_printf(arena, "%s `%.*s`", kind, STR_ARG(tag)) : str_printf(arena, "a %s without a tag", kind);
}

/* The tag of an inline record, which C lets others use: that of the headers counts where they are to be replaced. */
static void compare_tag(struct records *r, const struct ours *ours, const struct def *def,
                        const struct fact_member *member, const struct fact_record *record)
{
    struct str our_tag = def->name.s, their_tag = record->has_tag ? record->fact.name : STR("");
    if (str_eq(our_tag, their_tag) || (!our_tag.len && !(r->c->def->folder->header.given && record->outer))) {
        return;
    }
    struct str here = tag_words(r->arena, our_tag, record->is_union);
    struct str there = tag_words(r->arena, their_tag, record->is_union);
    struct span span = our_tag.len ? def_span(ours->def, def->name.off, def->name.len) : field_span(ours);
    COMPARE_DIFFERS(r->c, RULE_VERIFY_TYPE, span, &member->fact, "`%.*s` is %.*s, in the headers %.*s",
                    STR_ARG(field_name(ours->field)), STR_ARG(here), STR_ARG(there));
}

/* Compares what is within a member that is a record here and there; whether that explains another size. */
static bool compare_inline(struct records *r, const struct ours *ours, const struct fact_member *member)
{
    const struct type *element = ours->field->type;
    while (element->kind == TYPE_ARRAY) {
        element = element->more->of;
    }
    const struct fact_record *record =
        element->kind == TYPE_RECORD && !member->is_bits ? match_record(r->c->m.facts, member->type) : NULL;
    if (!record || record->is_union != (element->more->record->kind == DEF_UNION)) {
        return false;
    }
    compare_tag(r, ours, element->more->record, member, record);
    struct str title = str_printf(r->arena, "%.*s.%.*s", STR_ARG(r->title), STR_ARG(field_name(ours->field)));
    return compare_inside(r->c, element->more->record, record, title);
}

static void compare_member(struct records *r, const struct ours *ours)
{
    if (ours->theirs == SIZE_MAX && field_name(ours->field).len) {
        report_absent(r, ours);
        return;
    }
    if (ours->theirs == SIZE_MAX) {
        r->elsewhere = r->elsewhere ? r->elsewhere : ours;
        return;
    }
    struct theirs *theirs = &r->theirs.at[ours->theirs];
    theirs->taken = true;
    r->shift = (int64_t)theirs->bits - (int64_t)ours->bits;
    r->elsewhere = r->elsewhere || !r->shift ? r->elsewhere : ours;
    enum match match = match_member(r, ours, theirs->member);
    report_type(r, ours, theirs->member, match);
    if (match == MATCH_SAME) {
        compare_word(r->c, ours->field->type, theirs->member->type, field_name(ours->field), &theirs->member->fact);
    }
    bool differs_inside = compare_inline(r, ours, theirs->member);
    r->explained = r->explained || match != MATCH_SAME || differs_inside;
    if (match == MATCH_SAME && !theirs->member->is_bits && !r->aligned_otherwise &&
        layout_type(ours->field->type, r->c->m.config).align != theirs->member->type->align) {
        r->aligned_otherwise = ours;
    }
}

static int compare_places(const void *a, const void *b)
{
    size_t first = *(const size_t *)a, second = *(const size_t *)b;
    return (first > second) - (first < second);
}

/* Where members of structs stand in another order, that is the difference, and not where each of them is. */
static void compare_order(struct records *r)
{
    const struct ours **here = ARENA_ARRAY(r->arena, r->ours.len + 1, const struct ours *);
    size_t *there = ARENA_ARRAY(r->arena, r->ours.len + 1, size_t);
    size_t len = 0;
    bool differs = false;
    for (size_t i = 0; i < r->ours.len; i++) {
        const struct ours *ours = &r->ours.at[i];
        if (!ours->outside && ours->theirs != SIZE_MAX && ours->field->name.s.len) {
            differs = differs || r->theirs.at[ours->theirs].bits != ours->bits;
            there[len] = ours->theirs;
            here[len++] = ours;
        }
    }
    qsort(there, len, sizeof *there, compare_places);
    size_t first = len, last = len, others = 0;
    for (size_t i = 0; i < len; i++) {
        if (here[i]->theirs != there[i]) {
            first = first == len ? i : first;
            others += last != len;
            last = i;
        }
    }
    if (first == len || !differs) {
        return;
    }
    /* `others`: those between the first and the last that are elsewhere, and one. */
    struct str name = field_name(here[first]->field);
    const struct fact *at = &r->theirs.at[here[first]->theirs].member->fact;
    bool swapped = here[first]->theirs == there[last] && here[last]->theirs == there[first] && others == 1;
    r->explained = true;
    if (swapped) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, field_span(here[first]), at,
                        "`%.*s` and `%.*s` have changed places in the headers", STR_ARG(name),
                        STR_ARG(field_name(here[last]->field)));
    } else {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, field_span(here[first]), at,
                        "from `%.*s` on, the members of `%.*s` stand in another order in the headers", STR_ARG(name),
                        STR_ARG(r->title));
    }
}

/* Members that the headers alone have. */
static void compare_rest(struct records *r)
{
    struct span span = def_span(r->def, r->def->name.off, r->def->name.len);
    span = r->def->name.s.len ? span : def_span(r->def, r->def->off, r->def->len);
    const struct fact_member *unnamed = NULL;
    for (size_t i = 0; i < r->theirs.len; i++) {
        const struct fact_member *member = r->theirs.at[i].member;
        if (!r->theirs.at[i].taken && member->fact.name.len) {
            COMPARE_DIFFERS(r->c, RULE_VERIFY_MISSING, span, &member->fact,
                            "in the headers `%.*s` has a member `%.*s` as well", STR_ARG(r->title),
                            STR_ARG(member->fact.name));
            r->explained = true;
        } else if (!r->theirs.at[i].taken) {
            unnamed = unnamed ? unnamed : member;
        }
    }
    if (unnamed && !r->explained && !r->elsewhere) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, span, &unnamed->fact,
                        "in the headers `%.*s` has %llu unnamed bits as well", STR_ARG(r->title),
                        (unsigned long long)unnamed->bits);
        r->explained = true;
    }
}

/* What no member explains. */
static void compare_size(struct records *r, const struct layout *layout)
{
    struct span span = def_span(r->def, r->def->name.off, r->def->name.len);
    span = r->def->name.s.len ? span : def_span(r->def, r->def->off, r->def->len);
    const struct ours *ours = r->aligned_otherwise;
    if (r->elsewhere && !r->explained && !(ours && r->record->align != layout->align)) {
        report_place(r, r->elsewhere);
        r->explained = true;
    }
    bool differs = r->record->size != layout->size || r->record->align != layout->align;
    if (!differs || r->explained) {
        return;
    }
    r->explained = true;
    if (ours && r->record->align != layout->align) {
        const struct fact_member *member = r->theirs.at[ours->theirs].member;
        if (report_builtin(r, ours, member)) {
            return;
        }
        struct str here = our_words(r->arena, ours->field), there = their_words(r->arena, member);
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, def_span(ours->def, ours->field->type->off, ours->field->type->len),
                        &member->fact, "`%.*s` is aligned to %llu bytes (%.*s), in the headers to %llu (%.*s)",
                        STR_ARG(field_name(ours->field)),
                        (unsigned long long)layout_type(ours->field->type, r->c->m.config).align, STR_ARG(here),
                        (unsigned long long)member->type->align, STR_ARG(there));
    } else if (r->record->size != layout->size) {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, span, &r->record->fact,
                        "`%.*s` takes %llu bytes, in the headers %llu", STR_ARG(r->title),
                        (unsigned long long)layout->size, (unsigned long long)r->record->size);
    } else {
        COMPARE_DIFFERS(r->c, RULE_VERIFY_LAYOUT, span, &r->record->fact,
                        "`%.*s` is aligned to %llu bytes, in the headers to %llu", STR_ARG(r->title),
                        (unsigned long long)layout->align, (unsigned long long)r->record->align);
    }
}

static bool compare_inside(const struct comparison *c, const struct def *def, const struct fact_record *record,
                           struct str title)
{
    const struct layout *layout = def_layout(def, c->m.config);
    if (!layout) {
        return false;
    }
    struct records r = {.c = c, .arena = c->m.arena, .title = title, .def = def, .record = record};
    flatten_theirs(&r, record, 0);
    flatten_ours(&r, def, 0, 0);
    compare_order(&r);
    for (size_t i = 0; i < r.ours.len; i++) {
        compare_member(&r, &r.ours.at[i]);
    }
    compare_rest(&r);
    compare_size(&r, layout);
    return r.explained;
}

void compare_record(const struct comparison *c, const struct fact_record *record)
{
    const struct def *def = c->def;
    if (record->is_union != (def->kind == DEF_UNION)) {
        const char *kinds[] = {"struct", "union"};
        COMPARE_DIFFERS(c, RULE_VERIFY_TYPE, def_span(def, def->name.off, def->name.len), &record->fact,
                        "`%.*s` is a %s, in the headers a %s", STR_ARG(def->name.s), kinds[def->kind == DEF_UNION],
                        kinds[record->is_union]);
        return;
    }
    compare_inside(c, def, record, def->name.s);
}
