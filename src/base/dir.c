#include "base/dir.h"

#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare_names(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int read_all(struct arena *arena, DIR *dir, struct dir_names *names)
{
    for (;;) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(dir);
        if (!entry) {
            return errno;
        }
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            VEC_PUSH(arena, &names->list, str_copy(arena, str_from(entry->d_name)));
        }
    }
}

int dir_names(struct arena *arena, int fd, struct dir_names *names)
{
    /* A descriptor of its own, so that a second reading does not begin where the first ended. */
    const int own = fd_open(fd, ".", O_RDONLY | O_DIRECTORY);
    DIR *const dir = own < 0 ? NULL : fdopendir(own);
    jmp_buf *const outer = arena->oom;
    jmp_buf here;
    int error;

    if (!dir) {
        error = errno;
        if (own >= 0) {
            close(own);
        }
        return error;
    }
    /* The C library's memory is not the arena's: it has to go when the arena runs out. */
    if (setjmp(here)) {
        closedir(dir);
        arena->oom = outer;
        if (!outer) {
            abort();
        }
        longjmp(*outer, 1);
    }
    arena->oom = &here;
    error = read_all(arena, dir, names);
    arena->oom = outer;
    closedir(dir);
    if (names->list.len > 1) {
        qsort(names->list.at, names->list.len, sizeof *names->list.at, compare_names);
    }
    return error;
}

struct str dir_join(struct arena *arena, struct str parent, struct str name)
{
    char *joined;

    if (parent.len == 0) {
        return str_copy(arena, name);
    }
    if (parent.ptr[parent.len - 1] == '/') {
        parent.len--;
    }
    joined = arena_alloc(arena, parent.len + name.len + 2);
    if (parent.len > 0) {
        memcpy(joined, parent.ptr, parent.len);
    }
    joined[parent.len] = '/';
    if (name.len > 0) {
        memcpy(joined + parent.len + 1, name.ptr, name.len);
    }
    return (struct str){joined, parent.len + 1 + name.len};
}
