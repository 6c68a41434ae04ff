/*
 * Stands between the program and the system, and makes calls fail. The linker puts it there (--wrap=CALL for each call
 * of the Makefile's FAULT_CALLS); the program does not know of it.
 *
 * XBG_FAULT=CALL:NUMBER:EFFECT says what happens, and when. CALL is a call's name, "memory" for all that allocate,
 * "arena" for what the program's arenas are asked for, or "any" for all others. NUMBER is the call of that kind that it
 * happens to, counted from 1; "3+" is the third and all after it, "odd" the first, the third, and so on. EFFECT is
 * a number: the call is not made, and fails with that errno (but close closes, and waitpid waits); or "short": a
 * transfer moves one byte; or "before-9" or "after-9": the program gets that signal before or after the call.
 *
 * XBG_FAULT_LOG=FILE gets a line "CALL NUMBER-OF-CALLS" for each kind when the program ends.
 *
 * XBG_FAULT_SWEEP=PREFIX runs the whole program again and again in one process: the first allocation from an arena
 * fails, then the second, and so on until a run gets to its end, or has renamed a file. Each of the others has to end
 * as one that is out of memory. The standard streams go to PREFIX.out and PREFIX.err meanwhile. The last line on
 * standard output tells the number that is next, and "end" or "renamed". XBG_FAULT_STRIDE=NUMBER leaves allocations
 * out: only every so many'th fails. XBG_FAULT_FINDINGS= says that findings may stand before "out of memory".
 */
#include "base/arena.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* clang-format off */
#define CALLS(X) \
    X(memory) X(arena) X(any) X(open) X(openat) X(read) \
    X(write) X(pread) X(pwrite) X(close) X(fstat) X(fstatat) \
    X(stat) X(lseek) X(mkdir) X(mkdirat) X(rmdir) X(unlink) \
    X(unlinkat) X(renameat) X(fsync) X(dup) X(fdopendir) X(readdir) \
    X(poll) X(fork) X(waitpid) X(mkdtemp) X(tmpfile) X(readlink) \
    X(pthread_create) X(dlopen) X(gethostname)
/* clang-format on */

enum call {
#define CALL_ID(name) CALL_##name,
    CALLS(CALL_ID) CALL_COUNT
};

static const char *const names[] = {
#define CALL_NAME(name) #name,
    CALLS(CALL_NAME)};

enum effect { EFFECT_NONE, EFFECT_FAIL, EFFECT_SHORT, EFFECT_BEFORE, EFFECT_AFTER };

static atomic_uint counts[CALL_COUNT];
static enum call plan_call = CALL_COUNT;
static unsigned plan_number;
static bool plan_on, plan_odd;
static enum effect plan_effect;
static int plan_errno, plan_signal;
static const char *log_path;
/* Only calls between the start of cmd_main and its end count: what stands around it is not the program's. */
static atomic_bool is_inside;

static void usage(const char *plan)
{
    fprintf(stderr, "XBG_FAULT=%s: not CALL:NUMBER:EFFECT\n", plan);
    _exit(99);
}

__attribute__((constructor)) static void read_plan(void)
{
    const char *const plan = getenv("XBG_FAULT");
    char call[32], number[16], effect[16], *end;

    log_path = getenv("XBG_FAULT_LOG");
    if (!plan) {
        return;
    }
    if (sscanf(plan, "%31[^:]:%15[^:]:%15s", call, number, effect) != 3) {
        usage(plan);
    }
    for (plan_call = 0; plan_call < CALL_COUNT && strcmp(call, names[plan_call]) != 0; plan_call++) {
    }
    plan_odd = strcmp(number, "odd") == 0;
    plan_number = plan_odd ? 1 : (unsigned)strtoul(number, &end, 10);
    plan_on = !plan_odd && *end == '+';
    if (strcmp(effect, "short") == 0) {
        plan_effect = EFFECT_SHORT;
    } else if (sscanf(effect, "before-%d", &plan_signal) == 1) {
        plan_effect = EFFECT_BEFORE;
    } else if (sscanf(effect, "after-%d", &plan_signal) == 1) {
        plan_effect = EFFECT_AFTER;
    } else {
        plan_effect = EFFECT_FAIL;
        plan_errno = atoi(effect);
    }
    if (plan_call == CALL_COUNT || plan_number == 0 || (plan_effect == EFFECT_FAIL && plan_errno == 0)) {
        usage(plan);
    }
}

__attribute__((destructor)) static void write_log(void)
{
    FILE *const file = log_path ? fopen(log_path, "w") : NULL;

    if (!file) {
        return;
    }
    for (enum call call = 0; call < CALL_COUNT; call++) {
        fprintf(file, "%s %u\n", names[call], atomic_load(&counts[call]));
    }
    fclose(file);
}

/* Counts a call; what is to happen to it, which has happened already if it comes before the call. */
static enum effect count(enum call call)
{
    if (!atomic_load(&is_inside)) {
        return EFFECT_NONE;
    }
    unsigned number = atomic_fetch_add(&counts[call], 1) + 1;

    if (call != CALL_memory && call != CALL_arena) {
        const unsigned any = atomic_fetch_add(&counts[CALL_any], 1) + 1;

        number = plan_call == CALL_any ? any : number;
        call = plan_call == CALL_any ? CALL_any : call;
    }
    if (call != plan_call || (plan_odd ? number % 2 == 0 : plan_on ? number < plan_number : number != plan_number)) {
        return EFFECT_NONE;
    }
    if (plan_effect == EFFECT_BEFORE) {
        raise(plan_signal);
    }
    if (plan_effect == EFFECT_FAIL) {
        errno = plan_errno;
    }
    return plan_effect;
}

static void after(enum effect effect)
{
    if (effect == EFFECT_AFTER) {
        raise(plan_signal);
    }
}

/* A call with fixed arguments; `failed` is what it returns when it fails. */
#define WRAP(call, name, type, failed, params, args)   \
    type __real_##name params;                         \
    type __wrap_##name params;                         \
    type __wrap_##name params                          \
    {                                                  \
        const enum effect effect = count(CALL_##call); \
        type result;                                   \
                                                       \
        if (effect == EFFECT_FAIL) {                   \
            return failed;                             \
        }                                              \
        result = __real_##name args;                   \
        after(effect);                                 \
        return result;                                 \
    }

WRAP(tmpfile, tmpfile, FILE *, NULL, (void), ())
WRAP(memory, malloc, void *, NULL, (size_t size), (size))
WRAP(memory, calloc, void *, NULL, (size_t len, size_t size), (len, size))
WRAP(memory, realloc, void *, NULL, (void *old, size_t size), (old, size))
WRAP(fstat, fstat, int, -1, (int fd, struct stat *info), (fd, info))
WRAP(fstatat, fstatat, int, -1, (int fd, const char *path, struct stat *info, int flags), (fd, path, info, flags))
WRAP(stat, stat, int, -1, (const char *path, struct stat *info), (path, info))
WRAP(lseek, lseek, off_t, -1, (int fd, off_t at, int whence), (fd, at, whence))
WRAP(mkdir, mkdir, int, -1, (const char *path, mode_t mode), (path, mode))
WRAP(mkdirat, mkdirat, int, -1, (int fd, const char *path, mode_t mode), (fd, path, mode))
WRAP(rmdir, rmdir, int, -1, (const char *path), (path))
WRAP(unlink, unlink, int, -1, (const char *path), (path))
WRAP(unlinkat, unlinkat, int, -1, (int fd, const char *path, int flags), (fd, path, flags))
WRAP(renameat, renameat, int, -1, (int from_fd, const char *from, int to_fd, const char *to),
     (from_fd, from, to_fd, to))
WRAP(fsync, fsync, int, -1, (int fd), (fd))
WRAP(dup, dup, int, -1, (int fd), (fd))
WRAP(fdopendir, fdopendir, DIR *, NULL, (int fd), (fd))
WRAP(readdir, readdir, struct dirent *, NULL, (DIR * dir), (dir))
WRAP(poll, poll, int, -1, (struct pollfd * fds, nfds_t len, int timeout), (fds, len, timeout))
WRAP(fork, fork, pid_t, -1, (void), ())
WRAP(mkdtemp, mkdtemp, char *, NULL, (char *path), (path))
WRAP(readlink, readlink, ssize_t, -1, (const char *path, char *target, size_t size), (path, target, size))
WRAP(pthread_create, pthread_create, int, plan_errno,
     (pthread_t * thread, const pthread_attr_t *attr, void *(*start)(void *), void *data), (thread, attr, start, data))
WRAP(dlopen, dlopen, void *, NULL, (const char *path, int flags), (path, flags))
WRAP(gethostname, gethostname, int, -1, (char *name, size_t size), (name, size))

/* Transfers may be short. */
#define WRAP_TRANSFER(name, params, args)                     \
    ssize_t __real_##name params;                             \
    ssize_t __wrap_##name params;                             \
    ssize_t __wrap_##name params                              \
    {                                                         \
        const enum effect effect = count(CALL_##name);        \
        ssize_t result;                                       \
                                                              \
        if (effect == EFFECT_FAIL) {                          \
            return -1;                                        \
        }                                                     \
        size = effect == EFFECT_SHORT && size > 1 ? 1 : size; \
        result = __real_##name args;                          \
        after(effect);                                        \
        return result;                                        \
    }

WRAP_TRANSFER(read, (int fd, void *bytes, size_t size), (fd, bytes, size))
WRAP_TRANSFER(write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
WRAP_TRANSFER(pread, (int fd, void *bytes, size_t size, off_t at), (fd, bytes, size, at))
WRAP_TRANSFER(pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))

/* Children that nobody can wait for have ended nevertheless. */
pid_t __real_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);
pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
    const enum effect effect = count(CALL_waitpid);
    const int number = errno;
    pid_t result;

    if (effect == EFFECT_FAIL && number == EINTR) {
        return -1;
    }
    result = __real_waitpid(pid, status, options);
    if (effect == EFFECT_FAIL) {
        errno = number;
        return -1;
    }
    after(effect);
    return result;
}

/* A close that fails has closed nevertheless. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    const enum effect effect = count(CALL_close);
    const int result = __real_close(fd);

    if (effect == EFFECT_FAIL) {
        errno = plan_errno;
        return -1;
    }
    after(effect);
    return result;
}

static mode_t mode_of(int flags, va_list args)
{
    return flags & O_CREAT ? (mode_t)va_arg(args, unsigned) : 0;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    const enum effect effect = count(CALL_open);
    va_list args;
    int fd;

    if (effect == EFFECT_FAIL) {
        return -1;
    }
    va_start(args, flags);
    fd = __real_open(path, flags, mode_of(flags, args));
    va_end(args);
    after(effect);
    return fd;
}

int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...)
{
    const enum effect effect = count(CALL_openat);
    va_list args;
    int fd;

    if (effect == EFFECT_FAIL) {
        return -1;
    }
    va_start(args, flags);
    fd = __real_openat(folder, path, flags, mode_of(flags, args));
    va_end(args);
    after(effect);
    return fd;
}

/* What an arena does when there is no memory. */
static void fail_arena(struct arena *arena)
{
    if (count(CALL_arena) == EFFECT_FAIL) {
        if (!arena->oom) {
            abort();
        }
        longjmp(*arena->oom, 1);
    }
}

#define WRAP_ARENA(name, params, args) \
    void *__real_##name params;        \
    void *__wrap_##name params;        \
    void *__wrap_##name params         \
    {                                  \
        fail_arena(arena);             \
        return __real_##name args;     \
    }

WRAP_ARENA(arena_alloc, (struct arena * arena, size_t size), (arena, size))
WRAP_ARENA(arena_array, (struct arena * arena, size_t len, size_t size), (arena, len, size))
WRAP_ARENA(arena_grow, (struct arena * arena, void *old, size_t old_size, size_t size), (arena, old, old_size, size))

/* Has a standard stream go to a file; returns a descriptor that leads to where it went before. */
static int redirect(int stream, const char *prefix, const char *suffix)
{
    const int before = fcntl(stream, F_DUPFD_CLOEXEC, 100);
    char path[4096];
    int fd;

    snprintf(path, sizeof path, "%s.%s", prefix, suffix);
    fd = __real_open(path, O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (before < 0 || fd < 0 || dup2(fd, stream) < 0) {
        _exit(99);
    }
    __real_close(fd);
    return before;
}

/* The end of what a stream that redirect has sent to a file has got. */
static void read_back(int stream, char *text, size_t size)
{
    const off_t len = __real_lseek(stream, 0, SEEK_END);
    const off_t start = len < (off_t)size ? 0 : len - (off_t)size + 1;
    const ssize_t got = __real_pread(stream, text, size - 1, start);

    text[got < 0 ? 0 : got] = 0;
}

int __real_cmd_main(int argc, char **argv);
int __wrap_cmd_main(int argc, char **argv);

static int run_inside(int argc, char **argv)
{
    atomic_store(&is_inside, true);
    const int status = __real_cmd_main(argc, argv);
    atomic_store(&is_inside, false);
    return status;
}

static bool ends_in(const char *text, const char *end)
{
    const size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

int __wrap_cmd_main(int argc, char **argv)
{
    const char *const prefix = getenv("XBG_FAULT_SWEEP");
    /* Findings may come before memory runs out. */
    const bool has_findings = getenv("XBG_FAULT_FINDINGS") != NULL;
    const char *const every = getenv("XBG_FAULT_STRIDE");
    const unsigned stride = every ? (unsigned)strtoul(every, NULL, 10) : 1;
    static char out[1 << 12], err[1 << 12];

    if (!prefix) {
        return run_inside(argc, argv);
    }
    plan_call = CALL_arena;
    plan_effect = EFFECT_FAIL;
    plan_errno = ENOMEM;
    for (plan_number = 1;; plan_number += stride) {
        const int before_out = redirect(STDOUT_FILENO, prefix, "out"),
                  before_err = redirect(STDERR_FILENO, prefix, "err");
        int status;

        for (enum call call = 0; call < CALL_COUNT; call++) {
            atomic_store(&counts[call], 0);
        }
        (void)__real_lseek(STDIN_FILENO, 0, SEEK_SET);
        status = run_inside(argc, argv);
        read_back(STDOUT_FILENO, out, sizeof out);
        read_back(STDERR_FILENO, err, sizeof err);
        dup2(before_out, STDOUT_FILENO);
        dup2(before_err, STDERR_FILENO);
        /* A run that is out of memory ends without closing what it has open. */
        for (int fd = STDERR_FILENO + 1; fd < 128; fd++) {
            (void)__real_close(fd);
        }
        if (atomic_load(&counts[CALL_arena]) < plan_number || atomic_load(&counts[CALL_renameat]) > 0) {
            printf("%u %s\n", plan_number, atomic_load(&counts[CALL_renameat]) > 0 ? "renamed" : "end");
            return 0;
        }
        if (status != 2 || *out || !ends_in(err, "xenbindgen: out of memory\n") ||
            (!has_findings && strcmp(err, "xenbindgen: out of memory\n") != 0)) {
            fprintf(stderr, "allocation %u: status %d, standard output: %s, standard error: %s\n", plan_number, status,
                    out, err);
            return 1;
        }
    }
}
