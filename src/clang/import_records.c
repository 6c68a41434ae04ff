/* Merging: records and their members. */
#include "clang/import_merge.h"

#include <assert.h>
#include <string.h>

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

struct str type_blurred(struct arena *arena, struct str type)
{
    static const char *const blurred[][2] = {{"handle64<", "handle<"}, {"u64", "uint64_t"}, {"i64", "int64_t"}};
    for (size_t i = 0; i < sizeof blurred / sizeof *blurred; i++) {
        size_t len = strlen(blurred[i][0]);
        if (str_starts(type, blurred[i][0])) {
            return str_printf(arena, "%s%.*s", blurred[i][1], (int)(type.len - len), type.ptr + len);
        }
    }
    return type;
}

bool abi_tells(enum abi abi)
{
    return abis[abi].u64_align != 8;
}

struct str type_here(const struct merging *m, const struct fact_type *type, bool is_aligned, const struct fact *fact)
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

/* A type's text less its first brackets, which `length` is going to fill. */
static void split_length(struct merging *m, struct draft_member *member, struct str length)
{
    struct str type = member->type;
    const char *open = type.len ? memchr(type.ptr, '[', type.len) : NULL;
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
                           str_eq(type_blurred(arena, a->type), type_blurred(arena, b->type))
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

struct draft_record *draft_record_new(struct draft *draft, const struct fact_record *fact)
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

const struct fact_record *inline_record(const struct fact_record *outer, const struct fact_member *member)
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
        member->inner = draft_record_new(m->draft, inner);
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
        assert(record->members.at);
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

void merge_record(struct merging *m, struct draft_record *record, const struct fact_record *fact)
{
    config_set_add(&record->set, m->config);
    uint32_t ordinal = 0;
    for (size_t i = 0; i < fact->members.len; i++) {
        bool same = i > 0 && fact->members.at[i].fact.off == fact->members.at[i - 1].fact.off;
        ordinal = same ? ordinal + 1 : 0;
        merge_member(m, record, fact, i, ordinal);
    }
}
