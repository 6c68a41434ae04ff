#include "abi/split.h"

#include "base/arena.h"

#include <string.h>

/* Cuts each class of `split` by a number that its configurations have. */
static const struct config_split *cut(struct arena *arena, const struct config_split *split, const uint16_t *number,
                                      unsigned configs)
{
    /* The classes made so far, as a list for each class that they were cut from; 0 ends it, all else is one more. */
    uint16_t head[CONFIGS_MAX], next[CONFIGS_MAX], numbers[CONFIGS_MAX];
    struct config_split made;
    made.configs = configs;
    made.classes = 0;
    memset(head, 0, configs * sizeof *head);
    memset(next, 0, configs * sizeof *next);
    memset(numbers, 0, configs * sizeof *numbers);
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
    memcpy(kept, &made, offsetof(struct config_split, of) + configs * sizeof *made.of);
    return kept;
}

/* Whether a set has the same ABIs in each sample. */
static bool is_by_abi(const struct config_set *set, unsigned configs)
{
    bool same = true;
    for (unsigned at = ABI_COUNT; at < configs && same; at += 64) {
        const unsigned from = at - ABI_COUNT, left = configs - at;
        const uint64_t here = config_set_bits(set, at), before = config_set_bits(set, from);
        same = (here ^ before) << (left < 64 ? 64 - left : 0) == 0;
    }
    return same;
}

const struct config_split *split_by_set(struct arena *arena, const struct config_split *split,
                                        const struct config_set *set, unsigned configs)
{
    uint16_t in[CONFIGS_MAX];
    if (!set || is_by_abi(set, configs)) {
        return split;
    }
    for (unsigned config = 0; config < configs; config++) {
        in[config] = config_set_has(set, config);
    }
    return cut(arena, split, in, configs);
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
