#include "witness/compiler.h"

#include "base/dir.h"
#include "base/fd.h"
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a shell says, too, of a program that it cannot run. */
#define STATUS_NO_PROGRAM 127
/* What else may go wrong before the compiler is there. */
#define STATUS_NOT_STARTED 126

static bool fail(struct compiler *compiler, struct str *error, const char *what, struct str path)
{
    *error = str_printf(compiler->arena, "cannot %s `%.*s`: %s", what, STR_ARG(path), strerror(errno));
    return false;
}

/* The signals that end a run. While the private folder is there they wait, so that it goes first. */
static sigset_t end_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGQUIT);
    return set;
}

static bool is_ending(void)
{
    sigset_t set;
    return sigpending(&set) == 0 && (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
                                     sigismember(&set, SIGHUP) || sigismember(&set, SIGQUIT));
}

struct str compiler_add_file(struct compiler *compiler, const char *path, struct str text, struct str *error)
{
    struct str full = dir_join(compiler->arena, compiler->folder, str_from(path));
    for (size_t i = 0; path[i]; i++) {
        if (path[i] != '/') {
            continue;
        }
        struct str folder = dir_join(compiler->arena, compiler->folder, (struct str){path, i});
        VEC_PUSH(compiler->arena, &compiler->folders, folder);
        if (mkdir(folder.ptr, 0700) != 0 && errno != EEXIST) {
            fail(compiler, error, "make", folder);
            return STR("");
        }
    }
    VEC_PUSH(compiler->arena, &compiler->files, full);
    int fd = fd_open(AT_FDCWD, full.ptr, O_WRONLY | O_CREAT | O_TRUNC);
    errno = fd < 0 ? errno : fd_close(fd, fd_write(fd, text));
    if (errno) {
        fail(compiler, error, "write", full);
        return STR("");
    }
    return full;
}

static char **arguments(const struct compiler *compiler, const struct task *task)
{
    char **argv = ARENA_ARRAY(compiler->arena, compiler->words.len + task->options.len + 2, char *);
    size_t len = 0;
    for (size_t i = 0; i < compiler->words.len; i++) {
        argv[len++] = (char *)compiler->words.at[i].ptr;
    }
    for (size_t i = 0; i < task->options.len; i++) {
        argv[len++] = (char *)task->options.at[i].ptr;
    }
    argv[len++] = (char *)task->path.ptr;
    return argv;
}

/* Starts the compiler; -1, and an errno, if that fails. Its output goes to two files. Allocates nothing. */
static pid_t start(const struct compiler *compiler, char **argv, const char *out, const char *err)
{
    pid_t child = fork();
    if (child == 0) {
        int in_fd = open("/dev/null", O_RDONLY), out_fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int err_fd = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (in_fd >= 0 && out_fd >= 0 && err_fd >= 0 && dup2(in_fd, 0) >= 0 && dup2(out_fd, 1) >= 0 &&
            dup2(err_fd, 2) >= 0 && setenv("LC_ALL", "C", 1) == 0) {
            sigprocmask(SIG_SETMASK, &compiler->signals, NULL);
            execvp(argv[0], argv);
        }
        _exit(errno == ENOENT || errno == EACCES || errno == ENOTDIR ? STATUS_NO_PROGRAM : STATUS_NOT_STARTED);
    }
    return child;
}

/* The exit status of a child, or -1 if it has none. */
static int wait_for(pid_t child)
{
    int status = 0;
    pid_t got;
    do {
        got = waitpid(child, &status, 0);
    } while (got < 0 && errno == EINTR);
    return got == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Cuts a number off the front of a string; false if there is none. */
static bool cut_number(struct str *s, unsigned *number)
{
    size_t len = 0;
    *number = 0;
    while (len < s->len && len < 9 && ascii_is_digit(s->ptr[len])) {
        *number = *number * 10 + (unsigned)(s->ptr[len++] - '0');
    }
    *s = (struct str){s->ptr + len, s->len - len};
    return len != 0;
}

static bool cut_text(struct str *s, const char *text)
{
    bool starts = str_starts(*s, text);
    size_t len = starts ? strlen(text) : 0;
    *s = (struct str){s->ptr + len, s->len - len};
    return starts;
}

/* "path:line:column: error: message"; GCC leaves the column out where it knows none. */
static bool read_complaint(struct str line, struct complaint *complaint)
{
    for (size_t i = 1; i + 1 < line.len; i++) {
        struct str rest = {line.ptr + i + 1, line.len - i - 1};
        *complaint = (struct complaint){.path = {line.ptr, i}, .column = 1};
        if (line.ptr[i] != ':' || !cut_number(&rest, &complaint->line) || !cut_text(&rest, ":")) {
            continue;
        }
        if (cut_number(&rest, &complaint->column) && !cut_text(&rest, ":")) {
            continue;
        }
        if (cut_text(&rest, " error: ") || cut_text(&rest, " fatal error: ")) {
            complaint->message = rest;
            return true;
        }
    }
    return false;
}

static void read_complaints(struct compiler *compiler, struct task *task)
{
    struct str rest = task->output;
    while (rest.len) {
        size_t len = 0;
        while (len < rest.len && rest.ptr[len] != '\n') {
            len++;
        }
        struct complaint complaint;
        if (read_complaint((struct str){rest.ptr, len}, &complaint)) {
            VEC_PUSH(compiler->arena, &task->complaints, complaint);
        }
        len += len < rest.len;
        rest = (struct str){rest.ptr + len, rest.len - len};
    }
}

/* What a task's compiler has printed. False, and an error, if nobody can tell. */
static bool read_output(struct compiler *compiler, struct task *task, const char *path, struct str *error)
{
    if (is_ending()) {
        *error = STR("interrupted");
        return false;
    }
    if (task->status == STATUS_NO_PROGRAM) {
        *error =
            str_printf(compiler->arena, "cannot run the compiler `%.*s`: is it installed?", STR_ARG(compiler->command));
        return false;
    }
    if (task->status < 0 || task->status == STATUS_NOT_STARTED) {
        *error = str_printf(compiler->arena, "the compiler `%.*s` %s", STR_ARG(compiler->command),
                            task->status < 0 ? "was killed" : "could not be started");
        return false;
    }
    if (!input_read(compiler->arena, str_from(path), &task->output, error)) {
        return false;
    }
    read_complaints(compiler, task);
    return true;
}

/* Runs tasks whose files are written. The output of each is what it prints, or with `errors` its messages. */
static bool run_all(struct compiler *compiler, struct task *tasks, size_t len, bool errors, struct str *error)
{
    char ***argv = ARENA_ARRAY(compiler->arena, len, char **);
    for (size_t i = 0; i < len; i++) {
        argv[i] = arguments(compiler, &tasks[i]);
    }
    for (size_t first = 0; first < len; first += COMPILERS_MAX) {
        pid_t children[COMPILERS_MAX];
        size_t started = 0;
        int number = 0;
        /* Until all have ended nothing is allocated: were memory to run out, they would be left alone. */
        while (!number && started < COMPILERS_MAX && first + started < len) {
            children[started] = start(compiler, argv[first + started], compiler->out[started], compiler->err[started]);
            number = children[started] < 0 ? errno : 0;
            started += !number;
        }
        for (size_t i = 0; i < started; i++) {
            tasks[first + i].status = wait_for(children[i]);
        }
        if (number) {
            errno = number;
            return fail(compiler, error, "run", compiler->command);
        }
        for (size_t i = 0; i < started; i++) {
            if (!read_output(compiler, &tasks[first + i], errors ? compiler->err[i] : compiler->out[i], error)) {
                return false;
            }
        }
    }
    return true;
}

/* Has the compiler's own preprocessor say which of the ABIs it is for. */
static bool find_abi(struct compiler *compiler, struct str *error)
{
    struct arena *arena = compiler->arena;
    struct buf text = buf_new(arena);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        buf_printf(&text, "#if %s\nxenbindgen %u %u\n#endif\n", abis[abi].c_test, (unsigned)abi, abis[abi].long_size);
    }
    buf_text(&text, "#ifdef __clang__\nxenbindgen clang\n#endif\nxenbindgen long __SIZEOF_LONG__\n"
                    "#ifdef __has_attribute\n#if __has_attribute(error) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__\n"
                    "xenbindgen functions\n#endif\n#endif\n");
    struct task task = {.path = compiler_add_file(compiler, "abi.c", buf_view(&text), error)};
    VEC_PUSH(arena, &task.options, STR("-E"));
    VEC_PUSH(arena, &task.options, STR("-P"));
    if (!task.path.len || !run_all(compiler, &task, 1, false, error)) {
        return false;
    }
    if (task.status != 0) {
        *error =
            str_printf(arena, "`%.*s` is no C compiler that works: it cannot preprocess", STR_ARG(compiler->command));
        return false;
    }
    compiler->abi = ABI_COUNT;
    bool fits = false;
    for (size_t i = 0; i < task.output.len; i++) {
        struct str rest = {task.output.ptr + i, task.output.len - i};
        unsigned number, size;
        if (!cut_text(&rest, "xenbindgen ")) {
            continue;
        }
        compiler->is_clang = compiler->is_clang || str_starts(rest, "clang");
        compiler->knows_functions = compiler->knows_functions || str_starts(rest, "functions");
        if (cut_text(&rest, "long ")) {
            fits = compiler->abi != ABI_COUNT && cut_number(&rest, &size) && size == abis[compiler->abi].long_size;
        } else if (cut_number(&rest, &number) && number < ABI_COUNT) {
            compiler->abi = (enum abi)number;
        }
    }
    if (!fits) {
        *error = str_printf(arena, "`%.*s` compiles for none of the ABIs that Xen serves", STR_ARG(compiler->command));
    }
    return fits;
}

/* A name in the private folder that goes with it. */
static const char *add_name(struct compiler *compiler, struct str name)
{
    struct str full = dir_join(compiler->arena, compiler->folder, name);
    VEC_PUSH(compiler->arena, &compiler->files, full);
    return full.ptr;
}

bool compiler_open(struct arena *arena, struct str command, struct compiler *compiler, struct str *error)
{
    *compiler = (struct compiler){.arena = arena, .command = command, .folder = {"", 0}};
    for (struct str rest = command; rest.len;) {
        size_t len = 0;
        while (len < rest.len && rest.ptr[len] != ' ') {
            len++;
        }
        if (len) {
            VEC_PUSH(arena, &compiler->words, str_copy(arena, (struct str){rest.ptr, len}));
        }
        len += len < rest.len;
        rest = (struct str){rest.ptr + len, rest.len - len};
    }
    if (!compiler->words.len) {
        *error = STR("--cc wants the name of a compiler");
        return false;
    }
    const char *temporary = getenv("TMPDIR");
    struct str base = str_from(temporary && *temporary ? temporary : "/tmp");
    char *folder = (char *)dir_join(arena, base, STR("xenbindgen-XXXXXX")).ptr;
    sigset_t wait = end_signals();
    sigprocmask(SIG_BLOCK, &wait, &compiler->signals);
    if (!mkdtemp(folder)) {
        int number = errno;
        sigprocmask(SIG_SETMASK, &compiler->signals, NULL);
        errno = number;
        return fail(compiler, error, "make a folder in", base);
    }
    compiler->folder = str_from(folder);
    for (size_t i = 0; i < COMPILERS_MAX; i++) {
        compiler->out[i] = add_name(compiler, str_printf(arena, "out-%zu", i));
        compiler->err[i] = add_name(compiler, str_printf(arena, "err-%zu", i));
    }
    return find_abi(compiler, error);
}

void compiler_close(struct compiler *compiler)
{
    for (size_t i = 0; i < compiler->files.len; i++) {
        unlink(compiler->files.at[i].ptr);
    }
    for (size_t i = compiler->folders.len; i-- > 0;) {
        rmdir(compiler->folders.at[i].ptr);
    }
    if (compiler->folder.len) {
        rmdir(compiler->folder.ptr);
        sigprocmask(SIG_SETMASK, &compiler->signals, NULL);
    }
}

bool compiler_check(struct compiler *compiler, struct task *tasks, size_t len, struct str *error)
{
    for (size_t i = 0; i < len; i++) {
        struct str name = str_printf(compiler->arena, "claims-%zu.c", i);
        tasks[i].path = compiler_add_file(compiler, name.ptr, tasks[i].text, error);
        if (!tasks[i].path.len) {
            return false;
        }
    }
    return !len || run_all(compiler, tasks, len, true, error);
}
