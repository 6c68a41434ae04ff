/* The draft as the text of a spec. */
#include "clang/import_draft.h"

#include "spec/expr.h"

#include <string.h>

struct writer {
    struct draft *draft;
    struct draft_header *header;
    struct buf out;
};

/* A string of TOML. What is not text becomes '?'. */
static void write_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '"' || c == '\\') {
            buf_printf(out, "\\%c", c);
        } else if (c == '\n') {
            buf_text(out, "\\n");
        } else if (c == '\t') {
            buf_text(out, "\\t");
        } else if (c == '\r') {
            continue;
        } else if (c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\u%04X", c);
        } else {
            buf_char(out, (char)c);
        }
    }
    buf_char(out, '"');
}

static void write_key(struct buf *out, const char *key, struct str value)
{
    buf_printf(out, "%s = ", key);
    write_string(out, value);
}

/* The key `when`, if there is something to say, with `before` and `after` around it. */
static void write_when(struct writer *w, const char *before, const struct config_set *wanted,
                       const struct config_set *among, const char *after)
{
    struct config_set missing = *among;
    bool all = true;
    for (size_t i = 0; i < sizeof missing.words / sizeof *missing.words; i++) {
        all = all && !(missing.words[i] & ~wanted->words[i]);
    }
    if (all) {
        return;
    }
    /* Most of what has a condition shares it with many others. */
    struct buf both = buf_new(w->draft->arena);
    buf_bytes(&both, wanted, sizeof *wanted);
    buf_bytes(&both, among, sizeof *among);
    struct str *known = map_get(&w->draft->conditions, buf_view(&both));
    if (!known) {
        struct conditions conditions =
            conditions_from_set(w->draft->arena, w->draft->samples, w->draft->samples_len, wanted, among);
        struct buf text = buf_new(w->draft->arena);
        if (conditions.any.len) {
            conditions_toml(&text, &conditions);
        }
        known = ARENA_NEW(w->draft->arena, struct str);
        *known = buf_view(&text);
        map_add(&w->draft->conditions, buf_view(&both), known);
    }
    if (known->len) {
        buf_printf(&w->out, "%swhen = %.*s%s", before, STR_ARG(*known), after);
    }
}

static const struct config_set *among_of(const struct writer *w, const struct draft_item *item)
{
    return item->exact > 1 ? &w->header->every : item->exact ? &w->header->all : &w->header->among;
}

static void write_item_when(struct writer *w, const struct draft_item *item, const struct config_set *set)
{
    write_when(w, "", set, among_of(w, item), "\n");
}

static void write_description(struct writer *w, struct str description, const char *before, const char *after)
{
    if (description.len) {
        buf_text(&w->out, before);
        write_key(&w->out, "description", description);
        buf_text(&w->out, after);
    }
}

/* Constants */

static bool is_decimal(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_digit(s.ptr[i])) {
            return false;
        }
    }
    return s.len && s.len < 11 && (s.len == 1 || s.ptr[0] != '0');
}

/* The words for C's types. */
static const char *const type_words[C_INT_COUNT] = {
    [C_INT_BOOL] = "u8",     [C_INT_CHAR] = "char",     [C_INT_SCHAR] = "schar", [C_INT_UCHAR] = "uchar",
    [C_INT_SHORT] = "short", [C_INT_USHORT] = "ushort", [C_INT_INT] = "int",     [C_INT_UINT] = "uint",
    [C_INT_LONG] = "long",   [C_INT_ULONG] = "ulong",   [C_INT_LLONG] = "llong", [C_INT_ULLONG] = "ullong",
};

static void write_integer(struct buf *out, const struct fact_constant *fact, enum abi abi)
{
    uint64_t value = c_int_wrap(fact->value, fact->type, abi);
    if (c_int_is_signed(fact->type, abi)) {
        buf_printf(out, "%lld", (long long)value);
    } else {
        buf_printf(out, "%llu", (unsigned long long)value);
    }
}

static enum abi first_abi(const struct config_set *set)
{
    unsigned config = 0;
    while (config + 1 < CONFIGS_MAX && !config_set_has(set, config)) {
        config++;
    }
    return config_abi(config);
}

/* The keys of a constant after its name, with `separator` between them. `v`: which of its values. */
static void write_constant_keys(struct writer *w, const struct draft_item *item, size_t v, const char *separator)
{
    struct buf *out = &w->out;
    const struct draft_value *value = item->values.len ? &item->values.at[v] : NULL;
    if (!value || (!item->plain && value->fact->kind == FACT_VALUE_INTEGER &&
                   !(is_decimal(item->text) && value->fact->type == C_INT_INT && item->values.len == 1))) {
        write_key(out, "expr", item->text);
        return;
    }
    if (value->fact->kind == FACT_VALUE_STRING) {
        write_key(out, "value", value->fact->text);
        return;
    }
    buf_text(out, "value = ");
    write_integer(out, value->fact, first_abi(&value->set));
    if (item->plain) {
        buf_printf(out, "%stype = \"%s\"%s", separator, type_words[value->fact->type], separator);
        write_key(out, "c_value", item->text);
    }
}

/* Whether each value of a constant needs a definition of its own. */
static bool has_many(const struct draft_item *item)
{
    return item->values.len > 1 && (item->plain || item->values.at[0].fact->kind == FACT_VALUE_STRING);
}

static void write_constant(struct writer *w, const struct draft_item *item)
{
    size_t len = has_many(item) ? item->values.len : 1;
    for (size_t v = 0; v < len; v++) {
        buf_text(&w->out, "[[constants]]\n");
        write_key(&w->out, "name", item->name);
        buf_char(&w->out, '\n');
        write_description(w, item->description, "", "\n");
        write_constant_keys(w, item, v, "\n");
        buf_char(&w->out, '\n');
        write_item_when(w, item, len == 1 ? &item->set : &item->values.at[v].set);
        buf_char(&w->out, '\n');
    }
}

/* Constants that are for a member, as a part of it. */
static void write_for_member(struct writer *w, const struct draft_member *member)
{
    bool any = false;
    for (size_t i = 0; i < w->header->items.len; i++) {
        const struct draft_item *item = w->header->items.at[i];
        if (item->kind != ITEM_CONSTANT || item->for_member != member || item->in_bitmap) {
            continue;
        }
        size_t len = has_many(item) ? item->values.len : 1;
        for (size_t v = 0; v < len; v++) {
            buf_text(&w->out, any ? ", { " : ", constants = [{ ");
            any = true;
            write_key(&w->out, "name", item->name);
            write_description(w, item->description, ", ", "");
            buf_text(&w->out, ", ");
            write_constant_keys(w, item, v, ", ");
            write_when(w, ", ", len == 1 ? &item->set : &item->values.at[v].set, among_of(w, item), "");
            buf_text(&w->out, " }");
        }
    }
    buf_text(&w->out, any ? "]" : "");
}

/* Records */

static void write_members(struct writer *w, const struct draft_item *item, const struct draft_record *record);

/* Whether a member of the same inline record can be declared together with the one that defines it. */
static bool can_join(const struct draft_member *leader, const struct draft_member *member)
{
    return member->joined && config_set_equal(&leader->set, &member->set) && !leader->inner_length.len &&
           !member->inner_length.len;
}

static void write_inner(struct writer *w, const struct draft_item *item, const struct draft_record *record, size_t i,
                        size_t leader)
{
    struct buf *out = &w->out;
    const struct draft_member *member = record->members.at[i], *first = record->members.at[leader];
    if (i == leader && first->inner->has_tag) {
        buf_text(out, ", ");
        write_key(out, "c_tag", first->inner->name);
    }
    if (member->inner_length.len) {
        buf_text(out, ", ");
        write_key(out, "array", member->inner_length);
    }
    bool any = false;
    for (size_t k = i + 1; k < record->members.len && can_join(member, record->members.at[k]); k++) {
        buf_text(out, any ? ", " : ", also = [");
        any = true;
        write_string(out, record->members.at[k]->name);
    }
    buf_text(out, any ? "]" : "");
    if (first->inner->tag.len && !item->no_relations) {
        buf_text(out, ", ");
        write_key(out, "tag", first->inner->tag);
    }
    buf_printf(out, ", %s = [\n", first->inner->is_union ? "union" : "struct");
    write_members(w, item, first->inner);
    buf_text(out, "]");
}

/* The type of a member, with the length of an array as the header spells it. */
static struct str member_type(struct writer *w, const struct draft_member *member)
{
    if (!member->length.len) {
        return member->type;
    }
    const char *gap = memchr(member->element.ptr, '\n', member->element.len);
    size_t before = (size_t)(gap - member->element.ptr);
    return str_printf(w->draft->arena, "%.*s[%.*s]%.*s", (int)before, member->element.ptr, STR_ARG(member->length),
                      (int)(member->element.len - before - 1), gap + 1);
}

/* `set`: where the member, or the type that is written for it, is. */
static void write_member(struct writer *w, const struct draft_item *item, const struct draft_record *record, size_t i,
                         size_t leader, struct str type, const struct config_set *set)
{
    struct buf *out = &w->out;
    const struct draft_member *member = record->members.at[i];
    /* What has the record of another member, and cannot be declared with it, names that by its tag. */
    const struct draft_record *other = i != leader ? record->members.at[leader]->inner : NULL;
    bool by_tag = other && other->has_tag;
    if (by_tag) {
        bool is_array = member->inner_length.len != 0;
        type =
            str_printf(w->draft->arena, "%s %.*s%s%.*s%s", other->is_union ? "union" : "struct", STR_ARG(other->name),
                       is_array ? "[" : "", STR_ARG(member->inner_length), is_array ? "]" : "");
    }
    buf_text(out, "{ ");
    size_t empty = out->len;
    if (member->name.len) {
        write_key(out, "name", member->name);
    }
    if (!member->inner || by_tag) {
        buf_text(out, out->len == empty ? "" : ", ");
        write_key(out, "type", member->bitmap && !item->no_relations ? member->bitmap->name : type);
    }
    if (member->is_bits) {
        buf_printf(out, ", bits = %llu", (unsigned long long)member->bits);
    }
    if (member->cases.len && !item->no_relations) {
        buf_text(out, ", case = [");
        for (size_t c = 0; c < member->cases.len; c++) {
            buf_text(out, c ? ", " : "");
            write_string(out, member->cases.at[c]);
        }
        buf_char(out, ']');
    }
    write_description(w, member->description, ", ", "");
    const struct config_set *exact = item->exact > 1 ? &w->header->every : &w->header->all;
    write_when(w, ", ", set, member->exact ? exact : &record->set, "");
    write_for_member(w, member);
    if (member->inner && !by_tag) {
        write_inner(w, item, record, i, leader);
    }
    /* The first key of an anonymous record has no other before it. */
    if (out->len > empty + 1 && out->ptr[empty] == ',') {
        memmove(out->ptr + empty, out->ptr + empty + 2, out->len - empty - 2);
        out->len -= 2;
    }
    buf_text(out, " },\n");
}

static void write_members(struct writer *w, const struct draft_item *item, const struct draft_record *record)
{
    size_t leader = 0;
    for (size_t i = 0; i < record->members.len; i++) {
        const struct draft_member *member = record->members.at[i];
        leader = member->joined ? leader : i;
        for (size_t t = 0; item->plain > 1 && t < member->types.len; t++) {
            write_member(w, item, record, i, leader, member->types.at[t].type, &member->types.at[t].set);
        }
        if (item->plain > 1 && member->types.len) {
            continue;
        }
        if (leader == i) {
            write_member(w, item, record, i, leader, member_type(w, member), &member->set);
            continue;
        }
        /* What its leader could not take along is written again. */
        size_t from = i;
        while (from > leader && can_join(record->members.at[from - 1], record->members.at[from])) {
            from--;
        }
        if (from == i) {
            write_member(w, item, record, i, leader, member->type, &member->set);
        }
    }
}

/* The bitmaps that members of a record hold stand before it. */
static void write_bitmaps(struct writer *w, const struct draft_item *item, const struct draft_record *record)
{
    struct buf *out = &w->out;
    for (size_t i = 0; i < record->members.len; i++) {
        const struct draft_member *member = record->members.at[i];
        const struct draft_bitmap *bitmap = member->bitmap;
        if (member->inner && !member->joined) {
            write_bitmaps(w, item, member->inner);
        }
        if (!bitmap) {
            continue;
        }
        buf_text(out, "[[bitmaps]]\n");
        write_key(out, "name", bitmap->name);
        buf_printf(out, "\ntype = \"%.*s\"\nc_prefix = \"%.*s\"\nc_suffix = \"%.*s\"\nc_numbers = true\nc_all = \"\"\n",
                   STR_ARG(member->type), STR_ARG(bitmap->prefix), STR_ARG(bitmap->suffix));
        write_item_when(w, item, &item->set);
        buf_text(out, "bits = [\n");
        for (size_t b = 0; b < bitmap->bits.len; b++) {
            const struct draft_bit *bit = &bitmap->bits.at[b];
            struct str name = bit->mask->name;
            buf_printf(out, "{ name = \"%.*s\", shift = %u", (int)(name.len - bitmap->prefix.len),
                       name.ptr + bitmap->prefix.len, bit->shift);
            buf_text(out, bit->number ? "" : ", c_number = false");
            write_description(w, bit->mask->description, ", ", "");
            buf_text(out, " },\n");
        }
        buf_text(out, "]\n\n");
    }
}

/* The keys for the typedef and the handle that are written with an item. */
static void write_folded(struct writer *w, const struct draft_item *item)
{
    if (item->alias) {
        write_key(&w->out, "typedef", item->alias->name);
        buf_char(&w->out, '\n');
    }
    buf_text(&w->out, item->handle ? "handle = true\n" : "");
}

static void write_record(struct writer *w, const struct draft_item *item)
{
    struct buf *out = &w->out;
    if (!item->no_relations) {
        write_bitmaps(w, item, item->record);
    }
    buf_printf(out, "[[%s]]\n", item->record->is_union ? "unions" : "structs");
    write_key(out, "name", item->name);
    buf_char(out, '\n');
    write_description(w, item->description, "", "\n");
    if (item->form) {
        buf_printf(out, "c_form = \"%s\"\n", item->form);
    }
    write_folded(w, item);
    if (item->record->tag.len && !item->no_relations) {
        write_key(out, "tag", item->record->tag);
        buf_char(out, '\n');
    }
    write_item_when(w, item, &item->set);
    buf_text(out, "fields = [\n");
    write_members(w, item, item->record);
    buf_text(out, "]\n\n");
}

static void write_enum(struct writer *w, const struct draft_item *item)
{
    struct buf *out = &w->out;
    buf_text(out, "[[enums]]\n");
    write_key(out, "name", item->name);
    buf_char(out, '\n');
    write_description(w, item->description, "", "\n");
    buf_printf(out, "type = \"%.*s\"\nc_form = \"%s\"\nc_prefix = \"\"\n", STR_ARG(item->type), item->form);
    write_item_when(w, item, &item->set);
    buf_text(out, "variants = [\n");
    for (size_t i = 0; i < item->variants.len; i++) {
        const struct draft_variant *variant = item->variants.at[i];
        buf_text(out, "{ ");
        write_key(out, "name", variant->name);
        if (variant->is_negative) {
            buf_printf(out, ", value = %lld", (long long)variant->value);
        } else if (variant->expr.len && !is_decimal(variant->expr) && !item->plain) {
            buf_text(out, ", ");
            write_key(out, "expr", variant->expr);
        } else {
            buf_printf(out, ", value = %llu", (unsigned long long)variant->value);
        }
        write_description(w, variant->description, ", ", "");
        write_when(w, ", ", &variant->set, &item->set, "");
        buf_text(out, " },\n");
    }
    buf_text(out, "]\n\n");
}

static void write_named(struct writer *w, const struct draft_item *item, const char *table, const char *key,
                        struct str value)
{
    struct buf *out = &w->out;
    buf_printf(out, "[[%s]]\n", table);
    write_key(out, "name", item->kind == ITEM_VERBATIM && item->other_name.len ? item->other_name : item->name);
    buf_char(out, '\n');
    write_description(w, item->description, "", "\n");
    if (value.len) {
        write_key(out, key, value);
        buf_char(out, '\n');
    }
    write_folded(w, item);
    write_item_when(w, item, &item->set);
    buf_char(out, '\n');
}

/* Where the header can be read it is known not to refuse; elsewhere, where it does. */
static void write_refusal(struct writer *w, const struct draft_item *item)
{
    const struct config_set among = config_set_either(w->header->among, &item->set);
    buf_text(&w->out, "[[refusals]]\n");
    write_key(&w->out, "message", item->text);
    buf_char(&w->out, '\n');
    write_when(w, "", &item->set, &among, "\n");
    buf_char(&w->out, '\n');
}

static void write_include(struct writer *w, const struct draft_item *item)
{
    struct str from = item->target->name;
    from.len -= 2; /* ".h" */
    buf_text(&w->out, "[[includes]]\n");
    write_key(&w->out, "from", from);
    buf_char(&w->out, '\n');
    write_item_when(w, item, &item->set);
    buf_char(&w->out, '\n');
}

/* The item that comes after `*i` in the text, where it may be written together with `item`; NULL for none. */
static struct draft_item *foldable(struct writer *w, const struct draft_item *item, enum item_kind kind, size_t *i)
{
    while (++*i < w->header->items.len) {
        struct draft_item *next = w->header->items.at[*i];
        if (next->kind == ITEM_DROPPED || (next->kind == ITEM_CONSTANT && next->for_member)) {
            continue;
        }
        bool fits = next->kind == kind && !next->plain && !item->plain && !next->description.len &&
                    next->exact == item->exact && config_set_equal(&next->set, &item->set);
        return fits ? next : NULL;
    }
    return NULL;
}

/* Finds the typedef and the handle that stand right after what they are of, and need no entries of their own. */
static void fold(struct writer *w)
{
    for (size_t i = 0; i < w->header->items.len; i++) {
        struct draft_item *item = w->header->items.at[i];
        item->alias = item->handle = NULL;
        item->folded = false;
    }
    for (size_t i = 0; i < w->header->items.len; i++) {
        struct draft_item *item = w->header->items.at[i];
        struct str word = item->name;
        size_t next = i;
        if (item->folded || (item->kind != ITEM_RECORD && item->kind != ITEM_TYPEDEF)) {
            continue;
        }
        if (item->kind == ITEM_RECORD && !item->form) {
            struct draft_item *alias = foldable(w, item, ITEM_TYPEDEF, &next);
            struct str type = str_printf(w->draft->arena, "%s %.*s", item->record->is_union ? "union" : "struct",
                                         STR_ARG(item->name));
            if (alias && str_eq(alias->type, type)) {
                item->alias = alias;
                alias->folded = true;
                word = alias->name;
            } else {
                next = i;
            }
        }
        struct draft_item *handle = foldable(w, item, ITEM_HANDLE, &next);
        if (handle && !handle->type.len && str_eq(handle->name, word)) {
            item->handle = handle;
            handle->folded = true;
        }
    }
}

static void write_item(struct writer *w, struct draft_item *item)
{
    item->out_off = (uint32_t)w->out.len;
    item->out_len = 0;
    if (item->folded) {
        return;
    }
    switch (item->kind) {
    case ITEM_INCLUDE:
        write_include(w, item);
        break;
    case ITEM_RECORD:
        write_record(w, item);
        break;
    case ITEM_ENUM:
        write_enum(w, item);
        break;
    case ITEM_TYPEDEF:
        write_named(w, item, "typedefs", "type", item->type);
        break;
    case ITEM_HANDLE:
        write_named(w, item, "handles", "type", item->type);
        break;
    case ITEM_CONSTANT:
        if (!item->for_member) {
            write_constant(w, item);
        }
        break;
    case ITEM_VERBATIM:
        write_named(w, item, "verbatim", "text", item->text);
        break;
    case ITEM_REFUSAL:
        write_refusal(w, item);
        break;
    case ITEM_DROPPED:
        break;
    }
    item->out_len = (uint32_t)w->out.len - item->out_off;
}

void draft_write(struct draft *draft)
{
    for (size_t h = 0; h < draft->list.len; h++) {
        struct writer w = {.draft = draft, .header = draft->list.at[h], .out = buf_new(draft->arena)};
        buf_text(&w.out, "level = \"legacy\"\n\n[header]\n");
        write_key(&w.out, "guard", w.header->guard);
        buf_text(&w.out, "\n\n");
        fold(&w);
        for (size_t i = 0; i < w.header->items.len; i++) {
            write_item(&w, w.header->items.at[i]);
        }
        w.header->source = (struct source){.path = draft_path(draft, w.header), .text = buf_view(&w.out)};
    }
}

struct str draft_path(const struct draft *draft, const struct draft_header *header)
{
    struct str last = header->folder;
    for (size_t i = 0; i < header->folder.len; i++) {
        if (header->folder.ptr[i] == '/') {
            last = (struct str){header->folder.ptr + i + 1, header->folder.len - i - 1};
        }
    }
    return str_printf(draft->arena, "%.*s/%.*s.toml", STR_ARG(header->folder), STR_ARG(last));
}
