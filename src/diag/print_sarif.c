/* Findings as SARIF 2.1.0 (OASIS), the exchange format of static analysis. */
#include "diag/printers.h"

/*
 * A path as a URI reference: relative ones stay relative, to whatever root the reader knows.
 * All that RFC 3986 does not call unreserved is encoded, so a ':' never makes a scheme.
 */
static void sarif_uri(struct buf *out, struct str path)
{
    buf_char(out, '"');
    if (path.len > 0 && path.ptr[0] == '/') {
        buf_text(out, "file://");
    }
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];

        if (ascii_is_alpha(c) || ascii_is_digit(c) || c == '/' || c == '-' || c == '.' || c == '_' || c == '~') {
            buf_char(out, c);
        } else {
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
        }
    }
    buf_char(out, '"');
}

/* {"text": ...}: a message as SARIF has it. */
static void sarif_message(struct buf *out, struct str text)
{
    buf_text(out, "{\"text\":");
    json_string(out, text);
    buf_char(out, '}');
}

static void sarif_location(struct buf *out, struct arena *arena, struct span span)
{
    struct range range = print_range(arena, span);

    buf_text(out, "\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
    sarif_uri(out, span.source->path);
    buf_printf(out, "},\"region\":{\"startLine\":%lu,\"startColumn\":%lu,\"endLine\":%lu,\"endColumn\":%lu}}",
               (unsigned long)range.start.line, (unsigned long)range.start.column, (unsigned long)range.end.line,
               (unsigned long)range.end.column);
}

static void sarif_notes(struct buf *out, struct arena *arena, const struct diag *diag)
{
    buf_text(out, ",\"relatedLocations\":[");
    for (size_t i = 0; i < diag->notes.len; i++) {
        const struct diag_note *note = &diag->notes.at[i];

        if (i > 0) {
            buf_char(out, ',');
        }
        buf_printf(out, "{\"id\":%zu,", i + 1);
        if (note->span.source) {
            sarif_location(out, arena, note->span);
            buf_char(out, ',');
        }
        buf_text(out, "\"message\":");
        sarif_message(out, note->text);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static void sarif_result(struct buf *out, struct arena *arena, const struct diag *diag)
{
    buf_text(out, "{\"ruleId\":");
    json_string(out, str_from(rules[diag->rule].id));
    buf_printf(out, ",\"ruleIndex\":%d,\"level\":\"error\",\"message\":", (int)diag->rule);
    if (diag->where.len > 0) {
        struct buf text = buf_new(arena);

        buf_str(&text, diag->message);
        buf_text(&text, " [");
        buf_str(&text, diag->where);
        buf_char(&text, ']');
        sarif_message(out, buf_view(&text));
    } else {
        sarif_message(out, diag->message);
    }
    buf_text(out, ",\"locations\":[");
    if (diag->span.source) {
        buf_char(out, '{');
        sarif_location(out, arena, diag->span);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    if (diag->notes.len > 0) {
        sarif_notes(out, arena, diag);
    }
    buf_text(out, ",\"properties\":{\"abis\":");
    json_abis(out, diag->where);
    buf_text(out, ",\"help\":");
    json_string(out, print_help(diag));
    buf_text(out, "}}");
}

/* The table of rules; a result refers to its place in it. */
static void sarif_rules(struct buf *out)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        const struct rule_info *rule = &rules[i];

        buf_text(out, i > 0 ? ",\n{\"id\":" : "\n{\"id\":");
        json_string(out, str_from(rule->id));
        buf_text(out, ",\"shortDescription\":");
        sarif_message(out, str_from(rule->purpose));
        buf_text(out, ",\"fullDescription\":");
        sarif_message(out, str_from(rule->why));
        buf_text(out, ",\"help\":");
        sarif_message(out, str_from(rule->help));
        buf_text(out, ",\"defaultConfiguration\":{\"level\":\"error\"}}");
    }
}

void print_sarif(struct buf *out, struct diags *diags, bool colour)
{
    (void)colour;
    buf_text(out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n"
                  "\"tool\":{\"driver\":{\"name\":\"xenbindgen\",\"version\":");
    json_string(out, str_from(xenbindgen_version));
    buf_text(out, ",\"rules\":[");
    sarif_rules(out);
    buf_text(out, "\n]}},\n\"columnKind\":\"unicodeCodePoints\",\n\"results\":[");
    for (size_t i = 0; i < diags->list.len; i++) {
        buf_text(out, i > 0 ? ",\n" : "\n");
        sarif_result(out, diags->arena, &diags->list.at[i]);
    }
    buf_text(out, "\n]}]}\n");
}
