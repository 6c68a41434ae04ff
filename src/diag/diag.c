#include "diag/diag.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bytes between two marks of a source: the most that finding a column has to read. */
#define MARK_STEP 256

struct diags diags_new(struct arena *arena)
{
    struct diags diags = {.arena = arena};

    return diags;
}

struct diag *diag_add(struct diags *diags, enum rule rule, struct span span, const char *format, ...)
{
    struct diag diag = {.rule = rule, .span = span};
    va_list args;

    va_start(args, format);
    diag.message = str_vprintf(diags->arena, format, args);
    va_end(args);
    return VEC_PUSH(diags->arena, &diags->list, diag);
}

void diag_note(struct diags *diags, struct diag *diag, struct span span, const char *format, ...)
{
    struct diag_note note = {.span = span};
    va_list args;

    va_start(args, format);
    note.text = str_vprintf(diags->arena, format, args);
    va_end(args);
    VEC_PUSH(diags->arena, &diag->notes, note);
}

void diag_help(struct diags *diags, struct diag *diag, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    diag->help = str_vprintf(diags->arena, format, args);
    va_end(args);
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* What is of the whole run comes first: it has no path. */
static int compare_sources(const struct source *a, const struct source *b)
{
    if (a == b) {
        return 0;
    }
    if (!a || !b) {
        return a ? 1 : -1;
    }
    return str_cmp(a->path, b->path);
}

/* 0 when `a` and `b` tell the user the same. */
static int compare_content(const struct diag *a, const struct diag *b)
{
    int order = compare_sources(a->span.source, b->span.source);

    if (!order) {
        order = compare_u32(a->span.off, b->span.off);
    }
    if (!order) {
        order = compare_u32((uint32_t)a->rule, (uint32_t)b->rule);
    }
    if (!order) {
        order = str_cmp(a->message, b->message);
    }
    if (!order) {
        order = compare_u32(a->span.len, b->span.len);
    }
    return order ? order : str_cmp(a->where, b->where);
}

/* For qsort, which need not be stable: equal findings keep the order of their addresses. */
static int compare_pointers(const void *a, const void *b)
{
    const struct diag *left = *(const struct diag *const *)a, *right = *(const struct diag *const *)b;
    int order = compare_content(left, right);

    return order ? order : (left > right) - (left < right);
}

void diags_sort(struct diags *diags)
{
    size_t len = diags->list.len, kept = 0;
    const struct diag **order;
    struct diag *sorted;

    if (len < 2) {
        return;
    }
    order = ARENA_ARRAY(diags->arena, len, const struct diag *);
    sorted = ARENA_ARRAY(diags->arena, len, struct diag);
    for (size_t i = 0; i < len; i++) {
        order[i] = &diags->list.at[i];
    }
    qsort(order, len, sizeof(const struct diag *), compare_pointers);
    for (size_t i = 0; i < len; i++) {
        if (i == 0 || compare_content(order[i - 1], order[i]) != 0) {
            sorted[kept++] = *order[i];
        }
    }
    diags->list.at = sorted;
    diags->list.len = kept;
    diags->list.cap = len;
}

static uint32_t source_size(const struct source *source)
{
    return source->text.len < UINT32_MAX ? (uint32_t)source->text.len : UINT32_MAX;
}

/* Makes the tables of lines and marks, once. */
static void source_index(struct arena *arena, struct source *source)
{
    struct str text = {source->text.ptr, source_size(source)};
    uint32_t off = 0, chars = 0, due = 0;

    if (source->lines.len > 0) {
        return;
    }
    /* The first line starts behind the byte order mark, which no editor counts or shows. */
    if (str_starts(text, "\xef\xbb\xbf")) {
        off = 3;
    }
    VEC_PUSH(arena, &source->lines, off);
    while (off < text.len) {
        uint32_t code;

        if (off >= due) {
            VEC_PUSH(arena, &source->marks, (struct source_mark){off, chars});
            due = off < UINT32_MAX - MARK_STEP ? off + MARK_STEP : UINT32_MAX;
        }
        off += (uint32_t)utf8_decode(text, off, &code);
        chars++;
        if (code == '\n') {
            VEC_PUSH(arena, &source->lines, off);
        }
    }
}

/* The number of characters before `off`, or before the one that `off` is inside of. */
static uint32_t chars_before(const struct source *source, uint32_t off)
{
    struct str text = {source->text.ptr, source_size(source)};
    size_t low = 0, high = source->marks.len;
    uint32_t at, chars;

    if (high == 0 || off < source->marks.at[0].off) {
        return 0;
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->marks.at[middle].off <= off) {
            low = middle;
        } else {
            high = middle;
        }
    }
    at = source->marks.at[low].off;
    chars = source->marks.at[low].chars;
    while (at < off) {
        uint32_t code;

        at += (uint32_t)utf8_decode(text, at, &code);
        if (at <= off) {
            chars++;
        }
    }
    return chars;
}

struct position source_position(struct arena *arena, struct source *source, uint32_t off)
{
    size_t low = 0, high;
    uint32_t start;

    source_index(arena, source);
    if (off > source_size(source)) {
        off = source_size(source);
    }
    high = source->lines.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->lines.at[middle] <= off) {
            low = middle;
        } else {
            high = middle;
        }
    }
    start = source->lines.at[low];
    if (off < start) {
        off = start;
    }
    return (struct position){(uint32_t)low + 1, chars_before(source, off) - chars_before(source, start) + 1};
}

struct str source_line(struct arena *arena, struct source *source, uint32_t line)
{
    uint32_t start, end;

    source_index(arena, source);
    if (line == 0 || line > source->lines.len) {
        return (struct str){"", 0};
    }
    start = source->lines.at[line - 1];
    end = line < source->lines.len ? source->lines.at[line] : source_size(source);
    if (end > start && source->text.ptr[end - 1] == '\n') {
        end--;
        if (end > start && source->text.ptr[end - 1] == '\r') {
            end--;
        }
    }
    if (end == start) {
        return (struct str){"", 0};
    }
    return (struct str){source->text.ptr + start, end - start};
}
