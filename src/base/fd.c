#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

int fd_open(int folder, const char *path, int flags)
{
    int fd;

    do {
        fd = openat(folder, path, flags | O_CLOEXEC | O_NOCTTY, 0666);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* After a transfer that failed: whether to try again, at once or as soon as the descriptor is ready. */
static bool try_again(int fd, short event)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        struct pollfd ready = {.fd = fd, .events = event};

        return poll(&ready, 1, -1) >= 0 || errno == EINTR;
    }
    return errno == EINTR;
}

ssize_t fd_read(int fd, char *bytes, size_t size)
{
    size_t len = 0;

    while (len < size) {
        const ssize_t got = read(fd, bytes + len, size - len);

        if (got == 0) {
            break;
        }
        if (got > 0) {
            len += (size_t)got;
        } else if (!try_again(fd, POLLIN)) {
            return -1;
        }
    }
    return (ssize_t)len;
}

int fd_write(int fd, struct str text)
{
    while (text.len > 0) {
        const ssize_t put = write(fd, text.ptr, text.len);

        if (put == 0) {
            return EIO;
        }
        if (put > 0) {
            text.ptr += put;
            text.len -= (size_t)put;
        } else if (!try_again(fd, POLLOUT)) {
            return errno;
        }
    }
    return 0;
}

int fd_sync(int fd)
{
    while (fsync(fd) != 0) {
        if (errno != EINTR) {
            return errno == EINVAL || errno == ENOTSUP ? 0 : errno;
        }
    }
    return 0;
}

int fd_close(int fd, int error)
{
    /* The descriptor is gone whatever close says; an interrupted one has lost nothing. */
    if (close(fd) != 0 && !error && errno != EINTR) {
        error = errno;
    }
    return error;
}

int fd_print(int fd, struct str text)
{
    const int error = fd_write(fd, text);
    const int copy = error ? -1 : dup(fd);

    if (!error && copy < 0) {
        return errno;
    }
    return error ? error : fd_close(copy, 0);
}
