#include "cmd/cmd.h"

#include "output/output.h"
#ifdef XENBINDGEN_LIBCLANG
#include "clang/import.h"
#endif

static const struct option options[] = {
    {"headers", 0, "DIR", "the folder of the headers, Xen's xen/include/public or /usr/include/xen"},
    {"outdir", 'o', "DIR", "where the spec goes: a folder"},
    {"comments", 0, NULL, "take descriptions from the headers' comments"},
    {"force", 0, NULL, "replace files that are there and hold something else"},
};

#ifdef XENBINDGEN_LIBCLANG

/* Writes the spec; what is there and differs is replaced only if that is asked for. */
static int write_spec(struct run *run, const struct import *import)
{
    struct output output;
    output_init(&output, run->arena, run_option(run, "outdir", ""), OUTPUT_WRITE);
    output.synced = true;
    for (size_t i = 0; i < import->files.len; i++) {
        output_add(&output, import->files.at[i].path, import->files.at[i].text);
    }
    if (output.error.len) {
        return run_fail(run, "%.*s", STR_ARG(output.error));
    }
    if (output.changed && !run_flag(run, "force")) {
        return run_fail(run, "%zu files in `%.*s` hold something else than the headers say; --force replaces them",
                        output.changed, STR_ARG(output.dir));
    }
    if (!output_commit(&output)) {
        return run_fail(run, "%.*s", STR_ARG(output.error));
    }
    buf_str(&run->out, import->report);
    return EXIT_NOTHING_FOUND;
}

static int run_import(struct run *run)
{
    struct str root = run_option(run, "headers", ""), error;
    if (!root.len || !run_option(run, "outdir", "").len) {
        return run_fail(run, "import needs --%s DIR; see xenbindgen import --help", root.len ? "outdir" : "headers");
    }
    struct headers headers;
    struct import import;
    const struct import_options import_options = {.comments = run_flag(run, "comments")};
    if (!headers_find(run->arena, root, &headers, &error) ||
        !import_headers(run->arena, &headers, &import_options, &import, &error)) {
        return run_fail(run, "%.*s", STR_ARG(error));
    }
    return write_spec(run, &import);
}

#else

static int run_import(struct run *run)
{
    return run_fail(run, "import needs libclang, and this xenbindgen was built without it: install it (Debian: "
                         "libclang-14-dev) and build anew");
}

#endif

const struct verb verb_import = {
    .name = "import",
    .arguments = "",
    .doc = "Makes a spec of real headers, through libclang: all ABIs and contexts in one, with their conditions.",
    .example = "xenbindgen import --headers $(scripts/fetch-xen-headers 4.20) --outdir specs-4.20",
    .options = options,
    .options_len = sizeof options / sizeof *options,
    .run = run_import};
