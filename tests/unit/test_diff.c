/* Unified diffs, byte for byte and as patch(1) reads them. */
#include "folder.h"

#include "output/diff.h"

static void diff_into(struct buf *out, const char *old, const char *new)
{
    buf_clear(out);
    diff_unified(out, STR("old"), STR("new"), str_from(old), str_from(new));
}

static void test_diff(void **state)
{
    struct fixture *const f = *state;
    struct buf diff = buf_new(&f->arena);

    diff_into(&diff, "a\nb\n", "a\nb\n");
    assert_int_equal(diff.len, 0);
    diff_into(&diff, "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n");
    assert_true(str_is(buf_view(&diff), "--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n"));
    /* Changes that are far apart are apart. */
    diff_into(&diff, "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "1\n2\n3\n4\n5\n6\n7\n");
    assert_true(str_is(buf_view(&diff),
                       "--- old\n+++ new\n@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-b\n"));
    diff_into(&diff, "a\n1\n2\n3\n4\n5\n6\nb\n", "1\n2\n3\n4\n5\n6\n");
    assert_true(str_is(buf_view(&diff), "--- old\n+++ new\n@@ -1,8 +1,6 @@\n-a\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n"));
    diff_into(&diff, "", "a\n");
    assert_true(str_is(buf_view(&diff), "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n"));
    diff_into(&diff, "a\n", "");
    assert_true(str_is(buf_view(&diff), "--- old\n+++ new\n@@ -1 +0,0 @@\n-a\n"));
    diff_into(&diff, "a", "a\n");
    assert_true(str_is(buf_view(&diff), "--- old\n+++ new\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"));
}

/* patch(1) makes the new text of the old one, whatever the two are. */
static void check_patch(struct fixture *f, struct str old, struct str new)
{
    struct buf diff = buf_new(&f->arena);

    diff_unified(&diff, STR("f"), STR("f"), old, new);
    put("f", str_copy(&f->arena, old).ptr);
    put("f.diff", str_copy(&f->arena, buf_view(&diff)).ptr);
    run("patch -s f < f.diff");
    assert_file(f, "f", str_copy(&f->arena, new).ptr);
    assert_false(exists("f.orig"));
}

static void test_diff_random(void **state)
{
    struct fixture *const f = *state;
    uint32_t random = 7;

    /* scripts/install-deps has seen to it; without it nothing would be shown. */
    assert_int_equal(system("command -v patch >/dev/null"), 0);
    for (int round = 0; round < 150; round++) {
        struct buf texts[2] = {buf_new(&f->arena), buf_new(&f->arena)};

        for (int i = 0; i < 40; i++) {
            for (int side = 0; side < 2; side++) {
                random = random * 1103515245u + 12345u;
                if ((random >> 16) % 8 != 0) {
                    buf_printf(&texts[side], "%d\n", (random >> 20) % 7 == 0 ? (int)((random >> 23) % 5) : i / 2);
                }
            }
        }
        if (round % 3 == 0) {
            buf_text(&texts[round % 2], "cut");
        }
        if (!str_eq(buf_view(&texts[0]), buf_view(&texts[1])) && texts[0].len > 0 && texts[1].len > 0) {
            check_patch(f, buf_view(&texts[0]), buf_view(&texts[1]));
        }
    }
    /* Two texts with nothing in common, too long to look for the shortest way. */
    {
        struct buf old = buf_new(&f->arena), new = buf_new(&f->arena);

        for (int i = 0; i < 20000; i++) {
            buf_printf(&old, "old %d\n", i);
            buf_printf(&new, "new %d\n", i);
        }
        check_patch(f, buf_view(&old), buf_view(&new));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_diff),
        TEST(test_diff_random),
    };

    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
