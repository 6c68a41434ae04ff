#include "cmd/load.h"

#include "base/dir.h"
#include "base/fd.h"
#include "base/input.h"
#include "check/check.h"
#include "diag/print.h"
#include "emit/emit.h"
#include "layout/layout.h"
#include "spec/names.h"
#include "spec/order.h"
#include "spec/read.h"
#include "spec/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Conditions may name so many releases, less the one before them all. */
#define RELEASES_MAX 64

/* Whether a TOML file is one that a backend made, a crate's Cargo.toml: outputs may stand among specs. */
static bool is_generated(struct str text)
{
    return str_starts(text, "# " EMIT_BANNER);
}

static bool read_file(struct run *run, struct load *load, struct folder *folder, struct str path, struct str name)
{
    struct source *source = ARENA_NEW(run->arena, struct source);
    struct str error;
    if (!input_read(run->arena, path, &source->text, &error)) {
        run_fail(run, "%.*s", STR_ARG(error));
        return false;
    }
    if (is_generated(source->text)) {
        return true;
    }
    source->path = str_is(path, "-") ? STR("<stdin>") : path;
    VEC_PUSH(run->arena, &load->inputs, path);
    struct load_file file = {.folder = folder,
                             .name = name,
                             .source = source,
                             .place = folder->files.len,
                             .def = folder->defs.len,
                             .include = folder->includes.len};
    const size_t releases = folder->releases.len;
    spec_read(load->spec.arena, run->scratch, folder, name, source, load->spec.release, &load->diags);
    file.names_release = folder->releases.len > releases;
    file.defs = folder->defs.len - file.def;
    file.includes = folder->includes.len - file.include;
    VEC_PUSH(run->arena, &load->files, file);
    return true;
}

static struct folder *add_folder(struct load *load, struct str name)
{
    struct folder *folder = ARENA_NEW(load->spec.arena, struct folder);
    folder->name = name;
    folder->arch = arch_of_folder(name);
    VEC_PUSH(load->spec.arena, &load->spec.folders, folder);
    return folder;
}

/* The last part of a path, without `suffix`; empty for one that ends in "." or "..". */
static struct str base_name(struct str path, const char *suffix)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    for (size_t i = path.len; i-- > 0;) {
        if (path.ptr[i] == '/') {
            path = (struct str){path.ptr + i + 1, path.len - i - 1};
            break;
        }
    }
    if (str_ends(path, suffix)) {
        path.len -= strlen(suffix);
    }
    return str_is(path, ".") || str_is(path, "..") ? (struct str){path.ptr, 0} : path;
}

static bool read_tree(struct run *run, struct load *load, struct str root)
{
    struct input_tree tree = {0};
    struct str error;
    if (!input_list(run->arena, root, ".toml", &tree, &error)) {
        run_fail(run, "%.*s", STR_ARG(error));
        return false;
    }
    for (size_t f = 0; f < tree.folders.len; f++) {
        const struct input_folder *from = &tree.folders.at[f];
        if (from->files.len == 0) {
            continue;
        }
        struct str name = from->path.len ? from->path : base_name(root, "");
        struct folder *folder = add_folder(load, name);
        for (size_t i = 0; i < from->files.len; i++) {
            struct str below = dir_join(run->arena, from->path, from->files.at[i]);
            if (!read_file(run, load, folder, dir_join(run->arena, root, below),
                           dir_join(run->arena, name, from->files.at[i]))) {
                return false;
            }
        }
        if (!name.len && folder->files.len) {
            run_fail(run, "`%.*s` holds TOML files itself, and has no name for what they make: give its name",
                     STR_ARG(root));
            return false;
        }
        load->spec.folders.len -= folder->files.len == 0;
    }
    return true;
}

static bool read_one(struct run *run, struct load *load, struct str path)
{
    struct str stem = str_is(path, "-") ? STR("stdin") : base_name(path, ".toml");
    struct folder *folder = add_folder(load, stem);
    return read_file(run, load, folder, path, str_printf(run->arena, "%.*s.toml", STR_ARG(stem)));
}

static int compare_folders(const void *a, const void *b)
{
    return str_cmp((*(struct folder *const *)a)->name, (*(struct folder *const *)b)->name);
}

/* Folders whose header is not in the release at hand are not there, nor are architectures that had no others. */
static void drop_absent(struct load *load)
{
    struct spec *spec = &load->spec;
    abi_set present = 0;
    size_t kept = 0;
    for (size_t i = 0; i < spec->folders.len; i++) {
        struct folder *folder = spec->folders.at[i];
        abi_set of_arch = folder->arch == ARCH_COUNT ? 0 : archs[folder->arch].abis;
        if (folder->header.absent) {
            spec->absent |= of_arch;
        } else {
            present |= of_arch;
            spec->folders.at[kept++] = folder;
        }
    }
    spec->folders.len = kept;
    spec->absent &= ~present;
}

/* What comes after reading. */
static void run_stages(struct load *load, bool check)
{
    drop_absent(load);
    if (load->spec.folders.len) {
        qsort(load->spec.folders.at, load->spec.folders.len, sizeof *load->spec.folders.at, compare_folders);
    }
    spec_resolve(&load->spec, &load->diags);
    spec_names(&load->spec, &load->diags);
    spec_order(&load->spec, &load->diags);
    layout_spec(&load->spec, &load->diags);
    if (check) {
        check_spec(&load->spec, &load->diags);
    }
    diags_sort(&load->diags);
}

struct releases {
    struct named_release *at;
    size_t len, cap;
};

/* The newest first; where one is named several times, it is in the order of the files. */
static int compare_releases(const void *a, const void *b)
{
    const struct named_release *first = a, *second = b;
    int order = (first->release < second->release) - (first->release > second->release);
    if (!order && first->span.source != second->span.source) {
        order = str_cmp(first->span.source->path, second->span.source->path);
    }
    return order ? order : (first->span.off > second->span.off) - (first->span.off < second->span.off);
}

/* The releases that conditions name, each once, the newest first; of a spec that was read and no more. */
static struct releases named_releases(struct arena *arena, const struct spec *spec)
{
    struct releases releases = {0};
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t i = 0; i < folder->releases.len; i++) {
            VEC_PUSH(arena, &releases, folder->releases.at[i]);
        }
    }
    if (releases.len) {
        qsort(releases.at, releases.len, sizeof *releases.at, compare_releases);
    }
    size_t kept = 0;
    for (size_t i = 0; i < releases.len; i++) {
        if (!kept || releases.at[kept - 1].release != releases.at[i].release) {
            releases.at[kept++] = releases.at[i];
        }
    }
    releases.len = kept;
    /* What a release has ended was there in the one before it. */
    if (kept && (releases.at[kept - 1].release & 0xffff)) {
        struct named_release before = releases.at[kept - 1];
        before.release--;
        VEC_PUSH(arena, &releases, before);
    }
    return releases;
}

/* Gives a folder what a file that names no release gave to it as it `was` when all files were read. */
static void share_file(struct arena *arena, struct folder *folder, const struct folder *was,
                       const struct load_file *file)
{
    VEC_PUSH(arena, &folder->files, was->files.at[file->place]);
    for (size_t i = 0; i < file->defs; i++) {
        VEC_PUSH(arena, &folder->defs, was->defs.at[file->def + i]);
    }
    for (size_t i = 0; i < file->includes; i++) {
        VEC_PUSH(arena, &folder->includes, was->includes.at[file->include + i]);
    }
    if (was->header.source == file->source) {
        folder->header = was->header;
    }
}

/*
 * The same files, of which nothing else was done than reading them, as another release of Xen has them. What that adds
 * is in the arena, but what it finds outlives that; what it changes in the spec is for the caller to put right. What
 * was found in reading a file that names no release is not found again.
 */
static struct load *load_again(struct run *run, struct arena *arena, const struct load *first, xen_release release)
{
    struct load *load = ARENA_NEW(arena, struct load);
    load->spec.arena = arena;
    load->spec.release = release;
    load->spec.strict = first->spec.strict;
    load->diags = diags_new(run->arena);
    struct folder *folder = NULL, was = {.arch = ARCH_COUNT};
    for (size_t i = 0; i < first->files.len; i++) {
        const struct load_file *file = &first->files.at[i];
        if (!folder || folder != file->folder) {
            folder = file->folder;
            was = *folder;
            *folder = (struct folder){.name = was.name, .arch = was.arch};
            VEC_PUSH(arena, &load->spec.folders, folder);
        }
        if (file->names_release) {
            spec_read(arena, run->scratch, folder, file->name, file->source, release, &load->diags);
        } else {
            share_file(arena, folder, &was, file);
        }
    }
    run_stages(load, true);
    return load;
}

/*
 * A spec is right as a whole or not at all: takes what was read through the stages and checks, after each other release
 * of Xen that makes a difference, whose findings are added. Those come first, for the memory that they leave.
 */
static void check_releases(struct run *run, struct load *load)
{
    const struct releases releases = named_releases(run->arena, &load->spec);
    struct merge merge = check_merge_start(run->arena);
    struct arena *kept = arena_child(run->arena), *arena = arena_child(run->arena);
    const struct arena_copy *as_read = releases.len ? arena_save(load->spec.arena, kept) : NULL;
    for (size_t i = 0; i < releases.len && releases.len <= RELEASES_MAX; i++) {
        /* The newest that is named has all that the newest of all has. */
        xen_release release = releases.at[i].release;
        if (release != (load->spec.release ? load->spec.release : releases.at[0].release)) {
            const struct load *other = load_again(run, arena, load, release);
            check_merge_add(&merge, &other->spec, &other->diags);
            arena_clear(arena);
            arena_restore(load->spec.arena, as_read);
        }
    }
    arena_clear(kept);
    run_stages(load, true);
    if (releases.len > RELEASES_MAX) {
        /* The whole spec is checked anew for each. */
        struct diag *diag = diag_add(&load->diags, RULE_CONDITION_LIMIT, releases.at[RELEASES_MAX].span,
                                     "conditions name more than %d releases of Xen", RELEASES_MAX);
        diag_help(&load->diags, diag, "leave out conditions on releases that nobody has");
    } else if (releases.len) {
        check_merge(&merge, &load->spec, &load->diags);
    }
    diags_sort(&load->diags);
}

bool load_spec(struct run *run, struct load *load, struct str path, bool check)
{
    *load = (struct load){.spec = {.arena = arena_child(run->arena), .strict = run_flag(run, "strict")},
                          .diags = diags_new(run->arena)};
    struct str release = run_option(run, "xen", "");
    if (release.len && !release_parse(release, &load->spec.release)) {
        run_fail(run, "--xen is a release such as 4.18, not `%.*s`", STR_ARG(release));
        return false;
    }
    struct str root = path.len ? path : run_option(run, "indir", "specs");
    struct stat status;
    bool one = str_is(root, "-") || (stat(str_copy(run->arena, root).ptr, &status) == 0 && S_ISREG(status.st_mode));
    if (!(one ? read_one : read_tree)(run, load, root)) {
        return false;
    }
    if (check) {
        check_releases(run, load);
    } else {
        run_stages(load, false);
    }
    return true;
}

/* Colour where it was asked for; left alone, on a terminal that has it and a user who has not said no. */
static bool wants_colour(const struct run *run)
{
    struct str when = run_option(run, "color", "auto");
    if (!str_is(when, "auto")) {
        return str_is(when, "always");
    }
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

int load_report(struct run *run, struct load *load)
{
    const struct diag_format *format = diag_format_find(run_option(run, "format", "text"));
    bool is_text = str_is(str_from(format->name), "text");
    struct buf text = buf_new(run->arena);
    struct buf *out = is_text ? &text : &run->out;
    if (load->diags.list.len || !is_text) {
        format->print(out, &load->diags, is_text && wants_colour(run));
    }
    int error = text.len ? fd_print(STDERR_FILENO, buf_view(&text)) : 0;
    if (error) {
        return run_fail(run, "cannot write standard error: %s", strerror(error));
    }
    return load->diags.list.len ? EXIT_FINDINGS : EXIT_NOTHING_FOUND;
}
