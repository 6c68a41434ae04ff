#include "base/buf.h"
#include "base/utf8.h"
#include "emit/c.h"

#include <string.h>

/* A file's name in a comment: what may disturb the comment becomes `?`. */
static void banner_name(struct buf *out, struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        bool plain = name.ptr[i] >= ' ' && name.ptr[i] <= '~' && name.ptr[i] != '*';
        buf_char(out, plain ? name.ptr[i] : '?');
    }
}

void c_banner(struct buf *out, const struct folder *from)
{
    buf_text(out, "/* SPDX-License-Identifier: MIT */\n/*\n * " EMIT_BANNER);
    if (!from) {
        buf_text(out, ": what its headers rest on.\n");
    } else if (from->files.len == 1) {
        buf_text(out, " from ");
        banner_name(out, from->files.at[0].name);
        buf_text(out, ".\n");
    } else {
        buf_text(out, " from\n");
        for (size_t i = 0; i < from->files.len; i++) {
            buf_text(out, " *   ");
            banner_name(out, from->files.at[i].name);
            buf_char(out, '\n');
        }
    }
    buf_text(out, " * Do not edit it; change the spec and make it anew: xenbindgen gen --lang c\n */\n\n");
}

/* Columns of a text: its code points. */
static size_t text_columns(struct str s)
{
    size_t columns = utf8_ascii(s, 0);
    for (size_t i = columns; i < s.len; i++) {
        columns += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    }
    return columns;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes the first word off `rest`; a word is what stands between blanks. */
static struct str take_word(struct str *rest)
{
    size_t i = 0;
    while (i < rest->len && is_blank(rest->ptr[i])) {
        i++;
    }
    size_t start = i;
    while (i < rest->len && !is_blank(rest->ptr[i])) {
        i++;
    }
    struct str word = {rest->ptr + start, i - start};
    *rest = (struct str){rest->ptr + i, rest->len - i};
    return word;
}

/* Further in than this no line of a comment begins, lest it be all blanks. */
#define COMMENT_LEAD_MAX 40

/* One paragraph line of a comment, wrapped; a line's own indentation is kept. */
static void comment_line(struct buf *out, unsigned indent, struct str line)
{
    size_t lead = 0;
    while (lead < line.len && is_blank(line.ptr[lead])) {
        lead++;
    }
    struct str rest = {line.ptr + lead, line.len - lead};
    lead = lead < COMMENT_LEAD_MAX ? lead : COMMENT_LEAD_MAX;
    size_t column = 0;
    for (struct str word = take_word(&rest); word.len; word = take_word(&rest)) {
        size_t width = text_columns(word);
        if (column && column + 1 + width <= C_COLUMNS) {
            buf_char(out, ' ');
            column += 1 + width;
        } else {
            buf_text(out, column ? "\n" : "");
            buf_fill(out, ' ', indent);
            buf_text(out, " * ");
            buf_fill(out, ' ', lead);
            column = indent + 3 + lead + width;
        }
        buf_str(out, word);
    }
    if (!column) {
        buf_fill(out, ' ', indent);
        buf_text(out, " *");
    }
    buf_char(out, '\n');
}

/* Whether a line stands by itself: one that is empty or indented, or an item of a list. */
static bool stands_alone(struct str line)
{
    size_t i = 0;
    if (!line.len || line.ptr[0] == '\n' || is_blank(line.ptr[0])) {
        return true;
    }
    while (i < line.len && ascii_is_digit(line.ptr[i])) {
        i++;
    }
    bool is_mark =
        i < line.len && (i ? line.ptr[i] == '.' || line.ptr[i] == ')' : line.ptr[i] == '-' || line.ptr[i] == '*');
    return is_mark && i + 1 < line.len && is_blank(line.ptr[i + 1]);
}

/* Where a spec breaks its lines is no concern of the comment's: those of one paragraph become one. */
static struct str join_lines(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    buf_str(&out, text);
    const char *end = text.ptr + text.len;
    for (const char *at = text.ptr + 1; at < end - 1 && (at = memchr(at, '\n', (size_t)(end - 1 - at))); at++) {
        struct str rest = {at + 1, (size_t)(end - at - 1)};
        if (at[-1] != '\n' && !stands_alone(rest)) {
            out.ptr[at - text.ptr] = ' ';
        }
    }
    return buf_view(&out);
}

void c_comment(struct buf *out, unsigned indent, const char *prefix, struct str text)
{
    text = text.len && memchr(text.ptr, '\n', text.len) ? join_lines(out->arena, text) : text;
    struct str whole = *prefix ? str_printf(out->arena, "%s%.*s", prefix, STR_ARG(text)) : text;
    /* A prefix without a text loses its ": ". */
    while (!text.len && whole.len && (whole.ptr[whole.len - 1] == ' ' || whole.ptr[whole.len - 1] == ':')) {
        whole.len--;
    }
    if (!whole.len) {
        return;
    }
    bool lines = memchr(whole.ptr, '\n', whole.len);
    if (!lines && indent + 6 + text_columns(whole) <= C_COLUMNS) {
        buf_fill(out, ' ', indent);
        buf_text(out, "/* ");
        size_t at = out->len;
        buf_str(out, whole);
        for (char *tab; (tab = memchr(out->ptr + at, '\t', out->len - at));) {
            *tab = ' ';
        }
        buf_text(out, " */\n");
        return;
    }
    buf_fill(out, ' ', indent);
    buf_text(out, "/*\n");
    for (size_t start = 0; start <= whole.len;) {
        const char *newline = memchr(whole.ptr + start, '\n', whole.len - start);
        size_t end = newline ? (size_t)(newline - whole.ptr) : whole.len;
        comment_line(out, indent, (struct str){whole.ptr + start, end - start});
        start = end + 1;
    }
    buf_fill(out, ' ', indent);
    buf_text(out, " */\n");
}

void c_spelled(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool control = (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f;
        buf_char(out, control ? ' ' : text.ptr[i]);
    }
}

struct str c_path(struct arena *arena, const struct folder *folder, const char *suffix)
{
    return str_printf(arena, "%.*s%s.h", STR_ARG(folder->name), suffix);
}

void c_include(struct buf *out, const struct folder *folder, struct str path)
{
    /* Where the header is written as a whole, its neighbours are included by their names alone, as Xen does. */
    size_t common = 0;
    for (size_t i = 0; folder->header.given && i < folder->name.len && i < path.len; i++) {
        if (folder->name.ptr[i] != path.ptr[i]) {
            break;
        }
        common = path.ptr[i] == '/' ? i + 1 : common;
    }
    buf_text(out, "#include \"");
    for (size_t i = common; i < folder->name.len; i++) {
        buf_text(out, folder->name.ptr[i] == '/' ? "../" : "");
    }
    buf_printf(out, "%.*s\"\n", (int)(path.len - common), path.ptr + common);
}

struct str c_guard(struct arena *arena, const struct folder *folder, const char *suffix)
{
    if (folder->header.given && !*suffix) {
        return folder->header.guard.s;
    }
    struct buf guard = buf_new(arena);
    buf_printf(&guard, "__XEN_PUBLIC_%.*s%s_H__", STR_ARG(folder->name), suffix);
    for (size_t i = 0; i < guard.len; i++) {
        char c = ascii_to_upper(guard.ptr[i]);
        guard.ptr[i] = c == '-' || c == '/' ? '_' : c;
    }
    return buf_view(&guard);
}

abi_set c_folder_abis(const struct folder *folder)
{
    return folder->arch == ARCH_COUNT ? ABI_ALL : archs[folder->arch].abis;
}

void c_test_abis(struct buf *out, abi_set set)
{
    bool first = true;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (set & ABI_BIT(abi)) {
            buf_printf(out, "%s%s", first ? "" : " || ", abis[abi].c_test);
            first = false;
        }
    }
}
