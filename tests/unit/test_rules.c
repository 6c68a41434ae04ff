/* Every rule of the table keeps its word: its bad example breaks it and no other rule, the mended one breaks none. */
#include "pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define FILE_MARK "# file: "

/* An example is one file, or several that begin with a line "# file: PATH" each. */
static struct pipeline run_example(struct arena *arena, const char *example)
{
    struct pipeline p = pipeline_new(arena);
    struct str path = STR("example/example.toml");
    while (*example) {
        if (strncmp(example, FILE_MARK, strlen(FILE_MARK)) == 0) {
            example += strlen(FILE_MARK);
            path = (struct str){example, strcspn(example, "\n")};
            example += path.len + 1;
        }
        const char *next = strstr(example, "\n" FILE_MARK);
        size_t len = next ? (size_t)(next + 1 - example) : strlen(example);
        pipeline_file(&p, path, (struct str){example, len});
        example += len;
    }
    pipeline_run(&p);
    return p;
}

static void test_examples(void **state)
{
    (void)state;
    for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
        if (rules[rule].scope == RULE_HEADERS) {
            continue; /* tests/verify breaks these */
        }
        struct arena arena;
        arena_init(&arena, NULL);
        struct pipeline bad = run_example(&arena, rules[rule].bad);
        struct pipeline good = run_example(&arena, rules[rule].good);
        for (size_t i = 0; i < bad.diags.list.len; i++) {
            if (bad.diags.list.at[i].rule != rule) {
                print_error("%s: its bad example breaks %s too: %.*s\n", rules[rule].id,
                            rules[bad.diags.list.at[i].rule].id, STR_ARG(bad.diags.list.at[i].message));
            }
            assert_int_equal(bad.diags.list.at[i].rule, rule);
        }
        if (!bad.diags.list.len) {
            print_error("%s: its bad example breaks nothing\n", rules[rule].id);
        }
        assert_true(bad.diags.list.len > 0);
        for (size_t i = 0; i < good.diags.list.len; i++) {
            print_error("%s: its mended example breaks %s: %.*s\n", rules[rule].id,
                        rules[good.diags.list.at[i].rule].id, STR_ARG(good.diags.list.at[i].message));
        }
        assert_int_equal(good.diags.list.len, 0);
        arena_free(&arena);
    }
}

static void test_table(void **state)
{
    (void)state;
    for (enum rule rule = 0; rule < RULE_COUNT; rule++) {
        const struct rule_info *info = &rules[rule];
        assert_non_null(info->id);
        assert_non_null(info->purpose);
        assert_non_null(info->why);
        assert_non_null(info->help);
        assert_int_equal(info->bad != NULL, info->scope != RULE_HEADERS);
        assert_int_equal(info->good != NULL, info->scope != RULE_HEADERS);
        assert_true(info->purpose[strlen(info->purpose) - 1] == '.');
        assert_true(info->help[strlen(info->help) - 1] != '.');
        assert_int_equal(rule_find(str_from(info->id)), rule);
    }
    assert_int_equal(rule_find(STR("no-rule")), RULE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_examples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
