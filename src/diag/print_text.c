/* Findings for people, in the form of GNU compilers. */
#include "base/utf8.h"
#include "diag/printers.h"

/* A source line wider than this is shown as a window around the caret. */
#define SNIPPET_COLUMNS 160u
/* The columns of context that a window keeps to the left of the caret. */
#define CONTEXT_COLUMNS 60u
/* Bounds what a window reads when a line is full of characters without a width. */
#define COLUMN_BYTES ((size_t)4)
#define TAB_COLUMNS  8

#define BOLD         "\033[1m"
#define RED          "\033[1;31m"
#define CYAN         "\033[1;36m"
#define GREEN        "\033[1;32m"
#define PLAIN        "\033[0m"

struct printer {
    struct buf *out;
    struct arena *arena;
    bool colour;
    struct buf line, marks; /* the snippet under construction */
};

static void paint(const struct printer *printer, const char *code)
{
    if (printer->colour) {
        buf_text(printer->out, code);
    }
}

/* Appends one character of a source line that begins in column `column`; returns its width. */
static uint32_t snippet_char(struct buf *line, struct str bytes, uint32_t code, uint32_t column)
{
    uint32_t width;

    if (code != '\t') {
        return visible_char(line, bytes, code);
    }
    width = TAB_COLUMNS - column % TAB_COLUMNS;
    buf_fill(line, ' ', width);
    return width;
}

/* Whether the whole line can be shown. `scratch` is overwritten. */
static bool line_fits(struct buf *scratch, struct str line)
{
    uint32_t column = 0;

    if (line.len > SNIPPET_COLUMNS * COLUMN_BYTES) {
        return false;
    }
    buf_clear(scratch);
    for (size_t at = 0; at < line.len;) {
        uint32_t code;
        size_t len = utf8_decode(line, at, &code);

        column += snippet_char(scratch, (struct str){line.ptr + at, len}, code, column);
        at += len;
    }
    return column <= SNIPPET_COLUMNS;
}

/* Where the window begins that keeps some context before the byte `caret` of a line. */
static size_t window_start(struct buf *scratch, struct str line, size_t caret)
{
    uint32_t columns = 0;
    size_t at = caret;

    while (at > 0 && caret - at < CONTEXT_COLUMNS * COLUMN_BYTES) {
        size_t before = utf8_before(line, at);
        uint32_t code;
        size_t len = utf8_decode(line, before, &code);

        buf_clear(scratch);
        columns += code == '\t' ? TAB_COLUMNS : visible_char(scratch, (struct str){line.ptr + before, len}, code);
        if (columns > CONTEXT_COLUMNS) {
            break;
        }
        at = before;
    }
    return at;
}

/*
 * Builds the shown line and the line of marks below it; `first` and `end` are the marked
 * bytes of `line`. Something is always marked, if only the place after the last character.
 */
static void build_snippet(struct printer *printer, struct str line, size_t first, size_t end)
{
    bool fits = line_fits(&printer->line, line);
    size_t at = fits ? 0 : window_start(&printer->line, line, first), start = at;
    uint32_t column = 0, limit = fits ? UINT32_MAX : SNIPPET_COLUMNS;
    uint32_t mark_column = 0, mark_width = 0;

    buf_clear(&printer->line);
    buf_clear(&printer->marks);
    if (at > 0) {
        buf_text(&printer->line, "...");
        column = 3;
    }
    while (at < line.len && column < limit && (fits || at - start < SNIPPET_COLUMNS * COLUMN_BYTES)) {
        uint32_t code;
        size_t len = utf8_decode(line, at, &code);
        uint32_t width = snippet_char(&printer->line, (struct str){line.ptr + at, len}, code, column);

        if (at <= first) {
            /* A combining mark stands over the column before it. */
            mark_column = width == 0 && column > 0 ? column - 1 : column;
        }
        if (at + len > first && at < end) {
            mark_width += width;
        }
        column += width;
        at += len;
    }
    if (at < line.len) {
        buf_text(&printer->line, "...");
    }
    if (at <= first) {
        mark_column = column;
    }
    buf_fill(&printer->marks, ' ', mark_column);
    buf_char(&printer->marks, '^');
    if (mark_width > 1) {
        buf_fill(&printer->marks, '~', mark_width - 1);
    }
}

/* The source line of a span, with marks below. */
static void print_snippet(struct printer *printer, struct span span, struct position start)
{
    struct str line = source_line(printer->arena, span.source, start.line);
    size_t line_off = line.len > 0 ? (size_t)(line.ptr - span.source->text.ptr) : span.off;
    size_t span_end = (size_t)span.off + span.len;
    size_t first = span.off > line_off ? span.off - line_off : 0, end = span_end > line_off ? span_end - line_off : 0;
    size_t before, gutter;

    if (first > line.len) {
        first = line.len;
    }
    if (end > line.len) {
        end = line.len;
    }
    build_snippet(printer, line, first, end);
    before = printer->out->len;
    buf_printf(printer->out, "%5lu", (unsigned long)start.line);
    gutter = printer->out->len - before;
    buf_text(printer->out, " |");
    if (printer->line.len > 0) {
        buf_char(printer->out, ' ');
        buf_str(printer->out, buf_view(&printer->line));
    }
    buf_char(printer->out, '\n');
    buf_fill(printer->out, ' ', gutter);
    buf_text(printer->out, " | ");
    paint(printer, GREEN);
    buf_str(printer->out, buf_view(&printer->marks));
    paint(printer, PLAIN);
    buf_char(printer->out, '\n');
}

/* "path:line:column: " */
static void print_place(struct printer *printer, struct span span, struct position start)
{
    paint(printer, BOLD);
    text_visible(printer->out, span.source->path);
    buf_printf(printer->out, ":%lu:%lu:", (unsigned long)start.line, (unsigned long)start.column);
    paint(printer, PLAIN);
    buf_char(printer->out, ' ');
}

static void print_word(struct printer *printer, const char *code, const char *word)
{
    paint(printer, code);
    buf_text(printer->out, word);
    paint(printer, PLAIN);
    buf_char(printer->out, ' ');
}

static void print_diag(struct printer *printer, const struct diag *diag)
{
    struct position start = {0, 0};
    struct str help = print_help(diag);

    if (diag->span.source) {
        start = source_position(printer->arena, diag->span.source, diag->span.off);
        print_place(printer, diag->span, start);
    } else {
        print_word(printer, BOLD, "xenbindgen:");
    }
    print_word(printer, RED, "error:");
    text_visible(printer->out, diag->message);
    buf_printf(printer->out, " [%s]", rules[diag->rule].id);
    if (diag->where.len > 0) {
        buf_text(printer->out, " [");
        text_visible(printer->out, diag->where);
        buf_char(printer->out, ']');
    }
    buf_char(printer->out, '\n');
    if (diag->span.source) {
        print_snippet(printer, diag->span, start);
    }
    for (size_t i = 0; i < diag->notes.len; i++) {
        const struct diag_note *note = &diag->notes.at[i];

        if (note->span.source) {
            start = source_position(printer->arena, note->span.source, note->span.off);
            print_place(printer, note->span, start);
        }
        print_word(printer, CYAN, "note:");
        text_visible(printer->out, note->text);
        buf_char(printer->out, '\n');
        if (note->span.source) {
            print_snippet(printer, note->span, start);
        }
    }
    if (help.len > 0) {
        print_word(printer, CYAN, "help:");
        text_visible(printer->out, help);
        buf_char(printer->out, '\n');
    }
}

void print_text(struct buf *out, struct diags *diags, bool colour)
{
    struct printer printer = {.out = out, .arena = diags->arena, .colour = colour};
    const struct source *last = NULL;
    size_t files = 0;

    printer.line = buf_new(diags->arena);
    printer.marks = buf_new(diags->arena);
    for (size_t i = 0; i < diags->list.len; i++) {
        const struct diag *diag = &diags->list.at[i];
        const struct source *source = diag->span.source;

        print_diag(&printer, diag);
        /* Sorted findings of one path stand together. */
        if (source && (!last || !str_eq(source->path, last->path))) {
            files++;
        }
        last = source;
    }
    if (diags->list.len == 0) {
        return;
    }
    buf_printf(out, "%zu finding%s", diags->list.len, diags->list.len == 1 ? "" : "s");
    if (files > 0) {
        buf_printf(out, " in %zu file%s", files, files == 1 ? "" : "s");
    }
    buf_char(out, '\n');
}
