#include "cmd/load.h"

#include "diag/print.h"
#include "emit/emit.h"
#include "output/output.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const struct option options[] = {
    {"lang", 'l', "LANG", "what to make: c or rust; may be given again, each with an --outdir after it"},
    OPTION_INDIR,
    {"outdir", 'o', "DIR", "where to: a folder, or - for standard output"},
    {"check", 0, NULL, "write nothing; show what differs from what is there, and exit with 1 if anything does"},
    OPTION_XEN,
    {"only", 0, "FOLDERS", "make the files of these folders of the spec only, separated by commas"},
    {"bare", 0, NULL, "for C: make no headers that assert layouts, only those that others include"},
    {"depfile", 0, "FILE", "also write a rule for make or ninja that says what the outputs depend on"},
    {"prune", 0, NULL, "remove generated files that the spec no longer makes"},
    OPTION_FORMAT,
    OPTION_COLOR,
};

/* A language and where its files go. */
struct target {
    const struct backend *backend;
    struct str outdir;
    struct output output;
};

struct targets {
    struct target *at;
    size_t len, cap;
};

/* The folders that --only names; all of them without it. */
struct selection {
    bool all;
    VEC(struct str) names;
};

/* Takes the backend's files into the output. */
struct sink {
    struct emit_sink base;
    struct output *output;
    const struct selection *selection;
};

static bool selected(const struct selection *selection, struct str folder)
{
    for (size_t i = 0; i < selection->names.len; i++) {
        if (str_eq(selection->names.at[i], folder)) {
            return true;
        }
    }
    return selection->all;
}

/* An error stays in the output until the commit. */
static bool sink_file(struct emit_sink *base, struct str path, const struct rope *text, const struct folder *folder)
{
    struct sink *sink = (struct sink *)base;
    const size_t unchanged = sink->output->unchanged;
    return (!folder || selected(sink->selection, folder->name)) && output_add_rope(sink->output, path, text) &&
           sink->output->unchanged == unchanged;
}

static int select_folders(struct run *run, const struct spec *spec, struct selection *selection)
{
    struct str list = run_option(run, "only", "");
    selection->all = list.len == 0;
    while (list.len) {
        size_t len = 0;
        while (len < list.len && list.ptr[len] != ',') {
            len++;
        }
        struct str name = {list.ptr, len};
        list = (struct str){list.ptr + len, list.len - len};
        list = list.len ? (struct str){list.ptr + 1, list.len - 1} : list;
        struct nearest near = nearest_start(name);
        bool known = false;
        for (size_t i = 0; i < spec->folders.len; i++) {
            known = known || str_eq(spec->folders.at[i]->name, name);
            nearest_try(&near, spec->folders.at[i]->name);
        }
        if (!known) {
            return near.best.len ? run_fail(run, "the spec has no folder `%.*s`; did you mean `%.*s`?", STR_ARG(name),
                                            STR_ARG(near.best))
                                 : run_fail(run, "the spec has no folder `%.*s`", STR_ARG(name));
        }
        VEC_PUSH(run->arena, &selection->names, name);
    }
    return EXIT_NOTHING_FOUND;
}

/* The command that makes the outputs anew. */
static void recipe(struct buf *out, const struct run *run, const struct target *target)
{
    struct str indir = run_option(run, "indir", "specs");
    buf_printf(out, "xenbindgen gen --lang %s --indir %.*s --outdir %.*s", target->backend->name, STR_ARG(indir),
               STR_ARG(target->outdir));
    struct str release = run_option(run, "xen", "");
    if (release.len) {
        buf_printf(out, " --xen %.*s", STR_ARG(release));
    }
    buf_text(out, run_flag(run, "bare") ? " --bare" : "");
}

/* Findings for a machine have standard output to themselves. */
static bool is_text(const struct run *run)
{
    return str_is(run_option(run, "format", "text"), "text");
}

static int finish_check(struct run *run, const struct target *target)
{
    const struct output *output = &target->output;
    if (!output->changed && !output->missing && !output->stale.len) {
        return EXIT_NOTHING_FOUND;
    }
    if (is_text(run)) {
        output_diff(output, &run->out);
    }
    struct buf command = buf_new(run->arena);
    recipe(&command, run, target);
    run_fail(run, "%zu files differ, %zu are missing, %zu are stale; to make them anew: %.*s%s", output->changed,
             output->missing, output->stale.len, STR_ARG(buf_view(&command)), output->stale.len ? " --prune" : "");
    return EXIT_FINDINGS;
}

static double milliseconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) * 1e3 + (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* Says what was written, and since `start` how fast; NULL: only what is stale. */
static void finish_write(struct run *run, const struct target *target, const struct load *load,
                         const struct timespec *start)
{
    const struct output *output = &target->output;
    for (size_t i = 0; i < output->stale.len && !run_flag(run, "prune"); i++) {
        run_fail(run, "`%.*s/%.*s` is stale: the spec no longer makes it (--prune removes it)", STR_ARG(output->dir),
                 STR_ARG(output->stale.at[i]));
    }
    if (!start) {
        return;
    }
    size_t defs = 0;
    abi_set set = 0;
    for (size_t f = 0; f < load->spec.folders.len; f++) {
        const struct folder *folder = load->spec.folders.at[f];
        defs += folder->defs.len;
        for (size_t d = 0; d < folder->defs.len; d++) {
            set |= folder->defs.at[d]->abis;
        }
    }
    unsigned abis_served = 0;
    for (; set; set &= set - 1) {
        abis_served++;
    }
    buf_printf(&run->out, "%s: %zu files in ", target->backend->name, output->files.len);
    text_visible(&run->out, output->dir);
    buf_printf(&run->out, ", %zu of them written; %zu definition%s, %u ABIs, %.1f ms\n",
               output->changed + output->missing, defs, defs == 1 ? "" : "s", abis_served, milliseconds_since(start));
}

/* Whether two output folders are one; those that are not there are told apart by their names alone. */
static bool is_same_place(struct arena *arena, struct str a, struct str b)
{
    struct stat first, second;
    return str_eq(a, b) || (stat(str_copy(arena, a).ptr, &first) == 0 && stat(str_copy(arena, b).ptr, &second) == 0 &&
                            first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

/* The languages of --lang, each with the --outdir after it; a single one may have it before. */
static int read_targets(struct run *run, struct targets *targets)
{
    struct str before = {NULL, 0};
    for (size_t i = 0; i < run->options.len; i++) {
        const struct given *given = &run->options.at[i];
        if (strcmp(given->option->name, "lang") == 0) {
            const struct backend *backend = backend_find(given->value);
            if (!backend) {
                return run_fail(run, "there is no backend `%.*s`; --lang is c or rust", STR_ARG(given->value));
            }
            VEC_PUSH(run->arena, targets, (struct target){.backend = backend});
        } else if (strcmp(given->option->name, "outdir") == 0) {
            *(targets->len ? &targets->at[targets->len - 1].outdir : &before) = given->value;
        }
    }
    if (targets->len == 1 && !targets->at[0].outdir.len) {
        targets->at[0].outdir = before;
    }
    if (!targets->len || (targets->len == 1 && !targets->at[0].outdir.len)) {
        return run_fail(run, "gen needs --%s; see xenbindgen gen --help", targets->len ? "outdir" : "lang");
    }
    for (size_t i = 0; i < targets->len; i++) {
        const struct target *target = &targets->at[i];
        if (!target->outdir.len) {
            return run_fail(run, "--lang %s has no --outdir after it, which each of several needs",
                            target->backend->name);
        }
        for (size_t k = 0; k < i; k++) {
            if (is_same_place(run->arena, targets->at[k].outdir, target->outdir)) {
                return run_fail(run, "--lang %s and --lang %s cannot both go to `%.*s`", targets->at[k].backend->name,
                                target->backend->name, STR_ARG(target->outdir));
            }
        }
    }
    return EXIT_NOTHING_FOUND;
}

/* Makes the files of all targets; an error stays in the first one's output. */
static void make(struct run *run, struct targets *targets, const struct load *load, const struct selection *selection)
{
    struct output *first = &targets->at[0].output;
    for (size_t i = 0; i < targets->len; i++) {
        struct target *target = &targets->at[i];
        output_init(&target->output, run->arena, target->outdir, run_flag(run, "check") ? OUTPUT_CHECK : OUTPUT_WRITE);
        target->output.next = i + 1 < targets->len ? &target[1].output : NULL;
    }
    for (size_t i = 0; i < targets->len; i++) {
        struct output *output = &targets->at[i].output;
        struct sink sink = {{sink_file, &output->store, run_flag(run, "bare")}, output, selection};
        targets->at[i].backend->emit(run->arena, &load->spec, &sink.base);
    }
    if (selection->all) {
        output_stale(first, STR(EMIT_BANNER), run_flag(run, "prune"));
    }
    struct str depfile = run_option(run, "depfile", "");
    if (depfile.len) {
        output_depfile(first, depfile, load->inputs.at, load->inputs.len);
    }
}

/* Whether standard output holds something else than what a person reads. */
static bool is_stdout_taken(const struct run *run, const struct targets *targets)
{
    bool taken = str_is(run_option(run, "depfile", ""), "-") || !is_text(run);
    for (size_t i = 0; i < targets->len; i++) {
        taken = taken || targets->at[i].output.is_stdout;
    }
    return taken;
}

static int run_gen(struct run *run)
{
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    struct targets targets = {0};
    struct load load;
    int status = read_targets(run, &targets);
    if (status) {
        return status;
    }
    if (!load_spec(run, &load, (struct str){NULL, 0}, true)) {
        return EXIT_CANNOT_RUN;
    }
    status = load_report(run, &load);
    struct selection selection = {0};
    status = status ? status : select_folders(run, &load.spec, &selection);
    if (status) {
        return status;
    }

    assert(targets.at);
    struct output *first = &targets.at[0].output;
    make(run, &targets, &load, &selection);
    if (output_failed(first) || !output_commit(first)) {
        return run_fail(run, "%.*s", STR_ARG(first->error));
    }
    bool quiet = is_stdout_taken(run, &targets);
    for (size_t i = 0; i < targets.len; i++) {
        if (run_flag(run, "check")) {
            int differs = finish_check(run, &targets.at[i]);
            status = status ? status : differs;
        } else {
            finish_write(run, &targets.at[i], &load, quiet ? NULL : &start);
        }
    }
    return status;
}

const struct verb verb_gen = {.name = "gen",
                              .arguments = "",
                              .doc = "Makes C headers, a Rust crate or both from a spec.",
                              .example = "xenbindgen gen --lang c --indir specs --outdir bindings/c\n"
                                         "xenbindgen gen -l rust -i specs -o bindings/rust/xen-sys --check\n"
                                         "xenbindgen gen -l c -o bindings/c -l rust -o bindings/rust/xen-sys",
                              .options = options,
                              .options_len = sizeof options / sizeof *options,
                              .run = run_gen};
