/* For programs that need an arena of the compiler's and nothing of its verbs. */
#ifndef XB_TESTS_TOML_ALONE_H
#define XB_TESTS_TOML_ALONE_H

#include "base/arena.h"

#include <stdio.h>

/* Runs `work`, and returns its status; 2 where memory runs out. No variable changes between setjmp and the jump. */
static int run_alone(int (*work)(struct arena *arena, const void *data), const void *data)
{
    jmp_buf oom;
    struct arena arena;
    arena_init(&arena, &oom);
    if (setjmp(oom) != 0) {
        (void)fputs("out of memory\n", stderr);
        arena_free(&arena);
        return 2;
    }
    const int status = work(&arena, data);
    arena_free(&arena);
    return status;
}

#endif
