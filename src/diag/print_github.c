/* Findings as workflow commands, which GitHub Actions shows beside the changed lines. */
#include "diag/printers.h"

/* The bytes that a workflow command writes as percent escapes, in messages and in properties. */
static const char in_message[] = "%\r\n";
static const char in_property[] = "%\r\n:,";

static bool holds(const char *set, char c)
{
    for (; *set; set++) {
        if (*set == c) {
            return true;
        }
    }
    return false;
}

static void github_escape(struct buf *out, struct str s, const char *escaped)
{
    size_t start = 0;

    for (size_t i = 0; i <= s.len; i++) {
        if (i < s.len && !holds(escaped, s.ptr[i])) {
            continue;
        }
        if (i > start) {
            text_visible(out, (struct str){s.ptr + start, i - start});
        }
        if (i < s.len) {
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)s.ptr[i]);
        }
        start = i + 1;
    }
}

/*
 * Columns are only shown where the end is on the same line, so a longer span is marked to
 * the end of its first line.
 */
static void github_place(struct buf *out, struct arena *arena, struct span span)
{
    struct range range = print_range(arena, span);

    if (range.end.line != range.start.line) {
        struct str line = source_line(arena, span.source, range.start.line);
        size_t end = line.len > 0 ? (size_t)(line.ptr - span.source->text.ptr) + line.len : span.off;

        range.end = source_position(arena, span.source, (uint32_t)(end > span.off ? end : span.off));
    }
    buf_text(out, "file=");
    github_escape(out, span.source->path, in_property);
    buf_printf(out, ",line=%lu,col=%lu,endLine=%lu,endColumn=%lu,", (unsigned long)range.start.line,
               (unsigned long)range.start.column, (unsigned long)range.end.line, (unsigned long)range.end.column);
}

void print_github(struct buf *out, struct diags *diags, bool colour)
{
    (void)colour;
    for (size_t i = 0; i < diags->list.len; i++) {
        const struct diag *diag = &diags->list.at[i];
        struct str help = print_help(diag);

        buf_text(out, "::error ");
        if (diag->span.source) {
            github_place(out, diags->arena, diag->span);
        }
        buf_text(out, "title=");
        github_escape(out, str_from(rules[diag->rule].id), in_property);
        buf_text(out, "::");
        github_escape(out, diag->message, in_message);
        if (diag->where.len > 0) {
            buf_text(out, " [");
            github_escape(out, diag->where, in_message);
            buf_char(out, ']');
        }
        for (size_t n = 0; n < diag->notes.len; n++) {
            const struct diag_note *note = &diag->notes.at[n];

            buf_text(out, "%0Anote: ");
            if (note->span.source) {
                struct position start = source_position(diags->arena, note->span.source, note->span.off);

                github_escape(out, note->span.source->path, in_message);
                buf_printf(out, ":%lu:%lu: ", (unsigned long)start.line, (unsigned long)start.column);
            }
            github_escape(out, note->text, in_message);
        }
        if (help.len > 0) {
            buf_text(out, "%0Ahelp: ");
            github_escape(out, help, in_message);
        }
        buf_char(out, '\n');
    }
}
