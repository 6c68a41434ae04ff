/* Open addressing with linear probing; hashes are stored, so that growing reads no key again. */
#include "base/map.h"

#include "base/arena.h"

#include <string.h>

struct map_slot {
    const char *key;
    uint32_t len, hash; /* of the key; the low half of its hash */
    void *value;        /* NULL: the slot is free */
};

struct map map_new(struct arena *arena)
{
    return (struct map){.arena = arena};
}

/* Both halves of the product take part, so every bit of `word` reaches the low bits that choose the slot. */
static uint64_t mixed(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 32);
}

static uint32_t hash_of(struct str key)
{
    uint64_t hash = mixed(UINT64_C(0xcbf29ce484222325), key.len);
    size_t at = 0;
    for (; key.len - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, key.ptr + at, 8);
        hash = mixed(hash, word);
    }
    uint64_t rest = 0;
    if (at && at < key.len) {
        /* The last eight bytes: some of them for the second time. */
        memcpy(&rest, key.ptr + key.len - 8, 8);
        at = key.len;
    }
    if (!at && key.len >= 4) {
        uint32_t first, last;
        memcpy(&first, key.ptr, 4);
        memcpy(&last, key.ptr + key.len - 4, 4);
        rest = (uint64_t)first << 32 | last;
        at = key.len;
    }
    for (; at < key.len; at++) {
        rest = rest << 8 | (unsigned char)key.ptr[at];
    }
    return (uint32_t)mixed(mixed(hash, rest), 0);
}

/* The slot that holds `key`, or the free one where it would go. The table is never full. */
static struct map_slot *slot_of(const struct map *map, struct str key, uint32_t hash)
{
    size_t at = hash & (map->cap - 1);
    while (map->slots[at].value &&
           !(map->slots[at].hash == hash && str_eq((struct str){map->slots[at].key, map->slots[at].len}, key))) {
        at = (at + 1) & (map->cap - 1);
    }
    return &map->slots[at];
}

static void rehash(struct map *map)
{
    struct map_slot *const old = map->slots;
    const size_t old_cap = map->cap;
    map->slots = ARENA_ARRAY(map->arena, old_cap ? old_cap * 2 : 16, struct map_slot);
    map->cap = old_cap ? old_cap * 2 : 16;
    for (size_t i = 0; i < old_cap; i++) {
        if (!old[i].value) {
            continue;
        }
        size_t at = old[i].hash & (map->cap - 1);
        while (map->slots[at].value) {
            at = (at + 1) & (map->cap - 1);
        }
        map->slots[at] = old[i];
    }
    arena_drop(map->arena, old, old_cap * sizeof *old);
}

void *map_get(const struct map *map, struct str key)
{
    return map->cap ? slot_of(map, key, hash_of(key))->value : NULL;
}

void *map_add(struct map *map, struct str key, void *value)
{
    /* A quarter of the slots stays free. */
    if (map->len >= map->cap / 4 * 3) {
        rehash(map);
    }
    const uint32_t hash = hash_of(key);
    struct map_slot *const slot = slot_of(map, key, hash);
    if (slot->value) {
        return slot->value;
    }
    *slot = (struct map_slot){.key = key.ptr, .len = (uint32_t)key.len, .hash = hash, .value = value};
    map->len++;
    return NULL;
}
