/*
 * Header text, read without libclang: lines for the preprocessor and their groups, text without comments, interface
 * versions, and where names are defined.
 */
#include "fuzz.h"

#include "witness/places.h"
#include "clang/facts.h"
#include "clang/lines.h"

#include <string.h>

/* Each line stands in the text, after the one before it. */
static void check_lines(struct str text, const struct lines *lines)
{
    uint32_t end = 0;
    for (size_t i = 0; i < lines->list.len; i++) {
        const struct line *line = &lines->list.at[i];
        REQUIRE(line->off >= end && line->off < line->end && line->end <= text.len && text.ptr[line->off] == '#');
        REQUIRE(line->rest.len == 0 ||
                (line->rest.ptr >= text.ptr && line->rest.ptr + line->rest.len <= text.ptr + line->end));
        REQUIRE(line->group == SIZE_MAX || line->group < lines->groups.len);
        end = line->end;
    }
    REQUIRE(lines->guard_group == SIZE_MAX || (lines->guard_group < lines->groups.len && lines->guard.len));
}

static void check_groups(struct str text, const struct lines *lines)
{
    for (size_t i = 0; i < lines->groups.len; i++) {
        const struct group *group = &lines->groups.at[i];
        REQUIRE(group->first <= group->last && group->last < lines->list.len);
        REQUIRE(group->off <= group->end && group->end <= text.len);
        REQUIRE(lines->list.at[group->first].kind == LINE_IF);
        if (group->parent != SIZE_MAX) {
            REQUIRE(group->parent < i);
            const struct group *parent = &lines->groups.at[group->parent];
            bool is_closed = lines->list.at[parent->last].kind == LINE_ENDIF;
            REQUIRE(parent->first < group->first && (!is_closed || group->last < parent->last));
            REQUIRE(parent->off < group->off && group->end <= parent->end);
        }
    }
}

/* No comment is left, and what is left is plain already. */
static void check_plain(struct arena *arena, struct str text, bool joined)
{
    struct str plain = text_plain(arena, text, joined);
    REQUIRE(plain.len <= text.len && (!joined || !plain.len || !memchr(plain.ptr, '\t', plain.len) ||
                                      memchr(plain.ptr, '"', plain.len) || memchr(plain.ptr, '\'', plain.len)));
    struct str without = text_without_comments(arena, text);
    REQUIRE(without.len <= text.len + 1);
}

static void check_places(struct arena *arena, struct str text)
{
    static const char spec[] = "[[structs]]\nname = \"a\"\nfields = [{ name = \"b\", type = \"u32\" }]\n[[enums]]\n"
                               "name = \"c\"\ntype = \"u32\"\nvariants = [{ name = \"x\", value = 1 }]\n";
    struct fuzz_files files = {0};
    VEC_PUSH(arena, &files.list, (struct fuzz_file){.path = STR("fuzz/a.toml"), .text = STR(spec)});
    struct pipeline p = fuzz_stages(arena, &files, 0);
    REQUIRE(p.diags.list.len == 0);
    struct header header = {.name = STR("fuzz.h"), .abis = ABI_ALL, .source = {.path = STR("fuzz.h"), .text = text}};
    struct headers headers = {.by_name = map_new(arena)};
    VEC_PUSH(arena, &headers.list, &header);
    map_add(&headers.by_name, header.name, &header);
    struct places places = places_find(arena, &p.spec, &headers);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct place_list list = places_of(&places, p.spec.folders.at[0], STR("a"), abi);
        REQUIRE(list.list.len <= 1 && (!list.list.len || memchr(text.ptr, 'a', text.len)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct str text = {(const char *)data, size};
    const struct lines *lines = lines_of(&arena, text);
    check_lines(text, lines);
    check_groups(text, lines);
    struct line_versions versions = {0};
    lines_versions(&arena, lines, &versions);
    for (size_t i = 0; i < lines->list.len && i < 20; i++) {
        check_plain(&arena, lines->list.at[i].rest, true);
    }
    check_plain(&arena, text, true);
    check_plain(&arena, text, false);
    check_places(&arena, text);
    arena_free(&arena);
    return 0;
}
