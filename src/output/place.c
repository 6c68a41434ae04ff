#include "output/place.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *place_parts(struct arena *arena, struct str path, size_t *depth)
{
    char *parts = (char *)str_copy(arena, path).ptr;

    *depth = 0;
    for (size_t i = 0; i < path.len; i++) {
        if (parts[i] == '/') {
            parts[i] = 0;
            ++*depth;
        }
    }
    return parts;
}

const char *place_name(const char *parts, size_t depth)
{
    while (depth-- > 0) {
        parts += strlen(parts) + 1;
    }
    return parts;
}

void place_close(int root, int fd)
{
    if (fd != root) {
        close(fd);
    }
}

int place_open(int root, const char *parts, size_t depth, struct trouble *trouble)
{
    int fd = root;

    for (size_t i = 0; i < depth && fd >= 0; i++) {
        const int below = fd_open(fd, parts, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

        if (below < 0) {
            struct stat info;

            *trouble = (struct trouble){.number = errno, .depth = i + 1};
            /* Systems differ in the error for a link where a folder is asked for. */
            if (fstatat(fd, parts, &info, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(info.st_mode)) {
                *trouble = (struct trouble){
                    .why = S_ISLNK(info.st_mode) ? "is a symbolic link" : "is not a folder",
                    .depth = i + 1,
                };
            }
        }
        place_close(root, fd);
        fd = below;
        parts += strlen(parts) + 1;
    }
    return fd;
}
