/*
 * Type expressions: any text as the type of a member, as it is where it starts like a table or an array of TOML, as a
 * string otherwise. What is read is written, and that is read as the same again.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "spec/write.h"

/* The type that a value of TOML is read as, as the house form writes it; without a pointer after a finding. */
static struct str house_form(struct arena *arena, struct str value)
{
    struct buf text = buf_new(arena);
    buf_printf(&text, "[[structs]]\nname = \"s\"\nfields = [{ name = \"a\", type = %.*s }]\n", STR_ARG(value));
    struct source *source = ARENA_NEW(arena, struct source);
    *source = (struct source){.path = STR("fuzz/a.toml"), .text = buf_view(&text)};
    struct folder folder = {.name = STR("fuzz")};
    struct diags diags = diags_new(arena);
    spec_read(arena, arena_child(arena), &folder, source->path, source, 0, &diags);
    struct str form = {NULL, 0};
    if (diags.list.len == 0 && folder.defs.len == 1 && folder.defs.at[0]->fields.len == 1) {
        struct buf out = buf_new(arena);
        type_write(&out, folder.defs.at[0]->fields.at[0].type);
        form = buf_view(&out);
    }
    fuzz_findings(&diags);
    return form;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct str text = {(const char *)data, size};
    if (!str_starts(text, "{") && !str_starts(text, "[")) {
        struct buf quoted = buf_new(&arena);
        fuzz_quote(&quoted, text);
        text = buf_view(&quoted);
    }
    struct str form = house_form(&arena, text);
    if (form.ptr && !str_starts(form, "struct {") && !str_starts(form, "union {")) {
        struct buf quoted = buf_new(&arena);
        fuzz_quote(&quoted, form);
        struct str again = house_form(&arena, buf_view(&quoted));
        REQUIRE(again.ptr && str_eq(form, again));
    }
    struct fuzz_files files = {0};
    struct buf whole = buf_new(&arena);
    buf_printf(
        &whole,
        "[[typedefs]]\nname = \"t\"\ntype = \"u32\"\n[[structs]]\nname = \"s\"\nfields = [{ name = \"a\", type = "
        "%.*s }]\n",
        STR_ARG(text));
    VEC_PUSH(&arena, &files.list, (struct fuzz_file){.path = STR("fuzz/a.toml"), .text = buf_view(&whole)});
    struct pipeline found;
    (void)fuzz_spec(&arena, &files, &found);
    arena_free(&arena);
    return 0;
}
