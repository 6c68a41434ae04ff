/*
 * Configurations in classes: what is the same throughout a class is looked at once in it. A split is NULL where only
 * the ABI makes a difference. Configurations of different ABIs are never in one class.
 */
#ifndef XB_ABI_SPLIT_H
#define XB_ABI_SPLIT_H

#include "abi/condition.h"

struct config_split {
    unsigned configs; /* that there are */
    unsigned classes; /* numbered by their first configurations, so that the first ABI_COUNT are the default sample's */
    uint16_t of[CONFIGS_MAX]; /* the class of each configuration */
};

static inline unsigned config_class(const struct config_split *split, unsigned config)
{
    return split ? split->of[config] : (unsigned)config_abi(config);
}

/* Tells apart what is in `set` from what is not, as well; NULL for a set tells nothing apart. */
const struct config_split *split_by_set(struct arena *arena, const struct config_split *split,
                                        const struct config_set *set, unsigned configs);

/* Tells apart what either does. */
const struct config_split *split_by_both(struct arena *arena, const struct config_split *a,
                                         const struct config_split *b);

/* Tells each configuration apart. */
const struct config_split *split_by_all(struct arena *arena, unsigned configs);

#endif
