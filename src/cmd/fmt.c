#include "base/dir.h"
#include "base/input.h"
#include "cmd/load.h"
#include "diag/print.h"
#include "output/output.h"
#include "spec/kinds.h"
#include "spec/read.h"
#include "spec/write.h"

#include <sys/stat.h>

static const struct option options[] = {
    {"check", 0, NULL, "write nothing; name the files that are not in the house form, and exit with 1 if any is not"},
    {"diff", 0, NULL, "write nothing; show what would change, and exit with 1 if anything would"},
    OPTION_FORMAT,
    OPTION_COLOR,
};

/* What a run makes, and what it has learned from all files. */
struct formatting {
    struct output output;
    struct kinds kinds;
};

/* Adds the house form of one file; a file with findings adds nothing. False when it cannot be read. */
static bool fmt_file(struct run *run, struct load *load, struct formatting *formatting, struct str path,
                     struct str name)
{
    struct source *source = ARENA_NEW(run->arena, struct source);
    struct str error;
    if (!input_read(run->arena, path, &source->text, &error)) {
        run_fail(run, "%.*s", STR_ARG(error));
        return false;
    }
    source->path = str_is(path, "-") ? STR("<stdin>") : path;
    size_t before = load->diags.list.len;
    struct folder folder = {.name = STR("fmt")};
    spec_read(run->scratch, arena_child(run->scratch), &folder, name, source, 0, &load->diags);
    if (load->diags.list.len == before) {
        struct buf text = buf_new(run->arena);
        spec_write(&text, toml_parse(run->scratch, source, TOML_1_1, &load->diags));
        kinds_add(&formatting->kinds, &folder);
        output_add(&formatting->output, name, buf_view(&text)); /* an error stays in the output until the commit */
    }
    arena_free(run->scratch);
    return true;
}

static bool fmt_tree(struct run *run, struct load *load, struct formatting *formatting, struct str root)
{
    struct input_tree tree = {0};
    struct str error;
    if (!input_list(run->arena, root, ".toml", &tree, &error)) {
        run_fail(run, "%.*s", STR_ARG(error));
        return false;
    }
    for (size_t f = 0; f < tree.folders.len; f++) {
        const struct input_folder *folder = &tree.folders.at[f];
        for (size_t i = 0; i < folder->files.len; i++) {
            struct str name = dir_join(run->arena, folder->path, folder->files.at[i]);
            if (!fmt_file(run, load, formatting, dir_join(run->arena, root, name), name)) {
                return false;
            }
        }
    }
    return true;
}

static int run_fmt(struct run *run)
{
    struct str path = run->arguments.len ? run->arguments.at[0] : STR("specs");
    bool is_stdin = str_is(path, "-"), diff = run_flag(run, "diff"), check = run_flag(run, "check") || diff;
    if (is_stdin && check) {
        return run_fail(run, "fmt --check and --diff compare files, not standard input");
    }
    struct stat status;
    bool is_file = !is_stdin && stat(str_copy(run->arena, path).ptr, &status) == 0 && S_ISREG(status.st_mode);
    struct str root = path, name = STR("stdin.toml");
    if (is_file) {
        size_t slash = path.len;
        while (slash > 0 && path.ptr[slash - 1] != '/') {
            slash--;
        }
        name = (struct str){path.ptr + slash, path.len - slash};
        root = slash ? (struct str){path.ptr, slash > 1 ? slash - 1 : 1} : STR(".");
    }
    struct load load = {.diags = diags_new(run->arena)};
    struct formatting formatting = {.kinds = kinds_new(run->arena)};
    struct output *output = &formatting.output;
    output_init(output, run->arena, root, check ? OUTPUT_CHECK : OUTPUT_WRITE);
    output->synced = true;
    bool read =
        is_file || is_stdin ? fmt_file(run, &load, &formatting, path, name) : fmt_tree(run, &load, &formatting, path);
    if (!read) {
        return EXIT_CANNOT_RUN;
    }
    kinds_report(&formatting.kinds, &load.diags);
    diags_sort(&load.diags);
    int found = load_report(run, &load);
    if (output->error.len || (!found && !check && !output_commit(output))) {
        return run_fail(run, "%.*s", STR_ARG(output->error));
    }
    if (diff) {
        output_diff(output, &run->out);
    }
    for (size_t i = 0; i < output->files.len && check && !diff; i++) {
        if (output->files.at[i].state != OUTPUT_UNCHANGED) {
            text_visible(&run->out, dir_join(run->arena, root, output->files.at[i].path));
            buf_char(&run->out, '\n');
        }
    }
    return check && output->changed ? EXIT_FINDINGS : found;
}

const struct verb verb_fmt = {.name = "fmt",
                              .arguments = "[PATH]",
                              .arguments_max = 1,
                              .doc =
                                  "Writes specs in the house form: a folder, a file, or - for standard input (specs).",
                              .example = "xenbindgen fmt specs\nxenbindgen fmt --diff specs/sysctl/readconsole.toml",
                              .options = options,
                              .options_len = sizeof options / sizeof *options,
                              .run = run_fmt};
