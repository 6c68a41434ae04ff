#include "output/temp.h"

#include "base/arena.h"
#include "base/dir.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The name of an output is cut to this length in that of its temporary file, for names have a limit. */
#define TEMP_NAME_MAX 180
/* What comes after it, at the most. */
#define TEMP_TAIL_MAX 64
/* Names that may be taken before we give up. */
#define TEMP_TRIES 1000
/* No run takes that long (seconds): whoever made a file that is older is gone, or has another's process number. */
#define TEMP_AGE_MAX 86400

static const char mark[] = ".xbg-", suffix[] = ".tmp";

/* A number for this machine: a process number says nothing about another one's processes. */
static uint32_t host_number(void)
{
    char host[256] = "";
    uint32_t number = 2166136261u;

    if (gethostname(host, sizeof host - 1) != 0) {
        host[0] = 0;
    }
    for (const char *c = host; *c; c++) {
        number = (number ^ (unsigned char)*c) * 16777619u;
    }
    return number;
}

struct temp temp_room(struct arena *arena, const char *name)
{
    const size_t size = strlen(name) + TEMP_TAIL_MAX;

    return (struct temp){arena_alloc(arena, size), size};
}

/* Reads a number and the character after it. */
static bool read_number(const char **at, char end, unsigned long *number)
{
    char *rest;

    if (!ascii_is_digit(**at)) {
        return false;
    }
    errno = 0;
    *number = strtoul(*at, &rest, 10);
    *at = rest + 1;
    return errno == 0 && *rest == end;
}

/* Takes apart the name of a temporary file; false for any other name. */
static bool read_name(const char *name, unsigned long *host, unsigned long *process)
{
    const char *at = NULL;
    unsigned long serial;

    for (const char *next = name; *name == '.' && (next = strstr(next, mark)); next++) {
        at = next;
    }
    if (!at) {
        return false;
    }
    at += sizeof mark - 1;
    return read_number(&at, '-', host) && read_number(&at, '-', process) && read_number(&at, suffix[0], &serial) &&
           strcmp(at, suffix + 1) == 0;
}

bool temp_is_name(const char *name)
{
    unsigned long host, process;

    return read_name(name, &host, &process);
}

/* There is no file of that name any more. */
static void forget(struct temp temp)
{
    char *const name = temp.name;

    name[0] = 0;
}

int temp_write(struct temp temp, int folder, const char *name, const struct rope *text, bool synced, unsigned *serial)
{
    const unsigned long host = host_number();
    int fd = -1, error;

    for (unsigned tries = 0; fd < 0 && tries < TEMP_TRIES; tries++) {
        (void)snprintf(temp.name, temp.size, ".%.*s%s%lu-%ld-%u%s", TEMP_NAME_MAX, name, mark, host, (long)getpid(),
                       (*serial)++, suffix);
        fd = fd_open(folder, temp.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
        if (fd < 0 && errno != EEXIST) {
            break;
        }
    }
    if (fd < 0) {
        error = errno;
        forget(temp);
        return error;
    }
    error = rope_write(text, fd);
    if (!error && synced) {
        error = fd_sync(fd);
    }
    error = fd_close(fd, error);
    if (error) {
        temp_remove(temp, folder);
    }
    return error;
}

int temp_rename(struct temp temp, int folder, const char *name)
{
    if (renameat(folder, temp.name, folder, name) != 0) {
        return errno;
    }
    forget(temp);
    return 0;
}

void temp_remove(struct temp temp, int folder)
{
    if (temp.name && temp.name[0]) {
        unlinkat(folder, temp.name, 0);
        forget(temp);
    }
}

/* Whether the run that made a temporary file is over. This one has made none yet. */
static bool is_abandoned(unsigned long host, unsigned long process, const struct stat *info)
{
    const pid_t pid = (pid_t)process;
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec - info->st_mtim.tv_sec > TEMP_AGE_MAX) {
        return true;
    }
    if (host != host_number() || pid <= 0 || (unsigned long)pid != process) {
        return false;
    }
    return pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH);
}

void temp_clear(struct arena *arena, int folder)
{
    struct dir_names names = {0};

    if (dir_names(arena, folder, &names) != 0) {
        return;
    }
    for (size_t i = 0; i < names.list.len; i++) {
        const char *const name = names.list.at[i].ptr;
        unsigned long host, process;
        struct stat info;

        if (read_name(name, &host, &process) && fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode) && is_abandoned(host, process, &info)) {
            unlinkat(folder, name, 0);
        }
    }
}
