#include "base/vec.h"

#include <stdint.h>

void *vec_reserve(struct arena *arena, void *at, size_t len, size_t *cap, size_t size)
{
    if (len < *cap) {
        return at;
    }
    /* Doubling stays in range: an allocation never passes SIZE_MAX / 2 bytes. */
    const size_t new_cap = *cap ? *cap * 2 : 4;
    const size_t bytes = new_cap <= SIZE_MAX / size ? new_cap * size : SIZE_MAX;
    at = arena_grow(arena, at, *cap * size, bytes);
    *cap = new_cap;
    return at;
}

void *vec_reserve_exactly(struct arena *arena, void *at, size_t len, size_t *cap, size_t count, size_t size)
{
    if (*cap - len >= count) {
        return at;
    }
    const size_t new_cap = len + count;
    const size_t bytes = new_cap <= SIZE_MAX / size ? new_cap * size : SIZE_MAX;
    at = arena_grow(arena, at, *cap * size, bytes);
    *cap = new_cap;
    return at;
}
