/*
 * Another machine, as far as a program can ask: for LD_PRELOAD. The clock is twenty years ahead, the host has another
 * name, folders list their files backwards, qsort keeps no order among equals, and the locale of the environment is in
 * force.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define YEARS_AHEAD ((time_t)20 * 365 * 24 * 3600)
#define HOST        "somewhere-else"
#define ENTRIES_MAX 4096

__attribute__((constructor)) static void begin(void)
{
    (void)setlocale(LC_ALL, "");
}

/* The C library's own function; `type` is that of a pointer to it. */
#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))

typedef int clock_reader(clockid_t, struct timespec *);
typedef int host_reader(struct utsname *);
typedef struct dirent *dir_reader(DIR *);

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int status = REAL(clock_reader *, "clock_gettime")(clock, now);
    now->tv_sec += YEARS_AHEAD;
    return status;
}

time_t time(time_t *at)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (at) {
        *at = now.tv_sec;
    }
    return now.tv_sec;
}

int gethostname(char *name, size_t size)
{
    (void)strncpy(name, HOST, size);
    return 0;
}

int uname(struct utsname *names)
{
    const int status = REAL(host_reader *, "uname")(names);
    (void)strncpy(names->nodename, HOST, sizeof names->nodename);
    return status;
}

/* One folder is read at a time. */
static struct dirent entries[ENTRIES_MAX];
static size_t entries_left;
static DIR *entries_of;

struct dirent *readdir(DIR *dir)
{
    if (dir != entries_of) {
        const struct dirent *entry;
        entries_of = dir;
        entries_left = 0;
        while ((entry = REAL(dir_reader *, "readdir")(dir))) {
            if (entries_left == ENTRIES_MAX) {
                abort();
            }
            memcpy(&entries[entries_left++], entry, entry->d_reclen);
        }
    }
    if (entries_left == 0) {
        entries_of = NULL;
        errno = 0;
        return NULL;
    }
    return &entries[--entries_left];
}

static void swap(char *a, char *b, size_t size)
{
    while (size--) {
        const char byte = *a;
        *a++ = *b;
        *b++ = byte;
    }
}

/* Heapsort. */
void qsort(void *base, size_t len, size_t size, int (*compare)(const void *, const void *))
{
    char *const at = base;
    size_t start = len / 2;
    while (len > 1) {
        if (start > 0) {
            start--;
        } else {
            len--;
            swap(at, at + len * size, size);
        }
        for (size_t root = start, child; (child = 2 * root + 1) < len; root = child) {
            child += child + 1 < len && compare(at + child * size, at + (child + 1) * size) < 0;
            if (compare(at + root * size, at + child * size) >= 0) {
                break;
            }
            swap(at + root * size, at + child * size, size);
        }
    }
}
