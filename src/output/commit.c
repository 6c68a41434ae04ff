/*
 * The commit. From the first file that it makes to the last one that it removes nothing is
 * allocated and signals wait, so that no failure can leave temporary files behind.
 */
#include "output/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The name of an output is cut to this length in that of its temporary file, for names have a limit. */
#define TEMP_NAME_MAX 180
/* Names that a killed run may have left behind with our process id, before we give up. */
#define TEMP_TRIES 1000

/* What is being done, for the message when it fails. */
struct job {
    const char *verb;
    struct str path;
    bool is_depfile, is_stdout;
    struct trouble trouble;
};

static int write_all(int fd, struct str text)
{
    while (text.len > 0) {
        const ssize_t put = write(fd, text.ptr, text.len);

        if (put > 0) {
            text.ptr += put;
            text.len -= (size_t)put;
        } else if (put < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};

            poll(&ready, 1, -1);
        } else if (put < 0 && errno != EINTR) {
            return errno;
        } else if (put == 0) {
            return EIO;
        }
    }
    return 0;
}

static int write_piece(void *data, struct str piece)
{
    return write_all(*(const int *)data, piece);
}

/* Writes to standard output; a duplicate is closed to hear of errors that come late. */
static int write_stdout(const struct output *out, const struct rope *text)
{
    int to = STDOUT_FILENO;
    int error = fflush(stdout) == 0 ? rope_each(text, &out->store, write_piece, &to) : errno;
    const int copy = error ? -1 : dup(STDOUT_FILENO);

    if (!error && (copy < 0 || close(copy) != 0)) {
        error = errno;
    }
    return error;
}

static int close_written(int fd, int error)
{
    /* The descriptor is gone whatever close says; an interrupted one has lost nothing. */
    if (close(fd) != 0 && !error && errno != EINTR) {
        error = errno;
    }
    return error;
}

/* Room for the name of a temporary file. */
struct temp {
    char *name;
    size_t size;
};

/* Makes a temporary file beside `name` with that text; an errno on failure, and no file then. */
static int write_temp(struct output *out, int folder, struct temp temp, const char *name, const struct rope *text)
{
    int fd = -1, error;

    for (unsigned tries = 0; fd < 0 && tries < TEMP_TRIES; tries++) {
        (void)snprintf(temp.name, temp.size, ".%.*s.xbg-%ld-%u.tmp", TEMP_NAME_MAX, name, (long)getpid(),
                       out->serial++);
        fd = openat(folder, temp.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST) {
            break;
        }
    }
    if (fd < 0) {
        temp.name[0] = 0;
        return errno;
    }
    error = close_written(fd, rope_each(text, &out->store, write_piece, &fd));
    if (error) {
        unlinkat(folder, temp.name, 0);
        temp.name[0] = 0;
    }
    return error;
}

/* Makes the output folder and those above it, as far as they are not there. */
static int make_root(struct output *out)
{
    for (size_t i = 0; i < out->root_folders.len; i++) {
        struct output_folder *const folder = &out->root_folders.at[i];

        if (mkdir(folder->parts, 0777) == 0) {
            folder->made = true;
        } else if (errno != EEXIST) {
            return errno;
        }
    }
    return 0;
}

/* Opens the output folder, which is made if it is not there. */
static int open_root(struct output *out, struct trouble *trouble)
{
    int fd = open(out->dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT) {
        trouble->number = make_root(out);
        if (trouble->number) {
            return -1;
        }
        fd = open(out->dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (fd < 0) {
        trouble->number = errno;
    }
    return fd;
}

/* Makes the folders below the output folder, as far as they are not there. */
static bool make_folders(struct output *out, int root, struct job *job)
{
    struct trouble *const trouble = &job->trouble;

    job->verb = "make the folder";
    for (size_t i = 0; i < out->folders.len; i++) {
        struct output_folder *const folder = &out->folders.at[i];
        int parent;

        job->path = folder->path;
        parent = place_open(root, folder->parts, folder->depth, trouble);
        if (parent < 0) {
            return false;
        }
        if (mkdirat(parent, place_name(folder->parts, folder->depth), 0777) == 0) {
            folder->made = true;
        } else if (errno != EEXIST) {
            *trouble = (struct trouble){.number = errno};
        }
        close(parent);
        if (trouble->number) {
            return false;
        }
    }
    job->verb = "write";
    return true;
}

/* Removes the folders that this run made, if nothing is in them. */
static void remove_folders(struct output *out, int root)
{
    for (size_t i = out->folders.len; root >= 0 && i-- > 0;) {
        struct output_folder *const folder = &out->folders.at[i];
        struct trouble ignored;
        const int parent = folder->made ? place_open(root, folder->parts, folder->depth, &ignored) : -1;

        if (parent < 0) {
            continue;
        }
        unlinkat(parent, place_name(folder->parts, folder->depth), AT_REMOVEDIR);
        close(parent);
    }
    for (size_t i = out->root_folders.len; i-- > 0;) {
        if (out->root_folders.at[i].made) {
            rmdir(out->root_folders.at[i].parts);
        }
    }
}

static void remove_temps(struct output *out, int root)
{
    for (size_t i = 0; i < out->files.len; i++) {
        struct output_file *const file = &out->files.at[i];
        struct trouble ignored;
        const int folder = file->temp && file->temp[0] ? place_open(root, file->parts, file->depth, &ignored) : -1;

        if (folder < 0) {
            continue;
        }
        unlinkat(folder, file->temp, 0);
        file->temp[0] = 0;
        close(folder);
    }
}

enum step { STEP_WRITE, STEP_RENAME };

/* Does one step for every file that is not unchanged. */
static bool each_file(struct output *out, int root, enum step step, struct job *job)
{
    for (size_t i = 0; i < out->files.len; i++) {
        struct output_file *const file = &out->files.at[i];
        const char *const name = place_name(file->parts, file->depth);
        int folder;

        if (file->state == OUTPUT_UNCHANGED) {
            continue;
        }
        job->path = file->path;
        folder = place_open(root, file->parts, file->depth, &job->trouble);
        if (folder < 0) {
            return false;
        }
        if (step == STEP_WRITE) {
            job->trouble.number = write_temp(out, folder, (struct temp){file->temp, file->temp_size}, name, &file->text);
        } else if (renameat(folder, file->temp, folder, name) != 0) {
            job->trouble.number = errno;
        } else {
            file->temp[0] = 0;
        }
        close(folder);
        if (job->trouble.number) {
            return false;
        }
    }
    return true;
}

static bool remove_stale(struct output *out, int root, const char *const *parts, const size_t *depths, struct job *job)
{
    job->verb = "remove";
    for (size_t i = 0; i < out->stale.len; i++) {
        int folder;

        job->path = out->stale.at[i];
        folder = place_open(root, parts[i], depths[i], &job->trouble);
        if (folder < 0) {
            return false;
        }
        if (unlinkat(folder, place_name(parts[i], depths[i]), 0) != 0 && errno != ENOENT) {
            job->trouble.number = errno;
        }
        close(folder);
        if (job->trouble.number) {
            return false;
        }
    }
    return true;
}

/* Writes the depfile's temporary file, or renames it, or writes into what is not to be replaced. */
static bool depfile_step(struct output *out, enum step step, struct job *job)
{
    struct output_depfile *const depfile = out->depfile;
    int fd, error = 0;

    if (!depfile || (depfile->direct && step == STEP_WRITE)) {
        return true;
    }
    job->verb = "write";
    job->path = depfile->path;
    job->is_depfile = true;
    if (str_is(depfile->path, "-")) {
        job->is_stdout = true;
        error = write_stdout(out, &depfile->text);
    } else if (depfile->direct) {
        fd = open(depfile->path.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
        error = fd < 0 ? errno : close_written(fd, rope_each(&depfile->text, &out->store, write_piece, &fd));
    } else {
        fd = open(depfile->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            error = errno;
        } else {
            if (step == STEP_WRITE) {
                error =
                    write_temp(out, fd, (struct temp){depfile->temp, depfile->temp_size}, depfile->name, &depfile->text);
            } else if (renameat(fd, depfile->temp, fd, depfile->name) != 0) {
                error = errno;
            } else {
                depfile->temp[0] = 0;
            }
            close(fd);
        }
    }
    job->trouble.number = error;
    job->is_depfile = error != 0;
    return error == 0;
}

static void remove_depfile_temp(struct output *out)
{
    const struct output_depfile *const depfile = out->depfile;
    const int fd = depfile && depfile->temp[0] ? open(depfile->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd < 0) {
        return;
    }
    unlinkat(fd, depfile->temp, 0);
    close(fd);
}

static bool write_files(struct output *out, const char *const *parts, const size_t *depths, struct job *job)
{
    const bool prune = out->prune && out->stale.len > 0;
    bool good = true;
    int root = -1;

    if (out->changed + out->missing > 0 || prune) {
        root = open_root(out, &job->trouble);
        if (root < 0) {
            remove_folders(out, -1);
            return false;
        }
        good = make_folders(out, root, job) && each_file(out, root, STEP_WRITE, job);
    }
    good = good && depfile_step(out, STEP_WRITE, job);
    good = good && each_file(out, root, STEP_RENAME, job);
    good = good && (!prune || remove_stale(out, root, parts, depths, job));
    good = good && depfile_step(out, STEP_RENAME, job);
    if (!good) {
        remove_depfile_temp(out);
        remove_temps(out, root);
        remove_folders(out, root);
    }
    if (root >= 0) {
        close(root);
    }
    return good;
}

static bool write_all_to_stdout(struct output *out, struct job *job)
{
    job->is_stdout = true;
    for (size_t i = 0; i < out->files.len && !job->trouble.number; i++) {
        job->trouble.number = write_stdout(out, &out->files.at[i].text);
    }
    return !job->trouble.number;
}

/* The output folder's path and those above it, for make_root. */
static void list_root_folders(struct output *out)
{
    for (size_t i = 1; i <= out->dir.len; i++) {
        struct output_folder folder = {0};

        if (out->dir.ptr[i - 1] == '/' || (i < out->dir.len && out->dir.ptr[i] != '/')) {
            continue;
        }
        folder.parts = str_copy(out->arena, (struct str){out->dir.ptr, i}).ptr;
        VEC_PUSH(out->arena, &out->root_folders, folder);
    }
}

bool output_commit(struct output *out)
{
    struct job job = {.verb = "write"};
    const char **parts;
    size_t *depths;
    struct sigaction ignore = {0}, too_large;
    sigset_t wait, before;
    bool good;

    if (out->error.len > 0) {
        return false;
    }
    if (out->mode == OUTPUT_CHECK) {
        return true;
    }
    parts = ARENA_ARRAY(out->arena, out->stale.len, const char *);
    depths = ARENA_ARRAY(out->arena, out->stale.len, size_t);
    for (size_t i = 0; i < out->stale.len; i++) {
        parts[i] = place_parts(out->arena, out->stale.at[i], &depths[i]);
    }
    list_root_folders(out);

    sigemptyset(&wait);
    sigaddset(&wait, SIGINT);
    sigaddset(&wait, SIGTERM);
    sigaddset(&wait, SIGHUP);
    sigaddset(&wait, SIGQUIT);
    sigprocmask(SIG_BLOCK, &wait, &before);
    /* A limit on file sizes shall be an error of write, not the end. */
    ignore.sa_handler = SIG_IGN;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGXFSZ, &ignore, &too_large);
    good = out->is_stdout ? write_all_to_stdout(out, &job) : write_files(out, parts, depths, &job);
    sigaction(SIGXFSZ, &too_large, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    rope_store_close(&out->store);

    if (good) {
        return true;
    }
    if (job.is_stdout) {
        out->error = str_printf(out->arena, "cannot write standard output: %s", strerror(job.trouble.number));
    } else if (job.is_depfile) {
        out->error = str_printf(out->arena, "cannot write `%.*s`: %s", STR_ARG(job.path), strerror(job.trouble.number));
    } else {
        output_fail(out, job.verb, job.path, &job.trouble);
    }
    return false;
}
