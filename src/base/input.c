#include "base/input.h"

#include "base/dir.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char too_large[] = "it is larger than 256 MiB";

static bool cannot_read(struct arena *arena, struct str *error, struct str path, const char *why)
{
    if (str_is(path, "-")) {
        *error = str_printf(arena, "cannot read standard input: %s", why);
    } else {
        *error = str_printf(arena, "cannot read `%.*s`: %s", STR_ARG(path), why);
    }
    return false;
}

/*
 * Reads `fd` to its end into a buffer that first has room for `size` bytes; of a file that `is_sized`, no more than
 * that is read, which spares asking whether there is more. Returns NULL or what went wrong.
 */
static const char *read_all(struct arena *arena, int fd, size_t size, bool is_sized, struct str *text)
{
    size_t cap = size + 1, len = 0;
    char *bytes = arena_alloc(arena, cap);

    for (;;) {
        ssize_t got;

        if (len == cap) {
            bytes = arena_grow(arena, bytes, cap, cap * 2);
            cap *= 2;
        }
        got = fd_read(fd, bytes + len, is_sized ? size : cap - len);
        if (got < 0) {
            return strerror(errno);
        }
        len += (size_t)got;
        if (len > INPUT_SIZE_MAX) {
            return too_large;
        }
        if (len < cap) {
            break;
        }
    }
    *text = (struct str){bytes, len};
    return NULL;
}

bool input_read(struct arena *arena, struct str path, struct str *text, struct str *error)
{
    const char *name = str_copy(arena, path).ptr, *why;
    const bool is_stdin = str_is(path, "-");
    /* What stdin gives is of unknown length; a page or so is a good start. */
    size_t size = 8191;
    struct stat info;
    int fd;

    if (path.len > 0 && memchr(path.ptr, 0, path.len)) {
        return cannot_read(arena, error, path, "a path cannot hold a NUL");
    }
    /* A pipe without a writer that has taken the file's place shall not be waited for. */
    fd = is_stdin ? STDIN_FILENO : fd_open(AT_FDCWD, name, O_RDONLY | O_NONBLOCK);
    if (fd < 0) {
        return cannot_read(arena, error, path, strerror(errno));
    }
    if (fstat(fd, &info) != 0) {
        why = strerror(errno);
    } else if (S_ISDIR(info.st_mode)) {
        why = "it is a folder";
    } else if (!is_stdin && !S_ISREG(info.st_mode)) {
        why = "it is not a regular file";
    } else if (S_ISREG(info.st_mode) && (uintmax_t)info.st_size > INPUT_SIZE_MAX) {
        why = too_large;
    } else {
        /* Files that the system makes up as they are read say that they are empty. */
        const bool is_sized = S_ISREG(info.st_mode) && info.st_size > 0;

        size = is_sized ? (size_t)info.st_size : size;
        why = read_all(arena, fd, size, is_sized, text);
    }
    if (!is_stdin) {
        close(fd);
    }
    return why ? cannot_read(arena, error, path, why) : true;
}

struct lister {
    struct arena *arena;
    struct str root;
    const char *suffix;
    struct input_tree *tree;
    struct str *error;
};

static bool list_error(const struct lister *lister, struct str path, const char *why)
{
    return cannot_read(lister->arena, lister->error,
                       path.len > 0 ? dir_join(lister->arena, lister->root, path) : lister->root, why);
}

static bool list_folder(const struct lister *lister, int fd, struct str path);

/* One name of a folder: a folder of its own, a file that is wanted (added to `folder`), or something else. */
static bool list_name(const struct lister *lister, int fd, struct input_folder *folder, struct str name)
{
    const struct str path = dir_join(lister->arena, folder->path, name);
    struct stat info;

    if (fstatat(fd, name.ptr, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        /* Editors' own files come and go. */
        if (errno == ENOENT && !str_ends(name, lister->suffix)) {
            return true;
        }
        return list_error(lister, path, strerror(errno));
    }
    if (S_ISDIR(info.st_mode)) {
        const int below = fd_open(fd, name.ptr, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (below < 0) {
            return list_error(lister, path, strerror(errno));
        }
        const bool good = list_folder(lister, below, path);
        close(below);
        return good;
    }
    if (!str_ends(name, lister->suffix)) {
        return true;
    }
    if (S_ISLNK(info.st_mode) && fstatat(fd, name.ptr, &info, 0) != 0) {
        return list_error(lister, path, strerror(errno));
    }
    if (S_ISDIR(info.st_mode)) {
        return true;
    }
    if (!S_ISREG(info.st_mode)) {
        return list_error(lister, path, "it is not a regular file");
    }
    VEC_PUSH(lister->arena, &folder->files, name);
    return true;
}

static bool list_folder(const struct lister *lister, int fd, struct str path)
{
    struct input_folder folder = {.path = path};
    struct dir_names names = {0};
    const int error = dir_names(lister->arena, fd, &names);

    if (error) {
        return list_error(lister, path, strerror(error));
    }
    for (size_t i = 0; i < names.list.len; i++) {
        if (names.list.at[i].ptr[0] != '.' && !list_name(lister, fd, &folder, names.list.at[i])) {
            return false;
        }
    }
    VEC_PUSH(lister->arena, &lister->tree->folders, folder);
    return true;
}

static int compare_folders(const void *a, const void *b)
{
    return str_cmp(((const struct input_folder *)a)->path, ((const struct input_folder *)b)->path);
}

bool input_list(struct arena *arena, struct str root, const char *suffix, struct input_tree *tree, struct str *error)
{
    const struct lister lister = {arena, root, suffix, tree, error};
    const char *name = str_copy(arena, root).ptr;
    bool good;
    int fd;

    *tree = (struct input_tree){0};
    fd = fd_open(AT_FDCWD, name, O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        return list_error(&lister, STR(""), errno == ENOTDIR ? "it is not a folder" : strerror(errno));
    }
    good = list_folder(&lister, fd, STR(""));
    close(fd);
    if (good) {
        qsort(tree->folders.at, tree->folders.len, sizeof *tree->folders.at, compare_folders);
    }
    return good;
}
