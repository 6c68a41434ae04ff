#include "cmd/load.h"
#include "cmd/stats.h"
#include "diag/print.h"

static int run_check(struct run *run)
{
    struct load load;
    struct str path = run->arguments.len ? run->arguments.at[0] : (struct str){NULL, 0};
    bool stats = run_flag(run, "stats");
    struct str format = run_option(run, "format", "text");
    bool is_json = str_is(format, "json");
    if (stats && !is_json && !str_is(format, "text")) {
        return run_fail(run, "check --stats is text or json: with --format %.*s, standard output is for the findings",
                        STR_ARG(format));
    }
    if (!load_spec(run, &load, path, true)) {
        return EXIT_CANNOT_RUN;
    }
    int status = load_report(run, &load);
    if (stats && is_json) {
        json_reopen(&run->out, "stats");
        stats_json(&run->out, &load.spec);
        buf_text(&run->out, "}\n");
    } else if (stats) {
        stats_write(&run->out, &load.spec);
    }
    return status;
}

static const struct option options[] = {
    OPTION_INDIR,
    OPTION_XEN,
    {"strict", 0, NULL, "hold all to the ABI's own rules, whatever levels and waivers say"},
    {"stats", 0, NULL, "also show how much the spec describes"},
    OPTION_FORMAT,
    OPTION_COLOR};

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
