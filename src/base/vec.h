/*
 * A growing array in an arena: VEC(struct field) names the type of a vector,
 * VEC_PUSH appends a copy and evaluates to a pointer to it.
 */
#ifndef XB_BASE_VEC_H
#define XB_BASE_VEC_H

#include "base/arena.h"

#define VEC(type)        \
    struct {             \
        type *at;        \
        size_t len, cap; \
    }

#define VEC_PUSH(arena, vec, ...)                                                             \
    ((vec)->at = vec_reserve((arena), (vec)->at, (vec)->len, &(vec)->cap, sizeof *(vec)->at), \
     (vec)->at[(vec)->len] = (__VA_ARGS__), &(vec)->at[(vec)->len++])

/* Room for one more item of `size` bytes after `len` items; updates `cap`. */
void *vec_reserve(struct arena *arena, void *at, size_t len, size_t *cap, size_t size);

/* The same for `count` more items, and no more than that: for vectors whose final length is known. */
void *vec_reserve_exactly(struct arena *arena, void *at, size_t len, size_t *cap, size_t count, size_t size);

#endif
