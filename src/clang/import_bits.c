/* Bits and their masks: constants for a member that are pairs of `_X n` and `X (1U << _X)` make a bitmap of it. */
#include "clang/import_draft.h"

#include <string.h>

/* A bitmap of fewer pairs would say little. */
#define BITMAP_PAIRS_MIN 2

struct collecting {
    struct draft *draft;
    struct draft_header *header;
    struct draft_item *record;
};

/* A mask as the header writes it. */
struct mask {
    struct str suffix; /* of the 1 that is shifted: "U" */
    struct str shift;  /* a number or a name */
};

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static struct str take(struct str *rest)
{
    while (rest->len && (*rest->ptr == ' ' || *rest->ptr == '\t')) {
        *rest = (struct str){rest->ptr + 1, rest->len - 1};
    }
    size_t len = rest->len != 0;
    while (len && is_word(*rest->ptr) && len < rest->len && is_word(rest->ptr[len])) {
        len++;
    }
    struct str token = {rest->ptr, len};
    *rest = (struct str){rest->ptr + len, rest->len - len};
    return token;
}

/* Reads "(1U << _X)" or "1 << 3". */
static bool mask_read(struct str text, struct mask *mask)
{
    struct str one = take(&text);
    bool open = str_is(one, "(");
    one = open ? take(&text) : one;
    if (!one.len || *one.ptr != '1' || !str_is(take(&text), "<") || !text.len || *text.ptr != '<') {
        return false;
    }
    (void)take(&text);
    mask->suffix = (struct str){one.ptr + 1, one.len - 1};
    mask->shift = take(&text);
    bool closed = !open || str_is(take(&text), ")");
    bool is_suffix =
        !mask->suffix.len || str_is(mask->suffix, "U") || str_is(mask->suffix, "UL") || str_is(mask->suffix, "ULL");
    return closed && is_suffix && mask->shift.len && is_word(*mask->shift.ptr) && !take(&text).len;
}

/* Whether a constant is there where its record is, and has one value. */
static bool is_steady(const struct collecting *c, const struct draft_item *item)
{
    return item->values.len == 1 && item->values.at[0].fact->kind == FACT_VALUE_INTEGER &&
           memcmp(&item->set, &c->record->set, sizeof item->set) == 0;
}

static struct draft_item *number_of(const struct collecting *c, const struct draft_member *member, struct str name)
{
    for (size_t i = 0; i < c->header->items.len; i++) {
        struct draft_item *item = c->header->items.at[i];
        if (item->kind == ITEM_CONSTANT && item->for_member == member && str_eq(item->name, name)) {
            return is_steady(c, item) ? item : NULL;
        }
    }
    return NULL;
}

static bool is_number_for(struct str number, struct str name)
{
    return number.len == name.len + 1 && *number.ptr == '_' && memcmp(number.ptr + 1, name.ptr, name.len) == 0;
}

/* The bit that a constant is the mask of; false if it is none. */
static bool bit_of(const struct collecting *c, const struct draft_member *member, struct draft_item *item,
                   struct draft_bit *bit, struct str *suffix)
{
    struct mask mask;
    if (item->kind != ITEM_CONSTANT || item->for_member != member || !is_steady(c, item) ||
        !mask_read(item->text, &mask)) {
        return false;
    }
    *bit = (struct draft_bit){.mask = item};
    *suffix = mask.suffix;
    uint64_t value = item->values.at[0].fact->value & UINT32_MAX;
    if (!value || (value & (value - 1))) {
        return false;
    }
    while (value >> bit->shift != 1) {
        bit->shift++;
    }
    if (ascii_is_digit(*mask.shift.ptr)) {
        return true;
    }
    bit->number = is_number_for(mask.shift, item->name) ? number_of(c, member, mask.shift) : NULL;
    return bit->number && bit->number->values.at[0].fact->value == bit->shift;
}

/* What the names of all bits begin with, up to a `_` after which each goes on with a letter. */
static struct str prefix_of(const struct draft_bitmap *bitmap)
{
    struct str prefix = bitmap->bits.at[0].mask->name;
    for (size_t i = 0; i < bitmap->bits.len; i++) {
        struct str name = bitmap->bits.at[i].mask->name;
        size_t same = 0;
        while (same < prefix.len && same < name.len && prefix.ptr[same] == name.ptr[same]) {
            same++;
        }
        prefix.len = same;
    }
    for (bool good = false; !good && prefix.len;) {
        while (prefix.len && prefix.ptr[prefix.len - 1] != '_') {
            prefix.len--;
        }
        good = true;
        for (size_t i = 0; i < bitmap->bits.len; i++) {
            struct str name = bitmap->bits.at[i].mask->name;
            good = good && name.len > prefix.len && ascii_is_alpha(name.ptr[prefix.len]);
        }
        prefix.len -= !good && prefix.len;
    }
    return prefix;
}

static void collect_member(const struct collecting *c, struct draft_member *member, struct str path)
{
    bool is_integer = str_is(member->type, "u8") || str_is(member->type, "u16") || str_is(member->type, "u32");
    if (!is_integer || member->is_bits || member->length.len || !member->name.len) {
        return;
    }
    struct draft_bitmap *bitmap = ARENA_NEW(c->draft->arena, struct draft_bitmap);
    size_t pairs = 0;
    for (size_t i = 0; i < c->header->items.len; i++) {
        struct draft_bit bit;
        struct str suffix;
        if (bit_of(c, member, c->header->items.at[i], &bit, &suffix) &&
            (!bitmap->bits.len || str_eq(suffix, bitmap->suffix))) {
            bitmap->suffix = suffix;
            pairs += bit.number != NULL;
            VEC_PUSH(c->draft->arena, &bitmap->bits, bit);
        }
    }
    bitmap->prefix = bitmap->bits.len ? prefix_of(bitmap) : (struct str){NULL, 0};
    if (pairs < BITMAP_PAIRS_MIN || !bitmap->prefix.len) {
        return;
    }
    bitmap->name = str_printf(c->draft->arena, "%.*s_%.*s", STR_ARG(path), STR_ARG(member->name));
    for (size_t i = 0; i < bitmap->bits.len; i++) {
        const struct draft_bit *bit = &bitmap->bits.at[i];
        bit->mask->in_bitmap = true;
        if (bit->number) {
            bit->number->in_bitmap = true;
        }
    }
    member->bitmap = bitmap;
}

static void collect(const struct collecting *c, struct draft_record *record, struct str path)
{
    for (size_t i = 0; i < record->members.len; i++) {
        struct draft_member *member = record->members.at[i];
        collect_member(c, member, path);
        if (member->inner && !member->joined) {
            collect(c, member->inner,
                    member->name.len ? str_printf(c->draft->arena, "%.*s_%.*s", STR_ARG(path), STR_ARG(member->name))
                                     : path);
        }
    }
}

void draft_find_bits(struct draft *draft)
{
    for (size_t h = 0; h < draft->list.len; h++) {
        for (size_t i = 0; i < draft->list.at[h]->items.len; i++) {
            struct collecting c = {draft, draft->list.at[h], draft->list.at[h]->items.at[i]};
            if (c.record->kind == ITEM_RECORD && c.record->has_relations) {
                collect(&c, c.record->record, c.record->name);
            }
        }
    }
}
