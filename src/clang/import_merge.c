/* Merging: what the headers declare, in all configurations. */
#include "clang/import_draft.h"

#include <stdlib.h>
#include <string.h>

void config_set_join(struct config_set *set, const struct config_set *other)
{
    for (size_t i = 0; i < sizeof set->words / sizeof *set->words; i++) {
        set->words[i] |= other->words[i];
    }
}

bool config_set_empty(const struct config_set *set)
{
    uint64_t any = 0;
    for (size_t i = 0; i < sizeof set->words / sizeof *set->words; i++) {
        any |= set->words[i];
    }
    return !any;
}

const struct facts *draft_facts(const struct draft *draft, unsigned config, const struct header *header)
{
    const struct draft_view *view = &draft->views[config_sample(config)];
    enum abi abi = config_abi(config);
    const struct facts *facts =
        view->version == SIZE_MAX
            ? draft->survey->on[abi * WAY_COUNT + view->way]
            : draft->survey->on_versions[survey_version_index(draft->headers, view->version, abi, header)];
    return facts && fact_reading_find(facts, header) ? facts : NULL;
}

struct draft_item *draft_item(struct draft *draft, struct draft_header *header, enum item_kind kind,
                              const struct fact *fact, struct str key, unsigned config)
{
    struct draft_item *item = map_get(&header->by_key, key);
    if (!item) {
        item = ARENA_NEW(draft->arena, struct draft_item);
        *item = (struct draft_item){.kind = kind,
                                    .name = fact->name,
                                    .header = fact->header,
                                    .off = fact->off,
                                    .len = fact->len,
                                    .from = fact->from,
                                    .to = fact->to,
                                    .at = fact->off,
                                    .from_macro = fact->from_macro,
                                    .ordinal = (uint32_t)header->items.len,
                                    .key = key};
        map_add(&header->by_key, key, item);
        VEC_PUSH(draft->arena, &header->items, item);
    }
    config_set_add(&item->set, config);
    return item;
}

/* Merging one header in one configuration. */
struct merging {
    struct draft *draft;
    struct draft_header *header;
    const struct facts *facts;
    unsigned config;
};

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

/* The text of a member's declaration, up to its name. */
static struct str text_before(const struct draft_header *header, const struct fact *fact)
{
    struct str text = header->header->source.text;
    bool good = fact->to && !fact->from_macro && fact->from <= fact->off && fact->off <= text.len;
    return good ? (struct str){text.ptr + fact->from, fact->off - fact->from} : (struct str){"", 0};
}

/* What stands in the first brackets after a name, "[" and "]" apart; a NULL `ptr` if nothing does. */
static struct str length_after(struct arena *arena, const struct draft_header *header, const struct fact *fact)
{
    struct str text = header->header->source.text, none = {NULL, 0};
    uint32_t at = fact->off + fact->len;
    if (!fact->to || fact->from_macro || fact->to > text.len || at >= fact->to) {
        return none;
    }
    struct str rest = text_plain(arena, (struct str){text.ptr + at, fact->to - at}, true);
    size_t i = 0;
    while (i < rest.len && rest.ptr[i] == ' ') {
        i++;
    }
    if (i == rest.len || rest.ptr[i] != '[') {
        return none;
    }
    size_t start = ++i;
    for (unsigned depth = 1; i < rest.len; i++) {
        depth += rest.ptr[i] == '[';
        depth -= rest.ptr[i] == ']';
        if (!depth) {
            struct str length = {rest.ptr + start, i - start};
            while (length.len && length.ptr[length.len - 1] == ' ') {
                length.len--;
            }
            while (length.len && length.ptr[0] == ' ') {
                length = (struct str){length.ptr + 1, length.len - 1};
            }
            return length;
        }
    }
    return none;
}

static bool is_number(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_digit(s.ptr[i])) {
            return false;
        }
    }
    return s.len && (s.len == 1 || s.ptr[0] != '0');
}

static const struct fact_type *innermost(const struct fact_type *type)
{
    while (type->kind == FACT_ARRAY) {
        type = type->of;
    }
    return type;
}

/* Whether a type takes other words where integers of 64 bits are always aligned and handles always 64 bits wide. */
static bool is_ambiguous(const struct fact_type *type)
{
    type = innermost(type);
    return type->kind == FACT_HANDLE || (type->kind == FACT_INTEGER && type->size == 8);
}

/* A type that is the same in all that ABIs with plain alignment can tell. */
static struct str blurred(struct arena *arena, struct str type)
{
    struct buf out = buf_new(arena);
    if (str_starts(type, "handle64<")) {
        buf_printf(&out, "handle%.*s", (int)type.len - 8, type.ptr + 8);
    } else if (str_starts(type, "u64") || str_starts(type, "i64")) {
        buf_printf(&out, "%s%.*s", type.ptr[0] == 'u' ? "uint64_t" : "int64_t", (int)type.len - 3, type.ptr + 3);
    } else {
        buf_str(&out, type);
    }
    return buf_view(&out);
}

/* Whether an ABI tells u64 from uint64_t, and a handle of 64 bits from any other. */
static bool abi_tells(enum abi abi)
{
    return abis[abi].u64_align != 8;
}

/* A type in a configuration, as far as that configuration can tell. */
static struct str type_here(const struct merging *m, const struct fact_type *type, bool is_aligned,
                            const struct fact *fact)
{
    struct str before = text_plain(m->draft->arena, text_before(m->header, fact), true);
    enum abi abi = config_abi(m->config);
    bool aligned;
    if (innermost(type)->kind == FACT_HANDLE) {
        aligned = abi_tells(abi) && abis[abi].handle_size != 8 ? innermost(type)->size == 8
                                                               : str_starts(before, "XEN_GUEST_HANDLE_64");
    } else {
        aligned = abi_tells(abi) ? is_aligned || (type->kind == FACT_INTEGER && type->size == 8 && type->align == 8)
                                 : str_starts(before, "uint64_aligned_t") || str_starts(before, "int64_aligned_t");
    }
    return draft_type(m->draft, type, aligned);
}

/* The configuration of the same sample that can tell more about types, or the same one. */
static unsigned telling_config(unsigned config)
{
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (abi_tells(abi)) {
            return config_sample(config) * ABI_COUNT + abi;
        }
    }
    return config;
}

static void merge_record(struct merging *m, struct draft_record *record, const struct fact_record *fact);

/* A type's text less its first brackets, which `length` is going to fill. */
static void split_length(struct merging *m, struct draft_member *member, struct str length)
{
    struct str type = member->type;
    const char *open = memchr(type.ptr, '[', type.len);
    const char *close = open ? memchr(open, ']', type.len - (size_t)(open - type.ptr)) : NULL;
    if (!close || !length.ptr || !length.len || is_number(length)) {
        return;
    }
    member->length = str_copy(m->draft->arena, length);
    member->element = str_printf(m->draft->arena, "%.*s%c%.*s", (int)(open - type.ptr), type.ptr, '\n',
                                 (int)(type.ptr + type.len - close - 1), close + 1);
}

/* Whether a member is what ABIs that tell types apart have, in the same sample if that was read on one of them. */
static bool tells_for(const struct merging *m, const struct draft_member *member)
{
    unsigned telling = telling_config(m->config);
    if (config_set_has(&m->header->read, telling)) {
        return config_set_has(&member->set, telling);
    }
    for (unsigned config = 0; config < m->draft->samples_len * ABI_COUNT; config++) {
        if (abi_tells(config_abi(config)) && config_set_has(&member->set, config)) {
            return true;
        }
    }
    return false;
}

/* Whether a draft of a member is what a configuration has at its place. */
static bool same_member(const struct merging *m, const struct draft_member *a, const struct draft_member *b,
                        bool ambiguous)
{
    bool same_length = a->length.len && str_eq(a->element, b->element);
    if (!str_eq(a->name, b->name) || a->is_bits != b->is_bits || a->bits != b->bits || !a->inner != !b->inner ||
        a->joined != b->joined || !str_eq(a->length, b->length) || !str_eq(a->inner_length, b->inner_length)) {
        return false;
    }
    if (a->inner) {
        return a->inner->is_union == b->inner->is_union && str_eq(a->inner->name, b->inner->name);
    }
    struct arena *arena = m->draft->arena;
    return ambiguous ? !abi_tells(config_abi(m->config)) && tells_for(m, a) &&
                           str_eq(blurred(arena, a->type), blurred(arena, b->type))
                     : same_length || str_eq(a->type, b->type);
}

/* The place of a member among those that are there already, and whether it is there. */
static size_t find_member(const struct merging *m, const struct draft_record *record, const struct draft_member *member,
                          bool ambiguous, bool *found)
{
    size_t i = 0;
    *found = false;
    for (; i < record->members.len; i++) {
        const struct draft_member *at = record->members.at[i];
        if (at->off > member->off || (at->off == member->off && at->ordinal > member->ordinal)) {
            break;
        }
        if (at->off == member->off && at->ordinal == member->ordinal && same_member(m, at, member, ambiguous)) {
            *found = true;
            break;
        }
    }
    return i;
}

/* As find_member; what the same sample has on an ABI that tells types apart counts first. */
static size_t place_member(const struct merging *m, const struct draft_record *record,
                           const struct draft_member *member, bool ambiguous, bool *found)
{
    size_t at = ambiguous ? find_member(m, record, member, true, found) : 0;
    return ambiguous && *found ? at : find_member(m, record, member, false, found);
}

/* Notes what the type of an array comes to. */
static void note_type(struct merging *m, struct draft_member *member, struct str type)
{
    size_t i = 0;
    while (i < member->types.len && !str_eq(member->types.at[i].type, type)) {
        i++;
    }
    if (i == member->types.len) {
        VEC_PUSH(m->draft->arena, &member->types, (struct draft_type_in){.type = type});
    }
    config_set_add(&member->types.at[i].set, m->config);
}

static void insert_member(struct merging *m, struct draft_record *record, size_t at, struct draft_member *member)
{
    VEC_PUSH(m->draft->arena, &record->members, member);
    for (size_t i = record->members.len - 1; i > at; i--) {
        record->members.at[i] = record->members.at[i - 1];
    }
    record->members.at[at] = member;
}

static struct draft_record *new_record(struct draft *draft, const struct fact_record *fact)
{
    struct draft_record *record = ARENA_NEW(draft->arena, struct draft_record);
    *record = (struct draft_record){.is_union = fact->is_union,
                                    .has_tag = fact->has_tag,
                                    .name = fact->has_tag || !fact->outer ? fact->fact.name : STR(""),
                                    .off = fact->fact.off,
                                    .from = fact->fact.from,
                                    .to = fact->fact.to};
    return record;
}

/* The record that a member defines where it stands, or NULL. */
static const struct fact_record *inline_record(const struct fact_record *outer, const struct fact_member *member)
{
    const struct fact_record *record = innermost(member->type)->record;
    return record && record->outer == outer ? record : NULL;
}

static void merge_member(struct merging *m, struct draft_record *record, const struct fact_record *fact, size_t i,
                         uint32_t ordinal)
{
    struct arena *arena = m->draft->arena;
    const struct fact_member *from = &fact->members.at[i];
    const struct fact_record *inner = inline_record(fact, from);
    struct draft_member *member = ARENA_NEW(arena, struct draft_member);
    struct str length =
        from->type->kind == FACT_ARRAY ? length_after(arena, m->header, &from->fact) : (struct str){NULL, 0};
    *member = (struct draft_member){.name = from->fact.name,
                                    .off = from->fact.off,
                                    .ordinal = ordinal,
                                    .is_bits = from->is_bits,
                                    .bits = from->bits,
                                    .fact = from};
    if (inner) {
        member->inner = new_record(m->draft, inner);
        member->joined = i > 0 && inline_record(fact, &fact->members.at[i - 1]) == inner;
        if (from->type->kind == FACT_ARRAY) {
            member->inner_length =
                length.ptr && length.len ? length : str_printf(arena, "%llu", (unsigned long long)from->type->count);
        }
    } else {
        member->type = type_here(m, from->type, from->is_aligned, &from->fact);
        split_length(m, member, length);
    }
    bool found;
    size_t at = place_member(m, record, member, !inner && is_ambiguous(from->type), &found);
    struct str type = member->type;
    if (found) {
        member = record->members.at[at];
    } else {
        insert_member(m, record, at, member);
    }
    config_set_add(&member->set, m->config);
    if (member->length.len) {
        note_type(m, member, type);
    }
    if (inner && !member->joined) {
        merge_record(m, member->inner, inner);
    }
}

static void merge_record(struct merging *m, struct draft_record *record, const struct fact_record *fact)
{
    config_set_add(&record->set, m->config);
    uint32_t ordinal = 0;
    for (size_t i = 0; i < fact->members.len; i++) {
        bool same = i > 0 && fact->members.at[i].fact.off == fact->members.at[i - 1].fact.off;
        ordinal = same ? ordinal + 1 : 0;
        merge_member(m, record, fact, i, ordinal);
    }
}

/* Whether some member of the record around defines it where it stands. */
static bool is_inline(const struct fact_record *fact)
{
    for (size_t i = 0; fact->outer && i < fact->outer->members.len; i++) {
        if (inline_record(fact->outer, &fact->outer->members.at[i]) == fact) {
            return true;
        }
    }
    return false;
}

/* The typedef of that name, if it stands for just this record or enum. */
static bool has_typedef(const struct facts *facts, struct str name, enum fact_type_kind kind)
{
    for (const struct fact_typedef *at = map_get(&facts->typedef_names, name); at;
         at = (const struct fact_typedef *)at->fact.another) {
        if (at->type->kind == kind && str_eq(at->type->name, name)) {
            return true;
        }
    }
    return false;
}

/* How C gets what may have a tag, a typedef of its name, or both. */
static const char *form_of(const struct facts *facts, const struct fact *fact, bool has_tag, enum fact_type_kind kind)
{
    return !has_tag ? "typedef" : has_typedef(facts, fact->name, kind) ? "both" : NULL;
}

static void merge_records(struct merging *m)
{
    for (size_t i = 0; i < m->facts->records.len; i++) {
        const struct fact_record *fact = m->facts->records.at[i];
        if (fact->fact.header != m->header->header || !fact->fact.name.len || is_inline(fact) ||
            str_starts(fact->fact.name, FACT_HANDLE_PREFIX)) {
            continue;
        }
        const char *form = form_of(m->facts, &fact->fact, fact->has_tag, FACT_RECORD);
        struct str key = str_printf(m->draft->arena, "r%u %.*s %d %s", fact->fact.off, STR_ARG(fact->fact.name),
                                    fact->is_union, form ? form : "");
        struct draft_item *item = draft_item(m->draft, m->header, ITEM_RECORD, &fact->fact, key, m->config);
        item->form = form;
        if (!item->record) {
            item->record = new_record(m->draft, fact);
        }
        merge_record(m, item->record, fact);
    }
}

/* The expression that an enumerator is given in the header; empty for none. */
static struct str enumerator_text(const struct merging *m, const struct fact *fact)
{
    struct str text = m->header->header->source.text;
    uint32_t at = fact->off + fact->len;
    if (fact->from_macro || fact->to > text.len || at >= fact->to) {
        return (struct str){"", 0};
    }
    struct str rest = text_plain(m->draft->arena, (struct str){text.ptr + at, fact->to - at}, true);
    while (rest.len && (rest.ptr[0] == ' ' || rest.ptr[0] == '=')) {
        rest = (struct str){rest.ptr + 1, rest.len - 1};
    }
    return rest;
}

static void merge_variant(struct merging *m, struct draft_item *item, const struct fact_constant *fact,
                          uint32_t ordinal)
{
    struct draft_variant variant = {.name = fact->fact.name,
                                    .off = fact->fact.off,
                                    .ordinal = ordinal,
                                    .value = fact->value,
                                    .is_negative = fact->is_signed && fact->value > INT64_MAX};
    size_t i = 0;
    for (; i < item->variants.len; i++) {
        struct draft_variant *at = item->variants.at[i];
        if (at->off == variant.off && str_eq(at->name, variant.name) && at->value == variant.value) {
            config_set_add(&at->set, m->config);
            return;
        }
        if (at->off > variant.off || (at->off == variant.off && at->ordinal > variant.ordinal)) {
            break;
        }
    }
    variant.expr = enumerator_text(m, &fact->fact);
    struct draft_variant *kept = ARENA_NEW(m->draft->arena, struct draft_variant);
    *kept = variant;
    config_set_add(&kept->set, m->config);
    VEC_PUSH(m->draft->arena, &item->variants, kept);
    for (size_t k = item->variants.len - 1; k > i; k--) {
        item->variants.at[k] = item->variants.at[k - 1];
    }
    item->variants.at[i] = kept;
}

/* A name for an enum that has none. */
static struct str enum_name(const struct merging *m, const struct draft_item *item)
{
    struct str last = m->header->folder;
    for (size_t i = 0; i < m->header->folder.len; i++) {
        if (m->header->folder.ptr[i] == '/') {
            last = (struct str){m->header->folder.ptr + i + 1, m->header->folder.len - i - 1};
        }
    }
    struct buf out = buf_new(m->draft->arena);
    for (size_t i = 0; i < last.len; i++) {
        buf_char(&out, last.ptr[i] == '-' || last.ptr[i] == '.' ? '_' : last.ptr[i]);
    }
    struct position at = source_position(m->draft->arena, &item->header->source, item->off);
    buf_printf(&out, "_enum_%u", at.line);
    return buf_view(&out);
}

static void merge_enums(struct merging *m)
{
    for (size_t i = 0; i < m->facts->enums.len; i++) {
        const struct fact_enum *fact = m->facts->enums.at[i];
        if (fact->fact.header != m->header->header) {
            continue;
        }
        const char *form =
            !fact->fact.name.len ? "anonymous" : form_of(m->facts, &fact->fact, fact->has_tag, FACT_ENUM);
        struct str key =
            str_printf(m->draft->arena, "e%u %.*s %s", fact->fact.off, STR_ARG(fact->fact.name), form ? form : "");
        struct draft_item *item = draft_item(m->draft, m->header, ITEM_ENUM, &fact->fact, key, m->config);
        item->form = form ? form : "enum";
        if (!item->name.len) {
            item->name = enum_name(m, item);
        }
        item->type = STR("u32");
        uint32_t ordinal = 0;
        for (size_t c = 0; c < m->facts->constants.len; c++) {
            if (m->facts->constants.at[c]->enumeration == fact) {
                merge_variant(m, item, m->facts->constants.at[c], ordinal++);
            }
        }
    }
}

/* The arguments of a macro call at a place, blanks removed; false if there is none with that name. */
static bool handle_call(const struct merging *m, const struct fact *fact, struct str *name, struct str *type)
{
    struct str text = m->header->header->source.text;
    static const char *const calls[] = {"DEFINE_XEN_GUEST_HANDLE", "__DEFINE_XEN_GUEST_HANDLE"};
    size_t i = fact->off, len = 0;
    while (i + len < text.len && is_word(text.ptr[i + len])) {
        len++;
    }
    struct str call = {text.ptr + i, len};
    i += len;
    while (i < text.len && text.ptr[i] == ' ') {
        i++;
    }
    if ((!str_is(call, calls[0]) && !str_is(call, calls[1])) || i == text.len || text.ptr[i] != '(') {
        return false;
    }
    const char *close = memchr(text.ptr + i, ')', text.len - i);
    struct str inside = {text.ptr + i + 1, close ? (size_t)(close - text.ptr) - i - 1 : 0};
    inside = text_plain(m->draft->arena, inside, true);
    const char *comma = inside.len ? memchr(inside.ptr, ',', inside.len) : NULL;
    *name = (struct str){inside.ptr, comma ? (size_t)(comma - inside.ptr) : inside.len};
    *type = (struct str){comma ? comma + 1 : inside.ptr, comma ? (size_t)(inside.ptr + inside.len - comma - 1) : 0};
    while (name->len && name->ptr[name->len - 1] == ' ') {
        name->len--;
    }
    while (type->len && type->ptr[0] == ' ') {
        *type = (struct str){type->ptr + 1, type->len - 1};
    }
    return name->len != 0;
}

static void merge_handle(struct merging *m, const struct fact_typedef *fact)
{
    struct str name, type;
    if (!handle_call(m, &fact->fact, &name, &type)) {
        return; /* it is one that another macro makes */
    }
    /* One call makes several types: one to what may be written, one to what is const, each maybe of two widths. */
    struct str word = {fact->fact.name.ptr + sizeof FACT_HANDLE_PREFIX - 1,
                       fact->fact.name.len - (sizeof FACT_HANDLE_PREFIX - 1)};
    struct str target = {"", 0};
    if (type.len && str_eq(word, name) && fact->type->of) {
        target = draft_type(m->draft, fact->type->of, false);
    } else if (type.len) {
        return;
    }
    struct str key = str_printf(m->draft->arena, "h%u %.*s", fact->fact.off, STR_ARG(name));
    struct draft_item *item = draft_item(m->draft, m->header, ITEM_HANDLE, &fact->fact, key, m->config);
    item->name = name;
    item->type = target;
}

/* Whether a typedef is the only name of what has no tag. */
static bool stands_for_itself(const struct fact_typedef *fact)
{
    struct str spelling = fact->type->spelling;
    const char *blank = spelling.len ? memchr(spelling.ptr, ' ', spelling.len) : NULL;
    if (blank && !memchr(spelling.ptr, '(', spelling.len)) {
        spelling = (struct str){blank + 1, (size_t)(spelling.ptr + spelling.len - blank - 1)}; /* without "struct" */
    }
    return !fact->type->name.len &&
           (str_eq(spelling, fact->fact.name) || (spelling.len && memchr(spelling.ptr, '(', spelling.len)));
}

static void merge_typedefs(struct merging *m)
{
    struct arena *arena = m->draft->arena;
    for (size_t i = 0; i < m->facts->typedefs.len; i++) {
        const struct fact_typedef *fact = m->facts->typedefs.at[i];
        if (fact->fact.header != m->header->header) {
            continue;
        }
        if (str_starts(fact->fact.name, FACT_HANDLE_PREFIX)) {
            merge_handle(m, fact);
            continue;
        }
        enum fact_type_kind kind = fact->type->kind;
        bool is_tagged = kind == FACT_RECORD || kind == FACT_ENUM;
        if (is_tagged && (str_eq(fact->type->name, fact->fact.name) || stands_for_itself(fact))) {
            continue; /* the record's or enum's own form says it */
        }
        struct str type = type_here(m, fact->type, fact->is_aligned, &fact->fact);
        struct str key =
            str_printf(arena, "t%u %.*s %.*s", fact->fact.off, STR_ARG(fact->fact.name), STR_ARG(blurred(arena, type)));
        struct draft_item *item = draft_item(m->draft, m->header, ITEM_TYPEDEF, &fact->fact, key, m->config);
        if (!item->type.len || abi_tells(config_abi(m->config))) {
            item->type = type;
        }
        if (!type.len) {
            item->kind = ITEM_DROPPED;
            item->reason = "the language has no words for this type";
        }
    }
}

/* Marks members that share a name with another one. What stands around them is marked, too. */
static bool mark_members(struct draft *draft, struct draft_record *record, struct map *names)
{
    bool any = false;
    for (size_t i = 0; i < record->members.len; i++) {
        struct draft_member *member = record->members.at[i];
        if (member->inner && !member->name.len) {
            member->exact = mark_members(draft, member->inner, names) || member->exact;
        } else if (member->name.len) {
            struct draft_member *other = map_add(names, member->name, member);
            if (other) {
                other->exact = member->exact = true;
            }
        }
        any = any || member->exact;
    }
    return any;
}

static void mark_record(struct draft *draft, struct draft_record *record)
{
    struct map names = map_new(draft->arena);
    mark_members(draft, record, &names);
    names = map_new(draft->arena);
    mark_members(draft, record, &names); /* those whose other one was found later */
    for (size_t i = 0; i < record->members.len; i++) {
        if (record->members.at[i]->inner && record->members.at[i]->name.len && !record->members.at[i]->joined) {
            mark_record(draft, record->members.at[i]->inner);
        }
    }
}

static int compare_items(const void *a, const void *b)
{
    const struct draft_item *x = *(struct draft_item *const *)a, *y = *(struct draft_item *const *)b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    bool x_outer = x->kind == ITEM_RECORD && x->at == x->from, y_outer = y->kind == ITEM_RECORD && y->at == y->from;
    if (x_outer != y_outer) {
        return x_outer - y_outer;
    }
    return x->off != y->off ? (x->off < y->off ? -1 : 1) : (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* Into the order of the header; what stands in a record comes before it, for the record may need it. */
static void sort_items(struct draft_header *header)
{
    for (size_t i = 0; i < header->items.len; i++) {
        struct draft_item *outer = header->items.at[i];
        if (outer->kind != ITEM_RECORD || outer->from_macro) {
            continue;
        }
        outer->at = outer->at == outer->off ? outer->from : outer->at;
        for (size_t k = 0; k < header->items.len; k++) {
            struct draft_item *item = header->items.at[k];
            bool is_inside = item->off > outer->from && item->off < outer->to && item != outer;
            if (is_inside && (item->kind != ITEM_RECORD || item->from > outer->from) && item->to <= outer->to) {
                item->at = outer->from < item->at ? outer->from : item->at;
            }
        }
    }
    if (header->items.len) {
        qsort(header->items.at, header->items.len, sizeof *header->items.at, compare_items);
    }
}

/* The configurations that a header could be there in, and those in which it says whether something is. */
static void find_configs(struct draft *draft, struct draft_header *header)
{
    enum arch arch = arch_of_folder(header->folder);
    abi_set of_folder = arch == ARCH_COUNT ? ABI_ALL : archs[arch].abis;
    for (unsigned config = 0; config < draft->samples_len * ABI_COUNT; config++) {
        abi_set bit = ABI_BIT(config_abi(config));
        if (!(of_folder & bit)) {
            continue;
        }
        config_set_add(&header->all, config);
        bool is_read = draft_facts(draft, config, header->header) != NULL;
        if (is_read) {
            config_set_add(&header->read, config);
        }
        if (is_read || !(header->header->abis & bit)) {
            config_set_add(&header->among, config);
        }
    }
}

/* Configurations whose ABI tells types apart come first, so that the others can follow them. */
static void merge_configs(struct draft *draft, struct draft_header *header, bool telling)
{
    for (unsigned config = 0; config < draft->samples_len * ABI_COUNT; config++) {
        const struct facts *facts = draft_facts(draft, config, header->header);
        if (facts && abi_tells(config_abi(config)) == telling) {
            struct merging m = {draft, header, facts, config};
            merge_records(&m);
            merge_enums(&m);
            merge_typedefs(&m);
        }
    }
}

static char yes; /* what a map holds under a name that is in it */

static void know_typedefs(struct draft *draft, const struct header *header)
{
    for (unsigned config = 0; config < draft->samples_len * ABI_COUNT; config++) {
        const struct facts *facts = draft_facts(draft, config, header);
        for (size_t i = 0; facts && i < facts->typedefs.len; i++) {
            map_add(&draft->typedefs, facts->typedefs.at[i]->fact.name, &yes);
        }
    }
}

void draft_merge(struct draft *draft)
{
    for (size_t h = 0; h < draft->headers->list.len; h++) {
        know_typedefs(draft, draft->headers->list.at[h]);
    }
    for (size_t h = 0; h < draft->headers->list.len; h++) {
        struct draft_header *header = ARENA_NEW(draft->arena, struct draft_header);
        header->header = draft->headers->list.at[h];
        header->folder = header->header->name;
        header->folder.len -= 2; /* ".h" */
        header->by_key = map_new(draft->arena);
        header->lines = header->header->lines;
        find_configs(draft, header);
        merge_configs(draft, header, true);
        merge_configs(draft, header, false);
        draft_merge_text(draft, header);
        for (size_t i = 0; i < header->items.len; i++) {
            if (header->items.at[i]->record) {
                mark_record(draft, header->items.at[i]->record);
            }
        }
        VEC_PUSH(draft->arena, &draft->list, header);
    }
    for (size_t h = 0; h < draft->list.len; h++) {
        draft_split_text(draft, draft->list.at[h]);
        sort_items(draft->list.at[h]);
    }
}
