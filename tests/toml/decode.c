/*
 * The decoder that toml-test drives: TOML on standard input, its tagged JSON on standard
 * output; status 1 and the findings on standard error when it is not valid.
 *
 *   toml-decode [-1.0|-1.1]      (1.1 by default)
 */
#include "alone.h"
#include "base/buf.h"
#include "diag/print.h"
#include "toml/toml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void put_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    json_escape(out, s);
    buf_char(out, '"');
}

static const char *tag(enum toml_type type)
{
    switch (type) {
    case TOML_STRING:
        return "string";
    case TOML_INTEGER:
        return "integer";
    case TOML_FLOAT:
        return "float";
    case TOML_BOOLEAN:
        return "bool";
    case TOML_OFFSET_DATETIME:
        return "datetime";
    case TOML_LOCAL_DATETIME:
        return "datetime-local";
    case TOML_LOCAL_DATE:
        return "date-local";
    case TOML_LOCAL_TIME:
        return "time-local";
    case TOML_ARRAY:
    case TOML_TABLE:
        break;
    }
    return "";
}

static void put_float(struct buf *out, double number)
{
    if (isnan(number)) {
        buf_text(out, "nan");
    } else if (isinf(number)) {
        buf_text(out, number < 0 ? "-inf" : "inf");
    } else {
        buf_printf(out, "%.17g", number);
    }
}

static void put_value(struct buf *out, const struct toml_value *value);

static void put_table(struct buf *out, const struct toml_table *table)
{
    buf_char(out, '{');
    for (const struct toml_entry *entry = table->first; entry; entry = entry->next) {
        if (entry != table->first) {
            buf_char(out, ',');
        }
        put_string(out, entry->key);
        buf_char(out, ':');
        put_value(out, &entry->value);
    }
    buf_char(out, '}');
}

static void put_array(struct buf *out, const struct toml_array *array)
{
    buf_char(out, '[');
    for (size_t i = 0; i < array->len; i++) {
        if (i > 0) {
            buf_char(out, ',');
        }
        put_value(out, &array->at[i]);
    }
    buf_char(out, ']');
}

static void put_value(struct buf *out, const struct toml_value *value)
{
    if (value->type == TOML_TABLE) {
        put_table(out, value->as.table);
        return;
    }
    if (value->type == TOML_ARRAY) {
        put_array(out, value->as.array);
        return;
    }
    buf_printf(out, "{\"type\":\"%s\",\"value\":", tag(value->type));
    switch (value->type) {
    case TOML_INTEGER:
        buf_text(out, value->negative ? "\"-" : "\"");
        buf_u64(out, value->as.magnitude);
        buf_char(out, '"');
        break;
    case TOML_FLOAT:
        buf_char(out, '"');
        put_float(out, value->as.number);
        buf_char(out, '"');
        break;
    case TOML_BOOLEAN:
        buf_text(out, value->as.boolean ? "\"true\"" : "\"false\"");
        break;
    default:
        put_string(out, value->as.string);
        break;
    }
    buf_char(out, '}');
}

static int decode(struct arena *arena, const void *version)
{
    struct buf text = buf_new(arena);
    char chunk[65536];
    size_t len;
    while ((len = fread(chunk, 1, sizeof chunk, stdin)) > 0) {
        buf_bytes(&text, chunk, len);
    }
    if (ferror(stdin)) {
        perror("standard input");
        return 2;
    }

    struct source source = {.path = STR("standard input"), .text = buf_view(&text)};
    struct diags diags = diags_new(arena);
    const struct toml_document *document = toml_parse(arena, &source, *(const enum toml_version *)version, &diags);
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < diags.list.len; i++) {
        const struct diag *diag = &diags.list.at[i];
        const struct position at = source_position(arena, &source, diag->span.off);
        buf_printf(&out, "%u:%u: %s: %.*s\n", at.line, at.column, rules[diag->rule].id, STR_ARG(diag->message));
    }
    if (diags.list.len == 0) {
        put_table(&out, document->root);
        buf_char(&out, '\n');
    }
    FILE *const to = diags.list.len ? stderr : stdout;
    if (fwrite(out.ptr, 1, out.len, to) != out.len || fflush(to) != 0) {
        return 2;
    }
    return diags.list.len ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 1 || (argc == 2 && strcmp(argv[1], "-1.1") == 0)) {
        return run_alone(decode, &(enum toml_version){TOML_1_1});
    }
    if (argc == 2 && strcmp(argv[1], "-1.0") == 0) {
        return run_alone(decode, &(enum toml_version){TOML_1_0});
    }
    fprintf(stderr, "usage: toml-decode [-1.0|-1.1] < FILE\n");
    return 2;
}
