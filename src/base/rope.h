/*
 * Texts that are too long to be kept in memory all at once: what is finished of them goes to a temporary file without
 * a name. Where there can be none, or no room in it, they stay in memory after all.
 */
#ifndef XB_BASE_ROPE_H
#define XB_BASE_ROPE_H

#include "base/buf.h"
#include "base/vec.h"

#include <stdio.h>

/* Where the ropes of a run keep what is not in memory. */
struct rope_store {
    FILE *file; /* NULL: there is none yet, or none any more */
    size_t size;
    size_t held; /* bytes of ropes that are in memory */
    bool failed; /* it takes no more */
};

struct rope_part {
    const char *ptr; /* NULL: in the store, from byte `off` on */
    size_t off, len;
};

struct rope {
    VEC(struct rope_part) parts;
    const struct rope_store *store; /* NULL: all parts are in memory */
    size_t len;
};

/* A rope of one text in memory, which is not copied. */
struct rope rope_from(struct arena *arena, struct str text);

/*
 * Moves the text of `buf` to the end of the rope once it is long enough for that to pay, and leaves it alone before.
 * `store` may be NULL: then it never is.
 */
void rope_add(struct rope *rope, struct rope_store *store, struct buf *buf);

/* Moves the text of `buf` to the end of the rope however long it is. */
void rope_end(struct rope *rope, struct rope_store *store, struct buf *buf);

/* Puts another rope at the end of one; `arena` is that of the parts. */
void rope_join(struct arena *arena, struct rope *rope, const struct rope *more);

/*
 * Hands the rope to `take`, piece by piece, until that returns something else than 0, which is an errno; returns that,
 * or the errno of what went wrong with the store. Allocates nothing.
 */
typedef int rope_take(void *data, struct str piece);
int rope_each(const struct rope *rope, rope_take *take, void *data);

/* The rope as one text; an errno on failure. */
int rope_text(struct arena *arena, const struct rope *rope, struct str *text);

/* Writes the rope to an open file; an errno on failure. */
int rope_write(const struct rope *rope, int fd);

/* The ropes that were ended since `held` bytes were in memory are not needed any more. `store` may be NULL. */
void rope_store_release(struct rope_store *store, size_t held);

/* Frees what the store holds: the ropes in it are gone. */
void rope_store_close(struct rope_store *store);

#endif
