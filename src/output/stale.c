/* Files that an earlier run made and this one does not. */
#include "base/dir.h"
#include "base/fd.h"
#include "output/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How far into a file the banner is looked for (bytes). */
#define BANNER_REACH 512

/* Sets *holds to whether the banner is near the start of the open file; an errno on failure. */
static int find_banner(int fd, struct str banner, bool *holds)
{
    char bytes[BANNER_REACH];
    const ssize_t len = fd_read(fd, bytes, sizeof bytes);

    if (len < 0) {
        return errno;
    }
    for (size_t i = 0; banner.len > 0 && !*holds && i + banner.len <= (size_t)len; i++) {
        *holds = memcmp(bytes + i, banner.ptr, banner.len) == 0;
    }
    return 0;
}

/* What a search looks for: the banner, and other outputs' folders, whose files are not this one's. */
struct search {
    struct str banner;
    VEC(struct stat) others;
};

static bool scan_folder(struct output *out, int fd, struct str path, const struct search *search);

/* Names that vanish or are closed to us are passed over, all other failures are errors. */
static bool scan_failed(struct output *out, struct str path, int error)
{
    const struct trouble trouble = {.number = error};

    if (error == ENOENT || error == EACCES || error == EPERM || error == ELOOP) {
        return true;
    }
    return output_fail(out, "look for stale files in", path, &trouble);
}

static bool is_another(const struct search *search, const struct stat *info)
{
    for (size_t i = 0; i < search->others.len; i++) {
        if (search->others.at[i].st_dev == info->st_dev && search->others.at[i].st_ino == info->st_ino) {
            return true;
        }
    }
    return false;
}

static bool scan_name(struct output *out, int folder, struct str path, const char *name, const struct search *search)
{
    struct stat info;
    bool good = true, holds = false;
    int fd, error = 0;

    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return scan_failed(out, path, errno);
    }
    if (S_ISDIR(info.st_mode) ? name[0] == '.' || strcmp(name, "target") == 0 || is_another(search, &info)
                              : !S_ISREG(info.st_mode) || output_knows(out, path) || temp_is_name(name)) {
        return true;
    }
    fd = fd_open(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return scan_failed(out, path, errno);
    }
    if (S_ISDIR(info.st_mode)) {
        good = scan_folder(out, fd, path, search);
    } else {
        error = find_banner(fd, search->banner, &holds);
    }
    close(fd);
    if (holds) {
        VEC_PUSH(out->arena, &out->stale, path);
    }
    return error ? scan_failed(out, path, error) : good;
}

static bool scan_folder(struct output *out, int fd, struct str path, const struct search *search)
{
    struct dir_names names = {0};
    const int error = dir_names(out->arena, fd, &names);

    if (error) {
        return scan_failed(out, path, error);
    }
    for (size_t i = 0; i < names.list.len; i++) {
        const struct str name = names.list.at[i];

        if (!scan_name(out, fd, dir_join(out->arena, path, name), name.ptr, search)) {
            return false;
        }
    }
    return true;
}

static int compare_paths(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool find_stale(struct output *out, const struct output *all, struct str banner, bool prune)
{
    struct search search = {.banner = banner};
    bool good;
    int fd;

    out->prune = prune;
    out->stale.len = 0;
    if (out->is_stdout) {
        return true;
    }
    for (const struct output *other = all; other; other = other->next) {
        struct stat info;

        if (other != out && !other->is_stdout && stat(other->dir_name, &info) == 0) {
            VEC_PUSH(out->arena, &search.others, info);
        }
    }
    fd = fd_open(AT_FDCWD, out->dir_name, O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        return scan_failed(out, STR(""), errno);
    }
    good = scan_folder(out, fd, STR(""), &search);
    close(fd);
    if (out->stale.len > 1) {
        qsort(out->stale.at, out->stale.len, sizeof *out->stale.at, compare_paths);
    }
    return good;
}

bool output_stale(struct output *out, struct str banner, bool prune)
{
    for (struct output *of = out; of && !output_failed(out); of = of->next) {
        find_stale(of, out, banner, prune);
    }
    return !output_failed(out);
}
