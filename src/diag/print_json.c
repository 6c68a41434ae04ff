/* Findings as one JSON object, and what it takes to write JSON. */
#include "base/utf8.h"
#include "diag/printers.h"

void json_escape(struct buf *out, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        uint32_t code;
        size_t len = utf8_decode(s, at, &code);

        if (code == '"' || code == '\\') {
            buf_char(out, '\\');
            buf_char(out, (char)code);
        } else if (code == '\n') {
            buf_text(out, "\\n");
        } else if (code == '\t') {
            buf_text(out, "\\t");
        } else if (code == UTF8_INVALID) {
            buf_text(out, "\xef\xbf\xbd");
        } else if (visible_is_plain(code)) {
            buf_bytes(out, s.ptr + at, len);
        } else if (code <= 0xffff) {
            buf_printf(out, "\\u%04x", (unsigned)code);
        } else {
            unsigned high = (unsigned)((code - 0x10000) >> 10), low = (unsigned)((code - 0x10000) & 0x3ff);

            buf_printf(out, "\\u%04x\\u%04x", 0xd800 + high, 0xdc00 + low);
        }
        at += len;
    }
}

void json_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    json_escape(out, s);
    buf_char(out, '"');
}

void json_abis(struct buf *out, struct str where)
{
    size_t start = 0;

    buf_char(out, '[');
    while (start < where.len) {
        size_t end = start, next;

        while (end < where.len && where.ptr[end] != ',') {
            end++;
        }
        next = end < where.len ? end + 1 : end;
        while (next < where.len && where.ptr[next] == ' ') {
            next++;
        }
        json_string(out, (struct str){where.ptr + start, end - start});
        if (next < where.len) {
            buf_char(out, ',');
        }
        start = next;
    }
    buf_char(out, ']');
}

void json_reopen(struct buf *out, const char *member)
{
    out->len -= sizeof "}\n" - 1;
    buf_printf(out, ",\n\"%s\":", member);
}

/* The members that say where; null throughout for what has no source. */
static void json_span(struct buf *out, struct arena *arena, struct span span)
{
    struct range range;

    if (!span.source) {
        buf_text(out, "\"file\":null,\"line\":null,\"column\":null,\"endLine\":null,\"endColumn\":null,"
                      "\"offset\":null,\"length\":null");
        return;
    }
    range = print_range(arena, span);
    buf_text(out, "\"file\":");
    json_string(out, span.source->path);
    buf_printf(out, ",\"line\":%lu,\"column\":%lu,\"endLine\":%lu,\"endColumn\":%lu,\"offset\":%lu,\"length\":%lu",
               (unsigned long)range.start.line, (unsigned long)range.start.column, (unsigned long)range.end.line,
               (unsigned long)range.end.column, (unsigned long)span.off, (unsigned long)span.len);
}

/*
 * Lines and columns count from 1, columns in code points; the end is the place after the
 * last character. Offset and length are bytes. An empty "abis" stands for all ABIs.
 */
void print_json(struct buf *out, struct diags *diags, bool colour)
{
    (void)colour;
    buf_text(out, "{\"version\":1,\"findings\":[");
    for (size_t i = 0; i < diags->list.len; i++) {
        const struct diag *diag = &diags->list.at[i];

        buf_text(out, i > 0 ? ",\n{\"rule\":" : "\n{\"rule\":");
        json_string(out, str_from(rules[diag->rule].id));
        buf_text(out, ",\"severity\":\"error\",");
        json_span(out, diags->arena, diag->span);
        buf_text(out, ",\"message\":");
        json_string(out, diag->message);
        buf_text(out, ",\"abis\":");
        json_abis(out, diag->where);
        buf_text(out, ",\"help\":");
        json_string(out, print_help(diag));
        buf_text(out, ",\"notes\":[");
        for (size_t n = 0; n < diag->notes.len; n++) {
            const struct diag_note *note = &diag->notes.at[n];

            buf_text(out, n > 0 ? ",{" : "{");
            json_span(out, diags->arena, note->span);
            buf_text(out, ",\"message\":");
            json_string(out, note->text);
            buf_char(out, '}');
        }
        buf_text(out, "]}");
    }
    buf_text(out, diags->list.len > 0 ? "\n]}\n" : "]}\n");
}
