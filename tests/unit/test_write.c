/* The house form of specs that nobody would write: it changes nothing but the form, and not itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "emit/emit.h"
#include "pipeline.h"
#include "spec/write.h"

#include <string.h>

/* Specs that are made up, each from its own seed. */
#define SPECS 400

/* A table of a spec before it is decided how it is written. */
struct table;

struct node {
    const char *key;
    enum { NODE_RAW, NODE_WORDS, NODE_TABLE, NODE_TABLES } kind;
    struct str raw;
    VEC(struct str) words;
    VEC(struct table *) tables;
};

struct table {
    VEC(struct node) nodes;
};

struct maker {
    struct arena *arena;
    struct buf out;
    uint64_t seed;
    unsigned names, comments;
    bool header;
    VEC(struct str) structs;   /* that may be members */
    VEC(struct str) constants; /* that may be lengths */
};

static unsigned pick(struct maker *m, unsigned below)
{
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 7;
    m->seed ^= m->seed << 17;
    return (unsigned)(m->seed >> 20) % below;
}

static bool once_in(struct maker *m, unsigned times)
{
    return pick(m, times) == 0;
}

static struct str new_name(struct maker *m, const char *prefix)
{
    return str_printf(m->arena, "%s%u", prefix, m->names++);
}

/* A string in one of the ways that TOML has; no text here needs escapes. */
static struct str string(struct maker *m, struct str text)
{
    static const char *const quotes[] = {"\"", "'", "\"\"\"", "'''"};
    const char *quote = quotes[once_in(m, 6) ? 2 + pick(m, 2) : pick(m, 2)];
    return str_printf(m->arena, "%s%.*s%s", quote, STR_ARG(text), quote);
}

static struct node *add(struct maker *m, struct table *table, const char *key)
{
    VEC_PUSH(m->arena, &table->nodes, (struct node){.key = key});
    return &table->nodes.at[table->nodes.len - 1];
}

static void add_raw(struct maker *m, struct table *table, const char *key, struct str raw)
{
    add(m, table, key)->raw = raw;
}

static void add_string(struct maker *m, struct table *table, const char *key, struct str text)
{
    add_raw(m, table, key, string(m, text));
}

static struct table *add_table(struct maker *m, struct table *table, const char *key)
{
    struct table *made = ARENA_NEW(m->arena, struct table);
    struct node *node = add(m, table, key);
    node->kind = NODE_TABLE;
    VEC_PUSH(m->arena, &node->tables, made);
    return made;
}

static struct table *add_element(struct maker *m, struct node *node)
{
    struct table *made = ARENA_NEW(m->arena, struct table);
    node->kind = NODE_TABLES;
    VEC_PUSH(m->arena, &node->tables, made);
    return made;
}

static void add_condition(struct maker *m, struct table *table)
{
    static const char *const names[] = {"x86", "arm", "x86_64", "riscv64", "ppc"};
    static const char *const who[] = {"tools", "guest", "xen"};
    static const char *const ranges[] = {">= 0x00030205", "<   0x00040600", ">= 0x30205 < 0x00040600"};
    if (once_in(m, 2)) {
        struct node *node = add(m, table, "abi");
        node->kind = NODE_WORDS;
        for (unsigned i = pick(m, 3); i < 5; i += 1 + pick(m, 3)) {
            VEC_PUSH(m->arena, &node->words, string(m, str_from(names[i])));
        }
    }
    if (once_in(m, 3)) {
        add_string(m, table, "context", str_from(who[pick(m, 3)]));
    }
    if (once_in(m, 3)) {
        add_string(m, table, "interface", str_from(ranges[pick(m, 3)]));
    }
    if (once_in(m, 4)) {
        add_string(m, table, "since", STR("4.17"));
    }
}

static void add_when(struct maker *m, struct table *table)
{
    if (once_in(m, 2)) {
        add_condition(m, add_table(m, table, "when"));
        return;
    }
    add(m, table, "when");
    for (unsigned i = 1 + pick(m, 3); i > 0; i--) {
        add_condition(m, add_element(m, &table->nodes.at[table->nodes.len - 1]));
    }
}

static void add_description(struct maker *m, struct table *table)
{
    static const char *const texts[] = {
        "'What it is.'", "\"\"\"\n      Two lines,\n        the second further in.\n   \"\"\"",
        "\"Some words on what this is for, and then some more of them, until the line is as long as it may be.\""};
    add_raw(m, table, "description", str_from(texts[pick(m, 3)]));
}

static void add_value(struct maker *m, struct table *table)
{
    static const char *const numbers[] = {"1", "0x1_0", "0b11", "7"};
    static const char *const expressions[] = {"'(1U << 3)'", "\"4 * sizeof(long)\"", "\"'a' + 1\"",
                                              "'sizeof(int) * 2'"};
    if (once_in(m, 2)) {
        add_raw(m, table, "value", str_from(numbers[pick(m, 4)]));
    } else {
        add_raw(m, table, "expr", str_from(expressions[pick(m, 4)]));
    }
}

static struct str plain_type(struct maker *m)
{
    static const char *const names[] = {"u8",    "u16",       "u32",  "u64",   "uint64_t",
                                        "ulong", "short",     "char", "llong", "uint",
                                        "i32",   "ptr<void>", "u8",   "u32",   "ptr< const char >"};
    if (m->structs.len && once_in(m, 6)) {
        struct str name = m->structs.at[pick(m, (unsigned)m->structs.len)];
        return str_printf(m->arena, "%s%.*s", once_in(m, 2) ? "struct  " : "", STR_ARG(name));
    }
    return str_from(names[pick(m, sizeof names / sizeof *names)]);
}

static void add_type(struct maker *m, struct table *table)
{
    struct str type = plain_type(m);
    unsigned how = pick(m, 8);
    if (how == 0) {
        type = str_printf(m->arena, "%.*s[ %u ]", STR_ARG(type), 1 + pick(m, 9));
    } else if (how == 1 && m->constants.len) {
        struct str name = m->constants.at[pick(m, (unsigned)m->constants.len)];
        type = str_printf(m->arena, "%.*s[(%.*s + 7)/8][2]", STR_ARG(type), STR_ARG(name));
    } else if (how == 2) {
        add_raw(m, table, "typ", STR("{ tag = \"array\", args = [{ tag = \"u16\" }, 0x4] }"));
        return;
    }
    add_string(m, table, "type", type);
}

static void add_fields(struct maker *m, struct table *table, const char *key, bool is_union, bool cases,
                       unsigned depth);

static void add_inline(struct maker *m, struct table *field, bool is_union, bool tagged, unsigned depth)
{
    if (once_in(m, 3)) {
        add_raw(m, field, "array", string(m, STR("1 + 1")));
    }
    if (once_in(m, 4)) {
        struct node *node = add(m, field, "also");
        node->kind = NODE_WORDS;
        for (unsigned i = 1 + pick(m, 2); i > 0; i--) {
            VEC_PUSH(m->arena, &node->words, string(m, new_name(m, "also_")));
        }
    }
    if (once_in(m, 3)) {
        add_string(m, field, "c_tag", new_name(m, "tag_"));
    }
    add_fields(m, field, is_union ? "union" : "struct", is_union, tagged, depth + 1);
}

/* Of a field with others in `also`, each has one. */
static void add_cases(struct maker *m, struct table *field, unsigned number)
{
    size_t also = 0;
    for (size_t i = 0; i < field->nodes.len; i++) {
        also = strcmp(field->nodes.at[i].key, "also") == 0 ? field->nodes.at[i].words.len : also;
    }
    struct node *node = add(m, field, "case");
    node->kind = NODE_WORDS;
    VEC_PUSH(m->arena, &node->words, string(m, str_printf(m->arena, "%u", number * 16)));
    for (unsigned i = 1; also ? i <= also : i < 12 && !once_in(m, 3); i++) {
        VEC_PUSH(m->arena, &node->words, str_printf(m->arena, "0x%x", number * 16 + i));
    }
}

static void add_field(struct maker *m, struct node *fields, bool in_union, unsigned number, unsigned depth,
                      struct str *tag)
{
    struct table *field = add_element(m, fields);
    struct str name = new_name(m, "member_");
    unsigned how = pick(m, 10);
    bool anonymous = false;
    if (how == 0 && !in_union) {
        add_raw(m, field, "bits", STR("0x3"));
        add_string(m, field, "type", STR("u32"));
    } else if (how < 4 && depth < 3) {
        bool is_union = once_in(m, 2), tagged = is_union && tag->len && !in_union;
        if (tagged) {
            add_string(m, field, "tag", *tag);
        } else if (is_union) {
            add_string(m, field, "read_by", STR("context"));
        }
        anonymous = once_in(m, 5);
        if (anonymous) {
            add_fields(m, field, is_union ? "union" : "struct", is_union, tagged, depth + 1);
        } else {
            add_inline(m, field, is_union, tagged, depth);
        }
    } else if (!in_union && once_in(m, 3)) {
        add_string(m, field, "type", STR("u32"));
        *tag = name;
    } else {
        add_type(m, field);
    }
    if (!anonymous) {
        add_string(m, field, "name", name);
    }
    if (number && once_in(m, 8) && !str_eq(name, *tag)) {
        add_when(m, field);
    }
    if (once_in(m, 6)) {
        add_description(m, field);
    }
    if (once_in(m, 8)) {
        add(m, field, "constants");
        for (unsigned i = 1 + pick(m, 3); i > 0; i--) {
            struct table *constant = add_element(m, &field->nodes.at[field->nodes.len - 1]);
            add_string(m, constant, "name", new_name(m, "FOR_"));
            add_value(m, constant);
        }
    }
}

static void add_fields(struct maker *m, struct table *table, const char *key, bool is_union, bool cases, unsigned depth)
{
    struct node fields = {.key = key, .kind = NODE_TABLES};
    struct str tag = {NULL, 0};
    for (unsigned i = 0, len = 1 + pick(m, 4); i < len; i++) {
        add_field(m, &fields, is_union, i, depth, &tag);
        if (cases) {
            add_cases(m, fields.tables.at[i], i);
        }
    }
    VEC_PUSH(m->arena, &table->nodes, fields);
}

/* How it is written */

static void put_comment(struct maker *m)
{
    buf_printf(&m->out, "# comment %u.%s\n", m->comments++, once_in(m, 4) ? "  " : "");
}

/* What may stand between two parts of a value over several lines. */
static void put_gap(struct maker *m, bool lines)
{
    unsigned how = lines ? pick(m, 12) : 10;
    if (how < 2) {
        buf_text(&m->out, " ");
        put_comment(m);
    } else if (how < 4) {
        buf_text(&m->out, once_in(m, 3) ? "\n\n  " : "\n  ");
        put_comment(m);
    } else if (how < 7) {
        buf_text(&m->out, "\n    ");
    } else if (how < 11) {
        buf_char(&m->out, ' ');
    }
}

static void shuffle(struct maker *m, struct table *table)
{
    for (size_t i = table->nodes.len; i > 1; i--) {
        size_t j = pick(m, (unsigned)i);
        struct node node = table->nodes.at[i - 1];
        table->nodes.at[i - 1] = table->nodes.at[j];
        table->nodes.at[j] = node;
    }
}

static void put_inline(struct maker *m, struct table *table, bool lines);

static void put_value(struct maker *m, const struct node *node, bool lines)
{
    if (node->kind == NODE_RAW) {
        buf_str(&m->out, node->raw);
        return;
    }
    if (node->kind == NODE_TABLE) {
        put_inline(m, node->tables.at[0], lines);
        return;
    }
    size_t len = node->kind == NODE_WORDS ? node->words.len : node->tables.len;
    if (node->kind == NODE_WORDS && len == 1 && once_in(m, 2)) {
        buf_str(&m->out, node->words.at[0]);
        return;
    }
    buf_char(&m->out, '[');
    for (size_t i = 0; i < len; i++) {
        put_gap(m, lines);
        if (node->kind == NODE_WORDS) {
            buf_str(&m->out, node->words.at[i]);
        } else {
            put_inline(m, node->tables.at[i], lines && !once_in(m, 3));
        }
        put_gap(m, lines && once_in(m, 4));
        buf_text(&m->out, i + 1 < len || once_in(m, 2) ? "," : "");
    }
    put_gap(m, lines);
    buf_char(&m->out, ']');
}

static void put_inline(struct maker *m, struct table *table, bool lines)
{
    shuffle(m, table);
    buf_char(&m->out, '{');
    for (size_t i = 0; i < table->nodes.len; i++) {
        put_gap(m, lines);
        buf_printf(&m->out, once_in(m, 8) ? "\"%s\"  =" : "%s = ", table->nodes.at[i].key);
        put_value(m, &table->nodes.at[i], lines);
        put_gap(m, lines && once_in(m, 4));
        buf_text(&m->out, i + 1 < table->nodes.len ? "," : "");
    }
    put_gap(m, lines);
    buf_char(&m->out, '}');
}

static void put_line_end(struct maker *m)
{
    if (once_in(m, 5)) {
        buf_text(&m->out, "  ");
        put_comment(m);
    } else {
        buf_char(&m->out, '\n');
    }
    if (once_in(m, 6)) {
        put_comment(m);
    }
    buf_text(&m->out, once_in(m, 6) ? "\n" : "");
}

/* A table under a header of its own: what has headers in turn comes last. */
static void put_headed(struct maker *m, struct table *table, struct str path, bool array, bool all)
{
    buf_printf(&m->out, array ? "[[%.*s]]" : "[ %.*s ]", STR_ARG(path));
    put_line_end(m);
    shuffle(m, table);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < table->nodes.len; i++) {
            struct node *node = &table->nodes.at[i];
            bool headers = all && (node->kind == NODE_TABLE || node->kind == NODE_TABLES);
            if (!headers && pass == 0) {
                buf_printf(&m->out, "%s = ", node->key);
                put_value(m, node, !once_in(m, 3));
                put_line_end(m);
            }
            for (size_t t = 0; t < node->tables.len && headers && pass == 1; t++) {
                struct str below = str_printf(m->arena, "%.*s.%s", STR_ARG(path), node->key);
                put_headed(m, node->tables.at[t], below, node->kind == NODE_TABLES, all);
            }
        }
    }
}

static struct table *new_def(struct maker *m, struct str *name, const char *prefix)
{
    struct table *table = ARENA_NEW(m->arena, struct table);
    *name = new_name(m, prefix);
    add_string(m, table, "name", *name);
    return table;
}

static void make_record(struct maker *m)
{
    struct str name;
    bool is_union = once_in(m, 4);
    struct table *table = new_def(m, &name, "record_");
    bool conditional = once_in(m, 4);
    if (conditional) {
        add_when(m, table);
    }
    if (is_union) {
        add_string(m, table, "read_by", STR("view"));
    }
    if (once_in(m, 3)) {
        add_description(m, table);
    }
    add_fields(m, table, "fields", is_union, false, 0);
    put_headed(m, table, is_union ? STR("unions") : STR("structs"), true, once_in(m, 3));
    if (!conditional && !is_union) {
        VEC_PUSH(m->arena, &m->structs, name);
    }
}

static void make_constant(struct maker *m)
{
    struct str name;
    struct table *table = new_def(m, &name, "CONSTANT_");
    add_value(m, table);
    if (once_in(m, 4)) {
        add_when(m, table);
    } else {
        VEC_PUSH(m->arena, &m->constants, name);
    }
    put_headed(m, table, STR("constants"), true, once_in(m, 2));
}

static void make_enum(struct maker *m)
{
    struct str name;
    struct table *table = new_def(m, &name, "enum_");
    add_string(m, table, "type", STR("u32"));
    add(m, table, "variants");
    for (unsigned i = 1 + pick(m, 4); i > 0; i--) {
        struct table *variant = add_element(m, &table->nodes.at[table->nodes.len - 1]);
        add_string(m, variant, "name", new_name(m, "value_"));
        add_raw(m, variant, "value", str_printf(m->arena, "%u", i));
        if (i > 1 && once_in(m, 4)) {
            add_when(m, variant);
        }
    }
    put_headed(m, table, STR("enums"), true, once_in(m, 2));
}

static void make_verbatim(struct maker *m)
{
    static const char *const texts[] = {"'#define V \"x\"'", "\"\"\"\n#define V(x) \\\\\n    ((x) & 1)\n\"\"\"",
                                        "'''\n#define V '\\'''''", "\"\"\"// '''\nint x;\n\"\"\""};
    struct str name;
    struct table *table = new_def(m, &name, "VERBATIM_");
    add_raw(m, table, "text", str_from(texts[pick(m, 4)]));
    if (once_in(m, 3)) {
        add_when(m, table);
    }
    put_headed(m, table, STR("verbatim"), true, false);
}

static struct str make_spec(struct arena *arena, unsigned number)
{
    struct maker m = {.arena = arena, .out = buf_new(arena), .seed = UINT64_C(0x9e3779b97f4a7c15) * (number + 1)};
    static void (*const makers[])(struct maker *) = {make_record,   make_record,   make_record, make_record,
                                                     make_constant, make_constant, make_enum,   make_verbatim};
    if (once_in(&m, 3)) {
        put_comment(&m);
        buf_text(&m.out, "\n");
    }
    buf_text(&m.out, "level = 'legacy'");
    put_line_end(&m);
    m.header = once_in(&m, 3);
    unsigned len = 1 + pick(&m, 6), at = pick(&m, len);
    for (unsigned i = 0; i < len; i++) {
        makers[pick(&m, sizeof makers / sizeof *makers)](&m);
        if (m.header && i == at) {
            struct table *table = ARENA_NEW(arena, struct table);
            add_string(&m, table, "guard", STR("__GUARD__"));
            put_headed(&m, table, STR("header"), false, false);
        }
    }
    return buf_view(&m.out);
}

/* What is made of it */

struct sink {
    struct emit_sink base;
    struct buf out;
};

static bool sink_file(struct emit_sink *base, struct str path, const struct rope *text, const struct folder *folder)
{
    struct sink *sink = (struct sink *)base;
    (void)folder;
    buf_printf(&sink->out, "=== %.*s\n", STR_ARG(path));
    struct str whole;
    assert_int_equal(rope_text(sink->out.arena, text, &whole), 0);
    buf_str(&sink->out, whole);
    return false;
}

/* All outputs of a spec; fails with the first finding. */
static struct str outputs(struct arena *arena, struct str text)
{
    struct pipeline p = pipeline_new(arena);
    pipeline_file(&p, STR("made/made.toml"), text);
    pipeline_run(&p);
    if (p.diags.list.len) {
        const struct diag *diag = &p.diags.list.at[0];
        print_message("# %s: %.*s\n# at %.*s\n# in\n%.*s\n", rules[diag->rule].id, STR_ARG(diag->message),
                      (int)(diag->span.len < 60 ? diag->span.len : 60), text.ptr + diag->span.off, STR_ARG(text));
    }
    assert_int_equal(p.diags.list.len, 0);
    struct sink sink = {{sink_file, NULL, false}, buf_new(arena)};
    for (size_t i = 0; i < backends_len; i++) {
        backends[i]->emit(arena, &p.spec, &sink.base);
    }
    return buf_view(&sink.out);
}

static struct str formatted(struct arena *arena, struct str text)
{
    struct diags diags = diags_new(arena);
    struct source *source = ARENA_NEW(arena, struct source);
    source->path = STR("made.toml");
    source->text = text;
    struct buf out = buf_new(arena);
    spec_write(&out, toml_parse(arena, source, TOML_1_1, &diags));
    assert_int_equal(diags.list.len, 0);
    return buf_view(&out);
}

static void assert_same(unsigned number, const char *what, struct str wanted, struct str found)
{
    if (!str_eq(wanted, found)) {
        size_t at = 0;
        while (at < wanted.len && at < found.len && wanted.ptr[at] == found.ptr[at]) {
            at++;
        }
        at = at < 200 ? 0 : at - 200;
        print_message("# spec %u, %s: wanted ...%.*s\n# found ...%.*s\n", number, what,
                      (int)(wanted.len - at < 600 ? wanted.len - at : 600), wanted.ptr + at,
                      (int)(found.len - at < 600 ? found.len - at : 600), found.ptr + at);
    }
    assert_true(str_eq(wanted, found));
}

static unsigned times(struct str text, const char *what)
{
    unsigned count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += str_starts((struct str){text.ptr + i, text.len - i}, what);
    }
    return count;
}

static void assert_comments(struct arena *arena, struct str text, struct str form)
{
    unsigned len = times(text, "# comment ");
    assert_int_equal(times(form, "# comment "), len);
    for (unsigned i = 0; i < len; i++) {
        assert_int_equal(times(form, str_printf(arena, "# comment %u.\n", i).ptr), 1);
    }
}

/* Lines are as long as the house has them, comments at their ends apart. */
static void assert_columns(struct str form)
{
    for (size_t start = 0; start < form.len;) {
        const char *end = memchr(form.ptr + start, '\n', form.len - start);
        assert_non_null(end);
        size_t len = (size_t)(end - form.ptr) - start, code = 0;
        while (code < len && form.ptr[start + code] != '#') {
            code++;
        }
        struct str line = {form.ptr + start, code};
        /* A text, and a single condition, are never broken. */
        bool whole = times(line, "description = ") + times(line, "abi = ") > 0;
        if (code > HOUSE_COLUMNS + 1 && !whole) {
            print_message("# %.*s\n", (int)len, form.ptr + start);
            fail();
        }
        start += len + 1;
    }
}

static void test_made_up(void **state)
{
    (void)state;
    for (unsigned number = 0; number < SPECS; number++) {
        struct arena arena;
        arena_init(&arena, NULL);
        struct str text = make_spec(&arena, number);
        struct str wanted = outputs(&arena, text);
        struct str form = formatted(&arena, text);
        assert_same(number, "what is made of it", wanted, outputs(&arena, form));
        assert_same(number, "the second time", form, formatted(&arena, form));
        assert_comments(&arena, text, form);
        assert_columns(form);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_made_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
