/* The completions verb: scripts that complete verbs, options and their values, from the tables that help comes from. */
#include "cmd/cmd.h"

#include "abi/condition.h"
#include "diag/print.h"
#include "diag/rules.h"
#include "emit/emit.h"

#include <string.h>

/* What a value may be. */
enum value_kind { VALUE_ANY, VALUE_FOLDER, VALUE_FILE, VALUE_WORDS, VALUE_LIST };

struct value_info {
    enum value_kind kind;
    struct str words; /* with blanks between them */
};

/* The ways of verify, which may have been built without it. */
static const char way_words[] = "guest legacy tools xen";
static const char *const shell_words[] = {"bash", "zsh", "fish"};
#define SHELLS_LEN (sizeof shell_words / sizeof *shell_words)

static void add_word(struct buf *words, const char *word)
{
    buf_printf(words, "%s%s", words->len ? " " : "", word);
}

/* What stands in help for a value says what it may be; "" for the argument of a verb that has none. */
static struct value_info value_info(struct arena *arena, const char *name)
{
    struct str value = str_from(name);
    struct buf words = buf_new(arena);
    enum value_kind kind = VALUE_WORDS;
    if (str_is(value, "DIR") || str_is(value, "[DIR]")) {
        kind = VALUE_FOLDER;
    } else if (str_is(value, "FILE") || str_is(value, "[PATH]")) {
        kind = VALUE_FILE;
    } else if (str_is(value, "LANG")) {
        for (size_t i = 0; i < backends_len; i++) {
            add_word(&words, backends[i]->name);
        }
    } else if (str_is(value, "FORMAT")) {
        for (size_t i = 0; i < diag_formats_len; i++) {
            add_word(&words, diag_formats[i].name);
        }
    } else if (str_is(value, "WHEN")) {
        for (const char *const *word = color_words; *word; word++) {
            add_word(&words, *word);
        }
    } else if (str_is(value, "CONTEXT")) {
        for (enum context context = 0; context < CONTEXT_COUNT; context++) {
            add_word(&words, contexts[context].name);
        }
    } else if (str_is(value, "RULE")) {
        for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
            add_word(&words, rules[rule].id);
        }
    } else if (str_is(value, "SHELL")) {
        for (size_t i = 0; i < SHELLS_LEN; i++) {
            add_word(&words, shell_words[i]);
        }
    } else {
        kind = VALUE_ANY;
    }
    return (struct value_info){kind, buf_view(&words)};
}

static struct value_info option_info(struct arena *arena, const struct option *option)
{
    if (strcmp(option->value, "LIST") != 0) {
        return value_info(arena, option->value);
    }
    if (strcmp(option->name, "context") == 0) {
        return (struct value_info){VALUE_LIST, str_from(way_words)};
    }
    struct buf words = buf_new(arena);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        add_word(&words, abis[abi].name);
    }
    return (struct value_info){VALUE_LIST, buf_view(&words)};
}

/* The options of a verb, and --help after them. */
static const struct option *option_at(const struct verb *verb, size_t i)
{
    return i < verb->options_len ? &verb->options[i] : &help_option;
}

/* bash: a function that finds out which verb and which option it is about. */

static void bash_values(struct buf *out, const struct value_info *info, const char *indent)
{
    if (info->kind == VALUE_WORDS) {
        buf_printf(out, "%smapfile -t COMPREPLY < <(compgen -W '%.*s' -- \"$cur\")\n", indent, STR_ARG(info->words));
    } else if (info->kind == VALUE_LIST) {
        buf_printf(out, "%s_xenbindgen_list '%.*s'\n", indent, STR_ARG(info->words));
    } else if (info->kind != VALUE_ANY) {
        buf_printf(out, "%scompopt -o filenames 2>/dev/null\n", indent);
        buf_printf(out, "%smapfile -t COMPREPLY < <(compgen -%c -- \"$cur\")\n", indent,
                   info->kind == VALUE_FOLDER ? 'd' : 'f');
    } else {
        buf_printf(out, "%s:\n", indent);
    }
}

static void bash_option(struct buf *out, const struct verb *verb, const struct option *option)
{
    if (!option->value) {
        return;
    }
    buf_printf(out, "    '%s --%s'", verb->name, option->name);
    if (option->letter) {
        buf_printf(out, " | '%s -%c'", verb->name, option->letter);
    }
    buf_text(out, ")\n");
    struct value_info info = option_info(out->arena, option);
    bash_values(out, &info, "        ");
    buf_text(out, "        return\n        ;;\n");
}

static void bash_verb(struct buf *out, const struct verb *verb)
{
    buf_printf(out, "    %s)\n        if [[ $cur == -* ]]; then\n            mapfile -t COMPREPLY < <(compgen -W '",
               verb->name);
    for (size_t i = 0; i <= verb->options_len; i++) {
        const struct option *option = option_at(verb, i);
        buf_printf(out, "%s--%s", i ? " " : "", option->name);
        if (option->letter) {
            buf_printf(out, " -%c", option->letter);
        }
    }
    buf_text(out, "' -- \"$cur\")\n        else\n");
    struct value_info info = value_info(out->arena, verb->arguments);
    bash_values(out, &info, "            ");
    buf_text(out, "        fi\n        ;;\n");
}

static void bash_write(struct buf *out)
{
    buf_text(out,
             "# Completions of xenbindgen for bash: source this file, or install it as bash-completion wants it.\n\n"
             "# One of a list of words that commas separate.\n"
             "_xenbindgen_list() {\n"
             "    local before=\n"
             "    [[ $cur != *,* ]] || before=${cur%,*},\n"
             "    compopt -o nospace 2>/dev/null\n"
             "    mapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$1\" -- \"${cur##*,}\")\n"
             "}\n\n"
             "_xenbindgen() {\n"
             "    local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
             "    COMPREPLY=()\n"
             "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
             "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; i < verbs_len; i++) {
        buf_printf(out, "%s ", verbs[i]->name);
    }
    buf_text(out, "help' -- \"$cur\")\n"
                  "        return\n"
                  "    fi\n"
                  "    # `--abi=x86_64`: bash takes the equals sign for a word of its own.\n"
                  "    if [[ $cur == = ]]; then\n"
                  "        cur=\n"
                  "    elif [[ $previous == = ]]; then\n"
                  "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
                  "    fi\n"
                  "    case \"$verb $previous\" in\n");
    for (size_t v = 0; v < verbs_len; v++) {
        for (size_t i = 0; i < verbs[v]->options_len; i++) {
            bash_option(out, verbs[v], &verbs[v]->options[i]);
        }
    }
    buf_text(out, "    esac\n    case $verb in\n    help)\n        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; i < verbs_len; i++) {
        buf_printf(out, "%s%s", i ? " " : "", verbs[i]->name);
    }
    buf_text(out, "' -- \"$cur\")\n        ;;\n");
    for (size_t v = 0; v < verbs_len; v++) {
        bash_verb(out, verbs[v]);
    }
    buf_text(out, "    esac\n}\n\ncomplete -F _xenbindgen xenbindgen\n");
}

/* Text in single quotes; in `escaped` characters a backslash goes before each. */
static void quoted(struct buf *out, const char *text, const char *escaped, const char *quote)
{
    for (const char *c = text; *c; c++) {
        if (*c == '\'') {
            buf_text(out, quote);
        } else {
            buf_printf(out, "%s%c", strchr(escaped, *c) ? "\\" : "", *c);
        }
    }
}

/* zsh: _arguments, verb by verb. */

static void zsh_action(struct buf *out, const char *name, const struct value_info *info)
{
    buf_printf(out, ":%s:", name);
    switch (info->kind) {
    case VALUE_ANY:
        break;
    case VALUE_FOLDER:
        buf_text(out, "_files -/");
        break;
    case VALUE_FILE:
        buf_text(out, "_files");
        break;
    case VALUE_WORDS:
        buf_printf(out, "(%.*s)", STR_ARG(info->words));
        break;
    case VALUE_LIST:
        buf_printf(out, "_values -s , %s %.*s", name, STR_ARG(info->words));
        break;
    }
}

static void zsh_option(struct buf *out, const struct option *option, const char *name)
{
    buf_printf(out, " \\\n            '%s%s[", name, option->value && name[1] == '-' ? "=" : "");
    quoted(out, option->doc, "[]:\\", "'\\''");
    buf_char(out, ']');
    if (option->value) {
        struct value_info info = option_info(out->arena, option);
        zsh_action(out, option->value, &info);
    }
    buf_char(out, '\'');
}

/* "[DIR]" as the name of what it is. */
static const char *argument_name(struct arena *arena, const char *arguments)
{
    size_t len = strlen(arguments);
    return arguments[0] == '[' ? str_copy(arena, (struct str){arguments + 1, len - 2}).ptr : arguments;
}

static void zsh_write(struct buf *out)
{
    buf_text(out, "#compdef xenbindgen\n"
                  "# Completions of xenbindgen for zsh: install this file as _xenbindgen in a folder of $fpath.\n\n"
                  "_xenbindgen() {\n"
                  "    local -a verbs\n"
                  "    verbs=(\n");
    for (size_t i = 0; i < verbs_len; i++) {
        buf_printf(out, "        '%s:", verbs[i]->name);
        quoted(out, verbs[i]->doc, ":\\", "'\\''");
        buf_text(out, "'\n");
    }
    buf_text(out, "    )\n"
                  "    if ((CURRENT == 2)); then\n"
                  "        _describe -t verbs verb verbs\n"
                  "        return\n"
                  "    fi\n"
                  "    local verb=$words[2]\n"
                  "    shift words\n"
                  "    ((CURRENT--))\n"
                  "    case $verb in\n"
                  "    help)\n"
                  "        _describe -t verbs verb verbs\n"
                  "        ;;\n");
    for (size_t v = 0; v < verbs_len; v++) {
        const struct verb *verb = verbs[v];
        buf_printf(out, "    %s)\n        _arguments -S", verb->name);
        for (size_t i = 0; i <= verb->options_len; i++) {
            const struct option *option = option_at(verb, i);
            zsh_option(out, option, str_printf(out->arena, "--%s", option->name).ptr);
            if (option->letter) {
                zsh_option(out, option, str_printf(out->arena, "-%c", option->letter).ptr);
            }
        }
        if (verb->arguments_max) {
            struct value_info info = value_info(out->arena, verb->arguments);
            const char *name = argument_name(out->arena, verb->arguments);
            buf_printf(out, " \\\n            '%s", verb->arguments_max > 1 ? "*" : "1");
            zsh_action(out, name, &info);
            buf_char(out, '\'');
        }
        buf_text(out, "\n        ;;\n");
    }
    buf_text(out, "    esac\n}\n\n"
                  "if [[ $funcstack[1] == _xenbindgen ]]; then\n"
                  "    _xenbindgen \"$@\"\n"
                  "else\n"
                  "    compdef _xenbindgen xenbindgen\n"
                  "fi\n");
}

/* fish: a line for each verb and option. */

static void fish_values(struct buf *out, const struct value_info *info)
{
    if (info->kind == VALUE_FOLDER) {
        buf_text(out, " -a '(__fish_complete_directories)'");
    } else if (info->kind == VALUE_FILE) {
        buf_text(out, " -F");
    } else if (info->kind == VALUE_WORDS) {
        buf_printf(out, " -a '%.*s'", STR_ARG(info->words));
    } else if (info->kind == VALUE_LIST) {
        buf_printf(out, " -a '(__fish_append , %.*s)'", STR_ARG(info->words));
    }
}

static void fish_write(struct buf *out)
{
    buf_text(out, "# Completions of xenbindgen for fish: install this file as completions/xenbindgen.fish.\n\n"
                  "complete -c xenbindgen -f\n");
    for (size_t v = 0; v < verbs_len; v++) {
        const struct verb *verb = verbs[v];
        buf_printf(out, "complete -c xenbindgen -n __fish_use_subcommand -a %s -d '", verb->name);
        quoted(out, verb->doc, "\\", "\\'");
        buf_text(out, "'\n");
        buf_printf(out, "complete -c xenbindgen -n '__fish_seen_subcommand_from help' -a %s\n", verb->name);
    }
    for (size_t v = 0; v < verbs_len; v++) {
        const struct verb *verb = verbs[v];
        for (size_t i = 0; i <= verb->options_len; i++) {
            const struct option *option = option_at(verb, i);
            buf_printf(out, "complete -c xenbindgen -n '__fish_seen_subcommand_from %s' -l %s", verb->name,
                       option->name);
            if (option->letter) {
                buf_printf(out, " -s %c", option->letter);
            }
            if (option->value) {
                struct value_info info = option_info(out->arena, option);
                buf_text(out, info.kind == VALUE_FILE ? " -r" : " -x");
                fish_values(out, &info);
            }
            buf_text(out, " -d '");
            quoted(out, option->doc, "\\", "\\'");
            buf_text(out, "'\n");
        }
        struct value_info info = value_info(out->arena, verb->arguments);
        if (info.kind != VALUE_ANY) {
            buf_printf(out, "complete -c xenbindgen -n '__fish_seen_subcommand_from %s'", verb->name);
            fish_values(out, &info);
            buf_char(out, '\n');
        }
    }
}

static int run_completions(struct run *run)
{
    static void (*const writers[SHELLS_LEN])(struct buf *) = {bash_write, zsh_write, fish_write};
    if (!run->arguments.len) {
        return run_fail(run, "completions needs a shell: bash, zsh or fish");
    }
    struct str name = run->arguments.at[0];
    for (size_t i = 0; i < SHELLS_LEN; i++) {
        if (str_is(name, shell_words[i])) {
            writers[i](&run->out);
            return EXIT_NOTHING_FOUND;
        }
    }
    return run_fail(run, "there are no completions for `%.*s`: they are for bash, zsh and fish", STR_ARG(name));
}

const struct verb verb_completions = {.name = "completions",
                                      .arguments = "SHELL",
                                      .arguments_max = 1,
                                      .doc =
                                          "Shows a script that completes verbs, options and their values in a shell.",
                                      .example = "xenbindgen completions bash > xenbindgen.bash",
                                      .run = run_completions};
