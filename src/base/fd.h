/* System calls on files as this program needs them: none fails for being interrupted, no transfer is partial. */
#ifndef XB_BASE_FD_H
#define XB_BASE_FD_H

#include "base/str.h"

#include <sys/types.h>

/* openat, for a descriptor that no other program inherits and that makes no terminal the program's own. */
int fd_open(int folder, const char *path, int flags);

/* Reads until `size` bytes are there or the file ends; returns how many there are, or -1 and an errno. */
ssize_t fd_read(int fd, char *bytes, size_t size);

/* Writes all of the text; an errno on failure. */
int fd_write(int fd, struct str text);

/* Waits until a file is on the disk, if its file system can do that; an errno. */
int fd_sync(int fd);

/* Closes a file that was written; returns `error`, or what closing it has brought to light where that is 0. */
int fd_close(int fd, int error);

/* Writes all of the text to standard output or standard error, and hears of errors that come late; an errno. */
int fd_print(int fd, struct str text);

#endif
