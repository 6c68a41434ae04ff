#include "diag/printers.h"

const struct diag_format diag_formats[] = {
    {"text", print_text, "for people: source lines, carets, notes and help"},
    {"json", print_json, "one JSON object, for tools"},
    {"sarif", print_sarif, "SARIF 2.1.0, for code scanning services"},
    {"github", print_github, "workflow commands of GitHub Actions"},
};
const size_t diag_formats_len = sizeof diag_formats / sizeof *diag_formats;

const struct diag_format *diag_format_find(struct str name)
{
    for (size_t i = 0; i < diag_formats_len; i++) {
        if (str_is(name, diag_formats[i].name)) {
            return &diag_formats[i];
        }
    }
    return NULL;
}

struct str print_help(const struct diag *diag)
{
    const char *help = rules[diag->rule].help;

    if (diag->help.len > 0 || !help) {
        return diag->help;
    }
    return str_from(help);
}

struct range print_range(struct arena *arena, struct span span)
{
    uint32_t end = span.len <= UINT32_MAX - span.off ? span.off + span.len : UINT32_MAX;

    return (struct range){source_position(arena, span.source, span.off), source_position(arena, span.source, end)};
}
