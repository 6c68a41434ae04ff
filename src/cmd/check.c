#include "cmd/load.h"

static int run_check(struct run *run)
{
    struct load load;
    struct str path = run->arguments.len ? run->arguments.at[0] : (struct str){NULL, 0};
    if (!load_spec(run, &load, path, true)) {
        return EXIT_CANNOT_RUN;
    }
    load_check_releases(run, &load);
    return load_report(run, &load);
}

static const struct option options[] = {OPTION_INDIR, OPTION_FORMAT, OPTION_COLOR};

const struct verb verb_check = {.name = "check",
                                .arguments = "[DIR]",
                                .arguments_max = 1,
                                .doc = "Checks a spec against every rule and writes nothing.",
                                .example =
                                    "xenbindgen check specs\nxenbindgen check --format sarif specs > found.sarif",
                                .options = options,
                                .options_len = sizeof options / sizeof *options,
                                .run = run_check};
