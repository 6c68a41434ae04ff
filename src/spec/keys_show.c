/* The table of keys for people, as Markdown, and for editors, as a JSON Schema. */
#include "spec/keys.h"

#include "diag/print.h"

static const char *key_kind_words(const struct key_info *key)
{
    static const char *const words[] = {
        [KEY_NAME] = "identifier",
        [KEY_PREFIX] = "identifier or `\"\"`",
        [KEY_PART] = "part of an identifier",
        [KEY_TEXT] = "text",
        [KEY_RAW] = "text",
        [KEY_LINE] = "text of one line",
        [KEY_WORD] = "string",
        [KEY_WORDS] = "string or array of strings",
        [KEY_TYPE] = "type",
        [KEY_VALUE] = "integer or string",
        [KEY_NUMBER] = "unsigned integer",
        [KEY_INTEGER] = "integer",
        [KEY_EXPR] = "expression",
        [KEY_WHEN] = "condition, or array of them",
        [KEY_FLAG] = "`true` or `false`",
        [KEY_CHOICE] = "`true` or `false`",
        [KEY_TABLES] = "array of tables",
        [KEY_TABLE] = "table",
    };
    return words[key->kind];
}

static void key_value_markdown(struct buf *out, const struct key_info *key)
{
    if (key->kind == KEY_CHOICE && key->choices) {
        for (const char *const *word = key->choices; *word; word++) {
            buf_printf(out, "%s`\"%s\"`", word == key->choices ? "" : ", ", *word);
        }
        return;
    }
    buf_text(out, key_kind_words(key));
}

void spec_keys_markdown(struct buf *out)
{
    for (enum table_kind kind = 0; kind < TABLE_KIND_COUNT; kind++) {
        const struct table_info *table = &spec_tables[kind];
        buf_printf(out, "\n### %s%s%s\n\n%s\n\n", kind == TABLE_ROOT ? "" : "`", table->path,
                   kind == TABLE_ROOT ? "" : "`", table->doc);
        buf_text(out, "| key | value | |\n| --- | --- | --- |\n");
        for (size_t i = 0; i < table->keys_len; i++) {
            const struct key_info *key = &table->keys[i];
            buf_printf(out, "| `%s`", key->name);
            if (key->alias) {
                buf_printf(out, " (older: `%s`)", key->alias);
            }
            buf_text(out, " | ");
            key_value_markdown(out, key);
            buf_printf(out, " | %s%s |\n", key->required ? "**Required.** " : "", key->doc);
        }
    }
}

/* The kind of JSON that a key's value is. */
static void key_schema(struct buf *out, const struct key_info *key)
{
    static const char *const types[] = {
        [KEY_NAME] = "\"type\": \"string\", \"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\", \"maxLength\": 63",
        [KEY_PREFIX] = "\"type\": \"string\", \"pattern\": \"^([A-Za-z_][A-Za-z0-9_]*)?$\", \"maxLength\": 63",
        [KEY_PART] = "\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9_]+$\", \"maxLength\": 63",
        [KEY_TEXT] = "\"type\": \"string\"",
        [KEY_WORD] = "\"type\": \"string\"",
        [KEY_RAW] = "\"type\": \"string\"",
        [KEY_LINE] = "\"type\": \"string\"",
        /* The RFC's dialect has tables for types, and for names of types. */
        [KEY_WORDS] =
            ("\"type\": [\"string\", \"integer\", \"array\"], \"items\": {\"type\": [\"string\", \"integer\", "
             "\"object\"], \"additionalProperties\": true}"),
        [KEY_TYPE] = "\"type\": [\"string\", \"object\"], \"additionalProperties\": true",
        [KEY_VALUE] = "\"type\": [\"integer\", \"string\"]",
        [KEY_NUMBER] = "\"type\": \"integer\", \"minimum\": 0",
        [KEY_INTEGER] = "\"type\": \"integer\"",
        [KEY_EXPR] = "\"type\": \"string\"",
        [KEY_FLAG] = "\"type\": \"boolean\"",
        [KEY_CHOICE] = "\"type\": \"boolean\"",
    };
    buf_char(out, '{');
    if (key->kind == KEY_TABLES) {
        buf_printf(out, "\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/%s\"}",
                   spec_tables[key->table].schema);
    } else if (key->kind == KEY_TABLE) {
        buf_printf(out, "\"allOf\": [{\"$ref\": \"#/definitions/%s\"}]", spec_tables[key->table].schema);
    } else if (key->kind == KEY_WHEN) {
        buf_printf(out,
                   "\"anyOf\": [{\"$ref\": \"#/definitions/%s\"}, "
                   "{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/%s\"}}]",
                   spec_tables[key->table].schema, spec_tables[key->table].schema);
    } else if (key->kind == KEY_CHOICE && key->choices) {
        buf_text(out, "\"enum\": [");
        for (const char *const *word = key->choices; *word; word++) {
            buf_printf(out, "%s\"%s\"", word == key->choices ? "" : ", ", *word);
        }
        buf_char(out, ']');
    } else {
        buf_text(out, types[key->kind]);
    }
    buf_text(out, ", \"description\": \"");
    json_escape(out, str_from(key->doc));
    buf_text(out, "\"}");
}

static void table_schema(struct buf *out, const struct table_info *table, const char *indent)
{
    buf_printf(out, "%s\"type\": \"object\",\n%s\"description\": \"", indent, indent);
    json_escape(out, str_from(table->doc));
    buf_printf(out, "\",\n%s\"additionalProperties\": false,\n%s\"properties\": {", indent, indent);
    for (size_t i = 0; i < table->keys_len; i++) {
        const struct key_info *key = &table->keys[i];
        buf_printf(out, "%s\n%s  \"%s\": ", i ? "," : "", indent, key->name);
        key_schema(out, key);
        if (key->alias) {
            buf_printf(out, ",\n%s  \"%s\": ", indent, key->alias);
            key_schema(out, key);
        }
    }
    buf_printf(out, "\n%s},\n%s\"allOf\": [", indent, indent);
    const char *between = "";
    for (size_t i = 0; i < table->keys_len; i++) {
        const struct key_info *key = &table->keys[i];
        if (key->required && key->alias) {
            buf_printf(out, "%s{\"oneOf\": [{\"required\": [\"%s\"]}, {\"required\": [\"%s\"]}]}", between, key->name,
                       key->alias);
            between = ", ";
        } else if (key->required) {
            buf_printf(out, "%s{\"required\": [\"%s\"]}", between, key->name);
            between = ", ";
        }
    }
    if (table->one_of) {
        buf_printf(out, "%s{\"oneOf\": [", between);
        for (const char *const *name = table->one_of; *name; name++) {
            buf_printf(out, "%s{\"required\": [\"%s\"]}", name == table->one_of ? "" : ", ", *name);
        }
        buf_text(out, "]}");
        between = ", ";
    }
    if (table->clauses) {
        buf_printf(out, "%s%s", between, table->clauses);
        between = ", ";
    }
    buf_printf(out, "%s]", *between ? "" : "{}");
}

void spec_keys_schema(struct buf *out)
{
    buf_text(out, "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
                  "  \"title\": \"A spec of xenbindgen\",\n");
    table_schema(out, &spec_tables[TABLE_ROOT], "  ");
    buf_text(out, ",\n  \"definitions\": {");
    for (enum table_kind kind = TABLE_ROOT + 1; kind < TABLE_KIND_COUNT; kind++) {
        buf_printf(out, "%s\n    \"%s\": {\n", kind == TABLE_ROOT + 1 ? "" : ",", spec_tables[kind].schema);
        table_schema(out, &spec_tables[kind], "      ");
        buf_text(out, "\n    }");
    }
    buf_text(out, "\n  }\n}\n");
}
