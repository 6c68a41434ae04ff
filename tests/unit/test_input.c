/* Reading files, and the folders of a tree of specs. */
#include "folder.h"

#include "base/buf.h"
#include "base/dir.h"

static void assert_unreadable(struct fixture *f, const char *path, const char *expected)
{
    struct str text, error = {0};

    assert_false(input_read(&f->arena, str_from(path), &text, &error));
    if (!str_is(error, expected)) {
        print_error("got: %.*s\nexpected: %s\n", STR_ARG(error), expected);
    }
    assert_true(str_is(error, expected));
}

static void test_input_read(void **state)
{
    struct fixture *const f = *state;
    struct buf large = buf_new(&f->arena);
    struct str text, error;
    int before, file;

    put("a.toml", "x = 1\n");
    put("empty", "");
    run("mkdir d");
    assert_true(input_read(&f->arena, STR("a.toml"), &text, &error));
    assert_true(str_is(text, "x = 1\n"));
    assert_true(input_read(&f->arena, STR("empty"), &text, &error));
    assert_int_equal(text.len, 0);
    assert_unreadable(f, "d", "cannot read `d`: it is a folder");
    assert_unreadable(f, "none", "cannot read `none`: No such file or directory");
    assert_unreadable(f, "a.toml/x", "cannot read `a.toml/x`: Not a directory");
    assert_unreadable(f, "", "cannot read ``: No such file or directory");
    assert_false(input_read(&f->arena, STR("a.toml\0x"), &text, &error));
    run("dd if=/dev/zero of=large bs=1 count=1 seek=268435456 2>/dev/null");
    assert_unreadable(f, "large", "cannot read `large`: it is larger than 256 MiB");

    /* Standard input, larger than the first guess. */
    for (int i = 0; i < 20000; i++) {
        buf_printf(&large, "%d\n", i);
    }
    put("stdin", str_copy(&f->arena, buf_view(&large)).ptr);
    before = dup(STDIN_FILENO);
    file = open("stdin", O_RDONLY);
    assert_true(before >= 0 && file >= 0 && dup2(file, STDIN_FILENO) >= 0);
    close(file);
    assert_true(input_read(&f->arena, STR("-"), &text, &error));
    assert_true(str_eq(text, buf_view(&large)));
    file = open("d", O_RDONLY);
    assert_true(dup2(file, STDIN_FILENO) >= 0);
    close(file);
    assert_unreadable(f, "-", "cannot read standard input: it is a folder");
    assert_true(dup2(before, STDIN_FILENO) >= 0);
    close(before);
}

static void test_input_list(void **state)
{
    struct fixture *const f = *state;
    struct input_tree tree;
    struct buf list = buf_new(&f->arena);
    struct str error;

    run("mkdir -p s/b/sub s/a s/a-b s/.git s/empty s/dir.toml && ln -s .. s/a/loop && ln -s ../b s/a/linked.toml");
    run("touch s/z.toml s/B.toml s/a.toml s/.hidden.toml s/note.txt s/b/x.toml s/b/sub/y.toml s/a/1.toml s/a/10.toml "
        "s/a/2.toml s/a-b/x.toml s/.git/x.toml s/dir.toml/in.toml s/b/toml && ln -s ../z.toml s/b/link.toml");
    assert_true(input_list(&f->arena, STR("s"), ".toml", &tree, &error));
    for (size_t i = 0; i < tree.folders.len; i++) {
        const struct input_folder *const folder = &tree.folders.at[i];

        buf_printf(&list, "%.*s:", STR_ARG(folder->path));
        for (size_t n = 0; n < folder->files.len; n++) {
            buf_printf(&list, " %.*s", STR_ARG(folder->files.at[n]));
        }
        buf_char(&list, '\n');
    }
    if (!str_is(buf_view(&list), ": B.toml a.toml z.toml\n"
                                 "a: 1.toml 10.toml 2.toml\n"
                                 "a-b: x.toml\n"
                                 "b: link.toml x.toml\n"
                                 "b/sub: y.toml\n"
                                 "dir.toml: in.toml\n"
                                 "empty:\n")) {
        fail_msg("got:\n%.*s", STR_ARG(buf_view(&list)));
    }

    assert_false(input_list(&f->arena, STR("s/z.toml"), ".toml", &tree, &error));
    assert_true(str_is(error, "cannot read `s/z.toml`: it is not a folder"));
    assert_false(input_list(&f->arena, STR("none"), ".toml", &tree, &error));
    assert_true(str_is(error, "cannot read `none`: No such file or directory"));
    run("ln -s nowhere s/a/gone.toml");
    assert_false(input_list(&f->arena, STR("s/"), ".toml", &tree, &error));
    assert_true(str_is(error, "cannot read `s/a/gone.toml`: No such file or directory"));
    run("rm s/a/gone.toml && mkfifo s/a/fifo.toml");
    assert_false(input_list(&f->arena, STR("s"), ".toml", &tree, &error));
    assert_true(str_is(error, "cannot read `s/a/fifo.toml`: it is not a regular file"));
}

static void test_dir(void **state)
{
    struct fixture *const f = *state;

    assert_true(str_is(dir_join(&f->arena, STR(""), STR("a")), "a"));
    assert_true(str_is(dir_join(&f->arena, STR("a"), STR("b")), "a/b"));
    assert_true(str_is(dir_join(&f->arena, STR("a/"), STR("b")), "a/b"));
    assert_true(str_is(dir_join(&f->arena, STR("/"), STR("b")), "/b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_input_read),
        TEST(test_input_list),
        TEST(test_dir),
    };

    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
