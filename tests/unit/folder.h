/* What the tests of files share: a folder of their own, which is the working folder while a test runs. */
#ifndef XB_TESTS_UNIT_FOLDER_H
#define XB_TESTS_UNIT_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/input.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct arena arena;
    char folder[32];
    int before; /* the working folder to go back to */
};

static inline int set_up(void **state)
{
    struct fixture *const f = test_calloc(1, sizeof *f);

    arena_init(&f->arena, NULL);
    f->before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    strcpy(f->folder, "/tmp/xenbindgen-test-XXXXXX");
    *state = f;
    return f->before < 0 || !mkdtemp(f->folder) || chdir(f->folder) != 0;
}

static inline void run(const char *command)
{
    const int status = system(command);

    if (status != 0)
        fail_msg("`%s` failed: %d", command, status);
}

static inline int tear_down(void **state)
{
    struct fixture *const f = *state;
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    run(command);
    assert_int_equal(fchdir(f->before), 0);
    close(f->before);
    arena_free(&f->arena);
    test_free(f);
    return 0;
}

static inline void put(const char *path, const char *text)
{
    FILE *const file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static inline void assert_file(struct fixture *f, const char *path, const char *expected)
{
    struct str text, error;

    if (!input_read(&f->arena, str_from(path), &text, &error))
        fail_msg("%.*s", STR_ARG(error));
    if (!str_is(text, expected))
        print_error("%s holds:\n%.*s\nexpected:\n%s\n", path, STR_ARG(text), expected);
    assert_true(str_is(text, expected));
}

static inline bool exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
