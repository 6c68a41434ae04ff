/*
 * A run's memory. Everything that a run makes lives in an arena and goes with
 * it. What is needed for a part of the run only, such as one table of a file,
 * is in an arena of its own.
 */
#ifndef XB_BASE_ARENA_H
#define XB_BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

struct arena_block;
struct arena_copy;

struct arena {
    struct arena_block *blocks; /* all blocks, newest first */
    char *next, *end;           /* free bytes of the current small block */
    jmp_buf *oom;               /* where to go when memory runs out */
    struct arena *children, *sibling;
    struct arena *root;        /* of a child: the arena around all others of its thread */
    struct arena_block *spare; /* of a root: blocks that nobody has at the moment */
};

/*
 * An empty arena. When memory runs out, an allocation jumps to `oom` with the
 * value 1 instead of returning; the caller of setjmp frees the arena.
 */
void arena_init(struct arena *arena, jmp_buf *oom);

/*
 * `old` (of `size` bytes, from this arena, or NULL) is not needed any more. A large one is freed, others stay for as
 * long as the arena: for what grows by being made anew.
 */
void arena_drop(struct arena *arena, void *old, size_t size);

/* An empty arena within another one, for what can be freed before that: it goes with its parent, or by arena_clear,
 * which leaves its memory to its parent and to the other children of that. */
struct arena *arena_child(struct arena *parent);

/* The same, for another thread than the parent's: it shares nothing with its parent until that is emptied. */
struct arena *arena_thread(struct arena *parent);

/* `size` zeroed bytes, aligned for objects of integers, doubles and pointers. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* `count` zeroed objects of `size` bytes; an overflow counts as out of memory. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/*
 * Moves `old` (of `old_size` bytes, from this arena, or NULL) to a place of at
 * least `new_size` bytes and returns it. The bytes past `old_size` are not set.
 * Meant for buffers that double: large ones are resized in place.
 */
void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size);

/* Frees everything that was allocated, its children as well; the arena, no child itself, can be used again. */
void arena_free(struct arena *arena);

/* The same, but that small blocks are kept for what comes next; also of a child. */
void arena_clear(struct arena *arena);

/*
 * A copy in `to` of all that the arena, which has no children, holds; arena_restore puts it back where it was. In
 * between nothing is allocated in the arena.
 */
struct arena_copy *arena_save(const struct arena *arena, struct arena *to);
void arena_restore(struct arena *arena, const struct arena_copy *copy);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
