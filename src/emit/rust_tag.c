/* The members of a tagged union, as the struct that holds it and its tag gives them: only while the tag says so. */
#include "emit/rust.h"

#include "spec/constants.h"

/* A tag as an expression in Rust, and the integer that it is. */
struct tag_value {
    struct buf text;
    enum scalar scalar;
};

/* Where a union stands. */
struct place {
    struct rust *r;
    const struct rust_facts *holder, *held;
    size_t at; /* the member that is the union */
    enum abi abi;
};

/* Finds a member by its name in the spec, or in an anonymous struct; appends the path there. NULL if there is none. */
static const struct rust_facts *find_member(struct rust *r, const struct rust_facts *in, struct str name, enum abi abi,
                                            struct buf *path, size_t *at)
{
    for (size_t i = 0; i < in->def->fields.len; i++) {
        const struct field *field = &in->def->fields.at[i];
        if (!when_exists(&field->more->when, abi)) {
            continue;
        }
        if (str_eq(field->name.s, name)) {
            buf_printf(path, ".%.*s", STR_ARG(rust_field_name(in, i)));
            *at = i;
            return in;
        }
        if (field->name.s.len || field->type->kind != TYPE_RECORD || field->type->more->record->kind != DEF_STRUCT) {
            continue;
        }
        size_t before = path->len;
        buf_printf(path, ".%.*s", STR_ARG(rust_field_name(in, i)));
        const struct rust_facts *found =
            find_member(r, rust_facts_of(r, field->type->more->record), name, abi, path, at);
        if (found) {
            return found;
        }
        path->len = before;
    }
    return NULL;
}

/* Appends what makes an integer of a member; false if it is none. */
static bool as_integer(const struct field *field, enum abi abi, struct tag_value *value)
{
    const struct type *type = rust_meant(field->type, abi);
    const struct def *def = rust_type_def(type, abi);
    buf_text(&value->text, field->more->bits.given ? "()" : "");
    if (type->kind == TYPE_SCALAR) {
        value->scalar = type->scalar;
        buf_text(&value->text, rust_is_aligned(type->scalar) && !field->more->bits.given ? ".get()" : "");
        return true;
    }
    if (!def || (def->kind != DEF_ENUM && def->kind != DEF_BITMAP)) {
        return false;
    }
    value->scalar = def->type->scalar;
    buf_text(&value->text, def->kind == DEF_ENUM ? ".0" : ".bits()");
    return true;
}

/* The tag "cmd" or "hdr.flags" as an expression; false if it is not within the struct. */
static bool find_tag(const struct place *place, struct str path, struct tag_value *value)
{
    const struct rust_facts *in = place->holder;
    value->text = buf_new(place->r->arena);
    buf_text(&value->text, "whole");
    for (;;) {
        size_t len = 0, at = 0;
        while (len < path.len && path.ptr[len] != '.') {
            len++;
        }
        struct str name = {path.ptr, len};
        in = len ? find_member(place->r, in, name, place->abi, &value->text, &at) : NULL;
        if (!in) {
            return false;
        }
        const struct field *field = &in->def->fields.at[at];
        if (len == path.len) {
            return as_integer(field, place->abi, value);
        }
        const struct def *next = rust_type_def(field->type, place->abi);
        if (!next || next->kind != DEF_STRUCT) {
            return false;
        }
        in = rust_facts_of(place->r, next);
        path = (struct str){path.ptr + len + 1, path.len - len - 1};
    }
}

/* An integer as text: decimal or hexadecimal, with a sign or without. */
static bool parse_integer(struct str text, uint64_t *value)
{
    bool negative = text.len && text.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    bool hex = text.len >= i + 2 && text.ptr[i] == '0' && (text.ptr[i + 1] | 0x20) == 'x';
    i += hex ? 2 : 0;
    *value = 0;
    for (size_t start = i; i < text.len; i++) {
        char c = text.ptr[i], lower = (char)(c | 0x20);
        if (ascii_is_digit(c)) {
            *value = *value * (hex ? 16 : 10) + (uint64_t)(c - '0');
        } else if (hex && lower >= 'a' && lower <= 'f') {
            *value = *value * 16 + (uint64_t)(lower - 'a' + 10);
        } else if (c != '_' || i == start) {
            return false;
        }
    }
    *value = negative ? 0 - *value : *value;
    return text.len > (hex ? 2u : 0u) + (negative ? 1u : 0u);
}

/* What a name comes to on an ABI. */
static bool constant_value(const struct place *place, struct str name, uint64_t *value)
{
    if (parse_integer(name, value)) {
        return true;
    }
    const struct constant_ref *ref = map_get(&place->r->spec->constants, name);
    for (; ref; ref = ref->next) {
        if (!abi_in(place->abi, ref->def->abis) || (ref->variant && !when_exists(&ref->variant->when, place->abi))) {
            continue;
        }
        if (ref->variant) {
            *value = rust_variant_value(ref->def, ref->variant, place->abi);
            return true;
        }
        struct constants found = {.list = {NULL, 0, 0}};
        constants_of(place->r->arena, ref->def, place->abi, &found);
        for (size_t i = 0; i < found.list.len; i++) {
            const struct constant *constant = &found.list.at[i];
            if (str_eq(constant->name, name) && !constant->is_string && constant->form != CONSTANT_CALL) {
                *value = constant->value;
                return true;
            }
        }
    }
    return false;
}

static void number(const struct place *place, struct buf *out, uint64_t value, enum scalar scalar)
{
    rust_number(out, rust_wrapped(value, scalar, place->abi), scalars[scalar].is_signed);
}

/* The tags of a union as one expression. */
struct tags {
    struct buf text;
    size_t count;
    enum scalar *scalars;
};

static bool find_tags(const struct place *place, struct tags *tags)
{
    const struct tag *tag = &place->held->def->more->tag;
    *tags = (struct tags){buf_new(place->r->arena), tag->by.len,
                          arena_array(place->r->arena, tag->by.len + 1, sizeof(enum scalar))};
    uint64_t mask = 0;
    if (tag->read_by != READ_BY_TAG || !tag->by.len ||
        (tag->mask.s.len && !constant_value(place, tag->mask.s, &mask))) {
        return false;
    }
    buf_text(&tags->text, tag->by.len > 1 ? "(" : "");
    for (size_t i = 0; i < tag->by.len; i++) {
        struct tag_value value;
        if (!find_tag(place, tag->by.at[i].s, &value)) {
            return false;
        }
        tags->scalars[i] = value.scalar;
        buf_text(&tags->text, i ? ", " : "");
        buf_str(&tags->text, buf_view(&value.text));
        if (tag->mask.s.len) {
            buf_text(&tags->text, " & ");
            if (scalars[value.scalar].is_signed) {
                number(place, &tags->text, mask, value.scalar);
            } else {
                rust_hex(&tags->text, rust_wrapped(mask, value.scalar, place->abi));
            }
        }
    }
    buf_text(&tags->text, tag->by.len > 1 ? ")" : "");
    return true;
}

/* Appends `A` or `(A, B)` for a case; false if one of its constants is not there. */
static bool case_pattern(const struct place *place, const struct tags *tags, struct str text, struct buf *out)
{
    size_t before = out->len, count = 0;
    buf_text(out, tags->count > 1 ? "(" : "");
    while (count < tags->count) {
        size_t len = 0;
        while (len < text.len && text.ptr[len] != ',') {
            len++;
        }
        struct str word = {text.ptr, len};
        while (word.len && word.ptr[0] == ' ') {
            word = (struct str){word.ptr + 1, word.len - 1};
        }
        while (word.len && word.ptr[word.len - 1] == ' ') {
            word.len--;
        }
        uint64_t value;
        buf_text(out, count ? ", " : "");
        if (str_is(word, "*")) {
            buf_char(out, '_');
        } else if (constant_value(place, word, &value)) {
            number(place, out, value, tags->scalars[count]);
        } else {
            out->len = before;
            return false;
        }
        count++;
        text = len < text.len ? (struct str){text.ptr + len + 1, text.len - len - 1} : (struct str){NULL, 0};
    }
    buf_text(out, tags->count > 1 ? ")" : "");
    return true;
}

static bool is_rest(const struct field *field)
{
    return field->more->cases.len == 1 && str_is(field->more->cases.at[0].s, "*");
}

/* Appends the patterns of a member's cases, each once. */
static void add_cases(const struct place *place, const struct tags *tags, const struct field *field, struct map *seen,
                      struct buf *out)
{
    for (size_t i = 0; i < field->more->cases.len; i++) {
        struct buf one = buf_new(place->r->arena);
        if (case_pattern(place, tags, field->more->cases.at[i].s, &one) && !map_add(seen, buf_view(&one), place->r)) {
            buf_printf(out, "%s%.*s", out->len ? " | " : "", STR_ARG(buf_view(&one)));
        }
    }
}

/* "if 1 | 2", when a member counts; of no length if that is not known. */
static struct str member_cases(const struct place *place, const struct tags *tags, size_t member)
{
    const struct def *def = place->held->def;
    const struct field *field = &def->fields.at[member];
    struct map seen = map_new(place->r->arena);
    struct buf pattern = buf_new(place->r->arena);
    if (!is_rest(field)) {
        add_cases(place, tags, field, &seen, &pattern);
        return pattern.len ? str_printf(place->r->arena, "if (%.*s)", STR_ARG(buf_view(&pattern)))
                           : (struct str){NULL, 0};
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        if (i != member && when_exists(&def->fields.at[i].more->when, place->abi)) {
            add_cases(place, tags, &def->fields.at[i], &seen, &pattern);
        }
    }
    return pattern.len ? str_printf(place->r->arena, "unless (%.*s)", STR_ARG(buf_view(&pattern))) : STR("if (_)");
}

/* "The member `a` of `u`, if `cmd` is `A` or `B`." */
static struct str describe(const struct place *place, size_t member)
{
    const struct tag *tag = &place->held->def->more->tag;
    const struct field *field = &place->held->def->fields.at[member];
    struct buf out = buf_new(place->r->arena);
    buf_printf(&out, "The member `%.*s` of `%.*s`, if ", STR_ARG(rust_plain(rust_field_name(place->held, member))),
               STR_ARG(rust_plain(rust_field_name(place->holder, place->at))));
    for (size_t i = 0; i < tag->by.len; i++) {
        buf_printf(&out, "%s`%.*s", i ? ", " : "", STR_ARG(tag->by.at[i].s));
        if (tag->mask.s.len) {
            buf_printf(&out, " & %.*s", STR_ARG(tag->mask.s));
        }
        buf_char(&out, '`');
    }
    buf_text(&out, is_rest(field) ? " is none of what the other members are for" : tag->by.len > 1 ? " are " : " is ");
    for (size_t i = 0; i < field->more->cases.len && !is_rest(field); i++) {
        const char *before = i == 0 ? "" : i + 1 < field->more->cases.len ? ", " : " or ";
        buf_printf(&out, "%s`%.*s`", before, STR_ARG(field->more->cases.at[i].s));
    }
    buf_char(&out, '.');
    return buf_view(&out);
}

/* One getter and its like for a member, on some ABIs. */
struct entry {
    abi_set abis;
    struct str head, text;
    size_t member;
    struct place place;
    struct str get, get_mut;
    struct entry *next; /* of the same name */
};

struct entries {
    VEC(struct entry) list;
};

/* Adds what is known of a member in one place: as another of the same text is there already, or anew. */
static void add_entry(struct entries *entries, const struct place *place, struct str head, struct str text,
                      size_t member)
{
    for (size_t i = entries->list.len; i-- > 0;) {
        struct entry *entry = &entries->list.at[i];
        if (entry->place.held == place->held && entry->member == member && str_eq(entry->head, head) &&
            str_eq(entry->text, text)) {
            entry->abis |= ABI_BIT(place->abi);
            return;
        }
        if (entry->place.held == place->held && entry->member < member) {
            break;
        }
    }
    VEC_PUSH(
        place->r->arena, &entries->list,
        (struct entry){.abis = ABI_BIT(place->abi), .head = head, .text = text, .member = member, .place = *place});
}

/* What a union that is member `at` of a struct has for each of its own. */
static void find_entries(struct rust *r, const struct rust_facts *facts, size_t at, struct entries *entries)
{
    const struct field *field = &facts->def->fields.at[at];
    size_t most = 0;
    const struct rust_facts *held[ABI_COUNT] = {NULL};
    struct tags tags[ABI_COUNT];
    struct rust_accessors *accessors[ABI_COUNT] = {NULL};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        const struct def *def = abi_in(abi, rust_field_abis(facts, field)) && !field->more->bits.given
                                    ? rust_type_def(field->type, abi)
                                    : NULL;
        if (!def || def->kind != DEF_UNION) {
            continue;
        }
        struct place place = {r, facts, rust_facts_of(r, def), at, abi};
        if (find_tags(&place, &tags[abi])) {
            struct map taken = map_new(r->arena);
            held[abi] = place.held;
            accessors[abi] = rust_union_accessors(r, place.held, &taken);
            most = def->fields.len > most ? def->fields.len : most;
        }
    }
    for (size_t m = 0; m < most; m++) {
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if (!held[abi] || m >= held[abi]->def->fields.len) {
                continue;
            }
            struct place place = {r, facts, held[abi], at, abi};
            const struct field *member = &held[abi]->def->fields.at[m];
            const struct rust_accessors *names = &accessors[abi][m];
            if (!when_exists(&member->more->when, abi) || member->more->bits.given) {
                continue;
            }
            struct str cases = member_cases(&place, &tags[abi], m);
            if (!cases.len) {
                continue;
            }
            struct str head = str_printf(r->arena, "%.*s, |whole| %.*s", STR_ARG(rust_field_name(facts, at)),
                                         STR_ARG(buf_view(&tags[abi].text)));
            /* The union may be another folder's, and the type then one of its own. */
            struct str type = rust_type_from(r, facts->owner->folder, held[abi], member->type, abi);
            struct str text = str_printf(r->arena, "%.*s, %.*s -> %.*s, %.*s", STR_ARG(names->get),
                                         STR_ARG(names->get_mut), STR_ARG(type), STR_ARG(cases));
            add_entry(entries, &place, head, text, m);
        }
    }
}

/* How the getters of an entry are called; another entry of the same member, on other ABIs, has the same. */
static struct str entry_name(const struct entry *entry, bool several)
{
    const struct place *place = &entry->place;
    struct str plain = rust_plain(rust_field_name(place->held, entry->member));
    return several ? str_printf(place->r->arena, "%.*s_%.*s",
                                STR_ARG(rust_plain(rust_field_name(place->holder, place->at))), STR_ARG(plain))
                   : plain;
}

void rust_tagged(struct rust *r, const struct rust_facts *facts, struct map *taken)
{
    struct entries entries = {.list = {NULL, 0, 0}};
    bool several = false;
    for (size_t i = 0; i < facts->def->fields.len; i++) {
        size_t before = entries.list.len;
        find_entries(r, facts, i, &entries);
        several = several || (before && entries.list.len > before && entries.list.at[before - 1].place.at != i);
    }
    struct map names = map_new(r->arena);
    for (size_t i = 0; i < entries.list.len; i++) {
        struct entry *entry = &entries.list.at[i];
        struct str name = entry_name(entry, several);
        const struct entry *same = NULL;
        for (struct entry *at = map_add(&names, name, entry); at; at = at->next) {
            same = !same && !(at->abis & entry->abis) ? at : same;
            if (!at->next) {
                at->next = entry;
                break;
            }
        }
        if (same) {
            entry->get = same->get;
            entry->get_mut = same->get_mut;
            continue;
        }
        struct str raw = rust_field_name(entry->place.held, entry->member);
        entry->get = rust_unique(r, taken, "", name, "");
        entry->get = !several && entry->get.len == name.len ? raw : entry->get;
        entry->get_mut = rust_unique(r, taken, "", name, "_mut");
    }
    for (size_t i = 0; i < entries.list.len; i++) {
        const struct entry *entry = &entries.list.at[i], *last = i ? entry - 1 : NULL;
        if (!last || last->abis != entry->abis || !str_eq(last->head, entry->head)) {
            buf_text(&r->out, i ? "}\n\n" : "\n");
            rust_cfg(r, 0, entry->abis == facts->abis ? facts->compiled : entry->abis);
            rust_line(r, "crate::support::tagged! {");
            buf_printf(&r->out, "    %.*s, %.*s;\n", STR_ARG(facts->name), STR_ARG(entry->head));
        }
        struct str none = {NULL, 0};
        rust_doc(r, 4, describe(&entry->place, entry->member), none, none);
        buf_printf(&r->out, "    %.*s, %.*s: %.*s;\n", STR_ARG(entry->get), STR_ARG(entry->get_mut),
                   STR_ARG(entry->text));
    }
    buf_text(&r->out, entries.list.len ? "}\n" : "");
}
