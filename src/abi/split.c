#include "abi/split.h"

#include "base/arena.h"

/* Cuts each class of `split` by a number that its configurations have. */
static const struct config_split *cut(struct arena *arena, const struct config_split *split, const uint16_t *number,
                                      unsigned configs)
{
    /* The classes made so far, as a list for each class that they were cut from; 0 ends it, all else is one more. */
    uint16_t head[CONFIGS_MAX] = {0}, next[CONFIGS_MAX], numbers[CONFIGS_MAX];
    struct config_split made = {.configs = configs};
    for (unsigned config = 0; config < configs; config++) {
        const unsigned from = config_class(split, config);
        unsigned at = head[from];
        while (at && numbers[at - 1] != number[config]) {
            at = next[at - 1];
        }
        if (!at) {
            numbers[made.classes] = number[config];
            next[made.classes] = head[from];
            at = head[from] = (uint16_t)++made.classes;
        }
        made.of[config] = (uint16_t)(at - 1);
    }
    if (made.classes == (split ? split->classes : (unsigned)ABI_COUNT)) {
        return split;
    }
    struct config_split *kept = ARENA_NEW(arena, struct config_split);
    *kept = made;
    return kept;
}

const struct config_split *split_by_set(struct arena *arena, const struct config_split *split,
                                        const struct config_set *set, unsigned configs)
{
    uint16_t in[CONFIGS_MAX];
    for (unsigned config = 0; set && config < configs; config++) {
        in[config] = config_set_has(set, config);
    }
    return set ? cut(arena, split, in, configs) : split;
}

const struct config_split *split_by_both(struct arena *arena, const struct config_split *a,
                                         const struct config_split *b)
{
    if (!a || !b || a == b) {
        return a ? a : b;
    }
    return cut(arena, a, b->of, a->configs);
}

const struct config_split *split_by_all(struct arena *arena, unsigned configs)
{
    struct config_split *split = ARENA_NEW(arena, struct config_split);
    split->configs = split->classes = configs;
    for (unsigned config = 0; config < configs; config++) {
        split->of[config] = (uint16_t)config;
    }
    return split;
}
