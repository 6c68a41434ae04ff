/* The house form of a spec: the same meaning, nothing new to find, and not another form the second time. */
#include "fuzz.h"

#include "spec/write.h"

/* The house form, or no text if there is something to find when the file is read. */
static struct str house_form(struct arena *arena, struct str text)
{
    struct source *source = ARENA_NEW(arena, struct source);
    *source = (struct source){.path = STR("fuzz/a.toml"), .text = text};
    struct diags diags = diags_new(arena);
    struct folder folder = {.name = STR("fuzz")};
    spec_read(arena, arena_child(arena), &folder, source->path, source, 0, &diags);
    struct buf out = buf_new(arena);
    if (diags.list.len == 0) {
        spec_write(&out, toml_parse(arena, source, TOML_1_1, &diags));
        return out.ptr ? buf_view(&out) : STR("");
    }
    return (struct str){NULL, 0};
}

/*
 * What was right is right, and what was not is not, but for the kinds of types that older dialects give and the house
 * form does not.
 */
static void compare_findings(const struct diags *before, const struct diags *after)
{
    REQUIRE(before->list.len || !after->list.len);
    for (size_t i = 0; i < before->list.len && !after->list.len; i++) {
        REQUIRE(before->list.at[i].rule == RULE_TYPE_KIND);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct fuzz_file one[2] = {{.path = STR("fuzz/a.toml"), .text = {(const char *)data, size}},
                               {.path = STR("fuzz/a.toml")}};
    one[1].text = house_form(&arena, one[0].text);
    if (one[1].text.ptr) {
        fuzz_plain(one[1].text, true);
        struct str again = house_form(&arena, one[1].text);
        REQUIRE(again.ptr && str_eq(again, one[1].text));
        struct pipeline found[2];
        struct str outputs[2];
        for (size_t i = 0; i < 2; i++) {
            struct fuzz_files files = {.list = {&one[i], 1, 1}};
            outputs[i] = fuzz_spec(&arena, &files, &found[i]);
        }
        compare_findings(&found[0].diags, &found[1].diags);
        REQUIRE(found[0].diags.list.len || str_eq(outputs[0], outputs[1]));
    }
    arena_free(&arena);
    return 0;
}
