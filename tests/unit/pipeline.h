/* The stages from text to findings, for tests that need no files. */
#ifndef XB_TESTS_PIPELINE_H
#define XB_TESTS_PIPELINE_H

#include "check/check.h"
#include "layout/layout.h"
#include "spec/names.h"
#include "spec/order.h"
#include "spec/read.h"
#include "spec/resolve.h"
#include "toml/toml.h"

/* A spec being made from texts; `diags` is sorted once pipeline_run has come back. */
struct pipeline {
    struct spec spec;
    struct diags diags;
};

static inline struct pipeline pipeline_new(struct arena *arena)
{
    return (struct pipeline){.spec = {.arena = arena}, .diags = diags_new(arena)};
}

/* Adds a file whose path is "folder/name.toml". Folders must come in bytewise order. */
static inline void pipeline_source(struct pipeline *p, struct source *source)
{
    struct arena *arena = p->spec.arena;
    struct str path = source->path;
    size_t slash = path.len;
    while (slash > 0 && path.ptr[slash - 1] != '/') {
        slash--;
    }
    struct str name = {path.ptr, slash ? slash - 1 : 0};
    struct folder *folder = p->spec.folders.len ? p->spec.folders.at[p->spec.folders.len - 1] : NULL;
    if (!folder || !str_eq(folder->name, name)) {
        folder = ARENA_NEW(arena, struct folder);
        folder->name = name;
        folder->arch = arch_of_folder(name);
        VEC_PUSH(arena, &p->spec.folders, folder);
    }
    spec_read(arena, arena_child(arena), folder, path, source, p->spec.release, &p->diags);
}

static inline void pipeline_file(struct pipeline *p, struct str path, struct str text)
{
    struct source *source = ARENA_NEW(p->spec.arena, struct source);
    *source = (struct source){.path = path, .text = text};
    pipeline_source(p, source);
}

static inline void pipeline_run(struct pipeline *p)
{
    spec_resolve(&p->spec, &p->diags);
    spec_names(&p->spec, &p->diags);
    spec_order(&p->spec, &p->diags);
    layout_spec(&p->spec, &p->diags);
    check_spec(&p->spec, &p->diags);
    diags_sort(&p->diags);
}

#endif
