/* Findings: their order, their places, and every byte that the printers make of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "diag/print.h"

#include <string.h>

struct fixture {
    struct arena arena;
    jmp_buf oom;
    struct diags diags;
    struct buf out;
};

static int set_up(void **state)
{
    struct fixture *const f = test_calloc(1, sizeof *f);

    arena_init(&f->arena, NULL);
    f->diags = diags_new(&f->arena);
    f->out = buf_new(&f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *const f = *state;

    arena_free(&f->arena);
    test_free(f);
    return 0;
}

/* A source whose text has just the bytes it needs, so that AddressSanitizer sees a step past its end. */
static struct source *source_of(struct fixture *f, const char *path, struct str text)
{
    struct source *const source = ARENA_NEW(&f->arena, struct source);
    char *const bytes = arena_alloc(&f->arena, text.len);

    if (text.len > 0) {
        memcpy(bytes, text.ptr, text.len);
    }
    source->path = str_from(path);
    source->text = (struct str){bytes, text.len};
    return source;
}

static struct span span_of(struct source *source, size_t off, size_t len)
{
    return (struct span){source, (uint32_t)off, (uint32_t)len};
}

/* The span of the first `word` in a source. */
static struct span find(struct source *source, const char *word)
{
    const size_t len = strlen(word);

    for (size_t i = 0; i + len <= source->text.len; i++) {
        if (memcmp(source->text.ptr + i, word, len) == 0) {
            return span_of(source, i, len);
        }
    }
    fail_msg("no `%s` in the source", word);
    return span_of(source, 0, 0);
}

static void assert_text(const struct buf *out, const char *expected)
{
    struct str got = buf_view(out);

    if (!str_is(got, expected)) {
        print_error("got:\n%.*s\nexpected:\n%s\n", STR_ARG(got), expected);
    }
    assert_true(str_is(got, expected));
}

static void print_as(struct fixture *f, const char *format, bool colour)
{
    const struct diag_format *const found = diag_format_find(str_from(format));

    assert_non_null(found);
    buf_clear(&f->out);
    found->print(&f->out, &f->diags, colour);
}

/* One finding on `span` with a help of "h", as text; without its first line, help and count. */
static void assert_snippet(struct fixture *f, struct span span, const char *expected)
{
    struct str got;
    size_t start = 0, end;

    f->diags.list.len = 0;
    diag_help(&f->diags, diag_add(&f->diags, RULE_TOML_SYNTAX, span, "m"), "h");
    print_as(f, "text", false);
    got = buf_view(&f->out);
    while (got.ptr[start++] != '\n') {
        continue;
    }
    end = got.len - strlen("help: h\n1 finding in 1 file\n");
    got = (struct str){got.ptr + start, end - start};
    if (!str_is(got, expected)) {
        print_error("got:\n%.*s\nexpected:\n%s\n", STR_ARG(got), expected);
    }
    assert_true(str_is(got, expected));
}

static void assert_position(struct fixture *f, struct source *source, uint32_t off, uint32_t line, uint32_t column)
{
    const struct position at = source_position(&f->arena, source, off);

    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
}

static void test_utf8(void **state)
{
    static const struct {
        struct str bytes;
        size_t len;
        uint32_t code;
    } cases[] = {
        {{"a", 1}, 1, 'a'},
        {{"\0", 1}, 1, 0},
        {{"\xc3\xa4", 2}, 2, 0xe4},
        {{"\xe2\x82\xac", 3}, 3, 0x20ac},
        {{"\xf0\x9f\x98\x80", 4}, 4, 0x1f600},
        {{"\xf4\x8f\xbf\xbf", 4}, 4, 0x10ffff},
        {{"\xf4\x90\x80\x80", 4}, 1, UTF8_INVALID}, /* past the last code point */
        {{"\xed\xa0\x80", 3}, 1, UTF8_INVALID},     /* a surrogate */
        {{"\xc0\xaf", 2}, 1, UTF8_INVALID},         /* overlong */
        {{"\xe0\x80\xaf", 3}, 1, UTF8_INVALID},
        {{"\xf0\x80\x80\xaf", 4}, 1, UTF8_INVALID},
        {{"\xe2\x82", 2}, 1, UTF8_INVALID}, /* cut */
        {{"\xe2\x28\xa1", 3}, 1, UTF8_INVALID},
        {{"\x80", 1}, 1, UTF8_INVALID},
        {{"\xff", 1}, 1, UTF8_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t code = 1;

        assert_int_equal(utf8_decode(cases[i].bytes, 0, &code), cases[i].len);
        assert_int_equal(code, cases[i].code);
        assert_int_equal(utf8_before(cases[i].bytes, cases[i].len), 0);
    }
    assert_int_equal(utf8_before(STR("a\x80\x80"), 3), 2);
    for (size_t len = 0; len <= 70; len++) {
        char text[70];
        memset(text, 'a', sizeof text);
        assert_int_equal(utf8_ascii((struct str){text, len}, len / 3), len);
        for (size_t high = 0; high < len; high++) {
            text[high] = '\x80';
            assert_int_equal(utf8_ascii((struct str){text, len}, 0), high);
            assert_int_equal(utf8_ascii((struct str){text, len}, high), high);
            text[high] = 'a';
        }
    }
    assert_int_equal(utf8_before(STR("\xe2\x82\xac\xe2\x82\xac"), 6), 3);
}

static void test_positions(void **state)
{
    struct fixture *const f = *state;
    struct source *source = source_of(f, "a", STR("ab\n\xc3\xa4\xe4\xb8\xad!\r\n\n\xff\xffz"));

    assert_position(f, source, 0, 1, 1);
    assert_position(f, source, 2, 1, 3);
    assert_position(f, source, 3, 2, 1);
    assert_position(f, source, 4, 2, 1); /* inside a character */
    assert_position(f, source, 5, 2, 2);
    assert_position(f, source, 8, 2, 3);
    assert_position(f, source, 11, 3, 1);
    assert_position(f, source, 12, 4, 1);
    assert_position(f, source, 14, 4, 3); /* each invalid byte is a character */
    assert_position(f, source, 15, 4, 4);
    assert_position(f, source, UINT32_MAX, 4, 4);
    assert_true(str_is(source_line(&f->arena, source, 1), "ab"));
    assert_true(str_is(source_line(&f->arena, source, 2), "\xc3\xa4\xe4\xb8\xad!"));
    assert_true(str_is(source_line(&f->arena, source, 3), ""));
    assert_true(str_is(source_line(&f->arena, source, 4), "\xff\xffz"));
    assert_true(str_is(source_line(&f->arena, source, 5), ""));
    assert_true(str_is(source_line(&f->arena, source, 0), ""));

    source = source_of(f, "bom",
                       STR("\xef\xbb\xbf"
                           "x = 1\n"));
    assert_position(f, source, 0, 1, 1);
    assert_position(f, source, 3, 1, 1);
    assert_position(f, source, 4, 1, 2);
    assert_position(f, source, 9, 2, 1);
    assert_true(str_is(source_line(&f->arena, source, 1), "x = 1"));

    source = source_of(f, "empty", STR(""));
    assert_position(f, source, 0, 1, 1);
    assert_position(f, source, 7, 1, 1);
    assert_true(str_is(source_line(&f->arena, source, 1), ""));
    source = ARENA_NEW(&f->arena, struct source);
    assert_position(f, source, 0, 1, 1);
    assert_true(str_is(source_line(&f->arena, source, 1), ""));
}

/* Every offset of a long text, against the plain way to count. */
static void test_positions_long(void **state)
{
    static const char *const pieces[] = {"a", "\xc3\xa4", "\xe4\xb8\xad", "\xf0\x9f\x98\x80", "\xff", "\n"};
    struct fixture *const f = *state;
    struct buf text = buf_new(&f->arena);
    struct source *source;
    uint32_t random = 1, line = 1, column = 1;

    for (int i = 0; i < 5000; i++) {
        random = random * 1103515245u + 12345u;
        /* Line ends are rare, so that lines go over several marks. */
        buf_text(&text, pieces[(random >> 16) % (i % 700 == 699 ? 6 : 5)]);
    }
    source = source_of(f, "long", buf_view(&text));
    for (size_t at = 0; at < text.len;) {
        uint32_t code;
        const size_t len = utf8_decode(source->text, at, &code);

        for (size_t i = 0; i < len; i++) {
            assert_position(f, source, (uint32_t)(at + i), line, column);
        }
        column++;
        if (code == '\n') {
            line++;
            column = 1;
        }
        at += len;
    }
    assert_position(f, source, (uint32_t)text.len, line, column);
}

static void test_sort(void **state)
{
    struct fixture *const f = *state;
    struct source *const a = source_of(f, "a", STR("0123456789")), *const b = source_of(f, "b", STR("0123456789"));
    /* The same file, read twice. */
    struct source *const again = source_of(f, "a", STR("0123456789"));
    static const char *const expected[] = {"run", "a0", "a1 toml", "a1 key", "a1 key2", "a1 key2", "b0"};

    diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(b, 0, 1), "b0");
    diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(a, 1, 1), "a1 key2");
    diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(a, 1, 2), "a1 key2"); /* another span */
    diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(again, 1, 1), "a1 key2");
    diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(a, 1, 1), "a1 key");
    diag_add(&f->diags, RULE_TOML_SYNTAX, span_of(a, 1, 1), "a1 toml");
    diag_note(&f->diags, diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(a, 0, 1), "a0"), span_of(a, 0, 1), "first");
    diag_note(&f->diags, diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(a, 0, 1), "a0"), span_of(a, 0, 1), "second");
    diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(NULL, 0, 0), "run");
    diags_sort(&f->diags);
    assert_int_equal(f->diags.list.len, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < f->diags.list.len; i++) {
        assert_true(str_is(f->diags.list.at[i].message, expected[i]));
    }
    /* The first of equal ones stays. */
    assert_true(str_is(f->diags.list.at[1].notes.at[0].text, "first"));
    assert_int_equal(f->diags.list.at[4].span.len, 1);
    /* The list can grow on. */
    diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(b, 0, 1), "more");
    diags_sort(&f->diags);
    assert_int_equal(f->diags.list.len, sizeof expected / sizeof *expected + 1);
}

/* Findings are many where a generated spec is wrong all over, on one line at worst. */
static void test_many(void **state)
{
    enum { COUNT = 50000 };
    struct fixture *const f = *state;
    char *const bytes = arena_alloc(&f->arena, 64 * COUNT);
    struct source *source;

    memset(bytes, 'x', 64 * COUNT);
    source = source_of(f, "many", (struct str){bytes, 64 * COUNT});
    for (size_t i = 0; i < COUNT; i++) {
        diag_add(&f->diags, RULE_KEY_UNKNOWN, span_of(source, (i * 7919 % COUNT) * 64, 4), "number %zu", i);
    }
    diags_sort(&f->diags);
    assert_int_equal(f->diags.list.len, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(f->diags.list.at[i].span.off, i * 64);
    }
    for (size_t i = 0; i < diag_formats_len; i++) {
        buf_clear(&f->out);
        diag_formats[i].print(&f->out, &f->diags, false);
        assert_true(f->out.len > COUNT);
    }
}

static void test_text(void **state)
{
    struct fixture *const f = *state;
    struct source *const source =
        source_of(f, "sysctl/readconsole.toml",
                  STR("[[struct]]\nname = \"xen_x\"\n\nmembers = [\n    { name = \"buffer\" },\n]\n"));
    struct source *const other = source_of(f, "sysctl/z.toml", STR("x"));
    struct diag *diag;

    diag = diag_add(&f->diags, RULE_PADDING_TAIL, find(source, "\"xen_x\""),
                    "4 bytes of implicit padding at the end of `%s`", "xen_x");
    diag->where = STR("x86_64, arm64");
    diag_note(&f->diags, diag, find(source, "{ name"), "struct is 8-aligned because of `buffer`");
    diag_note(&f->diags, diag, (struct span){0}, "and so it goes");
    diag_help(&f->diags, diag, "add { name = \"%s\" }", "_pad0");
    diag_add(&f->diags, RULE_SPEC_EMPTY, (struct span){0}, "`specs` holds no spec");
    diag_add(&f->diags, RULE_TOML_SYNTAX, span_of(other, 1, 0), "no `=`");
    diags_sort(&f->diags);
    print_as(f, "text", false);
    assert_text(&f->out, str_printf(&f->arena,
                                    "xenbindgen: error: `specs` holds no spec [spec-empty]\n"
                                    "help: %s\n"
                                    "sysctl/readconsole.toml:2:8: error: 4 bytes of implicit padding at the end of "
                                    "`xen_x` [padding-tail] [x86_64, arm64]\n"
                                    "    2 | name = \"xen_x\"\n"
                                    "      |        ^~~~~~~\n"
                                    "sysctl/readconsole.toml:5:5: note: struct is 8-aligned because of `buffer`\n"
                                    "    5 |     { name = \"buffer\" },\n"
                                    "      |     ^~~~~~\n"
                                    "note: and so it goes\n"
                                    "help: add { name = \"_pad0\" }\n"
                                    "sysctl/z.toml:1:2: error: no `=` [toml-syntax]\n"
                                    "    1 | x\n"
                                    "      |  ^\n"
                                    "help: %s\n"
                                    "3 findings in 2 files\n",
                                    rules[RULE_SPEC_EMPTY].help, rules[RULE_TOML_SYNTAX].help)
                             .ptr);
}

static void test_text_counts(void **state)
{
    struct fixture *const f = *state;

    print_as(f, "text", false);
    assert_text(&f->out, "");
    diag_help(&f->diags, diag_add(&f->diags, RULE_SPEC_EMPTY, (struct span){0}, "m"), "h");
    print_as(f, "text", false);
    assert_text(&f->out, "xenbindgen: error: m [spec-empty]\nhelp: h\n1 finding\n");
}

static void test_text_colour(void **state)
{
    struct fixture *const f = *state;
    struct source *const source = source_of(f, "a.toml", STR("ab\n"));
    struct diag *const diag = diag_add(&f->diags, RULE_TOML_SYNTAX, span_of(source, 0, 2), "m");

    diag_note(&f->diags, diag, (struct span){0}, "n");
    diag_help(&f->diags, diag, "h");
    print_as(f, "text", true);
    assert_text(&f->out, "\033[1ma.toml:1:1:\033[0m \033[1;31merror:\033[0m m [toml-syntax]\n"
                         "    1 | ab\n"
                         "      | \033[1;32m^~\033[0m\n"
                         "\033[1;36mnote:\033[0m n\n"
                         "\033[1;36mhelp:\033[0m h\n"
                         "1 finding in 1 file\n");
}

static void test_carets(void **state)
{
    struct fixture *const f = *state;
    struct source *source;

    /* Tabs become spaces up to the next multiple of 8. */
    source = source_of(f, "s", STR("\tab\tcd\n"));
    assert_snippet(f, find(source, "ab"), "    1 |         ab      cd\n      |         ^~\n");
    assert_snippet(f, find(source, "cd"), "    1 |         ab      cd\n      |                 ^~\n");
    assert_snippet(f, find(source, "\tcd"), "    1 |         ab      cd\n      |           ^~~~~~~~\n");
    /* Wide characters take two columns, combining ones none. */
    source = source_of(f, "s", STR("\xe4\xb8\xad\xe6\x96\x87 = x\n"));
    assert_snippet(f, find(source, "x"), "    1 | \xe4\xb8\xad\xe6\x96\x87 = x\n      |        ^\n");
    assert_snippet(f, find(source, "\xe6\x96\x87"), "    1 | \xe4\xb8\xad\xe6\x96\x87 = x\n      |   ^~\n");
    source = source_of(f, "s", STR("e\xcc\x81\xcc\xa3 = x\n"));
    assert_snippet(f, find(source, "x"), "    1 | e\xcc\x81\xcc\xa3 = x\n      |     ^\n");
    assert_snippet(f, find(source, "\xcc\xa3"), "    1 | e\xcc\x81\xcc\xa3 = x\n      | ^\n");
    source = source_of(f, "s", STR("\xf0\x9f\x98\x80x"));
    assert_snippet(f, find(source, "x"), "    1 | \xf0\x9f\x98\x80x\n      |   ^\n");
    /* What is escaped is as wide as its escape. */
    source = source_of(f, "s", STR("\x1b[31m \xff\xe2\x80\xae\xf3\xa0\x80\x81x\n"));
    assert_snippet(f, find(source, "x"),
                   "    1 | \\x1b[31m \\xff\\u202e\\U000e0001x\n      |                              ^\n");
    assert_snippet(f, find(source, "\xff"), "    1 | \\x1b[31m \\xff\\u202e\\U000e0001x\n      |          ^~~~\n");
    source = source_of(f, "s", STR("a\0b\rc\r\nnext"));
    assert_snippet(f, span_of(source, 4, 1), "    1 | a\\x00b\\x0dc\n      |           ^\n");
    /* A span over several lines is marked to the end of its first line. */
    source = source_of(f, "s", STR("a = [\n  1,\n]\n"));
    assert_snippet(f, span_of(source, 4, 8), "    1 | a = [\n      |     ^\n");
    source = source_of(f, "s", STR("abc\r\ndef\r\n"));
    assert_snippet(f, span_of(source, 1, 8), "    1 | abc\n      |  ^~\n");
    /* Line ends, the end of the text, empty lines, inside of a character. */
    assert_snippet(f, span_of(source, 3, 0), "    1 | abc\n      |    ^\n");
    assert_snippet(f, span_of(source, 4, 1), "    1 | abc\n      |    ^\n");
    assert_snippet(f, span_of(source, 10, 0), "    3 |\n      | ^\n");
    assert_snippet(f, span_of(source, 99, 99), "    3 |\n      | ^\n");
    source = source_of(f, "s", STR("\n\nx"));
    assert_snippet(f, span_of(source, 1, 1), "    2 |\n      | ^\n");
    source = source_of(f, "s",
                       STR("a\xe4\xb8\xad"
                           "b"));
    assert_snippet(f, span_of(source, 2, 1),
                   "    1 | a\xe4\xb8\xad"
                   "b\n      |  ^~\n");
    source = source_of(f, "s", STR("\xef\xbb\xbfx y"));
    assert_snippet(f, find(source, "y"), "    1 | x y\n      |   ^\n");
    assert_snippet(f, span_of(source, 0, 3), "    1 | x y\n      | ^\n");
}

static void test_line_numbers(void **state)
{
    struct fixture *const f = *state;
    struct buf text = buf_new(&f->arena);
    struct source *source;

    buf_fill(&text, '\n', 123455);
    buf_text(&text, "abc");
    source = source_of(f, "s", buf_view(&text));
    assert_snippet(f, find(source, "bc"), "123456 | abc\n       |  ^~\n");
}

/* A line too wide to show: what is before and after the window gives way to dots. */
static void test_window(void **state)
{
    struct fixture *const f = *state;
    struct buf text = buf_new(&f->arena), expected = buf_new(&f->arena);
    struct source *source;

    buf_fill(&text, 'a', 1000);
    buf_text(&text, "XYZ");
    buf_fill(&text, 'b', 1000);
    source = source_of(f, "s", buf_view(&text));
    buf_text(&expected, "    1 | ...");
    buf_fill(&expected, 'a', 60);
    buf_text(&expected, "XYZ");
    buf_fill(&expected, 'b', 160 - 3 - 60 - 3);
    buf_text(&expected, "...\n      | ");
    buf_fill(&expected, ' ', 63);
    buf_text(&expected, "^~~\n");
    buf_char(&expected, 0);
    assert_snippet(f, find(source, "XYZ"), expected.ptr);

    buf_clear(&expected);
    buf_text(&expected, "    1 | ");
    buf_fill(&expected, 'a', 160);
    buf_text(&expected, "...\n      | ^~\n");
    buf_char(&expected, 0);
    assert_snippet(f, span_of(source, 0, 2), expected.ptr);

    buf_clear(&expected);
    buf_text(&expected, "    1 | ...");
    buf_fill(&expected, 'b', 60);
    buf_text(&expected, "\n      | ");
    buf_fill(&expected, ' ', 63);
    buf_text(&expected, "^\n");
    buf_char(&expected, 0);
    assert_snippet(f, span_of(source, text.len, 0), expected.ptr);

    /* Just as wide as may be. */
    buf_clear(&text);
    buf_fill(&text, 'a', 159);
    buf_text(&text, "X");
    source = source_of(f, "s", buf_view(&text));
    buf_clear(&expected);
    buf_printf(&expected, "    1 | %.*s\n      | ", STR_ARG(buf_view(&text)));
    buf_fill(&expected, ' ', 159);
    buf_text(&expected, "^\n");
    buf_char(&expected, 0);
    assert_snippet(f, find(source, "X"), expected.ptr);

    /* Characters without a width do not make an endless window. */
    buf_clear(&text);
    buf_text(&text, "X");
    for (int i = 0; i < 100000; i++) {
        buf_text(&text, "\xcc\x81");
    }
    buf_text(&text, "Y");
    source = source_of(f, "s", buf_view(&text));
    f->diags.list.len = 0;
    diag_add(&f->diags, RULE_TOML_SYNTAX, find(source, "Y"), "m");
    diag_add(&f->diags, RULE_TOML_SYNTAX, find(source, "X"), "m");
    print_as(f, "text", false);
    assert_true(f->out.len < 3000);
}

/* Nothing that steers a terminal comes through, wherever it stands. */
static void test_text_hostile(void **state)
{
    struct fixture *const f = *state;
    const struct str evil = STR("\x1b]0;x\x07\x9b\r\xe2\x80\xae\xc2\x85\n\x7f\0\xff");
    struct source *const source = source_of(f, "s", evil);
    struct diag *diag;

    source->path = evil;
    diag = diag_add(&f->diags, RULE_TOML_SYNTAX, span_of(source, 0, 1), "%.*s", STR_ARG(evil));
    diag->message = diag->where = diag->help = evil;
    diag_note(&f->diags, diag, span_of(source, 0, 1), "x");
    diag->notes.at[0].text = evil;
    for (size_t format = 0; format < diag_formats_len; format++) {
        struct str out;

        buf_clear(&f->out);
        diag_formats[format].print(&f->out, &f->diags, false);
        out = buf_view(&f->out);
        assert_true(out.len > 0);
        for (size_t at = 0; at < out.len;) {
            uint32_t code;

            at += utf8_decode(out, at, &code);
            assert_true(code == '\n' || (code >= 0x20 && code != 0x7f && (code < 0x80 || code == 0xfffd)));
        }
    }
    buf_clear(&f->out);
    text_visible(&f->out, evil);
    assert_text(&f->out, "\\x1b]0;x\\x07\\x9b\\x0d\\u202e\\u0085\\x0a\\x7f\\x00\\xff");
    buf_clear(&f->out);
    text_visible(&f->out, STR("\t\xc3\xa4\xe4\xb8\xad\xe2\x81\xa6\xef\xbb\xbf\xe2\x80\xa8"));
    assert_text(&f->out, "\\x09\xc3\xa4\xe4\xb8\xad\\u2066\\ufeff\\u2028");
}

static void test_json(void **state)
{
    struct fixture *const f = *state;
    struct source *const source = source_of(f, "a \"b\".toml", STR("\xc3\xa4 = [\n1]\n"));
    struct diag *const diag =
        diag_add(&f->diags, RULE_TOML_SYNTAX, span_of(source, 5, 3), "say \"\\\" \n\xff\xe2\x80\xae");

    diag->where = STR("x86_64, arm32");
    diag_help(&f->diags, diag, "do");
    diag_note(&f->diags, diag, span_of(source, 0, 2), "first");
    diag_note(&f->diags, diag, (struct span){0}, "second");
    print_as(f, "json", true);
    assert_text(
        &f->out,
        "{\"version\":1,\"findings\":[\n"
        "{\"rule\":\"toml-syntax\",\"severity\":\"error\",\"file\":\"a \\\"b\\\".toml\",\"line\":1,\"column\":5,"
        "\"endLine\":2,\"endColumn\":2,\"offset\":5,\"length\":3,"
        "\"message\":\"say \\\"\\\\\\\" \\n\xef\xbf\xbd\\u202e\",\"abis\":[\"x86_64\",\"arm32\"],\"help\":\"do\","
        "\"notes\":[{\"file\":\"a \\\"b\\\".toml\",\"line\":1,\"column\":1,\"endLine\":1,\"endColumn\":2,"
        "\"offset\":0,\"length\":2,\"message\":\"first\"},"
        "{\"file\":null,\"line\":null,\"column\":null,\"endLine\":null,\"endColumn\":null,"
        "\"offset\":null,\"length\":null,\"message\":\"second\"}]}\n"
        "]}\n");
    f->diags.list.len = 0;
    print_as(f, "json", false);
    assert_text(&f->out, "{\"version\":1,\"findings\":[]}\n");
    buf_clear(&f->out);
    json_escape(&f->out, STR("\t\x01\x7f\xf3\xa0\x80\x81\xed\xa0\x80/"));
    assert_text(&f->out, "\\t\\u0001\\u007f\\udb40\\udc01\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd/");
}

static bool contains(const struct buf *out, const char *word)
{
    const size_t len = strlen(word);

    for (size_t i = 0; i + len <= out->len; i++) {
        if (memcmp(out->ptr + i, word, len) == 0) {
            return true;
        }
    }
    return false;
}

static void test_sarif(void **state)
{
    struct fixture *const f = *state;
    struct source *const source = source_of(f, "a b/\xc3\xa4:c.toml", STR("\xf0\x9f\x98\x80x\n"));
    struct diag *const diag = diag_add(&f->diags, RULE_TOML_ENCODING, span_of(source, 4, 1), "m");

    diag->where = STR("arm32");
    diag_help(&f->diags, diag, "h");
    diag_note(&f->diags, diag, span_of(source, 0, 4), "n");
    diag_note(&f->diags, diag, (struct span){0}, "o");
    source_of(f, "/abs", STR(""));
    diag_add(&f->diags, RULE_SPEC_EMPTY, (struct span){0}, "e");
    diag_add(&f->diags, RULE_SPEC_EMPTY, span_of(source_of(f, "/abs", STR("")), 0, 0), "e");
    print_as(f, "sarif", false);
    assert_true(contains(&f->out, "\"version\":\"2.1.0\""));
    assert_true(contains(&f->out, str_printf(&f->arena, "\"version\":\"%s\",\"rules\":[", xenbindgen_version).ptr));
    assert_true(contains(&f->out, "\"columnKind\":\"unicodeCodePoints\""));
    assert_true(contains(
        &f->out,
        str_printf(
            &f->arena,
            "{\"ruleId\":\"toml-encoding\",\"ruleIndex\":%d,\"level\":\"error\",\"message\":{\"text\":\"m "
            "[arm32]\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"a%%20b/"
            "%%C3%%A4%%3Ac.toml\"},\"region\":{\"startLine\":1,\"startColumn\":2,\"endLine\":1,\"endColumn\":3}}"
            "}],\"relatedLocations\":[{\"id\":1,\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"a%%20b/"
            "%%C3%%A4%%3Ac.toml\"},\"region\":{\"startLine\":1,\"startColumn\":1,\"endLine\":1,\"endColumn\":2}},"
            "\"message\":{\"text\":\"n\"}},{\"id\":2,\"message\":{\"text\":\"o\"}}],\"properties\":{\"abis\":["
            "\"arm32\"],\"help\":\"h\"}}",
            (int)RULE_TOML_ENCODING)
            .ptr));
    assert_true(contains(&f->out, "\"message\":{\"text\":\"e\"},\"locations\":[],\"properties\""));
    assert_true(contains(&f->out, "{\"uri\":\"file:///abs\"}"));
    for (size_t i = 0; i < RULE_COUNT; i++) {
        assert_true(contains(&f->out, str_printf(&f->arena, "{\"id\":\"%s\",", rules[i].id).ptr));
    }
}

static void test_github(void **state)
{
    struct fixture *const f = *state;
    struct source *const source = source_of(f, "a,b:c%.toml", STR("ab\ncd = [\n]\n"));
    struct diag *diag = diag_add(&f->diags, RULE_TOML_SYNTAX, span_of(source, 3, 2), "100%% of a: b, c\r\nd");

    diag->where = STR("arm32");
    diag_note(&f->diags, diag, span_of(source, 0, 1), "n");
    diag_note(&f->diags, diag, (struct span){0}, "o");
    diag_help(&f->diags, diag, "h");
    diag_help(&f->diags, diag_add(&f->diags, RULE_TOML_SYNTAX, span_of(source, 8, 3), "m"), "h");
    diag_help(&f->diags, diag_add(&f->diags, RULE_SPEC_EMPTY, (struct span){0}, "e"), "h");
    print_as(f, "github", true);
    assert_text(&f->out,
                "::error file=a%2Cb%3Ac%25.toml,line=2,col=1,endLine=2,endColumn=3,title=toml-syntax::100%25 of a: b, "
                "c%0D%0Ad [arm32]%0Anote: a,b:c%25.toml:1:1: n%0Anote: o%0Ahelp: h\n"
                "::error file=a%2Cb%3Ac%25.toml,line=2,col=6,endLine=2,endColumn=7,title=toml-syntax::m%0Ahelp: h\n"
                "::error title=spec-empty::e%0Ahelp: h\n");
}

static void test_formats(void **state)
{
    (void)state;
    assert_int_equal(diag_formats_len, 4);
    assert_null(diag_format_find(STR("xml")));
    for (size_t i = 0; i < diag_formats_len; i++) {
        assert_ptr_equal(diag_format_find(str_from(diag_formats[i].name)), &diag_formats[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_utf8, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_positions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_positions_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sort, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_colour, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_carets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_line_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_window, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_hostile, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sarif, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_github, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_formats, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
