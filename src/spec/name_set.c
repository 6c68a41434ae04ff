#include "spec/namer.h"

/* Small sets, which nearly all are, need no map. */
#define NAME_SET_SMALL 16

void name_set_clear(struct name_set *set)
{
    set->names.len = 0;
}

const struct text *name_set_add(struct arena *arena, struct name_set *set, struct str name, const struct text *text)
{
    size_t len = set->names.len;
    for (size_t i = 0; i < len && len <= NAME_SET_SMALL; i++) {
        if (str_eq(set->names.at[i].s, name)) {
            return &set->names.at[i];
        }
    }
    VEC_PUSH(arena, &set->names, (struct text){name, text->off, text->len});
    if (len < NAME_SET_SMALL) {
        return NULL;
    }
    /* The vector moves as it grows: the map holds copies. */
    if (len == NAME_SET_SMALL) {
        set->map = map_new(arena);
    }
    const struct text *first = NULL;
    for (size_t i = len == NAME_SET_SMALL ? 0 : len; i <= len; i++) {
        struct text *copy = ARENA_NEW(arena, struct text);
        *copy = set->names.at[i];
        first = map_add(&set->map, copy->s, copy);
    }
    return first;
}

bool name_set_has(const struct name_set *set, struct str name)
{
    size_t len = set->names.len;
    for (size_t i = 0; i < len && len <= NAME_SET_SMALL; i++) {
        if (str_eq(set->names.at[i].s, name)) {
            return true;
        }
    }
    return len > NAME_SET_SMALL && map_get(&set->map, name);
}
