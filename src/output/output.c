#include "output/output.h"

#include "base/dir.h"
#include "base/fd.h"
#include "output/diff.h"
#include "output/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void output_init(struct output *out, struct arena *arena, struct str dir, enum output_mode mode)
{
    *out = (struct output){.arena = arena, .mode = mode, .root = -1, .known = map_new(arena)};
    out->dir = str_copy(arena, dir);
    out->dir_name = out->dir.ptr;
    out->is_stdout = str_is(dir, "-");
    if (!out->is_stdout && (dir.len == 0 || memchr(dir.ptr, 0, dir.len))) {
        out->error = STR("the output folder needs a name");
    } else if (out->is_stdout && mode == OUTPUT_CHECK) {
        out->error = STR("only an output folder can be checked: standard output holds nothing yet");
    }
}

bool output_failed(struct output *out)
{
    for (const struct output *other = out->next; other && out->error.len == 0; other = other->next) {
        out->error = other->error;
    }
    return out->error.len > 0;
}

bool output_fail(struct output *out, const char *verb, struct str path, const struct trouble *trouble)
{
    const char *const why = trouble->why ? trouble->why : strerror(trouble->number);
    const struct str whole = path.len > 0 ? dir_join(out->arena, out->dir, path) : out->dir;
    size_t len = 0;

    if (out->error.len > 0) {
        return false;
    }
    if (trouble->depth == 0) {
        out->error =
            str_printf(out->arena, "cannot %s `%.*s`: %s%s", verb, STR_ARG(whole), trouble->why ? "it " : "", why);
        return false;
    }
    for (size_t parts = 0; len < path.len; len++) {
        if (path.ptr[len] == '/' && ++parts == trouble->depth) {
            break;
        }
    }
    out->error = str_printf(out->arena, "cannot %s `%.*s`: `%.*s/%.*s`%s %s", verb, STR_ARG(whole), STR_ARG(out->dir),
                            (int)len, path.ptr, trouble->why ? "" : ":", why);
    return false;
}

static bool refuse(struct output *out, struct str path, const char *why)
{
    if (out->error.len == 0) {
        out->error = str_printf(out->arena, "will not write `%.*s`: %s", STR_ARG(path), why);
    }
    return false;
}

static bool is_safe(struct str path)
{
    size_t start = 0;

    for (size_t i = 0; i <= path.len; i++) {
        if (i == path.len || path.ptr[i] == '/') {
            const struct str part = {path.ptr + start, i - start};

            if (part.len == 0 || str_is(part, ".") || str_is(part, "..")) {
                return false;
            }
            start = i + 1;
        } else {
            const char c = path.ptr[i];

            if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
    }
    return true;
}

/* Notes a path and the folders on the way to it; an error if one is in another's place. */
static bool add_path(struct output *out, struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        const struct str folder = {path.ptr, i};
        const void *before;

        if (path.ptr[i] != '/') {
            continue;
        }
        before = map_add(&out->known, folder, &out->folder_mark);
        if (before == &out->file_mark) {
            return refuse(out, path, "another output has the name of its folder");
        }
        if (!before) {
            struct output_folder new = {0};

            new.path = str_copy(out->arena, folder);
            new.parts = place_parts(out->arena, folder, &new.depth);
            VEC_PUSH(out->arena, &out->folders, new);
        }
    }
    if (map_add(&out->known, path, &out->file_mark)) {
        return refuse(out, path, "another output has that name");
    }
    return true;
}

bool output_knows(const struct output *out, struct str path)
{
    return map_get(&out->known, path) == &out->file_mark;
}

/* An open file that is compared with a text: `chunk` is what was read last, as yet unlike nothing up to `at`. */
struct comparison {
    int fd;
    bool differs;
    size_t at, len;
    char chunk[65536];
};

/* Reads on where all of the chunk has been looked at; an errno on failure. */
static int read_chunk(struct comparison *comparison)
{
    if (comparison->at == comparison->len) {
        const ssize_t got = fd_read(comparison->fd, comparison->chunk, sizeof comparison->chunk);

        if (got < 0) {
            return errno;
        }
        comparison->at = 0;
        comparison->len = (size_t)got;
    }
    return 0;
}

static int compare_piece(void *data, struct str piece)
{
    struct comparison *const comparison = data;
    int error = 0;

    while (piece.len > 0 && !comparison->differs && (error = read_chunk(comparison)) == 0) {
        const size_t left = comparison->len - comparison->at, size = piece.len < left ? piece.len : left;

        comparison->differs = size == 0 || memcmp(comparison->chunk + comparison->at, piece.ptr, size) != 0;
        comparison->at += size;
        piece = (struct str){piece.ptr + size, piece.len - size};
    }
    return error;
}

/* Sets *same to whether the open file holds just `text`; an errno on failure. */
static int compare_text(int fd, const struct rope *text, bool *same)
{
    struct comparison comparison;
    int error;

    comparison.fd = fd;
    comparison.differs = false;
    comparison.at = comparison.len = 0;
    error = rope_each(text, compare_piece, &comparison);
    if (!error && !comparison.differs) {
        error = read_chunk(&comparison);
    }
    *same = !error && !comparison.differs && comparison.len == 0;
    return error;
}

/* Reads all of a file that had `size` bytes a moment ago. */
static int read_text(struct arena *arena, int fd, size_t size, struct str *text)
{
    char *const bytes = arena_alloc(arena, size + 1);
    const ssize_t got = fd_read(fd, bytes, size);

    if (got < 0) {
        return errno;
    }
    *text = (struct str){bytes, (size_t)got};
    return 0;
}

/* Finds the state of a file by what is in its place, in the open folder. */
static void compare_file(struct output *out, int folder, struct output_file *file, struct trouble *trouble)
{
    const char *const name = place_name(file->parts, file->depth);
    bool same = false;
    struct stat info;
    int fd;

    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        trouble->number = errno == ENOENT ? 0 : errno;
        return;
    }
    if (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode)) {
        trouble->why = S_ISDIR(info.st_mode) ? "is a folder" : "is not a regular file";
        return;
    }
    /* A file of another size differs, whatever it holds. */
    if (S_ISLNK(info.st_mode) ||
        (out->mode == OUTPUT_WRITE && (info.st_size < 0 || (size_t)info.st_size != file->text.len))) {
        file->state = OUTPUT_CHANGED;
        return;
    }
    fd = fd_open(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        /* Another run may have removed it just now. */
        trouble->number = errno == ENOENT ? 0 : errno;
        return;
    }
    file->state = OUTPUT_CHANGED;
    trouble->number = compare_text(fd, &file->text, &same);
    if (same) {
        file->state = OUTPUT_UNCHANGED;
    } else if (!trouble->number && out->mode == OUTPUT_CHECK && lseek(fd, 0, SEEK_SET) < 0) {
        trouble->number = errno;
    } else if (!trouble->number && out->mode == OUTPUT_CHECK) {
        trouble->number = read_text(out->arena, fd, (size_t)info.st_size, &file->old);
    }
    close(fd);
}

/* Finds the state of a file, whose folder need not be there. */
static bool compare_output(struct output *out, struct output_file *file)
{
    struct trouble trouble = {0};
    int root, folder;

    file->state = OUTPUT_MISSING;
    if (out->is_stdout) {
        return true;
    }
    root = fd_open(AT_FDCWD, out->dir_name, O_RDONLY | O_DIRECTORY);
    if (root < 0) {
        if (errno == ENOENT) {
            return true;
        }
        trouble.number = errno;
        return output_fail(out, "write", STR(""), &trouble);
    }
    folder = place_open(root, file->parts, file->depth, &trouble);
    if (folder >= 0) {
        compare_file(out, folder, file, &trouble);
        place_close(root, folder);
    } else if (trouble.number == ENOENT) {
        trouble = (struct trouble){0};
    }
    close(root);
    if (trouble.number || trouble.why) {
        return output_fail(out, "write", file->path, &trouble);
    }
    return true;
}

bool output_add(struct output *out, struct str path, struct str text)
{
    const struct rope rope = rope_from(out->arena, text);

    return output_add_rope(out, path, &rope);
}

bool output_add_rope(struct output *out, struct str path, const struct rope *text)
{
    struct output_file file = {.text = *text};

    if (out->error.len > 0) {
        return false;
    }
    if (!is_safe(path)) {
        return refuse(out, path, "outputs have relative paths of letters, digits, `_`, `-` and `.`");
    }
    file.path = str_copy(out->arena, path);
    file.parts = place_parts(out->arena, path, &file.depth);
    if (!add_path(out, file.path) || !compare_output(out, &file)) {
        return false;
    }
    out->bytes += text->len;
    if (file.state == OUTPUT_UNCHANGED) {
        file.text = (struct rope){.len = 0};
        out->unchanged++;
    } else {
        file.temp = temp_room(out->arena, place_name(file.parts, file.depth));
        out->changed += file.state == OUTPUT_CHANGED;
        out->missing += file.state == OUTPUT_MISSING;
    }
    if (out->mode == OUTPUT_CHECK) {
        const int error = rope_text(out->arena, &file.text, &file.wanted);

        if (error) {
            return output_fail(out, "keep", file.path, &(struct trouble){.number = error});
        }
    }
    VEC_PUSH(out->arena, &out->files, file);
    return true;
}

void output_diff(const struct output *out, struct buf *diff)
{
    if (out->mode != OUTPUT_CHECK) {
        return;
    }
    for (size_t i = 0; i < out->files.len; i++) {
        const struct output_file *const file = &out->files.at[i];
        const struct str from = dir_join(out->arena, STR("a"), file->path);

        if (file->state != OUTPUT_UNCHANGED) {
            diff_unified(diff, file->state == OUTPUT_MISSING ? STR("/dev/null") : from,
                         dir_join(out->arena, STR("b"), file->path), file->old, file->wanted);
        }
    }
}
