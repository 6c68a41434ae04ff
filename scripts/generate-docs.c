/*
 * Prints the parts of docs/ that come from the tables in the code.
 *
 *   generate-docs rules     docs/rules.md
 *   generate-docs keys      the tables of keys in docs/language.md
 */
#include "base/buf.h"
#include "diag/print.h"
#include "diag/rules.h"
#include "spec/keys.h"

#include <stdio.h>
#include <string.h>

/* An example as a block of code; what could not be seen in it is written as an escape. */
static void example(struct buf *out, const char *text)
{
    buf_text(out, "\n```toml\n");
    while (*text) {
        const size_t len = strcspn(text, "\n");
        text_visible(out, (struct str){text, len});
        buf_char(out, '\n');
        text += len + (text[len] == '\n');
    }
    buf_text(out, "```\n");
}

static void rules_markdown(struct buf *out)
{
    static const char *const holds[] = {
        [RULE_ALWAYS] = "always", [RULE_ABI] = "unless waived", [RULE_HEADERS] = "in `verify`"};
    buf_text(
        out,
        "# Rules\n\n"
        "`make docs` makes this page from the table of rules; the tests run every example in it.\n\n"
        "A rule that holds *always* cannot be waived: what breaks it would make the outputs wrong. The others are the\n"
        "ABI's own: a `waive` with a reason covers a place that must break one, and `level = \"legacy\"` turns them "
        "off.\nSome compare the spec with real headers: they hold *in* `verify`.\n\n"
        "| rule | holds | demands |\n| --- | --- | --- |\n");
    for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
        const struct rule_info *info = &rules[rule];
        buf_printf(out, "| [`%s`](#%s) | %s | %s |\n", info->id, info->id, holds[info->scope], info->purpose);
    }
    for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
        const struct rule_info *info = &rules[rule];
        buf_printf(out, "\n## %s\n\n%s %s\n", info->id, info->purpose, info->why);
        if (!info->bad) {
            buf_printf(out, "\nTo mend it, %s.\n", info->help);
            continue;
        }
        buf_text(out, "\nBreaks it:\n");
        example(out, info->bad);
        buf_printf(out, "\nTo mend it, %s:\n", info->help);
        example(out, info->good);
    }
}

int main(int argc, char **argv)
{
    jmp_buf oom;
    struct arena arena;
    arena_init(&arena, &oom);
    if (setjmp(oom)) {
        arena_free(&arena);
        (void)fputs("generate-docs: out of memory\n", stderr);
        return 2;
    }
    struct buf out = buf_new(&arena);
    if (argc == 2 && strcmp(argv[1], "rules") == 0) {
        rules_markdown(&out);
    } else if (argc == 2 && strcmp(argv[1], "keys") == 0) {
        spec_keys_markdown(&out);
    } else {
        (void)fputs("usage: generate-docs rules|keys\n", stderr);
        arena_free(&arena);
        return 2;
    }
    const struct str text = buf_view(&out);
    const bool written = fwrite(text.ptr, 1, text.len, stdout) == text.len && fflush(stdout) == 0;
    arena_free(&arena);
    return written ? 0 : 2;
}
