#include "witness/places.h"

#include <string.h>

/* A header that names something. */
struct mention {
    const struct header *header;
    bool defines;
};

struct mentions {
    VEC(struct mention) list; /* each header once */
};

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether `word` ends just before `at`, blanks apart. */
static bool follows_word(struct str text, size_t at, const char *word)
{
    size_t len = strlen(word);
    while (at && is_blank(text.ptr[at - 1])) {
        at--;
    }
    return at >= len && memcmp(text.ptr + at - len, word, len) == 0 && (at == len || !is_word(text.ptr[at - len - 1]));
}

/* Whether the name at a place looks like one that is defined there, rather than used. */
static bool is_definition(struct str text, size_t at, size_t len)
{
    size_t end = at + len;
    while (end < text.len && is_blank(text.ptr[end])) {
        end++;
    }
    char next = end < text.len ? text.ptr[end] : 0;
    bool is_tag = follows_word(text, at, "struct") || follows_word(text, at, "union");
    bool is_enumerator = next == '=' || next == ',' || next == '}';
    bool is_handle = next == ')' && at && text.ptr[at - 1] == '(';
    return follows_word(text, at, "define") || (is_tag ? next == '{' : next == ';' || next == '[') || is_enumerator ||
           is_handle;
}

static void scan(struct places *places, const struct header *header)
{
    struct str text = header->source.text;
    for (size_t i = 0; i < text.len;) {
        size_t len = 0;
        while (i + len < text.len && is_word(text.ptr[i + len])) {
            len++;
        }
        struct mentions *mentions = len ? map_get(&places->by_name, (struct str){text.ptr + i, len}) : NULL;
        if (mentions) {
            size_t last = mentions->list.len;
            if (!last || mentions->list.at[last - 1].header != header) {
                VEC_PUSH(places->arena, &mentions->list, (struct mention){.header = header});
                last++;
            }
            struct mention *mention = &mentions->list.at[last - 1];
            mention->defines = mention->defines || is_definition(text, i, len);
        }
        i += len ? len : 1;
    }
}

static void add_name(struct places *places, struct str name)
{
    if (name.len && !map_get(&places->by_name, name)) {
        map_add(&places->by_name, name, ARENA_NEW(places->arena, struct mentions));
    }
}

static void add_names(struct places *places, const struct spec *spec, const struct def *def)
{
    add_name(places, def->name.s);
    for (unsigned config = 0; config < spec_configs(spec); config++) {
        if (def_exists(def, config)) {
            struct constants constants = {0};
            constants_of(places->arena, def, config, &constants);
            for (size_t i = 0; i < constants.list.len; i++) {
                add_name(places, constants.list.at[i].name);
            }
        }
    }
}

struct places places_find(struct arena *arena, const struct spec *spec, const struct headers *headers)
{
    struct places places = {.arena = arena, .headers = headers, .by_name = map_new(arena)};
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            add_names(&places, spec, spec->folders.at[f]->defs.at[d]);
        }
    }
    for (size_t h = 0; h < headers->list.len; h++) {
        scan(&places, headers->list.at[h]);
    }
    return places;
}

struct place_list places_of(const struct places *places, const struct folder *folder, struct str name, enum abi abi)
{
    struct place_list out = {0};
    const struct header *whole =
        folder->header.given
            ? map_get(&places->headers->by_name, str_printf(places->arena, "%.*s.h", STR_ARG(folder->name)))
            : NULL;
    if (whole) {
        VEC_PUSH(places->arena, &out.list, whole);
        return out;
    }
    const struct mentions *mentions = map_get(&places->by_name, name);
    for (int defining = 1; mentions && defining >= 0 && !out.list.len; defining--) {
        for (size_t i = 0; i < mentions->list.len; i++) {
            const struct mention *mention = &mentions->list.at[i];
            if (mention->defines == defining && (mention->header->abis & ABI_BIT(abi))) {
                VEC_PUSH(places->arena, &out.list, mention->header);
            }
        }
    }
    return out;
}
