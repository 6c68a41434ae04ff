/* The TOML reader beyond what toml-test can see: positions, findings, recovery and limits. */
#include "base/buf.h"
#include "toml/toml.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* One text, read. */
struct read {
    struct arena arena;
    struct source source;
    struct diags diags;
    struct toml_document *document;
};

static int setup(void **state)
{
    static struct read read;
    memset(&read, 0, sizeof read);
    arena_init(&read.arena, NULL);
    *state = &read;
    return 0;
}

static int teardown(void **state)
{
    struct read *read = *state;
    arena_free(&read->arena);
    return 0;
}

static void parse_as(struct read *read, enum toml_version version, struct str text)
{
    read->source = (struct source){.path = STR("test.toml"), .text = text};
    read->diags = diags_new(&read->arena);
    read->document = toml_parse(&read->arena, &read->source, version, &read->diags);
}

static void parse(struct read *read, const char *text)
{
    parse_as(read, TOML_1_1, str_from(text));
}

static void parse_good(struct read *read, const char *text)
{
    parse(read, text);
    for (size_t i = 0; i < read->diags.list.len; i++) {
        print_error("%.*s\n", STR_ARG(read->diags.list.at[i].message));
    }
    assert_int_equal(read->diags.list.len, 0);
    assert_false(read->document->root->broken);
}

/* The value at a path of keys and, in brackets, indices: "a.b[0].c". */
static const struct toml_value *at(const struct read *read, const char *path)
{
    const struct toml_table *table = read->document->root;
    const struct toml_value *value = NULL;
    while (*path) {
        if (*path == '[') {
            assert_int_equal(value->type, TOML_ARRAY);
            const size_t i = (size_t)(path[1] - '0');
            assert_true(i < value->as.array->len);
            value = &value->as.array->at[i];
            path += 3;
        } else {
            path += *path == '.';
            const struct str key = {path, strcspn(path, ".[")};
            const struct toml_entry *entry = toml_get(table, key);
            if (!entry) {
                return NULL;
            }
            value = &entry->value;
            path += key.len;
        }
        if (value->type == TOML_TABLE) {
            table = value->as.table;
        }
    }
    return value;
}

static void assert_str(struct str s, const char *expected)
{
    if (s.len != strlen(expected) || memcmp(s.ptr, expected, s.len) != 0) {
        fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(s), expected);
    }
}

static void assert_bytes(const struct read *read, uint32_t off, uint32_t len, const char *expected)
{
    assert_true(off <= read->source.text.len && len <= read->source.text.len - off);
    assert_str((struct str){read->source.text.ptr + off, len}, expected);
}

/* The value at `path` stands in the source as `expected`, for the first time it occurs there after `after`. */
static void assert_value_at(const struct read *read, const char *path, const char *after, const char *expected)
{
    const struct toml_value *value = at(read, path);
    assert_non_null(value);
    assert_bytes(read, value->off, value->len, expected);
    const char *from = strstr(read->source.text.ptr, after) + strlen(after);
    assert_int_equal(value->off, strstr(from, expected) - read->source.text.ptr);
}

static void assert_integer(const struct read *read, const char *path, bool negative, uint64_t magnitude)
{
    const struct toml_value *value = at(read, path);
    assert_non_null(value);
    assert_int_equal(value->type, TOML_INTEGER);
    assert_int_equal(value->negative, negative);
    assert_true(value->as.magnitude == magnitude);
}

struct expected {
    enum rule rule;
    uint32_t off;
    const char *bytes;   /* that the span covers */
    const char *message; /* a part of it */
};

static void assert_findings(const struct read *read, const struct expected *expected, size_t count)
{
    for (size_t i = 0; i < read->diags.list.len && i < count; i++) {
        const struct diag *diag = &read->diags.list.at[i];
        if (diag->rule != expected[i].rule || diag->span.off != expected[i].off) {
            fail_msg("finding %zu: got rule %d at %u, \"%.*s\"; expected rule %d at %u", i, (int)diag->rule,
                     diag->span.off, STR_ARG(diag->message), (int)expected[i].rule, expected[i].off);
        }
        assert_ptr_equal(diag->span.source, &read->source);
        assert_bytes(read, diag->span.off, diag->span.len, expected[i].bytes);
        const struct str message = str_copy(read->diags.arena, diag->message);
        if (!strstr(message.ptr, expected[i].message)) {
            fail_msg("finding %zu: got \"%s\", expected \"%s\"", i, message.ptr, expected[i].message);
        }
    }
    if (read->diags.list.len > count) {
        fail_msg("one finding too many: \"%.*s\"", STR_ARG(read->diags.list.at[count].message));
    }
    assert_int_equal(read->diags.list.len, count);
    assert_int_equal(read->document->root->broken, count > 0);
}

#define ASSERT_FINDINGS(read, ...)                                  \
    assert_findings((read), (const struct expected[]){__VA_ARGS__}, \
                    sizeof((const struct expected[]){__VA_ARGS__}) / sizeof(struct expected))

/*
 * Positions
 */

static void positions_of_values(void **state)
{
    struct read *read = *state;
    parse_good(read, "s = \"a\\tb\" # c\n"
                     "l = 'x'\n"
                     "m = \"\"\"\nab\n\"\"\"\n"
                     "n = '''\nab'''\n"
                     "i = -17\n"
                     "h = 0xFF_ff\n"
                     "f = 1.5e3\n"
                     "t = true\n"
                     "d = 1979-05-27 07:32:00Z\n"
                     "e = 1979-05-27T07:32:00.5\n"
                     "g = 1979-05-27\n"
                     "k = 07:32\n"
                     "a = [ 1, [ 'y' ], ]\n"
                     "o = { p = 1, q.r = 'z' }\n");
    assert_value_at(read, "s", "s = ", "\"a\\tb\"");
    assert_value_at(read, "l", "l = ", "'x'");
    assert_value_at(read, "m", "m = ", "\"\"\"\nab\n\"\"\"");
    assert_value_at(read, "n", "n = ", "'''\nab'''");
    assert_value_at(read, "i", "i = ", "-17");
    assert_value_at(read, "h", "h = ", "0xFF_ff");
    assert_value_at(read, "f", "f = ", "1.5e3");
    assert_value_at(read, "t", "t = ", "true");
    assert_value_at(read, "d", "d = ", "1979-05-27 07:32:00Z");
    assert_value_at(read, "e", "e = ", "1979-05-27T07:32:00.5");
    assert_value_at(read, "g", "g = ", "1979-05-27");
    assert_value_at(read, "k", "k = ", "07:32");
    assert_value_at(read, "a", "a = ", "[ 1, [ 'y' ], ]");
    assert_value_at(read, "a[0]", "a = ", "1");
    assert_value_at(read, "a[1]", "a = ", "[ 'y' ]");
    assert_value_at(read, "a[1][0]", "a = ", "'y'");
    assert_value_at(read, "o", "o = ", "{ p = 1, q.r = 'z' }");
    assert_value_at(read, "o.p", "p = ", "1");
    assert_value_at(read, "o.q", "p = 1, ", "q.r");
    assert_value_at(read, "o.q.r", "q.r = ", "'z'");

    assert_str(at(read, "s")->as.string, "a\tb");
    assert_str(at(read, "m")->as.string, "ab\n");
    assert_str(at(read, "n")->as.string, "ab");
    assert_str(at(read, "d")->as.string, "1979-05-27T07:32:00Z");
    assert_str(at(read, "k")->as.string, "07:32:00");
    assert_int_equal(at(read, "d")->type, TOML_OFFSET_DATETIME);
    assert_int_equal(at(read, "e")->type, TOML_LOCAL_DATETIME);
    assert_int_equal(at(read, "g")->type, TOML_LOCAL_DATE);
    assert_int_equal(at(read, "k")->type, TOML_LOCAL_TIME);
    assert_true(at(read, "f")->as.number == 1500.0);
    assert_true(at(read, "t")->as.boolean);
    /* Nothing to decode: nothing copied. */
    assert_ptr_equal(at(read, "l")->as.string.ptr, read->source.text.ptr + at(read, "l")->off + 1);
}

static void positions_of_tables(void **state)
{
    struct read *read = *state;
    parse_good(read, "[a.b] # implied a\n[ a ]\n[[c]]\nx = 1\n[[ c ]]\n[c.d]\n");
    assert_value_at(read, "a.b", "", "[a.b]");
    assert_value_at(read, "a", "implied", "[ a ]");
    assert_value_at(read, "c", "", "[[c]]");
    assert_value_at(read, "c[0]", "", "[[c]]");
    assert_value_at(read, "c[1]", "", "[[ c ]]");
    assert_value_at(read, "c[1].d", "", "[c.d]");
    assert_int_equal(at(read, "c")->as.array->len, 2);
    assert_null(toml_get(at(read, "c[0]")->as.table, STR("d")));
}

static void positions_of_keys(void **state)
{
    struct read *read = *state;
    parse_good(read, "one = 1\n\"t\\u0077o\" . 'th ree'=2\n[ x . \"y\" ]\n");
    const struct toml_entry *entry = read->document->root->first;
    assert_str(entry->key, "one");
    assert_int_equal(entry->key_off, 0);
    assert_int_equal(entry->key_len, 3);
    entry = entry->next;
    assert_str(entry->key, "two");
    assert_bytes(read, entry->key_off, entry->key_len, "\"t\\u0077o\"");
    assert_int_equal(entry->key_off, 8);
    const struct toml_entry *inner = toml_get(entry->value.as.table, STR("th ree"));
    assert_bytes(read, inner->key_off, inner->key_len, "'th ree'");
    assert_int_equal(inner->key_off, 21);
    entry = entry->next;
    assert_bytes(read, entry->key_off, entry->key_len, "x");
    inner = toml_get(entry->value.as.table, STR("y"));
    assert_bytes(read, inner->key_off, inner->key_len, "\"y\"");
    assert_null(entry->next);
    assert_int_equal(read->document->root->len, 3);
}

static void order_is_the_sources(void **state)
{
    struct read *read = *state;
    parse_good(read, "z = 1\na = 2\nm = 3\nb = 4\nk = 5\nc = 6\ny = 7\nd = 8\nx = 9\ne = 10\nw = 11\n");
    static const char keys[] = "zambkcydxew";
    const struct toml_entry *entry = read->document->root->first;
    for (size_t i = 0; i < sizeof keys - 1; i++, entry = entry->next) {
        assert_int_equal(entry->key.ptr[0], keys[i]);
        assert_ptr_equal(toml_get(read->document->root, entry->key), entry);
        assert_int_equal(entry->value.as.magnitude, i + 1);
    }
    assert_null(entry);
    assert_null(toml_get(read->document->root, STR("q")));
}

static void comments_are_listed(void **state)
{
    struct read *read = *state;
    parse_good(read, "# one\r\nx = '# no' # two\n[a] # three\ny = [ # four\n 1, # five\n]\nz = { # six\n}\n# seven");
    static const char *const comments[] = {"# one", "# two", "# three", "# four", "# five", "# six", "# seven"};
    assert_int_equal(read->document->comments_len, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_bytes(read, read->document->comments[i].off, read->document->comments[i].len, comments[i]);
    }
}

static void line_ends_and_bom(void **state)
{
    struct read *read = *state;
    parse_good(read, "\xef\xbb\xbf"
                     "a = 1\r\n\r\n[t]\r\nb = \"\"\"\r\nx\r\ny\\\r\n  z\"\"\"\r\nc = '''\r\n1\r\n2'''\r\n");
    assert_integer(read, "a", false, 1);
    assert_int_equal(at(read, "a")->off, 7);
    assert_str(at(read, "t.b")->as.string, "x\nyz");
    assert_str(at(read, "t.c")->as.string, "1\n2");
    parse_good(read, "");
    assert_int_equal(read->document->root->len, 0);
    parse_good(read, "\xef\xbb\xbf");
    parse_as(read, TOML_1_0, (struct str){NULL, 0});
    assert_int_equal(read->diags.list.len, 0);
}

/*
 * Numbers
 */

static void integers(void **state)
{
    struct read *read = *state;
    parse_good(read, "a = 0\nb = -0\nc = +99\nd = 9223372036854775807\ne = -9223372036854775808\n"
                     "f = 18446744073709551615\ng = 0xFFFF_FFFF_FFFF_FFFF\nh = 0o1777777777777777777777\n"
                     "i = 0b1111111111111111111111111111111111111111111111111111111111111111\n"
                     "j = 9223372036854775808\nk = 0xdead_BEEF\nl = 0x0000_0000_0000_0000_0001\n");
    assert_integer(read, "a", false, 0);
    assert_integer(read, "b", false, 0);
    assert_integer(read, "c", false, 99);
    assert_integer(read, "d", false, INT64_MAX);
    assert_integer(read, "e", true, UINT64_C(1) << 63);
    assert_integer(read, "f", false, UINT64_MAX);
    assert_integer(read, "g", false, UINT64_MAX);
    assert_integer(read, "h", false, UINT64_MAX);
    assert_integer(read, "i", false, UINT64_MAX);
    assert_integer(read, "j", false, UINT64_C(1) << 63);
    assert_integer(read, "k", false, 0xdeadbeef);
    assert_integer(read, "l", false, 1);
}

static void integers_out_of_range(void **state)
{
    struct read *read = *state;
    parse(read, "a = 18446744073709551616\n"
                "b = -9223372036854775809\n"
                "c = 0x1_0000_0000_0000_0000\n"
                "d = 0o2000000000000000000000\n"
                "e = [1, 99999999999999999999999, 2]\n");
    ASSERT_FINDINGS(read, {RULE_TOML_RANGE, 4, "18446744073709551616", "64 bits"},
                    {RULE_TOML_RANGE, 29, "-9223372036854775809", "64 bits"},
                    {RULE_TOML_RANGE, 54, "0x1_0000_0000_0000_0000", "64 bits"},
                    {RULE_TOML_RANGE, 82, "0o2000000000000000000000", "64 bits"},
                    {RULE_TOML_RANGE, 115, "99999999999999999999999", "64 bits"});
    assert_null(at(read, "a"));
    assert_int_equal(at(read, "e")->as.array->len, 2);
    assert_true(at(read, "e")->as.array->broken);
}

static void floats(void **state)
{
    struct read *read = *state;
    parse_good(read, "a = 3.25\nb = -1_0.5e+1_0\nc = inf\nd = -inf\ne = nan\nf = 1e400\ng = -0.0\nh = 5E-1\n");
    assert_true(at(read, "a")->as.number == 3.25);
    assert_true(at(read, "b")->as.number == -10.5e10);
    assert_true(isinf(at(read, "c")->as.number) && at(read, "c")->as.number > 0);
    assert_true(isinf(at(read, "d")->as.number) && at(read, "d")->as.number < 0);
    assert_true(isnan(at(read, "e")->as.number));
    assert_true(isinf(at(read, "f")->as.number));
    assert_true(signbit(at(read, "g")->as.number));
    assert_true(at(read, "h")->as.number == 0.5);
}

static void bad_numbers(void **state)
{
    struct read *read = *state;
    parse(read,
          "a = 012\nb = 1__0\nc = 1_\nd = 0X1\ne = -0x1\nf = 0x\ng = 1.\nh = .5\ni = 0b2\nj = 1e\nk = +\nl = 1a\n");
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 4, "012", "starts with a zero"},
                    {RULE_TOML_SYNTAX, 12, "1__0", "underscore"}, {RULE_TOML_SYNTAX, 21, "1_", "end in a digit"},
                    {RULE_TOML_SYNTAX, 28, "0X1", "not an integer"}, {RULE_TOML_SYNTAX, 36, "-0x1", "sign"},
                    {RULE_TOML_SYNTAX, 45, "0x", "without digits"}, {RULE_TOML_SYNTAX, 52, "1.", "not a float"},
                    {RULE_TOML_SYNTAX, 59, ".5", "point"}, {RULE_TOML_SYNTAX, 66, "0b2", "binary"},
                    {RULE_TOML_SYNTAX, 74, "1e", "not a float"}, {RULE_TOML_SYNTAX, 81, "+", "sign"},
                    {RULE_TOML_SYNTAX, 87, "1a", "not a number"});
}

static void bad_dates(void **state)
{
    struct read *read = *state;
    parse(read, "a = 2021-02-29\nb = 2020-02-29\nc = 2020-13-01\nd = 24:00:00\ne = 12:00:00+01:00\n"
                "f = 2020-01-01T00:00:00+24:00\ng = 2020-1-1\n");
    ASSERT_FINDINGS(
        read, {RULE_TOML_SYNTAX, 4, "2021-02-29", "no such day"}, {RULE_TOML_SYNTAX, 34, "2020-13-01", "no such month"},
        {RULE_TOML_SYNTAX, 49, "24:00:00", "no such time"}, {RULE_TOML_SYNTAX, 62, "12:00:00+01:00", "not a time"},
        {RULE_TOML_SYNTAX, 81, "2020-01-01T00:00:00+24:00", "offset"},
        {RULE_TOML_SYNTAX, 111, "2020-1-1", "not a date"});
    assert_non_null(at(read, "b"));
}

/*
 * Findings and recovery
 */

static void several_findings_in_one_run(void **state)
{
    struct read *read = *state;
    parse(read, "a = hello world\n"
                "b = True\n"
                "c: 5\n"
                "d\n"
                "e =\n"
                "f = 1 2\n"
                "g = \"open\n"
                "h = \"\\q\"\n"
                "i = 1\n"
                "i = 2\n"
                "\xc3\xa9 = 3\n"
                "last = 4\n");
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 4, "hello", "expected a value, found `hello`"},
                    {RULE_TOML_SYNTAX, 20, "True", "expected a value, found `True`"},
                    {RULE_TOML_SYNTAX, 26, ":", "expected `=` after the key, found `:`"},
                    {RULE_TOML_SYNTAX, 31, "\n", "expected `=` after the key, found the end of the line"},
                    {RULE_TOML_SYNTAX, 35, "\n", "expected a value, found the end of the line"},
                    {RULE_TOML_SYNTAX, 42, "2", "expected the end of the line, found `2`"},
                    {RULE_TOML_SYNTAX, 48, "\"open", "does not end on its line"},
                    {RULE_TOML_SYNTAX, 59, "\\q", "not an escape"}, {RULE_TOML_DUPLICATE, 69, "i", "already defined"},
                    {RULE_TOML_SYNTAX, 75, "\xc3\xa9", "expected a key, found `\xc3\xa9`"});
    assert_str(read->diags.list.at[0].help, "strings need quotes");
    assert_str(read->diags.list.at[1].help, "true and false are written in lowercase");
    assert_integer(read, "last", false, 4);
    assert_integer(read, "i", false, 1);
    assert_integer(read, "f", false, 1);
    assert_null(at(read, "a"));
}

static void recovery_in_arrays(void **state)
{
    struct read *read = *state;
    parse(read, "a = [1 2, foo bar, \"x\", , 3]\n"
                "b = [\n  1\n  2\n]\n"
                "c = [1, 2\n"
                "d = 4\n"
                "e = [[1, 2}, 3]\n"
                "f = 5\n");
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 7, "2", "expected `,` or `]` after an element, found `2`"},
                    {RULE_TOML_SYNTAX, 10, "foo", "expected a value, found `foo`"},
                    {RULE_TOML_SYNTAX, 24, ",", "expected a value, found `,`"},
                    {RULE_TOML_SYNTAX, 41, "2", "expected `,` or `]`"}, {RULE_TOML_SYNTAX, 49, "[", "never closed"},
                    {RULE_TOML_SYNTAX, 71, "}", "expected a value or `]`"});
    assert_int_equal(at(read, "a")->as.array->len, 4);
    assert_true(at(read, "a")->as.array->broken);
    assert_int_equal(at(read, "b")->as.array->len, 2);
    assert_int_equal(at(read, "c")->as.array->len, 2);
    assert_integer(read, "d", false, 4);
    assert_int_equal(at(read, "e")->as.array->len, 2);
    assert_integer(read, "f", false, 5);
}

static void recovery_in_inline_tables(void **state)
{
    struct read *read = *state;
    parse(read, "[[structs]]\n"
                "fields = [\n"
                "  { name = \"a\", type = u32 },\n"
                "  { name = \"b\" type = \"u8\" },\n"
                "  { name = \"c\", type = \"u8\"\n"
                "  { name = \"d\" }\n"
                "  { name = \"e\", type: \"u8\" },\n"
                "  { name = \"f\", name = \"g\" },\n"
                "]\n"
                "x = { y = 1\n"
                "z = 2\n"
                "[[structs]]\n"
                "name = \"next\"\n");
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 46, "u32", "expected a value"},
                    {RULE_TOML_SYNTAX, 68, "type", "expected `,` or `}` after an entry, found `type`"},
                    {RULE_TOML_SYNTAX, 110, "\n", "expected `,` or `}` after an entry, found the end of the line"},
                    {RULE_TOML_SYNTAX, 130, "{", "expected `,` or `]` after an element"},
                    {RULE_TOML_SYNTAX, 148, ":", "expected `=`"}, {RULE_TOML_DUPLICATE, 174, "name", "already defined"},
                    {RULE_TOML_SYNTAX, 201, "\n", "expected `,` or `}` after an entry"});
    assert_int_equal(at(read, "structs")->as.array->len, 2);
    assert_true(at(read, "structs")->as.array->broken);
    assert_true(at(read, "structs[0]")->as.table->broken);
    assert_false(at(read, "structs[1]")->as.table->broken);
    const struct toml_array *fields = at(read, "structs[0].fields")->as.array;
    assert_int_equal(fields->len, 6);
    assert_true(fields->broken);
    assert_true(at(read, "structs[0].fields[0]")->as.table->broken);
    assert_true(at(read, "structs[0].fields[2]")->as.table->broken);
    assert_false(at(read, "structs[0].fields[3]")->as.table->broken);
    assert_str(at(read, "structs[0].fields[1].type")->as.string, "u8");
    assert_integer(read, "structs[0].z", false, 2);
    assert_str(at(read, "structs[1].name")->as.string, "next");
}

static void recovery_after_open_strings(void **state)
{
    struct read *read = *state;
    parse(read, "a = \"\"\"never\nclosed\nb = 1\n[t]\nc = [ 'x, 2\n]\nd = [ \"y,\n\"z\" ]\n");
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 4, "\"\"\"", "never closed"},
                    {RULE_TOML_SYNTAX, 36, "'x, 2", "does not end on its line"},
                    {RULE_TOML_SYNTAX, 50, "\"y,", "does not end on its line"});
    assert_integer(read, "b", false, 1);
    assert_int_equal(at(read, "t.d")->as.array->len, 1);
}

static void recovery_at_headers(void **state)
{
    struct read *read = *state;
    parse(read, "[a\nx = 1\n[[b]\ny = 2\n[]\nz = 3\n[c] d\nw = 4\n[e.]\n");
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 2, "\n", "expected `]`"}, {RULE_TOML_SYNTAX, 12, "]", "expected `]]`"},
                    {RULE_TOML_SYNTAX, 21, "]", "expected a key, found `]`"},
                    {RULE_TOML_SYNTAX, 33, "d", "expected the end of the line"},
                    {RULE_TOML_SYNTAX, 44, "]", "expected a key after the dot, found `]`"});
    assert_integer(read, "a.x", false, 1);
    assert_integer(read, "b[0].y", false, 2);
    assert_null(at(read, "z"));
    assert_integer(read, "c.w", false, 4);
}

static void broken_marks_what_encloses(void **state)
{
    struct read *read = *state;
    parse(read, "[good]\nx = 1\n[bad.inner]\ny = { z = { v = oops }, w = [ { u = 1 } ] }\n[fine]\nd.e = 1\n");
    assert_int_equal(read->diags.list.len, 1);
    assert_false(at(read, "good")->as.table->broken);
    assert_false(at(read, "fine")->as.table->broken);
    assert_false(at(read, "fine.d")->as.table->broken);
    assert_true(at(read, "bad")->as.table->broken);
    assert_true(at(read, "bad.inner")->as.table->broken);
    assert_true(at(read, "bad.inner.y")->as.table->broken);
    assert_true(at(read, "bad.inner.y.z")->as.table->broken);
    assert_false(at(read, "bad.inner.y.w")->as.array->broken);
    assert_true(read->document->root->broken);
}

/*
 * Duplicates
 */

static void expect_duplicate(struct read *read, const char *text, uint32_t off, uint32_t first)
{
    parse(read, text);
    if (read->diags.list.len != 1) {
        fail_msg("%zu findings in: %s", read->diags.list.len, text);
    }
    const struct diag *diag = &read->diags.list.at[0];
    assert_int_equal(diag->rule, RULE_TOML_DUPLICATE);
    assert_int_equal(diag->span.off, off);
    assert_int_equal(diag->notes.len, 1);
    assert_str(diag->notes.at[0].text, "first defined here");
    assert_int_equal(diag->notes.at[0].span.off, first);
    assert_ptr_equal(diag->notes.at[0].span.source, &read->source);
    assert_true(diag->help.len > 0);
}

static void duplicates(void **state)
{
    struct read *read = *state;
    expect_duplicate(read, "a = 1\n'a' = 2\n", 6, 0);
    expect_duplicate(read, "[a]\n[b]\n[a]\n", 9, 1);
    expect_duplicate(read, "a = 1\n[a]\n", 7, 0);
    expect_duplicate(read, "a = 1\n[a.b]\n", 7, 0);
    expect_duplicate(read, "[a]\n[[a]]\n", 6, 1);
    expect_duplicate(read, "[[a]]\n[a]\n", 7, 2);
    expect_duplicate(read, "a = []\n[[a]]\n", 9, 0);
    expect_duplicate(read, "a = [{}]\n[a.b]\n", 10, 0);
    expect_duplicate(read, "a = {}\n[a.b]\n", 8, 0);
    expect_duplicate(read, "a = {}\na.b = 1\n", 7, 0);
    expect_duplicate(read, "a.b = 1\na = 2\n", 8, 0);
    expect_duplicate(read, "a.b = 1\n[a]\n", 9, 0);
    expect_duplicate(read, "a.b = 1\na.b.c = 1\n", 10, 2);
    expect_duplicate(read, "[a.b]\n[a]\nb.c = 1\n", 10, 3);
    expect_duplicate(read, "x = { a = 1, a = 2 }\n", 13, 6);
    expect_duplicate(read, "[a.b]\n[a]\n[a]\nx = 1\n", 11, 7);
    parse_good(read, "[a.b]\n[a]\nc.d = 1\nc.e = 2\n[a.c.f]\n[a.b.c]\n");
}

/*
 * Encoding
 */

static void encoding(void **state)
{
    struct read *read = *state;
    parse(read, "a = \"\xff\"\n# \xc0\x80\nb = \"\xed\xa0\x80\"\nc = \"\xf4\x90\x80\x80\"\nd = \"\xe2\x82\"\ne = "
                "\"\xe2\x82\xac\"\n");
    ASSERT_FINDINGS(read, {RULE_TOML_ENCODING, 5, "\xff", "0xff"}, {RULE_TOML_ENCODING, 10, "\xc0", "0xc0"},
                    {RULE_TOML_ENCODING, 18, "\xed", "0xed"}, {RULE_TOML_ENCODING, 28, "\xf4", "0xf4"},
                    {RULE_TOML_ENCODING, 39, "\xe2", "0xe2"});
    assert_null(at(read, "a"));
    assert_null(at(read, "d"));
    assert_str(at(read, "e")->as.string, "\xe2\x82\xac");

    parse(read, "a = \"\x01\"\nb = 1 # \x7f\nc = 1\rd = 2\n");
    ASSERT_FINDINGS(read, {RULE_TOML_ENCODING, 5, "\x01", "U+0001 in a string"},
                    {RULE_TOML_ENCODING, 16, "\x7f", "U+007F in a comment"},
                    {RULE_TOML_SYNTAX, 23, "\r", "carriage return"});

    parse_as(read, TOML_1_1, (struct str){"a = 'x\0y'\n", 10});
    assert_int_equal(read->diags.list.len, 1);
    assert_int_equal(read->diags.list.at[0].rule, RULE_TOML_ENCODING);
    assert_int_equal(read->diags.list.at[0].span.off, 6);

    parse_as(read, TOML_1_1,
             (struct str){"\xff\xfe"
                          "a\0=\0001\0",
                          8});
    assert_int_equal(read->diags.list.len, 1);
    assert_str(read->diags.list.at[0].message, "the file is UTF-16");
}

/* Strings are looked through eight bytes at a time: every byte at every place, among bytes that borrow from it. */
static void bytes_in_strings(void **state)
{
    enum { LEN = 19 };
    static const char others[] = "a \t\x21#[]";
    struct read *read = *state;
    for (size_t place = 0; place < LEN; place++) {
        for (unsigned byte = 0; byte < 0x80; byte++) {
            for (const char *other = others; *other; other++) {
                char text[] = "k = '...................'";
                memset(text + 5, *other, LEN);
                text[5 + place] = (char)byte;
                parse_as(read, TOML_1_1, (struct str){text, sizeof text - 1});
                /* After a string that ends before its time there may be a comment. */
                const bool ends = byte == '\'' && *other == '#' && place + 1 < LEN;
                const bool good = ends || byte == '\t' || (byte >= ' ' && byte != 0x7f && byte != '\'');
                assert_int_equal(read->diags.list.len == 0, good);
                if (good) {
                    assert_true(str_eq(at(read, "k")->as.string, (struct str){text + 5, ends ? place : LEN}));
                } else if (byte != '\n' && byte != '\'') {
                    assert_int_equal(read->diags.list.at[0].span.off, 5 + place);
                }
                arena_clear(&read->arena);
            }
        }
    }
}

static void escapes(void **state)
{
    struct read *read = *state;
    parse_good(read, "a = \"\\b\\t\\n\\f\\r\\\"\\\\\\e\\x7f\\u20ac\\U0001F600\"\n");
    assert_str(at(read, "a")->as.string, "\b\t\n\f\r\"\\\x1b\x7f\xe2\x82\xac\xf0\x9f\x98\x80");
    parse(read, "a = \"\\ud800\"\nb = \"\\U00110000\"\nc = \"\\u12\"\n");
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 5, "\\ud800", "not a Unicode character"},
                    {RULE_TOML_SYNTAX, 18, "\\U00110000", "not a Unicode character"},
                    {RULE_TOML_SYNTAX, 35, "\\u12", "needs 4 hexadecimal digits, found 2"});
}

/*
 * Versions
 */

static void what_1_1_added(void **state)
{
    struct read *read = *state;
    static const char text[] = "a = { b = 1, }\nc = {\n d = 1 }\ne = \"\\e\\x41\"\nf = 07:32\n";
    parse_good(read, text);
    parse_as(read, TOML_1_0, str_from(text));
    ASSERT_FINDINGS(read, {RULE_TOML_SYNTAX, 11, ",", "TOML 1.0"}, {RULE_TOML_SYNTAX, 20, "\n", "TOML 1.0"},
                    {RULE_TOML_SYNTAX, 35, "\\e", "TOML 1.0"}, {RULE_TOML_SYNTAX, 37, "\\x", "TOML 1.0"},
                    {RULE_TOML_SYNTAX, 47, "07:32", "TOML 1.0"});
    assert_integer(read, "a.b", false, 1);
    assert_integer(read, "c.d", false, 1);
}

/*
 * Limits and sizes
 */

static struct str repeated(struct arena *arena, const char *before, const char *each, size_t count, const char *after)
{
    struct buf buf = buf_new(arena);
    buf_text(&buf, before);
    for (size_t i = 0; i < count; i++) {
        buf_text(&buf, each);
    }
    buf_text(&buf, after);
    return buf_view(&buf);
}

static void expect_limit(struct read *read, const char *before, const char *each, size_t most, const char *middle,
                         const char *each_close)
{
    for (size_t count = most; count <= most + 1; count++) {
        struct buf buf = buf_new(&read->arena);
        buf_str(&buf, repeated(&read->arena, before, each, count, middle));
        buf_str(&buf, repeated(&read->arena, "", each_close, count, "\nend = 1\n"));
        parse_as(read, TOML_1_1, buf_view(&buf));
        assert_int_equal(read->diags.list.len, count - most);
        if (count > most) {
            assert_int_equal(read->diags.list.at[0].rule, RULE_TOML_LIMIT);
        }
    }
}

static void nesting_limit(void **state)
{
    struct read *read = *state;
    expect_limit(read, "a = ", "[", TOML_NESTING_MAX, "", "]");
    assert_integer(read, "end", false, 1);
    expect_limit(read, "a = ", "{b = ", TOML_NESTING_MAX, "1", "}");
    assert_integer(read, "end", false, 1);
    expect_limit(read, "a", ".b", TOML_NESTING_MAX - 1, " = 1", "");
    assert_integer(read, "end", false, 1);
    expect_limit(read, "[a", ".b", TOML_NESTING_MAX - 1, "]", "");
    /* What is too deep and not closed either ends at the next line that starts anew. */
    parse_as(read, TOML_1_1, repeated(&read->arena, "a = ", "[", 100000, "\nend = 1\n"));
    assert_int_equal(read->diags.list.len, 1);
    assert_integer(read, "end", false, 1);
}

static void too_many_mistakes(void **state)
{
    struct read *read = *state;
    parse_as(read, TOML_1_1, repeated(&read->arena, "", "=\n", 100000, ""));
    assert_int_equal(read->diags.list.len, 1000);
    assert_int_equal(read->diags.list.at[999].rule, RULE_TOML_LIMIT);
    assert_true(read->document->root->broken);
}

static void large_tables(void **state)
{
    enum { COUNT = 100000 };
    struct read *read = *state;
    struct buf buf = buf_new(&read->arena);
    for (unsigned i = 0; i < COUNT; i++) {
        buf_printf(&buf, "key_%u = %u\n", i, i);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        buf_printf(&buf, "[[list]]\n[dotted.header.k%u]\n", i);
    }
    parse_as(read, TOML_1_1, buf_view(&buf));
    assert_int_equal(read->diags.list.len, 0);
    assert_int_equal(read->document->root->len, COUNT + 2);
    assert_integer(read, "key_0", false, 0);
    assert_integer(read, "key_77777", false, 77777);
    assert_int_equal(at(read, "list")->as.array->len, COUNT);
    assert_int_equal(at(read, "dotted.header")->as.table->len, COUNT);
    assert_null(at(read, "key_100000"));
}

static void type_names(void **state)
{
    (void)state;
    assert_string_equal(toml_type_name(TOML_STRING), "a string");
    assert_string_equal(toml_type_name(TOML_INTEGER), "an integer");
    assert_string_equal(toml_type_name(TOML_ARRAY), "an array");
    assert_string_equal(toml_type_name(TOML_TABLE), "a table");
}

/* --- elements that are handed over while the text is read --- */

static void dump(struct buf *out, const struct toml_value *value)
{
    if (value->type == TOML_TABLE) {
        buf_printf(out, "%s{", value->as.table->broken ? "broken" : "");
        for (const struct toml_entry *entry = value->as.table->first; entry; entry = entry->next) {
            buf_printf(out, "%.*s=", STR_ARG(entry->key));
            dump(out, &entry->value);
            buf_char(out, ' ');
        }
        buf_char(out, '}');
    } else if (value->type == TOML_ARRAY) {
        buf_printf(out, "%s[", value->as.array->broken ? "broken" : "");
        for (size_t i = 0; i < value->as.array->len; i++) {
            dump(out, &value->as.array->at[i]);
            buf_char(out, ' ');
        }
        buf_char(out, ']');
    } else if (value->type == TOML_STRING) {
        buf_printf(out, "'%.*s'", STR_ARG(value->as.string));
    } else {
        buf_printf(out, "%d:%llu", (int)value->type, (unsigned long long)value->as.magnitude);
    }
}

static bool wants_ab(void *data, struct str key)
{
    (void)data;
    return key.len && (key.ptr[0] == 'a' || key.ptr[0] == 'b');
}

static void take(void *data, const struct toml_table *root, struct str key, const struct toml_value *element)
{
    assert_non_null(toml_get(root, key));
    buf_printf(data, "%.*s:", STR_ARG(key));
    dump(data, element);
    buf_char(data, '\n');
}

/* What the arrays that begin with "a" or "b" hand over, and what is left of the document; the findings are the same. */
static void expect_passed(struct read *read, const char *text, const char *wanted, const char *left)
{
    struct buf out = buf_new(&read->arena);
    const struct toml_reader reader = {wants_ab, take, &out};
    parse(read, text);
    const size_t findings = read->diags.list.len;
    read->diags = diags_new(&read->arena);
    read->document = toml_parse_through(&read->arena, &read->source, TOML_1_1, &read->diags, &reader);
    assert_int_equal(read->diags.list.len, findings);
    buf_char(&out, 0);
    assert_string_equal(out.ptr, wanted);
    buf_clear(&out);
    dump(&out, &(struct toml_value){.type = TOML_TABLE, .as.table = read->document->root});
    buf_char(&out, 0);
    assert_string_equal(out.ptr, left);
}

static void elements_pass(void **state)
{
    struct read *read = *state;
    expect_passed(read, "x = 1\n[[a]]\ny = 2\n[[a]]\ny = 3\n", "a:{y=1:2 }\na:{y=1:3 }\n", "{x=1:1 a=[] }");
    /* An element is whole once the next one of its own array comes, or the end. */
    expect_passed(read, "[[a]]\ny = 2\n[[b]]\nz = 4\n[[a.c]]\ny = 3\n[a.d]\nk.l = 5\n[[a]]\n[[b.e]]\n[c]\n",
                  "a:{y=1:2 c=[{y=1:3 } ] d={k={l=1:5 } } }\na:{}\nb:{z=1:4 e=[{} ] }\n", "{a=[] b=[] c={} }");
    /* Strings that had to be decoded are there as long as the element; keys too. */
    expect_passed(read, "[[a]]\ns = \"x\\u0041\"\n\"k\\u0042\" = ['y', {z = \"\\\\t\"}]\n[[a]]\n",
                  "a:{s='xA' kB=['y' {z='\\t' } ] }\na:{}\n", "{a=[] }");
    expect_passed(read, "[[\"a\\u0041\"]]\nx = 1\n[[aA]]\n", "aA:{x=1:1 }\naA:{}\n", "{aA=[] }");
    /* What is written in another way, or not wanted, is in the document. */
    expect_passed(read, "a = [{x = 1}]\nb.c = 1\n[[d]]\n[[d]]\n", "", "{a=[{x=1:1 } ] b={c=1:1 } d=[{} {} ] }");
}

static void broken_elements_pass(void **state)
{
    struct read *read = *state;
    expect_passed(read, "[[a]]\nx = \n[[a]]\ny = 1\n", "a:broken{}\na:{y=1:1 }\n", "broken{a=broken[] }");
    expect_passed(read, "[[a]]\nx = 1\n[a]\ny = 2\n[[a]]\nz = 3\n", "a:{x=1:1 }\na:{z=1:3 }\n", "broken{a=broken[] }");
    expect_passed(read, "[a]\nx = 1\n[[a]]\ny = 2\n[[b]]\n", "b:{}\n", "broken{a=broken{x=1:1 } b=[] }");
    expect_passed(read, "[[a]\nx = 1\n[[a.c]]\n[[\n[[a]]\n", "a:broken{x=1:1 c=[{} ] }\na:{}\n", "broken{a=broken[] }");
    expect_passed(read, "[[a.b]]\n[[a]]\nx = 1\n", "", "broken{a=broken{b=[{} ] } }");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(positions_of_values),
        TEST(positions_of_tables),
        TEST(positions_of_keys),
        TEST(order_is_the_sources),
        TEST(comments_are_listed),
        TEST(line_ends_and_bom),
        TEST(integers),
        TEST(integers_out_of_range),
        TEST(floats),
        TEST(bad_numbers),
        TEST(bad_dates),
        TEST(several_findings_in_one_run),
        TEST(recovery_in_arrays),
        TEST(recovery_in_inline_tables),
        TEST(recovery_after_open_strings),
        TEST(recovery_at_headers),
        TEST(broken_marks_what_encloses),
        TEST(duplicates),
        TEST(encoding),
        TEST(bytes_in_strings),
        TEST(escapes),
        TEST(what_1_1_added),
        TEST(nesting_limit),
        TEST(too_many_mistakes),
        TEST(large_tables),
        TEST(type_names),
        TEST(elements_pass),
        TEST(broken_elements_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
