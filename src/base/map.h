/*
 * A hash map from strings to pointers. It cannot be iterated: output must never
 * depend on the order of a hash table.
 */
#ifndef XB_BASE_MAP_H
#define XB_BASE_MAP_H

#include "base/str.h"

#include <stdint.h>

struct map_slot;

struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t len, cap;
};

struct map map_new(struct arena *arena);
/* The value stored under `key`, or NULL. */
void *map_get(const struct map *map, struct str key);
/*
 * Stores `value` (not NULL) under `key` unless the key is there already; returns
 * the value that the map held before, or NULL. The key's bytes, less than 4 GiB, are not copied.
 */
void *map_add(struct map *map, struct str key, void *value);

#endif
