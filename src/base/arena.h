/*
 * One run's memory. Everything that a run makes lives in an arena and goes
 * with it; nothing is freed midway.
 */
#ifndef XB_BASE_ARENA_H
#define XB_BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* all blocks, newest first */
    char *next, *end;           /* free bytes of the current small block */
    jmp_buf *oom;               /* where to go when memory runs out */
    struct arena *children, *sibling;
};

/*
 * An empty arena. When memory runs out, an allocation jumps to `oom` with the
 * value 1 instead of returning; the caller of setjmp frees the arena.
 */
void arena_init(struct arena *arena, jmp_buf *oom);

/* An empty arena that goes with `parent`, if not before, and jumps to where that one does. */
struct arena *arena_child(struct arena *parent);

/* `size` zeroed bytes, aligned for any object. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* `count` zeroed objects of `size` bytes; an overflow counts as out of memory. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/*
 * Moves `old` (of `old_size` bytes, from this arena, or NULL) to a place of at
 * least `new_size` bytes and returns it. The bytes past `old_size` are not set.
 * Meant for buffers that double: large ones are resized in place.
 */
void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size);

/* Frees everything that was allocated, children and what is theirs too; the arena can be used again. */
void arena_free(struct arena *arena);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
