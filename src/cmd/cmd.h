/*
 * Verbs: each is a row of a table, with its options as another. A verb joins the stages and
 * holds no logic of its own.
 */
#ifndef XB_CMD_CMD_H
#define XB_CMD_CMD_H

#include "abi/abi.h"
#include "base/buf.h"
#include "base/vec.h"

/* The tool's exit statuses. */
enum { EXIT_NOTHING_FOUND = 0, EXIT_FINDINGS = 1, EXIT_CANNOT_RUN = 2 };

struct option {
    const char *name;  /* "indir": given as --indir */
    char letter;       /* 'i': given as -i; 0 for none */
    const char *value; /* how help calls its value; NULL for an option without one */
    const char *doc;
};

/* An option as it was given; `value` is empty for one without a value. */
struct given {
    const struct option *option;
    struct str value;
};

struct run;

struct verb {
    const char *name;
    const char *arguments; /* as help shows them, "" for none */
    size_t arguments_max;
    const char *doc;
    const char *example; /* lines of shell, each shown after "$ " */
    const struct option *options;
    size_t options_len;
    int (*run)(struct run *run);
};

/* One call of the tool. */
struct run {
    struct arena *arena;
    struct arena *scratch; /* what one stage needs for a moment, freed by that stage */
    const struct verb *verb;
    VEC(struct given) options;
    VEC(struct str) arguments;
    struct buf out; /* for standard output, written at the end */
};

extern const struct verb verb_gen, verb_check, verb_fmt, verb_layout, verb_verify, verb_import, verb_rules,
    verb_explain, verb_schema, verb_completions, verb_version;

/* All of them, in the order of help. */
extern const struct verb *const verbs[];
extern const size_t verbs_len;

/* The option that every verb has besides its own. */
extern const struct option help_option;

/* The words that --color takes, the default first; ends in NULL. */
extern const char *const color_words[];

/* Options that several verbs take. */
#define OPTION_INDIR                                                                                    \
    {                                                                                                   \
        "indir", 'i', "DIR", "the spec: a folder of folders of TOML files, one such file, or - (specs)" \
    }
#define OPTION_ABI                                                                  \
    {                                                                               \
        "abi", 0, "LIST", "the ABIs that matter, separated by commas (all of them)" \
    }
#define OPTION_CONTEXT                                                                             \
    {                                                                                              \
        "context", 0, "CONTEXT", "who includes the headers: tools, guest or xen (all that differ)" \
    }
#define OPTION_XEN                                                           \
    {                                                                        \
        "xen", 0, "RELEASE", "the release of Xen, such as 4.18 (the newest)" \
    }
#define OPTION_FORMAT                                                                       \
    {                                                                                       \
        "format", 0, "FORMAT", "how findings are shown: text, json, sarif or github (text)" \
    }
#define OPTION_COLOR                                                           \
    {                                                                          \
        "color", 0, "WHEN", "colour in findings: auto, always or never (auto)" \
    }

/* The whole tool: parses the arguments, runs the verb, returns the exit status. */
int cmd_main(int argc, char **argv);

/* The value of an option, or `otherwise` where it was not given. */
struct str run_option(const struct run *run, const char *name, const char *otherwise);
bool run_flag(const struct run *run, const char *name);

/* Cuts the first word off a list that commas separate; false when there is none left. */
bool list_next(struct str *list, struct str *word);

/* The ABIs that --abi names, all of them where it was not given; or EXIT_CANNOT_RUN after a message. */
int read_abis(const struct run *run, abi_set *set);

/* One line on standard error, "xenbindgen: ..."; returns EXIT_CANNOT_RUN. */
int run_fail(const struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
