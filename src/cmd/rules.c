/* The verbs that show the tables: rules, explain, schema, version. */
#include "diag/rules.h"
#include "cmd/cmd.h"
#include "diag/print.h"
#include "spec/keys.h"

static const char *scope_words(enum rule_scope scope)
{
    static const char *const words[] = {
        [RULE_ALWAYS] = "always", [RULE_ABI] = "waivable; off at level legacy", [RULE_HEADERS] = "in verify"};
    return words[scope];
}

static void example(struct buf *out, const char *text)
{
    buf_text(out, "    ");
    for (const char *c = text; *c; c++) {
        if (*c == '\n') {
            buf_text(out, c[1] ? "\n    " : "\n");
        } else {
            text_visible(out, (struct str){c, 1});
        }
    }
}

static int run_rules(struct run *run)
{
    for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
        buf_printf(&run->out, "%-20s%s\n", rules[rule].id, rules[rule].purpose);
    }
    return EXIT_NOTHING_FOUND;
}

static int run_explain(struct run *run)
{
    if (!run->arguments.len) {
        return run_fail(run, "explain needs the id of a rule; see xenbindgen rules");
    }
    struct str id = run->arguments.at[0];
    enum rule rule = rule_find(id);
    if (rule == RULE_COUNT) {
        struct nearest near = nearest_start(id);
        for (enum rule known = 0; known < RULE_COUNT; known++) {
            nearest_try(&near, str_from(rules[known].id));
        }
        return near.best.len
                   ? run_fail(run, "there is no rule `%.*s`; did you mean `%.*s`?", STR_ARG(id), STR_ARG(near.best))
                   : run_fail(run, "there is no rule `%.*s`; see xenbindgen rules", STR_ARG(id));
    }
    const struct rule_info *info = &rules[rule];
    buf_printf(&run->out, "%s (%s)\n\n%s %s\n\n", info->id, scope_words(info->scope), info->purpose, info->why);
    if (!info->bad) {
        buf_printf(&run->out, "To mend it, %s.\n", info->help);
        return EXIT_NOTHING_FOUND;
    }
    buf_text(&run->out, "Breaks it:\n\n");
    example(&run->out, info->bad);
    buf_printf(&run->out, "\nTo mend it, %s:\n\n", info->help);
    example(&run->out, info->good);
    return EXIT_NOTHING_FOUND;
}

static int run_schema(struct run *run)
{
    spec_keys_schema(&run->out);
    return EXIT_NOTHING_FOUND;
}

static int run_version(struct run *run)
{
    buf_printf(&run->out, "xenbindgen %s\n", xenbindgen_version);
    return EXIT_NOTHING_FOUND;
}

const struct verb verb_rules = {
    .name = "rules", .arguments = "", .doc = "Lists the rules.", .example = "xenbindgen rules", .run = run_rules};

const struct verb verb_explain = {.name = "explain",
                                  .arguments = "RULE",
                                  .arguments_max = 1,
                                  .doc = "Explains a rule: what it demands and why, an example, the mended one.",
                                  .example = "xenbindgen explain padding-tail",
                                  .run = run_explain};

const struct verb verb_schema = {.name = "schema",
                                 .arguments = "",
                                 .doc = "Shows a JSON Schema of spec files, for editors that complete and check them.",
                                 .example = "xenbindgen schema > xenbindgen.schema.json",
                                 .run = run_schema};

const struct verb verb_version = {.name = "version",
                                  .arguments = "",
                                  .doc = "Shows the version.",
                                  .example = "xenbindgen version",
                                  .run = run_version};
