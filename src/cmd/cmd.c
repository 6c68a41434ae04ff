#include "cmd/cmd.h"

#include "base/fd.h"
#include "diag/print.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

const struct verb *const verbs[] = {&verb_gen,    &verb_check,       &verb_fmt,    &verb_layout,
                                    &verb_verify, &verb_import,      &verb_rules,  &verb_explain,
                                    &verb_schema, &verb_completions, &verb_version};
const size_t verbs_len = sizeof verbs / sizeof *verbs;

const struct option help_option = {"help", 'h', NULL, "show this"};
const char *const color_words[] = {"auto", "always", "never", NULL};

struct str run_option(const struct run *run, const char *name, const char *otherwise)
{
    struct str value = str_from(otherwise);
    for (size_t i = 0; i < run->options.len; i++) {
        if (strcmp(run->options.at[i].option->name, name) == 0) {
            value = run->options.at[i].value;
        }
    }
    return value;
}

bool run_flag(const struct run *run, const char *name)
{
    return run_option(run, name, "no").len == 0;
}

int run_fail(const struct run *run, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = str_vprintf(run->arena, format, args);
    va_end(args);
    struct buf line = buf_new(run->arena);
    buf_text(&line, "xenbindgen: ");
    text_visible(&line, text);
    buf_char(&line, '\n');
    (void)fd_print(STDERR_FILENO, buf_view(&line));
    return EXIT_CANNOT_RUN;
}

bool list_next(struct str *list, struct str *word)
{
    if (!list->len) {
        return false;
    }
    const char *comma = memchr(list->ptr, ',', list->len);
    size_t len = comma ? (size_t)(comma - list->ptr) : list->len;
    *word = (struct str){list->ptr, len};
    len += comma != NULL;
    *list = (struct str){list->ptr + len, list->len - len};
    return true;
}

int read_abis(const struct run *run, abi_set *set)
{
    struct str list = run_option(run, "abi", ""), name;
    *set = list.len ? 0 : ABI_ALL;
    while (list_next(&list, &name)) {
        enum abi abi = abi_find(name);
        if (abi == ABI_COUNT) {
            return run_fail(run, "there is no ABI `%.*s`: they are %.*s", STR_ARG(name),
                            STR_ARG(abi_set_names(run->arena, ABI_ALL)));
        }
        *set |= ABI_BIT(abi);
    }
    return EXIT_NOTHING_FOUND;
}

static void help_options(struct buf *out, const struct option *options, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const struct option *option = &options[i];
        size_t start = out->len;
        if (option->letter) {
            buf_printf(out, "  -%c, --%s", option->letter, option->name);
        } else {
            buf_printf(out, "      --%s", option->name);
        }
        if (option->value) {
            buf_printf(out, " %s", option->value);
        }
        size_t width = out->len - start;
        buf_fill(out, ' ', width < 26 ? 26 - width : 2);
        buf_printf(out, "%s\n", option->doc);
    }
}

static void help_verb(struct buf *out, const struct verb *verb)
{
    buf_printf(out, "usage: xenbindgen %s%s%s%s\n\n%s\n\n", verb->name, verb->options_len ? " [OPTION...]" : "",
               *verb->arguments ? " " : "", verb->arguments, verb->doc);
    help_options(out, verb->options, verb->options_len);
    help_options(out, &help_option, 1);
    buf_printf(out, "\nExample:\n");
    for (const char *line = verb->example; *line;) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end - line) : strlen(line);
        buf_printf(out, "  $ %.*s\n", (int)len, line);
        line += len + (end != NULL);
    }
}

static void help_all(struct buf *out)
{
    buf_text(out, "usage: xenbindgen VERB [OPTION...]\n\n"
                  "Makes C headers and Rust bindings of Xen's hypercall ABI from specs in TOML.\n\n");
    for (size_t i = 0; i < verbs_len; i++) {
        buf_printf(out, "  %-13s%s\n", verbs[i]->name, verbs[i]->doc);
    }
    buf_text(out,
             "\nxenbindgen VERB --help says more. Exit status: 0, nothing found; 1, findings; 2, could not run.\n");
}

static const struct verb *find_verb(struct str name)
{
    for (size_t i = 0; i < verbs_len; i++) {
        if (str_is(name, verbs[i]->name)) {
            return verbs[i];
        }
    }
    return NULL;
}

static const struct option *find_option(const struct verb *verb, struct str name, char letter)
{
    for (size_t i = 0; i < verb->options_len; i++) {
        const struct option *option = &verb->options[i];
        if (letter ? option->letter == letter : str_is(name, option->name)) {
            return option;
        }
    }
    return (letter ? letter == 'h' : str_is(name, "help")) ? &help_option : NULL;
}

static int unknown_option(struct run *run, struct str word, struct str name)
{
    struct nearest near = nearest_start(name);
    for (size_t i = 0; i < run->verb->options_len; i++) {
        nearest_try(&near, str_from(run->verb->options[i].name));
    }
    if (near.best.len) {
        return run_fail(run, "%s has no option `%.*s`; did you mean --%.*s?", run->verb->name, STR_ARG(word),
                        STR_ARG(near.best));
    }
    return run_fail(run, "%s has no option `%.*s`; see xenbindgen %s --help", run->verb->name, STR_ARG(word),
                    run->verb->name);
}

/* Reads one option; `*i` is its index and moves over a value of its own. EXIT_NOTHING_FOUND if all is well. */
static int parse_option(struct run *run, int argc, char **argv, int *i)
{
    struct str word = str_from(argv[*i]);
    bool is_long = str_starts(word, "--");
    struct str name = {word.ptr + (is_long ? 2 : 1), word.len - (is_long ? 2 : 1)};
    struct str value = {NULL, 0};
    const char *equals = is_long ? memchr(name.ptr, '=', name.len) : NULL;
    if (equals) {
        value = (struct str){equals + 1, name.len - (size_t)(equals - name.ptr) - 1};
        name.len = (size_t)(equals - name.ptr);
    } else if (!is_long && name.len > 1) {
        value = (struct str){name.ptr + 1, name.len - 1};
    }
    const struct option *option = find_option(run->verb, name, is_long ? 0 : name.ptr[0]);
    if (!option) {
        return unknown_option(run, word, name);
    }
    if (!option->value && value.ptr) {
        return run_fail(run, "--%s takes no value", option->name);
    }
    if (option->value && !value.ptr) {
        if (*i + 1 >= argc) {
            return run_fail(run, "--%s lacks its value, %s", option->name, option->value);
        }
        value = str_from(argv[++*i]);
    }
    if (option->value && !value.len) {
        return run_fail(run, "--%s lacks its value, %s", option->name, option->value);
    }
    VEC_PUSH(run->arena, &run->options, (struct given){option, option->value ? value : (struct str){"", 0}});
    return EXIT_NOTHING_FOUND;
}

static int parse(struct run *run, int argc, char **argv)
{
    bool options = true;
    for (int i = 2; i < argc; i++) {
        struct str word = str_from(argv[i]);
        if (options && str_is(word, "--")) {
            options = false;
        } else if (options && word.len > 1 && word.ptr[0] == '-') {
            int status = parse_option(run, argc, argv, &i);
            if (status) {
                return status;
            }
        } else {
            VEC_PUSH(run->arena, &run->arguments, word);
        }
    }
    return EXIT_NOTHING_FOUND;
}

/* One of the words that an option knows, of which a mistyped one reminds. */
static int check_choice(struct run *run, const char *option, const char *const *words)
{
    struct str value = run_option(run, option, words[0]);
    struct nearest near = nearest_start(value);
    struct buf all = buf_new(run->arena);
    for (const char *const *word = words; *word; word++) {
        if (str_is(value, *word)) {
            return EXIT_NOTHING_FOUND;
        }
        nearest_try(&near, str_from(*word));
        buf_printf(&all, "%s%s", word == words ? "" : word[1] ? ", " : " or ", *word);
    }
    return run_fail(run, "--%s cannot be `%.*s`: it is %.*s", option, STR_ARG(value), STR_ARG(buf_view(&all)));
}

static int fail_verb(struct run *run, struct str name)
{
    struct nearest near = nearest_start(name);
    for (size_t i = 0; i < verbs_len; i++) {
        nearest_try(&near, str_from(verbs[i]->name));
    }
    return near.best.len
               ? run_fail(run, "there is no verb `%.*s`; did you mean `%.*s`?", STR_ARG(name), STR_ARG(near.best))
               : run_fail(run, "there is no verb `%.*s`; see xenbindgen --help", STR_ARG(name));
}

static bool is_help(struct str word)
{
    return str_is(word, "--help") || str_is(word, "-h") || str_is(word, "help");
}

static int run_verb(struct run *run, int argc, char **argv)
{
    static const char *const formats[] = {"text", "json", "sarif", "github", NULL};
    const bool help = argc > 1 && is_help(str_from(argv[1]));
    if (argc < 2 || (help && argc < 3)) {
        help_all(&run->out);
        if (argc < 2) {
            (void)fd_print(STDERR_FILENO, buf_view(&run->out));
            buf_clear(&run->out);
            return EXIT_CANNOT_RUN;
        }
        return EXIT_NOTHING_FOUND;
    }
    const char *const word = argv[help ? 2 : 1];
    run->verb = find_verb(strcmp(word, "--version") == 0 ? STR("version") : str_from(word));
    if (!run->verb) {
        return fail_verb(run, str_from(word));
    }
    int status = help ? EXIT_NOTHING_FOUND : parse(run, argc, argv);
    if (status) {
        return status;
    }
    if (help || run_flag(run, "help")) {
        help_verb(&run->out, run->verb);
        return EXIT_NOTHING_FOUND;
    }
    if (run->arguments.len > run->verb->arguments_max) {
        return run_fail(run, "%s does not take `%.*s`; see xenbindgen %s --help", run->verb->name,
                        STR_ARG(run->arguments.at[run->verb->arguments_max]), run->verb->name);
    }
    status = check_choice(run, "color", color_words);
    status = status ? status : check_choice(run, "format", formats);
    return status ? status : run->verb->run(run);
}

/* What a program may have from the one that started it, made such that nothing below has to think of it. */
static void settle_process(void)
{
    struct sigaction action = {0};
    sigemptyset(&action.sa_mask);
    /* A limit on file sizes shall be an error of write, not the end. */
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, NULL);
    /* Where children are ignored nobody can wait for them. */
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, NULL);
    /* A closed descriptor would become that of a file, and messages would go there. Now it is of no use instead. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

static int fail_out_of_memory(void)
{
    (void)fd_print(STDERR_FILENO, STR("xenbindgen: out of memory\n"));
    return EXIT_CANNOT_RUN;
}

/*
 * Writes standard output; an error number, or 0. A difference holds what others left in files: programs such as patch
 * need it as it is, and on a terminal all but line ends and tabs is made visible.
 */
static int print_out(const struct run *run)
{
    struct str text = buf_view(&run->out);
    if (!text.len || !isatty(STDOUT_FILENO)) {
        return text.len ? fd_print(STDOUT_FILENO, text) : 0;
    }
    struct buf shown = buf_new(run->arena);
    for (size_t start = 0, end = 0; end < text.len; start = ++end) {
        while (end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\t') {
            end++;
        }
        text_visible(&shown, (struct str){text.ptr + start, end - start});
        if (end < text.len) {
            buf_char(&shown, text.ptr[end]);
        }
    }
    return fd_print(STDOUT_FILENO, buf_view(&shown));
}

int cmd_main(int argc, char **argv)
{
    jmp_buf oom;
    struct arena arena, scratch;
    arena_init(&arena, &oom);
    arena_init(&scratch, &oom);
    struct run run = {.arena = &arena, .scratch = &scratch};
    volatile int status = EXIT_CANNOT_RUN;
    settle_process();
    if (setjmp(oom) == 0) {
        run.out = buf_new(&arena);
        status = run_verb(&run, argc, argv);
        int error = print_out(&run);
        if (error) {
            status = run_fail(&run, "cannot write standard output: %s", strerror(error));
        }
    } else {
        status = fail_out_of_memory();
    }
    arena_free(&scratch);
    arena_free(&arena);
    return status;
}
