/* What belongs together: constants with the member that they are for, members of a union with the tag's value. */
#include "clang/import_draft.h"

#include <string.h>

struct relating {
    struct draft *draft;
    struct draft_header *header;
    struct draft_item *record;
};

/* The members of a record around a place: the last one before it, and the first one after it. */
struct neighbours {
    struct draft_member *before, *after;
};

static void look_around(const struct draft_record *record, uint32_t off, struct neighbours *found)
{
    for (size_t i = 0; i < record->members.len; i++) {
        struct draft_member *member = record->members.at[i];
        if (!member->name.len || member->joined) {
            continue;
        }
        if (member->inner && member->inner->from < off && member->inner->to > off) {
            *found = (struct neighbours){NULL, NULL};
            look_around(member->inner, off, found);
            return;
        }
        if (member->off < off) {
            found->before = member;
        } else if (!found->after) {
            found->after = member;
        }
    }
}

/* Whether an empty line stands in a part of the header. */
static bool has_gap(const struct relating *r, uint32_t from, uint32_t to)
{
    struct str text = r->header->header->source.text;
    unsigned ends = 0;
    for (uint32_t i = from; i < to && i < text.len; i++) {
        char c = text.ptr[i];
        ends = c == '\n' ? ends + 1 : c == ' ' || c == '\t' || c == '\r' ? ends : 0;
        if (ends > 1) {
            return true;
        }
    }
    return false;
}

/* Whether a member is an integer that constants can be the values of. */
static bool holds_number(const struct draft_member *member)
{
    struct str type = member->type;
    bool is_short = type.len >= 2 && (type.ptr[0] == 'u' || type.ptr[0] == 'i') && ascii_is_digit(type.ptr[1]);
    return !member->length.len && type.len && !memchr(type.ptr, '[', type.len) &&
           (is_short || str_starts(type, "uint") || str_starts(type, "int"));
}

/* Takes the next word, up to a `_`, off a name. */
static struct str take_word(struct str *name)
{
    size_t len = 0, skip = 0;
    while (skip < name->len && name->ptr[skip] == '_') {
        skip++;
    }
    while (skip + len < name->len && name->ptr[skip + len] != '_') {
        len++;
    }
    struct str word = {name->ptr + skip, len};
    *name = (struct str){name->ptr + skip + len, name->len - skip - len};
    return word;
}

static bool same_word(struct str a, struct str b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; i < a.len && same; i++) {
        same = ascii_to_lower(a.ptr[i]) == ascii_to_lower(b.ptr[i]);
    }
    return same;
}

/* Whether the name of a constant has a word of a member's name that is no small one. */
static bool shares_word(struct str constant, struct str member)
{
    while (member.len) {
        struct str word = take_word(&member), rest = constant;
        while (word.len > 2 && rest.len) {
            if (same_word(take_word(&rest), word)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether a member is there for what it takes up. */
static bool is_padding(const struct draft_member *member)
{
    static const char *const beginnings[] = {"pad", "_pad", "__pad", "rsvd", "_rsvd", "reserved", "_reserved", "mbz"};
    bool found = false;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        found = found || str_starts(member->name, beginnings[i]);
    }
    return found;
}

/* Whether a name has one of some words. */
static bool has_word(struct str name, const char *const *words, size_t len)
{
    bool found = false;
    while (name.len) {
        struct str word = take_word(&name);
        for (size_t i = 0; i < len; i++) {
            found = found || str_is(word, words[i]);
        }
    }
    return found;
}

/* Whether a member's name says that it holds bits. */
static bool is_flags_name(struct str name)
{
    static const char *const words[] = {"flag", "flags", "opt", "opts", "options", "features", "caps", "capabilities"};
    return has_word(name, words, sizeof words / sizeof *words);
}

/* Whether a constant is a bit, or the number of one. */
static bool is_bit(const struct draft_item *constant)
{
    bool shifts = *constant->name.ptr == '_';
    for (size_t i = 0; i + 1 < constant->text.len; i++) {
        shifts = shifts || (constant->text.ptr[i] == '<' && constant->text.ptr[i + 1] == '<');
    }
    return shifts;
}

/* The member that a constant in a record is for: the one before it, unless it clearly goes with the next one. */
static struct draft_member *member_for(const struct relating *r, const struct draft_item *constant)
{
    struct neighbours found = {NULL, NULL};
    look_around(r->record->record, constant->off, &found);
    if (!found.before || !found.after) {
        return found.before ? found.before : found.after;
    }
    bool before = holds_number(found.before) && !is_padding(found.before);
    bool after = holds_number(found.after) && !is_padding(found.after);
    if (before != after) {
        return before ? found.before : found.after;
    }
    bool named_before = shares_word(constant->name, found.before->name);
    bool named_after = shares_word(constant->name, found.after->name);
    if (named_before == named_after && is_bit(constant)) {
        named_before = is_flags_name(found.before->name);
        named_after = is_flags_name(found.after->name);
    }
    if (named_before != named_after) {
        return named_before ? found.before : found.after;
    }
    bool apart = has_gap(r, found.before->off, constant->off) && !has_gap(r, constant->to, found.after->off);
    return apart ? found.after : found.before;
}

static void relate_constants(const struct relating *r)
{
    for (size_t i = 0; i < r->header->items.len; i++) {
        struct draft_item *item = r->header->items.at[i];
        if (item->kind == ITEM_CONSTANT && !item->is_flexible && item->off > r->record->from &&
            item->off < r->record->to) {
            item->for_member = member_for(r, item);
            item->for_record = item->for_member ? r->record : NULL;
            r->record->has_relations = r->record->has_relations || item->for_member;
        }
    }
}

/* Whether `name` is `prefix` and then `word`, case ignored. */
static bool is_named_after(struct str name, struct str prefix, struct str word)
{
    if (name.len != prefix.len + word.len || memcmp(name.ptr, prefix.ptr, prefix.len) != 0) {
        return false;
    }
    for (size_t i = 0; i < word.len; i++) {
        if (ascii_to_lower(name.ptr[prefix.len + i]) != ascii_to_lower(word.ptr[i])) {
            return false;
        }
    }
    return true;
}

/* What constants for a tag are named with before the names of a union's members. */
struct claim {
    const struct draft_member *tag;
    const struct draft_member *holder; /* the member that the constants are for: the tag, or none */
    struct str prefix;
    size_t matches;
};

/* The constant for a member that is `prefix` and the name of another one, or NULL. */
static const struct draft_item *constant_for(const struct relating *r, const struct claim *claim, struct str word)
{
    for (size_t i = 0; i < r->header->items.len; i++) {
        const struct draft_item *item = r->header->items.at[i];
        if (item->kind == ITEM_CONSTANT && item->for_member == claim->holder &&
            is_named_after(item->name, claim->prefix, word)) {
            return item;
        }
    }
    return NULL;
}

static void try_prefix(const struct relating *r, const struct draft_record *record, struct claim claim,
                       struct claim *best)
{
    for (size_t i = 0; i < record->members.len; i++) {
        claim.matches +=
            record->members.at[i]->name.len && constant_for(r, &claim, record->members.at[i]->name) != NULL;
    }
    *best = claim.matches > best->matches ? claim : *best;
}

/* The best claim of one possible tag on a union. */
static void try_tag(const struct relating *r, const struct draft_record *record, struct claim claim, struct claim *best)
{
    for (size_t i = 0; i < r->header->items.len; i++) {
        const struct draft_item *item = r->header->items.at[i];
        bool fits = item->kind == ITEM_CONSTANT && item->for_member == claim.holder;
        for (size_t k = 0; fits && k < record->members.len; k++) {
            struct str word = record->members.at[k]->name;
            struct str prefix = {item->name.ptr, item->name.len > word.len ? item->name.len - word.len : 0};
            if (word.len && prefix.len && prefix.ptr[prefix.len - 1] == '_' &&
                is_named_after(item->name, prefix, word)) {
                claim.prefix = prefix;
                try_prefix(r, record, claim, best);
            }
        }
    }
}

/* Whether a member's name says that it tells others apart. */
static bool is_tag_name(struct str name)
{
    static const char *const words[] = {"cmd",  "op",       "operation", "type", "reason",
                                        "mode", "function", "event",     "kind"};
    return has_word(name, words, sizeof words / sizeof *words);
}

static bool may_be_tag(const struct draft_member *member, const struct draft_member *of)
{
    return member != of && member->name.len && !member->inner && !member->is_bits && !member->length.len &&
           !memchr(member->type.ptr, '[', member->type.len);
}

static void try_siblings(const struct relating *r, const struct draft_record *around, const struct draft_member *of,
                         struct claim *best)
{
    for (size_t i = 0; around && !around->is_union && i < around->members.len; i++) {
        const struct draft_member *tag = around->members.at[i];
        if (may_be_tag(tag, of)) {
            try_tag(r, of->inner, (struct claim){.tag = tag, .holder = tag}, best);
        }
    }
    /* Constants that stand apart from any record say so only by their names: one that fits may do so by chance. */
    struct claim apart = {.matches = 1};
    for (size_t i = 0; !best->matches && around && !around->is_union && i < around->members.len; i++) {
        const struct draft_member *tag = around->members.at[i];
        if (may_be_tag(tag, of) && is_tag_name(tag->name)) {
            try_tag(r, of->inner, (struct claim){.tag = tag}, &apart);
        }
    }
    *best = apart.tag ? apart : *best;
}

/* A union within a record, and how it is read. */
static void relate_union(const struct relating *r, struct draft_member *member, const struct draft_record *around,
                         const struct draft_record *outer)
{
    struct claim best = {.matches = 0};
    try_siblings(r, around, member, &best);
    bool is_outer = !best.matches && member->name.len;
    if (is_outer) {
        try_siblings(r, outer, member, &best);
    }
    if (!best.matches) {
        return;
    }
    member->inner->tag = str_printf(r->draft->arena, "%s%.*s", is_outer ? "../" : "", STR_ARG(best.tag->name));
    for (size_t i = 0; i < member->inner->members.len; i++) {
        struct draft_member *at = member->inner->members.at[i];
        const struct draft_item *constant = at->name.len ? constant_for(r, &best, at->name) : NULL;
        if (constant) {
            VEC_PUSH(r->draft->arena, &at->cases, constant->name);
        }
    }
    r->record->has_relations = true;
}

static void relate_unions(const struct relating *r, const struct draft_record *record, const struct draft_record *outer)
{
    for (size_t i = 0; i < record->members.len; i++) {
        struct draft_member *member = record->members.at[i];
        if (!member->inner || member->joined) {
            continue;
        }
        if (member->inner->is_union && !record->is_union) {
            relate_union(r, member, record, outer);
        }
        relate_unions(r, member->inner, record->is_union ? outer : record);
    }
}

void draft_relate(struct draft *draft)
{
    for (size_t h = 0; h < draft->list.len; h++) {
        for (size_t i = 0; i < draft->list.at[h]->items.len; i++) {
            struct relating r = {draft, draft->list.at[h], draft->list.at[h]->items.at[i]};
            if (r.record->kind == ITEM_RECORD && !r.record->from_macro) {
                relate_constants(&r);
                relate_unions(&r, r.record->record, NULL);
            }
        }
    }
}
