/*
 * Two files of a spec: neither the order in which folders are read nor how the definitions of a folder are divided
 * among files changes what comes out.
 */
#include "fuzz.h"

#include "emit/emit.h"

#include <stdlib.h>
#include <string.h>

static int compare_folders(const void *a, const void *b)
{
    return str_cmp((*(struct folder *const *)a)->name, (*(struct folder *const *)b)->name);
}

/* The stages, with the folders read from the last to the first and sorted after that, as a run does it. */
static struct pipeline run_backwards(struct arena *arena, const struct fuzz_files *files)
{
    struct pipeline p = pipeline_new(arena);
    for (size_t end = files->list.len; end > 0;) {
        size_t start = end - 1;
        struct str folder = fuzz_folder(files->list.at[start].path);
        while (start > 0 && str_eq(fuzz_folder(files->list.at[start - 1].path), folder)) {
            start--;
        }
        for (size_t i = start; i < end; i++) {
            pipeline_file(&p, files->list.at[i].path, files->list.at[i].text);
        }
        end = start;
    }
    qsort(p.spec.folders.at, p.spec.folders.len, sizeof *p.spec.folders.at, compare_folders);
    pipeline_run(&p);
    return p;
}

/* Findings with their places, as text. */
static struct str findings(struct arena *arena, struct diags *diags)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < diags->list.len; i++) {
        const struct diag *diag = &diags->list.at[i];
        buf_printf(&out, "%.*s %u %u %s %.*s %.*s\n", STR_ARG(diag->span.source ? diag->span.source->path : STR("")),
                   diag->span.off, diag->span.len, rules[diag->rule].id, STR_ARG(diag->message), STR_ARG(diag->where));
        for (size_t k = 0; k < diag->notes.len; k++) {
            buf_printf(&out, "  %.*s\n", STR_ARG(diag->notes.at[k].text));
        }
    }
    return buf_view(&out);
}

/* What comes out, but for the lines that name files of the spec. */
static struct str without_paths(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    for (size_t at = 0; at < text.len;) {
        size_t len = 0;
        bool has_path = false;
        while (at + len < text.len && text.ptr[at + len] != '\n') {
            struct str rest = {text.ptr + at + len, text.len - at - len};
            has_path = has_path || str_starts(rest, ".toml") || str_starts(rest, EMIT_BANNER);
            len++;
        }
        if (!has_path) {
            buf_bytes(&out, text.ptr + at, len + (at + len < text.len));
        }
        at += len + 1;
    }
    return buf_view(&out);
}

/* The files of each folder as one. */
static struct fuzz_files merged(struct arena *arena, const struct fuzz_files *files)
{
    struct fuzz_files all = {0};
    for (size_t i = 0; i < files->list.len; i++) {
        const struct fuzz_file *file = &files->list.at[i];
        struct fuzz_file *last = all.list.len ? &all.list.at[all.list.len - 1] : NULL;
        if (last && str_eq(fuzz_folder(last->path), fuzz_folder(file->path))) {
            last->text = str_printf(arena, "%.*s\n%.*s", STR_ARG(last->text), STR_ARG(file->text));
            last->source = NULL; /* that of the shorter text */
        } else {
            VEC_PUSH(arena, &all.list, *file);
        }
    }
    return all;
}

/* Whether a file means the same behind another one: it has nothing before its first header of a table. */
static bool can_follow(struct arena *arena, struct str text)
{
    struct source source = {.path = STR("a.toml"), .text = text};
    struct diags diags = diags_new(arena);
    const struct toml_document *document = toml_parse(arena, &source, TOML_1_1, &diags);
    const struct toml_entry *first = document->root->first;
    return diags.list.len == 0 && (!first || (first->key_off && text.ptr[first->key_off - 1] == '[')) &&
           !toml_get(document->root, STR("level")) && !toml_get(document->root, STR("header"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct fuzz_files files = fuzz_split(&arena, (struct str){(const char *)data, size});
    struct pipeline p = fuzz_stages(&arena, &files, 0), backwards = run_backwards(&arena, &files);
    REQUIRE(str_eq(findings(&arena, &p.diags), findings(&arena, &backwards.diags)));
    if (p.diags.list.len == 0) {
        struct str outputs = fuzz_outputs(&arena, &p.spec);
        REQUIRE(str_eq(outputs, fuzz_outputs(&arena, &backwards.spec)));
        bool can = true;
        for (size_t i = 0; i < files.list.len; i++) {
            can = can && can_follow(&arena, files.list.at[i].text);
        }
        struct fuzz_files fewer = can ? merged(&arena, &files) : files;
        if (fewer.list.len < files.list.len) {
            struct pipeline one = fuzz_stages(&arena, &fewer, 0);
            REQUIRE(one.diags.list.len == 0);
            REQUIRE(str_eq(without_paths(&arena, outputs), without_paths(&arena, fuzz_outputs(&arena, &one.spec))));
        }
    }
    arena_free(&arena);
    return 0;
}
