/* Dependencies as make and ninja read them. */
#include "base/dir.h"
#include "output/parts.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest target of a symbolic link (bytes), and how many links in a row are followed. */
#define LINK_SIZE_MAX 4096
#define LINKS_MAX     40

/*
 * A name as both GNU make and ninja unescape it. A backslash is doubled only where it would
 * else escape a space; elsewhere both take it as it is.
 */
static void put_name(struct buf *out, struct str name)
{
    size_t backslashes = 0;

    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];

        if (c == ' ' || c == '\t') {
            buf_fill(out, '\\', backslashes + 1);
        } else if (c == '#' || c == ':') {
            buf_char(out, '\\');
        } else if (c == '$') {
            buf_char(out, '$');
        }
        buf_char(out, c);
        backslashes = c == '\\' ? backslashes + 1 : 0;
    }
}

/*
 * Whether make and ninja can both be told of that name. Some characters have no escape in one
 * of them, and they differ on a backslash before '#' or ':' and at the end. make takes a '=' for an
 * assignment, a '~' in front for a home, and skips a byte order mark where the file begins.
 */
static bool is_expressible(struct str name)
{
    if (str_starts(name, "~") || str_starts(name, "\xef\xbb\xbf")) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i], next = name.ptr[i + 1 < name.len ? i + 1 : i];
        const bool is_plain = ascii_is_alpha(c) || ascii_is_digit(c) || (unsigned char)c >= 0x80;

        if (!is_plain && (c == 0 || !strchr(" #$\\+,/_:.~(){}%@[]!-", c))) {
            return false;
        }
        if (c == '\\' && (next == '#' || next == ':' || i + 1 == name.len)) {
            return false;
        }
    }
    return name.len > 0 && name.ptr[name.len - 1] != ' ';
}

/* Whether make would take it for a pattern where a target stands. */
static bool is_pattern(struct str name)
{
    return memchr(name.ptr, '%', name.len) != NULL;
}

static bool put_rules(struct output *out, struct buf *rule, const struct str *inputs, size_t inputs_len)
{
    for (const struct output *of = out; of; of = of->next) {
        for (size_t i = 0; i < of->files.len; i++) {
            if (rule->len > 0) {
                buf_text(rule, " \\\n ");
            }
            put_name(rule, dir_join(out->arena, of->dir, of->files.at[i].path));
        }
    }
    buf_char(rule, ':');
    for (size_t i = 0; i < inputs_len; i++) {
        if (!is_expressible(inputs[i])) {
            out->error = str_printf(out->arena, "no depfile can name the input `%.*s`: make or ninja would misread it",
                                    STR_ARG(inputs[i]));
            return false;
        }
        buf_text(rule, " \\\n ");
        put_name(rule, inputs[i]);
    }
    buf_char(rule, '\n');
    /* An input that is deleted later shall not stop make: it gets a rule that does nothing. */
    for (size_t i = 0; i < inputs_len; i++) {
        if (!is_pattern(inputs[i])) {
            put_name(rule, inputs[i]);
            buf_text(rule, ":\n");
        }
    }
    return true;
}

/* How much of a path is the folder, with its '/'. */
static size_t folder_len(struct str path)
{
    while (path.len > 0 && path.ptr[path.len - 1] != '/') {
        path.len--;
    }
    return path.len;
}

/* What a path leads to where symbolic links stand at its end. */
static struct str follow_links(struct arena *arena, struct str path)
{
    char *const target = arena_alloc(arena, LINK_SIZE_MAX);

    for (int i = 0; i < LINKS_MAX; i++) {
        const ssize_t len = readlink(str_copy(arena, path).ptr, target, LINK_SIZE_MAX);

        if (len <= 0 || len == LINK_SIZE_MAX) {
            break;
        }
        path = target[0] == '/' ? str_copy(arena, (struct str){target, (size_t)len})
                                : str_printf(arena, "%.*s%.*s", (int)folder_len(path), path.ptr, (int)len, target);
    }
    return path;
}

/* Finds the folder and the name of the file to replace. What is no file is written into, /dev/stdout say. */
static bool find_place(struct output *out, struct output_depfile *depfile)
{
    struct str path = depfile->path;
    const char *trouble = NULL;
    struct stat info;
    size_t start;

    depfile->is_direct = str_is(path, "-");
    if (!depfile->is_direct && stat(path.ptr, &info) == 0) {
        trouble = S_ISDIR(info.st_mode) ? "it is a folder" : S_ISSOCK(info.st_mode) ? "it is a socket" : NULL;
        depfile->is_direct = !S_ISREG(info.st_mode);
        path = follow_links(out->arena, path);
    } else if (!depfile->is_direct && errno != ENOENT) {
        trouble = strerror(errno);
    }
    if (trouble) {
        out->error = str_printf(out->arena, "cannot write `%.*s`: %s", STR_ARG(depfile->path), trouble);
        return false;
    }
    start = folder_len(path);
    depfile->name = str_copy(out->arena, (struct str){path.ptr + start, path.len - start}).ptr;
    depfile->folder = start > 0 ? str_copy(out->arena, (struct str){path.ptr, start}).ptr : ".";
    depfile->temp = temp_room(out->arena, depfile->name);
    return true;
}

bool output_depfile(struct output *out, struct str path, const struct str *inputs, size_t inputs_len)
{
    struct output_depfile *depfile;
    struct buf rule;
    struct arena *const arena = out->arena;
    size_t files = 0;

    if (output_failed(out)) {
        return false;
    }
    for (const struct output *of = out; of; of = of->next) {
        files += of->files.len;
        if (of->is_stdout) {
            out->error = STR("a depfile needs an output folder: outputs on standard output have no names");
            return false;
        }
        if (!is_expressible(of->dir) || is_pattern(of->dir)) {
            out->error =
                str_printf(arena, "no depfile can name the output folder `%.*s`: make or ninja would misread it",
                           STR_ARG(of->dir));
            return false;
        }
    }
    depfile = ARENA_NEW(arena, struct output_depfile);
    rule = buf_new(arena);
    if (files > 0 && !put_rules(out, &rule, inputs, inputs_len)) {
        return false;
    }
    rope_end(&depfile->text, NULL, &rule);
    depfile->path = str_copy(arena, path);
    if (!find_place(out, depfile)) {
        return false;
    }
    out->depfile = depfile;
    return true;
}
