/* Which headers may define a name, for whoever has no libclang to say so. */
#ifndef XB_WITNESS_PLACES_H
#define XB_WITNESS_PLACES_H

#include "spec/model.h"
#include "clang/facts.h"

struct places {
    struct arena *arena;
    const struct headers *headers;
    struct map by_name;
};

struct place_list {
    VEC(const struct header *) list;
};

/* Finds every name that the spec gives to something in C. */
struct places places_find(struct arena *arena, const struct spec *spec, const struct headers *headers);

/*
 * The headers for an ABI that define a name of a folder, as far as their text shows; where none does so, those that
 * name it. The one that the folder replaces, and no other, where there is such.
 */
struct place_list places_of(const struct places *places, const struct folder *folder, struct str name, enum abi abi);

#endif
