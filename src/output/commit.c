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
    struct output *output;
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
static bool make_folders(struct output *out, struct job *job)
{
    struct trouble *const trouble = &job->trouble;

    job->verb = "make the folder";
    for (size_t i = 0; i < out->folders.len; i++) {
        struct output_folder *const folder = &out->folders.at[i];
        int parent;

        job->path = folder->path;
        parent = place_open(out->root, folder->parts, folder->depth, trouble);
        if (parent < 0) {
            return false;
        }
        if (mkdirat(parent, place_name(folder->parts, folder->depth), 0777) == 0) {
            folder->made = true;
        } else if (errno != EEXIST) {
            *trouble = (struct trouble){.number = errno};
        }
        place_close(out->root, parent);
        if (trouble->number) {
            return false;
        }
    }
    job->verb = "write";
    return true;
}

/* Removes the folders that this run made, if nothing is in them. */
static void remove_folders(struct output *out)
{
    for (size_t i = out->folders.len; out->root >= 0 && i-- > 0;) {
        struct output_folder *const folder = &out->folders.at[i];
        struct trouble ignored;
        const int parent = folder->made ? place_open(out->root, folder->parts, folder->depth, &ignored) : -1;

        if (parent < 0) {
            continue;
        }
        unlinkat(parent, place_name(folder->parts, folder->depth), AT_REMOVEDIR);
        place_close(out->root, parent);
    }
    for (size_t i = out->root_folders.len; i-- > 0;) {
        if (out->root_folders.at[i].made) {
            rmdir(out->root_folders.at[i].parts);
        }
    }
}

static void remove_temps(struct output *out)
{
    for (size_t i = 0; i < out->files.len; i++) {
        struct output_file *const file = &out->files.at[i];
        struct trouble ignored;
        const bool is_there = file->temp.name && file->temp.name[0];
        const int folder = is_there ? place_open(out->root, file->parts, file->depth, &ignored) : -1;

        if (folder >= 0) {
            temp_remove(file->temp, folder);
            place_close(out->root, folder);
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

/* Whether the second file is in the folder of the first one. */
static bool is_beside(const struct output_file *a, const struct output_file *b)
{
    const size_t len = (size_t)(place_name(a->parts, a->depth) - a->parts);

    return a->depth == b->depth && (size_t)(place_name(b->parts, b->depth) - b->parts) == len &&
           memcmp(a->parts, b->parts, len) == 0;
}

/* Does one step for every file that is not unchanged. */
static bool each_file(struct output *out, enum step step, struct job *job)
{
    const struct output_file *last = NULL;
    int folder = -1;

    job->output = out;
    for (size_t i = 0; i < out->files.len && !job->trouble.number; i++) {
        struct output_file *const file = &out->files.at[i];

        if (file->state == OUTPUT_UNCHANGED) {
            continue;
        }
        job->path = file->path;
        if (!last || !is_beside(last, file)) {
            if (last) {
                place_close(out->root, folder);
            }
            folder = place_open(out->root, file->parts, file->depth, &job->trouble);
            if (folder < 0) {
                return false;
            }
        }
        last = file;
        job->trouble.number =
            take_step(out, step, file->temp, folder, place_name(file->parts, file->depth), &file->text);
    }
    if (last) {
        place_close(out->root, folder);
    }
    return !job->trouble.number;
}

static bool remove_stale(struct output *out, struct job *job)
{
    job->output = out;
    job->verb = "remove";
    for (size_t i = 0; out->prune && i < out->stale.len; i++) {
        const struct output_folder *const place = &out->stale_places[i];
        int folder;

        job->path = place->path;
        folder = place_open(out->root, place->parts, place->depth, &job->trouble);
        if (folder < 0) {
            return false;
        }
        if (unlinkat(folder, place_name(place->parts, place->depth), 0) != 0 && errno != ENOENT) {
            job->trouble.number = errno;
        }
        place_close(out->root, folder);
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

/* All that comes before the first rename in one output folder. */
static bool write_temps(struct output *out, struct job *job)
{
    job->output = out;
    if (out->is_stdout || (out->changed + out->missing == 0 && (!out->prune || out->stale.len == 0))) {
        return true;
    }
    out->root = open_root(out, &job->trouble);
    return out->root >= 0 && make_folders(out, job) && each_file(out, STEP_WRITE, job);
}

/* Does one step in all output folders, standard output apart. */
static bool each_output(struct output *outs, bool (*step)(struct output *out, struct job *job), struct job *job)
{
    bool good = true;

    for (struct output *out = outs; out && good; out = out->next) {
        good = out->is_stdout || step(out, job);
    }
    return good;
}

static bool rename_temps(struct output *out, struct job *job)
{
    return each_file(out, STEP_RENAME, job);
}

/* Removes what the commit made: what it made last first, as folders may stand in one another. */
static void undo(struct output *outs)
{
    if (outs->next) {
        undo(outs->next);
    }
    remove_temps(outs);
    remove_folders(outs);
}

static bool write_files(struct output *outs, struct job *job)
{
    const bool good = each_output(outs, write_temps, job) && depfile_step(outs, STEP_WRITE, job) &&
                      each_output(outs, rename_temps, job) && each_output(outs, remove_stale, job) &&
                      depfile_step(outs, STEP_RENAME, job);

    if (!good) {
        remove_depfile_temp(outs->depfile);
        undo(outs);
    }
    for (struct output *out = outs; out; out = out->next) {
        if (out->root >= 0) {
            close(out->root);
            out->root = -1;
        }
    }
    return good;
}

static bool write_all_to_stdout(const struct output *out, struct job *job)
{
    for (size_t i = 0; i < out->files.len && !job->trouble.number; i++) {
        job->trouble.number = print(&out->files.at[i].text);
    }
    job->is_stdout = job->trouble.number != 0;
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

/* Makes all that a commit needs memory for. */
static void prepare(struct output *out)
{
    out->stale_places = ARENA_ARRAY(out->arena, out->stale.len, struct output_folder);
    for (size_t i = 0; i < out->stale.len; i++) {
        struct output_folder *const place = &out->stale_places[i];

        place->path = out->stale.at[i];
        place->parts = place_parts(out->arena, place->path, &place->depth);
    }
    list_root_folders(out);
    if (!out->is_stdout) {
        clear_folders(out);
    }
}

bool output_commit(struct output *outs)
{
    struct job job = {.output = outs, .verb = "write"};
    sigset_t wait, before;
    bool good = true;

    if (output_failed(outs)) {
        return false;
    }
    if (outs->mode == OUTPUT_CHECK) {
        return true;
    }
    for (struct output *out = outs; out; out = out->next) {
        prepare(out);
    }
    /* What is printed cannot be taken back: it comes first, as all that can be stays as it was when that fails. */
    for (const struct output *out = outs; out && good; out = out->next) {
        good = !out->is_stdout || write_all_to_stdout(out, &job);
    }
    if (good) {
        sigemptyset(&wait);
        sigaddset(&wait, SIGINT);
        sigaddset(&wait, SIGTERM);
        sigaddset(&wait, SIGHUP);
        sigaddset(&wait, SIGQUIT);
        sigprocmask(SIG_BLOCK, &wait, &before);
        good = write_files(outs, &job);
        sigprocmask(SIG_SETMASK, &before, NULL);
        good = good && write_direct_depfile(outs->depfile, &job);
    }
    for (struct output *out = outs; out; out = out->next) {
        rope_store_close(&out->store);
    }
    if (good) {
        return true;
    }
    if (job.is_stdout) {
        outs->error = str_printf(outs->arena, "cannot write standard output: %s", strerror(job.trouble.number));
    } else if (job.is_depfile) {
        outs->error =
            str_printf(outs->arena, "cannot write `%.*s`: %s", STR_ARG(job.path), strerror(job.trouble.number));
    } else {
        output_fail(job.output, job.verb, job.path, &job.trouble);
        output_failed(outs);
    }
    return false;
}
