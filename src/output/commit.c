/*
 * The commit. From the first file that it makes to the last one that it removes nothing is
 * allocated and signals wait, so that no failure can leave temporary files behind.
 */
#include "base/fd.h"
#include "output/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is being done, for the message when it fails. */
struct job {
    const char *verb;
    struct str path;
    bool is_depfile, is_stdout;
    struct trouble trouble;
};

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
    int fd = fd_open(AT_FDCWD, out->dir_name, O_RDONLY | O_DIRECTORY);

    if (fd < 0 && errno == ENOENT) {
        trouble->number = make_root(out);
        if (trouble->number) {
            return -1;
        }
        fd = fd_open(AT_FDCWD, out->dir_name, O_RDONLY | O_DIRECTORY);
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
        place_close(root, parent);
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
        place_close(root, parent);
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
        const bool is_there = file->temp.name && file->temp.name[0];
        const int folder = is_there ? place_open(root, file->parts, file->depth, &ignored) : -1;

        if (folder >= 0) {
            temp_remove(file->temp, folder);
            place_close(root, folder);
        }
    }
}

enum step { STEP_WRITE, STEP_RENAME };

static int take_step(struct output *out, enum step step, struct temp temp, int folder, const char *name,
                     const struct rope *text)
{
    return step == STEP_WRITE ? temp_write(temp, folder, name, text, out->synced, &out->serial)
                              : temp_rename(temp, folder, name);
}

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
        job->trouble.number = take_step(out, step, file->temp, folder, name, &file->text);
        place_close(root, folder);
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
        place_close(root, folder);
        if (job->trouble.number) {
            return false;
        }
    }
    return true;
}

/* Does one step for the depfile, if it is a file that is replaced. */
static bool depfile_step(struct output *out, enum step step, struct job *job)
{
    const struct output_depfile *const depfile = out->depfile;
    int folder;

    if (!depfile || depfile->is_direct) {
        return true;
    }
    folder = fd_open(AT_FDCWD, depfile->folder, O_RDONLY | O_DIRECTORY);
    if (folder < 0) {
        job->trouble.number = errno;
    } else {
        job->trouble.number = take_step(out, step, depfile->temp, folder, depfile->name, &depfile->text);
        close(folder);
    }
    if (job->trouble.number) {
        job->is_depfile = true;
        job->path = depfile->path;
    }
    return !job->trouble.number;
}

static void remove_depfile_temp(const struct output_depfile *depfile)
{
    const bool is_there = depfile && depfile->temp.name[0];
    const int folder = is_there ? fd_open(AT_FDCWD, depfile->folder, O_RDONLY | O_DIRECTORY) : -1;

    if (folder >= 0) {
        temp_remove(depfile->temp, folder);
        close(folder);
    }
}

/* Writes to standard output, and hears of errors that come late. */
static int print(const struct rope *text)
{
    const int error = rope_write(text, STDOUT_FILENO);

    return error ? error : fd_print(STDOUT_FILENO, STR(""));
}

/* Writes a depfile into what is not to be replaced. */
static bool write_direct_depfile(const struct output_depfile *depfile, struct job *job)
{
    if (!depfile || !depfile->is_direct) {
        return true;
    }
    job->is_stdout = str_is(depfile->path, "-");
    job->is_depfile = !job->is_stdout;
    job->path = depfile->path;
    if (job->is_stdout) {
        job->trouble.number = print(&depfile->text);
    } else {
        const int fd = fd_open(AT_FDCWD, depfile->path.ptr, O_WRONLY | O_TRUNC);

        job->trouble.number = fd < 0 ? errno : fd_close(fd, rope_write(&depfile->text, fd));
    }
    return job->trouble.number == 0;
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
        remove_depfile_temp(out->depfile);
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
        job->trouble.number = print(&out->files.at[i].text);
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

/* Removes what killed runs have left in the folders that files go to. */
static void clear_folders(const struct output *out)
{
    const int root = fd_open(AT_FDCWD, out->dir_name, O_RDONLY | O_DIRECTORY);

    for (size_t i = 0; root >= 0 && i < out->folders.len; i++) {
        const struct output_folder *const folder = &out->folders.at[i];
        struct trouble ignored;
        const int fd = place_open(root, folder->parts, folder->depth + 1, &ignored);

        if (fd >= 0) {
            temp_clear(out->arena, fd);
            place_close(root, fd);
        }
    }
    if (root >= 0) {
        temp_clear(out->arena, root);
        close(root);
    }
    if (out->depfile && !out->depfile->is_direct) {
        const int fd = fd_open(AT_FDCWD, out->depfile->folder, O_RDONLY | O_DIRECTORY);

        if (fd >= 0) {
            temp_clear(out->arena, fd);
            close(fd);
        }
    }
}

bool output_commit(struct output *out)
{
    struct job job = {.verb = "write"};
    const char **parts;
    size_t *depths;
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

    if (out->is_stdout) {
        good = write_all_to_stdout(out, &job);
    } else {
        clear_folders(out);
        sigemptyset(&wait);
        sigaddset(&wait, SIGINT);
        sigaddset(&wait, SIGTERM);
        sigaddset(&wait, SIGHUP);
        sigaddset(&wait, SIGQUIT);
        sigprocmask(SIG_BLOCK, &wait, &before);
        good = write_files(out, parts, depths, &job);
        sigprocmask(SIG_SETMASK, &before, NULL);
        good = good && write_direct_depfile(out->depfile, &job);
    }
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
