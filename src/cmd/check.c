#include "cmd/load.h"
#include "cmd/stats.h"

static int run_check(struct run *run)
{
    struct load load;
    struct str path = run->arguments.len ? run->arguments.at[0] : (struct str){NULL, 0};
    bool stats = run_flag(run, "stats");
    if (stats && !str_is(run_option(run, "format", "text"), "text")) {
        return run_fail(run, "check --stats is for people: standard output is for the findings with --format %.*s",
                        STR_ARG(run_option(run, "format", "text")));
    }
    if (!load_spec(run, &load, path, true)) {
        return EXIT_CANNOT_RUN;
    }
    int status = load_report(run, &load);
    if (stats) {
        stats_write(&run->out, &load.spec);
    }
    return status;
}

static const struct option options[] = {
    OPTION_INDIR, OPTION_XEN, {"stats", 0, NULL, "also show how much the spec describes"}, OPTION_FORMAT, OPTION_COLOR};

const struct verb verb_check = {
    .name = "check",
    .arguments = "[DIR]",
    .arguments_max = 1,
    .doc = "Checks a spec against every rule and writes nothing.",
    .example =
        "xenbindgen check specs\nxenbindgen check --stats specs\nxenbindgen check --format sarif specs > found.sarif",
    .options = options,
    .options_len = sizeof options / sizeof *options,
    .run = run_check};
